#undef _FORTIFY_SOURCE /* its inline forms of recv() are other functions to clang */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Loaded before a program: HUBTOP_FAULT=WHAT:CALL:K[+] lets the K-th CALL (with + each from then on) end the process (WHAT kill) or
 * fail (EIO, ENOSPC, EINTR, EMFILE), counted since the file HUBTOP_FAULT_ARM is there. A call stands for those like it. */

enum { CALL_WRITE, CALL_SYNC, CALL_OPEN, CALL_RENAME, CALL_CONNECT, CALL_SEND, CALL_RECEIVE, CALLS };
static const char *const call_words[] = {"write", "fdatasync", "openat", "rename", "connect", "sendto", "recvfrom"};

static struct {
    int call, error; /* error 0: kill */
    long at;
    bool on; /* each from then on */
    const char *arm;
    atomic_long count;
} fault = {.call = -1};

static void fault_write(const char *line, size_t n)
{
    (void)!syscall(SYS_write, STDERR_FILENO, line, n);
}

__attribute__((constructor)) static void fault_read(void)
{
    static const struct {
        const char *word;
        int error;
    } errors[] = {{"kill", 0}, {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EINTR", EINTR}, {"EMFILE", EMFILE}};
    char what[16] = "", call[16] = "", plus = '\0';
    const char *said = getenv("HUBTOP_FAULT");
    if (!said || sscanf(said, "%15[^:]:%15[^:]:%ld%c", what, call, &fault.at, &plus) < 3)
        return;
    fault.on = plus == '+';
    fault.arm = getenv("HUBTOP_FAULT_ARM");
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (strcmp(errors[i].word, what) == 0)
            fault.error = errors[i].error;
    }
    for (int i = 0; i < CALLS; i++) {
        if (strcmp(call_words[i], call) == 0)
            fault.call = i;
    }
}

/* Whether this call fails; it may not come back. */
static bool fault_strikes(int call)
{
    static const char told[] = "fault: struck\n";
    if (call != fault.call || (fault.arm && syscall(SYS_access, fault.arm, F_OK) != 0))
        return false;
    long n = atomic_fetch_add(&fault.count, 1) + 1;
    if (n < fault.at || (n > fault.at && !fault.on))
        return false;
    if (n == fault.at)
        fault_write(told, sizeof told - 1);
    if (fault.error == 0)
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    errno = fault.error;
    return true;
}

#define REAL(name)                                                                                                     \
    ((union {                                                                                                          \
         void *at;                                                                                                     \
         __typeof__(&name) call;                                                                                       \
     }){.at = dlsym(RTLD_NEXT, #name)}                                                                                 \
         .call)

/* What it says of a failure is still heard. */
ssize_t write(int fd, const void *data, size_t n)
{
    return fd != STDERR_FILENO && fault_strikes(CALL_WRITE) ? -1 : REAL(write)(fd, data, n);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
    return fault_strikes(CALL_WRITE) ? -1 : REAL(pwrite64)(fd, data, n, at);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return fault_strikes(CALL_WRITE) ? -1 : REAL(pwrite)(fd, data, n, at);
}

int fdatasync(int fd)
{
    return fault_strikes(CALL_SYNC) ? -1 : REAL(fdatasync)(fd);
}

int fsync(int fd)
{
    return fault_strikes(CALL_SYNC) ? -1 : REAL(fsync)(fd);
}

static mode_t mode_in(int flags, va_list ap)
{
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(ap, int) : 0;
}

#define OPENS(name)                                                                                                    \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list ap;                                                                                                    \
        va_start(ap, flags);                                                                                           \
        mode_t mode = mode_in(flags, ap);                                                                              \
        va_end(ap);                                                                                                    \
        return fault_strikes(CALL_OPEN) ? -1 : REAL(name)(path, flags, mode);                                          \
    }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name)                                                                                                 \
    int name(int dir, const char *path, int flags, ...)                                                                \
    {                                                                                                                  \
        va_list ap;                                                                                                    \
        va_start(ap, flags);                                                                                           \
        mode_t mode = mode_in(flags, ap);                                                                              \
        va_end(ap);                                                                                                    \
        return fault_strikes(CALL_OPEN) ? -1 : REAL(name)(dir, path, flags, mode);                                     \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

int rename(const char *from, const char *to)
{
    return fault_strikes(CALL_RENAME) ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path)
{
    return fault_strikes(CALL_RENAME) ? -1 : REAL(unlink)(path);
}

int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t n)
{
    return fault_strikes(CALL_CONNECT) ? -1 : REAL(connect)(fd, to, n);
}

ssize_t send(int fd, const void *data, size_t n, int flags)
{
    return fault_strikes(CALL_SEND) ? -1 : REAL(send)(fd, data, n, flags);
}

ssize_t sendto(int fd, const void *data, size_t n, int flags, __CONST_SOCKADDR_ARG to, socklen_t size)
{
    return fault_strikes(CALL_SEND) ? -1 : REAL(sendto)(fd, data, n, flags, to, size);
}

ssize_t recv(int fd, void *data, size_t n, int flags)
{
    return fault_strikes(CALL_RECEIVE) ? -1 : REAL(recv)(fd, data, n, flags);
}

ssize_t recvfrom(int fd, void *data, size_t n, int flags, __SOCKADDR_ARG from, socklen_t *size)
{
    return fault_strikes(CALL_RECEIVE) ? -1 : REAL(recvfrom)(fd, data, n, flags, from, size);
}
