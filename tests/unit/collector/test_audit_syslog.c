#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/asker.h"
#include "collector/audit_syslog.h"

/* What the system's log is sent, and that one that does not read holds nobody up. */
static void test_sent(void **state)
{
    char dir[] = "/tmp/hubtop-test-syslog-XXXXXX", got[1024] = "";
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct err err = {0};
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(at.sun_path, sizeof at.sun_path, "%s/log", dir);
    assert_false(audit_syslog(at.sun_path, "x", &err));
    assert_non_null(strstr(err.text, at.sun_path));
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_true(audit_syslog(at.sun_path, "audit anchor 7:ab", &err));
    assert_true(recv(fd, got, sizeof got - 1, 0) > 0);
    assert_memory_equal(got, "<85>", 4); /* authpriv.notice */
    assert_non_null(strstr(got, " hubtop["));
    assert_non_null(strstr(got, ": audit anchor 7:ab"));
    int taken = 0;
    while (taken < 100000 && audit_syslog(at.sun_path, "x", &err))
        taken++;
    assert_true(taken < 100000); /* it is full, and said so at once */
    close(fd);
    unlink(at.sun_path);
    rmdir(dir);
}

static void test_login_uid(void **state)
{
    int64_t uid = -1;
    char text[32] = "";
    FILE *f = fopen("/proc/self/loginuid", "r");
    (void)state;
    if (f) {
        assert_non_null(fgets(text, sizeof text, f));
        fclose(f);
    }
    bool set = f && strcmp(text, "4294967295") != 0;
    assert_int_equal(asker_login_uid(getpid(), &uid), set);
    if (set)
        assert_int_equal(uid, atoll(text));
    assert_false(asker_login_uid(0, &uid)); /* a peer of another namespace: not known, and not root */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sent), cmocka_unit_test(test_login_uid)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
