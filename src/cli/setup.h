#ifndef HUBTOP_CLI_SETUP_H
#define HUBTOP_CLI_SETUP_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/dir.h"
#include "cli/command.h"
#include "collector/collector.h"
#include "domain/fleet.h"
#include "domain/movable.h"
#include "domain/people.h"
#include "domain/plan_limits.h"
#include "domain/roles.h"
#include "io/launcher.h"

enum { SETUP_CONTEXT_MAX = 64, SETUP_ARGS_MAX = 600 };

/* What a command works on: the context with its sources, the state directory, the clock, and the launcher's table. */
struct setup {
    struct arena arena;    /* owns the texts */
    struct config *config; /* NULL without a file */
    char config_path[DIR_PATH_MAX];
    char context[SETUP_CONTEXT_MAX];
    bool danger, shared, write_allowed;
    char state_dir[DIR_PATH_MAX];
    const struct collector_source *sources;
    size_t source_count;
    struct fleet *fleet; /* NULL without a fleet file */
    struct thresholds thresholds;
    struct people people;
    struct plan_limits limits;
    struct movable movable;
    struct roles roles;
    char fleet_path[DIR_PATH_MAX];
    struct clock clock;
    double hurry;  /* see collector_options */
    int64_t at_ms; /* 0: the present */
    struct launcher *launcher;
    int64_t cache_max_bytes;
};

/* The parts of setup_init(), for commands that look closer. The file of -c or of the XDG folders, when no --source is given;
 * s->config stays NULL without one. */
bool setup_read(struct setup *s, const struct options *o, struct err *err);
/* A path that the configuration names, from the configuration's folder, "~/" from HOME; false when it is too long. */
bool setup_path(const struct setup *s, const char *given, char out[DIR_PATH_MAX]);
/* The fleet file of --fleet or of the configuration, which is relative to the configuration's folder. */
bool setup_fleet(struct setup *s, const struct options *o, struct err *err);
/* Takes the context's name and its section (NULL without one). */
bool setup_context(struct setup *s, const struct options *o, const struct config **context, struct err *err);
/* Whether a context may be called so: it names a folder, and stands on screens and command lines. */
bool setup_context_name(const char *name, struct err *err);
/* The section of that kind and title, or NULL. */
const struct config *setup_section(const struct config *c, const char *kind, const char *title);

/* Reads the configuration, or the --source URLs, and finds the state directory (made when `make_dir`). Texts of `o`
 * outlive the setup. ERR_INPUT (78) when no source is known and no
 * --state-dir is given. */
bool setup_init(struct setup *s, const struct options *o, bool make_dir, struct err *err);
void setup_release(struct setup *s);

/* Forks the launcher with what this context may start: token commands, services, and the collector itself. Before any
 * loop. */
bool setup_launcher(struct setup *s, const struct options *o, struct err *err);

/* The folder of the sample data or the themes: beside the built program, or installed. */
bool setup_share(const char *name, char out[DIR_PATH_MAX], struct err *err);
/* The folder of the translations likewise; false without one. */
bool setup_locale(char out[DIR_PATH_MAX]);

#endif
