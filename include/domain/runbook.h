#ifndef HUBTOP_DOMAIN_RUNBOOK_H
#define HUBTOP_DOMAIN_RUNBOOK_H

#include "domain/concern.h"

/* A runbook: Markdown as an on-call engineer writes it. Pure: any bytes in, a page out.
 *
 *     for: rule=link            which alerts it is for: conditions of domain/concern.h, before anything else; one line each,
 *     for: name=LinkDelay*      of which one must hold
 *
 *     # Link over its promise   its title
 *     Text {where}.             words that are filled from the alert: {id} {name} {kind} {where} {cluster} {source} {summary}
 *     ## Confirm                a heading
 *     - [ ] Ask the carrier.    a step; steps are numbered as they come. A box with a tick is a step too: what is done is
 *           More about it.      known by the alert, not by the file
 *     ```                       between two of these: as it stands
 */

enum {
    RUNBOOK_BYTES_MAX = 64 << 10,
    RUNBOOK_STEPS_MAX = 64,
    RUNBOOK_FOR_MAX = 32,
    RUNBOOK_LINES_MAX = 2000,
    RUNBOOK_LINE_MAX = 2048,
    RUNBOOK_PROBLEMS_MAX = 32
};

enum runbook_what { RUNBOOK_TEXT, RUNBOOK_HEADING, RUNBOOK_STEP, RUNBOOK_ITEM, RUNBOOK_CODE, RUNBOOK_GAP };

struct runbook_line {
    enum runbook_what what;
    struct safe_text text; /* without its marks; empty of a gap */
    int line;              /* in the file, from 1 */
    int step;              /* of a step, from 1; of what stands below one, its number; 0: none */
};

/* What is wrong with the file. It can be used all the same: what is beyond a limit is left out. */
struct runbook_problem {
    int line;
    char text[120];
};

struct runbook {
    struct safe_text title; /* empty: it has none */
    const struct runbook_line *lines;
    size_t count;
    int steps;
    const struct safe_text *conditions;
    size_t condition_count;
    const struct runbook_problem *problems;
    size_t problem_count;
};

/* The bytes are copied; whatever they are, there is a page. The caller frees it. */
struct runbook *runbook_new(const char *bytes, size_t n);
void runbook_free(struct runbook *r);

/* How well it suits: words of the best condition that holds; 0: it is for something else. */
size_t runbook_suits(const struct runbook *r, const struct concern *c);

/* Appends a line's text with its words filled from the alert (NULL: they stay as they are), in at most `columns` (-1: no limit);
 * safe to show. What is unknown is "unknown" in the interface's language. Within code ("`…`", or a line of RUNBOOK_CODE) signs
 * that mean something to a shell become '?': people paste it. */
void runbook_fill(const struct runbook_line *line, const struct row *alert, int columns, struct buf *out);

/* Whether a step of that runbook is done by what the alert tells (its steps_done: "NAME/3 TIME WHO"); `*mark` is that member. */
bool runbook_done(const struct row *alert, const char *name, int step, struct safe_text *mark);

/* The name that an alert's own field gives: the last part of a path, without ".md", into `out`; false where there is none, it is
 * an address ("https://…"), or no name of a file. */
enum { RUNBOOK_NAME_MAX = 64 };
bool runbook_named(const struct row *alert, char out[RUNBOOK_NAME_MAX]);
/* Whether a runbook may be called so: a file's name without folders, not hidden, of printable ASCII. */
bool runbook_name_good(const char *name);

#endif
