#ifndef HUBTOP_SRC_DOMAIN_SYMPTOM_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_SYMPTOM_PRIVATE_H

#include "domain/ids.h"
#include "domain/state.h"
#include "domain/symptom.h"

/* A source, and what stands and falls with it. */
struct symptom_teller {
    const struct row *row;
    enum source_state state;
    int64_t silence_ms; /* -1: it never answered */
    int64_t jobs;
    bool alone; /* some cluster hears from nobody else */
};

struct symptom_look {
    const struct symptom_facts *facts;
    const struct thresholds *limits;
    int64_t now_ms, lost_for_ms;
    struct symptom_teller *tellers; /* as the rows of sources stand */
    struct ids names;
    size_t *first; /* teller of each name */
    symptom_take *take;
    void *ctx;
};

/* The one who tells it, or NULL when no row says. */
struct symptom_teller *symptom_teller_of(const struct symptom_look *l, struct safe_text source);
/* Whether that source (empty: each) answers, or is none that is asked. */
bool symptom_source_is_live(const struct symptom_facts *facts, struct safe_text source);
/* Whether what a row says is about now. */
bool symptom_is_of_now(const struct symptom_look *l, const struct row *row);

struct safe_text symptom_cell(const struct row *row, int field);
/* A count, -1 when it is unknown. What sources tell may be any number: bounded, sums of it stay numbers. */
int64_t symptom_count(const struct row *row, int field);
/* Of two counts that may be unknown; unknown when both are. */
int64_t symptom_plus(int64_t a, int64_t b);
/* Nodes of a scheduler that are out and should not be; -1: unknown. */
int64_t symptom_nodes_out(const struct row *scheduler);
/* What was used of the quota, NAN when either is unknown. */
double symptom_quota_pct(const struct row *energy);

/* The rules that several rows decide: racks of lost nodes; islands and sites of links. */
void symptom_place_racks(struct symptom_look *l);
void symptom_place_ends(struct symptom_look *l);

#endif
