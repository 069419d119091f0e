#include "views/alert_act.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/tr.h"
#include "domain/bulletin.h"
#include "domain/desk.h"
#include "views/cell.h"

enum { LINE_BYTES = 2048, BELOW_SHOWN = 6, LINE_COLUMNS = 90 };

struct intent alert_act_say(const char *text)
{
    struct intent i = {.kind = INTENT_SAY};

    snprintf(i.text, sizeof i.text, "%s", text);
    return i;
}

/* --- the request --- */

static void put_text(struct json_writer *w, const char *key, struct safe_text t)
{
    if (text_empty(t))
        return;
    json_put_key(w, key);
    json_put_text(w, t);
}

static bool write_ask(struct intent *i, const struct row *alert, bool object)
{
    struct buf out = buf_make(sizeof i->ask - 1);
    struct json_writer w = json_writer_make(&out);
    bool ok;

    json_open_object(&w);
    if (object) {
        put_text(&w, "what", text_of("maintenance"));
        put_text(&w, "kind", value_text_or(&alert->cells[ALERT_KIND], ""));
        put_text(&w, "where", value_text_or(&alert->cells[ALERT_WHERE], ""));
    } else {
        put_text(&w, "alert", alert->id);
        put_text(&w, "source", alert->source);
    }
    json_close_object(&w);
    ok = w.err.kind == ERR_NONE;
    if (ok)
        snprintf(i->ask, sizeof i->ask, "%s", buf_str(&out));
    buf_release(&out);
    return ok;
}

/* --- what is read before --- */

static void say_line(struct intent *i, const struct buf *line)
{
    size_t n = strlen(i->say);

    snprintf(i->say + n, sizeof i->say - n, "%s%s", n > 0 ? "\n" : "", buf_str(line));
}

/* "✖ SHG→SZ: one-way 3.42 ms > 3 ms promised; 312 jobs" */
static void say_alert(const struct alert_act *a, const struct row *alert, const char *before, struct intent *i)
{
    struct buf line = buf_make(LINE_BYTES), cut = buf_make(LINE_BYTES);
    const struct canvas ascii = {.glyphs = GLYPHS_ASCII};
    char n[CELL_MAX];

    buf_puts(&line, before, NULL);
    alert_words_where(a->words, alert, &ascii, &line);
    buf_puts(&line, ": ", NULL);
    alert_words_text(a->words, alert, &line);
    if (value_known(&alert->cells[ALERT_IMPACT_JOBS]))
        buf_printf(&line, NULL, tr("; %s jobs"), cell_count(&alert->cells[ALERT_IMPACT_JOBS], n));
    text_show(text_from(buf_str(&line), line.len), LINE_COLUMNS, &cut);
    say_line(i, &cut);
    buf_release(&line);
    buf_release(&cut);
}

/* How many comes first: where there is little room the list is cut. */
static void say_hidden(const struct alert_act *a, struct intent *i)
{
    struct buf line = buf_make(LINE_BYTES);

    i->count = 1 + (int64_t)a->below_count;
    buf_printf(&line, NULL,
               i->count == 1 ? tr("It hides %lld alert from everybody's list; it stays on its tab here.")
                             : tr("It hides %lld alerts from everybody's list; they stay on their tab here."),
               (long long)i->count);
    say_line(i, &line);
    say_alert(a, a->alert, "  ", i);
    for (size_t k = 0; k < a->below_count && k < BELOW_SHOWN; k++)
        say_alert(a, &a->below[k], "    ", i);
    buf_clear(&line);
    if (a->below_count > BELOW_SHOWN)
        buf_printf(&line, NULL, tr("    and %zu more that it explains"), a->below_count - BELOW_SHOWN);
    if (line.len > 0)
        say_line(i, &line);
    buf_release(&line);
}

/* --- keys --- */

static struct intent form(const struct alert_act *a, int action)
{
    struct intent i = {.kind = INTENT_FORM};
    struct buf line = buf_make(LINE_BYTES);

    if (action == ALERT_SILENCE) {
        say_hidden(a, &i);
    } else {
        buf_puts(&line,
                 action == ALERT_ESCALATE
                     ? tr("The configured command is run with this alert; who it calls is up to it.")
                     : tr("Alerts about it stand on their own tab until it ends, and count for nobody."),
                 NULL);
        say_line(&i, &line);
        say_alert(a, a->alert, "  ", &i);
    }
    buf_release(&line);
    return i;
}

static void name(struct intent *i, struct safe_text id)
{
    text_show_in(id, i->text, sizeof i->text);
}

/* --- bulletins --- */

static void say_bulletin(const struct alert_act *a, enum bulletin_stage stage, struct intent *i)
{
    const struct verdict_facts *all = &a->words->facts;
    char zone[CLOCK_TEXT_MAX];
    struct row object = {0};
    bool known = alert_words_object(a->words, a->alert, &object);
    struct symptom s = symptom_of_alert(&a->words->now, a->alert, known ? &object : NULL);
    const struct bulletin_facts facts = {
        .alert = a->alert,
        .object = known ? &object : NULL,
        .symptom = known && symptom_rule_of(a->alert) != SYMPTOM_RULES ? &s : NULL,
        .clusters = all->clusters,
        .cluster_count = all->n_clusters,
        .places = all->places,
        .place_count = all->n_places,
        .now_ms = a->now_ms,
        .zone_ms = clock_zone_ms(a->now_ms),
        .zone = clock_zone(a->now_ms, zone),
    };
    struct buf text = buf_make(LINE_BYTES);

    if (!bulletin_check(stage, a->alert, NULL))
        return;
    if (i->filter[0] == '\0')
        snprintf(i->filter, sizeof i->filter, "%s", stage == BULLETIN_FINAL ? "final" : "first");
    bulletin_text(stage, &facts, &text);
    say_line(i, &text);
    buf_release(&text);
}

static struct intent bulletin(const struct alert_act *a)
{
    struct intent i = {.kind = INTENT_BULLETIN};

    for (int stage = 0; stage < BULLETIN_STAGES; stage++)
        say_bulletin(a, (enum bulletin_stage)stage, &i);
    text_show_in(a->alert->id, i.text, sizeof i.text);
    return i;
}

/* --- whom to call --- */

bool alert_act_contacts(const struct view_frame *f, const struct alert_words *w, const struct row *alert, size_t max,
                        struct buf *out)
{
    const struct contact *tree[CONTACT_LEVEL_MAX];
    struct concern concern = concern_of(alert);
    size_t n = 0;

    concern_hubs(&concern, w->facts.clusters, w->facts.n_clusters);
    if (f->people != NULL)
        n = contact_tree(f->people->contacts, f->people->contact_count, &concern, tree,
                         max < CONTACT_LEVEL_MAX ? max : CONTACT_LEVEL_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_puts(out, i > 0 ? "; " : "", NULL);
        text_show(tree[i]->role, 16, out);
        buf_putc(out, ' ', NULL);
        if (!text_empty(contact_name(tree[i]))) {
            text_show(contact_name(tree[i]), 16, out);
            buf_putc(out, ' ', NULL);
        }
        contact_phone(tree[i]->phone, false, out);
    }
    return n > 0;
}

struct intent alert_act(const struct alert_act *a, int action)
{
    static const enum desk_op ops[] = {DESK_ACK, DESK_NOTE, DESK_SILENCE, DESK_MAINTENANCE_ADD, DESK_ESCALATE};
    bool object = action == ALERT_MAINTENANCE_ADD;
    struct safe_text where = value_text_or(&a->alert->cells[ALERT_WHERE], "");
    struct intent i = {.kind = action == ALERT_NOTE ? INTENT_TEXT : INTENT_ASK};

    if (action == ALERT_READ)
        return (struct intent){.kind = INTENT_RUNBOOK};
    if (action == ALERT_TELL)
        return bulletin(a);
    if (action < ALERT_ACK || action >= ALERT_ACTIONS_END)
        return (struct intent){.kind = INTENT_NONE};
    if (alert_words_over(a->alert) && action != ALERT_NOTE)
        return alert_act_say(tr("it is over"));
    if (object && (text_empty(where) || alert_words_kind(a->alert) == KIND_NONE))
        return alert_act_say(tr("the alert does not say what it is about: hubtop maintenance adds a window"));
    if (action == ALERT_SILENCE || action == ALERT_ESCALATE || object)
        i = form(a, action);
    if (action == ALERT_NOTE)
        snprintf(i.filter, sizeof i.filter, "note");
    snprintf(i.op, sizeof i.op, "%s", desk_op_word(ops[action - ALERT_ACK]));
    name(&i, object ? where : a->alert->id);
    return write_ask(&i, a->alert, object) ? i : alert_act_say(tr("its name is too long for a request"));
}

/* --- where it is shown --- */

/* Adds ` field="value"`; a value that cannot stand in quotes narrows nothing. */
static void add_term(struct intent *i, const char *field, struct safe_text value)
{
    char shown[96];
    size_t len = strlen(i->filter);

    text_show_in(value, shown, sizeof shown);
    if (shown[0] != '\0' && strchr(shown, '"') == NULL)
        snprintf(i->filter + len, sizeof i->filter - len, "%s%s=\"%s\"", len > 0 ? " " : "", field, shown);
}

struct intent alert_act_open(enum kind kind, struct safe_text where, const struct row *object)
{
    static const struct {
        enum kind kind;
        const char *view, *field; /* its filter says this; NULL: the cursor is put on it */
    } views[] = {
        {KIND_SOURCE, "sources", NULL},    {KIND_LINK, "links", NULL},
        {KIND_NODE, "nodes", NULL},        {KIND_JOB, "jobs", NULL},
        {KIND_HALL, "racks", "hall"},      {KIND_RACK, "racks", NULL},
        {KIND_CLUSTER, "jobs", "cluster"}, {KIND_SCHEDULER, "nodes", "scheduler"},
    };
    struct intent i = alert_act_say(tr("nothing shows what this is about; d tells all that is known of it"));

    if (kind == KIND_QUEUE && object != NULL) {
        i = view_open("jobs", text_of(""));
        add_term(&i, "queue", value_text_or(&object->cells[QUEUE_NAME], ""));
        add_term(&i, "scheduler", value_text_or(&object->cells[QUEUE_SCHEDULER], ""));
        return i;
    }
    for (size_t k = 0; k < sizeof views / sizeof *views; k++) {
        if (views[k].kind != kind)
            continue;
        i = view_open(views[k].view, views[k].field == NULL ? where : text_of(""));
        if (views[k].field != NULL)
            add_term(&i, views[k].field, where);
    }
    return i;
}
