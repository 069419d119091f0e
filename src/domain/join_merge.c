#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "domain/join_private.h"

enum { DIFFERS_MAX = 16, SHOWN_COLUMNS = 60 };

static const double close_enough = 1e-9;

/* --- choosing --- */

static const struct value unknown = {.type = VALUE_NONE};

static const struct value *cell(const struct join_told *t, enum kind kind, int field)
{
    int ref = join_list_ref(kind, field);

    if (ref >= 0)
        return &t->refs[ref];
    return t->row != NULL ? &t->row->cells[field] : &unknown;
}

/* How a thing stands changes: whoever sees it knows better than the file. */
static bool is_hearsay(const struct join_told *t, enum kind kind, int field)
{
    return t->source == JOIN_FLEET_AT && (kind_info(kind)->fields[field].flags & FIELD_STATE);
}

static const struct value *choose(const struct join *j, const struct join_told *told, size_t n, enum kind kind,
                                  int field, int *who)
{
    const struct value *best = &unknown;

    *who = JOIN_NOBODY;
    for (size_t i = 0; i < n; i++) {
        const struct value *v = cell(&told[i], kind, field);
        bool fresh = v->type != VALUE_NONE && j->sources[told[i].source]->fresh && !is_hearsay(&told[i], kind, field);
        if (v->type == VALUE_NONE || (!fresh && best != &unknown))
            continue;
        *who = (int)told[i].source;
        best = v;
        if (fresh)
            break;
    }
    return best;
}

/* Most things are told by one source. */
static inline const struct value *choose_quickly(const struct join *j, const struct join_told *told, size_t n,
                                                 enum kind kind, int field, int *who)
{
    if (n != 1)
        return choose(j, told, n, kind, field, who);
    const struct value *only = cell(told, kind, field);
    *who = only->type == VALUE_NONE ? JOIN_NOBODY : (int)told->source;
    return only;
}

const struct value *join_choose(const struct join *j, const struct join_told *told, size_t n, enum kind kind, int field,
                                int *who)
{
    return choose_quickly(j, told, n, kind, field, who);
}

void join_merge(const struct join *j, enum kind kind, const struct join_told *told, size_t n, struct join_row *out)
{
    const struct kind_info *info = kind_info(kind);

    out->row = (struct row){.kind = kind, .id = told->id};
    out->counted = (struct join_voices){0};
    out->told_by = JOIN_NOBODY;
    for (int f = 0; f < (int)info->field_count; f++)
        if (join_is_told(info, kind, (size_t)f))
            out->row.cells[f] = *choose_quickly(j, told, n, kind, f, &out->who[f]);
}

/* --- what differs --- */

static bool is_text(const struct value *v)
{
    return v->type == VALUE_TEXT || v->type == VALUE_LIST;
}

static bool has_member(struct safe_text list, struct safe_text wanted)
{
    struct safe_text member;

    while (value_list_next(&list, &member))
        if (text_equal(member, wanted))
            return true;
    return false;
}

static bool all_among(struct safe_text list, struct safe_text other)
{
    struct safe_text member;

    while (value_list_next(&list, &member))
        if (!has_member(other, member))
            return false;
    return true;
}

/* Whether two say the same: numbers by value, lists in any order. */
static bool agree(const struct value *a, const struct value *b)
{
    if (is_text(a) != is_text(b))
        return false;
    if (!is_text(a)) {
        double x = value_real_or(a, 0), y = value_real_or(b, 0);
        return value_cmp(a, b) == 0 || fabs(x - y) <= close_enough * fmax(fabs(x), fabs(y));
    }
    if (a->type == VALUE_LIST)
        return all_among(a->as.text, b->as.text) && all_among(b->as.text, a->as.text);
    return text_equal(a->as.text, b->as.text);
}

static void put_list(struct buf *out, struct safe_text list)
{
    struct safe_text member;

    for (bool first = true; value_list_next(&list, &member); first = false) {
        buf_puts(out, first ? "" : ", ", NULL);
        text_show(member, SHOWN_COLUMNS, out);
    }
}

static void put_value(struct buf *out, const struct value *v)
{
    char time[CLOCK_TEXT_MAX];

    if (v->type == VALUE_TEXT)
        text_show(v->as.text, SHOWN_COLUMNS, out);
    else if (v->type == VALUE_LIST)
        put_list(out, v->as.text);
    else if (v->type == VALUE_REAL)
        buf_printf(out, NULL, "%.10g", v->as.real);
    else if (v->type == VALUE_TIME)
        buf_puts(out, clock_iso(v->as.i, time), NULL);
    else if (v->type == VALUE_BOOL)
        buf_puts(out, v->as.i ? "true" : "false", NULL);
    else
        buf_printf(out, NULL, "%" PRId64, v->as.i);
}

static struct safe_text made(const struct buf *b)
{
    return text_from(buf_str(b), b->len);
}

/* "metrics: lon 113.7" */
static void add_difference(struct join *j, const struct join_told *t, const char *field, const struct value *v)
{
    buf_clear(&j->member);
    buf_printf(&j->member, NULL, "%s: %s ", j->sources[t->source]->name, field);
    put_value(&j->member, v);
    value_list_add(&j->differs, made(&j->member), NULL);
}

void join_merge_differs(struct join *j, const struct join_told *told, size_t n, struct join_row *out)
{
    const struct kind_info *info = kind_info(out->row.kind);
    size_t differences = 0;

    buf_clear(&j->differs);
    for (size_t f = 0; f < info->field_count && n > 1; f++)
        for (size_t i = 0;
             i < n && join_is_told(info, out->row.kind, f) && (info->fields[f].flags & FIELD_SAMPLED) == 0; i++) {
            const struct value *v = cell(&told[i], out->row.kind, (int)f);
            if (!value_known(v) || out->who[f] == (int)told[i].source || differences == DIFFERS_MAX ||
                !value_known(&out->row.cells[f]) || agree(v, &out->row.cells[f]))
                continue;
            add_difference(j, &told[i], info->fields[f].name, v);
            differences++;
        }
    if (j->differs.len > 0)
        out->row.cells[info->told_by + 2] = value_list(made(&j->differs));
}

/* --- who told what --- */

static int lead_of(const struct join_row *out, int field)
{
    return out->who[field] == JOIN_SEVERAL ? out->counted.lead : out->who[field];
}

static bool goes_before(const struct join_source *a, const struct join_source *b)
{
    return a->votes != b->votes ? a->votes > b->votes : a->place < b->place;
}

/* The source of most of the observed values; what the file says is none. */
static int most_told(const struct join *j, const struct join_told *told, const struct join_row *out)
{
    const struct kind_info *info = kind_info(out->row.kind);
    int leads[KIND_FIELDS_MAX], best = JOIN_NOBODY;
    size_t n = 0;

    for (int f = 0; f < (int)info->field_count; f++)
        if (join_is_told(info, out->row.kind, (size_t)f) && value_known(&out->row.cells[f]) &&
            lead_of(out, f) > JOIN_FLEET_AT)
            leads[n++] = lead_of(out, f);
    for (size_t i = 0; i < n; i++)
        j->sources[leads[i]]->votes = 0;
    for (size_t i = 0; i < n; i++)
        j->sources[leads[i]]->votes++;
    for (size_t i = 0; i < n; i++)
        if (best == JOIN_NOBODY || goes_before(j->sources[leads[i]], j->sources[best]))
            best = leads[i];
    return best >= 0 ? best : (int)told->source;
}

void join_merge_sources(struct join *j, const struct join_told *told, struct join_row *out)
{
    const struct kind_info *info = kind_info(out->row.kind);

    out->told_by = out->counted.any && out->counted.stale >= 0 ? out->counted.stale : most_told(j, told, out);
    out->row.source = text_of(j->sources[out->told_by]->name);
    out->row.cells[info->told_by] = value_text(out->row.source);
    buf_clear(&j->list);
    for (size_t f = 0; f < info->field_count; f++) {
        if (!join_is_told(info, out->row.kind, f) || !value_known(&out->row.cells[f]) || out->who[f] < 0 ||
            out->who[f] == out->told_by)
            continue;
        buf_clear(&j->member);
        buf_printf(&j->member, NULL, "%s=%s", info->fields[f].name, j->sources[out->who[f]]->name);
        value_list_add(&j->list, made(&j->member), NULL);
    }
    if (j->list.len > 0)
        out->row.cells[info->told_by + 1] = value_list(made(&j->list));
}
