#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/near.h"
#include "base/tr.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/options.h"
#include "cli/out.h"
#include "cli/setup.h"

static const char *command_name(const void *ctx, size_t i)
{
    (void)ctx;
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
    const char *near = near_word(name, command_name, NULL);
    err_set(&err, ERR_INPUT, "no such command '%s'", name);
    if (near)
        err_hint(&err, "did you mean 'hubtop %s'? 'hubtop help' lists all", near);
    else
        err_hint(&err, "'hubtop help' lists all");
    err_exit(&err, 64);
    return fail_report(o, &err);
}

/* `COMMAND --help` is `help COMMAND`; the words stay the options' own. */
static int run_help(const struct options *o, const char *name)
{
    const char *const words[] = {name};
    struct options help = *o;
    help.args = words;
    help.arg_count = name != NULL;
    return find("help")->run(&help);
}

/* What `check` says of its command line must stand on its one line. */
static int usage_error(const struct options *o, const char *name, const struct err *err)
{
    const struct command *command = find(name ? name : "");
    return command && command->usage_error ? command->usage_error(o, err) : fail_report(o, err);
}

static int run(struct options *o, const char *name)
{
    char locale[DIR_PATH_MAX];
    struct err err = {0};
    const char *why = tr_init(o->lang, setup_locale(locale) ? locale : NULL);
    if (why && o->verbose)
        fail_note(o, "%s", why);
    if (o->log_file && !log_open(o->log_file, o->verbose ? LOG_DEBUG : LOG_INFO, &err))
        return usage_error(o, name, &err);
    if (o->version)
        name = "version";
    else if (o->help)
        return run_help(o, name);
    const struct command *command = find(name ? name : "");
    return command ? command->run(o) : no_such_command(o, name);
}

/* A descriptor below 3 that came closed would be given to the first file that is opened, a database for one. */
static void fill_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
    }
}

/* What was printed has arrived, or its reader wanted no more. */
static int end_output(const struct options *o, int status)
{
    struct err err = {0};
    return out_close(&(struct options){0}, stdout, &err) || status != 0 ? status : fail_report(o, &err);
}

int main(int argc, char **argv)
{
    struct options o;
    struct err err = {0};
    const char *name;
    /* A reader that went away is an error of write(2), told as one. */
    fill_standard_descriptors();
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    int status;
    if (options_parse(argc - 1, argv + 1, &o, &name, &err)) {
        o.program = argv[0];
        status = run(&o, name);
    } else
        status = usage_error(&o, name, &err);
    status = end_output(&o, status);
    log_close();
    options_release(&o);
    return status;
}
