#define _GNU_SOURCE /* of Linux: O_PATH, struct ucred, accept4(2), pipe2(2) */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/control.h"
#include "io/control_frame.h"

struct control_link {
    struct loop *loop;
    int fd;
    uid_t uid;
    struct control_link_handler handler;
    struct buf in, out;
    bool *freed; /* set while handlers run: they may free the link */
};

static void on_link(void *ctx, int fd, int events);

static void lose(struct control_link *l, const struct err *why)
{
    loop_fd(l->loop, l->fd, 0, NULL, NULL, NULL);
    l->handler.lost(l->handler.ctx, why);
}

static void read_frames(struct control_link *l)
{
    struct err err = {0}, frame = {0};
    struct json *message;
    bool freed = false, open = control_frame_read(l->fd, &l->in, NULL, &err);
    l->freed = &freed;
    while ((message = control_frame_next(&l->in, &frame))) {
        l->handler.frame(l->handler.ctx, message);
        json_free(message);
        if (freed)
            return;
    }
    l->freed = NULL;
    if (frame.kind != ERR_NONE)
        lose(l, &frame);
    else if (!open)
        lose(l, &err);
}

static bool flush(struct control_link *l, struct err *err)
{
    if (!control_frame_flush(l->fd, &l->out))
        return err_set(err, ERR_TRANSIENT, "the collector is gone");
    return loop_fd(l->loop, l->fd, LOOP_READ | (l->out.len > 0 ? LOOP_WRITE : 0), on_link, l, err);
}

static void on_link(void *ctx, int fd, int events)
{
    struct control_link *l = ctx;
    struct err err = {0};
    (void)fd;
    if ((events & LOOP_WRITE) && !flush(l, &err))
        lose(l, &err);
    else if (events & (LOOP_READ | LOOP_HANGUP))
        read_frames(l);
}

static int connect_socket(const char *path, struct err *err)
{
    struct sockaddr_un address;
    int dir_fd, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        err_set(err, ERR_TRANSIENT, "cannot make a socket: %s", strerror(errno));
        return -1;
    }
    if (!control_frame_address(path, &address, &dir_fd, err)) {
        close(fd);
        return -1;
    }
    int rc = connect(fd, (const struct sockaddr *)&address, sizeof address), e = errno;
    if (dir_fd >= 0)
        close(dir_fd);
    if (rc == 0)
        return fd;
    close(fd);
    err_set(err, ERR_TRANSIENT, "no collector answers at '%s': %s", path, strerror(e));
    err_exit(err, 69);
    return -1;
}

struct control_link *control_connect(struct loop *loop, const char *path, const struct control_link_handler *handler,
                                     struct err *err)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    int fd = connect_socket(path, err);
    if (fd < 0)
        return NULL;
    struct control_link *l = mem_new(1, sizeof *l);
    *l = (struct control_link){.loop = loop, .fd = fd, .handler = *handler};
    l->in = buf_make(CONTROL_FRAME_MAX + CONTROL_FRAME_HEAD + CONTROL_FRAME_READ);
    l->out = buf_make(CONTROL_FRAME_MAX + CONTROL_FRAME_HEAD);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0)
        l->uid = peer.uid;
    if (loop_fd(loop, fd, LOOP_READ, on_link, l, err))
        return l;
    control_link_free(l);
    return NULL;
}

void control_link_free(struct control_link *l)
{
    if (!l)
        return;
    if (l->freed)
        *l->freed = true;
    loop_fd(l->loop, l->fd, 0, NULL, NULL, NULL);
    close(l->fd);
    buf_release(&l->in);
    buf_release(&l->out);
    free(l);
}

bool control_link_send(struct control_link *l, const char *json, size_t n, struct err *err)
{
    return control_frame_put(&l->out, json, n, err) && flush(l, err);
}

bool control_link_send_file(struct control_link *l, const char *json, size_t n, int file, struct err *err)
{
    if (l->out.len > 0) /* the file would go with another frame */
        return err_set(err, ERR_TRANSIENT, "the collector does not read");
    if (!control_frame_put(&l->out, json, n, err))
        return false;
    control_frame_send_file(l->fd, &l->out, file);
    return flush(l, err);
}

uid_t control_link_uid(const struct control_link *l)
{
    return l->uid;
}

bool control_clock(const struct json *message, struct clock *clock)
{
    const struct json *told = json_get(message, "clock");
    struct clock c = {.simulated = true};
    if (!clock->simulated || !told || !json_int(json_get(told, "utc_ms"), &c.start_utc_ms) ||
        !json_int(json_get(told, "boot_ms"), &c.start_boot_ms) || !json_int(json_get(told, "lead_ms"), &c.lead_ms) ||
        !json_real(json_get(told, "speed"), &c.speed))
        return false;
    *clock = c;
    return true;
}
