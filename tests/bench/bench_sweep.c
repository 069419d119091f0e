/* A sweep over 1,000 sources of 20 ms each by the real collector (performance goals 3, 4, 5, 15), against `curl --parallel` and a bare
 * libcurl multi loop in the same run. A sweep ends when each source's sample is committed in cache.db. What the bare loop
 * itself comes to is printed beside each goal: no collector that uses libcurl can be better, and cold, on two processors of
 * which the servers take one, that alone was seen between 0.7 and 1.0 times curl's wall. The yardsticks take turns with the
 * collector: a ratio is the median of those of the rounds, for the machine's other guests come and go. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "domain/kind.h"
#include "io/curl.h"

enum { HOSTS = 1000, DELAY_MS = 20, ROUNDS = 7, REST_MS = 1300, CURL_MOST = 300, PATIENCE_MS = 20000, A_BYTE = 250 };

extern char **environ;
static char dir[64], built[512], port[16];
static pid_t fake, collector;

static _Noreturn void die(const char *what);

enum { WORDS_MAX = 16, WORD_MAX = 640 };

/* Words end with NULL. */
static pid_t start(const char *out, const char *word, ...)
{
    static char words[WORDS_MAX][WORD_MAX];
    char *argv[WORDS_MAX + 1] = {NULL};
    pid_t pid;
    posix_spawn_file_actions_t to;
    va_list more;
    va_start(more, word);
    for (size_t n = 0; word && n < WORDS_MAX; word = va_arg(more, const char *)) {
        argv[n] = words[n];
        snprintf(words[n++], WORD_MAX, "%s", word);
    }
    va_end(more);
    posix_spawn_file_actions_init(&to);
    posix_spawn_file_actions_addopen(&to, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&to, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&to, 2, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&pid, argv[0], &to, NULL, argv, environ) != 0)
        die(argv[0]);
    posix_spawn_file_actions_destroy(&to);
    return pid;
}

static void stop(pid_t pid, int signal_number)
{
    if (pid > 0) {
        kill(pid, signal_number);
        waitpid(pid, NULL, 0);
    }
}

static void clear_away(void)
{
    stop(collector, SIGTERM);
    stop(fake, SIGKILL);
    waitpid(start("/dev/null", "rm", "-rf", dir, NULL), NULL, 0);
}

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_sweep: %s\n", what);
    clear_away();
    exit(1);
}

static void rest(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static double ms_since(int64_t from_us)
{
    return (double)(clock_mono_us() - from_us) / 1e3;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *values)
{
    double sorted[ROUNDS];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, ROUNDS, sizeof *sorted, by_value);
    return sorted[ROUNDS / 2];
}

static double median_ratio(const double *of, const double *to)
{
    double ratios[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        ratios[i] = of[i] / to[i];
    return median(ratios);
}

/* What one way of sweeping took, in ms. */
struct taken {
    double wall[ROUNDS], cpu[ROUNDS];
    double wall_ms, cpu_ms; /* medians */
};

static void settle(struct taken *t)
{
    t->wall_ms = median(t->wall);
    t->cpu_ms = median(t->cpu);
}

static void host_url(int i, const char *path, char *out, size_t size)
{
    snprintf(out, size, "http://127.77.%d.%d:%s%s", 1 + i / A_BYTE, 1 + i % A_BYTE, port, path);
}

/* --- the parts --- */

static FILE *file_at(const char *name, const char *mode, char path[128])
{
    snprintf(path, 128, "%s/%s", dir, name);
    FILE *f = fopen(path, mode);
    if (!f)
        die(path);
    return f;
}

static void start_fake(void)
{
    char program[640], hosts[16], delay[16], path[128], line[64] = "";
    snprintf(program, sizeof program, "%s/tests/fakes/fake_hubs", built);
    snprintf(hosts, sizeof hosts, "%d", HOSTS);
    snprintf(delay, sizeof delay, "%d", DELAY_MS);
    snprintf(path, sizeof path, "%s/port", dir);
    fake = start(path, program, hosts, delay, NULL);
    for (int i = 0; i < 100 && !strchr(line, '\n'); i++) {
        rest(50);
        FILE *f = file_at("port", "r", path);
        if (!fgets(line, sizeof line, f))
            *line = '\0';
        fclose(f);
    }
    if (strncmp(line, "PORT ", 5) != 0)
        die("the fake hubs do not start");
    snprintf(port, sizeof port, "%.*s", (int)strcspn(line + 5, "\n"), line + 5);
}

static void configure(void)
{
    char path[128], url[64];
    FILE *f = file_at("hubtop.conf", "w", path);
    fprintf(f, "version = 1\ninterval = 300\n");
    for (int i = 0; i < HOSTS; i++) {
        host_url(i, "", url, sizeof url);
        fprintf(f, "source \"s%04d\" {\n driver = prometheus\n url = \"%s\"\n profiles = { }\n", i, url);
        fprintf(
            f, " query \"draw\" { expr = 'cluster_power_kw' kind = clusters value = power_kw cluster = cluster }\n}\n");
    }
    fclose(f);
}

static void start_collector(void)
{
    char program[640], config[128], state[128], path[128];
    snprintf(program, sizeof program, "%s/hubtop", built);
    snprintf(config, sizeof config, "%s/hubtop.conf", dir);
    snprintf(state, sizeof state, "%s/state", dir);
    snprintf(path, sizeof path, "%s/collector", dir);
    collector = start(path, program, "--config", config, "--state-dir", state, "collect", NULL);
}

/* --- asking the collector --- */

static int control = -1;

static void say(const char *json)
{
    unsigned char frame[256];
    size_t n = strlen(json);
    frame[0] = frame[1] = 0;
    frame[2] = (unsigned char)(n >> 8);
    frame[3] = (unsigned char)n;
    memcpy(frame + 4, json, n);
    if (send(control, frame, n + 4, MSG_NOSIGNAL) != (ssize_t)n + 4)
        die("the collector does not listen");
}

static void hear(void)
{
    char bytes[65536];
    while (recv(control, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
}

static void connect_control(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s/state/control.sock", dir);
    for (int i = 0; i < 200; i++) {
        control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(control, (struct sockaddr *)&at, sizeof at) == 0) {
            say("{\"v\":1,\"hello\":\"console\",\"program\":\"bench\",\"write\":false,\"lang\":\"en\"}");
            return;
        }
        close(control);
        rest(50);
    }
    die("the collector does not start");
}

static sqlite3 *cache;
static sqlite3_stmt *committed, *version;

static void open_cache(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/state/cache.db", dir);
    if (sqlite3_open_v2(path, &cache, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(cache,
                           "SELECT count(*) FROM sample s JOIN series r ON r.nr = s.series"
                           " WHERE s.at_ms >= ?1 AND r.kind = ?2 AND r.field = ?3",
                           -1, &committed, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(cache, "PRAGMA data_version", -1, &version, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(cache));
    sqlite3_bind_int(committed, 2, KIND_CLUSTER);
    sqlite3_bind_int(committed, 3, CLUSTER_POWER_KW);
}

/* Looking takes a processor from who is measured: what has not changed is not counted again. */
static bool changed(void)
{
    static int known = -1;
    int now = sqlite3_step(version) == SQLITE_ROW ? sqlite3_column_int(version, 0) : -1;
    sqlite3_reset(version);
    bool is_new = now < 0 || now != known;
    known = now;
    return is_new;
}

static int committed_since(int64_t utc_ms)
{
    sqlite3_bind_int64(committed, 1, utc_ms);
    int n = sqlite3_step(committed) == SQLITE_ROW ? sqlite3_column_int(committed, 0) : 0;
    sqlite3_reset(committed);
    return n;
}

static int64_t utc_ms(void)
{
    struct clock real = {0};
    return clock_now(&real).utc_ms;
}

static double cpu_ms(pid_t pid)
{
    clockid_t clock;
    struct timespec t = {0};
    if (clock_getcpuclockid(pid, &clock) == 0)
        clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void wait_committed(int64_t since_ms, int wanted)
{
    int64_t from_us = clock_mono_us();
    while (!changed() || committed_since(since_ms) < wanted) {
        if (ms_since(from_us) > PATIENCE_MS) {
            fprintf(stderr, "bench_sweep: %d of %d committed\n", committed_since(since_ms), wanted);
            die("a sweep does not end");
        }
        rest(1);
    }
}

/* CPU counts until all that a sweep leads to is done, long after its last commit; not what the collector takes in such a time
 * without one. */
static void sweep(struct taken *t, int round, int wanted)
{
    double idle = cpu_ms(collector);
    rest(REST_MS);
    idle = cpu_ms(collector) - idle;
    int64_t since_ms = utc_ms(), from_us = clock_mono_us();
    double cpu = cpu_ms(collector);
    say("{\"id\":1,\"op\":\"poll_now\"}");
    wait_committed(since_ms, wanted);
    t->wall[round] = ms_since(from_us);
    rest(REST_MS);
    t->cpu[round] = cpu_ms(collector) - cpu - idle;
    hear();
}

static void tell_fake(const char *path)
{
    char url[128];
    host_url(HOSTS - 1, path, url, sizeof url);
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    if (curl_easy_perform(easy) != CURLE_OK)
        die("the fake hubs do not answer");
    curl_easy_cleanup(easy);
}

static void sweep_hanging(struct taken *t, int round, int hanging)
{
    char path[32];
    snprintf(path, sizeof path, "/_hang?n=%d", hanging);
    tell_fake(path);
    sweep(t, round, HOSTS - hanging);
    tell_fake("/_hang?n=0");
}

enum { HANGINGS = 3 };
static const int hanging[HANGINGS] = {0, 1, 100};

static void hang_in_turns(struct taken taken[HANGINGS])
{
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < HANGINGS; i++)
            sweep_hanging(&taken[i], round, hanging[i]);
    }
    for (int i = 0; i < HANGINGS; i++)
        settle(&taken[i]);
}

/* --- yardstick: curl --parallel --- */

static char urls[128];

static void list_urls(void)
{
    char url[128];
    FILE *f = file_at("urls", "w", urls);
    for (int i = 0; i < HOSTS; i++) {
        host_url(i, "/api/v1/query?query=cluster_power_kw", url, sizeof url);
        fprintf(f, "url = \"%s\"\noutput = \"/dev/null\"\n", url);
    }
    fclose(f);
}

static void sweep_by_curl(struct taken *t, int round)
{
    char most[16], out[128];
    int status;
    struct rusage used;
    snprintf(most, sizeof most, "%d", CURL_MOST);
    snprintf(out, sizeof out, "%s/curl", dir);
    int64_t from_us = clock_mono_us();
    if (wait4(start(out, "curl", "-s", "--parallel", "--parallel-max", most, "-K", urls, NULL), &status, 0, &used) <
            0 ||
        status != 0)
        die("curl fails");
    t->wall[round] = ms_since(from_us);
    t->cpu[round] = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
                    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

/* --- yardstick: a bare loop over libcurl's multi --- */

static struct {
    CURLM *multi;
    CURL *easy[HOSTS];
    int epoll, timer, running, done;
} bare;

static size_t swallow(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes, (void)ctx;
    return size * n;
}

static int bare_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
    struct epoll_event e = {.data.fd = fd,
                            .events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u)};
    (void)easy, (void)ctx;
    if (what == CURL_POLL_REMOVE)
        epoll_ctl(bare.epoll, EPOLL_CTL_DEL, fd, NULL);
    else
        epoll_ctl(bare.epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e);
    curl_multi_assign(bare.multi, fd, what == CURL_POLL_REMOVE ? NULL : &bare);
    return 0;
}

static int bare_timeout(CURLM *multi, long ms, void *ctx)
{
    struct itimerspec at = {.it_value = {.tv_sec = ms / 1000, .tv_nsec = ms > 0 ? ms % 1000 * 1000000 : 1}};
    (void)multi, (void)ctx;
    if (ms < 0)
        at.it_value = (struct timespec){0};
    timerfd_settime(bare.timer, 0, &at, NULL);
    return 0;
}

static void bare_open(void)
{
    char url[128];
    bare.multi = curl_multi_init();
    bare.epoll = epoll_create1(EPOLL_CLOEXEC);
    bare.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = bare.timer};
    epoll_ctl(bare.epoll, EPOLL_CTL_ADD, bare.timer, &e);
    curl_multi_setopt(bare.multi, CURLMOPT_SOCKETFUNCTION, bare_socket);
    curl_multi_setopt(bare.multi, CURLMOPT_TIMERFUNCTION, bare_timeout);
    curl_multi_setopt(bare.multi, CURLMOPT_MAXCONNECTS, (long)(2 * HOSTS));
    for (int i = 0; i < HOSTS; i++) {
        host_url(i, "/api/v1/query?query=cluster_power_kw", url, sizeof url);
        bare.easy[i] = curl_easy_init();
        curl_easy_setopt(bare.easy[i], CURLOPT_URL, url);
        curl_easy_setopt(bare.easy[i], CURLOPT_WRITEFUNCTION, swallow);
        curl_easy_setopt(bare.easy[i], CURLOPT_PROXY, "");
    }
}

static void bare_harvest(void)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(bare.multi, &left));) {
        if (m->data.result != CURLE_OK)
            die(curl_easy_strerror(m->data.result));
        curl_multi_remove_handle(bare.multi, m->easy_handle);
        bare.done++;
    }
}

static void bare_sweep(void)
{
    struct epoll_event events[64];
    bare.done = 0;
    for (int i = 0; i < HOSTS; i++)
        curl_multi_add_handle(bare.multi, bare.easy[i]);
    while (bare.done < HOSTS) {
        int n = epoll_wait(bare.epoll, events, 64, 1000);
        for (int i = 0; i < n; i++) {
            uint64_t times;
            bool timer = events[i].data.fd == bare.timer;
            if (timer && read(bare.timer, &times, sizeof times) < 0 && errno != EAGAIN)
                die("timerfd");
            curl_multi_socket_action(bare.multi, timer ? CURL_SOCKET_TIMEOUT : events[i].data.fd, 0, &bare.running);
        }
        bare_harvest();
    }
}

static void sweep_bare(struct taken *t, int round)
{
    int64_t from_us = clock_mono_us();
    double cpu = cpu_ms(getpid());
    bare_sweep();
    t->wall[round] = ms_since(from_us);
    t->cpu[round] = cpu_ms(getpid()) - cpu;
}

/* --- the rounds --- */

/* The three ways of sweeping, which take turns. */
struct ways {
    struct taken ours, curl, loop;
};

/* Each begins on a machine that has rested as long. */
static void take_turns(struct ways *w, bool cold)
{
    for (int round = 0; round < ROUNDS; round++) {
        if (cold)
            tell_fake("/_drop");
        rest(REST_MS);
        sweep_bare(&w->loop, round);
        rest(REST_MS);
        sweep_by_curl(&w->curl, round);
        if (cold)
            tell_fake("/_drop");
        sweep(&w->ours, round, HOSTS);
    }
    settle(&w->ours);
    settle(&w->curl);
    settle(&w->loop);
}

/* --- the table --- */

static void line(const char *what, const struct taken *t)
{
    printf("%-44s %8.1f ms %8.1f ms CPU\n", what, t->wall_ms, t->cpu_ms);
}

static void judge(const char *what, double ratio, double goal, const char *than)
{
    printf("  %-42s %.2fx %s (goal <= %.2fx)\n", what, ratio, than, goal);
}

static void judge_ways(const struct ways *w, double wall_goal)
{
    judge("wall", median_ratio(w->ours.wall, w->curl.wall), wall_goal, "curl --parallel");
    judge("  the bare loop's", median_ratio(w->loop.wall, w->curl.wall), wall_goal, "curl --parallel");
}

static void print_ways(const struct ways *warm, const struct ways *cold)
{
    line("bare loop over libcurl, warm", &warm->loop);
    line("bare loop over libcurl, cold", &cold->loop);
    line("curl --parallel --parallel-max 300", &warm->curl);
    line("hubtop collect, warm, committed", &warm->ours);
    judge_ways(warm, 0.5);
    judge("CPU", median_ratio(warm->ours.cpu, warm->loop.cpu), 1.6, "a bare loop");
    judge("CPU", median_ratio(warm->ours.cpu, warm->curl.cpu), 0.5, "curl --parallel");
    judge("  the bare loop's", median_ratio(warm->loop.cpu, warm->curl.cpu), 0.5, "curl --parallel");
    line("hubtop collect, cold, committed", &cold->ours);
    judge_ways(cold, 0.8);
}

static void print_hanging(const struct taken taken[HANGINGS])
{
    line("none of them hangs", &taken[0]);
    line("one of them hangs: the others", &taken[1]);
    judge("wall", median_ratio(taken[1].wall, taken[0].wall), 1.25, "none hangs");
    line("100 of them hang: the others", &taken[2]);
    judge("wall", median_ratio(taken[2].wall, taken[0].wall), 1.5, "none hangs");
}

static long memory_kb(pid_t pid)
{
    char path[64], text[256];
    long kb = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(text, sizeof text, f))
        if (strncmp(text, "VmHWM:", 6) == 0)
            kb = strtol(text + 6, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

static void begin(char *argv0)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(built, sizeof built, "%.*s", (int)(strstr(argv0, "/tests/bench/") - argv0), argv0);
    snprintf(dir, sizeof dir, "%.40s/hubtop-sweep-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        die("mkdtemp");
    if (!curl_load(NULL) || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        die("libcurl");
    start_fake();
    configure();
    list_urls();
}

static void first_sweep(void)
{
    int64_t begun_ms = utc_ms(), from_us = clock_mono_us();
    start_collector();
    connect_control();
    open_cache();
    wait_committed(begun_ms, HOSTS);
    printf("a sweep over %d sources that answer after %d ms, medians of %d\n", HOSTS, DELAY_MS, ROUNDS);
    printf("%-44s %8.1f ms\n", "from start to the first whole sweep", ms_since(from_us));
    rest(2 * REST_MS);
}

int main(int argc, char **argv)
{
    struct ways warm = {0}, cold = {0};
    struct taken hung[HANGINGS];
    (void)argc;
    begin(argv[0]);
    long bare_begin_kb = memory_kb(getpid());
    bare_open();
    bare_sweep();
    tell_fake("/_drop");
    bare_sweep();
    long bare_kb = memory_kb(getpid()) - bare_begin_kb;
    first_sweep();
    take_turns(&warm, false);
    take_turns(&cold, true);
    long kb = memory_kb(collector);
    hang_in_turns(hung);
    print_ways(&warm, &cold);
    print_hanging(hung);
    printf("%-44s %8.1f MB; %.1f KB an endpoint above 14 MB (goal <= 12)\n", "peak memory of the collector",
           (double)kb / 1024, ((double)kb - 14 * 1024) / HOSTS);
    printf("%-44s %8.1f MB; %.1f KB an endpoint\n", "what the bare loop's peak grew by", (double)bare_kb / 1024,
           (double)bare_kb / HOSTS);
    clear_away();
    return 0;
}
