#define _GNU_SOURCE /* of Linux: statx(2) */

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "collector/asker.h"

enum {
    DEEP_MAX = 64,
    FILE_BYTES = 4096,
    SLACK_MS = 100
}; /* clocks are read one after the other, and starts are told in ticks */

/* A process by /proc. */
struct process {
    pid_t pid, parent;
    bool root, sshd;  /* all its uids are 0; it is called so */
    int64_t began_ms; /* UTC */
};

static bool read_file(const char *proc, pid_t pid, const char *name, char out[FILE_BYTES])
{
    char path[512];
    snprintf(path, sizeof path, "%s/%jd/%s", proc, (intmax_t)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, out, FILE_BYTES - 1) : -1;
    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = '\0';
    return n > 0;
}

/* Since the boot, in ticks; the wall clock may have been set since, and then nothing fits. */
static int64_t began_ms(unsigned long long ticks)
{
    const struct clock real = {0};
    struct instant now = clock_now(&real);
    return now.utc_ms - now.boot_ms + (int64_t)(ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK));
}

/* The number that stands there, after blanks, and `at` behind it; false when none does. */
static bool take_number(char **at, unsigned long long *out)
{
    char *end;
    *out = strtoull(*at, &end, 10);
    bool ok = end != *at;
    *at = end;
    return ok;
}

/* "PID (NAME) STATE PPID …", the 22nd its start: the name may hold anything. */
static bool read_stat(const char *proc, struct process *p)
{
    char text[FILE_BYTES];
    unsigned long long parent = 0, ticks = 0;
    char *name = read_file(proc, p->pid, "stat", text) ? strchr(text, '(') : NULL,
         *end = name ? strrchr(name, ')') : NULL;
    char *field = end && strlen(end) > 4 ? end + 3 : NULL;
    if (!field || !take_number(&field, &parent))
        return false;
    for (int i = 4; field && i < 21; i++)
        field = strchr(field + 1, ' ');
    if (!field || !take_number(&field, &ticks))
        return false;
    p->parent = (pid_t)parent;
    p->began_ms = began_ms(ticks);
    p->sshd = strncmp(name + 1, "sshd", 4) == 0;
    return true;
}

/* All four: real, effective, saved, of the file system. */
static bool is_root(char *status)
{
    static const char key[] = "\nUid:";
    unsigned long long uid, any = 0;
    char *at = strstr(status, key);
    if (!at)
        return false;
    at += sizeof key - 1;
    for (int i = 0; i < 4; i++) {
        if (!take_number(&at, &uid))
            return false;
        any |= uid;
    }
    return any == 0;
}

static bool read_process(const char *proc, pid_t pid, struct process *p)
{
    char text[FILE_BYTES];
    *p = (struct process){.pid = pid};
    if (!read_stat(proc, p) || !read_file(proc, pid, "status", text))
        return false;
    p->root = is_root(text);
    return true;
}

/* The connection's process of root's sshd, and the shell: the first process below it, or below the one that sshd has there as the user. */
static bool find_session(const char *proc, pid_t peer, struct process *sshd, struct process *shell)
{
    struct process below[2] = {{0}, {0}}, p;
    pid_t pid = peer;
    for (int i = 0; i < DEEP_MAX && pid > 1 && read_process(proc, pid, &p); i++) {
        if (p.root && p.sshd && below[0].pid > 0) {
            *sshd = p;
            *shell = below[0].sshd && below[1].pid > 0 ? below[1] : below[0];
            return true;
        }
        below[1] = below[0];
        below[0] = p;
        pid = p.parent;
    }
    return false;
}

static bool no(struct err *why, const char *words)
{
    err_set(why, ERR_INPUT, "%s", words);
    return err_hint(why, "sshd tells it with ExposeAuthInfo yes, to who comes through it");
}

/* What is cached alone, and of the file system where sshd puts it: a file of somebody's own file system would keep whoever asks of it
 * waiting. */
static bool look(int fd, const char *path, struct statx *out)
{
    return statx(fd, path, (path[0] ? 0 : AT_EMPTY_PATH) | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, out) == 0;
}

static bool is_sshds(const struct statx *st, uid_t uid, const struct process *sshd, const struct process *shell,
                     struct err *why)
{
    struct statx tmp;
    int64_t changed_ms = (int64_t)st->stx_ctime.tv_sec * 1000 + st->stx_ctime.tv_nsec / 1000000;
    if (!look(AT_FDCWD, "/tmp", &tmp) || tmp.stx_dev_major != st->stx_dev_major ||
        tmp.stx_dev_minor != st->stx_dev_minor || !S_ISREG(st->stx_mode) || st->stx_uid != uid ||
        (st->stx_mode & 077) != 0 || st->stx_size > PERSON_AUTH_MAX)
        return no(why, "the file that SSH_USER_AUTH names is none that sshd writes");
    if (changed_ms < sshd->began_ms - SLACK_MS || changed_ms > shell->began_ms + SLACK_MS)
        return no(why, "the file that SSH_USER_AUTH names was not written at this session's begin");
    return true;
}

bool asker_ssh(const char *proc, pid_t peer, uid_t uid, int fd, struct asker *a, struct err *why)
{
    struct process sshd, shell;
    struct statx st;
    struct person p = {.uid = uid};
    if (fd < 0)
        return no(why, "no SSH key is known of this session");
    if (!find_session(proc, peer, &sshd, &shell))
        return no(why, "this session does not come from sshd");
    if (!look(fd, "", &st))
        return no(why, "the file that SSH_USER_AUTH names cannot be read");
    if (!is_sshds(&st, uid, &sshd, &shell, why))
        return false;
    char *text = mem_new((size_t)st.stx_size + 1, 1);
    ssize_t n = pread(fd, text, (size_t)st.stx_size, 0);
    bool ok = n > 0 && person_read_auth(text, (size_t)n, &p);
    free(text);
    if (!ok)
        return no(why, "sshd let this session in without a key");
    memcpy(a->key, p.key, sizeof a->key);
    memcpy(a->cert, p.cert, sizeof a->cert);
    return true;
}
