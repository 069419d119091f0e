#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sources/openmetrics.h"

/* Any bytes as a document of either format. What is taken has names of the grammar, labels that stand once and text that is
 * UTF-8; what is not leaves a message with its place. A document that is taken as OpenMetrics and written again from its samples
 * is one of the older format, unless one of its samples has no place there. */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_sample(const struct openmetrics_sample *s)
{
    size_t len = text_len(s->name);
    check(len > 0 && openmetrics_line_name(text_bytes(s->name), len) == len);
    check(s->count <= OPENMETRICS_LABELS_MAX);
    check(!s->timed || isfinite(s->at_s));
    for (size_t i = 0; i < s->count; i++) {
        check(!text_empty(s->labels[i].name) && text_is_utf8(s->labels[i].value));
        for (size_t k = 0; k < i; k++)
            check(!text_equal(s->labels[i].name, s->labels[k].name));
    }
}

static void value_put(struct buf *out, struct safe_text t)
{
    for (size_t i = 0; i < text_len(t); i++) {
        char c = text_bytes(t)[i];
        if (c == '\\' || c == '"' || c == '\n')
            buf_putc(out, '\\', NULL);
        buf_putc(out, c == '\n' ? 'n' : c, NULL);
    }
}

static void sample_put(struct buf *out, const struct openmetrics_sample *s)
{
    buf_put(out, text_bytes(s->name), text_len(s->name), NULL);
    buf_putc(out, '{', NULL);
    for (size_t i = 0; i < s->count; i++) {
        buf_put(out, text_bytes(s->labels[i].name), text_len(s->labels[i].name), NULL);
        buf_puts(out, "=\"", NULL);
        value_put(out, s->labels[i].value);
        buf_puts(out, "\",", NULL);
    }
    buf_printf(out, NULL, "} %.17g\n", s->value);
}

/* The number of its samples, -1 when it is refused; they are written to `out`. */
static int take(const char *bytes, size_t n, enum openmetrics_format format, struct buf *out, int *timed)
{
    struct openmetrics *o = openmetrics_parse_new("x", bytes, n, format);
    struct openmetrics_sample sample;
    struct err err = {0};
    enum openmetrics_step step;
    int count = 0;
    while ((step = openmetrics_parse_next(o, &sample, &err)) == OPENMETRICS_SAMPLE) {
        check_sample(&sample);
        *timed += sample.timed;
        if (out)
            sample_put(out, &sample);
        count++;
    }
    check(step == OPENMETRICS_END || (err.kind == ERR_CORRUPT && strncmp(err.text, "x:", 2) == 0));
    openmetrics_parse_free(o);
    return step == OPENMETRICS_END ? count : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    for (int f = OPENMETRICS_AUTO; f <= OPENMETRICS_PROMETHEUS; f++) {
        struct buf again = buf_make(64 << 20);
        int timed = 0, none = 0;
        int count = take((const char *)bytes, n, (enum openmetrics_format)f, &again, &timed);
        if (count >= 0 && timed == 0)
            check(take(buf_str(&again), again.len, OPENMETRICS_PROMETHEUS, NULL, &none) == count);
        buf_release(&again);
    }
    return 0;
}
