#include "cli/order_pair.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "cli/order_watch.h"
#include "cli/wait.h"

enum { EXIT_NOT_FOUND = 67, WORDS_MAX = 512, TIME_MAX = 64 };

/* The first action of an order; what it is of is the rows'. */
static bool first_of(struct query_rows *rows, const struct setup *s, const char *id, struct row *row, struct err *err)
{
    if (!wait_for_rows(rows, clock_now(&s->clock), err))
        return false;
    for (size_t i = 0; i < query_rows_count(rows); i++) {
        if (query_rows_at(rows, i, row) && text_is(value_text_or(&row->cells[ACTION_ORDER], ""), id))
            return true;
    }
    err_set(err, ERR_INPUT, "there is no order '%s'", id);
    err_hint(err, "'hubtop get actions' lists those there are");
    return err_exit(err, EXIT_NOT_FOUND);
}

/* One that waits for nobody has none: the collector says what it is. */
bool order_pair_hash(struct query *q, const struct setup *s, const struct options *o, const char *id,
                     char out[ORDER_PAIR_HASH_MAX], struct err *err)
{
    struct query_rows *rows = query_rows_new(q, KIND_ACTION, QUERY_NOW);
    struct row row;
    bool ok = first_of(rows, s, id, &row, err);
    if (ok)
        text_show_in(value_text_or(&row.cells[ACTION_HASH], "none"), out, ORDER_PAIR_HASH_MAX);
    if (ok && o->anchor)
        snprintf(out, ORDER_PAIR_HASH_MAX, "%s", o->anchor);
    query_rows_free(rows);
    return ok;
}

/* --- what was proposed --- */

static void print_checks(const struct row *row)
{
    struct safe_text list = value_text_or(&row->cells[ACTION_CHECKS], ""), member;
    char words[WORDS_MAX];
    while (value_list_next(&list, &member)) {
        struct safe_text name = text_of("");
        char shown[TIME_MAX];
        text_split(&member, '=', &name);
        text_show_in(name, shown, sizeof shown);
        printf("  %s: %s\n", tr_of("check", shown), text_show_in(member, words, sizeof words));
    }
}

static void print_text(const struct row *row, const char *id)
{
    char hash[ORDER_PAIR_HASH_MAX], by[TIME_MAX], until[CLOCK_TEXT_MAX];
    printf(tr("%s is proposed, and nothing was sent: somebody other than '%s' approves it until %s\n"), id,
           text_show_in(value_text_or(&row->cells[ACTION_REQUESTED_BY], ""), by, sizeof by),
           clock_iso(value_int_or(&row->cells[ACTION_EXPIRES_AT], 0), until));
    printf("  hubtop order approve %s --anchor %s --write\n", id,
           text_show_in(value_text_or(&row->cells[ACTION_HASH], ""), hash, sizeof hash));
    print_checks(row);
}

bool order_pair_told(struct query *q, const struct setup *s, const struct options *o, const char *id, struct err *err)
{
    if (o->format && strcmp(o->format, "text") != 0)
        return order_watch_print(q, s, o, id, false, err);
    struct query_rows *rows = query_rows_new(q, KIND_ACTION, QUERY_NOW);
    struct row row;
    bool ok = first_of(rows, s, id, &row, err);
    if (ok && !o->quiet)
        print_text(&row, id);
    query_rows_free(rows);
    return ok;
}
