#include "sim/chance.h"

static const int64_t wait_max_ms = INT64_C(400) * 86400 * 1000;

uint64_t chance_next(struct chance *c)
{
    uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t chance_below(struct chance *c, uint32_t n)
{
    return (uint32_t)(((chance_next(c) >> 32) * n) >> 32);
}

bool chance_hits(struct chance *c, uint32_t per_mille)
{
    return chance_below(c, 1000) < per_mille;
}

double chance_unit(struct chance *c)
{
    return (double)(chance_next(c) >> 11) * 0x1p-53;
}

/* -ln(u) for a uniform u of (0, 1]: the leading zeros of 64 random bits are the exponent, the rest the mantissa m of
 * [1, 2), and ln m = 2 artanh((m-1)/(m+1)). */
static double exponential(struct chance *c)
{
    static const double ln2 = 0.693147180559945309417;
    uint64_t bits = chance_next(c) | 1;
    int zeros = 0;
    double m, x, xx;

    for (; !(bits >> 63); bits <<= 1)
        zeros++;
    m = (double)(bits >> 11) * 0x1p-52;
    x = (m - 1) / (m + 1);
    xx = x * x;
    return (zeros + 1) * ln2 - 2 * x * (1 + xx * (1 / 3. + xx * (1 / 5. + xx * (1 / 7. + xx * (1 / 9. + xx / 11.)))));
}

int64_t chance_wait_ms(struct chance *c, double rate_per_ms)
{
    double e = exponential(c);

    return e >= rate_per_ms * (double)wait_max_ms ? wait_max_ms : (int64_t)(e / rate_per_ms) + 1;
}

double chance_quantiles(struct chance *c, const float q[4])
{
    const double at[] = {0, 0.10, 0.50, 0.90, 0.99, 1};
    const double value[] = {q[0] / 2., q[0], q[1], q[2], q[3], q[3] * 1.3};
    double u = chance_unit(c);
    unsigned i = 0;

    while (u >= at[i + 1])
        i++;
    return value[i] + (value[i + 1] - value[i]) * (u - at[i]) / (at[i + 1] - at[i]);
}

double chance_fixed(uint64_t key)
{
    return chance_unit(&(struct chance){key});
}

double chance_wander(uint64_t key, int64_t t_ms, int64_t step_ms)
{
    int64_t step = t_ms / step_ms - (t_ms % step_ms < 0);
    double part = (double)(t_ms - step * step_ms) / (double)step_ms;
    double a = chance_fixed(key ^ (uint64_t)step << 20), b = chance_fixed(key ^ (uint64_t)(step + 1) << 20);

    return a + (b - a) * part * part * (3 - 2 * part);
}
