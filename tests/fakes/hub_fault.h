#ifndef HUBTOP_TESTS_HUB_FAULT_H
#define HUBTOP_TESTS_HUB_FAULT_H

/* How the fake hub misbehaves. */

#include "fakes/hub_state.h"

static inline void fault_add(int hub, const char *what, const char *name, long times, long skip)
{
    size_t kept = 0;
    for (size_t i = 0; i < fake.fault_count; i++) {
        if (fake.faults[i].hub != hub || strcmp(fake.faults[i].what, what) != 0)
            fake.faults[kept++] = fake.faults[i];
    }
    fake.fault_count = kept;
    if (strcmp(name, "none") == 0 || kept == FAULTS_MAX)
        return;
    struct fault *f = &fake.faults[fake.fault_count++];
    *f = (struct fault){.hub = hub, .times = times, .skip = skip};
    snprintf(f->what, sizeof f->what, "%s", what);
    snprintf(f->name, sizeof f->name, "%s", name);
}

/* The fault that is due for what is asked, which it uses up; "" without one. */
static inline void fault_take(const struct fake_hub *h, const char *what, char out[32])
{
    out[0] = '\0';
    for (size_t i = 0; i < fake.fault_count; i++) {
        struct fault *f = &fake.faults[i];
        if (f->hub != h->number || f->times == 0 || (strcmp(f->what, what) != 0 && strcmp(f->what, "*") != 0))
            continue;
        if (f->skip-- > 0)
            continue;
        f->skip = 0;
        f->times -= f->times > 0;
        memcpy(out, f->name, sizeof f->name);
        return;
    }
}

/* The twelve ways in which the answer to an order is lost, or says no. Before acting: "unread" (the connection closes when the
 * head was read), "read", "503", "409", "412". After it: "acted" (it closes), "line" (in the status line), "truncated" (in the
 * body), "reset", "hang" (silence), "after" (500). "twice": the order arrives twice. */
static const char *const order_faults[] = {"unread", "read",  "acted", "line", "truncated", "reset",
                                           "hang",   "after", "503",   "409",  "412",       "twice"};
enum { ORDER_FAULTS = sizeof order_faults / sizeof *order_faults };

static inline bool fault_spares(const char *name)
{
    return strtol(name, NULL, 10) >= 400 || strcmp(name, "unread") == 0 || strcmp(name, "read") == 0;
}

/* One by chance, of the orders of all hubs: --lose. */
static inline void fault_chance(char out[32])
{
    fake.lose_seed = fake.lose_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = fake.lose_seed >> 33;
    if ((long)(x % 100) < fake.lose_pct)
        snprintf(out, 32, "%s", order_faults[x / 100 % ORDER_FAULTS]);
}

/* The fault of an order that arrives: of "orders", else of "actions", else by chance. */
static inline void fault_of_order(const struct fake_hub *h, char out[32])
{
    fault_take(h, "orders", out);
    if (!out[0])
        fault_take(h, "actions", out);
    if (!out[0] && fake.lose_pct > 0)
        fault_chance(out);
}

/* Puts `with` in the place of the first `what` of the body. */
static inline void replace(struct reply *r, const char *what, const char *with)
{
    struct buf made = buf_make(BODY_MAX);
    const char *at = r->body.data ? strstr(r->body.data, what) : NULL;
    if (!at)
        return;
    buf_put(&made, r->body.data, (size_t)(at - r->body.data), NULL);
    buf_puts(&made, with, NULL);
    buf_puts(&made, at + strlen(what), NULL);
    buf_release(&r->body);
    r->body = made;
}

static inline bool fault_delivery(const char *name, struct reply *r)
{
    static const struct {
        const char *name;
        enum delivery how;
    } ways[] = {{"truncated", TRUNCATED}, {"slow", SLOW},    {"endless", ENDLESS},  {"hang", HANG},  {"unread", CLOSED},
                {"read", CLOSED},         {"acted", CLOSED}, {"line", BROKEN_LINE}, {"reset", RESET}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(ways[i].name, name) == 0) {
            r->how = ways[i].how;
            return true;
        }
    }
    return false;
}

static inline void fault_body(const char *name, struct reply *r)
{
    static const struct {
        const char *name, *what, *with;
    } edits[] = {
        {"duplicate", "\"items\":[", "\"items\":[{\"id\":\"x\"}],\"items\":["},
        {"badutf8", "\"id\":\"", "\"id\":\"\xff\xfe"},
        {"types", "\"items\":[{", "\"items\":[{\"name\":17,\"cluster\":{\"a\":1},\"one_way_ms\":\"4\","},
        {"words", "\"state\":\"", "\"state\":\"frobnicated-"},
        {"noid", "\"id\":\"", "\"identity\":\""},
        {"strange", "\"items\":[{", "\"items\":[{\"colour\":\"blue\","},
        {"nolist", "\"items\":[", "\"things\":["},
        {"otherkind", "\"kind\":\"", "\"kind\":\"not-"},
        {"nofull", "\"full\":false", "\"full\":true"},
        {"loop", "\"next\":null", "\"next\":\"loop\""},
        {"oldapi", "\"api\":\"1.0\"", "\"api\":\"2.0\""},
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        if (strcmp(edits[i].name, name) == 0)
            replace(r, edits[i].what, edits[i].with);
    }
}

static inline void fault_apply(const char *name, struct reply *r)
{
    static const char page[] = "<!doctype html><title>gateway</title><h1>It works</h1>";
    long status = strtol(name, NULL, 10);
    if (status >= 400)
        problem(r, (int)status, "an order of the test", "the cooling of the machine room is being repaired");
    else if (strcmp(name, "after") == 0)
        problem(r, 500, "an order of the test", "after it was done");
    else if (strcmp(name, "notmodified") == 0) {
        r->status = 304;
        buf_clear(&r->body);
    } else if (strcmp(name, "html") == 0) {
        buf_clear(&r->body);
        buf_puts(&r->body, page, NULL);
        r->type = "text/html";
    } else if (strcmp(name, "wrongtype") == 0)
        r->type = "text/plain";
    else if (!fault_delivery(name, r))
        fault_body(name, r);
}

#endif
