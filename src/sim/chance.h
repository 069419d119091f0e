#ifndef HUBTOP_SIM_CHANCE_H
#define HUBTOP_SIM_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

/* A stream of pseudo-random numbers (splitmix64: Steele, Lea, Flood 2014). Only integers and IEEE basic operations, no
 * libm: the same world on every machine. */
struct chance {
    uint64_t state;
};

uint64_t chance_next(struct chance *c);
uint32_t chance_below(struct chance *c, uint32_t n);          /* 0 .. n-1; 0 for n = 0 */
bool chance_hits(struct chance *c, uint32_t per_mille);       /* true in so many of 1000 cases */
double chance_unit(struct chance *c);                         /* [0, 1) */
int64_t chance_wait_ms(struct chance *c, double rate_per_ms); /* exponential; very long for a rate of 0 */

/* Draws from the distribution with these 10, 50, 90 and 99 % quantiles: straight lines between them, from half the
 * first to 1.3 times the last. */
double chance_quantiles(struct chance *c, const float q[4]);

/* A number in [0, 1) that belongs to the key alone; and one that wanders with time: a curve without corners through a
 * number for each step. No stream is touched: any moment can be asked for, in any order. */
double chance_fixed(uint64_t key);
double chance_wander(uint64_t key, int64_t t_ms, int64_t step_ms);

#endif
