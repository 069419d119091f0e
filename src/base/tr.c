#include "base/tr.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define DOMAIN   "hubtop"
#define FALLBACK "C.UTF-8"

enum { KEY_MAX = 256 };

static bool zh, had_locale = true;
static const char *wish_name; /* the variable of the environment that chose the language; NULL: none did */

static const char *name_in_env(const char *const *names)
{
    for (; *names; names++) {
        const char *value = getenv(*names);
        if (value && *value)
            return *names;
    }
    return NULL;
}

static const char *from_env(const char *const *names)
{
    const char *name = name_in_env(names);
    return name ? getenv(name) : NULL;
}

static bool is_plain(const char *locale)
{
    return !locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

static bool is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Whether the person got the locale that the environment names. Asking for none, or for "C", is not a wish. Numbers, times and orders
 * stay those of "C": files, JSON and the system's log want them, and each category costs two files at every start. */
static bool set_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG", NULL};
    bool had = setlocale(LC_CTYPE, "") != NULL;
    bool utf8 = had && is_utf8();
    if (!utf8)
        setlocale(LC_CTYPE, FALLBACK);
    /* gettext(3) does not translate in the locale "C", whatever LANGUAGE says. */
    if (is_plain(setlocale(LC_MESSAGES, "")))
        setlocale(LC_MESSAGES, FALLBACK);
    return utf8 || (had && is_plain(from_env(names)));
}

static bool wants_zh(const char *lang)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", NULL};
    bool told = lang && strcmp(lang, "auto") != 0;
    const char *wish = told ? lang : from_env(names);
    wish_name = told ? NULL : name_in_env(names);
    return wish && strncmp(wish, "zh", 2) == 0;
}

const char *tr_locale_missing(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG", NULL};
    static char text[160], shown[48];
    const char *wish = from_env(names);
    if (had_locale)
        return NULL;
    snprintf(text, sizeof text, tr("the locale '%.40s' is not installed or is not UTF-8: C.UTF-8 is used"),
             text_show_in(text_of(wish ? wish : ""), shown, sizeof shown));
    return text;
}

const char *tr_init(const char *lang, const char *localedir)
{
    had_locale = set_locale();
    zh = wants_zh(lang);
    setenv("LANGUAGE", zh ? "zh_CN:zh" : "en", 1);
    if (localedir)
        bindtextdomain(DOMAIN, localedir);
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
    return tr_locale_missing();
}

const char *tr_chosen_by(void)
{
    return wish_name;
}

int tr_is_zh(void)
{
    return zh;
}

const char *tr(const char *msgid)
{
    /* English is what stands in the sources; the translation of "" is the catalogue's own header. */
    return zh && *msgid ? gettext(msgid) : msgid;
}

const char *tr_of(const char *context, const char *msgid)
{
    char key[KEY_MAX];
    if (!zh)
        return msgid;
    int n = snprintf(key, sizeof key, "%s\004%s", context, msgid);
    const char *text = n > 0 && n < KEY_MAX ? gettext(key) : key;
    return text == key ? msgid : text;
}
