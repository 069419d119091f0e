#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "netbox_world.h"

/* Members that are missing, or say something else than NetBox would. */

struct member {
    const char *list, *key, *value;
    bool names; /* its row may be gone, or be called otherwise */
};

static const struct member members[] = {
    {"sites", "id", "1", true},
    {"sites", "slug", "\"s\"", true},
    {"sites", "name", "\"S\"", false},
    {"sites", "status", "{\"value\":\"active\",\"label\":\"A\"}", false},
    {"sites", "region", "{\"id\":9,\"name\":\"South\"}", false},
    {"locations", "id", "1", true},
    {"locations", "name", "\"H\"", true},
    {"locations", "site", "{\"z\":0,\"id\":1}", true},
    {"device-types", "id", "1", false},
    {"device-types", "u_height", "2.0", false},
    {"racks", "id", "1", true},
    {"racks", "name", "\"a\"", true},
    {"racks", "site", "{\"id\":1}", true},
    {"racks", "location", "{\"id\":1}", true},
    {"racks", "tenant", "{\"name\":\"n\"}", false},
    {"racks", "status", "{\"value\":\"active\"}", false},
    {"racks", "u_height", "42", false},
    {"racks", "row", "\"R\"", false},
    {"racks", "position", "7", false},
    {"rack-reservations", "units", "[40,41]", false},
    {"rack-reservations", "status", "{\"value\":\"active\",\"z\":0}", false},
    {"devices", "name", "\"d\"", true},
    {"devices", "id", "1", true},
    {"devices", "model", "\"M\"", false},
    {"devices", "manufacturer", "{\"name\":\"V\",\"z\":0}", false},
    {"devices", "role", "{\"name\":\"compute\",\"z\":0}", false},
    {"devices", "tenant", "{\"name\":\"n\"}", false},
    {"devices", "serial", "\"SN\"", false},
    {"devices", "asset_tag", "\"AT\"", false},
    {"devices", "site", "{\"id\":1}", true},
    {"devices", "position", "3.0", false},
    {"devices", "face", "{\"value\":\"front\",\"z\":0}", false},
    {"devices", "status", "{\"value\":\"active\",\"z\":0}", false},
    {"devices", "primary_ip", "{\"address\":\"10.0.0.1/24\",\"z\":0}", false},
    {"power-ports", "allocated_draw", "null", false},
    {"power-ports", "maximum_draw", "800", false},
    {"power-panels", "id", "1", true},
    {"power-panels", "name", "\"p\"", true},
    {"power-panels", "site", "{\"id\":1}", true},
    {"power-feeds", "power_panel", "{\"id\":1}", true},
    {"power-feeds", "name", "\"f\"", true},
    {"power-feeds", "status", "{\"value\":\"active\"}", false},
    {"power-feeds", "type", "{\"value\":\"primary\"}", false},
    {"power-feeds", "phase", "{\"value\":\"three-phase\"}", false},
    {"power-feeds", "voltage", "380", false},
    {"power-feeds", "amperage", "32", false},
    {"power-feeds", "max_utilization", "80", false},
};

static const char *small_of(const char *list)
{
    for (size_t i = 0; i < NETBOX_WORLD_LISTS; i++) {
        if (strcmp(netbox_world_lists[i], list) == 0)
            return netbox_world_small[i];
    }
    return NULL;
}

/* What counts things that null says are not there, or is called by what is called otherwise. */
static bool may_be_another(const struct member *m, const struct driver_world_mutation *how, enum kind kind, int field)
{
    bool null = strstr(how->name, "null") != NULL;
    if ((kind == KIND_HALL && field == HALL_RACKS_TOTAL) || (m->names && kind == KIND_DEVICE && field == DEVICE_RACK) ||
        (m->names && kind == KIND_FEED && field == FEED_RACK))
        return true;
    if (kind == KIND_DEVICE && field == DEVICE_MODEL)
        return strcmp(m->key, "manufacturer") == 0;
    bool reserved = field == RACK_UNITS_RESERVED || field == RACK_UNITS_BLOCK;
    bool used = field == RACK_UNITS_USED || field == RACK_UNITS_BLOCK;
    if (kind == KIND_RACK && reserved && strcmp(how->name, "an empty array") == 0)
        return strcmp(m->key, "units") == 0;
    return kind == KIND_RACK && used && null && strcmp(m->key, "position") == 0;
}

static void check_row(const struct driver_world *w, const struct row *was, const struct member *m,
                      const struct driver_world_mutation *how)
{
    char id[300];
    const struct row *row = driver_world_row(w, was->kind, text_show_in(was->id, id, sizeof id));
    bool other = strncmp(id, "t", 1) == 0; /* of the other site: nothing of it was touched */
    if (!row && (other || !m->names))
        fail_msg("%s %s %s: the row '%s' is gone", m->list, m->key, how->name, id);
    for (int f = 0; row && f < (int)kind_info(was->kind)->field_count; f++) {
        const struct value *v = &row->cells[f];
        if (value_equal(v, &was->cells[f]))
            continue;
        if (other || (value_known(v) && !how->told && !may_be_another(m, how, was->kind, f)))
            fail_msg("%s %s %s: %s of '%s' is another", m->list, m->key, how->name,
                     kind_info(was->kind)->fields[f].name, id);
        if (v->type == VALUE_TEXT && text_len(v->as.text) > 5000)
            fail_msg("%s %s %s: %s is huge", m->list, m->key, how->name, kind_info(was->kind)->fields[f].name);
    }
}

static void test_mutations(void **state)
{
    (void)state;
    struct driver_world *base = netbox_world_told(NULL, NULL);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        for (size_t k = 0; k < DRIVER_WORLD_MUTATIONS; k++) {
            const struct member *m = &members[i];
            const struct driver_world_mutation *how = &driver_world_mutations[k];
            char *lines = driver_world_mutate(small_of(m->list), m->key, m->value, how);
            struct driver_world *w = netbox_world_told(m->list, lines);
            for (size_t r = 0; r < base->rows.count; r++)
                check_row(w, &base->rows.all[r], m, how);
            driver_world_free(w);
            free(lines);
        }
    }
    driver_world_free(base);
}

static void test_whole_objects_that_are_none(void **state)
{
    (void)state;
    static const char *const odd[] = {"null", "7",      "true",          "\"x\"",      "[]",
                                      "{}",   "[[[]]]", "{\"id\":1e99}", "{\"id\":-1}"};
    struct driver_world *base = netbox_world_told(NULL, NULL);
    for (size_t i = 0; i < NETBOX_WORLD_LISTS; i++) {
        for (size_t k = 0; k < sizeof odd / sizeof *odd; k++) {
            char lines[4000];
            snprintf(lines, sizeof lines, "%s\n%s", odd[k], netbox_world_small[i]);
            struct driver_world *w = netbox_world_told(netbox_world_lists[i], lines);
            assert_int_equal(w->rows.count, base->rows.count);
            for (size_t r = 0; r < base->rows.count; r++) {
                for (size_t f = 0; f < KIND_FIELDS_MAX; f++)
                    assert_true(value_equal(&base->rows.all[r].cells[f], &w->rows.all[r].cells[f]));
            }
            driver_world_free(w);
        }
    }
    driver_world_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_whole_objects_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
