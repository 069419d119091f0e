#include "collector/escalate.h"

#include "base/clock.h"
#include "base/json.h"

enum { TEXT_MAX = 1024, CUT_COLUMNS = 300, CUT_BYTES = 4096, EXIT_CONFIG = 78 };

bool escalate_ready(const struct launcher *l, struct err *err)
{
    if (l && launcher_has(l, ESCALATE_COMMAND))
        return true;
    err_set(err, ERR_INPUT, "nobody can be told: there is no " ESCALATE_COMMAND);
    err_hint(err, ESCALATE_COMMAND " = { \"/path\", \"argument\" } in the collector's configuration names one");
    return err_exit(err, EXIT_CONFIG);
}

static void put_text(struct json_writer *w, struct safe_text t)
{
    struct buf cut = buf_make(CUT_BYTES);
    if (text_len(t) <= TEXT_MAX)
        json_put_text(w, t);
    else {
        text_show(t, CUT_COLUMNS, &cut);
        json_put_str(w, buf_str(&cut));
    }
    buf_release(&cut);
}

static void put_list(struct json_writer *w, struct safe_text list)
{
    struct safe_text member;
    json_open_array(w);
    while (value_list_next(&list, &member))
        put_text(w, member);
    json_close_array(w);
}

static void put_value(struct json_writer *w, const struct value *v)
{
    char at[CLOCK_TEXT_MAX];
    switch (v->type) {
    case VALUE_TEXT:
        put_text(w, v->as.text);
        break;
    case VALUE_LIST:
        put_list(w, v->as.text);
        break;
    case VALUE_INT:
        json_put_int(w, v->as.i);
        break;
    case VALUE_REAL:
        json_put_real(w, v->as.real);
        break;
    case VALUE_TIME:
        json_put_str(w, clock_iso(v->as.i, at));
        break;
    case VALUE_BOOL:
        json_put_bool(w, v->as.i != 0);
        break;
    case VALUE_NONE:
        json_put_null(w);
        break;
    }
}

static void put_alert(struct json_writer *w, const struct row *alert)
{
    const struct kind_info *info = kind_info(KIND_ALERT);
    json_open_object(w);
    json_put_key(w, "id");
    json_put_text(w, alert->id);
    json_put_key(w, "source");
    json_put_text(w, alert->source);
    for (size_t i = 0; i < info->field_count; i++) {
        if ((info->fields[i].flags & FIELD_HIDDEN) || !value_known(&alert->cells[i]))
            continue;
        json_put_key(w, info->fields[i].name);
        put_value(w, &alert->cells[i]);
    }
    json_close_object(w);
}

bool escalate_write(const struct escalate_facts *f, struct buf *out, struct err *err)
{
    char at[CLOCK_TEXT_MAX];
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    json_put_key(&w, "schema_version");
    json_put_int(&w, 1);
    json_put_key(&w, "kind");
    json_put_str(&w, "escalation");
    json_put_key(&w, "at");
    json_put_str(&w, clock_iso(f->at_ms, at));
    json_put_key(&w, "by");
    json_put_text(&w, f->by);
    json_put_key(&w, "alert");
    put_alert(&w, f->alert);
    json_close_object(&w);
    buf_putc(out, '\n', &w.err);
    if (w.err.kind != ERR_NONE && err)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}

bool escalate_start(struct launcher *l, struct loop *loop, const struct escalate_facts *f, launcher_done *done,
                    void *ctx, struct err *err)
{
    struct buf input = buf_make(LAUNCHER_INPUT_MAX);
    bool ok = escalate_ready(l, err) && escalate_write(f, &input, err) &&
              launcher_send_start(l, loop, ESCALATE_COMMAND, &input, done, ctx, err);
    buf_release(&input);
    return ok;
}
