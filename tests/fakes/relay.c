/* relay PORT BYTES_PER_S: a slow line. Listens on a port of 127.0.0.1 that it prints, passes one connection after the other on to
 * PORT, at most so many bytes a second each way. SIGUSR1: the line stands still for a second and a half; SIGUSR2: it is cut, as a
 * reset, and the next connection gets a new one. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STALL_MS = 1500, SLICE_MS = 20, BLOCK = 65536 };

static volatile sig_atomic_t stall, cut;

static void on_signal(int n)
{
    if (n == SIGUSR1)
        stall = 1;
    else
        cut = 1;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_here(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        die("listen");
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    return fd;
}

static int connect_to(int port)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
        die("connect");
    return fd;
}

/* Without a word to either side. */
static void reset(int fd)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

/* What came, at most `most` bytes; false when the side is gone. */
static bool pass(int from, int to, size_t most)
{
    static char block[BLOCK];
    ssize_t n = recv(from, block, most < BLOCK ? most : BLOCK, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    return n > 0 && send(to, block, (size_t)n, MSG_NOSIGNAL) == n;
}

static void serve(int client, int server, size_t each_slice)
{
    int64_t until_ms = 0;
    while (!cut) {
        nanosleep(&(struct timespec){.tv_nsec = SLICE_MS * 1000000L}, NULL);
        if (stall) {
            stall = 0;
            until_ms = now_ms() + STALL_MS;
        }
        if (now_ms() < until_ms)
            continue;
        if (!pass(client, server, each_slice) || !pass(server, client, each_slice))
            break;
    }
    cut = 0;
    reset(client);
    reset(server);
}

int main(int argc, char **argv)
{
    const struct sigaction action = {.sa_handler = on_signal};
    if (argc != 3) {
        fprintf(stderr, "relay PORT BYTES_PER_S\n");
        return 64;
    }
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    int door = listen_here();
    size_t each_slice = (size_t)atoi(argv[2]) * SLICE_MS / 1000;
    for (;;) {
        int client = accept4(door, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0 && errno == EINTR)
            continue;
        if (client < 0)
            die("accept");
        cut = stall = 0;
        serve(client, connect_to(atoi(argv[1])), each_slice ? each_slice : 1);
    }
}
