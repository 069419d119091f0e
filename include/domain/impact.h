#ifndef HUBTOP_DOMAIN_IMPACT_H
#define HUBTOP_DOMAIN_IMPACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/row.h"

/* Who is hit by an object: the jobs that stand or fall with it, by account. Pure: rows of one moment in, counts out. A job
 * counts when it runs or waits (a waiting array once for each task); what is over is hit by nothing.
 *
 * | object | jobs |
 * | scheduler, queue, cluster, site, hub, source | those that belong to it |
 * | node, rack, hall | those that run there (as far as a scheduler says on which nodes, and somebody in which rack) |
 * | reservation | those that ask for it, and those that run on its nodes |
 * | link | those whose users are at one end of it and whose cluster is the other: of tenants of whom the fleet file
 *   says where they are |
 * | transfer, job | the job that waits for the data; itself |
 *
 * A job's deadline is what it says itself, else, while it waits, the end of the wait that its queue promised. */

/* The rows that tell what belongs to what, by kind; jobs are handed over one by one. They live as long as the impact. */
struct impact_facts {
    const struct row *rows[KIND_COUNT];
    size_t count[KIND_COUNT];
    int64_t now_ms;
};
/* The kinds that impact_new() reads of the facts, ended by KIND_NONE. */
extern const enum kind impact_kinds[];

/* Where an id that somebody names is looked for, in that order, alerts last; ended by KIND_NONE. Without a fleet file a scheduler and
 * its cluster have the same name, and the same jobs. */
extern const enum kind impact_looked[];

/* Whether anything can be hit by an object of that kind. */
bool impact_has(enum kind kind);

/* The jobs of one account, over all schedulers. */
struct impact_group {
    struct safe_text account, tenant; /* empty: unknown */
    int64_t running, waiting;
    int64_t accels; /* that they have or ask for, as far as they say */
    size_t users;
    int64_t deadline_ms;       /* the first; 0: none is known */
    struct safe_text contacts; /* a list (value_list_next()); of the tenant, then of users; at most 8 */
};

struct impact_sum {
    int64_t jobs, running, waiting, accels, deadline_ms;
    size_t users, accounts, tenants;
    struct safe_text deadline_job;
    int64_t unplaced; /* of a link: jobs at its ends of which nobody says where their users are */
    bool unclear;     /* of nodes, racks and halls: not every running job says where it runs */
    /* Nothing tells what belongs to the object ("nobody says which nodes stand in it"), or NULL; not translated. */
    const char *blind;
};

struct impact;
/* `object` is a row of the facts, or at least lives as long as they do. Its kind must be one that impact_has(). */
struct impact *impact_new(const struct row *object, const struct impact_facts *facts);
void impact_free(struct impact *i);
/* Counts the job if it is hit; its texts are copied. */
void impact_job(struct impact *i, const struct row *job);
/* What was counted: groups by number of jobs, then by account; valid until the next job or the end. */
const struct impact_sum *impact_sum(struct impact *i);
const struct impact_group *impact_groups(struct impact *i, size_t *count);

#endif
