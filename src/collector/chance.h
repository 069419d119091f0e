#ifndef HUBTOP_COLLECTOR_CHANCE_H
#define HUBTOP_COLLECTOR_CHANCE_H

/* A number of [0, 1) that nobody knows beforehand, for jitter. */
double chance_draw(void);

#endif
