#ifndef HUBTOP_COLLECTOR_ENDING_H
#define HUBTOP_COLLECTOR_ENDING_H

#include "io/loop.h"

/* The signals that ask a process to end stop the loop. */
bool ending_signals(struct loop *loop, struct err *err);

#endif
