#include "ui/term_terse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    SAY_MAX = 64,    /* bytes of one sequence */
    PARAMS_MAX = 16, /* of one sequence */
    UNDERLINE = 1 << 4,
    BLINK = 1 << 5,
    REVERSE = 1 << 7,
    SHOWN_ON_BLANKS = UNDERLINE | BLINK | REVERSE,
    INDEXED = 0x100, /* a colour of "38;5;n", whatever n: not every terminal takes the short form for it */
    BRIGHT = 8,
};

static const struct term_look usual = {.fg = -1, .bg = -1};

/* One sequence of ncurses. */
struct sequence {
    const char *bytes;
    size_t n;
    int params[PARAMS_MAX], n_params;
    bool plain; /* but for its parameters it is the final character alone */
    char end;
};

static bool is_as(const char *is, const char *expected)
{
    return is != NULL && strncmp(is, expected, strlen(expected)) == 0;
}

void term_terse_init(struct term_terse *t, const char *(*capability)(const char *name))
{
    const char *usual_set = capability("rmacs"), *own_colors = capability("op"), *one_color = capability("setaf");

    *t = (struct term_terse){
        .able = is_as(capability("cup"), "\033[%i%p1%d;%p2%dH") && is_as(capability("cuf"), "\033[%p1%dC") &&
                is_as(capability("cub"), "\033[%p1%dD") && (one_color == NULL || is_as(own_colors, "\033[39;49m")),
        .to_column = is_as(capability("hpa"), "\033[%i%p1%dG"),
        .to_row = is_as(capability("vpa"), "\033[%i%p1%dd"),
        .underline_ends = is_as(capability("rmul"), "\033[24m"),
        .reverse_ends = is_as(capability("rmso"), "\033[27m"),
        .shifts = is_as(usual_set, "\017"),
    };
    term_terse_forget(t);
}

void term_terse_forget(struct term_terse *t)
{
    t->known = t->plain = false;
    t->row = t->col = t->col_max = t->wanted_row = t->wanted_col = 0;
}

void term_terse_release(struct term_terse *t)
{
    free(t->bytes);
    *t = (struct term_terse){0};
}

static void say(struct term_terse *t, const char *bytes, size_t n)
{
    if (t->n + n > t->size) {
        t->size = (t->n + n) * 2;
        t->bytes = mem_grow(t->bytes, t->size, 1);
    }
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
}

/* --- the cursor --- */

static void shorter(char best[SAY_MAX], const char *other)
{
    size_t n = strlen(other);

    if (best[0] == '\0' || n < strlen(best))
        memcpy(best, other, n + 1);
}

/* Sequences are made a hundred times a picture: snprintf() takes a fifth of its time. */
static void add_char(char out[SAY_MAX], char c)
{
    size_t len = strlen(out);

    if (len + 1 < SAY_MAX) {
        out[len] = c;
        out[len + 1] = '\0';
    }
}

static void add_digits(char out[SAY_MAX], int n)
{
    if (n >= 10)
        add_digits(out, n / 10);
    add_char(out, (char)('0' + n % 10));
}

static void begin(char out[SAY_MAX])
{
    memcpy(out, "\033[", sizeof "\033[");
}

/* "ESC [ n end", without an n that is 1. */
static void by_number(char out[SAY_MAX], int n, char end)
{
    begin(out);
    if (n != 1)
        add_digits(out, n);
    add_char(out, end);
}

static void to_place(char out[SAY_MAX], int row, int col)
{
    begin(out);
    add_digits(out, row);
    add_char(out, ';');
    add_digits(out, col);
    add_char(out, 'H');
}

static void within_row(const struct term_terse *t, char best[SAY_MAX])
{
    int by = t->wanted_col - t->col;
    char other[SAY_MAX];

    if (t->to_column) {
        by_number(other, t->wanted_col, 'G');
        shorter(best, other);
    }
    if (t->col == 0)
        return;
    by_number(other, by > 0 ? by : -by, by > 0 ? 'C' : 'D');
    shorter(best, other);
    if (by < 0 && by > -4)
        shorter(best, &"\b\b\b"[3 + by]);
}

static void say_cursor(struct term_terse *t)
{
    char best[SAY_MAX] = "", other[SAY_MAX];

    if (t->wanted_row == 0)
        return;
    if (t->wanted_row != t->row || t->wanted_col != t->col) {
        if (t->wanted_row == t->row)
            within_row(t, best);
        if (t->wanted_col == t->col && t->to_row) {
            by_number(other, t->wanted_row, 'd');
            shorter(best, other);
        }
        if (t->wanted_col == 1)
            by_number(other, t->wanted_row, 'H');
        else
            to_place(other, t->wanted_row, t->wanted_col);
        shorter(best, other);
        say(t, best, strlen(best));
    }
    t->row = t->wanted_row;
    t->col = t->col_max = t->wanted_col;
    t->wanted_row = t->wanted_col = 0;
}

static void want_at(struct term_terse *t, int row, int col)
{
    t->wanted_row = row;
    t->wanted_col = col;
}

static void lose_cursor(struct term_terse *t)
{
    t->row = t->col = t->col_max = 0;
}

/* Some columns were written, or up to that many when that depends on the terminal. In the last column some terminals wait there, some
 * go on in the next row. */
static void advance(struct term_terse *t, int columns, bool sure)
{
    t->col = sure && t->col > 0 ? t->col + columns : 0;
    t->col_max += columns;
    if (t->col_max > t->width)
        lose_cursor(t);
}

/* --- the look --- */

static bool is_same(struct term_look a, struct term_look b)
{
    return a.attrs == b.attrs && a.fg == b.fg && a.bg == b.bg;
}

/* Whether a blank looks the same in both. */
static bool is_same_blank(struct term_look a, struct term_look b)
{
    return a.bg == b.bg && ((a.attrs | b.attrs) & SHOWN_ON_BLANKS) == 0;
}

static void add_number(char out[SAY_MAX], int n)
{
    if (out[strlen(out) - 1] != '[')
        add_char(out, ';');
    add_digits(out, n);
}

/* `ground`: 0, or 10 for the background. */
static void add_color(char out[SAY_MAX], int color, int ground)
{
    if (color < 0)
        add_number(out, 39 + ground);
    else if (color < BRIGHT)
        add_number(out, 30 + ground + color);
    else if (color < INDEXED)
        add_number(out, 90 + ground + color - BRIGHT);
    else {
        add_number(out, 38 + ground);
        add_number(out, 5);
        add_number(out, color - INDEXED);
    }
}

/* What comes to `from`; the attributes of `from` that `to` has not are off already. */
static void add_changes(char out[SAY_MAX], struct term_look from, struct term_look to)
{
    for (int bit = 1; bit <= 8; bit++)
        if ((to.attrs & ~from.attrs & 1u << bit) != 0)
            add_number(out, bit);
    if (to.fg != from.fg)
        add_color(out, to.fg, 0);
    if (to.bg != from.bg)
        add_color(out, to.bg, 10);
    add_char(out, 'm');
}

/* Not every terminal can end each attribute by itself. */
static bool can_end(const struct term_terse *t, unsigned attrs)
{
    unsigned able = (t->underline_ends ? UNDERLINE : 0) | (t->reverse_ends ? REVERSE : 0);

    return (attrs & ~able) == 0;
}

static void say_look(struct term_terse *t)
{
    unsigned ends = t->is.attrs & ~t->want.attrs;
    char anew[SAY_MAX] = "\033[", best[SAY_MAX] = "\033[";

    if (!t->known || is_same(t->is, t->want))
        return;
    if (!is_same(t->want, usual))
        add_number(anew, 0);
    add_changes(anew, usual, t->want);
    if (can_end(t, ends)) {
        if ((ends & UNDERLINE) != 0)
            add_number(best, 24);
        if ((ends & REVERSE) != 0)
            add_number(best, 27);
        add_changes(best, t->is, t->want);
        shorter(anew, best);
    }
    say(t, anew, strlen(anew));
    t->is = t->want;
}

/* The colour at params[i], 38 or 48 and more; how many parameters it takes, 0 when it is none that is known here. */
static int read_color(const struct sequence *s, int i, int *color)
{
    if (i + 2 >= s->n_params || s->params[i + 1] != 5)
        return 0;
    *color = INDEXED + s->params[i + 2];
    return 3;
}

/* Applies the parameter at `i`; how many it took, 0 when it is none that is known here. */
static int read_look(const struct sequence *s, int i, struct term_look *look)
{
    int p = s->params[i], tens = p / 10 * 10;

    if (p == 0)
        *look = usual;
    else if (p >= 1 && p <= 8 && p != 6)
        look->attrs |= 1u << p;
    else if (p == 24 || p == 27)
        look->attrs &= ~(1u << (p - 20));
    else if (p == 38 || p == 48)
        return read_color(s, i, p == 38 ? &look->fg : &look->bg);
    else if (tens == 30)
        look->fg = p == 39 ? -1 : p - 30;
    else if (tens == 40)
        look->bg = p == 49 ? -1 : p - 40;
    else if ((tens == 90 || tens == 100) && p % 10 < BRIGHT)
        *(tens == 90 ? &look->fg : &look->bg) = p % 10 + BRIGHT;
    else
        return 0;
    return 1;
}

/* False when it is to pass as it is. */
static bool take_look(struct term_terse *t, const struct sequence *s)
{
    struct term_look look = t->want;
    bool resets = s->n_params == 0 || (s->n_params == 1 && s->params[0] == 0), understood = true;

    if (resets && !t->known) {
        t->known = true;
        t->is = t->want = usual;
        return false;
    }
    for (int i = 0, took; i < s->n_params && understood; i += took) {
        took = read_look(s, i, &look);
        understood = took > 0;
    }
    if (!understood)
        say_look(t); /* what was wanted before it */
    t->known = t->known && understood;
    t->want = resets ? usual : look;
    return t->known;
}

/* --- what ncurses says --- */

static void say_both(struct term_terse *t)
{
    say_cursor(t);
    say_look(t);
}

static int param(const struct sequence *s, int i)
{
    return i < s->n_params && s->params[i] > 0 ? s->params[i] : 1;
}

/* Where ncurses believes the cursor to be; false when that is not known. */
static bool believed(const struct term_terse *t, int *row, int *col)
{
    *row = t->wanted_row != 0 ? t->wanted_row : t->row;
    *col = t->wanted_row != 0 ? t->wanted_col : t->col;
    return *row > 0 && *col > 0;
}

/* A movement; false when it is to pass as it is. */
static bool take_move(struct term_terse *t, const struct sequence *s)
{
    int row, col, n = param(s, 0);
    bool sure = believed(t, &row, &col);

    if (s->end == 'H')
        want_at(t, n, param(s, 1));
    else if (s->end == 'G' && row > 0)
        want_at(t, row, n);
    else if (s->end == 'd' && col > 0)
        want_at(t, n, col);
    else if (!sure)
        return false;
    else
        want_at(t,
                row + (s->end == 'B'   ? n
                       : s->end == 'A' ? -n
                                       : 0),
                col + (s->end == 'C'   ? n
                       : s->end == 'D' ? -n
                                       : 0));
    return true;
}

static void pass(struct term_terse *t, const struct sequence *s)
{
    say_both(t);
    say(t, s->bytes, s->n);
}

/* What is erased takes the background only. */
static void erase(struct term_terse *t, const struct sequence *s)
{
    say_cursor(t);
    if (!is_same_blank(t->is, t->want))
        say_look(t);
    say(t, s->bytes, s->n);
}

static void take_sequence(struct term_terse *t, const struct sequence *s)
{
    if (s->plain && s->end == 'm') {
        if (!take_look(t, s)) {
            say_cursor(t);
            say(t, s->bytes, s->n);
        }
    } else if (s->plain && strchr("HGdABCD", s->end) != NULL) {
        if (take_move(t, s))
            return;
        pass(t, s);
        lose_cursor(t);
    } else if (s->plain && strchr("XKJ", s->end) != NULL) {
        erase(t, s);
    } else if (s->plain && strchr("P@", s->end) != NULL) {
        pass(t, s);
    } else {
        pass(t, s);
        if (s->plain && s->end == 'b') /* the last character again */
            advance(t, param(s, 0), true);
        else
            lose_cursor(t);
    }
}

/* A control character, or a sequence that does not begin with "ESC [". */
static void take_other(struct term_terse *t, const struct sequence *s)
{
    bool returns = s->n == (t->shifts ? 1u : 3u) && is_as(s->bytes, t->shifts ? "\017" : "\033(B");
    int row, col;

    if (returns && t->plain && t->known)
        return;
    if (believed(t, &row, &col) && (s->bytes[0] == '\r' || (s->bytes[0] == '\b' && col > 1))) {
        want_at(t, row, s->bytes[0] == '\r' ? 1 : col - 1);
        return;
    }
    pass(t, s);
    if (returns) {
        t->plain = true;
        return;
    }
    lose_cursor(t);
    if (s->bytes[0] == '\033' || s->bytes[0] == '\016')
        t->plain = t->known = false;
}

static void take_character(struct term_terse *t, char c)
{
    bool ascii = (c & 0x80) == 0;

    say_cursor(t);
    if (c != ' ' || !is_same_blank(t->is, t->want))
        say_look(t);
    say(t, &c, 1);
    advance(t, 1, ascii); /* no character of UTF-8 has more columns than bytes */
}

/* The sequence at the beginning of the bytes; what is cut is one too. */
static struct sequence read_sequence(const char *bytes, size_t n)
{
    struct sequence s = {.bytes = bytes, .n = 1, .plain = true};

    if (bytes[0] != '\033' || n < 2 || bytes[1] != '[') {
        s.n = bytes[0] != '\033' ? 1 : n >= 3 && strchr("()*+", bytes[1]) != NULL ? 3 : n < 2 ? 1 : 2;
        return s;
    }
    for (s.n = 2; s.n < n && s.end == '\0'; s.n++) {
        char c = bytes[s.n];

        if (c >= '@')
            s.end = c;
        else if (c >= '0' && c <= '9' && s.n_params > 0)
            s.params[s.n_params - 1] = s.params[s.n_params - 1] % 100000 * 10 + (c - '0');
        else if (c >= '0' && c <= '9')
            s.params[s.n_params++] = c - '0';
        else if (c == ';' && s.n_params < PARAMS_MAX - 1)
            s.n_params += s.n_params == 0 ? 2 : 1;
        else
            s.plain = false;
    }
    return s;
}

const char *term_terse_of(struct term_terse *t, int width, const char *bytes, size_t n, size_t *len)
{
    *len = n;
    if (!t->able)
        return bytes;
    t->width = width;
    t->n = 0;
    lose_cursor(t); /* other things than ncurses wrote between two pictures */
    for (size_t at = 0; at < n;) {
        struct sequence s = {.n = 1};

        if ((unsigned char)bytes[at] >= ' ' && bytes[at] != '\177') {
            take_character(t, bytes[at]);
        } else {
            s = read_sequence(bytes + at, n - at);
            if (s.end != '\0')
                take_sequence(t, &s);
            else
                take_other(t, &s);
        }
        at += s.n;
    }
    say_both(t);
    *len = t->n;
    return t->bytes;
}
