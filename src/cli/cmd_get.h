#ifndef HUBTOP_CLI_CMD_GET_H
#define HUBTOP_CLI_CMD_GET_H

#include "cli/command.h"

/* `list [ID…]` of another command: the same as `get KIND ID…`, with its options. The exit status. */
int cmd_get_list(const struct options *o, const char *kind);

#endif
