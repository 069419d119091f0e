#ifndef HUBTOP_CLI_GET_LIST_H
#define HUBTOP_CLI_GET_LIST_H

#include "cli/command.h"

/* `list [ID…]` of another command: the same as `get KIND ID…`, with its options. The exit status. */
int get_list(const struct options *o, const char *kind);

#endif
