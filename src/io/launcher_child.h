#ifndef HUBTOP_IO_LAUNCHER_CHILD_H
#define HUBTOP_IO_LAUNCHER_CHILD_H

#include <stddef.h>
#include <stdint.h>

#include "io/launcher.h"

/* The launcher's own process, and what travels between it and its parent: indexes into the table, never words. */

enum launcher_verb { LAUNCHER_OUTPUT, LAUNCHER_START, LAUNCHER_STOP };

enum { LAUNCHER_BYTES_MAX = 64 << 10 };

struct launcher_ask {
    uint32_t verb, index;
};

struct launcher_reply {
    int32_t status; /* of the command; 127: it could not be started */
    int32_t pid;
    uint32_t timed_out;
    uint32_t size;
    char bytes[LAUNCHER_BYTES_MAX]; /* output, or the first line of stderr when it failed */
};

#define LAUNCHER_REPLY_HEAD offsetof(struct launcher_reply, bytes)

/* Serves its parent until that is gone; then ends the services. Never returns. */
_Noreturn void launcher_child_run(int fd, const struct launcher_command *commands, size_t count);

#endif
