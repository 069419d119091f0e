#include "cli/plan_out_more.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/tr.h"

enum { SHOWN = 256, IDS_SHOWN = 24, JSON_MAX = 1 << 20 };

static const char *shown(const struct row *row, int field, char out[SHOWN])
{
    return text_show_in(value_text_or(&row->cells[field], "-"), out, SHOWN);
}

static const char *number(const struct row *row, int field, char out[40])
{
    double v = value_real_or(&row->cells[field], (double)NAN);
    snprintf(out, 40, isnan(v) ? "-" : "%.0f", v);
    return out;
}

static const char *moment(const struct row *row, int field, char out[CLOCK_TEXT_MAX])
{
    int64_t ms = value_int_or(&row->cells[field], 0);
    if (ms > 0)
        return clock_iso(ms, out);
    snprintf(out, CLOCK_TEXT_MAX, "-");
    return out;
}

bool plan_out_more_is_hold(const struct row *m)
{
    return value_known(&m->cells[MOVE_TRANSFER]);
}

void plan_out_more_hold(FILE *to, const struct row *m)
{
    char a[SHOWN], b[SHOWN], c[SHOWN], d[SHOWN], e[SHOWN], f[SHOWN], x[40], y[40], v[40], w[40];
    char t[CLOCK_TEXT_MAX], u[CLOCK_TEXT_MAX], s[CLOCK_TEXT_MAX], r[CLOCK_TEXT_MAX];
    bool begins = text_is(value_text_or(&m->cells[MOVE_WHAT], ""), "retime");
    fprintf(to,
            begins ? tr("%2" PRId64 "  %s > %s  transfer %s (%s) begins at %s  %s Gbit/s now  %s TB left  load of %s "
                        "%s > %s %%  there %s > %s, deadline %s  %s\n")
                   : tr("%2" PRId64 "  %s > %s  transfer %s (%s) is held until %s  %s Gbit/s  %s TB left  load of %s "
                        "%s > %s %%  there %s > %s, deadline %s  %s\n"),
            value_int_or(&m->cells[MOVE_NUMBER], 0), shown(m, MOVE_FROM, a), shown(m, MOVE_TO, b),
            shown(m, MOVE_TRANSFER, c), shown(m, MOVE_QUEUE, d), moment(m, MOVE_UNTIL, t), number(m, MOVE_RATE_GBPS, x),
            number(m, MOVE_REST_TB, y), shown(m, MOVE_LINK, e), number(m, MOVE_USED_BEFORE_PCT, v),
            number(m, MOVE_USED_AFTER_PCT, w), moment(m, MOVE_ETA_BEFORE, u), moment(m, MOVE_ETA_AFTER, s),
            moment(m, MOVE_DEADLINE_AT, r), shown(m, MOVE_STATE, f));
    fprintf(to, "    %s\n", shown(m, MOVE_WHY, a));
}

/* Of "MEASURE=VALUE": the measure, up to `equals`, and the value. */
static const char *value_of(struct safe_text member, char out[SHOWN], int *equals)
{
    text_show_in(member, out, SHOWN);
    *equals = (int)strcspn(out, "=");
    return out[*equals] == '=' ? out + *equals + 1 : "-";
}

void plan_out_more_totals(FILE *to, const struct row *plan, bool markdown)
{
    struct safe_text now = value_text_or(&plan->cells[PLAN_BEFORE], ""), a;
    struct safe_text undone = value_text_or(&plan->cells[PLAN_UNDONE], ""), b;
    struct safe_text after = value_text_or(&plan->cells[PLAN_AFTER], ""), c;
    char x[SHOWN], y[SHOWN], z[SHOWN];

    while (value_list_next(&undone, &b) && value_list_next(&now, &a) && value_list_next(&after, &c)) {
        int n;
        const char *u = value_of(b, x, &n), *v = value_of(a, y, &n), *w = value_of(c, z, &n);
        if (markdown)
            fprintf(to, "| %s %.*s | %s | %s | %s |\n", tr("the whole network"), n, z, u, v, w);
        else
            fprintf(to, "  %12s %12s %12s  %s %.*s\n", u, v, w, tr("the whole network"), n, z);
    }
}

void plan_out_more_frees(FILE *to, const struct row *m)
{
    struct safe_text rest = value_text_or(&m->cells[MOVE_FREES], ""), one;
    char id[SHOWN];
    size_t n = 0;
    for (; value_list_next(&rest, &one); n++) {
        if (n == 0)
            fprintf(to, "    %s", tr("start instead:"));
        if (n < IDS_SHOWN)
            fprintf(to, " %s", text_show_in(one, id, sizeof id));
    }
    if (n > IDS_SHOWN)
        fprintf(to, tr(" and %zu more"), n - IDS_SHOWN);
    if (n > 0)
        fputc('\n', to);
}

/* --- between regions: "GBA>GS jobs=60/15/45 accels=… mw=… tb=…; what ends it" --- */

enum { AMOUNTS = 4, TIMES = 3, FIGURE = 16 };
static const char *const times[TIMES] = {"now", "planned", "after"};

struct flow {
    char from[64], to[64], words[SHOWN];
    struct {
        char name[FIGURE], figures[TIMES][FIGURE];
    } amounts[AMOUNTS];
};

static void read_amount(struct safe_text word, struct flow *f, size_t at)
{
    struct safe_text part;
    text_split(&word, '=', &part);
    text_show_in(part, f->amounts[at].name, FIGURE);
    for (size_t i = 0; i < TIMES; i++) {
        text_split(&word, '/', &part);
        text_show_in(part, f->amounts[at].figures[i], FIGURE);
    }
}

static bool read_flow(struct safe_text member, struct flow *f)
{
    struct safe_text part, head;
    *f = (struct flow){0};
    if (!text_split(&member, ';', &head) || !text_split(&head, '>', &part))
        return false;
    text_show_in(part, f->from, sizeof f->from);
    text_split(&head, ' ', &part);
    text_show_in(part, f->to, sizeof f->to);
    for (size_t i = 0; i < AMOUNTS && text_split(&head, ' ', &part); i++)
        read_amount(part, f, i);
    text_split(&member, ' ', &part); /* the blank behind the semicolon */
    text_show_in(member, f->words, sizeof f->words);
    return true;
}

static void flow_line(FILE *to, const struct flow *f, bool markdown)
{
    char pair[2 * 64 + 2], all[AMOUNTS][TIMES * FIGURE];
    snprintf(pair, sizeof pair, "%s>%s", f->from, f->to);
    for (size_t i = 0; i < AMOUNTS; i++) {
        double v[TIMES];
        for (size_t k = 0; k < TIMES; k++)
            v[k] = strtod(f->amounts[i].figures[k], NULL);
        snprintf(all[i], sizeof all[i], i < 2 ? "%.0f/%.0f/%.0f" : "%.3f/%.3f/%.3f", v[0], v[1], v[2]);
    }
    fprintf(to, markdown ? "| %s | %s | %s | %s | %s | %s |\n" : "  %-9s %14s %14s %20s %20s  %s\n", pair, all[0],
            all[1], all[2], all[3], f->words);
}

void plan_out_more_advice(FILE *to, const struct row *plan, bool markdown)
{
    struct safe_text rest = value_text_or(&plan->cells[PLAN_ADVICE], ""), member;
    struct flow f;
    if (text_empty(rest))
        fprintf(to, "  %s\n", tr("nothing could go to another region"));
    else
        fprintf(to,
                markdown ? "| %s | %s | %s | MW | TB | %s |\n| --- | ---: | ---: | ---: | ---: | --- |\n"
                         : "  %-9s %14s %14s                   MW                   TB  %s\n",
                tr("regions"), tr("jobs"), tr("accelerators"), tr("what ends it"));
    while (value_list_next(&rest, &member))
        if (read_flow(member, &f))
            flow_line(to, &f, markdown);
}

void plan_out_more_advice_json(FILE *to, const struct row *plan)
{
    struct safe_text rest = value_text_or(&plan->cells[PLAN_ADVICE], ""), member;
    struct buf out = buf_make(JSON_MAX);
    struct json_writer w = json_writer_make(&out);
    struct flow f;
    char key[2 * FIGURE];
    json_open_array(&w);
    while (value_list_next(&rest, &member)) {
        if (!read_flow(member, &f))
            continue;
        json_open_object(&w);
        json_put_key(&w, "from");
        json_put_str(&w, f.from);
        json_put_key(&w, "to");
        json_put_str(&w, f.to);
        for (size_t i = 0; i < AMOUNTS * TIMES; i++) {
            snprintf(key, sizeof key, "%s_%s", f.amounts[i / TIMES].name, times[i % TIMES]);
            json_put_key(&w, key);
            json_put_real(&w, strtod(f.amounts[i / TIMES].figures[i % TIMES], NULL));
        }
        json_put_key(&w, "limit");
        json_put_str(&w, f.words);
        json_close_object(&w);
    }
    json_close_array(&w);
    fputs(buf_str(&out), to);
    buf_release(&out);
}
