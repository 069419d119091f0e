#ifndef HUBTOP_IO_CONTROL_H
#define HUBTOP_IO_CONTROL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "io/loop.h"

/* The control socket v1 (control.md): SOCK_STREAM; a frame is a 4-byte big-endian length of at most 1 MiB and one JSON
 * object. */

enum { CONTROL_FRAME_MAX = 1 << 20 };

/* --- the collector's end --- */

struct control_server;
struct control_client; /* one connection, as the server sees it */

struct control_handler {
    /* A connection was accepted; uid and pid are the kernel's (SO_PEERCRED). False closes it. */
    bool (*joined)(void *ctx, struct control_client *c, uid_t uid, pid_t pid);
    /* A frame came: a JSON object, valid during the call. */
    void (*frame)(void *ctx, struct control_client *c, const struct json *message);
    /* The connection is gone; `c` is freed after the call. */
    void (*left)(void *ctx, struct control_client *c, const struct err *why);
    void *ctx;
};

/* Listens at `path` (an old socket there is removed: the caller holds the lock), mode 0600 or 0660. Paths too long for
 * sun_path go through /proc/self/fd. */
struct control_server *control_listen(struct loop *loop, const char *path, mode_t mode,
                                      const struct control_handler *handler, struct err *err);
void control_server_free(struct control_server *s); /* closes all, removes the socket */
size_t control_server_count(const struct control_server *s);

/* Sends one JSON object. A client that does not read for 5 s or has 1 MiB waiting is dropped. */
void control_send(struct control_client *c, const char *json, size_t n);
void control_broadcast(struct control_server *s, const char *json, size_t n); /* to those that said hello */
void control_set_ready(struct control_client *c, void *user); /* it said hello; `user` is the handler's */
void control_set_user(struct control_client *c, void *user);  /* the handler's own, before or after hello */
void *control_user(const struct control_client *c);
void control_close(struct control_client *c);
/* The descriptor that the peer passed along with a frame, which is the caller's then; -1: it passed none. */
int control_take_file(struct control_client *c);

/* --- the console's end --- */

struct control_link;
struct control_link_handler {
    void (*frame)(void *ctx, const struct json *message);
    void (*lost)(void *ctx, const struct err *why); /* the link is closed; free it */
    void *ctx;
};

/* Connects; false result with ERR_TRANSIENT (69) when nobody listens. `owner` is who may own the peer (uid by
 * SO_PEERCRED): me, root or collector_user. */
struct control_link *control_connect(struct loop *loop, const char *path, const struct control_link_handler *handler,
                                     struct err *err);
void control_link_free(struct control_link *l);
bool control_link_send(struct control_link *l, const char *json, size_t n, struct err *err);
/* The same with a descriptor that stays the caller's; before any other frame. */
bool control_link_send_file(struct control_link *l, const char *json, size_t n, int file, struct err *err);
/* Takes the clock that a frame tells of, where `clock` is a simulated one: a collector's may change its pace. False: it stays. */
bool control_clock(const struct json *message, struct clock *clock);
uid_t control_link_uid(const struct control_link *l); /* the collector's */

#endif
