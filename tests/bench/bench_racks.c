#include <sys/stat.h>

#include "base/dir.h"
#include "bench/pty.h"
#include "bench/table.h"
#include "store/store.h"

/* The racks of two million, level by level, beside the same of two thousand: what opening a cluster, a hall and a rack takes must not depend on
 * how many others there are. Each hall has 500 racks in 20 rows; a console reads the cache without a collector. */

enum { COLS = 80, ROWS = 24, WALKS = 20, HALL_RACKS = 500, ROW_RACKS = 25, CLUSTERS = 10 };
/* A thousand times as many racks, as many halls: those of one cluster are still all looked at, and all for the sentence in row 2. */
enum { RATIO = 5, GOAL_MS = 100, HALL_BYTES_MAX = 20000 };
enum { MANY_HALLS = 4000, FEW_HALLS = 4, SLICE_RACKS = 50000, SLICE_US = 100000 };

static char dir[] = "/tmp/hubtop-bench-racks-XXXXXX";
static char state_many[80], state_few[80];
static struct instant now = {INT64_C(1790000000000), 1000000};

static void die(const char *what, const struct err *err)
{
    fprintf(stderr, "bench_racks: %s: %s\n", what, err ? err->text : "");
    exit(1);
}

/* --- the caches */

static void apply(struct store_batch *b)
{
    struct err err = {0};
    enum store_step step;
    do
        step = store_batch_apply(b, now, SLICE_US, NULL, &err);
    while (step == STORE_MORE);
    if (step == STORE_FAILED)
        die("apply", &err);
    store_batch_free(b);
}

static struct store_batch *batch(struct store *s, enum kind kind)
{
    struct err err = {0};
    struct store_batch *b = store_batch_new(s, "floor", kind, false, &err);
    if (!b)
        die("batch", &err);
    return b;
}

static void add(struct store_batch *b, const struct row *row)
{
    struct err err = {0};
    if (!store_batch_add(b, row, &err))
        die("add", &err);
}

static void add_cluster(struct store_batch *b, int i)
{
    char id[16];
    snprintf(id, sizeof id, "C%d", i);
    struct row row = {.kind = KIND_CLUSTER, .id = text_of(id)};
    row.cells[CLUSTER_NAME] = value_text(text_of(id));
    row.cells[CLUSTER_STATE] = value_text(text_of("up"));
    add(b, &row);
}

static void add_hall(struct store_batch *b, int i)
{
    char id[32], cluster[16];
    snprintf(cluster, sizeof cluster, "C%d", i % CLUSTERS);
    snprintf(id, sizeof id, "C%d/H%d", i % CLUSTERS, i);
    struct row row = {.kind = KIND_HALL, .id = text_of(id)};
    row.cells[HALL_CLUSTER] = value_text(text_of(cluster));
    row.cells[HALL_RACKS_TOTAL] = row.cells[HALL_RACKS_USED] = value_int(HALL_RACKS);
    row.cells[HALL_POWER_KW] = value_real(1000 + i % 900);
    row.cells[HALL_POWER_CAP_KW] = value_real(2000);
    row.cells[HALL_INLET_C_MAX] = value_real(22 + i % 13 / 2.0);
    add(b, &row);
}

static void add_rack(struct store_batch *b, int i)
{
    int hall = i / HALL_RACKS, at = i % HALL_RACKS;
    char id[80], in[32], cluster[16], line[16];
    snprintf(cluster, sizeof cluster, "C%d", hall % CLUSTERS);
    snprintf(in, sizeof in, "C%d/H%d", hall % CLUSTERS, hall);
    snprintf(line, sizeof line, "R%02d", at / ROW_RACKS + 1);
    snprintf(id, sizeof id, "%s-%s-%02d", in, line, at % ROW_RACKS + 1);
    struct row row = {.kind = KIND_RACK, .id = text_of(id)};
    row.cells[RACK_CLUSTER] = value_text(text_of(cluster));
    row.cells[RACK_HALL] = value_text(text_of(in));
    row.cells[RACK_ROW] = value_text(text_of(line));
    row.cells[RACK_POSITION] = value_int(at % ROW_RACKS + 1);
    row.cells[RACK_UNITS_TOTAL] = value_int(42);
    row.cells[RACK_UNITS_USED] = value_int(i * INT64_C(7919) % 43);
    row.cells[RACK_POWER_KW] = value_real((double)(i * INT64_C(7919) % 380) / 10);
    row.cells[RACK_POWER_CAP_KW] = value_real(40);
    row.cells[RACK_INLET_C] = value_real(20 + (double)(i * INT64_C(104729) % 90) / 10);
    row.cells[RACK_STATE] = value_text(text_of("up"));
    add(b, &row);
}

static void fill(struct store *s, enum kind kind, int count, void (*one)(struct store_batch *b, int i))
{
    struct store_batch *b = batch(s, kind);
    for (int i = 0; i < count; i++) {
        one(b, i);
        if ((i + 1) % SLICE_RACKS == 0) { /* so that no more is staged */
            apply(b);
            b = batch(s, kind);
        }
    }
    apply(b);
}

static void make_state(char path[80], const char *name, int halls)
{
    struct err err = {0};
    struct store_options options = {.volatile_cache = true};
    snprintf(path, 80, "%s/%s", dir, name);
    mkdir(path, 0700);
    struct store *s = store_open(path, &options, now, NULL, 0, &err);
    if (!s)
        die("open", &err);
    fill(s, KIND_CLUSTER, CLUSTERS, add_cluster);
    fill(s, KIND_HALL, halls, add_hall);
    fill(s, KIND_RACK, halls * HALL_RACKS, add_rack);
    store_close(s);
}

/* --- what is measured */

enum step { FIRST, CLUSTER, HALL, NEXT, RACK, STEPS };
static const struct {
    const char *what, *key, *shows;
    int times;
} steps[STEPS] = {
    [FIRST] = {"the first picture of the racks", NULL, "Clusters 1-", 0},
    [CLUSTER] = {"Enter: a cluster's halls", "\r", "Halls  C", 0},
    [HALL] = {"Enter: a hall from above", "\r", "500 racks:", 0},
    [NEXT] = {"h and l: the rack beside it", "hl", NULL, 9},
    [RACK] = {"Enter: a rack", "\r", "from the front", 0},
};

struct figures {
    struct samples ms[STEPS];
    double memory_mb, hall_bytes; /* `hall_bytes`: the most that a hall from above took */
};

/* Until the text stands there and the picture is whole. */
static double press(struct pty *p, const char *key, const char *shows)
{
    if (!shows)
        return pty_key(p, key);
    int64_t from_us = clock_mono_us(), end_us = from_us + 20000000;
    if (write(p->fd, key, strlen(key)) < 0)
        return -1;
    while (!screen_has(p->screen, shows) && clock_mono_us() < end_us)
        pty_take(p, 100);
    if (!screen_has(p->screen, shows)) {
        fprintf(stderr, "'%s' is not shown\n", shows);
        screen_print(p->screen, "    | ", stderr);
        return -1;
    }
    pty_settle(p, PTY_QUIET_MS);
    return (double)(p->last_us - from_us) / 1000;
}

/* Down into the next cluster's hall and back. */
static void walk(struct pty *p, struct figures *f, int n)
{
    for (int i = CLUSTER; i < STEPS; i++) {
        for (int k = 0; i == HALL && k < n % 4; k++) /* not always the first hall */
            pty_key(p, "j");
        size_t before = p->bytes;
        for (int k = 0; k <= steps[i].times; k++)
            sample(&f->ms[i], press(p, (char[]){steps[i].key[k % (int)strlen(steps[i].key)], '\0'}, steps[i].shows));
        if (i == HALL && (double)(p->bytes - before) > f->hall_bytes)
            f->hall_bytes = (double)(p->bytes - before);
    }
    press(p, "\177", "500 racks:");
    press(p, "\177", "Halls  C");
    press(p, "\177", "Clusters 1-");
    pty_key(p, n % 2 ? "j" : "k");
}

static void look(const char *state, struct figures *f)
{
    const char *build = getenv("BUILD");
    char bin[300];
    snprintf(bin, sizeof bin, "%s/hubtop", build ? build : "build");
    char offline[] = "--offline", in[] = "-s", view[] = "--view", racks[] = "racks", folder[80];
    snprintf(folder, sizeof folder, "%s", state);
    char *argv[] = {bin, offline, in, folder, view, racks, NULL};
    for (int i = 0; i < 3; i++) {
        struct pty *p = pty_start(argv, COLS, ROWS);
        sample(&f->ms[FIRST], pty_first(p, steps[FIRST].shows));
        pty_idle(p, 300);
        for (int n = 0; i == 2 && n < WALKS; n++)
            walk(p, f, n);
        f->memory_mb = (double)pty_usage(p).anon_kb / 1024;
        pty_end(p);
    }
}

static void row(const char *what, double ours, double theirs, double goal_ms, double goal_ratio)
{
    double r = ours / theirs;
    bool met = (goal_ms <= 0 || ours <= goal_ms) && r <= goal_ratio;
    printf("%-36s %9.2f %9.2f %7.2f  <= %5.2f", what, ours, theirs, r, goal_ratio);
    if (goal_ms > 0)
        printf("  <= %4.0f ms", goal_ms);
    printf("  ");
    verdict(!isnan(r), met);
}

int main(void)
{
    static struct figures many, few;
    if (!mkdtemp(dir))
        die("a folder", NULL);
    int64_t from_us = clock_mono_us();
    make_state(state_few, "few", FEW_HALLS);
    make_state(state_many, "many", MANY_HALLS);
    printf("# a cache of %d racks in %d halls, made in %.0f s; beside it the same of %d racks\n",
           MANY_HALLS * HALL_RACKS, MANY_HALLS, (double)(clock_mono_us() - from_us) / 1e6, FEW_HALLS * HALL_RACKS);
    look(state_few, &few);
    look(state_many, &many);
    printf("%-36s %9s %9s %7s\n", "", "2,000,000", "2,000", "ratio");
    for (int i = 0; i < STEPS; i++) {
        char what[64];
        snprintf(what, sizeof what, "%s, p50 ms", steps[i].what);
        row(what, quantile(&many.ms[i], 0.5), quantile(&few.ms[i], 0.5), 0, RATIO);
        snprintf(what, sizeof what, "%s, p90 ms", steps[i].what);
        row(what, quantile(&many.ms[i], 0.9), quantile(&few.ms[i], 0.9), i == FIRST ? 0 : GOAL_MS, RATIO);
    }
    row("memory of the console, MB", many.memory_mb, few.memory_mb, 0, RATIO);
    printf("%-36s %9.0f %18s <= %5d  ", "a hall from above, bytes", many.hall_bytes, "", HALL_BYTES_MAX);
    verdict(true, many.hall_bytes <= HALL_BYTES_MAX);
    dir_remove(dir);
    printf("%d missed\n", table_missed);
    return 0;
}
