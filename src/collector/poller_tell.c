#include "collector/poller_private.h"

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
