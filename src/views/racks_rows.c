#include "views/racks_rows.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SHOWN = 128 };

/* --- names --- */

static size_t digits(const char *s)
{
    return strspn(s, "0123456789");
}

/* Two runs of digits; what is behind them is left in *a and *b. */
static int by_value(const char **a, const char **b)
{
    const char *x = *a + strspn(*a, "0"), *y = *b + strspn(*b, "0");
    size_t n = digits(x), m = digits(y);

    *a += digits(*a);
    *b += digits(*b);
    return n != m ? (n > m) - (n < m) : strncmp(x, y, n);
}

int racks_rows_compare(struct safe_text a, struct safe_text b)
{
    char left[NAME_MAX_SHOWN], right[NAME_MAX_SHOWN];
    const char *x = text_show_in(a, left, sizeof left), *y = text_show_in(b, right, sizeof right);

    while (*x != '\0' && *y != '\0') {
        int c = 0;

        if (isdigit((unsigned char)*x) && isdigit((unsigned char)*y))
            c = by_value(&x, &y);
        else
            c = (unsigned char)*x++ - (unsigned char)*y++;
        if (c != 0)
            return c;
    }
    return *x != *y ? (unsigned char)*x - (unsigned char)*y : text_cmp(a, b);
}

/* --- sums --- */

static const int summed[] = {RACK_POWER_KW,    RACK_POWER_CAP_KW, RACK_UNITS_USED, RACK_UNITS_TOTAL, RACK_NODES_DOWN,
                             RACK_NODES_TOTAL, RACK_CPUS_FREE,    RACK_CPUS_TOTAL, RACK_JOBS};
/* Of two that make a share, both must be known. */
static const int pairs[][2] = {{RACK_POWER_KW, RACK_POWER_CAP_KW},
                               {RACK_UNITS_USED, RACK_UNITS_TOTAL},
                               {RACK_NODES_DOWN, RACK_NODES_TOTAL},
                               {RACK_CPUS_FREE, RACK_CPUS_TOTAL}};

static double real(const struct row *row, int field)
{
    return value_real_or(&row->cells[field], NAN);
}

static bool counts(const struct row *row, int field)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] == field || pairs[i][1] == field)
            return !isnan(real(row, pairs[i][0])) && !isnan(real(row, pairs[i][1]));
    return !isnan(real(row, field));
}

static void add_number(struct row *to, int field, double n)
{
    double was = real(to, field);

    to->cells[field] = value_real(isnan(was) ? n : was + n);
}

static void add_numbers(struct row *to, const struct row *rack)
{
    double inlet = real(rack, RACK_INLET_C);

    for (size_t i = 0; i < sizeof summed / sizeof *summed; i++)
        if (counts(rack, summed[i]))
            add_number(to, summed[i], real(rack, summed[i]));
    if (!isnan(inlet) && !(real(to, RACK_INLET_C) >= inlet))
        to->cells[RACK_INLET_C] = value_real(inlet);
}

static const char *const words[] = {[SEVERITY_WARN] = "degraded", [SEVERITY_CRIT] = "down"};

static void add_state(struct row *to, enum severity is)
{
    bool bad = is == SEVERITY_WARN || is == SEVERITY_CRIT;

    add_number(to, RACKS_ROWS_BAD, bad ? 1 : 0);
    if (is == SEVERITY_CRIT || (is == SEVERITY_WARN && !cell_is(to, RACK_STATE, words[SEVERITY_CRIT])))
        to->cells[RACK_STATE] = value_text(text_of(words[is]));
    else if (is == SEVERITY_OK && !value_known(&to->cells[RACK_STATE]))
        to->cells[RACK_STATE] = value_text(text_of("up"));
}

/* What a stale rack draws is not known now; that it stands there is. */
static void add_rack(struct row *to, const struct row *rack, enum severity is)
{
    struct safe_text tenant = value_text_or(&rack->cells[RACK_TENANT], "");

    if (!value_known(&to->cells[RACKS_ROWS_COUNT]))
        to->cells[RACK_TENANT] = rack->cells[RACK_TENANT];
    else if (!text_equal(value_text_or(&to->cells[RACK_TENANT], ""), tenant))
        to->cells[RACK_TENANT] = value_none();
    add_number(to, RACKS_ROWS_COUNT, 1);
    add_state(to, is);
    if (!rack->stale)
        add_numbers(to, rack);
}

struct safe_text racks_rows_name(const struct row *rack)
{
    struct safe_text name = value_text_or(&rack->cells[RACK_ROW], "");

    return text_empty(name) ? text_of("-") : name;
}

/* --- rows --- */

struct member {
    struct safe_text row;
    size_t at;
    enum severity severity;
};

static int by_row(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int c = text_cmp(x->row, y->row);

    return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static struct row empty(struct safe_text name, int64_t now_ms)
{
    return (struct row){.kind = KIND_RACK, .id = name, .observed_ms = now_ms};
}

static void take(struct racks_rows *r, const struct member *m, const struct row *rack)
{
    if (r->count == 0 || !text_equal(r->all[r->count - 1].id, m->row))
        r->all[r->count++] = empty(m->row, r->now_ms);
    add_rack(&r->all[r->count - 1], rack, m->severity);
}

static int by_name(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    return racks_rows_compare(x->id, y->id);
}

struct racks_rows racks_rows_make(const struct racks_order *racks, int64_t now_ms)
{
    struct racks_rows r = {.now_ms = now_ms};
    struct member *members = arena_alloc(&r.arena, (racks->count + 1) * sizeof *members);
    size_t n = 0, rows = 0;
    struct row row = {0};

    for (size_t i = 0; i < racks->count; i++)
        if (racks->told->at(racks->told->ctx, racks->all[i].at, &row)) {
            members[n++] = (struct member){racks_rows_name(&row), racks->all[i].at, racks->all[i].severity};
            r.told |= value_known(&row.cells[RACK_ROW]);
        }
    qsort(members, n, sizeof *members, by_row);
    for (size_t i = 0; i < n; i++)
        rows += i == 0 || !text_equal(members[i].row, members[i - 1].row);
    r.all = arena_alloc(&r.arena, (rows + 1) * sizeof *r.all);
    for (size_t i = 0; i < n; i++)
        if (racks->told->at(racks->told->ctx, members[i].at, &row))
            take(&r, &members[i], &row);
    qsort(r.all, r.count, sizeof *r.all, by_name);
    return r;
}

void racks_rows_release(struct racks_rows *r)
{
    arena_release(&r->arena);
    *r = (struct racks_rows){0};
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct racks_rows *r = ctx;

    if (i < r->count)
        *row = r->all[i];
    return i < r->count;
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct racks_rows *r = ctx;

    (void)source;
    for (size_t i = 0; i < r->count; i++)
        if (text_equal(r->all[i].id, id))
            return (int64_t)i;
    return -1;
}

struct view_rows racks_rows_list(struct racks_rows *r, const struct view_rows *told)
{
    return (struct view_rows){.count = r->count,
                              .all = r->count,
                              .partial = told->partial,
                              .known = told->known,
                              .rev = told->rev,
                              .ctx = r,
                              .at = at,
                              .find = find};
}

static enum severity worst_of(const struct row *row)
{
    return cell_is(row, RACK_STATE, words[SEVERITY_CRIT])   ? SEVERITY_CRIT
           : cell_is(row, RACK_STATE, words[SEVERITY_WARN]) ? SEVERITY_WARN
           : value_known(&row->cells[RACK_STATE])           ? SEVERITY_OK
                                                            : SEVERITY_UNKNOWN;
}

struct row racks_rows_sum(const struct racks_rows *r)
{
    struct row sum = empty(text_of(""), r->now_ms);
    double racks = 0, bad = 0;

    for (size_t i = 0; i < r->count; i++) {
        add_rack(&sum, &r->all[i], worst_of(&r->all[i]));
        racks += real(&r->all[i], RACKS_ROWS_COUNT);
        bad += real(&r->all[i], RACKS_ROWS_BAD);
    }
    sum.cells[RACKS_ROWS_COUNT] = value_real(racks);
    sum.cells[RACKS_ROWS_BAD] = value_real(bad);
    return sum;
}
