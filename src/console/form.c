#include "console/form.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/tr.h"
#include "domain/desk.h"

enum { DAY_MS = 86400000 };

enum member { MEMBER_NONE, MEMBER_STARTS, MEMBER_ENDS, MEMBER_TEXT };

/* The reason, and by `reference` the change or incident. */
#define WHY(required, reference)                                                                                       \
    {                                                                                                                  \
        {"reason", N_("reason"), MEMBER_TEXT, required},                                                               \
        {                                                                                                              \
            reference, N_("change or incident"), MEMBER_TEXT, false                                                    \
        }                                                                                                              \
    }

/* What each op still needs. The member names are those of its frame. */
static const struct form_kind {
    const char *op, *title, *verb;
    char letter;
    bool typed; /* its id is typed whatever it is, and goes along as `confirm` */
    int64_t most_ms;
    struct {
        const char *key, *label;
        enum member member;
        bool required;
    } fields[DIALOG_FIELDS_MAX - 1]; /* one more is for the id */
} kinds[] = {
    {"silence",
     N_("Silence"),
     N_("silence"),
     's',
     false,
     DESK_SILENCE_MAX_MS,
     {{"ends_at", N_("for how long, or until"), MEMBER_ENDS, true}, {"reason", N_("reason"), MEMBER_TEXT, true}}},
    {"maintenance_add",
     N_("Maintenance:"),
     N_("begin maintenance of"),
     'm',
     false,
     DESK_MAINTENANCE_MS,
     {{"starts_at", N_("begins (empty: now)"), MEMBER_STARTS, false},
      {"ends_at", N_("for how long, or until"), MEMBER_ENDS, true},
      {"reason", N_("reason"), MEMBER_TEXT, true}}},
    {"escalate", N_("Escalate"), N_("escalate"), 'e', false, 0, {{NULL, NULL, MEMBER_NONE, false}}},
    {"plan_apply", N_("Carry out"), N_("carry out"), 'x', true, 0, WHY(false, "change")},
    {"plan_undo", N_("Take back"), N_("take back"), 'u', true, 0, WHY(false, "change")},
    {"plan_approve", N_("Approve"), N_("approve"), 'a', false, 0, {{"reason", N_("reason"), MEMBER_TEXT, false}}},
    {"plan_break_glass", N_("Break the glass for"), N_("carry out, alone,"), 'x', true, 0, WHY(true, "change")},
    {"plan_sign", N_("Sign off"), N_("sign off"), 's', false, 0, {{"reason", N_("reason"), MEMBER_TEXT, false}}},
    {"order", N_("Order for"), N_("give the order for"), 'o', true, 0, WHY(false, "ref")},
    {"order_light", N_("Order for"), N_("give the order for"), 'o', false, 0, WHY(false, "ref")},
    {"order_propose", N_("Propose an order for"), N_("propose the order for"), 'o', true, 0, WHY(false, "ref")},
    {"order_approve", N_("Approve"), N_("approve"), 'a', true, 0, {{"reason", N_("reason"), MEMBER_TEXT, false}}},
    {"order_reject", N_("Reject"), N_("reject"), 'r', false, 0, {{"reason", N_("reason"), MEMBER_TEXT, false}}},
    {"plan_pause", N_("Pause"), N_("pause"), 'p', false, 0, {{NULL, NULL, MEMBER_NONE, false}}},
    {"plan_resume", N_("Resume"), N_("resume"), 'r', false, 0, {{NULL, NULL, MEMBER_NONE, false}}},
    {"plan_stop", N_("Stop"), N_("stop"), 's', false, 0, {{NULL, NULL, MEMBER_NONE, false}}},
    {"plan_retry", N_("Try again"), N_("try again"), 'r', false, 0, {{NULL, NULL, MEMBER_NONE, false}}},
    {"plan_skip", N_("Skip"), N_("skip"), 'k', false, 0, {{NULL, NULL, MEMBER_NONE, false}}},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* --- members --- */

static void copy_texts(struct json_writer *w, const struct json *array)
{
    struct safe_text text;

    json_open_array(w);
    for (const struct json *j = json_first(array); j; j = json_next(j))
        if (json_text(j, &text))
            json_put_text(w, text);
    json_close_array(w);
}

static void copy_member(struct json_writer *w, const struct json *m)
{
    struct safe_text text;
    int64_t number;
    bool truth;

    json_put_key(w, json_key(m));
    if (json_text(m, &text))
        json_put_text(w, text);
    else if (json_int(m, &number))
        json_put_int(w, number);
    else if (json_bool(m, &truth))
        json_put_bool(w, truth);
    else if (json_type(m) == JSON_ARRAY)
        copy_texts(w, m);
    else
        json_put_null(w);
}

bool form_member(struct intent *intent, const char *key, const char *text)
{
    const char *ask = intent->ask[0] ? intent->ask : "{}";
    struct json *former = json_parse(ask, strlen(ask), JSON_STRICT, NULL);
    struct buf out = buf_make(sizeof intent->ask - 1);
    struct json_writer w = json_writer_make(&out);

    json_open_object(&w);
    for (const struct json *m = json_first(former); m; m = json_next(m))
        copy_member(&w, m);
    json_put_key(&w, key);
    json_put_str(&w, text);
    json_close_object(&w);
    bool ok = w.err.kind == ERR_NONE;
    if (ok)
        snprintf(intent->ask, sizeof intent->ask, "%s", buf_str(&out));
    json_free(former);
    buf_release(&out);
    return ok;
}

/* --- moments --- */

bool form_end(const char *text, int64_t now_ms, int64_t *utc_ms)
{
    int64_t ms;

    if (strchr(text, ':') && !strchr(text, '-')) {
        if (!clock_parse_time(text, now_ms, utc_ms, NULL))
            return false;
        *utc_ms += *utc_ms <= now_ms ? DAY_MS : 0;
        return true;
    }
    if (clock_parse_duration(text, &ms, NULL) && !__builtin_add_overflow(now_ms, ms, utc_ms))
        return true;
    return clock_parse_iso(text, utc_ms, NULL);
}

struct span {
    int64_t starts_ms, ends_ms;
};

static const char *typed(const struct form *f, size_t field)
{
    return f->dialog.fields[field].prompt.text;
}

/* Where the problem is, into the dialog; true: there is none. */
static bool refuse(struct form *f, const char *problem)
{
    snprintf(f->dialog.problem, sizeof f->dialog.problem, "%s", problem);
    return false;
}

static bool read_moment(struct form *f, size_t field, int64_t from_ms, int64_t *out)
{
    if (form_end(typed(f, field), from_ms, out))
        return true;
    return refuse(f, tr("a time is written 2h, 90m, 08:00 or 2026-11-21T18:00:00Z"));
}

static bool read_span(struct form *f, int64_t now_ms, struct span *s)
{
    const struct form_kind *k = &kinds[f->kind];

    *s = (struct span){now_ms, 0};
    for (size_t i = 0; i < DIALOG_FIELDS_MAX - 1 && k->fields[i].key; i++) {
        bool empty = typed(f, i)[strspn(typed(f, i), " ")] == '\0';
        if (empty && k->fields[i].required)
            return refuse(f, k->fields[i].member == MEMBER_ENDS ? tr("its end is needed") : tr("a reason is needed"));
        if (empty)
            continue;
        if (k->fields[i].member == MEMBER_STARTS && !read_moment(f, i, now_ms, &s->starts_ms))
            return false;
        if (k->fields[i].member == MEMBER_ENDS && !read_moment(f, i, s->starts_ms, &s->ends_ms))
            return false;
    }
    if (k->most_ms > 0 && s->ends_ms <= s->starts_ms)
        return refuse(f, tr("it would end before it begins"));
    if (k->most_ms > 0 && s->ends_ms - s->starts_ms > k->most_ms)
        return refuse(f, tr("it would last longer than may be"));
    return true;
}

/* --- what is wrong, and what else must be typed --- */

static size_t own_fields(const struct form *f)
{
    size_t n = 0;

    while (n < DIALOG_FIELDS_MAX - 1 && kinds[f->kind].fields[n].key)
        n++;
    return n;
}

/* What must be typed is told as long as it is not there. */
static void look_at_id(struct form *f, size_t own)
{
    const char *id = f->intent.text, *text = typed(f, own);
    char problem[200];

    f->dialog.fields[own].label = tr("type its id");
    f->dialog.field_count = own + 1;
    f->dialog.severe = f->dialog.firm = true;
    if (f->dialog.problem[0] || strcmp(text, id) == 0)
        return;
    snprintf(problem, sizeof problem,
             strncmp(id, text, strlen(text)) == 0 ? tr("type %.100s; Enter confirms nothing, nor does a paste")
                                                  : tr("that is not %.100s: nothing is sent"),
             id);
    refuse(f, problem);
}

static void look(struct form *f, struct instant now)
{
    struct span s = {0, 0};
    struct dialog *d = &f->dialog;
    size_t own = own_fields(f);
    bool silence = strcmp(f->intent.op, "silence") == 0;

    d->problem[0] = '\0';
    bool whole = read_span(f, now.utc_ms, &s);
    if (kinds[f->kind].typed) {
        look_at_id(f, own);
        return;
    }
    d->severe = f->intent.count > FORM_SEVERE_ALERTS || (silence && s.ends_ms - s.starts_ms > FORM_SEVERE_MS);
    d->fields[own].label = tr("long or wide: type its id");
    d->field_count = own + (d->severe || d->at > own);
    if (whole && d->severe && strcmp(typed(f, own), f->intent.text) != 0)
        refuse(f, tr("it is long or hides many: type the id to say that you mean it"));
}

static void name(char *out, size_t size, const char *word, const struct intent *intent)
{
    snprintf(out, size, "%s %.120s", tr(word), intent->text);
}

bool form_start(struct form *f, const struct intent *intent, struct instant now)
{
    char lines[INTENT_SAY_MAX], *rest = lines, *line;
    int kind = 0;

    while (kind < KINDS && strcmp(kinds[kind].op, intent->op) != 0)
        kind++;
    if (kind == KINDS)
        return false;
    *f = (struct form){.intent = *intent, .kind = kind, .dialog = {.verb_count = 1}};
    f->dialog.verbs[0].letter = kinds[kind].letter;
    name(f->dialog.title, sizeof f->dialog.title, kinds[kind].title, intent);
    name(f->dialog.verbs[0].words, sizeof f->dialog.verbs[0].words, kinds[kind].verb, intent);
    snprintf(lines, sizeof lines, "%s", intent->say);
    while ((line = strtok_r(rest, "\n", &rest)))
        dialog_say(&f->dialog, line);
    f->dialog.field_count = own_fields(f);
    for (size_t i = 0; i < f->dialog.field_count; i++)
        f->dialog.fields[i].label = tr(kinds[kind].fields[i].label);
    dialog_start(&f->dialog, now.boot_ms);
    look(f, now);
    if (kinds[kind].typed && !kinds[kind].fields[0].required)
        f->dialog.at = f->dialog.field_count - 1;
    return true;
}

void form_fill(struct form *f, const char *words, struct instant now)
{
    const struct form_kind *k = &kinds[f->kind];
    size_t n = strcspn(words, " ");
    char end[PROMPT_MAX];

    snprintf(end, sizeof end, "%.*s", (int)n, words);
    for (size_t i = 0; i < own_fields(f); i++) {
        if (k->fields[i].member == MEMBER_ENDS)
            prompt_start(&f->dialog.fields[i].prompt, end);
        else if (k->fields[i].member == MEMBER_TEXT)
            prompt_start(&f->dialog.fields[i].prompt, words + n + strspn(words + n, " "));
    }
    look(f, now);
    f->dialog.at = f->dialog.problem[0] ? f->dialog.field_count - 1 : f->dialog.field_count;
}

bool form_refuses(const struct form *f)
{
    const char *text = kinds[f->kind].typed ? typed(f, own_fields(f)) : "";

    return strncmp(f->intent.text, text, strlen(text)) != 0;
}

static bool finish(struct form *f, struct instant now, struct intent *ask)
{
    /* the same request, otherwise confirmed */
    static const struct {
        const char *form, *op;
    } same[] = {{"plan_break_glass", "plan_apply"}, {"order_light", "order"}};
    const struct form_kind *k = &kinds[f->kind];
    char time[CLOCK_TEXT_MAX];
    struct span s;
    bool ok = read_span(f, now.utc_ms, &s);

    *ask = f->intent;
    ask->kind = INTENT_ASK;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (strcmp(ask->op, same[i].form) == 0)
            snprintf(ask->op, sizeof ask->op, "%s", same[i].op);
    for (size_t i = 0; ok && i < own_fields(f); i++) {
        if (typed(f, i)[0] == '\0')
            continue;
        if (k->fields[i].member == MEMBER_TEXT)
            ok = form_member(ask, k->fields[i].key, typed(f, i));
        else
            ok = form_member(ask, k->fields[i].key,
                             clock_iso(k->fields[i].member == MEMBER_ENDS ? s.ends_ms : s.starts_ms, time));
    }
    return ok && (!k->typed || form_member(ask, "confirm", typed(f, own_fields(f))));
}

enum form_result form_key(struct form *f, uint32_t code, struct instant now, struct intent *ask)
{
    enum dialog_result result = dialog_key(&f->dialog, code, now.boot_ms);

    if (result == DIALOG_CANCELLED)
        return FORM_CANCELLED;
    look(f, now);
    if (f->dialog.firm && f->dialog.at + 1 == f->dialog.field_count && f->dialog.problem[0] == '\0')
        dialog_finish(&f->dialog, now.boot_ms);
    if (result != DIALOG_CONFIRMED)
        return FORM_OPEN;
    return finish(f, now, ask) ? FORM_DONE : FORM_OPEN;
}
