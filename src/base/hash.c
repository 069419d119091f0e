#include "base/hash.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>
#include <openssl/opensslv.h>

/* Without these nothing that is written could be trusted, and no caller could go on: as without memory. */
static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "hubtop: %s\n", why);
    abort();
}

/* Its soname, of the OpenSSL whose headers these are. */
#define IN_WORDS(x)     #x
#define SONAME(version) "libcrypto.so." IN_WORDS(version)
#define LIBCRYPTO       SONAME(OPENSSL_SHLIB_VERSION)

static const char hex_digits[] = "0123456789abcdef";

/* Loaded by who first asks for it: to link it takes a sixth of the time to the first picture, which needs none. */
static struct {
    int (*digest)(const void *, size_t, unsigned char *, unsigned *, const EVP_MD *, ENGINE *);
    const EVP_MD *(*sha256)(void);
} libcrypto;

static void load_libcrypto(void)
{
    void *library = libcrypto.sha256 ? NULL : dlopen(LIBCRYPTO, RTLD_NOW | RTLD_LOCAL);
    if (libcrypto.sha256)
        return;
    void *digest = library ? dlsym(library, "EVP_Digest") : NULL;
    void *sha256 = library ? dlsym(library, "EVP_sha256") : NULL;
    if (!digest || !sha256)
        give_up("cannot load " LIBCRYPTO " for SHA-256: install the package libssl3");
    memcpy(&libcrypto.digest, &digest, sizeof digest); /* as POSIX lets dlsym() be used */
    memcpy(&libcrypto.sha256, &sha256, sizeof sha256);
}

void hash_sha256(const void *bytes, size_t n, uint8_t out[HASH_SHA256])
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    unsigned len = 0;
    load_libcrypto();
    if (libcrypto.digest(bytes, n, digest, &len, libcrypto.sha256(), NULL) != 1 || len != HASH_SHA256)
        give_up("libcrypto computes no SHA-256");
    memcpy(out, digest, HASH_SHA256);
}

void hash_hex(const uint8_t hash[HASH_SHA256], char out[65])
{
    for (unsigned i = 0; i < HASH_SHA256; i++) {
        out[2 * i] = hex_digits[hash[i] >> 4];
        out[2 * i + 1] = hex_digits[hash[i] & 15];
    }
    out[64] = '\0';
}

bool hash_from_hex(const char *hex, uint8_t out[HASH_SHA256])
{
    if (strlen(hex) != 2 * HASH_SHA256 || strspn(hex, hex_digits) != 2 * HASH_SHA256)
        return false;
    for (unsigned i = 0; i < HASH_SHA256; i++)
        out[i] = (uint8_t)((strchr(hex_digits, hex[2 * i]) - hex_digits) << 4 |
                           (strchr(hex_digits, hex[2 * i + 1]) - hex_digits));
    return true;
}

void hash_sha256_hex(const void *bytes, size_t n, char out[65])
{
    uint8_t hash[HASH_SHA256];
    hash_sha256(bytes, n, hash);
    hash_hex(hash, out);
}

/* --- SipHash-2-4, https://www.aumasson.jp/siphash/siphash.pdf
 * --------------------------------------------------------- */

static uint64_t rotated(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

/* Little-endian, whatever the machine; `n` up to 8 bytes. */
static uint64_t word_of(const uint8_t *bytes, size_t n)
{
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static void sip_rounds(uint64_t v[4], int rounds)
{
    while (rounds-- > 0) {
        v[0] += v[1];
        v[1] = rotated(v[1], 13) ^ v[0];
        v[0] = rotated(v[0], 32);
        v[2] += v[3];
        v[3] = rotated(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotated(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotated(v[1], 17) ^ v[2];
        v[2] = rotated(v[2], 32);
    }
}

static void sip_absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_rounds(v, 2);
    v[0] ^= word;
}

uint64_t hash_sip(const void *bytes, size_t n, const uint8_t key[16])
{
    const uint8_t *at = bytes;
    uint64_t k0 = word_of(key, 8);
    uint64_t k1 = word_of(key + 8, 8);
    uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                     k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t left = n;
    for (; left >= 8; left -= 8, at += 8)
        sip_absorb(v, word_of(at, 8));
    sip_absorb(v, word_of(at, left) | (uint64_t)n << 56);
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* --- chance
 * ----------------------------------------------------------------------------------------------------------- */

static void random_bytes(uint8_t *out, size_t n)
{
    while (n > 0) {
        ssize_t got = getrandom(out, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            give_up("the system gives no random numbers");
        out += got;
        n -= (size_t)got;
    }
}

const uint8_t *hash_process_key(void)
{
    static uint8_t key[16];
    static bool made;
    if (!made)
        random_bytes(key, sizeof key);
    made = true; /* also in forked children, whose tables were built with this key */
    return key;
}

void hash_uuid(char out[37])
{
    uint8_t b[16];
    random_bytes(b, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* version 4 */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80); /* variant 10 */
    char *at = out;
    for (size_t i = 0; i < sizeof b; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = hex_digits[b[i] >> 4];
        *at++ = hex_digits[b[i] & 15];
    }
    *at = '\0';
}

/* --- checksums without an enemy
 * ----------------------------------------------------------------------------------------- */

/* http://www.isthe.com/chongo/tech/comp/fnv/ */
uint64_t hash_fnv(const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ at[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* RFC 3720, appendix B.4: polynomial 0x1EDC6F41, here with its bits in reverse. */
static const uint32_t *crc32c_table(void)
{
    static uint32_t table[256];
    static bool made;
    if (made)
        return table;
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ UINT32_C(0x82f63b78) : c >> 1;
        table[i] = c;
    }
    made = true;
    return table;
}

uint32_t hash_crc32c(uint32_t crc, const void *bytes, size_t n)
{
    const uint32_t *table = crc32c_table();
    const uint8_t *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < n; i++)
        crc = table[(crc ^ at[i]) & 0xff] ^ crc >> 8;
    return ~crc;
}
