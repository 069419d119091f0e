#include "ui/term.h"

/* This, term_row.c and term_style.c are the files that know ncurses (term_terse.c knows what it writes). Keys are read by our own parser (see keyparse.h): ncurses only draws. */

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
#include "ui/term_row.h"
#include "ui/term_sheet.h"
#include "ui/term_style.h"
#include "ui/term_terse.h"

enum {
    BYTES_MAX = 512,
    TITLE_MAX = 256,
    PROBE_MS = 300,
};

/* Buttons, and where in numbers of any size (SGR). */
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l";

struct term {
    SCREEN *screen;
    struct term_sheet sheet; /* what ncurses wrote */
    struct term_terse terse; /* how it is said */
    struct termios saved, modes;
    struct input input;

    struct term_styles style;

    struct canvas last; /* what stands on the screen */
    bool drawn, gone_out, ansi, utf8, titles;
    bool mouse;     /* it reports the mouse */
    bool no_corner; /* the last cell cannot be written without scrolling, but by inserting beside it */
    int width, height;
    char title[TITLE_MAX];
    char enter[BYTES_MAX], leave[BYTES_MAX], die[BYTES_MAX];
    char name[64], describe[192];
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

/* What ncurses wrote goes out at once. */
static void deliver(struct term *t)
{
    size_t n;
    const char *bytes = term_sheet_take(&t->sheet, &n);

    bytes = term_terse_of(&t->terse, t->width, bytes, n, &n);
    write_bytes(t, bytes, n);
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

/* NULL when the terminal has no such string. */
static const char *string_of(const char *capability)
{
    const char *s = tigetstr(capability);

    return s == (const char *)-1 ? NULL : s;
}

static bool has(const char *capability)
{
    return string_of(capability) != NULL;
}

/* newterm() asks where it writes for the size, and that is no terminal: then it reads it from here. */
static void put_size(const struct term *t)
{
    char number[16];

    if (t->width == 0)
        return;
    snprintf(number, sizeof number, "%d", t->height);
    setenv("LINES", number, 1);
    snprintf(number, sizeof number, "%d", t->width);
    setenv("COLUMNS", number, 1);
}

/* Opens $TERM, or what most terminals understand where it is unknown. */
static SCREEN *open_screen(struct term *t)
{
    const char *names[] = {getenv("TERM"), "xterm-256color", "xterm", "vt100"};

    put_size(t);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        SCREEN *screen = NULL;

        if (names[i] != NULL && names[i][0] != '\0')
            screen = newterm(names[i], t->sheet.file, stdin);
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
    term_sheet_close(&t->sheet);
    free(t);
    return NULL;
}

/* Stays 0 until it is known. */
static void read_size(struct term *t)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        t->width = size.ws_col;
        t->height = size.ws_row;
    }
    t->width = t->width > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : t->width;
    t->height = t->height > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : t->height;
}

/* C-z comes as a key, so that the screen is given back before the process stops; C-c stays a signal: it ends a program
 * that hangs. C-s stops no output: a console that is stopped shows old facts, and looks as if it were dead. ncurses
 * moves the cursor with bare newlines and tabs, so the line changes nothing of what is written. */
static void set_modes(struct term *t)
{
    t->modes = t->saved;
    t->modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
    t->modes.c_lflag |= ISIG;
    t->modes.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON);
    t->modes.c_oflag &= ~(tcflag_t)OPOST;
    t->modes.c_cc[VSUSP] = _POSIX_VDISABLE;
    t->modes.c_cc[VMIN] = 1;
    t->modes.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &t->modes);
}

static void set_colors(struct term *t, enum term_color color)
{
    if (!color_wanted(color) || !has_colors() || start_color() != OK || COLORS < 8)
        return;
    t->style.colors = COLORS;
    t->style.default_colors = use_default_colors() == OK;
}

/* What a death writes from now on. */
static void arm(const struct term *t, bool mouse)
{
    char bytes[BYTES_MAX + sizeof mouse_off];

    snprintf(bytes, sizeof bytes, "%s%s", mouse ? mouse_off : "", t->die);
    rescue_arm(STDOUT_FILENO, &t->saved, bytes, strlen(bytes));
}

/* ncurses lets those lines scroll that there were when it began, and no others. In the last of them a newline does not move the cursor
 * down, and some terminals delete no characters in those below. The cursor goes home: where it is, or a picture is about to begin. */
static void open_margins(struct term *t)
{
    const char *region = string_of("csr");

    if (region != NULL)
        write_text(t, tiparm(region, 0, t->height - 1));
}

static void take_over(struct term *t)
{
    term_terse_forget(&t->terse);
    arm(t, t->mouse);
    curs_set(0);
    if (isendwin()) {
        move(0, 0);
        refresh();
    }
    deliver(t);
    open_margins(t);
    write_text(t, t->enter);
    if (t->mouse)
        write_text(t, mouse_on);
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
    term_terse_init(&t->terse, string_of);
    if (t->width == 0) { /* a line that tells none */
        t->width = COLS;
        t->height = LINES;
    }
    read_size(t);
    resize_term(t->height, t->width);
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
    if (!term_sheet_open(&t->sheet))
        return give_up(t, err);
    read_size(t);
    t->screen = open_screen(t);
    if (t->screen == NULL || !has("cup"))
        return give_up(t, err);
    typeahead(-1);
    scrollok(stdscr, FALSE);
    set_modes(t);
    set_colors(t, color);
    learn(t);
    take_over(t);
    return t;
}

static void hand_over(struct term *t)
{
    if (t->mouse)
        write_text(t, mouse_off);
    if (!term_gone(t))
        write_text(t, t->leave);
    endwin();
    deliver(t);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &t->saved);
    rescue_disarm();
}

void term_free(struct term *t)
{
    if (t == NULL)
        return;
    hand_over(t);
    delscreen(t->screen);
    term_sheet_close(&t->sheet);
    term_terse_release(&t->terse);
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
    set_modes(t);
    clearok(curscr, TRUE);
    take_over(t);
}

void term_theme(struct term *t, const struct theme *theme)
{
    term_style_theme(&t->style, theme);
    t->drawn = false;
}

/* --- drawing --- */

/* The rows that are not as they stand on the screen; whether there was one. */
static bool draw_changes(struct term *t, const struct canvas *c)
{
    size_t width = (size_t)c->width, bytes = width * sizeof *c->cells;
    bool comparable = t->drawn && t->last.width == c->width && t->last.height == c->height, changed = !comparable;
    struct term_row row = {&t->style, t->width, t->no_corner ? t->height - 1 : -1, t->utf8};

    if (!comparable) {
        erase();
        canvas_release(&t->last);
        canvas_init(&t->last, c->width, c->height, c->glyphs);
    }
    for (int y = 0; y < c->height; y++) {
        struct cell *last = &t->last.cells[(size_t)y * width];
        const struct cell *cells = &c->cells[(size_t)y * width];

        if (comparable && memcmp(last, cells, bytes) == 0)
            continue;
        if (y < t->height)
            term_row_draw(&row, c, comparable ? last : NULL, y);
        memcpy(last, cells, bytes);
        changed = true;
    }
    return changed;
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

static bool cursor_moved(const struct term *t, const struct canvas *c)
{
    return t->last.cursor_x != c->cursor_x || t->last.cursor_y != c->cursor_y ||
           t->last.cursor_shown != c->cursor_shown;
}

static void place_cursor(struct term *t, const struct canvas *c)
{
    int x = c->cursor_x < t->width ? c->cursor_x : t->width - 1;

    if (c->cursor_shown != t->last.cursor_shown || !t->drawn)
        curs_set(c->cursor_shown ? 1 : 0);
    move(c->cursor_y >= 0 && c->cursor_y < t->height ? c->cursor_y : 0, x >= 0 ? x : 0);
    t->last.cursor_x = c->cursor_x;
    t->last.cursor_y = c->cursor_y;
    t->last.cursor_shown = c->cursor_shown;
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
    if (!draw_changes(t, canvas) && !cursor_moved(t, canvas))
        return !term_gone(t);
    place_cursor(t, canvas);
    wnoutrefresh(stdscr);
    doupdate();
    deliver(t);
    t->drawn = true;
    return !term_gone(t);
}

void term_redraw(struct term *t)
{
    term_terse_forget(&t->terse);
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
    open_margins(t);
    term_redraw(t);
    return true;
}

uint32_t term_key(struct term *t)
{
    return resized(t) ? KEY_CODE_RESIZE : input_key(&t->input);
}

bool term_mouse(struct term *t, bool on)
{
    if (!t->ansi || on == t->mouse)
        return t->ansi || !on;
    arm(t, true); /* before it is told to begin, until it was told to stop */
    write_text(t, on ? mouse_on : mouse_off);
    t->mouse = on;
    arm(t, on);
    return true;
}

void term_mouse_at(const struct term *t, int *x, int *y)
{
    *x = t->input.parse.mouse_x;
    *y = t->input.parse.mouse_y;
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

_Static_assert((int)TERM_SENT_MAX == (int)INPUT_TAKEN_MAX, "the one fills the other");
size_t term_sent(struct term *t, unsigned char out[TERM_SENT_MAX])
{
    return input_taken(&t->input, out);
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
             strcmp(asked, t->name) != 0 ? " taken for " : "", strcmp(asked, t->name) != 0 ? t->name : "",
             t->style.colors, t->width, t->height, t->utf8 ? "UTF-8" : "not UTF-8");
    return t->describe;
}

const char *term_version(void)
{
    return curses_version();
}
