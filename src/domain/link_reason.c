#include "domain/link_reason.h"

#include <math.h>
#include <string.h>

#include "base/tr.h"
#include "domain/link.h"
#include "domain/phrase.h"

enum { MEMBER_BYTES = 256, WHY_BYTES = 2048 };

/* The codes are stored: none may change. */
static const struct {
    const char *code, *msgid;
} reasons[] = {
    [LINK_REASON_DOWN] = {"down", N_("down, says its source")},
    [LINK_REASON_OVER] = {"over", N_("%s ms one-way > %s ms promised")},
    [LINK_REASON_WAS_OVER] = {"was_over", N_("%s ms one-way, was over %s ms promised")},
    [LINK_REASON_NEAR] = {"near", N_("p95 %s ms one-way > 90 %% of %s ms promised")},
    [LINK_REASON_DARK] = {"dark", N_("no path lit")},
    [LINK_REASON_LIT] = {"lit", N_("%s of %s paths lit")},
    [LINK_REASON_LOST] = {"lost", N_("all packets lost")},
    [LINK_REASON_LOSS] = {"loss", N_("loss %s %% %s %s %%")},
    [LINK_REASON_USED] = {"used", N_("%s %% used %s %s %%")},
    [LINK_REASON_N1] = {"n1", N_("with one path less %s %% used > %s %%")},
    [LINK_REASON_USUAL] = {"usual", N_("usual %s ms, now %s ms")},
    [LINK_REASON_BELOW] = {"below", N_("%s ms is below the physical minimum %s ms: a bad clock or probe")},
    [LINK_REASON_NEVER] = {"never", N_("promised %s ms, but fibre needs at least %s ms: it can never hold")},
};
enum { REASONS = sizeof reasons / sizeof *reasons };

const char *link_reason_code(enum link_reason reason)
{
    return reasons[reason].code;
}

bool link_reason_put(const char *member, bool english, struct buf *out)
{
    size_t len = strcspn(member, " "), i = 0;
    struct phrase p = {0};

    while (i < REASONS && (strlen(reasons[i].code) != len || strncmp(reasons[i].code, member, len) != 0))
        i++;
    if (i == REASONS)
        return false;
    for (member += len; *member == ' '; member += len) {
        len = strcspn(++member, " ");
        if (!phrase_add(&p, member, len))
            return false;
    }
    phrase_put(english ? reasons[i].msgid : tr(reasons[i].msgid), &p, out);
    return true;
}

/* --- as they are shown --- */

/* Arguments are numbers and signs: what has a blank is part of another sentence. */
static bool is_plain(const struct phrase *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (memchr(p->args[i].at, ' ', p->args[i].len) != NULL)
            return false;
    return true;
}

static void tell_one(const char *sentence, struct buf *out)
{
    struct phrase p;

    for (size_t i = 0; i < REASONS; i++)
        if (phrase_match(reasons[i].msgid, sentence, &p) && is_plain(&p)) {
            phrase_put(tr(reasons[i].msgid), &p, out);
            return;
        }
    buf_puts(out, sentence, NULL);
}

void link_reason_tell(const char *why, struct buf *out)
{
    struct safe_text rest = text_of(why), part;
    struct buf one = buf_make(WHY_BYTES);

    for (bool first = true; text_split(&rest, ';', &part); first = false) {
        buf_clear(&one);
        text_show(part, -1, &one);
        buf_puts(out, first ? "" : "; ", NULL);
        tell_one(buf_str(&one) + (!first && buf_str(&one)[0] == ' '), out);
    }
    buf_release(&one);
}

static bool put_all(struct safe_text list, struct buf *out)
{
    struct buf member = buf_make(MEMBER_BYTES);
    struct safe_text part;
    bool known = !text_empty(list);

    for (bool first = true; known && value_list_next(&list, &part); first = false) {
        buf_clear(&member);
        text_show(part, -1, &member);
        buf_puts(out, first ? "" : "; ", NULL);
        known = link_reason_put(buf_str(&member), false, out);
    }
    buf_release(&member);
    return known;
}

void link_why(const struct row *link, struct buf *out)
{
    struct buf text = buf_make(WHY_BYTES);

    if (put_all(value_text_or(&link->cells[LINK_REASONS], ""), &text)) {
        text_show(text_from(buf_str(&text), text.len), -1, out);
    } else {
        buf_clear(&text);
        text_show(value_text_or(&link->cells[LINK_WHY], ""), -1, &text);
        link_reason_tell(buf_str(&text), out);
    }
    buf_release(&text);
}

static bool is_code(struct safe_text member, enum link_reason reason)
{
    const char *code = link_reason_code(reason);
    char begins[MEMBER_BYTES];

    text_show_in(member, begins, sizeof begins);
    return strncmp(begins, code, strlen(code)) == 0 && begins[strlen(code)] == ' ';
}

bool link_breaks_promise(const struct row *link)
{
    struct safe_text rest = value_text_or(&link->cells[LINK_REASONS], ""), member;

    while (value_list_next(&rest, &member))
        if (is_code(member, LINK_REASON_OVER) || is_code(member, LINK_REASON_WAS_OVER))
            return true;
    return false;
}

bool link_is_relieved(const struct row *link)
{
    return link_breaks_promise(link) &&
           link_delay_ms(link) <= value_real_or(&link->cells[LINK_RING_CONTRACT_MS], (double)NAN);
}
