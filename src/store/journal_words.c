#include "store/journal_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"

/* "%s" stands for the first number, then for the second. */
static const struct {
    const char *word, *form, *of_one;
} faults[] = {
    [JOURNAL_WHOLE] = {"", "", ""},
    [JOURNAL_EDITED] = {"edited", N_("entries %s to %s were edited"), N_("entry %s was edited")},
    [JOURNAL_MISSING] = {"missing", N_("entries %s to %s are missing"), N_("entry %s is missing")},
    [JOURNAL_SWAPPED] = {"swapped", N_("entries %s and %s stand in each other's place"), ""},
    [JOURNAL_INSERTED] = {"inserted", N_("entries %s to %s were put in"), N_("entry %s was put in")},
    [JOURNAL_CUT] = {"cut", N_("the end is cut off: entries %s to %s are gone"),
                     N_("the end is cut off: entry %s is gone")},
    [JOURNAL_REWRITTEN] = {"rewritten", "", N_("all up to entry %s was written anew: an anchor says another hash")},
    [JOURNAL_NO_ANCHOR] = {"no_anchor", "", N_("the anchor in 'audit.anchor' makes no sense")},
};
enum { FAULTS = sizeof faults / sizeof *faults };

const char *journal_words_fault(enum journal_fault fault)
{
    return faults[fault].word;
}

enum journal_fault journal_words_find(struct safe_text word)
{
    for (int i = 1; i < FAULTS; i++)
        if (text_is(word, faults[i].word))
            return (enum journal_fault)i;
    return JOURNAL_WHOLE;
}

const char *journal_words_of(const struct journal_finding *f, bool translated, char out[JOURNAL_WORDS])
{
    const int64_t numbers[] = {f->seq, f->to};
    struct buf b = buf_make(JOURNAL_WORDS - 1);
    const char *form = f->seq == f->to ? faults[f->fault].of_one : faults[f->fault].form;
    size_t used = 0;
    for (const char *at = translated && form[0] ? tr(form) : form; *at; at++) {
        if (at[0] == '%' && at[1] == 's' && used < 2) {
            buf_printf(&b, NULL, "%" PRId64, numbers[used++]);
            at++;
        } else
            buf_putc(&b, *at, NULL);
    }
    snprintf(out, JOURNAL_WORDS, "%s", buf_str(&b));
    buf_release(&b);
    return out;
}
