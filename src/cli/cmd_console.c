#include "cli/command.h"
#include "cli/fail.h"
#include "cli/screen.h"

static int run(const struct options *said)
{
    struct options copy = *said, *o = &copy;
    struct err err = {0};
    struct setup s = {0};
    bool ok = screen_wall(o, &err) && setup_init(&s, o, !o->offline && !o->at, &err) && setup_launcher(&s, o, &err);
    int status = ok ? screen_run(&s, o, false, &err) : fail_report(o, &err);
    setup_release(&s);
    return status;
}

const struct command cmd_console = {.name = "", .usage = "", .summary = "the console", .run = run};
