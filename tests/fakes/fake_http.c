/* fake_http [--dir DIR] [--port N | --unix PATH] [--mode MODE[@/PATH]]... [--ledger FILE]: a server that misbehaves on order.
 *
 * It listens on 127.0.0.1 (a free port without --port), prints "PORT n" or "UNIX path", and answers GET /a/b with the file DIR/a/b as
 * JSON, whatever the query; 404 without one. `POST /_mode?m=MODE` sets the mode while it runs: for one path with MODE@/PATH (or all that begin so: MODE@/PATH*), else
 * for all, forgetting those of paths. Every mode reads a whole request first, so that /_mode always answers.
 *
 *   ok              as above                         late:MS       ok, after MS
 *   slow:N          the body at N bytes a second     drip:N        all of the answer at N bytes a second
 *   truncate:N      breaks off after N bytes of the body           refuse        closes, without a byte
 *   reset           resets (RST)                     silent        never answers
 *   status:CODE     with errors as Slurm words them  redirect:URL  302
 *   html            a page, as of a login portal     echo          the request as it came
 *   head:LINE|LINE  ok, with these header lines      garbage       bytes that are no HTTP
 *   noise:N         N random bytes as JSON           badutf8       a string that is not UTF-8
 *   deep:N          N times '['                      huge:N        one string of N bytes
 *   endless         {"LAST_OF_PATH":[{...},{...},... for ever
 *   gzipbomb        '[' and blanks for ever, 13 bytes for 2064
 *   headers         header lines for ever            bighead:N     a header of N bytes
 *   wronglength:N   says N bytes and closes before   tear          the same, with a reset
 *   nodes:N         one element of N values          nul           a NUL in a string
 *   mayfly          a kept connection that dies with the second request
 *   storm:S         503, Retry-After: S
 *
 * --ledger: a line for each request, "MS METHOD TARGET NAME,NAME,...", with the names of the headers, never their values. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "fakes/answer.h"
#include "fakes/hostile.h"

enum { CONNS_MAX = 1000, RULES_MAX = 64, MODE_MAX = 1024, REQUEST_MAX = 8 << 20, FILE_MAX = 1 << 30, PACE_MS = 20 };

struct conn {
    int fd;
    char *in;
    size_t in_len;
    bool answering, silent, served;
    struct answer answer;
};

struct request {
    char method[16], target[2048], path[2048], names[2048];
    bool close, expects;
    size_t body_len;
};

struct rule {
    char path[1024]; /* "": all */
    char mode[MODE_MAX];
};

static struct {
    const char *dir;
    int listener, ledger;
    struct rule rules[RULES_MAX];
    size_t rule_count;
    struct conn conns[CONNS_MAX];
    size_t conn_count;
    uint64_t noise;
} server = {.listener = -1, .ledger = -1, .noise = 88172645463325252u};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "fake_http: %s: %s\n", what, errno ? strerror(errno) : "not understood");
    exit(2);
}

/* --- modes --- */

static void mode_set(const char *text)
{
    const char *at = NULL;
    for (const char *p = strstr(text, "@/"); p; p = strstr(p + 1, "@/"))
        at = p;
    struct rule rule = {0};
    int len = at ? (int)(at - text) : (int)strlen(text);
    snprintf(rule.mode, sizeof rule.mode, "%.*s", len, text);
    snprintf(rule.path, sizeof rule.path, "%s", at ? at + 1 : "");
    if (!at)
        server.rule_count = 0;
    for (size_t i = 0; i < server.rule_count; i++) {
        if (strcmp(server.rules[i].path, rule.path) == 0) {
            server.rules[i] = rule;
            return;
        }
    }
    if (server.rule_count < RULES_MAX)
        server.rules[server.rule_count++] = rule;
}

static const char *mode_of(const char *path)
{
    const char *all = "ok";
    for (size_t i = 0; i < server.rule_count; i++) {
        size_t n = strlen(server.rules[i].path);
        if (strcmp(server.rules[i].path, path) == 0 ||
            (n && server.rules[i].path[n - 1] == '*' && strncmp(server.rules[i].path, path, n - 1) == 0))
            return server.rules[i].mode;
        if (!server.rules[i].path[0])
            all = server.rules[i].mode;
    }
    return all;
}

/* --- answers --- */

static char *file_read(const char *path, size_t *len)
{
    char name[4096];
    struct stat st;
    snprintf(name, sizeof name, "%s%s", server.dir ? server.dir : "", path);
    int fd = server.dir && !strstr(path, "..") ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    char *bytes = NULL;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < FILE_MAX) {
        bytes = must(malloc((size_t)st.st_size + 1));
        for (*len = 0; *len < (size_t)st.st_size;) {
            ssize_t n = read(fd, bytes + *len, (size_t)st.st_size - *len);
            if (n <= 0)
                break;
            *len += (size_t)n;
        }
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

static void answer_file(struct answer *a, const char *path, const char *more)
{
    size_t len = 0;
    char *bytes = file_read(path, &len);
    if (!bytes) {
        answer_whole(a, 404, "text/plain", "nothing here\n");
        return;
    }
    answer_head(a, 200, "application/json", (int64_t)len, more);
    answer_put(a, bytes, len);
    free(bytes);
}

static void mode_ok(struct answer *a, const struct request *r, const char *arg)
{
    (void)arg;
    answer_file(a, r->path, "");
}

static void mode_late(struct answer *a, const struct request *r, const char *arg)
{
    answer_file(a, r->path, "");
    a->begin_ms += strtoll(arg, NULL, 10);
}

static void mode_slow(struct answer *a, const struct request *r, const char *arg)
{
    answer_file(a, r->path, "");
    a->rate = strtoll(arg, NULL, 10);
}

static void mode_drip(struct answer *a, const struct request *r, const char *arg)
{
    mode_slow(a, r, arg);
    a->paced_from = 0;
}

static void mode_truncate(struct answer *a, const struct request *r, const char *arg)
{
    size_t keep = (size_t)strtoull(arg, NULL, 10);
    answer_file(a, r->path, "");
    if (a->prefix_len > a->paced_from + keep)
        a->prefix_len = a->paced_from + keep;
    a->then_close = true;
}

static void mode_status(struct answer *a, const struct request *r, const char *arg)
{
    (void)r;
    int code = (int)strtol(arg, NULL, 10);
    char body[256];
    snprintf(body, sizeof body,
             "{\"meta\":{},\"errors\":[{\"error_number\":%d,\"error\":\"made to fail\",\"description\":\"the test "
             "asked for it\"}]}",
             code);
    answer_whole(a, code, "application/json", body);
}

static void mode_redirect(struct answer *a, const struct request *r, const char *arg)
{
    (void)r;
    char location[MODE_MAX + 16];
    snprintf(location, sizeof location, "Location: %s\r\n", arg);
    answer_head(a, 302, "text/plain", 0, location);
}

static void mode_html(struct answer *a, const struct request *r, const char *arg)
{
    (void)r, (void)arg;
    answer_whole(a, 200, "text/html", "<!DOCTYPE html><html><body><h1>Please log in</h1></body></html>\n");
}

static void mode_head(struct answer *a, const struct request *r, const char *arg)
{
    char lines[MODE_MAX + 64];
    size_t n = 0;
    for (const char *p = arg; *p && n + 4 < sizeof lines; p++) {
        if (*p == '|')
            lines[n++] = '\r', lines[n++] = '\n';
        else
            lines[n++] = *p;
    }
    memcpy(lines + n, "\r\n", 3);
    answer_file(a, r->path, lines);
}

static uint64_t noise(void)
{
    uint64_t x = server.noise; /* xorshift64 (Marsaglia, 2003): the same bytes in each run */
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    return server.noise = x;
}

static void noise_put(struct answer *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char byte = (char)noise();
        answer_put(a, &byte, 1);
    }
}

static void mode_garbage(struct answer *a, const struct request *r, const char *arg)
{
    (void)r, (void)arg;
    noise_put(a, 4096);
    a->then_close = true;
}

static void mode_noise(struct answer *a, const struct request *r, const char *arg)
{
    (void)r;
    size_t n = (size_t)strtoull(arg, NULL, 10) % (1 << 20);
    answer_head(a, 200, "application/json", (int64_t)n, "");
    noise_put(a, n);
}

/* "/slurm/v0.0.38/jobs" is answered with {"jobs":[...]} */
static const char *list_of(const struct request *r)
{
    const char *slash = strrchr(r->path, '/');
    return slash ? slash + 1 : r->path;
}

static void mode_badutf8(struct answer *a, const struct request *r, const char *arg)
{
    (void)arg;
    char body[4096];
    snprintf(body, sizeof body, "{\"%s\":[{\"job_id\":1,\"name\":\"caf\xe9 \xc0\xaf \xed\xa0\x80\"}]}", list_of(r));
    answer_whole(a, 200, "application/json", body);
}

static void mode_deep(struct answer *a, const struct request *r, const char *arg)
{
    (void)r;
    int64_t n = strtoll(arg, NULL, 10);
    answer_head(a, 200, "application/json", n, "");
    answer_repeat(a, "[", n);
}

static void mode_huge(struct answer *a, const struct request *r, const char *arg)
{
    int64_t n = strtoll(arg, NULL, 10);
    char open_with[4096];
    int len = snprintf(open_with, sizeof open_with, "{\"%s\":[{\"job_id\":1,\"name\":\"", list_of(r));
    a->suffix = "\"}]}";
    answer_head(a, 200, "application/json", len + n + (int64_t)strlen(a->suffix), "");
    answer_puts(a, open_with);
    answer_repeat(a, "h", n);
}

static void mode_endless(struct answer *a, const struct request *r, const char *arg)
{
    (void)arg;
    answer_head(a, 200, "application/json", -1, "");
    answer_puts(a, "{\"");
    answer_puts(a, list_of(r));
    answer_puts(a, "\":[");
    a->numbered = true;
    a->times = -1;
}

/* A gzip header, a block of fixed codes (RFC 1951 section 3.2.6): '[', ' ', and then "copy 258 bytes from one byte ago" for ever,
 * which is 11000101 00000. Bit i of the stream is bit i % 8 of its byte i / 8. */
static void mode_gzipbomb(struct answer *a, const struct request *r, const char *arg)
{
    (void)r, (void)arg;
    static const char begin[] = "110" /* the last block, fixed codes */ "10001011"
                                "01010000",
                      copy[] = "1100010100000";
    unsigned char bytes[3 + 13] = {0};
    for (size_t i = 0; i < 8 * sizeof bytes; i++) {
        char bit = i < sizeof begin - 1 ? begin[i] : copy[(i - (sizeof begin - 1)) % (sizeof copy - 1)];
        bytes[i / 8] |= (unsigned char)((bit == '1') << i % 8);
    }
    answer_head(a, 200, "application/json", -1, "Content-Encoding: gzip\r\n");
    answer_put(a, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    answer_put(a, bytes, 3);
    memcpy(a->cycle, bytes + 3, 13);
    a->cycle_len = 13;
    a->times = -1;
}

#define HOSTILE(name)                                                                                                  \
    static void mode_##name(struct answer *a, const struct request *r, const char *arg)                                \
    {                                                                                                                  \
        (void)r, (void)arg;                                                                                            \
        hostile_##name(a);                                                                                             \
    }
#define HOSTILE_OF(name)                                                                                               \
    static void mode_##name(struct answer *a, const struct request *r, const char *arg)                                \
    {                                                                                                                  \
        (void)r;                                                                                                       \
        hostile_##name(a, strtoll(arg, NULL, 10));                                                                     \
    }
HOSTILE(headers)
HOSTILE(tear)
HOSTILE(nul)
HOSTILE(mayfly)
HOSTILE_OF(bighead)
HOSTILE_OF(wronglength)
HOSTILE_OF(nodes)
HOSTILE_OF(storm)

static const struct {
    const char *name;
    void (*make)(struct answer *a, const struct request *r, const char *arg);
} modes[] = {
    {"ok", mode_ok},
    {"late", mode_late},
    {"slow", mode_slow},
    {"drip", mode_drip},
    {"status", mode_status},
    {"redirect", mode_redirect},
    {"html", mode_html},
    {"head", mode_head},
    {"garbage", mode_garbage},
    {"noise", mode_noise},
    {"badutf8", mode_badutf8},
    {"deep", mode_deep},
    {"huge", mode_huge},
    {"endless", mode_endless},
    {"truncate", mode_truncate},
    {"gzipbomb", mode_gzipbomb},
    {"headers", mode_headers},
    {"tear", mode_tear},
    {"nul", mode_nul},
    {"mayfly", mode_mayfly},
    {"bighead", mode_bighead},
    {"wronglength", mode_wronglength},
    {"nodes", mode_nodes},
    {"storm", mode_storm},
};

/* --- connections --- */

static void conn_end(struct conn *c)
{
    close(c->fd);
    free(c->in);
    free(c->answer.prefix);
    *c = (struct conn){.fd = -1};
}

static void conn_reset(struct conn *c)
{
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    conn_end(c);
}

static void ledger_write(const struct request *r)
{
    char line[8192];
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int n = snprintf(line, sizeof line, "%" PRId64 " %s %s %s\n", (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000,
                     r->method, r->target, r->names);
    if (server.ledger >= 0 && write(server.ledger, line, (size_t)n) != n)
        die("the ledger");
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return c && at ? (int)(at - digits) : -1;
}

static void control(struct answer *a, const struct request *r)
{
    const char *m = strstr(r->target, "?m=");
    char mode[MODE_MAX];
    size_t n = 0;
    for (const char *p = m ? m + 3 : ""; *p && n + 1 < sizeof mode; p++) {
        if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
            mode[n++] = (char)(16 * hex(p[1]) + hex(p[2]));
            p += 2;
        } else {
            mode[n++] = *p;
        }
    }
    mode[n] = '\0';
    mode_set(n ? mode : "ok");
    answer_whole(a, 200, "text/plain", "ok\n");
}

static void answer_in(struct conn *c, const struct request *r, const char *mode, size_t request_len)
{
    struct answer *a = &c->answer;
    size_t name_len = strcspn(mode, ":");
    const char *arg = mode[name_len] ? mode + name_len + 1 : "";
    if (strcmp(mode, "echo") == 0) {
        answer_head(a, 200, "text/plain", (int64_t)request_len, "");
        answer_put(a, c->in, request_len);
        return;
    }
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strlen(modes[i].name) == name_len && strncmp(modes[i].name, mode, name_len) == 0) {
            modes[i].make(a, r, arg);
            return;
        }
    }
    answer_whole(a, 500, "text/plain", "fake_http knows no such mode\n");
}

static void take_header(struct request *r, const char *line, size_t len)
{
    size_t name_len = strcspn(line, ":");
    if (name_len >= len)
        return;
    const char *value = line + name_len + 1 + strspn(line + name_len + 1, " ");
    size_t used = strlen(r->names);
    snprintf(r->names + used, sizeof r->names - used, "%s%.*s", used ? "," : "", (int)name_len, line);
    if (strncasecmp(line, "Content-Length:", 15) == 0)
        r->body_len = (size_t)strtoull(value, NULL, 10);
    else if (strncasecmp(line, "Connection: close", 17) == 0)
        r->close = true;
    else if (strncasecmp(line, "Expect: 100", 11) == 0)
        r->expects = true;
}

static bool parse(char *text, struct request *r)
{
    char *target = strchr(text, ' '), *version = target ? strchr(target + 1, ' ') : NULL, *end = strstr(text, "\r\n");
    if (!end || !version || version > end)
        return false;
    snprintf(r->method, sizeof r->method, "%.*s", (int)(target - text), text);
    snprintf(r->target, sizeof r->target, "%.*s", (int)(version - target - 1), target + 1);
    snprintf(r->path, sizeof r->path, "%.*s", (int)strcspn(r->target, "?#"), r->target);
    for (char *line = end + 2; (end = strstr(line, "\r\n")); line = end + 2)
        take_header(r, line, (size_t)(end - line));
    return true;
}

static void begin(struct conn *c, const struct request *r, size_t request_len)
{
    const char *mode = mode_of(r->path);
    bool of_mode = strcmp(r->path, "/_mode") != 0;
    c->answer = (struct answer){.begin_ms = now_ms(), .then_close = r->close, .suffix = ""};
    ledger_write(r);
    if (of_mode && (strcmp(mode, "refuse") == 0 || (strcmp(mode, "mayfly") == 0 && c->served))) {
        conn_end(c);
        return;
    }
    if (of_mode && strcmp(mode, "reset") == 0) {
        conn_reset(c);
        return;
    }
    c->served = true;
    c->silent = of_mode && strcmp(mode, "silent") == 0;
    c->answering = !c->silent;
    if (!of_mode)
        control(&c->answer, r);
    else if (!c->silent)
        answer_in(c, r, mode, request_len);
    memmove(c->in, c->in + request_len, c->in_len - request_len);
    c->in_len -= request_len;
    c->in[c->in_len] = '\0';
}

/* Begins an answer when a whole request has come. */
static void take_request(struct conn *c)
{
    char *end = c->in_len && !c->answering && !c->silent ? strstr(c->in, "\r\n\r\n") : NULL;
    if (!end)
        return;
    struct request r = {0};
    char kept = end[2];
    end[2] = '\0';
    bool ok = parse(c->in, &r);
    end[2] = kept;
    size_t head_len = (size_t)(end + 4 - c->in);
    if (!ok || r.body_len > REQUEST_MAX)
        conn_end(c);
    else if (c->in_len >= head_len + r.body_len)
        begin(c, &r, head_len + r.body_len);
    else if (r.expects && c->in_len == head_len)
        (void)!write(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

static void conn_read(struct conn *c)
{
    char bytes[65536];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    if (n <= 0 || c->in_len + (size_t)n > REQUEST_MAX + 65536) {
        if (n >= 0 || (errno != EAGAIN && errno != EINTR))
            conn_end(c);
        return;
    }
    c->in = must(realloc(c->in, c->in_len + (size_t)n + 1));
    memcpy(c->in + c->in_len, bytes, (size_t)n);
    c->in_len += (size_t)n;
    c->in[c->in_len] = '\0';
    take_request(c);
}

static void finish(struct conn *c)
{
    bool then_close = c->answer.then_close, then_reset = c->answer.then_reset;
    free(c->answer.prefix);
    c->answer = (struct answer){0};
    c->answering = false;
    if (then_reset)
        conn_reset(c);
    else if (then_close)
        conn_end(c);
    else
        take_request(c);
}

static void conn_write(struct conn *c)
{
    struct answer *a = &c->answer;
    char gathered[16384];
    const char *bytes = gathered;
    size_t n = answer_gather(a, gathered, sizeof gathered);
    if (!n)
        n = answer_next(a, &bytes);
    if (!n) {
        finish(c);
        return;
    }
    bool paced = a->rate > 0 && a->prefix_at >= a->paced_from;
    n = answer_allowed(a, n);
    ssize_t done = n ? send(c->fd, bytes, n, MSG_NOSIGNAL) : 0;
    if (done < 0) {
        if (errno != EAGAIN && errno != EINTR)
            conn_end(c);
        return;
    }
    a->paced += paced ? done : 0;
    for (size_t left = (size_t)done; left > 0;) {
        size_t piece = answer_next(a, &bytes), step = piece < left ? piece : left;
        answer_sent(a, step);
        left -= step;
    }
}

/* --- the server --- */

static void serve_new(void)
{
    int fd = accept(server.listener, NULL, NULL);
    if (fd < 0)
        return;
    if (server.conn_count == CONNS_MAX) {
        close(fd);
        return;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    server.conns[server.conn_count++] = (struct conn){.fd = fd};
}

static short wants(const struct conn *c)
{
    bool waits = c->answering && (now_ms() < c->answer.begin_ms || c->answer.rate > 0);
    return (short)((c->answering ? 0 : POLLIN) | (c->answering && !waits ? POLLOUT : 0));
}

static void serve_all(const struct pollfd *fds)
{
    size_t count = server.conn_count, kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct conn *c = &server.conns[i];
        short events = fds[i + 1].revents;
        bool waited = c->answering && !(fds[i + 1].events & POLLOUT);
        if (events & (POLLERR | POLLHUP) && !(events & POLLIN))
            conn_end(c);
        else if (events & POLLOUT || waited)
            conn_write(c);
        else if (events & POLLIN)
            conn_read(c);
    }
    for (size_t i = 0; i < count; i++) {
        if (server.conns[i].fd >= 0)
            server.conns[kept++] = server.conns[i];
    }
    server.conn_count = kept;
    if (fds[0].revents & POLLIN)
        serve_new();
}

static void serve(void)
{
    static struct pollfd fds[CONNS_MAX + 1];
    for (;;) {
        int timeout_ms = -1;
        fds[0] = (struct pollfd){.fd = server.listener, .events = POLLIN};
        for (size_t i = 0; i < server.conn_count; i++) {
            const struct conn *c = &server.conns[i];
            fds[i + 1] = (struct pollfd){.fd = c->fd, .events = wants(c)};
            if (c->answering && !(fds[i + 1].events & POLLOUT))
                timeout_ms = PACE_MS;
        }
        if (poll(fds, server.conn_count + 1, timeout_ms) < 0 && errno != EINTR)
            die("poll");
        serve_all(fds);
    }
}

static void listen_tcp(const char *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    socklen_t len = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(server.listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(server.listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(server.listener, 512) != 0 ||
        getsockname(server.listener, (struct sockaddr *)&at, &len) != 0)
        die("listen");
    printf("PORT %u\n", (unsigned)ntohs(at.sin_port));
}

static void listen_unix(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (snprintf(at.sun_path, sizeof at.sun_path, "%s", path) >= (int)sizeof at.sun_path)
        die("the path of the socket is too long");
    unlink(path);
    server.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server.listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(server.listener, 512) != 0)
        die("listen");
    printf("UNIX %s\n", path);
}

int main(int argc, char **argv)
{
    const char *port = "0", *path = NULL;
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *option = argv[i], *value = argv[i + 1];
        if (strcmp(option, "--dir") == 0)
            server.dir = value;
        else if (strcmp(option, "--port") == 0)
            port = value;
        else if (strcmp(option, "--unix") == 0)
            path = value;
        else if (strcmp(option, "--mode") == 0)
            mode_set(value);
        else if (strcmp(option, "--ledger") == 0)
            server.ledger = open(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        else
            die(option);
        if (strcmp(option, "--ledger") == 0 && server.ledger < 0)
            die(value);
    }
    if (argc % 2 == 0)
        die("the arguments");
    if (path)
        listen_unix(path);
    else
        listen_tcp(port);
    fflush(stdout);
    serve();
}
