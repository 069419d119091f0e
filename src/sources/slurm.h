#ifndef HUBTOP_SOURCES_SLURM_H
#define HUBTOP_SOURCES_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "domain/row.h"

/* How slurmrestd's JSON is read: one file an object, each a table of members and cells. Values come in the forms of the
 * data parsers v0.0.38 (bare, null for "not set") to v0.0.42 ({set, infinite, number}). */

/* --- numbers: slurm_number.c */

enum slurm_number_state { SLURM_NUMBER_UNKNOWN, SLURM_NUMBER_KNOWN, SLURM_NUMBER_INFINITE };

/* A number in any of Slurm's forms: bare, null, a numeric string, {set, infinite, number}; the 32-bit NO_VAL and
 * INFINITE that leak through are seen as such. `*out` is set only when known. */
enum slurm_number_state slurm_number(const struct json *value, int64_t *out);
/* Decimal digits alone, all of them; false for anything else or an overflow. */
bool slurm_number_parse(struct safe_text digits, int64_t *out);

/* --- cells: slurm_cell.c. Unknown when the member is absent, null or of another type. */

struct value slurm_cell_text(const struct json *value);  /* the empty text is unknown */
struct value slurm_cell_count(const struct json *value); /* 0 and more */
struct value slurm_cell_time(const struct json *value);  /* seconds since 1970; 0 is unknown */
/* A list from an array of texts or from a text with commas; memory from the arena. */
struct value slurm_cell_list(const struct json *value, struct arena *arena);
/* SCHEDULER/NAME, owned by the arena. */
struct safe_text slurm_cell_id(struct safe_text scheduler, struct safe_text name, struct arena *arena);
/* The texts of a text or an array of texts, `visit`ed one by one: words of states and flags. */
void slurm_cell_words(const struct json *value, void (*visit)(void *ctx, struct safe_text word), void *ctx);

/* --- trackable resources: slurm_tres.c */

/* Accelerators that several texts tell together. `{0}` is none. */
struct slurm_tres_accels {
    int64_t listed; /* of "gpu:h100:8": summed */
    int64_t plain;  /* of "gres/gpu=8": the total of all types */
    int64_t typed;  /* of "gres/gpu:h100=8": a part of plain, when that is told */
    bool found;     /* at least one accelerator was named, be it 0 of them */
    bool bad;       /* a count made no sense */
    bool several;   /* types differ */
    struct safe_text kind;
};
/* Adds what a GRES or TRES text names ("gpu:h100:8(IDX:0-7)", "cpu=8,gres/gpu=2", "gres:gpu:2"), `times` times. */
void slurm_tres_accels_add(struct slurm_tres_accels *a, struct safe_text text, int64_t times);
/* The cells: unknown when a count made no sense; the kind unknown without a type, or with several. */
struct value slurm_tres_accels_count(const struct slurm_tres_accels *a);
struct value slurm_tres_accels_kind(const struct slurm_tres_accels *a);
/* "cpu=8,mem=1.50G": the count of `name`, or MB of "mem"; false when it is not told. */
bool slurm_tres_count(struct safe_text tres, const char *name, int64_t *out);
bool slurm_tres_memory_mb(struct safe_text tres, int64_t *out);

/* --- objects. Cells point into the element or into the arena. */

enum slurm_found {
    SLURM_ROW,      /* the row is made */
    SLURM_SKIP,     /* rightly none: a revoked sibling of a federated job */
    SLURM_NONSENSE, /* no identity: counted */
};
typedef enum slurm_found slurm_object(const struct json *element, struct safe_text scheduler, struct arena *arena,
                                      struct row *row);
slurm_object slurm_job, slurm_node, slurm_queue, slurm_reservation;

/* Members that they read, NULL at the end. */
extern const char *const slurm_job_keep[];
extern const char *const slurm_node_keep[];
extern const char *const slurm_queue_keep[];
extern const char *const slurm_reservation_keep[];

/* Tasks of an array expression "1-20:3,40%2"; unknown when slurmctld has cut it ("..."). */
struct value slurm_job_tasks(struct safe_text expression);

/* --- answers: slurm_answer.c */

/* False when `errors` holds something (200 does not mean success), with the peer's words. */
bool slurm_answer_good(const struct json *answer, const char *source, struct err *err);
/* meta.Slurm.release, "" when it is not told; lives as long as the answer. */
struct safe_text slurm_answer_release(const struct json *answer);
/* What another status than 200 means. `reached`: this poll's ping was answered, so that the token is good. */
struct slurm_answer {
    const char *source, *api, *url;
    int status;
    const char *content_type, *body;
    size_t body_len;
    bool reached;
};
bool slurm_answer_failed(const struct slurm_answer *a, struct err *err);

#endif
