#include "ui/prompt.h"

#include <string.h>

#include "base/text.h"
#include "ui/key.h"

enum { TYPED_LEAST = 12 }; /* columns that a label leaves to what is typed */

enum edit { TO_START = 1, TO_END, LEFT, RIGHT, ERASE_LEFT, ERASE_RIGHT, CUT_START, CUT_END, CUT_WORD, ENTER, CANCEL };

static const struct key_row edit_keys[] = {
    {"Home C-a", TO_START, NULL, "to the start"},
    {"End C-e", TO_END, NULL, "to the end"},
    {"Left C-b", LEFT, NULL, "a character back"},
    {"Right C-f", RIGHT, NULL, "a character on"},
    {"Backspace", ERASE_LEFT, NULL, "erase the character before the cursor"},
    {"Delete C-d", ERASE_RIGHT, NULL, "erase the character under the cursor"},
    {"C-u", CUT_START, NULL, "erase to the start"},
    {"C-k", CUT_END, NULL, "erase to the end"},
    {"C-w", CUT_WORD, NULL, "erase the word before the cursor"},
    {"Enter", ENTER, NULL, "done"},
    {"Esc C-g", CANCEL, NULL, "leave it"},
    {0},
};

const struct key_row *prompt_keys(void)
{
    return edit_keys;
}

/* The end of the character that begins at `at`, and the start of the one that ends there. */
static size_t after(const struct prompt *p, size_t at)
{
    struct text_iter it = text_iter_make(text_from(p->text + at, p->len - at));
    struct text_cell cell;

    return at < p->len && text_next(&it, &cell) ? at + it.at : p->len;
}

static size_t before(const struct prompt *p, size_t at)
{
    size_t start = 0;

    for (size_t end = after(p, 0); end < at; end = after(p, end))
        start = end;
    return at > 0 ? start : 0;
}

/* An edit may join what stood on both sides of the cursor into one character. */
static void snap(struct prompt *p)
{
    size_t end = 0;

    while (end < p->at)
        end = after(p, end);
    p->at = end;
}

void prompt_start(struct prompt *p, const char *text)
{
    *p = (struct prompt){0};
    if (text == NULL)
        return;
    for (size_t n = strlen(text), len; p->len < n; p->len += len) {
        uint32_t cp;

        len = text_decode(text + p->len, n - p->len, &cp);
        if (len == 0 || p->len + len >= sizeof p->text)
            break;
        memcpy(p->text + p->len, text + p->len, len);
    }
    p->at = p->len;
}

static void erase(struct prompt *p, size_t from, size_t to)
{
    memmove(p->text + from, p->text + to, p->len - to + 1);
    p->len -= to - from;
    p->at = from;
    snap(p);
}

static size_t word_start(const struct prompt *p)
{
    size_t at = p->at;

    while (at > 0 && p->text[at - 1] == ' ')
        at--;
    while (at > 0 && p->text[at - 1] != ' ')
        at--;
    return at;
}

static bool put(struct prompt *p, const char *bytes, size_t n)
{
    if (!text_is_utf8(text_from(bytes, n)) || p->len + n >= sizeof p->text)
        return false;
    memmove(p->text + p->at + n, p->text + p->at, p->len - p->at + 1);
    memcpy(p->text + p->at, bytes, n);
    p->len += n;
    p->at += n;
    snap(p);
    return true;
}

static enum prompt_result insert(struct prompt *p, uint32_t code)
{
    uint32_t cp = code == KEY_CODE_SPACE ? ' ' : code;
    char bytes[4];

    if (cp < ' ' || cp >= KEY_CODE_NAMED || text_width_of(cp) < 0)
        return PROMPT_IGNORED;
    return put(p, bytes, key_utf8(cp, bytes)) ? PROMPT_EDITED : PROMPT_IGNORED;
}

enum prompt_result prompt_paste(struct prompt *p, const char *text)
{
    char bytes[PROMPT_MAX];
    size_t n = 0, end = strlen(text), len;
    uint32_t cp;

    while (end > 0 && text[end - 1] == ' ')
        end--;
    for (size_t i = 0; i < end; i += len) {
        len = text_decode(text + i, end - i, &cp);
        if (len == 0 || n + len > sizeof bytes)
            return PROMPT_IGNORED;
        if (text_hidden(cp))
            continue;
        memcpy(bytes + n, text + i, len);
        n += len;
    }
    return n > 0 && put(p, bytes, n) ? PROMPT_EDITED : PROMPT_IGNORED;
}

bool prompt_replace(struct prompt *p, size_t from, const char *text)
{
    size_t n = strlen(text);

    if (from > p->at || p->len - (p->at - from) + n >= sizeof p->text)
        return false;
    erase(p, from, p->at);
    return put(p, text, n);
}

static enum prompt_result cut(struct prompt *p, size_t from, size_t to)
{
    if (from == to)
        return PROMPT_MOVED;
    erase(p, from, to);
    return PROMPT_EDITED;
}

static enum prompt_result move(struct prompt *p, size_t to)
{
    p->at = to;
    return PROMPT_MOVED;
}

/* A full-width letter is text here, not its ASCII twin: only the named keys are looked up. */
enum prompt_result prompt_key(struct prompt *p, uint32_t code)
{
    int action = code < ' ' || code > KEY_CODE_NAMED ? key_action(edit_keys, code) : 0;

    switch (action) {
    case TO_START:
        return move(p, 0);
    case TO_END:
        return move(p, p->len);
    case LEFT:
        return move(p, before(p, p->at));
    case RIGHT:
        return move(p, after(p, p->at));
    case ERASE_LEFT:
        return p->len == 0 ? PROMPT_CANCELLED : cut(p, before(p, p->at), p->at);
    case ERASE_RIGHT:
        return cut(p, p->at, after(p, p->at));
    case CUT_START:
        return cut(p, 0, p->at);
    case CUT_END:
        return cut(p, p->at, p->len);
    case CUT_WORD:
        return cut(p, word_start(p), p->at);
    case ENTER:
        return PROMPT_DONE;
    case CANCEL:
        return PROMPT_CANCELLED;
    default:
        return insert(p, code);
    }
}

/* The first character shown: as far left as the cursor (and a column for it) allows. */
static size_t first_shown(const struct prompt *p, int room)
{
    size_t start = 0;

    while (start < p->at && text_width(text_from(p->text + start, p->at - start)) >= room)
        start = after(p, start);
    return start;
}

void prompt_draw(const struct prompt *p, struct canvas *c, int x, int y, int width, const char *label)
{
    int least = width < 2 * TYPED_LEAST ? width / 2 : TYPED_LEAST;
    int used = canvas_puts(c, x, y, width - least, ROLE_KEY, label), room = width - used;
    size_t start;

    if (room < 1)
        return;
    start = first_shown(p, room);
    canvas_text(c, x + used, y, room, ROLE_TEXT, text_from(p->text + start, p->len - start));
    c->cursor_x = x + used + text_width(text_from(p->text + start, p->at - start));
    c->cursor_y = y;
    c->cursor_shown = true;
}
