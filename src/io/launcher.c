#include "io/launcher.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/launcher_child.h"

struct launcher {
    int fd;
    pid_t pid;
    struct launcher_command *commands; /* names only are used here */
    size_t count;
};

struct launcher *launcher_new(const struct launcher_command *commands, size_t count, struct err *err)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        err_set(err, ERR_TRANSIENT, "cannot start the launcher: %s", strerror(errno));
        return NULL;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        launcher_child_run(ends[1], commands, count);
    close(ends[1]);
    if (pid < 0) {
        err_set(err, ERR_TRANSIENT, "cannot fork the launcher: %s", strerror(errno));
        close(ends[0]);
        return NULL;
    }
    struct launcher *l = mem_new(1, sizeof *l);
    l->fd = ends[0];
    l->pid = pid;
    l->count = count;
    l->commands = mem_new(count + 1, sizeof *commands);
    for (size_t i = 0; i < count; i++) {
        l->commands[i] = commands[i];
        l->commands[i].name = mem_strdup(commands[i].name);
    }
    return l;
}

void launcher_free(struct launcher *l)
{
    if (!l)
        return;
    close(l->fd);
    while (waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    for (size_t i = 0; i < l->count; i++)
        free((void *)(uintptr_t)l->commands[i].name);
    free(l->commands);
    free(l);
}

static bool find(const struct launcher *l, const char *name, uint32_t *index, struct err *err)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->commands[i].name, name) == 0) {
            *index = (uint32_t)i;
            return true;
        }
    }
    return err_set(err, ERR_INPUT, "no command is called '%s'", name);
}

/* One question, one answer: `reply` of LAUNCHER_REPLY_MAX bytes. */
static bool ask(struct launcher *l, enum launcher_verb verb, const char *name, struct launcher_reply *reply,
                struct err *err)
{
    struct launcher_ask question = {.verb = verb};
    if (!find(l, name, &question.index, err))
        return false;
    ssize_t n;
    while ((n = send(l->fd, &question, sizeof question, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    if (n == (ssize_t)sizeof question) {
        while ((n = recv(l->fd, reply, sizeof *reply, 0)) < 0 && errno == EINTR)
            continue;
    }
    if (n < (ssize_t)LAUNCHER_REPLY_HEAD || (size_t)n != LAUNCHER_REPLY_HEAD + reply->size)
        return err_set(err, ERR_TRANSIENT, "the launcher of '%s' is gone", name);
    return true;
}

static bool failed(const char *name, const struct launcher_reply *reply, struct err *err)
{
    int n = (int)(reply->size < 200 ? reply->size : 200);
    if (reply->timed_out)
        err_set(err, ERR_INPUT, "the command '%s' gave no answer in time", name);
    else
        err_set(err, ERR_INPUT, "the command '%s' failed (status %d): %.*s", name, reply->status, n, reply->bytes);
    err_hint(err, "run it by hand as the same user");
    return err_exit(err, 78);
}

bool launcher_output(struct launcher *l, const char *name, struct buf *out, struct err *err)
{
    struct launcher_reply *reply = mem_new(1, sizeof *reply);
    bool ok = ask(l, LAUNCHER_OUTPUT, name, reply, err);
    if (ok)
        ok = reply->status == 0 && !reply->timed_out ? buf_put(out, reply->bytes, reply->size, err)
                                                     : failed(name, reply, err);
    explicit_bzero(reply, sizeof *reply);
    free(reply);
    return ok;
}

static bool simple(struct launcher *l, enum launcher_verb verb, const char *name, pid_t *pid, struct err *err)
{
    struct launcher_reply *reply = mem_new(1, sizeof *reply);
    bool ok = ask(l, verb, name, reply, err);
    if (ok && reply->status != 0)
        ok = failed(name, reply, err);
    if (ok && pid)
        *pid = reply->pid;
    free(reply);
    return ok;
}

bool launcher_start(struct launcher *l, const char *name, pid_t *pid, struct err *err)
{
    return simple(l, LAUNCHER_START, name, pid, err);
}

bool launcher_stop(struct launcher *l, const char *name, struct err *err)
{
    return simple(l, LAUNCHER_STOP, name, NULL, err);
}
