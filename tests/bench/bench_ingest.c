/* 100,000 Slurm jobs in about 100 MB of JSON, from bytes to the store (performance goals 12 and 13), against cJSON (the whole text
 * parsed and deleted) and bare prepared statements (insert; close and insert) over the same bytes and rows in the same run. */
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "sources/source.h"
#include "store/store.h"

enum { JOBS = 100000, CHANGED_OF = 20, PIECE = 16 << 10, ROUNDS = 3, TEXT_JOBS = 5000, JOB_MAX = 2048 };

static char dir[64];
static struct instant now = {INT64_C(1790000000000), 1000000};

static _Noreturn void die(const char *what, const struct err *err)
{
    fprintf(stderr, "bench_ingest: %s: %s\n", what, err ? err->text : "");
    exit(1);
}

/* Processor time, which all of it takes: what else the machine does is not measured. */
static int64_t used_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double seconds(int64_t from_us)
{
    return (double)(used_us() - from_us) / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

/* --- the bytes: as slurmrestd 22.05 words a job, with members that nobody asks for --- */

/* The round in which a job was changed last. */
static int version_of(int i, int round)
{
    return round > 0 && i % CHANGED_OF < round ? i % CHANGED_OF + 1 : 0;
}

static size_t job_text(int i, int version, char out[JOB_MAX])
{
    static const char *const states[] = {"PENDING", "RUNNING", "COMPLETED", "FAILED"};
    return (size_t)snprintf(
        out, JOB_MAX,
        "%s{\"account\":\"physics\",\"accrue_time\":1689990000,\"admin_comment\":\"\",\"array_job_id\":0,\"array_task_"
        "id\":null,"
        "\"array_max_tasks\":0,\"association_id\":7,\"batch_features\":\"\",\"batch_flag\":true,\"batch_host\":\"\","
        "\"flags\":[],\"burst_buffer\":\"\",\"cluster\":\"fra\",\"cluster_features\":\"\",\"command\":\"/home/u%03d/"
        "run.sh\","
        "\"comment\":\"\",\"contiguous\":false,\"core_spec\":null,\"cores_per_socket\":null,\"cpus_per_task\":1,"
        "\"deadline\":0,\"dependency\":\"\",\"eligible_time\":1689990000,\"end_time\":0,\"excluded_nodes\":\"\","
        "\"exit_code\":0,\"features\":\"\",\"group_id\":100,\"job_id\":%d,\"job_resources\":{},\"job_state\":\"%s\","
        "\"last_sched_evaluation\":1789990000,\"licenses\":\"\",\"max_cpus\":0,\"max_nodes\":0,\"memory_per_cpu\":null,"
        "\"memory_per_node\":64000,\"name\":\"train-resnet-%d\",\"nodes\":\"\",\"nice\":null,\"tasks\":%d,"
        "\"partition\":\"gpu-%d\",\"prefer\":\"\",\"priority\":%d,\"profile\":null,\"qos\":\"normal\",\"reboot\":false,"
        "\"required_nodes\":\"\",\"requeue\":true,\"restart_cnt\":0,\"resv_name\":\"\",\"start_time\":0,"
        "\"standard_error\":\"/home/u%03d/err\",\"standard_output\":\"/home/u%03d/out\",\"state_reason\":\"Priority\","
        "\"submit_time\":%d,\"time_limit\":1440,\"tres_req_str\":\"cpu=%d,mem=64000M,node=4,billing=8,gres/gpu=%d\","
        "\"tres_alloc_str\":\"\",\"user_id\":%d,\"user_name\":\"u%03d\",\"wckey\":\"\","
        "\"current_working_directory\":\"/home/u%03d/runs/%d\"}",
        i ? "," : "", i % 311, 100000 + i, states[(i + version) % 4], i % 977, i % 64 + 1, i % 7, i % 10007, i % 311,
        i % 311, 1689990000 + i, i % 512 + 1, i % 9, 1000 + i % 311, i % 311, i % 311, i);
}

static const char head[] =
    "{\"meta\":{\"Slurm\":{\"version\":{\"major\":22,\"micro\":8,\"minor\":5},\"release\":\"22.05.8\"}},"
    "\"errors\":[],\"jobs\":[",
                  tail[] = "]}";

/* --- our way: pieces through the cutter, the driver, a batch --- */

struct way {
    const struct source_driver *driver;
    struct source *inst;
    struct source_request request;
    struct store_batch *batch; /* NULL: rows are packed into `rows` */
    struct buf *rows;
    size_t bytes;
    char piece[PIECE];
    size_t filled;
    struct json_cut *cut;
};

static bool sink(void *ctx, const struct row *fact, struct err *err)
{
    struct way *w = ctx;
    if (w->batch)
        return store_batch_add(w->batch, fact, err);
    struct buf packed = buf_make(1 << 16);
    uint32_t n[2] = {(uint32_t)text_len(fact->id)};
    bool ok = row_pack(fact, &packed, err);
    n[1] = (uint32_t)packed.len;
    ok = ok && buf_put(w->rows, (const char *)n, sizeof n, err) && text_len(text_copy(w->rows, fact->id)) == n[0] &&
         buf_put(w->rows, packed.data, packed.len, err);
    buf_release(&packed);
    return ok;
}

static bool element(void *ctx, const struct json *json, struct err *err)
{
    struct way *w = ctx;
    return w->driver->decode(w->inst, &w->request, json, sink, w, err);
}

static void feed(struct way *w, const char *bytes, size_t n)
{
    struct err err = {0};
    w->bytes += n;
    while (n > 0) {
        size_t room = sizeof w->piece - w->filled, take = n < room ? n : room;
        memcpy(w->piece + w->filled, bytes, take);
        w->filled += take;
        bytes += take;
        n -= take;
        if (w->filled == sizeof w->piece) {
            if (!json_cut_feed(w->cut, w->piece, w->filled, &err))
                die("feed", &err);
            w->filled = 0;
        }
    }
}

static void read_body(struct way *w, int round)
{
    const struct json_cut_options options = {.mode = w->request.mode,
                                             .path = w->request.element_path,
                                             .keep = w->request.keep,
                                             .element = element,
                                             .ctx = w};
    const struct json *rest;
    struct err err = {0};
    char text[JOB_MAX];
    w->cut = json_cut_new(&options);
    w->bytes = w->filled = 0;
    feed(w, head, sizeof head - 1);
    for (int i = 0; i < JOBS; i++)
        feed(w, text, job_text(i, version_of(i, round), text));
    feed(w, tail, sizeof tail - 1);
    if (!json_cut_feed(w->cut, w->piece, w->filled, &err) || !json_cut_end(w->cut, &rest, &err))
        die("body", &err);
    json_cut_free(w->cut);
}

/* Making the text is not what is measured. */
static double text_cost(int round)
{
    char text[JOB_MAX];
    size_t bytes = 0;
    int64_t from_us = used_us();
    for (int i = 0; i < JOBS; i++)
        bytes += job_text(i, version_of(i, round), text);
    return bytes ? seconds(from_us) : 0;
}

static double poll_once(struct way *w, struct store *s, int round)
{
    struct err err = {0};
    enum store_step step = STORE_MORE;
    int64_t from_us = used_us();
    w->batch = store_batch_new(s, "fra", KIND_JOB, true, &err);
    if (!w->batch)
        die("batch", &err);
    read_body(w, round);
    while (step == STORE_MORE)
        step = store_batch_apply(w->batch, now, 10000, NULL, &err);
    if (step == STORE_FAILED)
        die("apply", &err);
    store_batch_free(w->batch);
    w->batch = NULL;
    now.utc_ms += 60000;
    now.boot_ms += 60000;
    return seconds(from_us) - text_cost(round);
}

/* --- cJSON: the whole text; so many jobs at a time, for the tree of all of them would need gigabytes --- */

static double by_cjson(int round)
{
    struct buf text = buf_make((size_t)TEXT_JOBS * JOB_MAX);
    char job[JOB_MAX];
    double took = 0;
    for (int from = 0; from < JOBS; from += TEXT_JOBS) {
        buf_clear(&text);
        buf_puts(&text, head, NULL);
        for (int i = from; i < from + TEXT_JOBS; i++) {
            size_t n = job_text(i, version_of(i, round), job);
            size_t comma = i == from && i > 0;
            buf_put(&text, job + comma, n - comma, NULL);
        }
        buf_puts(&text, tail, NULL);
        int64_t from_us = used_us();
        cJSON *tree = cJSON_ParseWithLength(buf_str(&text), text.len);
        if (!tree)
            die("cJSON", NULL);
        cJSON_Delete(tree);
        took += seconds(from_us);
    }
    buf_release(&text);
    return took;
}

/* --- bare: one interval table --- */

static sqlite3 *bare;
static sqlite3_stmt *insert, *close_row;

static void bare_exec(const char *sql)
{
    if (sqlite3_exec(bare, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(bare), NULL);
}

static void bare_open(void)
{
    char path[100];
    snprintf(path, sizeof path, "%s/bare.db", dir);
    sqlite3_open(path, &bare);
    bare_exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
              "CREATE TABLE job(source INTEGER, id BLOB, since INTEGER, until INTEGER, row BLOB);"
              "CREATE INDEX job_id ON job(source, id, until); CREATE INDEX job_since ON job(since)");
    sqlite3_prepare_v2(bare, "INSERT INTO job VALUES(1, ?1, ?2, NULL, ?3)", -1, &insert, NULL);
    sqlite3_prepare_v2(bare, "UPDATE job SET until = ?2 WHERE source = 1 AND id = ?1 AND until IS NULL", -1, &close_row,
                       NULL);
}

static void bare_run(sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE)
        die(sqlite3_errmsg(bare), NULL);
    sqlite3_reset(stmt);
}

/* All rows, or only those that this round changed, closing what was there before. */
static double by_hand(const struct buf *rows, int round)
{
    const char *at = rows->data;
    int64_t from_us = used_us();
    bare_exec("BEGIN");
    for (int i = 0; i < JOBS; i++) {
        uint32_t n[2];
        memcpy(n, at, sizeof n);
        at += sizeof n;
        if (round == 0 || version_of(i, round) == round) {
            if (round > 0) {
                sqlite3_bind_blob(close_row, 1, at, (int)n[0], SQLITE_STATIC);
                sqlite3_bind_int64(close_row, 2, now.utc_ms);
                bare_run(close_row);
            }
            sqlite3_bind_blob(insert, 1, at, (int)n[0], SQLITE_STATIC);
            sqlite3_bind_int64(insert, 2, now.utc_ms);
            sqlite3_bind_blob(insert, 3, at + n[0], (int)n[1], SQLITE_STATIC);
            bare_run(insert);
        }
        at += n[0] + n[1];
    }
    bare_exec("COMMIT");
    return seconds(from_us);
}

/* --- memory --- */

static double peak_mb(bool anew)
{
    char text[256];
    double mb = 0;
    int fd = anew ? open("/proc/self/clear_refs", O_WRONLY) : -1;
    if (fd >= 0 && write(fd, "5", 1) != 1)
        die("clear_refs", NULL);
    if (fd >= 0)
        close(fd);
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(text, sizeof text, f))
        if (strncmp(text, "VmHWM:", 6) == 0)
            mb = (double)strtol(text + 6, NULL, 10) / 1024;
    if (f)
        fclose(f);
    return mb;
}

static void line(const char *what, double s, size_t bytes)
{
    printf("%-58s %8.1f ms", what, s * 1e3);
    if (bytes)
        printf("  %6.1f MB/s", (double)bytes / 1e6 / s);
    putchar('\n');
}

static void judge(double s, double yardstick, const char *than, double goal)
{
    printf("  %.2fx the speed of %s", yardstick / s, than);
    if (goal > 0)
        printf(" (goal >= %.2fx)", goal);
    putchar('\n');
}

static void open_way(struct way *w)
{
    const struct source_settings settings = {
        .name = "fra", .scheduler = "fra", .url = "http://127.0.0.1", .interval_ms = 60000};
    struct err err = {0};
    struct source_request *all = calloc(SOURCE_REQUESTS_MAX, sizeof *all);
    w->driver = source_by_name("slurm");
    w->inst = w->driver ? w->driver->open(&settings, &err) : NULL;
    if (!w->inst || !all)
        die("slurm", &err);
    size_t n = w->driver->requests(w->inst, now, all), at = 0;
    while (at < n && strcmp(all[at].what, "jobs") != 0)
        at++;
    if (at == n)
        die("the driver asks for no jobs", NULL);
    w->request = all[at];
    free(all);
}

int main(void)
{
    static struct way w;
    struct err err = {0};
    struct buf rows = buf_make((size_t)1 << 30);
    double poll[ROUNDS], same[ROUNDS], cjson[ROUNDS], hand[ROUNDS], rise = 0;
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%.40s/hubtop-ingest-XXXXXX", tmp ? tmp : "/tmp");
    struct store *s = mkdtemp(dir) ? store_open(dir, NULL, now, NULL, 0, &err) : NULL;
    if (!s)
        die("open", &err);
    open_way(&w);
    bare_open();
    double before = peak_mb(true), first = poll_once(&w, s, 0);
    rise = peak_mb(false) - before;
    size_t bytes = w.bytes;
    for (int round = 1; round <= ROUNDS; round++) {
        before = peak_mb(true);
        poll[round - 1] = poll_once(&w, s, round);
        same[round - 1] = poll_once(&w, s, round);
        before = peak_mb(false) - before;
        rise = before > rise ? before : rise;
    }
    store_close(s);
    w.rows = &rows;
    read_body(&w, 0);
    double hand_first = by_hand(&rows, 0);
    for (int round = 1; round <= ROUNDS; round++) {
        buf_clear(&rows);
        read_body(&w, round);
        hand[round - 1] = by_hand(&rows, round);
        cjson[round - 1] = by_cjson(round);
    }
    double cjson_s = median(cjson), hand_s = median(hand), poll_s = median(poll), same_s = median(same);
    printf("%d Slurm jobs in %.1f MB of JSON, processor time, medians of %d\n", JOBS, (double)bytes / 1e6, ROUNDS);
    line("cJSON, whole text parsed and deleted", cjson_s, bytes);
    line("bare prepared inserts of the same rows", hand_first, 0);
    line("bare close-and-insert of the 5 % that changed", hand_s, 0);
    line("first load: bytes, JSON, rows, store", first, bytes);
    judge(first, cjson_s + hand_first, "cJSON and bare inserts", 0.65);
    judge(first, hand_first, "bare inserts alone", 0);
    line("poll in which 5 % changed", poll_s, bytes);
    judge(poll_s, cjson_s + hand_s, "cJSON and bare close-and-insert of the same changed rows", 1.0);
    judge(poll_s, cjson_s, "cJSON alone", 0);
    line("poll in which nothing changed", same_s, bytes);
    judge(same_s, cjson_s, "cJSON alone", 1.0);
    printf("%-58s %8.1f MB (goal <= 32)\n", "peak memory rises by at most", rise);
    buf_release(&rows);
    w.driver->close(w.inst);
    sqlite3_finalize(insert);
    sqlite3_finalize(close_row);
    sqlite3_close(bare);
    static const char *const names[] = {"cache.db", "cache.db-wal", "cache.db-shm", "actions.db",
                                        "bare.db",  "bare.db-wal",  "bare.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
    return 0;
}
