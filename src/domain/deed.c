#include "domain/deed.h"

#include <inttypes.h>
#include <string.h>

/* `words` are what the command begins with; `names` members whose values follow, where they are there; `options` members with the option that
 * takes them; of a list of targets each, and for --confirm the first. A row whose `if_key` is not of that value (NULL: not there) is for another form. */
enum { NAMES_MAX = 3, OPTIONS_MAX = 5 };
static const struct deed {
    const char *op, *words, *if_key, *if_value;
    const char *names[NAMES_MAX];
    struct {
        const char *key, *option;
    } options[OPTIONS_MAX];
} deeds[] = {
    {"ack", "alert ack", NULL, NULL, {"alert"}, {{"until", "--until"}, {"note", "--note"}}},
    {"unack", "alert unack", NULL, NULL, {"alert"}, {{NULL, NULL}}},
    {"silence",
     "alert silence",
     "kind",
     NULL,
     {"alert"},
     {{"ends_at", "--until"}, {"reason", "--reason"}, {"alert", "--confirm"}}},
    {"silence",
     "alert silence",
     "where",
     NULL,
     {NULL},
     {{"kind", "--kind"}, {"ends_at", "--until"}, {"reason", "--reason"}, {"kind", "--confirm"}}},
    {"silence",
     "alert silence",
     NULL,
     NULL,
     {"where"},
     {{"kind", "--kind"}, {"ends_at", "--until"}, {"reason", "--reason"}, {"where", "--confirm"}}},
    {"unsilence", "alert unsilence", NULL, NULL, {"ref"}, {{NULL, NULL}}},
    {"note", "alert note", NULL, NULL, {"alert"}, {{"note", "--note"}}},
    {"unnote", "alert unnote", NULL, NULL, {"alert"}, {{NULL, NULL}}},
    {"step", "alert step", NULL, NULL, {"alert", "step"}, {{NULL, NULL}}},
    {"unstep", "alert unstep", NULL, NULL, {"alert", "step"}, {{NULL, NULL}}},
    {"escalate", "alert escalate", NULL, NULL, {"alert"}, {{NULL, NULL}}},
    {"maintenance_add",
     "maintenance freeze",
     "what",
     "freeze",
     {"kind", "where"},
     {{"starts_at", "--start"}, {"ends_at", "--end"}, {"reason", "--reason"}}},
    {"maintenance_add",
     "maintenance add",
     NULL,
     NULL,
     {"kind", "where"},
     {{"starts_at", "--start"}, {"ends_at", "--end"}, {"reason", "--reason"}}},
    {"maintenance_end", "maintenance end", NULL, NULL, {"ref"}, {{"reason", "--reason"}}},
    {"plan_approve", "plan approve", NULL, NULL, {"plan"}, {{NULL, NULL}}},
    {"plan_reject", "plan reject", NULL, NULL, {"plan"}, {{"reason", "--reason"}}},
    {"plan_apply",
     "plan apply",
     NULL,
     NULL,
     {"plan"},
     {{"plan", "--confirm"}, {"reason", "--reason"}, {"ref", "--ref"}}},
    {"plan_pause", "plan pause", NULL, NULL, {"plan"}, {{NULL, NULL}}},
    {"plan_resume", "plan resume", NULL, NULL, {"plan"}, {{NULL, NULL}}},
    {"plan_stop", "plan stop", NULL, NULL, {"plan"}, {{NULL, NULL}}},
    {"plan_undo", "plan undo", NULL, NULL, {"plan"}, {{"plan", "--confirm"}}},
    {"order",
     "order limit",
     "action",
     "limit",
     {"targets"},
     {{"value", "--for"}, {"reason", "--reason"}, {"ref", "--ref"}}},
    {"order",
     "order",
     NULL,
     NULL,
     {"action", "targets"},
     {{"to", "--to"}, {"value", "--value"}, {"reason", "--reason"}, {"ref", "--ref"}, {"targets", "--confirm"}}},
    {"order_propose",
     "order --propose limit",
     "action",
     "limit",
     {"targets"},
     {{"value", "--for"}, {"reason", "--reason"}, {"ref", "--ref"}}},
    {"order_propose",
     "order --propose",
     NULL,
     NULL,
     {"action", "targets"},
     {{"to", "--to"}, {"value", "--value"}, {"reason", "--reason"}, {"ref", "--ref"}, {"targets", "--confirm"}}},
    {"order_break_glass",
     "order --break-glass limit",
     "action",
     "limit",
     {"targets"},
     {{"value", "--for"}, {"reason", "--reason"}, {"ref", "--ref"}}},
    {"order_break_glass",
     "order --break-glass",
     NULL,
     NULL,
     {"action", "targets"},
     {{"to", "--to"}, {"value", "--value"}, {"reason", "--reason"}, {"ref", "--ref"}, {"targets", "--confirm"}}},
    {"order_approve", "order approve", NULL, NULL, {"order"}, {{"hash", "--anchor"}, {"reason", "--reason"}}},
    {"order_reject", "order reject", NULL, NULL, {"order"}, {{"reason", "--reason"}}},
    {"order_sign", "order sign", NULL, NULL, {"plan"}, {{"reason", "--reason"}}},
    {"plan_sign", "plan sign", NULL, NULL, {"plan"}, {{"reason", "--reason"}}},
    {"order_pause", "order pause", NULL, NULL, {"ref"}, {{NULL, NULL}}},
    {"order_resume", "order continue", NULL, NULL, {"ref"}, {{NULL, NULL}}},
    {"order_stop", "order stop", NULL, NULL, {"ref"}, {{NULL, NULL}}},
    {"order_retry", "order retry", NULL, NULL, {"ref"}, {{NULL, NULL}}},
    {"order_skip", "order skip", NULL, NULL, {"ref"}, {{NULL, NULL}}},
};

static struct safe_text member(const struct json *body, const char *key)
{
    struct safe_text t;
    return key && json_text(json_get(body, key), &t) ? t : text_of("");
}

static bool is_meant(const struct deed *d, struct safe_text op, const struct json *body)
{
    return text_is(op, d->op) && (!d->if_key || text_is(member(body, d->if_key), d->if_value ? d->if_value : ""));
}

/* Letters that no shell takes for something else. */
static bool is_plain(const char *word)
{
    return word[0] &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%") == strlen(word);
}

static void put_word(struct safe_text t, struct buf *out)
{
    struct buf word = buf_make(text_len(t) + 1);
    text_copy(&word, t);
    const char *at = buf_str(&word);
    buf_putc(out, ' ', NULL);
    if (is_plain(at))
        buf_puts(out, at, NULL);
    else {
        buf_putc(out, '\'', NULL);
        for (; *at; at++)
            buf_puts(out, *at == '\'' ? "'\\''" : (char[]){*at, '\0'}, NULL);
        buf_putc(out, '\'', NULL);
    }
    buf_release(&word);
}

/* All that the member says: a text, the texts of a list, a number (with its unit, where the option is of a span). */
static void put_names(const struct json *body, const char *key, struct buf *out)
{
    const struct json *value = key ? json_get(body, key) : NULL;
    struct safe_text t;
    if (json_type(value) != JSON_ARRAY) {
        if (!text_empty(member(body, key)))
            put_word(member(body, key), out);
        return;
    }
    for (const struct json *j = json_first(value); j; j = json_next(j)) {
        if (json_text(j, &t))
            put_word(t, out);
    }
}

static void put_option(const struct json *body, const char *key, const char *option, struct buf *out)
{
    const struct json *value = key ? json_get(body, key) : NULL;
    struct safe_text t = json_type(value) == JSON_ARRAY ? text_of("") : member(body, key);
    int64_t number;
    if (json_type(value) == JSON_ARRAY)
        json_text(json_first(value), &t);
    if (json_type(value) == JSON_NUMBER && json_int(value, &number) && number > 0)
        buf_printf(out, NULL, " %s %" PRId64 "%s", option, number, strcmp(option, "--for") == 0 ? "s" : "");
    if (text_empty(t))
        return;
    buf_printf(out, NULL, " %s", option);
    put_word(t, out);
}

static bool is_said(const struct json *body, const char *key)
{
    return !text_empty(member(body, key)) || json_count(json_get(body, key)) > 0;
}

bool deed_command(struct safe_text op, const struct json *body, struct buf *out)
{
    size_t n = sizeof deeds / sizeof *deeds, i = 0;
    while (i < n && !is_meant(&deeds[i], op, body))
        i++;
    if (i == n || (deeds[i].names[0] && !deeds[i].if_value && !is_said(body, deeds[i].names[0])))
        return false;
    buf_printf(out, NULL, "hubtop %s", deeds[i].words);
    for (size_t k = 0; k < NAMES_MAX; k++)
        put_names(body, deeds[i].names[k], out);
    for (size_t k = 0; k < OPTIONS_MAX; k++)
        put_option(body, deeds[i].options[k].key, deeds[i].options[k].option, out);
    return buf_puts(out, " --write", NULL);
}
