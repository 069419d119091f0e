#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/query_room.h"

enum { RECORDS = 2000, ROUNDS = 60000 };

struct record {
    uint32_t place;
    size_t bytes;
    unsigned char fill;
};

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void write_record(struct query_room *room, struct record *r, uint64_t *seed)
{
    r->bytes = 1 + (size_t)(next(seed) % 100 == 0 ? next(seed) % 100000 : next(seed) % 200);
    r->fill = (unsigned char)next(seed);
    r->place = query_room_new(room, r->bytes);
    assert_int_not_equal(r->place, 0);
    memset(query_room_at(room, r->place), r->fill, r->bytes);
}

static void assert_whole(const struct query_room *room, const struct record *r)
{
    const unsigned char *at = query_room_at(room, r->place);
    for (size_t i = 0; i < r->bytes; i++)
        assert_int_equal(at[i], r->fill);
}

/* No record is touched by another that comes or goes. */
static void records_keep_their_bytes(void **state)
{
    (void)state;
    struct query_room room = {0};
    struct record *all = calloc(RECORDS, sizeof *all);
    uint64_t seed = 1;

    for (int i = 0; i < ROUNDS; i++) {
        struct record *r = &all[next(&seed) % RECORDS];
        if (r->place) {
            assert_whole(&room, r);
            query_room_free(&room, r->place, r->bytes);
        }
        write_record(&room, r, &seed);
    }
    for (int i = 0; i < RECORDS; i++)
        if (all[i].place)
            assert_whole(&room, &all[i]);
    query_room_release(&room);
    free(all);
}

/* What comes and goes for months takes no more than it took at once. */
static void what_is_freed_is_used_again(void **state)
{
    (void)state;
    struct query_room room = {0};
    uint32_t places[500];

    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 500; i++)
            places[i] = query_room_new(&room, i % 50 == 0 ? 20000 : 60);
        for (int i = 0; i < 500; i++)
            query_room_free(&room, places[i], i % 50 == 0 ? 20000 : 60);
    }
    assert_in_range(room.n_blocks, 11, 12);
    query_room_release(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_keep_their_bytes),
        cmocka_unit_test(what_is_freed_is_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
