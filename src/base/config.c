#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <confuse.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/near.h"
#include "config_scan.h"

enum { FILE_MAX_BYTES = 4 * 1024 * 1024, EXIT_NO_INPUT = 66, EXIT_CONFIG = 78 };

/* What one option of the schema got: its texts (one, or a list's), or its sections. */
struct item {
    bool given;
    int line; /* that gave it; 0: none */
    size_t count;
    const char **texts;
    struct config *sections;
};

struct config {
    const struct config_option *schema;
    struct item *items; /* one for each option of the schema */
    const char *title, *file;
    int line;
    struct arena arena; /* the root's owns everything; empty elsewhere */
};

/* libconfuse's callbacks get no pointer of ours. One thread parses one file at a time. */
static struct parse {
    const char *name;
    struct err *err;
    bool failed;                          /* the first message counts */
    struct arena *arena;                  /* of the parse alone */
    const struct config_option **options; /* those behind the numbers in cfg_opt_t.def.number */
    size_t count;
    size_t capacity;
} parsing;

static size_t table_len(const struct config_option *schema)
{
    size_t n = 0;
    while (schema && schema[n].name)
        n++;
    return n;
}

/* --- values
 * -------------------------------------------------------------------------------------------------------------- */

static bool read_int(const char *text, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || !strchr("+-0123456789", text[0]))
        return false;
    *out = value;
    return true;
}

static bool read_real(const char *text, double *out)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || !strchr("+-.0123456789", text[0]))
        return false;
    *out = value;
    return true;
}

static bool read_bool(const char *text, bool *out)
{
    int value = cfg_parse_boolean(text);
    *out = value == 1;
    return value == 0 || value == 1;
}

static bool bad_value(int line, const struct config_option *o, const char *wanted, const char *value)
{
    parsing.failed = true;
    config_scan_fail(parsing.err, parsing.name, line, "'%s' must be %s, not '%s'", o->name, wanted, value);
    if (o->help)
        err_hint(parsing.err, "%s: %s", o->name, o->help);
    return false;
}

static bool check_int(int line, const struct config_option *o, const char *value)
{
    int64_t number = 0;
    if (!read_int(value, &number))
        return bad_value(line, o, "a whole number", value);
    if (o->min == o->max || (number >= o->min && number <= o->max))
        return true;
    char wanted[64];
    snprintf(wanted, sizeof wanted, "from %lld to %lld", (long long)o->min, (long long)o->max);
    return bad_value(line, o, wanted, value);
}

static bool check_value(int line, const struct config_option *o, const char *value)
{
    double real = 0;
    bool flag = false;
    switch (o->type) {
    case CONFIG_INT:
        return check_int(line, o, value);
    case CONFIG_REAL:
        return read_real(value, &real) || bad_value(line, o, "a number", value);
    case CONFIG_BOOL:
        return read_bool(value, &flag) || bad_value(line, o, "true or false", value);
    case CONFIG_TEXT:
    case CONFIG_LIST:
    case CONFIG_SECTION:
        return true;
    }
    return true;
}

/* --- hints
 * ----------------------------------------------------------------------------------------------------------------- */

static void hint_known(const cfg_opt_t *opts, struct err *err)
{
    char list[ERR_HINT_MAX] = "";
    size_t len = 0;
    for (; opts->name && len + strlen(opts->name) + 3 < sizeof list; opts++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", len ? ", " : "", opts->name);
    err_hint(err, "known here: %s%s", list, opts->name ? " …" : "");
}

/* The options end with one that has no name. */
static const char *option_at(const void *ctx, size_t i)
{
    return ((const cfg_opt_t *)ctx)[i].name;
}

static void hint_nearest(const cfg_opt_t *opts, const char *name, struct err *err)
{
    const char *best = near_word(name, option_at, opts);
    if (best)
        err_hint(err, "did you mean '%s'?", best);
    else
        hint_known(opts, err);
}

/* --- libconfuse
 * -------------------------------------------------------------------------------------------------------------- */

static void on_error(cfg_t *cfg, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

static void on_error(cfg_t *cfg, const char *fmt, va_list args)
{
    if (parsing.failed)
        return;
    parsing.failed = true;
    char text[ERR_TEXT_MAX];
    va_list again;
    va_copy(again, args);
    vsnprintf(text, sizeof text, fmt, again);
    va_end(again);
    config_scan_fail(parsing.err, parsing.name, cfg->line, "%s", text);
    if (strcmp(fmt, "no such option '%s'") == 0)
        hint_nearest(cfg->opts, va_arg(args, const char *), parsing.err);
}

/* Every value is a text to libconfuse: its own numbers are octal after a 0, empty ones are 0, and a stale errno spoils
 * them. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
    const char **out = result;
    *out = value;
    return check_value(cfg->line, parsing.options[opt->def.number], value) ? 0 : -1;
}

static long number_of(const struct config_option *o)
{
    if (parsing.count == parsing.capacity) {
        size_t capacity = parsing.capacity ? parsing.capacity * 2 : 64;
        const struct config_option **grown = arena_alloc(parsing.arena, capacity * sizeof *grown);
        if (parsing.count)
            memcpy(grown, parsing.options, parsing.count * sizeof *grown);
        parsing.options = grown;
        parsing.capacity = capacity;
    }
    parsing.options[parsing.count] = o;
    return (long)parsing.count++;
}

static cfg_opt_t *translate(const struct config_option *schema)
{
    size_t n = table_len(schema);
    cfg_opt_t *opts = arena_alloc(parsing.arena, (n + 1) * sizeof *opts);
    for (size_t i = 0; i < n; i++) {
        const struct config_option *o = &schema[i];
        opts[i].name = o->name;
        if (o->type == CONFIG_SECTION) {
            opts[i].type = CFGT_SEC;
            opts[i].flags = CFGF_MULTI | (o->titled ? CFGF_TITLE | CFGF_NO_TITLE_DUPES : 0);
            opts[i].subopts = translate(o->children);
            continue;
        }
        opts[i].type = CFGT_STR;
        opts[i].flags = CFGF_NODEFAULT | (o->type == CONFIG_LIST ? CFGF_LIST : 0);
        opts[i].def.number = number_of(o);
        opts[i].parsecb = on_value;
    }
    return opts;
}

/* --- from libconfuse's tree to ours
 * ------------------------------------------------------------------------------------------- */

struct copier {
    struct arena *arena;
    const char *file;
    const struct config_scan *scan;
};

static const char *copy_text(struct arena *a, const char *s)
{
    return s ? arena_copy(a, s, strlen(s)) : NULL;
}

/* The preset of a list: words between blanks, commas or braces. */
static void preset_list(struct arena *a, const char *preset, struct item *item)
{
    static const char between[] = " ,{}";
    size_t n = 0;
    for (const char *p = preset + strspn(preset, between); *p; p += strspn(p, between), n++)
        p += strcspn(p, between);
    item->texts = arena_alloc(a, (n + 1) * sizeof *item->texts);
    for (const char *p = preset + strspn(preset, between); *p; p += strspn(p, between)) {
        size_t len = strcspn(p, between);
        item->texts[item->count++] = arena_copy(a, p, len);
        p += len;
    }
}

/* The last line that sets the option of that name in that section. */
static int line_of(const struct config_scan *scan, const char *name, size_t section)
{
    const struct config_scan_section *s = section == CONFIG_SCAN_ROOT ? NULL : &scan->sections[section];
    size_t len = strlen(name), first = s ? s->first_option : 0;
    for (size_t i = s ? s->end_option : scan->option_count; i > first; i--) {
        const struct config_scan_option *o = &scan->options[i - 1];
        if (o->section == section && o->name_len == len && memcmp(o->name, name, len) == 0)
            return o->line;
    }
    return 0;
}

static void copy_values(const struct copier *c, const struct config_option *o, cfg_opt_t *opt, size_t section,
                        struct item *item)
{
    item->given = (opt->flags & CFGF_MODIFIED) != 0;
    item->line = item->given ? line_of(c->scan, o->name, section) : 0;
    if (!item->given && o->preset && o->type == CONFIG_LIST) {
        preset_list(c->arena, o->preset, item);
        return;
    }
    item->count = item->given ? cfg_opt_size(opt) : o->preset != NULL;
    item->texts = arena_alloc(c->arena, (item->count + 1) * sizeof *item->texts);
    for (size_t i = 0; i < item->count; i++)
        item->texts[i] = item->given ? copy_text(c->arena, cfg_opt_getnstr(opt, (unsigned)i)) : o->preset;
}

static void copy_options(const struct copier *c, cfg_t *from, size_t section, struct config *to);

/* The sections of one name in another, whose index the scan has, which saw where they begin. */
static void copy_sections(const struct copier *c, cfg_opt_t *opt, const struct config_option *o, size_t section,
                          struct item *item)
{
    const struct config_scan_section *seen = c->scan->sections;
    size_t name_len = strlen(o->name), end = section == CONFIG_SCAN_ROOT ? c->scan->count : seen[section].end;
    item->count = cfg_opt_size(opt);
    item->given = item->count > 0;
    item->sections = arena_alloc(c->arena, (item->count + 1) * sizeof *item->sections);
    size_t at = section == CONFIG_SCAN_ROOT ? 0 : section + 1;
    for (size_t i = 0; i < item->count && at < end; at = seen[at].end) {
        if (seen[at].name_len != name_len || memcmp(seen[at].name, o->name, name_len) != 0)
            continue;
        cfg_t *from = cfg_opt_getnsec(opt, (unsigned)i);
        struct config *to = &item->sections[i++];
        to->schema = o->children;
        to->file = c->file;
        to->title = copy_text(c->arena, cfg_title(from));
        to->line = seen[at].line;
        copy_options(c, from, at, to);
    }
}

static void copy_options(const struct copier *c, cfg_t *from, size_t section, struct config *to)
{
    size_t n = table_len(to->schema);
    to->items = arena_alloc(c->arena, (n + 1) * sizeof *to->items);
    for (size_t i = 0; i < n; i++) {
        const struct config_option *o = &to->schema[i];
        if (o->type == CONFIG_SECTION)
            copy_sections(c, &from->opts[i], o, section, &to->items[i]);
        else
            copy_values(c, o, &from->opts[i], section, &to->items[i]);
    }
}

/* --- parsing
 * ---------------------------------------------------------------------------------------------------------------------
 */

static bool parse_text(const char *name, const char *text, cfg_t *cfg)
{
    cfg_set_error_function(cfg, on_error);
    if (cfg_parse_buf(cfg, text) == CFG_SUCCESS && !parsing.failed)
        return true;
    if (!parsing.failed)
        config_scan_fail(parsing.err, name, cfg->line, "cannot be parsed");
    return false;
}

static struct config *build(const char *name, const char *text, const struct config_option *schema,
                            const struct config_scan *scan)
{
    cfg_t *cfg = cfg_init(translate(schema), CFGF_NONE);
    if (!cfg) {
        err_set(parsing.err, ERR_TRANSIENT, "cannot get memory to parse '%s'", name);
        return NULL;
    }
    struct config *root = NULL;
    if (parse_text(name, text, cfg)) {
        root = mem_new(1, sizeof *root);
        root->schema = schema;
        root->line = 1;
        root->file = copy_text(&root->arena, name);
        copy_options(&(struct copier){.arena = &root->arena, .file = root->file, .scan = scan}, cfg, CONFIG_SCAN_ROOT,
                     root);
    }
    cfg_free(cfg);
    return root;
}

struct config *config_parse(const char *name, const char *text, const struct config_option *schema, struct err *err)
{
    static const char bom[] = "\xEF\xBB\xBF";
    struct arena scratch = {0};
    struct config_scan scan;
    if (strncmp(text, bom, strlen(bom)) == 0)
        text += strlen(bom);
    char *copy = arena_copy(&scratch, text, strlen(text));
    struct config *root = NULL;
    if (config_scan(name, copy, &scratch, &scan, err)) {
        parsing = (struct parse){.name = name, .err = err, .arena = &scratch};
        root = build(name, copy, schema, &scan);
        parsing = (struct parse){0};
    }
    arena_release(&scratch);
    return root;
}

static bool read_file(int fd, const char *path, struct buf *out, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(err, ERR_INPUT, "cannot read '%s': %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_INPUT, "cannot read '%s': it is not a regular file", path);
    for (;;) {
        char bytes[16 * 1024];
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_INPUT, "cannot read '%s': %s", path, strerror(errno));
        if (n == 0)
            return true;
        if (memchr(bytes, '\0', (size_t)n))
            return err_set(err, ERR_INPUT, "cannot read '%s': it is not a text", path);
        if (!buf_put(out, bytes, (size_t)n, NULL))
            return err_set(err, ERR_INPUT, "cannot read '%s': it is larger than %d MiB", path,
                           FILE_MAX_BYTES / 1024 / 1024);
    }
}

struct config *config_load(const char *path, const struct config_option *schema, struct err *err)
{
    /* O_NONBLOCK: opening a FIFO must not wait for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        int why = errno;
        err_set(err, ERR_INPUT, "cannot read '%s': %s", path, strerror(why));
        err_exit(err, why == ENOENT || why == ENOTDIR ? EXIT_NO_INPUT : EXIT_CONFIG);
        return NULL;
    }
    struct buf text = buf_make(FILE_MAX_BYTES);
    struct config *root = NULL;
    if (read_file(fd, path, &text, err))
        root = config_parse(path, buf_str(&text), schema, err);
    else
        err_exit(err, EXIT_CONFIG);
    close(fd);
    buf_release(&text);
    return root;
}

void config_free(struct config *root)
{
    if (!root)
        return;
    arena_release(&root->arena);
    free(root);
}

/* --- reading
 * ---------------------------------------------------------------------------------------------------------------------
 */

static const struct item *find(const struct config *c, const char *name)
{
    static const struct item nothing;
    for (size_t i = 0; c && c->schema && c->schema[i].name; i++)
        if (strcmp(c->schema[i].name, name) == 0)
            return &c->items[i];
    return &nothing;
}

static const char *first_text(const struct config *c, const char *name)
{
    const struct item *item = find(c, name);
    return item->texts && item->count ? item->texts[0] : NULL;
}

const char *config_text(const struct config *c, const char *name)
{
    return first_text(c, name);
}

int64_t config_int(const struct config *c, const char *name, int64_t otherwise)
{
    const char *text = first_text(c, name);
    int64_t value = 0;
    return text && read_int(text, &value) ? value : otherwise;
}

double config_real(const struct config *c, const char *name, double otherwise)
{
    const char *text = first_text(c, name);
    double value = 0;
    return text && read_real(text, &value) ? value : otherwise;
}

bool config_bool(const struct config *c, const char *name, bool otherwise)
{
    const char *text = first_text(c, name);
    bool value = false;
    return text && read_bool(text, &value) ? value : otherwise;
}

bool config_given(const struct config *c, const char *name)
{
    return find(c, name)->given;
}

int config_origin(const struct config *c, const char *name)
{
    return find(c, name)->line;
}

size_t config_list_count(const struct config *c, const char *name)
{
    const struct item *item = find(c, name);
    return item->texts ? item->count : 0;
}

const char *config_list_at(const struct config *c, const char *name, size_t i)
{
    return i < config_list_count(c, name) ? find(c, name)->texts[i] : NULL;
}

int config_line(const struct config *c)
{
    return c ? c->line : 0;
}

bool config_fail(const struct config *c, struct err *err, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return config_scan_fail(err, c->file, c->line, "%s", text);
}

size_t config_section_count(const struct config *c, const char *name)
{
    const struct item *item = find(c, name);
    return item->sections ? item->count : 0;
}

const struct config *config_section(const struct config *c, const char *name, size_t i)
{
    return i < config_section_count(c, name) ? &find(c, name)->sections[i] : NULL;
}

const char *config_title(const struct config *section)
{
    return section ? section->title : NULL;
}
