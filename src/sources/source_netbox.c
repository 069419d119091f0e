#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sources/netbox.h"
#include "sources/told.h"

/* NetBox's REST API. A poll reads its lists whole, page by page: what was changed since then would be cheaper, but what was
 * removed is told nowhere. Halls and racks are made of several lists, once all of these were told. */

enum part {
    STATUS,
    SITES,
    LOCATIONS,
    TYPES,
    RACKS,
    RESERVATIONS,
    DEVICES,
    PORTS,
    PANELS,
    FEEDS,
    HALL_ROWS,
    RACK_ROWS,
    DEVICE_ROWS,
    FEED_ROWS,
    PARTS
};

enum { TIMEOUT_MS = 60000, VERSION_MAX = 64, HELD_BYTES_MAX = 1 << 27 };

#define BIT(part) (1u << (part))

/* What is asked for, and what must have been told before. */
struct list {
    const char *what;
    enum kind covers;
    const char *const *keep;
    unsigned needs;
    bool local;
    /* Who may not see it sees the rest: what it would tell is unknown. */
    bool optional;
};

static const char *const site_keep[] = {"id", "name", "slug", "status", "region", "group", "custom_fields", NULL},
                         *const location_keep[] = {"id", "name", "site", "parent", NULL},
                         *const type_keep[] = {"id", "u_height", "exclude_from_utilization", NULL},
                         *const rack_keep[] = {"id",     "name",     "site",          "location",      "tenant",
                                               "status", "u_height", "starting_unit", "custom_fields", NULL},
                         *const reservation_keep[] = {"rack", "units", "status", NULL},
                         *const device_keep[] = {"id",       "name",   "device_type", "role",       "device_role",
                                                 "tenant",   "serial", "site",        "asset_tag",  "rack",
                                                 "position", "face",   "status",      "primary_ip", NULL},
                         *const port_keep[] = {"device", "allocated_draw", "maximum_draw", NULL},
                         *const panel_keep[] = {"id", "name", "site", NULL},
                         *const feed_keep[] = {"power_panel", "rack",    "name",     "status",          "type",
                                               "phase",       "voltage", "amperage", "max_utilization", NULL};

static const struct list lists[PARTS] = {
    [STATUS] = {.what = "status"},
    [SITES] = {.what = "sites", .covers = KIND_SITE, .keep = site_keep},
    [LOCATIONS] = {.what = "locations", .keep = location_keep, .needs = BIT(SITES)},
    [TYPES] = {.what = "device-types", .keep = type_keep, .optional = true},
    [RACKS] = {.what = "racks", .keep = rack_keep, .needs = BIT(SITES) | BIT(LOCATIONS)},
    [RESERVATIONS] = {.what = "rack-reservations", .keep = reservation_keep, .needs = BIT(RACKS), .optional = true},
    [DEVICES] = {.what = "devices", .keep = device_keep, .needs = BIT(SITES) | BIT(RACKS) | BIT(TYPES)},
    [PORTS] = {.what = "power-ports", .keep = port_keep, .needs = BIT(DEVICES), .optional = true},
    [PANELS] = {.what = "power-panels", .keep = panel_keep, .needs = BIT(SITES)},
    [FEEDS] = {.what = "power-feeds", .keep = feed_keep, .needs = BIT(PANELS) | BIT(RACKS)},
    [HALL_ROWS] = {.what = "hall rows", .covers = KIND_HALL, .needs = BIT(LOCATIONS) | BIT(RACKS), .local = true},
    [RACK_ROWS] = {.what = "rack rows",
                   .covers = KIND_RACK,
                   .needs = BIT(RACKS) | BIT(RESERVATIONS) | BIT(DEVICES) | BIT(PORTS) | BIT(FEEDS),
                   .local = true},
    /* After the racks: what they refer to is known by then. */
    [DEVICE_ROWS] = {.what = "device rows", .covers = KIND_DEVICE, .needs = BIT(DEVICES), .local = true},
    [FEED_ROWS] = {.what = "feed rows", .covers = KIND_FEED, .needs = BIT(FEEDS), .local = true},
};

/* Rows that wait for their turn, packed. */
struct held {
    struct held_row {
        size_t id, id_len, cells, cells_len; /* in `bytes` */
    } * all;
    size_t count, cap;
    struct buf bytes;
};

/* One list in this poll. */
struct progress {
    bool told, denied;
    int64_t count, offset, limit; /* of NetBox; of the page that comes next: no limit, no page */
    uint64_t seen, nonsense;
};

struct source {
    char *name, *url, *scheme;
    const struct secret *token;
    struct netbox_names names;
    struct netbox_table table;
    struct progress progress[PARTS];
    struct held devices, feeds;
    unsigned logged; /* that the list is denied: bits of the parts */
    size_t produced;
    char version[VERSION_MAX];
    struct arena arena, element; /* of the settings; of one element */
};

static const struct config_option settings[] = {
    {.name = "token_scheme",
     .type = CONFIG_TEXT,
     .preset = "Token",
     .help = "the word before the token: Token, or Bearer for the tokens of version 2 (nbt_…)"},
    {.name = "site_by",
     .type = CONFIG_TEXT,
     .preset = "slug",
     .help = "what names a site as the fleet file and other sources do: slug or name"},
    {.name = "cluster_from",
     .type = CONFIG_TEXT,
     .example = "region",
     .help = "the cluster of a site, where the fleet file does not say it: region, group, or a custom field of sites"},
    {.name = "row_field", .type = CONFIG_TEXT, .preset = "row", .help = "the custom field with a rack's row"},
    {.name = "position_field",
     .type = CONFIG_TEXT,
     .preset = "position",
     .help = "the custom field with a rack's place in its row"},
    {.name = "rack_form",
     .type = CONFIG_TEXT,
     .example = "{row}-{position}",
     .help = "how a rack's name says its row and place: {row}, {position} (digits), * (anything)"},
    {0},
};

/* --- rows that wait */

static bool held_put(struct held *h, const struct row *row, struct err *err)
{
    struct held_row at = {.id = h->bytes.len, .id_len = text_len(row->id)};
    if (!buf_put(&h->bytes, text_bytes(row->id), at.id_len, err))
        return false;
    at.cells = h->bytes.len;
    if (!row_pack(row, &h->bytes, err))
        return false;
    at.cells_len = h->bytes.len - at.cells;
    h->all = netbox_table_room(h->all, h->count, &h->cap, sizeof *h->all);
    h->all[h->count++] = at;
    return true;
}

static bool held_row(const struct held *h, enum kind kind, size_t i, struct row *row, struct err *err)
{
    const struct held_row *at = &h->all[i];
    bool ok = row_unpack(kind, h->bytes.data + at->cells, at->cells_len, row, err);
    row->id = text_from(h->bytes.data + at->id, at->id_len);
    return ok;
}

static void held_clear(struct held *h)
{
    h->count = 0;
    buf_clear(&h->bytes);
}

static void held_release(struct held *h)
{
    free(h->all);
    buf_release(&h->bytes);
}

/* --- an instance */

static void netbox_close(struct source *s)
{
    if (!s)
        return;
    held_release(&s->devices);
    held_release(&s->feeds);
    netbox_table_release(&s->table);
    arena_release(&s->arena);
    arena_release(&s->element);
    free(s->name);
    free(s->url);
    free(s->scheme);
    free(s);
}

static bool bad(const struct source_settings *given, struct err *err, const char *what, const char *value)
{
    if (given->config)
        return config_fail(given->config, err, "'%s' of the source '%s' %s", value, given->name, what);
    err_set(err, ERR_INPUT, "'%s' of the source '%s' %s", value, given->name, what);
    return err_exit(err, 78);
}

static const char *own(struct source *s, const char *text)
{
    return text && *text ? arena_copy(&s->arena, text, strlen(text)) : NULL;
}

static const char *setting(const struct source_settings *given, const char *key)
{
    const char *value = source_setting(given, key);
    for (const struct config_option *o = settings; !value && o->name; o++)
        value = strcmp(o->name, key) == 0 ? o->preset : NULL;
    return value;
}

static bool settings_take(struct source *s, const struct source_settings *given, struct err *err)
{
    const char *scheme = setting(given, "token_scheme"), *by = setting(given, "site_by");
    if (strcmp(s->url, "local:") == 0)
        return bad(given, err, "is no address of a NetBox: local: is Slurm's alone", "local:");
    if (given->user && *given->user)
        return bad(given, err, "is too much: a NetBox knows its users by their tokens", "user");
    if (strcmp(scheme, "Token") != 0 && strcmp(scheme, "Bearer") != 0)
        return bad(given, err, "is no token_scheme: Token or Bearer", scheme);
    if (strcmp(by, "slug") != 0 && strcmp(by, "name") != 0)
        return bad(given, err, "names no site: site_by is slug or name", by);
    s->names = (struct netbox_names){.site_by_name = strcmp(by, "name") == 0,
                                     .cluster_from = own(s, setting(given, "cluster_from")),
                                     .row_field = own(s, setting(given, "row_field")),
                                     .position_field = own(s, setting(given, "position_field")),
                                     .rack_form = own(s, setting(given, "rack_form"))};
    snprintf(s->scheme, sizeof "Bearer ", "%s ", scheme);
    if (s->names.rack_form && !netbox_rack_form_good(s->names.rack_form))
        return bad(given, err, "is no rack_form such as {row}-{position}", s->names.rack_form);
    return true;
}

static struct source *netbox_open(const struct source_settings *given, struct err *err)
{
    struct source *s = mem_new(1, sizeof *s);
    s->name = mem_strdup(given->name ? given->name : "netbox");
    s->url = mem_strdup(given->url ? given->url : "");
    s->scheme = mem_strdup("Bearer ");
    s->devices.bytes = s->feeds.bytes = buf_make(HELD_BYTES_MAX);
    s->token = given->token;
    if (settings_take(s, given, err))
        return s;
    netbox_close(s);
    return NULL;
}

static size_t netbox_headers(struct source *s, const char *names[], const char *values[],
                             const struct secret *secrets[], size_t max)
{
    return source_authorization(s->scheme, s->token, names, values, secrets, max);
}

/* --- what is asked */

/* By number: an object that is renamed meanwhile stays where it is. */
static void path_put(struct source_request *out, enum part part, int64_t offset, int64_t limit)
{
    if (part == STATUS)
        snprintf(out->path, sizeof out->path, "/api/status/");
    else
        snprintf(out->path, sizeof out->path, "/api/dcim/%s/?limit=%" PRId64 "&offset=%" PRId64 "&ordering=id%s",
                 lists[part].what, limit, offset, part == DEVICES ? "&exclude=config_context" : "");
}

static void request_put(struct source_request *out, enum part part)
{
    const struct list *l = &lists[part];
    *out = (struct source_request){.what = l->what,
                                   .method = "GET",
                                   .element_path = part == STATUS ? NULL : "results",
                                   .keep = l->keep,
                                   .mode = JSON_LENIENT,
                                   .covers = {l->covers},
                                   .timeout_ms = TIMEOUT_MS,
                                   .essential = part == STATUS,
                                   .local = l->local,
                                   .tag = (int)part};
    path_put(out, part, 0, NETBOX_PAGE);
}

static size_t netbox_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    (void)now;
    netbox_table_clear(&s->table);
    held_clear(&s->devices);
    held_clear(&s->feeds);
    memset(s->progress, 0, sizeof s->progress);
    s->produced = 0;
    for (int part = 0; part < PARTS; part++)
        request_put(&out[part], (enum part)part);
    return PARTS;
}

static bool netbox_page(struct source *s, const struct source_request *r, struct source_request *out)
{
    const struct progress *p = &s->progress[r->tag];
    if (p->limit == 0)
        return false;
    source_request_copy(out, r);
    path_put(out, (enum part)r->tag, p->offset, p->limit);
    return true;
}

/* --- answers */

/* False when something is not known without which this list makes no sense. */
static bool needs_met(const struct source *s, enum part part, struct err *err)
{
    for (int i = 0; i < PARTS; i++) {
        if (!(lists[part].needs & BIT(i)) || s->progress[i].told || s->progress[i].denied)
            continue;
        return err_set(err, ERR_TRANSIENT, "what is known of %s stands: '%s' did not tell of its %s",
                       lists[part].covers ? kind_info(lists[part].covers)->name : lists[part].what, s->name,
                       lists[i].what);
    }
    return true;
}

static bool take(struct source *s, enum part part, const struct json *element, struct row *row)
{
    struct netbox_table *t = &s->table;
    switch (part) {
    case SITES:
        return netbox_place_site(t, &s->names, element, row);
    case LOCATIONS:
        return netbox_place_location(t, element);
    case TYPES:
        return netbox_device_type(t, element);
    case RACKS:
        return netbox_rack_take(t, &s->names, element);
    case RESERVATIONS:
        return netbox_rack_reservation(t, element);
    case DEVICES:
        return netbox_device_take(t, element, &s->element, row);
    case PORTS:
        return netbox_device_port(t, element);
    case PANELS:
        return netbox_power_panel(t, element);
    case FEEDS:
        return netbox_power_feed(t, element, &s->element, row);
    case STATUS:
    case HALL_ROWS:
    case RACK_ROWS:
    case DEVICE_ROWS:
    case FEED_ROWS:
    case PARTS:
        break;
    }
    return false;
}

static bool netbox_decode(struct source *s, const struct source_request *r, const struct json *element,
                          source_sink *sink, void *ctx, struct err *err)
{
    struct progress *p = &s->progress[r->tag];
    struct row row = {0};
    if (p->seen == 0 && !needs_met(s, (enum part)r->tag, err))
        return false;
    if (p->seen++ == NETBOX_OBJECTS_MAX)
        return err_set(err, ERR_CORRUPT, "NetBox '%s' has more than %d %s", s->name, NETBOX_OBJECTS_MAX, r->what);
    arena_reset(&s->element);
    if (!take(s, (enum part)r->tag, element, &row)) {
        p->nonsense++;
        return true;
    }
    if (row.kind == KIND_DEVICE || row.kind == KIND_FEED)
        return held_put(row.kind == KIND_DEVICE ? &s->devices : &s->feeds, &row, err);
    return row.kind == KIND_NONE || sink(ctx, &row, err);
}

/* A list that is changed while its pages are read may tell of an object twice and of another never. */
static bool still_whole(const struct source *s, const struct source_request *r, bool last, struct err *err)
{
    const struct progress *p = &s->progress[r->tag];
    if (!last || (uint64_t)p->count == p->seen)
        return true;
    return err_set(err, ERR_TRANSIENT,
                   "NetBox '%s' has %" PRId64 " %s and told of %" PRIu64
                   ": they were changed while they were read, or the token may not see all",
                   s->name, p->count, r->what, p->seen);
}

/* An answer all of whose elements are nonsense is another API's; it must not close what is known. */
static bool list_told(struct source *s, const struct source_request *r, struct err *err)
{
    struct progress *p = &s->progress[r->tag];
    if (p->nonsense > 0 && p->nonsense == p->seen)
        return err_set(err, ERR_CORRUPT, "none of the %" PRIu64 " %s of '%s' has what names it", p->seen, r->what,
                       s->name);
    if (p->nonsense > 0)
        log_line(LOG_WARN, "%s: %" PRIu64 " %s without what names them, or where they are, were skipped", s->name,
                 p->nonsense, r->what);
    p->told = true;
    if (r->tag == LOCATIONS)
        netbox_place_settle(&s->table);
    return true;
}

static bool list_finish(struct source *s, const struct source_request *r, const struct json *rest, struct err *err)
{
    struct progress *p = &s->progress[r->tag];
    const struct netbox_answer answer = {s->name, s->url, r->what};
    struct value count = told_int(json_get(rest, "count"), 0, INT32_MAX);
    int64_t from = p->offset;
    if (!value_known(&count) || json_type(json_get(rest, "results")) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "what answers for the %s of '%s' is no list of a NetBox", r->what, s->name);
    if (!needs_met(s, (enum part)r->tag, err) ||
        !netbox_answer_next(&answer, json_get(rest, "next"), from, &p->offset, &p->limit, err))
        return false;
    p->count = count.as.i;
    bool last = p->limit == 0;
    return still_whole(s, r, last, err) && (!last || list_told(s, r, err));
}

static bool netbox_finish(struct source *s, const struct source_request *r, const struct json *rest, struct instant now,
                          source_sink *sink, void *ctx, struct err *err)
{
    (void)now, (void)sink, (void)ctx;
    if (r->tag != STATUS)
        return list_finish(s, r, rest, err);
    struct value version = told_text(json_get(rest, "netbox-version"));
    if (!value_known(&version))
        return err_set(err, ERR_CORRUPT, "what answers at '%s' is no NetBox: its status tells no version", s->url);
    text_show_in(version.as.text, s->version, sizeof s->version);
    return true;
}

static bool netbox_failed(struct source *s, const struct source_request *r, int status, const char *content_type,
                          const char *body, size_t n, struct err *err)
{
    const struct netbox_answer answer = {s->name, s->url, r->what};
    netbox_answer_failed(&answer, status, content_type, body, n, err);
    if (status != 403 || !lists[r->tag].optional)
        return false;
    s->progress[r->tag].denied = true;
    if (!(s->logged & BIT(r->tag)))
        log_err(LOG_WARN, err);
    s->logged |= BIT(r->tag);
    return true;
}

/* --- rows */

static bool put(const struct source *s, enum part part, size_t at, source_sink *sink, void *ctx, struct err *err)
{
    const struct netbox_table *t = &s->table;
    struct row row;
    if (part == HALL_ROWS && t->locations[at].site == NETBOX_NONE)
        return true;
    if (part == DEVICE_ROWS || part == FEED_ROWS) {
        if (!held_row(part == DEVICE_ROWS ? &s->devices : &s->feeds, lists[part].covers, at, &row, err))
            return false;
    } else if (part == HALL_ROWS)
        row = netbox_place_hall(t, at);
    else
        row = netbox_rack_row(t, at, s->progress[RESERVATIONS].told, s->progress[PORTS].told);
    return sink(ctx, &row, err);
}

static bool netbox_produce(struct source *s, const struct source_request *r, struct instant now, size_t max_rows,
                           bool *more, source_sink *sink, void *ctx, struct err *err)
{
    enum part part = (enum part)r->tag;
    size_t from = s->produced;
    size_t count = part == HALL_ROWS     ? s->table.location_map.count
                   : part == RACK_ROWS   ? s->table.rack_map.count
                   : part == DEVICE_ROWS ? s->devices.count
                                         : s->feeds.count;
    (void)now;
    *more = false;
    s->produced = 0;
    if (!needs_met(s, part, err))
        return false;
    size_t end = count - from > max_rows ? from + max_rows : count;
    for (size_t i = from; i < end; i++) {
        if (!put(s, part, i, sink, ctx, err))
            return false;
    }
    *more = end < count;
    s->produced = *more ? end : 0;
    return true;
}

/* --- what is told of it */

static void netbox_remark(struct source *s, const struct source_request *r, struct buf *out)
{
    const struct progress *p = &s->progress[r->tag];
    if (r->tag == STATUS)
        buf_printf(out, NULL, "NetBox %s", s->version);
    else if (p->denied)
        buf_printf(out, NULL, "not allowed: what they tell is unknown");
    else if (r->tag == RACK_ROWS && s->table.out_of_rack > 0)
        buf_printf(out, NULL, "%" PRIu64 " devices stand in units that their rack does not have", s->table.out_of_rack);
    else if (!r->local)
        buf_printf(out, NULL, "%" PRIu64 " %s", p->seen, r->what);
    if (p->nonsense > 0)
        buf_printf(out, NULL, ", %" PRIu64 " of them without what names them, or where they are", p->nonsense);
}

static const char *netbox_peer_version(struct source *s)
{
    return *s->version ? s->version : NULL;
}

const struct source_driver source_netbox = {
    .name = "netbox",
    .summary = "sites, halls, racks, devices and feeds as they are planned, of a NetBox",
    .network = true,
    .settings = settings,
    .open = netbox_open,
    .close = netbox_close,
    .requests = netbox_requests,
    .headers = netbox_headers,
    .decode = netbox_decode,
    .finish = netbox_finish,
    .failed = netbox_failed,
    .page = netbox_page,
    .produce = netbox_produce,
    .remark = netbox_remark,
    .peer_version = netbox_peer_version,
};
