#include "base/mem.h"
#include "collector/desk_ops_private.h"

/* --- rows of the cache by id --- */

struct search {
    struct safe_text id, source; /* source empty: any */
    struct rows *found;
};

static bool is_named(const struct row *row, struct safe_text name)
{
    struct buf full = buf_make(text_len(row->id) + text_len(row->source) + 1);
    text_copy(&full, row->source);
    buf_putc(&full, '/', NULL);
    text_copy(&full, row->id);
    bool is = text_equal(row->id, name) || text_equal(text_from(full.data, full.len), name);
    buf_release(&full);
    return is;
}

static bool look_at(void *ctx, const struct row *row, struct err *err)
{
    struct search *s = ctx;
    (void)err;
    if ((text_empty(s->source) || text_equal(s->source, row->source)) && is_named(row, s->id))
        rows_add(s->found, row);
    return true;
}

/* ID, or SOURCE/ID where several sources use it. */
static bool find(struct desk_ops *o, enum kind kind, struct safe_text id, struct safe_text source, struct rows *found,
                 struct err *err)
{
    struct search s = {.id = id, .source = source, .found = found};
    return store_each(o->options.store, kind, NULL, look_at, &s, err);
}

static bool none(struct err *err, const char *what, struct safe_text id)
{
    char shown[128];
    err_set(err, ERR_INPUT, "there is no %s '%s'", what, text_show_in(id, shown, sizeof shown));
    err_hint(err, "'hubtop get %ss' lists those there are", what);
    return err_exit(err, DESK_OPS_NOT_FOUND);
}

/* --- the alert --- */

static enum severity severity_of(const struct row *alert)
{
    static const struct {
        const char *word;
        enum severity severity;
    } words[] = {{"crit", SEVERITY_CRIT}, {"warn", SEVERITY_WARN}, {"info", SEVERITY_NOTICE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (text_is(value_text_or(&alert->cells[ALERT_SEVERITY], ""), words[i].word))
            return words[i].severity;
    }
    return SEVERITY_UNKNOWN;
}

static bool still_there(const struct desk_ops_request *r, struct err *err)
{
    char shown[128];
    bool begins = r->entry.op == DESK_ACK || r->entry.op == DESK_SILENCE;
    if (!begins || !text_is(value_text_or(&r->alert.cells[ALERT_STATE], ""), "resolved"))
        return true;
    err_set(err, ERR_INPUT, "the alert '%s' is over", text_show_in(r->alert.id, shown, sizeof shown));
    return err_hint(err, "a note on it can still be made");
}

static bool find_alert(struct desk_ops *o, struct desk_ops_request *r, struct err *err)
{
    struct desk_entry *e = &r->entry;
    char shown[128];
    if (!find(o, KIND_ALERT, e->alert, e->source, &r->found, err))
        return false;
    if (r->found.count == 0)
        return none(err, "alert", e->alert);
    if (r->found.count > 1) {
        err_set(err, ERR_INPUT, "%zu sources tell of an alert '%s'", r->found.count,
                text_show_in(e->alert, shown, sizeof shown));
        return err_hint(err, "give it as SOURCE/ID");
    }
    r->alert = r->found.all[0];
    if (!desk_subject(&r->alert, &r->subject, err) || !still_there(r, err))
        return false;
    e->alert = r->alert.id;
    e->source = r->alert.source;
    e->subject = text_from(r->subject.data, r->subject.len);
    e->severity = severity_of(&r->alert);
    return true;
}

/* --- a silence to make --- */

/* That of an alert whose source keeps silences itself goes there, by all of the alert's labels. */
static bool find_peer(struct desk_ops *o, struct desk_ops_request *r, struct err *err)
{
    struct desk_entry *e = &r->entry;
    char shown[128];
    enum desk_ops_peer peer =
        r->alert.kind != KIND_NONE ? o->options.peer(o->options.ctx, e->source, err) : DESK_OPS_NO_PEER;
    if (peer != DESK_OPS_PEER)
        return peer == DESK_OPS_NO_PEER;
    e->labels = value_text_or(&r->alert.cells[ALERT_LABELS], "");
    if (text_empty(e->labels) || text_len(e->labels) > DESK_LABELS_MAX || !text_is_utf8(e->labels)) {
        err_set(err, ERR_INPUT, "cannot silence '%s' at its source: its labels are %s",
                text_show_in(e->alert, shown, sizeof shown),
                text_empty(e->labels) ? "not known" : "too long, or no UTF-8");
        return err_hint(err, "silence its object instead: --kind and --where");
    }
    e->outcome = DESK_INTENT;
    return true;
}

/* --- a silence to end --- */

static bool end_ours(struct desk_ops_request *r, const struct desk_silence *s)
{
    r->entry.id = s->id;
    r->entry.source = s->source;
    r->entry.remote = s->remote;
    r->entry.outcome = s->outcome == DESK_OWN ? DESK_OWN : DESK_INTENT;
    return true;
}

static bool end_peers(struct desk_ops_request *r, const struct row *silence, struct err *err)
{
    struct desk_entry *e = &r->entry;
    char shown[128];
    if (text_is(value_text_or(&silence->cells[SILENCE_STATE], ""), "expired")) {
        err_set(err, ERR_INPUT, "the silence '%s' is over already", text_show_in(silence->id, shown, sizeof shown));
        return err_hint(err, "'hubtop get silences' lists those there are");
    }
    e->id = e->remote = silence->id;
    e->source = silence->source;
    e->ends_ms = value_int_or(&silence->cells[SILENCE_ENDS_AT], 0);
    e->outcome = DESK_INTENT;
    return true;
}

static bool end_by_id(struct desk_ops *o, struct desk_ops_request *r, struct safe_text id, struct safe_text source,
                      struct err *err)
{
    const struct desk_silence *s = desk_silence_by_id(o->desk, id);
    size_t before = r->found.count;
    if (s)
        return end_ours(r, s);
    if (!find(o, KIND_SILENCE, id, source, &r->found, err))
        return false;
    if (r->found.count == before)
        return none(err, "silence", id);
    return end_peers(r, &r->found.all[before], err);
}

/* Which silence hides an alert. */
static bool end_by_alert(struct desk_ops *o, struct desk_ops_request *r, struct err *err)
{
    const struct desk_silence *s = desk_silence_of(o->desk, &r->alert, r->entry.at_ms);
    struct safe_text by = value_text_or(&r->alert.cells[ALERT_SILENCED_BY], ""), id, another;
    char shown[128];
    if (s)
        return end_ours(r, s);
    if (!value_list_next(&by, &id)) {
        err_set(err, ERR_INPUT, "no silence hides '%s'", text_show_in(r->entry.alert, shown, sizeof shown));
        err_hint(err, "'hubtop get silences' lists those there are");
        return err_exit(err, DESK_OPS_NOT_FOUND);
    }
    if (!value_list_next(&by, &another))
        return end_by_id(o, r, id, r->entry.source, err);
    err_set(err, ERR_INPUT, "several silences hide '%s'", text_show_in(r->entry.alert, shown, sizeof shown));
    return err_hint(err, "give the id of the one to end: 'hubtop get silences' lists them");
}

static bool find_end(struct desk_ops *o, struct desk_ops_request *r, struct err *err)
{
    struct desk_entry *e = &r->entry;
    bool ok = text_empty(e->id) ? end_by_alert(o, r, err) : end_by_id(o, r, e->id, e->source, err);
    if (!ok || e->outcome == DESK_OWN)
        return ok;
    enum desk_ops_peer peer = o->options.peer(o->options.ctx, e->source, err);
    if (peer == DESK_OPS_NO_PEER) {
        err_set(err, ERR_INPUT, "the source of the silence takes no orders");
        return err_hint(err, "end it where it was made");
    }
    return peer == DESK_OPS_PEER;
}

bool desk_ops_find(struct desk_ops *o, struct desk_ops_request *r, struct err *err)
{
    if (!text_empty(r->entry.alert) && !find_alert(o, r, err))
        return false;
    if (r->entry.op == DESK_SILENCE)
        return find_peer(o, r, err);
    return r->entry.op != DESK_UNSILENCE || find_end(o, r, err);
}
