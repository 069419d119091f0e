#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/screen.h"
#include "cli/wait.h"

enum { DEMO_START_MS = 3600 * 1000, DEMO_URL_MAX = 2 * DIR_PATH_MAX };

/* The demo is a console over a collector whose only source is the simulator, in a folder that goes with it. */
static bool source_url(const struct options *o, const char *data, int64_t now_ms, char *out, size_t size)
{
    char start[CLOCK_TEXT_MAX], seed[48] = "";
    if (o->seed >= 0)
        snprintf(seed, sizeof seed, "&seed=%ld", o->seed);
    int n = snprintf(out, size, "sample:%s?name=sample&interval=2&scenario=%s&start=%s%s", data,
                     o->arg_count > 0 ? o->args[0] : "ordinary", clock_iso(now_ms - DEMO_START_MS, start), seed);
    return n > 0 && (size_t)n < size;
}

static bool data_dir(const struct options *o, char out[DIR_PATH_MAX], struct err *err)
{
    if (o->data) {
        if (dir_expand(o->data, out) && access(out, R_OK | X_OK) == 0)
            return true;
        err_set(err, ERR_INPUT, "cannot read the folder '%s' of --data", o->data);
        return err_exit(err, 66);
    }
    return setup_share("sample-data", out, err);
}

static bool now_of(const struct options *o, int64_t *now_ms, struct err *err)
{
    struct clock real = {0};
    *now_ms = clock_now(&real).utc_ms;
    return !o->now || clock_parse_time(o->now, *now_ms, now_ms, err) || err_exit(err, 64);
}

static int show(struct options *demo, struct err *err)
{
    struct setup s = {0};
    bool ok = setup_init(&s, demo, false, err);
    snprintf(s.context, sizeof s.context, "demo");
    ok = ok && setup_launcher(&s, demo, err);
    int status = ok ? screen_run(&s, demo, true, err) : fail_report(demo, err);
    if (ok)
        wait_for_end(&s);
    setup_release(&s);
    return status;
}

static int run(const struct options *o)
{
    struct err err = {0};
    char data[DIR_PATH_MAX], dir[DIR_PATH_MAX], url[DEMO_URL_MAX];
    int64_t now_ms;
    const char *const sources[] = {url};
    if (!data_dir(o, data, &err) || !now_of(o, &now_ms, &err) || !dir_temporary(dir, &err))
        return fail_report(o, &err);
    struct options demo = *o;
    demo.ephemeral = true;
    demo.state_dir = dir;
    demo.sources = sources;
    demo.source_count = 1;
    demo.context = NULL;
    demo.fleet = NULL; /* the sample has its own */
    demo.write = false;
    int status = 64;
    if (source_url(o, data, now_ms, url, sizeof url))
        status = show(&demo, &err);
    dir_remove(dir);
    return status;
}

const struct command cmd_demo = {
    .name = "demo",
    .usage = "[SCENARIO]",
    .summary = "the console on sample data; opens no network connection",
    .help = "Everything that it shows is synthetic, anchored on published figures (示例数据). --seed gives another "
            "fleet of jobs,\n"
            "--speed another pace, --data another folder with fleet.conf and scenarios.",
    .run = run,
};
