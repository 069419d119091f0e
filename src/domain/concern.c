#include "domain/concern.h"

#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 320, KIND_MAX = 32 };

static const char *const words[CONCERN_KEYS] = {
    [CONCERN_RULE] = "rule",         [CONCERN_NAME] = "name",       [CONCERN_KIND] = "kind",
    [CONCERN_SEVERITY] = "severity", [CONCERN_SOURCE] = "source",   [CONCERN_WHERE] = "where",
    [CONCERN_HUB] = "hub",           [CONCERN_CLUSTER] = "cluster", [CONCERN_SCHEDULER] = "scheduler",
    [CONCERN_ACCOUNT] = "account",   [CONCERN_TENANT] = "tenant",
};

/* --- what it is about --- */

static struct safe_text cell(const struct row *row, int field)
{
    return field >= 0 && row->cells[field].type == VALUE_TEXT ? row->cells[field].as.text : text_of("");
}

static enum kind kind_of(struct safe_text word)
{
    char name[KIND_MAX];
    return text_len(word) < sizeof name ? kind_by_name(text_show_in(word, name, sizeof name)) : KIND_NONE;
}

static void ends_of(struct concern *c, struct safe_text link)
{
    struct safe_text from, rest = link;
    if (!text_split(&rest, '>', &from) || text_empty(rest))
        return;
    c->is[CONCERN_CLUSTER] = from;
    c->to = rest;
}

/* An id tells where its object belongs: SCHEDULER/QUEUE, SCHEDULER/NODE, FROM>TO. */
static void read_id(struct concern *c, enum kind kind, struct safe_text id)
{
    static const struct {
        enum kind kind;
        enum concern_key key;
        bool before_slash;
    } table[] = {{KIND_HUB, CONCERN_HUB, false},
                 {KIND_CLUSTER, CONCERN_CLUSTER, false},
                 {KIND_SCHEDULER, CONCERN_SCHEDULER, false},
                 {KIND_TENANT, CONCERN_TENANT, false},
                 {KIND_QUEUE, CONCERN_SCHEDULER, true},
                 {KIND_NODE, CONCERN_SCHEDULER, true},
                 {KIND_JOB, CONCERN_SCHEDULER, true}};
    struct safe_text head, rest = id;
    if (kind == KIND_LINK)
        ends_of(c, id);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].kind != kind || !text_empty(c->is[table[i].key]))
            continue;
        if (!table[i].before_slash)
            c->is[table[i].key] = id;
        else if (text_split(&rest, '/', &head))
            c->is[table[i].key] = head;
    }
}

static struct concern of_alert(const struct row *a)
{
    struct concern c = {.is = {[CONCERN_RULE] = cell(a, ALERT_RULE),
                               [CONCERN_NAME] = cell(a, ALERT_NAME),
                               [CONCERN_KIND] = cell(a, ALERT_KIND),
                               [CONCERN_SEVERITY] = cell(a, ALERT_SEVERITY),
                               [CONCERN_SOURCE] = a->source,
                               [CONCERN_WHERE] = cell(a, ALERT_WHERE),
                               [CONCERN_CLUSTER] = cell(a, ALERT_CLUSTER)}};
    read_id(&c, kind_of(c.is[CONCERN_KIND]), c.is[CONCERN_WHERE]);
    return c;
}

struct concern concern_of(const struct row *row)
{
    if (row->kind == KIND_ALERT)
        return of_alert(row);
    struct concern c = {.is = {[CONCERN_KIND] = text_of(kind_info(row->kind)->name),
                               [CONCERN_SOURCE] = row->source,
                               [CONCERN_WHERE] = row->id}};
    for (int key = CONCERN_HUB; key < CONCERN_KEYS; key++)
        c.is[key] = cell(row, kind_field(row->kind, words[key]));
    read_id(&c, row->kind, row->id);
    return c;
}

static struct safe_text hub_of(struct safe_text cluster, const struct row *clusters, size_t n)
{
    for (size_t i = 0; i < n && !text_empty(cluster); i++) {
        if (text_equal(clusters[i].id, cluster))
            return cell(&clusters[i], CLUSTER_HUB);
    }
    return text_of("");
}

void concern_hubs(struct concern *c, const struct row *clusters, size_t n)
{
    if (text_empty(c->is[CONCERN_HUB]))
        c->is[CONCERN_HUB] = hub_of(c->is[CONCERN_CLUSTER], clusters, n);
    c->to_hub = hub_of(c->to, clusters, n);
}

/* --- asking --- */

/* The star must be its last byte. */
static bool begins(struct safe_text text, struct safe_text with)
{
    struct safe_text rest = with, stem;
    return text_split(&rest, '*', &stem) && text_len(stem) + 1 == text_len(with) && text_begins(text, stem);
}

static bool alike(struct safe_text is, struct safe_text value)
{
    return !text_empty(is) && (text_equal(is, value) || begins(is, value));
}

static bool same_kind(struct safe_text is, struct safe_text value)
{
    enum kind kind = kind_of(value);
    return kind != KIND_NONE && kind == kind_of(is);
}

enum concern_answer concern_is(const struct concern *c, enum concern_key key, struct safe_text value)
{
    struct safe_text is = c->is[key];
    struct safe_text other = key == CONCERN_CLUSTER ? c->to : key == CONCERN_HUB ? c->to_hub : text_of("");
    if (alike(is, value) || alike(other, value) || (key == CONCERN_KIND && same_kind(is, value)))
        return CONCERN_YES;
    bool half = key == CONCERN_HUB && !text_empty(c->to) && text_empty(other);
    return text_empty(is) || half ? CONCERN_UNKNOWN : CONCERN_NO;
}

/* --- conditions --- */

static enum concern_key key_of(struct safe_text word)
{
    int key = 0;
    while (key < CONCERN_KEYS && !text_is(word, words[key]))
        key++;
    return (enum concern_key)key;
}

/* The next word that is not empty. */
static bool next_word(struct safe_text *rest, struct safe_text *key, struct safe_text *value)
{
    struct safe_text word;
    while (text_split(rest, ' ', &word)) {
        if (text_empty(word))
            continue;
        *value = word;
        text_split(value, '=', key);
        return true;
    }
    return false;
}

static bool wrong_word(struct safe_text key, struct safe_text value, struct err *err)
{
    char shown[WORD_MAX], known[ERR_HINT_MAX] = "";
    size_t n = 0;
    for (int k = 0; k < CONCERN_KEYS; k++)
        n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", k ? ", " : "", words[k]);
    text_show_in(key, shown, sizeof shown);
    if (key_of(key) == CONCERN_KEYS)
        err_set(err, ERR_INPUT, "cannot ask for '%.80s'", shown);
    else if (text_empty(value))
        err_set(err, ERR_INPUT, "'%.80s' has no value", shown);
    else
        return true;
    err_hint(err, "a condition is written KEY=VALUE; the keys are %s", known);
    return err_exit(err, 78);
}

bool concern_check(struct safe_text condition, struct err *err)
{
    struct safe_text rest = condition, key, value;
    size_t n = 0;
    for (; next_word(&rest, &key, &value); n++) {
        if (!wrong_word(key, value, err))
            return false;
    }
    if (n > 0 && n <= CONCERN_WORDS_MAX)
        return true;
    err_set(err, ERR_INPUT, n > 0 ? "a condition has more than %d words" : "a condition is empty", CONCERN_WORDS_MAX);
    err_hint(err, "such as 'rule=link cluster=SHG'");
    return err_exit(err, 78);
}

size_t concern_meets(const struct concern *c, struct safe_text condition)
{
    struct safe_text rest = condition, key, value;
    size_t n = 0;
    for (; next_word(&rest, &key, &value); n++) {
        if (key_of(key) == CONCERN_KEYS || concern_is(c, key_of(key), value) != CONCERN_YES)
            return 0;
    }
    return n;
}
