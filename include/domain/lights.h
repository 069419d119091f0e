#ifndef HUBTOP_DOMAIN_LIGHTS_H
#define HUBTOP_DOMAIN_LIGHTS_H

#include <stdbool.h>

#include "domain/finding.h"

/* The five lights of a computing-power network (数网 数纽 数链 数脑 数盾), one word for each, with its reason. */

enum light_which {
    LIGHT_NETWORK,    /* 数网: facilities and network */
    LIGHT_SCHEDULING, /* 数纽: scheduling and connected nodes */
    LIGHT_DATA,       /* 数链: data circulation */
    LIGHT_MODELS,     /* 数脑: applications, models served, decisions */
    LIGHT_SECURITY,   /* 数盾 */
    LIGHTS
};

/* What is told of a light's subject. */
enum light_told { LIGHT_NOBODY, LIGHT_OLD, LIGHT_FRESH };

enum { LIGHT_REASON_MAX = 256 };
struct light {
    enum severity severity; /* SEVERITY_UNKNOWN: nobody tells of it, or not lately, and nothing is known to be wrong */
    char reason[LIGHT_REASON_MAX]; /* safe to show, without names of persons: words from outside are left out */
};

/* Each finding turns one light, by the kind of its object; those that somebody has in hand turn it no further than a warning. */
void lights_of(const struct finding_list *found, const enum light_told told[LIGHTS], struct light out[LIGHTS]);

/* The light that speaks of objects of a kind. */
enum light_which lights_which(enum kind kind);

/* "Network", in English; to be translated with tr_of("light", …). */
const char *lights_name(enum light_which which);

#endif
