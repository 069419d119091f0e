#ifndef HUBTOP_BASE_SECRET_H
#define HUBTOP_BASE_SECRET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* A token. A type that cannot be printed: it is opaque, its memory is locked where the system allows and wiped when it
 * is freed. */
struct secret;

/* Reads a token file: a regular file (no symlink at its end) of mine or root's with no permission for group or others,
 * one line, at most 64 KiB. ERR_INPUT with status 78 names the file and the chmod that mends it. `~/` is the home
 * folder. */
struct secret *secret_from_file(const char *path, struct err *err);
/* Takes over what a token command printed (one line) and wipes `bytes`, also on failure (ERR_INPUT, 78). Who fills
 * `bytes` reserves its maximum first: a buffer that grows leaves copies behind. */
struct secret *secret_from_output(struct buf *bytes, struct err *err);
/* The token with a user before it, as HTTP's Basic credentials (RFC 7617): base64 of "USER:TOKEN". NULL with ERR_INPUT for a
 * user with a colon, which the form has no room for. */
struct secret *secret_basic(const char *user, const struct secret *token, struct err *err);
void secret_free(struct secret *s);

/* When the token ends (UTC, seconds since 1970), where it is a JWT that says so (RFC 7519 section 4.1.4). Nobody has looked at its
 * signature: this is for people, not for trust. False for every other token. */
bool secret_ends(const struct secret *s, int64_t *utc_s);

/* Appends `prefix` and the token to `out`. For the headers of a request alone (make lint); the caller wipes `out` with
 * secret_wipe(). */
bool secret_reveal(const struct secret *s, const char *prefix, struct buf *out, struct err *err);
/* Wipes and releases the buffer. Accepts NULL. */
void secret_wipe(struct buf *b);

#endif
