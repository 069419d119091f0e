#include "sim/luggage.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"

enum { MINUTE_MS = 60 * 1000, GBIT_A_GB = 8 };

void luggage_pack(const struct scheduler *c, struct job *j)
{
    uint64_t of[2] = {hash_fnv(c->said->id, strlen(c->said->id)), j->number};

    if (j->key == 0)
        j->key = (uint32_t)(hash_fnv(of, sizeof of) >> 13) | 1;
}

/* Most have little, few have much: between the two ends as the cube. In tenths of a GB. */
double luggage_gb(const struct job *j)
{
    const struct work *w = &catalogue_works[j->work];
    double u = chance_fixed(j->key), low = (double)w->data_gb[0], high = (double)w->data_gb[1];

    return high > 0 ? floor((low + (high - low) * u * u * u) * 10) / 10 : NAN;
}

/* One in five writes none, whatever its kind; some write them rarely. */
static int64_t interval_ms(const struct job *j)
{
    static const uint8_t times[] = {1, 1, 2, 8};
    const struct work *w = &catalogue_works[j->work];

    if ((j->key >> 3) % 5 == 0)
        return 0;
    return (int64_t)w->checkpoint_min * times[(j->key >> 7) % sizeof times] * MINUTE_MS;
}

int64_t luggage_checkpoint_ms(const struct scheduler *c, const struct job *j)
{
    int64_t each = interval_ms(j), ran = c->now_ms - j->started_ms;

    if (j->state != JOB_RUNNING || each == 0 || ran < each)
        return LUGGAGE_NONE;
    return j->started_ms + ran / each * each;
}

int64_t luggage_takes_ms(const struct job *j, double gbps)
{
    double gb = luggage_gb(j);

    return gb > 0 ? (int64_t)ceil(gb * GBIT_A_GB / gbps) * 1000 : 0;
}
