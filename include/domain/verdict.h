#ifndef HUBTOP_DOMAIN_VERDICT_H
#define HUBTOP_DOMAIN_VERDICT_H

#include <stddef.h>

#include "domain/row.h"

struct thresholds;

enum severity { SEVERITY_OK, SEVERITY_NOTICE, SEVERITY_WARN, SEVERITY_CRIT, SEVERITY_UNKNOWN };

struct verdict_facts {
    const struct row *sources, *schedulers, *clusters, *queues, *links, *places, *halls, *energy, *alerts;
    size_t n_sources, n_schedulers, n_clusters, n_queues, n_links, n_places, n_halls, n_energy, n_alerts;
    const struct thresholds *limits; /* NULL: the presets */
    int64_t now_ms;
};

/* The kinds that the facts are of, and how those of one kind are told: rows that live as long as the facts. */
enum { VERDICT_KINDS = 9 };
extern const enum kind verdict_kinds[VERDICT_KINDS];
void verdict_tell(struct verdict_facts *facts, enum kind kind, const struct row *rows, size_t n);

enum { VERDICT_TEXT_MAX = 400 };
struct verdict {
    enum severity severity;
    unsigned crit, warn, acked;  /* findings that nobody has acknowledged, by severity; and those that somebody has */
    char text[VERDICT_TEXT_MAX]; /* one sentence of at most 78 columns in the interface's language, without a glyph,
                                    already safe to show */
};

/* Row 2 of the console, `status`, and the terminal's title: one of what domain/finding.h finds, and how many there are;
 * otherwise "all well" with counts, or that no source has answered yet. Notices are no worry: they turn nothing.
 *
 * Which one is said goes by impact, not by severity alone: of what nobody has acknowledged, among the critical the one that hits
 * the most jobs, then tenants, then the oldest; but a warning that hits ten times the jobs of every critical one goes before
 * them, where all of these are counted. `severity` is the worst of them whichever is said. Where everything is acknowledged, the
 * first of that is said, with who has it: what is broken stays broken. */
struct verdict verdict_of(const struct verdict_facts *facts);

#endif
