#ifndef HUBTOP_SOURCES_HUB_PRIVATE_H
#define HUBTOP_SOURCES_HUB_PRIVATE_H

#include "base/arena.h"
#include "sources/hub.h"
#include "sources/hub_mark.h"
#include "sources/source.h"

/* The driver's parts: elements to rows (hub_row.c, by the table hub_field.c), lists that are kept for differences
 * (hub_table.c), answers without a list (hub_answer.c). */

enum {
    HUB_ID_MAX = 512,
    HUB_CURSOR_MAX = 1024,
    HUB_ETAG_MAX = 256,
    HUB_PAGES_MAX = 5000,
    HUB_PAGE_ITEMS = 1000,
    HUB_COPIES_BYTES_MAX = 32 << 20, /* of one source */
    HUB_MARKS_BYTES_MAX = 64 << 20,  /* of a list, for 2 million items and more */
    HUB_WORDS_MAX = 240,
};

void hub_report_note(struct hub_report *report, enum kind kind, enum hub_departure what, const char *key);

/* An item of a list as a row, texts in `arena`; false when it has no id, which is noted. */
bool hub_row(enum kind kind, const struct json *item, struct arena *arena, struct row *row, struct hub_report *report);

/* --- a list that is kept, so that differences can be laid over it: rows packed by id, sampled cells too --- */

struct hub_table;
/* Holds at most `max_bytes`. */
struct hub_table *hub_table_new(size_t max_bytes);
void hub_table_free(struct hub_table *t);
/* Adds or replaces a row; false when it is full. */
bool hub_table_put(struct hub_table *t, const struct row *row);
/* Notes that the row of that id is gone; false when it is full. */
bool hub_table_bury(struct hub_table *t, struct safe_text id);
/* Lays `changes` (rows and graves) over `t`; false when it is full: `t` is of no use then. */
bool hub_table_merge(struct hub_table *t, const struct hub_table *changes);
size_t hub_table_count(const struct hub_table *t);
size_t hub_table_bytes(const struct hub_table *t); /* NULL: 0 */
/* The row at or after `*at` (0 first), which it moves on; false at the end. Texts are the table's. */
bool hub_table_next(const struct hub_table *t, enum kind kind, size_t *at, struct row *row);

/* --- answers with another status than 200 --- */

struct hub_answer {
    const char *source, *what;
    int status;
    const char *content_type, *body;
    size_t n;
};
/* Sets err in the words of application/problem+json (RFC 9457), where there are any; false always. */
bool hub_answer_failed(const struct hub_answer *a, struct err *err);

/* What came of an order that was answered so, in those words; err always. */
enum source_order_end hub_answer_order(const struct hub_answer *a, bool look, struct err *err);

/* Whether `url` may be asked without TLS: of this host itself. */
bool hub_answer_is_loopback(const char *url);

/* --- an instance --- */

struct hub_list {
    struct hub_seen seen;
    char etag[HUB_ETAG_MAX]; /* "": the list is asked without a condition */
    struct hub_table *table; /* the list as of seen.revision, or NULL */
    struct hub_mark *marks;  /* the items' revisions as the store has them; NULL: it takes no orders */
    bool by_id;              /* one item of it can be asked for */
    bool too_big;            /* for a table */
    bool told;               /* the store may have rows of it */
};

/* The list that is being read. */
struct hub_reading {
    struct hub_table *pending; /* becomes the list's copy, or is laid over it; NULL: no copy is kept */
    struct hub_mark *marks;    /* likewise, of the items' revisions */
    uint64_t *cursors;         /* hashes of those of its pages */
    size_t pages, cursor_cap;
    char cursor[HUB_CURSOR_MAX]; /* of the next page; "" at the end */
    char revision[HUB_TEXT_MAX];
    int64_t as_of_ms;
    uint64_t items, nonsense;
    bool gone, unchanged, doubt;
};

struct source {
    char *name;
    const struct secret *token;
    bool plain; /* without TLS */
    bool deltas_wanted;
    int64_t page_items;
    char id[HUB_TEXT_MAX], software[2 * HUB_TEXT_MAX];
    bool deltas, clock_known;
    uint64_t actions; /* SOURCE_ORDER_BIT()s that the hub takes */
    int64_t page_max, skew_ms, now_ms;
    struct hub_list *lists; /* HUB_LISTS */
    struct hub_reading reading;
    struct hub_seen *view; /* copies, for hub_view_of() */
    struct hub_report report;
    uint64_t noted; /* departures before this request */
    size_t emitted; /* where the local request goes on */
    struct arena arena;
};

/* Appends a query's key and value, percent-encoded, to a path. */
void hub_query_put(char path[SOURCE_PATH_MAX], const char *key, const char *value);

/* --- orders (hub_order.c) --- */

/* What capabilities.actions says. */
uint64_t hub_order_bits(const struct json *actions);
/* Whether orders name things of that list. */
bool hub_order_kind(enum kind kind);
bool hub_order_form(struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                    struct err *err);
enum source_order_end hub_order_ended(struct source *s, const struct source_order *o, bool look, bool found, int status,
                                      const char *body, size_t n, struct source_ordered *said, struct err *err);

#endif
