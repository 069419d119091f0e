#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "domain/change_private.h"
#include "domain/link_reason.h"
#include "domain/phrase.h"
#include "domain/symptom.h"

enum { WORDS_BYTES = 4096 };

/* What is stored in English is shown in the interface's language: whole sentences, then what stands before a ":". */
static const char *const sentences[] = {
    N_("fibre cut: %s of %s paths dark"), N_("fibre cut: %s paths lit, %s before"),
    N_("all %s paths lit again"),         N_("%s of %s paths lit again"),
    N_("%s paths lit, %s before"),
};
static const char *const heads[] = {
    NC_("change", "back in service"),
    NC_("change", "draining"),
    NC_("change", "drained"),
    NC_("change", "down"),
    NC_("change", "state unknown"),
    NC_("change", "gone from its scheduler"),
    NC_("change", "scheduler is back"),
    NC_("change", "scheduler is lost"),
    NC_("change", "source answers again"),
    NC_("change", "source does not answer"),
    NC_("change", "source is offline"),
    NC_("change", "source denies access"),
    NC_("change", "source is switched off"),
    NC_("change", "source answers"),
    NC_("change", "queue is gone"),
    NC_("change", "queue state"),
    NC_("change", "reservation made"),
    NC_("change", "reservation ended"),
    NC_("change", "job preempted"),
    NC_("change", "up again"),
    NC_("change", "degraded"),
    NC_("change", "critical"),
    NC_("change", "fibre cut"),
    NC_("change", "alert is over"),
    NC_("change", "alert is silenced"),
    NC_("change", "alert fires again"),
    NC_("change", "alert"),
    NC_("change", "reservation begins"),
    NC_("change", "transfer is stalled"),
    NC_("change", "transfer failed"),
    NC_("change", "transfer goes on"),
    NC_("change", "membership"),
    NC_("change", "phase"),
    NC_("change", "source is configured no more"),
    NC_("change", "source is configured"),
    NC_("change", "source has another address"),
    NC_("change", "source is asked every"),
    NC_("change", "power cap"),
    NC_("change", "PUE limit"),
    NC_("change", "promised delay"),
    NC_("change", "capacity"),
    NC_("change", "agreed capacity"),
    NC_("change", "promised wait"),
    NC_("change", "limits"),
    NC_("change", "jobs a user"),
    NC_("change", "time limit"),
    NC_("change", "priority"),
    NC_("change", "shares"),
    NC_("change", "energy quota"),
    NC_("change", "licences"),
    NC_("change", "alert is acknowledged"),
    NC_("change", "acknowledgement is over"),
    NC_("change", "ack expired"),
    NC_("change", "ack taken back"),
    NC_("change", "ack void, info to warn"),
    NC_("change", "ack void, info to crit"),
    NC_("change", "ack void, warn to crit"),
    NC_("change", "alert and its ack are over"),
    NC_("change", "alert is back"),
    NC_("change", "alert flaps"),
    NC_("change", "silence made"),
    NC_("change", "silence is over"),
    NC_("change", "maintenance is planned"),
    NC_("change", "maintenance begins"),
    NC_("change", "maintenance ends"),
    NC_("change", "maintenance is ended early"),
    NC_("change", "maintenance is called off"),
    NC_("change", "change freeze is planned"),
    NC_("change", "change freeze begins"),
    NC_("change", "change freeze ends"),
    NC_("change", "change freeze is ended early"),
    NC_("change", "change freeze is called off"),
};

/* How many they are, where one line stands for them all. */
static const char *const counts[] = {N_("%s nodes"), N_("%s jobs"), N_("%s racks"), N_("%s objects")};

static bool put_phrase(const char *const *all, size_t n, const char *what, struct buf *out)
{
    struct phrase p;

    for (size_t i = 0; i < n; i++)
        if (phrase_match(all[i], what, &p)) {
            phrase_put(tr(all[i]), &p, out);
            return true;
        }
    return false;
}

/* The words in front, and how long they are; NULL: none of ours. */
static const char *head_of(const char *what, size_t *len)
{
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        *len = strlen(heads[i]);
        if (strncmp(what, heads[i], *len) == 0 && (what[*len] == '\0' || strncmp(what + *len, ": ", 2) == 0))
            return heads[i];
    }
    return NULL;
}

/* Where " (was …)" begins at the end of a text; NULL: it does not. */
static char *was_of(char *what)
{
    size_t len = strlen(what);
    char *was = NULL;

    for (char *at = strstr(what, " (was "); at != NULL; at = strstr(at + 1, " (was "))
        was = at;
    return was != NULL && what[len - 1] == ')' ? was : NULL;
}

const char *change_words_head(const struct row *change)
{
    struct buf what = buf_make(WORDS_BYTES);
    const char *head;
    size_t len;
    char *was;

    text_show(change_cell(change, CHANGE_WHAT), -1, &what);
    was = what.len > 0 ? was_of(what.data) : NULL;
    if (was != NULL)
        *was = '\0';
    head = head_of(buf_str(&what), &len);
    buf_release(&what);
    return head;
}

/* Reasons of a link, a state's word, or a text from outside, which stays. */
static void put_rest(const struct row *change, const char *rest, struct buf *out)
{
    if (put_phrase(counts, sizeof counts / sizeof *counts, rest, out))
        return;
    if (text_is(change_cell(change, CHANGE_KIND), kind_info(KIND_LINK)->singular))
        link_reason_tell(rest, out);
    else if (text_is(change_cell(change, CHANGE_KIND), kind_info(KIND_ALERT)->singular))
        symptom_tell_any(rest, out);
    else
        buf_puts(out, tr_of("state", rest), NULL);
}

static void put_what(const struct row *change, const char *what, struct buf *out)
{
    size_t len;
    const char *head = head_of(what, &len);

    if (put_phrase(sentences, sizeof sentences / sizeof *sentences, what, out))
        return;
    if (head == NULL) {
        buf_puts(out, what, NULL);
        return;
    }
    buf_puts(out, tr_of("change", head), NULL);
    if (what[len] == '\0')
        return;
    buf_puts(out, ": ", NULL);
    put_rest(change, what + len + 2, out);
}

void change_words(const struct row *change, struct buf *out)
{
    struct buf what = buf_make(WORDS_BYTES), told = buf_make(WORDS_BYTES);
    char *was;

    text_show(change_cell(change, CHANGE_WHAT), -1, &what);
    was = what.len > 0 ? was_of(what.data) : NULL;
    if (was != NULL) {
        what.data[what.len - 1] = '\0';
        *was = '\0';
    }
    put_what(change, buf_str(&what), &told);
    if (was != NULL)
        buf_printf(&told, NULL, tr(" (was %s)"), tr_of("state", was + strlen(" (was ")));
    text_show(text_from(buf_str(&told), told.len), -1, out);
    buf_release(&what);
    buf_release(&told);
}
