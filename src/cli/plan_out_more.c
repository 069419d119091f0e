#include "cli/plan_out_more.h"

#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "base/tr.h"

enum { SHOWN = 256, IDS_SHOWN = 24 };

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
