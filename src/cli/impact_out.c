#include "cli/impact_out.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/tr.h"

enum { OUT_MAX = 8 << 20, NAME_COLUMNS = 20, CONTACT_COLUMNS = 28 };

static const char *shown(struct safe_text t, int columns, struct buf *room)
{
    buf_clear(room);
    if (text_empty(t))
        buf_putc(room, '-', NULL);
    else
        text_show(t, columns, room);
    return buf_str(room);
}

static void put_padded(struct safe_text t, int columns, struct buf *out)
{
    int wrote = text_empty(t) ? (buf_putc(out, '-', NULL), 1) : text_show(t, columns, out);
    buf_printf(out, NULL, "%*s", columns - wrote + 1, "");
}

static void put_counts(const struct impact_sum *s, struct buf *out)
{
    char n[VALUE_GROUPED_MAX], m[VALUE_GROUPED_MAX], k[VALUE_GROUPED_MAX], a[VALUE_GROUPED_MAX];
    buf_printf(out, NULL, "%s jobs (%s running, %s waiting), %s accelerators; %zu users, %zu accounts, %zu tenants\n",
               value_grouped(s->jobs, n), value_grouped(s->running, m), value_grouped(s->waiting, k),
               value_grouped(s->accels, a), s->users, s->accounts, s->tenants);
}

static void put_deadline(const struct impact_sum *s, int64_t as_of_ms, struct buf *out)
{
    char at[CLOCK_TEXT_MAX], age[CLOCK_TEXT_MAX];
    struct buf job = buf_make(1024);
    int64_t left_ms = s->deadline_ms - as_of_ms;
    if (s->deadline_ms > 0)
        buf_printf(out, NULL, "first deadline %s (%s %s): %s\n", clock_iso(s->deadline_ms, at),
                   left_ms < 0 ? "missed for" : "in", clock_age(left_ms < 0 ? -left_ms : left_ms, age),
                   shown(s->deadline_job, -1, &job));
    buf_release(&job);
}

static void put_doubts(const struct impact_sum *s, struct buf *out)
{
    char n[VALUE_GROUPED_MAX];
    if (s->blind)
        buf_printf(out, NULL, "unknown: %s\n", s->blind);
    if (s->unplaced > 0)
        buf_printf(out, NULL, "not counted: %s jobs of which nobody says where their users are\n",
                   value_grouped(s->unplaced, n));
    if (s->unclear)
        buf_puts(out, "not counted: running jobs of which nobody says on which nodes\n", NULL);
}

static void put_group(const struct impact_group *g, struct buf *out)
{
    char at[CLOCK_TEXT_MAX];
    struct safe_text rest = g->contacts, contact;
    const char *between = "";
    put_padded(g->account, NAME_COLUMNS, out);
    put_padded(g->tenant, 10, out);
    buf_printf(out, NULL, "%5zu %8lld %8lld %7lld  %-20s  ", g->users, (long long)g->running, (long long)g->waiting,
               (long long)g->accels, g->deadline_ms > 0 ? clock_iso(g->deadline_ms, at) : "-");
    while (value_list_next(&rest, &contact)) {
        buf_puts(out, between, NULL);
        text_show(contact, CONTACT_COLUMNS, out);
        between = ", ";
    }
    buf_puts(out, *between ? "\n" : "-\n", NULL);
}

static void put_text(struct impact *i, const struct row *object, const struct calls *calls, int64_t as_of_ms,
                     struct buf *out)
{
    const struct impact_sum *s = impact_sum(i);
    size_t count;
    const struct impact_group *groups = impact_groups(i, &count);
    struct buf id = buf_make(1024);
    buf_printf(out, NULL, "%s %s: ", kind_info(object->kind)->singular, shown(object->id, -1, &id));
    buf_release(&id);
    put_counts(s, out);
    put_deadline(s, as_of_ms, out);
    put_doubts(s, out);
    if (count > 0)
        buf_printf(out, NULL, "\n%-*s %-10s %5s %8s %8s %7s  %-20s  %s\n", NAME_COLUMNS, "account", "tenant", "users",
                   "running", "waiting", "accels", "deadline", "contacts");
    for (size_t k = 0; k < count; k++)
        put_group(&groups[k], out);
    calls_put_text(calls, as_of_ms, out);
}

/* --- JSON --- */

static void member_text(struct json_writer *w, const char *key, struct safe_text t)
{
    json_put_key(w, key);
    if (text_empty(t))
        json_put_null(w);
    else
        json_put_text(w, t);
}

static void member_int(struct json_writer *w, const char *key, int64_t n)
{
    json_put_key(w, key);
    json_put_int(w, n);
}

static void member_time(struct json_writer *w, const char *key, int64_t ms)
{
    char at[CLOCK_TEXT_MAX];
    json_put_key(w, key);
    if (ms > 0)
        json_put_str(w, clock_iso(ms, at));
    else
        json_put_null(w);
}

static void json_group(struct json_writer *w, const struct impact_group *g)
{
    struct safe_text rest = g->contacts, contact;
    json_open_object(w);
    member_text(w, "account", g->account);
    member_text(w, "tenant", g->tenant);
    member_int(w, "users", (int64_t)g->users);
    member_int(w, "jobs_running", g->running);
    member_int(w, "jobs_waiting", g->waiting);
    member_int(w, "accels", g->accels);
    member_time(w, "deadline_first_at", g->deadline_ms);
    json_put_key(w, "contacts");
    json_open_array(w);
    while (value_list_next(&rest, &contact))
        json_put_text(w, contact);
    json_close_array(w);
    json_close_object(w);
}

static void json_sum(struct json_writer *w, const struct impact_sum *s)
{
    member_int(w, "jobs", s->jobs);
    member_int(w, "jobs_running", s->running);
    member_int(w, "jobs_waiting", s->waiting);
    member_int(w, "users", (int64_t)s->users);
    member_int(w, "accounts", (int64_t)s->accounts);
    member_int(w, "tenants", (int64_t)s->tenants);
    member_int(w, "accels", s->accels);
    member_time(w, "deadline_first_at", s->deadline_ms);
    member_text(w, "deadline_first_job", s->deadline_job);
    member_int(w, "jobs_unplaced", s->unplaced);
    json_put_key(w, "unclear");
    json_put_bool(w, s->unclear);
    member_text(w, "unknown", text_of(s->blind ? s->blind : ""));
}

static void put_json(struct impact *i, const struct row *object, const struct calls *calls, int64_t as_of_ms,
                     struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    size_t count;
    const struct impact_group *groups = impact_groups(i, &count);
    json_open_object(&w);
    member_int(&w, "schema_version", 1);
    member_text(&w, "kind", text_of("impact"));
    member_time(&w, "as_of", as_of_ms);
    member_text(&w, "object_kind", text_of(kind_info(object->kind)->name));
    member_text(&w, "object", object->id);
    json_sum(&w, impact_sum(i));
    json_put_key(&w, "items");
    json_open_array(&w);
    for (size_t k = 0; k < count; k++)
        json_group(&w, &groups[k]);
    json_close_array(&w);
    calls_put_json(calls, &w);
    json_close_object(&w);
    buf_putc(out, '\n', NULL);
}

void impact_out(FILE *to, struct impact *i, const struct row *object, const struct calls *calls, bool json,
                int64_t as_of_ms)
{
    struct buf out = buf_make(OUT_MAX);
    (json ? put_json : put_text)(i, object, calls, as_of_ms, &out);
    fwrite(buf_str(&out), 1, out.len, to);
    buf_release(&out);
}
