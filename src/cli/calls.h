#ifndef HUBTOP_CLI_CALLS_H
#define HUBTOP_CLI_CALLS_H

#include "base/json.h"
#include "cli/setup.h"

/* The call tree of an object or alert, and who of it is on duty now. */

enum { CALLS_MAX = 64 };

struct calls {
    const struct contact *tree[CALLS_MAX];
    size_t count;
    struct contact_duty *duty; /* the roster, owned by the setup's arena */
    size_t duty_count;
    int64_t roster_ms;     /* UTC of its answer; 0: it gave none */
    struct err roster_err; /* why */
    bool full;             /* phone numbers are shown whole */
};

/* Chooses whom to call for what is of concern; asks the roster_command when somebody of them is told by it, and waits for it. */
void calls_gather(struct calls *c, struct setup *s, const struct concern *concern, bool full);

/* Appends the tree as lines, nothing where nobody is to be called; or as the members "calls", "roster_at", "roster_error". */
void calls_put_text(const struct calls *c, int64_t now_ms, struct buf *out);
void calls_put_json(const struct calls *c, struct json_writer *w);

#endif
