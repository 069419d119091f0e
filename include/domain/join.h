#ifndef HUBTOP_DOMAIN_JOIN_H
#define HUBTOP_DOMAIN_JOIN_H

#include <stdbool.h>

#include "domain/fleet.h"
#include "domain/row.h"
#include "domain/thresholds.h"

/* What the sources and the fleet file tell of one thing becomes one row. Kinds that are joined have kind_info.told_by:
 * hubs, clusters, sites, schedulers, links, pairs, halls, racks, places. Pure: it holds what was told last, and makes
 * rows of it.
 *
 * - Names: an end or place that a row names is an id or an alias of the fleet file (fleet_end(), fleet_stand(),
 *   fleet_scheduler()), else the id of a cluster that some scheduler or site lies in or that a source describes (its
 *   hub, name or position), a scheduler, or a place that a source tells of, else it stands as "SOURCE/NAME" under hub
 *   `unassigned`. An end that only a link or pair of the file names is a place. A link whose two ends are the same is a
 *   site's own reading and is left out. Without a fleet file each scheduler is its own cluster.
 * - Racks and halls have the id "STAND/NAME": their site's id, else that of a scheduler without a site, else their
 *   cluster's. A rack's hall is the id of a hall. A rack's name that is told in several halls of one stand is several racks
 *   ("STAND/HALL/NAME"): one row would show the power of one as that of the other. What is told of such a name without a hall
 *   is told of none of them and stands as "STAND/NAME". The hall is in the id only then: most sources tell of no halls, an id
 *   must not change when one that does comes or goes, and ids are what history is kept by. So the history of a rack under
 *   its short id ends when a second one of its name is first told.
 * - A value has the first of: the fleet file, then the sources in their order, those that are fresh before those that
 *   are not. For sampled fields what was observed comes before the file; of states what a fresh source tells does.
 * - told_by is the source of most of the observed values, without any the first that names it (mostly fleet.conf); for
 *   what is counted over several sources the one that is not fresh, if any. `sources` names, for each value that another
 *   told, who: "lon=fleet.conf". What is told otherwise stands in `differs`: "metrics: lon 113.7" (at most 16); sampled
 *   values never differ.
 * - Clusters and hubs count what their joined schedulers say (jobs, nodes, CPUs, accelerators), clusters also the power of
 *   their racks where no source tells it; halls likewise count their racks. Sums skip unknown cells and are unknown when
 *   all are. */
struct join;

#define JOIN_FLEET "fleet.conf" /* the source of what the fleet file says */

/* `fleet` (NULL: none) and the limits of links and halls (NULL: the presets) outlive it. */
struct join *join_new(const struct fleet *fleet, const struct thresholds *t);
void join_free(struct join *j);

/* Sources win in the order in which they are named here; one that is not named comes last. */
void join_source_add(struct join *j, const char *source);

/* A whole answer of a source about a kind replaces its former one: begin, its rows (copied), end with the moment of
 * arrival. A part that is begun and not ended well (join_part_drop) changes nothing. */
void join_part_begin(struct join *j, const char *source, enum kind kind);
void join_part_row(struct join *j, const char *source, const struct row *row);
/* True when it tells of something, or did before. */
bool join_part_end(struct join *j, const char *source, enum kind kind, int64_t now_ms);
void join_part_drop(struct join *j, const char *source, enum kind kind);

/* The source's last answer about a kind came again, unchanged. True when it tells of something. */
bool join_part_again(struct join *j, const char *source, enum kind kind, int64_t now_ms);

/* A joined row of the store, at the start: stands for what its sources told until they answer for that kind. Sources
 * that were not named when rows are first emitted are forgotten; so is what the file said: it says it itself. */
void join_remember(struct join *j, const struct row *joined);

/* That source has answered for all that it tells of: what is still remembered of it goes. Whether there was any. */
bool join_settle_source(struct join *j, const char *source);

/* The baseline of a link, learned elsewhere; NAN: none yet. */
void join_baseline_set(struct join *j, struct safe_text link, double baseline_ms);

struct join_now {
    int64_t now_ms;
    bool (*fresh)(void *ctx, const char *source); /* whether what it told counts as present */
    void *ctx;
};
typedef bool join_sink(void *ctx, const struct row *row, struct err *err);
/* The rows of one joined kind, by id; memory lives during the call. row->source is told_by, row->observed_ms when the
 * last of those answered in this run whose values it has (0: nobody has). Links are completed and judged
 * (domain/link.h). */
bool join_emit(struct join *j, enum kind kind, const struct join_now *now, join_sink *sink, void *ctx, struct err *err);

/* The id that a source's name for a thing stands for in the joined rows: for samples of the past. Appends to `out`
 * ("SHG>SZ" for the link "fra>lon"). False when no such row is emitted. */
bool join_resolve(struct join *j, const char *source, enum kind kind, struct safe_text id, struct buf *out);

/* Whether rows of that kind, which is not joined, refer to joined ones (jobs, nodes and queues do it by their scheduler
 * alone: not here). */
bool join_refers(enum kind kind);
/* Puts the ids of the joined rows where such a row of a source names something by a label, an alias or the source's own
 * id: ends, clusters, sites, schedulers, racks, links, and what an alert is about. Fills an unknown cluster and site
 * from them, and the tenant and contact of people from the fleet file. What means nothing stays as told. New texts
 * belong to `arena`. */
void join_refer(struct join *j, const char *source, struct arena *arena, struct row *row);

#endif
