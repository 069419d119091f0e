#ifndef HUBTOP_SOURCES_SOURCE_H
#define HUBTOP_SOURCES_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/err.h"
#include "base/json.h"
#include "base/secret.h"
#include "domain/row.h"
#include "sources/source_order.h"

/* A driver knows one kind of peer: what to ask, how to decode it. It never waits, never opens a connection, never
 * draws. One driver is one file source_NAME.c with `const struct source_driver source_NAME`; the build finds it. */

/* What the wiring gives to a driver's instance. Texts outlive it. */
struct source_settings {
    const char *name;           /* the source's id */
    const char *scheduler;      /* its scheduler's id in the fleet; by default the name */
    const char *url;            /* as configured, without secrets */
    const char *user;           /* or NULL */
    const struct secret *token; /* or NULL */
    int64_t interval_ms;
    const struct config *config; /* the source's section, for the driver's own settings; NULL for an ad-hoc source */
    /* The same settings of an ad-hoc source's URL query: value of a key, or NULL. */
    const char *(*query)(const void *query_ctx, const char *key);
    const void *query_ctx;
};

/* A driver's setting whatever way it was given, or NULL. */
const char *source_setting(const struct source_settings *settings, const char *key);

/* Takes facts. Row memory is the driver's and lives during the call. */
typedef bool source_sink(void *ctx, const struct row *fact, struct err *err);

enum { SOURCE_PATH_MAX = SOURCE_ORDER_PATH_MAX, SOURCE_REQUESTS_MAX = 40, SOURCE_COVERS_MAX = 8 };

/* One thing to ask in a poll. */
struct source_request {
    const char *what; /* "jobs": for the sources view and messages */
    const char *method;
    const char *element_path; /* see json.h; NULL: the whole answer is the rest */
    const char *const *keep;  /* members of an element that are wanted */
    enum json_mode mode;
    enum kind covers[SOURCE_COVERS_MAX]; /* kinds that a whole answer covers (KIND_NONE ends): what is absent from it is
                                            closed */
    int64_t timeout_ms;
    bool essential; /* when it fails the rest of the poll is not asked */
    bool apart;     /* when it fails, only what it covers stays as it was: the source lives while another request of the
                         poll that covers a kind ends well */
    bool local;     /* no HTTP: produce() makes the facts */
    bool past;      /* its elements are samples of the past: decode_past() reads them, and it covers nothing */
    bool aside;     /* a means to others: that it ended well is not reported */
    int64_t every_ms; /* how often it is asked, where that is not each poll: what it tells counts as present so much
                         longer; 0: each poll */
    bool difference;  /* an answer with 200 tells what changed: it covers nothing, and next() asks for the whole */
    const char *etag; /* If-None-Match, or NULL */
    int tag;          /* the driver's own */
    char path[SOURCE_PATH_MAX]; /* the last: of a request that is kept, what the path does not fill is not kept */
};

/* For source_driver.headers: puts the header Authorization, SCHEME and the secret, first; `scheme` ends with its blank ("Bearer "). How many it
 * put: 0 without a secret or room. */
size_t source_authorization(const char *scheme, const struct secret *secret, const char *names[], const char *values[],
                            const struct secret *secrets[], size_t max);

/* A copy of a request. Those that a poller keeps, and hands to drivers, are only as long as their path: an assignment
 * would read beyond them. source_request_size() is what there is of one. */
void source_request_copy(struct source_request *out, const struct source_request *r);
size_t source_request_size(const struct source_request *r);

struct source; /* a driver's instance: its own struct */

/* Takes a sample of the past: one value of a sampled field of the object of that id at `at_ms` (UTC). */
typedef bool source_past(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value);

/* How a request (with its parts) ended. */
struct source_ended {
    bool well;          /* what it told is in the store */
    const char *etag;   /* the validator of its first part's answer, "" without one; lives during the call */
    struct instant now; /* of its end */
};

struct source_driver {
    const char *name;                     /* "slurm" */
    const char *summary;                  /* one sentence */
    bool network;                         /* opens connections; the demo refuses it */
    int64_t saves_ms;                     /* see struct executor_options; 0: what is answered is saved */
    bool jobs_stay;                       /* its jobs run elsewhere only where the configuration says so */
    const struct config_option *settings; /* its own settings, a table ended by a NULL name; added to the common ones */

    struct source *(*open)(const struct source_settings *settings, struct err *err);
    void (*close)(struct source *s);

    /* What to ask in the poll that begins at `now`: fills `out`, returns how many. They are asked one after the other.
     */
    size_t (*requests)(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX]);
    /* Right before `r` is asked: what earlier answers of this poll taught may change its path. False: it is not asked.
     * May be NULL. */
    bool (*prepare)(struct source *s, struct source_request *r);
    /* Headers that every request carries; secrets by reference. Returns how many. */
    size_t (*headers)(struct source *s, const char *names[], const char *values[], const struct secret *secrets[],
                      size_t max);

    /* One element of the answer → facts. Pure but for counters in `s`. An element that makes no sense is skipped and
     * counted (ERR_CORRUPT would drop the body). */
    bool (*decode)(struct source *s, const struct source_request *r, const struct json *element, source_sink *sink,
                   void *ctx, struct err *err);
    /* The answer ended whole with 200, but what is left of it says that nothing changed, as a 304 would. Asked before
     * finish(). May be NULL. */
    bool (*unchanged)(struct source *s, const struct source_request *r, const struct json *rest);
    /* The answer ended whole with 200: what is left of it (errors, version). False with err: the body is dropped ("200
     * does not mean success"). */
    bool (*finish)(struct source *s, const struct source_request *r, const struct json *rest, struct instant now,
                   source_sink *sink, void *ctx, struct err *err);
    /* Any other status (with at most 64 KiB of body): what it means, as err (REFUSED: denied; TRANSIENT: down). True:
     * it is no failure; a 304 says that what the request covers is as it was, others say nothing of it. */
    bool (*failed)(struct source *s, const struct source_request *r, int status, const char *content_type,
                   const char *body, size_t n, struct err *err);
    /* After finish(): true when that answer was only a part of what `r` asks for; `out` becomes the request for the next
     * part. The parts are one answer: stored together, or not at all. May be NULL. */
    bool (*page)(struct source *s, const struct source_request *r, struct source_request *out);
    /* After a request ended, unless it ended the poll: true when another one follows in this poll, before those of
     * requests() that are still to be asked; it becomes `out`. May be NULL. */
    bool (*next)(struct source *s, const struct source_request *r, const struct source_ended *ended,
                 struct source_request *out);
    /* For local requests: makes the next facts, about `max_rows`; `*more` tells whether to call again. */
    bool (*produce)(struct source *s, const struct source_request *r, struct instant now, size_t max_rows, bool *more,
                    source_sink *sink, void *ctx, struct err *err);
    /* How long ago that was observed which the request `r`, ended well just now, told: its rows are as old. NULL: it is the
     * present. */
    int64_t (*age_ms)(struct source *s, const struct source_request *r);
    /* Facts of the past for an empty cache, or NULL: samples by (kind, id, field, at_ms, value). */
    bool (*backfill)(struct source *s, struct instant now, source_past *sample, void *ctx, struct err *err);
    /* Our history has no answer of this peer after `last_ms` (UTC; 0: none at all): its next poll may also ask for what
     * went by since then, in requests marked `past`. Called before requests(). May be NULL. */
    void (*resume)(struct source *s, int64_t last_ms);
    /* One element of an answer to a request marked `past` → samples. */
    bool (*decode_past)(struct source *s, const struct source_request *r, const struct json *element,
                        source_past *sample, void *ctx, struct err *err);
    /* What a person who sets the source up should know of the answer to `r` that ended well, appended as one line
     * without its end: "9 series, 3 of them without the label 'dst'". For `config check` and `doctor`. May be NULL. */
    void (*remark)(struct source *s, const struct source_request *r, struct buf *out);
    /* True with err: the answer to `r` ended well but lacks something, by its peer's own words. The source lives; err is what
     * its last_error says. May be NULL. */
    bool (*trouble)(struct source *s, const struct source_request *r, struct err *err);
    /* The peer's own name (ClusterName), once known, for ad-hoc sources without one; NULL before. May be NULL. */
    const char *(*peer_name)(struct source *s);
    /* Its software and version, for the sources view; NULL before. May be NULL. */
    const char *(*peer_version)(struct source *s);
    /* Its clock less ours, where it tells its time itself: better than its Date header. False while unknown. May be
     * NULL. */
    bool (*peer_skew)(struct source *s, int64_t *skew_ms);
    /* What an operator should know of this peer as long as it is so ("only your own jobs are visible"), or NULL. For
     * the sources view. May be NULL. */
    const char *(*peer_remark)(struct source *s);

    /* The orders that it takes: SOURCE_ORDER_BIT()s; 0: none. */
    uint64_t orders;
    /* How to give the order, or (`look`) to find out whether it was carried out. False with err: it cannot be given. NULL where
     * order_local() is there. */
    bool (*order)(struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                  struct err *err);
    /* Whether the order can be given as its target and the configuration are, before anything of it is recorded: false with err. NULL: all
     * of `orders` can. */
    bool (*order_can)(struct source *s, const struct source_order *o, struct err *err);
    /* An element of what is looked through, each of them: true when it is what the order was to make, or what it was to end
     * and is not over yet. What it tells goes to `said`. */
    bool (*order_found)(struct source *s, const struct source_order *o, const struct json *element,
                        struct source_ordered *said);
    /* What is left of a whole answer that was looked through: false with err when it is none, whatever its status. May be
     * NULL. */
    bool (*order_well)(struct source *s, const struct json *rest, struct err *err);
    /* A whole answer: what became of the order; `found`: order_found() said so of an element. */
    enum source_order_end (*order_ended)(struct source *s, const struct source_order *o, bool look, bool found,
                                         int status, const char *body, size_t n, struct source_ordered *said,
                                         struct err *err);
    /* Whether that job of its is moved by its peers themselves (SOURCE_ORDER_MOVE), for they are a federation: then `name` becomes what
     * they call `to`, the instance of where it goes (NULL: of another driver). False: it is not, or (err) it cannot be. May be NULL. */
    bool (*moves)(struct source *s, struct safe_text job, const struct source *to, struct buf *name, struct err *err);
    /* What an order of that kind leaves wanting though it is done (a copy is not whole, a state does not last), as a sentence
     * (translated) that is appended; nothing: nothing. May be NULL. */
    void (*order_lacks)(struct source *s, enum source_order_what what, struct buf *out);
    /* Of a driver without a network: carries the order out, or looks. */
    enum source_order_end (*order_local)(struct source *s, const struct source_order *o, bool look,
                                         struct source_ordered *said, struct err *err);
};

extern const struct source_driver *const source_table[]; /* generated; ended by NULL */
const struct source_driver *source_by_name(const char *name);

/* A parsed --source URL: `slurm+http://slurm@10.0.0.1:6820/base?token_file=/path&scheduler=fra`, `slurm+unix:///path`,
 * `slurm+local:`, `sample:DIR`, `file:/PATTERN`. */
struct source_url {
    char driver[32];
    char user[128]; /* "" without */
    char url
        [1024]; /* http://10.0.0.1:6820/base, unix:///path, local:, or the path of sample:DIR and file:/PATTERN; without user and
                         query */
    char query[2048]; /* decoded on demand */
};
/* ERR_INPUT (64) names the form that is expected; a token in the URL is refused. */
bool source_url_parse(const char *text, struct source_url *out, struct err *err);
/* Value of a query key, percent-decoded into `out`; false when absent. */
bool source_url_query(const struct source_url *url, const char *key, char *out, size_t size);

#endif
