#include <stdio.h>
#include <string.h>

#include "sources/slurm.h"

/* PrivateData hides other users' jobs from all but operators, and no answer says so; but diag counts all of them. It
 * counts every 30 s or so (job_states_ts), and jobs come and go in between: its count is compared with the most that was
 * visible around that time, and must be well above it several times running. One job of somebody else disproves it. */

enum {
    AROUND_S = 60, /* what was visible so long before a count, or since, might have been counted */
    COUNTS = 3,    /* so many counts running */
    MARGIN = 2,
    MARGIN_PART = 4, /* and a quarter */
};

void slurm_hidden_begin(struct slurm_hidden *h)
{
    h->seen = (struct slurm_hidden_seen){0};
    h->fresh = true;
}

void slurm_hidden_see(struct slurm_hidden *h, const struct value *user, const struct value *tasks, bool counts)
{
    struct safe_text name = value_text_or(user, "");
    struct slurm_hidden_seen *seen = &h->seen;
    bool fits = !text_empty(name) && text_len(name) < sizeof seen->user;
    seen->visible += counts ? value_int_or(tasks, 1) : 0;
    seen->unsure = seen->unsure || (counts && !value_known(tasks)) || !fits;
    if (!fits)
        return;
    if (seen->users == 0) {
        memcpy(seen->user, text_bytes(name), text_len(name));
        seen->user[text_len(name)] = '\0';
        seen->users = 1;
    } else if (!text_is(name, seen->user))
        seen->users = 2;
}

void slurm_hidden_count(struct slurm_hidden *h, const struct json *statistics, int64_t server_s)
{
    int64_t pending, running, at_s;
    h->server_s = server_s;
    h->counted = slurm_number(json_get(statistics, "jobs_pending"), &pending) == SLURM_NUMBER_KNOWN &&
                 slurm_number(json_get(statistics, "jobs_running"), &running) == SLURM_NUMBER_KNOWN &&
                 slurm_number(json_get(statistics, "job_states_ts"), &at_s) == SLURM_NUMBER_KNOWN && pending >= 0 &&
                 running >= 0 && pending < INT64_C(1) << 40 && running < INT64_C(1) << 40;
    if (!h->counted)
        return;
    h->count = pending + running;
    h->count_at_s = at_s;
}

/* The most that was visible around the count; false when we do not look long enough yet. */
static bool most_around(const struct slurm_hidden *h, int64_t *most)
{
    bool before = false;
    *most = 0;
    for (size_t i = 0; i < SLURM_HIDDEN_LOOKS; i++) {
        const struct slurm_hidden_look *look = &h->looks[i];
        if (look->at_s == 0 || look->at_s < h->count_at_s - AROUND_S)
            continue;
        before = before || look->at_s <= h->count_at_s;
        *most = look->visible > *most ? look->visible : *most;
    }
    return before;
}

static bool own_alone(const struct slurm_hidden *h, const char *asks)
{
    const struct slurm_hidden_seen *seen = &h->last;
    return !seen->unsure && (seen->users == 0 || (seen->users == 1 && (!asks || strcmp(seen->user, asks) == 0)));
}

static bool is_well_above(int64_t count, int64_t visible)
{
    return count > visible + visible / MARGIN_PART + MARGIN;
}

static void judge(struct slurm_hidden *h, bool alone)
{
    int64_t most;
    if (!h->counted || h->count_at_s == h->judged_at_s || !most_around(h, &most))
        return;
    h->judged_at_s = h->count_at_s;
    h->shown = most;
    bool fewer = alone && is_well_above(h->count, most);
    h->running = fewer ? h->running + 1 : 0;
    h->jobs = h->running >= COUNTS;
}

void slurm_hidden_end(struct slurm_hidden *h, const char *asks)
{
    if (h->fresh)
        h->last = h->seen;
    h->fresh = false;
    bool alone = own_alone(h, asks);
    if (h->server_s == 0)
        return;
    h->looks[h->next] = (struct slurm_hidden_look){.at_s = h->server_s, .visible = h->last.visible};
    h->next = (h->next + 1) % SLURM_HIDDEN_LOOKS;
    if (!alone) {
        h->jobs = false;
        h->running = 0;
    }
    judge(h, alone);
}

const char *slurm_hidden_words(const struct slurm_hidden *h, char out[SLURM_HIDDEN_WORDS])
{
    int n = 0;
    out[0] = '\0';
    if (h->jobs)
        n = snprintf(out, SLURM_HIDDEN_WORDS,
                     "only your own jobs are visible: %lld of the %lld that slurmctld counts (PrivateData)",
                     (long long)h->shown, (long long)h->count);
    if (h->nodes)
        snprintf(out + n, SLURM_HIDDEN_WORDS - (size_t)n, "%snodes are hidden from you (PrivateData)", n ? "; " : "");
    return out[0] ? out : NULL;
}

const char *slurm_hidden_guess(const struct slurm_hidden *h, const char *asks, char out[SLURM_HIDDEN_WORDS])
{
    if (!h->counted || !own_alone(h, asks) || !is_well_above(h->count, h->last.visible))
        return NULL;
    snprintf(out, SLURM_HIDDEN_WORDS,
             "%lld of the %lld jobs that slurmctld counts are visible: PrivateData may hide "
             "the others",
             (long long)h->last.visible, (long long)h->count);
    return out;
}

struct value slurm_hidden_cell(const struct slurm_hidden *h)
{
    static const char both[] = {'j', 'o', 'b', 's', VALUE_LIST_SEPARATOR, 'n', 'o', 'd', 'e', 's'};
    if (h->jobs && h->nodes)
        return value_list(text_from(both, sizeof both));
    if (h->jobs)
        return value_list(text_of("jobs"));
    return h->nodes ? value_list(text_of("nodes")) : value_none();
}
