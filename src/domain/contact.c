#include "domain/contact.h"

#include <string.h>

#include "base/tr.h"

enum { SHOWN_WHOLE = 7, TAIL = 4, AREA = 3, PHONE_MAX = 64 };

/* --- the call tree --- */

static bool belongs(const struct contact *contact, const struct concern *c)
{
    bool meets = contact->condition_count == 0;
    for (size_t i = 0; i < contact->condition_count && !meets; i++)
        meets = concern_meets(c, contact->conditions[i]) > 0;
    return meets && scope_has(contact->scope, c);
}

size_t contact_tree(const struct contact *all, size_t n, const struct concern *c, const struct contact *out[],
                    size_t max)
{
    size_t count = 0;
    for (int level = 1; level <= CONTACT_LEVEL_MAX; level++) {
        for (size_t i = 0; i < n && count < max; i++) {
            if (all[i].level == level && belongs(&all[i], c))
                out[count++] = &all[i];
        }
    }
    return count;
}

struct safe_text contact_name(const struct contact *c)
{
    return (tr_is_zh() && !text_empty(c->name_zh)) || text_empty(c->name) ? c->name_zh : c->name;
}

/* --- numbers --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_of(const char *phone)
{
    size_t n = 0;
    for (; *phone; phone++)
        n += is_digit(*phone);
    return n;
}

/* What stands between the area and the last four is hidden, however it is written. */
static void mask(const char *phone, size_t digits, struct buf *out)
{
    const char *blank = *phone == '+' ? strpbrk(phone, " -") : NULL;
    size_t country = blank ? digits - digits_of(blank) : 0, seen = 0;
    size_t open = country + (digits - country > AREA + TAIL ? AREA : 0);
    for (; *phone && seen < open; phone++) {
        buf_putc(out, *phone, NULL);
        seen += is_digit(*phone);
    }
    buf_puts(out, seen > 0 ? " **** " : "**** ", NULL);
    for (; *phone; phone++) {
        if (is_digit(*phone) && seen++ >= digits - TAIL)
            buf_putc(out, *phone, NULL);
    }
}

void contact_phone(struct safe_text phone, bool full, struct buf *out)
{
    char shown[PHONE_MAX];
    text_show_in(phone, shown, sizeof shown);
    if (text_empty(phone))
        buf_putc(out, '-', NULL);
    else if (full || digits_of(shown) <= SHOWN_WHOLE)
        buf_puts(out, shown, NULL);
    else
        mask(shown, digits_of(shown), out);
}

/* --- who is on duty --- */

static bool wrong_line(size_t line, const char *what, struct err *err)
{
    err_set(err, ERR_INPUT, "line %zu of the roster %s", line, what);
    err_hint(err, "each line is written ROLE NAME PHONE");
    return err_exit(err, 78);
}

static bool is_phone(struct safe_text t)
{
    char shown[PHONE_MAX];
    text_show_in(t, shown, sizeof shown);
    return text_len(t) < PHONE_MAX && digits_of(shown) >= 3 && strspn(shown, "+0123456789 ()-.,#*") == strlen(shown);
}

/* Cuts the next word off, and the blanks before and behind it. */
static struct safe_text word_of(struct safe_text *rest)
{
    struct safe_text word = text_of("");
    while (text_empty(word) && text_split(rest, ' ', &word))
        continue;
    struct safe_text ahead = *rest, blank;
    while (text_split(&ahead, ' ', &blank) && text_empty(blank))
        *rest = ahead;
    return word;
}

static bool read_line(struct safe_text line, size_t number, struct contact_duty *out, struct err *err)
{
    struct safe_text rest = line;
    out->role = word_of(&rest);
    out->name = word_of(&rest);
    out->phone = rest;
    if (!text_is_utf8(line))
        return wrong_line(number, "is not UTF-8", err);
    if (text_empty(out->name) || text_empty(out->phone))
        return wrong_line(number, "has fewer than three words", err);
    if (text_len(out->role) > CONTACT_WORD_MAX || text_len(out->name) > CONTACT_WORD_MAX)
        return wrong_line(number, "has a word that is too long", err);
    return is_phone(out->phone) || wrong_line(number, "has no phone number behind the name", err);
}

/* A blank before a comment sign, or nothing at all. */
static bool says_nothing(struct safe_text line)
{
    struct safe_text rest = line;
    struct safe_text word = word_of(&rest);
    return text_empty(word) || text_begins(word, text_of("#"));
}

bool contact_roster_read(const char *bytes, size_t n, struct contact_duty *out, size_t *count, struct err *err)
{
    struct safe_text rest = text_from(bytes, n), line;
    *count = 0;
    if (n > CONTACT_ROSTER_BYTES_MAX)
        return err_set(err, ERR_INPUT, "the roster has more than %d bytes", CONTACT_ROSTER_BYTES_MAX);
    for (size_t number = 1; text_split(&rest, '\n', &line); number++) {
        if (says_nothing(line))
            continue;
        if (*count == CONTACT_ROSTER_MAX)
            return err_set(err, ERR_INPUT, "the roster has more than %d lines", CONTACT_ROSTER_MAX);
        if (!read_line(line, number, &out[*count], err))
            return false;
        ++*count;
    }
    if (*count > 0)
        return true;
    err_set(err, ERR_INPUT, "the roster names nobody");
    err_hint(err, "each line is written ROLE NAME PHONE");
    return err_exit(err, 78);
}

size_t contact_on_duty(const struct contact_duty *all, size_t n, struct safe_text role,
                       const struct contact_duty *out[], size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < n && count < max; i++) {
        if (text_equal(all[i].role, role))
            out[count++] = &all[i];
    }
    return count;
}
