#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/options.h"
#include "domain/kind.h"

enum { HELP_COLUMN = 30, HELP_WIDTH = 78 };

static void print_option(const struct option_row *r)
{
    char left[96];
    bool value = r->arg && r->arg[0] != '=';
    if (r->letter)
        snprintf(left, sizeof left, "-%c, --%s%s%s", r->letter, r->name, value ? " " : "", value ? r->arg : "");
    else
        snprintf(left, sizeof left, "    --%s%s%s", r->name, value ? " " : "", value ? r->arg : "");
    bool wide = strlen(left) > HELP_COLUMN - 2;
    printf("  %-*s%s%*s%s\n", HELP_COLUMN, left, wide ? "\n  " : "", wide ? HELP_COLUMN : 0, "", r->help);
}

static void print_all(void)
{
    puts("usage: hubtop [OPTIONS] [COMMAND]\n\nThe operations console of a computing-power network. Without a command: "
         "the console.\n\ncommands:");
    for (size_t i = 0; command_table[i]; i++) {
        char left[256];
        if (!command_table[i]->name[0])
            continue;
        snprintf(left, sizeof left, "%s %s", command_table[i]->name, command_table[i]->usage);
        int rest = HELP_COLUMN - text_width(text_of(left));
        printf("  %s%s%*s%s\n", left, rest > 0 ? "" : "\n  ", rest > 0 ? rest : HELP_COLUMN, "",
               command_table[i]->summary);
    }
    puts("\noptions, the same everywhere:");
    for (const struct option_row *r = options_table; r->name; r++) {
        if (r->help)
            print_option(r);
    }
    puts("\nexit status: " FAIL_STATUSES);
}

static void print_fields(enum kind kind)
{
    const struct kind_info *info = kind_info(kind);
    printf("%s:\n", info->name);
    for (size_t i = 0; i < info->field_count; i++) {
        if (!(info->fields[i].flags & FIELD_HIDDEN))
            printf("  %-*s%s\n", HELP_COLUMN, info->fields[i].name, info->fields[i].help);
    }
}

/* Wrapped. */
static void print_words(const struct command *c)
{
    const char *word;
    int column = 0;
    printf("\n%s:", c->words);
    for (size_t i = 0; (word = c->word(NULL, i)) != NULL; i++) {
        int width = text_width(text_of(word)) + 1;
        bool wraps = i == 0 || column + width > HELP_WIDTH;
        printf("%s%s", wraps ? "\n  " : " ", word);
        column = wraps ? 2 + width : column + width;
    }
    printf("\n");
}

static void print_command(const struct command *c)
{
    printf("usage: hubtop [OPTIONS] %s %s\n\n%s\n", c->name, c->usage, c->summary);
    if (c->help)
        printf("\n%s\n", c->help);
    if (c->word)
        print_words(c);
}

static int run(const struct options *o)
{
    struct err err = {0};
    if (o->arg_count == 0) {
        print_all();
        return 0;
    }
    if (o->arg_count == 2 && strcmp(o->args[0], "get") == 0 && kind_by_name(o->args[1]) != KIND_NONE) {
        print_fields(kind_by_name(o->args[1]));
        return 0;
    }
    for (size_t i = 0; command_table[i]; i++) {
        const struct command *c = command_table[i];
        if (strcmp(c->name, o->args[0]) != 0 || !c->name[0])
            continue;
        print_command(c);
        return 0;
    }
    err_set(&err, ERR_INPUT, "no such command '%s'", o->args[0]);
    err_hint(&err, "'hubtop help' lists all");
    err_exit(&err, 64);
    return fail_report(o, &err);
}

const struct command cmd_help = {
    .name = "help",
    .usage = "[COMMAND | get KIND]",
    .summary = "this help, a command's, or the fields of a kind",
    .run = run,
};
