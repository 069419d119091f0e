/* recount FLEET NOW_UTC_MS: what the ordinary demo must show at NOW, counted by the simulator itself and not by way of facts, store
 * and derive: lines "WHAT ID N". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/fleet.h"
#include "sim/sim.h"

enum {
    BEGUN_MS_BEFORE = 3600 * 1000,
    SEED = 42
}; /* of `hubtop demo ordinary` and ordinary.scenario, whose events are all later */

static const char *hub_of(const struct fleet *f, const struct fleet_scheduler *s)
{
    const struct fleet_site *site = fleet_site(f, s->site);
    const struct fleet_cluster *cluster = site ? fleet_cluster(f, site->cluster) : NULL;
    return cluster && cluster->hub ? cluster->hub : "unassigned";
}

/* A job that is suspended or finishing holds its nodes. */
static size_t running(const struct sim *sim, const char *scheduler)
{
    return sim_count_jobs(sim, scheduler, "running") + sim_count_jobs(sim, scheduler, "suspended") +
           sim_count_jobs(sim, scheduler, "finishing");
}

static size_t unwell(const struct sim *sim, const char *scheduler)
{
    return sim_count_nodes(sim, scheduler, "draining") + sim_count_nodes(sim, scheduler, "drained") +
           sim_count_nodes(sim, scheduler, "down");
}

static void count_hub(const struct sim *sim, const struct fleet *f, const char *hub)
{
    size_t sum = 0;
    for (size_t i = 0; i < f->n_schedulers; i++) {
        if (strcmp(hub_of(f, &f->schedulers[i]), hub) == 0)
            sum += running(sim, f->schedulers[i].id);
    }
    printf("hub_running %s %zu\n", hub, sum);
}

static void count(const struct sim *sim, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_schedulers; i++) {
        const char *id = f->schedulers[i].id;
        printf("jobs %s %zu\n", id, sim_count_jobs(sim, id, NULL));
        printf("running %s %zu\n", id, running(sim, id));
        printf("waiting %s %zu\n", id, sim_count_jobs(sim, id, "waiting"));
        printf("nodes %s %zu\n", id, sim_count_nodes(sim, id, NULL));
        printf("unwell %s %zu\n", id, unwell(sim, id));
    }
    for (size_t i = 0; i < f->n_hubs; i++)
        count_hub(sim, f, f->hubs[i].id);
    printf("jobs all %zu\n", sim_count_jobs(sim, NULL, NULL));
    printf("nodes all %zu\n", sim_count_nodes(sim, NULL, NULL));
    printf("unwell all %zu\n", unwell(sim, NULL));
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct fleet *fleet = argc == 3 ? fleet_load(argv[1], &err) : NULL;
    int64_t now_ms = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
    struct sim_options options = {.fleet = fleet, .seed = SEED, .start_utc_ms = now_ms - BEGUN_MS_BEFORE, .scale = 1};
    struct sim *sim = fleet ? sim_new(&options, &err) : NULL;
    if (!sim) {
        fprintf(stderr, "recount: %s\n", argc == 3 ? err.text : "FLEET NOW_UTC_MS");
        return 1;
    }
    while (!sim_advance(sim, now_ms, 0))
        continue;
    count(sim, fleet);
    sim_free(sim);
    fleet_free(fleet);
    return 0;
}
