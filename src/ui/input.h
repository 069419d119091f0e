#ifndef HUBTOP_SRC_UI_INPUT_H
#define HUBTOP_SRC_UI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/keyparse.h"

enum { INPUT_TAKEN_MAX = 32 };

/* Keys from a file descriptor. */
struct input {
    int fd;
    int esc_delay_ms;
    bool gone; /* hung up, or at its end */
    struct keyparse parse;
    unsigned char bytes[4096];
    size_t at, len;
    int64_t read_us;                      /* when bytes last came */
    unsigned char taken[INPUT_TAKEN_MAX]; /* bytes that keys were made of since somebody asked */
    size_t taken_len;
};

void input_init(struct input *in, int fd);

/* The next key, or KEY_CODE_NONE. Waits only for the rest of a sequence, at most esc_delay_ms. */
uint32_t input_key(struct input *in);

/* The bytes that were parsed since the last call, the first INPUT_TAKEN_MAX of them; how many. */
size_t input_taken(struct input *in, unsigned char out[INPUT_TAKEN_MAX]);

/* Waits at most `timeout_ms` for the answer to "where is the cursor" (ESC [ row ; column R) and returns the column, 0
 * when none came. Whatever else came meanwhile stays for input_key(). */
int input_column(struct input *in, int timeout_ms);

#endif
