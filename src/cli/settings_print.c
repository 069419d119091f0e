#include "cli/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/fail.h"
#include "cli/options.h"
#include "cli/out.h"
#include "cli/setup_check.h"
#include "cli/setup_source.h"

enum { SETTINGS_BYTES_MAX = 16 << 20, SETTINGS_COLUMN = 64 };

void settings_quote(const char *text, struct buf *out)
{
    size_t n = strlen(text);
    uint32_t cp;
    buf_putc(out, '"', NULL);
    for (size_t i = 0, len; i < n; i += len) {
        len = text_decode(text + i, n - i, &cp);
        if (text[i] == '"' || text[i] == '\\' || text[i] == '$')
            buf_printf(out, NULL, "\\%c", text[i]);
        else if (len > 0 && !text_hidden(cp))
            buf_put(out, text + i, len, NULL);
        else {
            len = len > 0 ? len : 1;
            for (size_t k = i; k < i + len; k++)
                buf_printf(out, NULL, "\\x%02x", (unsigned char)text[k]);
        }
    }
    buf_putc(out, '"', NULL);
}

struct printing {
    struct setup *s;
    const struct options *o;
    struct buf *out;
    int depth;
    size_t line_at; /* where the line under way begins */
};

/* --- lines --- */

static void line_begin(struct printing *p, const char *name)
{
    p->line_at = p->out->len;
    buf_printf(p->out, NULL, "%*s%s = ", 2 * p->depth, "", name);
}

/* With --origin the line ends with a comment that tells where its value comes from. */
static void line_end(struct printing *p, const char *origin)
{
    char shown[4 * DIR_PATH_MAX];
    if (p->o->origin) {
        int column = text_width(text_from(p->out->data + p->line_at, p->out->len - p->line_at));
        buf_printf(p->out, NULL, "%*s # %s", column < SETTINGS_COLUMN ? SETTINGS_COLUMN - column : 0, "",
                   text_show_in(text_of(origin), shown, sizeof shown));
    }
    buf_puts(p->out, "\n", NULL);
}

static void put_text(struct printing *p, const char *name, const char *value, const char *origin)
{
    if (!value)
        return;
    line_begin(p, name);
    settings_quote(value, p->out);
    line_end(p, origin);
}

static void put_list(const struct config *c, const char *name, struct buf *out)
{
    buf_puts(out, "{", NULL);
    for (size_t i = 0; i < config_list_count(c, name); i++) {
        buf_puts(out, i ? ", " : " ", NULL);
        settings_quote(config_list_at(c, name, i), out);
    }
    buf_puts(out, " }", NULL);
}

static const char *origin_of(const struct printing *p, const struct config *c, const char *name,
                             char out[DIR_PATH_MAX + 16])
{
    int line = config_origin(c, name);
    if (line == 0)
        return "default";
    snprintf(out, DIR_PATH_MAX + 16, "%s:%d", p->s->config_path, line);
    return out;
}

/* An option as the file or its preset says it; nothing where neither does. */
static void put_option(struct printing *p, const struct config *c, const struct config_option *o)
{
    char origin[DIR_PATH_MAX + 16];
    const char *value = config_text(c, o->name);
    if (!config_given(c, o->name) && !o->preset)
        return;
    line_begin(p, o->name);
    if (o->type == CONFIG_LIST)
        put_list(c, o->name, p->out);
    else if (o->type == CONFIG_TEXT)
        settings_quote(value ? value : "", p->out);
    else
        buf_puts(p->out, value ? value : "", NULL);
    line_end(p, origin_of(p, c, o->name, origin));
}

/* --- sections --- */

static bool in_table(const struct config_option *table, const char *name)
{
    while (table && table->name && strcmp(table->name, name) != 0)
        table++;
    return table && table->name;
}

/* A source's section shares its schema with those of all drivers: another driver's presets are none of its settings. */
static bool is_foreign(const struct config *c, const struct config_option *o)
{
    const char *driver = config_text(c, "driver");
    const struct source_driver *own = driver ? source_by_name(driver) : NULL;
    bool foreign = false;
    for (const struct source_driver *const *d = source_table; own && *d; d++)
        foreign = foreign || in_table((*d)->settings, o->name);
    return foreign && !in_table(own->settings, o->name);
}

static void put_section(struct printing *p, const struct config *c, const struct config_option *schema);

static void put_sections(struct printing *p, const struct config *c, const struct config_option *o)
{
    for (size_t i = 0; i < config_section_count(c, o->name); i++) {
        const struct config *section = config_section(c, o->name, i);
        buf_printf(p->out, NULL, "%*s%s ", 2 * p->depth, "", o->name);
        if (o->titled) {
            settings_quote(config_title(section), p->out);
            buf_puts(p->out, " ", NULL);
        }
        buf_puts(p->out, "{\n", NULL);
        p->depth++;
        put_section(p, section, o->children);
        p->depth--;
        buf_printf(p->out, NULL, "%*s}\n", 2 * p->depth, "");
    }
}

static void put_section(struct printing *p, const struct config *c, const struct config_option *schema)
{
    for (const struct config_option *o = schema; o->name; o++) {
        if (o->type == CONFIG_SECTION)
            put_sections(p, c, o);
        else if (config_given(c, o->name) || !is_foreign(c, o))
            put_option(p, c, o);
    }
}

/* A section without a title holds also where the file does not have it. */
static void put_absent(struct printing *p, const struct config_option *o, const struct config_option *schema)
{
    struct err err = {0};
    char text[64];
    snprintf(text, sizeof text, "%.40s {}", o->name);
    struct config *empty = config_parse("defaults", text, schema, &err);
    if (empty)
        put_sections(p, empty, o);
    config_free(empty);
}

/* --- the whole --- */

/* From any folder it is the same file. */
static void put_fleet(struct printing *p, const char *origin)
{
    char *whole = realpath(p->s->fleet_path, NULL);
    put_text(p, "fleet", whole ? whole : p->s->fleet_path, origin);
    free(whole);
}

/* What the command line or the environment says in place of the file; false when they do not. */
static bool put_override(struct printing *p, const char *name)
{
    const struct {
        const char *name, *option, *value;
    } table[] = {
        {"fleet", "fleet", p->o->fleet},  {"state_dir", "state-dir", p->o->state_dir},
        {"theme", "theme", p->o->theme},  {"glyphs", "glyphs", p->o->glyphs},
        {"language", "lang", p->o->lang}, {"use_context", "context", p->o->context},
    };
    char origin[OPTIONS_ORIGIN_MAX];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, name) != 0 || !table[i].value)
            continue;
        options_origin(p->o, table[i].option, origin);
        if (strcmp(name, "fleet") == 0)
            put_fleet(p, origin);
        else
            put_text(p, name, table[i].value, origin);
        return true;
    }
    return false;
}

static void put_root(struct printing *p, const struct config *c, const struct config_option *schema)
{
    char origin[DIR_PATH_MAX + 16];
    for (const struct config_option *o = schema; o->name; o++) {
        if (o->type == CONFIG_SECTION || put_override(p, o->name))
            continue;
        if (strcmp(o->name, "fleet") == 0 && p->s->fleet)
            put_fleet(p, origin_of(p, c, o->name, origin));
        else
            put_option(p, c, o);
    }
    for (const struct config_option *o = schema; o->name; o++) {
        if (o->type == CONFIG_SECTION)
            put_sections(p, c, o);
    }
    for (const struct config_option *o = schema; o->name; o++) {
        if (o->type == CONFIG_SECTION && !o->titled && config_section_count(c, o->name) == 0)
            put_absent(p, o, schema);
    }
}

/* A --source URL as the section that would say the same. */
static void put_source(struct printing *p, const struct collector_source *src)
{
    static const char origin[] = "option --source";
    buf_puts(p->out, "source ", NULL);
    settings_quote(src->name ? src->name : src->provisional, p->out);
    buf_puts(p->out, " {\n", NULL);
    p->depth++;
    put_text(p, "driver", src->driver->name, origin);
    put_text(p, "url", src->url, origin);
    put_text(p, "user", src->user, origin);
    put_text(p, "token_file", src->token_file, origin);
    put_text(p, "scheduler", src->scheduler, origin);
    line_begin(p, "interval");
    buf_printf(p->out, NULL, "%" PRId64, src->interval_ms / 1000);
    line_end(p, src->query(src->query_ctx, "interval") ? origin : "default");
    put_text(p, "ca_file", src->peer.ca_file, origin);
    put_text(p, "client_cert", src->peer.client_cert, origin);
    put_text(p, "client_key", src->peer.client_key, origin);
    put_text(p, "proxy", src->peer.proxy, origin);
    for (const struct config_option *o = src->driver->settings; o && o->name; o++) {
        if (o->type == CONFIG_TEXT)
            put_text(p, o->name, src->query(src->query_ctx, o->name), origin);
    }
    p->depth--;
    buf_puts(p->out, "}\n", NULL);
}

static bool put_all(struct printing *p, struct err *err)
{
    const struct config_option *schema = setup_source_schema(&p->s->arena);
    struct config *defaults = p->s->config ? NULL : config_parse("defaults", "", schema, err);
    if (!p->s->config && !defaults)
        return false;
    put_root(p, p->s->config ? p->s->config : defaults, schema);
    for (size_t i = 0; i < p->o->source_count; i++)
        put_source(p, &p->s->sources[i]);
    config_free(defaults);
    return true;
}

static void tell(void *ctx, const struct err *err)
{
    fail_report(ctx, err);
}

int settings_print(const struct options *o)
{
    struct err err = {0};
    struct setup s;
    struct options loud = *o;
    struct buf text = buf_make(SETTINGS_BYTES_MAX);
    struct printing p = {.s = &s, .o = o, .out = &text};
    int status = 78;
    if (setup_check(&s, o, "", tell, &loud)) {
        FILE *to = put_all(&p, &err) ? out_open(o, &err) : NULL;
        if (to)
            fwrite(buf_str(&text), 1, text.len, to);
        status = to && out_close(o, to, &err) ? 0 : fail_report(o, &err);
    }
    setup_release(&s);
    buf_release(&text);
    return status;
}
