#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/tr.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/options.h"
#include "cli/setup.h"

static const char *command_name(size_t i)
{
    return command_table[i] ? command_table[i]->name : NULL;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; command_table[i]; i++) {
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    }
    return NULL;
}

static int no_such_command(const struct options *o, const char *name)
{
    struct err err = {0};
    const char *near = options_nearest(name, command_name);
    err_set(&err, ERR_INPUT, "no such command '%s'", name);
    if (near)
        err_hint(&err, "did you mean 'hubtop %s'? 'hubtop help' lists all", near);
    else
        err_hint(&err, "'hubtop help' lists all");
    err_exit(&err, 64);
    return fail_report(o, &err);
}

static int run(struct options *o, const char *name)
{
    char locale[DIR_PATH_MAX];
    struct err err = {0};
    const char *why = tr_init(o->lang, setup_share("locale", locale, NULL) ? locale : NULL);
    if (why && o->verbose)
        fail_note(o, "%s", why);
    if (o->log_file && !log_open(o->log_file, o->verbose ? LOG_DEBUG : LOG_INFO, &err))
        return fail_report(o, &err);
    if (o->version)
        name = "version";
    else if (o->help) {
        o->args = name ? &name : o->args;
        o->arg_count = name != NULL;
        name = "help";
    }
    const struct command *command = find(name ? name : "");
    return command ? command->run(o) : no_such_command(o, name);
}

int main(int argc, char **argv)
{
    struct options o;
    struct err err = {0};
    const char *name;
    /* A reader that went away is an error of write(2), told as one. */
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    int status;
    if (options_parse(argc - 1, argv + 1, &o, &name, &err)) {
        o.program = argv[0];
        status = run(&o, name);
    } else
        status = fail_report(&o, &err);
    log_close();
    options_release(&o);
    return status;
}
