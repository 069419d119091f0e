#ifndef HUBTOP_SRC_VIEWS_ALERT_WORDS_H
#define HUBTOP_SRC_VIEWS_ALERT_WORDS_H

#include "views/needs.h"

/* What alerts say, in the reader's language: of our own rules what their objects' rows say now, of others what they told. */
struct alert_words {
    const struct needs_facts *told;
    struct arena arena;
    struct verdict_facts facts;
    struct symptom_list now;
};

/* `told` and its rows live as long as the words. */
void alert_words_make(struct alert_words *w, const struct needs_facts *told);
void alert_words_release(struct alert_words *w);

/* The kind of what the alert is about; KIND_NONE: it says none that is known. */
enum kind alert_words_kind(const struct row *alert);
/* The row of that object; false: it is not among the facts. */
bool alert_words_object(const struct alert_words *w, const struct row *alert, struct row *object);
/* The rows that an object of that kind is among, NULL: none of the facts. */
const struct view_rows *alert_words_rows(const struct alert_words *w, enum kind kind);

enum severity alert_words_severity(const struct row *alert);
bool alert_words_over(const struct row *alert); /* it is resolved */

/* Append, safe to show: an object ("韶关→深圳" in Chinese) by kind and id; the alert's object, what is wrong with it, and the finding's word ("link"). */
void alert_words_place(const struct alert_words *w, enum kind kind, struct safe_text id, const struct canvas *c,
                       struct buf *out);
void alert_words_where(const struct alert_words *w, const struct row *alert, const struct canvas *c, struct buf *out);
void alert_words_text(const struct alert_words *w, const struct row *alert, struct buf *out);
const char *alert_words_what(const struct row *alert);

#endif
