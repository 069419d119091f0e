/* canvas TERM…: what stands on a terminal is what stands in the canvas, cell by cell, after each of hundreds of random
 * frames: wide, combining and hostile text over and over; and each role looks the same wherever it stands. The terminal is libvterm's behind a pty; the program on the
 * other side is our own. Prints "ok"/"not ok" for each TERM. */

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "ui/key.h"
#include "ui/term.h"

enum { WIDTH = 80, HEIGHT = 24, FRAMES = 300, ANSWER_MS = 20000 };

/* Knuth's MMIX generator: both sides draw the same frames. */
static uint64_t seed;
static int chance(int below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (unsigned)below);
}

static void scribble(struct canvas *c)
{
    static const char *const bits[] = {"a",       "Z",
                                       "9",       " ",
                                       "中",      "文",
                                       "─",       "✓",
                                       "⣿",       "e\xcc\x81",
                                       "한",      "～",
                                       "😀",       "ｱ",
                                       "ก",       "नि",
                                       "\xff",    "\xe2\x80\xae",
                                       "\033[2J", "prod\xe2\x80\x8b"};

    if (chance(20) == 0)
        canvas_clear(c);
    for (int i = chance(60) + 1; i > 0; i--) {
        char text[256] = "";

        for (int k = chance(12) + 1; k > 0; k--) {
            size_t len = strlen(text);

            snprintf(text + len, sizeof text - len, "%s", bits[chance((int)(sizeof bits / sizeof *bits))]);
        }
        canvas_text(c, chance(WIDTH) - 3, chance(HEIGHT), chance(30), (enum role)chance(ROLE_COUNT), text_of(text));
        canvas_select(c, chance(WIDTH), chance(HEIGHT), chance(20));
    }
}

/* --- the program --- */

static void draw_frames(const char *slave, const char *name, int say, int hear)
{
    struct theme theme;
    struct canvas c;
    struct term *t;
    char byte = 'f';
    int fd;

    setsid();
    fd = open(slave, O_RDWR);
    ioctl(fd, TIOCSCTTY, 0);
    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    setenv("TERM", name, 1);
    setlocale(LC_ALL, "C.UTF-8");
    if (!theme_load("themes/okabe-dark.theme", &theme, NULL) || (t = term_new(TERM_COLOR_AUTO, NULL)) == NULL)
        _exit(2);
    term_theme(t, &theme);
    canvas_init(&c, WIDTH, HEIGHT, GLYPHS_UNICODE);
    for (int i = 0; i < FRAMES; i++) {
        scribble(&c);
        if (!term_draw(t, &c, "canvas") || write(say, &byte, 1) != 1 || read(hear, &byte, 1) != 1)
            _exit(3);
    }
    term_free(t);
    _exit(0);
}

/* --- the terminal --- */

enum { FRAME_BYTES = 1 << 17 };

struct screen {
    VTerm *vt;
    VTermScreen *cells;
    int master, said, told;
    char bytes[FRAME_BYTES]; /* of the frame that is coming */
    size_t n;
};

static bool take(struct screen *s, int timeout_ms)
{
    struct pollfd in = {.fd = s->master, .events = POLLIN};
    ssize_t n;

    if (poll(&in, 1, timeout_ms) <= 0 || (n = read(s->master, s->bytes + s->n, sizeof s->bytes - s->n)) <= 0)
        return false;
    s->n += (size_t)n;
    return true;
}

/* Takes what is written until the program says that its frame is drawn. */
static bool await_frame(struct screen *s)
{
    struct pollfd said = {.fd = s->said, .events = POLLIN};
    char byte;

    for (int ms = 0; poll(&said, 1, 0) == 0 && ms < ANSWER_MS; ms++)
        take(s, 1);
    if (poll(&said, 1, 0) <= 0 || read(s->said, &byte, 1) != 1)
        return false;
    while (take(s, 0))
        continue;
    /* All at once: libvterm loses a character that is parted between two writes (seen with 0.1 and a combining mark). */
    vterm_input_write(s->vt, s->bytes, s->n);
    s->n = 0;
    return true;
}

static void shown_at(const struct screen *s, int x, int y, VTermScreenCell *cell, char utf8[64])
{
    size_t len = 0;

    vterm_screen_get_cell(s->cells, (VTermPos){.row = y, .col = x}, cell);
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
        len += key_utf8(cell->chars[i], utf8 + len);
    utf8[len] = '\0';
    if (len == 0)
        snprintf(utf8, 64, " ");
}

/* The corner of the screen may stay blank (and a wide character beside it), and what combines may become '?' in the last column. */
static bool may_differ(const struct cell *cell, int x, int y)
{
    uint32_t cp;
    size_t len = strlen(cell->utf8);

    return (y == HEIGHT - 1 && x + 2 * cell->width > WIDTH) ||
           (x == WIDTH - 1 && len > 0 && text_decode(cell->utf8, len, &cp) != len);
}

/* What a role looked like where it was seen first, plain and selected. */
static struct look {
    bool seen;
    VTermScreenCell cell;
} looks[2][ROLE_COUNT], blank_looks[2][ROLE_COUNT];

static bool same_look(const VTermScreenCell *a, const VTermScreenCell *b, bool blank)
{
    return vterm_color_is_equal(&a->bg, &b->bg) && a->attrs.underline == b->attrs.underline &&
           a->attrs.reverse == b->attrs.reverse &&
           (blank || (vterm_color_is_equal(&a->fg, &b->fg) && a->attrs.bold == b->attrs.bold));
}

static bool looks_as_ever(const struct cell *cell, const VTermScreenCell *shown)
{
    bool blank = strcmp(cell->utf8, " ") == 0;
    struct look *look = &(blank ? blank_looks : looks)[cell->select != 0][cell->role];

    if (!look->seen)
        *look = (struct look){true, *shown};
    return same_look(&look->cell, shown, blank);
}

static bool same(const struct screen *s, const struct canvas *c, int frame)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const struct cell *cell = &c->cells[y * WIDTH + x];
            VTermScreenCell shown;
            char utf8[64];

            if (cell->width == 0 || may_differ(cell, x, y))
                continue;
            shown_at(s, x, y, &shown, utf8);
            if (strcmp(utf8, cell->utf8) == 0 && shown.width == cell->width && looks_as_ever(cell, &shown))
                continue;
            printf("# frame %d, column %d, row %d: '%s' is shown, '%s' was drawn as role %d%s\n", frame, x, y, utf8,
                   cell->utf8, cell->role, cell->select ? ", selected" : "");
            return false;
        }
    return true;
}

static bool watch(struct screen *s)
{
    struct canvas c;
    bool ok = canvas_init(&c, WIDTH, HEIGHT, GLYPHS_UNICODE);

    for (int i = 0; ok && i < FRAMES; i++) {
        scribble(&c);
        ok = await_frame(s) && same(s, &c, i) && write(s->told, "g", 1) == 1;
    }
    canvas_release(&c);
    return ok;
}

static bool try_terminal(const char *name)
{
    struct winsize size = {.ws_row = HEIGHT, .ws_col = WIDTH};
    int said[2], told[2], slave;
    struct screen s = {.master = posix_openpt(O_RDWR | O_NOCTTY)};
    pid_t pid;
    bool ok;

    if (s.master < 0 || grantpt(s.master) != 0 || unlockpt(s.master) != 0 || pipe(said) != 0 || pipe(told) != 0)
        return false;
    slave = open(ptsname(s.master), O_RDWR | O_NOCTTY);
    ioctl(s.master, TIOCSWINSZ, &size);
    seed = 7;
    fflush(stdout);
    pid = fork();
    if (pid == 0)
        draw_frames(ptsname(s.master), name, said[1], told[0]);
    s.said = said[0];
    s.told = told[1];
    s.vt = vterm_new(HEIGHT, WIDTH);
    vterm_set_utf8(s.vt, 1);
    s.cells = vterm_obtain_screen(s.vt);
    vterm_screen_enable_altscreen(s.cells, 1);
    vterm_screen_reset(s.cells, 1);
    memset(looks, 0, sizeof looks);
    memset(blank_looks, 0, sizeof blank_looks);
    ok = watch(&s);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    vterm_free(s.vt);
    close(s.master);
    close(slave);
    for (int i = 0; i < 2; i++) {
        close(said[i]);
        close(told[i]);
    }
    return ok;
}

int main(int argc, char **argv)
{
    bool all = true;

    for (int i = 1; i < argc; i++) {
        bool ok = try_terminal(argv[i]);

        printf("%s a screen shows what was drawn, TERM=%s\n", ok ? "ok" : "not ok", argv[i]);
        all = all && ok;
    }
    return all ? 0 : 1;
}
