#ifndef HUBTOP_SRC_DOMAIN_JOIN_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_JOIN_PRIVATE_H

#include "domain/derive_tally.h"
#include "domain/hall.h"
#include "domain/ids.h"
#include "domain/join.h"
#include "domain/rows.h"

/* The parts of the join. What was told stands in parts, a source and kind each. From them are made, when a row is asked
 * for and something changed: names (what a label means), lists (all that is told of a kind, by the ids of the joined
 * rows), sums. A row is chosen from the tellings of one id. */

enum { JOIN_FLEET_AT = 0 /* the fleet file is the first source */, JOIN_REFS = 4 };
/* Instead of a source: of a value that is unknown or follows from others; of one that is counted over several. */
enum { JOIN_NOBODY = -1, JOIN_SEVERAL = -2 };

struct join_part {
    struct rows now, next;
    bool coming;     /* between begin and end */
    bool answered;   /* `now` is an answer of this run, even an empty one */
    bool told;       /* some answer of this run had rows */
    bool remembered; /* `now` is from joined rows of the store: its ids and references are joined ones */
    int64_t arrived_ms;
};

struct join_source {
    char *name;
    char key[24]; /* its number: a part of keys that no other source shares */
    bool named, fresh;
    size_t rank;  /* the lower wins */
    size_t place; /* in join.preferred */
    size_t votes; /* of the row that is made */
    struct join_part *parts[KIND_COUNT];
};

/* What a label means. */
struct join_where {
    bool known, place;
    bool several;                   /* of a rack's name: it stands in several halls */
    struct safe_text id;            /* of the end, or of the stand */
    struct safe_text cluster, site; /* empty: unknown */
    size_t number;
};
struct join_table {
    struct ids ids;
    struct join_where *at;
    size_t cap;
};

struct join_names {
    struct join_table sites, schedulers, clusters, places; /* by id; what the file does not know */
    struct join_table links;                               /* of the file, by id and alias: their number */
    struct join_table halls;                               /* by number of the source and its own id for the hall */
    struct join_table racks;        /* by STAND/NAME: the first hall, and whether there is another */
    struct join_table ends, stands; /* labels that were looked up */
    struct arena arena;
    bool made;
};

/* What one source tells of one object. */
struct join_told {
    struct safe_text id;
    size_t source, rank, order;
    const struct row *row;        /* NULL: only that it exists */
    struct value refs[JOIN_REFS]; /* instead of its cells: what they refer to in the joined rows (join_list_ref()) */
};

/* All that is told of a kind, sorted by id, then by the sources' rank. */
struct join_list {
    struct join_told *all;
    size_t count, cap;
    struct arena arena;
    bool made;
    struct join_table own; /* by number of the source and its own id: where it stands in `all` */
    bool own_made;
};

/* Who counted values come from. */
struct join_voices {
    bool any;
    int one;           /* the only source, or JOIN_SEVERAL */
    int lead;          /* the first of them */
    int stale;         /* the first that is not fresh, or JOIN_NOBODY */
    int64_t newest_ms; /* when the last of them answered; 0: none in this run */
};

/* What the schedulers and racks of a cluster, or the clusters of a hub, add up to. */
enum { JOIN_COUNTS = 8 };
struct join_sum {
    struct derive_sum counts[JOIN_COUNTS];
    struct derive_health health;
    struct join_voices voices, power_voices;
    size_t parts, placed;
    double lon, lat, power_kw;
    bool powered;
};
/* And the racks of a hall. */
struct join_hall {
    struct join_voices voices;
    int64_t racks;
    double power_kw, cap_kw, inlet_c;
    bool powered, capped, warm;
    struct hall_feed feed; /* the worst of its racks' … */
    struct safe_text feed_rack;
    int64_t feeds_lost;
};

struct join_memory; /* of links, see join_link.c */
struct join_hall_memory;

struct join {
    const struct fleet *fleet;
    const struct thresholds *limits;
    struct join_source **sources;
    size_t n_sources, named_last;   /* named_last: asked for last, who is asked for again */
    struct ids source_names;        /* numbered as the sources are */
    struct join_source **preferred; /* all but the file: the fresh ones first, then by rank */
    struct join_names names;
    struct join_list lists[KIND_COUNT];
    struct join_sum *clusters, *hubs; /* as the lists stand */
    struct join_hall *halls;
    bool clusters_made, hubs_made, halls_made;
    struct join_memory *memory;
    struct join_hall_memory *hall_memory;
    struct buf list, differs, member, label; /* texts that are being made */
};

/* A row that is being made. */
struct join_row {
    struct row row;
    int who[KIND_FIELDS_MAX]; /* the source of each cell */
    int told_by;
    struct join_voices counted;
};

/* Whether sources tell that field of a joined kind: all but told_by, sources and differs, and what a link or hall is judged to be. */
static inline bool join_is_told(const struct kind_info *info, enum kind kind, size_t field)
{
    size_t told_by = (size_t)info->told_by;

    bool judged = kind == KIND_LINK || kind == KIND_HALL;

    return field < told_by || (field > told_by + 2 && !judged && field < info->field_count);
}

/* The number of that source; made when it is new. */
size_t join_source(struct join *j, const char *name);
struct join_part *join_part(struct join *j, size_t source, enum kind kind);
/* Something was told: what follows from it is made anew. */
void join_touch(struct join *j);
/* Ranks and names are up to date; `now` NULL leaves what is fresh as it was. */
void join_settle(struct join *j, const struct join_now *now);

/* The rows that the fleet file tells: as parts of source JOIN_FLEET_AT. */
void join_fleet_tell(struct join *j);

/* --- names --- */

void join_names_make(struct join *j);
void join_names_release(struct join_names *n);
/* The entry of "a/b" (or "a"), made when it is new; of one that is there, or NULL. */
struct join_where *join_table_put(struct join_table *t, struct safe_text a, struct safe_text b);
const struct join_where *join_table_find(const struct join_table *t, struct safe_text a, struct safe_text b);
void join_table_clear(struct join_table *t);
void join_table_release(struct join_table *t);
/* What a source means with that label as the end of a link, and as where a rack stands: `id` and `cluster` are never
 * empty. New texts belong to `arena`. */
struct join_where join_end(struct join *j, struct arena *arena, size_t source, struct safe_text label);
struct join_where join_stand(struct join *j, struct arena *arena, size_t source, struct safe_text label);
/* The ids of what describes itself by that label: the file's, else the label. */
struct safe_text join_scheduler_id(const struct join *j, struct safe_text label);
struct safe_text join_site_id(const struct join *j, struct safe_text label);
struct safe_text join_cluster_id(const struct join *j, struct safe_text label);
/* "a/b", owned by the arena. */
struct safe_text join_text(struct join *j, struct arena *arena, struct safe_text a, char sign, struct safe_text b);

/* --- lists --- */

struct join_list *join_list(struct join *j, enum kind kind);
void join_list_release(struct join_list *l);
/* Where the tellings of that id begin, or IDS_NONE; where those that begin at `at` end. */
size_t join_list_find(const struct join_list *l, struct safe_text id);
size_t join_list_end(const struct join_list *l, size_t at);
/* Which of the refs stands for that field, or -1. */
int join_list_ref(enum kind kind, int field);
/* The joined id and refs of a row of a part; false when it is left out. The second one also takes rows that are in
 * none. */
bool join_list_place(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out);
bool join_list_meaning(struct join *j, struct arena *arena, size_t source, const struct row *row,
                       struct join_told *out);
/* STAND/NAME of a rack that was placed, whatever else it is called. */
struct safe_text join_list_plain(struct join *j, struct arena *arena, const struct join_told *rack);

/* --- rows --- */

/* The best known value of a field among `n` tellings of one id, or an unknown one; `who` tells it. */
const struct value *join_choose(const struct join *j, const struct join_told *told, size_t n, enum kind kind, int field,
                                int *who);
void join_merge(const struct join *j, enum kind kind, const struct join_told *told, size_t n, struct join_row *out);
/* Lists what another source says otherwise, and who told what. */
void join_merge_differs(struct join *j, const struct join_told *told, size_t n, struct join_row *out);
void join_merge_sources(struct join *j, const struct join_told *told, struct join_row *out);

/* --- sums --- */

/* A source whose rows of that kind are counted. */
void join_voices_add(const struct join *j, struct join_voices *v, int source, enum kind kind);
void join_voices_merge(const struct join *j, struct join_voices *v, const struct join_voices *more);
/* Fill the row that begins at `at` of its list with what is counted. */
void join_count_cluster(struct join *j, size_t at, struct join_row *out);
void join_count_hub(struct join *j, size_t at, struct join_row *out);
void join_count_hall(struct join *j, size_t at, struct join_row *out);

/* --- halls --- */

/* The heat of the hall from poll to poll; what was judged before a restart goes on. */
void join_hall_judge(struct join *j, struct join_row *out, int64_t now_ms);
void join_hall_remember(struct join *j, const struct row *hall);
void join_hall_release(struct join *j);

/* --- links --- */

void join_link_baseline(struct join *j, struct safe_text link, double baseline_ms);
void join_link_remember(struct join *j, const struct row *link);
/* Capacity from the file's paths; before it is said who told what. */
void join_link_fill(struct join *j, const struct join_told *told, size_t n, struct join_row *out);
/* Completes and judges it. */
void join_link_judge(struct join *j, struct join_row *out, int64_t now_ms);
/* All links were emitted: memory of those that are long gone is let go. */
void join_link_sweep(struct join *j, int64_t now_ms);
void join_link_release(struct join *j);

#endif
