#include "book_kit.h"
#include "domain/rows.h"
#include "random_row.h"

/* What holds whatever happens: facts, silence, unknown values, steps of the clock, restarts and decisions by chance. */

enum { STEPS = 1500, SEEDS = 12, LINKS = 8, QUEUES = 5, NODES = 7, ALERTS_MAX = 64 };

struct was {
    char id[64];
    bool open, own;
    char rule[16], where[32];
    int64_t opened_boot_ms, closed_boot_ms;
};

struct chance {
    struct kit k;
    uint64_t seed;
    bool silent; /* of "src" */
    struct was was[ALERTS_MAX];
    size_t n_was;
    struct buf log;
};

static bool one_in(struct chance *c, unsigned n)
{
    return random_next(&c->seed) % n == 0;
}

static size_t below(struct chance *c, size_t n)
{
    return (size_t)(random_next(&c->seed) % n);
}

/* --- what happens --- */

static const char *const links[LINKS][3] = {
    {"SHG>SZ", "SHG", "SZ"}, {"SZ>SHG", "SZ", "SHG"}, {"SHG>GUI", "SHG", "GUI"}, {"GUI>SHG", "GUI", "SHG"},
    {"QY>SHG", "QY", "SHG"}, {"SHG>QY", "SHG", "QY"}, {"QY>GUI", "QY", "GUI"},   {"CQ>QY", "CQ", "QY"}};
static const char *const queues[QUEUES] = {"fra/a", "fra/b", "fra/c", "gui/a", "gui/b"};
static const char *const nodes[NODES] = {"n1", "n2", "n3", "n4", "n5", "n6", "n7"};

static void move_link(struct chance *c)
{
    static const char *const severities[] = {"ok", "warn", "crit", "unknown"};
    size_t i = below(c, LINKS);
    const char *severity = severities[below(c, 4)];
    struct row *row = kit_link(&c->k, links[i][0], links[i][1], links[i][2], severity);

    if (strcmp(severity, "crit") == 0 && one_in(c, 2))
        kit_text(row, LINK_STATE, "down");
    if (strcmp(severity, "unknown") == 0)
        row->cells[LINK_SEVERITY] = value_none();
}

static void move_queue(struct chance *c)
{
    struct row *row = kit_queue(&c->k, queues[below(c, QUEUES)], one_in(c, 2) ? 100 : 5000);

    kit_text(row, QUEUE_SCHEDULER, "fra");
    kit_text(row, QUEUE_CLUSTER, "SHG");
    if (one_in(c, 5))
        row->cells[one_in(c, 2) ? QUEUE_WAIT_P95_S : QUEUE_SLO_S] = value_none();
}

static void move_nodes(struct chance *c)
{
    if (c->silent) /* the rows of a source that is silent stay as they are */
        return;
    c->k.facts.now.count[KIND_NODE] = 0;
    for (size_t i = 0; i < NODES; i++)
        if (one_in(c, 2))
            kit_lost(&c->k, nodes[i], nodes[i], i < 5 ? "FRA/r1" : "FRA/r2");
    kit_scheduler(&c->k, "fra", "SHG", one_in(c, 8) ? 0 : 100, (int64_t)below(c, 6));
}

static void move_told(struct chance *c)
{
    static const char *const severities[] = {"info", "warn", "crit"};
    struct row told[6];
    size_t n = 0;

    for (size_t i = 0; i < 6; i++) {
        static const char *const ids[] = {"t0", "t1", "t2", "t3", "t4", "t5"};
        static const char *const kinds[] = {"links", "nodes", "queues", NULL, "clusters", "nonsense"};
        static const char *const wheres[] = {"SHG>SZ", "n1", "fra/a", NULL, "QY", "x"};
        if (one_in(c, 2))
            continue;
        told[n] = kit_alert("am", ids[i], severities[below(c, 3)], kinds[i], wheres[i]);
        if (one_in(c, 6))
            kit_text(&told[n], ALERT_STATE, one_in(c, 2) ? "silenced" : "resolved");
        n++;
    }
    kit_told(&c->k, "am", told, n);
}

static void decide(struct chance *c)
{
    static const char *const subjects[] = {"links/SHG>SZ", "links/QY>SHG", "queues/fra/a", "racks/FRA/r1",
                                           "clusters/QY"};

    kit_ack(&c->k, subjects[below(c, 5)], one_in(c, 2) ? SEVERITY_WARN : SEVERITY_CRIT,
            (int64_t)below(c, 7200) * SECOND + 1);
}

static void set_silence(struct chance *c, bool silent)
{
    c->silent = silent;
    kit_source(&c->k, "src", silent ? 2 * MINUTE : 0);
}

static void happen(struct chance *c)
{
    static void (*const moves[])(struct chance *) = {move_link, move_link, move_queue, move_nodes, move_told, decide};

    if (one_in(c, 3))
        moves[below(c, 6)](c);
    if (one_in(c, 40))
        set_silence(c, !c->silent);
    if (one_in(c, 60)) /* a step of the wall clock */
        c->k.now.utc_ms += ((int64_t)below(c, 14400) - 7200) * SECOND;
}

/* --- what must hold --- */

struct seen {
    struct chance *c;
    struct rows *keep;
    size_t n;
};

static bool gather(void *ctx, const struct row *row, bool changed)
{
    struct seen *s = ctx;
    char text[128];

    (void)changed;
    assert_true(s->n < ALERTS_MAX);
    rows_add(s->keep, row);
    s->n++;
    buf_printf(&s->c->log, NULL, "%s ", text_show_in(row->id, text, sizeof text));
    kit_each(&s->c->log, row, changed);
    return true;
}

static bool is_open(const struct row *row)
{
    return !text_is(value_text_or(&row->cells[ALERT_STATE], ""), "resolved");
}

static const struct row *by_id(const struct rows *all, struct safe_text id)
{
    const struct row *found = NULL;

    for (size_t i = 0; i < all->count; i++)
        if (text_equal(all->all[i].id, id)) {
            assert_null(found); /* ids are unique */
            found = &all->all[i];
        }
    return found;
}

/* Roots have no parent, are open, count their children and are as bad as the worst. */
static void check_tree(const struct rows *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct row *row = &all->all[i];
        int64_t children = 0;
        enum severity worst = SEVERITY_OK;
        assert_ptr_equal(by_id(all, row->id), row);
        if (!is_open(row))
            continue;
        if (value_known(&row->cells[ALERT_PARENT])) {
            const struct row *root = by_id(all, value_text_or(&row->cells[ALERT_PARENT], ""));
            assert_non_null(root);
            assert_true(is_open(root));
            assert_false(value_known(&root->cells[ALERT_PARENT]));
        }
        for (size_t k = 0; k < all->count; k++) {
            bool child =
                is_open(&all->all[k]) && text_equal(value_text_or(&all->all[k].cells[ALERT_PARENT], ""), row->id);
            struct safe_text word = value_text_or(&all->all[k].cells[ALERT_SEVERITY], "");
            enum severity s = text_is(word, "crit")   ? SEVERITY_CRIT
                              : text_is(word, "warn") ? SEVERITY_WARN
                                                      : SEVERITY_NOTICE;
            children += child;
            worst = child && s > worst ? s : worst;
        }
        struct safe_text word = value_text_or(&row->cells[ALERT_SEVERITY], "");
        assert_int_equal(value_int_or(&row->cells[ALERT_CHILDREN], -1), children);
        assert_true(worst < SEVERITY_CRIT || text_is(word, "crit"));
        assert_true(worst < SEVERITY_WARN || !text_is(word, "info"));
    }
}

static struct was *was_of(struct chance *c, const struct row *row)
{
    char id[64];
    struct was *w = &c->was[0];

    text_show_in(row->id, id, sizeof id);
    for (size_t i = 0; i < c->n_was; i++, w++)
        if (strcmp(w->id, id) == 0)
            return w;
    assert_true(c->n_was < ALERTS_MAX);
    *w = (struct was){
        .own = text_is(row->source, BOOK_SOURCE), .opened_boot_ms = INT64_MIN / 2, .closed_boot_ms = INT64_MIN / 2};
    memcpy(w->id, id, sizeof id);
    text_show_in(value_text_or(&row->cells[ALERT_RULE], ""), w->rule, sizeof w->rule);
    text_show_in(value_text_or(&row->cells[ALERT_WHERE], ""), w->where, sizeof w->where);
    c->n_was++;
    return w;
}

/* Nothing of ours but what a source says of itself begins or ends while it is silent; nothing ends sooner than a minute after it
 * began. */
static void check_life(struct chance *c, const struct rows *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct row *row = &all->all[i];
        struct was *w = was_of(c, row);
        bool open = is_open(row), fact = w->own && strcmp(w->rule, "source") != 0;
        char where[32];
        /* the same id is the same problem */
        assert_string_equal(text_show_in(value_text_or(&row->cells[ALERT_WHERE], ""), where, sizeof where), w->where);
        if (open == w->open)
            continue;
        if (fact)
            assert_false(c->silent);
        if (fact && !open)
            assert_true(c->k.now.boot_ms - w->opened_boot_ms >= MINUTE);
        *(open ? &w->opened_boot_ms : &w->closed_boot_ms) = c->k.now.boot_ms;
        w->open = open;
    }
}

/* A link that nobody judged, and a queue without a value, are as they were. */
static void check_unknown(struct chance *c, const struct rows *all, const bool unknown[LINKS])
{
    for (size_t i = 0; i < LINKS; i++)
        for (size_t k = 0; unknown[i] && k < all->count; k++) {
            const struct row *row = &all->all[k];
            if (!text_is(value_text_or(&row->cells[ALERT_RULE], ""), "link") ||
                !text_is(value_text_or(&row->cells[ALERT_WHERE], ""), links[i][0]))
                continue;
            assert_int_equal(was_of(c, row)->open, is_open(row));
        }
}

static void find_unknown(struct chance *c, bool unknown[LINKS])
{
    for (size_t i = 0; i < LINKS; i++)
        unknown[i] = !value_known(&kit_row(&c->k, KIND_LINK, links[i][0], "src")->cells[LINK_SEVERITY]);
}

static void look(struct chance *c)
{
    struct rows keep = {0};
    struct seen seen = {.c = c, .keep = &keep};
    bool unknown[LINKS];

    find_unknown(c, unknown);
    kit_wait(&c->k, (int64_t)(1 + below(c, 30)) * SECOND);
    book_each(c->k.book, gather, &seen);
    check_tree(&keep);
    check_unknown(c, &keep, unknown);
    check_life(c, &keep);
    rows_release(&keep);
}

/* --- restarts --- */

static bool hand_on(void *ctx, const struct row *row, bool changed)
{
    (void)changed;
    book_remember(ctx, row);
    return true;
}

static void restart(struct chance *c)
{
    struct book *next = book_new(NULL);

    book_each(c->k.book, hand_on, next);
    book_free(c->k.book);
    c->k.book = next;
    book_desk(next, c->k.desk);
    for (size_t i = 0; i < c->n_was; i++)
        c->was[i].opened_boot_ms -= c->k.now.boot_ms;
    c->k.now.boot_ms = 0;
}

static struct buf run(uint64_t seed)
{
    struct chance *c = calloc(1, sizeof *c);
    struct buf log;

    assert_non_null(c);
    c->seed = seed;
    c->log = buf_make(64 << 20);
    kit_begin(&c->k);
    kit_source(&c->k, "am", 0);
    kit_row(&c->k, KIND_CLUSTER, "QY", "src");
    kit_row(&c->k, KIND_CLUSTER, "SHG", "src");
    for (int i = 0; i < STEPS; i++) {
        happen(c);
        if (one_in(c, 150))
            restart(c);
        look(c);
    }
    log = c->log;
    kit_end(&c->k);
    free(c);
    return log;
}

static void the_book_keeps_its_promises(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct buf log = run(seed * 7919);
        assert_true(log.len > 1000);
        buf_release(&log);
    }
}

static void the_same_happenings_give_the_same_rows(void **state)
{
    struct buf a = run(99991), b = run(99991);

    (void)state;
    assert_string_equal(buf_str(&a), buf_str(&b));
    buf_release(&a);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_book_keeps_its_promises),
        cmocka_unit_test(the_same_happenings_give_the_same_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
