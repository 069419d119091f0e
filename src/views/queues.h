#ifndef HUBTOP_SRC_VIEWS_QUEUES_H
#define HUBTOP_SRC_VIEWS_QUEUES_H

#include "views/list.h"

/* Queues: how they are, why their jobs wait, and where these could start sooner. What the queues' screens share. */

/* The needs of the view; of the last ones all rows are handed out, whatever is filtered. */
enum queues_need { QUEUES_LISTED, QUEUES_ALL, QUEUES_SCHEDULERS, QUEUES_LINKS, QUEUES_CLUSTERS, QUEUES_HUBS };

/* How a queue is: a job of an inner ring is past its deadline (crit), its p95 wait is over the promise (warn), else as its
 * scheduler says. */
enum queues_state { QUEUES_OVERDUE, QUEUES_LATE, QUEUES_CLOSED, QUEUES_WELL };
enum queues_state queues_state_of(const struct row *queue, int64_t now_ms);
struct cell_sign queues_sign(const struct row *queue, int64_t now_ms);
/* That in a word. */
const char *queues_word(const struct row *queue, int64_t now_ms, char out[CELL_MAX]);

/* When all that waits will have started, should jobs come and start as they do: "14h", "grows" where more come, "stays"
 * where as many come; "-" when that is unknown or nothing waits. */
const char *queues_drain(const struct row *queue, char out[CELL_MAX]);
/* Jobs per minute: "9.1", "120". */
const char *queues_rate(const struct value *v, char out[CELL_MAX]);

/* The scheduler of a queue; false when nobody tells of it. */
bool queues_scheduler(const struct view_frame *f, const struct row *queue, struct row *scheduler);
/* Whether it is counted in accelerators; else in CPUs. */
bool queues_has_accels(const struct row *queue);

/* The rows of the list. */
extern const struct list queues_list;

/* A queue of the same kind on another scheduler where something is free. */
struct queues_place {
    struct row queue;
    int64_t free; /* accelerators or CPUs of its scheduler */
    double ms; /* the slower direction of the one-way delay between the clusters; 0: the same cluster; NAN: unknown */
    int64_t keeps; /* pending jobs that may move and whose ring it keeps; -1: the delay is unknown */
};

enum { QUEUES_PLACES_MAX = 8 };

/* Where a queue's jobs could start sooner, as far as is known, those that keep most rings first, of these with most free. */
struct queues_places {
    struct queues_place all[QUEUES_PLACES_MAX];
    size_t count;
    size_t too_far; /* where something is free, but no ring of its jobs is kept */
    size_t unknown; /* likewise, but nobody measures the delay */
    bool compared;  /* false: nobody says the queue's kind, or what is free anywhere */
};
struct queues_places queues_places_of(const struct view_frame *f, const struct row *queue);

/* Why the jobs of a queue wait, what they ask, and those places, in a box. */
void queues_why_draw(const struct view_frame *f, const struct row *queue, struct canvas *c, struct area area);

/* Whether the room was asked for that queue; how much there is, in a box; the wish for it. */
bool queues_room_is_of(const struct view_frame *f, const struct row *queue);
void queues_room_draw(const struct view_frame *f, const struct row *queue, struct canvas *c, struct area area);
struct intent queues_room_ask(const struct row *queue);

#endif
