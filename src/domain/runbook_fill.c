#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/runbook.h"

/* A page's words filled from an alert, and what the alert itself says of its runbook. */

enum { FILLED_MAX = 64 << 10, VALUE_COLUMNS = 200, STEP_MAX = RUNBOOK_NAME_MAX + 16 };

static const struct {
    const char *word;
    int field; /* -1: its id; -2: its source */
} words[] = {{"id}", -1},
             {"name}", ALERT_NAME},
             {"kind}", ALERT_KIND},
             {"where}", ALERT_WHERE},
             {"cluster}", ALERT_CLUSTER},
             {"source}", -2},
             {"summary}", ALERT_SUMMARY}};
enum { WORDS = sizeof words / sizeof *words };

static struct safe_text value_of(const struct row *alert, int field)
{
    return field == -1 ? alert->id : field == -2 ? alert->source : value_text_or(&alert->cells[field], "");
}

/* What a shell reads as more than a letter; a quoted '>' is one in links' names. */
static void tame(char *text)
{
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < 0x80 && strchr("'\"`$\\;|&()<*?!#~[]{}", *c))
            *c = '?';
    }
}

static void put_value(const struct row *alert, int word, bool code, struct buf *out)
{
    struct safe_text value = value_of(alert, words[word].field);
    size_t at = out->len;
    if (text_empty(value)) {
        buf_puts(out, tr("unknown"), NULL);
        return;
    }
    text_show(value, VALUE_COLUMNS, out);
    if (code && out->len > at)
        tame(out->data + at);
}

static int word_of(struct safe_text rest)
{
    for (int i = 0; i < WORDS; i++) {
        if (text_begins(rest, text_of(words[i].word)))
            return i;
    }
    return -1;
}

static bool has_odd_ticks(struct safe_text t)
{
    struct safe_text head, rest = t;
    bool odd = false;
    for (size_t was = text_len(rest); text_split(&rest, '`', &head); was = text_len(rest))
        odd ^= text_len(head) < was;
    return odd;
}

void runbook_fill(const struct runbook_line *line, const struct row *alert, int columns, struct buf *out)
{
    struct buf filled = buf_make(FILLED_MAX);
    struct safe_text rest = line->text, head, word_text;
    bool code = line->what == RUNBOOK_CODE;
    for (size_t was = text_len(rest); text_split(&rest, '{', &head); was = text_len(rest)) {
        bool brace = text_len(head) < was;
        int word = brace && alert ? word_of(rest) : -1;
        text_show(head, -1, &filled);
        code ^= line->what != RUNBOOK_CODE && has_odd_ticks(head);
        if (word >= 0) {
            text_split(&rest, '}', &word_text);
            put_value(alert, word, code, &filled);
        } else if (brace)
            buf_putc(&filled, '{', NULL);
    }
    text_show(text_from(buf_str(&filled), filled.len), columns, out);
    buf_release(&filled);
}

/* --- what the alert says --- */

bool runbook_done(const struct row *alert, const char *name, int step, struct safe_text *mark)
{
    struct safe_text rest = value_text_or(&alert->cells[ALERT_STEPS_DONE], "");
    char wanted[STEP_MAX];
    snprintf(wanted, sizeof wanted, "%.*s/%d ", RUNBOOK_NAME_MAX, name, step);
    while (value_list_next(&rest, mark)) {
        if (text_begins(*mark, text_of(wanted)))
            return true;
    }
    return false;
}

bool runbook_name_good(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    return n > 0 && name[n] == '\0' && n < RUNBOOK_NAME_MAX && name[0] != '.' && name[0] != '-';
}

bool runbook_named(const struct row *alert, char out[RUNBOOK_NAME_MAX])
{
    struct safe_text field = value_text_or(&alert->cells[ALERT_RUNBOOK], ""), rest = field, last = text_of("");
    if (text_contains(field, text_of("://"), false))
        return false;
    while (text_split(&rest, '/', &last))
        continue;
    if (text_empty(last) || text_len(last) >= RUNBOOK_NAME_MAX)
        return false;
    text_show_in(last, out, RUNBOOK_NAME_MAX);
    size_t n = strlen(out);
    if (n > 3 && strcmp(out + n - 3, ".md") == 0)
        out[n - 3] = '\0';
    return runbook_name_good(out);
}
