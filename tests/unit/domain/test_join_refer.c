#include "unit/domain/join_kit.h"

static const char *const file = "cluster \"SHG\" { aliases = { \"shaoguan\" } }\n"
                                "cluster \"QYG\" {}\n"
                                "site \"SHG-1\" { cluster = \"SHG\"  aliases = { \"campus\" } }\n"
                                "scheduler \"fra\" { site = \"SHG-1\"  aliases = { \"frankfurt\" } }\n"
                                "place \"SZ\" { aliases = { \"shenzhen\" } }\n"
                                "link \"SHG>SZ\" { aliases = { \"l1\" } }\n"
                                "link \"SZ>SHG\" {}\n"
                                "tenant \"t-1\" { accounts = { \"lab\", \"shop\" }  contact = \"duty@t-1\" }\n"
                                "tenant \"t-2\" {}\n";

struct world {
    struct fleet *fleet;
    struct join *join;
};

static struct world world(void)
{
    struct world w = {.fleet = kit_fleet(file)};

    w.join = join_new(w.fleet, NULL);
    join_source_add(w.join, "m");
    join_source_add(w.join, "n");
    kit_tell(w.join, "m", KIND_RACK, "x/r1 site=campus name=R1\nlon/r9 site=lon name=R9\n");
    kit_tell(w.join, "m", KIND_HALL, "h site=campus name=H\n");
    kit_tell(w.join, "m", KIND_LINK, "shaoguan>shenzhen one_way_ms=1.7\n");
    kit_tell(w.join, "n", KIND_SCHEDULER, "lon state=up\n");
    return w;
}

/* "field=value …" of the fields that are named, "-" where it is unknown. */
static const char *shown(const struct row *row, const char *fields, char out[512])
{
    char copy[256], *rest = copy, *name;
    struct buf b = buf_make(500);

    snprintf(copy, sizeof copy, "%s", fields);
    while ((name = strsep(&rest, " ")) != NULL) {
        struct safe_text text = value_text_or(&row->cells[kind_field(row->kind, name)], "-");
        buf_puts(&b, b.len > 0 ? " " : "", NULL);
        text_copy(&b, text);
    }
    snprintf(out, 512, "%s", buf_str(&b));
    buf_release(&b);
    return out;
}

static const struct {
    enum kind kind;
    const char *line, *fields, *means;
} rows[] = {
    {KIND_TRANSFER, "t from=shaoguan to=shenzhen link=l1", "from to link", "SHG SZ SHG>SZ"},
    {KIND_TRANSFER, "t from=campus to=frankfurt link=fra>shenzhen", "from to link", "SHG SHG SHG>SZ"},
    {KIND_TRANSFER, "t from=nowhere to=SZ link=nowhere>SZ", "from to link", "nowhere SZ nowhere>SZ"},
    {KIND_OFFER, "o site=campus", "cluster site", "SHG SHG-1"},
    {KIND_OFFER, "o cluster=shaoguan site=elsewhere", "cluster site", "SHG elsewhere"},
    {KIND_OFFER, "o cluster=SZ", "cluster site", "SZ -"}, /* a place has no offers: as told */
    {KIND_OFFER, "o cluster=shenzhen", "cluster site", "shenzhen -"},
    {KIND_ENERGY, "e cluster=QYG site=campus", "cluster site", "QYG SHG-1"},
    {KIND_ENERGY, "e site=shaoguan", "cluster site", "- shaoguan"}, /* a cluster is no site */
    {KIND_ENERGY, "e", "cluster site", "- -"},
    {KIND_DEVICE, "d rack=x/r1", "rack cluster site", "SHG-1/R1 SHG SHG-1"},
    {KIND_DEVICE, "d rack=SHG-1/R1", "rack cluster site", "SHG-1/R1 SHG SHG-1"},
    {KIND_DEVICE, "d rack=x/r2 site=campus", "rack cluster site", "x/r2 SHG SHG-1"},
    {KIND_DEVICE, "d rack=lon/r9", "rack cluster", "lon/R9 lon"},
    {KIND_FEED, "f rack=x/r1 cluster=QYG", "rack cluster site", "SHG-1/R1 QYG SHG-1"},
    {KIND_NETWORK, "w meets=shenzhen", "meets", "SZ"},
    {KIND_NETWORK, "w meets=mars", "meets", "mars"},
    {KIND_RESERVATION, "r scheduler=frankfurt accounts=x,shop", "scheduler cluster tenant", "fra SHG t-1"},
    {KIND_RESERVATION, "r scheduler=lon cluster=lon", "scheduler cluster tenant", "lon lon -"},
    {KIND_ACCOUNT, "a scheduler=frankfurt name=lab", "scheduler cluster tenant", "fra SHG t-1"},
    {KIND_ACCOUNT, "a scheduler=strange name=lab tenant=t-2", "scheduler cluster tenant", "strange - t-2"},
    {KIND_QOS, "q scheduler=fra cluster=fra", "scheduler cluster", "fra SHG"},
    {KIND_LICENSE, "l scheduler=fra", "scheduler cluster", "fra SHG"},
    {KIND_USER, "u account=shop", "tenant contact", "t-1 duty@t-1"},
    {KIND_USER, "u account=shop tenant=t-2 contact=me", "tenant contact", "t-2 me"},
    {KIND_USER, "u account=other", "tenant contact", "- -"},
    {KIND_NODE, "n scheduler=frankfurt rack=R1", "rack", "SHG-1/R1"},
    {KIND_NODE, "n scheduler=frankfurt rack=x/r1", "rack", "SHG-1/R1"},
    {KIND_NODE, "n scheduler=frankfurt rack=R2", "rack", "R2"}, /* nobody describes it */
    {KIND_NODE, "n scheduler=strange rack=R1", "rack", "R1"},
    {KIND_NODE, "n scheduler=frankfurt", "rack", "-"},
    {KIND_ALERT, "a where=l1 kind=links", "where cluster", "SHG>SZ SHG"},
    {KIND_ALERT, "a where=fra>shenzhen kind=link", "where cluster", "SHG>SZ SHG"},
    {KIND_ALERT, "a where=SZ>SHG kind=links", "where cluster", "SZ>SHG SHG"},
    {KIND_ALERT, "a where=x/r1 kind=racks", "where cluster", "SHG-1/R1 SHG"},
    {KIND_ALERT, "a where=h kind=halls", "where cluster", "SHG-1/H SHG"},
    {KIND_ALERT, "a where=frankfurt/n1 kind=nodes", "where cluster", "fra/n1 SHG"},
    {KIND_ALERT, "a where=n1 kind=nodes", "where cluster", "n1 -"},
    {KIND_ALERT, "a where=shaoguan kind=clusters", "where cluster", "SHG SHG"},
    {KIND_ALERT, "a where=campus kind=sites", "where cluster", "SHG-1 SHG"},
    {KIND_ALERT, "a where=frankfurt kind=schedulers", "where cluster", "fra SHG"},
    {KIND_ALERT, "a where=campus cluster=shaoguan", "where cluster", "campus SHG"}, /* what it is, nobody says */
    {KIND_ALERT, "a where=campus kind=moons", "where cluster", "campus -"},
    {KIND_ALERT, "a where=campus kind=racks", "where cluster", "campus -"},
    {KIND_ALERT, "a kind=links", "where cluster", "- -"},
};

static void rows_refer_to_joined_rows(void **state)
{
    struct world w = world();
    struct arena arena = {0};
    char out[512];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *line = strdup(rows[i].line);
        struct row row = kit_row(rows[i].kind, line), before = row;
        assert_true(join_refers(row.kind));
        join_refer(w.join, "m", &arena, &row);
        if (strcmp(shown(&row, rows[i].fields, out), rows[i].means) != 0)
            fail_msg("%s: %s is not %s", rows[i].line, out, rows[i].means);
        assert_true(text_equal(row.id, before.id));
        free(line);
        arena_reset(&arena);
    }
    arena_release(&arena);
    join_free(w.join);
    fleet_free(w.fleet);
}

/* Another source's own id for a rack is not mine. */
static void own_ids_are_ones_own(void **state)
{
    struct world w = world();
    struct arena arena = {0};
    char line[] = "d rack=x/r1", out[512];
    struct row row = kit_row(KIND_DEVICE, line);

    (void)state;
    join_refer(w.join, "n", &arena, &row);
    assert_string_equal(shown(&row, "rack cluster", out), "x/r1 -");
    arena_release(&arena);
    join_free(w.join);
    fleet_free(w.fleet);
}

static void without_a_file_schedulers_are_clusters(void **state)
{
    struct join *j = join_new(NULL, NULL);
    struct arena arena = {0};
    char line[] = "r scheduler=lon", gone[] = "r scheduler=gone", out[512];
    struct row row = kit_row(KIND_RESERVATION, line), none = kit_row(KIND_RESERVATION, gone);

    (void)state;
    join_source_add(j, "n");
    kit_tell(j, "n", KIND_SCHEDULER, "lon state=up\n");
    join_refer(j, "n", &arena, &row);
    join_refer(j, "n", &arena, &none);
    assert_string_equal(shown(&row, "scheduler cluster", out), "lon lon");
    assert_string_equal(shown(&none, "scheduler cluster", out), "gone -");
    arena_release(&arena);
    join_free(j);
}

/* Fields that were appended stand behind `differs`. */
static void appended_fields_are_joined(void **state)
{
    struct join *j = join_new(NULL, NULL);
    struct rows made;

    (void)state;
    join_source_add(j, "m");
    kit_tell(j, "m", KIND_SCHEDULER, "fra state=up federation=f api=v1\n");
    kit_tell(j, "m", KIND_RACK, "r1 site=fra power_a_kw=1.5 units_reserved=3\n");
    made = kit_emit_at(j, KIND_SCHEDULER, "", KIT_NOW_MS);
    assert_int_equal(made.count, 1);
    assert_true(text_is(value_text_or(&made.all[0].cells[SCHEDULER_FEDERATION], ""), "f"));
    rows_release(&made);
    made = kit_emit_at(j, KIND_RACK, "", KIT_NOW_MS);
    assert_true(fabs(value_real_or(&made.all[0].cells[RACK_POWER_A_KW], 0) - 1.5) < 1e-9);
    assert_int_equal(value_int_or(&made.all[0].cells[RACK_UNITS_RESERVED], 0), 3);
    rows_release(&made);
    join_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_refer_to_joined_rows),
        cmocka_unit_test(own_ids_are_ones_own),
        cmocka_unit_test(without_a_file_schedulers_are_clusters),
        cmocka_unit_test(appended_fields_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
