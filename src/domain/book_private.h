#ifndef HUBTOP_SRC_DOMAIN_BOOK_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_BOOK_PRIVATE_H

#include "domain/book.h"
#include "domain/ids.h"

/* The book's inside: what one alert is and when it begins and ends (book_life.c), which they are and by what they are found
 * (book_list.c), what explains what (book_topology.c), what operators decided about it (book_desk.c), its row (book_row.c). */

enum book_phase { BOOK_NEVER, BOOK_OPEN, BOOK_OVER };

/* What an alert's object stands in or depends on; empty: unknown or nothing. */
struct book_ties {
    struct safe_text rack, hall, scheduler, cluster, source, link, at, name;
    bool known;
    int64_t tried_boot_ms, first_boot_ms; /* when it was looked for last, and first; 0: never */
};

enum { BOOK_RETURNS_MAX = 16, BOOK_WORD_MAX = 64 };

/* Why the last ack ended; BOOK_ACK_OPEN: it holds, or nobody knows. */
enum book_ack_why { BOOK_ACK_OPEN, BOOK_ACK_EXPIRED, BOOK_ACK_WORSE, BOOK_ACK_TAKEN_BACK, BOOK_ACK_RESOLVED };
struct book_ack_end {
    enum book_ack_why why;
    int64_t at_ms;
    struct buf of, by;      /* whose it was; who took it back */
    enum severity from, to; /* of BOOK_ACK_WORSE */
};

struct book_alert {
    struct arena texts; /* those that never change */
    struct safe_text source, id, rule, where, cluster, subject;
    enum kind kind;
    enum symptom_rule own; /* SYMPTOM_RULES: told, or the book's own */
    struct arena tie_texts;
    struct book_ties ties;

    struct buf told;    /* the packed row, as its source tells it */
    struct buf next;    /* the same of the answer under way */
    struct buf summary; /* of ours: at its begin, or when its severity changed last */
    bool is_told;       /* in its source's last whole answer */
    bool is_new;        /* what is told was not looked at yet */
    bool is_told_next;  /* in the answer under way */

    enum book_phase phase;
    struct buf teller; /* the source that told of its object last; empty: not since the restart */
    bool seen, calm;
    bool found;                                                    /* of ours: it was there when the book began */
    int64_t pend_boot_ms, calm_boot_ms, over_boot_ms, low_boot_ms; /* -1: not */
    int64_t since_ms, over_ms, returned_ms;                        /* UTC; 0: not */
    int64_t returns[BOOK_RETURNS_MAX];                             /* on the boot clock, the oldest first */
    size_t n_returns;
    enum severity severity;
    int64_t amount; /* a symptom's count; of nodes: how many are unavailable */
    size_t others;
    bool breaks_promise, late; /* of a link: it holds; it is so at this look */
    char trend[16];

    struct book_alert *parent, *root; /* of open ones; the root is itself where nothing explains it */
    size_t children;
    enum severity worst; /* of itself and all that it explains */

    bool is_acked;          /* by an ack of its subject or its root's, which says the following */
    bool was_acked;         /* when it was over */
    int64_t void_ms;        /* acks until then hold no more */
    int64_t acked_ms;       /* of the ack that held last; 0: none did */
    int64_t acked_until_ms; /* of one that holds */
    enum severity acked_at; /* the severity then */
    int64_t silenced_ms;    /* until when the desk hides it; 0: it does not */
    char silence[DESK_ID_MAX];
    struct buf acked_by, ack_note, maintenance, change;
    struct book_ack_end ack_end;
    struct impact_sum impact;
    bool has_impact;

    struct buf row; /* packed, as handed on last */
    bool dirty, changed;
};

/* How many open alerts each object and each kind has. */
struct book_tally {
    struct ids objects;
    int64_t *counts;
    size_t cap;
    bool good; /* of the last look */
};

/* Alerts by a text. */
struct book_index {
    struct ids ids;
    struct book_alert **of;
    size_t cap;
};
struct book_alert *book_index_find(const struct book_index *x, struct safe_text a, struct safe_text b);
void book_index_put(struct book_index *x, struct safe_text a, struct safe_text b, struct book_alert *alert);
void book_index_clear(struct book_index *x);
void book_index_release(struct book_index *x);

struct book {
    const struct thresholds *limits;
    const struct desk *desk;
    struct book_alert **all;
    size_t count, cap;
    struct book_index by_id, by_rule; /* source and id; rule and subject */
    bool sorted, removed;
    bool desk_dirty, topology_dirty;
    int64_t desk_next_ms, desk_seen_ms; /* UTC */
    int64_t topology_boot_ms, topology_again_ms, begun_boot_ms;
    struct instant now;
    struct buf telling; /* the source whose answer is under way */
    bool is_telling;
    size_t left_out;              /* at this look */
    size_t refused, told_refused; /* of the answer under way; of the last one that was whole */
    bool looked;
    struct book_maintained *maintained; /* nodes of reservations */
    struct buf key, list;
    struct book_tally tally;
};

/* --- book_list.c --- */

struct book_alert *book_alert_new(struct book *b, const struct row *row);
/* The alert of ours of that rule at that object (KIND_NONE: at none), or NULL; made (BOOK_NEVER) when it is new. */
struct book_alert *book_alert_find(struct book *b, const char *word, enum kind kind, struct safe_text where);
struct book_alert *book_alert_own(struct book *b, const char *word, enum kind kind, struct safe_text where,
                                  struct safe_text cluster);
void book_alert_free(struct book_alert *a);
/* Takes out those that are marked by `gone`. */
void book_list_sweep(struct book *b, bool (*gone)(const struct book *b, const struct book_alert *a));
void book_list_sort(struct book *b);
/* More alerts than there may be. */
void book_list_limit(struct book *b);
/* The cluster that a symptom's object belongs to, or empty. */
struct safe_text book_cluster_of(const struct symptom *s);
enum severity book_severity(struct safe_text word);
const char *book_severity_word(enum severity s);

/* --- book_life.c --- */

void book_life_symptom(struct book *b, struct book_alert *a, const struct symptom *s);
void book_life_unseen(struct book *b, const struct symptom_facts *f, struct book_alert *a);
void book_life_told(struct book *b, struct book_alert *a);
/* The one that says that `n` alerts are left out. */
void book_life_full(struct book *b, struct book_alert *a, size_t n);
void book_life_adopt(struct book_alert *a, const struct row *row);
void book_life_settle(struct book *b, struct book_alert *a);
void book_life_age(struct book *b, struct book_alert *a);
bool book_life_flaps(const struct book *b, const struct book_alert *a);

/* --- book_topology.c --- */

void book_topology_look(struct book *b, const struct book_facts *facts);

/* --- book_desk.c --- */

void book_desk_look(struct book *b, const struct book_facts *facts);
void book_desk_release(struct book *b);

/* --- book_hides.c --- */

/* Other alerts are open now. */
void book_hides_anew(struct book *b);
void book_hides_release(struct book *b);

/* --- book_ack.c --- */

/* Notes why the ack that `a` had is one no more; what explains `a` was looked at before. */
void book_ack_lost(const struct book *b, struct book_alert *a);
/* The alert is over, and its ack with it. */
void book_ack_resolved(const struct book *b, struct book_alert *a);
/* As if none had ended. */
void book_ack_forget(struct book_alert *a);
void book_ack_row(const struct book_alert *a, struct row *row);
void book_ack_adopt(struct book_alert *a, const struct row *row);
void book_ack_release(struct book_alert *a);

/* --- book_row.c --- */

void book_row_refresh(struct book *b);

#endif
