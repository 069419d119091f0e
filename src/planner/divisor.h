#ifndef HUBTOP_SRC_PLANNER_DIVISOR_H
#define HUBTOP_SRC_PLANNER_DIVISOR_H

#include <stdint.h>

/* The greatest common divisor of two numbers that are not below 0 (Euclid, Elements VII, 2); that of a number and 0 is the number. */
int64_t divisor_common(int64_t a, int64_t b);

#endif
