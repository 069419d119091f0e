#include "ui/rescue.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Everything that a handler touches was made ready before it: it calls only what POSIX.1-2008 (2.4.3) lists as safe. */
static struct {
    volatile sig_atomic_t armed;
    pid_t owner;
    int fd;
    struct termios modes;
    char bytes[512];
    size_t len;
} rescue;

/* A crash is rescued whoever else handles it (a sanitizer reports it afterwards); other signals that end a process
 * only where nobody has asked for them. */
static const int crash_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP};
static const int end_signals[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,   SIGALRM, SIGUSR1, SIGUSR2,
                                  SIGXCPU, SIGXFSZ, SIGPROF, SIGVTALRM, SIGPOLL, SIGPIPE};
enum {
    CRASHES = sizeof crash_signals / sizeof *crash_signals,
    ENDS = sizeof end_signals / sizeof *end_signals,
    STACK_BYTES = 64 * 1024, /* for a crash by an overflow of the stack */
};

static struct {
    bool ours;
    struct sigaction before;
} taken[CRASHES + ENDS];
static char stack[STACK_BYTES];

static int signal_at(size_t i)
{
    return i < CRASHES ? crash_signals[i] : end_signals[i - CRASHES];
}

static void write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        bytes += done;
        n -= (size_t)done;
    }
}

static void give_back(void)
{
    if (!rescue.armed || getpid() != rescue.owner)
        return;
    rescue.armed = 0;
    write_all(rescue.fd, rescue.bytes, rescue.len);
    tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
}

/* All signals are blocked in here (SIGTTOU would stop us in tcsetattr), so a raised one comes when this returns, and a
 * faulting instruction faults again. */
static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)context;
    give_back();
    for (size_t i = 0; i < CRASHES + ENDS; i++)
        if (signal_at(i) == number)
            sigaction(number, &taken[i].before, NULL);
    if (info->si_code <= 0 || number == SIGABRT)
        raise(number);
}

static void take(size_t i)
{
    struct sigaction mine = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    struct sigaction before;

    sigfillset(&mine.sa_mask);
    if (taken[i].ours || sigaction(signal_at(i), NULL, &before) != 0)
        return;
    if (i >= CRASHES && ((before.sa_flags & SA_SIGINFO) != 0 || before.sa_handler != SIG_DFL))
        return;
    taken[i].before = before;
    taken[i].ours = sigaction(signal_at(i), &mine, NULL) == 0;
}

static void release(size_t i)
{
    struct sigaction now;

    if (!taken[i].ours)
        return;
    taken[i].ours = false;
    if (sigaction(signal_at(i), NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_signal)
        sigaction(signal_at(i), &taken[i].before, NULL);
}

static void prepare_once(void)
{
    static bool done;
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack}, before;

    if (done)
        return;
    done = true;
    if (sigaltstack(NULL, &before) == 0 && (before.ss_flags & SS_DISABLE) != 0)
        sigaltstack(&alternate, NULL);
    atexit(give_back);
}

void rescue_arm(int fd, const struct termios *modes, const char *bytes, size_t n)
{
    prepare_once();
    rescue.armed = 0;
    rescue.owner = getpid();
    rescue.fd = fd;
    rescue.modes = *modes;
    rescue.len = n < sizeof rescue.bytes ? n : sizeof rescue.bytes;
    memcpy(rescue.bytes, bytes, rescue.len);
    rescue.armed = 1;
    for (size_t i = 0; i < CRASHES + ENDS; i++)
        take(i);
}

void rescue_disarm(void)
{
    rescue.armed = 0;
    for (size_t i = 0; i < CRASHES + ENDS; i++)
        release(i);
}
