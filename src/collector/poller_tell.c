#include "collector/poller_private.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

void poller_row(const struct poller *p, struct row *row)
{
    const struct source_driver *driver = p->config->driver;
    *row = (struct row){.kind = KIND_SOURCE, .id = text_of(p->name), .source = text_of("hubtop")};
    row->cells[SOURCE_DRIVER] = value_text(text_of(driver->name));
    row->cells[SOURCE_URL] = value_text(text_of(p->config->url));
    row->cells[SOURCE_STATE] = value_text(text_of(state_source_word(p->state)));
    row->cells[SOURCE_INTERVAL_S] = value_int(p->config->interval_ms / 1000);
    if (p->error_text[0])
        row->cells[SOURCE_LAST_ERROR] = value_text(text_of(p->error_text));
    const char *version = driver->peer_version && p->inst ? driver->peer_version(p->inst) : NULL;
    if (version)
        row->cells[SOURCE_VERSION] = value_text(text_of(version));
    const char *remark = driver->peer_remark && p->inst ? driver->peer_remark(p->inst) : NULL;
    if (remark)
        row->cells[SOURCE_REMARK] = value_text(text_of(remark));
    tally_row(&p->tally, row);
}

void poller_report(const struct poller *p, const char *what, const struct err *err)
{
    if (!p->world->report)
        return;
    struct collector_report r = {
        .source = p->name,
        .what = what,
        .rows = err ? 0 : p->ingest.rows,
        .bytes = p->request_bytes,
        .took_ms = clock_boot_ms() - p->request_start_ms,
        .err = err,
    };
    struct buf remark = buf_make(sizeof r.remark - 1);
    if (!err && p->config->driver->remark)
        p->config->driver->remark(p->inst, &p->requests[p->at], &remark);
    snprintf(r.remark, sizeof r.remark, "%s", buf_str(&remark));
    buf_release(&remark);
    p->world->report(p->world->ctx, &r);
}

/* Tells of it, and keeps the first of a poll. What goes on failing beside others that do not is logged once. */
void poller_note_failure(struct poller *p, const char *what, const struct err *err, bool apart)
{
    struct err told = *err;
    poller_report(p, what, err);
    err_prefix(&told, "%s", what);
    bool again = apart && strcmp(told.text, p->error_text) == 0;
    if (p->failure.kind == ERR_NONE)
        p->failure = told;
    p->failed_whole = p->failed_whole || !apart;
    err_prefix(&told, "%s", p->name);
    log_err(again ? LOG_DEBUG : LOG_WARN, &told);
}

void poller_note_lack(struct poller *p, const struct source_request *r)
{
    struct err lack = {0};
    if (p->lack.kind != ERR_NONE || !p->config->driver->trouble || !p->config->driver->trouble(p->inst, r, &lack))
        return;
    err_prefix(&lack, "%s", r->what);
    p->lack = lack;
    if (strcmp(lack.text, p->error_text) == 0)
        return;
    err_prefix(&lack, "%s", p->name);
    log_err(LOG_WARN, &lack);
}

void poller_error_keep(struct poller *p, const struct err *err, int64_t utc_ms)
{
    p->tally.last_error_ms = utc_ms;
    if (strcmp(p->error_text, err->text) != 0)
        p->version++;
    memcpy(p->error_text, err->text, sizeof p->error_text);
}
