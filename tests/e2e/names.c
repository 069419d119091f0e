/* names COLUMNSxROWS A B HOSTILE PROGRAM ARGUMENTS <STEPS: three consoles side by side, over the state directories A, B and HOSTILE, get the
 * same keys. Their data differ in names alone: A's and B's are plain, so what differs in their pictures is where names stand. In
 * HOSTILE's picture every other cell must be as in A's, no byte may be a control, and no sequence may be of a kind that the plain ones
 * do without. A step is a line "FLOW TIMES KEY...": pictures are compared after each time. FLOW is what names may move
 * beside themselves: `fields` nothing; `sentences` what follows them, as far as the frame; `lines` all but the frames (words that flow over
 * several lines). `#` begins a comment. */
#define _GNU_SOURCE
#include "e2e/run.h"

#include "base/text.h"

enum { PLAIN, OTHER, HOSTILE, RUNS, LEAST_MS = 1500, LINE_BYTES = 256, SIDE = SCREEN_SIDE_MAX };
enum flow { FIELDS, SENTENCES, LINES };
static const char *const flows[] = {"fields", "sentences", "lines"};

struct side_by_side {
    struct run runs[RUNS];
    bool mask[SIDE][SIDE];
    unsigned pictures, cells; /* compared; of names, in all pictures together */
    unsigned hostile;         /* cells of names that are not as in the plain picture */
    unsigned rows, strange;   /* compared; those that were not, for libvterm's table of widths is older than ours */
};

/* A blank is a blank, whether it was written or erased. */
static bool cell(struct run *r, int x, int y, VTermScreenCell *out)
{
    if (!vterm_screen_get_cell(r->screen->shown, (VTermPos){.row = y, .col = x}, out))
        return false;
    if (out->chars[0] == 0) {
        out->chars[0] = ' ';
        out->chars[1] = 0;
    }
    return true;
}

static bool same(struct side_by_side *s, int a, int b, int x, int y)
{
    VTermScreenCell of_a, of_b;
    if (!cell(&s->runs[a], x, y, &of_a) || !cell(&s->runs[b], x, y, &of_b))
        return false;
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL; i++) {
        if (of_a.chars[i] != of_b.chars[i])
            return false;
        if (of_a.chars[i] == 0)
            break;
    }
    return of_a.width == of_b.width;
}

/* A frame's side or its right corners: a title in its upper edge may be long or short. */
static bool is_frame(struct run *r, int x, int y)
{
    VTermScreenCell c;
    return cell(r, x, y, &c) &&
           (c.chars[0] == 0x2502 || c.chars[0] == 0x2510 || c.chars[0] == 0x2518 || c.chars[0] == 0x2524);
}

static bool is_cut(struct run *r, int x, int y)
{
    VTermScreenCell c;
    return cell(r, x, y, &c) && c.chars[0] == '~';
}

/* Where names stand, with the sign that they are cut. The sentence of row 2 and the message before the last row are sentences always. */
static void find_names(struct side_by_side *s, enum flow flow)
{
    struct run *plain = &s->runs[PLAIN];
    for (int y = 0; y < plain->rows; y++) {
        enum flow here = flow < SENTENCES && (y == 1 || y == plain->rows - 2) ? SENTENCES : flow;
        bool in_frames = y > 1 && y < plain->rows - 2;
        for (int x = 0; x < plain->cols; x++) {
            bool before = x > 0 && s->mask[y][x - 1];
            bool name = !same(s, PLAIN, OTHER, x, y) || (before && is_cut(plain, x, y));
            s->cells += name;
            s->mask[y][x] = name || (((here == LINES && x > 0 && in_frames) || (here >= SENTENCES && before)) &&
                                     !is_frame(plain, x, y));
        }
    }
}

/* Whether libvterm gives each character of a row the columns that it has by now: its table knows few newer emoji. */
static bool widths_agree(struct run *r, int y)
{
    VTermScreenCell c;
    for (int x = 0; x < r->cols; x++) {
        if (!cell(r, x, y, &c) || c.chars[0] == (uint32_t)-1 || c.chars[0] < 0x80)
            continue;
        if (text_width_of(c.chars[0]) != c.width)
            return false;
    }
    return true;
}

/* A mark that combines, at the beginning of a name, joins what stands before it in its field: that keeps its column. */
static bool joined(struct side_by_side *s, int x, int y)
{
    VTermScreenCell plain, hostile;
    return x + 1 < s->runs[PLAIN].cols && s->mask[y][x + 1] && !is_frame(&s->runs[PLAIN], x, y) &&
           cell(&s->runs[PLAIN], x, y, &plain) && cell(&s->runs[HOSTILE], x, y, &hostile) && plain.chars[0] != ' ' &&
           plain.chars[0] == hostile.chars[0] && plain.width == hostile.width;
}

/* Row 1 tells how old the cache is, to the second: only that it begins as it should. */
static bool compare(struct side_by_side *s, bool tell)
{
    struct run *plain = &s->runs[PLAIN], *hostile = &s->runs[HOSTILE];
    char row[SCREEN_ROW_MAX];
    for (int y = 1; y < plain->rows; y++) {
        bool agree = widths_agree(hostile, y);
        s->rows += agree;
        s->strange += !agree;
        for (int x = 0; x < plain->cols && agree; x++) {
            if (s->mask[y][x] || same(s, PLAIN, HOSTILE, x, y) || joined(s, x, y))
                continue;
            if (!tell)
                return false;
            screen_row(plain->screen, y, row);
            printf("    plain row %d: |%s\n", y + 1, row);
            return fail(hostile, "a name changes column %d of row %d", x + 1, y + 1);
        }
    }
    return true;
}

static bool kinds_known(struct side_by_side *s)
{
    const struct stream *plain = &s->runs[PLAIN].stream, *other = &s->runs[OTHER].stream,
                        *hostile = &s->runs[HOSTILE].stream;
    for (size_t i = 0; i < hostile->kind_count; i++) {
        bool known = false;
        for (size_t k = 0; k < plain->kind_count; k++)
            known = known || strcmp(hostile->kinds[i], plain->kinds[k]) == 0;
        for (size_t k = 0; k < other->kind_count; k++)
            known = known || strcmp(hostile->kinds[i], other->kinds[k]) == 0;
        if (!known)
            return fail(&s->runs[HOSTILE], "names make it write ESC %s", hostile->kinds[i]);
    }
    return true;
}

/* A minute may pass between two pictures that tell ages: what differs for good is an error. */
static bool look(struct side_by_side *s, enum flow flow)
{
    for (int64_t end = now_ms() + LEAST_MS;;) {
        for (int i = 0; i < RUNS; i++)
            if (!sane(&s->runs[i]) || !cursor_right(&s->runs[i], false))
                return false;
        unsigned before = s->cells;
        find_names(s, flow);
        bool late = now_ms() > end;
        if (compare(s, late))
            break;
        if (late)
            return false;
        s->cells = before;
        take(&s->runs[HOSTILE], 100);
    }
    for (int y = 1; y < s->runs[PLAIN].rows; y++)
        for (int x = 0; x < s->runs[PLAIN].cols; x++)
            s->hostile += !same(s, PLAIN, HOSTILE, x, y);
    s->pictures++;
    return kinds_known(s);
}

static bool press_all(struct side_by_side *s, char *const *keys, int n)
{
    for (int i = 0; i < RUNS; i++)
        for (int k = 0; k < n; k++) {
            char own[2];
            const char *bytes = run_key(keys[k], own);
            if (strcmp(keys[k], "Esc") == 0 ? !esc(&s->runs[i]) : !feed(&s->runs[i], bytes, strlen(bytes)))
                return false;
        }
    return true;
}

static bool step(struct side_by_side *s, char *line)
{
    char *save = NULL, *keys[32], *word = strtok_r(line, " \n", &save), *times = strtok_r(NULL, " \n", &save);
    enum flow flow = FIELDS;
    int n = 0;
    while (flow < LINES && word && strcmp(word, flows[flow]) != 0)
        flow++;
    for (char *key = strtok_r(NULL, " \n", &save); key && n < 32; key = strtok_r(NULL, " \n", &save))
        keys[n++] = key;
    if (n == 0)
        return fail(&s->runs[HOSTILE], "a step is FLOW TIMES KEY...");
    for (long left = strtol(times, NULL, 10); left > 0; left--)
        if (!press_all(s, keys, n) || !look(s, flow))
            return false;
    return true;
}

static bool begin(struct side_by_side *s, const char *size, char **argv)
{
    char *rest;
    int cols = (int)strtol(size, &rest, 10), rows = *rest == 'x' ? (int)strtol(rest + 1, &rest, 10) : 0, n = 0;
    static char *words[RUNS][64];
    while (argv[RUNS + n])
        n++;
    for (int i = 0; i < RUNS; i++) {
        struct run *r = &s->runs[i];
        static char option[] = "--state-dir";
        for (int k = 0; k < n && k < 60; k++)
            words[i][k] = argv[RUNS + k];
        words[i][n] = option;
        words[i][n + 1] = argv[i];
        r->argv = words[i];
        snprintf(r->doing, sizeof r->doing, "%.100s", argv[i]);
        if (cols < 2 || rows < 5 || cols > SIDE || rows > SIDE || n > 60 || !start(r, cols, rows))
            return false;
    }
    for (int i = 0; i < RUNS; i++)
        for (int64_t end = now_ms() + CALM_MS; !screen_has(s->runs[i].screen, " HUBTOP") && now_ms() < end;)
            take(&s->runs[i], 10);
    return true;
}

int main(int argc, char **argv)
{
    static struct side_by_side s;
    char line[LINE_BYTES];
    if (argc < 6) {
        fprintf(stderr, "names COLUMNSxROWS A B HOSTILE PROGRAM ARGUMENTS <STEPS\n");
        return 64;
    }
    bool ok = begin(&s, argv[1], argv + 2);
    while (ok && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        for (int i = 0; i < RUNS; i++)
            snprintf(s.runs[i].doing, sizeof s.runs[i].doing, "%.80s after '%.60s'", argv[2 + i], line);
        if (line[0] != '#' && line[0] != '\0')
            ok = step(&s, line);
    }
    if (ok && s.strange * 20 > s.rows)
        ok = fail(&s.runs[HOSTILE], "%u of %u rows could not be compared", s.strange, s.strange + s.rows);
    printf("%u pictures, %u rows and %u left out, %u cells of names, %u of them hostile\n", s.pictures, s.rows,
           s.strange, s.cells, s.hostile);
    for (int i = 0; i < RUNS; i++)
        if (s.runs[i].screen)
            put_away(&s.runs[i]);
    return ok && s.pictures > 0 && s.hostile > 0 ? 0 : 1;
}
