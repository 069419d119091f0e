#ifndef HUBTOP_BASE_HASH_H
#define HUBTOP_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SHA-256 (FIPS 180-4) of `n` bytes. */
enum { HASH_SHA256 = 32 };
void hash_sha256(const void *bytes, size_t n, uint8_t out[HASH_SHA256]);

/* The same as 64 lower-case hex digits and a NUL; and any hash so, and back (false for what is none, exactly). */
void hash_sha256_hex(const void *bytes, size_t n, char out[65]);
void hash_hex(const uint8_t hash[HASH_SHA256], char out[65]);
bool hash_from_hex(const char *hex, uint8_t out[HASH_SHA256]);

/* SipHash-2-4 (Aumasson, Bernstein 2012) with a 16-byte key: for tables over keys from outside, which an enemy must not
 * be able to make collide. hash_process_key() is random, one for each process (and its forks). Without random
 * numbers, which Linux always has, the process aborts. */
uint64_t hash_sip(const void *bytes, size_t n, const uint8_t key[16]);
const uint8_t *hash_process_key(void);

/* FNV-1a, 64 bits, for what is the same in every run (seeds of the simulator); not against enemies. */
uint64_t hash_fnv(const void *bytes, size_t n);

/* A random UUID, version 4 (RFC 9562), 36 characters and a NUL. */
void hash_uuid(char out[37]);

/* CRC-32C (Castagnoli) of `n` bytes, starting from `crc` (0 at first). */
uint32_t hash_crc32c(uint32_t crc, const void *bytes, size_t n);

#endif
