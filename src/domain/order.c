#include "domain/order.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "domain/rows.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const char *const state_words[] = {
    [ORDER_PREVIEWED] = "previewed", [ORDER_CONFIRMED] = "confirmed", [ORDER_INTENT] = "intent",
    [ORDER_SENT] = "sent",           [ORDER_DONE] = "done",           [ORDER_REFUSED] = "refused",
    [ORDER_UNKNOWN] = "unknown",     [ORDER_RESOLVED] = "resolved",
};

const char *order_state_word(enum order_state s)
{
    return (size_t)s < COUNT(state_words) ? state_words[s] : "unknown";
}

enum order_state order_state_of(struct safe_text word)
{
    for (size_t i = 0; i < COUNT(state_words); i++) {
        if (text_is(word, state_words[i]))
            return (enum order_state)i;
    }
    return ORDER_UNKNOWN;
}

bool order_state_ended(enum order_state s)
{
    return s == ORDER_DONE || s == ORDER_REFUSED || s == ORDER_RESOLVED;
}

struct order order_make(void)
{
    return (struct order){.value = -1, .seen_submitted_ms = -1, .seen_restarts = -1, .accels = -1, .cpus = -1};
}

void order_release(struct order *o)
{
    if (!o)
        return;
    arena_release(&o->arena);
    *o = (struct order){0};
}

/* --- ids and keys --- */

const char *order_nr_id(int64_t nr, char out[ORDER_ID_MAX])
{
    snprintf(out, ORDER_ID_MAX, "O-%04" PRId64, nr);
    return out;
}

const char *order_id(const struct order *o, char out[ORDER_ID_MAX])
{
    snprintf(out, ORDER_ID_MAX, "O-%04" PRId64 "/%" PRId64, o->nr, o->item);
    return out;
}

static bool digits(struct safe_text t, int64_t *out)
{
    char text[ORDER_ID_MAX];
    *out = 0;
    if (text_empty(t) || text_len(t) > 15)
        return false;
    text_show_in(t, text, sizeof text);
    for (const char *c = text; *c; c++) {
        if (*c < '0' || *c > '9')
            return false;
        *out = *out * 10 + (*c - '0');
    }
    return true;
}

bool order_id_parse(struct safe_text id, int64_t *nr, int64_t *item)
{
    struct safe_text rest = id, head;
    *item = 0;
    return text_split(&rest, '-', &head) && text_is(head, "O") && text_split(&rest, '/', &head) && digits(head, nr) &&
           (text_empty(rest) || digits(rest, item));
}

void order_key(struct safe_text unique, int64_t item, char out[ORDER_KEY_SIZE])
{
    struct buf all = buf_make(4096);
    char hex[65];
    text_copy(&all, unique);
    buf_printf(&all, NULL, "\n%" PRId64, item);
    hash_sha256_hex(buf_str(&all), all.len, hex);
    snprintf(out, ORDER_KEY_SIZE, "%.32s", hex);
    buf_release(&all);
}

/* --- what was seen --- */

static struct safe_text name_hash(const struct row *job, char out[65])
{
    const struct value *name = &job->cells[JOB_NAME];
    struct buf bytes = buf_make(64 << 10);
    out[0] = '\0';
    if (value_known(name)) {
        text_copy(&bytes, value_text_or(name, ""));
        hash_sha256_hex(buf_str(&bytes), bytes.len, out);
    }
    buf_release(&bytes);
    return text_of(out);
}

void order_see(struct order *o, const struct row *job)
{
    char hash[65];
    o->seen_user = rows_text(&o->arena, value_text_or(&job->cells[JOB_USER], ""));
    o->seen_queue = rows_text(&o->arena, value_text_or(&job->cells[JOB_QUEUE], ""));
    o->seen_name_hash = rows_text(&o->arena, name_hash(job, hash));
    o->tenant = rows_text(&o->arena, value_text_or(&job->cells[JOB_TENANT], ""));
    o->seen_submitted_ms = value_int_or(&job->cells[JOB_SUBMITTED_AT], -1);
    o->seen_restarts = value_int_or(&job->cells[JOB_RESTARTS], -1);
    o->accels = value_int_or(&job->cells[JOB_ACCELS], -1);
    o->cpus = value_int_or(&job->cells[JOB_CPUS], -1);
}

static bool same_text(const char *what, struct safe_text seen, struct safe_text now, struct err *err)
{
    char a[128], b[128];
    if (text_empty(seen) || text_empty(now) || text_equal(seen, now))
        return true;
    return err_set(err, ERR_REFUSED, "it changed since it was seen: its %s is '%s', and was '%s'", what,
                   text_show_in(now, b, sizeof b), text_show_in(seen, a, sizeof a));
}

static bool same_number(const char *what, int64_t seen, const struct value *now, struct err *err)
{
    int64_t n = value_int_or(now, -1);
    return seen < 0 || n < 0 || n == seen || err_set(err, ERR_REFUSED, "it changed since it was seen: %s", what);
}

bool order_same(const struct order *o, const struct row *now, struct err *err)
{
    char hash[65];
    struct safe_text name = name_hash(now, hash);
    if (!text_empty(o->seen_name_hash) && !text_empty(name) && !text_equal(name, o->seen_name_hash))
        return err_set(err, ERR_REFUSED, "it changed since it was seen: it has another name");
    return same_text("user", o->seen_user, value_text_or(&now->cells[JOB_USER], ""), err) &&
           same_text("queue", o->seen_queue, value_text_or(&now->cells[JOB_QUEUE], ""), err) &&
           same_number("it was submitted anew", o->seen_submitted_ms, &now->cells[JOB_SUBMITTED_AT], err) &&
           same_number("it was started and put back", o->seen_restarts, &now->cells[JOB_RESTARTS], err);
}

/* --- JSON --- */

enum member_type { TEXT, INT, FLAG };
/* In the order of their names: that is canonical. */
static const struct member {
    const char *key;
    enum member_type type;
    size_t offset;
    bool later; /* orders of earlier versions lack it */
} members[] = {
#define AT(f) offsetof(struct order, f)
    {"accels", INT, AT(accels), false},
    {"action", TEXT, AT(action), false},
    {"approved_by", TEXT, AT(approved_by), false},
    {"at_ms", INT, AT(at_ms), false},
    {"back", FLAG, AT(back), false},
    {"begin_ms", INT, AT(begin_ms), true},
    {"by", TEXT, AT(by), false},
    {"cpus", INT, AT(cpus), true},
    {"done", FLAG, AT(done), false},
    {"ended_ms", INT, AT(ended_ms), false},
    {"ends_ms", INT, AT(ends_ms), false},
    {"from", TEXT, AT(from), false},
    {"item", INT, AT(item), false},
    {"key", TEXT, AT(key), false},
    {"made", TEXT, AT(made), false},
    {"native", FLAG, AT(native), false},
    {"nr", INT, AT(nr), false},
    {"orig_held", FLAG, AT(orig_held), false},
    {"plan", TEXT, AT(plan), false},
    {"reason", TEXT, AT(reason), false},
    {"ref", TEXT, AT(ref), false},
    {"result", TEXT, AT(result), false},
    {"seen_name_hash", TEXT, AT(seen_name_hash), false},
    {"seen_queue", TEXT, AT(seen_queue), false},
    {"seen_restarts", INT, AT(seen_restarts), false},
    {"seen_submitted_ms", INT, AT(seen_submitted_ms), false},
    {"seen_user", TEXT, AT(seen_user), false},
    {"sent", FLAG, AT(sent), false},
    {"sent_ms", INT, AT(sent_ms), false},
    {"source", TEXT, AT(source), false},
    {"source_to", TEXT, AT(source_to), false},
    {"step", INT, AT(step), false},
    {"step_word", TEXT, AT(step_word), true},
    {"stops", FLAG, AT(stops), true},
    {"target", TEXT, AT(target), false},
    {"tenant", TEXT, AT(tenant), false},
    {"to", TEXT, AT(to), false},
    {"to_name", TEXT, AT(to_name), true},
    {"undo_of", TEXT, AT(undo_of), false},
    {"value", INT, AT(value), false},
    {"was_unknown", FLAG, AT(was_unknown), false},
    {"wave", INT, AT(wave), false},
#undef AT
};

static void put(const struct order *o, const struct member *m, struct json_writer *w)
{
    const char *at = (const char *)o + m->offset;
    json_put_key(w, m->key);
    if (m->type == TEXT)
        json_put_text(w, *(const struct safe_text *)(const void *)at);
    else if (m->type == INT)
        json_put_int(w, *(const int64_t *)(const void *)at);
    else
        json_put_bool(w, *(const bool *)at);
}

/* `kind` and `state` stand as words, for enums may change. */
bool order_write(const struct order *o, struct buf *out, struct err *err)
{
    struct json_writer w = json_writer_make(out);
    bool kind = false, state = false;
    json_open_object(&w);
    for (size_t i = 0; i < COUNT(members); i++) {
        if (!kind && strcmp(members[i].key, "kind") > 0) {
            json_put_key(&w, "kind");
            json_put_str(&w, o->kind == KIND_NONE ? "" : kind_info(o->kind)->name);
            kind = true;
        }
        if (!state && strcmp(members[i].key, "state") > 0) {
            json_put_key(&w, "state");
            json_put_str(&w, order_state_word(o->state));
            state = true;
        }
        put(o, &members[i], &w);
    }
    json_close_object(&w);
    if (w.err.kind != ERR_NONE && err)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}

static bool get(struct order *o, const struct member *m, const struct json *value)
{
    char *at = (char *)o + m->offset;
    struct safe_text t;
    if (m->type == INT)
        return json_int(value, (int64_t *)(void *)at);
    if (m->type == FLAG)
        return json_bool(value, (bool *)at);
    if (!json_text(value, &t))
        return false;
    *(struct safe_text *)(void *)at = rows_text(&o->arena, t);
    return true;
}

static enum kind kind_of(struct safe_text name)
{
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        if (text_is(name, kind_info((enum kind)k)->name))
            return (enum kind)k;
    }
    return KIND_NONE;
}

bool order_read(const struct json *j, struct order *o, struct err *err)
{
    struct safe_text kind, state;
    *o = order_make();
    bool ok = json_text(json_get(j, "kind"), &kind) && json_text(json_get(j, "state"), &state);
    for (size_t i = 0; ok && i < COUNT(members); i++) {
        const struct json *value = json_get(j, members[i].key);
        ok = (!value && members[i].later) || get(o, &members[i], value);
        if (!ok)
            err_set(err, ERR_CORRUPT, "an order makes no sense: its member '%s'", members[i].key);
    }
    if (ok) {
        o->kind = kind_of(kind);
        o->state = order_state_of(state);
        return true;
    }
    if (err && err->kind == ERR_NONE)
        err_set(err, ERR_CORRUPT, "an order makes no sense");
    order_release(o);
    return false;
}

/* --- the row --- */

static struct value text_or_none(struct safe_text t)
{
    return text_empty(t) ? value_none() : value_text(t);
}

static struct value time_or_none(int64_t ms)
{
    return ms > 0 ? value_time(ms) : value_none();
}

static void row_what(const struct order *o, struct arena *arena, struct row *row)
{
    char nr[ORDER_ID_MAX];
    struct value *c = row->cells;
    c[ACTION_ORDER] = value_text(rows_text(arena, text_of(order_nr_id(o->nr, nr))));
    c[ACTION_NUMBER] = value_int(o->item);
    c[ACTION_PLAN] = text_or_none(o->plan);
    c[ACTION_KEY] = value_text(o->key);
    c[ACTION_KIND] = value_text(o->action);
    c[ACTION_FROM] = text_or_none(o->from);
    c[ACTION_TO] = text_or_none(o->to);
    c[ACTION_TARGET] = value_text(o->target);
    c[ACTION_VALUE] = o->value >= 0 ? value_int(o->value) : value_none();
    c[ACTION_WAVE] = value_int(o->wave);
    c[ACTION_REQUESTED_BY] = value_text(o->by);
    c[ACTION_APPROVED_BY] = text_or_none(o->approved_by);
    c[ACTION_REASON] = text_or_none(o->reason);
    c[ACTION_REF] = text_or_none(o->ref);
    c[ACTION_ASKED_AT] = time_or_none(o->at_ms);
    c[ACTION_UNDO_OF] = text_or_none(o->undo_of);
}

void order_row(const struct order *o, const char *step, const char *undo, struct arena *arena, struct row *row)
{
    char id[ORDER_ID_MAX];
    *row = (struct row){.kind = KIND_ACTION, .id = rows_text(arena, text_of(order_id(o, id)))};
    row_what(o, arena, row);
    struct value *c = row->cells;
    c[ACTION_STATE] = value_text(text_of(order_state_word(o->state)));
    c[ACTION_STEP] = text_or_none(text_of(step));
    c[ACTION_MADE] = text_or_none(o->made);
    c[ACTION_SENT_AT] = time_or_none(o->sent_ms);
    c[ACTION_ENDED_AT] = time_or_none(o->ended_ms);
    c[ACTION_DONE] = order_state_ended(o->state) ? value_bool(o->done) : value_none();
    c[ACTION_RESULT] = text_or_none(o->result);
    c[ACTION_UNDO] = text_or_none(text_of(undo));
}
