#include "collector/poller_private.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

void poller_told(struct poller *p)
{
    int64_t now_ms = clock_now(p->world->clock).utc_ms;
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        if (p->ingest.told[k] < 0)
            continue;
        struct poller_told *t = &p->told[k];
        t->rows = (t->poll == p->poll_number ? t->rows : 0) + p->ingest.told[k];
        t->poll = p->poll_number;
        t->at_ms = now_ms;
    }
}

static const char *backoff_word(const struct poller *p, int64_t now_ms)
{
    const struct backoff *b = &p->backoff;
    return b->peer_before_ms > now_ms ? "asked" : b->open ? "breaker" : b->failures > 0 ? "waiting" : "none";
}

/* "jobs=4455" of the last poll, "nodes=120@2026-11-21T03:12:07Z" of an earlier one. */
static void tells_add(struct poller *p, enum kind kind)
{
    const struct poller_told *t = &p->told[kind];
    struct buf member = buf_make(128);
    char utc[CLOCK_TEXT_MAX];
    buf_printf(&member, NULL, "%s=%lld", kind_info(kind)->name, (long long)t->rows);
    if (t->poll != p->poll_ended)
        buf_printf(&member, NULL, "@%s", clock_iso(t->at_ms, utc));
    value_list_add(&p->tells, text_of(buf_str(&member)), NULL);
    buf_release(&member);
}

static struct value tells(struct poller *p)
{
    buf_clear(&p->tells);
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        if (p->told[k].at_ms)
            tells_add(p, (enum kind)k);
    }
    return p->tells.len > 0 ? value_list(text_from(buf_str(&p->tells), p->tells.len)) : value_none();
}

static void when(const struct poller *p, struct row *row)
{
    int64_t boot_ms = clock_boot_ms(), utc_ms = clock_now(p->world->clock).utc_ms;
    if (p->timer && !p->polling && !p->world->clock->simulated)
        row->cells[SOURCE_NEXT_POLL_AT] = value_time(utc_ms + (p->due_ms > boot_ms ? p->due_ms - boot_ms : 0));
    row->cells[SOURCE_BACKOFF] = value_text(text_of(backoff_word(p, boot_ms)));
    row->cells[SOURCE_FAILED_POLLS] = value_int(p->backoff.failures);
}

void poller_row(struct poller *p, struct row *row)
{
    const struct source_driver *driver = p->config->driver;
    *row = (struct row){.kind = KIND_SOURCE, .id = text_of(p->name), .source = text_of("hubtop")};
    row->cells[SOURCE_DRIVER] = value_text(text_of(driver->name));
    row->cells[SOURCE_URL] = value_text(text_of(p->config->url));
    row->cells[SOURCE_STATE] = value_text(text_of(state_source_word(p->state)));
    row->cells[SOURCE_INTERVAL_S] = value_int(p->usual_ms / 1000);
    if (p->error) {
        row->cells[SOURCE_LAST_ERROR] = value_text(text_of(p->error->text));
        row->cells[SOURCE_ERROR_KIND] = value_text(text_of(err_kind_name(p->error->kind)));
        if (p->error->hint[0])
            row->cells[SOURCE_HINT] = value_text(text_of(p->error->hint));
    }
    const char *version = driver->peer_version && p->inst ? driver->peer_version(p->inst) : NULL;
    if (version)
        row->cells[SOURCE_VERSION] = value_text(text_of(version));
    const char *remark = driver->peer_remark && p->inst ? driver->peer_remark(p->inst) : NULL;
    if (remark)
        row->cells[SOURCE_REMARK] = value_text(text_of(remark));
    row->cells[SOURCE_TELLS] = tells(p);
    when(p, row);
    tally_row(&p->tally, row);
}

const char *poller_name(const struct poller *p)
{
    return p->name;
}

bool poller_is_live(const struct poller *p)
{
    return p->state == SOURCE_LIVE;
}

bool poller_is_polling(const struct poller *p)
{
    return p->polling;
}

bool poller_ended_once(const struct poller *p)
{
    return p->ended_once;
}

enum poller_news poller_take_news(struct poller *p)
{
    enum poller_news news = p->news;
    p->news = POLLER_NOTHING;
    return news;
}

const struct err *poller_failure(const struct poller *p)
{
    return p->failure.kind == ERR_NONE ? NULL : &p->failure;
}

unsigned poller_version(const struct poller *p)
{
    return p->version;
}

/* --- what is told of requests, and kept of failures */

static bool is_error(const struct poller *p, const char *text)
{
    return p->error && strcmp(p->error->text, text) == 0;
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
        p->config->driver->remark(p->inst, p->requests[p->at], &remark);
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
    bool again = apart && is_error(p, told.text);
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
    if (is_error(p, lack.text))
        return;
    err_prefix(&lack, "%s", p->name);
    log_err(LOG_WARN, &lack);
}

void poller_error_keep(struct poller *p, const struct err *err, int64_t utc_ms)
{
    p->tally.last_error_ms = utc_ms;
    if (!is_error(p, err->text))
        p->version++;
    if (!p->error)
        p->error = mem_new(1, sizeof *p->error);
    *p->error = *err;
}
