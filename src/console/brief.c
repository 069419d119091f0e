#include "console/brief.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/tr.h"

enum { EDGES = 6, LEAST = 20, MOST = 94 };

const char *brief_text(const struct brief *b)
{
    return b->texts[b->at];
}

static void put_lines(struct dialog *d, const char *text, int columns)
{
    char line[DIALOG_LINE_BYTES];

    while (*text != '\0') {
        size_t n = dialog_fold(text, columns);

        snprintf(line, sizeof line, "%.*s", (int)n, text);
        dialog_say(d, line);
        text += n;
    }
}

static void verb(struct dialog *d, char letter, const char *words)
{
    struct dialog_verb *v = &d->verbs[d->verb_count++];
    v->letter = letter;
    snprintf(v->words, sizeof v->words, "%s", words);
}

static void show(struct brief *b, int width, int64_t boot_ms)
{
    static const char *const stages[BRIEF_TEXTS] = {N_("First bulletin"), N_("Update")};
    int columns = width - EDGES < MOST ? width - EDGES : MOST;
    b->dialog = (struct dialog){0};
    snprintf(b->dialog.title, sizeof b->dialog.title, "%s  %.100s", tr(b->final ? N_("Final bulletin") : stages[b->at]),
             b->alert);
    put_lines(&b->dialog, brief_text(b), columns > LEAST ? columns : LEAST);
    verb(&b->dialog, 'c', tr("copy"));
    if (b->count > 1)
        verb(&b->dialog, 'n', tr(stages[1 - b->at]));
    if (b->sends)
        verb(&b->dialog, 's', tr("send"));
    dialog_start(&b->dialog, boot_ms);
}

void brief_start(struct brief *b, const struct intent *intent, bool sends, int width, int64_t boot_ms)
{
    char lines[INTENT_SAY_MAX], *rest = lines, *line;
    *b = (struct brief){.final = strcmp(intent->filter, "final") == 0, .sends = sends};
    snprintf(b->alert, sizeof b->alert, "%s", intent->text);
    snprintf(lines, sizeof lines, "%s", intent->say);
    while (b->count < BRIEF_TEXTS && (line = strtok_r(rest, "\n", &rest)))
        snprintf(b->texts[b->count++], BRIEF_BYTES, "%s", line);
    show(b, width, boot_ms);
}

enum brief_result brief_key(struct brief *b, uint32_t code, int width, int64_t boot_ms)
{
    enum dialog_result result = dialog_key(&b->dialog, code, boot_ms);
    if (result == DIALOG_CANCELLED)
        return BRIEF_LEFT;
    if (result != DIALOG_CONFIRMED)
        return BRIEF_OPEN;
    if (b->dialog.chosen != 'n')
        return b->dialog.chosen == 'c' ? BRIEF_COPY : BRIEF_SEND;
    b->at = 1 - b->at;
    show(b, width, boot_ms);
    return BRIEF_OPEN;
}
