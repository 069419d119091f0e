#ifndef HUBTOP_SIM_NODES_H
#define HUBTOP_SIM_NODES_H

#include "sim/world.h"

/* Which nodes have room. An open node is in the list of its queue's nodes with as many free units; one that anything
 * closes is in none and gets no new work. */

void nodes_init(struct scheduler *c); /* when nodes and queues are set: all open and empty */
void nodes_close(struct scheduler *c, uint32_t node, unsigned closed);
void nodes_open(struct scheduler *c, uint32_t node, unsigned closed);

/* The fullest open node with `units` to spare, and the first without any job; WORLD_NONE when there is none. */
uint32_t nodes_with_room(const struct scheduler *c, const struct queue *q, unsigned units);
uint32_t nodes_whole(const struct scheduler *c, const struct queue *q);

/* How many nodes the queue can have, with all that it shares. */
uint32_t nodes_of(const struct scheduler *c, const struct queue *q);

void nodes_take(struct scheduler *c, uint32_t node, unsigned units, int64_t until_ms);
void nodes_give(struct scheduler *c, uint32_t node, unsigned units);

/* Keeps the nodes that are free first for a large job that would starve behind small ones; false when the queue
 * keeps too many already. */
bool nodes_claim(struct scheduler *c, struct queue *q, uint32_t job);
/* Whether all nodes of the claim have room for the job. */
bool nodes_claim_ready(const struct scheduler *c, const struct claim *claim);
void nodes_unclaim(struct scheduler *c, struct claim *claim);
struct claim *nodes_claim_of(struct queue *q, uint32_t job); /* or NULL */

/* A node goes out of service (its jobs are the caller's business), or comes back. */
void nodes_out(struct scheduler *c, uint32_t node, enum node_closed how, int64_t now_ms);
void nodes_back(struct scheduler *c, uint32_t node, int64_t now_ms);

#endif
