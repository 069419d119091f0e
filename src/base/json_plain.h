#ifndef HUBTOP_JSON_PLAIN_H
#define HUBTOP_JSON_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Stands for itself in a string, and is ASCII. */
static inline bool json_plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* The top bits of the bytes of `w` that do not stand for themselves: below 0x20, from 0x80, quote, backslash. A
 * subtraction borrows only out of a byte that is special itself, so the lowest bit set is always true, and none is set
 * in a plain word. */
static inline uint64_t json_plain_ends(uint64_t w)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = w ^ ones * '"', backslash = w ^ ones * '\\';

    return (w | (w - ones * 0x20) | (quote - ones) | (backslash - ones)) & ones * 0x80;
}

/* Behind the longest run of characters that stand for themselves, of ASCII. */
static inline const char *json_plain_skip(const char *p, const char *end)
{
    for (uint64_t w; end - p >= 8; p += 8) {
        memcpy(&w, p, 8);
        w = json_plain_ends(w);
        if (w != 0) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return p + __builtin_ctzll(w) / 8;
#else
            break;
#endif
        }
    }
    while (p < end && json_plain(*p))
        p++;
    return p;
}

#endif
