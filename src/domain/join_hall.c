#include <stdlib.h>

#include "base/mem.h"
#include "domain/hall.h"
#include "domain/join_private.h"

/* What is remembered of halls from poll to poll. There are few of them, and they do not come and go. */
struct join_hall_memory {
    struct ids ids;
    struct hall_watch *all;
    size_t cap;
};

static struct hall_watch *watch_of(struct join *j, struct safe_text hall)
{
    if (j->hall_memory == NULL)
        j->hall_memory = mem_new(1, sizeof *j->hall_memory);
    struct join_hall_memory *m = j->hall_memory;
    size_t had = m->ids.count, at = ids_put(&m->ids, hall, text_of(""));
    if (at >= m->cap) {
        m->cap = m->cap > 0 ? m->cap * 2 : 32;
        m->all = mem_grow(m->all, m->cap, sizeof *m->all);
    }
    if (at == had)
        m->all[at] = (struct hall_watch){0};
    return &m->all[at];
}

void join_hall_remember(struct join *j, const struct row *hall)
{
    int64_t since_ms = value_int_or(&hall->cells[HALL_INLET_WARM_SINCE], 0);

    if (since_ms > 0)
        watch_of(j, hall->id)->warm_since_ms = since_ms;
}

void join_hall_judge(struct join *j, struct join_row *out, int64_t now_ms)
{
    hall_watch_note(watch_of(j, out->row.id), now_ms, &out->row, j->limits);
}

void join_hall_release(struct join *j)
{
    if (j->hall_memory == NULL)
        return;
    ids_release(&j->hall_memory->ids);
    free(j->hall_memory->all);
    free(j->hall_memory);
    j->hall_memory = NULL;
}
