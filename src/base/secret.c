#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"

enum { TOKEN_MAX_BYTES = 64 * 1024, PATH_MAX_BYTES = 4096, EXIT_CONFIG = 78, CLAIMS_MAX = 8192 };

/* Lies in pages of its own, which are locked and left out of core dumps where the system allows. */
struct secret {
    size_t mapped;
    size_t len;
    char bytes[];
};

static struct secret *secret_new(size_t capacity, struct err *err)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (sizeof(struct secret) + capacity + page - 1) / page * page;
    struct secret *s = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED) {
        err_set(err, ERR_TRANSIENT, "cannot get memory for a token: %s", strerror(errno));
        return NULL;
    }
    (void)mlock(s, size);
    (void)madvise(s, size, MADV_DONTDUMP);
    s->mapped = size;
    return s;
}

void secret_free(struct secret *s)
{
    if (!s)
        return;
    size_t mapped = s->mapped;
    explicit_bzero(s, mapped);
    munmap(s, mapped);
}

/* Leaves the one line without its end. A control character would end the header that the token is put into. */
static const char *trim_line(struct secret *s)
{
    if (s->len > 0 && s->bytes[s->len - 1] == '\n')
        s->len--;
    if (s->len > 0 && s->bytes[s->len - 1] == '\r')
        s->len--;
    if (s->len == 0)
        return "is empty";
    for (size_t i = 0; i < s->len; i++) {
        unsigned char c = (unsigned char)s->bytes[i];
        if (c == '\n')
            return "has more than one line";
        if (c < 0x20 || c == 0x7f)
            return "holds a control character";
    }
    return NULL;
}

static bool bad_file(struct err *err, const char *path, const char *why)
{
    err_set(err, ERR_INPUT, "the token file '%s' %s", path, why);
    return err_exit(err, EXIT_CONFIG);
}

static bool check_file(const struct stat *st, const char *path, struct err *err)
{
    if (!S_ISREG(st->st_mode))
        return bad_file(err, path, "is not a regular file");
    if (st->st_uid != geteuid() && st->st_uid != 0) {
        bad_file(err, path, "belongs to somebody else");
        return err_hint(err, "let its owner be you or root: chown %ld '%s'", (long)geteuid(), path);
    }
    if (st->st_mode & 077) {
        bad_file(err, path, "can be read or changed by others");
        return err_hint(err, "chmod 600 '%s', and consider the token known", path);
    }
    if (st->st_size > TOKEN_MAX_BYTES)
        return bad_file(err, path, "is larger than 64 KiB");
    return true;
}

/* Reads to the end of the file; one byte more than its size tells whether it grew meanwhile. */
static bool read_all(int fd, struct secret *s, size_t capacity)
{
    while (s->len < capacity) {
        ssize_t n = read(fd, s->bytes + s->len, capacity - s->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        if (n == 0)
            return true;
        s->len += (size_t)n;
    }
    errno = EBUSY;
    return false;
}

static struct secret *read_token(int fd, const char *path, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        bad_file(err, path, strerror(errno));
        return NULL;
    }
    if (!check_file(&st, path, err))
        return NULL;
    size_t capacity = (size_t)st.st_size + 1;
    struct secret *s = secret_new(capacity, err);
    if (!s)
        return NULL;
    const char *why = read_all(fd, s, capacity) ? trim_line(s) : "cannot be read, or changes at this moment";
    if (!why)
        return s;
    bad_file(err, path, why);
    secret_free(s);
    return NULL;
}

static bool expand_home(const char *path, char out[PATH_MAX_BYTES], struct err *err)
{
    const char *home = strncmp(path, "~/", 2) == 0 ? getenv("HOME") : NULL;
    int n = home ? snprintf(out, PATH_MAX_BYTES, "%s%s", home, path + 1) : snprintf(out, PATH_MAX_BYTES, "%s", path);
    if (n < 0 || n >= PATH_MAX_BYTES)
        return bad_file(err, path, "has too long a name");
    return true;
}

struct secret *secret_from_file(const char *path, struct err *err)
{
    char full[PATH_MAX_BYTES];
    if (!expand_home(path, full, err))
        return NULL;
    /* O_NONBLOCK: opening a FIFO must not wait for its writer. */
    int fd = open(full, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        bool link = errno == ELOOP;
        err_set(err, ERR_INPUT, "cannot read the token file '%s': %s", full,
                link ? "it is a symbolic link" : strerror(errno));
        err_exit(err, EXIT_CONFIG);
        err_hint(err, link ? "name the file itself" : "write the token into it and chmod 600 '%s'", full);
        return NULL;
    }
    struct secret *s = read_token(fd, full, err);
    close(fd);
    return s;
}

/* Moves the bytes into locked memory; NULL with err set when they are not one line. */
static struct secret *adopt(const struct buf *bytes, struct err *err)
{
    const char *why = bytes->len > TOKEN_MAX_BYTES ? "is larger than 64 KiB" : NULL;
    struct secret *s = why ? NULL : secret_new(bytes->len, err);
    if (!why && !s)
        return NULL;
    if (!why) {
        s->len = bytes->len;
        if (bytes->len)
            memcpy(s->bytes, bytes->data, bytes->len);
        why = trim_line(s);
    }
    if (!why)
        return s;
    secret_free(s);
    err_set(err, ERR_INPUT, "what the token command printed %s", why);
    err_exit(err, EXIT_CONFIG);
    return NULL;
}

struct secret *secret_from_output(struct buf *bytes, struct err *err)
{
    struct secret *s = adopt(bytes, err);
    secret_wipe(bytes);
    return s;
}

/* The i-th byte of "USER:TOKEN"; 0 behind its end. */
static unsigned byte_at(const char *user, size_t user_len, const struct secret *token, size_t i)
{
    if (i < user_len)
        return (unsigned char)user[i];
    if (i == user_len)
        return ':';
    i -= user_len + 1;
    return i < token->len ? (unsigned char)token->bytes[i] : 0;
}

struct secret *secret_basic(const char *user, const struct secret *token, struct err *err)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t user_len = strlen(user), n = user_len + 1 + token->len;
    if (strchr(user, ':')) {
        err_set(err, ERR_INPUT, "the user '%s' holds a colon", user);
        err_exit(err, EXIT_CONFIG);
        return NULL;
    }
    struct secret *s = secret_new((n + 2) / 3 * 4, err);
    for (size_t i = 0; s && i < n; i += 3) {
        unsigned three = byte_at(user, user_len, token, i) << 16 | byte_at(user, user_len, token, i + 1) << 8 |
                         byte_at(user, user_len, token, i + 2);
        for (size_t d = 0; d < 4; d++)
            s->bytes[s->len++] = i + d > n ? '=' : digits[three >> (18 - 6 * d) & 63];
    }
    return s;
}

/* --- what a token says of itself --- */

/* base64url without padding (RFC 7515 section 2); the length, or -1. */
static int decode64(const char *text, size_t n, char *out, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0, held = 0;
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        const char *at = text[i] ? strchr(letters, text[i]) : NULL;
        if (!at || len == size)
            return -1;
        bits = bits << 6 | (unsigned)(at - letters);
        held += 6;
        if (held >= 8)
            out[len++] = (char)(bits >> (held -= 8));
    }
    return (int)len;
}

bool secret_ends(const struct secret *s, int64_t *utc_s)
{
    char claims[CLAIMS_MAX];
    const char *first = memchr(s->bytes, '.', s->len);
    const char *payload = first ? first + 1 : s->bytes + s->len;
    const char *second = memchr(payload, '.', s->len - (size_t)(payload - s->bytes));
    int n = second ? decode64(payload, (size_t)(second - payload), claims, sizeof claims) : -1;
    struct json *tree = n > 0 ? json_parse(claims, (size_t)n, JSON_STRICT, NULL) : NULL;
    bool known = json_int(json_get(tree, "exp"), utc_s);
    json_free(tree);
    explicit_bzero(claims, sizeof claims);
    return known;
}

/* Grows by copying and wiping: realloc() would leave what `out` holds in freed memory. */
static bool make_room(struct buf *out, size_t n, struct err *err)
{
    if (out->data && out->cap - out->len >= n)
        return true;
    if (n > out->max - out->len)
        return buf_reserve(out, n, err);
    struct buf larger = buf_make(out->max);
    if (!buf_reserve(&larger, out->len + n, err) || !buf_put(&larger, out->data, out->len, err)) {
        secret_wipe(&larger);
        return false;
    }
    secret_wipe(out);
    *out = larger;
    return true;
}

bool secret_reveal(const struct secret *s, const char *prefix, struct buf *out, struct err *err)
{
    size_t prefix_len = strlen(prefix);
    return make_room(out, prefix_len + s->len, err) && buf_put(out, prefix, prefix_len, err) &&
           buf_put(out, s->bytes, s->len, err);
}

void secret_wipe(struct buf *b)
{
    if (b && b->data)
        explicit_bzero(b->data, b->cap + 1);
    buf_release(b);
}
