#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/deed.h"

static const char *command(const char *op, const char *body, char out[512])
{
    struct buf b = buf_make(511);
    struct json *tree = json_parse(body, strlen(body), JSON_STRICT, NULL);
    assert_non_null(tree);
    bool known = deed_command(text_of(op), tree, &b);
    strcpy(out, known ? buf_str(&b) : "");
    json_free(tree);
    buf_release(&b);
    return out;
}

static void test_commands(void **state)
{
    static const struct {
        const char *op, *body, *command;
    } cases[] = {
        {"ack", "{\"alert\":\"A-1042\",\"note\":\"it's mine\",\"until\":\"2026-11-21T18:00:00Z\"}",
         "hubtop alert ack A-1042 --until 2026-11-21T18:00:00Z --note 'it'\\''s mine' --write"},
        {"silence", "{\"alert\":\"A-1\",\"ends_at\":\"T\",\"reason\":\"r\"}",
         "hubtop alert silence A-1 --until T --reason r --confirm A-1 --write"},
        {"silence", "{\"kind\":\"links\",\"where\":\"SHG>SZ\",\"ends_at\":\"T\",\"reason\":\"r\"}",
         "hubtop alert silence 'SHG>SZ' --kind links --until T --reason r --confirm 'SHG>SZ' --write"},
        {"silence", "{\"kind\":\"links\",\"ends_at\":\"T\",\"reason\":\"r\"}",
         "hubtop alert silence --kind links --until T --reason r --confirm links --write"},
        {"step", "{\"alert\":\"A-1\",\"step\":\"RB-NET-07/3\"}", "hubtop alert step A-1 RB-NET-07/3 --write"},
        {"maintenance_add", "{\"what\":\"freeze\",\"starts_at\":\"S\",\"ends_at\":\"T\",\"reason\":\"r\"}",
         "hubtop maintenance freeze --start S --end T --reason r --write"},
        {"maintenance_add", "{\"what\":\"maintenance\",\"kind\":\"racks\",\"where\":\"a b\",\"reason\":\"$(x)\"}",
         "hubtop maintenance add racks 'a b' --reason '$(x)' --write"},
        {"plan_reject", "{\"plan\":\"P-0001\",\"hash\":\"h\",\"reason\":\"\"}", "hubtop plan reject P-0001 --write"},
        {"plan_propose", "{\"plan\":\"\",\"hash\":\"h\"}", ""},
        {"order",
         "{\"action\":\"hold\",\"targets\":[\"fra/1\",\"fra/2_[1-3]\"],\"to\":\"\",\"value\":-1,\"reason\":\"r\"}",
         "hubtop order hold fra/1 'fra/2_[1-3]' --reason r --confirm fra/1 --write"},
        {"order", "{\"action\":\"limit\",\"targets\":[\"fra/1\"],\"value\":7200}",
         "hubtop order limit fra/1 --for 7200s --write"},
        {"plan_apply", "{\"action\":\"plan\",\"plan\":\"P-0001\",\"targets\":[\"fra/1\"],\"ref\":\"INC-1\"}",
         "hubtop plan apply P-0001 --confirm P-0001 --ref INC-1 --write"},
        {"order_skip", "{\"ref\":\"O-0001/2\"}", "hubtop order skip O-0001/2 --write"},
        {"order_step", "{\"order\":\"O-0001\"}", ""},
        {"outcome", "{\"of\":3}", ""},
        {"unsilence", "{}", ""},
    };
    char out[512];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(command(cases[i].op, cases[i].body, out), cases[i].command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_commands)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
