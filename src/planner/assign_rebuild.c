#include "assign_inside.h"

/* An assignment from a filling of the knapsacks (Lagrangian heuristic: Haddadi, Ouzia 2004): each job where one took it,
 * where it is cheapest if more did; then the jobs that none took, first those that lose most by not getting their best. */

enum { LEFT_MAX = 256 }; /* above it, in order: the best of all pairs takes too long */

static void take_filling(struct assign *s)
{
    const struct assign_problem *p = s->p;
    struct assign_search *a = &s->search;
    const struct assign_knaps *k = &s->knaps;
    for (int32_t i = 0; i < k->chosen_count; i++) {
        int32_t o = k->chosen[i], g = k->chosen_group[i], j = p->group_jobs[g];
        while (j < p->group_jobs[g + 1] && a->choice[j] >= 0)
            j++;
        if (j == p->group_jobs[g + 1]) {
            j--;
            if (p->cost[o] > p->cost[a->choice[j]])
                continue;
            assign_search_put(s, a->choice[j], -1);
        }
        a->choice[j] = o;
        assign_search_put(s, o, 1);
    }
}

/* What the job loses if it does not get its best option, which is `best`. */
static int64_t regret(const struct assign *s, int32_t job, int32_t *best)
{
    int32_t g = s->group[job];
    const int32_t *near = s->near + s->p->group_options[g];
    int64_t first = assign_search_change(s, near[0], 1), second = INT64_MAX;
    *best = near[0];
    for (int32_t c = 1; c < s->near_count[g]; c++) {
        int64_t cost = assign_search_change(s, near[c], 1);
        if (cost < first) {
            second = first;
            first = cost;
            *best = near[c];
        } else if (cost < second) {
            second = cost;
        }
    }
    return second == INT64_MAX ? second : second - first;
}

static void place_left(struct assign *s, int32_t left)
{
    struct assign_search *a = &s->search;
    while (left > 0) {
        int64_t most = -1;
        int32_t which = left - 1, take = -1;
        for (int32_t i = left - 1; i >= 0 && (left <= LEFT_MAX || i == left - 1); i--) {
            int32_t best;
            int64_t loss = regret(s, a->left[i], &best);
            if (loss > most) {
                most = loss;
                which = i;
                take = best;
            }
        }
        a->choice[a->left[which]] = take;
        assign_search_put(s, take, 1);
        a->left[which] = a->left[--left];
    }
}

void assign_rebuild(struct assign *s)
{
    struct assign_search *a = &s->search;
    int32_t left = 0;
    for (int32_t j = 0; j < s->jobs; j++) {
        assign_search_put(s, a->choice[j], -1);
        a->choice[j] = -1;
    }
    take_filling(s);
    for (int32_t j = 0; j < s->jobs; j++)
        if (a->choice[j] < 0)
            a->left[left++] = j;
    place_left(s, left);
    for (int32_t j = 0; j < s->jobs; j++)
        assign_search_choose(s, j, a->choice[j]);
}
