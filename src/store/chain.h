#ifndef HUBTOP_SRC_STORE_CHAIN_H
#define HUBTOP_SRC_STORE_CHAIN_H

#include <sqlite3.h>

#include "base/hash.h"
#include "store/journal.h"

/* The chain of hashes over the journal's entries. */

/* The hash of an entry after that of the entry before it (of the first: zeros), over a frame of the form: "hubtop entry 1\n", the hash before; seq, at_ms, uid,
 * whether the login uid is known, the login uid (0 if not), each as 8 bytes, big-endian; then who, claimed_login, claimed_ssh, op,
 * request_id, fingerprint and body, each as its length in 8 bytes and its bytes. */
void chain_link(const uint8_t before[HASH_SHA256], const struct journal_entry *e, uint8_t out[HASH_SHA256]);

/* The columns of an entry in the order of chain_read(). Texts live until the next step. */
#define CHAIN_COLUMNS                                                                                                  \
    "seq, at_ms, uid, who, op, request_id, fingerprint, body, login_uid, claimed_login, claimed_ssh, hash"
struct journal_entry chain_read(sqlite3_stmt *stmt);
/* The entry's own hash; false when it has none. */
bool chain_read_hash(sqlite3_stmt *stmt, uint8_t hash[HASH_SHA256]);

/* Of a migration: gives all entries that are there their hashes. */
bool chain_fill(sqlite3 *db);

#endif
