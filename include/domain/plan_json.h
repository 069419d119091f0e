#ifndef HUBTOP_DOMAIN_PLAN_JSON_H
#define HUBTOP_DOMAIN_PLAN_JSON_H

#include "base/buf.h"
#include "domain/plan.h"

/* A plan as canonical JSON: UTF-8, no white space, keys sorted, every number an integer. What counts in parts stands there in
 * millionths, and its key says so: "data_gb_e6" is in millionths of a GB. Unknown numbers are null. */

enum { PLAN_JSON_MAX = 16 << 20 /* some 90,000 jobs */, PLAN_HASH_SIZE = 65 };

/* Appends the whole plan. ERR_INPUT (65) when it does not fit into `out`, or a number into 64 bits. */
bool plan_json_write(const struct plan *p, struct buf *out, struct err *err);

/* The SHA-256 of what will be done: parameters, snapshot, objects with the versions that were seen, and the moves with their jobs,
 * without words and forecasts; as 64 hex digits. ERR_INPUT as above. */
bool plan_json_hash(const struct plan *p, char out[PLAN_HASH_SIZE], struct err *err);

/* The same in parts, for whoever may not work for long: at most so many values a call, `*more` while some are left. `hash`: only what
 * is hashed. The plan and `out` outlive the writer; after a false nothing more comes. */
struct plan_json_writer;
struct plan_json_writer *plan_json_writer_new(const struct plan *p, bool hash, struct buf *out);
void plan_json_writer_free(struct plan_json_writer *w); /* accepts NULL */
bool plan_json_writer_step(struct plan_json_writer *w, size_t values, bool *more, struct err *err);

/* Reads what plan_json_write() wrote into `*p` (zeroed by the caller, released by plan_release(), also after a failure); its texts
 * are copies. Strict: an unknown, missing or doubled member, another type, a negative count is ERR_INPUT (65) that
 * names what and where: "moves[3].jobs[0].id". */
bool plan_json_read(const char *bytes, size_t n, struct plan *p, struct err *err);

/* The same piece by piece, for whoever may not work for long: a move is read once its bytes are there. The plan outlives the reader;
 * after a false nothing more may be fed. More than PLAN_JSON_MAX bytes are ERR_INPUT (65). */
struct plan_json_reader;
struct plan_json_reader *plan_json_reader_new(struct plan *p);
void plan_json_reader_free(struct plan_json_reader *r); /* accepts NULL */
bool plan_json_reader_feed(struct plan_json_reader *r, const char *bytes, size_t n, struct err *err);
bool plan_json_reader_end(struct plan_json_reader *r, struct err *err);

#endif
