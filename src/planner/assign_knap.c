#include "assign_knap.h"

#include <stdlib.h>
#include <string.h>

#include "assign_inside.h"
#include "base/mem.h"

void assign_knap_init(struct assign_knap *k)
{
    k->value = mem_new(ASSIGN_KNAP_CAPACITY_MAX + 1, sizeof *k->value);
    k->decided = mem_new(ASSIGN_KNAP_CELLS_MAX / 64 + ASSIGN_KNAP_CAPACITY_MAX / 64 + 2, sizeof *k->decided);
}

void assign_knap_release(struct assign_knap *k)
{
    free(k->value);
    free(k->decided);
    *k = (struct assign_knap){0};
}

/* By yield, the highest first; the same items come nearly in order each time. */
static void sort(struct assign_knap_item *item, int32_t n)
{
    for (int32_t gap = n > 64 ? 40 : 1; gap >= 1; gap = gap > 9 ? gap / 3 : gap > 1 ? 1 : 0)
        for (int32_t i = gap; i < n; i++) {
            struct assign_knap_item one = item[i];
            int32_t to = i;
            for (; to >= gap && item[to - gap].yield < one.yield; to -= gap)
                item[to] = item[to - gap];
            item[to] = one;
        }
}

/* Fills in order of yield; returns the profit and the yield of the first item that does not fit, -1 if all do. */
static int64_t fill(struct assign_knap_item *item, int32_t n, int64_t capacity, int64_t *price)
{
    int64_t profit = 0;
    *price = -1;
    for (int32_t i = 0; i < n; i++) {
        item[i].in = item[i].amount <= capacity;
        if (item[i].in) {
            capacity -= item[i].amount;
            profit += item[i].profit;
        } else if (*price < 0) {
            *price = item[i].yield;
        }
    }
    return profit;
}

static inline int64_t beyond(const struct assign_knap_item *item, int64_t price)
{
    return item->profit - assign_clamp((assign_wide)price * item->amount >> ASSIGN_PRICE_BITS);
}

/* The core exactly: `core` items of `item` from `from` on, `room` left for them. */
static int64_t core_best(struct assign_knap *k, struct assign_knap_item *item, int32_t core, int32_t room)
{
    int32_t width = room / 64 + 1;
    memset(k->value, 0, ((size_t)room + 1) * sizeof *k->value);
    memset(k->decided, 0, (size_t)width * (size_t)core * sizeof *k->decided);
    for (int32_t i = 0; i < core; i++) {
        uint64_t *bits = k->decided + (size_t)i * (size_t)width;
        for (int32_t c = room; c >= item[i].amount; c--) {
            int64_t with = k->value[c - item[i].amount] + item[i].profit;
            if (with > k->value[c]) {
                k->value[c] = with;
                bits[c / 64] |= UINT64_C(1) << (c % 64);
            }
        }
    }
    int32_t c = room;
    for (int32_t i = core - 1; i >= 0; i--) {
        item[i].in = k->decided[(size_t)i * (size_t)width + (size_t)(c / 64)] >> (c % 64) & 1;
        c -= item[i].in ? item[i].amount : 0;
    }
    return k->value[room];
}

int64_t assign_knap_solve(struct assign_knap *k, struct assign_knap_item *item, int32_t n, int64_t capacity,
                          int64_t *work)
{
    int64_t price, all = 0;
    sort(item, n);
    int64_t filled = fill(item, n, capacity, &price);
    *work += (int64_t)n * 8;
    if (price < 0)
        return filled;
    /* At any price no filling is worth more than this. */
    assign_wide bound = ((assign_wide)price * capacity + (1 << ASSIGN_PRICE_BITS) - 1) >> ASSIGN_PRICE_BITS;
    for (int32_t i = 0; i < n; i++)
        bound += beyond(&item[i], price) > 0 ? beyond(&item[i], price) : 0;
    int64_t slack = assign_clamp(bound - filled), room = capacity;
    int32_t core = 0;
    int64_t core_amount = 0;
    if (slack <= 0)
        return filled;
    /* What would lose more than the slack by being out, is in, and the other way round; the rest comes first. */
    for (int32_t i = 0; i < n; i++) {
        int64_t b = beyond(&item[i], price);
        if (b > slack) {
            room -= item[i].amount;
            all += item[i].profit;
        } else if (b >= -slack) {
            struct assign_knap_item swap = item[core];
            item[core] = item[i];
            item[i] = swap;
            core_amount += item[core++].amount;
        }
    }
    room = room > core_amount ? core_amount : room;
    if (room < 0 || room > ASSIGN_KNAP_CAPACITY_MAX || room * core > ASSIGN_KNAP_CELLS_MAX)
        return assign_clamp(bound);
    *work += room * core;
    /* The filling at hand stands unless the core's best is better. */
    for (int32_t i = core; i < n; i++)
        item[i].in = beyond(&item[i], price) > 0;
    return all + core_best(k, item, core, (int32_t)room);
}
