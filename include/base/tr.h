#ifndef HUBTOP_BASE_TR_H
#define HUBTOP_BASE_TR_H

#include "base/err.h"

/* Sets the locale and language: setlocale(LC_ALL, ""), C.UTF-8 where that fails or is not UTF-8, then gettext(3) with
 * `lang` ("auto", "en", "zh"); `localedir` holds LANG/LC_MESSAGES/hubtop.mo. Returns a sentence when the wished locale
 * could not be had, else NULL. */
const char *tr_init(const char *lang, const char *localedir);

/* Whether the interface's language is Chinese (names have two forms). */
int tr_is_zh(void);

/* The text in the interface's language; `msgid` is the English text. */
const char *tr(const char *msgid) __attribute__((format_arg(1)));

/* Marks a text of a constant table for the catalogue: tr() translates it where it is shown. */
#define N_(msgid) msgid

#endif
