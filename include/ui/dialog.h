#ifndef HUBTOP_UI_DIALOG_H
#define HUBTOP_UI_DIALOG_H

#include "ui/key.h"
#include "ui/prompt.h"

/* A box that has all keys until it is answered: lines to read, fields to fill in, and buttons: Cancel, which has the focus
 * when the fields are left, and verbs, which only their letters press. It knows no cluster and no clock.
 *
 * So that nothing is confirmed by chance: Enter never presses a verb; a paste that the terminal announces is thrown away; and
 * for DIALOG_GUARD_MS after the box appeared, and after the buttons got the focus, every key but Esc is. */

enum {
    DIALOG_LINES_MAX = 12,
    DIALOG_LINE_BYTES = 400,
    DIALOG_FIELDS_MAX = 4,
    DIALOG_VERBS_MAX = 3,
    DIALOG_GUARD_MS = 300
};

struct dialog_field {
    const char *label; /* in the interface's language */
    struct prompt prompt;
};

/* What one letter does. */
struct dialog_verb {
    char letter;     /* "s" */
    char words[160]; /* what it does to what: "silence A-1042" */
};

/* The owner fills in everything above the line. */
struct dialog {
    char title[160];
    char lines[DIALOG_LINES_MAX][DIALOG_LINE_BYTES]; /* safe to show */
    size_t line_count;
    struct dialog_field fields[DIALOG_FIELDS_MAX];
    size_t field_count;
    struct dialog_verb verbs[DIALOG_VERBS_MAX];
    size_t verb_count;
    char problem[400]; /* why it cannot be done yet; "": it can */
    bool severe;
    bool firm; /* Enter neither leaves the last field nor does a thing on the buttons: dialog_finish() does */
    /* --- */
    size_t at; /* the field that has the keys; field_count: the buttons */
    int64_t guard_ms;
    char chosen; /* the letter of the verb that was confirmed */
};

/* The box appears: its first field has the keys. `boot_ms` is a clock that nobody sets, nor paces. */
void dialog_start(struct dialog *d, int64_t boot_ms);

enum dialog_result {
    DIALOG_OPEN,   /* nothing but the focus changed */
    DIALOG_EDITED, /* a field did: the problem is to be looked for anew */
    DIALOG_CANCELLED,
    DIALOG_CONFIRMED
};
/* Enter, Tab and Down go to the next field and then to the buttons, S-Tab and Up back; Esc cancels, Enter on the buttons as well.
 * A verb's letter confirms on the buttons, while there is no problem. */
enum dialog_result dialog_key(struct dialog *d, uint32_t code, int64_t boot_ms);
/* Those keys, for the manual page. */
const struct key_row *dialog_keys(void);

/* The buttons get the focus: the last field holds what it must. */
void dialog_finish(struct dialog *d, int64_t boot_ms);

/* In the middle of the canvas. What does not fit is left out from the lines' end, and that is said. */
void dialog_draw(const struct dialog *d, struct canvas *c);

/* Appends a line; beyond DIALOG_LINES_MAX it is left out. A long one is folded; one that begins with a blank is one of a list, and
 * cut. */
void dialog_say(struct dialog *d, const char *line);

/* How many bytes of the text stand on a row of so many columns: breaks after a blank where there is one; Chinese anywhere. */
size_t dialog_fold(const char *text, int columns);

#endif
