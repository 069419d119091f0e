#include "cli/review_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/tr.h"
#include "cli/out.h"

enum { SHOWN = 256, CELL = 32, ITEM_MAX = 64 << 10 };

/* --- the record --- */

static int newest_first(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int64_t s = value_int_or(&x->cells[PLAN_CREATED_AT], 0), t = value_int_or(&y->cells[PLAN_CREATED_AT], 0);

    return s != t ? (s > t ? -1 : 1) : -text_cmp(x->id, y->id);
}

struct plan_record review_out_record(struct rows *plans)
{
    struct plan_record r = {{0}, {0}, {0}};

    if (plans->count > 1)
        qsort(plans->all, plans->count, sizeof *plans->all, newest_first);
    for (size_t i = 0; i < plans->count; i++)
        plan_review_add(&r, &plans->all[i]);
    return r;
}

const struct row *review_out_newest(const struct rows *plans)
{
    for (size_t i = 0; i < plans->count; i++)
        if (value_known(&plans->all[i].cells[PLAN_MISS_15_PCT]) || value_known(&plans->all[i].cells[PLAN_MISS_60_PCT]))
            return &plans->all[i];
    return NULL;
}

/* --- text --- */

static double cell(const struct row *row, int field)
{
    return value_real_or(&row->cells[field], (double)NAN);
}

static const char *number(double v, char out[CELL])
{
    if (isnan(v))
        return "-";
    snprintf(out, CELL, "%.0f", v);
    return out;
}

static const char *percent(double v, char out[CELL])
{
    if (isnan(v))
        return "-";
    snprintf(out, CELL, "%+.1f%%", v);
    return out;
}

static void head(FILE *to, const struct review_out *r, bool markdown)
{
    char id[SHOWN], state[SHOWN], time[CLOCK_TEXT_MAX];
    struct safe_text against = value_text_or(&r->plan->cells[PLAN_AGAINST], "");

    fprintf(to, "%s%s  %s  ", markdown ? "# " : "", text_show_in(r->plan->id, id, sizeof id),
            text_show_in(value_text_or(&r->plan->cells[PLAN_STATE], "-"), state, sizeof state));
    fprintf(to, tr("as of %s"), clock_iso(value_int_or(&r->plan->cells[PLAN_AS_OF], 0), time));
    fprintf(to, "\n%s%s\n", markdown ? "\n" : "",
            text_is(against, "after")
                ? tr("its jobs were found at their targets: the forecast with the plan is compared")
            : text_is(against, "undone")
                ? tr("its jobs were not found at their targets: the forecast of doing nothing is compared")
                : tr("nobody has looked at it again yet: 15 and 60 minutes after its snapshot"));
}

static bool is_nothing(const struct row *row, int at)
{
    return cell(row, REVIEW_HIGH_15 + at) < 0.5 && !(cell(row, REVIEW_FACT_15 + at) >= 0.5);
}

static void line(FILE *to, const struct row *row, int at, bool markdown)
{
    char what[SHOWN], measure[SHOWN], n[6][CELL];
    double fact = cell(row, REVIEW_FACT_15 + at), low = cell(row, REVIEW_LOW_15 + at),
           high = cell(row, REVIEW_HIGH_15 + at);
    bool outside = fact < low || fact > high;

    text_show_in(value_text_or(&row->cells[REVIEW_WHAT], "-"), what, sizeof what);
    text_show_in(value_text_or(&row->cells[REVIEW_MEASURE], "-"), measure, sizeof measure);
    fprintf(to, markdown ? "| %s %s | %s | %s | %s..%s | %s | %s%s |\n" : "  %-24s %-8s %8s %8s %8s..%-8s %8s %9s%s\n",
            what, measure, number(cell(row, REVIEW_NOW), n[0]), number(cell(row, REVIEW_FORECAST_15 + at), n[1]),
            number(low, n[2]), number(high, n[3]), number(fact, n[4]),
            percent(cell(row, REVIEW_MISS_15_PCT + at), n[5]), outside ? " !" : "");
}

static void table(FILE *to, const struct review_out *r, int mark, bool markdown)
{
    int at = mark * REVIEW_MARK_FIELDS;
    size_t nothing = 0;

    fprintf(to, markdown ? "\n## " : "\n");
    fprintf(to, tr("After %d minutes (!: outside the range of nine in ten)"), (int)(plan_mark_s[mark] / 60));
    fprintf(to,
            markdown ? "\n\n| %s | %s | %s | %s | %s | %s |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"
                     : "\n  %-33s %8s %8s %8s          %8s %9s\n",
            tr("object"), tr("now"), tr("forecast"), tr("range"), tr("fact"), tr("miss"));
    for (size_t i = 0; i < r->reviews->count; i++) {
        if (is_nothing(&r->reviews->all[i], at))
            nothing++;
        else
            line(to, &r->reviews->all[i], at, markdown);
    }
    if (nothing > 0)
        fprintf(to, tr("%s%zu more where nothing was thought to be, and nothing was\n"), markdown ? "\n" : "  ",
                nothing);
}

void review_out_text(FILE *to, const struct review_out *r, bool markdown)
{
    char words[PLAN_RECORD_WORDS];

    if (r->plan != NULL) {
        head(to, r, markdown);
        for (int k = 0; k < PLAN_MARKS; k++)
            table(to, r, k, markdown);
        fputc('\n', to);
    }
    fprintf(to, "%s\n", plan_review_words(&r->record, words));
}

/* --- JSON --- */

static void put_real(struct json_writer *w, const char *key, int minutes, double v)
{
    char name[CELL];

    snprintf(name, sizeof name, "%s_%d%s", key, minutes, strcmp(key, "plans") == 0 ? "" : "_pct");
    json_put_key(w, name);
    json_put_real(w, v);
}

void review_out_json_record(FILE *to, const struct plan_record *r)
{
    struct buf out = buf_make(ITEM_MAX);
    struct json_writer w = json_writer_make(&out);

    json_open_object(&w);
    for (int k = 0; k < PLAN_MARKS; k++) {
        int minutes = (int)(plan_mark_s[k] / 60);
        bool any = r->plans[k] > 0;
        put_real(&w, "plans", minutes, (double)r->plans[k]);
        put_real(&w, "miss", minutes, any ? r->miss_pct[k] : (double)NAN);
        put_real(&w, "inside", minutes, any ? r->inside_pct[k] : (double)NAN);
    }
    json_close_object(&w);
    fputs(buf_str(&out), to);
    buf_release(&out);
}

static void item(FILE *to, const struct row *row)
{
    struct buf out = buf_make(ITEM_MAX);

    out_item(row->kind, row, &out);
    fputs(buf_str(&out), to);
    buf_release(&out);
}

void review_out_json(FILE *to, const struct review_out *r)
{
    char id[SHOWN];

    fputs("{\"plan\":", to);
    if (r->plan == NULL)
        fputs("null", to);
    else
        fprintf(to, "\"%s\"", text_show_in(r->plan->id, id, sizeof id));
    fputs(",\"reviews\":[", to);
    for (size_t i = 0; r->reviews != NULL && i < r->reviews->count; i++) {
        fputs(i ? "," : "", to);
        item(to, &r->reviews->all[i]);
    }
    fputs("],\"record\":", to);
    review_out_json_record(to, &r->record);
    fputs("}\n", to);
}
