#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpora.h"
#include "slurm_world.h"

#define FINE "{\"meta\":{},\"errors\":[]}"

static const char *const users[] = {"{\"errors\":[],\"users\":[{\"name\":\"ann\",\"administrator_level\":\"Operator\","
                                    "\"default\":{\"account\":\"bio\",\"wckey\":\"\"},"
                                    "\"coordinators\":[{\"name\":\"chem\",\"direct\":1}]},{\"name\":\"bob\","
                                    "\"administrator_level\":\"None\",\"default\":{\"account\":\"chem\"},"
                                    "\"coordinators\":[]},{\"name\":\"elsewhere\",\"administrator_level\":\"None\","
                                    "\"default\":{\"account\":\"far\"}}]}",
                                    "{\"errors\":[],\"users\":[{\"name\":\"ann\",\"administrator_level\":[\"Operator\"]"
                                    ",\"default\":{\"account\":\"bio\",\"wckey\":\"\"},"
                                    "\"coordinators\":[{\"name\":\"chem\",\"direct\":true}]},{\"name\":\"bob\","
                                    "\"administrator_level\":[\"None\"],\"default\":{\"qos\":0,"
                                    "\"account\":\"chem\"},\"coordinators\":[]},{\"name\":\"elsewhere\","
                                    "\"administrator_level\":[\"None\"],\"default\":{\"account\":\"far\"}}]}"};
static const char accounts[] = "{\"errors\":[],\"accounts\":[{\"name\":\"root\",\"description\":\"all\","
                               "\"organization\":\"root\",\"coordinators\":[]},{\"name\":\"bio\","
                               "\"description\":\"biology\",\"organization\":\"life\",\"coordinators\":[]},{\"name\":"
                               "\"chem\",\"description\":\"chemistry\","
                               "\"organization\":\"life\",\"coordinators\":[{\"name\":\"ann\",\"direct\":true},\"bob\"]"
                               "},{\"name\":\"far\",\"description\":\"f\","
                               "\"organization\":\"f\"}]}";
static const char *const associations[] = {
    "{\"errors\":[],\"associations\":["
    "{\"account\":\"root\",\"cluster\":\"fra\",\"user\":null,\"parent_account\":null,\"shares_raw\":1,\"max\":{}},"
    "{\"account\":\"bio\",\"cluster\":\"fra\",\"user\":null,\"parent_account\":\"root\",\"shares_raw\":30,\"max\":{"
    "\"jobs\":{\"per\":{\"count\":"
    "300,\"submitted\":null}},\"tres\":{\"total\":[{\"type\":\"gres\",\"name\":\"gpu\",\"count\":16},{\"type\":\"cpu\","
    "\"name\":null,\"count\":"
    "64}]}}},"
    "{\"account\":\"chem\",\"cluster\":\"fra\",\"user\":null,\"parent_account\":\"bio\",\"shares_raw\":1,\"max\":{}},"
    "{\"account\":\"bio\",\"cluster\":\"fra\",\"user\":\"ann\",\"parent_account\":null,\"shares_raw\":3},"
    "{\"account\":\"chem\",\"cluster\":\"fra\",\"user\":\"bob\",\"parent_account\":null,\"shares_raw\":1},"
    "{\"account\":\"chem\",\"cluster\":\"fra\",\"user\":\"ann\",\"parent_account\":null,\"shares_raw\":1},"
    "{\"account\":\"root\",\"cluster\":\"fra\",\"user\":\"root\",\"shares_raw\":10},"
    "{\"account\":\"far\",\"cluster\":\"ams\",\"user\":null,\"parent_account\":\"root\",\"shares_raw\":7},"
    "{\"account\":\"far\",\"cluster\":\"ams\",\"user\":\"elsewhere\",\"shares_raw\":7}]}",
    "{\"errors\":[],\"associations\":["
    "{\"account\":\"root\",\"cluster\":\"fra\",\"user\":\"\",\"parent_account\":\"\",\"shares_raw\":1,\"max\":{"
    "\"jobs\":{\"per\":{\"count\":{\"set\":"
    "false,\"infinite\":true,\"number\":0}}}}},"
    "{\"account\":\"bio\",\"cluster\":\"fra\",\"user\":\"\",\"parent_account\":\"root\",\"shares_raw\":30,\"max\":{"
    "\"jobs\":{\"per\":{\"count\":{"
    "\"set\":true,\"infinite\":false,\"number\":300},\"submitted\":{\"set\":false,\"infinite\":true,\"number\":0}}},"
    "\"tres\":{\"total\":[{"
    "\"type\":\"gres\",\"name\":\"gpu\",\"id\":1001,\"count\":16},{\"type\":\"cpu\",\"name\":\"\",\"id\":1,\"count\":"
    "64}]}}},"
    "{\"account\":\"chem\",\"cluster\":\"fra\",\"user\":\"\",\"parent_account\":\"bio\",\"shares_raw\":1,\"max\":{}},"
    "{\"account\":\"bio\",\"cluster\":\"fra\",\"user\":\"ann\",\"parent_account\":\"\",\"shares_raw\":3},"
    "{\"account\":\"chem\",\"cluster\":\"fra\",\"user\":\"bob\",\"shares_raw\":1},{\"account\":\"chem\",\"cluster\":"
    "\"fra\",\"user\":\"ann\","
    "\"shares_raw\":1},{\"account\":\"root\",\"cluster\":\"fra\",\"user\":\"root\",\"shares_raw\":10}]}"};
static const char shares[] =
    "{\"errors\":[],\"shares\":{\"total_shares\":1,\"shares\":["
    "{\"name\":\"bio\",\"cluster\":\"fra\",\"parent\":\"root\",\"type\":[\"ASSOCIATION\"],\"usage_normalized\":{"
    "\"set\":true,\"infinite\":false,"
    "\"number\":0.25},\"fairshare\":{\"factor\":{\"set\":false,\"infinite\":true,\"number\":0},\"level\":{\"set\":true,"
    "\"number\":2}}},"
    "{\"name\":\"ann\",\"cluster\":\"fra\",\"parent\":\"bio\",\"type\":[\"USER\"],\"fairshare\":{\"factor\":{\"set\":"
    "true,\"infinite\":false,"
    "\"number\":0.75}}},"
    "{\"name\":\"ann\",\"cluster\":\"fra\",\"parent\":\"chem\",\"type\":[\"USER\"],\"fairshare\":{\"factor\":{\"set\":"
    "true,\"infinite\":false,"
    "\"number\":0.125}}},"
    "{\"name\":\"bob\",\"cluster\":\"fra\",\"parent\":\"chem\",\"type\":[\"USER\"],\"fairshare\":{\"factor\":0.5}}]}}";

static struct slurm_world *of(const char *api)
{
    struct slurm_world *w = world_new_api(api);
    assert_true(world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[{\"job_id\":1,\"cluster\":\"fra\"}]}"));
    assert_true(world_answer(w, "slurmdbd", FINE));
    return w;
}

static void ask(struct slurm_world *w, const char *what, const char *body)
{
    if (!world_asks(w, what))
        fail_msg("%s is not asked", what);
    if (!world_answer(w, what, body))
        fail_msg("%s: %s", what, w->err.text);
}

static const struct row *found(const struct slurm_world *w, enum kind kind, const char *id)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->rows[i].kind == kind && text_is(w->rows[i].id, id))
            return &w->rows[i];
    }
    return NULL;
}

static void check(const struct slurm_world *w, enum kind kind, const char *id, int field, const char *wanted)
{
    char cell[WORLD_CELL_MAX];
    const struct row *row = found(w, kind, id);
    if (!row)
        fail_msg("no %s %s", kind_info(kind)->singular, id);
    if (strcmp(world_cell(&row->cells[field], cell), wanted) != 0)
        fail_msg("%s: %s is %s, not %s", id, kind_info(kind)->fields[field].name, cell, wanted);
}

static void check_all(const struct slurm_world *w, bool shared)
{
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_PARENT, "root");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_ORGANIZATION, "life");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_DESCRIPTION, "biology");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_USERS, "1");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_SHARES, "30");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_SHARE_PCT, "75"); /* 30 of 30 + 10 */
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_LIMITS, "GrpJobs=300,GrpTRES/gres/gpu=16,GrpTRES/cpu=64");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_USED_PCT, shared ? "25" : "?");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_FAIRSHARE, "?");
    check(w, KIND_ACCOUNT, "fra/chem", ACCOUNT_SHARE_PCT, "18.75"); /* 1 of 1 + 3 of bio's 75 */
    check(w, KIND_ACCOUNT, "fra/chem", ACCOUNT_USERS, "2");
    check(w, KIND_ACCOUNT, "fra/chem", ACCOUNT_COORDINATORS, "ann,bob");
    check(w, KIND_ACCOUNT, "fra/root", ACCOUNT_SHARE_PCT, "100");
    check(w, KIND_ACCOUNT, "fra/root", ACCOUNT_PARENT, "?");
    check(w, KIND_ACCOUNT, "fra/root", ACCOUNT_LIMITS, "?");
    check(w, KIND_USER, "fra/ann", USER_ACCOUNT, "bio");
    check(w, KIND_USER, "fra/ann", USER_ADMIN, "operator");
    check(w, KIND_USER, "fra/ann", USER_COORDINATES, "chem");
    check(w, KIND_USER, "fra/ann", USER_FAIRSHARE, shared ? "0.75" : "?");
    check(w, KIND_USER, "fra/bob", USER_FAIRSHARE, shared ? "0.5" : "?");
    check(w, KIND_USER, "fra/bob", USER_ADMIN, "none");
    check(w, KIND_USER, "fra/bob", USER_CONTACT, "?");
    check(w, KIND_USER, "fra/root", USER_ACCOUNT, "?");
    /* What other clusters of the same slurmdbd have is theirs. */
    assert_null(found(w, KIND_ACCOUNT, "fra/far"));
    assert_null(found(w, KIND_USER, "fra/elsewhere"));
}

static void test_the_old_form(void **state)
{
    struct slurm_world *w = of("v0.0.38");
    (void)state;
    ask(w, "users", users[0]);
    ask(w, "accounts", accounts);
    assert_false(world_asks(w, "shares")); /* not before v0.0.40 */
    assert_true(world_asks(w, "associations"));
    assert_string_equal(world_request(w, "associations")->path, "/slurmdb/v0.0.38/associations?cluster=fra");
    assert_int_equal(world_request(w, "associations")->covers[0], KIND_ACCOUNT);
    assert_int_equal(world_request(w, "associations")->covers[1], KIND_USER);
    assert_int_equal(world_request(w, "associations")->every_ms, 300000);
    ask(w, "associations", associations[0]);
    check_all(w, false);
    world_free(w);
}

static void test_the_new_form(void **state)
{
    struct slurm_world *w = of("v0.0.44");
    (void)state;
    ask(w, "users", users[1]);
    ask(w, "accounts", accounts);
    assert_true(world_asks(w, "shares"));
    assert_string_equal(world_request(w, "shares")->path, "/slurm/v0.0.44/shares");
    ask(w, "shares", shares);
    ask(w, "associations", associations[1]);
    check_all(w, true);
    world_free(w);
}

/* What one request told stays when it fails the next time; what is not told any more goes. */
static void test_one_that_fails(void **state)
{
    struct slurm_world *w = of("v0.0.44");
    (void)state;
    ask(w, "users", users[1]);
    ask(w, "accounts", accounts);
    ask(w, "shares", shares);
    ask(w, "associations", associations[1]);
    world_poll(w, 400000);
    assert_true(world_answer(w, "ping", "{\"errors\":[],\"pings\":[{\"responding\":true}]}"));
    assert_true(world_answer(w, "slurmdbd", FINE));
    assert_true(world_asks(w, "users") && world_asks(w, "accounts") && world_asks(w, "shares"));
    w->err = (struct err){0};
    assert_true(source_slurm.failed(w->source, world_request(w, "users"), 500, "application/json", FINE, strlen(FINE),
                                    &w->err));
    assert_true(source_slurm.failed(w->source, world_request(w, "shares"), 500, "application/json", FINE, strlen(FINE),
                                    &w->err));
    ask(w, "accounts", "{\"errors\":[],\"accounts\":[{\"name\":\"bio\",\"organization\":\"new\"}]}");
    ask(w, "associations", associations[1]);
    check(w, KIND_USER, "fra/ann", USER_FAIRSHARE, "0.75");
    check(w, KIND_USER, "fra/ann", USER_ADMIN, "operator");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_ORGANIZATION, "new");
    check(w, KIND_ACCOUNT, "fra/chem", ACCOUNT_ORGANIZATION, "?");
    world_free(w);
}

/* 22.05 tells its name with a job: without one nothing says whose associations these are. */
static void test_an_unknown_cluster(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    assert_true(world_answer(w, "slurmdbd", FINE));
    ask(w, "users", users[0]);
    ask(w, "accounts", accounts);
    ask(w, "associations", associations[0]);
    assert_string_equal(world_request(w, "associations")->path, "/slurmdb/v0.0.38/associations");
    check(w, KIND_ACCOUNT, "fra/far", ACCOUNT_DESCRIPTION, "f");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_USERS, "?");
    check(w, KIND_ACCOUNT, "fra/bio", ACCOUNT_SHARE_PCT, "?");
    world_free(w);
}

static void test_odd_trees(void **state)
{
    struct slurm_world *w = of("v0.0.44");
    (void)state;
    ask(w, "accounts", accounts);
    ask(w, "associations",
        "{\"errors\":[],\"associations\":[{\"account\":\"a\",\"parent_account\":\"b\",\"shares_raw\":1},{\"account\":"
        "\"b\","
        "\"parent_account\":\"a\",\"shares_raw\":1},{\"account\":\"c\",\"parent_account\":\"gone\",\"shares_raw\":1},{"
        "\"account\":\"d\",\"parent_account\":\"c\",\"shares_raw\":2147483647},{\"account\":\"e\",\"parent_account\":"
        "\"c\"}"
        ",{\"account\":\"f\",\"parent_account\":\"c\",\"shares_raw\":0},{\"account\":\"c\",\"user\":\"x\",\"shares_"
        "raw\":4}]}");
    check(w, KIND_ACCOUNT, "fra/a", ACCOUNT_SHARE_PCT, "?");   /* above itself */
    check(w, KIND_ACCOUNT, "fra/c", ACCOUNT_SHARE_PCT, "100"); /* of all that is under "gone" */
    check(w, KIND_ACCOUNT, "fra/d", ACCOUNT_SHARE_PCT, "?");   /* as its parent */
    check(w, KIND_ACCOUNT, "fra/d", ACCOUNT_SHARES, "?");
    check(w, KIND_ACCOUNT, "fra/e", ACCOUNT_SHARE_PCT, "?");
    check(w, KIND_ACCOUNT, "fra/f", ACCOUNT_SHARE_PCT, "0");
    world_free(w);
}

/* --- without slurmdbd
 * ---------------------------------------------------------------------------------------------------- */

static bool database_fails(struct slurm_world *w, int status, const char *type, const char *body)
{
    assert_true(world_asks(w, "slurmdbd"));
    w->err = (struct err){0};
    return !source_slurm.failed(w->source, world_request(w, "slurmdbd"), status, type, body, strlen(body), &w->err);
}

static void said(struct slurm_world *w, const char *words)
{
    struct buf out = buf_make(256);
    source_slurm.remark(w->source, world_request(w, "slurmdbd"), &out);
    assert_string_equal(buf_str(&out), words);
    buf_release(&out);
}

/* It costs one request, now and then, and is no failure. */
static void test_no_slurmdbd(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    assert_true(world_answer(w, "ping", "{\"errors\":[],\"pings\":[{\"ping\":\"UP\"}]}"));
    assert_false(database_fails(w, 404, "text/plain", "Unable find requested URL."));
    assert_int_equal(world_request(w, "slurmdbd")->covers[0], KIND_NONE);
    said(w, "no slurmdbd");
    assert_false(world_asks(w, "qos") || world_asks(w, "users") || world_asks(w, "accounts") ||
                 world_asks(w, "associations"));
    for (int64_t ms = 10000; ms < 1800000; ms += 10000) {
        world_poll(w, ms);
        assert_null(world_request(w, "slurmdbd"));
        assert_null(world_request(w, "qos"));
    }
    world_poll(w, 1800000);
    assert_true(world_answer(w, "slurmdbd", FINE));
    assert_true(world_asks(w, "qos"));
    world_free(w);
}

static void test_a_slurmdbd_that_is_away(void **state)
{
    struct slurm_world *w = of("v0.0.38");
    (void)state;
    said(w, "");
    world_poll(w, 300000);
    assert_true(world_answer(w, "ping", "{\"errors\":[],\"pings\":[{\"ping\":\"UP\"}]}"));
    assert_false(database_fails(w, 500, "application/json", "{\"errors\":[{\"error\":\"x\",\"errno\":-1}]}"));
    said(w, "slurmdbd does not answer");
    assert_false(world_asks(w, "accounts"));
    world_poll(w, 500000);
    assert_null(world_request(w, "slurmdbd"));
    world_poll(w, 600000);
    assert_true(world_answer(w, "slurmdbd", "{\"errors\":[{\"error\":\"again\"}]}"));
    said(w, "slurmdbd does not answer");
    world_poll(w, 900000);
    assert_true(world_answer(w, "slurmdbd", FINE));
    assert_true(world_asks(w, "qos"));
    world_free(w);
}

/* --- real answers of later releases
 * -------------------------------------------------------------------------------------- */

static void test_the_corpus(void **state)
{
    static const char *const files[][2] = {{"v0.0.41", "24.05/0.0.41"}, {"v0.0.43", "25.05/0.0.43"}};
    char below[256];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct slurm_world *w = world_new_api(files[i][0]);
        assert_true(world_answer(w, "slurmdbd", FINE));
        for (int k = 0; k < 2; k++) {
            const char *what = k ? "associations" : "accounts";
            snprintf(below, sizeof below, "corpora/slurmrestd/%s/%s.json", files[i][1],
                     k ? "slurmdb-associations" : "slurm-accounts");
            struct corpora_file f = corpora_read(corpora_path("corpora", below));
            assert_true(world_asks(w, what));
            assert_true(world_answer_at(w, what, f.bytes, f.size, 0));
            free(f.bytes);
        }
        check(w, KIND_ACCOUNT, "fra/biology", ACCOUNT_SHARE_PCT, "20");
        check(w, KIND_ACCOUNT, "fra/biology", ACCOUNT_USERS, "4");
        check(w, KIND_ACCOUNT, "fra/biology", ACCOUNT_LIMITS, "?");
        check(w, KIND_ACCOUNT, "fra/acoustic", ACCOUNT_PARENT, "physic");
        check(w, KIND_ACCOUNT, "fra/acoustic", ACCOUNT_SHARE_PCT, "10");
        check(w, KIND_ACCOUNT, "fra/acoustic", ACCOUNT_ORGANIZATION, "physic");
        assert_non_null(found(w, KIND_USER, "fra/jbeck"));
        world_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_old_form),
        cmocka_unit_test(test_the_new_form),
        cmocka_unit_test(test_one_that_fails),
        cmocka_unit_test(test_an_unknown_cluster),
        cmocka_unit_test(test_odd_trees),
        cmocka_unit_test(test_no_slurmdbd),
        cmocka_unit_test(test_a_slurmdbd_that_is_away),
        cmocka_unit_test(test_the_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
