#ifndef HUBTOP_JSON_SCAN_H
#define HUBTOP_JSON_SCAN_H

#include "base/json.h"
#include "base/json_keys.h"

/* A push tokenizer: checks RFC 8259 and UTF-8 over bytes in any pieces, tells what begins and ends, and copies what is
 * wanted in a form that cJSON reads without loss:
 *   - a number becomes a string of JSON_SCAN_NUMBER and its digits as they came, for cJSON would make a double of it;
 *   - a string that begins with one of the two marks gets JSON_SCAN_TEXT put before it, so that no peer can forge a
 * number;
 *   - \u0000, which would end a C string, and lone surrogates become U+FFFD and are counted. */
enum { JSON_SCAN_NUMBER = 1, JSON_SCAN_TEXT = 2 };

enum { JSON_SCAN_DEPTH_MAX = 1000, JSON_SCAN_KEY_MAX = 64 << 10 };

/* Each returns false, with err set, to end the scan. In all of them `depth` is the number of containers around the
 * value. */
struct json_scan_events {
    bool (*begin)(void *ctx, char first, struct err *err); /* a value, by its first byte: { [ " - 0-9 t f n */
    /* A member's name, decoded, not terminated, without NULs; its value follows. */
    bool (*key)(void *ctx, const char *key, size_t n, struct err *err);
    bool (*end)(void *ctx, struct err *err); /* the value that began last and has not ended */
};

struct json_scan {
    const struct json_scan_events *events;
    void *ctx;
    enum json_mode mode;
    uint64_t total_max; /* bytes */
    unsigned depth_max;
    struct json_counts counts; /* `elements` is not the scanner's */
    unsigned depth;

    /* Where values are copied, changed by the events as they like; NULL skips. `out_name` is what a full buffer is
     * called. */
    struct buf *out;
    const char *out_name;

    unsigned char state;
    unsigned char number;  /* state within a number */
    unsigned char hex_due; /* digits of \uXXXX that are still to come */
    unsigned char utf8_due, utf8_seen, utf8_low, utf8_high;
    bool in_key;
    bool first; /* nothing of this string was seen yet */
    uint32_t hex;
    uint32_t surrogate;  /* a high one that waits for its low one, or 0 */
    const char *literal; /* what is left of true, false, null */
    struct buf *text;    /* where the string goes: &key, out or NULL */
    struct buf key;
    struct json_keys keys;
    uint64_t value_at; /* offset of the value that began last */
    const char *piece; /* the bytes of this feed, at offset `piece_at` of the whole */
    uint64_t piece_at;
    struct err *err;
    struct json_scan_level {
        bool object;
        uint64_t number;   /* of json_keys_open() */
        size_t keys_above; /* names known when it was opened */
    } * stack;             /* depth_max + 1 of them */
};

/* Sets a zeroed scanner up; limits of 0 are the defaults of json.h. */
void json_scan_init(struct json_scan *s, enum json_mode mode, const struct json_limits *limits);
void json_scan_release(struct json_scan *s);

/* Takes the next bytes; false with err set at the first that is wrong, and then nothing more may be fed. */
bool json_scan_feed(struct json_scan *s, const char *bytes, size_t n, struct err *err);

/* Checks that the text is whole. */
bool json_scan_end(struct json_scan *s, struct err *err);

#endif
