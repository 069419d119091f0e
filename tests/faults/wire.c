#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* wire PORT FAULT POSTS: stands before the hub on that port and prints "PORT n". It keeps connections alive. Each POST is a line of the
 * file POSTS; the file FAULT names how the next one is lost, and is used up. */

enum { HEAD_MAX = 16 << 10, BODY_MAX = 1 << 20, SILENT_S = 40 };

struct message {
    char head[HEAD_MAX], body[BODY_MAX];
    size_t head_len, body_len;
};

static const char *fault_file, *posts_file;
static struct sockaddr_in hub;

static bool put(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool put_message(int fd, const struct message *m)
{
    return put(fd, m->head, m->head_len) && put(fd, m->body, m->body_len);
}

static size_t length_of(const struct message *m)
{
    const char *line = strcasestr(m->head, "\r\nContent-Length:");
    return line ? (size_t)strtoul(line + 17, NULL, 10) : 0;
}

/* A request or an answer. False when the other end is gone. */
static bool take(int fd, struct message *m)
{
    m->head_len = m->body_len = 0;
    while (m->head_len < 4 || memcmp(m->head + m->head_len - 4, "\r\n\r\n", 4) != 0) {
        if (m->head_len + 1 == HEAD_MAX || recv(fd, m->head + m->head_len, 1, 0) != 1)
            return false;
        m->head_len++;
    }
    m->head[m->head_len] = '\0';
    size_t n = length_of(m);
    if (n > BODY_MAX || strncmp(m->head, "HTTP/1.1 304", 12) == 0)
        return n <= BODY_MAX;
    while (m->body_len < n) {
        ssize_t got = recv(fd, m->body + m->body_len, n - m->body_len, 0);
        if (got <= 0)
            return false;
        m->body_len += (size_t)got;
    }
    return true;
}

static int reach(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&hub, sizeof hub) == 0)
        return fd;
    close(fd);
    return -1;
}

/* --- how an answer is lost --- */

static void answer(int fd, const char *status)
{
    char text[256];
    int n =
        snprintf(text, sizeof text,
                 "HTTP/1.1 %s\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\nContent-Length: 13\r\n\r\n"
                 "{\"title\":\"x\"}",
                 status);
    put(fd, text, (size_t)n);
}

static void reset(int fd)
{
    const struct linger hard = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

struct way {
    const char *name;
    int acts;                                      /* how often the hub gets it */
    void (*then)(int fd, const struct message *m); /* NULL: the connection just ends */
};

static void then_status_line(int fd, const struct message *m)
{
    put(fd, m->head, 7);
}

static void then_half_a_body(int fd, const struct message *m)
{
    put(fd, m->head, m->head_len);
    put(fd, m->body, m->body_len / 2);
}

static void then_reset(int fd, const struct message *m)
{
    (void)m;
    reset(fd);
}

static void then_silence(int fd, const struct message *m)
{
    (void)fd;
    (void)m;
    sleep(SILENT_S);
}

static void then_500(int fd, const struct message *m)
{
    (void)m;
    answer(fd, "500 Internal Server Error");
}

static void then_503(int fd, const struct message *m)
{
    (void)m;
    answer(fd, "503 Service Unavailable");
}

static void then_409(int fd, const struct message *m)
{
    (void)m;
    answer(fd, "409 Conflict");
}

static void then_412(int fd, const struct message *m)
{
    (void)m;
    answer(fd, "412 Precondition Failed");
}

static void then_all(int fd, const struct message *m)
{
    put_message(fd, m);
}

static const struct way ways[] = {
    {"before_reading", 0, then_reset},
    {"after_reading", 0, NULL},
    {"after_acting", 1, NULL},
    {"status_line", 1, then_status_line},
    {"body", 1, then_half_a_body},
    {"reset", 1, then_reset},
    {"silent", 1, then_silence},
    {"500_after", 1, then_500},
    {"503", 0, then_503},
    {"409", 0, then_409},
    {"412", 0, then_412},
    {"twice", 2, then_all},
};

/* The way that the next is lost, which is used up: one of those that look at once gets it. */
static const struct way *way_of(void)
{
    char used[4096], name[32] = "";
    snprintf(used, sizeof used, "%s.%d", fault_file, (int)getpid());
    if (rename(fault_file, used) != 0)
        return NULL;
    FILE *f = fopen(used, "r");
    if (f && !fgets(name, sizeof name, f))
        name[0] = '\0';
    if (f)
        fclose(f);
    unlink(used);
    name[strcspn(name, "\n")] = '\0';
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(ways[i].name, name) == 0)
            return &ways[i];
    }
    return NULL;
}

static void note_post(const char *way)
{
    char line[64];
    int fd = open(posts_file, O_WRONLY | O_APPEND | O_CREAT, 0600);
    int n = snprintf(line, sizeof line, "POST %s\n", way);
    if (fd < 0 || write(fd, line, (size_t)n) != n)
        _exit(1);
    close(fd);
}

/* The hub gets it so often; the last of its answers is in `m`. */
static void lose(int fd, struct message *m, const struct way *way)
{
    struct message *said = malloc(sizeof *said);
    bool ok = said != NULL;
    note_post(way->name);
    for (int i = 0; ok && i < way->acts; i++) {
        int up = reach();
        ok = up >= 0 && put_message(up, m) && take(up, said);
        close(up);
    }
    if (ok && way->then)
        way->then(fd, said);
    free(said);
}

static void serve(int fd)
{
    struct message *m = malloc(sizeof *m);
    const struct way *way = NULL;
    int up = reach();
    while (m && up >= 0 && take(fd, m)) {
        bool post = strncmp(m->head, "POST ", 5) == 0;
        way = post ? way_of() : NULL;
        if (way) {
            lose(fd, m, way);
            break;
        }
        if (post)
            note_post("-");
        if (!put_message(up, m) || !take(up, m) || !put_message(fd, m))
            break;
    }
    free(m);
    close(up);
    close(fd);
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (argc != 4 || fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0)
        return 64;
    hub = at;
    hub.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    fault_file = argv[2];
    posts_file = argv[3];
    signal(SIGCHLD, SIG_IGN);
    printf("PORT %u\n", (unsigned)ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        int visitor = accept(fd, NULL, NULL);
        if (visitor >= 0 && fork() == 0) {
            close(fd);
            serve(visitor);
            _exit(0);
        }
        close(visitor);
    }
}
