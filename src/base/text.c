#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text_lead.h"
#include "base/width_table.h"

/* A cell of ncurses holds one spacing character and at most four others; a hostile name may bring hundreds. */
enum { COMBINING_MAX = 4 };

static int ambiguous_width = 1;

/* --- received bytes --- */

struct safe_text text_from(const void *bytes, size_t n)
{
    return (struct safe_text){.bytes_ = bytes, .len_ = bytes != NULL ? n : 0};
}

struct safe_text text_of(const char *s)
{
    return text_from(s, s != NULL ? strlen(s) : 0);
}

const char *text_bytes(struct safe_text t)
{
    return t.bytes_ != NULL ? t.bytes_ : "";
}

size_t text_len(struct safe_text t)
{
    return t.len_;
}

bool text_empty(struct safe_text t)
{
    return t.len_ == 0;
}

bool text_equal(struct safe_text a, struct safe_text b)
{
    return a.len_ == b.len_ && memcmp(text_bytes(a), text_bytes(b), a.len_) == 0;
}

bool text_is(struct safe_text a, const char *s)
{
    return text_equal(a, text_of(s));
}

int text_cmp(struct safe_text a, struct safe_text b)
{
    int order = memcmp(text_bytes(a), text_bytes(b), a.len_ < b.len_ ? a.len_ : b.len_);

    return order != 0 ? order : (a.len_ > b.len_) - (a.len_ < b.len_);
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool same_folded(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

static bool contains_folded(const char *at, size_t spots, struct safe_text needle)
{
    char first = (char)lower(needle.bytes_[0]),
         upper = first >= 'a' && first <= 'z' ? (char)(first - 'a' + 'A') : first;

    for (size_t i = 0; i < spots; i++)
        if ((at[i] == first || at[i] == upper) && same_folded(at + i + 1, needle.bytes_ + 1, needle.len_ - 1))
            return true;
    return false;
}

bool text_begins(struct safe_text t, struct safe_text head)
{
    return t.len_ >= head.len_ && (head.len_ == 0 || memcmp(t.bytes_, head.bytes_, head.len_) == 0);
}

bool text_contains(struct safe_text hay, struct safe_text needle, bool fold)
{
    if (needle.len_ == 0)
        return true;
    if (needle.len_ > hay.len_)
        return false;

    const char *at = hay.bytes_, *last = hay.bytes_ + (hay.len_ - needle.len_);
    if (fold)
        return contains_folded(at, (size_t)(last - at) + 1, needle);
    while (at <= last && (at = memchr(at, needle.bytes_[0], (size_t)(last - at) + 1)) != NULL) {
        if (needle.len_ == 1 || memcmp(at, needle.bytes_, needle.len_) == 0)
            return true;
        at++;
    }
    return false;
}

enum { LETTERS = 10, SIGNS = LETTERS + 26, RARE = SIGNS + 9, RARE_BITS = 16 };

static unsigned letter_of(char c)
{
    static const char signs[] = "-_./+:[]~";
    unsigned char low = lower(c);

    if (low >= '0' && low <= '9')
        return low - '0';
    if (low >= 'a' && low <= 'z')
        return LETTERS + (low - 'a');
    for (unsigned i = 0; signs[i] != '\0'; i++)
        if (c == signs[i])
            return SIGNS + i;
    return RARE + (low % RARE_BITS);
}

uint64_t text_letters(struct safe_text t, bool fold, bool *alone)
{
    uint64_t bits = 0;
    unsigned last = RARE;

    for (size_t i = 0; i < t.len_; i++)
        bits |= UINT64_C(1) << (last = letter_of(t.bytes_[i]));
    if (alone != NULL)
        *alone = t.len_ == 1 && last < RARE && (fold || last < LETTERS || last >= SIGNS);
    return bits;
}

bool text_fuzzy(struct safe_text hay, struct safe_text needle, bool fold)
{
    size_t found = 0;

    for (size_t i = 0; i < hay.len_ && found < needle.len_; i++) {
        char a = hay.bytes_[i], b = needle.bytes_[found];
        found += a == b || (fold && lower(a) == lower(b));
    }
    return found == needle.len_;
}

bool text_split(struct safe_text *rest, char separator, struct safe_text *head)
{
    if (rest->len_ == 0)
        return false;

    const char *end = memchr(rest->bytes_, separator, rest->len_);
    size_t n = end != NULL ? (size_t)(end - rest->bytes_) : rest->len_;
    size_t used = n + (end != NULL);
    *head = text_from(rest->bytes_, n);
    *rest = text_from(rest->bytes_ + used, rest->len_ - used);
    return true;
}

struct safe_text text_copy(struct buf *b, struct safe_text t)
{
    size_t start = b->len;

    if (t.len_ == 0 || !buf_put(b, t.bytes_, t.len_, NULL))
        return (struct safe_text){0};
    return text_from(b->data + start, t.len_);
}

/* --- UTF-8 --- */

size_t text_decode(const char *bytes, size_t n, uint32_t *cp)
{
    const unsigned char *s = (const unsigned char *)bytes;
    struct text_lead lead = text_lead(s[0]);
    uint32_t value = lead.bits;

    if (lead.length == 0 || lead.length > n)
        return 0;
    if (lead.length > 1 && (s[1] < lead.low || s[1] > lead.high))
        return 0;
    for (unsigned i = 1; i < lead.length; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (s[i] & 0x3Fu);
    }
    *cp = value;
    return lead.length;
}

bool text_is_utf8(struct safe_text t)
{
    uint32_t cp;

    for (size_t at = 0, n; at < t.len_; at += n)
        if ((n = text_decode(t.bytes_ + at, t.len_ - at, &cp)) == 0)
            return false;
    return true;
}

/* --- widths --- */

struct width {
    int columns;
    unsigned flags;
};

static struct width width_find(uint32_t cp)
{
    size_t low = 0, high = sizeof width_table / sizeof *width_table;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (cp > width_table[middle].last)
            low = middle + 1;
        else if (cp < width_table[middle].first)
            high = middle;
        else
            return (struct width){width_table[middle].width, width_table[middle].flags};
    }
    return (struct width){1, 0};
}

static struct width width_look(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7F)
        return (struct width){1, 0};
    if (cp > 0x10FFFF)
        return (struct width){-1, WIDTH_HIDDEN};

    struct width w = width_find(cp);
    if ((w.flags & WIDTH_AMBIGUOUS) != 0)
        w.columns = ambiguous_width;
    return w;
}

int text_width_of(uint32_t cp)
{
    return width_look(cp).columns;
}

bool text_hidden(uint32_t cp)
{
    struct width w = width_look(cp);

    return w.columns < 0 || (w.flags & WIDTH_HIDDEN) != 0;
}

void text_set_ambiguous(int width)
{
    ambiguous_width = width == 2 ? 2 : 1;
}

/* --- cells --- */

struct text_iter text_iter_make(struct safe_text t)
{
    return (struct text_iter){.text = t};
}

/* Leaves the mark of one code point, or of one bad byte, in `pending`. */
static void mark_code_point(struct text_iter *it, uint32_t cp)
{
    it->pending_at = 0;
    if (cp < 0x20 || cp == 0x7F)
        snprintf(it->pending, sizeof it->pending, "^%c", (int)(cp ^ 0x40));
    else
        snprintf(it->pending, sizeof it->pending, cp < 0x100 ? "<%02lX>" : "<%04lX>", (unsigned long)cp);
}

static void mark_bad_byte(struct text_iter *it, char byte)
{
    it->pending_at = 0;
    snprintf(it->pending, sizeof it->pending, "\\x%02x", (unsigned)(unsigned char)byte);
}

static void next_of_mark(struct text_iter *it, struct text_cell *cell)
{
    cell->utf8[0] = it->pending[it->pending_at++];
    cell->utf8[1] = '\0';
    cell->width = 1;
    cell->mark = true;
}

/* How many bytes of `rest` belong into the cell of `base` before it: characters of width 0 that Unicode puts into the
 * same cluster. Others, such as a vowel jamo after a Latin letter, would be drawn over their neighbour. */
static size_t combining_bytes(uint32_t base, struct safe_text rest)
{
    utf8proc_int32_t state = 0;
    uint32_t before = base, cp;
    size_t at = 0;

    for (int i = 0; i < COMBINING_MAX && at < rest.len_; i++) {
        size_t n = text_decode(rest.bytes_ + at, rest.len_ - at, &cp);

        if (n == 0 || cp < 0x300)
            break;
        struct width w = width_look(cp);
        if (w.columns != 0 || (w.flags & WIDTH_HIDDEN) != 0 ||
            utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)cp, &state))
            break;
        before = cp;
        at += n;
    }
    return at;
}

static void take_cluster(struct text_iter *it, size_t n, uint32_t base, int columns, struct text_cell *cell)
{
    const char *start = it->text.bytes_ + it->at;

    n += combining_bytes(base, text_from(start + n, it->text.len_ - it->at - n));
    memcpy(cell->utf8, start, n);
    cell->utf8[n] = '\0';
    cell->width = columns;
    cell->mark = false;
    it->at += n;
}

/* A printable ASCII character that nothing can combine with: nearly all that is ever drawn. */
static bool is_plain(const struct text_iter *it)
{
    const char *at = it->text.bytes_ + it->at;

    return *at >= ' ' && *at <= '~' && (it->at + 1 == it->text.len_ || (signed char)at[1] >= 0);
}

bool text_next(struct text_iter *it, struct text_cell *cell)
{
    uint32_t cp;

    if (it->pending[it->pending_at] != '\0') {
        next_of_mark(it, cell);
        return true;
    }
    if (it->at >= it->text.len_)
        return false;
    if (is_plain(it)) {
        *cell = (struct text_cell){.utf8 = {it->text.bytes_[it->at++]}, .width = 1};
        return true;
    }

    size_t n = text_decode(it->text.bytes_ + it->at, it->text.len_ - it->at, &cp);
    if (n == 0) {
        mark_bad_byte(it, it->text.bytes_[it->at++]);
        next_of_mark(it, cell);
        return true;
    }
    struct width w = width_look(cp);
    if (w.columns > 0 && (w.flags & WIDTH_HIDDEN) == 0) {
        take_cluster(it, n, cp, w.columns, cell);
        return true;
    }
    it->at += n;
    mark_code_point(it, cp);
    next_of_mark(it, cell);
    return true;
}

/* --- showing --- */

int text_width(struct safe_text t)
{
    struct text_iter it = text_iter_make(t);
    struct text_cell cell;
    int columns = 0;

    while (text_next(&it, &cell))
        columns += cell.width;
    return columns;
}

/* Where a text that turns out too long is cut: the last point that leaves a column for the '~'. */
struct cut_point {
    size_t len;
    int columns;
};

static int cut_at(struct buf *out, struct cut_point cut, int max_cells)
{
    out->len = cut.len;
    if (out->data != NULL)
        out->data[out->len] = '\0';
    for (; cut.columns < max_cells - 1; cut.columns++)
        if (!buf_putc(out, ' ', NULL))
            return cut.columns;
    return cut.columns + buf_putc(out, '~', NULL);
}

int text_show(struct safe_text t, int max_cells, struct buf *out)
{
    struct text_iter it = text_iter_make(t);
    struct text_cell cell;
    struct cut_point cut = {out->len, 0};
    int columns = 0;

    if (max_cells == 0)
        return 0;
    while (text_next(&it, &cell)) {
        if (max_cells > 0 && columns + cell.width > max_cells)
            return cut_at(out, cut, max_cells);
        if (!buf_put(out, cell.utf8, strlen(cell.utf8), NULL))
            return columns;
        columns += cell.width;
        if (columns < max_cells)
            cut = (struct cut_point){out->len, columns};
    }
    return columns;
}

const char *text_show_in(struct safe_text t, char *out, size_t size)
{
    struct text_iter it = text_iter_make(t);
    struct text_cell cell;
    size_t len = 0, cut = 0; /* cut: where there is still room for a '~' */

    if (size == 0)
        return "";
    while (text_next(&it, &cell)) {
        size_t n = strlen(cell.utf8);

        if (len + n >= size) {
            len = cut;
            if (len + 1 < size)
                out[len++] = '~';
            break;
        }
        memcpy(out + len, cell.utf8, n);
        len += n;
        if (len + 1 < size)
            cut = len;
    }
    out[len] = '\0';
    return out;
}
