#include "cli/at.h"

#include "cli/wait.h"
#include "store/query.h"

enum { EXIT_NO_OBJECT = 67 };

static int64_t since_of(const struct query_rows *alerts, const char *id)
{
    struct row row;
    int64_t since_ms = 0;

    for (size_t i = 0; i < query_rows_count(alerts) && query_rows_at(alerts, i, &row); i++) {
        int64_t one_ms = text_is(row.id, id) ? value_int_or(&row.cells[ALERT_SINCE], 0) : 0;
        if (one_ms > 0 && (since_ms == 0 || one_ms < since_ms))
            since_ms = one_ms;
    }
    return since_ms;
}

bool at_alert(const char *id, const char *state_dir, struct instant now, int64_t *at_ms, struct err *err)
{
    struct query *q = query_open(state_dir, err);
    struct query_rows *alerts = q ? query_rows_new(q, KIND_ALERT, QUERY_NOW) : NULL;
    bool ok = alerts && wait_for_rows(alerts, now, err);

    *at_ms = ok ? since_of(alerts, id) : 0;
    query_rows_free(alerts);
    query_close(q);
    if (!ok || *at_ms > 0)
        return ok;
    err_set(err, ERR_INPUT, "there is no alert '%s' whose start is known", id);
    err_hint(err, "'hubtop get alerts' lists those there are");
    return err_exit(err, EXIT_NO_OBJECT);
}
