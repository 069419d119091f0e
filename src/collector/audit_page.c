#include "collector/audit_page.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "store/journal_words.h"

enum { PAGE_FULL = 256 << 10, BODY_MAX = 96 << 10, SLICE_US = 5000, LOOK_EACH = 16 };

struct page {
    int64_t before, since_ms, limit;
    struct safe_text wanted, user;
    bool whole;
    struct json_writer w;
    int64_t seen, count, end_us;
    bool more;
};

static struct safe_text member(const struct json *m, const char *key)
{
    struct safe_text t;
    return json_text(json_get(m, key), &t) ? t : text_of("");
}

static int64_t number(const struct json *m, const char *key, int64_t without)
{
    int64_t n;
    return json_int(json_get(m, key), &n) ? n : without;
}

static bool is_wanted(const struct page *p, const struct journal_entry *e)
{
    char uid[24];
    snprintf(uid, sizeof uid, "%" PRId64, e->uid);
    return e->at_ms >= p->since_ms && (text_empty(p->wanted) || text_equal(p->wanted, e->op)) &&
           (text_empty(p->user) || text_equal(p->user, e->who) || text_is(p->user, uid));
}

static void put_text(struct json_writer *w, const char *key, struct safe_text t)
{
    json_put_key(w, key);
    if (text_empty(t))
        json_put_null(w);
    else
        json_put_text(w, t);
}

static void put_number(struct json_writer *w, const char *key, bool known, int64_t n)
{
    json_put_key(w, key);
    if (known)
        json_put_int(w, n);
    else
        json_put_null(w);
}

static void put_entry(struct json_writer *w, const struct journal_entry *e)
{
    char at[CLOCK_TEXT_MAX];
    json_open_object(w);
    put_number(w, "seq", true, e->seq);
    put_text(w, "at", text_of(clock_iso(e->at_ms, at)));
    put_number(w, "uid", e->uid >= 0, e->uid);
    put_text(w, "who", e->who);
    put_number(w, "login_uid", e->asker.login_known, e->asker.login_uid);
    put_text(w, "claimed_login", e->asker.claimed_login);
    put_text(w, "claimed_ssh", e->asker.claimed_ssh);
    put_text(w, "op", e->op);
    put_text(w, "request_id", e->request_id);
    put_text(w, "body", text_len(e->body) <= BODY_MAX ? e->body : text_of(""));
    put_number(w, "body_bytes", true, (int64_t)text_len(e->body));
    json_close_object(w);
}

/* False without err: the page ends here. */
static bool take(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct page *p = ctx;
    (void)err;
    p->before = e->seq;
    if (is_wanted(p, e)) {
        put_entry(&p->w, e);
        p->count++;
    }
    bool late = !p->whole && ++p->seen % LOOK_EACH == 0 && clock_mono_us() >= p->end_us;
    p->more = p->count < p->limit && (p->w.out->len >= PAGE_FULL || late);
    return p->count < p->limit && !p->more;
}

bool audit_page(struct store *s, const struct json *ask, bool whole, struct buf *out, struct err *err)
{
    struct page p = {.before = number(ask, "before", INT64_MAX),
                     .since_ms = number(ask, "since_ms", INT64_MIN),
                     .limit = number(ask, "limit", INT64_MAX),
                     .wanted = member(ask, "wanted"),
                     .user = member(ask, "user"),
                     .whole = whole,
                     .w = json_writer_make(out),
                     .end_us = clock_mono_us() + SLICE_US};
    struct err why = {0};
    json_open_object(&p.w);
    json_put_key(&p.w, "entries");
    json_open_array(&p.w);
    if (p.limit > 0 && !journal_each_back(s, p.before, take, &p, &why) && why.kind != ERR_NONE) {
        *err = why;
        return false;
    }
    json_close_array(&p.w);
    put_number(&p.w, "before", true, p.before);
    json_put_key(&p.w, "more");
    json_put_bool(&p.w, p.more);
    json_close_object(&p.w);
    if (p.w.err.kind != ERR_NONE)
        *err = p.w.err;
    return p.w.err.kind == ERR_NONE;
}

/* --- a verdict --- */

static void put_anchor(struct json_writer *w, const char *key, const struct journal_anchor *a)
{
    char text[JOURNAL_ANCHOR_TEXT];
    put_text(w, key, text_of(a->seq > 0 ? journal_anchor_text(a, text) : ""));
}

void audit_page_verdict(const struct journal_verdict *v, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    json_put_key(&w, "verified");
    json_put_bool(&w, v->faults == 0);
    put_number(&w, "entries", true, v->last.entries);
    put_anchor(&w, "last", &v->last);
    put_anchor(&w, "anchor", &v->beside);
    put_number(&w, "faults", true, v->faults);
    json_put_key(&w, "findings");
    json_open_array(&w);
    for (size_t i = 0; i < v->n; i++) {
        json_open_object(&w);
        put_text(&w, "fault", text_of(journal_words_fault(v->findings[i].fault)));
        put_number(&w, "seq", true, v->findings[i].seq);
        put_number(&w, "to", true, v->findings[i].to);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
}
