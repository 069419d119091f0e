#include "join_kit.h"

/* A collector ended and another starts: joined rows of the store stand until their sources answer. */

static const char *const fleet_text =
    "hub \"GBA\" {}\n"
    "cluster \"SHG\" { hub = \"GBA\"  lon = 113.6  lat = 24.8  aliases = { \"fra\" } }\n"
    "place \"GZ\" { lon = 113.26  lat = 23.13 }\n"
    "site \"SHG-1\" { cluster = \"SHG\" }\n"
    "scheduler \"s1\" { site = \"SHG-1\" }\n"
    "link \"SHG>GZ\" { tier = \"express\"  ring_ms = 3 }\n";

static const enum kind kinds[] = {KIND_HUB,  KIND_CLUSTER, KIND_SITE, KIND_SCHEDULER, KIND_LINK,
                                  KIND_PAIR, KIND_HALL,    KIND_RACK, KIND_PLACE};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void name_sources(struct join *j)
{
    join_source_add(j, "slurm");
    join_source_add(j, "metrics");
    join_source_add(j, "netbox");
}

static void tell_all(struct join *j)
{
    kit_tell(j, "slurm", KIND_SCHEDULER,
             "s1 cluster=s1 state=up jobs_running=5 nodes_total=8\ns2 state=up jobs_running=1");
    kit_tell(j, "metrics", KIND_CLUSTER, "fra pue=1.21 power_cap_kw=900");
    kit_tell(j, "metrics", KIND_LINK, "fra>GZ rtt_ms=3 loss_pct=2.0 tier=metro\na from=fra to=tyo rtt_ms=4");
    kit_tell(j, "netbox", KIND_LINK, "fra>GZ used_pct=20 paths_lit=3 jitter_ms=0.1");
    kit_tell(j, "metrics", KIND_RACK, "r1 site=s1 name=r1 hall=H1 power_kw=3 inlet_c=24 nodes_total=2 nodes_down=1");
    kit_tell(j, "netbox", KIND_RACK, "r1 site=SHG-1 name=r1 units_total=42");
    kit_tell(j, "netbox", KIND_HALL, "H2 site=SHG-1 name=H2 racks_total=20");
    kit_tell(j, "netbox", KIND_PLACE, "SZ name=Shenzhen");
    kit_tell(j, "netbox", KIND_PAIR, "fra>GZ agreed=5 unit=cards");
    kit_tell(j, "netbox", KIND_SITE, "N-1 cluster=fra area=north");
}

/* What the store would give back of all kinds. */
static void remember_all(struct join *j, struct rows kept[KINDS])
{
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < kept[k].count; i++)
            join_remember(j, &kept[k].all[i]);
}

static void emit_all(struct join *j, struct rows out[KINDS])
{
    for (size_t k = 0; k < KINDS; k++)
        out[k] = kit_emit(j, kinds[k]);
}

static void release_all(struct rows kept[KINDS])
{
    for (size_t k = 0; k < KINDS; k++)
        rows_release(&kept[k]);
}

/* All but p95, which needs polls, is what it was. */
static void same_rows(const struct rows *was, const struct rows *now)
{
    char a[1024], b[1024];

    assert_int_equal(was->count, now->count);
    for (size_t i = 0; i < was->count; i++) {
        const struct kind_info *info = kind_info(was->all[i].kind);
        assert_true(text_equal(was->all[i].id, now->all[i].id));
        for (int f = 0; f < info->told_by + 2; f++)
            if (strcmp(info->fields[f].name, "one_way_p95_ms") != 0 &&
                strcmp(kit_show(&was->all[i], f, a, sizeof a), kit_show(&now->all[i], f, b, sizeof b)) != 0)
                fail_msg("%s %s: %s is '%s', was '%s'", info->singular, kit_show(&was->all[i], 0, (char[64]){0}, 64),
                         info->fields[f].name, b, a);
    }
}

static void rows_of_the_store_stand_until_their_sources_answer(void **state)
{
    (void)state;
    struct fleet *f = kit_fleet(fleet_text);
    struct join *j = join_new(f, NULL);
    struct rows was[KINDS], now[KINDS], rows;

    name_sources(j);
    tell_all(j);
    emit_all(j, was);
    kit_is(&was[4], "SHG>GZ", "severity=crit|told_by=netbox");
    join_free(j);

    j = join_new(f, NULL);
    name_sources(j);
    remember_all(j, was);
    emit_all(j, now);
    for (size_t k = 0; k < KINDS; k++)
        same_rows(&was[k], &now[k]);
    release_all(now);

    kit_tell(j, "metrics", KIND_LINK, ""); /* it knows nothing any more; netbox was not asked yet */
    rows = kit_emit(j, KIND_LINK);
    kit_ids(&rows, "SHG>GZ");
    kit_is(&rows, "SHG>GZ", "rtt_ms=?|loss_pct=?|used_pct=20|tier=express|told_by=netbox|differs=?|severity=crit");
    rows_release(&rows);
    kit_tell(j, "netbox", KIND_LINK, "");
    rows = kit_emit(j, KIND_LINK);
    kit_is(&rows, "SHG>GZ", "used_pct=?|tier=express|severity=unknown|told_by=fleet.conf");
    rows_release(&rows);
    join_remember(j, &was[4].all[0]); /* too late: they answered */
    rows = kit_emit(j, KIND_LINK);
    kit_is(&rows, "SHG>GZ", "used_pct=?");
    rows_release(&rows);
    join_free(j);
    release_all(was);
    fleet_free(f);
}

/* What was counted is no source's own: it goes with what it was counted from. */
static void counts_are_not_remembered_as_told(void **state)
{
    (void)state;
    struct fleet *f = kit_fleet(fleet_text);
    struct join *j = join_new(f, NULL);
    struct rows was[KINDS], rows;

    name_sources(j);
    tell_all(j);
    emit_all(j, was);
    join_free(j);
    j = join_new(f, NULL);
    name_sources(j);
    remember_all(j, was);
    kit_tell(j, "metrics", KIND_RACK, "");
    kit_tell(j, "netbox", KIND_RACK, "");
    kit_tell(j, "slurm", KIND_SCHEDULER, "s1 state=down jobs_running=9");
    rows = kit_emit(j, KIND_HALL);
    kit_ids(&rows, "SHG-1/H2"); /* H1 was a rack's word */
    rows_release(&rows);
    rows = kit_emit(j, KIND_CLUSTER);
    kit_ids(&rows, "SHG metrics/tyo");
    kit_is(&rows, "SHG", "power_kw=?|jobs_running=9|nodes_total=?|state=down|pue=1.21|power_cap_kw=900");
    rows_release(&rows);
    rows = kit_emit(j, KIND_HUB);
    kit_is(&rows, "GBA", "jobs_running=9|state=down|clusters=1");
    rows_release(&rows);
    join_free(j);
    release_all(was);
    fleet_free(f);
}

static void who_is_not_configured_any_more_is_forgotten(void **state)
{
    (void)state;
    struct fleet *f = kit_fleet(fleet_text), *poorer = kit_fleet("cluster \"SHG\" { lon = 113.6 }\n");
    struct join *j = join_new(f, NULL);
    struct rows was[KINDS], rows;

    name_sources(j);
    tell_all(j);
    emit_all(j, was);
    join_free(j);
    j = join_new(poorer, NULL);
    join_source_add(j, "slurm");
    join_source_add(j, "metrics");
    remember_all(j, was);
    rows = kit_emit(j, KIND_LINK);
    kit_ids(&rows, "SHG>GZ SHG>metrics/tyo");
    kit_is(&rows, "SHG>GZ", "rtt_ms=3|used_pct=?|jitter_ms=?|tier=?|ring_contract_ms=?|told_by=metrics|sources=?");
    rows_release(&rows);
    rows = kit_emit(j, KIND_PLACE);
    kit_ids(&rows, ""); /* the file does not tell of it any more either */
    rows_release(&rows);
    rows = kit_emit(j, KIND_PAIR);
    kit_ids(&rows, "");
    rows_release(&rows);
    rows = kit_emit(j, KIND_RACK);
    kit_is(&rows, "SHG-1/r1", "power_kw=3|units_total=?");
    rows_release(&rows);
    join_free(j);
    release_all(was);
    fleet_free(f);
    fleet_free(poorer);
}

static void a_remembered_judgement_stands_until_the_next_poll(void **state)
{
    (void)state;
    struct join *j = join_new(NULL, NULL);
    struct row link = {.kind = KIND_LINK, .id = text_of("A>B"), .observed_ms = 500};
    struct rows rows;

    join_source_add(j, "metrics");
    link.cells[LINK_FROM] = value_text(text_of("A"));
    link.cells[LINK_TO] = value_text(text_of("B"));
    link.cells[LINK_RTT_MS] = value_real(3);
    link.cells[LINK_BASELINE_MS] = value_real(1.4);
    link.cells[LINK_SEVERITY] = value_text(text_of("crit"));
    link.cells[LINK_STATE] = value_text(text_of("degraded"));
    link.cells[LINK_WHY] = value_text(text_of("loss 2 % > 1 %"));
    link.cells[LINK_REASONS] = value_list(text_of("loss 2 > 1"));
    link.cells[LINK_SINCE] = value_time(400);
    link.cells[LINK_TOLD_BY] = value_text(text_of("metrics"));
    join_remember(j, &link);
    rows = kit_emit(j, KIND_LINK);
    kit_is(&rows, "A>B",
           "severity=crit|state=degraded|why=loss 2 % > 1 %|reasons=loss 2 > "
           "1|since=400|baseline_ms=1.4|one_way_ms=1.5|one_way_basis=half_rtt");
    rows_release(&rows);
    kit_tell(j, "metrics", KIND_LINK, "l from=A to=B rtt_ms=3 loss_pct=0.0");
    rows = kit_emit(j, KIND_LINK);
    kit_ids(&rows, "metrics/A>metrics/B"); /* nothing knows A and B any more */
    rows_release(&rows);
    join_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_the_store_stand_until_their_sources_answer),
        cmocka_unit_test(counts_are_not_remembered_as_told),
        cmocka_unit_test(who_is_not_configured_any_more_is_forgotten),
        cmocka_unit_test(a_remembered_judgement_stands_until_the_next_poll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
