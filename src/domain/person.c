#include "domain/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

#define CERT_SUFFIX "-cert-v01@openssh.com"

/* --- who is who --- */

/* Where the login uid of one of them is not known, one that became the other by sudo looks like another. */
static bool share_account(const struct person *a, const struct person *b)
{
    return a->uid == b->uid || (a->login_known && (a->login_uid == b->uid)) ||
           (b->login_known && (b->login_uid == a->uid)) ||
           (a->login_known && b->login_known && a->login_uid == b->login_uid);
}

static bool same_text(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

enum person_is person_compare(const struct person *a, const struct person *b)
{
    if (same_text(a->key, b->key) || same_text(a->cert, b->cert))
        return PERSON_SAME;
    if (!share_account(a, b))
        return PERSON_OTHER;
    return a->key[0] && b->key[0] ? PERSON_OTHER : PERSON_UNTOLD;
}

/* --- what sshd tells --- */

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Base64 (RFC 4648), into `out`; false for anything else. */
static bool decode(const char *text, size_t n, struct buf *out)
{
    unsigned bits = 0;
    int held = 0;
    while (n > 0 && text[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++) {
        int d = digit_of(text[i]);
        if (d < 0)
            return false;
        bits = (bits << 6 | (unsigned)d) & 0xffff;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (!buf_putc(out, (char)(bits >> held & 0xff), NULL))
            return false;
    }
    return n > 0;
}

/* "SHA256:" and base64 without padding. */
static void fingerprint(const struct buf *blob, char out[PERSON_KEY_MAX])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t hash[HASH_SHA256];
    size_t at = (size_t)snprintf(out, PERSON_KEY_MAX, "SHA256:");
    hash_sha256(buf_str(blob), blob->len, hash);
    for (size_t i = 0; i < HASH_SHA256; i += 3) {
        size_t left = HASH_SHA256 - i;
        unsigned three = (unsigned)hash[i] << 16 | (left > 1 ? (unsigned)hash[i + 1] << 8 : 0) |
                         (left > 2 ? (unsigned)hash[i + 2] : 0);
        for (size_t k = 0; k < (left > 2 ? 4 : left + 1); k++)
            out[at++] = digits[three >> (18 - 6 * k) & 63];
    }
    out[at] = '\0';
}

/* RFC 4251: a length of four bytes, then the bytes. */
struct field {
    const char *at;
    size_t n;
};

static bool take(struct field *rest, size_t n, struct field *out)
{
    if (rest->n < n)
        return false;
    *out = (struct field){rest->at, n};
    rest->at += n;
    rest->n -= n;
    return true;
}

static bool take_string(struct field *rest, struct field *out)
{
    struct field head;
    if (!take(rest, 4, &head))
        return false;
    const unsigned char *h = (const unsigned char *)head.at;
    return take(rest, (size_t)h[0] << 24 | (size_t)h[1] << 16 | (size_t)h[2] << 8 | h[3], out);
}

static void put_string(struct buf *out, const char *bytes, size_t n)
{
    const char head[4] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
    buf_put(out, head, sizeof head, NULL);
    buf_put(out, bytes, n, NULL);
}

/* Kinds of certificates, the plain key's name, and how many strings that key is after its name (PROTOCOL.certkeys). */
static const struct cert_kind {
    const char *name, *plain;
    int strings;
} cert_kinds[] = {
    {"ssh-ed25519" CERT_SUFFIX, "ssh-ed25519", 1},
    {"ssh-rsa" CERT_SUFFIX, "ssh-rsa", 2},
    {"rsa-sha2-256" CERT_SUFFIX, "ssh-rsa", 2},
    {"rsa-sha2-512" CERT_SUFFIX, "ssh-rsa", 2},
    {"ecdsa-sha2-nistp256" CERT_SUFFIX, "ecdsa-sha2-nistp256", 2},
    {"ecdsa-sha2-nistp384" CERT_SUFFIX, "ecdsa-sha2-nistp384", 2},
    {"ecdsa-sha2-nistp521" CERT_SUFFIX, "ecdsa-sha2-nistp521", 2},
    {"sk-ssh-ed25519" CERT_SUFFIX, "sk-ssh-ed25519@openssh.com", 2},
    {"sk-ecdsa-sha2-nistp256" CERT_SUFFIX, "sk-ecdsa-sha2-nistp256@openssh.com", 3},
};

static const struct cert_kind *cert_kind_of(const struct field *name)
{
    for (size_t i = 0; i < sizeof cert_kinds / sizeof *cert_kinds; i++) {
        if (strlen(cert_kinds[i].name) == name->n && memcmp(cert_kinds[i].name, name->at, name->n) == 0)
            return &cert_kinds[i];
    }
    return NULL;
}

/* name, nonce, the key, serial (8 bytes), type (4), id */
static bool read_cert(const struct cert_kind *kind, struct field rest, struct buf *plain, struct person *out)
{
    struct field f;
    if (!take_string(&rest, &f))
        return false;
    put_string(plain, kind->plain, strlen(kind->plain));
    for (int i = 0; i < kind->strings; i++) {
        if (!take_string(&rest, &f))
            return false;
        put_string(plain, f.at, f.n);
    }
    if (!take(&rest, 8 + 4, &f) || !take_string(&rest, &f) || f.n >= PERSON_CERT_MAX || memchr(f.at, '\0', f.n))
        return false;
    memcpy(out->cert, f.at, f.n);
    out->cert[f.n] = '\0';
    return true;
}

static bool read_blob(const struct buf *blob, struct person *out)
{
    struct field rest = {buf_str(blob), blob->len}, name;
    struct buf plain = buf_make(PERSON_AUTH_MAX);
    if (!take_string(&rest, &name))
        return false;
    const struct cert_kind *kind = cert_kind_of(&name);
    bool ok = !kind || read_cert(kind, rest, &plain, out);
    if (ok)
        fingerprint(kind ? &plain : blob, out->key);
    buf_release(&plain);
    return ok;
}

/* "publickey TYPE BASE64" */
static bool read_line(const char *line, size_t n, struct person *out)
{
    static const char method[] = "publickey ";
    const char *end = line + n;
    if (n < sizeof method || memcmp(line, method, sizeof method - 1) != 0)
        return false;
    const char *type = line + sizeof method - 1, *key = memchr(type, ' ', (size_t)(end - type));
    if (!key)
        return false;
    key++;
    const char *after = memchr(key, ' ', (size_t)(end - key));
    struct buf blob = buf_make(PERSON_AUTH_MAX);
    struct person found = *out;
    bool ok = decode(key, (size_t)((after ? after : end) - key), &blob) && read_blob(&blob, &found);
    if (ok)
        *out = found;
    buf_release(&blob);
    return ok;
}

bool person_read_auth(const char *text, size_t n, struct person *out)
{
    while (n > 0) {
        const char *end = memchr(text, '\n', n);
        size_t line = end ? (size_t)(end - text) : n, gone = line + (end ? 1 : 0);
        if (read_line(text, line, out))
            return true;
        text += gone;
        n -= gone;
    }
    return false;
}
