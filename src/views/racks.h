#ifndef HUBTOP_SRC_VIEWS_RACKS_H
#define HUBTOP_SRC_VIEWS_RACKS_H

#include "base/arena.h"
#include "domain/thresholds.h"
#include "domain/verdict.h"
#include "views/cell.h"
#include "views/view.h"

/* Clusters, halls and racks by how full, how loaded and how warm they are: what the racks' screens share. */

/* What is looked at, in the order of the key that goes through them. */
enum racks_metric { RACKS_POWER, RACKS_INLET, RACKS_SPACE, RACKS_NODES, RACKS_ACCELS, RACKS_TENANT, RACKS_METRICS };

/* The number of a cluster, hall or rack: power in percent of its limit; inlet in degrees (a hall's warmest rack); space
 * in percent of standard racks, of the hall's places, of the rack's units; nodes that take no work in percent; how busy
 * accelerators are in percent. NAN where it is unknown or has none. A cluster's inlet is that of its halls: racks_halls_inlet(). */
double racks_number(const struct row *row, enum racks_metric metric);

/* How bad it is and in one word why; "" where its state says it all. Limits of domain/thresholds (NULL: the presets): inlet
 * above inlet_warn_c and inlet_crit_c; the power of a rack above feed_single_warn_pct and feed_single_crit_pct of its limit
 * (nobody tells of its feeds). Occupancy and the power of halls and clusters are planning figures: never an alarm. `inlet_c`
 * is racks_number()'s, or a cluster's. */
struct racks_state {
    enum severity severity;
    const char *word;
};
struct racks_state racks_judge(const struct row *row, double inlet_c, const struct thresholds *t);
/* How bad one number of a rack, hall or cluster is by itself. */
enum severity racks_severity(const struct row *row, enum racks_metric metric, double number,
                             const struct thresholds *t);
struct cell_sign racks_sign(enum severity severity);
/* How a number of that metric is shown by itself. */
enum role racks_role(const struct row *row, enum racks_metric metric, double number, const struct thresholds *t);

/* "38.4/40", "-" for what is unknown; with "MW" or "kW" behind where `unit`. */
const char *racks_power(const struct value *power_kw, const struct value *cap_kw, bool unit, char out[CELL_MAX]);
/* "131/144", short. */
const char *racks_share(const struct value *used, const struct value *total, char out[CELL_MAX]);
/* "96%", "31.5C", "-": a number in words. */
const char *racks_words(enum racks_metric metric, double number, char out[CELL_MAX]);
/* The share of a full bar. */
double racks_bar(enum racks_metric metric, double number);

/* --- halls, read once a snapshot: there may be thousands */

struct racks_halls {
    struct arena arena;
    struct racks_hall {
        struct safe_text cluster;
        double inlet_c;
        size_t at; /* in their rows */
    } * all;       /* by cluster, then as they come */
    size_t count;
};
struct racks_halls racks_halls_read(const struct view_rows *halls);
void racks_halls_release(struct racks_halls *h);
/* Those of a cluster: the first, and how many it has. */
const struct racks_hall *racks_halls_of(const struct racks_halls *h, struct safe_text cluster, size_t *count);
double racks_halls_inlet(const struct racks_halls *h, struct safe_text cluster); /* the warmest; NAN: unknown */

/* --- sums; what is unknown is skipped */

struct racks_sum {
    double power_kw, cap_kw; /* of those of which both are known */
    double inlet_c;          /* the warmest; begin with NAN: unknown */
    double used, total;      /* space, of those of which both are known */
};
void racks_sum_add(struct racks_sum *sum, const struct row *row);

/* --- rows in order, the worst first */

/* More than this are not read in a frame: they stay in the order in which they come. */
enum { RACKS_READ_MAX = 6000 };

struct racks_order {
    const struct view_rows *told;
    struct arena arena;
    struct racks_entry {
        size_t at; /* in `told` */
        enum severity severity;
        double number;
        struct safe_text tenant;
    } * all;
    size_t count;
    bool whole; /* all of `told`, as they come */
    unsigned crit, warn;
    struct racks_sum sum; /* of what is not stale */
};

/* Which rows, and how they are told from each other. */
struct racks_wish {
    bool (*belongs)(const void *ctx, const struct row *row); /* NULL: all */
    const void *ctx;
    enum racks_metric metric;
    const struct racks_halls *halls; /* of clusters */
    const struct racks_hall *only;   /* of halls: these alone are read; NULL: all rows are */
    size_t only_count;
    const struct thresholds *thresholds;
    bool worst_first; /* else as they come */
};

/* By severity, then by the metric (tenants by name, before all), then as they come. */
struct racks_order racks_order_make(const struct view_rows *told, const struct racks_wish *wish);
void racks_order_release(struct racks_order *o);
/* As rows for a list; `o` must live as long. */
struct view_rows racks_order_rows(struct racks_order *o);

#endif
