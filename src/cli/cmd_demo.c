#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tr.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/screen.h"
#include "cli/wait.h"
#include "console/play.h"
#include "sources/scenario.h"
#include "views/view.h"

enum {
    DEMO_URL_MAX = 2 * DIR_PATH_MAX,
    DEMO_SPEED = 10,
    DEMO_TAKES_S = 20, /* an order: long enough to be seen at the pace of a plan */
    DEMO_SCENARIOS_MAX = 200,
    DEMO_STARTUP_MS = 1500,
    DEMO_NO_FILE = 66
};
#define DEMO_SCENARIO "cable"
#define DEMO_VIEW     "map"

/* The demo is a console over a collector whose only source is the simulator, in a folder that goes with it. At its pace
 * a poll a second is one in ten seconds of the fleet. */
static bool source_url(const struct options *o, const char *data, const char *scenario, int64_t now_ms, char *out,
                       size_t size)
{
    char start[CLOCK_TEXT_MAX], seed[48] = "";
    if (o->seed >= 0)
        snprintf(seed, sizeof seed, "&seed=%ld", o->seed);
    int n = snprintf(out, size, "sample:%s?name=sample&interval=1&takes=%d&scenario=%s&start=%s%s", data, DEMO_TAKES_S,
                     scenario, clock_iso(now_ms - SCENARIO_LEAD_MS, start), seed);
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

/* What the clock says at the first picture. --now, else the last such time of day as the scenario opens at, else now. */
static bool now_of(const struct options *o, const struct scenario *scenario, int64_t *now_ms, struct err *err)
{
    struct clock real = {0};
    const char *text = o->now ? o->now : scenario->opens;
    *now_ms = clock_now(&real).utc_ms;
    return !text || clock_parse_time(text, *now_ms, now_ms, err) || err_exit(err, 64);
}

/* The clock runs while the collector starts: it begins before the hour at which the scenario opens. */
static int64_t ahead_ms(const struct options *o, const struct scenario *scenario, double speed)
{
    return o->now || o->once || !scenario->opens ? 0 : (int64_t)(DEMO_STARTUP_MS * speed);
}

static int list(const struct options *o, const char *data, struct err *err)
{
    char *names[DEMO_SCENARIOS_MAX];
    int n = scenario_names(data, names, DEMO_SCENARIOS_MAX, err);
    bool ok = n >= 0;
    for (int i = 0; i < n; i++) {
        struct scenario s;
        if (ok && (ok = scenario_load(data, names[i], &s, err))) {
            const char *title = tr_is_zh() && s.title_zh ? s.title_zh : s.title;
            printf("%-16s %s\n", names[i], title ? title : "");
            scenario_release(&s);
        }
        free(names[i]);
    }
    return ok ? 0 : fail_report(o, err);
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

static int demo(const struct options *o, const char *data, const struct scenario *scenario, struct play *play,
                struct err *err)
{
    const char *name = o->arg_count > 0 ? o->args[0] : DEMO_SCENARIO;
    char dir[DIR_PATH_MAX], url[DEMO_URL_MAX], now[CLOCK_TEXT_MAX];
    int64_t now_ms;
    const char *const sources[] = {url};
    if (!now_of(o, scenario, &now_ms, err) || !dir_temporary(dir, err))
        return fail_report(o, err);
    struct options d = *o;
    d.ephemeral = true;
    d.state_dir = dir;
    d.sources = sources;
    d.source_count = 1;
    d.context = NULL;
    d.fleet = NULL;     /* the sample has its own */
    d.write = !o->once; /* a printed screen asks for nothing */
    d.play = play;
    d.speed = o->speed >= 0 ? o->speed : DEMO_SPEED;
    d.hurry = o->speed >= 0 ? 0 : scenario->hurry;
    d.now = clock_iso(now_ms - ahead_ms(o, scenario, d.speed), now);
    if (!screen_wall(&d, err)) {
        dir_remove(dir);
        return fail_report(o, err);
    }
    o = &d;
    d.focus = o->view || o->a11y ? NULL : scenario->focus;
    d.view = o->view || o->a11y ? o->view
             : scenario->view   ? scenario->view
                                : DEMO_VIEW; /* a map says nothing in lines */
    int status = 64;
    if (source_url(o, data, name, now_ms, url, sizeof url))
        status = show(&d, err);
    dir_remove(dir);
    return status;
}

/* --- tours and drills --- */

/* Whether all of it can be played, before it begins. */
static bool make_tour(const char *name, const struct scenario *scenario, struct play_step *steps, struct err *err)
{
    uint32_t keys[PLAY_KEYS_MAX];
    if (scenario->step_count == 0) {
        err_set(err, ERR_INPUT, "the scenario '%s' has no tour", name);
        err_hint(err, "its file would hold steps: step \"+6s\" { caption = … caption_zh = … keys = … }");
        return err_exit(err, 64);
    }
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct scenario_step *s = &scenario->steps[i];
        steps[i] = (struct play_step){s->at_ms, tr_is_zh() ? s->caption_zh : s->caption, s->keys};
        if (play_keys(&steps[i], keys, err) < 0) {
            err_prefix(err, "the tour of '%s'", name);
            return err_exit(err, 78);
        }
    }
    return true;
}

static void tell_score(const struct play *play, const char *name)
{
    struct buf line = buf_make(512);
    play_score(play, name, &line);
    puts(buf_str(&line));
    buf_release(&line);
}

static int play_all(const struct options *o, const char *data, const struct scenario *scenario, struct err *err)
{
    const char *name = o->arg_count > 0 ? o->args[0] : DEMO_SCENARIO;
    struct play_step *steps = mem_new(scenario->step_count + 1, sizeof *steps);
    bool ok = !o->tour || make_tour(name, scenario, steps, err), again = ok;
    int status = ok ? 0 : fail_report(o, err);
    while (again) {
        struct play play = {.steps = steps, .count = o->tour ? scenario->step_count : 0, .loop = o->loop};
        status = demo(o, data, scenario, o->tour || o->drill ? &play : NULL, err);
        again = status == 0 && play.again;
        if (o->drill && status == 0)
            tell_score(&play, name);
    }
    free(steps);
    return status;
}

static bool check_words(const struct options *o, struct err *err)
{
    bool bad = (o->tour && o->drill) || (o->loop && !o->tour) || (o->once && (o->tour || o->drill));
    if (!bad)
        return true;
    err_set(err, ERR_INPUT,
            o->once   ? "a printed screen has neither a tour nor a drill"
            : o->loop ? "--loop is for a tour"
                      : "a demo is either a tour or a drill");
    err_hint(err, "demo [SCENARIO] --tour [--loop], or demo --drill SCENARIO");
    return err_exit(err, 64);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct scenario scenario;
    char data[DIR_PATH_MAX];
    if (!check_words(o, &err) || !data_dir(o, data, &err))
        return fail_report(o, &err);
    if (o->list)
        return list(o, data, &err);
    if (!scenario_load(data, o->arg_count > 0 ? o->args[0] : DEMO_SCENARIO, &scenario, &err)) {
        if (err_status(&err) == DEMO_NO_FILE)
            err_hint(&err, "'hubtop demo --list' tells the scenarios there are");
        return fail_report(o, &err);
    }
    int status = play_all(o, data, &scenario, &err);
    scenario_release(&scenario);
    return status;
}

const struct command cmd_demo = {
    .name = "demo",
    .usage = "[SCENARIO] [--tour [--loop] | --drill] | --list",
    .summary = "the console on sample data; opens no network connection",
    .help =
        "Everything that it shows is synthetic, anchored on published figures (示例数据). --list tells the scenarios "
        "there are,\n"
        "'cable' is played without one. --seed gives another fleet of jobs, --speed another pace, --data another "
        "folder\n"
        "with fleet.conf and scenarios.\n"
        "--tour presses the keys itself, with one line that says what is to be seen; any key ends it and leaves the "
        "console\n"
        "to you. --loop plays it again and again. --drill says at the end how long you took to acknowledge, to tell "
        "others\n"
        "and to be out of it, how many keys it were, and how many orders were refused. The clock runs at 10; while a "
        "plan "
        "is\n"
        "carried out a scenario may hurry ('cable' does, at 60), unless --speed says another pace.",
    .run = run,
};
