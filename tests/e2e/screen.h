#ifndef HUBTOP_TESTS_E2E_SCREEN_H
#define HUBTOP_TESTS_E2E_SCREEN_H

/* What an emulated terminal shows: libvterm, and which private modes (CSI ? N h) were switched on and not off again. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

enum {
    SCREEN_SIDE_MAX = 500,
    SCREEN_ROW_MAX = SCREEN_SIDE_MAX * 4 * VTERM_MAX_CHARS_PER_CELL + 1,
    SCREEN_MODES = 3000
};

struct screen_output {
    void (*answer)(void *ctx, const char *bytes, size_t n);
    void *ctx;
};

struct screen {
    struct screen_output output;
    VTerm *vt;
    VTermScreen *shown;
    int cols, rows;
    bool modes[SCREEN_MODES];
    bool keypad;   /* ESC = */
    char seen[32]; /* of a sequence that is not complete */
    size_t seen_len;
    bool in_sequence;
    char part[4]; /* of a character that is not complete: libvterm 0.1 shows U+FFFD for one that comes in two writes */
    size_t part_len;
};

static void screen_answered(const char *bytes, size_t n, void *user)
{
    const struct screen_output *o = user;
    o->answer(o->ctx, bytes, n);
}

/* `answer` gets what the terminal says by itself, when it is asked. */
static struct screen *screen_new(int cols, int rows, void (*answer)(void *ctx, const char *bytes, size_t n), void *ctx)
{
    struct screen *s = calloc(1, sizeof *s);
    s->output = (struct screen_output){answer, ctx};
    s->vt = vterm_new(rows, cols);
    s->cols = cols;
    s->rows = rows;
    s->modes[25] = true;
    vterm_set_utf8(s->vt, 1);
    vterm_output_set_callback(s->vt, screen_answered, &s->output);
    s->shown = vterm_obtain_screen(s->vt);
    vterm_screen_enable_altscreen(s->shown, 1);
    vterm_screen_reset(s->shown, 1);
    return s;
}

static void screen_free(struct screen *s)
{
    if (s)
        vterm_free(s->vt);
    free(s);
}

static void screen_resize(struct screen *s, int cols, int rows)
{
    s->cols = cols;
    s->rows = rows;
    vterm_set_size(s->vt, rows, cols < 2 ? 2 : cols); /* libvterm 0.1 dies of a wide character in one column */
}

/* "[?1049;25h" and the like, as far as it has come; false when the sequence is over. */
static bool screen_mode_byte(struct screen *s, char c)
{
    if (s->seen_len + 1 < sizeof s->seen)
        s->seen[s->seen_len++] = c;
    s->seen[s->seen_len] = '\0';
    if (s->seen_len == 1 && (c == '=' || c == '>'))
        s->keypad = c == '=';
    if (s->seen_len == 1)
        return c == '[';
    if ((c >= '0' && c <= '9') || strchr(";?:<=> !", c))
        return true;
    if ((c == 'h' || c == 'l') && s->seen[1] == '?') {
        for (char *at = s->seen + 1; *at == '?' || *at == ';';) {
            long mode = strtol(at + 1, &at, 10);
            if (mode >= 0 && mode < SCREEN_MODES)
                s->modes[mode] = c == 'h';
        }
    }
    return false;
}

/* How many bytes at the end belong to a character of UTF-8 that goes on; what makes no sense belongs to none. */
static size_t screen_part(const char *bytes, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        unsigned char c = (unsigned char)bytes[n - back];
        if (c >= 0xC0)
            return back < (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) ? back : 0;
        if (c < 0x80)
            return 0;
    }
    return 0;
}

static void screen_show(struct screen *s, const char *bytes, size_t n)
{
    while (s->part_len > 0 && n > 0 && (*bytes & 0xC0) == 0x80 && s->part_len < sizeof s->part) {
        s->part[s->part_len++] = *bytes++;
        n--;
    }
    if (s->part_len > 0 && n == 0 && screen_part(s->part, s->part_len) > 0)
        return;
    vterm_input_write(s->vt, s->part, s->part_len);
    s->part_len = screen_part(bytes, n);
    memcpy(s->part, bytes + n - s->part_len, s->part_len);
    vterm_input_write(s->vt, bytes, n - s->part_len);
}

static void screen_feed(struct screen *s, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\033') {
            s->in_sequence = true;
            s->seen_len = 0;
        } else if (s->in_sequence)
            s->in_sequence = screen_mode_byte(s, bytes[i]);
    }
    screen_show(s, bytes, n);
}

static size_t screen_utf8(uint32_t cp, char *out)
{
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    if (n == 1) {
        out[0] = (char)cp;
        return 1;
    }
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3f));
    out[0] = (char)((0xf00 >> n) | cp);
    return n;
}

/* The text of a row, from 0, without the blanks at its end. */
static void screen_row(struct screen *s, int row, char out[SCREEN_ROW_MAX])
{
    char *at = out;
    for (int col = 0; col < s->cols && row >= 0 && row < s->rows; col++) {
        VTermScreenCell cell;
        if (!vterm_screen_get_cell(s->shown, (VTermPos){.row = row, .col = col}, &cell) ||
            cell.chars[0] == (uint32_t)-1)
            continue;
        if (cell.chars[0] == 0)
            *at++ = ' ';
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            at += screen_utf8(cell.chars[i], at);
    }
    while (at > out && at[-1] == ' ')
        at--;
    *at = '\0';
}

static bool screen_has(struct screen *s, const char *text)
{
    char row[SCREEN_ROW_MAX];
    for (int y = 0; y < s->rows; y++) {
        screen_row(s, y, row);
        if (strstr(row, text))
            return true;
    }
    return false;
}

/* How many characters have a colour of their own, of the text or behind it. */
static inline int screen_coloured(struct screen *s)
{
    int n = 0;
    for (int at = 0; at < s->rows * s->cols; at++) {
        VTermScreenCell cell;
        if (vterm_screen_get_cell(s->shown, (VTermPos){.row = at / s->cols, .col = at % s->cols}, &cell))
            n += !VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
    }
    return n;
}

/* Without the empty rows at the end. */
static void screen_print(struct screen *s, const char *before, FILE *to)
{
    char row[SCREEN_ROW_MAX];
    int used = s->rows;
    for (row[0] = '\0'; used > 0 && !row[0]; used -= !row[0])
        screen_row(s, used - 1, row);
    for (int y = 0; y < used; y++) {
        screen_row(s, y, row);
        fprintf(to, "%s%s\n", before, row);
    }
}

/* Whether a private mode that a program must not leave is on (or the cursor off); `out` names them. */
static inline bool screen_modes_left(const struct screen *s, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (int mode = 0; mode < SCREEN_MODES; mode++) {
        bool wanted = mode == 25 || mode == 7;
        if (mode != 7 && mode != 12 && s->modes[mode] != wanted && n + 16 < size)
            n += (size_t)snprintf(out + n, size - n, "%s?%d%s", n ? " " : "", mode, wanted ? "l" : "h");
    }
    if (s->keypad && n + 16 < size)
        n += (size_t)snprintf(out + n, size - n, "%skeypad", n ? " " : "");
    return n > 0;
}

#endif
