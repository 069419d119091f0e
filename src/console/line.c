#include "console/line.h"

#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/text.h"
#include "base/tr.h"
#include "ui/key.h"
#include "views/view.h"

enum { LINE_WORDS_MAX = 200 };

const struct line_command line_table[] = {
    {"q quit 退出", INTENT_QUIT, NULL, LINE_NOTHING, "leave the console"},
    {"help h 帮助", INTENT_HELP, NULL, LINE_NOTHING, "keys and commands"},
    {"filter 过滤", INTENT_FILTER, NULL, LINE_FILTER, "filter EXPR: only what matches; without EXPR all"},
    {"find 查找", INTENT_COMMAND, "find", LINE_FILTER, "find EXPR: the next row that matches; alone: goes on"},
    {"sort 排序", INTENT_SORT, NULL, LINE_SORT, "sort FIELD or -FIELD"},
    {"cols 列", INTENT_COMMAND, "cols", LINE_COLUMNS,
     "cols FIELD,FIELD…: the columns of this list; alone: its own again"},
    {"group fz 分组", INTENT_COMMAND, "group", LINE_GROUP,
     "group WORD: this list under headings with their sums; none or alone: without"},
    {"save 保存", INTENT_COMMAND, "save", LINE_PRESET,
     "save NAME: this view's filter, order, columns and groups, to load again"},
    {"load 载入", INTENT_COMMAND, "load", LINE_PRESET, "load NAME: what was saved; alone: lists the names"},
    {"row 行", INTENT_COMMAND, "row", LINE_TEXT, "row N, or N alone: to the N-th row of the list"},
    {"export 导出", INTENT_COMMAND, "export", LINE_FORMAT,
     "export FILE [text|csv|json]: what this view lists; export! writes over a file"},
    {"view 视图", INTENT_OPEN_VIEW, NULL, LINE_VIEW, "view NAME: opens it"},
    {"lang 语言", INTENT_COMMAND, "lang", LINE_LANGUAGE, "lang zh or lang en: the language, at once"},
    {"theme 主题", INTENT_COMMAND, "theme", LINE_THEME, "theme NAME: the colours, at once"},
    {"set 设置", INTENT_COMMAND, "set", LINE_SETTING,
     "set NAME=VALUE, NAME& as at the start; alone: lists them; :w keeps them"},
    {"w write 写入", INTENT_COMMAND, "write", LINE_NOTHING, "keep what was set, for every console of yours here"},
    {"keytest 测键", INTENT_COMMAND, "keytest", LINE_NOTHING,
     "press keys: what the terminal sent, what was understood"},
    {"sz 设置页", INTENT_OPEN_VIEW, "setup", LINE_NOTHING, "what can be set, and where each value comes from"},
    {"zd 诊断", INTENT_OPEN_VIEW, "doctor", LINE_NOTHING, "what this terminal can do; a test card and a key test"},
    {"dp 大屏", INTENT_OPEN_VIEW, "wall", LINE_NOTHING, "what a screen on the wall shows; --wall turns its pages"},
    {"replay hf 回放", INTENT_COMMAND, "replay", LINE_TEXT,
     "replay 02:58 or -15m: everything as it was then; alone, or Esc: back to the present"},
    {"ctx 环境", INTENT_COMMAND, "ctx", LINE_NOTHING, "which context this is, and which others there are"},
    {"poll 采集", INTENT_POLL_NOW, NULL, LINE_NOTHING, "ask the sources now"},
    {"ack 认领", INTENT_ACT, "ack", LINE_TEXT, "take the alert under the cursor in hand"},
    {"note 备注", INTENT_ACT, "note", LINE_TEXT, "note TEXT on the alert under the cursor"},
    {"silence 静默", INTENT_ACT, "silence", LINE_TEXT,
     "silence 2h REASON: asks before it hides the alert under the cursor"},
    {"maintenance 维护", INTENT_ACT, "maintenance_add", LINE_TEXT,
     "maintenance 2h REASON: a window for what the alert is about"},
    {"escalate 升级", INTENT_ACT, "escalate", LINE_TEXT, "hand the alert under the cursor on"},
    {"ov gl 概览", INTENT_OPEN_VIEW, "overview", LINE_NOTHING, "the overview"},
    {"dt 地图", INTENT_OPEN_VIEW, "map", LINE_PLACE, "map [SITE]: the latency map, from that site on"},
    {"zy job 作业 任务", INTENT_OPEN_VIEW, "jobs", LINE_FILTER, "the jobs, [/filter]"},
    {"qu dl 队列", INTENT_OPEN_VIEW, "queues", LINE_FILTER, "the queues, [/filter]"},
    {"sh 树", INTENT_OPEN_VIEW, "tree", LINE_FILTER, "the tree from hubs to jobs, [/name]"},
    {"jj rack 机柜 机架", INTENT_OPEN_VIEW, "racks", LINE_FLOOR, "the racks, [CLUSTER/HALL/ROW/RACK] or [/filter]"},
    {"yx 影响", INTENT_OPEN_VIEW, "impact", LINE_OBJECT, "impact ID: who is hit by a link, a node, a rack, an alert …"},
    {"sc 手册", INTENT_OPEN_VIEW, "runbook", LINE_OBJECT, "runbook ALERT: what to do about it"},
    {"xw 选位", INTENT_OPEN_VIEW, "fit", LINE_ROOM, "fit 8U 12kW: racks with that much room and power left"},
    {"jd node 节点", INTENT_OPEN_VIEW, "nodes", LINE_FILTER, "the nodes, [/filter]"},
    {"bg change 变更", INTENT_OPEN_VIEW, "changes", LINE_FILTER, "what changed, [/filter] such as /at<02:58"},
    {"src 来源", INTENT_OPEN_VIEW, "sources", LINE_FILTER, "the sources"},
    {"ll link 链路", INTENT_OPEN_VIEW, "links", LINE_FILTER, "the links and their history, [/filter]"},
    {"gj al 告警", INTENT_OPEN_VIEW, "alerts", LINE_FILTER, "the alerts, [/filter]"},
    {"ph gx 平衡 供需 余缺", INTENT_OPEN_VIEW, "balance", LINE_FILTER,
     "supply and demand, offers, pairs, energy, [/filter]"},
    {"order zl 指令", INTENT_COMMAND, "order", LINE_ORDER,
     "order hold, limit 2h, move TO …: for the marked rows or the one under the cursor; order! is for two people"},
    {"plan td 调度", INTENT_COMMAND, "plan", LINE_PLAN,
     "plan [P-ID]: lists or shows; plan create [OPTIONS]: computes; plan apply, approve, pause, stop, undo: carries "
     "out"},
    {"fa 方案", INTENT_OPEN_VIEW, "rebalance", LINE_OBJECT,
     "rebalance P-ID: the preview of that plan; alone or with /filter: all"},
    {"mx 矩阵", INTENT_OPEN_VIEW, "matrix", LINE_NOTHING, "delays, all ends against all"},
    {NULL, INTENT_NONE, NULL, LINE_NOTHING, NULL},
};

bool line_has_name(const char *names, const char *word)
{
    size_t n = strlen(word);
    for (const char *c = names; c && *c; c = strchr(c, ' ')) {
        c += *c == ' ';
        if (strncmp(c, word, n) == 0 && (c[n] == ' ' || c[n] == '\0'))
            return true;
    }
    return false;
}

static bool is_built(const struct line_command *c)
{
    return c->kind != INTENT_OPEN_VIEW || !c->view || view_by_name(c->view);
}

/* By its words, or by the view's own name. */
const struct line_command *line_find(const char *word)
{
    for (const struct line_command *c = line_table; c->names; c++) {
        bool named = c->kind == INTENT_OPEN_VIEW && c->view && strcmp(c->view, word) == 0;
        if ((named || line_has_name(c->names, word)) && is_built(c))
            return c;
    }
    return NULL;
}

const char *line_word_at(const void *unused, size_t i)
{
    (void)unused;
    static char words[LINE_WORDS_MAX][LINE_WORD_MAX];
    char *word = words[i < LINE_WORDS_MAX ? i : LINE_WORDS_MAX - 1];
    for (size_t v = 0; view_table[v]; v++) {
        if (i-- == 0)
            return view_table[v]->name;
    }
    for (const struct line_command *c = line_table; c->names; c++) {
        for (const char *n = c->names; *n && is_built(c); n += strcspn(n, " ") + (n[strcspn(n, " ")] == ' ')) {
            if (i-- > 0)
                continue;
            snprintf(word, LINE_WORD_MAX, "%.*s", (int)strcspn(n, " "), n);
            return word;
        }
    }
    return NULL;
}

const char *line_word(const char *text, char word[LINE_WORD_MAX], bool *bang)
{
    size_t len = 0, n;
    uint32_t cp;
    char bytes[4];
    while ((n = text_decode(text, strlen(text), &cp)) > 0 && key_ascii(cp) == ' ')
        text += n;
    for (; *text && *text != ' ' && *text != '/'; text += n) {
        n = text_decode(text, strlen(text), &cp);
        cp = n > 0 ? key_ascii(cp) : (unsigned char)*text;
        n = n > 0 ? n : 1;
        if (cp == ' ' || cp == '/')
            break;
        size_t wide = key_utf8(cp, bytes);
        if (len + wide < LINE_WORD_MAX) {
            memcpy(word + len, bytes, wide);
            len += wide;
        }
    }
    *bang = len > 1 && word[len - 1] == '!';
    word[len - *bang] = '\0';
    while (*text && (n = text_decode(text, strlen(text), &cp)) > 0 && key_ascii(cp) == ' ')
        text += n;
    return text;
}

/* Behind the slash of "/filter", also a full-width one. */
static const char *after_slash(const char *argument)
{
    uint32_t cp;
    size_t n = *argument ? text_decode(argument, strlen(argument), &cp) : 0;
    return n > 0 && key_ascii(cp) == '/' ? argument + n : argument;
}

/* What follows names something in the view, and is no filter of its list. */
static bool names_object(const struct line_command *c)
{
    return c && (c->argument == LINE_PLACE || c->argument == LINE_ROOM || c->argument == LINE_FLOOR ||
                 c->argument == LINE_OBJECT);
}

static void fill(struct intent *intent, const struct line_command *c, const char *view, const char *argument)
{
    enum intent_kind kind = c ? c->kind : INTENT_OPEN_VIEW;
    const char *filter = after_slash(argument);
    *intent = (struct intent){.kind = kind};
    snprintf(intent->text, sizeof intent->text, "%s", view ? view : argument);
    if (kind == INTENT_ACT || kind == INTENT_COMMAND)
        snprintf(intent->filter, sizeof intent->filter, "%s", argument);
    if (kind == INTENT_OPEN_VIEW && names_object(c) && filter == argument)
        snprintf(intent->at, sizeof intent->at, "%s", argument);
    else if (kind == INTENT_OPEN_VIEW && view)
        snprintf(intent->filter, sizeof intent->filter, "%s", filter);
}

static const char *view_at(const void *unused, size_t i)
{
    (void)unused;
    return view_table[i] ? view_table[i]->name : NULL;
}

bool line_view(const char *argument, struct intent *intent, struct err *err)
{
    char word[LINE_WORD_MAX];
    bool bang;
    const char *rest = line_word(argument, word, &bang);
    const struct line_command *c = line_find(word);
    const struct view *view = c && c->kind == INTENT_OPEN_VIEW && c->view ? view_by_name(c->view) : view_by_name(word);
    if (view) {
        fill(intent, c, view->name, rest);
        return true;
    }
    const char *near = near_word(word, view_at, NULL);
    if (near)
        return err_set(err, ERR_INPUT, tr("there is no view '%s'; did you mean '%s'?"), word, near);
    return err_set(err, ERR_INPUT, tr("there is no view '%s'; ? lists them"), word);
}

bool line_parse(const char *text, struct intent *intent, struct err *err)
{
    char word[LINE_WORD_MAX];
    bool bang;
    const char *argument = line_word(text, word, &bang);
    if (!word[0]) {
        *intent = (struct intent){0};
        return true;
    }
    bool number = word[strspn(word, "0123456789")] == '\0';
    const struct line_command *c = line_find(number ? "row" : word);
    const struct view *view = c ? NULL : view_by_name(word);
    if (c && c->kind == INTENT_OPEN_VIEW && !c->view)
        return line_view(argument, intent, err);
    if (c || view) {
        fill(intent, c, c ? c->view : view->name, number ? word : argument);
        intent->count = bang;
        return true;
    }
    const char *near = near_word(word, line_word_at, NULL);
    return err_set(err, ERR_INPUT, tr("no such command ':%s'; did you mean ':%s'?"), word, near ? near : "help");
}
