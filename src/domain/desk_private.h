#ifndef HUBTOP_SRC_DESK_PRIVATE_H
#define HUBTOP_SRC_DESK_PRIVATE_H

#include "domain/desk.h"
#include "domain/rows.h"

/* The desk's inside: what stays with a subject is desk.c, silences are desk_silence.c, windows desk_window.c. */

/* What stays with one subject. */
struct desk_topic {
    struct safe_text subject;
    struct desk_ack ack; /* until_ms 0: none */
    struct desk_note *notes;
    struct desk_step *steps;
    size_t note_count, step_count;
    int64_t escalated_ms, escalated_before_ms, escalated_seq; /* the last one, the one before it, its entry */
    struct safe_text escalated_by;
    int64_t failed_seq; /* the entry of the last one that came to nothing, and why */
    struct safe_text failed_why;
};

struct desk {
    struct arena arena;        /* of all texts */
    struct desk_topic *topics; /* by subject */
    size_t topic_count, topic_cap;
    struct desk_silence *silences; /* the oldest first, as the windows */
    size_t silence_count, silence_cap;
    struct desk_window *windows;
    size_t window_count, window_cap;
    unsigned version;
};

/* Refuses with the words, what the person can do, and an exit status; false always. */
bool desk_refuse(struct err *err, int status, const char *what, struct safe_text subject, const char *hint);

bool desk_silence_check(const struct desk *d, const struct desk_entry *e, struct err *err);
void desk_silence_add(struct desk *d, const struct desk_entry *e);
bool desk_silence_check_end(const struct desk *d, const struct desk_entry *e, struct err *err);
void desk_silence_end(struct desk *d, const struct desk_entry *e);
bool desk_silence_check_outcome(const struct desk *d, const struct desk_entry *e, struct err *err);
void desk_silence_outcome(struct desk *d, const struct desk_entry *e);
/* The next moment after `now_ms` at which one begins or ends; INT64_MAX: none. */
int64_t desk_silence_next_ms(const struct desk *d, int64_t now_ms);

bool desk_window_check(const struct desk *d, const struct desk_entry *e, struct err *err);
void desk_window_add(struct desk *d, const struct desk_entry *e);
bool desk_window_check_end(const struct desk *d, const struct desk_entry *e, struct err *err);
void desk_window_end(struct desk *d, const struct desk_entry *e);
int64_t desk_window_next_ms(const struct desk *d, int64_t now_ms);
bool desk_window_has(const struct desk *d, struct safe_text id);

#endif
