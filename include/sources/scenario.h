#ifndef HUBTOP_SOURCES_SCENARIO_H
#define HUBTOP_SOURCES_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "sim/sim.h"

/* A step of the tour that `demo --tour` makes. */
struct scenario_step {
    int64_t at_ms;                    /* of the visitor's time, after the first picture */
    const char *caption, *caption_zh; /* never NULL */
    const char *keys;                 /* names separated by blanks; "" for none */
};

/* A file DIR/scenarios/NAME.scenario of formats.md: what happens to the simulated fleet. Texts belong to it. */
struct scenario {
    struct scenario_step *steps; /* of its tour, in the order of time */
    size_t step_count;
    const char *title, *title_zh; /* or NULL */
    /* Local time of day at which a demo opens, "03:01:11", and that as ms after midnight; NULL, -1: at any. The fleet's
     * day is shifted so that its hour is that one: such a scenario is the same wherever it is played. */
    const char *opens;
    int64_t opens_ms;
    const char *focus; /* the id that the cursor is put on, such as a link's; NULL: none */
    const char *view;  /* the view that a demo opens with; NULL: the demo's own */
    double hurry;      /* the pace of a demo while a plan is carried out; 0: its own */
    uint64_t seed;
    double load;  /* offered load, times what the fleet says */
    bool calm;    /* nodes go out of service by its events alone */
    char *shared; /* likewise */
    bool near;    /* see struct sim_options */
    struct sim_event *events;
    size_t event_count;
    struct config *config; /* owns the texts */
};

enum {
    SCENARIO_LEAD_MS = 60 * 60 * 1000, /* a demo opens so long after its zero */
    SCENARIO_CAPTION_COLUMNS = 59 /* what a caption has on a terminal of 80, beside the words that say how it ends */
};

/* Reads it; false with "FILE: …" (status 78; 66 without a file) when an option is unknown or a time makes no sense.
 * Whether events have names and targets that exist is for sim_new() to say. A name that leads out of the folder is
 * refused. The caller releases it. */
bool scenario_load(const char *dir, const char *name, struct scenario *out, struct err *err);
void scenario_release(struct scenario *s);

/* Names of the scenarios of DIR in the order of the alphabet, at most `max`, each to be freed; how many, or -1 with err
 * (66) when the folder cannot be read. */
int scenario_names(const char *dir, char *names[], int max, struct err *err);

#endif
