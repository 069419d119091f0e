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

/* What that key means for the alert. `below` rows stand below it (NULL: none, or not known which); they are of `words`' time. */
struct alert_act {
    const struct alert_words *words;
    const struct row *alert;
    const struct row *below;
    size_t below_count;
    const struct canvas *canvas; /* whose signs are used; NULL: ASCII */
};
struct intent alert_act(const struct alert_act *a, int action);

/* Opens the view that shows what an alert or a finding is about. INTENT_SAY: there is none. */
struct intent alert_act_open(enum kind kind, struct safe_text where, const struct row *object);

/* A sentence for the message line. */
struct intent alert_act_say(const char *text);

#endif
