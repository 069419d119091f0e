#include "cli/setup_source.h"

#include "cli/setup_keys.h"
#include "cli/setup_limits.h"
#include "cli/setup_people.h"
#include "cli/setup_roles.h"
#include "cli/setup_thresholds.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SETUP_SETTINGS_MAX = 64, SETUP_INTERVAL_S = 10, SETUP_SETTING_MAX = 1024 };
/* Slurm takes scripts of 4 MiB; its scontrol waits for a hung slurmctld. */
enum { SETUP_SCRIPT_MS = 30000, SETUP_SCRIPT_MAX = 4 << 20 };

/* --- the schema --- */

static const struct config_option common_settings[] = {
    {.name = "driver",
     .type = CONFIG_TEXT,
     .example = "slurm",
     .help = "hub, slurm, prometheus, alertmanager, netbox, file, sample"},
    {.name = "url",
     .type = CONFIG_TEXT,
     .example = "http://10.0.0.1:6820",
     .help = "http://host:port, https://…, unix:///path, local:, file:/path/*.prom, or the sample's folder"},
    {.name = "user", .type = CONFIG_TEXT, .example = "slurm", .help = "the name that goes with the token"},
    {.name = "token_file",
     .type = CONFIG_TEXT,
     .example = "~/.config/hubtop/NAME.token",
     .help = "a file of mode 0600 with the token"},
    {.name = "token_command",
     .type = CONFIG_LIST,
     .example = "vault read NAME",
     .help = "a command and its arguments that prints the token; no shell"},
    {.name = "scheduler",
     .type = CONFIG_TEXT,
     .example = "NAME",
     .help = "its scheduler's id in the fleet; by default the source's name"},
    {.name = "interval",
     .type = CONFIG_INT,
     .example = "10",
     .help = "seconds from the end of a poll to the next",
     .min = 1,
     .max = 3600},
    {.name = "ca_file",
     .type = CONFIG_TEXT,
     .example = "/etc/ssl/certs/corp.pem",
     .help = "PEM certificates of the authorities that its own is checked against, instead of the system's"},
    {.name = "client_cert",
     .type = CONFIG_TEXT,
     .example = "~/.config/hubtop/client.pem",
     .help = "our certificate for TLS, PEM"},
    {.name = "client_key",
     .type = CONFIG_TEXT,
     .example = "~/.config/hubtop/client.key",
     .help = "its key, PEM, mode 0600, without a pass phrase"},
    {.name = "proxy",
     .type = CONFIG_TEXT,
     .example = "http://proxy.example:3128",
     .help = "an HTTP proxy; without it none is used, whatever the environment says"},
    {.name = "read_only",
     .type = CONFIG_BOOL,
     .preset = "false",
     .help = "it is given no orders, not even silences, whatever --write says"},
    {.name = NULL},
};

static const struct config_option context_settings[] = {
    {.name = "sources", .type = CONFIG_LIST, .example = "NAME", .help = "names of its sources"},
    {.name = "danger",
     .type = CONFIG_BOOL,
     .preset = "false",
     .help = "production: orders always need the strictest confirmation"},
    {.name = NULL},
};

static bool in_table(const struct config_option *table, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(table[i].name, name) == 0)
            return true;
    }
    return false;
}

static const struct config_option *source_options(struct arena *a)
{
    struct config_option *all = arena_alloc(a, SETUP_SETTINGS_MAX * sizeof *all);
    size_t n = 0;
    for (const struct config_option *o = common_settings; o->name; o++)
        all[n++] = *o;
    for (const struct source_driver *const *d = source_table; *d; d++) {
        for (const struct config_option *o = (*d)->settings; o && o->name && n + 1 < SETUP_SETTINGS_MAX; o++) {
            if (!in_table(all, n, o->name))
                all[n++] = *o;
        }
    }
    return all;
}

static const struct config_option plain_settings[] = {
    {.name = "version", .type = CONFIG_INT, .preset = "1", .help = "of this file's form", .min = 1, .max = 1 + 1},
    {.name = "fleet",
     .type = CONFIG_TEXT,
     .example = "fleet.conf",
     .help = "what no source tells: hubs, places, links, prices; a path from this file's folder"},
    {.name = "interval", .type = CONFIG_INT, .preset = "10", .help = "seconds between polls", .min = 1, .max = 3600},
    {.name = "state_dir",
     .type = CONFIG_TEXT,
     .example = "~/.local/state/hubtop/default",
     .help = "where cache, lock and socket are kept"},
    {.name = "collector_user",
     .type = CONFIG_TEXT,
     .preset = "hubtop",
     .help = "the user that a shared collector runs as"},
    {.name = "cache_max_mb",
     .type = CONFIG_INT,
     .preset = "4096",
     .help = "the cache stays below it",
     .min = 64,
     .max = 1 << 20},
    {.name = "read_only", .type = CONFIG_BOOL, .preset = "true", .help = "change nothing unless --write is given"},
    {.name = "allow_write",
     .type = CONFIG_BOOL,
     .preset = "false",
     .help = "whether this context may ever be written to"},
    {.name = "theme",
     .type = CONFIG_TEXT,
     .preset = "okabe-dark",
     .help = "the theme's name, or a path with a slash in it"},
    {.name = "map_outline",
     .type = CONFIG_TEXT,
     .preset = "builtin",
     .help = "the map's coastline: builtin, none, or a file"},
    {.name = "glyphs", .type = CONFIG_TEXT, .preset = "auto", .help = "auto, unicode, safe, ascii"},
    {.name = "a11y",
     .type = CONFIG_BOOL,
     .preset = "false",
     .help = "every console is one in lines, for screen readers and braille displays, as with --a11y"},
    {.name = "language", .type = CONFIG_TEXT, .preset = "auto", .help = "auto, en, zh"},
    {.name = "use_context", .type = CONFIG_TEXT, .example = "NAME", .help = "the context without -C"},
    {.name = "runbooks",
     .type = CONFIG_TEXT,
     .preset = "runbooks",
     .help = "the folder of runbooks (NAME.md, NAME.zh.md); a path from this file's folder"},
    {.name = SETUP_PEOPLE_ROSTER,
     .type = CONFIG_LIST,
     .example = "/usr/local/bin/on-duty today",
     .help = "a command and its arguments that prints who is on duty, lines ROLE NAME PHONE; no shell"},
    {.name = SETUP_PEOPLE_ESCALATE,
     .type = CONFIG_LIST,
     .example = "/usr/local/bin/page",
     .help = "a command that hands an alert on: it is given as one JSON object on standard input; no shell"},
    {.name = SETUP_PEOPLE_BULLETIN,
     .type = CONFIG_LIST,
     .example = "/usr/local/bin/post-bulletin",
     .help = "a command that 'hubtop bulletin --send' gives its text to, on standard input; no shell"},
};
enum { PLAIN_SETTINGS = sizeof plain_settings / sizeof *plain_settings };

const struct config_option *setup_source_schema(struct arena *a)
{
    const struct config_option sections[] = {
        {.name = "context",
         .type = CONFIG_SECTION,
         .children = context_settings,
         .titled = true,
         .help = "a set of sources"},
        {.name = "source", .type = CONFIG_SECTION, .children = source_options(a), .titled = true, .help = "one peer"},
        {.name = "contact",
         .type = CONFIG_SECTION,
         .children = setup_people_contact,
         .titled = true,
         .help = "whom to call, by role"},
        {.name = "scope",
         .type = CONFIG_SECTION,
         .children = setup_people_scope,
         .titled = true,
         .help = "what a duty looks after: \"mine\" for its users"},
        {.name = "alias",
         .type = CONFIG_SECTION,
         .children = setup_keys_alias,
         .titled = true,
         .help = "a word of the console's command line that stands for a line"},
        {.name = "bind",
         .type = CONFIG_SECTION,
         .children = setup_keys_bind,
         .titled = true,
         .help = "a key of the console that runs a line"},
        {.name = SETUP_THRESHOLDS,
         .type = CONFIG_SECTION,
         .children = setup_thresholds_schema(a),
         .help = "from when on something is wrong, and for how long it must have been"},
        {.name = SETUP_LIMITS,
         .type = CONFIG_SECTION,
         .children = setup_limits_schema(a),
         .help = "what a rebalancing plan may do at most"},
        {.name = SETUP_ROLES,
         .type = CONFIG_SECTION,
         .children = setup_roles_schema(a),
         .help = "who may do what, as the collector decides it by uid, group and SSH key"},
        {.name = SETUP_MOVABLE,
         .type = CONFIG_SECTION,
         .children = setup_limits_movable,
         .titled = true,
         .help = "jobs of Slurm that may run on another scheduler; without one none may"},
        {.name = NULL},
    };
    struct config_option *all = arena_alloc(a, sizeof plain_settings + sizeof sections);
    memcpy(all, plain_settings, sizeof plain_settings);
    memcpy(all + PLAIN_SETTINGS, sections, sizeof sections);
    return all;
}

/* --- what both ways share --- */

static bool bad(struct err *err, const char *source, const char *what)
{
    err_set(err, ERR_INPUT, "cannot use the source '%s': %s", source, what);
    return err_exit(err, 78);
}

static const char *keep_printf(struct setup *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static const char *keep_printf(struct setup *s, const char *fmt, ...)
{
    char text[2 * DIR_PATH_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return arena_copy(&s->arena, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}

static const char *keep_path(struct setup *s, const char *path)
{
    char full[DIR_PATH_MAX];
    return path && dir_expand(path, full) ? keep_printf(s, "%s", full) : path;
}

static bool url_good(const char *url, const char *what, const char *name, struct err *err)
{
    if (http_url_check(url, err))
        return true;
    err_prefix(err, "source '%s'%s", name, what);
    return err_exit(err, 78);
}

/* Where the driver's peer is: HTTP, a Unix socket, a service that we start, or nowhere (the driver makes its facts
 * itself). */
static bool place(struct setup *s, struct collector_source *out, const char *name, struct err *err)
{
    static const char unix_prefix[] = "unix://";
    if (!out->driver->network)
        return true;
    if (strcmp(out->url, "local:") == 0) {
        if (geteuid() == 0 && !getenv("SLURMRESTD_SECURITY")) {
            bad(err, name, "slurmrestd does not run as root");
            return err_hint(err, "run hubtop as an ordinary user, or ask a slurmrestd that runs: slurm+unix:///path");
        }
        out->service = keep_printf(s, "service:%s", name);
        out->peer.unix_path = keep_printf(s, "%s/slurmrestd.sock", s->state_dir);
        out->peer.url = "http://localhost";
        return true;
    }
    if (strncmp(out->url, unix_prefix, sizeof unix_prefix - 1) == 0) {
        out->peer.unix_path = out->url + sizeof unix_prefix - 1;
        out->peer.url = "http://localhost";
        return out->peer.unix_path[0] == '/' || bad(err, name, "a Unix socket is written unix:///path");
    }
    out->peer.url = out->url;
    return url_good(out->url, "", name, err);
}

/* A key is a secret as a token is. One that is not there, or not ours to see, is told of by the TLS library. */
static bool key_is_private(const char *path, const char *name, struct err *err)
{
    struct stat st;
    if (!path || stat(path, &st) != 0 || !(st.st_mode & 077))
        return true;
    err_set(err, ERR_INPUT, "cannot use the source '%s': its client_key '%s' can be read or changed by others", name,
            path);
    err_hint(err, "chmod 600 '%s', and consider the key known", path);
    return err_exit(err, 78);
}

static bool peer_good(struct setup *s, struct collector_source *out, const char *name, struct err *err)
{
    return place(s, out, name, err) && (!out->peer.proxy || url_good(out->peer.proxy, ": its proxy", name, err)) &&
           key_is_private(out->peer.client_key ? out->peer.client_key : out->peer.client_cert, name, err);
}

static const struct source_driver *driver_of(const char *name, const char *source, struct err *err)
{
    const struct source_driver *d = source_by_name(name);
    if (d)
        return d;
    char known[ERR_HINT_MAX] = "";
    for (const struct source_driver *const *t = source_table; *t; t++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", known[0] ? ", " : "the drivers are ",
                 (*t)->name);
    err_set(err, ERR_INPUT, "cannot use the source '%s': no such driver '%s'", source, name);
    err_hint(err, "%s", known);
    err_exit(err, 78);
    return NULL;
}

/* --- from the configuration --- */

static bool at_line(const struct setup *s, const struct config *section, struct err *err)
{
    return err_prefix(err, "%s:%d", s->config_path, config_line(section));
}

static bool has_place(const struct config *c, const char *command, const char *place)
{
    size_t n = config_list_count(c, command), i = 1;
    while (i < n && !strstr(config_list_at(c, command, i), place))
        i++;
    return n == 0 || i < n;
}

/* Without its place it would do the same for each job, or each queue. */
static bool place_good(const struct config *c, const char *name, const struct peer_command *command, const char *place,
                       const char *what, struct err *err)
{
    char words[200];
    if (!what || has_place(c, command->setting, place))
        return true;
    snprintf(words, sizeof words, "its %s lacks '%s' for %s", command->setting, place, what);
    bad(err, name, words);
    err_hint(err, "%s", command->example);
    return err_exit(err, 78);
}

static bool commands_good(const struct config *c, const char *name, struct err *err)
{
    for (const struct peer_command *k = peer_command_table; k < peer_command_table + PEER_COMMANDS; k++) {
        if (!place_good(c, name, k, LAUNCHER_NUMBER, k->number, err) ||
            !place_good(c, name, k, LAUNCHER_WORD, k->word, err))
            return false;
    }
    return true;
}

static void name_commands(struct setup *s, const struct config *c, struct collector_source *out)
{
    for (int i = 0; i < PEER_COMMANDS; i++) {
        if (config_list_count(c, peer_command_table[i].setting) > 0)
            out->commands[i] = keep_printf(s, "%s:%s", peer_command_table[i].name, out->name);
    }
}

bool setup_source_of_config(struct setup *s, const struct config *c, struct collector_source *out, struct err *err)
{
    const char *name = config_title(c), *driver = config_text(c, "driver"), *url = config_text(c, "url");
    if (!driver || !url) {
        bad(err, name, driver ? "it has no url" : "it has no driver");
        return at_line(s, c, err);
    }
    const struct source_driver *d = driver_of(driver, name, err);
    if (!d)
        return at_line(s, c, err);
    if (config_text(c, "token_file") && config_list_count(c, "token_command") > 0) {
        bad(err, name, "it has both a token_file and a token_command");
        return at_line(s, c, err);
    }
    if (!commands_good(c, name, err))
        return at_line(s, c, err);
    *out = (struct collector_source){
        .name = name,
        .driver = d,
        .url = keep_path(s, url),
        .scheduler = config_text(c, "scheduler"),
        .user = config_text(c, "user"),
        .token_file = keep_path(s, config_text(c, "token_file")),
        .token_command = config_list_count(c, "token_command") > 0 ? keep_printf(s, "token:%s", name) : NULL,
        .read_only = config_bool(c, "read_only", false),
        .interval_ms = 1000 * config_int(c, "interval", config_int(s->config, "interval", SETUP_INTERVAL_S)),
        .peer = {.ca_file = keep_path(s, config_text(c, "ca_file")),
                 .client_cert = keep_path(s, config_text(c, "client_cert")),
                 .client_key = keep_path(s, config_text(c, "client_key")),
                 .proxy = config_text(c, "proxy")},
        .config = c,
    };
    name_commands(s, c, out);
    return peer_good(s, out, name, err) || at_line(s, c, err);
}

/* --- from a URL --- */

/* The query of a URL that outlives the parse: source_settings asks it by key. */
struct query {
    struct arena *arena;
    struct source_url url;
};

static const char *query_value(const void *ctx, const char *key)
{
    const struct query *q = ctx;
    char value[SETUP_SETTING_MAX];
    return source_url_query(&q->url, key, value, sizeof value) ? arena_copy(q->arena, value, strlen(value)) : NULL;
}

static int64_t interval_of(const struct query *q, bool *ok)
{
    const char *text = query_value(q, "interval");
    char *end = NULL;
    long seconds = text ? strtol(text, &end, 10) : SETUP_INTERVAL_S;
    *ok = !text || (*text && *end == '\0' && seconds >= 1 && seconds <= 3600);
    return 1000 * (int64_t)seconds;
}

/* What stands for the source until it has told its name: host and port, or the path. */
static const char *provisional(struct setup *s, const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    size_t n = strcspn(host, "/");
    return n > 0 ? arena_copy(&s->arena, host, n) : keep_printf(s, "%s", host);
}

static bool setting_known(const struct source_driver *d, const char *key, size_t n)
{
    static const char *const common[] = {"name",        "scheduler",  "token_file", "interval", "ca_file",
                                         "client_cert", "client_key", "proxy",      "read_only"};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (strlen(common[i]) == n && strncmp(common[i], key, n) == 0)
            return true;
    }
    for (const struct config_option *o = d->settings; o && o->name; o++) {
        if (o->type != CONFIG_SECTION && o->type != CONFIG_LIST && strlen(o->name) == n &&
            strncmp(o->name, key, n) == 0)
            return true;
    }
    return false;
}

/* A slip in a setting's name must not go by unseen: ?tokenfile= would ask without a token. */
static bool settings_known(const struct source_driver *d, const char *query, struct err *err)
{
    for (const char *key = query; *key; key += strcspn(key, "&"), key += *key == '&') {
        size_t n = strcspn(key, "=&");
        if (n == 0 || setting_known(d, key, n))
            continue;
        err_set(err, ERR_INPUT, "a source of driver '%s' has no setting '%.*s'", d->name, (int)n, key);
        err_hint(err, "'hubtop help' names the form; settings are those of a source section in the configuration");
        return err_exit(err, 64);
    }
    return true;
}

bool setup_source_of_url(struct setup *s, const char *text, struct collector_source *out, struct err *err)
{
    struct query *q = arena_alloc(&s->arena, sizeof *q);
    q->arena = &s->arena;
    if (!source_url_parse(text, &q->url, err))
        return false;
    const struct source_driver *d = driver_of(q->url.driver, text, err);
    if (!d)
        return false;
    if (!settings_known(d, q->url.query, err))
        return false;
    bool ok;
    int64_t interval_ms = interval_of(q, &ok);
    if (!ok)
        return bad(err, text, "its interval is 1 to 3600 seconds");
    const char *word = query_value(q, "read_only");
    bool read_only = word && strcmp(word, "true") == 0;
    if (word && !read_only && strcmp(word, "false") != 0)
        return bad(err, text, "its read_only is true or false");
    *out = (struct collector_source){
        .name = query_value(q, "name"),
        .pin = text,
        .provisional = provisional(s, q->url.url),
        .driver = d,
        .url = q->url.url,
        .scheduler = query_value(q, "scheduler"),
        .user = q->url.user[0] ? q->url.user : NULL,
        .token_file = keep_path(s, query_value(q, "token_file")),
        .read_only = read_only,
        .interval_ms = interval_ms,
        .peer = {.ca_file = keep_path(s, query_value(q, "ca_file")),
                 .client_cert = keep_path(s, query_value(q, "client_cert")),
                 .client_key = keep_path(s, query_value(q, "client_key")),
                 .proxy = query_value(q, "proxy")},
        .query = query_value,
        .query_ctx = q,
    };
    if (!out->name)
        out->name = out->scheduler;
    return peer_good(s, out, out->provisional, err);
}

/* --- what the launcher may start --- */

static const char *const *argv_of(struct setup *s, const struct config *c, const char *setting)
{
    size_t n = config_list_count(c, setting);
    const char **argv = arena_alloc(&s->arena, (n + 1) * sizeof *argv);
    for (size_t i = 0; i < n; i++)
        argv[i] = config_list_at(c, setting, i);
    return argv;
}

static const char *const *slurmrestd_argv(struct setup *s, const struct collector_source *src)
{
    const char *api = src->query    ? src->query(src->query_ctx, "api")
                      : src->config ? config_text(src->config, "api")
                                    : NULL;
    bool given = api && strcmp(api, "auto") != 0;
    /* Since 23.11 one plugin serves all data parsers; it is known to be there when one that came with it was set. */
    bool plugin_of_all = given && strncmp(api, "v0.0.", 5) == 0 && strcmp(api, "v0.0.40") >= 0;
    const char **argv = arena_alloc(&s->arena, 9 * sizeof *argv);
    argv[0] = "slurmrestd";
    argv[1] = "-a";
    argv[2] = "rest_auth/local";
    argv[3] =
        "-s"; /* without it the accounting's plugins are loaded too, and end slurmrestd where there is no slurmdbd */
    argv[4] = plugin_of_all ? "openapi/slurmctld" : keep_printf(s, "openapi/%s", given ? api : "v0.0.38");
    size_t n = 5;
    if (plugin_of_all) {
        argv[n++] = "-d";
        argv[n++] = api;
    }
    argv[n] = keep_printf(s, "unix:%s", src->peer.unix_path);
    return argv;
}

static size_t order_commands(struct setup *s, const struct collector_source *src, struct launcher_command *out)
{
    size_t n = 0;
    for (int i = 0; i < PEER_COMMANDS; i++) {
        const struct peer_command *c = &peer_command_table[i];
        if (src->commands[i])
            out[n++] = (struct launcher_command){.name = src->commands[i],
                                                 .argv = argv_of(s, src->config, c->setting),
                                                 .number = c->number != NULL,
                                                 .word = !c->number,
                                                 .timeout_ms = SETUP_SCRIPT_MS,
                                                 .output_max = c->what == SOURCE_ORDER_SCRIPT ? SETUP_SCRIPT_MAX : 0};
    }
    return n;
}

size_t setup_source_commands(struct setup *s, struct launcher_command *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s->source_count && n + SETUP_SOURCE_COMMANDS <= max; i++) {
        const struct collector_source *src = &s->sources[i];
        if (src->token_command)
            out[n++] =
                (struct launcher_command){.name = src->token_command, .argv = argv_of(s, src->config, "token_command")};
        n += order_commands(s, src, out + n);
        if (src->service)
            out[n++] =
                (struct launcher_command){.name = src->service, .argv = slurmrestd_argv(s, src), .service = true};
    }
    return n;
}
