#ifndef HUBTOP_BASE_TR_H
#define HUBTOP_BASE_TR_H

#include "base/err.h"

/* Sets the locale's characters and messages (C.UTF-8 where the environment's fails or is not UTF-8), then gettext(3) with
 * `lang` ("auto", "en", "zh"); `localedir` holds LANG/LC_MESSAGES/hubtop.mo. All else stays as in "C". Returns a sentence when the wished locale
 * could not be had, else NULL. */
const char *tr_init(const char *lang, const char *localedir);

/* The same sentence again, in the language of now; NULL: the wished locale was had at the last tr_init(). Lives until the next call. */
const char *tr_locale_missing(void);

/* The variable of the environment that chose the language at the last tr_init(); NULL: `lang` did, or nothing. */
const char *tr_chosen_by(void);

/* Whether the interface's language is Chinese (names have two forms). */
int tr_is_zh(void);

/* The text in the interface's language; `msgid` is the English text. */
const char *tr(const char *msgid) __attribute__((format_arg(1)));

/* The same of a word that means something else elsewhere: `context` is "key" for the words of the key bar, "field" for
 * names of fields, "state" for words of formats.md and the like, which are stored in English. A word without a
 * translation stays. */
const char *tr_of(const char *context, const char *msgid);

/* Mark texts of constant tables for the catalogue: tr(), or tr_of() with the same context, translates them where they
 * are shown. */
#define N_(msgid)           msgid
#define NC_(context, msgid) msgid

#endif
