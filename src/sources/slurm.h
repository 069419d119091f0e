#ifndef HUBTOP_SOURCES_SLURM_H
#define HUBTOP_SOURCES_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/pattern.h"
#include "domain/row.h"
#include "domain/rows.h"
#include "sources/source.h"

/* How slurmrestd's JSON is read: one file an object, each a table of members and cells. Values come in the forms of the
 * data parsers v0.0.38 (bare, null for "not set") to v0.0.44 ({set, infinite, number}). */

/* --- numbers: slurm_number.c */

enum slurm_number_state { SLURM_NUMBER_UNKNOWN, SLURM_NUMBER_KNOWN, SLURM_NUMBER_INFINITE };

/* A number in any of Slurm's forms: bare, null, a numeric string, {set, infinite, number}; the 32-bit NO_VAL and
 * INFINITE that leak through are seen as such. `*out` is set only when known. */
enum slurm_number_state slurm_number(const struct json *value, int64_t *out);
/* A number that may have a fraction, bare or {set, infinite, number}; false when it is not set or not finite. */
bool slurm_real(const struct json *value, double *out);
/* The value at a path of members ("limits/max/tres/total"), or NULL. */
const struct json *slurm_at(const struct json *object, const char *path);
/* Decimal digits alone, all of them; false for anything else or an overflow. */
bool slurm_number_parse(struct safe_text digits, int64_t *out);

/* --- cells: slurm_cell.c. Unknown when the member is absent, null or of another type. */

struct value slurm_cell_text(const struct json *value);    /* the empty text is unknown */
struct value slurm_cell_count(const struct json *value);   /* 0 and more */
struct value slurm_cell_time(const struct json *value);    /* seconds since 1970; 0 is unknown */
struct value slurm_cell_minutes(const struct json *value); /* minutes, as seconds */
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

/* --- racks: slurm_rack.c */

/* The setting rack_pattern; no expression gives NULL. False with err (78) when it is no pattern. */
bool slurm_rack_open(const char *expr, const char *source, struct pattern **out, struct err *err);
/* Sets the rack of a node whose name says one. */
void slurm_rack_put(const struct pattern *racks, struct row *node);

/* --- what jobs say of themselves: slurm_note.c */

enum { SLURM_NOTE_MEMBERS = 3 };
#define SLURM_NOTE_PRESET "comment extra admin_comment"
struct slurm_note {
    const char *member[SLURM_NOTE_MEMBERS]; /* of a job, in the order in which they are read */
    size_t count;
};
/* The setting job_notes; NULL: the preset. False with err (78) when it names something else. */
bool slurm_note_open(const char *words, const char *source, struct slurm_note *out, struct err *err);
/* Sets data_gb and checkpoint_at where a job's members say them; what makes no sense stays unknown. */
void slurm_note_put(const struct slurm_note *n, const struct json *e, struct row *job);

/* The driver's settings. */
extern const struct config_option slurm_settings[];

/* --- objects. Cells point into the element or into the arena. */

enum slurm_found {
    SLURM_ROW,      /* the row is made */
    SLURM_SKIP,     /* rightly none: a revoked sibling of a federated job */
    SLURM_NONSENSE, /* no identity: counted */
};
typedef enum slurm_found slurm_object(const struct json *element, struct safe_text scheduler, struct arena *arena,
                                      struct row *row);
slurm_object slurm_job, slurm_node, slurm_queue, slurm_reservation, slurm_license, slurm_qos;

/* Members that they read, NULL at the end. */
extern const char *const slurm_job_keep[];
extern const char *const slurm_node_keep[];
extern const char *const slurm_queue_keep[];
extern const char *const slurm_reservation_keep[];
extern const char *const slurm_license_keep[];
extern const char *const slurm_qos_keep[];
extern const char *const slurm_ledger_users_keep[];
extern const char *const slurm_ledger_accounts_keep[];
extern const char *const slurm_ledger_shares_keep[];
extern const char *const slurm_ledger_associations_keep[];

/* Tasks of an array expression "1-20:3,40%2"; unknown when slurmctld has cut it ("..."). */
struct value slurm_job_tasks(struct safe_text expression);

/* --- limits of accounts and QOS: slurm_limit.c */

enum { SLURM_LIMITS_MAX = 64 << 10, SLURM_LIMIT_MAX = 512 };
/* A number, or a list of trackable resources, at a path of members. A table of them ends with {0}. */
struct slurm_limit {
    const char *what, *path;
};
/* "GrpJobs=300", "GrpTRES/gres/gpu=8" for each limit that is set, as a list in the arena; unknown when none is, or when
 * they are longer than SLURM_LIMITS_MAX. */
struct value slurm_limits(const struct json *e, const struct slurm_limit *limits, struct arena *arena);

/* --- accounts and users: slurm_ledger.c */

enum slurm_ledger_part {
    SLURM_LEDGER_USERS,
    SLURM_LEDGER_ACCOUNTS,
    SLURM_LEDGER_SHARES,
    SLURM_LEDGER_ASSOCIATIONS,
    SLURM_LEDGER_PARTS,
};
enum { SLURM_LEDGER_MAX = 500000, SLURM_LEDGER_DEPTH = 64 };
/* What slurmdbd's accounts, users and associations and slurmctld's shares tell together. `{0}` is empty. */
struct slurm_ledger {
    struct slurm_ledger_body *now[SLURM_LEDGER_PARTS], *next[SLURM_LEDGER_PARTS];
};
void slurm_ledger_release(struct slurm_ledger *l);
/* A body of a part begins; its elements; it ended whole and replaces the one before. `cluster`: associations and shares
 * of others are skipped; "" when it is not known. SLURM_SKIP with err set at SLURM_LEDGER_MAX names. */
void slurm_ledger_begin(struct slurm_ledger *l, enum slurm_ledger_part part);
enum slurm_found slurm_ledger_take(struct slurm_ledger *l, enum slurm_ledger_part part, const struct json *e,
                                   const char *cluster, struct err *err);
void slurm_ledger_end(struct slurm_ledger *l, enum slurm_ledger_part part);
/* The rows of all accounts and users. Associations of several clusters, none of which is known to be ours, are left
 * out. */
bool slurm_ledger_emit(const struct slurm_ledger *l, struct safe_text scheduler, source_sink *sink, void *ctx,
                       struct err *err);

/* --- which version of the API: slurm_api.c */

enum { SLURM_API_MAX = 32, SLURM_API_VERSIONS = 7 };
struct slurm_api {
    char version[SLURM_API_MAX]; /* "v0.0.38"; "" while none is chosen */
    bool automatic;              /* the newest that is offered and known here */
    bool doubted;                /* the peer changed: chosen anew in the next poll */
    bool looking, found;         /* in this poll */
};
/* From the setting: "auto" or a version; false when it is neither. */
bool slurm_api_set(struct slurm_api *a, const char *setting);
/* A poll begins: whether versions are to be tried in it. */
bool slurm_api_begin(struct slurm_api *a);
/* The i-th version to try, the newest first. */
const char *slurm_api_try(size_t i, char out[SLURM_API_MAX]);
void slurm_api_take(struct slurm_api *a, size_t i); /* it is offered */
void slurm_api_doubt(struct slurm_api *a);
int slurm_api_number(const char *version); /* 38 of "v0.0.38"; 0 for other forms */
/* Whether a body is slurmrestd's own, and not that of something before it. */
bool slurm_api_speaks(const char *body, size_t n);
/* False with words that none of the known versions is offered, and which are, as its OpenAPI description says. */
bool slurm_api_none(const struct json *description, const char *source, struct err *err);

/* --- what PrivateData hides: slurm_hidden.c */

enum { SLURM_HIDDEN_LOOKS = 64, SLURM_HIDDEN_WORDS = 200 };
struct slurm_hidden {
    bool jobs, nodes; /* hidden */
    /* The jobs of the answer that comes in, and of the last one: how many (an array counts its tasks), whose. */
    struct slurm_hidden_seen {
        int64_t visible;
        int users; /* 0, 1, or 2 for more */
        bool unsure;
        char user[128];
    } seen, last;
    bool fresh; /* the answer that comes in is not the last one yet */
    /* The last count of diag, when it was made, and the clock at diag. */
    bool counted;
    int64_t count, count_at_s, server_s;
    /* What was visible when. */
    struct slurm_hidden_look {
        int64_t at_s, visible;
    } looks[SLURM_HIDDEN_LOOKS];
    size_t next;
    int64_t judged_at_s, shown;
    int running; /* counts that were too high, one after the other */
};
void slurm_hidden_begin(struct slurm_hidden *h); /* an answer with jobs begins */
/* One job of it; `counts`: it waits or runs, as one or as the tasks of an array. */
void slurm_hidden_see(struct slurm_hidden *h, const struct value *user, const struct value *tasks, bool counts);
/* diag's statistics, of which `server_s` is slurmctld's clock (0: unknown). */
void slurm_hidden_count(struct slurm_hidden *h, const struct json *statistics, int64_t server_s);
/* The jobs are known, by a new answer or because nothing changed. `asks`: who asks, or NULL. */
void slurm_hidden_end(struct slurm_hidden *h, const char *asks);
/* "only your own jobs are visible …", or NULL when nothing is known to be hidden. */
const char *slurm_hidden_words(const struct slurm_hidden *h, char out[SLURM_HIDDEN_WORDS]);
/* What one look alone suggests, or NULL. */
const char *slurm_hidden_guess(const struct slurm_hidden *h, const char *asks, char out[SLURM_HIDDEN_WORDS]);
/* "jobs", "nodes"; unknown when nothing is known to be hidden. */
struct value slurm_hidden_cell(const struct slurm_hidden *h);

/* --- answers: slurm_answer.c */

/* False when `errors` holds something (200 does not mean success), with the peer's words. */
bool slurm_answer_good(const struct json *answer, const char *source, struct err *err);
/* meta.Slurm.release, "" when it is not told; lives as long as the answer. */
struct safe_text slurm_answer_release(const struct json *answer);
/* meta.slurm.cluster (ClusterName; since 23.11), "" when it is not told. */
struct safe_text slurm_answer_cluster(const struct json *answer);
/* The number of its first error that has one (-1 is none), else 0; of a tree and of a text. */
int64_t slurm_answer_number(const struct json *answer);
int64_t slurm_answer_error(const char *body, size_t n);
/* What another status than 200 means. `reached`: this poll's ping was answered, so that the token is good. */
struct slurm_answer {
    const char *source, *api, *url;
    int status;
    const char *content_type, *body;
    size_t body_len;
    bool reached;
};
bool slurm_answer_failed(const struct slurm_answer *a, struct err *err);

/* --- jobs of a federation: slurm_federation.c */

/* Whether a job's number, which may go on as an array's or a part's does, is of a federation. */
bool slurm_federation_has(const char *number);
/* Keeps what a job tells of the federation's members. */
void slurm_federation_see(struct source *s, const struct json *e);
/* Says of a job that cannot move, or that moves from its origin, that it is not movable. */
void slurm_federation_judge(const struct source *s, const struct json *e, struct row *row);
/* As in struct source_driver. */
bool slurm_federation_moves(struct source *s, struct safe_text job, const struct source *to, struct buf *name,
                            struct err *err);
/* The look for a job that was to move, as slurm_order_found() and slurm_order_ended() do it. */
bool slurm_federation_found(struct source *s, const struct source_order *o, const struct json *e,
                            struct source_ordered *said);
enum source_order_end slurm_federation_ended(const struct source *s, const struct source_order *o, bool look,
                                             bool found, struct source_ordered *said, struct err *err);

/* --- intakes of partitions: slurm_intake.c; as in struct source_driver */

/* What is to be known of a drain, as a sentence (translated). */
const char *slurm_intake_lacks(void);
bool slurm_intake_can(const struct source *s, const struct source_order *o, struct err *err);
bool slurm_intake(const struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                  struct err *err);
/* The answer of a look; NULL: there is no such partition. */
enum source_order_end slurm_intake_ended(struct source *s, const struct source_order *o, const struct json *answer,
                                         struct err *err);

/* --- orders: slurm_order.c; as in struct source_driver */

#define SLURM_ORDER_BITS                                                                                               \
    (SOURCE_ORDER_BIT(SOURCE_ORDER_READ) | SOURCE_ORDER_BIT(SOURCE_ORDER_HOLD) |                                       \
     SOURCE_ORDER_BIT(SOURCE_ORDER_RELEASE) | SOURCE_ORDER_BIT(SOURCE_ORDER_CANCEL) |                                  \
     SOURCE_ORDER_BIT(SOURCE_ORDER_PRIORITY) | SOURCE_ORDER_BIT(SOURCE_ORDER_LIMIT) |                                  \
     SOURCE_ORDER_BIT(SOURCE_ORDER_SUBMIT) | SOURCE_ORDER_BIT(SOURCE_ORDER_SCRIPT) |                                   \
     SOURCE_ORDER_BIT(SOURCE_ORDER_MOVE) | SOURCE_ORDER_BIT(SOURCE_ORDER_DRAIN) |                                      \
     SOURCE_ORDER_BIT(SOURCE_ORDER_RESUME))
bool slurm_order_can(struct source *s, const struct source_order *o, struct err *err);
bool slurm_order(struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                 struct err *err);
bool slurm_order_well(struct source *s, const struct json *rest, struct err *err);
bool slurm_order_found(struct source *s, const struct source_order *o, const struct json *element,
                       struct source_ordered *said);
enum source_order_end slurm_order_ended(struct source *s, const struct source_order *o, bool look, bool found,
                                        int status, const char *body, size_t n, struct source_ordered *said,
                                        struct err *err);

/* What a copy of the job needs, as one JSON object appended to `out`; its member "refuse" says why there can be none.
 * False when it does not fit. slurm_order_copy.c */
bool slurm_order_copy(const struct json *job, struct arena *arena, struct buf *out, struct err *err);
/* The submission of such a copy to a peer, appended to `out`. ERR_REFUSED: it cannot be copied, or not to that peer. Without
 * a script it is made too, to find that out; slurmctld refuses it then. slurm_order_submit.c */
struct slurm_order_peer {
    const char *scheduler, *version;
    int number; /* of the version; 0: unknown */
};
bool slurm_order_submission(const struct source_order *o, const struct slurm_order_peer *peer, struct buf *out,
                            struct err *err);
/* Adds to a submission what the script's #SBATCH lines say and `copy` does not, in sbatch's words (`old`) or the data parser's. */
void slurm_order_sbatch(struct json_writer *w, struct safe_text script, const struct json *copy, bool old);
/* What a copy lacks of a job that this version tells of, as a sentence for people in `out`. */
enum { SLURM_LACKS_MAX = 512 };
const char *slurm_order_sbatch_lacks(const char *version, int number, char out[SLURM_LACKS_MAX]);
/* Whether a comment carries the key of a submission. */
bool slurm_order_has_key(struct safe_text comment, struct safe_text key);

#endif
