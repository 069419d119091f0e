#ifndef HUBTOP_COLLECTOR_ESCALATE_H
#define HUBTOP_COLLECTOR_ESCALATE_H

#include "domain/row.h"
#include "io/launcher.h"

/* Hands an alert on: runs the configured command, and gives it the alert's facts as one JSON object on standard input. */

/* Its name in the launcher's table. */
#define ESCALATE_COMMAND "escalate_command"

struct escalate_facts {
    const struct row *alert;
    struct safe_text by; /* the login of who asks */
    int64_t at_ms;
};

/* Whether there is such a command; else ERR_INPUT (78) with what to configure. A launcher of NULL has none. */
bool escalate_ready(const struct launcher *l, struct err *err);

/* The object, appended: {"schema_version":1,"kind":"escalation","at":TIME,"by":LOGIN,"alert":{"id":…,"source":…, each known field}}.
 * Long texts are cut. False when it does not fit. */
bool escalate_write(const struct escalate_facts *f, struct buf *out, struct err *err);

/* Starts the command; `done` is called once from the loop with what it printed, or with how it failed: its exit status and the first
 * line of its errors. launcher_output_forget() with `ctx` for who is gone. False with err when it cannot be started. */
bool escalate_start(struct launcher *l, struct loop *loop, const struct escalate_facts *f, launcher_done *done,
                    void *ctx, struct err *err);

#endif
