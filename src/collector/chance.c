#include "collector/chance.h"

#include <stdint.h>
#include <sys/random.h>

#include "base/clock.h"

double chance_draw(void)
{
    uint32_t bits = 0;
    if (getrandom(&bits, sizeof bits, 0) != sizeof bits)
        bits = (uint32_t)clock_mono_us();
    return bits / 4294967296.0;
}
