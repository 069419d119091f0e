#include "console/complete.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/filter.h"
#include "domain/words.h"
#include "ui/prompt.h"

/* What is typed so far: of the line, up to the cursor, from `from` on. */
struct typing {
    const struct complete_facts *facts;
    char line[PROMPT_MAX];
    struct complete *out;
};

static void offer(struct typing *t, const char *word)
{
    const char *typed = t->line + t->out->from;
    struct complete *c = t->out;

    if (strncmp(word, typed, strlen(typed)) != 0 || c->count == COMPLETE_MAX || strlen(word) >= COMPLETE_WORD_MAX)
        return;
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->words[i], word) == 0)
            return;
    snprintf(c->words[c->count++], COMPLETE_WORD_MAX, "%s", word);
}

static void offer_list(struct typing *t, const char *const *list)
{
    for (; list && *list; list++)
        offer(t, *list);
}

static size_t from_last(const struct typing *t, size_t from, const char *separators)
{
    size_t start = from;

    for (size_t i = from; t->line[i]; i++)
        if (strchr(separators, t->line[i]))
            start = i + 1;
    return start;
}

/* --- fields and their values --- */

static void offer_fields(struct typing *t, enum kind kind, char end)
{
    const struct kind_info *info = kind_info(kind);

    t->out->end = end;
    for (size_t i = 0; i < info->field_count; i++)
        if (!(info->fields[i].flags & FIELD_HIDDEN))
            offer(t, info->fields[i].name);
    offer(t, "id");
}

/* Where the term under the cursor begins: behind the last blank that no quotes keep. */
static size_t term_start(const struct typing *t, size_t from)
{
    bool quoted = false;
    size_t start = from;

    for (size_t i = from; t->line[i]; i++) {
        quoted ^= t->line[i] == '"';
        if (t->line[i] == ' ' && !quoted)
            start = i + 1;
    }
    while (t->line[start] == '!')
        start++;
    return start;
}

static int field_of(enum kind kind, const char *name, size_t n)
{
    char word[64];
    int field;
    bool descending;

    if (n == 0 || n >= sizeof word)
        return -1;
    memcpy(word, name, n);
    word[n] = '\0';
    return filter_sort_parse(kind, word, &field, &descending, NULL) ? field : -1;
}

static void in_filter(struct typing *t, enum kind kind, size_t from)
{
    size_t start = term_start(t, from), name = strcspn(t->line + start, "=<>!");

    t->out->from = start;
    if (kind == KIND_NONE)
        return;
    if (t->line[start + name] == '\0') {
        offer_fields(t, kind, '=');
        return;
    }
    t->out->from = from_last(t, start + name, "=<>!,");
    t->out->end = ' ';
    int field = field_of(kind, t->line + start, name);
    if (field >= 0)
        offer_list(t, words_of(kind, field));
}

/* --- behind a word --- */

static enum kind kind_behind(const struct typing *t, const struct line_command *c)
{
    if (c->kind == INTENT_OPEN_VIEW && c->view && t->facts->kind_of)
        return t->facts->kind_of(c->view);
    return t->facts->kind;
}

static void offer_views(struct typing *t)
{
    const char *word;

    for (size_t i = 0; (word = line_word_at(NULL, i)); i++) {
        const struct line_command *c = line_find(word);
        if (!c || (c->kind == INTENT_OPEN_VIEW && c->view))
            offer(t, word);
    }
}

/* Options, each with its value behind "="; ids of plans. */
static void in_plan(struct typing *t, size_t from)
{
    t->out->from = from_last(t, from, " ");
    t->out->end = '\0';
    if (strchr(t->line + t->out->from, '=')) {
        t->out->from += strcspn(t->line + t->out->from, "=") + 1;
        t->out->end = ' ';
        offer_list(t, t->facts->lists[LINE_PLANNED]);
    } else
        offer_list(t, t->facts->lists[LINE_PLAN]);
}

static void in_argument(struct typing *t, const struct line_command *c, size_t from)
{
    const char *slash = strchr(t->line + from, '/');
    enum kind kind = kind_behind(t, c);

    t->out->from = from;
    t->out->end = ' ';
    if (c->kind == INTENT_OPEN_VIEW && slash == t->line + from)
        in_filter(t, kind, from + 1);
    else if (c->argument == LINE_FILTER)
        in_filter(t, kind, from);
    else if (c->argument == LINE_SORT || c->argument == LINE_COLUMNS) {
        t->out->from = c->argument == LINE_SORT ? from + (t->line[from] == '-') : from_last(t, from, ",");
        if (kind != KIND_NONE)
            offer_fields(t, kind, c->argument == LINE_SORT ? ' ' : '\0');
    } else if (c->argument == LINE_PLAN)
        in_plan(t, from);
    else if (c->argument == LINE_VIEW)
        offer_views(t);
    else if (c->argument == LINE_SETTING) {
        t->out->end = '\0';
        offer_list(t, t->facts->lists[LINE_SETTING]);
    } else if (c->argument == LINE_FORMAT) {
        t->out->from = from_last(t, from, " ");
        if (t->out->from > from)
            offer_list(t, t->facts->lists[LINE_FORMAT]);
    } else {
        t->out->end = c->argument == LINE_FLOOR ? '\0' : ' ';
        offer_list(t, t->facts->lists[c->argument]);
    }
}

static void in_command(struct typing *t)
{
    char word[LINE_WORD_MAX];
    const char *known;
    bool bang;
    size_t start = strspn(t->line, " "), n = strcspn(t->line + start, " /");
    const char *argument = line_word(t->line, word, &bang);
    const struct line_command *c = t->line[start + n] ? line_find(word) : NULL;

    if (c) {
        in_argument(t, c, (size_t)(argument - t->line));
        return;
    }
    t->out->from = start;
    t->out->end = ' ';
    if (t->line[start + n])
        return;
    for (size_t i = 0; (known = line_word_at(NULL, i)); i++)
        offer(t, known);
    offer_list(t, t->facts->aliases);
}

void complete_find(const struct complete_facts *facts, char sign, const char *text, size_t at, struct complete *out)
{
    struct typing t = {.facts = facts, .out = out};

    out->from = at;
    out->count = 0;
    out->end = '\0';
    snprintf(t.line, sizeof t.line, "%.*s", (int)at, text);
    if (sign == '/')
        in_filter(&t, facts->kind, 0);
    else
        in_command(&t);
}

size_t complete_common(const struct complete *c)
{
    size_t n = c->count > 0 ? strlen(c->words[0]) : 0;

    for (size_t i = 1; i < c->count; i++)
        for (size_t k = 0; k < n; k++)
            if (c->words[i][k] != c->words[0][k])
                n = k;
    while (n > 0 && !text_is_utf8(text_from(c->words[0], n)))
        n--;
    return n;
}
