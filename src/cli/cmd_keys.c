#include <stdio.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/setup_keys.h"
#include "console/console.h"
#include "views/view.h"

/* One line a key: where it works, the key, what it does. The check for keys that are bound twice reads these. */
static void print(const char *where, const struct key_row *table)
{
    for (const struct key_row *k = table; k->keys; k++)
        printf("%s\t%s\t%s\n", where, k->keys, k->help);
}

/* Those of the configuration, where there is one: they come before the program's own. */
static bool print_own(const struct options *o, struct err *err)
{
    char shown[512];
    struct setup s = {0};
    const struct console_alias *aliases;
    const struct console_bind *binds;
    bool ok = setup_read(&s, o, err) && setup_keys_read(&s, &aliases, &binds, NULL, NULL, err);
    for (const struct console_bind *b = ok ? binds : NULL; b && b->name; b++)
        printf("configuration\t%s\t%s\n", b->name,
               text_show_in(text_of(b->help ? b->help : b->command), shown, sizeof shown));
    for (const struct console_alias *a = ok ? aliases : NULL; a && a->name; a++) {
        printf("alias\t:%s", text_show_in(text_of(a->name), shown, sizeof shown));
        printf("\t%s\n", text_show_in(text_of(a->command), shown, sizeof shown));
    }
    setup_release(&s);
    return ok;
}

static int run(const struct options *o)
{
    struct err err = {0};
    print("everywhere", console_keys());
    for (size_t i = 0; view_table[i]; i++)
        print(view_table[i]->name, view_table[i]->keys);
    return print_own(o, &err) ? 0 : fail_report(o, &err);
}

const struct command cmd_keys = {
    .name = "keys",
    .usage = "",
    .summary = "the keys of every view, and those that work everywhere: where, which, what they do",
    .run = run};
