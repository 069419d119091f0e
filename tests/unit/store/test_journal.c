#include "unit/store/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

#include <sqlite3.h>

#include "store/journal.h"

enum { DAY_MS = 86400000, KILLS = 20 };

static struct journal_entry entry(const struct fixture *f, const char *request_id, const char *body)
{
    return (struct journal_entry){.at_ms = f->now.utc_ms,
                                  .uid = 1000,
                                  .who = text_of("ann"),
                                  .op = text_of("note"),
                                  .request_id = text_of(request_id),
                                  .fingerprint = text_of(body),
                                  .body = text_of(body)};
}

struct seen {
    size_t n;
    char last[64];
};

static bool see(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct seen *s = ctx;
    (void)err;
    s->n++;
    text_show_in(e->body, s->last, sizeof s->last);
    return true;
}

static struct seen all(struct fixture *f)
{
    struct err err = {0};
    struct seen s = {0};
    if (!journal_each(f->store, 0, see, &s, &err))
        fail_msg("%s", err.text);
    return s;
}

static void reopen(struct fixture *f)
{
    store_close(f->store);
    fixture_open(f, NULL);
}

static void test_appended(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct journal_entry one = entry(f, "r1", "{\"a\":1}"), two = entry(f, "", "{}"), three = entry(f, "", "{}");
    assert_int_equal(journal_append(f->store, &one, &err), JOURNAL_DONE);
    assert_int_equal(journal_append(f->store, &two, &err), JOURNAL_DONE);
    assert_int_equal(journal_append(f->store, &three, &err), JOURNAL_DONE); /* without an id nothing is the same */
    assert_true(one.seq < two.seq && two.seq < three.seq);
    reopen(f);
    assert_int_equal(all(f).n, 3);
}

static void test_again(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct journal_entry one = entry(f, "r1", "{\"a\":1}"), same = one, other = entry(f, "r1", "{\"a\":2}");
    assert_int_equal(journal_append(f->store, &one, &err), JOURNAL_DONE);
    assert_int_equal(journal_append(f->store, &same, &err), JOURNAL_AGAIN);
    assert_int_equal(same.seq, one.seq);
    assert_int_equal(journal_append(f->store, &other, &err), JOURNAL_FAILED);
    assert_int_equal(err.kind, ERR_INPUT);
    same.uid = 1001; /* somebody else's */
    assert_int_equal(journal_append(f->store, &same, &err), JOURNAL_FAILED);
    assert_int_equal(all(f).n, 1);
    f->now.utc_ms += DAY_MS; /* a day later it is forgotten */
    other.at_ms = f->now.utc_ms;
    assert_int_equal(journal_append(f->store, &other, &err), JOURNAL_DONE);
    assert_int_equal(all(f).n, 2);
}

static void test_kept(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct journal_entry one = entry(f, "r1", "{}");
    char path[128];
    sqlite3 *db;
    assert_int_equal(journal_append(f->store, &one, &err), JOURNAL_DONE);
    snprintf(path, sizeof path, "%s/actions.db", f->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM entry", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE entry SET uid = 0", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(all(f).n, 1);
}

static void test_damaged(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct journal_entry one = entry(f, "r1", "{}");
    char path[128];
    store_close(f->store);
    snprintf(path, sizeof path, "%s/actions.db", f->dir);
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "garbage garbage", 15, 0), 15);
    close(fd);
    fixture_open(f, NULL);
    assert_int_equal(journal_append(f->store, &one, &err), JOURNAL_FAILED);
    assert_non_null(strstr(err.text, "actions.db"));
    assert_non_null(strstr(err.hint, "never replaced"));
}

/* A child appends and says so; it is killed at some moment. What it said is there, and at most the next one. */
static void append_for_ever(struct fixture *f, int out)
{
    struct err err = {0};
    for (int i = 0;; i++) {
        char body[32];
        snprintf(body, sizeof body, "{\"n\":%d}", i);
        struct journal_entry e = entry(f, "", body);
        if (journal_append(f->store, &e, &err) != JOURNAL_DONE || write(out, &i, sizeof i) != sizeof i)
            _exit(1);
    }
}

static int killed_after(struct fixture *f, long ns)
{
    int fds[2], said = -1, i;
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    if (pid == 0) {
        fixture_open(f, NULL);
        append_for_ever(f, fds[1]);
    }
    close(fds[1]);
    nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
    kill(pid, SIGKILL);
    while (read(fds[0], &i, sizeof i) == sizeof i)
        said = i;
    close(fds[0]);
    waitpid(pid, NULL, 0);
    return said + 1;
}

static void test_killed(void **state)
{
    struct fixture *f = *state;
    size_t before = 0, said_in_all = 0;
    store_close(f->store);
    f->store = NULL;
    for (int k = 0; k < KILLS; k++) {
        size_t said = (size_t)killed_after(f, 3000000L * (k + 1));
        fixture_open(f, NULL);
        size_t there = all(f).n - before;
        assert_in_range(there, said, said + 1);
        before += there;
        said_in_all += said;
        store_close(f->store);
        f->store = NULL;
    }
    print_message("# %d kills, %zu entries said, %zu there\n", KILLS, said_in_all, before);
    assert_true(said_in_all > 0);
}

/* The disk fills up: refused with the reason; with room again it goes on, and nothing that was said is lost. */
static void test_full(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char body[4096], filler[128], buffer[4096] = {0};
    store_close(f->store);
    f->store = NULL;
    if (mount("none", f->dir, "tmpfs", 0, "size=2m") != 0) {
        fixture_open(f, NULL);
        skip(); /* needs root */
    }
    fixture_open(f, NULL);
    snprintf(filler, sizeof filler, "%s/filler", f->dir);
    int fd = open(filler, O_WRONLY | O_CREAT, 0600);
    while (write(fd, buffer, sizeof buffer) == sizeof buffer)
        ;
    close(fd);
    memset(body, 'x', sizeof body - 1);
    body[sizeof body - 1] = '\0';
    struct journal_entry e = entry(f, "full", body);
    size_t n = 0;
    while (n < 100 && journal_append(f->store, &e, &err) == JOURNAL_DONE) {
        e.request_id = text_of("");
        n++;
    }
    assert_true(n < 100);
    assert_int_equal(err_status(&err), 74);
    assert_non_null(strstr(err.hint, "full"));
    assert_int_equal(all(f).n, n);
    unlink(filler);
    assert_int_equal(journal_append(f->store, &e, &err), JOURNAL_DONE);
    reopen(f);
    assert_int_equal(all(f).n, n + 1);
    query_close(f->query);
    store_close(f->store);
    f->store = NULL;
    assert_int_equal(umount(f->dir), 0);
}

static void sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(db));
}

static size_t read_whole(const char *path, char *out, size_t max)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t n = fread(out, 1, max, file);
    fclose(file);
    return n;
}

/* The disk was full in the middle of a commit, and the collector was killed before it took that back: the first page speaks of others
 * that were never written. The next takes it back. */
static void test_killed_in_a_full_disk(void **state)
{
    static char kept[1 << 20];
    struct fixture *f = *state;
    struct err err = {0};
    char path[128], journal[160];
    struct journal_entry one = entry(f, "r1", "{}"), two = entry(f, "r2", "{}");
    assert_int_equal(journal_append(f->store, &one, &err), JOURNAL_DONE);
    store_close(f->store);
    snprintf(path, sizeof path, "%s/actions.db", f->dir);
    snprintf(journal, sizeof journal, "%s-journal", path);
    struct stat before, after;
    sqlite3 *db = NULL;
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sql(db, "PRAGMA synchronous = OFF; BEGIN IMMEDIATE; CREATE TABLE big(x); INSERT INTO big VALUES(zeroblob(60000))");
    size_t n = read_whole(journal, kept, sizeof kept);
    sql(db, "COMMIT");
    sqlite3_close(db);
    assert_int_equal(stat(path, &after), 0);
    assert_true(n > 0 && n < sizeof kept && after.st_size > before.st_size);
    assert_int_equal(truncate(path, before.st_size), 0);
    FILE *file = fopen(journal, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(kept, 1, n, file), n);
    fclose(file);
    fixture_open(f, NULL);
    assert_string_equal(f->note, "");
    assert_int_equal(all(f).n, 1);
    if (journal_append(f->store, &two, &err) != JOURNAL_DONE)
        fail_msg("%s", err.text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_appended),
        TEST(test_again),
        TEST(test_kept),
        TEST(test_damaged),
        TEST(test_killed),
        TEST(test_full),
        TEST(test_killed_in_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
