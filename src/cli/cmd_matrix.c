#include <string.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/screen.h"

/* A matrix is for eyes; what it is made of has units in its keys. */
static bool is_for_eyes(const struct options *o, struct err *err)
{
    if (!o->format || strcmp(o->format, "text") == 0)
        return true;
    err_set(err, ERR_INPUT, "cannot print the matrix as %s", o->format);
    err_hint(err, "'hubtop get links --format %s' prints its links", o->format);
    return err_exit(err, 64);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    struct options once = *o;
    once.view = "matrix";
    once.once = true;
    bool ok = is_for_eyes(o, &err) && setup_init(&s, o, !o->offline && !o->at, &err) && setup_launcher(&s, o, &err);
    int status = ok ? screen_run(&s, &once, false, &err) : fail_report(o, &err);
    setup_release(&s);
    return status;
}

const struct command cmd_matrix = {
    .name = "matrix",
    .usage = "",
    .summary = "the delays between all clusters and places, by direction, as text of --size",
    .run = run,
};
