#include "cli/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tr.h"
#include "cli/fail.h"
#include "cli/options.h"
#include "cli/out.h"
#include "cli/screen_orders.h"
#include "cli/setup_keys.h"
#include "cli/setup_people.h"
#include "cli/theme_paths.h"
#include "cli/wait.h"
#include "ui/raster.h"

enum {
    SCREEN_WIDTH = 80,
    SCREEN_HEIGHT = 24,
    SCREEN_WIDTH_MAX = 1000,
    SCREEN_HEIGHT_MAX = 1000,
    SCREEN_BYTES_MAX = 64 << 20,
    SCREEN_CANNOT_CREATE = 73
};

static bool read_size(const char *text, int *width, int *height, struct err *err)
{
    char *end = NULL;
    *width = SCREEN_WIDTH;
    *height = SCREEN_HEIGHT;
    if (!text)
        return true;
    long w = strtol(text, &end, 10), h = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
    if (*end == '\0' && w > 0 && w <= SCREEN_WIDTH_MAX && h > 0 && h <= SCREEN_HEIGHT_MAX) {
        *width = (int)w;
        *height = (int)h;
        return true;
    }
    err_set(err, ERR_INPUT, "cannot read the size '%s'", text);
    err_hint(err, "it is written COLSxROWS, as 160x45, at most %dx%d", SCREEN_WIDTH_MAX, SCREEN_HEIGHT_MAX);
    return err_exit(err, 64);
}

/* A word of the command line, else of the configuration, else `otherwise`. */
static const char *choose(const struct setup *s, const char *said, const char *option, const char *otherwise)
{
    const char *configured = s->config ? config_text(s->config, option) : NULL;
    return said ? said : configured ? configured : otherwise;
}

/* A file of the operator's is wrong before a console begins, not when somebody opens its map. */
static bool check_outline(const char *path, struct err *err)
{
    struct raster_outline outline;
    bool ok = raster_outline_load(path, &outline, err);
    raster_outline_release(&outline);
    return ok || (!err->hint[0] && err_hint(err, "map_outline is \"builtin\", \"none\" or the path of such a file"));
}

/* The coastline that ships, none at all (""), or a file of the operator's. */
static bool find_outline(const struct setup *s, char path[DIR_PATH_MAX], struct err *err)
{
    const char *word = choose(s, NULL, "map_outline", "builtin");
    char shipped[DIR_PATH_MAX];
    bool builtin = strcmp(word, "builtin") == 0;
    path[0] = '\0';
    if (strcmp(word, "none") == 0)
        return true;
    if (builtin && !setup_share("themes", shipped, err))
        return false;
    if (!(builtin ? dir_join(path, shipped, "coastline.txt") : dir_expand(word, path))) {
        err_set(err, ERR_INPUT, "the path '%.60s…' of map_outline is too long", word);
        return err_exit(err, 78);
    }
    return builtin || check_outline(path, err);
}

bool screen_theme(const struct setup *s, const struct options *o, char out[DIR_PATH_MAX], struct err *err)
{
    const char *word = choose(s, o->theme, "theme", "okabe-dark");
    char path[DIR_PATH_MAX];
    if (!o->theme && strchr(word, '/') && setup_path(s, word, path))
        return theme_paths_find(path, out, err);
    return theme_paths_find(word, out, err);
}

static enum glyph_set glyphs_of(const char *word)
{
    return strcmp(word, "ascii") == 0 ? GLYPHS_ASCII : strcmp(word, "safe") == 0 ? GLYPHS_SAFE : GLYPHS_UNICODE;
}

static enum term_color color_of(const struct options *o)
{
    const char *word = o->color ? o->color : "auto";
    return strcmp(word, "always") == 0  ? TERM_COLOR_ALWAYS
           : strcmp(word, "never") == 0 ? TERM_COLOR_NEVER
                                        : TERM_COLOR_AUTO;
}

static int print(struct setup *s, const struct options *o, struct console_options *options, struct err *err)
{
    struct buf b = buf_make(SCREEN_BYTES_MAX);
    struct query *q = wait_for_data(s, o, err);
    FILE *to = q ? out_open(o, err) : NULL;
    bool ok = to && console_print(options, &b, err);
    if (ok)
        fwrite(buf_str(&b), 1, b.len, to);
    ok = to && out_close(o, to, err) && ok;
    buf_release(&b);
    query_close(q);
    return ok ? 0 : fail_report(o, err);
}

/* --- what the console has written --- */

static bool export_open(const struct console_export *e, FILE **to, struct err *err)
{
    int fd = open(e->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | (e->over ? O_TRUNC : O_EXCL), 0666);
    *to = fd < 0 ? NULL : fdopen(fd, "w");
    if (*to)
        return true;
    if (fd < 0 && errno == EEXIST) {
        err_set(err, ERR_INPUT, tr("there is already a file '%s'"), e->path);
        err_hint(err, "%s", tr("':export! FILE' writes over it"));
    } else
        err_set(err, ERR_INPUT, tr("cannot create '%s': %s"), e->path, strerror(errno));
    return err_exit(err, SCREEN_CANNOT_CREATE);
}

static bool export_rows(const struct console_export *e, const struct query_rows *rows, struct err *err)
{
    struct options o = {.format = e->format, .fields = e->fields, .output = e->path, .limit = -1};
    struct out_plan plan;
    FILE *to;
    if (!out_plan(&plan, &o, e->kind, e->as_of_ms, err) || !export_open(e, &to, err))
        return false;
    plan.wants = e->wants;
    plan.ctx = e->ctx;
    bool ok = out_rows(&plan, rows, to, err);
    return out_close(&o, to, err) && ok;
}

static void row_json(const struct row *row, struct buf *out)
{
    out_item(row->kind, row, out);
}

/* The names of the configuration's contexts, ended by NULL. */
static const char *const *contexts_of(struct setup *s)
{
    size_t n = s->config ? config_section_count(s->config, "context") : 0;
    const char **names = arena_alloc(&s->arena, (n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = config_title(config_section(s->config, "context", i));
    names[n] = NULL;
    return names;
}

/* A shared folder is the collector's; what is a person's own lies in that person's. */
static const char *own_dir(const struct setup *s, char own[DIR_PATH_MAX])
{
    struct err none = {0};
    if (!s->shared)
        return s->state_dir;
    return dir_state_own(s->context, own, &none) && dir_make(own, &none) ? own : NULL;
}

/* Where the settings come from that the console begins with. */
static const struct console_origin *origins_of(struct setup *s, const struct options *o)
{
    static const struct {
        const char *name, *option, *configured;
    } table[] = {{"lang", "lang", "language"}, {"theme", "theme", "theme"}, {"glyphs", "glyphs", "glyphs"}};
    enum { COUNT = sizeof table / sizeof *table };
    struct console_origin *all = arena_alloc(&s->arena, (COUNT + 1) * sizeof *all);
    for (size_t i = 0; i < COUNT; i++) {
        char *text = arena_alloc(&s->arena, OPTIONS_ORIGIN_MAX + DIR_PATH_MAX);
        int line = s->config ? config_origin(s->config, table[i].configured) : 0;
        bool said = options_origin(o, table[i].option, text) != NULL;
        if (!said && line > 0)
            snprintf(text, OPTIONS_ORIGIN_MAX + DIR_PATH_MAX, "%s:%d", s->config_path, line);
        const char *chosen = strcmp(table[i].name, "lang") == 0 ? tr_chosen_by() : NULL;
        if (!said && line == 0 && chosen)
            snprintf(text, OPTIONS_ORIGIN_MAX, "environment %s", chosen);
        all[i] = (struct console_origin){table[i].name, said || line > 0 || chosen ? text : NULL, said};
    }
    all[COUNT] = (struct console_origin){0};
    return all;
}

static bool check_lines(const struct options *o, struct err *err)
{
    if (!o->a11y || (!o->wall && !o->once && !o->tour && !o->drill))
        return true;
    err_set(err, ERR_INPUT, "--a11y asks for a session in lines, and --%s for something else",
            o->wall   ? "wall"
            : o->once ? "once"
            : o->tour ? "tour"
                      : "drill");
    err_hint(err, "give one of them");
    return err_exit(err, 64);
}

bool screen_wall(struct options *o, struct err *err)
{
    if (!check_lines(o, err))
        return false;
    if (!o->wall)
        return true;
    if (o->view) {
        err_set(err, ERR_INPUT, "--wall chooses the views itself");
        err_hint(err, "give either --wall or --view");
        return err_exit(err, 64);
    }
    o->view = "wall";
    o->write = false;
    return true;
}

/* In lines: by the option, or by the configuration where a screen would be taken. */
static bool speaks(const struct setup *s, const struct options *o)
{
    bool always = s->config && config_bool(s->config, "a11y", false);
    return o->a11y || (always && !o->once && !o->wall && !o->play && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
}

int screen_run(struct setup *s, const struct options *o, bool demo, struct err *err)
{
    char theme[DIR_PATH_MAX], runbooks[DIR_PATH_MAX], own[DIR_PATH_MAX], locale[DIR_PATH_MAX], outline[DIR_PATH_MAX];
    struct theme_paths themes;
    struct err none = {0};
    bool has_runbooks = setup_people_runbooks(s, runbooks, &none),
         sends = launcher_has(s->launcher, SETUP_PEOPLE_BULLETIN);
    const char *glyphs = choose(s, o->glyphs, "glyphs", "auto");
    struct console_options options = {
        .state_dir = s->state_dir,
        .context = s->context,
        .clock = s->clock,
        .at_ms = s->at_ms,
        .view = o->view,
        .filter = o->filter,
        .sort = o->sort,
        .focus = o->focus,
        .demo = demo,
        .danger = s->danger,
        .write = o->write && s->write_allowed,
        .offline = o->offline || s->source_count == 0,
        .launcher = s->shared || s->source_count == 0 || o->offline ? NULL : s->launcher,
        .color = color_of(o),
        .theme_path = theme,
        .theme_dirs = theme_paths_init(&themes, &none) ? themes.dirs : NULL,
        .locale_dir = setup_locale(locale) ? locale : NULL,
        .own_dir = own_dir(s, own),
        .contexts = contexts_of(s),
        .origins = origins_of(s, o),
        .shared = s->shared,
        .wall = o->wall,
        .export_rows = export_rows,
        .row_json = row_json,
        .glyphs = glyphs_of(glyphs),
        .glyphs_auto = strcmp(glyphs, "auto") == 0,
        .people = &s->people,
        .runbooks = has_runbooks ? runbooks : NULL,
        .bulletin = sends ? SETUP_PEOPLE_BULLETIN : NULL,
        .sender = s->launcher,
        .play = o->play,
        .thresholds = &s->thresholds,
        .orders = screen_orders(&s->arena),
    };
    if (!setup_keys_read(s, &options.aliases, &options.binds, NULL, NULL, err) ||
        !read_size(o->size, &options.width, &options.height, err) || !console_view_known(o->view, err) ||
        !screen_theme(s, o, theme, err) || !find_outline(s, outline, err))
        return fail_report(o, err);
    options.outline = outline[0] ? outline : NULL;
    if (speaks(s, o))
        return console_speak(&options, err) ? 0 : fail_report(o, err);
    if (o->once || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return print(s, o, &options, err);
    return console_run(&options, err) ? 0 : fail_report(o, err);
}
