#include "ui/input.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "ui/key.h"

enum {
    READS_MAX = 16, /* reads for one key: a huge paste must not hold the loop */
    ESC_DELAY_MS = 50,
    PASTE_STALL_MS = 1000, /* a paste whose end was lost is over */
};

void input_init(struct input *in, int fd)
{
    *in = (struct input){.fd = fd, .esc_delay_ms = ESC_DELAY_MS};
}

/* Whether bytes came within the time; they are put behind those that wait. */
static bool fill(struct input *in, int timeout_ms)
{
    struct pollfd wait = {.fd = in->fd, .events = POLLIN};
    ssize_t n;

    if (in->at == in->len)
        in->at = in->len = 0;
    if (in->gone || in->len == sizeof in->bytes || poll(&wait, 1, timeout_ms) <= 0)
        return false;
    n = read(in->fd, in->bytes + in->len, sizeof in->bytes - in->len);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
        in->gone = true;
    if (n <= 0)
        return false;
    in->len += (size_t)n;
    in->read_us = clock_mono_us();
    return true;
}

static uint32_t from_buffer(struct input *in)
{
    uint32_t code = keyparse_more(&in->parse);

    while (code == KEY_CODE_NONE && in->at < in->len) {
        if (in->taken_len < sizeof in->taken)
            in->taken[in->taken_len++] = in->bytes[in->at];
        code = keyparse_feed(&in->parse, in->bytes[in->at++]);
    }
    return code;
}

uint32_t input_key(struct input *in)
{
    for (int reads = 0; reads < READS_MAX; reads++) {
        uint32_t code = from_buffer(in);
        bool pending = keyparse_pending(&in->parse);

        if (code != KEY_CODE_NONE)
            return code;
        if (fill(in, pending ? in->esc_delay_ms : 0))
            continue;
        if (pending)
            return keyparse_flush(&in->parse);
        if (keyparse_pasting(&in->parse) && clock_mono_us() - in->read_us > PASTE_STALL_MS * 1000LL)
            return keyparse_flush(&in->parse);
        break;
    }
    return KEY_CODE_NONE;
}

size_t input_taken(struct input *in, unsigned char out[INPUT_TAKEN_MAX])
{
    size_t n = in->taken_len;

    memcpy(out, in->taken, n);
    in->taken_len = 0;
    return n;
}

/* Reads a number at *i and moves behind it; -1 when there is none. */
static int number(const struct input *in, size_t *i)
{
    int n = -1;

    for (; *i < in->len && in->bytes[*i] >= '0' && in->bytes[*i] <= '9' && n < 10000; ++*i)
        n = (n < 0 ? 0 : n) * 10 + (in->bytes[*i] - '0');
    return n;
}

static int column_at(struct input *in, size_t at)
{
    size_t i = at + 2;
    int column;

    if (in->bytes[at] != 0x1B || in->bytes[at + 1] != '[' || number(in, &i) < 0)
        return 0;
    if (i >= in->len || in->bytes[i++] != ';')
        return 0;
    column = number(in, &i);
    if (column <= 0 || i >= in->len || in->bytes[i++] != 'R')
        return 0;
    memmove(in->bytes + at, in->bytes + i, in->len - i);
    in->len -= i - at;
    return column;
}

static int take_column(struct input *in)
{
    int column = 0;

    for (size_t at = in->at; column == 0 && at + 2 < in->len; at++)
        column = column_at(in, at);
    return column;
}

int input_column(struct input *in, int timeout_ms)
{
    int64_t end_us = clock_mono_us() + timeout_ms * 1000LL, rest_ms;
    int column = 0;

    while (column == 0 && !in->gone && in->len < sizeof in->bytes && (rest_ms = (end_us - clock_mono_us()) / 1000) > 0)
        if (fill(in, (int)rest_ms))
            column = take_column(in);
    return column;
}
