#include <stdio.h>

#include "cli/command.h"
#include "console/console.h"
#include "views/view.h"

/* One line a key: where it works, the key, what it does. The check for keys that are bound twice reads these. */
static void print(const char *where, const struct key_row *table)
{
    for (const struct key_row *k = table; k->keys; k++)
        printf("%s\t%s\t%s\n", where, k->keys, k->help);
}

static int run(const struct options *o)
{
    (void)o;
    print("everywhere", console_keys());
    for (size_t i = 0; view_table[i]; i++)
        print(view_table[i]->name, view_table[i]->keys);
    return 0;
}

const struct command cmd_keys = {
    .name = "keys", .usage = "", .summary = "all keys: where, which, what they do", .run = run};
