#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/options.h"
#include "console/console.h"
#include "domain/roles.h"
#include "sources/source.h"
#include "ui/dialog.h"
#include "ui/prompt.h"
#include "views/view.h"

/* The manual page, printed from the tables that the help is printed from. `make install` writes it to share/man. */

/* Roff reads a backslash anywhere, a dot or a quote at the beginning of a line, '-' as a hyphen; and Latin-1. */
static void put(const char *text)
{
    uint32_t cp;

    for (size_t n, i = 0; text[i]; i += n) {
        bool begins = i == 0 || text[i - 1] == '\n';
        n = text_decode(text + i, strlen(text + i), &cp);
        n = n > 0 ? n : 1;
        if (begins && (cp == '.' || cp == '\''))
            printf("\\&");
        if (cp == '\\' || cp == '-')
            printf("\\%c", cp == '-' ? '-' : 'e');
        else if (cp == '|') /* a list of words may be broken there */
            printf("|\\:");
        else if (cp >= 0x80)
            printf("\\[u%04X]", (unsigned)cp);
        else
            putchar((int)cp);
    }
}

static void section(const char *title)
{
    printf(".SH %s\n", title);
}

static void term(const char *what)
{
    printf(".TP\n.B ");
    put(what);
    printf("\n");
}

static void put_words(const struct command *c)
{
    const char *word;
    printf(".br\n");
    put(c->words);
    printf(":\n");
    for (size_t i = 0; (word = c->word(NULL, i)) != NULL; i++) {
        put(word);
        printf("\n");
    }
}

static void put_commands(void)
{
    section("COMMANDS");
    for (size_t i = 0; command_table[i]; i++) {
        const struct command *c = command_table[i];
        char left[256];
        if (!c->name[0])
            continue;
        snprintf(left, sizeof left, "%s %s", c->name, c->usage);
        term(left);
        put(c->summary);
        printf(".\n");
        if (c->help) {
            printf(".sp\n.nf\n");
            put(c->help);
            printf("\n.fi\n");
        }
        if (c->word)
            put_words(c);
    }
}

static void put_options(void)
{
    section("OPTIONS");
    printf("The same everywhere; what takes a value may also be given by the environment, as HUBTOP_STATE_DIR, but "
           "\\-\\-source,\n"
           "\\-\\-exclude and \\-\\-confirm. An option goes before the environment, the environment before the "
           "configuration.\n");
    for (const struct option_row *r = options_table; r->name; r++) {
        char left[128], letter[8] = "";
        bool value = r->arg && r->arg[0] != '=';
        if (!r->help)
            continue;
        if (r->letter)
            snprintf(letter, sizeof letter, "-%c, ", r->letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, r->name, value ? " " : "", value ? r->arg : "");
        term(left);
        put(r->help);
        printf("\n");
    }
}

static void put_keys(const char *title, const struct key_row *table)
{
    if (!table->keys)
        return;
    printf(".SS ");
    put(title);
    printf("\n");
    for (const struct key_row *k = table; k->keys; k++) {
        term(k->keys);
        put(k->help);
        printf("\n");
    }
}

/* What a section `source` of a driver takes beside what all take. */
static void put_sources(void)
{
    section("SOURCES");
    for (size_t i = 0; source_table[i]; i++) {
        const struct source_driver *d = source_table[i];
        printf(".SS ");
        put(d->name);
        printf("\n");
        put(d->summary);
        printf(".\n");
        for (const struct config_option *s = d->settings; s && s->name; s++) {
            term(s->name);
            put(s->help ? s->help : "");
            printf("\n");
        }
    }
}

/* What the roles are, how people are told apart, and what that proves. */
static void put_people(void)
{
    for (const struct roles_info *r = roles_table; r->name; r++)
        printf(".TP\n.B %s\n%s; without a line: %s\n", r->name, r->help, r->preset[0] ? r->preset : "nobody");
    printf(
        ".PP\n"
        "The collector decides, by the peer's uid on its socket, that uid's groups and its SSH key, never by what a "
        "client\n"
        "says. Whoever approves is somebody else than who proposed and who carries out. Two uids are two people, "
        "unless they\n"
        "came with one SSH key or are one login (the kernel's login uid). Behind one uid the SSH key tells them "
        "apart: set\n"
        "ExposeAuthInfo yes in sshd_config. The client passes the file along that sshd wrote (SSH_USER_AUTH); it "
        "counts when a\n"
        "process of root's sshd stands above the client and the file was last changed between that connection's "
        "begin and\n"
        "that of its shell. That proves another connection with another key. It does not prove it against somebody "
        "of the same\n"
        "uid who is bent on deceit, who owns all processes of that uid: where that matters, give people uids of "
        "their own. One\n"
        "person with two keys looks like two: let in one key each. Where nothing tells people apart, plans and "
        "orders that take two are\n"
        "off, and\n.B hubtop doctor\nsays so. An approval is for the plan, or the order, to the byte, counts "
        "for 15 minutes, once.\n"
        "A plan is carried out by who has it approved; an order (order \\-\\-propose) runs when it is approved (order "
        "approve).\n.PP\n"
        "Break-glass is off until the role names somebody. Such a one carries a plan out, or gives an order, alone "
        "(plan apply\n"
        "\\-\\-break\\-glass, order \\-\\-break\\-glass, with a reason): half of jobs_max and of running_accels_pct, "
        "stopped after 30 minutes, told at once by an alert "
        "and the\n"
        "system's log, and open until somebody else signs it off (plan sign, order sign).\n");
}

struct told {
    const char *name, *words;
};

static const struct told environment[] = {
    {"HUBTOP_…", "options, as OPTIONS says"},
    {"XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, HOME", "where FILES are"},
    {"XDG_RUNTIME_DIR, TMPDIR", "where the demo, and caches that are thrown away, lie"},
    {"LC_ALL, LC_CTYPE, LC_MESSAGES, LANG, LANGUAGE", "the language, and whether the terminal shows UTF-8"},
    {"TZ", "the time zone of local times"},
    {"TERM", "the terminal"},
    {"NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "whether colours are wanted, where --color says auto"},
    {"LOGNAME, SSH_CONNECTION", "what a client claims to be; the journal notes it, and nothing follows from it"},
    {"SSH_USER_AUTH", "sshd's file on the key of this session, as PEOPLE says"},
    {NULL, NULL}};

static const struct told files[] = {
    {"$XDG_CONFIG_HOME/hubtop/hubtop.conf", "the configuration; without XDG_CONFIG_HOME in ~/.config; where there is "
                                            "none /etc/xdg/hubtop/hubtop.conf. Beside it what it "
                                            "names by a relative path, and the folder runbooks"},
    {"$XDG_DATA_HOME/hubtop/themes", "themes of one's own; without XDG_DATA_HOME in ~/.local/share"},
    {"$XDG_STATE_HOME/hubtop/CONTEXT", "cache.db, actions.db, audit.anchor, lock, control.sock, collector.log, and "
                                       "what was set; without XDG_STATE_HOME in "
                                       "~/.local/state"},
    {"/var/lib/hubtop/CONTEXT", "the same of a service for all, where that folder is"},
    {NULL, NULL}};

static void put_list(const struct told *all)
{
    for (; all->name; all++) {
        term(all->name);
        put(all->words);
        printf("\n");
    }
}

static int run(const struct options *o)
{
    (void)o;
    printf(".TH HUBTOP 1 \"\" \"hubtop " HUBTOP_VERSION "\" \"User Commands\"\n.nh\n.ad l\n");
    section("NAME");
    printf("hubtop \\- the operations console of a computing\\-power network\n");
    section("SYNOPSIS");
    printf(".B hubtop\n[OPTIONS] [COMMAND]\n");
    section("DESCRIPTION");
    printf(
        "Polls the telemetry of hubs and clusters, keeps it in a local cache, shows latency maps, racks and queues.\n"
        "Without a command it is the console.\n");
    put_commands();
    put_options();
    section("KEYS");
    put_keys("everywhere", console_keys());
    put_keys("in a line that is typed", prompt_keys());
    printf(".PP\nTab and S\\-Tab complete it; Up, Down, C\\-p and C\\-n bring back what was typed before.\n");
    put_keys("in a dialog", dialog_keys());
    for (size_t i = 0; view_table[i]; i++)
        put_keys(view_table[i]->name, view_table[i]->keys);
    section("PEOPLE");
    put_people();
    put_sources();
    section("EXIT STATUS");
    printf(FAIL_STATUSES ". Of\n.B check\nalone: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n");
    section("ENVIRONMENT");
    put_list(environment);
    section("FILES");
    put_list(files);
    return 0;
}

const struct command cmd_man = {
    .name = "man", .usage = "", .summary = "the manual page, as roff: hubtop man | man -l -", .run = run};
