#include "domain/deed.h"

#include <string.h>

/* `words` are what the command begins with; `names` members whose values follow, where they are there; `options` members with the option that
 * takes them. A row whose `if_key` is not of that value (NULL: not there) is for another form. */
enum { NAMES_MAX = 3, OPTIONS_MAX = 4 };
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
    {"plan_apply", "plan apply", NULL, NULL, {"plan"}, {{"plan", "--confirm"}}},
    {"plan_pause", "plan pause", NULL, NULL, {"plan"}, {{NULL, NULL}}},
    {"plan_resume", "plan resume", NULL, NULL, {"plan"}, {{NULL, NULL}}},
    {"plan_stop", "plan stop", NULL, NULL, {"plan"}, {{NULL, NULL}}},
    {"plan_undo", "plan undo", NULL, NULL, {"plan"}, {{NULL, NULL}}},
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

bool deed_command(struct safe_text op, const struct json *body, struct buf *out)
{
    size_t n = sizeof deeds / sizeof *deeds, i = 0;
    while (i < n && !is_meant(&deeds[i], op, body))
        i++;
    if (i == n || (deeds[i].names[0] && !deeds[i].if_value && text_empty(member(body, deeds[i].names[0]))))
        return false;
    buf_printf(out, NULL, "hubtop %s", deeds[i].words);
    for (size_t k = 0; k < NAMES_MAX && !text_empty(member(body, deeds[i].names[k])); k++)
        put_word(member(body, deeds[i].names[k]), out);
    for (size_t k = 0; k < OPTIONS_MAX; k++) {
        struct safe_text value = member(body, deeds[i].options[k].key);
        if (text_empty(value))
            continue;
        buf_printf(out, NULL, " %s", deeds[i].options[k].option);
        put_word(value, out);
    }
    return buf_puts(out, " --write", NULL);
}
