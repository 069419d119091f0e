#include <fcntl.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "base/dir.h"
#include "bench/pty.h"
#include "bench/table.h"

/* The console while collectors work: at rest beside ten feeds polled each 5 s (performance goal 1), beside htop; and a key while 1,000
 * endpoints are swept each second and a hub tells 10 MB of jobs each second (goal 8), beside itself with nothing to follow. */

enum { COLS = 200, ROWS = 50, ROUNDS = 3, KEYS = 40, IDLE_MS = 10000, PROCESSES = 300 };
enum { FEEDS = 10, ENDPOINTS = 1000, A_BYTE = 250, JOBS = 40000, WORDS_MAX = 12, WORD_MAX = 400 };

static char dir[] = "/tmp/hubtop-bench-feeds-XXXXXX";
static char hubs_port[16], http_port[16];

static void die(const char *what)
{
    fprintf(stderr, "bench_feeds: %s\n", what);
    exit(1);
}

static const char *built(const char *name, char out[WORD_MAX])
{
    const char *build = getenv("BUILD");
    snprintf(out, WORD_MAX, "%s/%s", build ? build : "build", name);
    return out;
}

static const char *in_dir(const char *name, char out[WORD_MAX])
{
    snprintf(out, WORD_MAX, "%s/%s", dir, name);
    return out;
}

/* --- servers and what they tell */

struct words {
    char text[WORDS_MAX][WORD_MAX], *argv[WORDS_MAX + 1];
};

static void take_words(struct words *w, const char *word, va_list more)
{
    size_t n = 0;
    for (; word && n < WORDS_MAX; word = va_arg(more, const char *)) {
        w->argv[n] = w->text[n];
        snprintf(w->text[n++], WORD_MAX, "%s", word);
    }
    w->argv[n] = NULL;
}

/* Ended by NULL; dies with this process. Its output goes to `out`. */
static pid_t start(const char *out, const char *word, ...)
{
    static struct words words;
    char **argv = words.argv;
    va_list more;
    va_start(more, word);
    take_words(&words, word, more);
    va_end(more);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        _exit(127);
    execvp(argv[0], argv);
    _exit(127);
}

static void stop(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

/* Starts a server that says "PORT n". */
static void serve(const char *name, const char *option, const char *value, char port[16])
{
    char program[WORD_MAX], log[WORD_MAX], line[64] = "";
    in_dir("port", log);
    start(log, built(name, program), option, value, NULL);
    for (int i = 0; i < 100 && strncmp(line, "PORT ", 5) != 0; i++) {
        usleep(50000);
        FILE *f = fopen(log, "r");
        if (f && !fgets(line, sizeof line, f))
            line[0] = '\0';
        if (f)
            fclose(f);
    }
    if (strncmp(line, "PORT ", 5) != 0)
        die("a server does not start");
    snprintf(port, 16, "%.*s", (int)strcspn(line + 5, "\n"), line + 5);
}

static FILE *file(const char *name)
{
    char path[WORD_MAX];
    FILE *f = fopen(in_dir(name, path), "w");
    if (!f)
        die(path);
    fchmod(fileno(f), 0600);
    return f;
}

static void put_jobs(const char *name, int version)
{
    static const char *const states[] = {"waiting", "running", "done", "failed"};
    FILE *f = file(name);
    fprintf(f,
            "{\"kind\":\"jobs\",\"revision\":\"%d\",\"as_of\":\"2026-11-21T03:12:07Z\",\"full\":true,\"next\":null,"
            "\"items\":[",
            version);
    for (int i = 0; i < JOBS; i++)
        fprintf(f,
                "%s{\"id\":\"s0/"
                "%d\",\"scheduler\":\"s0\",\"cluster\":\"C0\",\"queue\":\"gpu-%d\",\"name\":\"train-resnet-%d\","
                "\"user\":\"user%03d\",\"account\":\"physics\",\"state\":\"%s\",\"submitted_at\":\"2026-11-21T03:%02d:%"
                "02dZ\","
                "\"nodes\":4,\"cpus\":%d,\"priority\":%d}",
                i ? "," : "", 100000 + i, i % 7, i % 977, i % 311, states[(i + version) % 4], i / 60 % 60, i % 60,
                1 + i * 79 % 512, 1 + i * 79 % 10007);
    fprintf(f, "]}\n");
    fclose(f);
}

/* Each second the hub tells all jobs anew, each in another state. */
static pid_t change_jobs(void)
{
    char at[WORD_MAX], made[2][WORD_MAX], link_at[WORD_MAX];
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    in_dir("www/v1/jobs", at);
    in_dir("www/v1/next", link_at);
    for (int version = 0;; version = !version) {
        unlink(link_at);
        if (link(in_dir(version ? "jobs.1" : "jobs.0", made[version]), link_at) != 0 || rename(link_at, at) != 0)
            _exit(1);
        usleep(1000000);
    }
}

static void make_hub(void)
{
    char path[WORD_MAX];
    mkdir(in_dir("www", path), 0700);
    mkdir(in_dir("www/v1", path), 0700);
    FILE *f = file("www/v1/hub");
    fprintf(f, "{\"id\":\"H\",\"api\":\"1.0\",\"now\":\"2026-11-21T03:12:07Z\",\"capabilities\":{\"deltas\":false,"
               "\"page_max\":1000,\"actions\":[],\"kinds\":[\"jobs\"]}}\n");
    fclose(f);
    put_jobs("jobs.0", 0);
    put_jobs("jobs.1", 1);
    put_jobs("www/v1/jobs", 0);
}

static void configure(const char *name, int endpoints, int interval_s, bool hub)
{
    FILE *f = file(name);
    fprintf(f, "version = 1\ninterval = %d\n", interval_s);
    for (int i = 0; i < endpoints; i++)
        fprintf(f,
                "source \"s%04d\" {\n driver = prometheus\n url = \"http://127.77.%d.%d:%s\"\n profiles = { }\n"
                " query \"draw\" { expr = 'cluster_power_kw' kind = clusters value = power_kw cluster = cluster }\n}\n",
                i, 1 + i / A_BYTE, 1 + i % A_BYTE, hubs_port);
    if (hub)
        fprintf(f, "source \"big\" {\n driver = hub\n url = \"http://127.0.0.1:%s\"\n interval = 1\n}\n", http_port);
    fclose(f);
}

/* --- programs */

/* Ended by NULL; its first picture is drawn when `ready` stands on it. */
static struct pty *shown(const char *ready, const char *word, ...)
{
    static struct words words;
    va_list more;
    va_start(more, word);
    take_words(&words, word, more);
    va_end(more);
    struct pty *pty = pty_start(words.argv, COLS, ROWS);
    if (pty_first(pty, ready) >= 0)
        return pty;
    screen_print(pty->screen, "    | ", stderr);
    die("a program shows nothing");
    return NULL;
}

static struct pty *console(const char *config, const char *state, const char *view, const char *ready)
{
    char program[WORD_MAX];
    return shown(ready, built("hubtop", program), "--config", config, "--state-dir", state, "--offline", "--view", view,
                 NULL);
}

static pid_t collecting(const char *config, const char *state)
{
    char program[WORD_MAX], log[WORD_MAX];
    return start(in_dir("collector.log", log), built("hubtop", program), "--config", config, "--state-dir", state,
                 "collect", NULL);
}

static double cpu_of(pid_t root, const struct pty *pty)
{
    const struct pty of = {.pid = root};
    return pty_usage(&of).cpu_ms + (pty ? pty_usage(pty).cpu_ms : 0);
}

static void processes(void)
{
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            pause();
            _exit(0);
        }
}

/* --- 1 */

static double htop_cpu(void)
{
    struct pty *pty = shown("Load average", "htop", "-d", "10", NULL);
    pty_idle(pty, 2000);
    double cpu = pty_usage(pty).cpu_ms;
    pty_idle(pty, IDLE_MS);
    cpu = pty_usage(pty).cpu_ms - cpu;
    pty_end(pty);
    return cpu;
}

static void bench_rest(void)
{
    char config[WORD_MAX], state[WORD_MAX];
    struct samples our = {0}, their = {0};
    configure("ten.conf", FEEDS, 5, false);
    pid_t collector = collecting(in_dir("ten.conf", config), in_dir("ten", state));
    usleep(2000000);
    for (int i = 0; i < ROUNDS; i++) {
        struct pty *pty = console(config, state, "sources", "s0009");
        pty_idle(pty, 2000);
        double cpu = cpu_of(collector, pty);
        pty_idle(pty, IDLE_MS);
        sample(&our, cpu_of(collector, pty) - cpu);
        pty_end(pty);
        sample(&their, htop_cpu());
    }
    stop(collector);
    double a = quantile(&our, 0.5) * 100 / IDLE_MS, b = quantile(&their, 0.5) * 100 / IDLE_MS;
    printf(" 1  %-48s %8.2f  %-26s %8.2f %7.2f  <= %5.2f  ", "processor time with ten feeds each 5 s, %", a,
           "htop -d 10", b, a / b, 0.5);
    verdict(!isnan(a / b), a / b <= 0.5);
}

/* --- 8 */

static void press(struct pty *pty, struct samples *out)
{
    static const char *const keys[] = {"j", "j", "k"};
    for (int i = 0; i < KEYS; i++)
        sample(out, pty_key(pty, keys[i % 3]));
}

static void bench_keys(void)
{
    char config[WORD_MAX], state[WORD_MAX];
    struct samples quiet = {0}, busy = {0};
    configure("all.conf", ENDPOINTS, 1, true);
    pid_t collector = collecting(in_dir("all.conf", config), in_dir("all", state)), writer = 0;
    usleep(8000000);
    for (int i = 0; i < ROUNDS; i++) {
        kill(collector, SIGSTOP);
        struct pty *pty = console(config, state, "jobs", "Jobs 1-");
        pty_idle(pty, 2500);
        press(pty, &quiet);
        kill(collector, SIGCONT);
        writer = change_jobs();
        pty_idle(pty, 3000);
        if (!screen_has(pty->screen, "of 40,000"))
            die("the hub's jobs are not there");
        press(pty, &busy);
        kill(writer, SIGKILL);
        waitpid(writer, NULL, 0);
        pty_end(pty);
    }
    stop(collector);
    double own = quantile(&quiet, 0.9), p90 = quantile(&busy, 0.9), most = quantile(&busy, 1.0);
    printf(" 8  %-48s %8.2f  %-26s %8.2f %7.2f  <= %5.2f  ", "a key, p90, ms: 1,000 endpoints, 10 MB of jobs a s", p90,
           "itself, nothing to follow", own, p90 / own, 2.0);
    verdict(!isnan(p90 / own), p90 / own <= 2);
    printf(" 8  %-48s %8.2f  %-26s %8s %7s  <= %5.0f  ", "the same, the longest, ms", most, "(a count)", "", "", 50.0);
    verdict(!isnan(most), most <= 50);
}

int main(void)
{
    char path[WORD_MAX], hosts[16];
    if (!mkdtemp(dir))
        die("mkdtemp");
    setenv("HOME", dir, 1);
    setenv("XDG_CONFIG_HOME", dir, 1);
    snprintf(hosts, sizeof hosts, "%d", ENDPOINTS);
    serve("tests/fakes/fake_hubs", hosts, "20", hubs_port);
    make_hub();
    serve("tests/fakes/fake_http", "--dir", in_dir("www", path), http_port);
    mkdir(in_dir("ten", path), 0700);
    mkdir(in_dir("all", path), 0700);
    processes();
    printf("%dx%d, medians of %d rounds\n", COLS, ROWS, ROUNDS);
    printf("%2s  %-48s %8s  %-26s %8s %7s  %8s\n", "#", "what", "ours", "yardstick", "theirs", "ratio", "goal");
    bench_rest();
    fflush(stdout);
    bench_keys();
    printf("%d missed\n", table_missed);
    dir_remove(dir);
    return 0;
}
