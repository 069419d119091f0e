#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/http_private.h"
#include "unit/io/world.h"

/* --- how it can end --- */

static void nobody_listens(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    char url[64];
    snprintf(url, sizeof url, "%s", p->url);
    peer_free(p);
    ask_run(&a, peer_of(w, url));
    expect_error(&a, ERR_TRANSIENT, "cannot connect to '%s': Connection refused", url);
    assert_int_equal(a.result.status, 0);
    assert_false(a.result.reused);
    assert_int_equal(a.heads, 0);
    assert_non_null(strstr(a.result.err.hint, "firewall"));
}

static void a_name_is_unknown(void **state)
{
    struct world *w = *state;
    struct ask a = ask_make(w);
    ask_run(&a, peer_of(w, "http://no-such-host.invalid:80"));
    assert_false(a.result.answered);
    assert_int_equal(a.result.err.kind, ERR_TRANSIENT);
    assert_non_null(strstr(a.result.err.text, "http://no-such-host.invalid:80"));
    assert_non_null(strstr(a.result.err.text, "resolved"));
}

static void a_peer_is_silent(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    struct ask first = ask_make(w), a = ask_make(w), kept = ask_make(w);
    a.request.total_timeout_ms = kept.request.total_timeout_ms = 60;
    ask_run(&a, peer);
    expect_error(&a, ERR_TRANSIENT, "no answer from '%s' within 1 s", p->url);
    peer_says(p, ok);
    ask_run(&first, peer);
    peer_says(p, NULL);
    ask_run(&kept, peer); /* on a connection that is there */
    expect_error(&kept, ERR_TRANSIENT, "no answer from '%s' within 1 s", p->url);
    peer_free(p);
}

static void a_body_does_not_end(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, OK_HEAD "Content-Length: 100\r\n\r\n{\"a\":");
    a.request.total_timeout_ms = 60;
    ask_run(&a, peer_of(w, p->url));
    expect_error(&a, ERR_TRANSIENT, "the answer of '%s' was not whole within 1 s (5 bytes came)", p->url);
    assert_int_equal(a.result.status, 200);
    peer_free(p);
}

static void drip(void *ctx)
{
    struct peer *p = ctx;
    peer_send(&p->conns[0], " ", 1);
    loop_timer(p->loop, 500, drip, p);
}

/* Ten seconds of it: what a first byte may take is another matter. */
static void a_body_comes_too_slowly(void **state)
{
    struct world *w = *state;
    struct peer *slow = peer_new(w->loop), *patient = peer_new(w->loop);
    struct ask a = ask_make(w), b = ask_make(w);
    peer_says(slow, OK_HEAD "Content-Length: 100000\r\n\r\n{");
    peer_says(patient, OK_HEAD "Content-Length: 100000\r\n\r\n{");
    b.request.low_speed_bytes_s = -1;
    b.request.total_timeout_ms = 11000;
    ask_start(&a, peer_of(w, slow->url));
    ask_start(&b, peer_of(w, patient->url));
    loop_timer(w->loop, 500, drip, slow);
    world_run(w);
    assert_non_null(strstr(a.result.err.text, " came too slowly: "));
    assert_non_null(strstr(a.result.err.text, " bytes in 10 s"));
    assert_int_equal(a.result.err.kind, ERR_TRANSIENT);
    expect_error(&b, ERR_TRANSIENT, "the answer of '%s' was not whole within 11 s (1 bytes came)", patient->url);
    peer_free(slow);
    peer_free(patient);
}

static void an_answer_breaks_off(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    static const char *const answers[] = {OK_HEAD "Content-Length: 100\r\n\r\n{\"a\":",
                                          OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n"};
    p->closes = true;
    for (int i = 0; i < 4; i++) {
        struct ask a = ask_make(w);
        peer_says(p, answers[i % 2]);
        p->resets = i >= 2;
        ask_run(&a, peer);
        assert_false(a.result.answered);
        assert_int_equal(a.result.err.kind, ERR_TRANSIENT);
        assert_non_null(strstr(a.result.err.text, "' broke off after "));
        if (!p->resets) /* which also throws away what has come */
            expect_error(&a, ERR_TRANSIENT, "the answer of '%s' broke off after 5 bytes", p->url);
    }
    peer_free(p);
}

static void a_peer_hangs_up(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    p->closes = true;
    ask_run(&a, peer_of(w, p->url));
    expect_error(&a, ERR_TRANSIENT, "'%s' closed the connection without an answer", p->url);
    peer_free(p);
}

static void an_answer_is_no_http(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, "SSH-2.0-OpenSSH_9.2p1\r\n");
    p->closes = true;
    ask_run(&a, peer_of(w, p->url));
    expect_error(&a, ERR_CORRUPT, "the answer of '%s' is not HTTP", p->url);
    assert_non_null(strstr(a.result.err.hint, "port"));
    assert_int_equal(a.parts, 0);
    peer_free(p);
}

static void an_answer_is_too_large(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    struct ask a = ask_make(w), whole = ask_make(w), endless = ask_make(w);
    static char blanks[4096];
    peer_says(p, OK_HEAD "Content-Length: 10\r\n\r\n0123456789");
    a.request.max_body_bytes = 9;
    ask_run(&a, peer);
    expect_error(&a, ERR_CORRUPT, "the answer of '%s' is larger than 9 bytes", p->url);
    whole.request.max_body_bytes = 10;
    ask_run(&whole, peer);
    assert_true(whole.result.answered);
    memset(blanks, ' ', sizeof blanks);
    peer_says(p, OK_HEAD "Connection: close\r\n\r\n");
    p->endless = SIZE_MAX;
    p->more = blanks;
    p->more_len = sizeof blanks;
    endless.request.max_body_bytes = 1 << 20;
    ask_run(&endless, peer);
    expect_error(&endless, ERR_CORRUPT, "the answer of '%s' is larger than 1048576 bytes", p->url);
    peer_free(p);
}

static void headers_are_too_large(void **state)
{
    struct world *w = *state;
    static const char *const lines[] = {"X-Endless: and again and again and again\r\n",
                                        "HTTP/1.1 102 Processing\r\n\r\n"};
    for (size_t i = 0; i < 2; i++) {
        struct peer *p = peer_new(w->loop);
        struct ask a = ask_make(w);
        static char many[16384];
        size_t n = 0, len = strlen(lines[i]);
        for (; n + len < sizeof many; n += len)
            memcpy(many + n, lines[i], len);
        peer_says(p, i == 0 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 102 Processing\r\n\r\n");
        p->endless = SIZE_MAX;
        p->more = many;
        p->more_len = n;
        ask_run(&a, peer_of(w, p->url));
        expect_error(&a, ERR_CORRUPT, "the headers of the answer of '%s' are larger than 131072 bytes", p->url);
        peer_free(p);
    }
}

static void a_handler_refuses(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    struct ask a = ask_make(w), silent = ask_make(w), next = ask_make(w);
    peer_says(p, ok);
    a.refuses = "record 7 makes no sense";
    ask_run(&a, peer);
    expect_error(&a, ERR_REFUSED, "record 7 makes no sense");
    silent.refuses = "";
    ask_run(&silent, peer);
    expect_error(&silent, ERR_CORRUPT, "the answer of '%s' was not understood", p->url);
    ask_run(&next, peer);
    assert_true(next.result.answered);
    peer_free(p);
}

/* --- packed bodies --- */

/* gzip of n * 258 + 1 blanks: a block of fixed codes (RFC 1951 section 3.2.6), ' ', then "copy 258 bytes from one byte ago",
 * 11000101 00000; without an end. Bit i of the stream is bit i % 8 of byte i / 8. */
static size_t packed_blanks(unsigned char *out, size_t room, size_t n)
{
    static const char begin[] = "110"
                                "01010000",
                      copy[] = "1100010100000";
    size_t bits = sizeof begin - 1 + n * (sizeof copy - 1);
    assert_true(10 + bits / 8 + 1 <= room);
    memset(out, 0, room);
    memcpy(out, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    for (size_t i = 0; i < bits; i++) {
        char bit = i < sizeof begin - 1 ? begin[i] : copy[(i - (sizeof begin - 1)) % (sizeof copy - 1)];
        out[10 + i / 8] |= (unsigned char)((bit == '1') << i % 8);
    }
    return 10 + bits / 8;
}

static size_t packed_answer(char *out, size_t room, size_t n)
{
    unsigned char body[40000];
    size_t len = packed_blanks(body, sizeof body, n);
    int head = snprintf(out, room, OK_HEAD "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", len + 1000);
    assert_true((size_t)head + len < room);
    memcpy(out + head, body, len);
    return (size_t)head + len;
}

static void a_packed_body_counts_unpacked(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    static char answer[50000];
    peer_says_bytes(p, answer, packed_answer(answer, sizeof answer, 1000));
    a.request.max_body_bytes = 100000;
    ask_run(&a, peer_of(w, p->url));
    expect_error(&a, ERR_CORRUPT, "the answer of '%s' is larger than 100000 bytes", p->url);
    assert_non_null(strstr(p->last, "\r\nAccept-Encoding: gzip, deflate\r\n"));
    assert_true(a.body_len > 0 && strspn(a.body, " ") == a.body_len);
    peer_free(p);
}

static void an_unknown_packing_is_refused(void **state)
{
    struct world *w = *state;
    static const char *const headers[] = {
        "Content-Encoding: zstd", "Content-Encoding: br", "Content-Encoding: gzip, gzip",
        "Content-Encoding: gzip\r\nContent-Encoding: gzip", "Transfer-Encoding: gzip, chunked"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct peer *p = peer_new(w->loop);
        struct ask a = ask_make(w);
        char answer[256];
        snprintf(answer, sizeof answer, OK_HEAD "%s\r\n\r\nx", headers[i]);
        peer_says(p, answer);
        p->closes = true;
        ask_run(&a, peer_of(w, p->url));
        expect_error(&a, ERR_CORRUPT, "the answer of '%s' is packed in a way that was not asked for", p->url);
        assert_int_equal(a.parts, 0);
        peer_free(p);
    }
}

static void a_body_cannot_be_unpacked(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\nthis is not packed..");
    ask_run(&a, peer_of(w, p->url));
    expect_error(&a, ERR_CORRUPT, "the answer of '%s' cannot be unpacked", p->url);
    peer_free(p);
}

/* Codes of its own (RFC 1951 section 3.2.7): one bit for "copy 258 bytes" and one for "from one byte ago", so that each byte is 1032. */
static void a_bomb_is_refused_in_its_first_turn(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    static char answer[20000];
    static const unsigned char begin[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xec, 0xc1, 0x81,
                                          0x00, 0x00, 0x00, 0x00, 0x80, 0x20, 0x95, 0xfd, 0x29, 0x17, 0xa9, 0x0a};
    int head = snprintf(answer, sizeof answer, OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n");
    memcpy(answer + head, begin, sizeof begin);
    peer_says_bytes(p, answer, (size_t)head + sizeof begin + 16000); /* zeros: copy, copy, copy */
    ask_run(&a, peer_of(w, p->url));
    expect_error(&a, ERR_CORRUPT, "the answer of '%s' unpacks to more than 100 times its size", p->url);
    peer_free(p);
}

/* --- TLS: a server of the openssl command, with a certificate made for the test --- */

struct tls {
    char dir[64], cert[96], key[96], url[64];
    pid_t pid;
    FILE *out;
};

static pid_t spawn(const char *const *arguments, int out)
{
    char *argv[24] = {NULL};
    for (size_t i = 0; arguments[i] && i + 1 < sizeof argv / sizeof *argv; i++)
        argv[i] = strdup(arguments[i]);
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0), dup2(out >= 0 ? out : null, 1), dup2(null, 2);
        execvp(argv[0], argv);
        _exit(127);
    }
    for (size_t i = 0; argv[i]; i++)
        free(argv[i]);
    return pid;
}

static bool certificate_for(const struct tls *t, const char *name)
{
    char alternative[96];
    int status = -1;
    snprintf(alternative, sizeof alternative, "subjectAltName=%s", name);
    const char *const make[] = {"openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=hubtop test",
                                "-addext",
                                alternative,
                                "-keyout",
                                t->key,
                                "-out",
                                t->cert,
                                NULL};
    pid_t pid = spawn(make, -1);
    return waitpid(pid, &status, 0) == pid && status == 0;
}

static void tls_start(struct tls *t, const char *name)
{
    char line[256];
    int pipes[2], port = 0;
    *t = (struct tls){.dir = "/tmp/hubtop-tls.XXXXXX"};
    assert_non_null(mkdtemp(t->dir));
    snprintf(t->cert, sizeof t->cert, "%s/cert", t->dir);
    snprintf(t->key, sizeof t->key, "%s/key", t->dir);
    if (!certificate_for(t, name)) {
        rmdir(t->dir);
        printf("SKIP: there is no openssl command that makes certificates\n");
        skip();
    }
    const char *const serve[] = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
                                 t->cert,   "-key",     t->key,    "-www",        NULL};
    assert_int_equal(pipe(pipes), 0);
    t->pid = spawn(serve, pipes[1]);
    close(pipes[1]);
    t->out = fdopen(pipes[0], "r");
    while (!port && fgets(line, sizeof line, t->out)) {
        const char *colon = strncmp(line, "ACCEPT", 6) == 0 ? strrchr(line, ':') : NULL;
        port = colon ? (int)strtol(colon + 1, NULL, 10) : 0;
    }
    assert_int_not_equal(port, 0);
    snprintf(t->url, sizeof t->url, "https://127.0.0.1:%d", port);
}

static void tls_end(struct tls *t)
{
    kill(t->pid, SIGKILL);
    waitpid(t->pid, NULL, 0);
    fclose(t->out);
    unlink(t->cert);
    unlink(t->key);
    rmdir(t->dir);
}

static struct http_peer *tls_peer(struct world *w, const char *url, const char *ca_file)
{
    struct http_peer_options o = {.url = url, .ca_file = ca_file};
    return http_peer_new(w->http, &o, NULL);
}

static struct http_certificate shown;

static void keeps_what_was_shown(struct ask *a)
{
    assert_non_null(a->result.shown);
    shown = *a->result.shown;
}

static void a_certificate_is_trusted_when_it_should_be(void **state)
{
    struct world *w = *state;
    struct tls t;
    struct ask stranger = ask_make(w), known = ask_make(w), again = ask_make(w), lost = ask_make(w);
    tls_start(&t, "IP:127.0.0.1");
    ask_run(&stranger, tls_peer(w, t.url, NULL));
    assert_false(stranger.result.answered);
    assert_int_equal(stranger.result.err.kind, ERR_INPUT);
    assert_non_null(strstr(stranger.result.err.text, "' is not trusted: "));
    assert_non_null(strstr(stranger.result.err.text, "self"));
    assert_non_null(strstr(stranger.result.err.hint, "ca_file"));
    assert_non_null(strstr(stranger.certificate, "self"));
    known.request.wants_certificate = true;
    known.in_done = keeps_what_was_shown;
    ask_run(&known, tls_peer(w, t.url, t.cert));
    assert_true(known.result.answered);
    assert_string_equal(shown.subject, "CN = hubtop test");
    assert_string_equal(shown.issuer, "CN = hubtop test");
    assert_non_null(strstr(shown.ends, "GMT"));
    assert_true(known.result.name_us >= 0 && known.result.connect_us > 0);
    assert_true(known.result.tls_us > known.result.connect_us && known.result.answer_us >= known.result.tls_us);
    assert_string_equal(known.result.address, "127.0.0.1");
    assert_int_equal(known.result.status, 200);
    assert_string_equal(known.certificate, "");
    ask_run(&again, tls_peer(w, t.url, NULL)); /* nothing of the one before it helps this one */
    assert_int_equal(again.result.err.kind, ERR_INPUT);
    ask_run(&lost, tls_peer(w, t.url, "/nonexistent/ca"));
    assert_int_equal(lost.result.err.kind, ERR_INPUT);
    assert_int_equal(err_status(&lost.result.err), 78);
    assert_int_equal(err_status(&stranger.result.err), 69);
    assert_null(stranger.result.shown);
    assert_non_null(strstr(lost.result.err.text, "cannot use the ca_file of "));
    tls_end(&t);
}

static void a_certificate_of_another_host_is_not_trusted(void **state)
{
    struct world *w = *state;
    struct tls t;
    struct ask a = ask_make(w);
    tls_start(&t, "DNS:other.example");
    ask_run(&a, tls_peer(w, t.url, t.cert));
    assert_int_equal(a.result.err.kind, ERR_INPUT);
    assert_non_null(strstr(a.result.err.text, "' is not trusted: "));
    assert_string_equal(a.result.err.hint, "the URL must name the host as its certificate does");
    tls_end(&t);
}

static void no_tls_is_spoken_there(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop), *silent = peer_new(w->loop);
    struct ask a = ask_make(w), b = ask_make(w);
    char url[64];
    snprintf(url, sizeof url, "https%s", silent->url + 4);
    struct http_peer_options o = {.url = url, .connect_timeout_ms = 80};
    ask_run(&b, http_peer_new(w->http, &o, NULL));
    expect_error(&b, ERR_TRANSIENT, "cannot connect to '%s': it took the connection, but no TLS was agreed within 1 s",
                 url);
    assert_string_equal(b.result.err.hint, "does it speak TLS at this port? is it http?");
    assert_string_equal(b.result.address, "127.0.0.1");
    assert_int_equal(b.result.tls_us, -1);
    snprintf(url, sizeof url, "https%s", p->url + 4);
    p->greets = ok;
    ask_run(&a, peer_of(w, url));
    assert_int_equal(a.result.err.kind, ERR_TRANSIENT);
    expect_error(&a, ERR_TRANSIENT, "cannot connect to '%s': what answers there speaks no TLS", url);
    assert_string_equal(a.result.err.hint, "does it speak TLS at this port? is it http?");
    peer_free(p);
    peer_free(silent);
}

/* --- words for what OpenSSL and libcurl say --- */

static void every_ending_has_its_words(void **state)
{
    (void)state;
    static const struct {
        int code;
        long certificate;
        const char *detail, *ca_file, *client_cert, *url;
        int status;
        const char *words, *hint;
    } cases[] = {
        {60, 9, "SSL certificate problem: x", NULL, NULL, NULL, 69, "not trusted: it is not valid yet", "clock"},
        {60, 10, "SSL certificate problem: x", NULL, NULL, NULL, 69, "not trusted: it has expired", "renew"},
        {60, 18, "", NULL, NULL, NULL, 69, "not trusted: it is self-signed", "fingerprint"},
        {60, 19, "", NULL, NULL, NULL, 69, "comes from an authority that is not trusted here", "with ca_file"},
        {60, 20, "", NULL, NULL, NULL, 69, "no authority that is trusted here signed it", "with ca_file"},
        {60, 21, "", "/etc/corp.pem", NULL, NULL, 69, "chain is not whole", "stand in '/etc/corp.pem'"},
        {60, 62, "SSL: no name matches 'h'", NULL, NULL, NULL, 69, "for another host (no name matches 'h')", "URL"},
        {60, 0, "SSL: no name matches 'h'", NULL, NULL, NULL, 69, "for another host (no name matches 'h')", "URL"},
        {60, 23, "SSL certificate problem: certificate revoked", NULL, NULL, NULL, 69, "trusted: certificate revoked",
         "ca_file"},
        {35, 0, "error:0A00042E:SSL routines::tlsv1 alert protocol version", NULL, NULL, NULL, 69,
         "speaks no TLS as new as version 1.2", "1.3"},
        {35, 0, "error:0A000102:SSL routines::unsupported protocol", NULL, NULL, NULL, 69,
         "speaks no TLS as new as version 1.2", "1.3"},
        {35, 0, "error:0A00010B:SSL routines::wrong version number", NULL, NULL, NULL, 69, "there speaks no TLS",
         "is it http?"},
        {35, 0, "error:0A000410:SSL routines::sslv3 alert handshake failure", NULL, NULL, NULL, 69,
         "refuses the TLS handshake: sslv3 alert handshake failure", "client_cert"},
        {56, 0, "SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0", NULL, NULL, NULL,
         77, "we have none: tlsv13 alert certificate required", "client_key"},
        {35, 0, "error:0A000418:SSL routines::tlsv1 alert unknown ca", NULL, "/c.pem", NULL, 77,
         "refuses our certificate '/c.pem': tlsv1 alert unknown ca", "authority"},
        {35, 0, "some other trouble", NULL, NULL, NULL, 69, "some other trouble", "TLS"},
        {56, 0, "", NULL, NULL, NULL, 69, "broke off after 0 bytes", "client certificate"},
        {56, 0, "", NULL, NULL, "http://h", 69, "broke off after 0 bytes", "https"},
        {77, 0, "x", "/f", NULL, NULL, 78, "cannot use the ca_file", "PEM"},
        {58, 0, "x", NULL, "/c.pem", NULL, 78, "cannot use the client_cert", "pass phrase"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        const char *url = cases[i].url ? cases[i].url : "https://h";
        const struct http_ending e = {.code = cases[i].code,
                                      .url = url,
                                      .place = url,
                                      .detail = cases[i].detail,
                                      .ca_file = cases[i].ca_file,
                                      .client_cert = cases[i].client_cert,
                                      .certificate = cases[i].certificate,
                                      .sent = cases[i].code == 56};
        assert_false(http_ending_say(&e, &err));
        if (!strstr(err.text, cases[i].words) || !strstr(err.hint, cases[i].hint))
            fail_msg("case %zu: '%s' / '%s'", i, err.text, err.hint);
        assert_int_equal(err_status(&err), cases[i].status);
        assert_null(strstr(err.text, "error:0A"));
    }
}

static void a_proxy_is_named_when_it_fails(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop), *proxy = peer_new(w->loop);
    char url[64];
    snprintf(url, sizeof url, "%s", proxy->url);
    peer_free(proxy);
    const struct http_peer_options o = {.url = p->url, .proxy = url};
    struct ask a = ask_make(w);
    ask_run(&a, http_peer_new(w->http, &o, NULL));
    expect_error(&a, ERR_TRANSIENT, "cannot connect to '%s' through the proxy '%s': Connection refused", p->url, url);
    assert_int_equal(p->accepted, 0);
    peer_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(nobody_listens),
        IN_WORLD(a_name_is_unknown),
        IN_WORLD(a_peer_is_silent),
        IN_WORLD(a_body_does_not_end),
        IN_WORLD(a_body_comes_too_slowly),
        IN_WORLD(an_answer_breaks_off),
        IN_WORLD(a_peer_hangs_up),
        IN_WORLD(an_answer_is_no_http),
        IN_WORLD(an_answer_is_too_large),
        IN_WORLD(headers_are_too_large),
        IN_WORLD(a_handler_refuses),
        IN_WORLD(a_packed_body_counts_unpacked),
        IN_WORLD(an_unknown_packing_is_refused),
        IN_WORLD(a_body_cannot_be_unpacked),
        IN_WORLD(a_bomb_is_refused_in_its_first_turn),
        IN_WORLD(a_certificate_is_trusted_when_it_should_be),
        IN_WORLD(a_certificate_of_another_host_is_not_trusted),
        IN_WORLD(no_tls_is_spoken_there),
        IN_WORLD(a_proxy_is_named_when_it_fails),
        cmocka_unit_test(every_ending_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
