#ifndef HUBTOP_TESTS_HUB_ORDER_H
#define HUBTOP_TESTS_HUB_ORDER_H

/* Orders that the fake hub takes: each key acts once, on targets that are as they were seen, and all is in the journal. */

#include "fakes/hub_state.h"

static const struct action_kind {
    const char *word, *of; /* what it is called; the list of its targets */
    enum sim_order_kind sim;
    const char *state; /* of a job or node of a synthetic hub afterwards; NULL: as it was */
} action_kinds[] = {
    {"hold", "jobs", SIM_HOLD, "held"},
    {"release", "jobs", SIM_RELEASE, "waiting"},
    {"cancel", "jobs", SIM_CANCEL, "cancelled"},
    {"priority", "jobs", SIM_PRIORITY, NULL},
    {"limit", "jobs", SIM_LIMIT, NULL},
    {"move", "jobs", SIM_MOVE, "cancelled"},
    {"drain", "nodes", SIM_DRAIN, "drained"},
    {"resume", "nodes", SIM_RESUME, "up"},
    {"drain", "queues", SIM_CLOSE, NULL},
    {"resume", "queues", SIM_OPEN, NULL},
    {"drain", "schedulers", SIM_CLOSE, NULL},
    {"resume", "schedulers", SIM_OPEN, NULL},
    {"transfer_hold", "transfers", SIM_STAND, NULL},
    {"transfer_release", "transfers", SIM_FLOW, NULL},
    {"connect", "sites", SIM_CONNECT, NULL},
    {"suspend", "sites", SIM_SUSPEND, NULL},
    {"activate", "reservations", SIM_ACTIVATE, NULL},
    {"return", "reservations", SIM_RETURN, NULL},
};

static inline void journal(const char *key, const char *body, const char *effect)
{
    struct buf line = buf_make(2 * POST_MAX);
    struct json_writer w = json_writer_make(&line);
    json_open_object(&w);
    json_put_key(&w, "key");
    json_put_str(&w, key);
    json_put_key(&w, "body");
    json_put_str(&w, body);
    json_put_key(&w, "effect");
    json_put_str(&w, effect);
    json_close_object(&w);
    buf_printf(&fake.journal, NULL, "%s\n", buf_str(&line));
    if (fake.journal_file) {
        fprintf(fake.journal_file, "%s\n", buf_str(&line));
        fflush(fake.journal_file);
        fdatasync(fileno(fake.journal_file));
    }
    buf_release(&line);
}

static inline const struct fake_item *item_of(const struct fake_hub *h, const char *kind, const char *id)
{
    for (size_t i = 0; i < HUB_LISTS; i++) {
        const struct fake_list *l = &h->lists[i];
        for (size_t n = 0; strcmp(kind_info(hub_kinds()[i])->name, kind) == 0 && n < l->count; n++) {
            if (strcmp(l->items[n].id, id) == 0)
                return &l->items[n];
        }
    }
    return NULL;
}

/* Every target is as the plan saw it, or nothing is done. */
static inline bool targets_good(const struct fake_hub *h, const struct json *targets, struct reply *r)
{
    char kind[HUB_DOC_TEXT_MAX], id[HUB_DOC_TEXT_MAX], revision[HUB_DOC_TEXT_MAX], own[32];
    for (const struct json *t = json_first(targets); t; t = json_next(t)) {
        const struct fake_item *i =
            item_of(h, hub_doc_text(json_get(t, "kind"), kind), hub_doc_text(json_get(t, "id"), id));
        if (!i) {
            problem(r, 404, "no such target", id);
            return false;
        }
        snprintf(own, sizeof own, "%lld", (long long)i->rev);
        if (strcmp(hub_doc_text(json_get(t, "revision"), revision), own) != 0) {
            problem(r, 412, "the target changed", id);
            return false;
        }
    }
    return true;
}

static inline int64_t until_of(const struct json *order)
{
    char text[HUB_DOC_TEXT_MAX];
    int64_t ms = 0;
    return clock_parse_iso(hub_doc_text(json_get(order, "until"), text), &ms, NULL) ? ms : 0;
}

static inline bool carry_out(struct fake_hub *h, const struct json *order, const struct json *target,
                             char made[SIM_ID_MAX], struct err *err)
{
    char word[HUB_DOC_TEXT_MAX], of[HUB_DOC_TEXT_MAX], id[HUB_DOC_TEXT_MAX], to[HUB_DOC_TEXT_MAX];
    struct sim_order o = {.target = hub_doc_text(json_get(target, "id"), id),
                          .to = hub_doc_text(json_get(order, "to"), to),
                          .reason = "an order",
                          .until_ms = until_of(order),
                          .made = made};
    (void)json_int(json_get(order, "value"), &o.value);
    hub_doc_text(json_get(order, "kind"), word);
    hub_doc_text(json_get(target, "kind"), of);
    for (size_t i = 0; i < sizeof action_kinds / sizeof *action_kinds; i++) {
        if (strcmp(action_kinds[i].word, word) != 0 || strcmp(action_kinds[i].of, of) != 0)
            continue;
        o.kind = action_kinds[i].sim;
        if (h->number == 0)
            return sim_apply(fake.sim.sim, &o, err);
        if (action_kinds[i].state)
            fake_order_set(h, id, action_kinds[i].state);
        if (o.kind == SIM_MOVE)
            snprintf(made, SIM_ID_MAX, "%.100s/%zu", to, fake.action_count + 1);
        return true;
    }
    return err_set(err, ERR_REFUSED, "this hub takes no order '%s' of %s", word, of);
}

static inline void put_action(struct buf *out, const struct action *a)
{
    struct json_writer w = json_writer_make(out);
    size_t n = strlen(a->body);
    json_open_object(&w);
    json_put_key(&w, "id");
    json_put_str(&w, a->id);
    json_put_key(&w, "key");
    json_put_str(&w, a->key);
    json_put_key(&w, "state");
    json_put_str(&w, a->state);
    json_put_key(&w, "result");
    json_put_str(&w, a->result);
    if (a->made[0]) {
        json_put_key(&w, "made");
        json_open_array(&w);
        json_put_str(&w, a->made);
        json_close_array(&w);
    }
    buf_printf(out, NULL, ",%.*s", (int)(n - 1), a->body + 1); /* the members of the request, and its closing brace */
}

static inline const struct action *action_by(int hub, const char *key, const char *id)
{
    for (size_t i = 0; i < fake.action_count; i++) {
        const struct action *a = &fake.actions[i];
        if (a->hub == hub && (key ? strcmp(a->key, key) == 0 : id && strcmp(a->id, id) == 0))
            return a;
    }
    return NULL;
}

static inline void accepted(const struct action *a, struct reply *r)
{
    r->status = 202;
    snprintf(r->location, sizeof r->location, "/v1/actions/%s", a->id);
    put_action(&r->body, a);
}

static inline void act(struct fake_hub *h, const char *key, const char *body, const struct json *order, struct reply *r)
{
    char made[SIM_ID_MAX] = "", number[32];
    struct err err = {0};
    bool dry = false, ok = true;
    (void)json_bool(json_get(order, "dry_run"), &dry);
    for (const struct json *t = json_first(json_get(order, "targets")); ok && !dry && t; t = json_next(t))
        ok = carry_out(h, order, t, made, &err);
    journal(key, body, dry ? "dry run" : ok ? "done" : err.text);
    if (!ok) {
        problem(r, 409, "the target does not allow it", err.text);
        return;
    }
    snprintf(number, sizeof number, "%zu", fake.action_count + 1);
    fake.actions = mem_grow(fake.actions, fake.action_count + 1, sizeof *fake.actions);
    fake.actions[fake.action_count] = (struct action){mem_strdup(number),
                                                      mem_strdup(key),
                                                      mem_strdup(body),
                                                      mem_strdup("done"),
                                                      mem_strdup(dry ? "would be done" : "done"),
                                                      mem_strdup(made),
                                                      h->number};
    fake_refresh(h, &fake.sim, now_ms() - fake.skew_ms);
    accepted(&fake.actions[fake.action_count++], r);
}

static inline void answer_order(struct MHD_Connection *c, struct fake_hub *h, const char *body, struct reply *r)
{
    const char *key = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Idempotency-Key");
    const struct action *was = key ? action_by(h->number, key, NULL) : NULL;
    struct json *order = json_parse(body, strlen(body), JSON_STRICT, NULL);
    struct buf why = buf_make(HUB_DOC_WHY_MAX);
    if (!key || !*key)
        problem(r, 400, "no Idempotency-Key", "an order has a key");
    else if (!order || !hub_doc_check(&fake.doc, hub_doc_schema(&fake.doc, "ActionRequest"), order, &why))
        problem(r, 400, "no such order", buf_str(&why));
    else if (was && strcmp(was->body, body) == 0) {
        journal(key, body, "again: nothing");
        accepted(was, r);
    } else if (was)
        problem(r, 409, "the key was used for another order", key);
    else if (targets_good(h, json_get(order, "targets"), r))
        act(h, key, body, order, r);
    if (r->status >= 400)
        journal(key ? key : "", body, "refused");
    buf_release(&why);
    json_free(order);
}

/* It arrived, and nothing was done. */
static inline void journal_spared(struct MHD_Connection *c, const char *body, const char *fault)
{
    const char *key = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Idempotency-Key");
    char effect[64];
    snprintf(effect, sizeof effect, "nothing: %s", fault);
    journal(key ? key : "", body, effect);
}

static inline void answer_action(struct MHD_Connection *c, const struct fake_hub *h, const char *path, struct reply *r)
{
    const char *key = query(c, "key"), *id = strrchr(path, '/') + 1;
    const struct action *a = action_by(h->number, key, id);
    if (!key && !a)
        problem(r, 404, "no such action", id);
    else if (!key)
        put_action(&r->body, a);
    else {
        buf_puts(&r->body, "{\"next\":null,\"items\":[", NULL);
        if (a)
            put_action(&r->body, a);
        buf_puts(&r->body, "]}", NULL);
    }
}

#endif
