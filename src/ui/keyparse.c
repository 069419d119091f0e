#include "ui/keyparse.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/key.h"

enum { ESC = 0x1B, BEL = 0x07, CAN = 0x18, SUB = 0x1A, DEL = 0x7F };
enum { MOUSE_DIGITS = 5, MOUSE_REST_MAX = 16, MOUSE_OLD_BYTES = 3 };

static const char paste_end[] = "\033[201~";

/* The last byte of CSI and SS3 sequences (xterm, VT220, rxvt, the Linux console agree on these). */
static const struct {
    char final;
    uint32_t code;
} finals[] = {
    {'A', KEY_CODE_UP},        {'B', KEY_CODE_DOWN},  {'C', KEY_CODE_RIGHT},   {'D', KEY_CODE_LEFT},
    {'H', KEY_CODE_HOME},      {'F', KEY_CODE_END},   {'P', KEY_CODE_F1},      {'Q', KEY_CODE_F2},
    {'R', KEY_CODE_F3},        {'S', KEY_CODE_F4},    {'Z', KEY_CODE_BACKTAB}, {'a', KEY_CODE_UP},
    {'b', KEY_CODE_DOWN},      {'c', KEY_CODE_RIGHT}, {'d', KEY_CODE_LEFT},    {'I', KEY_CODE_FOCUS_IN},
    {'O', KEY_CODE_FOCUS_OUT},
};

/* ESC [ N ~ */
static const struct {
    int number;
    uint32_t code;
} numbers[] = {
    {1, KEY_CODE_HOME}, {3, KEY_CODE_DELETE}, {4, KEY_CODE_END}, {5, KEY_CODE_PGUP}, {6, KEY_CODE_PGDN},
    {7, KEY_CODE_HOME}, {8, KEY_CODE_END},    {11, KEY_CODE_F1}, {12, KEY_CODE_F2},  {13, KEY_CODE_F3},
    {14, KEY_CODE_F4},  {15, KEY_CODE_F5},    {17, KEY_CODE_F6}, {18, KEY_CODE_F7},  {19, KEY_CODE_F8},
    {20, KEY_CODE_F9},  {21, KEY_CODE_F10},
};

/* The keypad in application mode: ESC O j to ESC O y. */
static const char keypad[] = "*+,-./0123456789";

static uint32_t by_final(char final)
{
    for (size_t i = 0; i < sizeof finals / sizeof *finals; i++)
        if (finals[i].final == final)
            return finals[i].code;
    return KEY_CODE_NONE;
}

static uint32_t by_number(const char *parameters)
{
    long n = strtol(parameters, NULL, 10);

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].number == n)
            return numbers[i].code;
    return KEY_CODE_NONE;
}

static void go(struct keyparse *p, enum keyparse_where where)
{
    p->where = where;
    p->len = 0;
    p->seq[0] = '\0';
}

static uint32_t control(unsigned char byte)
{
    if (byte == '\r' || byte == '\n')
        return KEY_CODE_ENTER;
    if (byte == '\t')
        return KEY_CODE_TAB;
    if (byte == '\b' || byte == DEL)
        return KEY_CODE_BACKSPACE;
    if (byte == ' ')
        return KEY_CODE_SPACE;
    return byte >= 1 && byte <= 26 ? byte : KEY_CODE_NONE;
}

static uint32_t ground(struct keyparse *p, unsigned char byte)
{
    go(p, KEYPARSE_GROUND);
    if (byte == ESC) {
        go(p, KEYPARSE_ESC);
        return KEY_CODE_NONE;
    }
    if (byte <= ' ' || byte == DEL)
        return control(byte);
    if (byte < 0x80)
        return byte;
    if (byte >= 0xC2 && byte <= 0xF4) {
        p->where = KEYPARSE_UTF8;
        p->seq[p->len++] = (char)byte;
    }
    return KEY_CODE_NONE;
}

static uint32_t in_utf8(struct keyparse *p, unsigned char byte)
{
    unsigned char lead = (unsigned char)p->seq[0];
    size_t want = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t cp = 0;

    if ((byte & 0xC0) != 0x80)
        return ground(p, byte);
    p->seq[p->len++] = (char)byte;
    if (p->len < want)
        return KEY_CODE_NONE;
    if (text_decode(p->seq, p->len, &cp) != p->len || text_width_of(cp) < 0)
        cp = KEY_CODE_NONE;
    go(p, KEYPARSE_GROUND);
    return cp;
}

/* Esc and then a digit is a function key, for terminals without any; Esc and another key are two keys. */
static uint32_t after_esc(struct keyparse *p, unsigned char byte)
{
    static const char strings[] = "]P_^X";

    if (byte == '[' || byte == 'O') {
        go(p, byte == '[' ? KEYPARSE_CSI : KEYPARSE_SS3);
        return KEY_CODE_NONE;
    }
    if (byte != '\0' && strchr(strings, byte) != NULL) {
        go(p, KEYPARSE_STRING);
        return KEY_CODE_NONE;
    }
    go(p, KEYPARSE_GROUND);
    if (byte >= '0' && byte <= '9')
        return byte == '0' ? KEY_CODE_F10 : KEY_CODE_F1 + (uint32_t)(byte - '1');
    p->then = ground(p, byte);
    return KEY_CODE_ESC;
}

/* Reads a number from 1 (0 for the button) and moves behind it and its `end`; -1 where it is none. No screen is wider than
 * five digits, so that what `seq` had no room for is refused. */
static int mouse_number(const char **at, char end)
{
    int n = 0, digits = 0;

    for (; **at >= '0' && **at <= '9' && digits < MOUSE_DIGITS; ++*at, digits++)
        n = n * 10 + (**at - '0');
    if (digits == 0 || **at != end)
        return -1;
    *at += end != '\0';
    return n;
}

/* "<0;10;8" and M: a button went down. What the left one alone and the wheel do is a key; the others, modified ones (they are the
 * terminal's own), moves and releases are none. */
static uint32_t mouse(struct keyparse *p, const char *parameters, char final)
{
    static const struct {
        int button;
        uint32_t code;
    } buttons[] = {{0, KEY_CODE_CLICK}, {64, KEY_CODE_WHEEL_UP}, {65, KEY_CODE_WHEEL_DOWN}};
    const char *at = parameters + 1;
    int button = mouse_number(&at, ';'), x = mouse_number(&at, ';'), y = mouse_number(&at, '\0');

    if (final != 'M' || button < 0 || x < 1 || y < 1)
        return KEY_CODE_NONE;
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++) {
        if (buttons[i].button != button)
            continue;
        p->mouse_x = x - 1;
        p->mouse_y = y - 1;
        return buttons[i].code;
    }
    return KEY_CODE_NONE;
}

static uint32_t csi_end(struct keyparse *p, char final)
{
    char parameters[sizeof p->seq];

    memcpy(parameters, p->seq, sizeof parameters);
    go(p, KEYPARSE_GROUND);
    if (parameters[0] == '<')
        return mouse(p, parameters, final);
    if (parameters[0] == '\0' && final == 'M') {
        go(p, KEYPARSE_MOUSE_OLD);
        return KEY_CODE_NONE;
    }
    /* Others are replies: the cursor's position ends in R as a modified F3 does, but begins with a row below the first.
     */
    if (final != '~')
        return parameters[0] == '\0' || strncmp(parameters, "1;", 2) == 0 ? by_final(final) : KEY_CODE_NONE;
    if (strcmp(parameters, "200") == 0) {
        go(p, KEYPARSE_PASTE);
        p->paste_len = 0;
        p->paste[0] = '\0';
        return KEY_CODE_NONE;
    }
    return by_number(parameters);
}

static uint32_t in_csi(struct keyparse *p, unsigned char byte)
{
    if (byte == '[' && p->len == 0) {
        go(p, KEYPARSE_LINUX_FN);
        return KEY_CODE_NONE;
    }
    if (byte >= 0x40 && byte <= 0x7E)
        return csi_end(p, (char)byte);
    if (byte < 0x20 || byte >= 0x7F) /* broken off */
        return ground(p, byte);
    if (p->len + 1 < sizeof p->seq)
        p->seq[p->len++] = (char)byte;
    p->seq[p->len] = '\0';
    return KEY_CODE_NONE;
}

static uint32_t in_linux_fn(struct keyparse *p, unsigned char byte)
{
    go(p, KEYPARSE_GROUND);
    return byte >= 'A' && byte <= 'E' ? KEY_CODE_F1 + (uint32_t)(byte - 'A') : KEY_CODE_NONE;
}

static uint32_t in_ss3(struct keyparse *p, unsigned char byte)
{
    if (byte < 0x20 || byte >= 0x7F)
        return ground(p, byte);
    if (byte >= '0' && byte <= '9') /* a modifier, as in ESC O 5 P */
        return KEY_CODE_NONE;
    go(p, KEYPARSE_GROUND);
    if (byte == 'M')
        return KEY_CODE_ENTER;
    if (byte >= 'j' && byte <= 'y')
        return (unsigned char)keypad[byte - 'j'];
    return byte == 'I' || byte == 'O' ? KEY_CODE_NONE : by_final((char)byte);
}

static uint32_t in_string(struct keyparse *p, unsigned char byte)
{
    if (byte == BEL || byte == CAN || byte == SUB)
        go(p, KEYPARSE_GROUND);
    else if (byte == ESC)
        p->where = KEYPARSE_STRING_ESC;
    return KEY_CODE_NONE;
}

static uint32_t in_string_esc(struct keyparse *p, unsigned char byte)
{
    go(p, KEYPARSE_GROUND);
    return byte == '\\' ? KEY_CODE_NONE : after_esc(p, byte);
}

/* A line end or a tab is a blank; the other control characters have no place in a line. */
static void keep_pasted(struct keyparse *p, unsigned char byte)
{
    if (byte == '\r' || byte == '\n' || byte == '\t')
        byte = ' ';
    if (byte < ' ' || byte == DEL)
        return;
    if (p->paste_len + 1 < sizeof p->paste) {
        p->paste[p->paste_len] = (char)byte;
        p->paste[p->paste_len + 1] = '\0';
    } else
        p->paste[0] = '\0';
    p->paste_len++;
}

/* Keeps as much of the tail as may be the start of the end. */
static uint32_t in_paste(struct keyparse *p, unsigned char byte)
{
    if (byte != (unsigned char)paste_end[p->len]) {
        for (size_t i = 0; i < p->len; i++)
            keep_pasted(p, (unsigned char)paste_end[i]);
        p->len = byte == ESC ? 1 : 0;
        if (byte != ESC)
            keep_pasted(p, byte);
    } else if (++p->len == sizeof paste_end - 1) {
        go(p, KEYPARSE_GROUND);
        return KEY_CODE_PASTE;
    }
    return KEY_CODE_NONE;
}

/* Its rest holds digits, ';' and an M, each of which would be a key. */
static uint32_t in_mouse_rest(struct keyparse *p, unsigned char byte)
{
    if (byte == 'M' || byte == 'm') {
        go(p, KEYPARSE_GROUND);
        return KEY_CODE_NONE;
    }
    if ((byte != ';' && (byte < '0' || byte > '9')) || ++p->len > MOUSE_REST_MAX)
        return ground(p, byte);
    return KEY_CODE_NONE;
}

static uint32_t in_mouse_old(struct keyparse *p, unsigned char byte)
{
    (void)byte;
    if (++p->len == MOUSE_OLD_BYTES)
        go(p, KEYPARSE_GROUND);
    return KEY_CODE_NONE;
}

uint32_t keyparse_feed(struct keyparse *p, unsigned char byte)
{
    static uint32_t (*const states[])(struct keyparse *, unsigned char) = {
        [KEYPARSE_GROUND] = ground,
        [KEYPARSE_ESC] = after_esc,
        [KEYPARSE_CSI] = in_csi,
        [KEYPARSE_LINUX_FN] = in_linux_fn,
        [KEYPARSE_SS3] = in_ss3,
        [KEYPARSE_STRING] = in_string,
        [KEYPARSE_STRING_ESC] = in_string_esc,
        [KEYPARSE_UTF8] = in_utf8,
        [KEYPARSE_PASTE] = in_paste,
        [KEYPARSE_MOUSE_REST] = in_mouse_rest,
        [KEYPARSE_MOUSE_OLD] = in_mouse_old,
    };

    return states[p->where](p, byte);
}

uint32_t keyparse_more(struct keyparse *p)
{
    uint32_t code = p->then;

    p->then = KEY_CODE_NONE;
    return code;
}

const char *keyparse_pasted(const struct keyparse *p)
{
    return text_is_utf8(text_of(p->paste)) ? p->paste : "";
}

bool keyparse_pending(const struct keyparse *p)
{
    return p->where != KEYPARSE_GROUND && p->where != KEYPARSE_PASTE && p->where != KEYPARSE_MOUSE_REST;
}

bool keyparse_pasting(const struct keyparse *p)
{
    return p->where == KEYPARSE_PASTE;
}

uint32_t keyparse_flush(struct keyparse *p)
{
    enum keyparse_where where = p->where;
    bool in_report = where == KEYPARSE_MOUSE_REST || (where == KEYPARSE_CSI && p->seq[0] == '<');

    go(p, in_report ? KEYPARSE_MOUSE_REST : KEYPARSE_GROUND);
    if (where == KEYPARSE_PASTE)
        return KEY_CODE_PASTE;
    return where == KEYPARSE_ESC ? KEY_CODE_ESC : KEY_CODE_NONE;
}
