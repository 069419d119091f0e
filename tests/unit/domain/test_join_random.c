#include "join_kit.h"
#include "random_row.h"

/* Sources tell, drop and fall silent by chance. Each value says who told it and in which answer, so that a row can be held
 * against what stands. */

enum { SOURCES = 7, STRANGERS = 2, FILE_AT = SOURCES, ROUNDS = 60, STEPS = 60, ROWS_MAX = 6 };

static const char *const names[SOURCES] = {"s0", "s1", "s2", "s3", "s4", "stranger", "alien"};
static const enum kind kinds[] = {KIND_PLACE, KIND_SITE, KIND_SCHEDULER, KIND_CLUSTER, KIND_LINK, KIND_RACK, KIND_HALL};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *const fleet_text =
    "cluster \"A\" { lon = 113.6  lat = 24.8  aliases = { \"alpha\", \"fra\" } }\ncluster \"B\" {}\n"
    "site \"A-1\" { cluster = \"A\" }\nscheduler \"ams\" { site = \"A-1\" }\nplace \"P\" { aliases = { \"lon\" } }\n"
    "link \"A>P\" { paths = 13  path_gbps = 400 }\nlink \"B>Q\" {}\n";
static const char *const labels[] = {"A", "alpha", "fra", "B", "A-1", "ams", "P", "lon", "Q", "X", "Y", "new"};

/* Fields whose value is nothing but what somebody told. */
static const int told_fields[KINDS][6] = {
    {PLACE_NAME, PLACE_NAME_ZH, PLACE_LON, PLACE_LAT, -1},
    {SITE_AREA, SITE_OPERATOR, SITE_SECURITY_LEVEL, SITE_RACKS_TOTAL, -1},
    {SCHEDULER_DRIVER, SCHEDULER_VERSION, SCHEDULER_NAME, -1},
    {CLUSTER_NAME_ZH, CLUSTER_PUE, CLUSTER_PFLOPS, CLUSTER_STORAGE_TB_TOTAL, -1},
    {LINK_TIER, LINK_JITTER_MS, LINK_USED_PCT, LINK_RTT_MS, -1},
    {RACK_ROW, RACK_TENANT, RACK_POSITION, RACK_POWER_KW, RACK_UNITS_TOTAL, -1},
    {HALL_RACKS_TOTAL, -1},
};

struct play {
    uint64_t seed;
    struct fleet *fleet;
    struct join *j;
    long answers;                       /* so far, dropped ones too */
    long standing[SOURCES][KINDS];      /* the answer that stands, 0: none */
    bool answered[SOURCES][KINDS];      /* in this run */
    struct rows bodies[SOURCES][KINDS]; /* of answers of this run */
    char stale[64];
};

static size_t below(struct play *p, size_t n)
{
    return (size_t)(random_next(&p->seed) >> 11) % n;
}

static struct value tag(enum value_type type, size_t source, long answer, char text[32])
{
    snprintf(text, 32, "%zu:%ld", source, answer);
    if (type == VALUE_TEXT)
        return value_text(text_of(text));
    return type == VALUE_INT ? value_int((int64_t)source * 1000000 + answer)
                             : value_real((double)source * 1000000 + (double)answer);
}

static void read_tag(const struct value *v, size_t *source, long *answer)
{
    char text[64];

    if (v->type == VALUE_TEXT) {
        assert_int_equal(sscanf(text_show_in(v->as.text, text, sizeof text), "%zu:%ld", source, answer), 2);
    } else {
        *source = (size_t)(value_int_or(v, 0) / 1000000);
        *answer = (long)(value_int_or(v, 0) % 1000000);
    }
}

static struct value label(struct play *p)
{
    return value_text(text_of(labels[below(p, sizeof labels / sizeof *labels)]));
}

/* How a row says what it is of: ends, or where it stands. */
static void place(struct play *p, struct row *row)
{
    switch ((int)row->kind) {
    case KIND_LINK:
        row->cells[LINK_FROM] = label(p);
        row->cells[LINK_TO] = label(p);
        break;
    case KIND_RACK:
        row->cells[below(p, 2) ? RACK_SITE : RACK_CLUSTER] = label(p);
        row->cells[RACK_NAME] = value_text(text_of(below(p, 2) ? "r1" : "r2"));
        if (below(p, 2))
            row->cells[RACK_HALL] = value_text(text_of("H1"));
        break;
    case KIND_HALL:
        row->cells[HALL_SITE] = label(p);
        row->cells[HALL_NAME] = value_text(text_of(below(p, 2) ? "H1" : "H2"));
        break;
    case KIND_SCHEDULER:
        row->cells[SCHEDULER_CLUSTER] = below(p, 2) ? label(p) : value_text(row->id);
        break;
    default:
        break;
    }
}

static void make_body(struct play *p, size_t source, size_t k, struct rows *out)
{
    size_t n = below(p, ROWS_MAX);
    char text[32], id[64];

    rows_clear(out);
    for (size_t i = 0; i < n; i++) {
        struct row row = {.kind = kinds[k]};
        snprintf(id, sizeof id, "%s", labels[below(p, sizeof labels / sizeof *labels)]);
        if (kinds[k] == KIND_LINK || kinds[k] == KIND_RACK || kinds[k] == KIND_HALL)
            snprintf(id, sizeof id, "own-%zu", i);
        row.id = text_of(id);
        place(p, &row);
        for (const int *f = told_fields[k]; *f >= 0; f++)
            if (below(p, 3) > 0)
                row.cells[*f] = tag(kind_info(kinds[k])->fields[*f].type, source, p->answers, text);
        rows_add(out, &row);
    }
}

static void tell_body(struct join *j, const char *source, enum kind kind, const struct rows *body)
{
    join_part_begin(j, source, kind);
    for (size_t i = 0; i < body->count; i++)
        join_part_row(j, source, &body->all[i]);
}

static void step_tell(struct play *p, bool whole)
{
    size_t source = below(p, SOURCES), k = below(p, KINDS);
    struct rows body = {0};

    p->answers++;
    make_body(p, source, k, &body);
    tell_body(p->j, names[source], kinds[k], &body);
    if (whole) {
        join_part_end(p->j, names[source], kinds[k], p->answers);
        rows_release(&p->bodies[source][k]);
        p->bodies[source][k] = body;
        p->standing[source][k] = p->answers;
        p->answered[source][k] = true;
        return;
    }
    rows_release(&body);
    if (below(p, 2))
        join_part_drop(p->j, names[source], kinds[k]);
}

static struct join *new_join(const struct play *p)
{
    struct join *j = join_new(p->fleet, NULL);

    for (size_t s = 0; s + STRANGERS < SOURCES; s++)
        join_source_add(j, names[s]);
    return j;
}

/* Another collector over the rows that this one emitted; the strangers are not configured any more. */
static void step_restart(struct play *p)
{
    struct rows rows[KINDS];

    for (size_t k = 0; k < KINDS; k++)
        rows[k] = kit_emit_at(p->j, kinds[k], p->stale, p->answers);
    join_free(p->j);
    p->j = new_join(p);
    for (size_t k = KINDS; k-- > 0;) {
        for (size_t i = rows[k].count; i-- > 0;)
            join_remember(p->j, &rows[k].all[i]);
        rows_release(&rows[k]);
    }
    memset(p->answered, 0, sizeof p->answered);
    for (size_t k = 0; k < KINDS; k++)
        for (size_t s = SOURCES - STRANGERS; s < SOURCES; s++)
            p->standing[s][k] = 0;
    for (size_t s = 0; s < SOURCES; s++)
        for (size_t k = 0; k < KINDS; k++)
            rows_clear(&p->bodies[s][k]);
}

/* --- what must hold --- */

static size_t source_named(struct safe_text name)
{
    for (size_t s = 0; s < SOURCES; s++)
        if (text_is(name, names[s]))
            return s;
    assert_true(text_is(name, JOIN_FLEET));
    return FILE_AT;
}

/* Who told the cell, as the row says. */
static size_t teller_of(const struct row *row, int field)
{
    const struct kind_info *info = kind_info(row->kind);
    struct safe_text rest = value_text_or(&row->cells[info->told_by + 1], ""), member, name;

    while (value_list_next(&rest, &member))
        if (text_split(&member, '=', &name) && text_is(name, info->fields[field].name))
            return source_named(member);
    return source_named(value_text_or(&row->cells[info->told_by], ""));
}

static void row_is_told(const struct play *p, size_t k, const struct row *row)
{
    for (const int *f = told_fields[k]; *f >= 0; f++) {
        size_t source, teller;
        long answer;
        if (!value_known(&row->cells[*f]) || (teller = teller_of(row, *f)) == FILE_AT)
            continue;
        read_tag(&row->cells[*f], &source, &answer);
        assert_int_equal(source, teller);
        assert_int_equal(answer, p->standing[source][k]);
    }
}

/* Nothing that stands is lost: the row that a telling means has a value for each of its cells. */
static void tellings_are_in(struct play *p, size_t k, const struct rows *rows)
{
    char id[256];

    for (size_t s = 0; s < SOURCES; s++)
        for (size_t i = 0; i < p->bodies[s][k].count; i++) {
            const struct row *told = &p->bodies[s][k].all[i], *row;
            struct buf out = buf_make(sizeof id - 1);
            if (join_resolve(p->j, names[s], kinds[k], told->id, &out)) {
                row = kit_find(rows, buf_str(&out));
                assert_non_null(row);
                for (const int *f = told_fields[k]; *f >= 0; f++)
                    assert_true(value_known(&row->cells[*f]) || !value_known(&told->cells[*f]));
            } else { /* a site's own reading; a place that is a cluster; a cluster that is a place */
                assert_true(kinds[k] == KIND_LINK || kinds[k] == KIND_PLACE || kinds[k] == KIND_CLUSTER);
            }
            buf_release(&out);
        }
}

static void refers_to(const struct row *row, int field, const struct rows *a, const struct rows *b)
{
    char id[256];

    kit_show(row, field, id, sizeof id);
    if (strcmp(id, "?") != 0 && kit_find(a, id) == NULL && (b == NULL || kit_find(b, id) == NULL))
        fail_msg("%s that nobody emits", id);
}

/* What rows refer to is there. */
static void references_are_there(const struct rows rows[KINDS])
{
    const struct rows *places = &rows[0], *clusters = &rows[3], *links = &rows[4], *racks = &rows[5], *halls = &rows[6];

    for (size_t i = 0; i < links->count; i++) {
        refers_to(&links->all[i], LINK_FROM, clusters, places);
        refers_to(&links->all[i], LINK_TO, clusters, places);
        assert_false(value_equal(&links->all[i].cells[LINK_FROM], &links->all[i].cells[LINK_TO]));
    }
    for (size_t i = 0; i < racks->count; i++) {
        refers_to(&racks->all[i], RACK_CLUSTER, clusters, NULL);
        refers_to(&racks->all[i], RACK_HALL, halls, NULL);
    }
    for (size_t i = 0; i < rows[2].count; i++)
        refers_to(&rows[2].all[i], SCHEDULER_CLUSTER, clusters, NULL);
}

static void same(const struct rows *a, const struct rows *b)
{
    char x[1024], y[1024];

    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_true(text_equal(a->all[i].id, b->all[i].id));
        for (int f = 0; f < (int)kind_info(a->all[i].kind)->field_count; f++) {
            if (a->all[i].kind == KIND_LINK && (f == LINK_STATE || (f >= LINK_ONE_WAY_P95_MS && f <= LINK_SINCE)))
                continue; /* judged by polls: that depends on what went before */
            assert_string_equal(kit_show(&a->all[i], f, x, sizeof x), kit_show(&b->all[i], f, y, sizeof y));
        }
    }
}

/* The same parts in another order of arrival, which tells the same rows. */
static void order_does_not_matter(struct play *p, const struct rows rows[KINDS])
{
    struct join *j = new_join(p);

    for (size_t s = SOURCES; s-- > 0;)
        for (size_t k = KINDS; k-- > 0;)
            if (p->standing[s][k] != 0) {
                if (!p->answered[s][k]) { /* remembered: a part of what it told is lost with the others' rows */
                    join_free(j);
                    return;
                }
                tell_body(j, names[s], kinds[k], &p->bodies[s][k]);
                join_part_end(j, names[s], kinds[k], p->standing[s][k]);
            }
    for (size_t k = 0; k < KINDS; k++) {
        struct rows other = kit_emit_at(j, kinds[k], p->stale, p->answers);
        same(&rows[k], &other);
        rows_release(&other);
    }
    join_free(j);
}

static void step_look(struct play *p)
{
    struct rows rows[KINDS];

    p->stale[0] = '\0';
    for (size_t s = 0; s < SOURCES; s++)
        if (below(p, 4) == 0)
            snprintf(p->stale + strlen(p->stale), sizeof p->stale - strlen(p->stale), " %s ", names[s]);
    for (size_t k = 0; k < KINDS; k++)
        rows[k] = kit_emit_at(p->j, kinds[k], p->stale, p->answers);
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t i = 0; i < rows[k].count; i++) {
            assert_true(i == 0 || text_cmp(rows[k].all[i - 1].id, rows[k].all[i].id) < 0);
            row_is_told(p, k, &rows[k].all[i]);
        }
        tellings_are_in(p, k, &rows[k]);
    }
    references_are_there(rows);
    order_does_not_matter(p, rows);
    for (size_t k = 0; k < KINDS; k++)
        rows_release(&rows[k]);
}

static void rows_are_what_stands(void **state)
{
    (void)state;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct play p = {.seed = round * UINT64_C(0x9E3779B97F4A7C15)};
        p.fleet = round % 3 != 0 ? kit_fleet(fleet_text) : NULL;
        p.j = new_join(&p);
        for (int step = 0; step < STEPS; step++) {
            size_t what = below(&p, 20);
            if (what == 0)
                step_restart(&p);
            else if (what < 6)
                step_look(&p);
            else
                step_tell(&p, what > 8);
        }
        step_look(&p);
        join_free(p.j);
        fleet_free(p.fleet);
        for (size_t s = 0; s < SOURCES; s++)
            for (size_t k = 0; k < KINDS; k++)
                rows_release(&p.bodies[s][k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_what_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
