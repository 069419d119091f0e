#define _GNU_SOURCE /* of Linux: O_PATH, struct ucred, accept4(2), pipe2(2) */

#include "io/launcher_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
    CHILD_TIMEOUT_MS = 10000,
    CHILD_CANNOT_START = 127,
    CHILD_STOP_TRIES = 100,
    CHILD_REAP_MS = 10,
    CHILD_JOBS_MAX = LAUNCHER_QUEUED_MAX + 1,
    CHILD_FD = STDERR_FILENO + 1, /* to our parent; CHILD_FD + 1 is the queue */
};

/* A command whose output is wanted. */
struct job {
    pid_t pid; /* 0: a free place */
    int reply_fd;
    uint32_t id;
    int pipes[2]; /* its output and its errors; -1: ended */
    struct buf text[2];
    enum launcher_end end;
    bool own; /* what it printed is told also when it failed */
    int64_t until_ms;
};

struct child {
    const struct launcher_command *commands;
    size_t count;
    pid_t *services; /* by command; 0: not running */
    struct job jobs[CHILD_JOBS_MAX];
    struct launcher_reply *reply;
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

_Noreturn static void become(const struct launcher_command *c, int in, int out, int errors)
{
    default_signals();
    int null = open("/dev/null", O_RDWR);
    dup2(in >= 0 ? in : null, STDIN_FILENO);
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

static void close_pipe(int pipe_fds[2])
{
    for (int i = 0; i < 2; i++) {
        if (pipe_fds[i] >= 0)
            close(pipe_fds[i]);
        pipe_fds[i] = -1;
    }
}

/* A file in memory, at its begin. -1: there is none. */
static int file_of(const void *bytes, size_t n)
{
    int fd = memfd_create("launcher", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, bytes, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static pid_t spawn_piped(const struct launcher_command *c, int in, int reading[2])
{
    int out[2] = {-1, -1}, errors[2] = {-1, -1};
    pid_t pid = -1;
    if (pipe2(out, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0)
        pid = fork();
    if (pid == 0) {
        setpgid(0, 0); /* so that a command that hangs ends with its children */
        become(c, in, out[1], errors[1]);
    }
    if (pid < 0) {
        close_pipe(out);
        close_pipe(errors);
        return -1;
    }
    setpgid(pid, pid);
    close(out[1]);
    close(errors[1]);
    reading[0] = out[0];
    reading[1] = errors[0];
    return pid;
}

/* `file`: what goes with it, or -1. */
static void send_reply(struct child *c, int fd, int file)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = c->reply, .iov_len = LAUNCHER_REPLY_HEAD + c->reply->size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (file >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *h = CMSG_FIRSTHDR(&message);
        *h = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof file)};
        memcpy(CMSG_DATA(h), &file, sizeof file);
    }
    while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0 && errno == EINTR)
        continue;
    explicit_bzero(c->reply->bytes, c->reply->size);
}

static struct job *free_job(struct child *c)
{
    for (size_t i = 0; i < CHILD_JOBS_MAX; i++) {
        if (c->jobs[i].pid == 0)
            return &c->jobs[i];
    }
    return NULL;
}

/* Our own program takes its input as further arguments, a line each: `words` is cut up for them. */
static const char *const *with_words(const char *const *argv, char *words)
{
    size_t n = 0, most = 2;
    for (const char *w = words; *w; w++)
        most += *w == '\n';
    while (argv[n])
        n++;
    const char **all = mem_new(n + most, sizeof *all);
    memcpy(all, argv, n * sizeof *all);
    for (char *rest = words, *end; rest; rest = end) {
        end = strchr(rest, '\n');
        if (end)
            *end++ = '\0';
        if (*rest)
            all[n++] = rest;
    }
    return all;
}

static pid_t spawn_own(const struct launcher_command *c, const struct launcher_ask *ask, int pipes[2])
{
    char words[LAUNCHER_INPUT_MAX + 1];
    struct launcher_command whole = *c;
    memcpy(words, ask->input, ask->size);
    words[ask->size] = '\0';
    whole.argv = with_words(c->argv, words);
    pid_t pid = spawn_piped(&whole, -1, pipes);
    free((void *)(uintptr_t)whole.argv);
    return pid;
}

bool launcher_child_takes(bool number, const char *text, size_t n)
{
    size_t digits = 0;
    if (!number)
        return launcher_takes_word(text, n);
    while (digits < n && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    return digits > 0 && digits <= LAUNCHER_DIGITS_MAX &&
           (digits == n || (text[digits] == ' ' && launcher_takes_word(text + digits + 1, n - digits - 1)));
}

static char *filled(const char *argument, const char *number, const char *word)
{
    struct buf out = buf_make(LAUNCHER_INPUT_MAX);
    for (const char *p = argument; *p; p++) {
        bool is_number = strncmp(p, LAUNCHER_NUMBER, 2) == 0;
        if (!is_number && strncmp(p, LAUNCHER_WORD, 2) != 0) {
            buf_putc(&out, *p, NULL);
            continue;
        }
        buf_puts(&out, is_number ? number : word, NULL);
        p++;
    }
    char *made = mem_strdup(buf_str(&out));
    buf_release(&out);
    return made;
}

static pid_t spawn_filled(const struct launcher_command *c, const struct launcher_ask *ask, int pipes[2])
{
    char input[LAUNCHER_DIGITS_MAX + 1 + LAUNCHER_WORD_MAX + 1];
    struct launcher_command whole = *c;
    size_t n = 1;
    if (!launcher_child_takes(c->number, ask->input, ask->size))
        return -1;
    memcpy(input, ask->input, ask->size);
    input[ask->size] = '\0';
    const char *word = c->number ? "" : input;
    char *blank = strchr(input, ' ');
    if (blank) {
        *blank = '\0';
        word = blank + 1;
    }
    while (c->argv[n])
        n++;
    char **argv = mem_new(n + 1, sizeof *argv);
    argv[0] = mem_strdup(c->argv[0]);
    for (size_t i = 1; i < n; i++)
        argv[i] = filled(c->argv[i], c->number ? input : "", word);
    whole.argv = (const char *const *)argv;
    pid_t pid = spawn_piped(&whole, -1, pipes);
    for (size_t i = 0; i < n; i++)
        free(argv[i]);
    free(argv);
    return pid;
}

static pid_t spawn(const struct launcher_command *c, const struct launcher_ask *ask, int pipes[2])
{
    if (c->own)
        return spawn_own(c, ask, pipes);
    if (c->number || c->word)
        return spawn_filled(c, ask, pipes);
    /* A command that does not read must not hold us: its input is no pipe. */
    int in = ask->size > 0 ? file_of(ask->input, ask->size) : -1;
    pid_t pid = (in >= 0) == (ask->size > 0) ? spawn_piped(c, in, pipes) : -1;
    if (in >= 0)
        close(in);
    return pid;
}

/* False: it could not be started, and the reply says so. */
static bool job_start(struct child *c, const struct launcher_ask *ask, int reply_fd)
{
    const struct launcher_command *command = &c->commands[ask->index];
    struct job *j = free_job(c);
    int pipes[2] = {-1, -1};
    pid_t pid = j ? spawn(command, ask, pipes) : -1;
    if (pid < 0) {
        c->reply->status = CHILD_CANNOT_START;
        return false;
    }
    int64_t timeout_ms = command->timeout_ms ? command->timeout_ms : CHILD_TIMEOUT_MS;
    *j = (struct job){
        .pid = pid, .reply_fd = reply_fd, .id = ask->id, .own = command->own, .until_ms = clock_boot_ms() + timeout_ms};
    for (int i = 0; i < 2; i++) {
        j->pipes[i] = pipes[i];
        j->text[i] = buf_make(i == 0 && command->output_max ? command->output_max : LAUNCHER_BYTES_MAX);
    }
    /* A token must not be left behind in memory that was grown out of. */
    buf_reserve(&j->text[0], LAUNCHER_BYTES_MAX, NULL);
    return true;
}

static void job_reply(struct child *c, struct job *j, int status)
{
    struct launcher_reply *r = c->reply;
    bool printed = j->own && j->text[0].len > 0;
    const struct buf *text = &j->text[status != 0 && !printed];
    *r = (struct launcher_reply){.id = j->id, .status = status, .end = j->end};
    const char *line_end = text->len > 0 && status != 0 && !printed ? memchr(text->data, '\n', text->len) : NULL;
    r->size = (uint32_t)(line_end ? (size_t)(line_end - text->data) : text->len);
    if (j->end != LAUNCHER_ENDED)
        r->size = 0;
    int file = r->size > LAUNCHER_BYTES_MAX ? file_of(text->data, r->size) : -1;
    if (r->size > LAUNCHER_BYTES_MAX) {
        r->file_size = file >= 0 ? r->size : 0;
        r->end = file >= 0 ? r->end : LAUNCHER_TOO_LONG;
        r->size = 0;
    }
    if (r->size > 0)
        memcpy(r->bytes, text->data, r->size);
    send_reply(c, j->reply_fd, file);
    if (file >= 0)
        close(file);
}

static void job_end(struct child *c, struct job *j, int wait_status)
{
    close_pipe(j->pipes);
    job_reply(c, j, status_of(wait_status));
    for (int i = 0; i < 2; i++) {
        if (j->text[i].data)
            explicit_bzero(j->text[i].data, j->text[i].cap);
        buf_release(&j->text[i]);
    }
    *j = (struct job){0};
}

static void job_kill(struct child *c, struct job *j, enum launcher_end why)
{
    int wait_status = 0;
    j->end = why;
    kill(-j->pid, SIGKILL);
    while (waitpid(j->pid, &wait_status, 0) < 0 && errno == EINTR)
        continue;
    job_end(c, j, wait_status);
}

/* Its leader is waited for only when both pipes have ended: until then its number names its group. */
static void job_look(struct child *c, struct job *j)
{
    int wait_status = 0;
    if (j->pid > 0 && j->pipes[0] < 0 && j->pipes[1] < 0 && waitpid(j->pid, &wait_status, WNOHANG) == j->pid)
        job_end(c, j, wait_status);
    else if (j->pid > 0 && clock_boot_ms() >= j->until_ms)
        job_kill(c, j, LAUNCHER_TIMED_OUT);
}

/* What of the errors does not fit is dropped: only their first line is shown. */
static void job_read(struct child *c, struct job *j, int i)
{
    char bytes[4096];
    ssize_t n = read(j->pipes[i], bytes, sizeof bytes);
    bool fits = n <= 0 || buf_put(&j->text[i], bytes, (size_t)n, NULL);
    explicit_bzero(bytes, sizeof bytes);
    if (!fits && i == 0) {
        job_kill(c, j, LAUNCHER_TOO_LONG);
        return;
    }
    if (n == 0 || (n < 0 && errno != EINTR)) {
        close(j->pipes[i]);
        j->pipes[i] = -1;
    }
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
            become(c, -1, -1, -1);
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
        become(&c->commands[i], -1, -1, -1);
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

/* Its reply goes out as that of any other that is killed. */
static void cancel(struct child *c, uint32_t id)
{
    for (size_t i = 0; i < CHILD_JOBS_MAX; i++)
        if (c->jobs[i].pid > 0 && id > 0 && c->jobs[i].id == id)
            job_kill(c, &c->jobs[i], LAUNCHER_TIMED_OUT);
}

/* True: the reply is there. */
static bool answer(struct child *c, const struct launcher_ask *ask, int fd)
{
    const struct launcher_command *command = &c->commands[ask->index];
    struct launcher_reply *reply = c->reply;
    *reply = (struct launcher_reply){.id = ask->id};
    reap_services(c);
    switch ((enum launcher_verb)ask->verb) {
    case LAUNCHER_OUTPUT:
        return !job_start(c, ask, fd);
    case LAUNCHER_START:
        reply->pid = command->daemon ? start_daemon(command) : start_service(c, ask->index);
        reply->status = reply->pid > 0 ? 0 : CHILD_CANNOT_START;
        return true;
    case LAUNCHER_STOP:
        stop_service(c, ask->index);
        return true;
    case LAUNCHER_CANCEL:
        cancel(c, ask->id);
        return false;
    }
    reply->status = CHILD_CANNOT_START;
    return true;
}

/* False: our parent is gone. */
static bool question(struct child *c, int fd)
{
    struct launcher_ask ask;
    ssize_t n = recv(fd, &ask, sizeof ask, MSG_DONTWAIT);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    if (n < (ssize_t)LAUNCHER_ASK_HEAD || (size_t)n != LAUNCHER_ASK_HEAD + ask.size || ask.index >= c->count)
        return false;
    if (answer(c, &ask, fd))
        send_reply(c, fd, -1);
    return true;
}

static int nearest_ms(const struct child *c)
{
    int64_t least_ms = INT32_MAX, now_ms = clock_boot_ms();
    for (const struct job *j = c->jobs; j < c->jobs + CHILD_JOBS_MAX; j++) {
        if (j->pid == 0)
            continue;
        int64_t ms = j->pipes[0] < 0 && j->pipes[1] < 0 ? CHILD_REAP_MS : j->until_ms - now_ms;
        least_ms = ms < least_ms ? ms : least_ms;
    }
    return least_ms == INT32_MAX ? -1 : least_ms > 0 ? (int)least_ms : 0;
}

/* One wait. False: our parent is gone. */
static bool turn(struct child *c)
{
    struct pollfd fds[2 + 2 * CHILD_JOBS_MAX] = {{.fd = CHILD_FD, .events = POLLIN},
                                                 {.fd = CHILD_FD + 1, .events = POLLIN}};
    size_t n = 2;
    for (size_t i = 0; i < CHILD_JOBS_MAX; i++) {
        for (int k = 0; k < 2; k++)
            fds[n++] = (struct pollfd){.fd = c->jobs[i].pid ? c->jobs[i].pipes[k] : -1, .events = POLLIN};
    }
    if (poll(fds, (nfds_t)n, nearest_ms(c)) < 0)
        return errno == EINTR;
    for (size_t i = 2; i < n; i++) {
        struct job *j = &c->jobs[(i - 2) / 2];
        if (fds[i].revents && j->pid)
            job_read(c, j, (int)(i % 2));
    }
    for (size_t i = 0; i < CHILD_JOBS_MAX; i++)
        job_look(c, &c->jobs[i]);
    return (!fds[0].revents || question(c, CHILD_FD)) && (!fds[1].revents || question(c, CHILD_FD + 1));
}

/* Signals of the terminal are for our parent: we end when it does. */
static void quiet_signals(void)
{
    static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        sigaction(ignored[i], &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

/* Two descriptors of ours, whatever numbers they had, and no other: whoever holds our parent's end keeps us alive. */
static void keep_two(int fd, int queue_fd)
{
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 64), queue_high = fcntl(queue_fd, F_DUPFD_CLOEXEC, 64);
    dup2(high, CHILD_FD);
    dup2(queue_high, CHILD_FD + 1);
    fcntl(CHILD_FD, F_SETFD, FD_CLOEXEC);
    fcntl(CHILD_FD + 1, F_SETFD, FD_CLOEXEC);
    close_from(CHILD_FD + 2);
}

_Noreturn void launcher_child_run(int fd, int queue_fd, const struct launcher_command *commands, size_t count)
{
    struct child c = {.commands = commands, .count = count, .services = mem_new(count + 1, sizeof(pid_t))};
    c.reply = mem_new(1, sizeof *c.reply);
    quiet_signals();
    keep_two(fd, queue_fd);
    while (turn(&c))
        continue;
    for (size_t i = 0; i < CHILD_JOBS_MAX; i++) {
        if (c.jobs[i].pid > 0)
            kill(-c.jobs[i].pid, SIGKILL);
    }
    for (size_t i = 0; i < count; i++)
        stop_service(&c, i);
    _exit(0);
}
