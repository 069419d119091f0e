#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/options.h"
#include "domain/kind.h"
#include "views/view.h"

/* Completions of shells, printed from the tables of commands, options, kinds and views. */

enum { COMPLETION_USAGE = 64 };

/* --- words from the tables --- */

static void print_commands(const char *between)
{
    for (size_t i = 0; command_table[i]; i++)
        if (command_table[i]->name[0])
            printf("%s%s", command_table[i]->name, between);
}

static void print_kinds(void)
{
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++)
        printf("%s ", kind_info((enum kind)k)->name);
}

static void print_views(void)
{
    for (size_t i = 0; view_table[i]; i++)
        printf("%s ", view_table[i]->name);
}

/* The verbs of a usage: "list | check [NAME]", "ack|unack ID…" are words in small letters with '|' between them. */
static void print_verbs(const char *usage)
{
    bool verbs = strchr(usage, '|') != NULL || strncmp(usage, "test", 4) == 0;

    for (const char *at = usage; verbs && *at;) {
        size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz");
        if (n > 0)
            printf("%.*s ", (int)n, at);
        at += n;
        at += strcspn(at, "|");
        at += strspn(at, "| ");
    }
}

static bool takes_kinds(const struct command *c)
{
    return strcmp(c->name, "get") == 0;
}

static void print_arguments(const struct command *c)
{
    if (takes_kinds(c))
        print_kinds();
    else if (strcmp(c->name, "help") == 0)
        print_commands(" ");
    else
        print_verbs(c->usage);
}

static bool has_value(const struct option_row *r)
{
    return r->arg && r->arg[0] != '=';
}

static bool is_path(const struct option_row *r)
{
    return has_value(r) && (strstr(r->arg, "FILE") || strcmp(r->arg, "DIR") == 0);
}

static void print_values(const struct option_row *r)
{
    if (strcmp(r->name, "view") == 0)
        print_views();
    for (const char *c = r->type == OPTION_CHOICE ? r->arg : ""; *c; c++)
        putchar(*c == '|' ? ' ' : *c);
}

static void print_options(void)
{
    for (const struct option_row *r = options_table; r->name; r++)
        if (r->help)
            printf("--%s ", r->name);
}

/* --- bash --- */

static void bash_values(void)
{
    for (const struct option_row *r = options_table; r->name; r++) {
        if (!r->help || !has_value(r))
            continue;
        printf("        --%s", r->name);
        if (r->letter)
            printf("|-%c", r->letter);
        if (is_path(r)) {
            printf(") compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
            continue;
        }
        printf(") COMPREPLY=($(compgen -W \"");
        print_values(r);
        printf("\" -- \"$cur\")); return ;;\n");
    }
}

/* The first word that is no option, nor an option's value, is the command. */
static void bash(void)
{
    printf("# bash completion of hubtop: eval \"$(hubtop completion bash)\"\n_hubtop()\n{\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= arguments=0 i\n"
           "    COMPREPLY=()\n    case $prev in\n");
    bash_values();
    printf("    esac\n    case $cur in\n        -*) COMPREPLY=($(compgen -W \"");
    print_options();
    printf("\" -- \"$cur\")); return ;;\n    esac\n    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in\n            ");
    for (const struct option_row *r = options_table; r->name; r++) {
        if (r->help && has_value(r))
            printf("--%s|", r->name);
        if (r->help && has_value(r) && r->letter)
            printf("-%c|", r->letter);
    }
    printf("--) ((i++)) ;;\n            -*) ;;\n"
           "            *) if [ -z \"$command\" ]; then command=${COMP_WORDS[i]}; else ((arguments++)); fi ;;\n"
           "        esac\n    done\n    [ \"$arguments\" -eq 0 ] || return\n    case $command in\n        '') "
           "COMPREPLY=($(compgen -W \"");
    print_commands(" ");
    printf("\" -- \"$cur\")) ;;\n");
    for (size_t i = 0; command_table[i]; i++) {
        if (!command_table[i]->name[0])
            continue;
        printf("        %s) COMPREPLY=($(compgen -W \"", command_table[i]->name);
        print_arguments(command_table[i]);
        printf("\" -- \"$cur\")) ;;\n");
    }
    printf("    esac\n}\ncomplete -F _hubtop hubtop\n");
}

/* --- zsh, fish --- */

/* In single quotes; a quote ends them for a moment; for zsh what has a meaning in a specification is escaped. */
static void quoted(const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            printf("'\\''");
        else
            printf("%s%c", strchr(escaped, *text) ? "\\" : "", *text);
    }
}

static void zsh(void)
{
    printf("#compdef hubtop\n# zsh completion of hubtop: save it as _hubtop in a folder of $fpath\n_hubtop()\n{\n"
           "    local -a commands\n    commands=(\n");
    for (size_t i = 0; command_table[i]; i++) {
        if (!command_table[i]->name[0])
            continue;
        printf("        '%s:", command_table[i]->name);
        quoted(command_table[i]->summary, ":");
        printf("'\n");
    }
    printf("    )\n    _arguments -s \\\n");
    for (const struct option_row *r = options_table; r->name; r++) {
        if (!r->help)
            continue;
        printf("        '--%s%s[", r->name, has_value(r) ? "=" : "");
        quoted(r->help, "[]:");
        printf("]");
        if (has_value(r)) {
            printf(":");
            quoted(r->arg, "[]:|");
            printf(is_path(r) ? ":_files" : ":(");
            if (!is_path(r)) {
                print_values(r);
                printf(")");
            }
        }
        printf("' \\\n");
    }
    printf("        '1:command:{_describe command commands}' '*::argument:->argument'\n    case $words[1] in\n");
    for (size_t i = 0; command_table[i]; i++) {
        if (!command_table[i]->name[0])
            continue;
        printf("        %s) compadd -- ", command_table[i]->name);
        print_arguments(command_table[i]);
        printf(";;\n");
    }
    printf("    esac\n}\n_hubtop \"$@\"\n");
}

static void fish(void)
{
    printf("# fish completion of hubtop: save it as ~/.config/fish/completions/hubtop.fish\ncomplete -c hubtop -f\n");
    for (const struct option_row *r = options_table; r->name; r++) {
        if (!r->help)
            continue;
        printf("complete -c hubtop -l %s", r->name);
        if (r->letter)
            printf(" -s %c", r->letter);
        if (has_value(r)) {
            printf(is_path(r) ? " -r -F" : " -x -a '");
            if (!is_path(r)) {
                print_values(r);
                printf("'");
            }
        }
        printf(" -d '");
        quoted(r->help, "");
        printf("'\n");
    }
    for (size_t i = 0; command_table[i]; i++) {
        const struct command *c = command_table[i];
        if (!c->name[0])
            continue;
        printf("complete -c hubtop -n __fish_use_subcommand -a %s -d '", c->name);
        quoted(c->summary, "");
        printf("'\ncomplete -c hubtop -n '__fish_seen_subcommand_from %s' -a '", c->name);
        print_arguments(c);
        printf("'\n");
    }
}

static int run(const struct options *o)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    struct err err = {0};

    for (size_t i = 0; o->arg_count == 1 && i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, o->args[0]) == 0) {
            shells[i].print();
            return 0;
        }
    err_set(&err, ERR_INPUT, "which shell is not said, or not known");
    err_hint(&err, "hubtop completion bash|zsh|fish");
    err_exit(&err, COMPLETION_USAGE);
    return fail_report(o, &err);
}

const struct command cmd_completion = {
    .name = "completion",
    .usage = "bash|zsh|fish",
    .summary = "what a shell needs to complete commands, options, kinds and views",
    .help = "For bash: eval \"$(hubtop completion bash)\" in ~/.bashrc. It is printed from the tables of the program "
            "itself.",
    .run = run,
};
