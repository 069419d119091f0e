#ifndef HUBTOP_STORE_JOURNAL_WORDS_H
#define HUBTOP_STORE_JOURNAL_WORDS_H

#include "store/journal_check.h"

/* What a check of the journal found, as words. */

/* "edited", "missing" …; "" for JOURNAL_WHOLE; and back, JOURNAL_WHOLE for another word. */
const char *journal_words_fault(enum journal_fault fault);
enum journal_fault journal_words_find(struct safe_text word);

/* The finding as a sentence without its end: "entry 12 was edited"; in the interface's language if `translated`, else in English: errors and
 * stored rows are. */
enum { JOURNAL_WORDS = 192 };
const char *journal_words_of(const struct journal_finding *f, bool translated, char out[JOURNAL_WORDS]);

#endif
