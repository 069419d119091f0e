#include "cli/get_list.h"

#include <stdlib.h>

#include "base/mem.h"

extern const struct command cmd_get;

int get_list(const struct options *o, const char *kind)
{
    const char **args = mem_new(o->arg_count + 1, sizeof *args);
    struct options get = *o;
    args[0] = kind; /* instead of "list" */
    for (size_t i = 1; i < o->arg_count; i++)
        args[i] = o->args[i];
    get.args = args;
    int status = cmd_get.run(&get);
    free(args);
    return status;
}
