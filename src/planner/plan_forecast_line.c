#include <stdlib.h>

#include "base/mem.h"
#include "planner/plan_forecast_inside.h"

enum { BITS = 64 };

void plan_forecast_line_init(struct line *l, size_t items)
{
    l->words = items / BITS + 1;
    l->here = mem_new(l->words, sizeof *l->here);
    l->any = mem_new(l->words / BITS + 1, sizeof *l->any);
}

void plan_forecast_line_release(struct line *l)
{
    free(l->here);
    free(l->any);
    *l = (struct line){0};
}

void plan_forecast_line_enter(struct line *l, uint32_t item)
{
    size_t word = item / BITS;

    l->here[word] |= UINT64_C(1) << item % BITS;
    l->any[word / BITS] |= UINT64_C(1) << word % BITS;
}

void plan_forecast_line_leave(struct line *l, uint32_t item)
{
    size_t word = item / BITS;

    l->here[word] &= ~(UINT64_C(1) << item % BITS);
    if (l->here[word] == 0)
        l->any[word / BITS] &= ~(UINT64_C(1) << word % BITS);
}

/* The first bit from `at` on of so many words, or SIZE_MAX. */
static size_t first_bit(const uint64_t *words, size_t count, size_t at)
{
    size_t i = at / BITS;
    uint64_t word = i < count ? words[i] & ~UINT64_C(0) << at % BITS : 0;

    while (word == 0 && ++i < count)
        word = words[i];
    return word == 0 ? SIZE_MAX : i * BITS + (size_t)__builtin_ctzll(word);
}

uint32_t plan_forecast_line_next(const struct line *l, uint32_t item)
{
    size_t word = item / BITS, at;

    if (word >= l->words)
        return FACT_NONE;
    at = first_bit(l->here, word + 1, item);
    if (at == SIZE_MAX) {
        word = first_bit(l->any, l->words / BITS + 1, word + 1);
        at = word == SIZE_MAX ? SIZE_MAX : first_bit(l->here, l->words, word * BITS);
    }
    return at == SIZE_MAX ? FACT_NONE : (uint32_t)at;
}
