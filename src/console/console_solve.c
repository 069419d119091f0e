#include "console/console_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"

/* Plans and room are computed by a child of the launcher's: the screen never waits for them. One at a time. */

enum { WORDS_BYTES = 8 << 10, PLACES_MAX = 256 };

static struct launcher *launcher_of(struct console *c, const char *command)
{
    struct launcher *l = c->options->sender;
    return l && launcher_has(l, command) ? l : NULL;
}

/* --- what is told of it --- */

const char *console_solve_words(struct console *c)
{
    static char text[160];
    long s = (long)((clock_boot_ms() - c->solve.since_ms) / 1000);
    if (!c->solve.running || c->message_is_error)
        return NULL;
    snprintf(text, sizeof text,
             c->solve.is_room ? tr("computing how much room there is: %ld s; Esc cancels")
                              : tr("computing a plan: %ld s; Esc cancels"),
             s);
    return text;
}

static bool begin(struct console *c, const char *command, const struct buf *options, launcher_done *done,
                  struct err *err)
{
    struct launcher *l = launcher_of(c, command);
    if (!l || !c->loop)
        return err_set(err, ERR_INPUT, "%s", tr("this console cannot start the planner"));
    if (c->solve.running)
        return err_set(err, ERR_TRANSIENT, "%s", tr("something is being computed already: Esc cancels it"));
    if (!launcher_send_start(l, c->loop, command, options, done, &c->solve, err))
        return false;
    c->message[0] = '\0';
    c->message_is_error = false;
    c->solve.running = true;
    c->solve.of = c;
    c->solve.since_ms = clock_boot_ms();
    if (c->hear)
        c->hear(c, false, console_solve_words(c));
    return true;
}

/* A plan and room are those of the present, and a plan is kept by the collector. */
static bool refuse_past(struct console *c)
{
    if (!c->at_ms && !c->options->offline)
        return false;
    console_say(c, true,
                c->at_ms ? tr("this is the past: plans are made from the present")
                         : tr("offline: there is no collector to ask"));
    return true;
}

/* The words of the child's own error, {"error":{"message","hint"}}; without one those of the launcher. */
static void fail(struct console *c, const struct json *told, const struct err *err)
{
    const struct json *error = json_get(told, "error");
    struct safe_text message, hint = text_of("");
    struct err said = *err;
    char text[ERR_TEXT_MAX];
    if (json_text(json_get(error, "message"), &message)) {
        said = (struct err){0};
        err_set(&said, ERR_REFUSED, "%s", text_show_in(message, text, sizeof text));
        json_text(json_get(error, "hint"), &hint);
        err_hint(&said, "%s", text_show_in(hint, text, sizeof text));
    }
    if (c->options->play)
        play_refused(c->options->play);
    console_fail(c, &said);
}

static struct json *read_told(const struct buf *out)
{
    return out && out->len > 0 ? json_parse(out->data, out->len, JSON_STRICT, NULL) : NULL;
}

/* --- a plan --- */

static void open_plan(struct console *c, struct safe_text id)
{
    struct intent i = view_open("rebalance", id);
    char shown[64], text[160];
    snprintf(text, sizeof text,
             c->hear ? tr("%s is there, nothing has been changed; list reads it") : tr("%s: nothing has been changed"),
             text_show_in(id, shown, sizeof shown));
    console_say(c, false, text);
    console_act_intent(c, &i);
}

static void on_plan(void *ctx, struct buf *out, const struct err *err)
{
    struct solve *s = ctx;
    struct console *c = s->of;
    struct json *told = read_told(out);
    struct safe_text id;
    struct err none = {0};
    s->running = false;
    if (!err && json_ident(json_get(told, "id"), &id)) {
        open_plan(c, id);
    } else {
        if (!err)
            err_set(&none, ERR_CORRUPT, "%s", tr("the planner's answer makes no sense"));
        fail(c, told, err ? err : &none);
    }
    json_free(told);
    console_refresh(c);
}

static void put_language(struct buf *options)
{
    buf_printf(options, NULL, "%s--lang=%s", options->len > 0 ? "\n" : "", tr_is_zh() ? "zh" : "en");
}

void console_solve_plan(struct console *c, const struct intent *i)
{
    struct buf options = buf_make(WORDS_BYTES);
    struct err err = {0};
    if (refuse_past(c))
        return;
    buf_puts(&options, i->ask, NULL);
    put_language(&options);
    c->solve.is_room = false;
    if (!begin(c, CONSOLE_SOLVER, &options, on_plan, &err))
        console_fail(c, &err);
    buf_release(&options);
    console_refresh(c);
}

/* --- room --- */

void console_solve_forget(struct console *c)
{
    json_free(c->solve.told);
    free(c->solve.places);
    c->solve.told = NULL;
    c->solve.places = NULL;
    c->solve.room = (struct view_room){0};
}

static double real_of(const struct json *item, const char *key)
{
    double v;
    return json_real(json_get(item, key), &v) ? v : NAN;
}

static struct view_room_place place_of(const struct json *item)
{
    struct view_room_place p = {
        .jobs = -1, .delay_ms = real_of(item, "delay_ms"), .cost_cny = real_of(item, "cost_cny")};
    json_ident(json_get(item, "scheduler"), &p.scheduler);
    json_text(json_get(item, "limit"), &p.limit);
    json_text(json_get(item, "words"), &p.words);
    json_int(json_get(item, "jobs"), &p.jobs);
    return p;
}

static void take_room(struct solve *s)
{
    const struct json *items = json_get(s->told, "items");
    size_t n = json_count(items), k = 0;
    n = n < PLACES_MAX ? n : PLACES_MAX;
    s->places = mem_new(n + 1, sizeof *s->places);
    for (const struct json *item = json_first(items); item && k < n; item = json_next(item))
        s->places[k++] = place_of(item);
    s->room.places = s->places;
    s->room.count = k;
    s->room.known = true;
}

static void on_room(void *ctx, struct buf *out, const struct err *err)
{
    struct solve *s = ctx;
    struct console *c = s->of;
    struct err none = {0};
    s->running = false;
    s->told = read_told(out);
    if (!err && json_type(json_get(s->told, "items")) == JSON_ARRAY) {
        take_room(s);
    } else {
        if (!err)
            err_set(&none, ERR_CORRUPT, "%s", tr("the planner's answer makes no sense"));
        fail(c, s->told, err ? err : &none);
        console_solve_forget(c);
    }
    console_refresh(c);
}

void console_solve_room(struct console *c, const struct intent *i)
{
    struct buf options = buf_make(WORDS_BYTES);
    struct err err = {0};
    bool again = strcmp(c->solve.room.of, i->text) == 0;
    if (c->solve.running && c->solve.is_room)
        console_solve_cancel(c);
    if (!c->solve.running)
        console_solve_forget(c);
    if (again)
        return; /* the same key puts it away */
    if (refuse_past(c))
        return;
    buf_printf(&options, NULL, "--for=%s", i->text);
    put_language(&options);
    c->solve.is_room = true;
    if (begin(c, CONSOLE_ROOM, &options, on_room, &err))
        snprintf(c->solve.room.of, sizeof c->solve.room.of, "%s", i->text);
    else
        console_fail(c, &err);
    buf_release(&options);
    console_refresh(c);
}

const struct view_room *console_solve_shown(const struct console *c)
{
    return c->solve.room.of[0] ? &c->solve.room : NULL;
}

/* --- the end of it --- */

bool console_solve_cancel(struct console *c)
{
    if (!c->solve.running)
        return false;
    launcher_output_cancel(c->options->sender, &c->solve);
    c->solve.running = false;
    if (c->solve.is_room)
        console_solve_forget(c);
    console_say(c, false, tr("cancelled: nothing was computed"));
    return true;
}

void console_solve_end(struct console *c)
{
    if (c->solve.running)
        launcher_output_cancel(c->options->sender, &c->solve);
    c->solve.running = false;
    console_solve_forget(c);
}

/* --- the command line --- */

static const char *const words[] = {
    "create",       "--drain=",   "--by=",      "--lost=",    "--price=",    "--weights=", "--pair=", "--only-queue=",
    "--max-moves=", "--seconds=", "--horizon=", "--exclude=", "apply",       "approve",    "pause",   "resume",
    "stop",         "undo",       "retry",      "skip",       "break-glass", "sign",       NULL};

/* What is done to the plan that is shown: as its keys do it. */
static const struct {
    const char *word;
    int action;
} verbs[] = {{"apply", PLAN_APPLY}, {"approve", PLAN_APPROVE},  {"pause", PLAN_PAUSE}, {"resume", PLAN_PAUSE},
             {"stop", PLAN_STOP},   {"undo", PLAN_UNDO},        {"retry", PLAN_RETRY}, {"skip", PLAN_SKIP},
             {"sign", PLAN_SIGN},   {"break-glass", PLAN_GLASS}};

static int verb_of(const char *word)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, word) == 0)
            return verbs[i].action;
    return 0;
}

/* What is confirmed must have been seen: another plan is only shown. */
static void act_on_plan(struct console *c, int action, const char *id)
{
    struct view_state *s = console_state(c, c->view);
    bool shown = strcmp(c->view->name, "rebalance") == 0 && (!id[0] || strcmp(s->text, id) == 0);
    struct intent i;
    char text[INTENT_TEXT_MAX + 64];

    if (console_refuse_write(c, action))
        return;
    if (shown) {
        struct view_frame frame = console_frame(c);
        i = c->view->act(&frame, s, action);
        console_act_intent(c, &i);
        return;
    }
    i = view_open("rebalance", text_of(id));
    console_act_intent(c, &i);
    snprintf(text, sizeof text, id[0] ? tr("%.80s is shown now: say it again") : tr("which plan is meant is not said"),
             id);
    console_say(c, true, text);
}

const char *const *console_solve_options(void)
{
    return words;
}

/* The option that `name` of n bytes is, with its "="; NULL: there is none, or the word is no option. */
static const char *option_of(const char *name, size_t n)
{
    for (const char *const *w = words; *w; w++)
        if ((*w)[0] == '-' && strlen(*w) == n + 1 && strncmp(*w, name, n) == 0)
            return *w;
    return NULL;
}

/* The next word, without the quotes that keep its blanks; false at the end. */
static bool next_word(const char **at, char out[INTENT_TEXT_MAX])
{
    size_t n = 0;
    bool quoted = false;
    *at += strspn(*at, " ");
    if (!**at)
        return false;
    for (; **at && (quoted || **at != ' '); ++*at) {
        if (**at == '"')
            quoted = !quoted;
        else if (n + 1 < INTENT_TEXT_MAX)
            out[n++] = **at;
    }
    out[n] = '\0';
    return true;
}

static bool add_option(struct intent *i, const char *word, const char **rest, struct err *err)
{
    size_t n = strcspn(word, "="), len = strlen(i->ask);
    const char *option = option_of(word, n);
    char value[INTENT_TEXT_MAX] = "";
    if (!option) {
        err_set(err, ERR_INPUT, tr("a plan has no option '%s'"), word);
        return err_hint(err, "%s", tr("Tab completes those that there are"));
    }
    if (word[n] == '=')
        snprintf(value, sizeof value, "%s", word + n + 1);
    else if (!next_word(rest, value))
        value[0] = '\0';
    if (!value[0] || strchr(value, '\n'))
        return err_set(err, ERR_INPUT, tr("the option '%s' needs a value"), word);
    int written = snprintf(i->ask + len, sizeof i->ask - len, "%s%s%s", len > 0 ? "\n" : "", option, value);
    if (written < 0 || (size_t)written >= sizeof i->ask - len)
        return err_set(err, ERR_INPUT, "%s", tr("that are too many options"));
    return true;
}

void console_solve_begin_line(struct console *c, const char *line)
{
    char text[INTENT_TEXT_MAX + 64];
    if (!c->hear) {
        console_line_start(c, MODE_COMMAND, line);
        return;
    }
    snprintf(text, sizeof text, tr("type it, with the options that you want: %s"), line);
    console_say(c, false, text);
}

bool console_solve_line(struct console *c, const char *argument, struct err *err)
{
    struct intent i = {.kind = INTENT_PLAN};
    char word[INTENT_TEXT_MAX];
    const char *at = argument;
    bool first = next_word(&at, word);
    if (!first || strncmp(word, "P-", 2) == 0) {
        i = view_open("rebalance", text_of(first ? word : ""));
        console_act_intent(c, &i);
        return true;
    }
    if (verb_of(word) != 0) {
        char id[INTENT_TEXT_MAX] = "";
        int action = verb_of(word);
        next_word(&at, id);
        act_on_plan(c, action, id);
        return true;
    }
    if (strcmp(word, "create") != 0 && strncmp(word, "--", 2) != 0) {
        err_set(err, ERR_INPUT, tr("plan takes no '%s'"), word);
        return err_hint(
            err, "%s",
            tr("plan create [OPTIONS] computes one, plan P-ID shows one; apply, approve, pause, stop, undo act on it"));
    }
    if (strcmp(word, "create") == 0)
        first = next_word(&at, word);
    for (; first; first = next_word(&at, word))
        if (!add_option(&i, word, &at, err))
            return false;
    console_act_intent(c, &i);
    return true;
}
