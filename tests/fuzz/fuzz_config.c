#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

/* Any bytes as a configuration: refused with a message that names a line, or read. Read or not, the next file must be
 * read as if nothing had happened before it. */

static const struct config_option inner[] = {
    {.name = "expr", .type = CONFIG_TEXT},
    {.name = "n", .type = CONFIG_INT, .preset = "5", .min = 1, .max = 9},
    {0},
};

static const struct config_option outer[] = {
    {.name = "url", .type = CONFIG_TEXT},
    {.name = "kinds", .type = CONFIG_LIST, .preset = "{ a, b }"},
    {.name = "q", .type = CONFIG_SECTION, .children = inner, .titled = true},
    {.name = "plain", .type = CONFIG_SECTION, .children = inner},
    {0},
};

static const struct config_option schema[] = {
    {.name = "t", .type = CONFIG_TEXT, .preset = "x", .help = "a text"},
    {.name = "i", .type = CONFIG_INT},
    {.name = "r", .type = CONFIG_REAL, .preset = "1.5"},
    {.name = "b", .type = CONFIG_BOOL, .preset = "true"},
    {.name = "l", .type = CONFIG_LIST},
    {.name = "s", .type = CONFIG_SECTION, .children = outer, .titled = true},
    {.name = "p", .type = CONFIG_SECTION, .children = outer},
    {0},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(int holds)
{
    if (!holds)
        abort();
}

/* Every value can be asked for, and every section lies on a line of the file. */
static void read_all(const struct config *c, const struct config_option *options, int lines)
{
    for (const struct config_option *o = options; o->name; o++) {
        (void)config_int(c, o->name, 0);
        (void)config_real(c, o->name, 0);
        (void)config_bool(c, o->name, false);
        (void)config_text(c, o->name);
        check(o->type != CONFIG_INT || o->min == o->max ||
              (config_int(c, o->name, o->min) >= o->min && config_int(c, o->name, o->min) <= o->max));
        for (size_t i = 0; i < config_list_count(c, o->name); i++)
            check(config_list_at(c, o->name, i) != NULL);
        for (size_t i = 0; i < config_section_count(c, o->name); i++) {
            const struct config *section = config_section(c, o->name, i);
            check(config_line(section) >= 1 && config_line(section) <= lines);
            check((config_title(section) != NULL) == o->titled);
            read_all(section, o->children, lines);
        }
    }
}

static int count_lines(const char *text)
{
    int lines = 1;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *text = malloc(n + 1);
    check(text != NULL);
    if (n)
        memcpy(text, bytes, n);
    text[n] = '\0';
    struct err err = {0};
    struct config *c = config_parse("f", text, schema, &err);
    if (c)
        read_all(c, schema, count_lines(text));
    else
        check(err.kind == ERR_INPUT && strncmp(err.text, "f:", 2) == 0 && strtol(err.text + 2, NULL, 10) >= 1 &&
              strtol(err.text + 2, NULL, 10) <= count_lines(text));
    config_free(c);
    free(text);
    c = config_parse("g", "i = 7", schema, NULL);
    check(c != NULL && config_int(c, "i", 0) == 7);
    config_free(c);
    return 0;
}
