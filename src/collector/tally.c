#include "collector/tally.h"

static struct value moment(int64_t utc_ms)
{
    return utc_ms > 0 ? value_time(utc_ms) : value_none();
}

void tally_row(const struct tally *t, struct row *row)
{
    struct value *c = row->cells;
    bool polled = t->polls > 0;
    c[SOURCE_LAST_OK_AT] = moment(t->last_ok_ms);
    c[SOURCE_LAST_ERROR_AT] = moment(t->last_error_ms);
    c[SOURCE_REQUESTS] = value_int(t->requests);
    c[SOURCE_BYTES] = value_int(t->bytes);
    c[SOURCE_BAD_BYTES] = value_int(t->bad_bytes);
    c[SOURCE_BODIES_DROPPED] = value_int(t->bodies_dropped);
    c[SOURCE_DUPLICATE_KEYS] = value_int(t->duplicate_keys);
    c[SOURCE_UNCHANGED] = value_int(t->unchanged);
    c[SOURCE_ERRORS] = value_int(t->errors);
    c[SOURCE_SKEW_S] = t->skew_known ? value_real(t->skew_s) : value_none();
    c[SOURCE_ROWS] = polled ? value_int(t->rows) : value_none();
    c[SOURCE_LAST_MS] = polled ? value_int(t->last_ms) : value_none();
}
