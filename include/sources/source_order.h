#ifndef HUBTOP_SOURCES_SOURCE_ORDER_H
#define HUBTOP_SOURCES_SOURCE_ORDER_H

#include "base/buf.h"
#include "domain/rows.h"

/* What a peer is asked to change, one request each, and what it answers: a driver knows how. What an operator orders is made of
 * such requests (actions/action.h). */

enum source_order_what {
    SOURCE_ORDER_SILENCE,
    SOURCE_ORDER_UNSILENCE,
    /* of a job */
    SOURCE_ORDER_READ, /* changes nothing: how the job is now, and all that a copy of it needs */
    SOURCE_ORDER_HOLD, /* as the operator: its owner cannot release it */
    SOURCE_ORDER_RELEASE,
    SOURCE_ORDER_CANCEL,
    SOURCE_ORDER_PRIORITY, /* `value` */
    SOURCE_ORDER_LIMIT,    /* `value`: seconds that it may run in all */
    SOURCE_ORDER_SCRIPT,   /* changes nothing: its batch script, by the command that the configuration names for it */
    SOURCE_ORDER_SUBMIT, /* a held copy of the job of `copy` and `script`, on behalf of `owner`, that carries `key`; the look
                              for it finds all copies that do */
    SOURCE_ORDER_MOVE, /* to `to`; the peer, or its federation, does all of it itself */
    /* of a node, or of the intake of a queue or scheduler, by `kind` */
    SOURCE_ORDER_DRAIN,
    SOURCE_ORDER_RESUME,
    /* of a transfer */
    SOURCE_ORDER_TRANSFER_HOLD, /* until `ends_ms` */
    SOURCE_ORDER_TRANSFER_RELEASE,
    /* of a site, of a reservation */
    SOURCE_ORDER_CONNECT,
    SOURCE_ORDER_SUSPEND,
    SOURCE_ORDER_ACTIVATE,
    SOURCE_ORDER_RETURN,
    SOURCE_ORDER_WHATS
};
#define SOURCE_ORDER_BIT(what) (UINT64_C(1) << (what))
/* What a peer takes that does all of each order itself: all but silences, and the parts of a move between two peers. */
#define SOURCE_ORDERS_WHOLE                                                                                            \
    ((SOURCE_ORDER_BIT(SOURCE_ORDER_WHATS) - SOURCE_ORDER_BIT(SOURCE_ORDER_READ)) &                                    \
     ~(SOURCE_ORDER_BIT(SOURCE_ORDER_SCRIPT) | SOURCE_ORDER_BIT(SOURCE_ORDER_SUBMIT)))

/* Texts outlive the order. */
struct source_order {
    enum source_order_what what;
    /* silences */
    struct safe_text labels;      /* a LIST "name=value": the alert to hide, by all of its labels */
    struct safe_text by, comment; /* who asks; the reason with our own id: by it the silence is found again */
    struct safe_text remote;      /* the peer's id of the silence to end */
    int64_t starts_ms, ends_ms;
    /* all others */
    enum kind kind;           /* of the target */
    struct safe_text target;  /* its id as rows have it: SCHEDULER/ID */
    struct safe_text key;     /* unique to the order, printable ASCII: what carries it is ours */
    struct safe_text to;      /* SCHEDULER, or SCHEDULER/QUEUE */
    struct safe_text to_name; /* what its federation calls it */
    struct safe_text owner, copy, script, reason, plan;
    int64_t value;
    bool marked; /* a target without `key` is another that got its id: it is as if it were not there */
};

enum source_order_end {
    SOURCE_ORDER_DONE,
    SOURCE_ORDER_REFUSED, /* the peer did nothing: err has its words. A look that is itself refused is UNKNOWN, one that finds no
                             marked target REFUSED */
    SOURCE_ORDER_UNKNOWN, /* it may have been done: err says why that is not known */
    SOURCE_ORDER_ABSENT,  /* it was looked for and is not there: it was not done. READ: there is no such job */
    SOURCE_ORDER_TAKEN,   /* it will be done: look again */
};

/* What an answer told. `{0}` is empty. */
struct source_ordered {
    struct buf remote; /* the id that the peer gave: a silence's, a copy's SCHEDULER/ID */
    struct buf copy;   /* READ: what SUBMIT needs, in the driver's own words; SCRIPT: the script */
    struct rows jobs;  /* READ: the job; the look for SUBMIT: all jobs that carry the key and have not ended */
};
struct source_ordered source_ordered_make(void);
void source_ordered_release(struct source_ordered *said);
void source_ordered_clear(struct source_ordered *said);

/* "hold", for messages and the journal. */
const char *source_order_word(enum source_order_what what);
/* Whether it changes nothing at the peer, and so may be asked again at will. */
bool source_order_reads(enum source_order_what what);

enum { SOURCE_ORDER_PATH_MAX = 4096, SOURCE_ORDER_HEADERS = 4, SOURCE_ORDER_HEADER_MAX = 256 };
/* How to ask: `method`, `path`, and what goes with it. */
struct source_order_form {
    const char *method; /* NULL: a command of the configuration is asked */
    char path[SOURCE_ORDER_PATH_MAX];
    struct buf
        body; /* JSON; made by the caller. Of a command: its number, and maybe a name (struct launcher_command) */
    const char *element_path; /* of an answer that is looked through; NULL: it is read as one */
    int64_t timeout_ms;       /* 0: 15 s */
    struct
        source_order_header { /* beside those of every request, or instead of one of that name; an empty name ends them */
        char name[64], value[SOURCE_ORDER_HEADER_MAX];
    } headers[SOURCE_ORDER_HEADERS];
};

#endif
