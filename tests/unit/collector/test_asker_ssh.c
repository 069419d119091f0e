#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/dir.h"
#include "collector/asker.h"

/* A /proc of this test: 100, the peer; 90, its shell; 80, sshd as the user; 70, sshd as root, for this connection. */
static char proc[] = "/tmp/hubtop-test-ssh-XXXXXX";
static char file[64];
static int fd;

#define LINE "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBsu4T5rSIHgn0FWXT+AzvB2LK640WrwT1UY5KOkkBCB\n"
#define KEY  "SHA256:dyaKCK64pfKa4jfxbjrZI8TteXS89RvPaOUIOKhHR3Q"

static void put(int pid, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%d", proc, pid);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%d/%s", proc, pid, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* `ago_s`: so long ago it was started. */
static void process(int pid, int parent, const char *name, unsigned uid, int ago_s)
{
    char text[512];
    int64_t ticks = (clock_boot_ms() / 1000 - ago_s) * sysconf(_SC_CLK_TCK);
    snprintf(text, sizeof text, "%d (%s) S %d 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %lld 0 0\n", pid, name, parent,
             (long long)ticks);
    put(pid, "stat", text);
    snprintf(text, sizeof text, "Name:\t%s\nUid:\t%u\t%u\t%u\t%u\n", name, uid, uid, uid, uid);
    put(pid, "status", text);
}

/* The file is new: the session began a moment ago. */
static void session(void)
{
    process(100, 90, "hub) top", 1000, 0);
    process(90, 80, "sh", 1000, -1);
    process(80, 70, "sshd", 1000, 5);
    process(70, 1, "sshd-session", 0, 6);
}

static int begin(void **state)
{
    (void)state;
    snprintf(proc + strlen(proc) - 6, 7, "XXXXXX");
    if (!mkdtemp(proc))
        return -1;
    snprintf(file, sizeof file, "%s/auth", proc);
    fd = open(file, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || write(fd, LINE, sizeof LINE - 1) != sizeof LINE - 1)
        return -1;
    session();
    return 0;
}

static int end(void **state)
{
    (void)state;
    close(fd);
    dir_remove(proc);
    return 0;
}

static void expect_not(pid_t peer, uid_t uid, int given, const char *says)
{
    struct asker a = {.login_known = false};
    struct err why = {0};
    assert_false(asker_ssh(proc, peer, uid, given, &a, &why));
    assert_string_equal(a.key, "");
    if (!strstr(why.text, says))
        fail_msg("'%s' does not say '%s'", why.text, says);
}

static void the_key_of_a_session(void **state)
{
    (void)state;
    struct asker a = {.login_known = false};
    struct err why = {0};
    if (!asker_ssh(proc, 100, getuid(), fd, &a, &why))
        fail_msg("%s", why.text);
    assert_string_equal(a.key, KEY);
}

/* Root's own session has no process of sshd as the user. */
static void the_key_of_roots_session(void **state)
{
    (void)state;
    struct asker a = {.login_known = false};
    struct err why = {0};
    process(90, 70, "sh", 0, -1);
    process(100, 90, "hubtop", 0, 0);
    assert_true(asker_ssh(proc, 100, getuid(), fd, &a, &why));
}

static void what_does_not_come_from_sshd(void **state)
{
    (void)state;
    expect_not(100, getuid(), -1, "no SSH key is known");
    expect_not(12345, getuid(), fd, "does not come from sshd");
    process(70, 1, "sshd", 1000, 6); /* somebody's own */
    expect_not(100, getuid(), fd, "does not come from sshd");
    process(70, 1, "bash", 0, 6);
    expect_not(100, getuid(), fd, "does not come from sshd");
    process(70, 60, "bash", 0, 6); /* in a circle */
    process(60, 70, "bash", 0, 6);
    expect_not(100, getuid(), fd, "does not come from sshd");
}

/* A file that was made, or written to, when the session was open already; or long before it. */
static void a_file_of_ones_own(void **state)
{
    (void)state;
    process(90, 80, "sh", 1000, 60);
    process(80, 70, "sshd", 1000, 61);
    process(70, 1, "sshd", 0, 62);
    expect_not(100, getuid(), fd, "not written at this session's begin");
    process(90, 80, "sshd", 1000, 60); /* a shell that calls itself so makes it no later */
    process(100, 90, "hubtop", 1000, 0);
    process(95, 90, "sh", 1000, 0);
    expect_not(95, getuid(), fd, "not written at this session's begin");
    session();
    process(70, 1, "sshd", 0, -60);
    expect_not(100, getuid(), fd, "not written at this session's begin");
}

static void a_file_that_sshd_does_not_write(void **state)
{
    (void)state;
    expect_not(100, getuid() + 1, fd, "none that sshd writes");
    assert_int_equal(fchmod(fd, 0644), 0);
    expect_not(100, getuid(), fd, "none that sshd writes");
    int null = open("/dev/null", O_RDONLY);
    expect_not(100, getuid(), null, "none that sshd writes");
    close(null);
    assert_int_equal(fchmod(fd, 0600) | ftruncate(fd, 0), 0);
    expect_not(100, getuid(), fd, "without a key");
}

#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_key_of_a_session), T(the_key_of_roots_session),        T(what_does_not_come_from_sshd),
        T(a_file_of_ones_own),   T(a_file_that_sshd_does_not_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
