#ifndef HUBTOP_SRC_VIEWS_ALERT_ACT_H
#define HUBTOP_SRC_VIEWS_ALERT_ACT_H

#include "views/alert_words.h"

/* What operators do with an alert, the same keys in every view that shows some. */

#define ALERT_KEYS                                                                                                     \
    {"a F7", ALERT_ACK, "ack", "\"I am on it\": 2 hours, or until it gets worse or is over"},                          \
        {"n", ALERT_NOTE, "note", "note what others should know about the alert"},                                     \
        {"s F8", ALERT_SILENCE, "silence", "hide the alert until an end, with a reason; shows first what that hides"}, \
        {"M", ALERT_MAINTENANCE_ADD, "maint", "a maintenance window for what the alert is about"},                     \
    {                                                                                                                  \
        "E", ALERT_ESCALATE, "escalate", "hand it on: runs the configured command, after a question"                   \
    }
#define ALERT_READ_KEYS                                                                                                \
    {"o", ALERT_READ, "runbook", "what is written of what to do; Space ticks steps there"},                            \
    {                                                                                                                  \
        "B", ALERT_TELL, "bulletin", "what to tell others, in at most 300 characters; to copy or to send"              \
    }

/* What that key means for the alert. `below` rows stand below it (NULL: none, or not known which); they are of `words`' time. */
struct alert_act {
    const struct alert_words *words;
    const struct row *alert;
    const struct row *below;
    size_t below_count;
    int64_t now_ms;
};
struct intent alert_act(const struct alert_act *a, int action);

/* Appends whom to call first for the alert: "net 王强 +86 139 **** 0021; …"; false: nobody says. At most `max` of them. */
bool alert_act_contacts(const struct view_frame *f, const struct alert_words *w, const struct row *alert, size_t max,
                        struct buf *out);

/* Opens the view that shows what an alert or a finding is about. INTENT_SAY: there is none. */
struct intent alert_act_open(enum kind kind, struct safe_text where, const struct row *object);

/* A sentence for the message line. */
struct intent alert_act_say(const char *text);

#endif
