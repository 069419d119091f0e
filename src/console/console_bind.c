#include "console/console_private.h"

#include <string.h>

#include "base/tr.h"
#include "console/line.h"

/* Keys that terminals cannot tell from others, or keep for themselves. */
static const char *const refused[] = {"C-h",   "C-i",     "C-j",      "C-m",   "C-q",     "C-s",      "Resize",
                                      "Paste", "FocusIn", "FocusOut", "Click", "WheelUp", "WheelDown"};

static bool is_refused(const char *key)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(refused[i], key) == 0)
            return true;
    return false;
}

static bool line_good(const char *command, const struct console_alias *aliases, struct err *err)
{
    char line[PROMPT_MAX];
    struct intent intent;

    if (!console_line_expand(aliases, command, line, err) || !line_parse(line, &intent, err))
        return false;
    return intent.kind != INTENT_NONE || err_set(err, ERR_INPUT, "%s", tr("it has no command"));
}

static const struct view *user_of(uint32_t key)
{
    for (size_t i = 0; view_table[i]; i++)
        if (key_action(view_table[i]->keys, key))
            return view_table[i];
    return NULL;
}

bool console_bind_check(const char *key, const char *command, const struct console_alias *aliases, struct err *err)
{
    uint32_t code = key_parse(key);
    const struct view *view = user_of(code);

    if (!code) {
        err_set(err, ERR_INPUT, tr("there is no key '%s'"), key);
        return err_hint(err, "%s", tr("keys are written x, C-x, F5, PgDn, S-Tab; 'hubtop keys' lists them"));
    }
    if (is_refused(key))
        return err_set(err, ERR_INPUT, tr("terminals do not tell '%s' from another key, or keep it for themselves"),
                       key);
    if (command && strcmp(command, "none") == 0)
        return true;
    if (view) {
        err_set(err, ERR_INPUT, tr("the key '%s' is one of the view '%s'"), key, view->name);
        return err_hint(err, "%s", tr("take another key; command = \"none\" frees it of its meaning"));
    }
    if (!command)
        return err_set(err, ERR_INPUT, "%s", tr("it has no command"));
    return line_good(command, aliases, err);
}

bool console_alias_check(const struct console_alias *alias, const struct console_alias *aliases, struct err *err)
{
    char word[LINE_WORD_MAX];
    bool bang;

    if (*line_word(alias->name, word, &bang) || bang || strcmp(word, alias->name) != 0)
        return err_set(err, ERR_INPUT, tr("an alias is one word of at most %d bytes"), LINE_WORD_MAX - 1);
    if (line_find(word) || view_by_name(word))
        return err_set(err, ERR_INPUT, tr("'%s' is a command already"), word);
    if (!alias->command)
        return err_set(err, ERR_INPUT, "%s", tr("it has no command"));
    return line_good(alias->command, aliases, err);
}
