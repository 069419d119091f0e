#ifndef HUBTOP_IO_LAUNCHER_CHILD_H
#define HUBTOP_IO_LAUNCHER_CHILD_H

#include <stddef.h>
#include <stdint.h>

#include "io/launcher.h"

/* The launcher's own process, and what travels between it and its parent: indexes into the table, never words. */

enum launcher_verb {
    LAUNCHER_OUTPUT,
    LAUNCHER_START,
    LAUNCHER_STOP,
    LAUNCHER_CANCEL /* of the queue, by id; no reply of its own */
};

enum {
    LAUNCHER_BYTES_MAX = 64 << 10,
    LAUNCHER_QUEUED_MAX = 4, /* asked at one time through the loop: their answers fit into the socket unread */
};

enum launcher_end { LAUNCHER_ENDED, LAUNCHER_TIMED_OUT, LAUNCHER_TOO_LONG };

struct launcher_ask {
    uint32_t verb, index, id;
    uint32_t size;
    char input[LAUNCHER_INPUT_MAX]; /* for the standard input of a command whose output is wanted */
};

#define LAUNCHER_ASK_HEAD offsetof(struct launcher_ask, input)

struct launcher_reply {
    uint32_t id;    /* of the question */
    int32_t status; /* of the command; 127: it could not be started */
    int32_t pid;
    uint32_t end;       /* of a command whose output is wanted: enum launcher_end */
    uint32_t file_size; /* of output beyond LAUNCHER_BYTES_MAX: the file that comes with the reply has it; else 0 */
    uint32_t size;
    char bytes[LAUNCHER_BYTES_MAX]; /* output, or the first line of stderr when it failed */
};

#define LAUNCHER_REPLY_HEAD offsetof(struct launcher_reply, bytes)

/* Whether a text is what a command with a number takes: at most LAUNCHER_DIGITS_MAX digits, and maybe a blank and a word
 * (launcher_takes_word()); or what one without takes: the word alone. */
bool launcher_child_takes(bool number, const char *text, size_t n);

/* Serves its parent until that is gone; then ends the services. One question after the other comes on `fd`, with an
 * answer before the next; on `queue_fd` several at a time. Never returns. */
_Noreturn void launcher_child_run(int fd, int queue_fd, const struct launcher_command *commands, size_t count);

#endif
