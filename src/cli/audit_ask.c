#include "cli/audit_ask.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/request.h"
#include "collector/audit_page.h"
#include "store/store.h"

enum { EXIT_HELD = 75 };

/* --- where no collector runs --- */

/* NULL without err: a collector runs by now. */
static struct store *copy(const struct setup *s, struct err *err)
{
    char path[DIR_PATH_MAX];
    if (dir_join(path, s->state_dir, "actions.db") && access(path, F_OK) != 0)
        return journal_copy(s->state_dir, err);
    int lock = dir_lock(s->state_dir, err);
    if (lock < 0) {
        if (err_status(err) == EXIT_HELD)
            *err = (struct err){0};
        else
            err_hint(err, "no collector runs that could be asked, and its place cannot be taken to look");
        return NULL;
    }
    struct store *journal = journal_copy(s->state_dir, err);
    close(lock);
    return journal;
}

static bool hand(const struct buf *text, void (*take)(void *ctx, const struct json *answer), void *ctx, struct err *err)
{
    struct json *tree = json_parse(buf_str(text), text->len, JSON_STRICT, err);
    if (tree)
        take(ctx, tree);
    json_free(tree);
    return tree != NULL;
}

static bool verify_copy(struct store *journal, const char *anchor, struct buf *out, struct err *err)
{
    struct journal_anchor given;
    if (anchor && !journal_anchor_parse(anchor, &given, err))
        return false;
    struct journal_check *c = journal_check_new(journal, anchor ? &given : NULL, err);
    bool ok = c && journal_check_step(c, INT64_MAX, err) == STORE_DONE;
    if (ok)
        audit_page_verdict(journal_check_verdict(c), out);
    journal_check_free(c);
    return ok;
}

static bool page_copy(struct store *journal, const char *ask, struct buf *out, struct err *err)
{
    struct json *asked = json_parse(ask, strlen(ask), JSON_STRICT, err);
    bool ok = asked && audit_page(journal, asked, true, out, err);
    json_free(asked);
    return ok;
}

/* --- page after page --- */

struct pages {
    void (*take)(void *ctx, const struct json *page);
    void *ctx;
    int64_t before;
    bool more;
};

static void turn(void *ctx, const struct json *page)
{
    struct pages *p = ctx;
    p->take(p->ctx, page);
    p->more = false;
    json_bool(json_get(page, "more"), &p->more);
    if (!json_int(json_get(page, "before"), &p->before))
        p->more = false;
}

static bool one_page(const struct setup *s, const struct options *o, struct store *journal, const char *ask,
                     struct pages *p, struct err *err)
{
    struct buf full = buf_make(REQUEST_ASK_MAX), out = buf_make(AUDIT_PAGE_MAX);
    buf_printf(&full, NULL, "{\"before\":%" PRId64 "%s%s", p->before, ask[1] == '}' ? "" : ",", ask + 1);
    bool ok = journal ? page_copy(journal, buf_str(&full), &out, err) && hand(&out, turn, p, err)
                      : request_read(s, o, "audit_show", buf_str(&full), turn, p, err);
    buf_release(&full);
    buf_release(&out);
    return ok;
}

bool audit_ask_entries(const struct setup *s, const struct options *o, const char *ask,
                       void (*take)(void *ctx, const struct json *page), void *ctx, struct err *err)
{
    struct pages p = {.take = take, .ctx = ctx, .before = INT64_MAX, .more = true};
    struct store *journal = dir_locked(s->state_dir) ? NULL : copy(s, err);
    bool ok = err->kind == ERR_NONE;
    while (ok && p.more)
        ok = one_page(s, o, journal, ask, &p, err);
    store_close(journal);
    return ok;
}

bool audit_ask_verdict(const struct setup *s, const struct options *o, const char *anchor,
                       void (*take)(void *ctx, const struct json *verdict), void *ctx, struct err *err)
{
    struct buf ask = buf_make(REQUEST_ASK_MAX), out = buf_make(AUDIT_PAGE_MAX);
    struct json_writer w = json_writer_make(&ask);
    struct store *journal = dir_locked(s->state_dir) ? NULL : copy(s, err);
    json_open_object(&w);
    request_put(&w, "anchor", anchor);
    json_close_object(&w);
    bool ok = err->kind == ERR_NONE && (journal ? verify_copy(journal, anchor, &out, err) && hand(&out, take, ctx, err)
                                                : request_read(s, o, "audit_verify", buf_str(&ask), take, ctx, err));
    store_close(journal);
    buf_release(&ask);
    buf_release(&out);
    return ok;
}
