#include <string.h>

#include "base/tr.h"
#include "domain/link_reason.h"
#include "domain/phrase.h"
#include "domain/symptom.h"

/* Summaries are stored in English: the sentences of symptom_words.c are found in them again. Pieces of one sentence stand one after
 * the other. */

enum { TELL_BYTES = 4096, PIECES_MAX = 8 };

static const char *const sentences[] = {
    N_("access denied"),
    N_("no answer"),
    N_("has not answered yet"),
    N_("the scheduler is down"),
    N_("%s of %s unavailable, %s%% > %s%%"),
    N_("inner-ring job %s past its deadline"),
    N_("p95 wait %s over %s promised"),
    N_("p95 wait %s > %s promised"),
    N_("nobody says why"),
    N_("inlet %s °C"),
    N_(", %s more in 5 min"),
    N_(" lost a feed;"),
    N_(" one feed carries %s %% of the limit (may %s)"),
    N_("%s %% of the energy quota used"),
    N_("PUE %s in the mean, limit %s"),
    N_("%s nodes of one rack lost at once: power or switch?"),
    N_("nodes of one rack lost at once: power or switch?"),
    N_("cut off: %s of %s links down"),
    N_("%s links are bad: the site, not the paths"),
};
enum { SENTENCES = sizeof sentences / sizeof *sentences };

/* A number, a sign, a span; what has a blank is part of another sentence. */
static bool is_plain(const struct phrase *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (memchr(p->args[i].at, ' ', p->args[i].len) != NULL)
            return false;
    return true;
}

/* Splits what stands behind the sentence at the beginning of `text` off; false when it begins with another one. */
static bool begins(const char *sentence, const char *text, struct phrase *p, const char **rest)
{
    struct buf whole = buf_make(TELL_BYTES);
    bool found = phrase_match(sentence, text, p) && is_plain(p);

    *rest = "";
    buf_printf(&whole, NULL, "%s%%s", sentence);
    if (!found && phrase_match(buf_str(&whole), text, p)) {
        *rest = p->args[--p->count].at;
        found = is_plain(p);
    }
    buf_release(&whole);
    return found;
}

static bool tell_piece(const char **text, struct buf *out)
{
    struct phrase p;
    const char *rest;

    for (size_t i = 0; i < SENTENCES; i++)
        if (begins(sentences[i], *text, &p, &rest)) {
            phrase_put(tr(sentences[i]), &p, out);
            *text = rest;
            return true;
        }
    return false;
}

/* What is no sentence of ours stays: the name of a rack, a limit. */
static void tell(const char *text, struct buf *out)
{
    for (int pieces = 0; *text != '\0';) {
        if (pieces < PIECES_MAX && tell_piece(&text, out))
            pieces++;
        else
            buf_putc(out, *text++, NULL);
    }
}

void symptom_tell(enum symptom_rule rule, struct safe_text summary, struct buf *out)
{
    struct buf text = buf_make(TELL_BYTES);

    text_show(summary, -1, &text);
    if (rule == SYMPTOM_LINK)
        link_reason_tell(buf_str(&text), out);
    else if (rule == SYMPTOM_RULES || !tr_is_zh())
        buf_puts(out, buf_str(&text), NULL);
    else
        tell(buf_str(&text), out);
    buf_release(&text);
}

void symptom_tell_any(const char *summary, struct buf *out)
{
    struct buf told = buf_make(TELL_BYTES);

    link_reason_tell(summary, &told);
    if (tr_is_zh() && strcmp(buf_str(&told), summary) == 0)
        tell(summary, out);
    else
        buf_puts(out, buf_str(&told), NULL);
    buf_release(&told);
}
