#ifndef HUBTOP_CONSOLE_BRIEF_H
#define HUBTOP_CONSOLE_BRIEF_H

#include "domain/intent.h"
#include "ui/dialog.h"

/* A bulletin as it is shown: its text, to be copied or handed to the configured command; the next one that suits. */

enum { BRIEF_TEXTS = 2, BRIEF_BYTES = 2048 };

struct brief {
    struct dialog dialog;
    char texts[BRIEF_TEXTS][BRIEF_BYTES];
    size_t count, at;
    char alert[INTENT_TEXT_MAX];
    bool final, sends;
};

/* Of an INTENT_BULLETIN; `sends`: there is a command that takes it. */
void brief_start(struct brief *b, const struct intent *intent, bool sends, int width, int64_t boot_ms);

enum brief_result { BRIEF_OPEN, BRIEF_LEFT, BRIEF_COPY, BRIEF_SEND };
enum brief_result brief_key(struct brief *b, uint32_t code, int width, int64_t boot_ms);
const char *brief_text(const struct brief *b);

#endif
