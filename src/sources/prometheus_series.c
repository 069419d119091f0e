#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sources/prometheus.h"

/* --- its name */

static void id_put(struct prometheus_name *out, size_t *n, struct safe_text part, char between)
{
    const char *p = text_bytes(part);
    for (size_t i = 0; i < text_len(part); i++) {
        if (p[i] == between || p[i] == '%')
            *n += (size_t)snprintf(out->id_bytes + *n, 4, "%%%02X", (unsigned char)p[i]);
        else
            out->id_bytes[(*n)++] = p[i];
    }
}

static void id_make(const struct prometheus_kind *kind, struct prometheus_name *out)
{
    size_t n = 0;
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX; i++) {
        /* Racks of one name may stand in several halls. */
        bool hall = kind->kind == KIND_RACK && kind->labels[i].field == RACK_HALL && !text_empty(out->labels[i]);
        if (!kind->labels[i].named && !hall)
            continue;
        if (n > 0)
            out->id_bytes[n++] = kind->between;
        id_put(out, &n, out->labels[i], kind->between);
    }
    out->id = text_from(out->id_bytes, n);
}

bool prometheus_series_object(const struct prometheus_query *q, const struct safe_text values[PROMETHEUS_LABELS_MAX],
                              struct prometheus_name *out, struct prometheus_seen *seen)
{
    seen->series++;
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX; i++) {
        out->labels[i] = values[i];
        if (!q->labels[i])
            continue;
        if (text_len(out->labels[i]) > PROMETHEUS_VALUE_MAX) {
            seen->too_long++;
            return false;
        }
        if (text_empty(out->labels[i])) {
            seen->without[i]++;
            if (q->kind->labels[i].named)
                return false;
        }
    }
    if (q->kind->ends && text_equal(out->labels[0], out->labels[1])) {
        seen->own++;
        return false;
    }
    id_make(q->kind, out);
    return true;
}

/* To Prometheus an empty label and none are the same. */
bool prometheus_series_name(const struct prometheus_query *q, const struct json *metric, struct prometheus_name *out,
                            struct prometheus_seen *seen)
{
    struct safe_text values[PROMETHEUS_LABELS_MAX] = {{0}};
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX; i++) {
        if (q->labels[i])
            (void)json_text(json_get(metric, q->labels[i]), &values[i]);
    }
    return prometheus_series_object(q, values, out, seen);
}

/* --- its number */

/* "1.68e-01", "0e+00"; not "NaN", "+Inf", hexadecimal, or anything behind it. */
static double number_of(struct safe_text t)
{
    char digits[64], *end;
    size_t n = text_len(t);
    if (n == 0 || n >= sizeof digits)
        return NAN;
    memcpy(digits, text_bytes(t), n);
    digits[n] = '\0';
    if (strspn(digits, "+-.0123456789eE") != n)
        return NAN;
    double v = strtod(digits, &end);
    return end == digits + n ? v : NAN;
}

double prometheus_series_unit(const struct prometheus_query *q, double v)
{
    v *= q->scale;
    if (!isfinite(v))
        return NAN;
    if (kind_info(q->kind->kind)->fields[q->field].type == VALUE_REAL)
        return v;
    return fabs(v) < 9e15 ? round(v) : NAN;
}

double prometheus_series_number(const struct prometheus_query *q, const struct json *pair, int64_t *at_ms)
{
    const struct json *time = json_first(pair);
    struct safe_text t = {0};
    double s = NAN;
    if (json_type(pair) != JSON_ARRAY || !json_text(json_next(time), &t))
        return NAN;
    (void)json_real(time, &s);
    if (at_ms && !(s > 0 && s < 1e11))
        return NAN;
    if (at_ms)
        *at_ms = llround(s * 1000);
    return prometheus_series_unit(q, number_of(t));
}

/* --- what is told of it */

static void count_put(struct buf *out, const char *before, uint64_t n, const char *what)
{
    (void)buf_printf(out, NULL, "%s%" PRIu64 "%s", before, n, what);
}

void prometheus_series_remark(const struct prometheus_query *q, const struct prometheus_seen *seen, struct buf *out)
{
    const struct {
        uint64_t n;
        const char *what;
    } others[] = {
        {seen->own, " own readings"},
        {seen->too_long, " with a label too long"},
        {seen->unknown, " without a number"},
        {seen->twice, " for what another one told"},
    };
    const char *before = ", of them ";
    count_put(out, "", seen->series, " series");
    if (seen->samples > 0)
        count_put(out, ", ", seen->samples, " samples");
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX && q->kind->labels[i].key; i++) {
        if (seen->without[i] == 0)
            continue;
        (void)buf_printf(out, NULL, "%s%" PRIu64 " without the label '%s'", before, seen->without[i], q->labels[i]);
        before = ", ";
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (others[i].n == 0)
            continue;
        count_put(out, before, others[i].n, others[i].what);
        before = ", ";
    }
    if (seen->warning[0])
        (void)buf_printf(out, NULL, "; it warns: %s", seen->warning);
}
