#ifndef HUBTOP_TESTS_BOOK_KIT_H
#define HUBTOP_TESTS_BOOK_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/book.h"

/* A small fleet of which a book is told. */

enum { KIT_ROWS = 24, KIT_TEXT = 16384 };
#define KIT_NOW_MS INT64_C(1795230000000)
#define SECOND     INT64_C(1000)
#define MINUTE     (60 * SECOND)
#define HOUR       (60 * MINUTE)

struct kit {
    struct book *book;
    struct desk *desk;
    struct row rows[KIND_COUNT][KIT_ROWS];
    struct book_facts facts;
    struct instant now;
    int64_t seq;
    char text[KIT_TEXT], ids[KIT_ROWS][16];
};

static inline struct row *kit_row(struct kit *k, enum kind kind, const char *id, const char *source)
{
    size_t n = k->facts.now.count[kind];

    for (size_t i = 0; i < n; i++)
        if (text_is(k->rows[kind][i].id, id))
            return &k->rows[kind][i];
    assert_true(n < KIT_ROWS);
    k->rows[kind][n] = (struct row){.kind = kind, .id = text_of(id), .source = text_of(source)};
    k->facts.now.rows[kind] = k->rows[kind];
    k->facts.now.count[kind]++;
    return &k->rows[kind][n];
}

static inline void kit_text(struct row *row, int field, const char *text)
{
    row->cells[field] = value_text(text_of(text));
}

/* It answered just now, or (silent) did so that long ago. */
static inline void kit_source(struct kit *k, const char *id, int64_t silent_ms)
{
    struct row *row = kit_row(k, KIND_SOURCE, id, id);

    kit_text(row, SOURCE_STATE, silent_ms > MINUTE ? "stale" : "live");
    row->cells[SOURCE_INTERVAL_S] = value_int(10);
    row->cells[SOURCE_LAST_OK_AT] = value_time(k->now.utc_ms - silent_ms);
}

static inline void kit_look(struct kit *k)
{
    /* Sources go on answering unless a test says otherwise. */
    for (size_t i = 0; i < k->facts.now.count[KIND_SOURCE]; i++)
        if (text_is(value_text_or(&k->rows[KIND_SOURCE][i].cells[SOURCE_STATE], ""), "live"))
            k->rows[KIND_SOURCE][i].cells[SOURCE_LAST_OK_AT] = value_time(k->now.utc_ms);
    k->facts.now.now_ms = k->now.utc_ms;
    book_look(k->book, &k->facts, k->now);
}

static inline void kit_wait(struct kit *k, int64_t ms)
{
    k->now.utc_ms += ms;
    k->now.boot_ms += ms;
    kit_look(k);
}

/* The same in steps of ten seconds, as polls come. */
static inline void kit_run(struct kit *k, int64_t ms)
{
    for (int64_t done = 0; done < ms; done += 10 * SECOND)
        kit_wait(k, 10 * SECOND);
}

static inline void kit_begin(struct kit *k)
{
    memset(k, 0, sizeof *k);
    k->book = book_new(NULL);
    k->desk = desk_new();
    k->now = (struct instant){KIT_NOW_MS, 5 * HOUR};
    book_desk(k->book, k->desk);
    kit_source(k, "src", 0);
}

static inline void kit_end(struct kit *k)
{
    book_free(k->book);
    desk_free(k->desk);
}

/* --- facts --- */

static inline struct row *kit_link(struct kit *k, const char *id, const char *from, const char *to,
                                   const char *severity)
{
    struct row *row = kit_row(k, KIND_LINK, id, "src");

    kit_text(row, LINK_FROM, from);
    kit_text(row, LINK_TO, to);
    kit_text(row, LINK_SEVERITY, severity);
    kit_text(row, LINK_WHY, "9 of 13 paths lit");
    kit_text(row, LINK_STATE, strcmp(severity, "ok") == 0 ? "up" : "degraded");
    return row;
}

static inline struct row *kit_queue(struct kit *k, const char *id, int64_t wait_s)
{
    struct row *row = kit_row(k, KIND_QUEUE, id, "src");

    row->cells[QUEUE_WAIT_P95_S] = value_int(wait_s);
    row->cells[QUEUE_SLO_S] = value_int(600);
    return row;
}

static inline struct row *kit_scheduler(struct kit *k, const char *id, const char *cluster, int64_t total, int64_t down)
{
    struct row *row = kit_row(k, KIND_SCHEDULER, id, "src");

    kit_text(row, SCHEDULER_STATE, "up");
    kit_text(row, SCHEDULER_CLUSTER, cluster);
    row->cells[SCHEDULER_NODES_TOTAL] = value_int(total);
    row->cells[SCHEDULER_NODES_DOWN] = value_int(down);
    return row;
}

static inline struct row *kit_lost(struct kit *k, const char *id, const char *name, const char *rack)
{
    struct row *row = kit_row(k, KIND_NODE, id, "src");

    row->since_ms = k->now.utc_ms;
    kit_text(row, NODE_SCHEDULER, "fra");
    kit_text(row, NODE_NAME, name);
    kit_text(row, NODE_RACK, rack);
    kit_text(row, NODE_STATE, "down");
    return row;
}

/* --- what is told --- */

static inline struct row kit_alert(const char *source, const char *id, const char *severity, const char *kind,
                                   const char *where)
{
    struct row row = {.kind = KIND_ALERT, .id = text_of(id), .source = text_of(source)};

    kit_text(&row, ALERT_NAME, id);
    kit_text(&row, ALERT_SEVERITY, severity);
    if (kind != NULL) {
        kit_text(&row, ALERT_KIND, kind);
        kit_text(&row, ALERT_WHERE, where);
    }
    return row;
}

static inline void kit_told(struct kit *k, const char *source, const struct row *alerts, size_t n)
{
    book_told_begin(k->book, text_of(source));
    for (size_t i = 0; i < n; i++)
        book_told(k->book, &alerts[i]);
    book_told_end(k->book);
}

/* --- what is decided --- */

static inline void kit_decide(struct kit *k, struct desk_entry e)
{
    struct err err = {0};
    char request[32];

    snprintf(request, sizeof request, "r%lld", (long long)++k->seq);
    e.seq = k->seq;
    e.at_ms = k->now.utc_ms;
    e.who = text_of("li.wei");
    e.request_id = text_of(request);
    assert_true(desk_apply(k->desk, &e, &err));
    book_desk(k->book, k->desk);
}

static inline void kit_ack(struct kit *k, const char *subject, enum severity severity, int64_t ms)
{
    kit_decide(k, (struct desk_entry){.op = DESK_ACK,
                                      .alert = text_of("A-XXXXX"),
                                      .source = text_of(BOOK_SOURCE),
                                      .subject = text_of(subject),
                                      .severity = severity,
                                      .until_ms = k->now.utc_ms + ms,
                                      .note = text_of("on it")});
}

/* --- what stands in the book --- */

static inline void kit_put(struct buf *out, const struct row *row, int field, const char *label)
{
    if (!value_known(&row->cells[field]))
        return;
    buf_puts(out, label, NULL);
    text_show(value_text_or(&row->cells[field], ""), -1, out);
}

static inline bool kit_each(void *ctx, const struct row *row, bool changed)
{
    struct buf *out = ctx;
    int64_t children = value_int_or(&row->cells[ALERT_CHILDREN], -1), flaps = value_int_or(&row->cells[ALERT_FLAPS], 0);

    (void)changed;
    kit_put(out, row, ALERT_RULE, "");
    if (!value_known(&row->cells[ALERT_RULE]))
        text_show(row->id, -1, out);
    kit_put(out, row, ALERT_WHERE, " ");
    kit_put(out, row, ALERT_SEVERITY, " ");
    kit_put(out, row, ALERT_STATE, " ");
    if (value_known(&row->cells[ALERT_PARENT]))
        buf_puts(out, " child", NULL);
    if (children > 0)
        buf_printf(out, NULL, " +%lld", (long long)children);
    if (flaps > 0)
        buf_printf(out, NULL, " x%lld", (long long)flaps);
    kit_put(out, row, ALERT_ACKED_BY, " by ");
    kit_put(out, row, ALERT_MAINTENANCE, " in ");
    buf_putc(out, '\n', NULL);
    return true;
}

/* Its rows, one a line: "RULE WHERE SEVERITY STATE child +CHILDREN xFLAPS by ACKED_BY in MAINTENANCE". */
static inline const char *kit_rows(struct kit *k)
{
    struct buf out = buf_make(KIT_TEXT - 1);

    book_each(k->book, kit_each, &out);
    memcpy(k->text, buf_str(&out), out.len + 1);
    buf_release(&out);
    return k->text;
}

static inline bool kit_each_own(void *ctx, const struct row *row, bool changed)
{
    (void)changed;
    if (text_is(row->source, BOOK_SOURCE))
        *(int64_t *)ctx = value_int_or(&row->cells[ALERT_SINCE], -1);
    return true;
}

/* Since when the last of our own alerts is; -1: there is none. */
static inline int64_t kit_own_since(struct kit *k)
{
    int64_t since_ms = -1;

    book_each(k->book, kit_each_own, &since_ms);
    return since_ms;
}

#endif
