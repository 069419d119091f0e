#include <arpa/inet.h>

#include "fakes/hub_fault.h"
#include "fakes/hub_order.h"
#include "fakes/hub_state.h"

/* A hub that serves Hub API v1 as its document says, and misbehaves on order. See `usage`. */

static const char usage[] =
    "fake_hub [OPTION VALUE]...: prints \"PORT n\", then serves until it is killed\n"
    "  --port N          0: any (the default)\n"
    "  --document FILE   src/sources/hub_v1.json: only its paths and parameters are served\n"
    "  --fleet DIR       the simulator over DIR/fleet.conf answers at /v1/...   (--scale X; sample-data)\n"
    "  --hubs N          synthetic hubs at /h/1/v1/... to /h/N/v1/...; --fleet none leaves out the simulator\n"
    "  --jobs N --schedulers N   of a synthetic hub: so many jobs (20), the second half of which waits; so many more "
    "schedulers\n"
    "  --tick-ms N       lists are made anew when older (2000); 0: only by /_fake/step\n"
    "  --token WORD      wants \"Bearer WORD\"\n"
    "  --page-max N      items of a page at most (1000)    --deltas no    --skew-s N   its clock less the real one\n"
    "  --delay-ms N      before each answer                --hang N       the first N synthetic hubs never answer\n"
    "  --journal FILE    what arrived as orders: a line each, durable before the answer\n"
    "  --fault HUB:WHAT:FAULT[:TIMES]   as the control path below; WHAT is hub, a list, actions, orders (POST alone) "
    "or *\n"
    "  --lose PCT[:SEED]                so many of a hundred orders meet one of the twelve faults of orders\n"
    "control, for tests:\n"
    "  /_fake/fault?hub=0&what=jobs&fault=NAME&times=N&skip=N   /_fake/step?hub=1   /_fake/counts   /_fake/journal\n"
    "faults: 401 403 404 409 410 412 429 500 503 html wrongtype truncated endless slow hang notmodified duplicate "
    "loop\n"
    "  badutf8 types words noid strange nolist otherkind nofull after (acts, then answers 500) none\n"
    "of orders: unread read acted line truncated reset hang after 503 409 412 twice\n";

static void moment(char out[CLOCK_TEXT_MAX], int64_t ms)
{
    clock_iso(ms, out);
    size_t n = strlen(out) - 1;
    snprintf(out + n, CLOCK_TEXT_MAX - n, ".%03dZ", (int)(ms % 1000));
}

static void put_capabilities(struct json_writer *w)
{
    json_put_key(w, "capabilities");
    json_open_object(w);
    json_put_key(w, "kinds");
    json_open_array(w);
    for (size_t i = 0; i < HUB_LISTS; i++)
        json_put_str(w, kind_info(hub_kinds()[i])->name);
    json_close_array(w);
    json_put_key(w, "deltas");
    json_put_bool(w, fake.deltas);
    json_put_key(w, "page_max");
    json_put_int(w, fake.page_max);
    json_put_key(w, "by_id");
    json_open_array(w);
    json_put_str(w, "jobs");
    json_close_array(w);
    json_put_key(w, "actions");
    json_open_array(w);
    for (size_t i = 0; i < sizeof action_kinds / sizeof *action_kinds; i++) {
        if (i == 0 || (strcmp(action_kinds[i].word, "drain") != 0 && strcmp(action_kinds[i].word, "resume") != 0) ||
            strcmp(action_kinds[i].of, "nodes") == 0)
            json_put_str(w, action_kinds[i].word);
    }
    json_close_array(w);
    json_close_object(w);
}

static void answer_hub(const struct fake_hub *h, struct reply *r)
{
    char text[CLOCK_TEXT_MAX];
    struct json_writer w = json_writer_make(&r->body);
    json_open_object(&w);
    json_put_key(&w, "id");
    snprintf(text, sizeof text, h->number ? "hub-%d" : "fake-hub", h->number);
    json_put_str(&w, text);
    json_put_key(&w, "name");
    json_put_str(&w, "a hub of tests");
    json_put_key(&w, "api");
    json_put_str(&w, "1.0");
    json_put_key(&w, "software");
    json_put_str(&w, "fake_hub 1");
    moment(text, now_ms());
    json_put_key(&w, "now");
    json_put_str(&w, text);
    put_capabilities(&w);
    json_close_object(&w);
}

struct window {
    int64_t since; /* -1: the whole list */
    size_t from, limit;
    const char *hall, *id;
};

static bool is_in(const struct fake_item *i, const struct window *v)
{
    return i->rev > v->since && (!v->id || strcmp(i->id, v->id) == 0) &&
           (!v->hall || (i->hall && strcmp(i->hall, v->hall) == 0));
}

/* Members after the one at `from`, at most `limit`; the number of the next one, or 0. */
static size_t put_items(const struct fake_list *l, const struct window *v, struct buf *out, size_t *sent)
{
    size_t at = 0;
    for (size_t i = 0; i < l->count; i++) {
        if (!is_in(&l->items[i], v) || at++ < v->from)
            continue;
        if (*sent == v->limit)
            return at - 1;
        buf_printf(out, NULL, "%s{\"revision\":\"%lld\",%s", (*sent)++ ? "," : "", (long long)l->items[i].rev,
                   l->items[i].body + 1);
    }
    return 0;
}

static void put_graves(const struct fake_list *l, int64_t since, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    json_open_array(&w);
    for (size_t i = 0; i < l->grave_count; i++) {
        if (l->graves[i].rev > since)
            json_put_str(&w, l->graves[i].id);
    }
    json_close_array(&w);
}

static void put_list(struct fake_list *l, enum kind kind, const struct window *v, struct reply *r)
{
    char at[CLOCK_TEXT_MAX];
    size_t sent = 0;
    moment(at, l->as_of_ms);
    buf_printf(&r->body, NULL, "{\"kind\":\"%s\",\"revision\":\"%lld\",\"as_of\":\"%s\",\"full\":%s,\"items\":[",
               kind_info(kind)->name, (long long)l->rev, at, v->since < 0 ? "true" : "false");
    size_t next = put_items(l, v, &r->body, &sent);
    buf_puts(&r->body, "]", NULL);
    if (v->since >= 0) {
        buf_puts(&r->body, ",\"removed\":", NULL);
        if (next)
            buf_puts(&r->body, "[]", NULL);
        else
            put_graves(l, v->since, &r->body);
        fake.deltas_told += v->from == 0;
    }
    if (next)
        buf_printf(&r->body, NULL, ",\"next\":\"%lld.%lld.%zu\"}", (long long)l->rev, (long long)v->since, next);
    else
        buf_puts(&r->body, ",\"next\":null}", NULL);
    fake.pages_told++;
    l->chain_until_ms = next ? now_ms() - fake.skew_ms + CHAIN_MS : 0;
    snprintf(r->etag, sizeof r->etag, "\"%s-%lld\"", kind_info(kind)->name, (long long)l->rev);
}

static bool read_number(const char *text, int64_t *out, const char **rest)
{
    char *end = NULL;
    *out = strtoll(text, &end, 10);
    *rest = end;
    return end > text;
}

/* "REV.SINCE.FROM" of our own making, for the revision that the list still has. */
static bool read_cursor(const char *cursor, const struct fake_list *l, struct window *v)
{
    int64_t rev, from;
    const char *rest;
    if (strcmp(cursor, "loop") == 0) /* of the fault of that name */
        return true;
    if (!read_number(cursor, &rev, &rest) || *rest != '.' || !read_number(rest + 1, &v->since, &rest) || *rest != '.' ||
        !read_number(rest + 1, &from, &rest) || *rest || from < 0)
        return false;
    v->from = (size_t)from;
    return rev == l->rev;
}

static void answer_list(struct MHD_Connection *c, struct fake_list *l, enum kind kind, struct reply *r)
{
    const char *since = query(c, "since"), *cursor = query(c, "cursor"), *limit = query(c, "limit"), *rest;
    const char *match = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
    struct window v = {.since = -1, .limit = (size_t)fake.page_max, .hall = query(c, "hall"), .id = query(c, "id")};
    int64_t asked = limit ? strtoll(limit, NULL, 10) : fake.page_max;
    char etag[64];
    v.limit = asked < fake.page_max ? (size_t)asked : v.limit;
    snprintf(etag, sizeof etag, "\"%s-%lld\"", kind_info(kind)->name, (long long)l->rev);
    if (match && !cursor && strcmp(match, etag) == 0) {
        r->status = 304;
        fake.unchanged++;
        return;
    }
    if (since && (!read_number(since, &v.since, &rest) || *rest || v.since > l->rev || v.since < l->floor))
        problem(r, 410, "that revision is not known", "ask for the whole list");
    else if (cursor && !read_cursor(cursor, l, &v))
        problem(r, 410, "that page is gone", "ask for the list from its beginning");
    else
        put_list(l, kind, &v, r);
}

/* --- routes --- */

struct asked {
    struct MHD_Connection *c;
    const struct json *operation;
    struct reply *r;
    bool good;
};

static enum MHD_Result check_parameter(void *ctx, enum MHD_ValueKind kind, const char *key, const char *value)
{
    struct asked *a = ctx;
    struct buf why = buf_make(HUB_DOC_WHY_MAX);
    const struct json *p = hub_doc_parameter(&fake.doc, a->operation, "query", key);
    (void)kind;
    if (!p)
        problem(a->r, 400, "no such parameter", key);
    else if (!hub_doc_parameter_good(&fake.doc, p, value ? value : "", &why))
        problem(a->r, 400, "that parameter makes no sense", buf_str(&why));
    a->good = a->good && a->r->status == 200;
    buf_release(&why);
    return a->good ? MHD_YES : MHD_NO;
}

static bool token_good(struct MHD_Connection *c, struct reply *r)
{
    const char *given = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");
    if (!fake.token)
        return true;
    if (given && strncmp(given, "Bearer ", 7) == 0 && strcmp(given + 7, fake.token) == 0)
        return true;
    problem(r, 401, "no token, or not a good one", "send Authorization: Bearer");
    return false;
}

/* "/h/7/v1/jobs": hub 7, and the path moves behind it. */
static struct fake_hub *hub_of(const char **path)
{
    char *end = NULL;
    long number = 0;
    if (strncmp(*path, "/h/", 3) == 0) {
        number = strtol(*path + 3, &end, 10);
        *path = end;
        if (number < 1 || number > fake.hub_count)
            return NULL;
    } else if (!fake.simulated)
        return NULL;
    if (!fake.hubs[number]) {
        fake.hubs[number] = mem_new(1, sizeof *fake.hubs[number]);
        fake.hubs[number]->number = (int)number;
        fake.hubs[number]->jobs = fake.jobs;
        fake.hubs[number]->schedulers = fake.schedulers;
    }
    return fake.hubs[number];
}

static void refresh(struct fake_hub *h)
{
    int64_t at = now_ms() - fake.skew_ms;
    if (h->rev > 0 && (fake.tick_ms == 0 || at - h->refreshed_ms < fake.tick_ms))
        return;
    h->step += h->rev > 0;
    fake_refresh(h, &fake.sim, at);
}

static void answer_path(struct MHD_Connection *c, struct fake_hub *h, const char *path, const char *method,
                        const char *body, struct reply *r)
{
    if (strcmp(path, "/v1/hub") == 0)
        answer_hub(h, r);
    else if (strncmp(path, "/v1/actions", 11) == 0 && strcmp(method, "POST") == 0)
        answer_order(c, h, body, r);
    else if (strncmp(path, "/v1/actions", 11) == 0)
        answer_action(c, h, path, r);
    for (size_t i = 0; i < HUB_LISTS; i++) {
        if (strcmp(path + 4, kind_info(hub_kinds()[i])->name) == 0)
            answer_list(c, &h->lists[i], hub_kinds()[i], r);
    }
}

static void answer_api(struct MHD_Connection *c, const char *path, const char *method, const char *body,
                       struct reply *r)
{
    char fault[32], lower[8] = "";
    bool known;
    struct fake_hub *h = hub_of(&path);
    for (size_t i = 0; i + 1 < sizeof lower && method[i]; i++)
        lower[i] = (char)(method[i] | 0x20);
    struct asked asked = {c, hub_doc_operation(&fake.doc, path, lower, &known), r, true};
    if (!h || !known || !asked.operation) {
        problem(r, h && known ? 405 : 404, "there is nothing", path);
        return;
    }
    if (h->number > 0 && h->number <= fake.hang) {
        r->how = HANG;
        return;
    }
    if (!token_good(c, r))
        return;
    MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, check_parameter, &asked);
    bool orders = strcmp(path, "/v1/actions") == 0 && strcmp(method, "POST") == 0;
    if (orders)
        fault_of_order(h, fault);
    else
        fault_take(h, strncmp(path, "/v1/actions", 11) == 0 ? "actions" : path + 4, fault);
    if (!asked.good)
        return;
    refresh(h);
    if (!fault_spares(fault))
        answer_path(c, h, path, method, body, r);
    else if (orders)
        journal_spared(c, body, fault);
    if (strcmp(fault, "twice") == 0 && orders) {
        buf_clear(&r->body);
        *r = (struct reply){.status = 200, .type = "application/json", .body = r->body};
        answer_path(c, h, path, method, body, r);
    }
    if (fault[0])
        fault_apply(fault, r);
}

static void answer_control(struct MHD_Connection *c, const char *path, struct reply *r)
{
    const char *hub = query(c, "hub"), *what = query(c, "what"), *fault = query(c, "fault"), *times = query(c, "times"),
               *skip = query(c, "skip");
    char own[64];
    snprintf(own, sizeof own, hub && *hub != '0' ? "/h/%s" : "/", hub ? hub : "");
    const char *at = own;
    struct fake_hub *h = hub_of(&at);
    if (strcmp(path, "/_fake/fault") == 0 && h && what && fault)
        fault_add(h->number, what, fault, times ? strtol(times, NULL, 10) : -1, skip ? strtol(skip, NULL, 10) : 0);
    else if (strcmp(path, "/_fake/step") == 0 && h) {
        h->step++;
        fake_refresh(h, &fake.sim, now_ms() - fake.skew_ms);
    } else if (strcmp(path, "/_fake/journal") == 0)
        buf_puts(&r->body, buf_str(&fake.journal), NULL);
    else if (strcmp(path, "/_fake/counts") == 0)
        buf_printf(&r->body, NULL,
                   "{\"requests\":%lld,\"unchanged\":%lld,\"bytes\":%lld,\"deltas\":%lld,\"pages\":%lld}\n",
                   (long long)fake.requests, (long long)fake.unchanged, (long long)fake.bytes,
                   (long long)fake.deltas_told, (long long)fake.pages_told);
    else
        problem(r, 400, "no such control", path);
}

/* --- sending --- */

struct sent {
    struct buf body;
    enum delivery how;
};

static ssize_t send_part(void *ctx, uint64_t at, char *out, size_t max)
{
    static const char filler[] = "                               \n";
    struct sent *s = ctx;
    size_t left = at < s->body.len ? s->body.len - (size_t)at : 0;
    if (s->how == TRUNCATED)
        left = at < s->body.len / 2 ? s->body.len / 2 - (size_t)at : 0;
    if (left == 0 && s->how == ENDLESS) {
        size_t n = max < sizeof filler - 1 ? max : sizeof filler - 1;
        memcpy(out, filler, n);
        return (ssize_t)n;
    }
    if (left == 0)
        return s->how == TRUNCATED ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    if (s->how == SLOW) {
        rest_ms(1000);
        max = 1;
    }
    size_t n = left < max ? left : max;
    /* An endless body lacks its last bracket. */
    memcpy(out, s->body.data + at, n);
    return (ssize_t)n;
}

static void sent_free(void *ctx)
{
    struct sent *s = ctx;
    buf_release(&s->body);
    free(s);
}

/* Replies that are lost on their way; the body is dropped. */
static enum MHD_Result lose(struct MHD_Connection *c, struct reply *r)
{
    const union MHD_ConnectionInfo *at = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct linger now = {.l_onoff = 1};
    ssize_t n = 0;
    if (r->how == BROKEN_LINE)
        n = send(at->connect_fd, "HTTP/1.1 2", 10, MSG_NOSIGNAL);
    if (r->how == RESET)
        n = setsockopt(at->connect_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    (void)n;
    buf_release(&r->body);
    return MHD_NO;
}

static enum MHD_Result deliver(struct MHD_Connection *c, struct reply *r)
{
    if (r->how >= CLOSED)
        return lose(c, r);
    struct sent *s = mem_new(1, sizeof *s);
    if (r->how == ENDLESS && r->body.len > 0)
        r->body.len--;
    s->body = r->body;
    s->how = r->how;
    uint64_t size = r->how == ENDLESS ? MHD_SIZE_UNKNOWN : s->body.len;
    struct MHD_Response *m = MHD_create_response_from_callback(size, 16 << 10, send_part, s, sent_free);
    MHD_add_response_header(m, "Content-Type", r->type);
    if (r->etag[0])
        MHD_add_response_header(m, "ETag", r->etag);
    if (r->location[0])
        MHD_add_response_header(m, "Location", r->location);
    if (r->retry)
        MHD_add_response_header(m, "Retry-After", "30");
    if (r->status == 401)
        MHD_add_response_header(m, "WWW-Authenticate", "Bearer");
    enum MHD_Result ok = MHD_queue_response(c, (unsigned)r->status, m);
    MHD_destroy_response(m);
    return ok;
}

static enum MHD_Result answer(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *n, void **state)
{
    struct buf *body = *state;
    struct reply r = {.status = 200, .type = "application/json", .body = buf_make(BODY_MAX)};
    (void)ctx;
    (void)version;
    if (!body) {
        body = mem_new(1, sizeof *body);
        *body = buf_make(POST_MAX);
        *state = body;
        return MHD_YES;
    }
    if (*n > 0) {
        buf_put(body, data, *n, NULL);
        *n = 0;
        return MHD_YES;
    }
    pthread_mutex_lock(&fake.lock);
    if (strncmp(url, "/_fake/", 7) == 0)
        answer_control(c, url, &r);
    else {
        fake.requests++;
        answer_api(c, url, method, buf_str(body), &r);
        fake.bytes += (int64_t)r.body.len;
    }
    pthread_mutex_unlock(&fake.lock);
    if (fake.delay_ms > 0)
        rest_ms(fake.delay_ms);
    while (r.how == HANG)
        rest_ms(60000);
    return deliver(c, &r);
}

static void ended(void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
    struct buf *body = *state;
    (void)ctx;
    (void)c;
    (void)why;
    if (body)
        buf_release(body);
    free(body);
}

/* --- beginning --- */

static void die(const char *what, const char *why)
{
    fprintf(stderr, "fake_hub: %s: %s\n\n%s", what, why, usage);
    exit(64);
}

static void fault_option(const char *text)
{
    char copy[128], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", text);
    const char *hub = strtok_r(copy, ":", &rest), *what = strtok_r(NULL, ":", &rest);
    const char *name = strtok_r(NULL, ":", &rest), *times = strtok_r(NULL, ":", &rest);
    if (!name)
        die("--fault", text);
    fault_add((int)strtol(hub, NULL, 10), what, name, times ? strtol(times, NULL, 10) : -1, 0);
}

struct beginning {
    const char *document, *fleet;
    double scale;
    uint16_t port;
};

static void option(struct beginning *b, const char *name, const char *value)
{
    long number = strtol(value, NULL, 10);
    struct {
        const char *name;
        int64_t *to;
    } numbers[] = {{"--tick-ms", &fake.tick_ms},
                   {"--page-max", &fake.page_max},
                   {"--delay-ms", &fake.delay_ms},
                   {"--jobs", &fake.jobs},
                   {"--schedulers", &fake.schedulers}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp(numbers[i].name, name) == 0) {
            *numbers[i].to = number;
            return;
        }
    }
    if (strcmp(name, "--port") == 0)
        b->port = (uint16_t)number;
    else if (strcmp(name, "--document") == 0)
        b->document = value;
    else if (strcmp(name, "--fleet") == 0)
        b->fleet = value;
    else if (strcmp(name, "--scale") == 0)
        b->scale = strtod(value, NULL);
    else if (strcmp(name, "--hubs") == 0 && number <= HUBS_MAX)
        fake.hub_count = (int)number;
    else if (strcmp(name, "--hang") == 0)
        fake.hang = (int)number;
    else if (strcmp(name, "--skew-s") == 0)
        fake.skew_ms = number * 1000;
    else if (strcmp(name, "--lose") == 0) {
        fake.lose_pct = number;
        fake.lose_seed = strchr(value, ':') ? strtoull(strchr(value, ':') + 1, NULL, 10) : 1;
    } else if (strcmp(name, "--token") == 0)
        fake.token = value;
    else if (strcmp(name, "--deltas") == 0)
        fake.deltas = strcmp(value, "no") != 0;
    else if (strcmp(name, "--fault") == 0)
        fault_option(value);
    else if (strcmp(name, "--journal") == 0 && (fake.journal_file = fopen(value, "a")))
        return;
    else
        die(name, "no such option, or it makes no sense");
}

int main(int argc, char **argv)
{
    struct beginning b = {.document = "src/sources/hub_v1.json", .fleet = "sample-data", .scale = 1};
    struct err err = {0};
    fake.journal = buf_make(BODY_MAX);
    for (int i = 1; i < argc; i += 2)
        option(&b, argv[i], i + 1 < argc ? argv[i + 1] : "");
    fake.simulated = strcmp(b.fleet, "none") != 0;
    if (!hub_doc_load(&fake.doc, b.document))
        die(b.document, "it is no document");
    if (fake.simulated && !fake_sim_open(&fake.sim, b.fleet, b.scale, now_ms() - fake.skew_ms, &err))
        die(b.fleet, err.text);
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(b.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *d =
        MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, b.port, NULL,
                         NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK,
                         MHD_OPTION_CONNECTION_LIMIT, 4000u, MHD_OPTION_NOTIFY_COMPLETED, ended, NULL, MHD_OPTION_END);
    if (!d)
        die("--port", "cannot listen");
    printf("PORT %u\n", (unsigned)MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    for (;;)
        pause();
}
