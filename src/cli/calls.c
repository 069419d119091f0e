#include "cli/calls.h"

#include "cli/setup_people.h"

enum { ROLE_COLUMNS = 12, NAME_COLUMNS = 20, ON_DUTY_MAX = 8, PHONE_BYTES = 256 };

static void ask_roster(struct calls *c, struct setup *s)
{
    struct buf out = buf_make(CONTACT_ROSTER_BYTES_MAX + 1);
    struct err *err = &c->roster_err;
    if (launcher_output(s->launcher, SETUP_PEOPLE_ROSTER, &out, err)) {
        const char *kept = arena_copy(&s->arena, buf_str(&out), out.len);
        c->duty = arena_alloc(&s->arena, CONTACT_ROSTER_MAX * sizeof *c->duty);
        if (contact_roster_read(kept, out.len, c->duty, &c->duty_count, err))
            c->roster_ms = clock_now(&s->clock).utc_ms;
        else
            c->duty_count = 0;
    }
    buf_release(&out);
}

void calls_gather(struct calls *c, struct setup *s, const struct concern *concern, bool full)
{
    const struct people *p = &s->people;
    *c = (struct calls){.full = full};
    c->count = contact_tree(p->contacts, p->contact_count, concern, c->tree, CALLS_MAX);
    if (c->count > 0 && p->roster && s->launcher)
        ask_roster(c, s);
}

/* --- one who is called --- */

/* By role: those on duty, then the one whom the configuration names. */
struct call {
    const struct contact *contact;
    struct safe_text name, name_zh, phone;
    bool on_duty;
};

static size_t calls_of(const struct calls *c, const struct contact *contact, struct call *out)
{
    const struct contact_duty *duty[ON_DUTY_MAX];
    size_t n = contact_on_duty(c->duty, c->duty_count, contact->role, duty, ON_DUTY_MAX);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct call){.contact = contact, .name = duty[i]->name, .phone = duty[i]->phone, .on_duty = true};
    if (!text_empty(contact->name) || !text_empty(contact->name_zh) || n == 0)
        out[n++] = (struct call){
            .contact = contact, .name = contact->name, .name_zh = contact->name_zh, .phone = contact->phone};
    return n;
}

static struct safe_text shown_name(const struct call *call)
{
    const struct contact named = {.name = call->name, .name_zh = call->name_zh};
    return contact_name(&named);
}

/* --- text --- */

static void put_padded(struct safe_text t, int columns, struct buf *out)
{
    int wrote = text_empty(t) ? (buf_putc(out, '-', NULL), 1) : text_show(t, columns, out);
    buf_printf(out, NULL, "%*s", columns - wrote + 1, "");
}

static void put_call(const struct calls *c, const struct call *call, struct buf *out)
{
    struct safe_text name = shown_name(call);
    buf_printf(out, NULL, "%5d ", call->contact->level);
    put_padded(call->contact->role, ROLE_COLUMNS, out);
    put_padded(name, NAME_COLUMNS, out);
    contact_phone(call->phone, c->full, out);
    if (call->on_duty)
        buf_puts(out, "  on duty", NULL);
    else if (text_empty(name))
        buf_puts(out, c->roster_ms > 0 ? "  the roster has nobody for it" : "  not known: the roster was not told",
                 NULL);
    buf_putc(out, '\n', NULL);
}

void calls_put_text(const struct calls *c, int64_t now_ms, struct buf *out)
{
    struct call calls[ON_DUTY_MAX + 1];
    char at[CLOCK_TEXT_MAX], age[CLOCK_TEXT_MAX], why[2 * ERR_TEXT_MAX];
    if (c->count == 0)
        return;
    buf_printf(out, NULL, "\n%5s %-*s %-*s %s\n", "call", ROLE_COLUMNS, "role", NAME_COLUMNS, "name", "phone");
    for (size_t i = 0; i < c->count; i++) {
        size_t n = calls_of(c, c->tree[i], calls);
        for (size_t k = 0; k < n; k++)
            put_call(c, &calls[k], out);
    }
    if (c->roster_ms > 0)
        buf_printf(out, NULL, "roster of %s, %s old\n", clock_iso(c->roster_ms, at),
                   clock_age(now_ms > c->roster_ms ? now_ms - c->roster_ms : 0, age));
    else if (c->roster_err.kind != ERR_NONE)
        buf_printf(out, NULL, "who is on duty is not known: %s\n",
                   text_show_in(text_of(c->roster_err.text), why, sizeof why));
}

/* --- JSON --- */

static void member(struct json_writer *w, const char *key, struct safe_text t)
{
    json_put_key(w, key);
    if (text_empty(t))
        json_put_null(w);
    else
        json_put_text(w, t);
}

static void json_call(const struct calls *c, const struct call *call, struct json_writer *w)
{
    struct buf phone = buf_make(PHONE_BYTES);
    if (!text_empty(call->phone))
        contact_phone(call->phone, c->full, &phone);
    json_open_object(w);
    json_put_key(w, "level");
    json_put_int(w, call->contact->level);
    member(w, "role", call->contact->role);
    member(w, "name", call->name);
    member(w, "name_zh", call->name_zh);
    member(w, "phone", text_of(buf_str(&phone)));
    json_put_key(w, "on_duty");
    json_put_bool(w, call->on_duty);
    json_close_object(w);
    buf_release(&phone);
}

void calls_put_json(const struct calls *c, struct json_writer *w)
{
    struct call calls[ON_DUTY_MAX + 1];
    char at[CLOCK_TEXT_MAX];
    json_put_key(w, "calls");
    json_open_array(w);
    for (size_t i = 0; i < c->count; i++) {
        size_t n = calls_of(c, c->tree[i], calls);
        for (size_t k = 0; k < n; k++)
            json_call(c, &calls[k], w);
    }
    json_close_array(w);
    member(w, "roster_at", text_of(c->roster_ms > 0 ? clock_iso(c->roster_ms, at) : ""));
    member(w, "roster_error", text_of(c->roster_err.text));
}
