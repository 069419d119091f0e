#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_inside.h"
#include "planner/divisor.h"

/* The row of a level that was reached. */
struct level_row {
    const int64_t *value;
    int64_t *least;  /* of each group */
    int64_t room;    /* what the jobs may use above the least of their groups */
    int64_t divisor; /* of all amounts, at least 1 */
    int shift;       /* bits that 32 do not hold */
};

static void measure(struct level_row *l, const struct plan_model *m, int level, int64_t reached)
{
    const struct assign_problem *p = &m->problem;
    *l = (struct level_row){.value = m->levels[level].value, .room = reached};
    l->least = mem_new((size_t)p->groups, sizeof *l->least);
    for (int32_t g = 0; g < p->groups; g++) {
        int64_t least = INT64_MAX;
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
            least = l->value[o] < least ? l->value[o] : least;
        l->least[g] = least;
        if (least != INT64_MAX)
            l->room -= least * (p->group_jobs[g + 1] - p->group_jobs[g]);
    }
    int64_t most = 0;
    for (int32_t g = 0; g < p->groups; g++)
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            int64_t above = l->value[o] - l->least[g];
            if (above > l->room)
                continue;
            l->divisor = divisor_common(above, l->divisor);
            most = above > most ? above : most;
        }
    l->divisor = l->divisor > 0 ? l->divisor : 1;
    /* What is above the room is cut to just above it. */
    most = most < l->room ? most : l->room;
    while (most / l->divisor >> l->shift >= INT32_MAX - 1)
        l->shift++;
}

static int64_t room_of(const struct level_row *l, int64_t room)
{
    return room / l->divisor >> l->shift;
}

/* An option that uses more than the room uses just more than what is left of it after rounding. */
static int32_t amount_of(const struct level_row *l, int64_t above, int64_t capacity)
{
    if (above > l->room)
        return (int32_t)(capacity < INT32_MAX - 1 ? capacity + 1 : INT32_MAX);
    return (int32_t)room_of(l, above);
}

static void add_uses(struct plan_rows *r, const struct plan_model *m, const struct level_row *rows, int level)
{
    const struct assign_problem *p = &m->problem;
    int32_t uses = 0;
    for (int32_t g = 0; g < p->groups; g++)
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            int32_t own = p->option_uses[o + 1] - p->option_uses[o];
            if (own > 0) {
                memcpy(r->row + uses, p->row + p->option_uses[o], (size_t)own * sizeof *r->row);
                memcpy(r->amount + uses, p->amount + p->option_uses[o], (size_t)own * sizeof *r->amount);
            }
            uses += own;
            for (int k = 0; k < level; k++) {
                int32_t amount = amount_of(&rows[k], rows[k].value[o] - rows[k].least[g], r->capacity[p->rows + k]);
                if (amount == 0)
                    continue;
                r->row[uses] = p->rows + k;
                r->amount[uses++] = amount;
            }
            r->option_uses[o + 1] = uses;
        }
}

void plan_rows_init(struct plan_rows *r, const struct plan_model *m, int level, const int64_t *reached)
{
    const struct assign_problem *p = &m->problem;
    struct level_row rows[PLAN_LEVELS_MAX];
    size_t options = (size_t)assign_problem_options(p);
    *r = (struct plan_rows){.problem = *p};
    r->problem.cost = m->levels[level].value;
    if (level == 0 || options == 0)
        return;
    size_t uses = (size_t)p->option_uses[options] + options * (size_t)level;
    r->option_uses = mem_new(options + 1, sizeof *r->option_uses);
    r->row = mem_new(uses, sizeof *r->row);
    r->amount = mem_new(uses, sizeof *r->amount);
    r->capacity = mem_new((size_t)(p->rows + level), sizeof *r->capacity);
    if (p->rows > 0)
        memcpy(r->capacity, p->capacity, (size_t)p->rows * sizeof *r->capacity);
    for (int k = 0; k < level; k++) {
        measure(&rows[k], m, k, reached[k]);
        r->unit[k] = (double)rows[k].divisor * (double)(INT64_C(1) << rows[k].shift);
        r->capacity[p->rows + k] = room_of(&rows[k], rows[k].room);
    }
    add_uses(r, m, rows, level);
    for (int k = 0; k < level; k++)
        free(rows[k].least);
    r->problem.rows += level;
    r->problem.option_uses = r->option_uses;
    r->problem.row = r->row;
    r->problem.amount = r->amount;
    r->problem.capacity = r->capacity;
}

void plan_rows_release(struct plan_rows *r)
{
    free(r->option_uses);
    free(r->row);
    free(r->amount);
    free(r->capacity);
    *r = (struct plan_rows){0};
}

void plan_rows_values(const struct plan_model *m, const int32_t *option, int64_t *values)
{
    int32_t jobs = assign_problem_jobs(&m->problem);
    for (int k = 0; k < m->level_count; k++) {
        values[k] = 0;
        for (int32_t j = 0; j < jobs; j++)
            values[k] += m->levels[k].value[option[j]];
    }
}
