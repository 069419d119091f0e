#include "unit/store/fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

/* Damaged files, modes, kills, full disks. */

enum { KILLS = 25, BROKEN = 120 };

static void put(struct fixture *f, int from, int to, int version)
{
    struct store_batch *b = fixture_batch(f, "s", KIND_JOB, true);
    for (int i = from; i < to; i++) {
        char id[32];
        snprintf(id, sizeof id, "s/%d", i);
        struct row row = fixture_job(id, "ann", "running", i * 1000 + version);
        fixture_add(b, &row);
    }
    fixture_apply(f, b, 2000);
}

static size_t count(struct fixture *f)
{
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_load(f, r);
    size_t n = query_rows_count(r);
    query_rows_free(r);
    return n;
}

static void path_of(const struct fixture *f, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", f->dir, name);
}

static bool aside(const struct fixture *f)
{
    bool found = false;
    DIR *d = opendir(f->dir);
    for (struct dirent *e; (e = readdir(d));)
        found = found || strncmp(e->d_name, "cache.db.damaged-2026", 21) == 0;
    closedir(d);
    return found;
}

static void write_file(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void assert_renewed(struct fixture *f)
{
    struct err err = {0};
    fixture_open(f, NULL);
    if (!strstr(f->note, "set aside"))
        fail_msg("note: '%s'", f->note);
    assert_true(aside(f));
    put(f, 0, 5, 0);
    f->query = query_open(f->dir, &err);
    fixture_fail(&err);
    assert_int_equal(count(f), 5);
}

static void close_both(struct fixture *f)
{
    query_close(f->query);
    f->query = NULL;
    store_close(f->store);
    f->store = NULL;
}

static void no_cache_is_told(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    assert_null(query_open("/nonexistent/x", &err));
    assert_int_equal(err_status(&err), 66);
    close_both(f);
    fixture_empty(f->dir);
    assert_null(query_open(f->dir, &err));
    assert_int_equal(err_status(&err), 66);
    assert_non_null(strstr(err.text, "no cache"));
}

static void garbage_is_set_aside(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char path[128];
    close_both(f);
    path_of(f, "cache.db", path);
    char text[300];
    memset(text, 'x', sizeof text);
    write_file(path, text, sizeof text);
    assert_null(query_open(f->dir, &err));
    assert_int_equal(err_status(&err), 76);
    assert_renewed(f);
}

static void a_cut_file_is_set_aside(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char path[128];
    put(f, 0, 2000, 0);
    close_both(f);
    path_of(f, "cache.db", path);
    assert_int_equal(truncate(path, 8192), 0);
    assert_null(query_open(f->dir, &err));
    assert_int_equal(err_status(&err), 76);
    assert_renewed(f);
}

static void what_is_no_file_is_set_aside(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char path[128];
    close_both(f);
    fixture_empty(f->dir);
    path_of(f, "cache.db", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_null(query_open(f->dir, &err)); /* and does not wait for a writer */
    assert_int_equal(err_status(&err), 76);
    assert_renewed(f);
    close_both(f);
    fixture_empty(f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_renewed(f);
}

static void a_link_is_refused(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char path[128], target[128];
    close_both(f);
    fixture_empty(f->dir);
    path_of(f, "cache.db", path);
    path_of(f, "elsewhere", target);
    assert_int_equal(symlink(target, path), 0);
    assert_null(store_open(f->dir, NULL, f->now, NULL, 0, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "symbolic link"));
    assert_null(query_open(f->dir, &err));
    assert_int_not_equal(access(target, F_OK), 0);
}

static void a_newer_schema_is_left_alone(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char path[128];
    put(f, 0, 3, 0);
    close_both(f);
    path_of(f, "cache.db", path);
    int fd = open(path, O_RDWR);
    const unsigned char version[4] = {0, 0, 0, 99}; /* PRAGMA user_version: bytes 60 to 63 of the header */
    assert_int_equal(pwrite(fd, version, 4, 60), 4);
    close(fd);
    assert_null(store_open(f->dir, NULL, f->now, NULL, 0, &err));
    assert_int_equal(err_status(&err), 78);
    memset(&err, 0, sizeof err);
    assert_null(query_open(f->dir, &err));
    assert_int_equal(err_status(&err), 78);
    assert_false(aside(f));
}

static void modes_under_any_umask(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"cache.db", "cache.db-wal", "cache.db-shm", "actions.db"};
    struct stat st;
    char path[128];
    for (int shared = 0; shared < 2; shared++) {
        close_both(f);
        fixture_empty(f->dir);
        assert_int_equal(chmod(f->dir, shared ? 0750 : 0700), 0);
        mode_t was = umask(shared ? 0777 : 0);
        fixture_open(f, NULL);
        put(f, 0, 3, 0);
        umask(was);
        for (size_t i = 0; i < 4; i++) {
            path_of(f, names[i], path);
            assert_int_equal(stat(path, &st), 0);
            assert_int_equal(st.st_mode & 0777, shared ? 0640 : 0600);
        }
    }
}

static void damaged_orders_stay_off(void **state)
{
    struct fixture *f = *state;
    struct err why = {0};
    char path[128];
    static const char junk[] =
        "junk junk junk junk junk junk junk junk junk junk junk junk junk junk junk junk junk junk"
        " junk junk junk junk";
    assert_true(store_orders_possible(f->store, &why));
    close_both(f);
    path_of(f, "actions.db", path);
    write_file(path, junk, sizeof junk);
    fixture_open(f, NULL);
    assert_false(store_orders_possible(f->store, &why));
    assert_non_null(strstr(f->note, "orders are off"));
    assert_non_null(strstr(why.text, "actions.db"));
    put(f, 0, 3, 0); /* the cache goes on */
    close_both(f);
    char back[sizeof junk] = "";
    FILE *file = fopen(path, "r");
    assert_int_equal(fread(back, 1, sizeof back, file), sizeof back);
    fclose(file);
    assert_memory_equal(back, junk, sizeof junk); /* never replaced */
}

/* --- bytes of an enemy: no crash, no hang; in the end there is a cache that works */

static uint64_t dice_state = 99;

static unsigned dice(unsigned n)
{
    dice_state ^= dice_state >> 12;
    dice_state ^= dice_state << 25;
    dice_state ^= dice_state >> 27;
    return (unsigned)((dice_state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % n;
}

static void spoil(const char *path)
{
    struct stat st;
    unsigned char page[4096] = {0};
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    unsigned how = dice(3);
    for (unsigned i = 0, n = 1 + dice(40); i < n && how == 0; i++) {
        unsigned char byte = (unsigned char)dice(256);
        assert_int_equal(pwrite(fd, &byte, 1, dice((unsigned)st.st_size)), 1);
    }
    if (how == 1)
        assert_int_equal(pwrite(fd, page, sizeof page, dice((unsigned)st.st_size / 4096) * 4096), sizeof page);
    for (size_t i = 0; i < sizeof page && how == 2; i++)
        page[i] = (unsigned char)dice(256);
    if (how == 2)
        assert_int_equal(pwrite(fd, page, sizeof page, dice((unsigned)st.st_size / 4096) * 4096), sizeof page);
    close(fd);
}

static void read_everything(const char *dir, struct instant now)
{
    struct err err = {0};
    struct query *q = query_open(dir, &err);
    for (int k = KIND_NONE + 1; q && k < KIND_COUNT; k++)
        for (int past = 0; past < 2; past++) {
            struct query_rows *r = query_rows_new(q, (enum kind)k, past ? now.utc_ms - 500 : QUERY_NOW);
            struct row row;
            for (int i = 0; i < 1000 && query_rows_step(r, now, 100000, &err) == QUERY_MORE; i++)
                ;
            for (size_t i = 0; i < query_rows_count(r); i++)
                (void)query_rows_at(r, i, &row);
            query_rows_free(r);
        }
    query_close(q);
}

/* Writes until the store either works or has noticed that it cannot. */
static bool write_something(struct store *s, struct instant now, int version, struct err *err)
{
    struct store_batch *b = store_batch_new(s, "s", KIND_JOB, true, err);
    bool ok = b != NULL;
    for (int i = 0; ok && i < 50; i++) {
        char id[32];
        snprintf(id, sizeof id, "s/%d", i);
        struct row row = fixture_job(id, "ann", "running", i + version);
        ok = store_batch_add(b, &row, err);
    }
    enum store_step step = STORE_MORE;
    while (ok && step == STORE_MORE)
        step = store_batch_apply(b, now, 100000, NULL, err);
    store_batch_free(b);
    while (ok && step == STORE_DONE && (step = store_maintain(s, now, 100000, err)) == STORE_MORE)
        step = STORE_DONE;
    return ok && step == STORE_DONE;
}

static void broken_files_do_no_harm(void **state)
{
    struct fixture *f = *state;
    char path[128];
    path_of(f, "cache.db", path);
    for (int i = 0; i < BROKEN; i++) {
        if (!f->store)
            fixture_open(f, NULL);
        put(f, 0, 300, i);
        fixture_tick(f, 1000);
        put(f, 20, 320, i + 1);
        close_both(f);
        spoil(path);
        read_everything(f->dir, f->now);
        bool works = false;
        struct err err = {0};
        for (int tries = 0; tries < 4 && !works; tries++) {
            memset(&err, 0, sizeof err);
            f->store = store_open(f->dir, NULL, f->now, f->note, sizeof f->note, &err);
            if (!f->store &&
                err_status(&err) == 78) { /* spoilt so that it looks like a newer version's: left alone, by promise */
                unlink(path);
                continue;
            }
            if (!f->store)
                fail_msg("%s", err.text);
            works = write_something(f->store, f->now, i * 7, &err);
            if (!works)
                close_both(f);
        }
        if (!works)
            fail_msg("%d: %s", i, err.text);
        close_both(f);
        fixture_empty(f->dir);
    }
    fixture_open(f, NULL);
}

/* --- kills: what was said to be committed is there, whole, and nothing else */

struct progress {
    int rounds; /* of which the store said that they are committed */
};

static void write_until_killed(struct fixture *f, int out)
{
    struct progress p = {0};
    for (int round = 1;; round++) {
        fixture_tick(f, 1000);
        put(f, 0, 400, round);
        p.rounds = round;
        if (write(out, &p, sizeof p) != sizeof p)
            _exit(1);
        while (store_maintain(f->store, f->now, 500, NULL) == STORE_MORE)
            ;
    }
}

static int last_round(int in)
{
    struct progress p = {0}, got;
    while (read(in, &got, sizeof got) == sizeof got)
        p = got;
    return p.rounds;
}

static void assert_whole(struct fixture *f, int rounds)
{
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_load(f, r);
    if (rounds)
        assert_int_equal(query_rows_count(r), 400);
    for (size_t i = 0; i < query_rows_count(r); i++) {
        struct row row;
        assert_true(query_rows_at(r, i, &row));
        int64_t version = value_int_or(&row.cells[JOB_CPUS], -1) % 1000;
        assert_in_range(version, rounds, rounds + 1); /* the next one may have been committed and not told */
    }
    query_rows_free(r);
}

static void kills_leave_whole_commits(void **state)
{
    struct fixture *f = *state;
    const struct store_options options = {.segment_min_bytes = 30000};
    for (int i = 0; i < KILLS; i++) {
        int ends[2];
        close_both(f);
        fixture_empty(f->dir);
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            fixture_open(f, &options);
            write_until_killed(f, ends[1]);
        }
        close(ends[1]);
        struct timespec wait = {0, (long)(5000000 + dice(120) * 1000000)};
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        int rounds = last_round(ends[0]);
        close(ends[0]);
        fixture_open(f, &options);
        assert_string_equal(f->note, "");
        fixture_read(f);
        assert_whole(f, rounds);
        fixture_tick(f, 1000000);
        put(f, 0, 400, 1); /* and it goes on */
        assert_int_equal(count(f), 400);
    }
}

/* --- a full disk */

static void a_full_disk_is_told_and_passes(void **state)
{
    struct fixture *f = *state;
    char ballast[128];
    close_both(f);
    if (mount("none", f->dir, "tmpfs", 0, "size=600k") != 0) {
        printf("SKIP: no tmpfs can be mounted here\n");
        fixture_open(f, NULL);
        skip();
    }
    fixture_open(f, NULL);
    fixture_read(f);
    put(f, 0, 50, 0);
    path_of(f, "ballast", ballast);
    FILE *file = fopen(ballast, "w");
    char block[1024] = {1};
    while (fwrite(block, 1, sizeof block, file) == sizeof block && fflush(file) == 0)
        ;
    fclose(file);
    struct store_batch *b = fixture_batch(f, "s", KIND_JOB, true);
    for (int i = 0; i < 2000; i++) {
        char id[32];
        snprintf(id, sizeof id, "s/%d", i);
        struct row row = fixture_job(id, "ann", "running", 7);
        fixture_add(b, &row);
    }
    struct err err = {0};
    enum store_step step;
    while ((step = store_batch_apply(b, f->now, 1000, NULL, &err)) == STORE_MORE)
        ;
    store_batch_free(b);
    assert_int_equal(step, STORE_FAILED);
    assert_int_equal(err.kind, ERR_TRANSIENT);
    if (!strstr(err.text, "disk full"))
        fail_msg("%s", err.text);
    assert_int_equal(count(f), 50); /* all or nothing */
    struct buf room = buf_make(1 << 16);
    struct row row;
    assert_true(store_find(f->store, KIND_JOB, text_of("s/7"), &room, &row)); /* what is known is still found */
    assert_false(store_find(f->store, KIND_JOB, text_of("s/50"), &room, &row));
    buf_release(&room);
    unlink(ballast);
    put(f, 0, 60, 1); /* usable afterwards */
    assert_int_equal(count(f), 60);
    close_both(f);
    umount(f->dir);
    fixture_open(f, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_cache_is_told, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(garbage_is_set_aside, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cut_file_is_set_aside, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_set_aside, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_link_is_refused, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_newer_schema_is_left_alone, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(modes_under_any_umask, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(damaged_orders_stay_off, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(broken_files_do_no_harm, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(kills_leave_whole_commits, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_passes, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
