#ifndef HUBTOP_TESTS_UNIT_IO_PEER_H
#define HUBTOP_TESTS_UNIT_IO_PEER_H

/* A peer in the loop of the test itself: it answers each whole request with the bytes that the test gave it. */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/loop.h"

enum { PEER_CONNS = 64, PEER_BYTES = 1 << 18 };

struct peer_conn {
    struct peer *peer;
    int fd;
    char *in;
    size_t in_len;
};

struct peer {
    struct loop *loop;
    int listener;
    char url[64];
    const char *answer; /* NULL: none; else to each request */
    size_t answer_len;
    const char *greets;  /* to whoever comes, before any request */
    bool closes, resets; /* after the answer */
    size_t endless;      /* then so many times `more` */
    const char *more;
    size_t more_len;
    int accepted, requests;
    char last[PEER_BYTES]; /* the last whole request */
    size_t last_len;
    struct peer_conn conns[PEER_CONNS];
};

static inline void peer_says_bytes(struct peer *p, const char *bytes, size_t n)
{
    p->answer = bytes;
    p->answer_len = n;
}

static inline void peer_says(struct peer *p, const char *text)
{
    peer_says_bytes(p, text, text ? strlen(text) : 0);
}

static inline void peer_hang_up(struct peer_conn *c)
{
    if (c->fd < 0)
        return;
    loop_fd(c->peer->loop, c->fd, 0, NULL, NULL, NULL);
    close(c->fd);
    explicit_bzero(c->in, PEER_BYTES); /* tokens are looked for in memory */
    free(c->in);
    c->fd = -1;
    c->in = NULL;
    c->in_len = 0;
}

/* Blocks for a moment at a time: the sockets' buffers hold all but what is meant to be refused. */
static inline void peer_send(struct peer_conn *c, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = send(c->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done <= 0)
            return;
        bytes += done;
        n -= (size_t)done;
    }
}

static inline void peer_more(void *ctx, int fd, int events)
{
    struct peer_conn *c = ctx;
    (void)fd;
    if (events & LOOP_HANGUP || c->peer->endless == 0) {
        peer_hang_up(c);
        return;
    }
    if (events & LOOP_WRITE) {
        peer_send(c, c->peer->more, c->peer->more_len);
        c->peer->endless--;
    }
}

static inline void peer_answer(struct peer_conn *c)
{
    struct peer *p = c->peer;
    if (p->answer)
        peer_send(c, p->answer, p->answer_len);
    if (p->endless)
        loop_fd(p->loop, c->fd, LOOP_WRITE | LOOP_HANGUP, peer_more, c, NULL);
    else if (p->closes || p->resets) {
        if (p->resets)
            setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
        peer_hang_up(c);
    }
}

static inline size_t peer_whole(const struct peer_conn *c)
{
    const char *end = c->in_len ? strstr(c->in, "\r\n\r\n") : NULL;
    size_t body = 0;
    for (const char *line = end ? strstr(c->in, "\r\n") : NULL; line && line < end; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, "Content-Length:", 15) == 0)
            body = (size_t)strtoul(line + 17, NULL, 10);
    size_t whole = end ? (size_t)(end + 4 - c->in) + body : 0;
    return end && c->in_len >= whole ? whole : 0;
}

static inline void peer_reads(void *ctx, int fd, int events)
{
    struct peer_conn *c = ctx;
    struct peer *p = c->peer;
    (void)events;
    ssize_t n = recv(fd, c->in + c->in_len, PEER_BYTES - 1 - c->in_len, MSG_DONTWAIT);
    if (n <= 0) {
        peer_hang_up(c);
        return;
    }
    c->in_len += (size_t)n;
    c->in[c->in_len] = '\0';
    for (size_t whole; c->fd >= 0 && (whole = peer_whole(c));) {
        p->requests++;
        p->last_len = whole;
        memcpy(p->last, c->in, whole);
        p->last[whole] = '\0';
        c->in_len -= whole;
        memmove(c->in, c->in + whole, c->in_len + 1);
        peer_answer(c);
    }
}

static inline void peer_accepts(void *ctx, int fd, int events)
{
    struct peer *p = ctx;
    (void)events;
    int conn = accept(fd, NULL, NULL);
    for (int i = 0; i < PEER_CONNS && conn >= 0; i++) {
        struct peer_conn *c = &p->conns[i];
        if (c->fd >= 0)
            continue;
        *c = (struct peer_conn){.peer = p, .fd = conn, .in = calloc(1, PEER_BYTES)};
        p->accepted++;
        loop_fd(p->loop, conn, LOOP_READ, peer_reads, c, NULL);
        if (p->greets)
            peer_send(c, p->greets, strlen(p->greets));
        return;
    }
    if (conn >= 0)
        close(conn);
}

static inline bool peer_listens(struct peer *p, struct loop *loop, int fd, const void *at, size_t size)
{
    p->loop = loop;
    p->listener = fd;
    for (int i = 0; i < PEER_CONNS; i++)
        p->conns[i].fd = -1;
    return fd >= 0 && bind(fd, at, (socklen_t)size) == 0 && listen(fd, 256) == 0 &&
           loop_fd(loop, fd, LOOP_READ, peer_accepts, p, NULL);
}

/* Zeroed; on a free port of 127.0.0.1. */
static inline struct peer *peer_new(struct loop *loop)
{
    struct peer *p = calloc(1, sizeof *p);
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!p || !peer_listens(p, loop, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), &at, sizeof at) ||
        getsockname(p->listener, (struct sockaddr *)&at, &len) != 0)
        abort();
    snprintf(p->url, sizeof p->url, "http://127.0.0.1:%u", (unsigned)ntohs(at.sin_port));
    return p;
}

static inline struct peer *peer_new_unix(struct loop *loop, const char *path)
{
    struct peer *p = calloc(1, sizeof *p);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    if (!p || !peer_listens(p, loop, socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), &at, sizeof at))
        abort();
    snprintf(p->url, sizeof p->url, "http://localhost");
    return p;
}

static inline void peer_free(struct peer *p)
{
    for (int i = 0; i < PEER_CONNS; i++)
        peer_hang_up(&p->conns[i]);
    loop_fd(p->loop, p->listener, 0, NULL, NULL, NULL);
    close(p->listener);
    free(p);
}

#endif
