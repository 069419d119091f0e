#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "domain/book_private.h"
#include "domain/rows.h"

enum { ID_DIGITS = 5, HASH_DIGITS = 50, TEXT_MAX = 4096, ROW_MAX = 1 << 18 };

/* --- the index --- */

struct book_alert *book_index_find(const struct book_index *x, struct safe_text a, struct safe_text b)
{
    size_t at = ids_find(&x->ids, a, b);

    return at != IDS_NONE ? x->of[at] : NULL;
}

void book_index_put(struct book_index *x, struct safe_text a, struct safe_text b, struct book_alert *alert)
{
    size_t at = ids_put(&x->ids, a, b);

    if (at >= x->cap) {
        x->cap = x->cap > 0 ? 2 * x->cap : 64;
        x->of = mem_grow(x->of, x->cap, sizeof *x->of);
    }
    x->of[at] = alert;
}

void book_index_clear(struct book_index *x)
{
    ids_clear(&x->ids);
}

void book_index_release(struct book_index *x)
{
    ids_release(&x->ids);
    free(x->of);
    *x = (struct book_index){0};
}

/* --- words --- */

enum severity book_severity(struct safe_text word)
{
    return text_is(word, "crit") ? SEVERITY_CRIT : text_is(word, "warn") ? SEVERITY_WARN : SEVERITY_NOTICE;
}

const char *book_severity_word(enum severity s)
{
    return s == SEVERITY_CRIT ? "crit" : s == SEVERITY_WARN ? "warn" : "info";
}

struct safe_text book_cluster_of(const struct symptom *s)
{
    static const int fields[KIND_COUNT] = {
        [KIND_SCHEDULER] = SCHEDULER_CLUSTER + 1, [KIND_QUEUE] = QUEUE_CLUSTER + 1, [KIND_HALL] = HALL_CLUSTER + 1,
        [KIND_NODE] = NODE_CLUSTER + 1,           [KIND_RACK] = RACK_CLUSTER + 1,   [KIND_ENERGY] = ENERGY_CLUSTER + 1};
    int field = fields[s->kind];

    if (s->kind == KIND_CLUSTER)
        return s->where;
    return s->row != NULL && field > 0 ? value_text_or(&s->row->cells[field - 1], "") : text_of("");
}

/* --- making --- */

static enum kind kind_of(const struct row *alert)
{
    struct safe_text word = value_text_or(&alert->cells[ALERT_KIND], "");
    struct buf name = buf_make(BOOK_WORD_MAX);
    enum kind kind = KIND_NONE;

    if (text_len(word) < BOOK_WORD_MAX) {
        text_copy(&name, word);
        kind = kind_by_name(buf_str(&name));
    }
    buf_release(&name);
    return kind;
}

static void index_rule(struct book *b, struct book_alert *a)
{
    if (!text_empty(a->rule))
        book_index_put(&b->by_rule, a->rule, a->kind != KIND_NONE ? a->subject : text_of(""), a);
}

static void add(struct book *b, struct book_alert *a)
{
    if (b->count == b->cap) {
        b->cap = b->cap > 0 ? 2 * b->cap : 64;
        b->all = mem_grow(b->all, b->cap, sizeof(struct book_alert *));
    }
    b->all[b->count++] = a;
    b->sorted = false;
    book_index_put(&b->by_id, a->source, a->id, a);
    index_rule(b, a);
}

struct book_alert *book_alert_new(struct book *b, const struct row *row)
{
    struct book_alert *a = mem_new(1, sizeof *a);
    struct buf subject = buf_make(TEXT_MAX);
    struct safe_text rule = value_text_or(&row->cells[ALERT_RULE], "");

    a->source = rows_text(&a->texts, row->source);
    a->id = rows_text(&a->texts, row->id);
    a->kind = kind_of(row);
    a->where = rows_text(&a->texts, value_text_or(&row->cells[ALERT_WHERE], ""));
    a->cluster = rows_text(&a->texts, value_text_or(&row->cells[ALERT_CLUSTER], ""));
    if (text_is(row->source, BOOK_SOURCE))
        a->rule = rows_text(&a->texts, rule);
    if (!desk_subject(row, &subject, NULL))
        buf_clear(&subject);
    a->subject = rows_text(&a->texts, text_from(buf_str(&subject), subject.len));
    a->own = symptom_by_word(a->rule);
    a->pend_boot_ms = a->calm_boot_ms = a->over_boot_ms = a->low_boot_ms = -1;
    a->amount = -1;
    a->told = a->next = a->row = buf_make(ROW_MAX);
    a->teller = a->summary = a->maintenance = a->change = a->acked_by = a->ack_note = a->ack_end.of = a->ack_end.by =
        buf_make(TEXT_MAX);
    a->root = a;
    a->dirty = true;
    buf_release(&subject);
    add(b, a);
    return a;
}

void book_alert_free(struct book_alert *a)
{
    buf_release(&a->told);
    buf_release(&a->next);
    buf_release(&a->row);
    buf_release(&a->summary);
    buf_release(&a->teller);
    buf_release(&a->maintenance);
    buf_release(&a->change);
    buf_release(&a->acked_by);
    buf_release(&a->ack_note);
    book_ack_release(a);
    arena_release(&a->texts);
    arena_release(&a->tie_texts);
    free(a);
}

/* --- ids of ours --- */

/* The n-th group of five bits of the digest, as Crockford's base32 (no I, L, O, U). */
static char digit(const char hex[65], size_t n)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned bits = 0;

    for (size_t bit = 5 * n; bit < 5 * n + 5; bit++) {
        unsigned nibble = (unsigned)(strchr("0123456789abcdef", hex[bit / 4]) - "0123456789abcdef");
        bits = bits << 1 | ((nibble >> (3 - bit % 4)) & 1);
    }
    return digits[bits];
}

/* "A-" and the first five digits that no other alert of ours has. */
static void make_id(const struct book *b, struct safe_text rule, enum kind kind, struct safe_text where,
                    char id[ID_DIGITS + 3])
{
    struct buf key = buf_make(TEXT_MAX);
    char hex[65];

    text_copy(&key, rule);
    buf_printf(&key, NULL, "/%s/", kind_info(kind)->name);
    text_copy(&key, where);
    hash_sha256_hex(buf_str(&key), key.len, hex);
    buf_release(&key);
    for (size_t at = 0; at + ID_DIGITS <= HASH_DIGITS; at += ID_DIGITS) {
        memcpy(id, "A-", 2);
        for (size_t i = 0; i < ID_DIGITS; i++)
            id[2 + i] = digit(hex, at + i);
        id[ID_DIGITS + 2] = '\0';
        if (book_index_find(&b->by_id, text_of(BOOK_SOURCE), text_of(id)) == NULL)
            return;
    }
}

struct book_alert *book_alert_find(struct book *b, const char *word, enum kind kind, struct safe_text where)
{
    buf_clear(&b->key);
    if (kind == KIND_NONE)
        return book_index_find(&b->by_rule, text_of(word), text_of(""));
    buf_puts(&b->key, kind_info(kind)->name, NULL);
    buf_putc(&b->key, '/', NULL);
    text_copy(&b->key, where);
    return book_index_find(&b->by_rule, text_of(word), text_from(b->key.data, b->key.len));
}

struct book_alert *book_alert_own(struct book *b, const char *word, enum kind kind, struct safe_text where,
                                  struct safe_text cluster)
{
    struct row row = {.kind = KIND_ALERT, .source = text_of(BOOK_SOURCE)};
    struct book_alert *a = book_alert_find(b, word, kind, where);
    char id[ID_DIGITS + 3];

    if (a != NULL)
        return a;
    make_id(b, text_of(word), kind, where, id);
    row.id = text_of(id);
    row.cells[ALERT_RULE] = value_text(text_of(word));
    if (kind != KIND_NONE) {
        row.cells[ALERT_KIND] = value_text(text_of(kind_info(kind)->name));
        row.cells[ALERT_WHERE] = value_text(where);
    }
    if (!text_empty(cluster))
        row.cells[ALERT_CLUSTER] = value_text(cluster);
    return book_alert_new(b, &row);
}

/* --- all of them --- */

static int by_id(const void *a, const void *b)
{
    const struct book_alert *x = *(struct book_alert *const *)a, *y = *(struct book_alert *const *)b;
    int by_source = text_cmp(x->source, y->source);

    return by_source != 0 ? by_source : text_cmp(x->id, y->id);
}

void book_list_sort(struct book *b)
{
    if (!b->sorted && b->count > 1)
        qsort(b->all, b->count, sizeof(struct book_alert *), by_id);
    b->sorted = true;
}

static void index_anew(struct book *b)
{
    book_index_clear(&b->by_id);
    book_index_clear(&b->by_rule);
    for (size_t i = 0; i < b->count; i++) {
        struct book_alert *a = b->all[i];
        book_index_put(&b->by_id, a->source, a->id, a);
        index_rule(b, a);
    }
}

void book_list_sweep(struct book *b, bool (*gone)(const struct book *b, const struct book_alert *a))
{
    size_t kept = 0;

    for (size_t i = 0; i < b->count; i++) {
        struct book_alert *a = b->all[i];
        if (!gone(b, a)) {
            b->all[kept++] = a;
            continue;
        }
        b->removed = b->removed || a->row.len > 0;
        b->topology_dirty = b->topology_dirty || a->phase == BOOK_OPEN;
        book_alert_free(a);
    }
    if (kept == b->count)
        return;
    b->count = kept;
    index_anew(b);
}

/* --- limits --- */

/* The worst first, then the oldest. Those that are not open come last, the latest of those that are over first. */
static int by_worth(const void *a, const void *b)
{
    const struct book_alert *x = *(struct book_alert *const *)a, *y = *(struct book_alert *const *)b;

    if ((x->phase == BOOK_OPEN) != (y->phase == BOOK_OPEN))
        return x->phase == BOOK_OPEN ? -1 : 1;
    if (x->phase != BOOK_OPEN)
        return x->over_ms != y->over_ms ? (x->over_ms > y->over_ms ? -1 : 1) : by_id(a, b);
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return x->since_ms != y->since_ms ? (x->since_ms < y->since_ms ? -1 : 1) : by_id(a, b);
}

static bool is_left_out(const struct book *b, const struct book_alert *a)
{
    (void)b;
    return a->seen;
}

void book_list_limit(struct book *b)
{
    size_t open = 0, over = 0;

    for (size_t i = 0; i < b->count; i++) {
        open += b->all[i]->phase == BOOK_OPEN;
        over += b->all[i]->phase == BOOK_OVER;
    }
    b->left_out = open > BOOK_ALERTS_MAX ? open - BOOK_ALERTS_MAX : 0;
    if (b->left_out == 0 && over <= BOOK_RESOLVED_MAX)
        return;
    qsort(b->all, b->count, sizeof(struct book_alert *), by_worth);
    b->sorted = false;
    for (size_t i = 0; i < b->count; i++) {
        struct book_alert *a = b->all[i];
        a->seen =
            (a->phase == BOOK_OPEN && i >= BOOK_ALERTS_MAX) || (a->phase == BOOK_OVER && i >= open + BOOK_RESOLVED_MAX);
    }
    book_list_sweep(b, is_left_out);
}
