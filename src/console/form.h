#ifndef HUBTOP_CONSOLE_FORM_H
#define HUBTOP_CONSOLE_FORM_H

#include "base/clock.h"
#include "domain/intent.h"
#include "ui/dialog.h"

/* What an operator fills in and confirms before the collector is asked: the end and the reason of a silence or a window. What
 * lasts longer than FORM_SEVERE_MS, or hides more than FORM_SEVERE_ALERTS alerts, needs the object's id typed as well. So does
 * carrying out a plan and taking it back, always: its last character gives the buttons the focus, Enter does nothing. */

#define FORM_SEVERE_MS (INT64_C(4) * 3600000)
enum { FORM_SEVERE_ALERTS = 20 };

struct form {
    struct dialog dialog;
    struct intent intent; /* an INTENT_FORM */
    int kind;             /* which of the forms */
};

/* False: there is no form for the intent's op. */
bool form_start(struct form *f, const struct intent *intent, struct instant now);

/* Fills in the end and the reason, "2h vendor works", as if somebody had typed them; the buttons get the focus. */
void form_fill(struct form *f, const char *words, struct instant now);

enum form_result { FORM_OPEN, FORM_CANCELLED, FORM_DONE };
/* FORM_DONE: `ask` is what the collector is asked now. `now`: UTC for ends, the boot clock for the guard. */
enum form_result form_key(struct form *f, uint32_t code, struct instant now, struct intent *ask);

/* Whether something else than the id that must be typed stands there: nothing is sent then. */
bool form_refuses(const struct form *f);

/* Sets one more member of an intent's `ask`. False, and nothing is changed, where it does not fit. */
bool form_member(struct intent *intent, const char *key, const char *text);

/* "2h", "90m", "08:00" (the next one), "2026-11-21T18:00:00Z": a moment from `now_ms` on. */
bool form_end(const char *text, int64_t now_ms, int64_t *utc_ms);

#endif
