#include "domain/kind_private.h"

/* Fields of what is wrong, of what people decided about it, and of what changed. */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

const struct field kind_alert_fields[] = {
    [ALERT_NAME] = {"name", VALUE_TEXT, 0, "what it is called"},
    [ALERT_SEVERITY] = {"severity", VALUE_TEXT, 0, "crit, warn or info"},
    [ALERT_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "firing, acked, silenced, returned or resolved"},
    [ALERT_SINCE] = {"since", VALUE_TIME, 0, "since when it fires"},
    [ALERT_WHERE] = {"where", VALUE_TEXT, 0, "the object that it is about, by its id"},
    [ALERT_SUMMARY] = {"summary", VALUE_TEXT, 0, "what is wrong, in a sentence"},
    [ALERT_RUNBOOK] = {"runbook", VALUE_TEXT, 0, "where it is written what to do"},
    [ALERT_PARENT] = {"parent", VALUE_TEXT, 0, "the alert that explains it"},
    [ALERT_CHILDREN] = {"children", VALUE_INT, 0, "alerts that it explains"},
    [ALERT_IMPACT_JOBS] = {"impact_jobs", VALUE_INT, 0, "jobs that it hits"},
    [ALERT_IMPACT_USERS] = {"impact_users", VALUE_INT, 0, "users that it hits"},
    [ALERT_IMPACT_TENANTS] = {"impact_tenants", VALUE_INT, 0, "tenants that it hits"},
    [ALERT_DEADLINE_FIRST_AT] = {"deadline_first_at", VALUE_TIME, 0, "the first deadline among the jobs that it hits"},
    [ALERT_ACKED_BY] = {"acked_by", VALUE_TEXT, 0, "who has it"},
    [ALERT_ACKED_UNTIL] = {"acked_until", VALUE_TIME, 0, "until when"},
    [ALERT_SILENCED_UNTIL] = {"silenced_until", VALUE_TIME, 0, "when the last of its silences ends"},
    [ALERT_KIND] = {"kind", VALUE_TEXT, 0, "the kind of the object: links, racks, nodes …"},
    [ALERT_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster of the object"},
    [ALERT_LABELS] = {"labels", VALUE_LIST, 0, "its labels: NAME=VALUE"},
    [ALERT_DESCRIPTION] = {"description", VALUE_TEXT, 0, "what its source says at length"},
    [ALERT_RECEIVERS] = {"receivers", VALUE_LIST, 0, "who is told of it"},
    [ALERT_ALERT_GROUP] = {"alert_group", VALUE_TEXT, 0, "the labels that its source groups it by"},
    [ALERT_SILENCED_BY] = {"silenced_by", VALUE_LIST, 0, "the silences that hide it"},
    [ALERT_INHIBITED_BY] = {"inhibited_by", VALUE_LIST, 0, "the alerts of its source that hide it"},
    [ALERT_UPDATED_AT] = {"updated_at", VALUE_TIME, FIELD_HIDDEN, "when its source heard of it last"},
    [ALERT_LINK_URL] = {"link_url", VALUE_TEXT, 0, "where its source shows it"},
    [ALERT_RULE] = {"rule", VALUE_TEXT, 0, "which of hubtop's own rules found it"},
    [ALERT_TREND] = {"trend", VALUE_TEXT, 0, "rising or falling, where it gets worse or better"},
    [ALERT_IMPACT_ACCOUNTS] = {"impact_accounts", VALUE_INT, 0, "accounts that it hits"},
    [ALERT_ACKED_AT] = {"acked_at", VALUE_TIME, 0, "when it was acknowledged"},
    [ALERT_ACK_NOTE] = {"ack_note", VALUE_TEXT, 0, "what was said when it was acknowledged"},
    [ALERT_NOTES] = {"notes", VALUE_LIST, 0, "what operators noted: TIME WHO: TEXT"},
    [ALERT_STEPS_DONE] = {"steps_done", VALUE_LIST, 0, "steps of its runbook that were ticked: STEP TIME WHO"},
    [ALERT_FLAPS] = {"flaps", VALUE_INT, 0, "times that it came back within the last hour"},
    [ALERT_RETURNED_AT] = {"returned_at", VALUE_TIME, 0, "when it came back after it was acknowledged"},
    [ALERT_RESOLVED_AT] = {"resolved_at", VALUE_TIME, 0, "when it was over"},
    [ALERT_ESCALATED_AT] = {"escalated_at", VALUE_TIME, 0, "when it was handed on"},
    [ALERT_MAINTENANCE] = {"maintenance", VALUE_TEXT, 0, "the maintenance window that its object is in"},
    [ALERT_CHANGE] = {"change", VALUE_TEXT, 0, "the change nearest before its start"},
    [ALERT_ACK_ENDED] = {"ack_ended", VALUE_TEXT, 0, "why its last ack ended: expired, worse, taken_back, resolved"},
    [ALERT_ACK_ENDED_AT] = {"ack_ended_at", VALUE_TIME, 0, "when it ended"},
    [ALERT_ACK_ENDED_OF] = {"ack_ended_of", VALUE_TEXT, 0, "whose acknowledgement it was"},
    [ALERT_ACK_ENDED_BY] = {"ack_ended_by", VALUE_TEXT, 0, "who took it back"},
    [ALERT_ACK_ENDED_FROM] = {"ack_ended_from", VALUE_TEXT, 0, "how bad it was when it was acknowledged"},
    [ALERT_ACK_ENDED_TO] = {"ack_ended_to", VALUE_TEXT, 0, "how bad it became, which ended the acknowledgement"},
};
_Static_assert(COUNT(kind_alert_fields) == ALERT_ACK_ENDED_TO + 1, "one line a field");

const struct field kind_silence_fields[] = {
    [SILENCE_STATE] = {"state", VALUE_TEXT, 0, "pending, active or expired"},
    [SILENCE_MATCHERS] = {"matchers", VALUE_LIST, 0, "what it hides: NAME=VALUE, NAME!=VALUE, NAME=~PATTERN"},
    [SILENCE_STARTS_AT] = {"starts_at", VALUE_TIME, 0, "when it begins"},
    [SILENCE_ENDS_AT] = {"ends_at", VALUE_TIME, 0, "when it ends"},
    [SILENCE_CREATED_BY] = {"created_by", VALUE_TEXT, 0, "who made it"},
    [SILENCE_COMMENT] = {"comment", VALUE_TEXT, 0, "why it was made"},
    [SILENCE_ALERTS] = {"alerts", VALUE_INT, 0, "alerts that it hides now"},
    [SILENCE_UPDATED_AT] = {"updated_at", VALUE_TIME, 0, "when it was changed last"},
};
_Static_assert(COUNT(kind_silence_fields) == SILENCE_UPDATED_AT + 1, "one line a field");

const struct field kind_change_fields[] = {
    [CHANGE_AT] = {"at", VALUE_TIME, 0, "when it was seen"},
    [CHANGE_KIND] = {"kind", VALUE_TEXT, 0, "the kind of thing that changed"},
    [CHANGE_WHERE] = {"where", VALUE_TEXT, 0, "the thing that changed"},
    [CHANGE_WHAT] = {"what", VALUE_TEXT, 0, "what happened"},
    [CHANGE_BY] = {"by", VALUE_TEXT, 0, "who did it, where somebody says so"},
};
_Static_assert(COUNT(kind_change_fields) == CHANGE_BY + 1, "one line a field");

const struct field kind_maintenance_fields[] = {
    [MAINTENANCE_WHAT] = {"what", VALUE_TEXT, 0, "maintenance, or freeze where nothing may be changed"},
    [MAINTENANCE_STATE] = {"state", VALUE_TEXT, 0, "planned, active or over"},
    [MAINTENANCE_KIND] = {"kind", VALUE_TEXT, 0, "the kind of the object: links, racks, nodes …"},
    [MAINTENANCE_WHERE] = {"where", VALUE_TEXT, 0, "the object that it is about, by its id; unknown: everything"},
    [MAINTENANCE_STARTS_AT] = {"starts_at", VALUE_TIME, 0, "when it begins"},
    [MAINTENANCE_ENDS_AT] = {"ends_at", VALUE_TIME, 0, "when it ends"},
    [MAINTENANCE_BY] = {"by", VALUE_TEXT, 0, "who added it"},
    [MAINTENANCE_REASON] = {"reason", VALUE_TEXT, 0, "what it is for"},
    [MAINTENANCE_ADDED_AT] = {"added_at", VALUE_TIME, 0, "when it was added"},
    [MAINTENANCE_ENDED_BY] = {"ended_by", VALUE_TEXT, 0, "who ended it before its time"},
};
_Static_assert(COUNT(kind_maintenance_fields) == MAINTENANCE_ENDED_BY + 1, "one line a field");
