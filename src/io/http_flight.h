#ifndef HUBTOP_SRC_IO_HTTP_FLIGHT_H
#define HUBTOP_SRC_IO_HTTP_FLIGHT_H

#include "io/http_private.h"
#include "io/loop.h"

/* Requests and what they need, for the files that share them: http.c, http_queue.c, http_easy.c. CURL * and CURLM * of
 * libcurl are void * here. */

enum {
    HTTP_READ_MAX = 16 << 10, /* of one turn, as it comes */
    HTTP_NAMES_KEPT_S = 60,
    HTTP_LANES = 16,
    HTTP_LANE_PEERS = 50, /* before the next lane is begun */
    HTTP_SPARES_MAX = 1024,
};

/* Connections of some of the peers: libcurl looks through all of a multi handle's at the end of each request. */
struct http_lane {
    struct http *http;
    void *multi; /* NULL: not begun */
    int64_t timer;
};

struct http {
    struct loop *loop;
    struct http_lane lanes[HTTP_LANES];
    size_t peer_count; /* ever made */
    struct http_peer *peers;
    bool inside; /* libcurl is calling us: it must not be called to add or remove transfers */
    int naming;  /* transfers that may be resolving a name */
    struct http_flight *queue, **queue_end; /* not yet given to libcurl, the oldest first */
    struct http_flight *young, *youngest;   /* given to it just now, the oldest first */
    size_t young_count;
    int64_t turn;                  /* the timer of when the oldest of them is young no more */
    struct http_flight *dead;      /* cancelled while inside */
    void *spares[HTTP_SPARES_MAX]; /* easy handles of peers that share them */
    size_t spare_count;
    bool *connections; /* by descriptor */
    size_t connection_cap;
};

struct http_peer {
    struct http *http;
    struct http_lane *lane;
    struct http_peer *next;
    char *url, *unix_path, *ca_file, *client_cert, *client_key, *proxy;
    int64_t connect_timeout_ms;
    bool common;         /* its address is all that tells it from others */
    bool named;          /* its name needs a resolver */
    long read_bytes;     /* of its answers, in one read; 0: not known yet */
    int64_t resolved_ms; /* when its name did last; 0: never */
    void *spare;         /* an easy handle that waits for its next request, unless it is common */
    bool spare_set;      /* it still knows the peer */
    struct http_flight *flights;
};

struct http_flight {
    struct http *http;
    struct http_lane *lane;
    struct http_peer *peer;
    struct http_flight *next;            /* of the peer, or among the dead */
    struct http_flight *behind;          /* in the queue */
    struct http_flight *elder, *younger; /* among the young */
    bool waiting;                        /* stands in the queue */
    bool is_young;                       /* stands among the young */
    bool naming;                         /* counts among those that may be resolving */
    bool sent;                           /* there was a connection to send it on */
    bool cancelled;                      /* nobody is told of it any more; its peer may be gone */
    void *easy;                          /* NULL: not yet begun */
    char *url, method[16];
    struct curl_slist *headers;
    struct http_request request; /* path, headers and body are not used after the start */
    char *body;
    int64_t started_ms, flown_ms, head_bytes, body_bytes;
    int64_t window_ms, window_bytes; /* low speed counts from the first byte of the body */
    int64_t timer;                   /* of what it is at: its turn, or low speed */
    bool told_head;
    bool plain; /* a GET without more: its handle may be used again as it is */
    /* --- what is large is not zeroed: a thousand fly at once */
    char error[256]; /* CURL_ERROR_SIZE */
    struct err err;  /* why we ended it ourselves */
    struct http_head head;
};

/* libcurl's CURLOPT_CLOSESOCKETFUNCTION; its data is the struct http. */
int http_socket_close(void *ctx, int fd);

/* --- http_queue.c: whose turn it is --- */

void http_queue_put(struct http *h, struct http_flight *f);
/* The first whose turn it is, taken out of the queue; NULL: nobody's. */
struct http_flight *http_queue_next(struct http *h, int64_t now_ms);
/* When nobody's turn it is but time alone will change that: how long until then; -1: it will not. */
int64_t http_queue_wait_ms(const struct http *h, int64_t now_ms);
/* Out of the queue, and no longer young. */
void http_queue_leave(struct http_flight *f);
/* Its name has an address, or it needs none any more. */
void http_queue_named(struct http_flight *f);

/* --- http_easy.c: libcurl's handles between requests --- */

/* A handle that knows the peer, for one request; NULL: no memory. */
void *http_easy_take(struct http_peer *p);
/* Gives it back, without what it had of that request. `plain`: it knows of nothing but the peer. */
void http_easy_give(struct http_peer *p, void *easy, bool plain);
/* The peer's next answer will be about as large as that one, with its head. */
void http_easy_fit(struct http_peer *p, int64_t bytes);
/* Those of the peer, and those that peers share. */
void http_easy_free_peer(struct http_peer *p);
void http_easy_free_all(struct http *h);

#endif
