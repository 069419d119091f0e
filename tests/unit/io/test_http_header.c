#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "unit/io/world.h"

static void no_header_smuggles_another(void **state)
{
    struct world *w = *state;
    static const struct http_header bad[] = {
        {.name = "X", .value = "a\r\nY: b"}, {.name = "X\nY", .value = "b"}, {.name = "X", .value = "a\rb"}};
    struct http_peer *peer = peer_of(w, "http://127.0.0.1:1");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ask a = ask_make(w);
        struct err err = {0};
        a.request.ctx = &a;
        a.request.headers[0] = bad[i];
        a.request.header_count = 1;
        assert_null(http_start(peer, &a.request, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(strstr(err.text, "holds a line end"));
        assert_int_equal(a.dones, 0);
    }
}

enum { TOKEN_LEN = 32, MASK = 0x55, REGION_MAX = 1 << 30 };
static char masked[TOKEN_LEN]; /* the token stands in no memory but where it is used */

static struct secret *token_new(void)
{
    struct buf b = buf_make(128);
    struct err err = {0};
    assert_true(buf_reserve(&b, 127, &err));
    for (int i = 0; i < TOKEN_LEN; i++) {
        masked[i] = (char)(('A' + (i * 7 + 3) % 26) ^ MASK);
        buf_putc(&b, (char)(masked[i] ^ MASK), &err);
    }
    struct secret *s = secret_from_output(&b, &err);
    assert_non_null(s);
    return s;
}

static int count_in(const char *bytes, size_t n)
{
    int found = 0;
    for (size_t i = 0; i + TOKEN_LEN <= n; i++) {
        size_t same = 0;
        while (same < TOKEN_LEN && (char)(bytes[i + same] ^ MASK) == masked[same])
            same++;
        found += same == TOKEN_LEN;
    }
    return found;
}

/* How often the token stands in this process's memory that can be written, freed or not. */
static int count_in_memory(void)
{
    static char bytes[1 << 16];
    char line[512];
    int found = 0, memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps)) {
        char *end = NULL;
        uint64_t from = strtoull(line, &end, 16), to = strtoull(end + 1, &end, 16);
        if (strncmp(end, " rw", 3) != 0 || to - from > REGION_MAX)
            continue;
        for (uint64_t at = from; at < to; at += sizeof bytes - TOKEN_LEN) {
            size_t want = to - at < sizeof bytes ? (size_t)(to - at) : sizeof bytes;
            ssize_t n = pread(memory, bytes, want, (off_t)at);
            bool own =
                at + want > (uintptr_t)bytes && at < (uintptr_t)bytes + sizeof bytes; /* it would find what it reads */
            found += n > 0 && !own ? count_in(bytes, (size_t)n) : 0;
        }
    }
    explicit_bzero(bytes, sizeof bytes);
    fclose(maps);
    close(memory);
    return found;
}

static void forget_what_came(struct peer *p)
{
    explicit_bzero(p->last, sizeof p->last);
    for (int i = 0; i < PEER_CONNS; i++)
        if (p->conns[i].in)
            explicit_bzero(p->conns[i].in, PEER_BYTES);
}

static void a_token_is_sent_and_left_nowhere(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    struct secret *token = token_new();
    static const char *const answers[] = {OK_HEAD "Content-Length: 2\r\n\r\n{}", OK_HEAD "Content-Length: 9\r\n\r\n{",
                                          "garbage\r\n", "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct ask a = ask_make(w);
        peer_says(p, answers[i]);
        p->closes = i > 0;
        a.request.headers[0] = (struct http_header){.name = "Authorization", .value = "Bearer ", .secret = token};
        a.request.header_count = 1;
        ask_run(&a, peer);
        assert_int_equal(count_in(p->last, p->last_len), 1);
        assert_non_null(strstr(p->last, "\r\nAuthorization: Bearer "));
        assert_int_equal(count_in((const char *)&a, sizeof a), 0);
        assert_int_equal(a.result.answered, i % 3 == 0);
        forget_what_came(p);
    }
    assert_true(count_in_memory() == 1); /* that of `token` itself: the count is able to find it */
    secret_free(token);
    assert_int_equal(count_in_memory(), 0);
    peer_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(no_header_smuggles_another),
        IN_WORLD(a_token_is_sent_and_left_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
