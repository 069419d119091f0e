/* keys VIEW LIST PROGRAM ARGUMENTS: presses every key that LIST (what `hubtop keys` printed) has for VIEW and for everywhere, once,
 * in one run. keys --random SEED SECONDS PROGRAM ARGUMENTS: keys, pastes, sizes, cut sequences and bad bytes by chance; Nx for SECONDS:
 * N of them, some of which are what gives orders. Whatever is pressed: the program lives, its screen is whole, and Esc closes what has opened. */
#define _GNU_SOURCE
#include "e2e/run.h"
#include "ui/dialog.h"
#include "ui/key.h"

enum {
    COLS = 80,
    ROWS = 24,
    QUIT_MS = 5000,
    TITLE_MS = 5000,
    KEYS_MAX = 256,
    WORDS_MAX = 64,
};

/* --- keys --- */

static bool press(struct run *r, const char *name)
{
    char own[2];
    const char *bytes = run_key(name, own);
    if (strcmp(name, "Esc") == 0)
        return esc(r);
    return feed(r, bytes, strlen(bytes)) && calm(r);
}

/* Every key that has a name can be pressed here. */
static bool all_named(struct run *r)
{
    for (uint32_t code = KEY_CODE_NAMED + 1; code <= KEY_CODE_F10; code++) {
        char name[KEY_NAME_MAX], own[2];
        key_name(code, name);
        if (run_key(name, own) == name)
            return fail(r, "what a terminal sends for %s is not in the table", name);
    }
    return true;
}

static bool is_in(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static bool ends(const char *key)
{
    static const char *const them[] = {"Q", "F10", "C-c", "C-z"};
    return is_in(key, them, sizeof them / sizeof *them);
}

/* The keys of a view and of everywhere into `keys`; how many. */
static int read_keys(const char *file, const char *view, char keys[KEYS_MAX][KEY_NAME_MAX])
{
    char line[1024];
    int n = 0;
    FILE *f = fopen(file, "r");
    while (f && fgets(line, sizeof line, f)) {
        char *tab = strchr(line, '\t'), *end = tab ? strchr(tab + 1, '\t') : NULL, *save = NULL;
        if (!end)
            continue;
        *tab = *end = '\0';
        if (strcmp(line, view) != 0 && strcmp(line, "everywhere") != 0)
            continue;
        for (char *key = strtok_r(tab + 1, " ", &save); key && n < KEYS_MAX; key = strtok_r(NULL, " ", &save))
            snprintf(keys[n++], KEY_NAME_MAX, "%s", key);
    }
    if (f)
        fclose(f);
    return n;
}

/* What row 1 calls the view: the fourth word. */
static void title(struct run *r, char out[64])
{
    char row[SCREEN_ROW_MAX], *save = NULL, *word;
    screen_row(r->screen, 0, row);
    word = strtok_r(row, " ", &save);
    for (int i = 0; word && i < 3; i++)
        word = strtok_r(NULL, " ", &save);
    snprintf(out, 64, "%s", word ? word : "");
}

static bool wait_sane(struct run *r)
{
    for (int64_t end = now_ms() + CALM_MS; !r->ended && now_ms() < end && !screen_has(r->screen, " HUBTOP");)
        take(r, 10);
    return sane(r) && (screen_coloured(r->screen) || fail(r, "nothing is coloured"));
}

/* A dialog takes no key for a moment, so that none is confirmed by one that was pressed before it was seen. */
static bool close_it(struct run *r)
{
    static const char mark[] = "Esc Cancel";
    int64_t end = now_ms() + DIALOG_GUARD_MS;
    while (screen_has(r->screen, mark) && now_ms() < end)
        take(r, (int)(end - now_ms()));
    return esc(r) && sane(r) && (!screen_has(r->screen, mark) || fail(r, "Esc does not close it"));
}

/* A key, Esc, and a command that would go nowhere if something were open still. */
static bool press_one(struct run *r, const char *view, const char *key, const char *wanted)
{
    char command[64], is[64];
    snprintf(r->doing, sizeof r->doing, "%.40s, key %.16s", view, key);
    if (!press(r, key) || !sane(r) || !cursor_in_line(r, ':') || !cursor_in_line(r, '/') || !close_it(r))
        return false;
    if (strcmp(view, "doctor") == 0 && !esc(r)) /* its key test takes Esc for a key like others, and ends with two */
        return false;
    /* Delete: what is set in the setup view is as it was, else its title might be in another language */
    snprintf(command, sizeof command, ":%.40s\r%s", view, strcmp(view, "setup") == 0 ? "\033[3~" : "");
    if (!feed(r, command, strlen(command)))
        return false;
    int64_t end = now_ms() + TITLE_MS;
    for (title(r, is); !r->ended && strcmp(is, wanted) != 0 && now_ms() < end; title(r, is))
        take(r, 10);
    if (!sane(r) || !cursor_right(r, strcmp(view, "matrix") == 0))
        return false;
    return strcmp(is, wanted) == 0 || fail(r, "after Esc and :%s it shows %s, not %s", view, is, wanted);
}

static bool quit(struct run *r, const char *key)
{
    int64_t end = now_ms() + QUIT_MS;
    char own[2], left[256];
    const char *bytes = run_key(key, own);
    if (!feed(r, bytes, strlen(bytes)))
        return false;
    while (!r->ended && now_ms() < end)
        take(r, 10);
    if (!r->ended)
        return fail(r, "%s has not ended it within %d ms", key, QUIT_MS);
    while (take(r, 0))
        ;
    if (!WIFEXITED(r->status) || WEXITSTATUS(r->status) != (strcmp(key, "C-c") == 0 ? 128 + SIGINT : 0))
        return fail(r, "%s ends it in no good way", key);
    return !screen_modes_left(r->screen, left, sizeof left) || fail(r, "the terminal is left with %s", left);
}

/* Here nobody could wake it, for it leads its session, and the system does not stop it: it must go on. terminal.e2e suspends it. */
static bool suspend(struct run *r)
{
    return feed(r, "\032", 1) && wait_sane(r) && quit(r, "Q");
}

static bool last_key(struct run *r, const char *view, const char *key)
{
    snprintf(r->doing, sizeof r->doing, "%.40s, key %.16s", view, key);
    bool ok = start(r, COLS, ROWS) && wait_sane(r) && (strcmp(key, "C-z") == 0 ? suspend(r) : quit(r, key));
    put_away(r);
    return ok;
}

/* Those that show no rows of their own; nobody has made a plan here. */
static const char *const empty[] = {"doctor", "rebalance"};

static bool press_all(struct run *r, const char *view, const char *list)
{
    static char keys[KEYS_MAX][KEY_NAME_MAX];
    char wanted[64];
    int n = read_keys(list, view, keys), pressed = 0;
    bool ok = all_named(r) && start(r, COLS, ROWS) && wait_sane(r);
    title(r, wanted);
    for (int i = 0; ok && i < n; i++)
        if (!ends(keys[i])) {
            ok = press_one(r, view, keys[i], wanted);
            pressed += ok;
        }
    ok = ok && quit(r, "Q");
    put_away(r);
    for (int i = 0; ok && strcmp(view, "overview") == 0 && i < n; i++)
        if (ends(keys[i]))
            ok = last_key(r, view, keys[i]);
    if (ok && pressed < 20)
        return fail(r, "the list has but %d keys", pressed);
    if (ok && r->marked == 0 && !is_in(view, empty, sizeof empty / sizeof *empty))
        return fail(r, "no row had the focus");
    if (ok)
        printf("ok %s: %d keys\n", view, pressed);
    return ok;
}

/* --- by chance --- */

static uint64_t chance_state;

static unsigned chance(unsigned below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (unsigned)((chance_state >> 16) % below);
}

/* What the terminal itself makes a signal of: C-c, C-z, C-\. */
static bool the_terminals(char c)
{
    return c == 3 || c == 26 || c == 28;
}

/* Not those that end or suspend it. */
static size_t some_key(char *out)
{
    if (chance(3) == 0) {
        size_t i = chance(KEY_BYTES - 1); /* F10 is the last */
        return (size_t)sprintf(out, "%s", key_bytes[i].bytes);
    }
    do
        out[0] = (char)(chance(4) == 0 ? 1 + chance(26) : 0x20 + chance(0x5f));
    while (out[0] == 'Q' || the_terminals(out[0]));
    return 1;
}

static size_t some_bytes(char *out, size_t most)
{
    size_t n = 1 + chance((unsigned)most);
    for (size_t i = 0; i < n; i++)
        do
            out[i] = (char)chance(256);
        while (the_terminals(out[i]));
    return n;
}

static size_t some_high(char *out)
{
    size_t n = 1 + chance(6);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(0x80 + chance(0x80));
    return n;
}

static size_t some_paste(char *out)
{
    size_t n = (size_t)sprintf(out, "\033[200~");
    n += some_bytes(out + n, 300);
    return n + (chance(8) ? (size_t)sprintf(out + n, "\033[201~") : 0); /* now and then its end gets lost */
}

static size_t some_mouse(char *out)
{
    if (chance(3) == 0)
        return (size_t)sprintf(out, "\033[M%c%c%c", (char)(32 + chance(96)), (char)(33 + chance(90)),
                               (char)(33 + chance(90)));
    return (size_t)sprintf(out, "\033[<%u;%u;%u%c", chance(130), chance(400), chance(200), chance(2) ? 'M' : 'm');
}

static size_t some_cut(char *out)
{
    static const char *const cut[] = {"\033",        "\033[",    "\033O",   "\033[2",  "\033[<0;1", "\033]52;c;",
                                      "\033[200",    "\033P",    "\033[1;", "\033_G",  "\033[?1;2", "\033\033[",
                                      "\033[9999;9", "\033[I",   "\033[O",  "\033[5R", "\033[3;7R", "\033[27;5;9~",
                                      "\033[99;5u",  "\033]11;", "\033X",   "\302",    "\344\270",  "\360\237\230"};
    return (size_t)sprintf(out, "%s", cut[chance(sizeof cut / sizeof *cut)]);
}

/* What would carry plans out, approve, stop and take them back. */
static size_t some_order(char *out)
{
    static const char *const orders[] = {":plan apply\r",
                                         ":plan approve\r",
                                         ":plan stop\r",
                                         ":plan undo\r",
                                         ":rebalance\r",
                                         "\033b",
                                         "6x",
                                         "6A",
                                         "6U",
                                         "P-0001\r",
                                         "y\r",
                                         "b"};
    return (size_t)sprintf(out, "%s", orders[chance(sizeof orders / sizeof *orders)]);
}

static bool some_event(struct run *r, bool orders)
{
    char bytes[512];
    size_t n = 0;
    unsigned kind = chance(100);
    if (orders && chance(10) == 0)
        n = some_order(bytes);
    else if (kind < 6) {
        set_size(r, 1 + (int)chance(300), 1 + (int)chance(100));
        return true;
    } else if (kind < 76)
        n = some_key(bytes);
    else if (kind < 82)
        n = some_paste(bytes);
    else if (kind < 88)
        n = some_high(bytes);
    else if (kind < 94)
        n = some_mouse(bytes);
    else
        n = some_cut(bytes);
    return feed(r, bytes, n);
}

/* Typing by chance may say ":q": that is a good end, and it begins anew. */
static bool go_on(struct run *r, unsigned *ended)
{
    if (state(r->pid) == 'T')
        kill(r->pid, SIGCONT);
    if (!r->ended)
        return true;
    if (!WIFEXITED(r->status) || WEXITSTATUS(r->status) != 0)
        return fail(r, "it died");
    ++*ended;
    put_away(r);
    return start(r, COLS, ROWS) && wait_sane(r);
}

static bool come_to_rest(struct run *r)
{
    set_size(r, COLS, ROWS);
    bool ok = feed(r, "\033[201~", 6) && calm(r);
    for (int i = 0; ok && i < 6; i++) /* forms in forms, and filters of views behind views */
        ok = esc(r);
    return ok && feed(r, ":overview\r", 10) && calm(r) && feed(r, "\014", 1) && sane(r) && quit(r, "Q");
}

static bool press_by_chance(struct run *r, const char *seed, const char *seconds)
{
    unsigned long events = 0;
    unsigned ended = 0;
    chance_state = strtoull(seed, NULL, 10) * 0x9E3779B97F4A7C15ULL + 1;
    char *rest = NULL;
    double most = strtod(seconds, &rest);
    bool counted = *rest == 'x';
    snprintf(r->doing, sizeof r->doing, "by chance, seed %.20s for %.20s%s", seed, seconds, counted ? "" : " s");
    bool ok = all_named(r) && start(r, COLS, ROWS) && wait_sane(r);
    int64_t end = now_ms() + (int64_t)(most * 1000);
    for (; ok && (counted ? (double)events < most : now_ms() < end); events++) {
        ok = some_event(r, counted);
        take(r, (int)chance(3));
        ok = ok && go_on(r, &ended) && (events % 64 != 0 || calm(r)) && go_on(r, &ended);
    }
    ok = ok && come_to_rest(r);
    if (r->screen)
        put_away(r);
    if (ok)
        printf("ok %s\n    %lu events; %u times they said that it may end\n", r->doing, events, ended);
    return ok;
}

int main(int argc, char **argv)
{
    struct run r = {.doing = "keys"};
    if (argc < 5) {
        fprintf(stderr, "keys VIEW LIST PROGRAM ARGUMENTS | keys --random SEED SECONDS PROGRAM ARGUMENTS\n");
        return 64;
    }
    if (strcmp(argv[1], "--random") == 0) {
        r.argv = argv + 4;
        return press_by_chance(&r, argv[2], argv[3]) ? 0 : 1;
    }
    r.argv = argv + 3;
    return press_all(&r, argv[1], argv[2]) ? 0 : 1;
}
