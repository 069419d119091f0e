#include "cli/setup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/tr.h"
#include "cli/at.h"
#include "cli/setup_limits.h"
#include "cli/setup_people.h"
#include "cli/setup_roles.h"
#include "cli/setup_source.h"
#include "cli/setup_thresholds.h"

#define SETUP_SHARED "/var/lib/hubtop/"

enum {
    SETUP_SOURCES_MAX = 2000,
    SETUP_OWN_COMMANDS = 8,
    SETUP_PLANNER_MS = 600000, /* whoever waits cancels it */
};

static bool wrong(struct err *err, const char *hint, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static bool wrong(struct err *err, const char *hint, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    err_set(err, ERR_INPUT, "%s", text);
    err_hint(err, "%s", hint);
    return err_exit(err, 78);
}

static bool too_long(struct err *err, const char *path)
{
    return wrong(err, "give it a shorter path", "the path '%.60s…' is too long", path);
}

/* --- the configuration --- */

static bool find_config(const struct options *o, char out[DIR_PATH_MAX])
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (o->config)
        return dir_expand(o->config, out);
    if (xdg && xdg[0] == '/')
        snprintf(out, DIR_PATH_MAX, "%s/hubtop/hubtop.conf", xdg);
    else if (home)
        snprintf(out, DIR_PATH_MAX, "%s/.config/hubtop/hubtop.conf", home);
    if ((xdg || home) && access(out, F_OK) == 0)
        return true;
    snprintf(out, DIR_PATH_MAX, "/etc/xdg/hubtop/hubtop.conf");
    return access(out, F_OK) == 0;
}

bool setup_read(struct setup *s, const struct options *o, struct err *err)
{
    s->thresholds = thresholds_default();
    s->limits = o->ephemeral ? plan_limits_demo() : plan_limits_preset();
    s->write_allowed = o->ephemeral; /* the demo's fleet is nobody's */
    if (o->source_count > 0)
        return setup_roles_read(s, err) && setup_people_read(s, o, err);
    if (!find_config(o, s->config_path))
        return o->config ? too_long(err, o->config) : setup_roles_read(s, err) && setup_people_read(s, o, err);
    s->config = config_load(s->config_path, setup_source_schema(&s->arena), err);
    if (!s->config)
        return false;
    s->write_allowed = config_bool(s->config, "allow_write", false);
    s->cache_max_bytes = config_int(s->config, "cache_max_mb", 4096) << 20;
    return setup_thresholds_read(s, err) && setup_limits_read(s, err) && setup_roles_read(s, err) &&
           setup_people_read(s, o, err);
}

bool setup_path(const struct setup *s, const char *given, char out[DIR_PATH_MAX])
{
    char full[DIR_PATH_MAX];
    const char *slash = strrchr(s->config_path, '/');
    if (!dir_expand(given, full))
        return false;
    int folder = slash && full[0] != '/' ? (int)(slash - s->config_path) + 1 : 0;
    int n = snprintf(out, DIR_PATH_MAX, "%.*s%s", folder, s->config_path, full);
    return n > 0 && n < DIR_PATH_MAX;
}

bool setup_fleet(struct setup *s, const struct options *o, struct err *err)
{
    const char *configured = s->config && !o->fleet ? config_text(s->config, "fleet") : NULL;
    const char *given = o->fleet ? o->fleet : configured;
    if (!given)
        return true;
    if (!(configured ? setup_path(s, given, s->fleet_path) : dir_expand(given, s->fleet_path)))
        return too_long(err, given);
    s->fleet = fleet_load(s->fleet_path, err);
    if (s->fleet || !configured || err_status(err) != 66)
        return s->fleet != NULL;
    err_prefix(err, "%s:%d", s->config_path, config_origin(s->config, "fleet"));
    err_hint(err, "'fleet' is a path from the configuration's folder; without it each scheduler is its own cluster");
    return err_exit(err, 78);
}

/* --- the context and its sources --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* adhoc-H of control.md: the same URLs in any order are the same context. They hold no secrets: a token in a URL is
 * refused. */
static void adhoc_context(struct setup *s, const struct options *o)
{
    char hex[65];
    struct buf all = buf_make(1 << 20);
    const char **sorted = arena_alloc(&s->arena, o->source_count * sizeof *sorted);
    memcpy(sorted, o->sources, o->source_count * sizeof *sorted);
    qsort(sorted, o->source_count, sizeof *sorted, by_text);
    for (size_t i = 0; i < o->source_count; i++)
        buf_printf(&all, NULL, "%s\n", sorted[i]);
    hash_sha256_hex(buf_str(&all), all.len, hex);
    snprintf(s->context, sizeof s->context, "adhoc-%.8s", hex);
    buf_release(&all);
}

/* Before anything is made for them: a folder named after a URL with a token in it, say. */
static bool urls_make_sense(const struct options *o, struct err *err)
{
    struct source_url url;
    for (size_t i = 0; i < o->source_count; i++) {
        if (!source_url_parse(o->sources[i], &url, err))
            return false;
    }
    return true;
}

static bool sources_of_urls(struct setup *s, const struct options *o, struct err *err)
{
    struct collector_source *all = arena_alloc(&s->arena, o->source_count * sizeof *all);
    for (size_t i = 0; i < o->source_count; i++) {
        if (!setup_source_of_url(s, o->sources[i], &all[i], err))
            return false;
    }
    s->sources = all;
    s->source_count = o->source_count;
    return true;
}

const struct config *setup_section(const struct config *c, const char *kind, const char *name)
{
    for (size_t i = 0; i < config_section_count(c, kind); i++) {
        const struct config *section = config_section(c, kind, i);
        if (strcmp(config_title(section), name) == 0)
            return section;
    }
    return NULL;
}

static const struct config *context_of(const struct setup *s, const struct options *o, struct err *err)
{
    const char *name = o->context ? o->context : config_text(s->config, "use_context");
    if (!name)
        return config_section_count(s->config, "context") == 1 ? config_section(s->config, "context", 0) : NULL;
    const struct config *context = setup_section(s->config, "context", name);
    if (!context)
        wrong(err, "-C NAME takes one that the configuration has", "no context is called '%s'", name);
    return context;
}

static bool sources_of_config(struct setup *s, const struct config *context, struct err *err)
{
    size_t count = context ? config_list_count(context, "sources") : config_section_count(s->config, "source");
    if (count > SETUP_SOURCES_MAX)
        return wrong(err, "split them into contexts", "there are more than %d sources", SETUP_SOURCES_MAX);
    struct collector_source *all = arena_alloc(&s->arena, (count + 1) * sizeof *all);
    for (size_t i = 0; i < count; i++) {
        const struct config *section = context
                                           ? setup_section(s->config, "source", config_list_at(context, "sources", i))
                                           : config_section(s->config, "source", i);
        if (!section)
            return wrong(err, "each name in a context's sources is a source section's", "no source is called '%s'",
                         config_list_at(context, "sources", i));
        if (!setup_source_of_config(s, section, &all[i], err))
            return false;
    }
    s->sources = all;
    s->source_count = count;
    return true;
}

bool setup_context_name(const char *name, struct err *err)
{
    bool plain = name[0] && name[0] != '.' && name[0] != '-' && strlen(name) < SETUP_CONTEXT_MAX;
    for (const char *c = name; *c; c++)
        plain = plain && *c != '/' && (unsigned char)*c >= ' ' && *c != 0x7f;
    if (plain)
        return true;
    err_set(err, ERR_INPUT, "cannot use the context name '%.80s'", name);
    err_hint(err, "it names a folder: at most %d bytes, no '/', no control characters, no '.' or '-' at its beginning",
             SETUP_CONTEXT_MAX - 1);
    return err_exit(err, 78);
}

static bool take_context_name(struct setup *s, const char *name, struct err *err)
{
    if (!setup_context_name(name, err))
        return false;
    memcpy(s->context, name, strlen(name) + 1);
    return true;
}

bool setup_context(struct setup *s, const struct options *o, const struct config **context, struct err *err)
{
    if (o->source_count > 0 && !o->context) {
        adhoc_context(s, o);
        return true;
    }
    if (!s->config)
        return take_context_name(s, o->context ? o->context : "default", err);
    *context = context_of(s, o, err);
    if (err->kind != ERR_NONE)
        return false;
    s->danger = *context && config_bool(*context, "danger", false);
    return take_context_name(s, *context ? config_title(*context) : "default", err);
}

/* --- the state directory --- */

static bool choose_dir(struct setup *s, const struct options *o, struct err *err)
{
    const char *given = o->state_dir ? o->state_dir : s->config ? config_text(s->config, "state_dir") : NULL;
    char shared[DIR_PATH_MAX];
    if (given) {
        s->shared = strncmp(given, SETUP_SHARED, sizeof SETUP_SHARED - 1) == 0;
        return dir_expand(given, s->state_dir) || too_long(err, given);
    }
    snprintf(shared, sizeof shared, SETUP_SHARED "%s", s->context);
    if (access(shared, R_OK | X_OK) == 0) {
        s->shared = true;
        memcpy(s->state_dir, shared, sizeof shared);
        return true;
    }
    return dir_state_own(s->context, s->state_dir, err);
}

static bool open_dir(struct setup *s, const struct options *o, bool make_dir, struct err *err)
{
    const char *user = s->config ? config_text(s->config, "collector_user") : NULL;
    if (!choose_dir(s, o, err))
        return false;
    if (make_dir && !dir_make(s->state_dir, err))
        return false;
    if (access(s->state_dir, F_OK) != 0 && errno == ENOENT) {
        err_set(err, ERR_INPUT, "there is no cache for the context '%s': no folder '%s'", s->context, s->state_dir);
        err_hint(err, "without --offline a collector is started and makes it");
        return err_exit(err, 66);
    }
    return dir_check(s->state_dir, user, err);
}

/* --- the clock --- */

static bool handed_clock(const char *text, struct setup *s, struct err *err)
{
    char *end;
    struct clock *clock = &s->clock;
    clock->simulated = true;
    clock->start_utc_ms = strtoll(text, &end, 10);
    if (*end == '@')
        clock->start_boot_ms = strtoll(end + 1, &end, 10);
    if (*end == '@')
        clock->speed = strtod(end + 1, &end);
    if (*end == '@')
        s->hurry = strtod(end + 1, &end);
    return *end == '\0' || wrong(err, "UTC_MS@BOOT_MS@SPEED@HURRY", "cannot read the clock '%s'", text);
}

static bool set_clock(struct setup *s, const struct options *o, struct err *err)
{
    int64_t utc_ms = 0;
    struct clock real = {0};
    int64_t now_ms = clock_now(&real).utc_ms;
    if (o->clock && !handed_clock(o->clock, s, err))
        return false;
    if (o->now) {
        if (!clock_parse_time(o->now, now_ms, &utc_ms, err))
            return err_exit(err, 64);
        s->clock = clock_simulated(utc_ms, o->once ? 0 : o->speed >= 0 ? o->speed : 1);
    } else if (o->speed >= 0 && !o->clock)
        s->clock = clock_simulated(now_ms, o->speed);
    if (o->at && o->at[0] != '@' && !clock_parse_time(o->at, clock_now(&s->clock).utc_ms, &s->at_ms, err))
        return err_exit(err, 64);
    return true;
}

/* The configuration is known later than the command line: what it says of the language holds from here on. */
static void take_language(const struct setup *s, const struct options *o)
{
    char locale[DIR_PATH_MAX];
    const char *language = s->config && !o->lang ? config_text(s->config, "language") : NULL;
    if (language && strcmp(language, "auto") != 0)
        tr_init(language, setup_share("locale", locale, NULL) ? locale : NULL);
}

bool setup_init(struct setup *s, const struct options *o, bool make_dir, struct err *err)
{
    const struct config *context = NULL;
    *s = (struct setup){0};
    if (!setup_read(s, o, err))
        return false;
    take_language(s, o);
    if (!setup_context(s, o, &context, err) || !urls_make_sense(o, err) || !set_clock(s, o, err) ||
        !setup_fleet(s, o, err))
        return false;
    if (o->source_count == 0 && !s->config && !o->state_dir) {
        err_set(err, ERR_INPUT, "no source is known: there is no configuration and no --source");
        err_hint(
            err,
            "'hubtop demo' shows sample data; a Slurm cluster: --source 'slurm+http://USER@HOST:6820?token_file=FILE'");
        return err_exit(err, 78);
    }
    if (!open_dir(s, o, make_dir, err) ||
        (o->at && o->at[0] == '@' && !at_alert(o->at + 1, s->state_dir, clock_now(&s->clock), &s->at_ms, err)))
        return false;
    return o->source_count > 0 ? sources_of_urls(s, o, err) : !s->config || sources_of_config(s, context, err);
}

void setup_release(struct setup *s)
{
    launcher_free(s->launcher);
    fleet_free(s->fleet);
    setup_limits_release(s);
    config_free(s->config);
    arena_release(&s->arena);
    *s = (struct setup){0};
}

/* --- what may be started --- */

/* Words that lead this program to the same context: what we were told, but no secrets, for there are none in it. `argv` has room
 * for them; how many there are then. */
static size_t put_context(struct setup *s, const struct options *o, const char **argv, size_t n)
{
    static char clock[96];
    argv[n++] = "--state-dir";
    argv[n++] = s->state_dir;
    if (o->source_count > 0 || (s->config && config_section_count(s->config, "context") > 0)) {
        argv[n++] = "--context";
        argv[n++] = s->context;
    }
    if (o->config && o->source_count == 0) {
        argv[n++] = "--config";
        argv[n++] = o->config;
    }
    if (o->fleet) {
        argv[n++] = "--fleet";
        argv[n++] = s->fleet_path;
    }
    for (size_t i = 0; i < o->source_count; i++) {
        argv[n++] = "--source";
        argv[n++] = o->sources[i];
    }
    if (s->clock.simulated) {
        snprintf(clock, sizeof clock, "%lld@%lld@%g@%g", (long long)s->clock.start_utc_ms,
                 (long long)s->clock.start_boot_ms, s->clock.speed, o->hurry);
        argv[n++] = "--clock";
        argv[n++] = clock;
    }
    return n;
}

static const char *own_path(void)
{
    static char self[DIR_PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    self[len > 0 ? len : 0] = '\0';
    return self;
}

enum { ARGV_OWN = 22 };

static const char *const *collector_argv(struct setup *s, const struct options *o)
{
    static char log[DIR_PATH_MAX];
    const char **argv = arena_alloc(&s->arena, (2 * o->source_count + ARGV_OWN) * sizeof *argv);
    size_t n = 0;
    argv[n++] = own_path();
    argv[n++] = "collect";
    argv[n++] = "--until-idle";
    n = put_context(s, o, argv, n);
    if (dir_join(log, s->state_dir, "collector.log")) {
        argv[n++] = "--log-file";
        argv[n++] = log;
    }
    if (o->ephemeral)
        argv[n++] = "--ephemeral";
    return argv;
}

/* The planner, as a child: `words` are its command. */
static struct launcher_command planner(struct setup *s, const struct options *o, const char *name,
                                       const char *const *words)
{
    const char **argv = arena_alloc(&s->arena, (2 * o->source_count + ARGV_OWN) * sizeof *argv);
    size_t n = 0;
    argv[n++] = own_path();
    for (; *words; words++)
        argv[n++] = *words;
    n = put_context(s, o, argv, n);
    argv[n++] = "--json";
    argv[n++] = "--no-input";
    return (struct launcher_command){.name = name, .argv = argv, .own = true, .timeout_ms = SETUP_PLANNER_MS};
}

bool setup_launcher(struct setup *s, const struct options *o, struct err *err)
{
    size_t of_sources = SETUP_SOURCE_COMMANDS * s->source_count;
    struct launcher_command *commands = arena_alloc(&s->arena, (of_sources + SETUP_OWN_COMMANDS) * sizeof *commands);
    size_t n = setup_source_commands(s, commands, of_sources);
    n += setup_people_commands(s, commands + n, SETUP_OWN_COMMANDS - 3);
    commands[n++] = planner(s, o, "solver", (const char *const[]){"plan", "create", NULL});
    commands[n++] = planner(s, o, "room", (const char *const[]){"room", NULL});
    commands[n++] = (struct launcher_command){.name = "collector", .argv = collector_argv(s, o), .daemon = true};
    s->launcher = launcher_new(commands, n, err);
    return s->launcher != NULL;
}

/* --- what is shipped --- */

/* The folder that lies `up` levels above the program itself. */
static void program_dir(int up, char out[DIR_PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", out, DIR_PATH_MAX - 1);
    out[len > 0 ? len : 0] = '\0';
    for (; up > 0 && strrchr(out, '/'); up--)
        *strrchr(out, '/') = '\0';
}

bool setup_locale(char out[DIR_PATH_MAX])
{
    static const struct {
        int up;
        const char *place;
    } places[] = {{1, "locale"}, {2, "share/locale"}}; /* build/hubtop in the tree; bin/hubtop installed */
    char dir[DIR_PATH_MAX];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        program_dir(places[i].up, dir);
        if (dir_join(out, dir, places[i].place) && access(out, R_OK | X_OK) == 0)
            return true;
    }
    snprintf(out, DIR_PATH_MAX, "%s/share/locale", HUBTOP_PREFIX);
    return access(out, R_OK | X_OK) == 0;
}

bool setup_share(const char *name, char out[DIR_PATH_MAX], struct err *err)
{
    static const char *const places[] = {"", "share/hubtop/"}; /* build/hubtop in the tree; bin/hubtop installed */
    char self[DIR_PATH_MAX];
    program_dir(2, self);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int n = snprintf(out, DIR_PATH_MAX, "%s/%s%s", self, places[i], name);
        if (n > 0 && n < DIR_PATH_MAX && access(out, R_OK | X_OK) == 0)
            return true;
    }
    snprintf(out, DIR_PATH_MAX, "%s/share/hubtop/%s", HUBTOP_PREFIX, name);
    if (access(out, R_OK | X_OK) == 0)
        return true;
    err_set(err, ERR_INPUT, "cannot find the folder '%s' beside the program or in '%s'", name, out);
    return err_exit(err, 66);
}
