#include <stdlib.h>

#include "base/mem.h"
#include "sources/alertmanager.h"

void alertmanager_table_clear(struct alertmanager_table *t)
{
    rows_clear(&t->alerts);
    rows_clear(&t->silences);
    arena_reset(&t->arena);
    t->group_count = t->by_id_count = 0;
}

void alertmanager_table_release(struct alertmanager_table *t)
{
    rows_release(&t->alerts);
    rows_release(&t->silences);
    arena_release(&t->arena);
    free(t->by_id);
    free(t->groups);
    *t = (struct alertmanager_table){0};
}

void alertmanager_table_group(struct alertmanager_table *t, struct safe_text alert, struct safe_text labels)
{
    if (t->group_count == t->group_cap) {
        t->group_cap = t->group_cap > 0 ? 2 * t->group_cap : 64;
        t->groups = mem_grow(t->groups, t->group_cap, sizeof *t->groups);
    }
    t->groups[t->group_count++] = (struct alertmanager_group){rows_text(&t->arena, alert), labels};
}

/* --- looking up */

static int row_order(const void *a, const void *b)
{
    const struct row *const *x = a, *const *y = b;
    int order = text_cmp((*x)->id, (*y)->id);
    return order != 0 ? order : (*x > *y) - (*x < *y);
}

static int group_order(const void *a, const void *b)
{
    const struct alertmanager_group *x = a, *y = b;
    int order = text_cmp(x->alert, y->alert);
    return order != 0 ? order : text_cmp(x->labels, y->labels);
}

/* Told twice, the first stands. */
static void index_make(struct alertmanager_table *t)
{
    size_t n = 0;
    free(t->by_id);
    t->by_id = mem_new(t->alerts.count + 1, sizeof *t->by_id);
    for (size_t i = 0; i < t->alerts.count; i++)
        t->by_id[i] = &t->alerts.all[i];
    qsort(t->by_id, t->alerts.count, sizeof *t->by_id, row_order);
    for (size_t i = 0; i < t->alerts.count; i++) {
        if (n == 0 || !text_equal(t->by_id[n - 1]->id, t->by_id[i]->id))
            t->by_id[n++] = t->by_id[i];
    }
    t->by_id_count = n;
    if (t->group_count > 1)
        qsort(t->groups, t->group_count, sizeof *t->groups, group_order);
}

static struct row *alert_of(const struct alertmanager_table *t, struct safe_text id)
{
    const struct row key = {.id = id};
    size_t low = 0, high = t->by_id_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(t->by_id[middle]->id, key.id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->by_id_count && text_equal(t->by_id[low]->id, id) ? &t->alerts.all[t->by_id[low] - t->alerts.all]
                                                                     : NULL;
}

static const struct alertmanager_group *group_of(const struct alertmanager_table *t, struct safe_text id)
{
    size_t low = 0, high = t->group_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(t->groups[middle].alert, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->group_count && text_equal(t->groups[low].alert, id) ? &t->groups[low] : NULL;
}

/* There are few silences, and hardly an alert has two. */
static struct row *silence_of(const struct alertmanager_table *t, struct safe_text id)
{
    for (size_t i = 0; i < t->silences.count; i++) {
        if (text_equal(t->silences.all[i].id, id))
            return &t->silences.all[i];
    }
    return NULL;
}

/* --- what follows */

static void count_up(struct value *v)
{
    *v = value_int(value_int_or(v, 0) + 1);
}

static void silences_take(const struct alertmanager_table *t, struct row *alert)
{
    struct safe_text rest = value_text_or(&alert->cells[ALERT_SILENCED_BY], ""), id;
    int64_t last_ms = 0;
    while (value_list_next(&rest, &id)) {
        struct row *silence = silence_of(t, id);
        if (!silence)
            continue;
        count_up(&silence->cells[SILENCE_ALERTS]);
        int64_t end_ms = value_int_or(&silence->cells[SILENCE_ENDS_AT], 0);
        last_ms = end_ms > last_ms ? end_ms : last_ms;
    }
    if (last_ms > 0)
        alert->cells[ALERT_SILENCED_UNTIL] = value_time(last_ms);
}

/* The first of those that hide it which is there itself; none is its own explanation. */
static void parent_take(const struct alertmanager_table *t, struct row *alert)
{
    struct safe_text rest = value_text_or(&alert->cells[ALERT_INHIBITED_BY], ""), id;
    while (value_list_next(&rest, &id)) {
        struct row *parent = alert_of(t, id);
        if (!parent || parent == alert)
            continue;
        alert->cells[ALERT_PARENT] = value_text(parent->id);
        count_up(&parent->cells[ALERT_CHILDREN]);
        return;
    }
}

void alertmanager_table_settle(struct alertmanager_table *t, bool alerts)
{
    index_make(t);
    if (!alerts)
        return;
    for (size_t i = 0; i < t->silences.count; i++)
        t->silences.all[i].cells[SILENCE_ALERTS] = value_int(0);
    for (size_t i = 0; i < t->alerts.count; i++)
        t->alerts.all[i].cells[ALERT_CHILDREN] = value_int(0);
    for (size_t i = 0; i < t->by_id_count; i++) {
        struct row *alert = &t->alerts.all[t->by_id[i] - t->alerts.all];
        const struct alertmanager_group *group = group_of(t, alert->id);
        silences_take(t, alert);
        parent_take(t, alert);
        if (group)
            alert->cells[ALERT_ALERT_GROUP] = value_text(group->labels);
    }
}
