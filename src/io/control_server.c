#define _GNU_SOURCE /* of Linux: O_PATH, struct ucred, accept4(2), pipe2(2) */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/control.h"
#include "io/control_frame.h"

enum {
    CONTROL_CLIENTS_MAX = 256,
    CONTROL_WAITING_MAX = 1 << 20,
    CONTROL_STUCK_MS = 5000,
    CONTROL_BACKLOG = 64,
    CONTROL_PAUSE_MS = 1000
};

struct control_client {
    struct control_client *next;
    struct control_server *server;
    int fd, file;     /* file: a descriptor that the peer passed along; -1: none */
    bool ready, dead; /* dead: freed when the event that killed it is over */
    struct err why;
    struct buf in, out;
    int64_t stuck_timer;
    void *user;
};

struct control_server {
    struct loop *loop;
    int fd;
    char *path;
    struct control_handler handler;
    struct control_client *clients;
    size_t count;
    int64_t reaper, pause_timer;
};

/* --- clients --- */

static bool reap(void *ctx)
{
    struct control_server *s = ctx;
    s->reaper = 0;
    for (struct control_client **at = &s->clients; *at;) {
        struct control_client *c = *at;
        if (!c->dead) {
            at = &c->next;
            continue;
        }
        *at = c->next;
        s->count--;
        s->handler.left(s->handler.ctx, c, &c->why);
        buf_release(&c->in);
        buf_release(&c->out);
        if (c->file >= 0)
            close(c->file);
        free(c);
    }
    return false;
}

/* Its memory outlives the handlers that may still be at work on it. */
static void kill_client(struct control_client *c, const struct err *why)
{
    if (c->dead)
        return;
    c->dead = true;
    if (why)
        c->why = *why;
    loop_timer_cancel(c->server->loop, c->stuck_timer);
    loop_fd(c->server->loop, c->fd, 0, NULL, NULL, NULL);
    close(c->fd);
    if (!c->server->reaper)
        c->server->reaper = loop_task(c->server->loop, reap, c->server);
}

static void on_stuck(void *ctx)
{
    struct control_client *c = ctx;
    struct err err = {0};
    c->stuck_timer = 0;
    err_set(&err, ERR_TRANSIENT, "a client read nothing for %d s", CONTROL_STUCK_MS / 1000);
    kill_client(c, &err);
}

static void on_client(void *ctx, int fd, int events);

static void flush(struct control_client *c)
{
    struct err err = {0};
    size_t before = c->out.len;
    if (!control_frame_flush(c->fd, &c->out)) {
        err_set(&err, ERR_TRANSIENT, "a client is gone");
        kill_client(c, &err);
        return;
    }
    bool moved = c->out.len<before, waiting = c->out.len> 0;
    if (c->stuck_timer && (moved || !waiting)) {
        loop_timer_cancel(c->server->loop, c->stuck_timer);
        c->stuck_timer = 0;
    }
    if (waiting && !c->stuck_timer)
        c->stuck_timer = loop_timer(c->server->loop, CONTROL_STUCK_MS, on_stuck, c);
    loop_fd(c->server->loop, c->fd, LOOP_READ | (waiting ? LOOP_WRITE : 0), on_client, c, NULL);
}

void control_send(struct control_client *c, const char *json, size_t n)
{
    struct err err = {0};
    if (c->dead)
        return;
    if (control_frame_put(&c->out, json, n, &err))
        flush(c);
    else
        kill_client(c, &err);
}

static void read_frames(struct control_client *c)
{
    struct err err = {0};
    struct json *message;
    bool open = control_frame_read(c->fd, &c->in, &c->file, &err);
    struct err frame = {0};
    while (!c->dead && (message = control_frame_next(&c->in, &frame))) {
        c->server->handler.frame(c->server->handler.ctx, c, message);
        json_free(message);
    }
    if (frame.kind != ERR_NONE)
        kill_client(c, &frame);
    else if (!open)
        kill_client(c, &err);
}

static void on_client(void *ctx, int fd, int events)
{
    struct control_client *c = ctx;
    (void)fd;
    if (events & LOOP_WRITE)
        flush(c);
    if (!c->dead && (events & (LOOP_READ | LOOP_HANGUP)))
        read_frames(c);
}

int control_take_file(struct control_client *c)
{
    int file = c->file;
    c->file = -1;
    return file;
}

void control_close(struct control_client *c)
{
    kill_client(c, NULL);
}

void control_set_user(struct control_client *c, void *user)
{
    c->user = user;
}

void control_set_ready(struct control_client *c, void *user)
{
    c->ready = true;
    c->user = user;
}

void *control_user(const struct control_client *c)
{
    return c->user;
}

/* --- the server --- */

static void admit(struct control_server *s, int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    if (s->count >= CONTROL_CLIENTS_MAX || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0) {
        close(fd);
        return;
    }
    struct control_client *c = mem_new(1, sizeof *c);
    *c = (struct control_client){.server = s, .fd = fd, .file = -1, .next = s->clients};
    c->in = buf_make(CONTROL_FRAME_MAX + CONTROL_FRAME_HEAD + CONTROL_FRAME_READ);
    c->out = buf_make(CONTROL_WAITING_MAX + CONTROL_FRAME_HEAD);
    s->clients = c;
    s->count++;
    if (!loop_fd(s->loop, fd, LOOP_READ, on_client, c, NULL) ||
        !s->handler.joined(s->handler.ctx, c, peer.uid, peer.pid))
        kill_client(c, NULL);
}

static void on_listen(void *ctx, int fd, int events);

static void listen_again(void *ctx)
{
    struct control_server *s = ctx;
    s->pause_timer = 0;
    loop_fd(s->loop, s->fd, LOOP_READ, on_listen, s, NULL);
}

/* Out of descriptors: who waits at the door would wake the loop without end. */
static void listen_later(struct control_server *s)
{
    loop_fd(s->loop, s->fd, 0, NULL, NULL, NULL);
    s->pause_timer = loop_timer(s->loop, CONTROL_PAUSE_MS, listen_again, s);
}

static void on_listen(void *ctx, int fd, int events)
{
    struct control_server *s = ctx;
    (void)events;
    for (;;) {
        int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client >= 0)
            admit(s, client);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        else if (errno != EINTR && errno != ECONNABORTED) {
            listen_later(s);
            return;
        }
    }
}

static int cannot_listen(int fd, const char *path, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot listen at '%s': %s", path, strerror(errno));
    err_exit(err, 73);
    if (fd >= 0)
        close(fd);
    return -1;
}

/* The mode stands before anybody can connect: nobody listens until then. */
static int bind_socket(const char *path, mode_t mode, struct err *err)
{
    struct sockaddr_un address;
    int dir_fd, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return cannot_listen(fd, path, err);
    if (!control_frame_address(path, &address, &dir_fd, err)) {
        close(fd);
        return -1;
    }
    unlink(path);
    bool ok = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && chmod(path, mode) == 0 &&
              listen(fd, CONTROL_BACKLOG) == 0;
    int e = errno;
    if (dir_fd >= 0)
        close(dir_fd);
    errno = e;
    return ok ? fd : cannot_listen(fd, path, err);
}

struct control_server *control_listen(struct loop *loop, const char *path, mode_t mode,
                                      const struct control_handler *handler, struct err *err)
{
    int fd = bind_socket(path, mode, err);
    if (fd < 0)
        return NULL;
    struct control_server *s = mem_new(1, sizeof *s);
    *s = (struct control_server){.loop = loop, .fd = fd, .path = mem_strdup(path), .handler = *handler};
    if (loop_fd(loop, fd, LOOP_READ, on_listen, s, err))
        return s;
    control_server_free(s);
    return NULL;
}

void control_server_free(struct control_server *s)
{
    if (!s)
        return;
    for (struct control_client *c = s->clients; c; c = c->next)
        kill_client(c, NULL);
    if (s->reaper)
        loop_task_cancel(s->loop, s->reaper);
    reap(s);
    loop_timer_cancel(s->loop, s->pause_timer);
    loop_fd(s->loop, s->fd, 0, NULL, NULL, NULL);
    close(s->fd);
    unlink(s->path);
    free(s->path);
    free(s);
}

size_t control_server_count(const struct control_server *s)
{
    return s->count;
}

void control_broadcast(struct control_server *s, const char *json, size_t n)
{
    for (struct control_client *c = s->clients; c; c = c->next) {
        if (c->ready)
            control_send(c, json, n);
    }
}
