#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/tr.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/plan_gather.h"
#include "cli/wait.h"

enum { ROOMS_MAX = 512, EXIT_USAGE = 64, EXIT_NOT_FOUND = 67, ITEM_MAX = 1 << 20, FIGURE_MAX = 40 };

static void put_item(struct json_writer *w, const struct plan_room *r)
{
    json_open_object(w);
    json_put_key(w, "scheduler");
    json_put_text(w, r->scheduler);
    json_put_key(w, "jobs");
    json_put_int(w, r->jobs);
    json_put_key(w, "accels");
    json_put_int(w, r->accels);
    json_put_key(w, "mw");
    json_put_real(w, r->mw);
    json_put_key(w, "data_tb");
    json_put_real(w, r->data_tb);
    json_put_key(w, "limit");
    json_put_text(w, r->limit);
    json_put_key(w, "words");
    json_put_text(w, r->words);
    json_put_key(w, "delay_ms");
    json_put_real(w, r->delay_ms);
    json_put_key(w, "cost_cny");
    json_put_real(w, r->cost_cny);
    json_close_object(w);
}

static void print_json(FILE *to, const char *id, int64_t now_ms, const struct plan_room *all, size_t n)
{
    struct buf out = buf_make(ITEM_MAX);
    struct json_writer w = json_writer_make(&out);
    char time[CLOCK_TEXT_MAX];
    json_open_object(&w);
    json_put_key(&w, "for");
    json_put_text(&w, text_of(id));
    json_put_key(&w, "as_of");
    json_put_str(&w, clock_iso(now_ms, time));
    json_put_key(&w, "items");
    json_open_array(&w);
    for (size_t i = 0; i < n; i++)
        put_item(&w, &all[i]);
    json_close_array(&w);
    json_close_object(&w);
    fprintf(to, "%s\n", buf_str(&out));
    buf_release(&out);
}

static const char *figure(double x, bool change, char out[FIGURE_MAX])
{
    if (isnan(x))
        snprintf(out, FIGURE_MAX, "-");
    else
        snprintf(out, FIGURE_MAX, change ? "%+.2f" : "%.1f", x);
    return out;
}

static void print_markdown(FILE *to, const char *id, int64_t now_ms, const struct plan_room *all, size_t n)
{
    char scheduler[128], words[400], delay[FIGURE_MAX], cost[FIGURE_MAX], time[CLOCK_TEXT_MAX], shown[128];
    fprintf(to, tr("# Room for %s\n\nas of %s\n\n"), text_show_in(text_of(id), shown, sizeof shown),
            clock_iso(now_ms, time));
    fprintf(to, "| %s | %s | ms | CNY | %s | MW | TB | %s |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n",
            tr_of("field", "scheduler"), tr_of("field", "jobs"), tr_of("field", "accels"), tr("what ends it"));
    for (size_t i = 0; i < n; i++)
        fprintf(to, "| %s | %" PRId64 " | %s | %s | %" PRId64 " | %.3f | %.3f | %s |\n",
                text_show_in(all[i].scheduler, scheduler, sizeof scheduler), all[i].jobs,
                figure(all[i].delay_ms, false, delay), figure(all[i].cost_cny, true, cost), all[i].accels, all[i].mw,
                all[i].data_tb, text_show_in(all[i].words, words, sizeof words));
}

static void print_text(FILE *to, const struct plan_room *all, size_t n)
{
    char scheduler[128], words[400], delay[FIGURE_MAX], cost[FIGURE_MAX];
    for (size_t i = 0; i < n; i++)
        fprintf(
            to,
            all[i].jobs == 1
                ? tr("%-12s %8" PRId64 " job   %8s ms  %10s CNY  %6" PRId64 " accelerators  %8.3f MW  %8.3f TB  %s\n")
                : tr("%-12s %8" PRId64 " jobs  %8s ms  %10s CNY  %6" PRId64 " accelerators  %8.3f MW  %8.3f TB  %s\n"),
            text_show_in(all[i].scheduler, scheduler, sizeof scheduler), all[i].jobs,
            figure(all[i].delay_ms, false, delay), figure(all[i].cost_cny, true, cost), all[i].accels, all[i].mw,
            all[i].data_tb, text_show_in(all[i].words, words, sizeof words));
}

static bool usage_good(const struct options *o, struct err *err)
{
    bool form =
        !o->format || strcmp(o->format, "json") == 0 || strcmp(o->format, "text") == 0 || strcmp(o->format, "md") == 0;
    if (o->lasts && form)
        return true;
    err_set(err, ERR_INPUT, o->lasts ? "cannot print room as %s" : "of which job or queue is not said", o->format);
    err_hint(err, "hubtop room --for JOB|QUEUE [--format text|json|md]");
    return err_exit(err, EXIT_USAGE);
}

static int print(const struct options *o, const struct setup *s, struct query *q, struct err *err)
{
    static struct plan_room all[ROOMS_MAX];
    int64_t rev = 0, now_ms = s->at_ms ? s->at_ms : clock_now(&s->clock).utc_ms;
    size_t n = 0;
    struct plan_facts *f = plan_gather(q, s, &rev, err);
    bool ok = f && plan_room(f, text_of(o->lasts), &s->limits, now_ms, all, ROOMS_MAX, &n, err);
    if (f && !ok)
        err_exit(err, EXIT_NOT_FOUND);
    n = n < ROOMS_MAX ? n : ROOMS_MAX;
    FILE *to = ok ? out_open(o, err) : NULL;
    if (to && o->format && strcmp(o->format, "json") == 0)
        print_json(to, o->lasts, now_ms, all, n);
    else if (to && o->format && strcmp(o->format, "md") == 0)
        print_markdown(to, o->lasts, now_ms, all, n);
    else if (to)
        print_text(to, all, n);
    ok = to && out_close(o, to, err);
    plan_facts_free(f);
    return ok ? wait_status(q, s, err) : fail_report(o, err);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    struct query *q = NULL;
    if (usage_good(o, &err) && setup_init(&s, o, !o->offline && !o->at, &err) && setup_launcher(&s, o, &err))
        q = wait_for_data(&s, o, &err);
    int status = q ? print(o, &s, q, &err) : fail_report(o, &err);
    query_close(q);
    setup_release(&s);
    return status;
}

const struct command cmd_room = {
    .name = "room",
    .usage = "--for JOB|QUEUE",
    .summary = "how many jobs of that kind each scheduler takes now, and which limit ends it",
    .run = run,
};
