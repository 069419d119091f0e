#include "ui/key.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
    uint32_t code;
    const char *name;
} named[] = {
    {KEY_CODE_UP, "Up"},
    {KEY_CODE_DOWN, "Down"},
    {KEY_CODE_LEFT, "Left"},
    {KEY_CODE_RIGHT, "Right"},
    {KEY_CODE_HOME, "Home"},
    {KEY_CODE_END, "End"},
    {KEY_CODE_PGUP, "PgUp"},
    {KEY_CODE_PGDN, "PgDn"},
    {KEY_CODE_ENTER, "Enter"},
    {KEY_CODE_ESC, "Esc"},
    {KEY_CODE_TAB, "Tab"},
    {KEY_CODE_BACKTAB, "S-Tab"},
    {KEY_CODE_BACKSPACE, "Backspace"},
    {KEY_CODE_DELETE, "Delete"},
    {KEY_CODE_SPACE, "Space"},
    {KEY_CODE_F1, "F1"},
    {KEY_CODE_F2, "F2"},
    {KEY_CODE_F3, "F3"},
    {KEY_CODE_F4, "F4"},
    {KEY_CODE_F5, "F5"},
    {KEY_CODE_F6, "F6"},
    {KEY_CODE_F7, "F7"},
    {KEY_CODE_F8, "F8"},
    {KEY_CODE_F9, "F9"},
    {KEY_CODE_F10, "F10"},
    {KEY_CODE_RESIZE, "Resize"},
    {KEY_CODE_PASTE, "Paste"},
    {KEY_CODE_FOCUS_IN, "FocusIn"},
    {KEY_CODE_FOCUS_OUT, "FocusOut"},
    {KEY_CODE_CLICK, "Click"},
    {KEY_CODE_WHEEL_UP, "WheelUp"},
    {KEY_CODE_WHEEL_DOWN, "WheelDown"},
};

uint32_t key_ascii(uint32_t code)
{
    if (code >= 0xFF01 && code <= 0xFF5E)
        return code - 0xFEE0;
    return code == 0x3000 ? ' ' : code;
}

static uint32_t narrow(uint32_t code)
{
    code = key_ascii(code);
    return code == ' ' ? KEY_CODE_SPACE : code;
}

size_t key_utf8(uint32_t cp, char out[4])
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

    for (size_t i = n; i-- > 1; cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)(lead[n] | cp);
    return n;
}

const char *key_name(uint32_t code, char out[KEY_NAME_MAX])
{
    out[0] = '\0';
    code = narrow(code);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i].code == code)
            snprintf(out, KEY_NAME_MAX, "%s", named[i].name);
    if (out[0] != '\0')
        return out;
    if (code >= 1 && code <= 26)
        snprintf(out, KEY_NAME_MAX, "C-%c", (int)('a' + code - 1));
    else if (code < KEY_CODE_NAMED && text_width_of(code) > 0 && !(code >= 0xD800 && code <= 0xDFFF))
        out[key_utf8(code, out)] = '\0';
    return out;
}

static uint32_t parse(const char *name, size_t n)
{
    uint32_t cp = 0;

    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strlen(named[i].name) == n && memcmp(named[i].name, name, n) == 0)
            return named[i].code;
    if (n == 3 && name[0] == 'C' && name[1] == '-' && name[2] >= 'a' && name[2] <= 'z')
        return (uint32_t)(name[2] - 'a' + 1);
    if (n == 0 || text_decode(name, n, &cp) != n || text_width_of(cp) <= 0)
        return KEY_CODE_NONE;
    return narrow(cp);
}

uint32_t key_parse(const char *name)
{
    return parse(name, strlen(name));
}

int key_action(const struct key_row *table, uint32_t code)
{
    if (table == NULL || code == KEY_CODE_NONE)
        return 0;
    code = narrow(code);
    for (; table->keys != NULL; table++)
        for (const char *at = table->keys; *at != '\0';) {
            size_t n = strcspn(at, " ");

            if (n > 0 && parse(at, n) == code)
                return table->action;
            at += n + strspn(at + n, " ");
        }
    return 0;
}
