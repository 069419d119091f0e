#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "slurm_forms.h"
#include "slurm_world.h"

/* Every member of every form, at any depth, wrong in every way: the row beside it stays as it is, and what was known
 * stays or becomes unknown, never 0. */

enum way { REPLACED, REMOVED, RENAMED, TWICE_WRONG_LAST, TWICE_RIGHT_LAST, WAYS };

struct change {
    const struct json *target;
    enum way way;
    const char *instead;
};

static void write_value(struct json_writer *out, const struct json *v, const struct change *c);

static void write_wrong(struct json_writer *out, const char *instead)
{
    static const struct change nothing = {0};
    struct json *wrong = json_parse(instead, strlen(instead), JSON_LENIENT, NULL);
    write_value(out, wrong, &nothing);
    json_free(wrong);
}

static void write_member(struct json_writer *out, const struct json *j, const struct change *c)
{
    static const struct change nothing = {0};
    char other[128];
    bool here = j == c->target;
    if (here && c->way == REMOVED)
        return;
    if (here && (c->way == TWICE_WRONG_LAST || c->way == TWICE_RIGHT_LAST)) {
        json_put_key(out, json_key(j));
        if (c->way == TWICE_WRONG_LAST)
            write_value(out, j, &nothing);
        else
            write_wrong(out, c->instead);
    }
    snprintf(other, sizeof other, "%s%s", json_key(j), here && c->way == RENAMED ? "_new" : "");
    json_put_key(out, other);
    if (here && (c->way == REPLACED || c->way == TWICE_WRONG_LAST))
        write_wrong(out, c->instead);
    else
        write_value(out, j, here ? &nothing : c);
}

static void write_value(struct json_writer *out, const struct json *v, const struct change *c)
{
    struct safe_text t = {0};
    int64_t i = 0;
    double real = 0;
    bool b = false;
    if (json_type(v) == JSON_OBJECT) {
        json_open_object(out);
        for (const struct json *j = json_first(v); j; j = json_next(j))
            write_member(out, j, c);
        json_close_object(out);
    } else if (json_type(v) == JSON_ARRAY) {
        json_open_array(out);
        for (const struct json *j = json_first(v); j; j = json_next(j))
            write_value(out, j, c);
        json_close_array(out);
    } else if (json_text(v, &t))
        json_put_text(out, t);
    else if (json_int(v, &i))
        json_put_int(out, i);
    else if (json_real(v, &real))
        json_put_real(out, real);
    else if (json_bool(v, &b))
        json_put_bool(out, b);
    else
        json_put_null(out);
}

struct subject {
    const char *what, *list, *api, *other;
    enum kind kind;
    const struct json *element;
    const struct row *was;
};

static bool is_amount(const struct value *v)
{
    return v->type == VALUE_INT || v->type == VALUE_TIME || v->type == VALUE_REAL;
}

/* What says with an empty text that there is none of it. */
static bool says_none(const struct change *c)
{
    const char *key = json_key(c->target);
    return key && c->instead && strcmp(c->instead, "\"\"") == 0 && c->way != TWICE_RIGHT_LAST &&
           (strncmp(key, "gres", 4) == 0 || strncmp(key, "tres_", 5) == 0);
}

static void compare(const struct subject *s, const struct row *now, const struct change *c, const char *body)
{
    for (size_t f = 0; f < kind_info(s->kind)->field_count; f++) {
        const struct value *a = &s->was->cells[f], *b = &now->cells[f];
        bool fine = value_equal(a, b) || !value_known(b) || !is_amount(b);
        if (c->way == TWICE_RIGHT_LAST)
            fine = value_equal(a, b);
        else if (is_amount(b) && !fine)
            fine = b->as.i != 0 || says_none(c);
        if (!fine)
            fail_msg("%s changes %s", body, kind_info(s->kind)->fields[f].name);
    }
}

static const struct row *row_of(const struct slurm_world *w, enum kind kind, struct safe_text id)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->rows[i].kind == kind && text_equal(w->rows[i].id, id))
            return &w->rows[i];
    }
    return NULL;
}

static void answer(struct slurm_world *w, const struct subject *s, const char *body)
{
    if (strcmp(s->what, "qos") == 0)
        assert_true(world_answer(w, "slurmdbd", "{\"errors\":[]}") && world_asks(w, "qos"));
    if (!world_answer(w, s->what, body))
        fail_msg("%s: %s", body, w->err.text);
}

static void mutate(const struct subject *s, const struct row *other, const struct change *c)
{
    struct slurm_world *w = world_new_api(s->api);
    struct buf body = buf_make(1 << 20);
    struct json_writer out = json_writer_make(&body);
    buf_printf(&body, NULL, "{\"errors\":[],\"%s\":[%s,", s->list, s->other);
    write_value(&out, s->element, c);
    buf_puts(&body, "]}", NULL);
    answer(w, s, buf_str(&body));
    const struct row *still = row_of(w, s->kind, other->id), *now = row_of(w, s->kind, s->was->id);
    assert_non_null(still);
    for (size_t f = 0; f < kind_info(s->kind)->field_count; f++) {
        if (!value_equal(&other->cells[f], &still->cells[f]))
            fail_msg("%s changes %s of the other", buf_str(&body), kind_info(s->kind)->fields[f].name);
    }
    if (now)
        compare(s, now, c, buf_str(&body));
    buf_release(&body);
    world_free(w);
}

static size_t mutate_below(const struct subject *s, const struct row *other, const struct json *container)
{
    static const char *const wrong[] = {"null",
                                        "true",
                                        "{}",
                                        "[]",
                                        "[null,{},7]",
                                        "1e300",
                                        "-7",
                                        "\"\"",
                                        "123456789012345678901234567890",
                                        "{\"set\":false,\"number\":0}",
                                        "{\"set\":true,\"infinite\":true,\"number\":0}",
                                        "\"N/A\""};
    size_t n = 0;
    for (const struct json *j = json_first(container); j; j = json_next(j)) {
        if (json_key(j)) {
            mutate(s, other, &(struct change){j, REMOVED, NULL});
            mutate(s, other, &(struct change){j, RENAMED, NULL});
            for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                mutate(s, other, &(struct change){j, REPLACED, wrong[i]});
                mutate(s, other, &(struct change){j, TWICE_WRONG_LAST, wrong[i]});
                mutate(s, other, &(struct change){j, TWICE_RIGHT_LAST, wrong[i]});
            }
            n++;
        }
        n += mutate_below(s, other, j);
    }
    return n;
}

static void mutate_all(const char *what, const char *list, enum kind kind, const char *other, const struct form *form)
{
    struct subject s = {.what = what, .list = list, .api = form->api, .other = other, .kind = kind};
    struct json *whole = json_parse(form->body, strlen(form->body), JSON_LENIENT, NULL);
    struct slurm_world *right = world_new_api(form->api), *beside = world_new_api(form->api);
    char body[512];
    s.element = json_first(json_get(whole, list));
    answer(right, &s, form->body);
    snprintf(body, sizeof body, "{\"errors\":[],\"%s\":[%s]}", list, other);
    answer(beside, &s, body);
    s.was = &right->rows[0];
    assert_true(mutate_below(&s, &beside->rows[0], s.element) > 5);
    json_free(whole);
    world_free(right);
    world_free(beside);
}

static void test_jobs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        mutate_all("jobs", "jobs", KIND_JOB,
                   "{\"job_id\":99,\"user_name\":\"zoe\",\"job_state\":\"RUNNING\",\"cpus\":5}", &jobs[i]);
}

static void test_nodes_and_partitions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
        mutate_all("nodes", "nodes", KIND_NODE, "{\"name\":\"n9\",\"state\":\"idle\",\"cpus\":5,\"gres\":\"gpu:2\"}",
                   &nodes[i]);
    for (size_t i = 0; i < sizeof partitions / sizeof *partitions; i++)
        mutate_all("partitions", "partitions", KIND_QUEUE, "{\"name\":\"p9\",\"state\":\"UP\",\"total_cpus\":5}",
                   &partitions[i]);
}

static void test_reservations_and_licenses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reservations / sizeof *reservations; i++)
        mutate_all("reservations", "reservations", KIND_RESERVATION, "{\"name\":\"r9\",\"node_count\":5}",
                   &reservations[i]);
    for (size_t i = 0; i < sizeof licenses / sizeof *licenses; i++)
        mutate_all("licenses", "licenses", KIND_LICENSE, "{\"LicenseName\":\"l9\",\"Total\":5}", &licenses[i]);
}

static void test_qos(void **state)
{
    (void)state;
    mutate_all("qos", "QOS", KIND_QOS, "{\"name\":\"q9\",\"priority\":5}", &qos[0]);
    mutate_all("qos", "qos", KIND_QOS, "{\"name\":\"q9\",\"priority\":5}", &qos[1]);
}

/* --- accounts, whose rows several answers make
 * ------------------------------------------------------------------------------ */

#define BESIDE_ACCOUNT     "{\"name\":\"zoo\",\"organization\":\"z\",\"description\":\"d\"}"
#define BESIDE_ASSOCIATION "{\"account\":\"zoo\",\"shares_raw\":9,\"max\":{\"jobs\":{\"per\":{\"count\":5}}}}"
#define ACCOUNT                                                                                                        \
    "{\"name\":\"bio\",\"organization\":\"life\",\"description\":\"b\",\"coordinators\":[{\"name\":\"ann\","           \
    "\"direct\":true}]}"
#define ASSOCIATION                                                                                                    \
    "{\"account\":\"bio\",\"cluster\":\"fra\",\"user\":\"\",\"parent_account\":\"root\",\"shares_raw\":30,\"max\":{"   \
    "\"jobs\":{"                                                                                                       \
    "\"per\":{\"count\":{\"set\":true,\"infinite\":false,\"number\":300}}},\"tres\":{\"total\":[{\"type\":\"gres\","   \
    "\"name\":"                                                                                                        \
    "\"gpu\",\"id\":1,\"count\":16}]}}}"

static struct slurm_world *accounts_of(const char *account, const char *association)
{
    struct slurm_world *w = world_new_api("v0.0.44");
    struct buf body = buf_make(1 << 20);
    assert_true(world_answer(w, "slurmdbd", "{\"meta\":{\"slurm\":{\"cluster\":\"fra\"}},\"errors\":[]}"));
    assert_true(world_asks(w, "accounts"));
    buf_printf(&body, NULL, "{\"errors\":[],\"accounts\":[%s,%s]}", BESIDE_ACCOUNT, account);
    assert_true(world_answer(w, "accounts", buf_str(&body)));
    buf_clear(&body);
    assert_true(world_asks(w, "associations"));
    buf_printf(&body, NULL, "{\"errors\":[],\"associations\":[%s,%s]}", BESIDE_ASSOCIATION, association);
    if (!world_answer(w, "associations", buf_str(&body)))
        fail_msg("%s: %s", buf_str(&body), w->err.text);
    buf_release(&body);
    return w;
}

static void mutate_account(const struct slurm_world *right, const struct change *c, const struct json *account,
                           const struct json *association)
{
    struct buf a = buf_make(1 << 16), b = buf_make(1 << 16);
    struct json_writer out = json_writer_make(&a), out_too = json_writer_make(&b);
    struct subject s = {.kind = KIND_ACCOUNT, .was = row_of(right, KIND_ACCOUNT, text_of("fra/bio"))};
    write_value(&out, account, c);
    write_value(&out_too, association, c);
    struct slurm_world *w = accounts_of(buf_str(&a), buf_str(&b));
    const struct row *zoo = row_of(w, KIND_ACCOUNT, text_of("fra/zoo")),
                     *bio = row_of(w, KIND_ACCOUNT, text_of("fra/bio"));
    const struct row *was = row_of(right, KIND_ACCOUNT, text_of("fra/zoo"));
    assert_non_null(zoo);
    for (size_t f = 0; f < kind_info(KIND_ACCOUNT)->field_count; f++)
        assert_true(f == ACCOUNT_CLUSTER || value_equal(&was->cells[f], &zoo->cells[f]));
    /* Whose users it has is only known of the associations that are its cluster's. */
    if (bio && (!json_key(c->target) || strcmp(json_key(c->target), "user") != 0))
        compare(&s, bio, c, buf_str(&b));
    buf_release(&a);
    buf_release(&b);
    world_free(w);
}

static size_t mutate_account_below(const struct slurm_world *right, const struct json *container,
                                   const struct json *account, const struct json *association)
{
    static const char *const wrong[] = {"null",
                                        "true",
                                        "{}",
                                        "[]",
                                        "[null,{},7]",
                                        "1e300",
                                        "-7",
                                        "\"\"",
                                        "123456789012345678901234567890",
                                        "{\"set\":false,\"number\":0}"};
    size_t n = 0;
    for (const struct json *j = json_first(container); j; j = json_next(j)) {
        bool is_cluster = json_key(j) && strcmp(json_key(j), "cluster") == 0;
        if (json_key(j) && !is_cluster) {
            mutate_account(right, &(struct change){j, REMOVED, NULL}, account, association);
            mutate_account(right, &(struct change){j, RENAMED, NULL}, account, association);
            for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                mutate_account(right, &(struct change){j, REPLACED, wrong[i]}, account, association);
                mutate_account(right, &(struct change){j, TWICE_RIGHT_LAST, wrong[i]}, account, association);
            }
            n++;
        }
        n += mutate_account_below(right, j, account, association);
    }
    return n;
}

static void test_accounts(void **state)
{
    struct slurm_world *right = accounts_of(ACCOUNT, ASSOCIATION);
    struct json *account = json_parse(ACCOUNT, strlen(ACCOUNT), JSON_LENIENT, NULL);
    struct json *association = json_parse(ASSOCIATION, strlen(ASSOCIATION), JSON_LENIENT, NULL);
    char cell[WORLD_CELL_MAX];
    (void)state;
    const struct row *bio = row_of(right, KIND_ACCOUNT, text_of("fra/bio"));
    assert_string_equal(world_cell(&bio->cells[ACCOUNT_LIMITS], cell), "GrpJobs=300,GrpTRES/gres/gpu=16");
    assert_true(mutate_account_below(right, account, account, association) >= 6);
    assert_true(mutate_account_below(right, association, account, association) >= 15);
    json_free(account);
    json_free(association);
    world_free(right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_nodes_and_partitions),
        cmocka_unit_test(test_reservations_and_licenses),
        cmocka_unit_test(test_qos),
        cmocka_unit_test(test_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
