#include "cli/options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"

enum { OPTIONS_USAGE = 64, OPTIONS_WORD_MAX = 64 };

#define AT(member) offsetof(struct options, member)

const struct option_row options_table[] = {
    {"config", 'c', OPTION_TEXT, AT(config), "FILE", "the configuration (default: hubtop.conf in the XDG folders)"},
    {"context", 'C', OPTION_TEXT, AT(context), "NAME", "the set of sources to use"},
    {"state-dir", 's', OPTION_TEXT, AT(state_dir), "DIR", "where cache, lock and socket are kept"},
    {"fleet", 0, OPTION_TEXT, AT(fleet), "FILE", "what no source tells: hubs, places, links, prices (fleet.conf)"},
    {"source", 0, OPTION_SOURCE, 0, "URL",
     "a source without a configuration; repeat it for more: slurm+http://user@host:6820?token_file=F"},
    {"offline", 0, OPTION_FLAG, AT(offline), NULL, "only what the cache holds; no collector is started"},
    {"data", 0, OPTION_TEXT, AT(data), "DIR", "the folder with fleet.conf and scenarios for the demo"},
    {"seed", 0, OPTION_COUNT, AT(seed), "N", "the simulator's seed"},
    {"at", 0, OPTION_TEXT, AT(at), "TIME", "as it was then: 02:58, 2026-11-21T02:58:11Z, -15m, @ALERT-ID"},
    {"view", 0, OPTION_TEXT, AT(view), "NAME",
     "the view to begin with, and what `:` takes behind it: 'fit 8U 12kW', 'impact ID', 'jobs /user=lin'"},
    {"now", 0, OPTION_TEXT, AT(now), "TIME", "takes TIME for the present (with --once it stands still)"},
    {"speed", 0, OPTION_NUMBER, AT(speed), "N", "the pace of the demo's clock (default 10)"},
    {"list", 0, OPTION_FLAG, AT(list), NULL, "demo: the scenarios there are"},
    {"tour", 0, OPTION_FLAG, AT(tour), NULL,
     "demo: presses the keys itself and says what is to be seen; any key ends it"},
    {"loop", 0, OPTION_FLAG, AT(loop), NULL, "demo --tour: again and again"},
    {"drill", 0, OPTION_FLAG, AT(drill), NULL, "demo: counts at the end how long it took you, and how many keys"},
    {"wall", 0, OPTION_FLAG, AT(wall), NULL,
     "for a screen on the wall: pages turn by themselves, stay on what is critical, name no person; q ends it"},
    {"a11y", 0, OPTION_FLAG, AT(a11y), NULL,
     "for screen readers and braille displays: a prompt and plain lines, nothing is drawn or printed over"},
    {"once", 0, OPTION_FLAG, AT(once), NULL, "print once as text and end; collect: poll every source once"},
    {"size", 0, OPTION_TEXT, AT(size), "COLSxROWS", "the size of printed screens (default 80x24)"},
    {"format", 0, OPTION_CHOICE, AT(format), "text|json|ndjson|csv|md|html", "the form of what is printed"},
    {"json", 0, OPTION_CHOICE, AT(format), "=json", "the same as --format json"},
    {"csv", 0, OPTION_CHOICE, AT(format), "=csv", "the same as --format csv"},
    {"output", 'o', OPTION_TEXT, AT(output), "FILE", "write there instead of to standard output"},
    {"fields", 0, OPTION_TEXT, AT(fields), "A,B", "only these fields, in this order"},
    {"filter", 0, OPTION_TEXT, AT(filter), "EXPR",
     "only what matches: text, /re:…, ~fuzzy, !not, field=value, field>n"},
    {"sort", 0, OPTION_TEXT, AT(sort), "FIELD", "by this field; -FIELD for descending"},
    {"limit", 0, OPTION_COUNT, AT(limit), "N", "at most N items"},
    {"color", 0, OPTION_CHOICE, AT(color), "auto|always|never", "colours"},
    {"theme", 0, OPTION_TEXT, AT(theme), "NAME|FILE", "the theme (default okabe-dark), or the path of one"},
    {"glyphs", 0, OPTION_CHOICE, AT(glyphs), "auto|unicode|safe|ascii", "which signs the terminal can show"},
    {"lang", 0, OPTION_CHOICE, AT(lang), "auto|en|zh", "the language"},
    {"read-only", 0, OPTION_UNFLAG, AT(write), NULL, "change nothing (the default)"},
    {"write", 0, OPTION_FLAG, AT(write), NULL, "ask for leave to give orders"},
    {"dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL, "show what an order would do"},
    {"until", 0, OPTION_TEXT, AT(until), "TIME",
     "until when: 18:00, 2026-11-21T18:00:00Z: alert, maintenance, bulletin, order transfer-hold"},
    {"for", 0, OPTION_TEXT, AT(lasts), "DURATION",
     "how long: 2h, 90m, 1d: alert, maintenance, bulletin, order limit; room: which job or queue"},
    {"start", 0, OPTION_TEXT, AT(starts), "TIME", "maintenance: when it begins (default now)"},
    {"end", 0, OPTION_TEXT, AT(ends), "TIME", "maintenance: when it ends"},
    {"note", 0, OPTION_TEXT, AT(note), "TEXT", "alert: what others should know"},
    {"reason", 0, OPTION_TEXT, AT(reason), "TEXT", "why: silences, maintenance, plans, orders"},
    {"kind", 0, OPTION_TEXT, AT(kind), "KIND", "alert silence: the ids are objects of that kind, not alerts"},
    {"stage", 0, OPTION_CHOICE, AT(stage), "first|update|final", "bulletin: which one"},
    {"send", 0, OPTION_FLAG, AT(send), NULL, "bulletin: give it to the configured bulletin_command"},
    {"full", 0, OPTION_FLAG, AT(full), NULL, "impact: phone numbers in full"},
    {"scope", 0, OPTION_TEXT, AT(scope), "NAME", "what is mine: that scope of the configuration, not my login's"},
    {"confirm", 0, OPTION_TEXT, AT(confirm), "ID", "says again what is meant: orders, plans, long or wide silences"},
    {"break-glass", 0, OPTION_FLAG, AT(break_glass), NULL,
     "plan apply, order: alone, in an emergency; somebody else signs it off"},
    {"propose", 0, OPTION_FLAG, AT(propose), NULL,
     "order: what is too much for one person is put down, and somebody else approves it within 15 minutes"},
    {"drain", 0, OPTION_TEXT, AT(drain), "ID", "plan: what must be empty: a cluster, site, hall or scheduler"},
    {"by", 0, OPTION_TEXT, AT(by), "TIME", "plan --drain, order evacuate: until when"},
    {"lost", 0, OPTION_TEXT, AT(lost), "ID", "plan: as if that link or cluster were lost"},
    {"price", 0, OPTION_TEXT, AT(price), "CLUSTER=CNY,…", "plan: prices of a kWh instead of those that are told"},
    {"weights", 0, OPTION_TEXT, AT(weights), "cost=N,carbon=N", "plan: CNY of a CNY and of a kg of carbon dioxide"},
    {"max-moves", 0, OPTION_COUNT, AT(max_moves), "N", "plan: jobs moved at most"},
    {"only-queue", 0, OPTION_TEXT, AT(only_queue), "ID", "plan: jobs of other queues stay"},
    {"pair", 0, OPTION_TEXT, AT(pair), "FROM>TO", "plan: only from one scheduler to the other"},
    {"exclude", 0, OPTION_EXCLUDE, 0, "WHAT",
     "plan: never moved so: FROM>TO, FROM>TO/QUEUE or a job's id; repeat it for more"},
    {"seconds", 0, OPTION_NUMBER, AT(seconds), "N", "plan: how long the solver works (default 2)"},
    {"horizon", 0, OPTION_NUMBER, AT(horizon), "SEC", "plan: how far ahead starts are counted (default 3600)"},
    {"replaces", 0, OPTION_TEXT, AT(replaces), "P-ID", "plan create: the plan that it was edited from"},
    {"to", 0, OPTION_TEXT, AT(to), "SCHEDULER[/QUEUE]", "order move: where to"},
    {"value", 0, OPTION_COUNT, AT(value), "N", "order priority: the new one"},
    {"ref", 0, OPTION_TEXT, AT(ref), "TEXT", "orders, plan apply: change or incident number"},
    {"job", 0, OPTION_TEXT, AT(job), "ID", "plan show: why that job goes where it goes"},
    {"since", 0, OPTION_TEXT, AT(since), "TIME", "audit show: from then on: -2h, 02:58, 2026-11-21T02:58:11Z"},
    {"op", 0, OPTION_TEXT, AT(op), "OP", "audit show: entries of that kind alone: ack, silence, plan_reject"},
    {"user", 0, OPTION_TEXT, AT(user), "NAME", "audit show: what that login or uid asked for"},
    {"anchor", 0, OPTION_TEXT, AT(anchor), "SEQ:HASH|HASH",
     "audit verify: what the system's log says of the journal; order approve: the hash that you were told"},
    {"no-input", 0, OPTION_FLAG, AT(no_input), NULL, "never ask a question"},
    {"timeout", 0, OPTION_NUMBER, AT(timeout_s), "SEC",
     "how long a command waits for sources, the collector, or an order's end (default 20)"},
    {"quiet", 'q', OPTION_FLAG, AT(quiet), NULL, "no progress, no notes"},
    {"verbose", 'v', OPTION_FLAG, AT(verbose), NULL, "say more"},
    {"log-file", 0, OPTION_TEXT, AT(log_file), "FILE", "where the log goes"},
    {"origin", 0, OPTION_FLAG, AT(origin), NULL, "config print: where each setting comes from"},
    {"help", 'h', OPTION_FLAG, AT(help), NULL, "this help, or a command's"},
    {"version", 'V', OPTION_FLAG, AT(version), NULL, "the versions of hubtop and its libraries"},
    {"clock", 0, OPTION_TEXT, AT(clock), "UTC_MS@BOOT_MS@SPEED@HURRY", NULL},
    {"until-idle", 0, OPTION_FLAG, AT(until_idle), NULL, NULL},
    {"ephemeral", 0, OPTION_FLAG, AT(ephemeral), NULL, NULL},
    {NULL, 0, OPTION_FLAG, 0, NULL, NULL},
};

static const char *visible_name(const void *ctx, size_t i)
{
    (void)ctx;
    for (const struct option_row *r = options_table; r->name; r++) {
        if (r->help && i-- == 0)
            return r->name;
    }
    return NULL;
}

/* --- values --- */

static bool usage(struct err *err, const char *what, const char *name, const char *hint)
{
    err_set(err, ERR_INPUT, "%s '--%s'", what, name);
    err_hint(err, "%s", hint);
    return err_exit(err, OPTIONS_USAGE);
}

static bool choice_known(const char *choices, const char *value)
{
    size_t n = strlen(value);
    for (const char *c = choices; c; c = strchr(c, '|')) {
        c += *c == '|';
        if (n > 0 && strncmp(c, value, n) == 0 && (c[n] == '|' || c[n] == '\0'))
            return true;
    }
    return false;
}

static bool set_choice(const struct option_row *r, const char **field, const char *value, struct err *err)
{
    if (r->arg[0] == '=') {
        *field = r->arg + 1;
        return true;
    }
    if (!choice_known(r->arg, value)) {
        char hint[ERR_HINT_MAX];
        snprintf(hint, sizeof hint, "it is one of %s", r->arg);
        return usage(err, "cannot use that value of", r->name, hint);
    }
    *field = value;
    return true;
}

static bool set_number(const struct option_row *r, struct options *o, const char *value, struct err *err)
{
    char *end;
    double v = strtod(value, &end);
    bool whole = r->type == OPTION_COUNT;
    if (*value == '\0' || *end != '\0' || !(v >= 0 && v <= 1e15) || (whole && v != (double)(long)v))
        return usage(err, "cannot read the number of", r->name,
                     whole ? "it is a whole number from 0" : "it is a number from 0");
    char *at = (char *)o + r->offset;
    if (whole)
        memcpy(at, &(long){(long)v}, sizeof(long));
    else
        memcpy(at, &v, sizeof v);
    return true;
}

static void add_text(const char *const **all, size_t *count, const char *text)
{
    const char **grown = mem_new(*count + 1, sizeof *grown);
    if (*count > 0)
        memcpy(grown, *all, *count * sizeof *grown);
    grown[(*count)++] = text;
    free((void *)(uintptr_t)*all);
    *all = grown;
}

static bool set_value(const struct option_row *r, struct options *o, const char *value, struct err *err)
{
    char *at = (char *)o + r->offset;
    switch (r->type) {
    case OPTION_FLAG:
    case OPTION_UNFLAG:
        memcpy(at, &(bool){r->type == OPTION_FLAG}, sizeof(bool));
        return true;
    case OPTION_TEXT:
        memcpy(at, &value, sizeof value);
        return true;
    case OPTION_CHOICE:
        return set_choice(r, (const char **)(void *)at, value, err);
    case OPTION_NUMBER:
    case OPTION_COUNT:
        return set_number(r, o, value, err);
    case OPTION_SOURCE:
        add_text(&o->sources, &o->source_count, value);
        return true;
    case OPTION_EXCLUDE:
        add_text(&o->excludes, &o->exclude_count, value);
        return true;
    }
    return true;
}

/* --- the command line --- */

static bool takes_value(const struct option_row *r)
{
    return r->type != OPTION_FLAG && r->type != OPTION_UNFLAG && !(r->type == OPTION_CHOICE && r->arg[0] == '=');
}

static const struct option_row *find_long(const char *name, size_t n)
{
    for (const struct option_row *r = options_table; r->name; r++) {
        if (strlen(r->name) == n && strncmp(r->name, name, n) == 0)
            return r;
    }
    return NULL;
}

static const struct option_row *find_letter(char letter)
{
    for (const struct option_row *r = options_table; r->name; r++) {
        if (r->letter == letter)
            return r;
    }
    return NULL;
}

static bool unknown(const char *arg, struct err *err)
{
    char word[OPTIONS_WORD_MAX];
    snprintf(word, sizeof word, "%s", arg + strspn(arg, "-"));
    word[strcspn(word, "=")] = '\0';
    const char *near = near_word(word, visible_name, NULL);
    err_set(err, ERR_INPUT, "no such option '%s'", arg);
    if (near)
        err_hint(err, "did you mean --%s? 'hubtop help' lists all", near);
    else
        err_hint(err, "'hubtop help' lists all");
    return err_exit(err, OPTIONS_USAGE);
}

static bool need_value(const struct option_row *r, char **argv, int argc, int *i, const char **value, struct err *err)
{
    if (*i + 1 >= argc)
        return usage(err, "a value is missing after", r->name, r->arg);
    *value = argv[++*i];
    return true;
}

static bool parse_long(int argc, char **argv, int *i, struct options *o, struct err *err)
{
    const char *arg = argv[*i] + 2, *eq = strchr(arg, '='), *value = eq ? eq + 1 : NULL;
    const struct option_row *r = find_long(arg, eq ? (size_t)(eq - arg) : strlen(arg));
    if (!r)
        return unknown(argv[*i], err);
    if (value && !takes_value(r))
        return usage(err, "no value belongs to", r->name, "give it without '='");
    if (!value && takes_value(r) && !need_value(r, argv, argc, i, &value, err))
        return false;
    return set_value(r, o, value, err);
}

static bool parse_letters(int argc, char **argv, int *i, struct options *o, struct err *err)
{
    const char *whole = argv[*i];
    for (const char *c = whole + 1; *c; c++) {
        const struct option_row *r = find_letter(*c);
        const char *value = NULL;
        if (!r)
            return unknown(whole, err);
        if (takes_value(r)) {
            if (c[1])
                value = c + 1;
            else if (!need_value(r, argv, argc, i, &value, err))
                return false;
            return set_value(r, o, value, err);
        }
        if (!set_value(r, o, NULL, err))
            return false;
    }
    return true;
}

/* HUBTOP_STATE_DIR and so on: the long name in capitals. NULL for what the environment may not say. */
static const char *from_environment(const struct option_row *r, char name[OPTIONS_WORD_MAX])
{
    if (!r->help || !takes_value(r) || r->type == OPTION_SOURCE || r->type == OPTION_EXCLUDE ||
        strcmp(r->name, "confirm") == 0)
        return NULL;
    snprintf(name, OPTIONS_WORD_MAX, "HUBTOP_%s", r->name);
    for (char *c = name; *c; c++)
        *c = *c == '-' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static bool take_environment(struct options *o, struct err *err)
{
    char name[OPTIONS_WORD_MAX];
    for (const struct option_row *r = options_table; r->name; r++) {
        const char *value = from_environment(r, name);
        if (value && !set_value(r, o, value, err))
            return err_prefix(err, "in the environment (%s)", name);
    }
    return true;
}

/* One word of the command line, with its value where that is the next one. */
static bool take_word(int argc, char **argv, int *i, bool *ended, struct options *o, const char **command,
                      struct err *err)
{
    char *word = argv[*i];
    bool is_option = !*ended && word[0] == '-' && word[1];
    if (is_option && strcmp(word, "--") == 0)
        *ended = true;
    else if (is_option)
        return word[1] == '-' ? parse_long(argc, argv, i, o, err) : parse_letters(argc, argv, i, o, err);
    else if (!*command)
        *command = word;
    else
        ((const char **)(uintptr_t)o->args)[o->arg_count++] = word;
    return true;
}

/* The first error counts; what follows is read for the command's name alone. */
bool options_parse(int argc, char **argv, struct options *o, const char **command, struct err *err)
{
    struct err later;
    *o = (struct options){.limit = -1,
                          .seed = -1,
                          .max_moves = -1,
                          .value = -1,
                          .seconds = -1,
                          .horizon = -1,
                          .speed = -1,
                          .timeout_s = 20,
                          .args = mem_new((size_t)argc + 1, sizeof *o->args)};
    *command = NULL;
    bool ended = false, ok = take_environment(o, err);
    for (int i = 0; i < argc; i++)
        ok = take_word(argc, argv, &i, &ended, o, command, ok ? err : &later) && ok;
    return ok;
}

const char *options_origin(const struct options *o, const char *name, char out[OPTIONS_ORIGIN_MAX])
{
    char variable[OPTIONS_WORD_MAX];
    const struct option_row *r = find_long(name, strlen(name));
    const char *value = NULL;
    if (r && (r->type == OPTION_TEXT || r->type == OPTION_CHOICE))
        memcpy(&value, (const char *)o + r->offset, sizeof value);
    if (!value)
        return NULL;
    if (from_environment(r, variable) == value) /* the very same bytes */
        snprintf(out, OPTIONS_ORIGIN_MAX, "environment %s", variable);
    else
        snprintf(out, OPTIONS_ORIGIN_MAX, "option --%s", name);
    return out;
}

void options_release(struct options *o)
{
    free((void *)(uintptr_t)o->sources);
    free((void *)(uintptr_t)o->excludes);
    free((void *)(uintptr_t)o->args);
    *o = (struct options){0};
}
