#include "cli/audit_out.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/deed.h"
#include "domain/rows.h"

enum { COMMAND_MAX = 16 << 10, LINE_MAX_BYTES = 512 << 10, WHO_COLUMNS = 16, OP_COLUMNS = 16, FROM_COLUMNS = 15 };

/* --- taking --- */

static struct safe_text text_at(struct audit_list *list, const struct json *entry, const char *key)
{
    struct safe_text t;
    return json_text(json_get(entry, key), &t) ? rows_text(&list->arena, t) : text_of("");
}

static int64_t number_at(const struct json *entry, const char *key)
{
    int64_t n;
    return json_int(json_get(entry, key), &n) ? n : -1;
}

static struct safe_text command_of(struct audit_list *list, const struct audit_entry *e)
{
    struct buf text = buf_make(text_len(e->body) + 1), out = buf_make(COMMAND_MAX);
    text_copy(&text, e->body);
    struct json *body = e->uid >= 0 ? json_parse(buf_str(&text), text.len, JSON_STRICT, NULL) : NULL;
    bool known = body && deed_command(e->op, body, &out);
    struct safe_text command = rows_text(&list->arena, known ? text_from(out.data, out.len) : text_of(""));
    json_free(body);
    buf_release(&text);
    buf_release(&out);
    return command;
}

static void take_one(struct audit_list *list, const struct json *entry)
{
    if (list->count == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 64;
        list->all = mem_grow(list->all, list->cap, sizeof *list->all);
    }
    struct audit_entry *e = &list->all[list->count++];
    *e = (struct audit_entry){.seq = number_at(entry, "seq"),
                              .uid = number_at(entry, "uid"),
                              .login_uid = number_at(entry, "login_uid"),
                              .at = text_at(list, entry, "at"),
                              .who = text_at(list, entry, "who"),
                              .claimed_login = text_at(list, entry, "claimed_login"),
                              .claimed_ssh = text_at(list, entry, "claimed_ssh"),
                              .op = text_at(list, entry, "op"),
                              .request_id = text_at(list, entry, "request_id"),
                              .body = text_at(list, entry, "body")};
    e->command = command_of(list, e);
}

void audit_out_take(void *list, const struct json *page)
{
    for (const struct json *e = json_first(json_get(page, "entries")); e; e = json_next(e))
        take_one(list, e);
}

void audit_out_release(struct audit_list *list)
{
    free(list->all);
    arena_release(&list->arena);
}

/* --- the columns of JSON and CSV --- */

enum { NUMBER, TEXT };
#define AT(member) offsetof(struct audit_entry, member)
static const struct column {
    const char *name;
    int type;
    size_t at;
} columns[] = {
    {"seq", NUMBER, AT(seq)},
    {"at", TEXT, AT(at)},
    {"uid", NUMBER, AT(uid)},
    {"who", TEXT, AT(who)},
    {"login_uid", NUMBER, AT(login_uid)},
    {"claimed_login", TEXT, AT(claimed_login)},
    {"claimed_ssh", TEXT, AT(claimed_ssh)},
    {"op", TEXT, AT(op)},
    {"request_id", TEXT, AT(request_id)},
    {"body", TEXT, AT(body)},
    {"command", TEXT, AT(command)},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static int64_t number_of(const struct audit_entry *e, const struct column *c)
{
    return *(const int64_t *)(const void *)((const char *)e + c->at);
}

static struct safe_text text_in(const struct audit_entry *e, const struct column *c)
{
    return *(const struct safe_text *)(const void *)((const char *)e + c->at);
}

static void put_json(const struct audit_entry *e, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    for (size_t i = 0; i < COLUMNS; i++) {
        json_put_key(&w, columns[i].name);
        if (columns[i].type == NUMBER ? number_of(e, &columns[i]) < 0 : text_empty(text_in(e, &columns[i])))
            json_put_null(&w);
        else if (columns[i].type == NUMBER)
            json_put_int(&w, number_of(e, &columns[i]));
        else
            json_put_text(&w, text_in(e, &columns[i]));
    }
    json_close_object(&w);
}

/* RFC 4180; every cell of a text is quoted. */
static void put_csv(const struct audit_entry *e, struct buf *out)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        struct buf shown = buf_make(LINE_MAX_BYTES);
        if (i > 0)
            buf_putc(out, ',', NULL);
        if (columns[i].type == NUMBER) {
            if (number_of(e, &columns[i]) >= 0)
                buf_printf(out, NULL, "%" PRId64, number_of(e, &columns[i]));
            continue;
        }
        text_show(text_in(e, &columns[i]), -1, &shown);
        buf_putc(out, '"', NULL);
        for (const char *at = buf_str(&shown); *at; at++)
            buf_puts(out, *at == '"' ? "\"\"" : (char[]){*at, '\0'}, NULL);
        buf_putc(out, '"', NULL);
        buf_release(&shown);
    }
}

/* --- for people --- */

static void pad(struct safe_text t, int most, struct buf *out)
{
    int wrote = text_empty(t) ? (buf_putc(out, '-', NULL), 1) : text_show(t, most, out);
    buf_printf(out, NULL, "%*s", most - wrote + 2, "");
}

/* The login uid is told where it is another: whoever became somebody else. */
static void put_line(const struct audit_entry *e, struct buf *out)
{
    buf_printf(out, NULL, "%6" PRId64 "  ", e->seq);
    pad(e->at, 20, out);
    pad(e->who, WHO_COLUMNS, out);
    pad(e->claimed_ssh, FROM_COLUMNS, out);
    pad(e->op, OP_COLUMNS, out);
    text_show(text_empty(e->command) ? e->body : e->command, -1, out);
    if (e->login_uid >= 0 && e->login_uid != e->uid)
        buf_printf(out, NULL, tr("  (login uid %" PRId64 ")"), e->login_uid);
}

static void put_head(const char *form, size_t n, FILE *to)
{
    if (strcmp(form, "json") == 0)
        fprintf(to, "{\"schema_version\":1,\"kind\":\"audit\",\"total\":%zu,\"items\":[", n);
    for (size_t i = 0; strcmp(form, "csv") == 0 && i < COLUMNS; i++)
        fprintf(to, "%s%s", columns[i].name, i + 1 < COLUMNS ? "," : "\r\n");
}

void audit_out_print(const struct audit_list *list, const char *format, FILE *to)
{
    static const struct {
        const char *form, *between, *end;
        void (*put)(const struct audit_entry *e, struct buf *out);
    } forms[] = {{"text", "\n", "\n", put_line},
                 {"json", ",", "", put_json},
                 {"ndjson", "\n", "\n", put_json},
                 {"csv", "\r\n", "\r\n", put_csv}};
    size_t form = 0;
    while (strcmp(forms[form].form, format) != 0)
        form++;
    put_head(format, list->count, to);
    for (size_t i = list->count; i-- > 0;) {
        struct buf line = buf_make(2 * LINE_MAX_BYTES);
        forms[form].put(&list->all[i], &line);
        fprintf(to, "%s%s", buf_str(&line), i > 0 ? forms[form].between : forms[form].end);
        buf_release(&line);
    }
    if (strcmp(format, "json") == 0)
        fputs("]}\n", to);
}
