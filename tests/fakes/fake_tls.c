/* fake_tls --to PORT --cert FILE --key FILE [--clients CA_FILE] [--only tls1.0|tls1.1|tls1.2]: TLS in front of a server of 127.0.0.1.
 *
 * It listens on a free port of 127.0.0.1, prints "PORT n", and passes on what comes in each connection that it could make. FILE of
 * --cert is what it shows: its own certificate first, then those in between. --clients refuses whoever shows no certificate of
 * that authority. --only speaks no other version.
 *
 * A line for each connection tells what came of it: "REFUSED why", with not one byte read of the client, or "PASSED n bytes". */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

struct flags {
    const char *to, *cert, *key, *clients, *only;
};

static _Noreturn void die(const char *what)
{
    unsigned long why = ERR_peek_error();
    fprintf(stderr, "fake_tls: %s: %s\n", what, why ? ERR_reason_error_string(why) : strerror(errno));
    exit(2);
}

static const char **flag_of(struct flags *f, const char *name)
{
    const struct {
        const char *name, **value;
    } table[] = {
        {"--to", &f->to}, {"--cert", &f->cert}, {"--key", &f->key}, {"--clients", &f->clients}, {"--only", &f->only}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, name) == 0)
            return table[i].value;
    }
    fprintf(stderr, "fake_tls: '%s' is not understood\n", name);
    exit(2);
}

static int version_of(const char *word)
{
    static const struct {
        const char *word;
        int version;
    } table[] = {{"tls1.0", TLS1_VERSION}, {"tls1.1", TLS1_1_VERSION}, {"tls1.2", TLS1_2_VERSION}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].word, word) == 0)
            return table[i].version;
    }
    die("--only");
}

static SSL_CTX *context_of(const struct flags *f)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx || SSL_CTX_use_certificate_chain_file(ctx, f->cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(ctx, f->key, SSL_FILETYPE_PEM) != 1)
        die("--cert and --key");
    if (f->clients) {
        if (SSL_CTX_load_verify_locations(ctx, f->clients, NULL) != 1)
            die("--clients");
        SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    if (f->only) {
        /* What is as old as that is not offered any more at a higher level. */
        SSL_CTX_set_security_level(ctx, 0);
        if (SSL_CTX_set_min_proto_version(ctx, version_of(f->only)) != 1 ||
            SSL_CTX_set_max_proto_version(ctx, version_of(f->only)) != 1)
            die("--only");
    }
    return ctx;
}

static int loopback(struct sockaddr_in *at, const char *port)
{
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)strtol(port, NULL, 10))};
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

/* Until one of them has ended; how many bytes the client sent. */
static long long relay(SSL *ssl, int client, int server)
{
    char bytes[16384];
    long long passed = 0;
    for (;;) {
        struct pollfd fds[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (SSL_pending(ssl) == 0 && poll(fds, 2, -1) < 0)
            return passed;
        if (SSL_pending(ssl) > 0 || fds[0].revents) {
            int n = SSL_read(ssl, bytes, sizeof bytes);
            if (n <= 0 || !write_all(server, bytes, (size_t)n))
                return passed;
            passed += n;
        }
        if (fds[1].revents) {
            ssize_t n = read(server, bytes, sizeof bytes);
            if (n <= 0 || SSL_write(ssl, bytes, (int)n) <= 0)
                return passed;
        }
    }
}

/* What the client sent meanwhile is read: a reset would overtake the alert that says why. */
static void hang_up(int client)
{
    char dropped[4096];
    shutdown(client, SHUT_WR);
    while (read(client, dropped, sizeof dropped) > 0)
        continue;
}

static void serve(SSL_CTX *ctx, int client, const char *to)
{
    struct sockaddr_in at;
    SSL *ssl = SSL_new(ctx);
    int server = loopback(&at, to);
    if (!ssl || SSL_set_fd(ssl, client) != 1)
        die("a connection");
    if (SSL_accept(ssl) != 1) {
        unsigned long why = ERR_peek_error();
        printf("REFUSED %s\n", why ? ERR_reason_error_string(why) : "the client left");
        hang_up(client);
    } else if (connect(server, (struct sockaddr *)&at, sizeof at) != 0)
        die("--to");
    else {
        printf("PASSED %lld bytes\n", relay(ssl, client, server));
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
}

int main(int argc, char **argv)
{
    struct flags flags = {0};
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    for (int i = 1; i + 1 < argc; i += 2)
        *flag_of(&flags, argv[i]) = argv[i + 1];
    if (!flags.to || !flags.cert || !flags.key)
        die("--to, --cert, --key");
    SSL_CTX *ctx = context_of(&flags);
    int listener = loopback(&at, "0");
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &len) != 0)
        die("a port");
    printf("PORT %d\n", ntohs(at.sin_port));
    fflush(stdout);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        pid_t pid = client >= 0 ? fork() : -1;
        if (pid == 0) {
            close(listener);
            serve(ctx, client, flags.to);
            SSL_CTX_free(ctx);
            return 0;
        }
        if (client >= 0)
            close(client);
    }
}
