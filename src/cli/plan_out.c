#include "cli/plan_out.h"

#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/tr.h"
#include "cli/out.h"
#include "cli/plan_out_more.h"
#include "cli/review_out.h"

enum { ITEM_MAX = 4 << 20, SHOWN = 512, ALWAYS = 3 /* lists that are told also where they are empty */ };

static const char *shown(const struct row *row, int field, char out[SHOWN])
{
    return text_show_in(value_text_or(&row->cells[field], "-"), out, SHOWN);
}

static int64_t count(const struct row *row, int field)
{
    return value_int_or(&row->cells[field], 0);
}

static const char *real(const struct row *row, int field, int digits, char out[40])
{
    double v = value_real_or(&row->cells[field], (double)NAN);
    if (isnan(v))
        snprintf(out, 40, "-");
    else
        snprintf(out, 40, "%.*f", digits, v);
    return out;
}

static const char *seconds(const struct row *row, int field, char out[40])
{
    int64_t s = value_int_or(&row->cells[field], -1);
    snprintf(out, 40, s < 0 ? "-" : "%" PRId64 "m", (s + 59) / 60);
    return out;
}

static void title(FILE *to, bool markdown, const char *words)
{
    fprintf(to, markdown ? "\n## %s\n\n" : "\n%s\n", words);
}

static void head(FILE *to, const struct plan_out *p, bool markdown)
{
    const struct row *r = &p->plan;
    char a[SHOWN], b[SHOWN], g[40], time[CLOCK_TEXT_MAX];
    const char *id = text_empty(r->id) ? tr("Plan") : text_show_in(r->id, a, sizeof a);
    fprintf(to, "%s%s  %s\n", markdown ? "# " : "", id, shown(r, PLAN_STATE, b));
    if (p->dry_run)
        fprintf(to, "%s\n", tr("DRY RUN: nothing has been changed, and nothing was proposed"));
    else
        fprintf(to, "%s\n", tr("nothing has been changed"));
    fprintf(to, tr("as of %s, snapshot %" PRId64), clock_iso(count(r, PLAN_AS_OF), time), count(r, PLAN_SNAPSHOT));
    if (count(r, PLAN_EXPIRES_AT) > 0)
        fprintf(to, tr(", until %s"), clock_iso(count(r, PLAN_EXPIRES_AT), time));
    fputc('\n', to);
    if (!text_empty(value_text_or(&r->cells[PLAN_ASKED], "")))
        fprintf(to, tr("asked: %s\n"), shown(r, PLAN_ASKED, b));
    fprintf(to, tr("moves %" PRId64 "  jobs %" PRId64 "  accelerators %" PRId64 "  data %s GB\n"), count(r, PLAN_MOVES),
            count(r, PLAN_JOBS), count(r, PLAN_ACCELS), real(r, PLAN_DATA_GB, 0, g));
    fprintf(to,
            count(r, PLAN_STARTS) == 1 ? tr("estimate: %" PRId64 " job starts because of it, gap %s%%\n")
                                       : tr("estimate: %" PRId64 " jobs start because of it, gap %s%%\n"),
            count(r, PLAN_STARTS), real(r, PLAN_GAP_PCT, 2, g));
    fprintf(to, "%s\n", tr("undo: moving the jobs back; what has started there stays"));
    if (value_known(&r->cells[PLAN_REPLACES]))
        fprintf(to, tr("it replaces %s\n"), shown(r, PLAN_REPLACES, b));
    if (value_known(&r->cells[PLAN_REMARK]))
        fprintf(to, "%s\n", shown(r, PLAN_REMARK, b));
}

static void move_line(FILE *to, const struct row *m)
{
    char a[SHOWN], b[SHOWN], c[SHOWN], d[SHOWN], x[40], y[40], z[40], t[40], l[40], h[40], o[40];
    if (plan_out_more_is_hold(m)) {
        plan_out_more_hold(to, m);
        return;
    }
    fprintf(to,
            count(m, MOVE_JOBS) == 1
                ? tr("%2" PRId64 "  %s > %s  %s  %" PRId64 " job (%" PRId64 " running)  %" PRId64
                     " accelerators  %s GB  %s > %s ms (max %s)  starts %s..%s, stays %s  takes %s  %s  %s\n")
                : tr("%2" PRId64 "  %s > %s  %s  %" PRId64 " jobs (%" PRId64 " running)  %" PRId64
                     " accelerators  %s GB  %s > %s ms (max %s)  starts %s..%s, stays %s  takes %s  %s  %s\n"),
            count(m, MOVE_NUMBER), shown(m, MOVE_FROM, a), shown(m, MOVE_TO, b), shown(m, MOVE_QUEUE, c),
            count(m, MOVE_JOBS), count(m, MOVE_RUNNING), count(m, MOVE_ACCELS), real(m, MOVE_DATA_GB, 0, x),
            real(m, MOVE_DELAY_BEFORE_MS, 1, y), real(m, MOVE_DELAY_AFTER_MS, 1, z), real(m, MOVE_DELAY_MAX_MS, 1, t),
            seconds(m, MOVE_STARTS_LOW_S, l), seconds(m, MOVE_STARTS_HIGH_S, h), seconds(m, MOVE_HOME_S, o),
            seconds(m, MOVE_TAKES_S, (char[40]){0}), shown(m, MOVE_RISK, d), shown(m, MOVE_STATE, (char[SHOWN]){0}));
    fprintf(to, "    %s\n", shown(m, MOVE_WHY, a));
    plan_out_more_frees(to, m);
}

static void members(FILE *to, const struct row *row, int field, bool markdown)
{
    struct safe_text rest = value_text_or(&row->cells[field], ""), one;
    char text[SHOWN * 2];
    while (value_list_next(&rest, &one))
        fprintf(to, "%s%s\n", markdown ? "- " : "  ", text_show_in(one, text, sizeof text));
}

/* Doing nothing comes first. */
static void effects(FILE *to, const struct plan_out *p, bool markdown)
{
    char a[SHOWN], b[SHOWN], c[SHOWN], x[40], y[40], z[40], l[40], h[40];
    if (markdown)
        fprintf(to, "| %s | %s | %s | %s |\n| --- | ---: | ---: | ---: |\n", tr("object"), tr("do nothing"), tr("now"),
                tr("after"));
    else
        fprintf(to, "  %12s %12s %12s  %s\n", tr("do nothing"), tr("now"), tr("after"), tr("object"));
    plan_out_more_totals(to, &p->plan, markdown);
    for (size_t i = 0; i < p->effects.count; i++) {
        const struct row *e = &p->effects.all[i];
        const char *undone = real(e, EFFECT_UNDONE, 1, x), *now = real(e, EFFECT_NOW, 1, y);
        const char *after = real(e, EFFECT_AFTER, 1, z);
        shown(e, EFFECT_KIND, a);
        shown(e, EFFECT_WHAT, b);
        shown(e, EFFECT_MEASURE, c);
        if (markdown)
            fprintf(to, "| %s %s %s | %s | %s | %s |\n", a, b, c, undone, now, after);
        else
            fprintf(to, "  %12s %12s %12s  %s %s %s (%s..%s)\n", undone, now, after, a, b, c,
                    real(e, EFFECT_AFTER_LOW, 1, l), real(e, EFFECT_AFTER_HIGH, 1, h));
    }
}

static bool has_job(const struct row *m, const char *job)
{
    struct safe_text rest = value_text_or(&m->cells[MOVE_JOB_IDS], ""), one;
    while (value_list_next(&rest, &one)) {
        if (text_is(one, job))
            return true;
    }
    return false;
}

static bool one_job(FILE *to, const struct plan_out *p, bool markdown)
{
    bool found = false;
    for (size_t i = 0; i < p->moves.count; i++) {
        if (!has_job(&p->moves.all[i], p->job))
            continue;
        found = true;
        move_line(to, &p->moves.all[i]);
        members(to, &p->moves.all[i], MOVE_CONSIDERED, markdown);
    }
    return found;
}

bool plan_out_text(FILE *to, const struct plan_out *p, bool markdown)
{
    static const struct {
        const char *title;
        int field;
    } lists[] = {{N_("Checks"), PLAN_CHECKS},
                 {N_("Objectives: value, bound, gap in percent; what binds"), PLAN_LEVELS},
                 {N_("What it can't help"), PLAN_LEFT},
                 {N_("What takes no new work from its beginning on"), PLAN_INTAKES},
                 {N_("What stays there: job, user, until when, why, what can be done"), PLAN_STAYS}};
    char record[PLAN_RECORD_WORDS];
    if (p->job)
        return one_job(to, p, markdown);
    head(to, p, markdown);
    title(to, markdown, tr("Moves"));
    for (size_t i = 0; i < p->moves.count; i++)
        move_line(to, &p->moves.all[i]);
    title(to, markdown, tr("Effects"));
    effects(to, p, markdown);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (i >= ALWAYS && text_empty(value_text_or(&p->plan.cells[lists[i].field], "")))
            continue;
        title(to, markdown, tr(lists[i].title));
        members(to, &p->plan, lists[i].field, markdown);
    }
    title(to, markdown, tr("Between regions: now, by the plan, after it"));
    plan_out_more_advice(to, &p->plan, markdown);
    title(to, markdown, tr("Record"));
    fprintf(to, "  %s\n", plan_review_words(&p->record, record));
    if (value_known(&p->plan.cells[PLAN_RECORD]))
        fprintf(to, tr("  this plan: %s\n"), shown(&p->plan, PLAN_RECORD, (char[SHOWN]){0}));
    return true;
}

/* --- JSON --- */

static void item(FILE *to, const struct row *row)
{
    struct buf out = buf_make(ITEM_MAX);
    out_item(row->kind, row, &out);
    fputs(buf_str(&out), to);
    buf_release(&out);
}

static void items(FILE *to, const char *name, const struct rows *rows)
{
    fprintf(to, ",\"%s\":[", name);
    for (size_t i = 0; i < rows->count; i++) {
        fputs(i ? "," : "", to);
        item(to, &rows->all[i]);
    }
    fputc(']', to);
}

/* "SCHEDULER VERDICT; WORDS" */
static void put_considered(struct json_writer *w, struct safe_text member)
{
    struct safe_text words = member, head, scheduler;
    text_split(&words, ';', &head);
    text_split(&head, ' ', &scheduler);
    while (text_begins(words, text_of(" "))) {
        struct safe_text blank;
        text_split(&words, ' ', &blank);
    }
    json_open_object(w);
    json_put_key(w, "scheduler");
    json_put_text(w, scheduler);
    json_put_key(w, "verdict");
    json_put_text(w, head);
    json_put_key(w, "words");
    json_put_text(w, words);
    json_close_object(w);
}

static bool one_job_json(FILE *to, const struct plan_out *p)
{
    const struct row *m = NULL;
    for (size_t i = 0; !m && i < p->moves.count; i++)
        m = has_job(&p->moves.all[i], p->job) ? &p->moves.all[i] : NULL;
    if (!m)
        return false;
    struct safe_text rest = value_text_or(&m->cells[MOVE_CONSIDERED], ""), one;
    struct buf out = buf_make(ITEM_MAX);
    struct json_writer w = json_writer_make(&out);
    json_open_object(&w);
    json_put_key(&w, "plan");
    json_put_text(&w, p->plan.id);
    json_put_key(&w, "job");
    json_put_str(&w, p->job);
    json_put_key(&w, "considered");
    json_open_array(&w);
    while (value_list_next(&rest, &one))
        put_considered(&w, one);
    json_close_array(&w);
    fprintf(to, "%s,\"move\":", buf_str(&out));
    item(to, m);
    fputs("}\n", to);
    buf_release(&out);
    return true;
}

bool plan_out_json(FILE *to, const struct plan_out *p)
{
    if (p->job)
        return one_job_json(to, p);
    fprintf(to, "{\"dry_run\":%s,\"plan\":", p->dry_run ? "true" : "false");
    item(to, &p->plan);
    items(to, "moves", &p->moves);
    items(to, "effects", &p->effects);
    fputs(",\"regions\":", to);
    plan_out_more_advice_json(to, &p->plan);
    fputs(",\"record\":", to);
    review_out_json_record(to, &p->record);
    fputs("}\n", to);
    return true;
}
