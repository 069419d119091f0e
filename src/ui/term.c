#include "ui/term.h"

/* The one file that knows ncurses. Keys are read by our own parser (see keyparse.h): ncurses only draws. */

#define key_name curses_key_name /* not the one of ui/key.h */
#include <curses.h>
#undef key_name

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/input.h"
#include "ui/key.h"
#include "ui/rescue.h"

enum {
    PAIRS_MAX = 128,
    BYTES_MAX = 512,
    TITLE_MAX = 256,
    PROBE_MS = 300,
    CLUSTER_MAX = CCHARW_MAX + 1,
};

struct style {
    bool ready;
    attr_t attrs;
    short pair;
};

struct term {
    SCREEN *screen;
    struct termios saved;
    struct input input;

    struct theme theme;
    int colors; /* 0: attributes only */
    bool default_colors;
    struct style styles[2][ROLE_COUNT];
    struct {
        int fg, bg;
    } pairs[PAIRS_MAX];
    int n_pairs;

    struct canvas last; /* what stands on the screen */
    bool drawn, gone_out, ansi, utf8, titles;
    bool no_corner; /* the last cell cannot be written without scrolling, but by inserting beside it */
    int width, height;
    char title[TITLE_MAX];
    char enter[BYTES_MAX], leave[BYTES_MAX], die[BYTES_MAX];
    char name[64], describe[192];
    cchar_t row[CANVAS_SIDE_MAX];
};

/* --- bytes of our own --- */

bool term_gone(const struct term *t)
{
    return t->gone_out || t->input.gone;
}

static void write_bytes(struct term *t, const char *bytes, size_t n)
{
    while (n > 0 && !term_gone(t)) {
        ssize_t done = write(STDOUT_FILENO, bytes, n);

        if (done < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (done <= 0) {
            t->gone_out = true;
            return;
        }
        bytes += done;
        n -= (size_t)done;
    }
}

static void write_text(struct term *t, const char *s)
{
    write_bytes(t, s, strlen(s));
}

/* Appends a terminfo string without its padding ("$<5>"), which only tputs() could play. */
static void add_capability(char out[BYTES_MAX], const char *capability)
{
    const char *s = tigetstr(capability);
    size_t len = strlen(out);

    if (s == NULL || s == (const char *)-1)
        return;
    for (; *s != '\0' && len + 1 < BYTES_MAX; s++) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

        if (end != NULL)
            s = end;
        else
            out[len++] = *s;
    }
    out[len] = '\0';
}

static void add_text(char out[BYTES_MAX], const char *s)
{
    size_t len = strlen(out);

    snprintf(out + len, BYTES_MAX - len, "%s", s);
}

/* Terminals that are known to take OSC 2 and the stack of titles; others might print it. */
static bool knows_titles(const char *term)
{
    static const char *const known[] = {"xterm",     "tmux",    "screen",  "rxvt", "foot",  "kitty",
                                        "alacritty", "putty",   "konsole", "vte",  "gnome", "wezterm",
                                        "contour",   "ghostty", "mlterm",  "st-"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(term, known[i], strlen(known[i])) == 0)
            return true;
    return false;
}

/* What ncurses does not do on its own when it takes the terminal and gives it back; `die` is what a crash writes, so it
 * ends with what endwin() would do. */
static void prepare_modes(struct term *t)
{
    add_capability(t->enter, "smkx");
    add_capability(t->leave, "rmkx");
    if (t->ansi) {
        add_text(t->enter, "\033[?2004h\033[?1004h");
        add_text(t->leave, "\033[?2004l\033[?1004l");
    }
    if (t->titles) {
        add_text(t->enter, "\033[22;2t");
        add_text(t->leave, "\033[23;2t");
    }
    add_text(t->die, t->leave);
    add_capability(t->die, "sgr0");
    add_capability(t->die, "op");
    add_capability(t->die, "cnorm");
    add_capability(t->die, "rmcup");
}

/* --- taking and giving --- */

static bool color_wanted(enum term_color color)
{
    const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE"), *cli = getenv("CLICOLOR");

    if (color != TERM_COLOR_AUTO)
        return color == TERM_COLOR_ALWAYS;
    if (no != NULL && no[0] != '\0')
        return false;
    if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0)
        return true;
    return cli == NULL || strcmp(cli, "0") != 0;
}

static bool has(const char *capability)
{
    const char *s = tigetstr(capability);

    return s != NULL && s != (const char *)-1;
}

/* Opens $TERM, or what most terminals understand where it is unknown. */
static SCREEN *open_screen(struct term *t)
{
    const char *names[] = {getenv("TERM"), "xterm-256color", "xterm", "vt100"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        SCREEN *screen = NULL;

        if (names[i] != NULL && names[i][0] != '\0')
            screen = newterm(names[i], stdout, stdin);
        if (screen == NULL)
            continue;
        snprintf(t->name, sizeof t->name, "%s", names[i]);
        return screen;
    }
    return NULL;
}

static struct term *give_up(struct term *t, struct err *err)
{
    const char *wished = getenv("TERM");

    err_set(err, ERR_INPUT, "cannot draw on terminal '%s': %s", wished != NULL ? wished : "",
            t->screen != NULL ? "it cannot move its cursor" : "it is not known here, nor is xterm or vt100");
    err_hint(err, "set TERM to what the terminal is, or print the screen as text with --once");
    if (t->screen != NULL)
        delscreen(t->screen);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &t->saved);
    rescue_disarm();
    free(t);
    return NULL;
}

static void read_size(struct term *t)
{
    struct winsize size;

    t->width = COLS;
    t->height = LINES;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        t->width = size.ws_col;
        t->height = size.ws_row;
    }
    t->width = t->width > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : t->width < 1 ? 1 : t->width;
    t->height = t->height > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : t->height < 1 ? 1 : t->height;
}

/* C-z comes as a key, so that the screen is given back before the process stops; C-c stays a signal: it ends a program
 * that hangs. */
static void set_modes(void)
{
    struct termios modes;

    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    typeahead(-1);
    scrollok(stdscr, FALSE);
    if (tcgetattr(STDIN_FILENO, &modes) == 0) {
        modes.c_lflag &= ~(tcflag_t)IEXTEN;
        modes.c_cc[VSUSP] = _POSIX_VDISABLE;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    }
    def_prog_mode();
    curs_set(0);
}

static void set_colors(struct term *t, enum term_color color)
{
    if (!color_wanted(color) || !has_colors() || start_color() != OK || COLORS < 8)
        return;
    t->colors = COLORS;
    t->default_colors = use_default_colors() == OK;
}

static void take_over(struct term *t)
{
    rescue_arm(STDOUT_FILENO, &t->saved, t->die, strlen(t->die));
    refresh();
    write_text(t, t->enter);
    t->drawn = false;
    t->title[0] = '\0';
}

static void learn(struct term *t)
{
    const char *wished = getenv("TERM"), *clear_text = tigetstr("clear");

    t->ansi = has("clear") && strstr(clear_text, "\033[") != NULL;
    t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    t->no_corner = tigetflag("am") > 0 && !has("rmam");
    t->titles = t->ansi && knows_titles(wished != NULL ? wished : "");
    read_size(t);
    prepare_modes(t);
}

struct term *term_new(enum term_color color, struct err *err)
{
    struct term *t;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        err_set(err, ERR_INPUT, "cannot open the console: standard input or output is no terminal");
        err_hint(err, "print the screen as text with --once");
        return NULL;
    }
    t = mem_new(1, sizeof *t);
    input_init(&t->input, STDIN_FILENO);
    tcgetattr(STDIN_FILENO, &t->saved);
    /* Before newterm(), which would take SIGINT and SIGTERM for a handler that is not safe in signals. */
    rescue_arm(STDOUT_FILENO, &t->saved, "", 0);
    t->screen = open_screen(t);
    if (t->screen == NULL || !has("cup"))
        return give_up(t, err);
    set_modes();
    set_colors(t, color);
    learn(t);
    take_over(t);
    return t;
}

static void hand_over(struct term *t)
{
    if (!term_gone(t))
        write_text(t, t->leave);
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &t->saved);
    rescue_disarm();
}

void term_free(struct term *t)
{
    if (t == NULL)
        return;
    hand_over(t);
    delscreen(t->screen);
    canvas_release(&t->last);
    free(t);
}

void term_suspend(struct term *t)
{
    struct sigaction before, stop = {.sa_handler = SIG_DFL};
    sigset_t mask, mask_before;

    hand_over(t);
    sigemptyset(&stop.sa_mask);
    sigaction(SIGTSTP, &stop, &before);
    sigemptyset(&mask);
    sigaddset(&mask, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &mask, &mask_before);
    kill(0, SIGTSTP); /* the whole job, as the terminal would */
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    sigaction(SIGTSTP, &before, NULL);

    tcgetattr(STDIN_FILENO, &t->saved);
    reset_prog_mode();
    clearok(curscr, TRUE);
    take_over(t);
}

/* --- colours --- */

void term_theme(struct term *t, const struct theme *theme)
{
    t->theme = *theme;
    memset(t->styles, 0, sizeof t->styles);
    t->n_pairs = 0;
    t->drawn = false;
}

static attr_t attrs_of(unsigned attrs)
{
    return ((attrs & THEME_BOLD) != 0 ? A_BOLD : A_NORMAL) | ((attrs & THEME_DIM) != 0 ? A_DIM : A_NORMAL) |
           ((attrs & THEME_REVERSE) != 0 ? A_REVERSE : A_NORMAL) |
           ((attrs & THEME_UNDERLINE) != 0 ? A_UNDERLINE : A_NORMAL);
}

/* The pair of these two colours, or -1 when the terminal has none left (8 colours often come with 64 pairs). */
static int pair_of(struct term *t, int fg, int bg)
{
    int max = COLOR_PAIRS < PAIRS_MAX ? COLOR_PAIRS : PAIRS_MAX;

    if (!t->default_colors) {
        fg = fg < 0 ? COLOR_WHITE : fg;
        bg = bg < 0 ? COLOR_BLACK : bg;
    } else if (fg < 0 && bg < 0) {
        return 0;
    }
    for (int i = 0; i < t->n_pairs; i++)
        if (t->pairs[i].fg == fg && t->pairs[i].bg == bg)
            return i + 1;
    if (t->n_pairs + 1 >= max || init_pair((short)(t->n_pairs + 1), (short)fg, (short)bg) != OK)
        return -1;
    t->pairs[t->n_pairs].fg = fg;
    t->pairs[t->n_pairs].bg = bg;
    return ++t->n_pairs;
}

struct colors {
    int fg, bg;
    attr_t attrs;
};

/* Eight colours have no bright ones: bold stands for them, and dim for the bright black. */
static struct colors to_depth(const struct term *t, const struct theme_role *r)
{
    struct colors c = {r->fg16, r->bg16, attrs_of(r->attrs)};

    if (t->colors >= 256)
        return (struct colors){r->fg256, r->bg256, c.attrs};
    if (t->colors < 16 && c.fg >= 8) {
        c.attrs |= c.fg == 8 ? A_DIM : A_BOLD;
        c.fg = c.fg == 8 ? -1 : c.fg - 8;
    }
    if (t->colors < 16 && c.bg >= 8)
        c.bg -= 8;
    return c;
}

/* In reverse video a selected row shows what is reversed by itself the right way round. */
static struct style plain_style(const struct theme_role *r, const struct theme_role *select)
{
    struct style s = {.ready = true, .attrs = attrs_of(r->mono)};

    if (select != NULL)
        s.attrs = (s.attrs | (attrs_of(select->mono) & ~A_REVERSE)) ^ (attrs_of(select->mono) & A_REVERSE);
    return s;
}

static struct style make_style(struct term *t, enum role role, bool selected)
{
    const struct theme_role *r = &t->theme.roles[role], *select = selected ? &t->theme.roles[ROLE_SELECT] : NULL;
    struct colors c = to_depth(t, r);
    int pair;

    if (t->colors == 0)
        return plain_style(r, select);
    if (selected) {
        struct colors over = to_depth(t, select);

        c.fg = c.fg < 0 ? over.fg : c.fg;
        c.bg = over.bg < 0 ? c.bg : over.bg;
        c.attrs = (c.attrs | (over.attrs & ~A_REVERSE)) ^ (over.attrs & A_REVERSE);
    }
    pair = pair_of(t, c.fg, c.bg);
    if (pair < 0)
        return plain_style(r, select);
    return (struct style){.ready = true, .attrs = c.attrs, .pair = (short)pair};
}

static struct style style_of(struct term *t, const struct cell *cell)
{
    struct style *s = &t->styles[cell->select != 0][cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT];

    if (!s->ready)
        *s = make_style(t, cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT, cell->select != 0);
    return *s;
}

/* --- drawing --- */

/* The wide characters of a cell; false when this terminal or this C library would not give it its columns. In the last
 * column a terminal may take what combines for the first character of the next line. */
static bool decode_cell(const struct term *t, const struct cell *cell, bool last, wchar_t out[CLUSTER_MAX])
{
    size_t len = strnlen(cell->utf8, sizeof cell->utf8), at = 0, n = 0;
    uint32_t cp;

    while (at < len && n + 1 < CLUSTER_MAX) {
        size_t bytes = text_decode(cell->utf8 + at, len - at, &cp);

        if (bytes == 0 || (cp >= 0x80 && !t->utf8))
            return false;
        out[n++] = (wchar_t)cp;
        at += bytes;
    }
    out[n] = L'\0';
    return n > 0 && wcwidth(out[0]) == cell->width && !(last && n > 1);
}

static int put_cell(struct term *t, const struct cell *cell, bool last, cchar_t *out)
{
    struct style style = style_of(t, cell);
    wchar_t text[CLUSTER_MAX];

    if (decode_cell(t, cell, last, text) && setcchar(out, text, style.attrs, style.pair, NULL) == OK)
        return 1;
    for (int i = 0; i < cell->width; i++)
        setcchar(&out[i], L"?", style.attrs, style.pair, NULL);
    return cell->width;
}

static const struct cell *row_of(const struct canvas *c, int y)
{
    return &c->cells[(size_t)y * (size_t)c->width];
}

static void draw_row(struct term *t, const struct canvas *c, int y)
{
    static const struct cell blank = {" ", ROLE_TEXT, 0, 1};
    const struct cell *cells = row_of(c, y);
    bool cornered = t->no_corner && y == t->height - 1 && c->width >= t->width;
    int n = 0, end = cornered ? t->width - 1 : c->width, x = 0;

    /* ncurses takes a wide character beside the corner for one that reaches into it. */
    for (; x < end && x + cells[x].width + (cornered && cells[x].width == 2) <= end; x += cells[x].width)
        n += put_cell(t, &cells[x], x == t->width - 1, &t->row[n]);
    for (; x < end + cornered; x++)
        n += put_cell(t, &blank, false, &t->row[n]);
    mvadd_wchnstr(y, 0, t->row, n);
}

static void draw_changes(struct term *t, const struct canvas *c)
{
    size_t bytes = (size_t)c->width * sizeof *c->cells;
    bool comparable = t->drawn && t->last.width == c->width && t->last.height == c->height;

    if (!comparable)
        erase();
    for (int y = 0; y < c->height && y < t->height; y++)
        if (!comparable || memcmp(row_of(&t->last, y), row_of(c, y), bytes) != 0)
            draw_row(t, c, y);
}

static void remember(struct term *t, const struct canvas *c)
{
    if (t->last.width != c->width || t->last.height != c->height) {
        canvas_release(&t->last);
        canvas_init(&t->last, c->width, c->height, c->glyphs);
    }
    if (t->last.cells != NULL && c->cells != NULL)
        memcpy(t->last.cells, c->cells, (size_t)c->width * (size_t)c->height * sizeof *c->cells);
    t->last.cursor_x = c->cursor_x;
    t->last.cursor_y = c->cursor_y;
    t->last.cursor_shown = c->cursor_shown;
    t->drawn = true;
}

static bool same(const struct term *t, const struct canvas *c)
{
    return t->drawn && t->last.width == c->width && t->last.height == c->height && t->last.cursor_x == c->cursor_x &&
           t->last.cursor_y == c->cursor_y && t->last.cursor_shown == c->cursor_shown &&
           memcmp(t->last.cells, c->cells, (size_t)c->width * (size_t)c->height * sizeof *c->cells) == 0;
}

static void draw_title(struct term *t, const char *title)
{
    char safe[TITLE_MAX], bytes[TITLE_MAX + 16];

    text_show_in(text_of(title != NULL ? title : ""), safe, sizeof safe);
    if (!t->titles || safe[0] == '\0' || strcmp(safe, t->title) == 0)
        return;
    snprintf(t->title, sizeof t->title, "%s", safe);
    snprintf(bytes, sizeof bytes, "\033]2;%s\a", safe);
    write_text(t, bytes);
}

bool term_copy(struct term *t, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char out[TERM_COPY_MAX * 4 / 3 + 32] = "\033]52;c;";
    size_t n = strlen(text), len = strlen(out);

    if (!t->titles || n > TERM_COPY_MAX)
        return false;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i < 3 ? n - i : 3;
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < left ? (unsigned char)text[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            out[len++] = k <= left ? digits[bits >> (18 - 6 * k) & 63] : '=';
    }
    snprintf(out + len, sizeof out - len, "\a");
    write_text(t, out);
    return true;
}

static void place_cursor(const struct term *t, const struct canvas *c)
{
    int x = c->cursor_x < t->width ? c->cursor_x : t->width - 1;

    if (c->cursor_shown != t->last.cursor_shown || !t->drawn)
        curs_set(c->cursor_shown ? 1 : 0);
    move(c->cursor_y >= 0 && c->cursor_y < t->height ? c->cursor_y : 0, x >= 0 ? x : 0);
}

bool term_draw(struct term *t, const struct canvas *canvas, const char *title)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    if (poll(&out, 1, 0) > 0 && (out.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
        t->gone_out = true;
    if (term_gone(t))
        return false;
    /* A terminal that takes nothing (C-s, a stalled line) gets this frame's news with a later one. */
    if ((out.revents & POLLOUT) == 0 || canvas->cells == NULL)
        return true;
    draw_title(t, title);
    if (same(t, canvas))
        return !term_gone(t);
    draw_changes(t, canvas);
    place_cursor(t, canvas);
    wnoutrefresh(stdscr);
    doupdate();
    remember(t, canvas);
    return !term_gone(t);
}

void term_redraw(struct term *t)
{
    clearok(curscr, TRUE);
    t->drawn = false;
}

/* --- keys --- */

static bool resized(struct term *t)
{
    int width = t->width, height = t->height;

    read_size(t);
    if (t->width == width && t->height == height)
        return false;
    resize_term(t->height, t->width);
    term_redraw(t);
    return true;
}

uint32_t term_key(struct term *t)
{
    return resized(t) ? KEY_CODE_RESIZE : input_key(&t->input);
}

const char *term_pasted(const struct term *t)
{
    return keyparse_pasted(&t->input.parse);
}

/* --- asking --- */

bool term_is_utf8(struct term *t)
{
    int column;

    if (!t->utf8 || !t->ansi)
        return t->utf8;
    /* 中文, on the second line so that a late answer is not taken for a key. */
    write_text(t, "\033[2;1H\xe4\xb8\xad\xe6\x96\x87\033[6n");
    column = input_column(&t->input, PROBE_MS);
    write_text(t, "\r\033[K");
    term_redraw(t);
    /* The same six bytes are three other characters of two columns in GBK, six of one in Latin-1. */
    if (column > 0)
        t->utf8 = column == 5;
    return t->utf8;
}

void term_size(const struct term *t, int *width, int *height)
{
    *width = t->width;
    *height = t->height;
}

int term_fd(const struct term *t)
{
    (void)t;
    return STDIN_FILENO;
}

void term_esc_delay(struct term *t, int delay_ms)
{
    t->input.esc_delay_ms = delay_ms;
}

const char *term_describe(struct term *t)
{
    const char *wished = getenv("TERM");
    char asked[64];

    text_show_in(text_of(wished != NULL ? wished : ""), asked, sizeof asked);
    snprintf(t->describe, sizeof t->describe, "TERM %s%s%s, %d colours, %dx%d, %s", asked,
             strcmp(asked, t->name) != 0 ? " taken for " : "", strcmp(asked, t->name) != 0 ? t->name : "", t->colors,
             t->width, t->height, t->utf8 ? "UTF-8" : "not UTF-8");
    return t->describe;
}

const char *term_version(void)
{
    return curses_version();
}
