#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tr.h"
#include "cli/setup.h"

static char home[] = "/tmp/hubtop-test-setup-XXXXXX";
static char conf[64], state_home[64];
static struct setup s;
static struct err err;

static void write_conf(const char *text)
{
    FILE *f = fopen(conf, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static bool init(const struct options *o)
{
    setup_release(&s);
    err = (struct err){0};
    return setup_init(&s, o, true, &err);
}

static bool init_conf(const char *text, const char *context)
{
    const struct options o = {.config = conf, .context = context, .speed = -1, .limit = -1};
    write_conf(text);
    return init(&o);
}

static bool init_urls(const char *const *urls, size_t n)
{
    const struct options o = {.sources = urls, .source_count = n, .speed = -1, .limit = -1};
    return init(&o);
}

/* --- contexts --- */

static void test_adhoc_contexts(void **state)
{
    (void)state;
    static const char *const ab[] = {"slurm+http://u@h1:1", "slurm+http://u@h2:2"};
    static const char *const ba[] = {"slurm+http://u@h2:2", "slurm+http://u@h1:1"};
    char first[SETUP_CONTEXT_MAX];
    assert_true(init_urls(ab, 2));
    memcpy(first, s.context, sizeof first);
    assert_int_equal(strlen(first), strlen("adhoc-12345678"));
    assert_memory_equal(first, "adhoc-", 6);
    assert_non_null(strstr(s.state_dir, first));
    assert_int_equal(access(s.state_dir, W_OK), 0);
    assert_true(init_urls(ba, 2));
    assert_string_equal(s.context, first);
    assert_true(init_urls(ab, 1));
    assert_string_not_equal(s.context, first);
}

#define TWO_CONTEXTS                                                                                                   \
    "version = 1\n"                                                                                                    \
    "source \"a\" { driver = \"slurm\" url = \"http://h1:1\" }\n"                                                      \
    "source \"b\" { driver = \"slurm\" url = \"http://h2:2\" }\n"                                                      \
    "context \"prod\" { sources = { \"b\" } danger = true }\n"                                                         \
    "context \"test\" { sources = { \"a\", \"b\" } }\n"

static void test_contexts(void **state)
{
    (void)state;
    assert_true(init_conf(TWO_CONTEXTS, "prod"));
    assert_string_equal(s.context, "prod");
    assert_true(s.danger);
    assert_int_equal(s.source_count, 1);
    assert_string_equal(s.sources[0].name, "b");
    assert_true(init_conf(TWO_CONTEXTS "use_context = \"test\"\n", NULL));
    assert_string_equal(s.context, "test");
    assert_false(s.danger);
    assert_int_equal(s.source_count, 2);
    assert_true(init_conf(TWO_CONTEXTS, NULL)); /* of two none is chosen: all sources */
    assert_string_equal(s.context, "default");
    assert_int_equal(s.source_count, 2);
    assert_false(init_conf(TWO_CONTEXTS, "prdo"));
    assert_int_equal(err_status(&err), 78);
    assert_non_null(strstr(err.text, "prdo"));
    assert_false(init_conf("context \"x\" { sources = { \"absent\" } }\n", "x"));
    assert_non_null(strstr(err.text, "absent"));
}

static void test_names_of_contexts(void **state)
{
    (void)state;
    static const char *const urls[] = {"slurm+http://u@h1:1"};
    static const char *const bad[] = {
        "",   "../etc",    "a/b",  ".",
        "-x", "a\x1b[31m", "a\nb", "0123456789012345678901234567890123456789012345678901234567890123"};
    struct options o = {.sources = urls, .source_count = 1, .speed = -1};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        o.context = bad[i];
        assert_false(init(&o));
        assert_int_equal(err_status(&err), 78);
    }
    o.context = "012345678901234567890123456789012345678901234567890123456789012";
    assert_true(init(&o));
    assert_string_equal(s.context, o.context);
    o.context = "东数西算";
    assert_true(init(&o));
}

/* --- the state directory --- */

static void test_state_directories(void **state)
{
    (void)state;
    static const char *const urls[] = {"slurm+http://u@h1:1"};
    char dir[128], endless[3000];
    struct stat st;
    struct options o = {.sources = urls, .source_count = 1, .speed = -1};
    snprintf(dir, sizeof dir, "%s/given/below", home);
    o.state_dir = dir;
    assert_true(init(&o));
    assert_string_equal(s.state_dir, dir);
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    chmod(dir, 0777);
    assert_false(init(&o));
    assert_int_equal(err_status(&err), 77);
    assert_non_null(strstr(err.text, dir));
    chmod(dir, 0700);
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    o.state_dir = endless;
    assert_false(init(&o));
    assert_int_equal(err_status(&err), 78);
    o.state_dir = "/dev/null/x";
    assert_false(init(&o));
    assert_true(err.text[0] != '\0');
    o.state_dir = conf; /* no folder */
    write_conf("");
    assert_false(init(&o));
}

static void test_reading_makes_no_folder(void **state)
{
    (void)state;
    static const char *const urls[] = {"slurm+http://u@nobody-asked-before:1"};
    const struct options o = {.sources = urls, .source_count = 1, .speed = -1, .offline = true};
    setup_release(&s);
    err = (struct err){0};
    assert_false(setup_init(&s, &o, false, &err));
    assert_int_equal(err_status(&err), 66);
    assert_non_null(strstr(err.hint, "--offline"));
    assert_int_equal(access(s.state_dir, F_OK), -1);
}

static void test_a_secret_in_a_url_leaves_nothing(void **state)
{
    (void)state;
    static const char *const urls[] = {"slurm+http://u@h1:1?token=s3cr3t"};
    assert_false(init_urls(urls, 1));
    assert_int_equal(err_status(&err), 64);
    assert_null(strstr(err.text, "s3cr3t"));
    assert_null(strstr(err.hint, "s3cr3t"));
    assert_true(s.state_dir[0] == '\0');
}

static void test_nothing_to_ask(void **state)
{
    (void)state;
    const struct options o = {.speed = -1};
    assert_false(init(&o));
    assert_int_equal(err_status(&err), 78);
    assert_non_null(strstr(err.hint, "demo"));
}

/* --- sources --- */

/* slurmrestd would end at once; SLURMRESTD_SECURITY is how a person tells it to run all the same. */
static void test_root_starts_no_slurmrestd(void **state)
{
    (void)state;
    static const char text[] = "source \"c\" { driver = \"slurm\" url = \"local:\" }\n";
    unsetenv("SLURMRESTD_SECURITY");
    assert_int_equal(init_conf(text, NULL), geteuid() != 0);
    assert_true(geteuid() != 0 || strstr(err.hint, "ordinary user"));
    setenv("SLURMRESTD_SECURITY", "disable_user_check", 1);
    assert_true(init_conf(text, NULL));
    unsetenv("SLURMRESTD_SECURITY");
}

static void test_all_settings_of_a_source(void **state)
{
    (void)state;
    setenv("SLURMRESTD_SECURITY", "disable_user_check", 1);
    assert_true(init_conf("interval = 30\n"
                          "source \"a\" {\n"
                          "  driver = \"slurm\"  url = \"https://h1:1/base\"  user = \"slurm\"\n"
                          "  token_file = \"~/t\"  scheduler = \"fra\"  interval = 7\n"
                          "  ca_file = \"~/ca\"  client_cert = \"/c\"  client_key = \"/k\"  proxy = \"http://p:3128\"\n"
                          "  api = \"v0.0.40\"\n"
                          "}\n"
                          "source \"b\" { driver = \"slurm\" url = \"unix:///run/x.sock\" token_command = "
                          "{ \"vault\", \"read\", \"a b\" } script_command = { \"scontrol\", \"%i\" }"
                          " federation_command = { \"x\", \"jobid=%i\", \"clusters=%c\" }"
                          " drain_command = { \"x\", \"%c\" } resume_command = { \"y\", \"z=%c\" } }\n"
                          "source \"c\" { driver = \"slurm\" url = \"local:\" }\n"
                          "source \"d\" { driver = \"sample\" url = \"~/data\" scenario = \"storm\" }\n",
                          NULL));
    char path[128];
    const struct collector_source *a = &s.sources[0], *b = &s.sources[1], *c = &s.sources[2], *d = &s.sources[3];
    assert_int_equal(s.source_count, 4);
    assert_string_equal(a->name, "a");
    assert_string_equal(a->url, "https://h1:1/base");
    assert_string_equal(a->peer.url, "https://h1:1/base");
    assert_null(a->peer.unix_path);
    assert_string_equal(a->user, "slurm");
    snprintf(path, sizeof path, "%s/t", home);
    assert_string_equal(a->token_file, path);
    assert_null(a->token_command);
    assert_string_equal(a->scheduler, "fra");
    assert_int_equal(a->interval_ms, 7000);
    snprintf(path, sizeof path, "%s/ca", home);
    assert_string_equal(a->peer.ca_file, path);
    assert_string_equal(a->peer.client_cert, "/c");
    assert_string_equal(a->peer.client_key, "/k");
    assert_string_equal(a->peer.proxy, "http://p:3128");
    assert_string_equal(config_text(a->config, "api"), "v0.0.40");
    assert_int_equal(b->interval_ms, 30000);
    assert_string_equal(b->peer.unix_path, "/run/x.sock");
    assert_string_equal(b->peer.url, "http://localhost");
    assert_string_equal(b->token_command, "token:b");
    static const char *const commands[PEER_COMMANDS] = {"script:b", "federation:b", "drain:b", "resume:b"};
    for (int i = 0; i < PEER_COMMANDS; i++) {
        assert_null(a->commands[i]);
        assert_string_equal(b->commands[i], commands[i]);
    }
    assert_string_equal(c->service, "service:c");
    assert_non_null(strstr(c->peer.unix_path, "slurmrestd.sock"));
    assert_null(d->peer.url);
    assert_string_equal(config_text(d->config, "scenario"), "storm");
    snprintf(path, sizeof path, "%s/data", home);
    assert_string_equal(d->url, path);
    unsetenv("SLURMRESTD_SECURITY");
}

/* Settings that are sections of their own stay the driver's to read. */
static void test_queries_of_a_source(void **state)
{
    (void)state;
    assert_true(init_conf("source \"m\" {\n"
                          "  driver = \"prometheus\"  url = \"http://h:9090\"\n"
                          "  query \"delay\" { expr = 'rtt{a=\"${b}\"}' scale = 1000 }\n"
                          "  query \"loss\" { enabled = false }\n"
                          "}\n",
                          NULL));
    const struct config *c = s.sources[0].config;
    assert_int_equal(config_section_count(c, "query"), 2);
    assert_string_equal(config_title(config_section(c, "query", 1)), "loss");
    assert_string_equal(config_text(config_section(c, "query", 0), "expr"), "rtt{a=\"${b}\"}");
    assert_int_equal(config_line(config_section(c, "query", 1)), 4);
}

static void test_errors_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"version = 1\nsource \"a\" {\n  drivr = \"slurm\"\n}\n", ":3"},
        {"\n\ninterval = x\n", ":3"},
        {"interval = 0\n", ":1"},
        {"version = 3\n", ":1"},
        {"source \"a\" { url = \"http://h\" }\n", "driver"},
        {"source \"a\" { driver = \"slurm\" }\n", "url"},
        {"source \"a\" { driver = \"slrum\" url = \"http://h\" }\n", "slrum"},
        {"source \"a\" { driver = \"slurm\" url = \"ftp://h\" }\n", "'a'"},
        {"source \"a\" { driver = \"slurm\" url = \"http://u:p@h\" }\n", "'a'"},
        {"source \"a\" { driver = \"slurm\" url = \"unix://x\" }\n", "unix:///path"},
        {"source \"a\" { driver = \"slurm\" url = \"http://h\" token_file = \"/x\" token_command = { \"y\" } }\n",
         "both"},
        {"source \"a\" { driver = \"slurm\" url = \"http://h\" }\nsource \"a\" { driver = \"slurm\" url = \"http://i\" "
         "}\n",
         ":2"},
        {"source \"a\" { driver = \"slurm\" url = \"http://h\" script_command = { \"%i\", \"% i\" } }\n",
         "its script_command lacks '%i' for the job's number"},
        {"source \"a\" { driver = \"slurm\" url = \"http://h\" federation_command = { \"x\", \"jobid=%i\" } }\n",
         "'%c' for the cluster's name"},
        {"source \"a\" { driver = \"slurm\" url = \"http://h\" federation_command = { \"x\", \"clusters=%c\" } }\n",
         "'%i' for the job's number"},
        {"source \"a\" { driver = \"slurm\" url = \"http://h\" drain_command = { \"%c\", \"partitionname=gpu\" } }\n",
         "its drain_command lacks '%c' for the partition's name"},
        {"source \"a\" { driver = \"slurm\" url = \"http://h\" resume_command = { \"x\", \"p=%i\" } }\n",
         "its resume_command lacks '%c' for the partition's name"},
        {"source \"a\" {\n", "hubtop.conf"},
        {"thresholds {\n\n  queue_wait_for = \"3d\"\n}\n", ":3: queue_wait_for: 72h is out of range"},
        {"thresholds {\n  clear_for = \"soon\"\n}\n", ":2: clear_for"},
        {"thresholds {\n  nodes_warn_pct = -1\n}\n", ":2: nodes_warn_pct: -1 is out of range"},
        {"thresholds {\n  inlet_warn = 25\n}\n", ":2"},
        {"thresholds {\n  inlet_warn_c = 33\n}\n", "inlet_warn_c is above inlet_crit_c"},
        {"limits {\n\n  head_room_pct = -1\n}\n", ":3: head_room_pct: -1 is out of range"},
        {"limits {\n  head_room_pct = nan\n}\n", ":2: 'head_room_pct' must be a number"},
        {"limits {\n  job_gbps = 0\n}\n", ":2: job_gbps: 0 is out of range"},
        {"limits {\n  jobs_max = 10.5\n}\n", ":2: jobs_max: 10.5 is no whole number"},
        {"limits {\n  expires = \"2d\"\n}\n", ":2: expires: 48h is out of range"},
        {"limits {\n  expires = \"soon\"\n}\n", ":2: expires"},
        {"limits {\n  job_cooldown = \"-1m\"\n}\n", ":2: job_cooldown"},
        {"limits {\n  jobs_max = 100\n}\n", ":1: jobs_alone is above jobs_max"},
        {"limits {\n  head_rom_pct = 1\n}\n", ":2"},
        {"\nmovable \"all\" {\n}\n", ":2: movable \"all\" says nothing"},
        {"movable \"all\" {\n  qos = { }\n}\n", ":2: 'qos' names nothing"},
        {"movable \"all\" {\n  comment = \"(\"\n}\n", ":2: "},
        {"movable \"a\" { qos = { \"x\" } }\nmovable \"a\" { qos = { \"y\" } }\n", ":2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (init_conf(cases[i].text, NULL))
            fail_msg("taken: %s", cases[i].text);
        assert_int_equal(err_status(&err), 78);
        assert_non_null(strstr(err.text, conf));
        if (!strstr(err.text, cases[i].words))
            fail_msg("'%s' is not in '%s'", cases[i].words, err.text);
    }
    const struct options o = {.config = "/nonexistent/hubtop.conf", .speed = -1};
    assert_false(init(&o));
    assert_int_equal(err_status(&err), 66);
}

static void test_limits_of_the_configuration(void **state)
{
    (void)state;
    assert_true(init_conf("source \"a\" { driver = \"slurm\" url = \"http://h\" }\n"
                          "thresholds { queue_wait_for = \"15m\" inlet_warn_c = 25.5 }\n",
                          NULL));
    assert_int_equal(thresholds_int(&s.thresholds, THRESHOLD_QUEUE_WAIT_FOR), 900000);
    assert_float_equal(thresholds_at(&s.thresholds, THRESHOLD_INLET_WARN_C), 25.5, 0);
    assert_float_equal(thresholds_at(&s.thresholds, THRESHOLD_INLET_CRIT_C), 32, 0);
    assert_true(init_conf("source \"a\" { driver = \"slurm\" url = \"http://h\" }\n", NULL));
    assert_int_equal(thresholds_int(&s.thresholds, THRESHOLD_QUEUE_WAIT_FOR), 600000);
}

static void test_what_plans_may(void **state)
{
    (void)state;
    assert_true(init_conf("source \"a\" { driver = \"slurm\" url = \"http://h\" }\n"
                          "limits { jobs_max = 500 job_cooldown = \"90s\" link_used_pct = 62.5 }\n"
                          "movable \"night\" { partitions = { \"batch\", \"long\" } comment = \"moves\" }\n"
                          "movable \"genomes\" { accounts = { \"genome\" } }\n",
                          NULL));
    assert_int_equal(s.limits.jobs_max, 500);
    assert_int_equal(s.limits.job_cooldown_s, 90);
    assert_float_equal(s.limits.link_used_pct, 62.5, 0);
    assert_int_equal(s.limits.expires_s, 900);
    assert_int_equal(s.movable.count, 2);
    assert_true(text_is(s.movable.rules[0].by, "movable \"night\""));
    assert_int_equal(s.movable.rules[0].counts[MOVABLE_PARTITIONS], 2);
    assert_int_equal(s.movable.rules[1].counts[MOVABLE_PARTITIONS], 0);
    assert_true(text_is(s.movable.rules[1].lists[MOVABLE_ACCOUNTS][0], "genome"));
    assert_null(s.movable.rules[1].comment);
    assert_true(init_conf("source \"a\" { driver = \"slurm\" url = \"http://h\" }\n", NULL));
    assert_int_equal(s.limits.jobs_max, 10000);
    assert_int_equal(s.movable.count, 0);
}

static void test_sources_of_urls(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "slurm+http://slurm@10.0.0.1:6820/base?token_file=%2Ftmp%2Fa%20b&scheduler=fra&interval=5",
        "slurm+unix:///run/x.sock", "slurm+http://h", "sample:/data?name=demo",
        "prometheus+http://127.0.0.1:9090/prefix?name=metrics&interval=2"};
    assert_true(init_urls(urls, 5));
    const struct collector_source *a = &s.sources[0];
    assert_string_equal(a->name, "fra");
    assert_string_equal(a->scheduler, "fra");
    assert_string_equal(a->user, "slurm");
    assert_string_equal(a->token_file, "/tmp/a b");
    assert_string_equal(a->url, "http://10.0.0.1:6820/base");
    assert_int_equal(a->interval_ms, 5000);
    assert_string_equal(s.sources[1].peer.unix_path, "/run/x.sock");
    assert_null(s.sources[2].name);
    assert_string_equal(s.sources[2].provisional, "h");
    assert_string_equal(s.sources[3].name, "demo");
    assert_string_equal(s.sources[4].name, "metrics");
    assert_string_equal(s.sources[4].peer.url, "http://127.0.0.1:9090/prefix");
    static const char *const bad[] = {"http://h",
                                      "slurm+http://h?script_command=scontrol",
                                      "slurm+http://h?interval=0",
                                      "slurm+http://h?interval=9999999999999",
                                      "slurm+ftp://h",
                                      "prometheus+http://h?query=up", /* queries are sections */
                                      "slrum+http://h",
                                      "slurm+http://u:pw@h",
                                      "",
                                      "slurm+http://"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (init_urls(&bad[i], 1))
            fail_msg("taken: %s", bad[i]);
        assert_true(err.text[0] != '\0');
        assert_true(err_status(&err) == 64 || err_status(&err) == 78);
        assert_null(strstr(err.text, "pw"));
    }
}

/* --- the fleet --- */

static void put_fleet(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

#define FLEET "hub \"H\" { name = \"hub\" }\ncluster \"C\" { hub = \"H\" }\n"
#define ONE   "source \"a\" { driver = \"slurm\" url = \"http://h1:1\" }\n"

static void test_a_fleet_beside_the_configuration(void **state)
{
    (void)state;
    char path[96], words[160];
    assert_true(init_conf(ONE, NULL));
    assert_null(s.fleet);
    snprintf(path, sizeof path, "%s/fleet.conf", home);
    put_fleet(path, FLEET);
    assert_true(init_conf(ONE "fleet = \"fleet.conf\"\n", NULL)); /* whatever the working directory is */
    assert_non_null(s.fleet);
    assert_int_equal(s.fleet->n_clusters, 1);
    assert_true(init_conf(ONE "fleet = \"~/fleet.conf\"\n", NULL));
    assert_string_equal(s.fleet_path, path);
    put_fleet(path, FLEET "cluster \"D\" { hub = \"X\" }\n");
    assert_false(init_conf(ONE "fleet = \"fleet.conf\"\n", NULL));
    snprintf(words, sizeof words, "%s:3: ", path);
    assert_non_null(strstr(err.text, words));
    assert_int_equal(err_status(&err), 78);
    assert_false(init_conf(ONE "\nfleet = \"flete.conf\"\n", NULL));
    snprintf(words, sizeof words, "%s:3: ", conf);
    assert_non_null(strstr(err.text, words));
    assert_non_null(strstr(err.text, "flete.conf"));
    assert_int_equal(err_status(&err), 78);
    unlink(path);
}

static void test_a_fleet_of_the_command_line(void **state)
{
    (void)state;
    static const char *const urls[] = {"slurm+http://u@h1:1"};
    char path[96], context[SETUP_CONTEXT_MAX];
    struct options o = {.sources = urls, .source_count = 1, .speed = -1};
    assert_true(init(&o));
    memcpy(context, s.context, sizeof context);
    snprintf(path, sizeof path, "%s/other.conf", home);
    put_fleet(path, FLEET);
    o.fleet = path;
    assert_true(init(&o));
    assert_non_null(s.fleet);
    assert_string_equal(s.context, context); /* the same cache with and without */
    write_conf(ONE "fleet = \"/nonexistent\"\n");
    o = (struct options){.config = conf, .fleet = path, .speed = -1};
    assert_true(init(&o)); /* it goes before the configuration's */
    o.fleet = "/nonexistent/fleet.conf";
    assert_false(init(&o));
    assert_int_equal(err_status(&err), 66);
    unlink(path);
}

/* --- the language --- */

static void test_the_language_of_the_configuration(void **state)
{
    (void)state;
    assert_true(init_conf(ONE "language = \"zh\"\n", NULL));
    assert_true(tr_is_zh());
    assert_true(init_conf(ONE "language = \"en\"\n", NULL));
    assert_false(tr_is_zh());
    const struct options o = {.config = conf, .lang = "en", .speed = -1, .limit = -1};
    write_conf(ONE "language = \"zh\"\n");
    assert_true(init(&o)); /* the command line goes before it */
    assert_false(tr_is_zh());
}

/* --- TLS and proxies --- */

static void test_a_key_is_kept_as_a_token_is(void **state)
{
    (void)state;
    char key[96], text[320];
    snprintf(key, sizeof key, "%s/client.key", home);
    put_fleet(key, "key\n");
    snprintf(text, sizeof text,
             "source \"a\" {\n driver = \"slurm\" url = \"https://h\" client_cert = \"/c\" client_key = \"%s\" }\n",
             key);
    chmod(key, 0640);
    assert_false(init_conf(text, NULL));
    assert_int_equal(err_status(&err), 78);
    assert_non_null(strstr(err.text, key));
    assert_non_null(strstr(err.hint, "chmod 600"));
    chmod(key, 0600);
    assert_true(init_conf(text, NULL));
    unlink(key);
}

static void test_a_proxy_is_a_url_without_a_password(void **state)
{
    (void)state;
    static const char *const bad[] = {"http://u:secret@p:1", "socks5://p:1", "p q"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[200];
        snprintf(text, sizeof text, "source \"a\" { driver = \"slurm\" url = \"http://h\" proxy = \"%s\" }\n", bad[i]);
        assert_false(init_conf(text, NULL));
        assert_int_equal(err_status(&err), 78);
        assert_non_null(strstr(err.text, "proxy"));
        assert_null(strstr(err.text, "secret"));
    }
}

/* --- times --- */

static void test_clocks(void **state)
{
    (void)state;
    static const char *const urls[] = {"slurm+http://u@h1:1"};
    struct options o = {.sources = urls, .source_count = 1, .speed = -1};
    o.now = "2026-11-21T03:00:00Z";
    o.once = true;
    o.at = "-15m";
    assert_true(init(&o));
    assert_int_equal(clock_now(&s.clock).utc_ms, INT64_C(1795230000000));
    assert_int_equal(s.at_ms, INT64_C(1795230000000) - 900000);
    o.at = "yesterday";
    assert_false(init(&o));
    assert_int_equal(err_status(&err), 64);
    o.at = NULL;
    o.now = "25:61";
    assert_false(init(&o));
    assert_int_equal(err_status(&err), 64);
}

static int make_home(void **state)
{
    (void)state;
    if (!mkdtemp(home))
        return -1;
    snprintf(conf, sizeof conf, "%s/hubtop.conf", home);
    snprintf(state_home, sizeof state_home, "%s/state", home);
    setenv("HOME", home, 1);
    setenv("XDG_STATE_HOME", state_home, 1);
    setenv("XDG_CONFIG_HOME", state_home, 1);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static int remove_home(void **state)
{
    (void)state;
    setup_release(&s);
    return nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_plans_may),
        cmocka_unit_test(test_adhoc_contexts),
        cmocka_unit_test(test_contexts),
        cmocka_unit_test(test_names_of_contexts),
        cmocka_unit_test(test_state_directories),
        cmocka_unit_test(test_reading_makes_no_folder),
        cmocka_unit_test(test_a_secret_in_a_url_leaves_nothing),
        cmocka_unit_test(test_nothing_to_ask),
        cmocka_unit_test(test_root_starts_no_slurmrestd),
        cmocka_unit_test(test_all_settings_of_a_source),
        cmocka_unit_test(test_errors_name_file_and_line),
        cmocka_unit_test(test_limits_of_the_configuration),
        cmocka_unit_test(test_sources_of_urls),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_a_fleet_beside_the_configuration),
        cmocka_unit_test(test_a_fleet_of_the_command_line),
        cmocka_unit_test(test_a_key_is_kept_as_a_token_is),
        cmocka_unit_test(test_the_language_of_the_configuration),
        cmocka_unit_test(test_a_proxy_is_a_url_without_a_password),
        cmocka_unit_test(test_queries_of_a_source),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
