/* The alert book: a look with 5,000 alerts, 200 links and 2,000 queues, when nothing changed, when a source's whole answer came
 * again, and when every alert did. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "domain/book.h"

enum { ALERTS = 4700, LINKS = 200, QUEUES = 2000, NODES = 2000, ROUNDS = 21, ID_MAX = 32 };

static struct row links[LINKS], queues[QUEUES], nodes[NODES], alerts[ALERTS], source;
static char ids[LINKS + QUEUES + NODES + ALERTS][ID_MAX];
static size_t n_ids;

static struct row make(enum kind kind, const char *prefix, int i)
{
    snprintf(ids[n_ids], ID_MAX, "%s%d", prefix, i);
    return (struct row){.kind = kind, .id = text_of(ids[n_ids++]), .source = text_of("src")};
}

static void set(struct row *row, int field, const char *text)
{
    row->cells[field] = value_text(text_of(text));
}

static void make_fleet(void)
{
    source = (struct row){.kind = KIND_SOURCE, .id = text_of("src"), .source = text_of("src")};
    set(&source, SOURCE_STATE, "live");
    for (int i = 0; i < LINKS; i++) {
        links[i] = make(KIND_LINK, "link", i);
        set(&links[i], LINK_FROM, ids[i / 14]);
        set(&links[i], LINK_TO, ids[i % 14]);
        set(&links[i], LINK_SEVERITY, "warn");
    }
    for (int i = 0; i < QUEUES; i++) {
        queues[i] = make(KIND_QUEUE, "fra/q", i);
        queues[i].cells[QUEUE_WAIT_P95_S] = value_int(5);
        queues[i].cells[QUEUE_SLO_S] = value_int(600);
    }
    for (int i = 0; i < NODES; i++) {
        nodes[i] = make(KIND_NODE, "fra/n", i);
        set(&nodes[i], NODE_STATE, "down");
        set(&nodes[i], NODE_RACK, ids[i / 20]);
        set(&nodes[i], NODE_SCHEDULER, "fra");
    }
    for (int i = 0; i < ALERTS; i++) {
        alerts[i] = make(KIND_ALERT, "alert", i);
        set(&alerts[i], ALERT_SEVERITY, "warn");
        set(&alerts[i], ALERT_KIND, i % 2 ? "nodes" : "queues");
        alerts[i].cells[ALERT_WHERE] = value_text(i % 2 ? nodes[i % NODES].id : queues[i % QUEUES].id);
    }
}

static void tell(struct book *b, const char *severity)
{
    book_told_begin(b, text_of("src"));
    for (int i = 0; i < ALERTS; i++) {
        set(&alerts[i], ALERT_SEVERITY, severity);
        book_told(b, &alerts[i]);
    }
    book_told_end(b);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct bench {
    struct book *book;
    struct book_facts facts;
    struct instant now;
    size_t changed;
};

static bool count(void *ctx, const struct row *row, bool changed)
{
    (void)row;
    *(size_t *)ctx += changed;
    return true;
}

/* The median of the rounds, in ms; `severity` is told before each, or (NULL) nothing. */
static double measure(struct bench *x, const char *const severity[2])
{
    double ms[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        x->now.utc_ms += 1000;
        x->now.boot_ms += 1000;
        source.cells[SOURCE_LAST_OK_AT] = value_time(x->now.utc_ms);
        x->facts.now.now_ms = x->now.utc_ms;
        int64_t from_us = clock_mono_us();
        if (severity[0])
            tell(x->book, severity[i % 2]);
        book_look(x->book, &x->facts, x->now);
        if (book_changed(x->book))
            book_each(x->book, count, &x->changed);
        ms[i] = (double)(clock_mono_us() - from_us) / 1000;
    }
    qsort(ms, ROUNDS, sizeof *ms, by_value);
    return ms[ROUNDS / 2];
}

int main(void)
{
    struct bench x = {.book = book_new(NULL), .now = {INT64_C(1795230000000), 3600000}};
    const struct row *const rows[] = {&source, links, queues, nodes};
    const enum kind kinds[] = {KIND_SOURCE, KIND_LINK, KIND_QUEUE, KIND_NODE};
    const size_t counts[] = {1, LINKS, QUEUES, NODES};
    static const struct {
        const char *what, *severity[2];
    } cases[] = {{"nothing changed", {NULL, NULL}},
                 {"the same answer again", {"warn", "warn"}},
                 {"every alert changed", {"crit", "warn"}}};

    make_fleet();
    for (size_t i = 0; i < 4; i++) {
        x.facts.now.rows[kinds[i]] = rows[i];
        x.facts.now.count[kinds[i]] = counts[i];
    }
    source.cells[SOURCE_LAST_OK_AT] = value_time(x.now.utc_ms);
    x.facts.now.now_ms = x.now.utc_ms;
    tell(x.book, "warn");
    int64_t from_us = clock_mono_us();
    book_look(x.book, &x.facts, x.now);
    book_each(x.book, count, &x.changed);
    double first_ms = (double)(clock_mono_us() - from_us) / 1000;
    printf("%-24s %8s %8s %10s\n", "5,000 alerts, 200 links", "ms", "ratio", "rows");
    printf("%-24s %8.2f %8.2f %10zu\n", "all of them begin", first_ms, 1.0, x.changed);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        x.changed = 0;
        double ms = measure(&x, cases[i].severity);
        printf("%-24s %8.2f %8.2f %10zu\n", cases[i].what, ms, ms / first_ms, x.changed / ROUNDS);
    }
    book_free(x.book);
    return 0;
}
