#include "console/speak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "console/line.h"
#include "ui/key.h"

enum { GUARD_MS = DIALOG_GUARD_MS + 1 };

/* --- words of its own --- */

static void turn(struct speak *s, int by)
{
    struct speech_list *l = speak_page_list(s);
    struct view_place *p = l ? l->place : NULL;
    int64_t to = p ? p->top + by * (p->page > 0 ? p->page : 1) : 0;

    if (!p || (by < 0 && p->top == 0) || (by > 0 && to >= (int64_t)l->count)) {
        console_say(&s->c, false, by < 0 ? tr("this is the first page") : tr("this is the last page"));
        return;
    }
    p->id_len = 0; /* the page is chosen, not a row */
    p->position = p->top = to < 0 ? 0 : to;
    speak_page_turned(s);
}

static void next_page(struct speak *s, const char *argument)
{
    (void)argument;
    turn(s, 1);
}

static void former_page(struct speak *s, const char *argument)
{
    (void)argument;
    turn(s, -1);
}

static void tell_again(struct speak *s, const char *argument)
{
    (void)argument;
    speak_page(s);
}

static void tell_row(struct speak *s, const char *argument)
{
    (void)argument;
    speak_page_row(s);
}

static void tell_status(struct speak *s, const char *argument)
{
    (void)argument;
    speak_page_begin(s);
}

const struct speak_line_word speak_line_words[] = {
    {"n next 下页", NULL, N_("the next page of the list"), next_page},
    {"p previous 上页", NULL, N_("the page before"), former_page},
    {"list 列出", NULL, N_("the shown view again, as it is now"), tell_again},
    {"detail 详情", NULL, N_("all that is known of a row"), tell_row},
    {"status 状态", NULL, N_("how it stands, in a sentence, and how old that is"), tell_status},
    {"open 打开", "Enter", N_("goes to what a row is about"), NULL},
    {"back 返回", "Esc", N_("without the filter; then the view before"), NULL},
    {"who impact 影响", "W", N_("who is hit by a row's object"), NULL},
    {"runbook 手册", "o", N_("the runbook of a row's alert"), NULL},
    {"bulletin 通报", "B", N_("the bulletin of a row's alert"), NULL},
    {"undo 撤销", "u", N_("takes back what you did last"), NULL},
    {NULL, NULL, NULL, NULL},
};

static const struct speak_line_word *own_word(const char *word)
{
    for (const struct speak_line_word *w = speak_line_words; w->names; w++)
        if (line_has_name(w->names, word))
            return w;
    return NULL;
}

/* --- keys --- */

static bool is_used(const struct console *c, uint32_t key)
{
    for (const struct console_bind *b = c->options->binds; b && b->name; b++)
        if (b->key == key)
            return true;
    return key_action(c->view->keys, key) || key_action(console_keys(), key);
}

/* What a key did is told: the message that it made, or the view as it is now. */
static void press(struct speak *s, uint32_t key)
{
    struct console *c = &s->c;
    const struct view *was = c->view;

    if (!is_used(c, key)) {
        console_say(c, true, tr("nothing is done by that key in this view; help keys tells those that are"));
        return;
    }
    s->said = false;
    console_act_key(c, key);
    if (c->mode == MODE_HELP) {
        c->mode = MODE_NORMAL;
        speak_page_help(s, "");
    } else if (c->mode == MODE_NORMAL && !ask_waits(c->ask) && !loop_stopping(c->loop) && (!s->said || c->view != was))
        speak_page(s);
}

/* --- answers to what was asked --- */

static struct instant ahead(struct speak *s)
{
    struct instant now = console_at_hand(&s->c);
    s->guard_ms += GUARD_MS;
    now.boot_ms += s->guard_ms;
    return now;
}

static void answer_form(struct speak *s, const char *line)
{
    struct dialog *d = &s->c.form.dialog;
    size_t at = d->at;

    if (at < d->field_count && key_parse(line) != KEY_CODE_ESC) {
        prompt_start(&d->fields[at].prompt, line);
        console_act_form(&s->c, KEY_CODE_ENTER, ahead(s));
        return;
    }
    bool verb = at >= d->field_count && strlen(line) == 1 && line[0] == d->verbs[0].letter;
    console_act_form(&s->c, verb ? (uint32_t)line[0] : KEY_CODE_ESC, ahead(s));
    if (!verb)
        console_say(&s->c, false, tr("left, nothing was done"));
}

static void answer_text(struct speak *s, const char *line)
{
    struct console *c = &s->c;

    prompt_start(&c->prompt, line);
    console_line_key(c, key_parse(line) == KEY_CODE_ESC ? KEY_CODE_ESC : KEY_CODE_ENTER);
    if (!ask_waits(c->ask))
        console_say(c, false, tr("left, nothing was done"));
}

static void answer_brief(struct speak *s, const char *line)
{
    const struct dialog *d = &s->c.brief.dialog;
    bool verb = false;

    for (size_t i = 0; i < d->verb_count; i++)
        verb |= strlen(line) == 1 && line[0] == d->verbs[i].letter;
    console_act_brief(&s->c, verb ? (uint32_t)line[0] : KEY_CODE_ESC, ahead(s));
}

/* True: the line was an answer. */
static bool answer(struct speak *s, const char *line)
{
    struct console *c = &s->c;

    if (c->mode == MODE_FORM)
        answer_form(s, line);
    else if (c->mode == MODE_BRIEF)
        answer_brief(s, line);
    else if (c->mode == MODE_TEXT)
        answer_text(s, line);
    else
        return false;
    return true;
}

/* --- a command --- */

/* Takes the number of a row off the front: 0 where there is none. */
static long take_number(const char **argument)
{
    char *end;
    long n = **argument >= '0' && **argument <= '9' ? strtol(*argument, &end, 10) : 0;

    if (n <= 0 || (*end != '\0' && *end != ' '))
        return 0;
    *argument = end + strspn(end, " ");
    return n;
}

static bool shows_page(enum intent_kind kind, const char *op)
{
    static const char *const words[] = {"cols", "group", "load", "lang"};

    for (size_t i = 0; kind == INTENT_COMMAND && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], op) == 0)
            return true;
    return kind == INTENT_OPEN_VIEW || kind == INTENT_SORT || kind == INTENT_FILTER;
}

/* The line's own grammar, as behind the colon of a screen. */
static void command(struct speak *s, const char *text)
{
    char line[PROMPT_MAX], word[LINE_WORD_MAX];
    struct console *c = &s->c;
    struct intent intent;
    struct err err = {0};
    bool bang;

    if (!console_line_expand(c->options->aliases, text, line, &err) || !line_parse(line, &intent, &err)) {
        console_fail(c, &err);
        return;
    }
    const char *argument = line_word(line, word, &bang);
    if (intent.kind == INTENT_HELP) {
        speak_page_help(s, argument);
        return;
    }
    if (intent.kind == INTENT_ACT) {
        long n = take_number(&argument);
        if (n > 0 && !speak_page_choose(s, n))
            return;
        snprintf(intent.filter, sizeof intent.filter, "%s", argument);
    }
    if (intent.kind == INTENT_FILTER)
        console_set_filter(c, argument);
    else
        console_act_intent(c, &intent);
    if (shows_page(intent.kind, intent.text) && !s->bad)
        speak_page(s);
    if (intent.kind == INTENT_ACT && !s->said && c->mode == MODE_NORMAL && !ask_waits(c->ask))
        console_say(c, true, tr("nothing was done: no alert is under the cursor"));
}

static void own(struct speak *s, const struct speak_line_word *w, const char *argument)
{
    long n = take_number(&argument);

    if (n > 0 && !speak_page_choose(s, n))
        return;
    if (w->run)
        w->run(s, argument);
    else
        press(s, key_parse(w->key));
}

/* One character, or a key's name: "a", "C-d", "PgDn". */
static uint32_t key_of(const char *line)
{
    return strchr(line, ' ') ? 0 : key_parse(line);
}

void speak_line(struct speak *s, char *line)
{
    char word[LINE_WORD_MAX];
    bool bang;

    s->bad = s->said = false;
    if (answer(s, line))
        return;
    line += strspn(line, " ");
    for (size_t n = strlen(line); n > 0 && line[n - 1] == ' '; n--)
        line[n - 1] = '\0';
    const char *argument = line_word(line, word, &bang), *number = line;
    const struct speak_line_word *w = own_word(word);
    long n = take_number(&number);
    if (line[0] == '\0')
        return;
    if (n > 0 && *number == '\0') {
        if (speak_page_choose(s, n))
            speak_page_row(s);
    } else if (line[0] == '/') {
        console_set_filter(&s->c, line + 1);
        if (!s->bad)
            speak_page(s);
    } else if (w)
        own(s, w, argument);
    else if (key_of(line) && !line_find(word))
        press(s, key_of(line));
    else
        command(s, line);
}
