#include "console/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tr.h"
#include "domain/change.h"
#include "domain/finding.h"

enum {
    LOOKED_MAX = 1000,
    TELL_BYTES = 64 << 10,
    LINE_BYTES = 4096,
    SLICE_US = 6000,
    ALERTS_MAX = 2048,
    HASHED_BYTES = 1024,
    ID_BYTES = 512
};

/* An alert of which was told how severe it is. */
struct told_alert {
    uint64_t hash;
    enum severity severity;
};

struct tell {
    struct query_rows *rows;
    struct told_alert alerts[ALERTS_MAX]; /* those that were told first are forgotten first */
    size_t alert_count, alert_next;
    bool begun;
    int64_t rev, found_rev; /* of the changes, and of what needs somebody, when that was looked at; -1: never */
    int64_t since_ms;       /* the newest arrival that was looked at; -1: nothing was */
    struct buf lines;
    size_t waiting, left_out;
    int64_t told_ms;
};

struct tell *tell_new(void)
{
    struct tell *t = mem_new(1, sizeof *t);

    *t = (struct tell){.rev = -1, .found_rev = -1, .since_ms = -1, .lines = buf_make(TELL_BYTES)};
    return t;
}

void tell_forget(struct tell *t)
{
    query_rows_free(t->rows);
    t->rows = NULL;
    t->rev = t->found_rev = -1;
}

void tell_free(struct tell *t)
{
    if (!t)
        return;
    tell_forget(t);
    buf_release(&t->lines);
    free(t);
}

void tell_add(struct tell *t, const char *line)
{
    if (t->waiting >= TELL_LINES || !buf_printf(&t->lines, NULL, "%s\n", line))
        t->left_out++;
    else
        t->waiting++;
}

/* --- what needs somebody --- */

static struct told_alert *told_of(struct tell *t, const struct row *alert)
{
    struct buf b = buf_make(HASHED_BYTES);
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a: a collision costs a line */
    struct told_alert *told = NULL;

    text_show(alert->source, -1, &b);
    buf_putc(&b, '/', NULL);
    text_show(alert->id, -1, &b);
    for (size_t i = 0; i < b.len; i++)
        hash = (hash ^ (unsigned char)b.data[i]) * UINT64_C(1099511628211);
    buf_release(&b);
    for (size_t i = 0; i < t->alert_count && !told; i++)
        told = t->alerts[i].hash == hash ? &t->alerts[i] : NULL;
    if (told)
        return told;
    told = &t->alerts[t->alert_next];
    t->alert_next = (t->alert_next + 1) % ALERTS_MAX;
    t->alert_count += t->alert_count < ALERTS_MAX;
    *told = (struct told_alert){hash, SEVERITY_OK};
    return told;
}

/* One that is over and comes back is told again: the feed says that it is over. */
static void tell_finding(void *ctx, const struct finding *f)
{
    static const char *const words[] = {[SEVERITY_NOTICE] = N_("new notice"),
                                        [SEVERITY_WARN] = N_("new warning"),
                                        [SEVERITY_CRIT] = N_("new critical")};
    struct tell *t = ctx;
    struct told_alert *told = f->alert ? told_of(t, f->alert) : NULL;
    struct buf line = buf_make(LINE_BYTES);

    if (told && f->severity > told->severity && f->severity <= SEVERITY_CRIT) {
        told->severity = f->severity;
        buf_printf(&line, NULL, "%s ", tr(words[f->severity]));
        text_show(f->alert->id, -1, &line);
        buf_puts(&line, ": ", NULL);
        finding_sentence(f, &line);
        if (t->begun && !f->acked)
            tell_add(t, buf_str(&line));
    }
    buf_release(&line);
}

/* --- what changed --- */

/* Alerts begin among what needs somebody; those of which nothing is told there need nobody. */
static bool is_beginning(const struct row *change)
{
    const char *head = change_words_head(change);

    return head && strcmp(head, "alert") == 0;
}

void tell_sentence(const struct row *change, struct buf *out)
{
    char time[CLOCK_TEXT_MAX], id[ID_BYTES], *at;
    const char *alert = kind_info(KIND_ALERT)->singular;
    struct safe_text by = value_text_or(&change->cells[CHANGE_BY], "");
    size_t n = strlen(alert);

    if (value_known(&change->cells[CHANGE_AT]))
        buf_printf(out, NULL, "%s ", clock_local_hms(value_int_or(&change->cells[CHANGE_AT], 0), time));
    text_show_in(change->id, id, sizeof id);
    at = strrchr(id, '@');
    if (at && strncmp(id, alert, n) == 0 && id[n] == '/') { /* "alert/ID@TIME" */
        *at = '\0';
        buf_printf(out, NULL, "%s, ", id + n + 1);
    }
    text_show(value_text_or(&change->cells[CHANGE_WHERE], "-"), -1, out);
    if (!text_empty(by)) {
        buf_puts(out, ", ", NULL);
        text_show(by, -1, out);
    }
    buf_puts(out, ": ", NULL);
    change_words(change, out);
}

/* --- looking --- */

/* The rows are in the order of their time, the newest first; those that came since the last look are told in the order of events. */
static void tell_rows(struct tell *t)
{
    size_t n = query_rows_count(t->rows) < LOOKED_MAX ? query_rows_count(t->rows) : LOOKED_MAX;
    int64_t newest_ms = t->since_ms;
    struct row row;

    for (size_t i = n; i-- > 0;) {
        struct buf line = buf_make(LINE_BYTES);
        if (!query_rows_at(t->rows, i, &row))
            continue;
        if (t->since_ms >= 0 && row.since_ms > t->since_ms && !is_beginning(&row)) {
            tell_sentence(&row, &line);
            tell_add(t, buf_str(&line));
        }
        newest_ms = row.since_ms > newest_ms ? row.since_ms : newest_ms;
        buf_release(&line);
    }
    t->since_ms = newest_ms < 0 ? 0 : newest_ms;
}

bool tell_look(struct tell *t, struct query *q, struct feeds *f, struct instant now)
{
    struct err err = {0};
    int field;
    bool descending;

    if (!t->rows) {
        t->rows = query_rows_new(q, KIND_CHANGE, QUERY_NOW);
        if (filter_sort_parse(KIND_CHANGE, "-at", &field, &descending, NULL))
            query_rows_sort(t->rows, field, descending);
    }
    enum query_step step = query_rows_step(t->rows, now, SLICE_US, &err);
    if (step != QUERY_DONE)
        return step == QUERY_MORE;
    if (query_rows_partial(t->rows))
        return false;
    if (feeds_rev(f) != t->found_rev) {
        feeds_findings(f, now, tell_finding, t);
        t->found_rev = feeds_rev(f);
        t->begun = true;
    }
    if (query_rows_rev(t->rows) == t->rev)
        return false;
    t->rev = query_rows_rev(t->rows);
    tell_rows(t);
    return false;
}

bool tell_take(struct tell *t, int64_t boot_ms, struct buf *out)
{
    if (t->waiting == 0 || (t->told_ms > 0 && boot_ms - t->told_ms < TELL_EVERY_MS))
        return false;
    buf_puts(out, buf_str(&t->lines), NULL);
    if (t->left_out > 0)
        buf_printf(out, NULL, tr("and %zu more changes; type changes\n"), t->left_out);
    buf_clear(&t->lines);
    t->waiting = t->left_out = 0;
    t->told_ms = boot_ms;
    return true;
}
