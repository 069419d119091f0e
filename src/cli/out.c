#include "cli/out.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"

enum { OUT_ITEM_MAX = 8 << 20, OUT_CELL_COLUMNS = 48, OUT_USAGE = 64, OUT_CANNOT_CREATE = 73, OUT_CANNOT_WRITE = 74 };

/* --- which fields --- */

/* What a person wants to see first, of each kind; scripts get all. */
static const char *const text_fields[KIND_COUNT] = {
    [KIND_HUB] = "id,name,name_zh,state,clusters,jobs_running,jobs_waiting,accels_free,accels_total,age_s",
    [KIND_CLUSTER] = "id,name,hub,state,nodes_total,nodes_down,cpus_free,cpus_total,accels_free,accels_total,jobs_"
                     "running,jobs_waiting,age_s",
    [KIND_SITE] = "id,cluster,area,name,phase,membership,security_level",
    [KIND_SCHEDULER] = "id,cluster,driver,name,version,state,nodes_total,nodes_down,accels_free,accels_total,jobs_"
                       "running,jobs_waiting,age_s",
    [KIND_NODE] = "id,state,state_raw,partitions,cpus_free,cpus_total,accels_free,accels_total,accel_kind,reason,"
                  "reason_by,reason_at",
    [KIND_QUEUE] =
        "id,state,running,waiting,wait_p50_s,wait_p95_s,oldest_s,accels_asked,arrivals_per_min,departures_per_min",
    [KIND_JOB] = "id,user,state,queue,nodes,cpus,accels,waited_s,reason,name",
    [KIND_USER] = "id,account,tenant,jobs_running,jobs_waiting,accels,contact",
    [KIND_RESERVATION] = "id,purpose,nodes,users,accounts,amount,unit,starts_at,ends_at",
    [KIND_CHANGE] = "at,kind,where,what,by",
    [KIND_LINK] = "id,state,one_way_ms,ring_contract_ms,baseline_ms,physical_min_ms,rtt_ms,loss_pct,used_pct,paths_lit,"
                  "paths,why,age_s",
    [KIND_PAIR] = "id,agreed,used,unit,link,until",
    [KIND_HALL] = "id,cluster,site,name,racks_used,racks_total,power_kw,power_cap_kw,inlet_c_max,age_s",
    [KIND_RACK] = "id,cluster,hall,state,power_kw,power_cap_kw,inlet_c,cpus_free,cpus_total,nodes_down,nodes_total,"
                  "tenant,age_s",
    [KIND_PLACE] = "id,name,name_zh,lon,lat",
    [KIND_TENANT] = "id,at,ring_ms,spaces,residency,accounts,contact",
    [KIND_TRANSFER] = "id,dataset,size_tb,done_pct,rate_gbps,eta,state,job,tenant",
    [KIND_OFFER] = "id,cluster,product,kind,precision,unit,price_cny,voucher_pct,available,until",
    [KIND_ENERGY] = "id,period,kwh,quota_kwh,co2_kg,green_pct,pue,quality,meter,method",
    [KIND_ALERT] = "severity,state,since,where,name,summary,children,acked_by,silenced_until,id",
    [KIND_MAINTENANCE] = "id,what,state,where,starts_at,ends_at,by,reason",
    [KIND_PLAN] = "id,state,created_at,created_by,moves,jobs,accels,starts,gap_pct,expires_at",
    [KIND_MOVE] = "id,state,from,to,queue,jobs,accels,delay_before_ms,delay_after_ms,data_gb,takes_s,risk",
    [KIND_EFFECT] = "plan,kind,what,measure,now,undone,after,after_low,after_high,limit",
    [KIND_ACTION] = "id,kind,target,from,to,state,made,result",
    [KIND_REVIEW] = "plan,kind,what,measure,now,forecast_15,fact_15,miss_15_pct,forecast_60,fact_60,miss_60_pct",
    [KIND_SILENCE] = "id,state,alerts,ends_at,created_by,comment,matchers",
    [KIND_ACCOUNT] = "id,parent,organization,users,shares,share_pct,used_pct,fairshare,limits",
    [KIND_QOS] = "id,priority,preempts,preempt_mode,max_jobs_per_user,max_time_s,usage_factor,limits",
    [KIND_LICENSE] = "id,total,used,free,reserved,remote",
    [KIND_DEVICE] = "id,rack,position_u,height_u,face,role,model,status,tenant",
    [KIND_FEED] = "id,rack,panel,role,status,voltage_v,current_a,phases,power_kw,power_cap_kw",
    [KIND_NETWORK] = "id,name,operator,meets,state,pflops,pflops_precision,accels_free,accels_total,remark",
    [KIND_SOURCE] = "id,driver,url,state,last_ok_at,interval_s,rows,last_ms,last_error",
};

static const struct {
    const char *name;
    int field;
} common_fields[] = {
    {"id", OUT_ID}, {"source", OUT_SOURCE}, {"observed_at", OUT_OBSERVED}, {"age_s", OUT_AGE}, {"stale", OUT_STALE}};

static bool field_by_name(enum kind kind, const char *name, size_t n, int *field)
{
    char word[64];
    if (n == 0 || n >= sizeof word)
        return false;
    memcpy(word, name, n);
    word[n] = '\0';
    for (size_t i = 0; i < sizeof common_fields / sizeof *common_fields; i++) {
        if (strcmp(common_fields[i].name, word) == 0) {
            *field = common_fields[i].field;
            return true;
        }
    }
    *field = kind_field(kind, word);
    return *field >= 0;
}

static bool unknown_field(enum kind kind, const char *name, size_t n, struct err *err)
{
    char hint[ERR_HINT_MAX] = "the fields are id";
    const struct kind_info *info = kind_info(kind);
    for (size_t i = 0; i < info->field_count; i++)
        snprintf(hint + strlen(hint), sizeof hint - strlen(hint), " %s", info->fields[i].name);
    err_set(err, ERR_INPUT, "%s have no field '%.*s'", info->name, (int)n, name);
    err_hint(err, "%s", hint);
    return err_exit(err, OUT_USAGE);
}

static bool named_fields(struct out_plan *plan, const char *names, struct err *err)
{
    for (const char *c = names; *c;) {
        size_t n = strcspn(c, ",");
        if (plan->field_count == OUT_FIELDS_MAX || !field_by_name(plan->kind, c, n, &plan->fields[plan->field_count]))
            return unknown_field(plan->kind, c, n, err);
        plan->field_count++;
        c += n + (c[n] == ',');
    }
    return true;
}

static void all_fields(struct out_plan *plan)
{
    const struct kind_info *info = kind_info(plan->kind);
    plan->fields[plan->field_count++] = OUT_ID;
    for (size_t i = 0; i < info->field_count; i++) {
        if (!(info->fields[i].flags & FIELD_HIDDEN))
            plan->fields[plan->field_count++] = (int)i;
    }
    for (int f = OUT_SOURCE; f >= OUT_STALE; f--)
        plan->fields[plan->field_count++] = f;
}

bool out_plan(struct out_plan *plan, const struct options *o, enum kind kind, int64_t as_of_ms, struct err *err)
{
    *plan = (struct out_plan){.kind = kind, .format = o->format ? o->format : "text", .as_of_ms = as_of_ms};
    plan->limit = o->limit >= 0 ? (size_t)o->limit : SIZE_MAX;
    bool for_people =
        strcmp(plan->format, "text") == 0 || strcmp(plan->format, "md") == 0 || strcmp(plan->format, "html") == 0;
    if (o->fields)
        return named_fields(plan, o->fields, err);
    if (for_people && text_fields[kind])
        return named_fields(plan, text_fields[kind], err);
    all_fields(plan);
    return true;
}

/* --- cells --- */

static const char *name_of(const struct out_plan *plan, int field)
{
    return field < 0 ? common_fields[-field - 1].name : kind_info(plan->kind)->fields[field].name;
}

static struct value cell_of(const struct row *row, int field)
{
    switch (field) {
    case OUT_ID:
        return value_text(row->id);
    case OUT_SOURCE:
        return value_text(row->source);
    case OUT_OBSERVED:
        return row->observed_ms > 0 ? value_time(row->observed_ms) : value_none();
    case OUT_AGE:
        return row->age_ms >= 0 ? value_int(row->age_ms / 1000) : value_none();
    case OUT_STALE:
        return value_bool(row->stale);
    default:
        return row->cells[field];
    }
}

/* A cell for people and tables: lists with commas, times in UTC, an unknown as `unknown`. */
static void cell_text(const struct value *v, const char *unknown, int columns, struct buf *out)
{
    char text[CLOCK_TEXT_MAX];
    struct safe_text rest, member;
    size_t start = out->len;
    switch (v->type) {
    case VALUE_NONE:
        buf_puts(out, unknown, NULL);
        break;
    case VALUE_TEXT:
        text_show(v->as.text, columns, out);
        break;
    case VALUE_LIST:
        rest = v->as.text;
        while (value_list_next(&rest, &member)) {
            if (out->len > start)
                buf_putc(out, ',', NULL);
            text_show(member, columns, out);
        }
        break;
    case VALUE_INT:
        buf_printf(out, NULL, "%lld", (long long)v->as.i);
        break;
    case VALUE_REAL:
        buf_printf(out, NULL, "%.6g", v->as.real);
        break;
    case VALUE_TIME:
        buf_puts(out, clock_iso(v->as.i, text), NULL);
        break;
    case VALUE_BOOL:
        buf_puts(out, v->as.i ? "true" : "false", NULL);
        break;
    }
}

/* --- JSON --- */

static bool json_list(struct json_writer *w, struct safe_text list)
{
    struct safe_text member;
    bool lossy = false;
    json_open_array(w);
    while (value_list_next(&list, &member))
        lossy |= json_put_text(w, member);
    json_close_array(w);
    return lossy;
}

/* Returns whether bytes were lost. */
static bool json_cell(struct json_writer *w, const struct value *v)
{
    char text[CLOCK_TEXT_MAX];
    switch (v->type) {
    case VALUE_NONE:
        json_put_null(w);
        return false;
    case VALUE_TEXT:
        return json_put_text(w, v->as.text);
    case VALUE_LIST:
        return json_list(w, v->as.text);
    case VALUE_INT:
        json_put_int(w, v->as.i);
        return false;
    case VALUE_REAL:
        json_put_real(w, v->as.real);
        return false;
    case VALUE_TIME:
        json_put_str(w, clock_iso(v->as.i, text));
        return false;
    case VALUE_BOOL:
        json_put_bool(w, v->as.i != 0);
        return false;
    }
    return false;
}

static void json_item(const struct out_plan *plan, const struct row *row, struct json_writer *w)
{
    int lossy[OUT_FIELDS_MAX];
    size_t lossy_count = 0;
    json_open_object(w);
    for (size_t i = 0; i < plan->field_count; i++) {
        struct value v = cell_of(row, plan->fields[i]);
        json_put_key(w, name_of(plan, plan->fields[i]));
        if (json_cell(w, &v))
            lossy[lossy_count++] = plan->fields[i];
    }
    if (lossy_count > 0) {
        json_put_key(w, "lossy");
        json_open_array(w);
        for (size_t i = 0; i < lossy_count; i++)
            json_put_str(w, name_of(plan, lossy[i]));
        json_close_array(w);
    }
    json_close_object(w);
}

void out_item(enum kind kind, const struct row *row, struct buf *out)
{
    struct out_plan plan = {.kind = kind};
    struct json_writer w = json_writer_make(out);
    all_fields(&plan);
    json_item(&plan, row, &w);
}

/* The i-th row if it is one that was asked for. */
static bool wanted(const struct out_plan *plan, const struct query_rows *rows, size_t i, struct row *row)
{
    if (!query_rows_at(rows, i, row) || (plan->wants && !plan->wants(plan->ctx, row)))
        return false;
    for (size_t k = 0; k < plan->id_count; k++) {
        if (text_is(row->id, plan->ids[k]))
            return true;
    }
    return plan->id_count == 0;
}

static size_t total_of(const struct out_plan *plan, const struct query_rows *rows)
{
    struct row row;
    size_t total = 0;
    if (plan->id_count == 0 && !plan->wants)
        return query_rows_count(rows);
    for (size_t i = 0; i < query_rows_count(rows); i++)
        total += wanted(plan, rows, i, &row);
    return total;
}

/* --- the forms --- */

struct form {
    const char *name;
    void (*begin)(const struct out_plan *plan, size_t total, struct buf *out);
    void (*item)(const struct out_plan *plan, const struct row *row, size_t i, struct buf *out);
    void (*end)(const struct out_plan *plan, struct buf *out);
};

static void json_begin(const struct out_plan *plan, size_t total, struct buf *out)
{
    char at[CLOCK_TEXT_MAX];
    buf_printf(out, NULL, "{\"schema_version\":1,\"kind\":\"%s\",\"as_of\":\"%s\",\"total\":%zu,\"items\":[",
               kind_info(plan->kind)->name, clock_iso(plan->as_of_ms, at), total);
}

static void json_line(const struct out_plan *plan, const struct row *row, size_t i, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    (void)i;
    json_item(plan, row, &w);
    buf_putc(out, '\n', NULL);
}

static void json_member(const struct out_plan *plan, const struct row *row, size_t i, struct buf *out)
{
    buf_puts(out, i > 0 ? "," : "\n", NULL);
    json_line(plan, row, i, out);
}

static void json_end(const struct out_plan *plan, struct buf *out)
{
    (void)plan;
    buf_puts(out, "]}\n", NULL);
}

static void nothing_begin(const struct out_plan *plan, size_t total, struct buf *out)
{
    (void)plan, (void)total, (void)out;
}

static void nothing_end(const struct out_plan *plan, struct buf *out)
{
    (void)plan, (void)out;
}

/* RFC 4180: quotes around what holds a comma, a quote or a line end; control characters come as marks. */
static void csv_put(const char *text, size_t n, struct buf *out)
{
    bool quote = memchr(text, ',', n) || memchr(text, '"', n) || (n > 0 && (text[0] == ' ' || text[n - 1] == ' '));
    if (!quote) {
        buf_put(out, text, n, NULL);
        return;
    }
    buf_putc(out, '"', NULL);
    for (size_t i = 0; i < n; i++)
        buf_put(out, text[i] == '"' ? "\"\"" : &text[i], text[i] == '"' ? 2 : 1, NULL);
    buf_putc(out, '"', NULL);
}

static void csv_begin(const struct out_plan *plan, size_t total, struct buf *out)
{
    (void)total;
    for (size_t i = 0; i < plan->field_count; i++)
        buf_printf(out, NULL, "%s%s", i > 0 ? "," : "", name_of(plan, plan->fields[i]));
    buf_puts(out, "\r\n", NULL);
}

static void csv_item(const struct out_plan *plan, const struct row *row, size_t n, struct buf *out)
{
    struct buf cell = buf_make(OUT_ITEM_MAX);
    (void)n;
    for (size_t i = 0; i < plan->field_count; i++) {
        struct value v = cell_of(row, plan->fields[i]);
        buf_clear(&cell);
        cell_text(&v, "", -1, &cell);
        if (i > 0)
            buf_putc(out, ',', NULL);
        csv_put(buf_str(&cell), cell.len, out);
    }
    buf_puts(out, "\r\n", NULL);
    buf_release(&cell);
}

/* Text whose marks of a format's own are escaped. */
static void put_escaped(const struct buf *cell, const char *special, const char *const *escapes, struct buf *out)
{
    for (size_t i = 0; i < cell->len; i++) {
        const char *at = strchr(special, cell->data[i]);
        if (at && cell->data[i])
            buf_puts(out, escapes[at - special], NULL);
        else
            buf_putc(out, cell->data[i], NULL);
    }
}

static void md_begin(const struct out_plan *plan, size_t total, struct buf *out)
{
    (void)total;
    for (size_t i = 0; i < plan->field_count; i++)
        buf_printf(out, NULL, "| %s ", name_of(plan, plan->fields[i]));
    buf_puts(out, "|\n", NULL);
    for (size_t i = 0; i < plan->field_count; i++)
        buf_puts(out, "| --- ", NULL);
    buf_puts(out, "|\n", NULL);
}

static void marked_item(const struct out_plan *plan, const struct row *row, const char *open, const char *before,
                        const char *after, const char *close, const char *special, const char *const *escapes,
                        struct buf *out)
{
    struct buf cell = buf_make(OUT_ITEM_MAX);
    buf_puts(out, open, NULL);
    for (size_t i = 0; i < plan->field_count; i++) {
        struct value v = cell_of(row, plan->fields[i]);
        buf_clear(&cell);
        cell_text(&v, "-", -1, &cell);
        buf_puts(out, before, NULL);
        put_escaped(&cell, special, escapes, out);
        buf_puts(out, after, NULL);
    }
    buf_puts(out, close, NULL);
    buf_release(&cell);
}

static void md_item(const struct out_plan *plan, const struct row *row, size_t i, struct buf *out)
{
    static const char *const escapes[] = {"\\|", "\\\\", "&lt;", "\\`", "\\*", "\\_", "&amp;", "\\[", "\\]"};
    (void)i;
    marked_item(plan, row, "", "| ", " ", "|\n", "|\\<`*_&[]", escapes, out);
}

static void html_begin(const struct out_plan *plan, size_t total, struct buf *out)
{
    char at[CLOCK_TEXT_MAX];
    buf_printf(out, NULL,
               "<!doctype html>\n<meta charset=\"utf-8\">\n<title>%s</title>\n<p>%zu as of %s</p>\n<table>\n<tr>",
               kind_info(plan->kind)->name, total, clock_iso(plan->as_of_ms, at));
    for (size_t i = 0; i < plan->field_count; i++)
        buf_printf(out, NULL, "<th>%s</th>", name_of(plan, plan->fields[i]));
    buf_puts(out, "</tr>\n", NULL);
}

static void html_item(const struct out_plan *plan, const struct row *row, size_t i, struct buf *out)
{
    static const char *const escapes[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&#39;"};
    (void)i;
    marked_item(plan, row, "<tr>", "<td>", "</td>", "</tr>\n", "<>&\"'", escapes, out);
}

static void html_end(const struct out_plan *plan, struct buf *out)
{
    (void)plan;
    buf_puts(out, "</table>\n", NULL);
}

static const struct form forms[] = {
    {"json", json_begin, json_member, json_end}, {"ndjson", nothing_begin, json_line, nothing_end},
    {"csv", csv_begin, csv_item, nothing_end},   {"md", md_begin, md_item, nothing_end},
    {"html", html_begin, html_item, html_end},
};

/* `| head` has what it wanted: that is no failure. */
static bool reader_left(FILE *to)
{
    struct pollfd p = {.fd = fileno(to), .events = POLLOUT};
    return ferror(to) && poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

static bool flush(struct buf *b, FILE *to, struct err *err)
{
    if (b->len > 0 && fwrite(b->data, 1, b->len, to) != b->len) {
        if (reader_left(to))
            return false;
        err_set(err, ERR_INPUT, "cannot write the output: %s", strerror(errno));
        return err_exit(err, OUT_CANNOT_WRITE);
    }
    buf_clear(b);
    return true;
}

static bool write_form(const struct form *form, const struct out_plan *plan, const struct query_rows *rows, FILE *to,
                       struct err *err)
{
    struct row row;
    struct buf b = buf_make(2 * OUT_ITEM_MAX);
    size_t n = query_rows_count(rows), written = 0;
    bool ok = true;
    form->begin(plan, total_of(plan, rows), &b);
    for (size_t i = 0; ok && i < n && written < plan->limit; i++) {
        if (wanted(plan, rows, i, &row))
            form->item(plan, &row, written++, &b);
        ok = b.len < (64 << 10) || flush(&b, to, err);
    }
    form->end(plan, &b);
    ok = ok && flush(&b, to, err);
    buf_release(&b);
    return ok;
}

/* --- text for people: columns as wide as they must be --- */

static bool is_number(const struct out_plan *plan, int field)
{
    enum value_type t = field == OUT_AGE ? VALUE_INT
                        : field < 0      ? VALUE_TEXT
                                         : kind_info(plan->kind)->fields[field].type;
    return t == VALUE_INT || t == VALUE_REAL;
}

static void widths_of(const struct out_plan *plan, const struct query_rows *rows, int widths[])
{
    struct row row;
    struct buf cell = buf_make(OUT_ITEM_MAX);
    for (size_t i = 0; i < plan->field_count; i++)
        widths[i] = (int)strlen(name_of(plan, plan->fields[i]));
    for (size_t r = 0, n = 0; r < query_rows_count(rows) && n < plan->limit; r++) {
        if (!wanted(plan, rows, r, &row))
            continue;
        n++;
        for (size_t i = 0; i < plan->field_count; i++) {
            struct value v = cell_of(&row, plan->fields[i]);
            buf_clear(&cell);
            cell_text(&v, "-", OUT_CELL_COLUMNS, &cell);
            int w = text_width(text_from(buf_str(&cell), cell.len));
            widths[i] = w > widths[i] ? w : widths[i];
        }
    }
    buf_release(&cell);
}

static void text_cell(struct buf *line, const char *text, int width, bool right, bool last)
{
    int pad = width - text_width(text_of(text));
    for (int i = 0; right && i < pad; i++)
        buf_putc(line, ' ', NULL);
    buf_puts(line, text, NULL);
    for (int i = 0; !right && !last && i < pad; i++)
        buf_putc(line, ' ', NULL);
    buf_puts(line, last ? "\n" : "  ", NULL);
}

static bool write_text(const struct out_plan *plan, const struct query_rows *rows, FILE *to, struct err *err)
{
    int widths[OUT_FIELDS_MAX];
    struct row row;
    struct buf b = buf_make(2 * OUT_ITEM_MAX), cell = buf_make(OUT_ITEM_MAX);
    bool ok = true;
    widths_of(plan, rows, widths);
    for (size_t i = 0; i < plan->field_count; i++)
        text_cell(&b, name_of(plan, plan->fields[i]), widths[i], is_number(plan, plan->fields[i]),
                  i + 1 == plan->field_count);
    for (size_t r = 0, n = 0; ok && r < query_rows_count(rows) && n < plan->limit; r++) {
        if (!wanted(plan, rows, r, &row))
            continue;
        n++;
        for (size_t i = 0; i < plan->field_count; i++) {
            struct value v = cell_of(&row, plan->fields[i]);
            buf_clear(&cell);
            cell_text(&v, "-", OUT_CELL_COLUMNS, &cell);
            text_cell(&b, buf_str(&cell), widths[i], is_number(plan, plan->fields[i]), i + 1 == plan->field_count);
        }
        ok = b.len < (64 << 10) || flush(&b, to, err);
    }
    ok = ok && flush(&b, to, err);
    buf_release(&b);
    buf_release(&cell);
    return ok;
}

bool out_rows(const struct out_plan *plan, const struct query_rows *rows, FILE *to, struct err *err)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].name, plan->format) == 0)
            return write_form(&forms[i], plan, rows, to, err);
    }
    return write_text(plan, rows, to, err);
}

/* --- where it goes --- */

FILE *out_open(const struct options *o, struct err *err)
{
    if (!o->output)
        return stdout;
    FILE *f = fopen(o->output, "w");
    if (!f) {
        err_set(err, ERR_INPUT, "cannot create '%s': %s", o->output, strerror(errno));
        err_exit(err, OUT_CANNOT_CREATE);
    }
    return f;
}

bool out_close(const struct options *o, FILE *f, struct err *err)
{
    bool ok = fflush(f) == 0 && !ferror(f);
    int e = errno;
    bool left = !ok && reader_left(f);
    if (f != stdout)
        ok = fclose(f) == 0 && ok;
    if (ok || left)
        return true;
    err_set(err, ERR_INPUT, "cannot write '%s': %s", o->output ? o->output : "standard output", strerror(e));
    return err_exit(err, OUT_CANNOT_WRITE);
}
