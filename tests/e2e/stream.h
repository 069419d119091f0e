#ifndef HUBTOP_TESTS_E2E_STREAM_H
#define HUBTOP_TESTS_E2E_STREAM_H

/* What a program writes to a terminal, byte by byte: text, and the sequences that a console has a use for. The first thing that is
 * neither stays in `wrong`. Kinds of sequences that do more than draw are kept, so that two runs can be compared. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { STREAM_SEQUENCE_MAX = 64, STREAM_TITLE_MAX = 1024, STREAM_KINDS_MAX = 64 };

struct stream {
    enum { STREAM_TEXT, STREAM_ESC, STREAM_CSI, STREAM_OSC, STREAM_OSC_ESC } at;
    char sequence[STREAM_SEQUENCE_MAX]; /* after its ESC, as far as it has come */
    size_t len;
    char osc[STREAM_TITLE_MAX * 8]; /* of an operating system command */
    size_t osc_len;
    uint32_t cp; /* of a character that is not complete */
    int cp_left, cp_bytes;
    char wrong[128];              /* "": nothing yet */
    char title[STREAM_TITLE_MAX]; /* the last one */
    char kinds[STREAM_KINDS_MAX][STREAM_SEQUENCE_MAX];
    size_t kind_count;
};

static bool stream_wrong(struct stream *s, const char *what, unsigned code)
{
    if (!s->wrong[0])
        snprintf(s->wrong, sizeof s->wrong, "%s %02x%s%.40s", what, code, s->at == STREAM_TEXT ? "" : " in ESC ",
                 s->at == STREAM_TEXT ? "" : s->sequence);
    return false;
}

/* Whether a character may stand in text: no control of either set. */
static bool stream_is_text(uint32_t cp)
{
    return cp >= 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0);
}

/* One byte of UTF-8; true when a character is whole. */
static bool stream_utf8(struct stream *s, unsigned char c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (s->cp_left == 0) {
        s->cp_bytes = c < 0x80 ? 1 : c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 0;
        if (s->cp_bytes == 0 || c >= 0xf8)
            return stream_wrong(s, "no UTF-8:", c);
        s->cp = s->cp_bytes == 1 ? c : c & (0x7fU >> s->cp_bytes);
        s->cp_left = s->cp_bytes - 1;
    } else if ((c & 0xc0) != 0x80) {
        s->cp_left = 0;
        return stream_wrong(s, "a character is cut before", c);
    } else {
        s->cp = s->cp << 6 | (c & 0x3f);
        s->cp_left--;
    }
    if (s->cp_left == 0 && (s->cp < least[s->cp_bytes] || (s->cp >= 0xd800 && s->cp < 0xe000) || s->cp > 0x10ffff))
        return stream_wrong(s, "no UTF-8, it ends with", c);
    return s->cp_left == 0;
}

static void stream_note(struct stream *s, const char *kind)
{
    for (size_t i = 0; i < s->kind_count; i++)
        if (strcmp(s->kinds[i], kind) == 0)
            return;
    if (s->kind_count == STREAM_KINDS_MAX) {
        stream_wrong(s, "more kinds of sequences than a console needs", 0);
        return;
    }
    snprintf(s->kinds[s->kind_count++], STREAM_SEQUENCE_MAX, "%s", kind);
}

static void stream_begin(struct stream *s)
{
    s->at = STREAM_ESC;
    s->len = 0;
    s->sequence[0] = '\0';
}

static bool stream_keep(struct stream *s, unsigned char c)
{
    if (s->len + 1 == sizeof s->sequence)
        return stream_wrong(s, "a sequence without end", c);
    s->sequence[s->len++] = (char)c;
    s->sequence[s->len] = '\0';
    return true;
}

static void stream_esc(struct stream *s, unsigned char c)
{
    stream_keep(s, c);
    if (c == '[')
        s->at = STREAM_CSI;
    else if (c == ']') {
        s->at = STREAM_OSC;
        s->osc_len = 0;
    } else if (c == '(') /* what follows is the name of a set of characters */
        return;
    else if ((s->len == 2 && c == 'B') || (s->len == 1 && strchr("78=>M", c))) {
        if (!strchr("78M", c))
            stream_note(s, s->sequence);
        s->at = STREAM_TEXT;
    } else {
        stream_wrong(s, "no sequence of a console:", c);
        s->at = STREAM_TEXT;
    }
}

/* What moves the cursor, shows or hides it, colours, erases and scrolls belongs to drawing. */
static void stream_csi(struct stream *s, unsigned char c)
{
    if (c < 0x20 || c > 0x7e) {
        stream_wrong(s, "a control", c);
        s->at = c == 033 ? STREAM_ESC : STREAM_TEXT;
        return;
    }
    stream_keep(s, c);
    if (c < 0x40)
        return;
    bool cursor = strncmp(s->sequence, "[?25", 4) == 0 || strncmp(s->sequence, "[?12", 4) == 0;
    if (!cursor && (strchr("<=>?", s->sequence[1]) || !strchr("ABCDGHJKLMPSTXdfmr@b", c)))
        stream_note(s, s->sequence);
    s->at = STREAM_TEXT;
}

static void stream_osc_end(struct stream *s)
{
    s->osc[s->osc_len] = '\0';
    s->at = STREAM_TEXT;
    if (strncmp(s->osc, "2;", 2) == 0)
        snprintf(s->title, sizeof s->title, "%.*s", STREAM_TITLE_MAX - 1, s->osc + 2);
    else if (strncmp(s->osc, "52;c;", 5) == 0)
        stream_note(s, "]52;c");
    else if (strcmp(s->osc, "104") != 0) { /* ncurses gives the terminal its colours back */
        snprintf(s->sequence, sizeof s->sequence, "]%.40s", s->osc);
        s->at = STREAM_OSC;
        stream_wrong(s, "a command that no console needs, up to", 7);
        s->at = STREAM_TEXT;
    }
}

static void stream_osc(struct stream *s, unsigned char c)
{
    if (c == 7) {
        stream_osc_end(s);
        return;
    }
    if (c == 033 && s->cp_left == 0) {
        s->at = STREAM_OSC_ESC;
        return;
    }
    if (stream_utf8(s, c) && !stream_is_text(s->cp))
        stream_wrong(s, "a control in an operating system command:", s->cp);
    if (s->osc_len + 1 < sizeof s->osc)
        s->osc[s->osc_len++] = (char)c;
}

static void stream_text(struct stream *s, unsigned char c)
{
    if (c == 033 && s->cp_left == 0) {
        stream_begin(s);
        return;
    }
    if (stream_utf8(s, c) && !stream_is_text(s->cp) && s->cp != '\r' && s->cp != '\n' && s->cp != '\b' && s->cp != '\t')
        stream_wrong(s, "the control", s->cp);
}

static void stream_feed(struct stream *s, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        switch (s->at) {
        case STREAM_TEXT:
            stream_text(s, c);
            break;
        case STREAM_ESC:
            stream_esc(s, c);
            break;
        case STREAM_CSI:
            stream_csi(s, c);
            break;
        case STREAM_OSC:
            stream_osc(s, c);
            break;
        case STREAM_OSC_ESC:
            if (c == '\\')
                stream_osc_end(s);
            else
                stream_wrong(s, "ESC in an operating system command before", c);
            break;
        }
    }
}

#endif
