#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "domain/derive.h"
#include "domain/geo.h"
#include "sources/scenario.h"
#include "sources/source.h"
#include "unit/domain/symptom_kit.h"

extern const struct source_driver source_sample;

/* What is shipped: the scenarios, and what a visitor of the demo sees of them. */
enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, LINKS_MAX = 300, ROWS_MAX = 100 };
static const int64_t opening_ms = INT64_C(1795287671000); /* 2026-11-21T19:01:11Z, 03:01:11 in China */

/* --- the sample as the collector asks it --- */

static const char *scenario_asked;
static char start_asked[32];

static const char *look_up(const void *ctx, const char *key)
{
    (void)ctx;
    return strcmp(key, "scenario") == 0 ? scenario_asked : strcmp(key, "start") == 0 ? start_asked : NULL;
}

static struct source *play(const char *scenario, int64_t now_ms)
{
    struct source_settings s = {.name = "sample", .url = "sample-data", .interval_ms = SECOND, .query = look_up};
    struct err err = {0};
    struct source *source;

    scenario_asked = scenario;
    snprintf(start_asked, sizeof start_asked, "%lld", (long long)(now_ms - SCENARIO_LEAD_MS));
    source = source_sample.open(&s, &err);
    if (source == NULL)
        fail_msg("%s", err.text);
    return source;
}

struct link {
    char id[32], from[16], to[16];
    double lit, paths, one_way, loss, used, jitter, contract, published;
};
static struct link links[LINKS_MAX];
static size_t link_count;
static struct derive *derive;
static struct row rows[2][ROWS_MAX]; /* schedulers, queues */
static char ids[2][ROWS_MAX][64];
static size_t row_count[2];

static void copy(struct safe_text t, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)text_len(t), text_len(t) > 0 ? text_bytes(t) : "");
}

static void take_link(const struct row *row)
{
    struct link *l = &links[link_count++];

    assert_true(link_count < LINKS_MAX);
    copy(row->id, l->id, sizeof l->id);
    copy(value_text_or(&row->cells[LINK_FROM], ""), l->from, sizeof l->from);
    copy(value_text_or(&row->cells[LINK_TO], ""), l->to, sizeof l->to);
    l->lit = value_real_or(&row->cells[LINK_PATHS_LIT], NAN);
    l->paths = value_real_or(&row->cells[LINK_PATHS], NAN);
    l->one_way = value_real_or(&row->cells[LINK_ONE_WAY_MS], NAN);
    l->loss = value_real_or(&row->cells[LINK_LOSS_PCT], NAN);
    l->used = value_real_or(&row->cells[LINK_USED_PCT], NAN);
    l->jitter = value_real_or(&row->cells[LINK_JITTER_MS], NAN);
    l->contract = value_real_or(&row->cells[LINK_RING_CONTRACT_MS], NAN);
    l->published = value_real_or(&row->cells[LINK_PUBLISHED_ONE_WAY_MS], NAN);
}

static bool take(void *ctx, const struct row *row, struct err *err)
{
    (void)ctx;
    if (row->kind == KIND_LINK)
        take_link(row);
    return derive_row(derive, row, err);
}

static bool take_derived(void *ctx, const struct row *row, struct err *err)
{
    int k = row->kind == KIND_SCHEDULER ? 0 : row->kind == KIND_QUEUE ? 1 : -1;

    (void)ctx;
    (void)err;
    if (k < 0)
        return true;
    assert_true(row_count[k] < ROWS_MAX);
    copy(row->id, ids[k][row_count[k]], sizeof ids[k][0]);
    rows[k][row_count[k]] = *row;
    rows[k][row_count[k]].id = text_of(ids[k][row_count[k]]);
    row_count[k]++;
    return true;
}

static void poll(struct source *s, int64_t at_ms)
{
    struct source_request requests[SOURCE_REQUESTS_MAX];
    struct instant now = {.utc_ms = at_ms};
    size_t n = source_sample.requests(s, now, requests);

    link_count = row_count[0] = row_count[1] = 0;
    for (size_t i = 0; i < n; i++) {
        derive_begin(derive, requests[i].covers[0]);
        for (bool more = true; more;)
            assert_true(source_sample.produce(s, &requests[i], now, 1000, &more, take, NULL, NULL));
        derive_end(derive, requests[i].covers[0], true);
    }
    assert_true(derive_emit(derive, at_ms, take_derived, NULL, NULL));
}

static const struct link *link_of(const char *id)
{
    for (size_t i = 0; i < link_count; i++)
        if (strcmp(links[i].id, id) == 0)
            return &links[i];
    fail_msg("no link '%s'", id);
    return NULL;
}

static int begin(void **state)
{
    (void)state;
    derive = derive_new("sample");
    return 0;
}

static int end(void **state)
{
    (void)state;
    derive_free(derive);
    return 0;
}

/* --- the verdict --- */

static void check_work(int64_t at_ms)
{
    struct verdict_facts facts = {.schedulers = rows[0],
                                  .n_schedulers = row_count[0],
                                  .queues = rows[1],
                                  .n_queues = row_count[1],
                                  .now_ms = at_ms};
    struct symptom_list found = kit_symptoms(&facts);
    struct buf text = buf_make(1000);

    assert_true(row_count[0] == 21 && row_count[1] > 40);
    if (found.count > 0) {
        symptom_sentence(&found.all[0], &text);
        fail_msg("%lld s after the opening: %s", (long long)(at_ms - opening_ms) / SECOND, buf_str(&text));
    }
    symptom_list_release(&found);
    buf_release(&text);
}

/* Nothing of the network is worth a word: within nine tenths of each promise, possible, with light on every path. */
static void check_links(const struct fleet *f, bool cable_too)
{
    for (size_t i = 0; i < link_count; i++) {
        const struct link *l = &links[i];
        struct fleet_found a = fleet_end(f, text_of(l->from)), b = fleet_end(f, text_of(l->to));
        double least = geo_min_ms(geo_km(a.lon, a.lat, b.lon, b.lat));
        if (!cable_too && (strcmp(l->id, "SHG>SZ") == 0 || strcmp(l->id, "SZ>SHG") == 0))
            continue;
        if (!(l->one_way >= least))
            fail_msg("%s: %g ms, but fibre needs %g ms", l->id, l->one_way, least);
        if (!isnan(l->contract) && !(l->one_way < 0.9 * l->contract && least < l->contract))
            fail_msg("%s: %g ms of %g ms promised", l->id, l->one_way, l->contract);
        if (!isnan(l->published) && !(fabs(l->one_way - l->published) <= 0.0125))
            fail_msg("%s: %g ms, published are %g ms", l->id, l->one_way, l->published);
        assert_true(l->loss == 0);
        assert_true(isnan(l->paths) || (l->lit == l->paths && l->used < 70));
    }
}

static struct fleet *shipped_fleet(void)
{
    struct err err = {0};
    struct fleet *f = fleet_load("sample-data/fleet.conf", &err);

    if (f == NULL)
        fail_msg("%s", err.text);
    return f;
}

/* --- the shipped fleet --- */

static void the_matrix_of_the_clusters_is_full(void **state)
{
    struct fleet *f = shipped_fleet();
    struct source *s = play("ordinary", opening_ms);
    size_t pairs = 0;
    char id[64];

    (void)state;
    poll(s, opening_ms);
    for (size_t i = 0; i < f->n_clusters; i++)
        for (size_t k = 0; k < f->n_clusters; k++) {
            if (i == k)
                continue;
            snprintf(id, sizeof id, "%s>%s", f->clusters[i].id, f->clusters[k].id);
            assert_true(link_of(id)->one_way > 1);
            pairs++;
        }
    assert_int_equal(pairs, 11 * 10);
    assert_true(link_of("SHG>GZ")->published == 1.3 && link_of("SHG>SZ")->published == 1.66);
    assert_true(link_of("SHG>SZ")->paths == 13 && link_of("SHG>GZ")->paths == 13);
    for (size_t i = 0; i < f->n_links; i++) {
        snprintf(id, sizeof id, "%s>%s", f->links[i].to, f->links[i].from);
        assert_true(link_of(id)->paths == f->links[i].paths); /* the other direction is told, too */
        assert_int_not_equal(fleet_end(f, text_of(f->links[i].to)).what, FLEET_NOTHING);
    }
    source_sample.close(s);
    fleet_free(f);
}

static void an_ordinary_day_has_no_trouble_in_the_network(void **state)
{
    struct fleet *f = shipped_fleet();
    struct source *s = play("ordinary", opening_ms);

    (void)state;
    for (int64_t at = 0; at < 24 * (int64_t)HOUR; at += 47 * MINUTE + 321) {
        poll(s, opening_ms + at);
        check_links(f, true);
    }
    source_sample.close(s);
    fleet_free(f);
}

/* --- the cable --- */

static void all_is_well_until_the_cable_is_cut(void **state)
{
    struct fleet *f = shipped_fleet();
    struct source *s = play("cable", opening_ms);

    (void)state;
    for (int64_t at = 0; at < MINUTE; at += 10 * SECOND) {
        poll(s, opening_ms + at);
        check_links(f, true);
        check_work(opening_ms + at);
    }
    poll(s, opening_ms + MINUTE - SECOND);
    check_links(f, true);
    source_sample.close(s);
    fleet_free(f);
}

/* Seconds after the cut, and the first 14 seconds of the demo at ten times the pace. */
static void the_cut_goes_by_the_book(void **state)
{
    static const struct {
        int after_s;
        double one_way, within;
    } book[] = {{-1, 1.66, 0.0125}, {30, 3.0, 0.1}, {40, 3.25, 0.1}, {80, 3.42, 0.02}, {20 * 60, 3.42, 0.02}};
    struct fleet *f = shipped_fleet();
    struct source *s = play("cable", opening_ms);
    double last = 0;

    (void)state;
    for (size_t i = 0; i < sizeof book / sizeof book[0]; i++) {
        int64_t at = opening_ms + MINUTE + book[i].after_s * (int64_t)SECOND;
        poll(s, at);
        const struct link *l = link_of("SHG>SZ"), *back = link_of("SZ>SHG");
        if (!(fabs(l->one_way - book[i].one_way) <= book[i].within))
            fail_msg("%d s after the cut: %g ms", book[i].after_s, l->one_way);
        assert_true(l->lit == (book[i].after_s < 0 ? 13 : 9) && back->lit == l->lit);
        assert_true(l->one_way > last - 0.02);
        last = l->one_way;
        check_links(f, false);
        if (book[i].after_s < 80)
            continue;
        assert_true(fabs(l->used - 97) <= 1);
        assert_true(l->loss > 0.1 && l->loss < 1 && l->jitter > 0.15);
        assert_true(back->one_way > 1.75 && back->one_way < 0.9 * back->contract && back->used > 70);
        check_work(at);
    }
    source_sample.close(s);
    fleet_free(f);
}

static void it_crosses_the_promise_half_a_minute_after_the_cut(void **state)
{
    struct source *s = play("cable", opening_ms);
    int crossed = -1;

    (void)state;
    for (int after = 0; after <= 80 && crossed < 0; after++) {
        poll(s, opening_ms + MINUTE + after * (int64_t)SECOND);
        crossed = link_of("SHG>SZ")->one_way > link_of("SHG>SZ")->contract ? after : -1;
    }
    assert_in_range(crossed, 26, 34);
    source_sample.close(s);
}

static void the_repair_ends_it(void **state)
{
    struct fleet *f = shipped_fleet();
    struct source *s = play("cable", opening_ms);

    (void)state;
    poll(s, opening_ms + 41 * MINUTE - SECOND);
    assert_true(link_of("SHG>SZ")->lit == 9 && link_of("SHG>SZ")->one_way > 3.4);
    poll(s, opening_ms + 43 * MINUTE);
    check_links(f, true);
    check_work(opening_ms + 43 * MINUTE);
    source_sample.close(s);
    fleet_free(f);
}

/* A visitor in another zone, on another day, sees the same fleet: its hour is the scenario's. */
static void it_is_the_same_wherever_it_is_played(void **state)
{
    static const int64_t opened_ms[] = {opening_ms, opening_ms + 9 * (int64_t)HOUR, opening_ms - 1234567890000};
    double one_way[3];
    int64_t running[3], waiting[3];

    (void)state;
    for (int k = 0; k < 3; k++) {
        struct source *s = play("cable", opened_ms[k]);
        begin(NULL);
        poll(s, opened_ms[k]);
        one_way[k] = link_of("ZJK>BJ")->one_way + link_of("ZJK>BJ")->used;
        running[k] = waiting[k] = 0;
        for (size_t i = 0; i < row_count[0]; i++) {
            running[k] += value_int_or(&rows[0][i].cells[SCHEDULER_JOBS_RUNNING], -1);
            waiting[k] += value_int_or(&rows[0][i].cells[SCHEDULER_JOBS_WAITING], -1);
        }
        end(NULL);
        source_sample.close(s);
        assert_true(running[k] > 1000 && running[k] == running[0] && waiting[k] == waiting[0]);
        assert_true(one_way[k] == one_way[0]);
    }
}

/* --- files --- */

static void its_tour_can_be_read(const char *name, const struct scenario *s)
{
    assert_true(s->step_count > 1 && s->steps[0].at_ms == 0);
    for (size_t i = 0; i < s->step_count; i++) {
        const char *const captions[] = {s->steps[i].caption, s->steps[i].caption_zh};

        for (int k = 0; k < 2; k++)
            if (captions[k][0] == '\0' || text_width(text_of(captions[k])) > SCENARIO_CAPTION_COLUMNS)
                fail_msg("%s: no caption for 80 columns: '%s'", name, captions[k]);
    }
}

static void the_shipped_ones_are_found(void **state)
{
    char *names[10];
    struct err err = {0};
    int n = scenario_names("sample-data", names, 10, &err);
    bool cable = false, ordinary = false;

    (void)state;
    for (int i = 0; i < n; i++) {
        struct scenario s;
        if (!scenario_load("sample-data", names[i], &s, &err))
            fail_msg("%s", err.text);
        assert_true(s.title != NULL && s.title_zh != NULL);
        assert_true(i == 0 || strcmp(names[i - 1], names[i]) < 0);
        its_tour_can_be_read(names[i], &s);
        cable |= strcmp(names[i], "cable") == 0 && strcmp(s.opens, "03:01:11") == 0 && s.opens_ms == 10871000;
        ordinary |= strcmp(names[i], "ordinary") == 0 && s.opens == NULL && s.opens_ms == -1 && s.load == 1 && !s.calm;
        scenario_release(&s);
    }
    for (int i = 0; i < n; i++)
        free(names[i]);
    assert_true(cable && ordinary);
    assert_int_equal(scenario_names("nowhere", names, 10, &err), -1);
    assert_non_null(strstr(err.text, "nowhere/scenarios"));
    assert_int_equal(err_status(&err), 66);
}

static void nonsense_is_refused(void **state)
{
    static const char *const bad[][2] = {
        {"opens = \"3\"\n", "'3'"},         {"opens = \"24:00:00\"\n", "24:00:00"},
        {"opens = \"03:01:11pm\"\n", "pm"}, {"opens = \"03:61:11\"\n", ":61:"},
        {"load = 0\n", "load 0"},           {"load = nan\n", "nan"},
    };
    char dir[] = "/tmp/hubtop-test-XXXXXX", folder[64], path[96];

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(folder, sizeof folder, "%s/scenarios", dir);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(path, sizeof path, "%s/x.scenario", folder);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        struct scenario s;
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(bad[i][0], f);
        fclose(f);
        assert_false(scenario_load(dir, "x", &s, &err));
        assert_int_equal(err_status(&err), 78);
        if (strstr(err.text, bad[i][1]) == NULL || strstr(err.text, path) == NULL)
            fail_msg("'%s' does not name '%s'", err.text, bad[i][1]);
    }
    unlink(path);
    rmdir(folder);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_matrix_of_the_clusters_is_full, begin, end),
        cmocka_unit_test_setup_teardown(an_ordinary_day_has_no_trouble_in_the_network, begin, end),
        cmocka_unit_test_setup_teardown(all_is_well_until_the_cable_is_cut, begin, end),
        cmocka_unit_test_setup_teardown(the_cut_goes_by_the_book, begin, end),
        cmocka_unit_test_setup_teardown(it_crosses_the_promise_half_a_minute_after_the_cut, begin, end),
        cmocka_unit_test_setup_teardown(the_repair_ends_it, begin, end),
        cmocka_unit_test(it_is_the_same_wherever_it_is_played),
        cmocka_unit_test(the_shipped_ones_are_found),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
