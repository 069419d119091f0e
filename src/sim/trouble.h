#ifndef HUBTOP_SIM_TROUBLE_H
#define HUBTOP_SIM_TROUBLE_H

#include "sim/world.h"

/* Nodes that go out of service and come back: about one in a hundred is out at any time. */

void trouble_init(struct scheduler *c);
/* Some node gets into trouble, and the next trouble is planned. */
void trouble_happen(struct scheduler *c);

/* Takes a node out with a row of the catalogue, or with a note (copied) of somebody; down nodes lose their jobs. */
void trouble_out(struct scheduler *c, uint32_t node, size_t row, unsigned number);
void trouble_note(struct scheduler *c, uint32_t node, enum node_closed how, const char *note, const char *by);
/* Back in service. */
void trouble_over(struct scheduler *c, uint32_t node);
/* The row of a node that does not answer. */
size_t trouble_silent(void);

/* A maintenance window or a reserve begins or ends. */
void trouble_reserve(struct scheduler *c, const struct reservation *r, bool begins);

#endif
