#include <stdlib.h>
#include <string.h>

#include "assign_inside.h"
#include "base/mem.h"

/* Some jobs of some agents are set free and assigned anew as well as possible, the others staying (large neighbourhood:
 * Shaw 1998), by branch and bound. A node's bound is the Lagrangian of the whole, for what is left: each agent's knapsack
 * of the jobs that are still free in the room that it still has, read from tables. */

enum {
    AGENTS_MAX = 16,
    JOBS_MAX = 100,
    CELLS_MAX = 512,
    AGENTS_TRIED = 24,
    NODES_MAX = 1000,
    SIZE_FIRST = 12,
    JOBS_SEEN = 4096,
    HELD_PART = 5, /* as many times the jobs to take are at the agents, at least */
    SEEN_PART = 16,
    SHAKE_PART = 2
};

struct choice {
    int64_t cost; /* with noise, scaled */
    int32_t option, amount;
};

struct assign_region {
    int32_t agents, jobs, nodes, size; /* size: how many jobs to take, as many as can mostly be solved */
    int32_t streak;
    int32_t agent[AGENTS_MAX], row[AGENTS_MAX], room[AGENTS_MAX], shift[AGENTS_MAX];
    int32_t job[JOBS_MAX], old[JOBS_MAX], best[JOBS_MAX], now[JOBS_MAX], now_at[JOBS_MAX];
    struct choice choice[JOBS_MAX][AGENTS_MAX];
    int64_t rest[JOBS_MAX + 1]; /* what the jobs from here on are worth */
    int64_t least;
    int32_t order[JOBS_MAX][AGENTS_MAX], count[JOBS_MAX];
    int64_t bound[JOBS_MAX][AGENTS_MAX], sum[JOBS_MAX + 1];
    int32_t value[AGENTS_MAX][(JOBS_MAX + 1) * (CELLS_MAX + 1) + 8];
    int down; /* profits in the tables are without this many bits, rounded up */
    int64_t work;
};

void assign_region_init(struct assign *s)
{
    s->region = mem_new(1, sizeof *s->region);
    s->region->size = SIZE_FIRST;
}

void assign_region_free(struct assign *s)
{
    free(s->region);
}

static int32_t agent_index(const struct assign_region *x, int32_t agent)
{
    int32_t i = 0;
    while (i < x->agents && x->agent[i] != agent)
        i++;
    return i;
}

/* An agent, and others that one of its jobs could be at, the nearer the likelier: as many as hold some times the jobs to take. */
static void gather_agents(struct assign *s, struct assign_region *x)
{
    const struct assign_problem *p = s->p;
    int32_t job = (int32_t)assign_random(s, (uint32_t)s->jobs), g = s->group[job], held = 0;

    x->agents = 0;
    x->agent[x->agents++] = p->agent[s->search.choice[job]];
    for (int t = 0; t < AGENTS_TRIED && x->agents < AGENTS_MAX && (x->agents < 2 || held < x->size * HELD_PART); t++) {
        int32_t at = (int32_t)assign_random(s, assign_random(s, (uint32_t)s->near_count[g]) + 1);
        int32_t agent = p->agent[s->near[p->group_options[g] + at]];
        if (agent_index(x, agent) == x->agents)
            x->agent[x->agents++] = agent;
        held = s->jobs / p->agents * x->agents;
    }
}

/* What a job loses by its best other option among the agents, at the rows' prices; INT64_MAX: it has none. */
static int64_t loss(const struct assign *s, struct assign_region *x, int32_t job)
{
    const struct assign_problem *p = s->p;
    int32_t g = s->group[job], now = s->search.choice[job];

    for (int32_t c = 0; c < s->near_count[g]; c++) {
        int32_t o = s->near[p->group_options[g] + c];
        x->work += 2;
        if (o != now && agent_index(x, p->agent[o]) < x->agents)
            return assign_reduced(s, s->price, o) - assign_reduced(s, s->price, now);
    }
    return INT64_MAX;
}

/* Into its place among the jobs to take, which are those of the least scores. */
static void rank(struct assign_region *x, int64_t *score, int32_t job, int64_t its)
{
    int32_t at = x->jobs;

    if (at == x->size && its >= score[at - 1])
        return;
    if (at < x->size)
        x->jobs++;
    else
        at--;
    for (; at > 0 && score[at - 1] > its; at--) {
        score[at] = score[at - 1];
        x->job[at] = x->job[at - 1];
    }
    score[at] = its;
    x->job[at] = job;
}

/* Of the agents' jobs those that lose least by another of them, shaken: what would lose much stays where it is anyway. */
static void gather(struct assign *s, struct assign_region *x)
{
    int64_t score[JOBS_MAX], shake = s->search.base / SHAKE_PART + 1;
    int32_t seen = 0, k = (int32_t)assign_random(s, (uint32_t)s->jobs);

    gather_agents(s, x);
    x->jobs = 0;
    for (int32_t i = 0; i < s->jobs && i < JOBS_SEEN && seen < x->size * SEEN_PART;
         i++, k = k + 1 < s->jobs ? k + 1 : 0) {
        if (agent_index(x, s->p->agent[s->search.choice[k]]) == x->agents)
            continue;
        int64_t its = loss(s, x, k);
        seen++;
        if (its < INT64_MAX)
            rank(x, score, k, its + (shake * (int64_t)assign_random(s, 1024) >> 10));
    }
}

static inline int32_t first_row(const struct assign_problem *p, int32_t o)
{
    return p->option_uses[o] < p->option_uses[o + 1] ? p->row[p->option_uses[o]] : -1;
}

/* The choices of each free job among the agents, and what the present ones cost together. */
static void list_choices(struct assign *s, struct assign_region *x)
{
    const struct assign_problem *p = s->p;
    int64_t heat = s->search.heat;
    x->least = 0;
    for (int32_t a = 0; a < x->agents; a++)
        x->row[a] = -1;
    for (int32_t i = 0; i < x->jobs; i++) {
        int32_t g = s->group[x->job[i]];
        for (int32_t a = 0; a < x->agents; a++)
            x->choice[i][a].option = -1;
        for (int32_t c = 0; c < s->near_count[g]; c++) {
            int32_t o = s->near[p->group_options[g] + c], a = agent_index(x, p->agent[o]), row = first_row(p, o);
            if (a == x->agents)
                continue;
            int64_t noise =
                heat > 0 ? heat * s->search.minus_log[assign_random(s, 1 << ASSIGN_LOG_BITS)] >> ASSIGN_LOG_SHIFT : 0;
            struct choice *one = &x->choice[i][a];
            *one = (struct choice){.cost = p->cost[o] * (INT64_C(1) << s->scale) + noise, .option = o};
            if (x->row[a] < 0)
                x->row[a] = row;
            if (row >= 0 && x->row[a] == row)
                one->amount = p->amount[p->option_uses[o]];
            if (o == x->old[i])
                x->least += one->cost;
        }
    }
}

/* Each agent's room, in cells; amounts rounded down to cells, so that the knapsack only gets easier. */
static void measure_rooms(struct assign *s, struct assign_region *x)
{
    for (int32_t a = 0; a < x->agents; a++) {
        int64_t room = x->row[a] < 0 ? 0 : s->capacity[x->row[a]] - s->search.load[x->row[a]], all = 0;
        for (int32_t i = 0; i < x->jobs; i++)
            all += x->choice[i][a].amount;
        room = room < 0 ? 0 : room > all ? all : room;
        x->shift[a] = 0;
        while (room >> x->shift[a] > CELLS_MAX)
            x->shift[a]++;
        x->room[a] = (int32_t)(room >> x->shift[a]);
        for (int32_t i = 0; i < x->jobs; i++)
            x->choice[i][a].amount >>= x->shift[a];
    }
}

typedef int32_t four __attribute__((vector_size(16)));

/* to[i] = max(without[i], with[i] + profit), four at a time. */
static void best_of(int32_t *to, const int32_t *without, const int32_t *with, int32_t n, int32_t profit)
{
    int32_t i = 0;
    for (; i + 4 <= n; i += 4) {
        four a, b;
        memcpy(&a, without + i, sizeof a);
        memcpy(&b, with + i, sizeof b);
        b += profit;
        four more = b > a;
        a = (b & more) | (a & ~more);
        memcpy(to + i, &a, sizeof a);
    }
    for (; i < n; i++)
        to[i] = with[i] + profit > without[i] ? with[i] + profit : without[i];
}

/* value[a][i][c]: the most that agent a gets from the jobs from i on in c cells. */
static void fill_tables(struct assign *s, struct assign_region *x)
{
    x->rest[x->jobs] = 0;
    for (int32_t i = x->jobs - 1; i >= 0; i--)
        x->rest[i] = x->rest[i + 1] + assign_knaps_worth(s, s->group[x->job[i]]);
    int64_t most = 0;
    for (int32_t i = 0; i < x->jobs; i++)
        for (int32_t a = 0; a < x->agents; a++)
            if (x->choice[i][a].option >= 0 && x->rest[i] - x->rest[i + 1] - x->choice[i][a].cost > most)
                most = x->rest[i] - x->rest[i + 1] - x->choice[i][a].cost;
    x->down = 0;
    while (most >> x->down > (1 << 30) / JOBS_MAX)
        x->down++;
    for (int32_t a = 0; a < x->agents; a++) {
        int32_t room = x->room[a], width = room + 1;
        int32_t *value = x->value[a];
        memset(value + (size_t)x->jobs * (size_t)width, 0, (size_t)width * sizeof *value);
        for (int32_t i = x->jobs - 1; i >= 0; i--) {
            const struct choice *one = &x->choice[i][a];
            const int32_t *from = value + (size_t)(i + 1) * (size_t)width;
            int32_t *to = value + (size_t)i * (size_t)width;
            int64_t profit = x->rest[i] - x->rest[i + 1] - one->cost;
            bool never = one->option < 0 || profit <= 0 || one->amount >= width;
            int32_t free = never ? width : one->amount;
            memcpy(to, from, (size_t)free * sizeof *to);
            best_of(to + free, from + free, from, width - free, (int32_t)(-(-profit >> x->down)));
        }
        x->work += (int64_t)x->jobs * width / 6;
    }
}

/* The choices of the job at depth d that can still lead to something better, the most promising first. */
static void branch(struct assign_region *x, int32_t d)
{
    int64_t all = 0;
    int32_t n = 0;
    for (int32_t a = 0; a < x->agents; a++)
        all += x->value[a][(size_t)(d + 1) * (size_t)(x->room[a] + 1) + (size_t)x->now_at[a]];
    for (int32_t a = 0; a < x->agents; a++) {
        const struct choice *one = &x->choice[d][a];
        if (one->option < 0 || one->amount > x->now_at[a])
            continue;
        const int32_t *value = x->value[a] + (size_t)(d + 1) * (size_t)(x->room[a] + 1) + x->now_at[a];
        int64_t bound =
            x->sum[d] + one->cost + x->rest[d + 1] - (all - value[0] + value[-one->amount]) * (INT64_C(1) << x->down);
        if (bound >= x->least)
            continue;
        int32_t to = n++;
        for (; to > 0 && x->bound[d][to - 1] > bound; to--) {
            x->bound[d][to] = x->bound[d][to - 1];
            x->order[d][to] = x->order[d][to - 1];
        }
        x->bound[d][to] = bound;
        x->order[d][to] = a;
    }
    x->count[d] = n;
}

static void explore(struct assign *s, struct assign_region *x)
{
    int32_t d = 0, next[JOBS_MAX];
    for (int32_t a = 0; a < x->agents; a++)
        x->now_at[a] = x->room[a];
    x->sum[0] = 0;
    x->nodes = 0;
    next[0] = 0;
    branch(x, 0);
    while (d >= 0) {
        if (next[d] >= x->count[d] || x->bound[d][next[d]] >= x->least || x->nodes > NODES_MAX) {
            if (--d >= 0) {
                int32_t a = x->order[d][next[d] - 1];
                x->now_at[a] += x->choice[d][a].amount;
                assign_search_put(s, x->choice[d][a].option, -1);
            }
            continue;
        }
        int32_t a = x->order[d][next[d]++];
        const struct choice *one = &x->choice[d][a];
        x->nodes++;
        if (!assign_holds(s, one->option))
            continue;
        x->now[d] = one->option;
        x->sum[d + 1] = x->sum[d] + one->cost;
        if (d + 1 == x->jobs) {
            x->least = x->sum[d + 1];
            memcpy(x->best, x->now, sizeof x->best);
            continue;
        }
        x->now_at[a] -= one->amount;
        assign_search_put(s, one->option, 1);
        d++;
        next[d] = 0;
        branch(x, d);
    }
}

/* As many jobs a region as can mostly be solved to the end. */
static void resize(struct assign_region *x)
{
    bool solved = x->nodes <= NODES_MAX;
    x->streak = solved == (x->streak > 0) ? x->streak + (solved ? 1 : -1) : solved ? 1 : -1;
    if (x->streak > 8 || x->streak < -3) {
        x->size += solved ? 1 : -1;
        x->size = x->size < 3 ? 3 : x->size > JOBS_MAX ? JOBS_MAX : x->size;
        x->streak = 0;
    }
}

int64_t assign_region_step(struct assign *s)
{
    struct assign_region *x = s->region;
    int32_t seen = s->jobs < JOBS_SEEN ? s->jobs : JOBS_SEEN;
    x->work = 0;
    gather(s, x);
    if (x->jobs == 0)
        return x->work + seen + 200;
    for (int32_t i = 0; i < x->jobs; i++) {
        x->old[i] = x->best[i] = s->search.choice[x->job[i]];
        assign_search_put(s, x->old[i], -1);
    }
    list_choices(s, x);
    measure_rooms(s, x);
    fill_tables(s, x);
    explore(s, x);
    for (int32_t i = 0; i < x->jobs; i++) {
        assign_search_put(s, x->best[i], 1);
        if (x->best[i] != x->old[i])
            assign_search_choose(s, x->job[i], x->best[i]);
    }
    resize(x);
    return x->work + ((int64_t)x->nodes * 4 + x->jobs * 12) * x->agents + seen + 200;
}
