#include "views/cell.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/link.h"
#include "domain/symptom.h"

static const char unknown[] = "-";
static const double day_ms = 86400e3;

const char *cell_number(int64_t n, char out[CELL_MAX])
{
    return value_grouped(n, out);
}

const char *cell_count(const struct value *v, char out[CELL_MAX])
{
    return value_known(v) ? cell_number(value_int_or(v, 0), out) : unknown;
}

const char *cell_short(const struct value *v, char out[CELL_MAX])
{
    static const char units[] = " kMGTPE";
    double n = value_real_or(v, 0);
    int unit = 0;

    if (!value_known(v))
        return unknown;
    if (n > -10000 && n < 100000) {
        snprintf(out, CELL_MAX, "%.0f", n);
        return out;
    }
    for (; (n >= 1000 || n <= -1000) && unit < 6; unit++)
        n /= 1000;
    snprintf(out, CELL_MAX, n < 99.95 && n > -9.95 ? "%.1f%c" : "%.0f%c", n, units[unit]);
    return out;
}

const char *cell_plain(const struct value *v, char out[CELL_MAX])
{
    if (!value_known(v))
        return unknown;
    snprintf(out, CELL_MAX, "%" PRId64, value_int_or(v, 0));
    return out;
}

/* Spans beyond what an instant can hold are as unknown as none. */
static const char *span(double ms, char out[CELL_MAX])
{
    return ms >= 0 && ms < 9e15 ? clock_age((int64_t)ms, out) : unknown;
}

const char *cell_span(const struct value *s, char out[CELL_MAX])
{
    return value_known(s) ? span(value_real_or(s, -1) * 1000, out) : unknown;
}

const char *cell_since(const struct value *time, int64_t now_ms, char out[CELL_MAX])
{
    double ms = (double)now_ms - value_real_or(time, 0);

    return value_known(time) ? span(ms < 0 ? 0 : ms, out) : unknown;
}

const char *cell_clock(const struct value *time, int64_t now_ms, char out[CELL_MAX])
{
    double ms = (double)now_ms - value_real_or(time, 0);

    if (!value_known(time) || ms > day_ms || ms < -day_ms)
        return cell_since(time, now_ms, out);
    return clock_local_hms(value_int_or(time, 0), out);
}

const char *cell_used(const struct value *total, const struct value *free, char out[CELL_MAX])
{
    double all = value_real_or(total, 0), rest = value_real_or(free, 0);

    if (!value_known(total) || !value_known(free) || all <= 0)
        return unknown;
    snprintf(out, CELL_MAX, "%.0f%%", 100 * (all - rest) / all);
    return out;
}

const char *cell_ms(const struct value *v, char out[CELL_MAX])
{
    double ms = fabs(value_real_or(v, 0));

    if (!value_known(v) || ms >= 999.5)
        return cell_short(v, out);
    snprintf(out, CELL_MAX, ms < 9.995 ? "%.2f" : ms < 99.95 ? "%.1f" : "%.0f", value_real_or(v, 0));
    return out;
}

const char *cell_limit(const struct value *v, char out[CELL_MAX])
{
    if (!value_known(v) || fabs(value_real_or(v, 0)) >= 999.5)
        return cell_short(v, out);
    snprintf(out, CELL_MAX, "%.3g", value_real_or(v, 0));
    return out;
}

const char *cell_pct(const struct value *v, char out[CELL_MAX])
{
    double pct = fabs(value_real_or(v, 0));

    if (!value_known(v) || pct >= 999.5)
        return cell_short(v, out);
    snprintf(out, CELL_MAX, pct >= 9.95 || !(pct > 0) ? "%.0f" : pct < 0.095 ? "%.2f" : "%.1f", value_real_or(v, 0));
    return out;
}

struct safe_text cell_text(const struct row *row, int field)
{
    struct safe_text text = value_text_or(&row->cells[field], unknown);

    return text_empty(text) ? text_of(unknown) : text;
}

const char *cell_word(const struct row *row, int field, char out[CELL_MAX])
{
    return tr_of("state", text_show_in(cell_text(row, field), out, CELL_MAX));
}

void cell_why(const struct row *link, struct buf *out)
{
    size_t start = out->len;

    link_why(link, out);
    if (out->len == start)
        buf_puts(out, unknown, NULL);
}

bool cell_is(const struct row *row, int field, const char *word)
{
    return text_is(value_text_or(&row->cells[field], ""), word);
}

/* --- in words --- */

static bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);

    return n > e && strcmp(name + n - e, end) == 0;
}

/* Fields beside the states whose texts are words of ours. */
static const struct {
    enum kind kind;
    int field;
} word_fields[] = {
    {KIND_CLUSTER, CLUSTER_SIDE},    {KIND_HUB, HUB_SIDE},       {KIND_CLUSTER, CLUSTER_KINDS},
    {KIND_CLUSTER, CLUSTER_HUB},     {KIND_QUEUE, QUEUE_KIND},   {KIND_LINK, LINK_TIER},
    {KIND_LINK, LINK_ONE_WAY_BASIS}, {KIND_LINK, LINK_SEVERITY}, {KIND_ALERT, ALERT_SEVERITY},
    {KIND_ALERT, ALERT_TREND},
};

static bool is_word(const struct row *row, int field)
{
    for (size_t i = 0; i < sizeof word_fields / sizeof *word_fields; i++)
        if (word_fields[i].kind == row->kind && word_fields[i].field == field)
            return true;
    return (kind_info(row->kind)->fields[field].flags & FIELD_STATE) != 0;
}

static void text_words(struct safe_text text, bool word, struct buf *out)
{
    char shown[CELL_MAX];

    if (word && text_len(text) < CELL_MAX)
        buf_puts(out, tr_of("state", text_show_in(text, shown, sizeof shown)), NULL);
    else
        text_show(text, -1, out);
}

static void list_words(const struct value *v, bool word, struct buf *out)
{
    struct safe_text rest = value_text_or(v, ""), member;

    for (bool first = true; value_list_next(&rest, &member); first = false) {
        if (!first)
            buf_puts(out, ", ", NULL);
        text_words(member, word, out);
    }
}

static void number_words(const struct value *v, const char *name, struct buf *out)
{
    char a[CELL_MAX], b[CELL_MAX];

    if (ends_in(name, "_s"))
        buf_printf(out, NULL, tr("%s (%s seconds)"), cell_span(v, a), cell_number(value_int_or(v, 0), b));
    else if (ends_in(name, "_mb"))
        buf_printf(out, NULL, "%.1f GB", value_real_or(v, 0) / 1024);
    else if (v->type == VALUE_INT)
        buf_puts(out, cell_number(v->as.i, a), NULL);
    else
        buf_printf(out, NULL, "%.6g", value_real_or(v, 0));
    if (ends_in(name, "_pct"))
        buf_puts(out, " %", NULL);
    if (ends_in(name, "_kw"))
        buf_puts(out, " kW", NULL);
    if (ends_in(name, "_c") || strstr(name, "_c_") != NULL)
        buf_puts(out, " C", NULL);
    if (ends_in(name, "_ms") || strstr(name, "_ms_") != NULL)
        buf_puts(out, " ms", NULL);
}

static void time_words(const struct value *v, int64_t now_ms, struct buf *out)
{
    char iso[CLOCK_TEXT_MAX], age[CELL_MAX];
    struct value until = value_time(now_ms);

    buf_puts(out, clock_iso(v->as.i, iso), NULL);
    if (v->as.i <= now_ms)
        buf_printf(out, NULL, tr(" (%s ago)"), cell_since(v, now_ms, age));
    else
        buf_printf(out, NULL, tr(" (in %s)"), cell_since(&until, v->as.i, age));
}

void cell_words(const struct row *row, int field, int64_t now_ms, struct buf *out)
{
    const struct value *v = &row->cells[field];

    if (row->kind == KIND_LINK && field == LINK_WHY) {
        cell_why(row, out);
        return;
    }
    switch (v->type) {
    case VALUE_NONE:
        buf_puts(out, unknown, NULL);
        break;
    case VALUE_TEXT:
        text_words(v->as.text, is_word(row, field), out);
        break;
    case VALUE_LIST:
        list_words(v, is_word(row, field), out);
        break;
    case VALUE_INT:
    case VALUE_REAL:
        number_words(v, kind_info(row->kind)->fields[field].name, out);
        break;
    case VALUE_TIME:
        time_words(v, now_ms, out);
        break;
    case VALUE_BOOL:
        buf_puts(out, v->as.i != 0 ? tr("yes") : tr("no"), NULL);
        break;
    }
}

/* --- contradictions --- */

bool cell_differs(const struct row *row)
{
    int told_by = kind_info(row->kind)->told_by;

    return told_by > 0 && value_known(&row->cells[told_by + CELL_DIFFERS]);
}

const char *cell_differs_sign(const struct canvas *c)
{
    return c->glyphs == GLYPHS_UNICODE ? "≠" : "#";
}

/* --- signs --- */

static const struct {
    enum kind kind;
    int field;
} state_fields[] = {
    {KIND_HUB, HUB_STATE},     {KIND_CLUSTER, CLUSTER_STATE}, {KIND_SCHEDULER, SCHEDULER_STATE},
    {KIND_NODE, NODE_STATE},   {KIND_JOB, JOB_STATE},         {KIND_SOURCE, SOURCE_STATE},
    {KIND_QUEUE, QUEUE_STATE}, {KIND_LINK, LINK_STATE},       {KIND_RACK, RACK_STATE},
};

static const struct {
    const char *word;
    enum role role;
    enum glyph glyph;
} state_signs[] = {
    {NC_("state", "up"), ROLE_OK, GLYPH_OK},
    {NC_("state", "ok"), ROLE_OK, GLYPH_OK},
    {NC_("state", "notice"), ROLE_UNKNOWN, GLYPH_UNKNOWN}, /* a value or a promise that cannot be */
    {NC_("state", "info"), ROLE_TEXT, GLYPH_UNKNOWN},
    {NC_("state", "warn"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "crit"), ROLE_CRIT, GLYPH_CRIT},
    {NC_("state", "planned"), ROLE_DIM, GLYPH_COUNT},
    {NC_("state", "idle"), ROLE_OK, GLYPH_OK},
    {NC_("state", "live"), ROLE_OK, GLYPH_OK},
    {NC_("state", "running"), ROLE_OK, GLYPH_OK},
    {NC_("state", "finishing"), ROLE_OK, GLYPH_OK},
    {NC_("state", "done"), ROLE_OK, GLYPH_OK},
    {NC_("state", "open"), ROLE_OK, GLYPH_OK},
    {NC_("state", "draining"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "drained"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "drain"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "closed"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "inactive"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "suspended"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "preempted"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "timeout"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "held"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "degraded"), ROLE_WARN, GLYPH_WARN},
    {NC_("state", "stale"), ROLE_STALE, GLYPH_STALE},
    {NC_("state", "down"), ROLE_CRIT, GLYPH_CRIT},
    {NC_("state", "failed"), ROLE_CRIT, GLYPH_CRIT},
    {NC_("state", "offline"), ROLE_CRIT, GLYPH_CRIT},
    {NC_("state", "denied"), ROLE_CRIT, GLYPH_CRIT},
    {NC_("state", "waiting"), ROLE_TEXT, GLYPH_COUNT},
    {NC_("state", "cancelled"), ROLE_DIM, GLYPH_COUNT},
    {NC_("state", "disabled"), ROLE_DIM, GLYPH_COUNT},
};

static struct cell_sign sign_of_word(struct safe_text word)
{
    for (size_t i = 0; i < sizeof state_signs / sizeof *state_signs; i++)
        if (text_is(word, state_signs[i].word))
            return (struct cell_sign){state_signs[i].role, state_signs[i].glyph};
    return (struct cell_sign){ROLE_UNKNOWN, GLYPH_UNKNOWN};
}

/* Hubs and clusters are mostly counted, not told: without a word for their state the counts must do. */
static bool is_counted(const struct row *row)
{
    if (row->kind == KIND_HUB)
        return value_known(&row->cells[HUB_JOBS_WAITING]) || value_known(&row->cells[HUB_ACCELS_TOTAL]);
    if (row->kind == KIND_CLUSTER)
        return value_known(&row->cells[CLUSTER_JOBS_WAITING]) || value_known(&row->cells[CLUSTER_NODES_TOTAL]);
    return false;
}

static struct cell_sign sign_of_state(const struct row *row, int field)
{
    if (!value_known(&row->cells[field]) && is_counted(row))
        return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
    return sign_of_word(value_text_or(&row->cells[field], ""));
}

static bool is_judged(const struct row *link)
{
    return value_known(&link->cells[LINK_SEVERITY]) && !cell_is(link, LINK_SEVERITY, "unknown");
}

struct cell_sign cell_sign(const struct row *row)
{
    if (row->stale)
        return (struct cell_sign){ROLE_STALE, GLYPH_STALE};
    if (row->kind == KIND_QUEUE && symptom_queue_is_late(row))
        return (struct cell_sign){ROLE_WARN, GLYPH_WARN};
    if (row->kind == KIND_LINK && is_judged(row))
        return sign_of_state(row, LINK_SEVERITY);
    for (size_t i = 0; i < sizeof state_fields / sizeof *state_fields; i++)
        if (state_fields[i].kind == row->kind)
            return sign_of_state(row, state_fields[i].field);
    return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
}
