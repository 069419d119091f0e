#include "console/line.h"

#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "views/view.h"

enum { LINE_WORD_MAX = 32, LINE_WORDS_MAX = 128 };

const struct line_command line_table[] = {
    {"q quit", INTENT_QUIT, NULL, "leave the console"},
    {"help h", INTENT_HELP, NULL, "keys and commands"},
    {"filter", INTENT_FILTER, NULL, "filter EXPR: only what matches; without EXPR all"},
    {"sort", INTENT_SORT, NULL, "sort FIELD or -FIELD"},
    {"poll", INTENT_POLL_NOW, NULL, "ask the sources now"},
    {"ack", INTENT_ACT, "ack", "take the alert under the cursor in hand"},
    {"note", INTENT_ACT, "note", "note TEXT on the alert under the cursor"},
    {"silence", INTENT_ACT, "silence", "silence 2h REASON: asks before it hides the alert under the cursor"},
    {"maintenance", INTENT_ACT, "maintenance_add", "maintenance 2h REASON: a window for what the alert is about"},
    {"escalate", INTENT_ACT, "escalate", "hand the alert under the cursor on"},
    {"ov gl", INTENT_OPEN_VIEW, "overview", "the overview (概览)"},
    {"zy job", INTENT_OPEN_VIEW, "jobs", "the jobs (作业), [/filter]"},
    {"jj rack", INTENT_OPEN_VIEW, "racks", "the racks (机架), [/filter]"},
    {"jd node", INTENT_OPEN_VIEW, "nodes", "the nodes (节点), [/filter]"},
    {"src", INTENT_OPEN_VIEW, "sources", "the sources"},
    {"ll link", INTENT_OPEN_VIEW, "links", "the links and their history (链路), [/filter]"},
    {"gj al", INTENT_OPEN_VIEW, "alerts", "the alerts (告警), [/filter]"},
    {"sh", INTENT_OPEN_VIEW, "tree", "the tree from hubs to jobs (树), [/name]"},
    {"mx", INTENT_OPEN_VIEW, "matrix", "delays, all ends against all (矩阵)"},
    {NULL, INTENT_NONE, NULL, NULL},
};

static bool has_name(const char *names, const char *word)
{
    size_t n = strlen(word);
    for (const char *c = names; c && *c; c = strchr(c, ' ')) {
        c += *c == ' ';
        if (strncmp(c, word, n) == 0 && (c[n] == ' ' || c[n] == '\0'))
            return true;
    }
    return false;
}

static const struct line_command *find(const char *word)
{
    for (const struct line_command *c = line_table; c->names; c++) {
        if (has_name(c->names, word))
            return c;
    }
    return NULL;
}

/* The views and all words of the table; each stays until it is asked for again. */
static const char *word_at(const void *ctx, size_t i)
{
    (void)ctx;
    static char words[LINE_WORDS_MAX][LINE_WORD_MAX];
    char *word = words[i < LINE_WORDS_MAX ? i : LINE_WORDS_MAX - 1];
    for (size_t v = 0; view_table[v]; v++) {
        if (i-- == 0)
            return view_table[v]->name;
    }
    for (const struct line_command *c = line_table; c->names; c++) {
        for (const char *n = c->names; *n; n += strcspn(n, " ") + (n[strcspn(n, " ")] == ' ')) {
            if (i-- > 0)
                continue;
            snprintf(word, LINE_WORD_MAX, "%.*s", (int)strcspn(n, " "), n);
            return word;
        }
    }
    return NULL;
}

static void fill(struct intent *intent, enum intent_kind kind, const char *view, const char *argument)
{
    *intent = (struct intent){.kind = kind};
    snprintf(intent->text, sizeof intent->text, "%s", view ? view : argument);
    if (kind == INTENT_ACT)
        snprintf(intent->filter, sizeof intent->filter, "%s", argument);
    if (kind == INTENT_OPEN_VIEW)
        snprintf(intent->filter, sizeof intent->filter, "%s", argument + (argument[0] == '/'));
}

bool line_parse(const char *text, struct intent *intent, struct err *err)
{
    char word[LINE_WORD_MAX];
    text += strspn(text, " ");
    size_t n = strcspn(text, " /");
    snprintf(word, sizeof word, "%.*s", (int)n, text);
    const char *argument = text + n + strspn(text + n, " ");
    if (!word[0]) {
        *intent = (struct intent){0};
        return true;
    }
    const struct line_command *c = find(word);
    const struct view *view = c ? NULL : view_by_name(word);
    if (c || view) {
        fill(intent, c ? c->kind : INTENT_OPEN_VIEW, c ? c->view : view->name, argument);
        return true;
    }
    const char *near = near_word(word, word_at, NULL);
    return err_set(err, ERR_INPUT, "no such command ':%s'; did you mean ':%s'?", word, near ? near : "help");
}
