#include "sources/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sources/hub_private.h"

/* Hub API v1 (hub_v1.json). A poll asks /v1/hub first; what it can do says which lists follow. A list is asked for what
 * changed since the revision that is known, where the hub tells differences, and always with its validator: 304 costs
 * nothing. Differences are laid over a copy of the list, which then goes to the store as a whole. */

enum {
    TIMEOUT_MS = 60000,
    TAG_HUB = HUB_LISTS, /* else the list's number */
    PAGE_LEAST = 1,
    PAGE_MOST = 100000,
    EXIT_CONFIG = 78,
};

static const struct config_option settings[] = {
    {.name = "allow_http",
     .type = CONFIG_TEXT,
     .preset = "false",
     .help = "true: a hub is asked without TLS though it is another host; whoever listens reads all, the token too"},
    {.name = "deltas",
     .type = CONFIG_TEXT,
     .preset = "true",
     .help = "false: lists are always asked whole, though the hub tells differences"},
    {.name = "page", .type = CONFIG_TEXT, .preset = "1000", .help = "items of a page that are asked for"},
    {0},
};

/* --- opening --- */

static bool setting_bool(const struct source_settings *given, const char *key, bool preset, bool *out, struct err *err)
{
    const char *text = source_setting(given, key);
    *out = text ? strcmp(text, "true") == 0 : preset;
    if (!text || *out || strcmp(text, "false") == 0)
        return true;
    err_set(err, ERR_INPUT, "%s '%s' of source '%s' is neither true nor false", key, text, given->name);
    return err_exit(err, EXIT_CONFIG);
}

static bool setting_page(const struct source_settings *given, int64_t *out, struct err *err)
{
    const char *text = source_setting(given, "page");
    char *end = NULL;
    *out = text ? strtoll(text, &end, 10) : HUB_PAGE_ITEMS;
    if (!text || (*text && *end == '\0' && *out >= PAGE_LEAST && *out <= PAGE_MOST))
        return true;
    err_set(err, ERR_INPUT, "page '%s' of source '%s' is no number from %d to %d", text, given->name, PAGE_LEAST,
            PAGE_MOST);
    return err_exit(err, EXIT_CONFIG);
}

static bool transport_good(const struct source_settings *given, bool allowed, bool *plain, struct err *err)
{
    const char *url = given->url ? given->url : "";
    *plain = strncmp(url, "http://", 7) == 0;
    if (!*plain || allowed || hub_answer_is_loopback(url))
        return true;
    err_set(err, ERR_INPUT, "cannot use the source '%s': '%s' would be asked without TLS", given->name, url);
    err_hint(err, "write https://, or say it aloud: allow_http = true (in a URL ?allow_http=true)");
    return err_exit(err, EXIT_CONFIG);
}

static struct source *hub_open(const struct source_settings *given, struct err *err)
{
    bool allowed, deltas, plain;
    int64_t page;
    if (!setting_bool(given, "allow_http", false, &allowed, err) ||
        !setting_bool(given, "deltas", true, &deltas, err) || !setting_page(given, &page, err) ||
        !transport_good(given, allowed, &plain, err))
        return NULL;
    struct source *s = mem_new(1, sizeof *s);
    s->name = mem_strdup(given->name ? given->name : "hub");
    s->token = given->token;
    s->plain = plain;
    s->deltas_wanted = deltas;
    s->page_items = page;
    s->lists = mem_new(HUB_LISTS, sizeof *s->lists);
    s->view = mem_new(HUB_LISTS, sizeof *s->view);
    for (size_t i = 0; i < HUB_LISTS; i++)
        s->lists[i].seen.kind = hub_kinds()[i];
    return s;
}

static void marks_drop(struct source *s)
{
    hub_mark_free(s->reading.marks);
    s->reading.marks = NULL;
}

static void pending_drop(struct source *s)
{
    hub_table_free(s->reading.pending);
    s->reading.pending = NULL;
}

/* The list is asked whole the next time. */
static void forget(struct source *s, struct hub_list *l)
{
    hub_table_free(l->table);
    l->table = NULL;
    l->etag[0] = '\0';
    pending_drop(s);
}

static void hub_close(struct source *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < HUB_LISTS; i++) {
        forget(s, &s->lists[i]);
        hub_mark_free(s->lists[i].marks);
    }
    pending_drop(s);
    marks_drop(s);
    arena_release(&s->arena);
    free(s->reading.cursors);
    free(s->lists);
    free(s->view);
    free(s->name);
    free(s);
}

static size_t hub_headers(struct source *s, const char *names[], const char *values[], const struct secret *secrets[],
                          size_t max)
{
    size_t n = 0;
    if (n < max) {
        names[n] = "Accept";
        values[n] = "application/json, application/problem+json";
        secrets[n++] = NULL;
    }
    return n + source_authorization("Bearer ", s->token, names + n, values + n, secrets + n, max - n);
}

/* --- what is asked --- */

static size_t hub_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    (void)now;
    s->noted = 0;
    out[0] = (struct source_request){
        .what = "hub", .method = "GET", .path = "/v1/hub", .timeout_ms = TIMEOUT_MS, .essential = true, .tag = TAG_HUB};
    return 1;
}

static void list_request(const struct source *s, size_t at, const char *key, const char *value,
                         struct source_request *out)
{
    const struct hub_list *l = &s->lists[at];
    char limit[24];
    *out = (struct source_request){.what = kind_info(l->seen.kind)->name,
                                   .method = "GET",
                                   .element_path = "items",
                                   .mode = JSON_STRICT,
                                   .covers = {l->seen.kind, KIND_NONE},
                                   .timeout_ms = TIMEOUT_MS,
                                   .tag = (int)at};
    snprintf(out->path, sizeof out->path, "/v1/%s", out->what);
    snprintf(limit, sizeof limit, "%lld",
             (long long)(s->page_max > 0 && s->page_max < s->page_items ? s->page_max : s->page_items));
    hub_query_put(out->path, "limit", limit);
    if (key)
        hub_query_put(out->path, key, value);
}

/* What all copies of this source may still grow by. */
static size_t room_left(const struct source *s)
{
    size_t used = 0;
    for (size_t i = 0; i < HUB_LISTS; i++)
        used += hub_table_bytes(s->lists[i].table);
    return used < HUB_COPIES_BYTES_MAX ? HUB_COPIES_BYTES_MAX - used : 0;
}

/* The first part of a list: its differences where a copy is there to lay them over. */
static void list_first(struct source *s, size_t at, struct source_request *out)
{
    struct hub_list *l = &s->lists[at];
    bool known = l->table && l->seen.revision[0];
    s->reading.pages = 0;
    s->reading.items = s->reading.nonsense = 0;
    s->reading.cursor[0] = s->reading.revision[0] = '\0';
    s->reading.gone = s->reading.unchanged = s->reading.doubt = false;
    pending_drop(s);
    marks_drop(s);
    if (hub_order_kind(l->seen.kind))
        s->reading.marks = hub_mark_new(HUB_MARKS_BYTES_MAX, known);
    list_request(s, at, known ? "since" : NULL, l->seen.revision, out);
    out->difference = known;
    out->etag = l->etag[0] ? l->etag : NULL;
    if (s->deltas && s->deltas_wanted && !l->too_big)
        s->reading.pending = hub_table_new(room_left(s));
}

/* What stands in our copy, or nothing where the hub has no such list any more. */
static void local_request(struct source *s, size_t at, struct source_request *out)
{
    s->emitted = 0;
    *out = (struct source_request){.what = kind_info(s->lists[at].seen.kind)->name,
                                   .method = "",
                                   .covers = {s->lists[at].seen.kind, KIND_NONE},
                                   .timeout_ms = TIMEOUT_MS,
                                   .local = true,
                                   .tag = (int)at};
}

static bool list_next(struct source *s, size_t at, struct source_request *out)
{
    for (; at < HUB_LISTS; at++) {
        struct hub_list *l = &s->lists[at];
        if (l->seen.offered) {
            list_first(s, at, out);
            return true;
        }
        if (l->told) {
            forget(s, l);
            local_request(s, at, out);
            return true;
        }
    }
    return false;
}

/* The store has the list as of the answer that ended. */
static void list_known(const struct source *s, struct hub_list *l, const char *etag)
{
    snprintf(l->etag, sizeof l->etag, "%s", etag);
    memcpy(l->seen.revision, s->reading.revision, sizeof s->reading.revision);
    l->seen.as_of_ms = s->reading.as_of_ms;
    l->seen.answered = l->told = true;
}

/* The store has the items as of these revisions. */
static void marks_take(struct source *s, struct hub_list *l)
{
    hub_mark_free(l->marks);
    l->marks = s->reading.marks;
    s->reading.marks = NULL;
}

static void whole_ended(struct source *s, struct hub_list *l, const struct source_ended *ended)
{
    hub_table_free(l->table);
    l->table = s->reading.pending;
    s->reading.pending = NULL;
    marks_take(s, l);
    l->seen.items = s->reading.items;
    list_known(s, l, ended->etag);
}

static void local_ended(struct source *s, struct hub_list *l, bool well)
{
    if (!well)
        forget(s, l);
    else if (l->table) {
        l->seen.items = hub_table_count(l->table);
        if (l->marks && s->reading.marks)
            hub_mark_merge(l->marks, s->reading.marks);
    } else {
        l->told = l->seen.answered = false;
        hub_mark_free(l->marks);
        l->marks = NULL;
    }
    marks_drop(s);
}

static bool list_ended(struct source *s, const struct source_request *r, const struct source_ended *ended,
                       struct source_request *out)
{
    struct hub_list *l = &s->lists[r->tag];
    size_t at = (size_t)r->tag;
    if (r->local)
        local_ended(s, l, ended->well);
    else if (s->reading.gone) {
        forget(s, l);
        list_first(s, at, out);
        return true;
    } else if (!ended->well) {
        pending_drop(s);
        if (s->reading.doubt)
            forget(s, l);
    } else if (s->reading.unchanged)
        pending_drop(s);
    else if (r->difference) {
        bool merged = hub_table_merge(l->table, s->reading.pending);
        pending_drop(s);
        list_known(s, l, ended->etag);
        if (merged) {
            local_request(s, at, out);
            return true;
        }
        l->too_big = true;
        forget(s, l);
        list_first(s, at, out);
        return true;
    } else
        whole_ended(s, l, ended);
    return list_next(s, at + 1, out);
}

static bool hub_next(struct source *s, const struct source_request *r, const struct source_ended *ended,
                     struct source_request *out)
{
    s->noted = 0;
    for (size_t i = 0; i < s->report.count; i++)
        s->noted += s->report.notes[i].count;
    return r->tag == TAG_HUB ? list_next(s, 0, out) : list_ended(s, r, ended, out);
}

static bool hub_page(struct source *s, const struct source_request *r, struct source_request *out)
{
    if (r->tag == TAG_HUB || !s->reading.cursor[0])
        return false;
    list_request(s, (size_t)r->tag, "cursor", s->reading.cursor, out);
    out->difference = r->difference;
    return true;
}

/* --- answers --- */

static bool hub_decode(struct source *s, const struct source_request *r, const struct json *element, source_sink *sink,
                       void *ctx, struct err *err)
{
    struct row row;
    if (r->tag == TAG_HUB)
        return true;
    struct hub_list *l = &s->lists[r->tag];
    arena_reset(&s->arena);
    if (!hub_row(l->seen.kind, element, &s->arena, &row, &s->report)) {
        s->reading.nonsense++;
        return true;
    }
    s->reading.items++;
    if (s->reading.marks) {
        struct safe_text revision = {0};
        (void)json_text(json_get(element, "revision"), &revision);
        hub_mark_put(s->reading.marks, row.id, revision);
    }
    if (row.kind == KIND_SCHEDULER)
        row.cells[SCHEDULER_DRIVER] = value_text(text_of("hub"));
    if (s->reading.pending && !hub_table_put(s->reading.pending, &row)) {
        pending_drop(s);
        l->too_big = true;
    }
    return r->difference || sink(ctx, &row, err);
}

/* Text that may be kept as a C string and shown: "" when it is none, or too long. */
static void keep_text(const struct json *value, char *out, size_t size)
{
    struct safe_text t = {0};
    out[0] = '\0';
    if (!json_text(value, &t) || text_len(t) >= size || memchr(text_bytes(t), 0, text_len(t)))
        return;
    memcpy(out, text_bytes(t), text_len(t));
    out[text_len(t)] = '\0';
}

static int64_t moment(const struct json *value)
{
    char text[HUB_TEXT_MAX];
    int64_t ms = 0;
    keep_text(value, text, sizeof text);
    return text[0] && clock_parse_iso(text, &ms, NULL) ? ms : 0;
}

static bool names(const struct json *list, const char *name)
{
    struct safe_text t;
    for (const struct json *k = json_first(list); k; k = json_next(k)) {
        if (json_text(k, &t) && text_is(t, name))
            return true;
    }
    return false;
}

static void capabilities_take(struct source *s, const struct json *can)
{
    bool deltas = false;
    int64_t page_max = 0;
    s->actions = hub_order_bits(json_get(can, "actions"));
    s->deltas = json_bool(json_get(can, "deltas"), &deltas) && deltas;
    s->page_max = json_int(json_get(can, "page_max"), &page_max) && page_max > 0 ? page_max : 0;
    for (size_t i = 0; i < HUB_LISTS; i++) {
        const char *name = kind_info(s->lists[i].seen.kind)->name;
        s->lists[i].seen.offered = names(json_get(can, "kinds"), name);
        s->lists[i].by_id = names(json_get(can, "by_id"), name);
    }
}

static bool hub_finish_hub(struct source *s, const struct json *rest, struct instant now, struct err *err)
{
    char api[16], software[HUB_TEXT_MAX], id[HUB_TEXT_MAX], shown[64];
    const struct json *can = json_get(rest, "capabilities");
    keep_text(json_get(rest, "api"), api, sizeof api);
    keep_text(json_get(rest, "id"), id, sizeof id);
    keep_text(json_get(rest, "software"), software, sizeof software);
    if (!id[0] || json_type(json_get(can, "kinds")) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "/v1/hub of '%s' has no %s", s->name, id[0] ? "capabilities.kinds" : "id");
    if (strcmp(api, "1") != 0 && strncmp(api, "1.", 2) != 0)
        return err_set(err, ERR_CORRUPT, "hub '%s' speaks version '%s' of the Hub API; this program knows 1", s->name,
                       text_show_in(text_of(api), shown, sizeof shown));
    memcpy(s->id, id, sizeof s->id);
    snprintf(s->software, sizeof s->software, "%s%sHub API %s", software, *software ? ", " : "", api);
    s->now_ms = moment(json_get(rest, "now"));
    s->clock_known = s->now_ms > 0;
    s->skew_ms = s->now_ms - now.utc_ms;
    capabilities_take(s, can);
    return true;
}

static bool graves_take(struct source *s, const struct json *rest, struct err *err)
{
    const struct json *removed = json_get(rest, "removed");
    if (json_type(removed) != JSON_ARRAY && json_type(removed) != JSON_ABSENT)
        return err_set(err, ERR_CORRUPT, "hub '%s' tells what was removed in another way than a list", s->name);
    for (const struct json *m = json_first(removed); m; m = json_next(m)) {
        struct safe_text id;
        if (!json_text(m, &id) || (s->reading.pending && !hub_table_bury(s->reading.pending, id)))
            return err_set(err, ERR_CORRUPT, "hub '%s' tells of a removed thing without an id", s->name);
        if (s->reading.marks)
            hub_mark_put(s->reading.marks, id, text_of(""));
    }
    return true;
}

/* A chain of pages that leads in a circle, or to no end. */
static bool cursor_take(struct source *s, const struct json *rest, struct err *err)
{
    const struct json *next = json_get(rest, "next");
    keep_text(next, s->reading.cursor, sizeof s->reading.cursor);
    if (json_type(next) != JSON_ABSENT && json_type(next) != JSON_NULL && !s->reading.cursor[0])
        return err_set(err, ERR_CORRUPT, "hub '%s' names a next page that makes no sense", s->name);
    if (!s->reading.cursor[0])
        return true;
    uint64_t hash = hash_sip(s->reading.cursor, strlen(s->reading.cursor), hash_process_key());
    for (size_t i = 0; i < s->reading.pages; i++) {
        if (s->reading.cursors[i] == hash)
            return err_set(err, ERR_CORRUPT, "the pages of hub '%s' lead in a circle", s->name);
    }
    if (s->reading.pages == HUB_PAGES_MAX)
        return err_set(err, ERR_CORRUPT, "a list of hub '%s' has more than %d pages", s->name, HUB_PAGES_MAX);
    if (s->reading.pages == s->reading.cursor_cap) {
        s->reading.cursor_cap = s->reading.cursor_cap ? 2 * s->reading.cursor_cap : 16;
        s->reading.cursors = mem_grow(s->reading.cursors, s->reading.cursor_cap, sizeof *s->reading.cursors);
    }
    s->reading.cursors[s->reading.pages++] = hash;
    return true;
}

static bool revision_take(struct source *s, const struct json *rest, struct err *err)
{
    char revision[HUB_TEXT_MAX];
    keep_text(json_get(rest, "revision"), revision, sizeof revision);
    if (!revision[0])
        return err_set(err, ERR_CORRUPT, "a list of hub '%s' has no revision", s->name);
    if (s->reading.revision[0] && strcmp(s->reading.revision, revision) != 0)
        return err_set(err, ERR_TRANSIENT, "a list of hub '%s' changed between its pages", s->name);
    memcpy(s->reading.revision, revision, sizeof revision);
    s->reading.as_of_ms = moment(json_get(rest, "as_of"));
    return true;
}

static bool list_shape(struct source *s, const struct source_request *r, const struct json *rest, struct err *err)
{
    bool full = !r->difference;
    struct safe_text kind = {0};
    if (json_type(json_get(rest, "items")) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "the answer of hub '%s' has no list 'items'", s->name);
    if (!json_text(json_get(rest, "kind"), &kind) || !text_is(kind, r->what))
        return err_set(err, ERR_CORRUPT, "hub '%s' answers something else than %s", s->name, r->what);
    (void)json_bool(json_get(rest, "full"), &full);
    s->reading.doubt = full == r->difference;
    if (s->reading.doubt)
        return err_set(err, ERR_CORRUPT, "hub '%s' answers %s where %s asked for", s->name,
                       full ? "a whole list" : "a difference", full ? "a difference was" : "the whole list was");
    if (s->reading.nonsense > 0 && s->reading.items == 0)
        return err_set(err, ERR_CORRUPT, "none of the %llu %s of hub '%s' has an id",
                       (unsigned long long)s->reading.nonsense, r->what, s->name);
    return true;
}

static bool hub_finish(struct source *s, const struct source_request *r, const struct json *rest, struct instant now,
                       source_sink *sink, void *ctx, struct err *err)
{
    (void)sink;
    (void)ctx;
    if (r->tag == TAG_HUB)
        return hub_finish_hub(s, rest, now, err);
    if (!list_shape(s, r, rest, err) || !revision_take(s, rest, err) || !cursor_take(s, rest, err) ||
        (r->difference && !graves_take(s, rest, err)))
        return false;
    s->reading.doubt = r->difference && !s->reading.pending;
    return !s->reading.doubt || err_set(err, ERR_TRANSIENT, "the differences of hub '%s' are larger than %d MiB",
                                        s->name, HUB_COPIES_BYTES_MAX >> 20);
}

static bool hub_failed(struct source *s, const struct source_request *r, int status, const char *content_type,
                       const char *body, size_t n, struct err *err)
{
    const struct hub_answer answer = {s->name, r->what, status, content_type, body, n};
    struct hub_list *l = r->tag == TAG_HUB ? NULL : &s->lists[r->tag];
    if (l && status == 304 && r->etag && s->reading.pages == 0) {
        s->reading.unchanged = true;
        return true;
    }
    /* The hub does not know our revision any more. */
    if (l && status == 410 && r->difference) {
        s->reading.gone = true;
        return true;
    }
    return hub_answer_failed(&answer, err);
}

static bool hub_produce(struct source *s, const struct source_request *r, struct instant now, size_t max_rows,
                        bool *more, source_sink *sink, void *ctx, struct err *err)
{
    const struct hub_list *l = &s->lists[r->tag];
    struct row row;
    (void)now;
    *more = false;
    for (size_t n = 0; l->table && n < max_rows; n++) {
        if (!hub_table_next(l->table, l->seen.kind, &s->emitted, &row))
            return true;
        if (!sink(ctx, &row, err))
            return false;
    }
    *more = l->table != NULL;
    return true;
}

/* --- what it tells beside its facts --- */

static void hub_remark(struct source *s, const struct source_request *r, struct buf *out)
{
    uint64_t noted = 0;
    if (r->tag == TAG_HUB && s->plain)
        buf_puts(out, "asked without TLS: whoever listens reads all", NULL);
    if (r->tag == TAG_HUB)
        return;
    for (size_t i = 0; i < s->report.count; i++)
        noted += s->report.notes[i].count;
    const char *how = r->local ? "what is known, with the differences" : r->difference ? "differences" : "";
    if (s->reading.unchanged && !r->local)
        how = "unchanged (304)";
    buf_puts(out, how, NULL);
    if (noted > s->noted)
        buf_printf(out, NULL, "%s%llu values are not as documented: hubtop site test %s", *how ? "; " : "",
                   (unsigned long long)(noted - s->noted), s->name);
}

static const char *hub_peer_name(struct source *s)
{
    return *s->id ? s->id : NULL;
}

static const char *hub_peer_version(struct source *s)
{
    return *s->software ? s->software : NULL;
}

static bool hub_peer_skew(struct source *s, int64_t *skew_ms)
{
    *skew_ms = s->skew_ms;
    return s->clock_known;
}

const struct source_driver source_hub = {
    .name = "hub",
    .summary = "all that a hub, or a scheduling platform, tells through Hub API v1",
    .network = true,
    .settings = settings,
    .open = hub_open,
    .close = hub_close,
    .requests = hub_requests,
    .headers = hub_headers,
    .decode = hub_decode,
    .finish = hub_finish,
    .failed = hub_failed,
    .page = hub_page,
    .next = hub_next,
    .produce = hub_produce,
    .remark = hub_remark,
    .peer_name = hub_peer_name,
    .peer_version = hub_peer_version,
    .peer_skew = hub_peer_skew,
    .orders = SOURCE_ORDERS_WHOLE,
    .order = hub_order_form,
    .order_ended = hub_order_ended,
};
