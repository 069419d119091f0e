#include "cli/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/dir.h"
#include "base/text.h"
#include "cli/fail.h"
#include "cli/setup_source.h"

enum { SETTINGS_BYTES_MAX = 1 << 20, SETTINGS_DEPTH_MAX = 8 };

/* --- the example --- */

/* A list's words as a preset has them. */
static void put_words(const char *words, struct buf *out)
{
    static const char between[] = " ,{}";
    const char *comma = " ";
    buf_puts(out, "{", NULL);
    for (const char *w = words + strspn(words, between); *w; w += strspn(w, between)) {
        char word[256];
        size_t n = strcspn(w, between);
        snprintf(word, sizeof word, "%.*s", (int)n, w);
        buf_puts(out, comma, NULL);
        settings_quote(word, out);
        comma = ", ";
        w += n;
    }
    buf_puts(out, " }", NULL);
}

static void put_value(const struct config_option *o, struct buf *out)
{
    const char *value = o->preset ? o->preset : o->example;
    switch (o->type) {
    case CONFIG_TEXT:
        settings_quote(value ? value : "", out);
        return;
    case CONFIG_LIST:
        put_words(value ? value : "", out);
        return;
    case CONFIG_INT:
        if (!value)
            buf_printf(out, NULL, "%" PRId64, o->min);
        buf_puts(out, value ? value : "", NULL);
        return;
    case CONFIG_REAL:
        buf_puts(out, value ? value : "0", NULL);
        return;
    case CONFIG_BOOL:
        buf_puts(out, value ? value : "false", NULL);
        return;
    case CONFIG_SECTION:
        return;
    }
}

/* Those of the drivers that have the option as their own. */
static void put_drivers(const struct config_option *o, struct buf *out)
{
    const char *open = " (driver ";
    for (const struct source_driver *const *d = source_table; *d; d++) {
        for (const struct config_option *own = (*d)->settings; own && own->name; own++) {
            if (own->help == o->help && strcmp(own->name, o->name) == 0) {
                buf_printf(out, NULL, "%s%s", open, (*d)->name);
                open = ", ";
            }
        }
    }
    if (open[0] == ',')
        buf_puts(out, ")", NULL);
}

static void put_help(const struct config_option *o, int depth, struct buf *out)
{
    buf_printf(out, NULL, "##%*s %s", 2 * depth, "", o->help ? o->help : o->name);
    if (o->type == CONFIG_INT && o->min != o->max)
        buf_printf(out, NULL, "; %" PRId64 " to %" PRId64, o->min, o->max);
    put_drivers(o, out);
    buf_puts(out, "\n", NULL);
}

static void put_options(const struct config_option *schema, int depth, struct buf *out)
{
    for (const struct config_option *o = schema; o->name && depth < SETTINGS_DEPTH_MAX; o++) {
        if (depth == 0)
            buf_puts(out, "\n", NULL);
        put_help(o, depth, out);
        buf_printf(out, NULL, "%s%*s%s", strcmp(o->name, "version") == 0 ? "" : "#", 2 * depth, "", o->name);
        if (o->type == CONFIG_SECTION) {
            buf_puts(out, o->titled ? " \"NAME\" {\n" : " {\n", NULL);
            put_options(o->children, depth + 1, out);
            buf_printf(out, NULL, "#%*s}\n", 2 * depth, "");
        } else {
            buf_puts(out, " = ", NULL);
            put_value(o, out);
            buf_puts(out, "\n", NULL);
        }
    }
}

void settings_example(const struct config_option *schema, struct buf *out)
{
    buf_puts(
        out,
        "## The configuration of hubtop. What stands behind a '#' is an example or the default, and holds once its\n"
        "## '#' is taken away. 'hubtop config check' reads this file and asks each source once; 'hubtop config print\n"
        "## --origin' shows what holds, and why. A token never stands here: name a file of mode 0600 or a command.\n",
        NULL);
    put_options(schema, 0, out);
}

/* --- the file --- */

static bool default_path(char out[DIR_PATH_MAX], struct err *err)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int n = xdg && xdg[0] == '/' ? snprintf(out, DIR_PATH_MAX, "%s/hubtop/hubtop.conf", xdg)
                                 : snprintf(out, DIR_PATH_MAX, "%s/.config/hubtop/hubtop.conf", home ? home : "");
    if (((xdg && xdg[0] == '/') || home) && n < DIR_PATH_MAX)
        return true;
    err_set(err, ERR_INPUT, "cannot tell where the configuration is kept: neither XDG_CONFIG_HOME nor HOME is set");
    err_hint(err, "give a FILE, or '-' for standard output");
    return err_exit(err, 73);
}

static bool make_folder(const char *path, struct err *err)
{
    char folder[DIR_PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return true;
    *slash = '\0';
    return dir_make(folder, err);
}

static bool cannot_write(const char *path, const char *why, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot write '%s': %s", path, why);
    return err_exit(err, 73);
}

/* Never over what is there. */
static bool write_new(const char *path, const struct buf *text, struct err *err)
{
    if (!make_folder(path, err))
        return false;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        bool there = errno == EEXIST;
        cannot_write(path, there ? "it exists" : strerror(errno), err);
        return there ? err_hint(err, "nothing is ever overwritten: give another FILE, or '-' for standard output")
                     : false;
    }
    size_t at = 0;
    for (ssize_t n = 1; n > 0 && at<text->len; at += n> 0 ? (size_t)n : 0)
        n = write(fd, text->data + at, text->len - at);
    int why = errno;
    bool ok = at == text->len && fsync(fd) == 0;
    close(fd);
    if (ok)
        return true;
    unlink(path);
    return cannot_write(path, strerror(why), err);
}

int settings_init(const struct options *o, const char *file)
{
    struct err err = {0};
    struct arena arena = {0};
    struct buf text = buf_make(SETTINGS_BYTES_MAX);
    char path[DIR_PATH_MAX];
    const char *given = file ? file : o->config;
    settings_example(setup_source_schema(&arena), &text);
    bool to_stdout = given && strcmp(given, "-") == 0;
    bool ok = to_stdout || (given ? dir_expand(given, path) || cannot_write(given, "its path is too long", &err)
                                  : default_path(path, &err));
    if (to_stdout)
        fwrite(buf_str(&text), 1, text.len, stdout);
    else if ((ok = ok && write_new(path, &text, &err)) && !o->quiet)
        printf("wrote '%s': name your sources there, then 'hubtop config check'\n", path);
    buf_release(&text);
    arena_release(&arena);
    return ok ? 0 : fail_report(o, &err);
}
