#ifndef HUBTOP_SRC_DOMAIN_KIND_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_KIND_PRIVATE_H

#include "domain/kind.h"

/* The tables of fields that do not stand in kind.c; in the order of the enums. */
extern const struct field kind_alert_fields[ALERT_ACK_ENDED_TO + 1];
extern const struct field kind_silence_fields[SILENCE_UPDATED_AT + 1];
extern const struct field kind_change_fields[CHANGE_BY + 1];
extern const struct field kind_maintenance_fields[MAINTENANCE_ENDED_BY + 1];
extern const struct field kind_plan_fields[PLAN_STAYS + 1];
extern const struct field kind_move_fields[MOVE_DEADLINE_AT + 1];
extern const struct field kind_effect_fields[EFFECT_FACT_60 + 1];
extern const struct field kind_review_fields[REVIEW_MISS_60_PCT + 1];
extern const struct field kind_action_fields[ACTION_CHECKS + 1];

#endif
