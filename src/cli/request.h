#ifndef HUBTOP_CLI_REQUEST_H
#define HUBTOP_CLI_REQUEST_H

#include "base/json.h"
#include "cli/setup.h"
#include "console/hello.h"

/* Requests of commands to the collector. */

enum { REQUEST_MADE_MAX = 512, REQUEST_ASK_MAX = 8192 };

/* Asks for `op` with the members of `ask` (a JSON object), waits for the answer, at most --timeout. True: done; `made` is the id of
 * what was made, "" without. False with err: the collector's words and status, or 69 when nobody answers. */
bool request_send(const struct setup *s, const struct options *o, const char *op, const char *ask,
                  char made[REQUEST_MADE_MAX], struct err *err);

/* The same for several requests, one after the other on one connection and with one request_id: what is asked for in pieces. The
 * first that fails ends it; `made` is the last one's. */
struct request_part {
    const char *op, *ask;
};
bool request_send_parts(const struct setup *s, const struct options *o, const struct request_part *parts, size_t n,
                        char made[REQUEST_MADE_MAX], struct err *err);

/* The same for what is told: `take` is given the answer, which lives during the call. */
bool request_read(const struct setup *s, const struct options *o, const char *op, const char *ask,
                  void (*take)(void *ctx, const struct json *answer), void *ctx, struct err *err);

/* What the collector says of whoever asks: which roles, which SSH key. */
bool request_hello(const struct setup *s, const struct options *o, struct hello *out, struct err *err);

/* A moment to come, of --until, --start or --end: ISO 8601, or a local time of day, the next such. ERR_INPUT, 64. */
bool request_time(const char *text, int64_t now_ms, int64_t *utc_ms, struct err *err);
/* The end that --until (`until`, or NULL) or --for (`lasts`, or NULL) gives from `from_ms` on; 0 without both. */
bool request_end(const char *until, const char *lasts, int64_t from_ms, int64_t now_ms, int64_t *utc_ms,
                 struct err *err);

/* Members of a frame, unless they are unknown (NULL, "", 0). */
void request_put(struct json_writer *w, const char *key, const char *value);
void request_put_time(struct json_writer *w, const char *key, int64_t utc_ms);

/* Tells of one request: a line, or with --json an object a line. `words` is what was or would be done. */
void request_print(const struct options *o, const char *op, const char *id, const char *made, int64_t until_ms,
                   const char *words);

#endif
