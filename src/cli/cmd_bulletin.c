#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/tr.h"
#include "cli/command.h"
#include "cli/facts.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/request.h"
#include "cli/setup_people.h"
#include "cli/wait.h"
#include "domain/bulletin.h"

enum { TEXT_MAX = 8192, REPLY_MAX = 64 << 10, REPLY_COLUMNS = 200, EXIT_USAGE = 64, EXIT_NO_OBJECT = 67 };

struct work {
    const struct options *o;
    struct setup s;
    struct query *q;
    struct facts facts;
    struct query_rows *more; /* the kind of the object, where the facts have it not */
    struct row object;
    enum bulletin_stage stage;
    struct buf text;  /* of the bulletin */
    struct buf reply; /* of the command that took it */
    bool sent;
};

/* --- the alert and its object --- */

static bool names(const struct row *alert, const char *id)
{
    struct safe_text rest = text_of(id), source;
    return text_equal(alert->id, text_of(id)) ||
           (text_split(&rest, '/', &source) && text_equal(source, alert->source) && text_equal(rest, alert->id));
}

static const struct row *find_alert(const struct work *w, const char *id, struct err *err)
{
    const struct row *found = NULL;
    for (size_t i = 0; i < w->facts.all.n_alerts; i++) {
        const struct row *alert = &w->facts.all.alerts[i];
        if (!names(alert, id))
            continue;
        if (found) {
            err_set(err, ERR_INPUT, "several sources have an alert '%s'", id);
            err_hint(err, "give it as SOURCE/ID");
            err_exit(err, EXIT_USAGE);
            return NULL;
        }
        found = alert;
    }
    if (found)
        return found;
    err_set(err, ERR_INPUT, "there is no alert '%s'", id);
    err_hint(err, "'hubtop get alerts' lists those there are");
    err_exit(err, EXIT_NO_OBJECT);
    return NULL;
}

static enum kind object_kind(const struct row *alert)
{
    char name[32];
    return kind_by_name(text_show_in(value_text_or(&alert->cells[ALERT_KIND], ""), name, sizeof name));
}

/* NULL: it is not known. */
static const struct row *find_object(struct work *w, const struct row *alert, struct err *err)
{
    struct safe_text where = value_text_or(&alert->cells[ALERT_WHERE], "");
    enum kind kind = text_empty(where) ? KIND_NONE : object_kind(alert);
    if (kind == KIND_NONE || kind == KIND_ALERT)
        return NULL;
    w->more = query_rows_new(w->q, kind, w->s.at_ms);
    if (!wait_for_rows(w->more, clock_now(&w->s.clock), err))
        return NULL;
    int64_t at = query_rows_find(w->more, where, text_of(""));
    return at >= 0 && query_rows_at(w->more, (size_t)at, &w->object) ? &w->object : NULL;
}

/* --- the text --- */

static bool write_text(struct work *w, struct err *err)
{
    char zone[CLOCK_TEXT_MAX];
    const struct verdict_facts *all = &w->facts.all;
    const struct row *alert = find_alert(w, w->o->args[0], err);
    int64_t next_ms = 0;
    if (!alert || !bulletin_check(w->stage, alert, err) ||
        !request_end(w->o->until, w->o->lasts, all->now_ms, all->now_ms, &next_ms, err))
        return false;
    const struct row *object = find_object(w, alert, err);
    if (err->kind != ERR_NONE)
        return false;
    const struct symptom_facts moment = symptom_facts_of(all);
    struct symptom_list now = symptom_list_of(&moment, &w->s.thresholds);
    struct symptom symptom = symptom_of_alert(&now, alert, object);
    const struct bulletin_facts facts = {
        .alert = alert,
        .object = object,
        .symptom = symptom_rule_of(alert) != SYMPTOM_RULES && symptom.row ? &symptom : NULL,
        .clusters = all->clusters,
        .cluster_count = all->n_clusters,
        .places = all->places,
        .place_count = all->n_places,
        .now_ms = all->now_ms,
        .next_ms = next_ms,
        .zone_ms = clock_zone_ms(all->now_ms),
        .zone = clock_zone(all->now_ms, zone),
    };
    bulletin_text(w->stage, &facts, &w->text);
    symptom_list_release(&now);
    return true;
}

/* --- sending --- */

static bool send_text(struct work *w, struct err *err)
{
    struct buf line = buf_make(TEXT_MAX);
    if (!w->s.config || config_list_count(w->s.config, SETUP_PEOPLE_BULLETIN) == 0) {
        err_set(err, ERR_INPUT, "nothing takes bulletins: there is no bulletin_command");
        err_hint(err, "bulletin_command = { \"/path\", \"argument\" } in the configuration names one");
        return err_exit(err, 78);
    }
    buf_printf(&line, NULL, "%s\n", buf_str(&w->text));
    w->sent = launcher_send(w->s.launcher, SETUP_PEOPLE_BULLETIN, &line, &w->reply, err);
    buf_release(&line);
    return w->sent;
}

static void put_json(const struct work *w, FILE *to)
{
    struct buf out = buf_make(4 * REPLY_MAX);
    struct json_writer j = json_writer_make(&out);
    json_open_object(&j);
    json_put_key(&j, "schema_version");
    json_put_int(&j, 1);
    json_put_key(&j, "kind");
    json_put_str(&j, "bulletin");
    json_put_key(&j, "alert");
    json_put_str(&j, w->o->args[0]);
    json_put_key(&j, "stage");
    json_put_str(&j, w->o->stage);
    json_put_key(&j, "language");
    json_put_str(&j, tr_is_zh() ? "zh" : "en");
    json_put_key(&j, "characters");
    json_put_int(&j, (int64_t)bulletin_length(buf_str(&w->text)));
    json_put_key(&j, "text");
    json_put_str(&j, buf_str(&w->text));
    json_put_key(&j, "sent");
    json_put_bool(&j, w->sent);
    json_put_key(&j, "reply");
    json_put_text(&j, text_from(buf_str(&w->reply), w->reply.len));
    json_close_object(&j);
    fprintf(to, "%s\n", buf_str(&out));
    buf_release(&out);
}

/* The first line of what came back stands beside, not in, the text. */
static void tell_sent(const struct work *w)
{
    struct safe_text rest = text_from(buf_str(&w->reply), w->reply.len), line = text_of("");
    struct buf shown = buf_make(4 * REPLY_COLUMNS);
    text_split(&rest, '\n', &line);
    text_show(line, REPLY_COLUMNS, &shown);
    if (w->sent)
        fail_note(w->o, text_empty(line) ? "sent; the command said nothing" : "sent: %s", buf_str(&shown));
    else if (w->o->send)
        fail_note(w->o, "not sent: -n was given");
    buf_release(&shown);
}

/* The text is there whether it could be sent or not. */
static int print(struct work *w, struct err *err)
{
    struct err unsent = {0};
    bool ok = !w->o->send || w->o->dry_run || send_text(w, &unsent);
    FILE *to = out_open(w->o, err);
    if (!to)
        return fail_report(w->o, err);
    if (w->o->format && strcmp(w->o->format, "json") == 0)
        put_json(w, to);
    else
        fprintf(to, "%s\n", buf_str(&w->text));
    if (!out_close(w->o, to, err))
        return fail_report(w->o, err);
    if (!ok)
        return fail_report(w->o, &unsent);
    tell_sent(w);
    return 0;
}

/* --- the command --- */

static bool usage_good(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    bool form = !o->format || strcmp(o->format, "text") == 0 || strcmp(o->format, "json") == 0;
    w->stage = o->stage ? bulletin_stage_of(o->stage) : BULLETIN_STAGES;
    if (form && o->arg_count == 1 && w->stage != BULLETIN_STAGES && !(o->send && o->at))
        return true;
    if (!form)
        err_set(err, ERR_INPUT, "'bulletin' prints text or JSON alone");
    else if (o->arg_count != 1)
        err_set(err, ERR_INPUT, "which alert the bulletin is about is not said");
    else if (w->stage == BULLETIN_STAGES)
        err_set(err, ERR_INPUT, "which bulletin it is is not said");
    else
        err_set(err, ERR_INPUT, "what was then is not sent now: --send goes without --at");
    err_hint(err, "hubtop bulletin ALERT-ID --stage first|update|final [--for 30m | --until TIME] [--send]");
    return err_exit(err, EXIT_USAGE);
}

static bool work_on(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    if (!usage_good(w, err) || !setup_init(&w->s, o, !o->offline && !o->at, err) || !setup_launcher(&w->s, o, err))
        return false;
    w->q = wait_for_data(&w->s, o, err);
    return w->q && facts_gather(&w->facts, w->q, &w->s, err) && write_text(w, err);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o, .text = buf_make(TEXT_MAX), .reply = buf_make(REPLY_MAX)};
    int status = work_on(&w, &err) ? print(&w, &err) : fail_report(o, &err);
    query_rows_free(w.more);
    facts_release(&w.facts);
    buf_release(&w.text);
    buf_release(&w.reply);
    query_close(w.q);
    setup_release(&w.s);
    return status;
}

const struct command cmd_bulletin = {
    .name = "bulletin",
    .usage = "ALERT-ID --stage first|update|final",
    .summary = "what to tell others of an alert, in at most 300 characters: 首报, 续报, 终报",
    .help =
        "Nothing but what is in the store; what is not known is said to be unknown. --lang en or zh; --for or --until\n"
        "says when the next one comes. --send gives it to the configured bulletin_command, on standard input, and\n"
        "tells what came back; -n does not.",
    .run = run,
};
