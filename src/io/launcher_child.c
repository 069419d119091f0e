#define _GNU_SOURCE /* of Linux: O_PATH, struct ucred, accept4(2), pipe2(2) */

#include "io/launcher_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { CHILD_TIMEOUT_MS = 10000, CHILD_CANNOT_START = 127, CHILD_STOP_TRIES = 100 };

struct child {
    int fd;
    const struct launcher_command *commands;
    size_t count;
    pid_t *services; /* by command; 0: not running */
};

/* --- in the new process --- */

static void close_from(int first)
{
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
        return;
    for (int fd = first; fd < 1024; fd++)
        close(fd);
}

static void default_signals(void)
{
    sigset_t none;
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (int n = 1; n < 32; n++)
        sigaction(n, &plain, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn static void become(const struct launcher_command *c, int out, int errors)
{
    default_signals();
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(out >= 0 ? out : null, STDOUT_FILENO);
    dup2(errors >= 0 ? errors : null, STDERR_FILENO);
    close_from(STDERR_FILENO + 1);
    execvp(c->argv[0], (char *const *)(uintptr_t)c->argv);
    dprintf(STDERR_FILENO, "cannot start '%s': %s\n", c->argv[0], strerror(errno));
    _exit(CHILD_CANNOT_START);
}

/* --- commands whose output is wanted --- */

static int status_of(int wait_status)
{
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/* Reads both pipes until they end or time is up; what does not fit is dropped. False: time is up. */
static bool read_both(int out, int errors, struct buf *o, struct buf *e, int64_t until_ms)
{
    struct pollfd fds[2] = {{.fd = out, .events = POLLIN}, {.fd = errors, .events = POLLIN}};
    struct buf *bufs[2] = {o, e};
    char bytes[4096];
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        int64_t left_ms = until_ms - clock_boot_ms();
        int n = left_ms > 0 ? poll(fds, 2, (int)left_ms) : 0;
        if (n == 0)
            return false;
        for (int i = 0; n > 0 && i < 2; i++) {
            if (!fds[i].revents)
                continue;
            ssize_t got = read(fds[i].fd, bytes, sizeof bytes);
            if (got > 0)
                buf_put(bufs[i], bytes, (size_t)got, NULL);
            else if (got == 0 || errno != EINTR)
                fds[i].fd = -1;
        }
    }
    explicit_bzero(bytes, sizeof bytes);
    return true;
}

static pid_t spawn_piped(const struct launcher_command *c, int out[2], int errors[2])
{
    if (pipe2(out, O_CLOEXEC) != 0)
        return -1;
    if (pipe2(errors, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0); /* so that a command that hangs ends with its children */
        become(c, out[1], errors[1]);
    }
    close(out[1]);
    close(errors[1]);
    return pid;
}

static void fill(struct launcher_reply *reply, const struct buf *text)
{
    reply->size = (uint32_t)text->len;
    if (text->len > 0)
        memcpy(reply->bytes, text->data, text->len);
}

static void run_output(const struct launcher_command *c, struct launcher_reply *reply)
{
    int out[2], errors[2], wait_status = 0;
    struct buf o = buf_make(LAUNCHER_BYTES_MAX), e = buf_make(LAUNCHER_BYTES_MAX);
    buf_reserve(&o, LAUNCHER_BYTES_MAX, NULL); /* a token must not be left behind in memory that was grown out of */
    pid_t pid = spawn_piped(c, out, errors);
    if (pid < 0) {
        reply->status = CHILD_CANNOT_START;
        return;
    }
    reply->timed_out =
        !read_both(out[0], errors[0], &o, &e, clock_boot_ms() + (c->timeout_ms ? c->timeout_ms : CHILD_TIMEOUT_MS));
    if (reply->timed_out)
        kill(-pid, SIGKILL);
    while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
        continue;
    close(out[0]);
    close(errors[0]);
    reply->status = status_of(wait_status);
    fill(reply, reply->status == 0 ? &o : &e);
    if (reply->status != 0 && memchr(reply->bytes, '\n', reply->size))
        reply->size = (uint32_t)((char *)memchr(reply->bytes, '\n', reply->size) - reply->bytes);
    explicit_bzero(o.data, o.cap);
    buf_release(&o);
    buf_release(&e);
}

/* --- daemons and services --- */

/* Forked twice, so that it is nobody's child and no session's member: it outlives the terminal that it was started from. */
static pid_t start_daemon(const struct launcher_command *c)
{
    int pipe_fds[2];
    pid_t pid = 0;
    if (pipe2(pipe_fds, O_CLOEXEC) != 0)
        return -1;
    pid_t middle = fork();
    if (middle == 0) {
        setsid();
        pid = fork();
        if (pid == 0)
            become(c, -1, -1);
        _exit(write(pipe_fds[1], &pid, sizeof pid) == sizeof pid ? 0 : 1);
    }
    close(pipe_fds[1]);
    if (middle < 0 || read(pipe_fds[0], &pid, sizeof pid) != sizeof pid)
        pid = -1;
    close(pipe_fds[0]);
    while (middle > 0 && waitpid(middle, NULL, 0) < 0 && errno == EINTR)
        continue;
    return pid;
}

static void reap_services(struct child *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->services[i] > 0 && waitpid(c->services[i], NULL, WNOHANG) != 0)
            c->services[i] = 0;
    }
}

static pid_t start_service(struct child *c, size_t i)
{
    if (c->services[i] > 0)
        return c->services[i];
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        become(&c->commands[i], -1, -1);
    }
    c->services[i] = pid > 0 ? pid : 0;
    return pid;
}

static void stop_service(struct child *c, size_t i)
{
    for (int tries = 0; c->services[i] > 0 && tries < CHILD_STOP_TRIES; tries++) {
        kill(-c->services[i], tries < CHILD_STOP_TRIES / 2 ? SIGTERM : SIGKILL);
        poll(NULL, 0, 10);
        reap_services(c);
    }
}

/* --- serving --- */

static void answer(struct child *c, const struct launcher_ask *ask, struct launcher_reply *reply)
{
    const struct launcher_command *command = &c->commands[ask->index];
    reap_services(c);
    switch ((enum launcher_verb)ask->verb) {
    case LAUNCHER_OUTPUT:
        run_output(command, reply);
        return;
    case LAUNCHER_START:
        reply->pid = command->daemon ? start_daemon(command) : start_service(c, ask->index);
        reply->status = reply->pid > 0 ? 0 : CHILD_CANNOT_START;
        return;
    case LAUNCHER_STOP:
        stop_service(c, ask->index);
        return;
    }
    reply->status = CHILD_CANNOT_START;
}

/* Signals of the terminal are for our parent: we end when it does. */
static void quiet_signals(void)
{
    static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        sigaction(ignored[i], &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

_Noreturn void launcher_child_run(int fd, const struct launcher_command *commands, size_t count)
{
    struct child c = {.fd = fd, .commands = commands, .count = count, .services = mem_new(count + 1, sizeof(pid_t))};
    struct launcher_reply *reply = mem_new(1, sizeof *reply);
    struct launcher_ask ask;
    ssize_t n;
    quiet_signals();
    dup2(fd, STDERR_FILENO + 1);
    c.fd = STDERR_FILENO + 1;
    fcntl(c.fd, F_SETFD, FD_CLOEXEC);
    close_from(c.fd + 1);
    while ((n = recv(c.fd, &ask, sizeof ask, 0)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n != (ssize_t)sizeof ask || ask.index >= count)
            break;
        *reply = (struct launcher_reply){0};
        answer(&c, &ask, reply);
        if (send(c.fd, reply, LAUNCHER_REPLY_HEAD + reply->size, MSG_NOSIGNAL) < 0)
            break;
        explicit_bzero(reply->bytes, reply->size);
    }
    for (size_t i = 0; i < count; i++)
        stop_service(&c, i);
    _exit(0);
}
