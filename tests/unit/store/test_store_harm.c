#include "unit/store/sql.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "store/journal_check.h"

/* What may happen to actions.db: its migration is killed anywhere, its bytes are anything. All is as it was, or orders are off. */

enum { ENTRIES = 150, POINTS = 100, BROKEN = 300, FILE_MOST = 1 << 20 };

struct lab {
    struct fixture f;
    char path[128];
    char *was; /* the file as it should be */
    size_t size;
};

static size_t read_file(const char *path, char *out)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    ssize_t n = fd >= 0 ? read(fd, out, FILE_MOST) : 0;
    close(fd);
    return n > 0 ? (size_t)n : 0;
}

static void keep(struct lab *l)
{
    l->size = read_file(l->path, l->was);
    assert_true(l->size > 8192 && l->size < FILE_MOST);
}

static void put_back(const struct lab *l)
{
    char journal[160];
    snprintf(journal, sizeof journal, "%s-journal", l->path);
    unlink(journal);
    unlink(l->path);
    int fd = open(l->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, l->was, l->size), l->size);
    close(fd);
}

static void shut(struct lab *l)
{
    store_close(l->f.store);
    l->f.store = NULL;
}

static int setup(void **state)
{
    struct lab *l = calloc(1, sizeof *l);
    struct err err = {0};
    struct journal_anchor head;
    fixture_init(&l->f, NULL);
    l->was = malloc(FILE_MOST);
    snprintf(l->path, sizeof l->path, "%s/actions.db", l->f.dir);
    for (int i = 0; i < ENTRIES; i++) {
        char body[64];
        snprintf(body, sizeof body, "{\"n\":%d}", i);
        struct journal_entry e = {.at_ms = l->f.now.utc_ms,
                                  .uid = 1000,
                                  .who = text_of("ann"),
                                  .op = text_of("note"),
                                  .fingerprint = text_of(body),
                                  .body = text_of(body)};
        assert_int_equal(journal_append(l->f.store, &e, &err), JOURNAL_DONE);
    }
    assert_true(journal_head(l->f.store, &head));
    assert_true(journal_anchor_write(l->f.dir, &head, &err));
    shut(l);
    keep(l);
    *state = l;
    return 0;
}

static int teardown(void **state)
{
    struct lab *l = *state;
    fixture_release(&l->f);
    free(l->was);
    free(l);
    return 0;
}

/* Whether orders are possible, with each entry and its chain whole. */
static bool whole(struct lab *l)
{
    struct journal_anchor head = {0};
    char note[256];
    struct err err = {0};
    l->f.store = store_open(l->f.dir, NULL, l->f.now, note, sizeof note, &err);
    if (!l->f.store)
        return false;
    while (journal_verify(l->f.store, 100000) == STORE_MORE)
        ;
    bool on = store_orders_possible(l->f.store, &err);
    if (on && (!journal_head(l->f.store, &head) || head.entries != ENTRIES))
        fail_msg("orders are on over %d entries", (int)head.entries);
    shut(l);
    return on;
}

/* --- kills --- */

static long calls, kill_at;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_unlink)(const char *);
static int (*real_truncate)(int, off_t);

static void count(void)
{
    if (++calls == kill_at)
        kill(getpid(), SIGKILL);
}

static bool of_actions(int fd)
{
    char link[64], path[256];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    return strstr(path, "actions.db") != NULL;
}

static ssize_t own_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    if (of_actions(fd))
        count();
    return real_pwrite(fd, bytes, n, at);
}

static int own_unlink(const char *path)
{
    if (strstr(path, "actions.db"))
        count();
    return real_unlink(path);
}

static int own_truncate(int fd, off_t size)
{
    if (of_actions(fd))
        count();
    return real_truncate(fd, size);
}

typedef void (*anything)(void);

static anything replace(sqlite3_vfs *vfs, const char *name, anything own)
{
    anything was = vfs->xGetSystemCall(vfs, name);
    assert_non_null(was);
    assert_int_equal(vfs->xSetSystemCall(vfs, name, own), SQLITE_OK);
    return was;
}

/* Opens it in a child, which is killed before its k-th call that changes the file; how many there were, when it was not. */
static long migrate(struct lab *l, long k)
{
    int ends[2], status;
    long n = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
        char note[256];
        kill_at = k;
        real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))replace(vfs, "pwrite64", (anything)own_pwrite);
        real_unlink = (int (*)(const char *))replace(vfs, "unlink", (anything)own_unlink);
        real_truncate = (int (*)(int, off_t))replace(vfs, "ftruncate", (anything)own_truncate);
        store_close(store_open(l->f.dir, NULL, l->f.now, note, sizeof note, NULL));
        _exit(write(ends[1], &calls, sizeof calls) != sizeof calls);
    }
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(read(ends[0], &n, sizeof n), WIFSIGNALED(status) ? 0 : sizeof n);
    close(ends[0]);
    return n;
}

static void a_migration_that_is_killed_is_all_or_nothing(void **state)
{
    struct lab *l = *state;
    sql_run(&l->f, "actions.db",
            "DROP TRIGGER entry_fixed; ALTER TABLE entry DROP COLUMN hash; ALTER TABLE entry DROP COLUMN login_uid;"
            "ALTER TABLE entry DROP COLUMN claimed_login; ALTER TABLE entry DROP COLUMN claimed_ssh;"
            "CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'no'); END;"
            "DROP TABLE run; DROP TABLE action; PRAGMA user_version = 3; DELETE FROM migration WHERE version > 3");
    keep(l);
    long most = migrate(l, -1);
    int killed = 0;
    assert_true(most > 20);
    for (int i = 0; i < POINTS; i++) {
        long k = 1 + i * most / POINTS;
        put_back(l);
        assert_int_equal(migrate(l, k), 0);
        killed++;
        if (!whole(l))
            fail_msg("killed before call %ld of %ld: orders are off", k, most);
    }
    print_message("# %d kills of a migration of %ld calls: 0 lost\n", killed, most);
}

/* --- broken files --- */

static uint64_t dice_state = 77;

static unsigned dice(size_t n)
{
    dice_state ^= dice_state >> 12;
    dice_state ^= dice_state << 25;
    dice_state ^= dice_state >> 27;
    return (unsigned)(((dice_state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % n);
}

static void flip(struct lab *l, char *bytes)
{
    for (unsigned n = 1 + dice(20); n > 0; n--)
        bytes[dice(l->size)] ^= (char)(1 << dice(8));
}

static void zero(struct lab *l, char *bytes)
{
    memset(bytes + dice(l->size / 4096) * 4096, 0, 4096);
}

static void scramble(struct lab *l, char *bytes)
{
    char *page = bytes + dice(l->size / 4096) * 4096;
    for (int i = 0; i < 4096; i++)
        page[i] = (char)dice(256);
}

/* Nothing in its place is given for what was there; a journal of somebody else does not harm it. */
static void broken_files_put_orders_off(void **state)
{
    static void (*const ways[])(struct lab * l, char *bytes) = {flip, zero, scramble};
    struct lab *l = *state;
    char *bytes = malloc(FILE_MOST), *after = malloc(FILE_MOST);
    int off = 0;
    for (int i = 0; i < BROKEN; i++) {
        size_t n = i % 5 == 3 ? dice(l->size) : l->size;
        memcpy(bytes, l->was, l->size);
        if (i % 5 < 3)
            ways[i % 5](l, bytes);
        put_back(l);
        int fd = open(l->path, O_WRONLY | O_TRUNC);
        assert_int_equal(write(fd, bytes, n), n);
        close(fd);
        if (i % 5 == 4) {
            char journal[160];
            snprintf(journal, sizeof journal, "%s-journal", l->path);
            fd = open(journal, O_WRONLY | O_CREAT, 0600);
            assert_int_equal(write(fd, bytes + dice(l->size - 3000), 3000), 3000);
            close(fd);
        }
        if (whole(l))
            continue;
        off++;
        assert_int_equal(read_file(l->path, after), n);
        assert_memory_equal(after, bytes, n); /* an operator finds what there was */
    }
    print_message("# %d broken files: orders off over %d, whole over the others\n", BROKEN, off);
    assert_true(off > BROKEN / 3);
    free(bytes);
    free(after);
}

static void what_is_no_file_puts_orders_off(void **state)
{
    struct lab *l = *state;
    unlink(l->path);
    assert_int_equal(mkfifo(l->path, 0600), 0);
    assert_false(whole(l));
    unlink(l->path);
    int fd = open(l->path, O_WRONLY | O_CREAT, 0600); /* 0 bytes, where the anchor speaks of 150 entries */
    close(fd);
    assert_false(whole(l));
    put_back(l);
    assert_true(whole(l));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_migration_that_is_killed_is_all_or_nothing),
        TEST(broken_files_put_orders_off),
        TEST(what_is_no_file_puts_orders_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
