/* fake_hubs [HOSTS [DELAY_MS]]: many small Prometheus servers in one process, one at each of the addresses 127.77.1.1, 127.77.1.2, …
 * (250 to a third byte) and one port, which it prints as "PORT n". Host i answers every query with one series, its own:
 * {cluster="hNNNN"}, whose value changes with each answer, DELAY_MS (20) after the request. HTTP/1.1 with kept connections.
 *
 *   GET /_hang?n=N   from now on the first N hosts take requests and do not answer; those above N that did so answer now
 *   GET /_drop       all connections are closed but the one that asks
 * These two are answered at once. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HOSTS_MAX = 5000, REQUEST_MAX = 8192, FDS_MAX = 4 * HOSTS_MAX, EVENTS = 256, A_BYTE = 250 };

struct conn {
    bool used;
    int host;
    uint32_t generation; /* an answer that waits is for one connection, not for its descriptor */
    bool hangs, version; /* a request waits that is not answered; of what it asks */
    size_t len;
    char in[REQUEST_MAX];
};

struct due {
    int64_t at_us;
    int fd;
    uint32_t generation;
    bool version;
};

static struct {
    int epoll, hosts, hanging, listeners[HOSTS_MAX];
    int64_t delay_us;
    uint64_t answers;
    struct conn *conns[FDS_MAX];
    struct due queue[FDS_MAX]; /* in order: the delay is the same for all */
    size_t first, count;
} server = {.hosts = 1000, .delay_us = 20000};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "fake_hubs: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void watch(int fd, uint64_t what)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = what};
    if (epoll_ctl(server.epoll, EPOLL_CTL_ADD, fd, &e) != 0)
        die("epoll_ctl");
}

static void conn_end(int fd)
{
    close(fd);
    server.conns[fd]->used = server.conns[fd]->hangs = false;
    server.conns[fd]->generation++;
}

static void send_all(int fd, const char *body)
{
    char text[2048];
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                     body);
    if (send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        conn_end(fd);
}

static void answer(const struct due *d)
{
    char body[1024];
    if (!server.conns[d->fd]->used || server.conns[d->fd]->generation != d->generation)
        return;
    if (d->version)
        snprintf(body, sizeof body,
                 "{\"status\":\"success\",\"data\":{\"version\":\"2.53.0\",\"revision\":\"4c35b92\"}}");
    else
        snprintf(body, sizeof body,
                 "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"cluster\":"
                 "\"h%04d\"},\"value\":[%" PRId64 ".123,\"%" PRIu64 ".5\"]}]}}",
                 server.conns[d->fd]->host, (int64_t)time(NULL), 1000 + ++server.answers % 9000);
    send_all(d->fd, body);
}

static void drop_all(int but)
{
    for (int fd = 0; fd < FDS_MAX; fd++) {
        if (fd != but && server.conns[fd] && server.conns[fd]->used)
            conn_end(fd);
    }
}

static void answer_later(int fd)
{
    struct conn *c = server.conns[fd];
    if (server.count == FDS_MAX)
        die("too many requests wait");
    server.queue[(server.first + server.count++) % FDS_MAX] =
        (struct due){now_us() + server.delay_us, fd, c->generation, c->version};
    c->hangs = false;
}

static void hang(int hosts)
{
    server.hanging = hosts;
    for (int fd = 0; fd < FDS_MAX; fd++) {
        if (server.conns[fd] && server.conns[fd]->hangs && server.conns[fd]->host >= hosts)
            answer_later(fd);
    }
}

static void take(int fd, const char *line)
{
    struct conn *c = server.conns[fd];
    if (strncmp(line, "GET /_hang?n=", 13) == 0) {
        hang((int)strtol(line + 13, NULL, 10));
        send_all(fd, "");
    } else if (strncmp(line, "GET /_drop", 10) == 0) {
        drop_all(fd);
        send_all(fd, "");
    } else {
        c->version = strstr(line, "buildinfo") != NULL;
        if (c->host >= server.hanging)
            answer_later(fd);
        else
            c->hangs = true;
    }
}

static void conn_read(int fd)
{
    struct conn *c = server.conns[fd];
    ssize_t n = recv(fd, c->in + c->len, sizeof c->in - c->len - 1, 0);
    if (n <= 0) {
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            conn_end(fd);
        return;
    }
    c->len += (size_t)n;
    c->in[c->len] = '\0';
    char *end = strstr(c->in, "\r\n\r\n");
    if (!end)
        return;
    c->len = 0; /* nobody pipelines */
    *strchr(c->in, '\r') = '\0';
    take(fd, c->in);
}

static void conn_new(int host)
{
    int fd = accept(server.listeners[host], NULL, NULL);
    if (fd < 0)
        return;
    if (fd >= FDS_MAX)
        die("too many connections");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (!server.conns[fd] && !(server.conns[fd] = calloc(1, sizeof *server.conns[fd])))
        die("memory");
    server.conns[fd]->used = true;
    server.conns[fd]->host = host;
    server.conns[fd]->len = 0;
    watch(fd, (uint64_t)fd << 32);
}

/* Until the next answer is due, in ms; -1: none is. */
static int answer_due(void)
{
    int64_t now = now_us();
    while (server.count > 0 && server.queue[server.first].at_us <= now) {
        struct due d = server.queue[server.first];
        server.first = (server.first + 1) % FDS_MAX;
        server.count--;
        answer(&d);
    }
    return server.count == 0 ? -1 : (int)((server.queue[server.first].at_us - now) / 1000 + 1);
}

static void listen_at(int host, struct sockaddr_in *at)
{
    socklen_t len = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    at->sin_addr.s_addr = htonl((uint32_t)(127 << 24 | 77 << 16 | (1 + host / A_BYTE) << 8 | (1 + host % A_BYTE)));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)at, sizeof *at) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)at, &len) != 0)
        die("listen");
    server.listeners[host] = fd;
    watch(fd, (uint64_t)(host + 1));
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    struct rlimit files;
    if (argc > 1)
        server.hosts = (int)strtol(argv[1], NULL, 10);
    if (argc > 2)
        server.delay_us = 1000 * strtoll(argv[2], NULL, 10);
    if (server.hosts < 1 || server.hosts > HOSTS_MAX)
        die("the number of hosts");
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    server.epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < server.hosts; i++)
        listen_at(i, &at);
    printf("PORT %u\n", (unsigned)ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(server.epoll, events, EVENTS, answer_due());
        for (int i = 0; i < n; i++) {
            int fd = (int)(events[i].data.u64 >> 32);
            if (fd == 0)
                conn_new((int)events[i].data.u64 - 1);
            else if (server.conns[fd]->used)
                conn_read(fd);
        }
    }
}
