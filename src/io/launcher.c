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

/* A question whose answer comes through the loop. */
struct queued {
    struct queued *next;
    uint32_t id, index;
    bool sent;
    launcher_done *done; /* NULL: forgotten */
    void *ctx;
    struct buf input;
};

struct launcher {
    int fd, queue_fd;
    pid_t pid;
    char **names;
    bool *own, *number, *word;
    size_t *output_max;
    size_t count;
    struct loop *loop; /* that watches queue_fd while something is queued */
    struct queued *queue;
    uint32_t last_id;
};

static bool socket_pairs(int ends[4], struct err *err)
{
    const int wanted = 1 << 20;
    for (int i = 0; i < 4; i++)
        ends[i] = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends + 2) != 0)
        return err_set(err, ERR_TRANSIENT, "cannot start the launcher: %s", strerror(errno));
    setsockopt(ends[3], SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
    return true;
}

static void close_all(const int ends[4])
{
    for (int i = 0; i < 4; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
}

static pid_t fork_child(const int ends[4], const struct launcher_command *commands, size_t count, struct err *err)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        close(ends[2]);
        launcher_child_run(ends[1], ends[3], commands, count);
    }
    if (pid < 0)
        err_set(err, ERR_TRANSIENT, "cannot fork the launcher: %s", strerror(errno));
    return pid;
}

struct launcher *launcher_new(const struct launcher_command *commands, size_t count, struct err *err)
{
    int ends[4];
    pid_t pid = socket_pairs(ends, err) ? fork_child(ends, commands, count, err) : -1;
    if (pid < 0) {
        close_all(ends);
        return NULL;
    }
    close(ends[1]);
    close(ends[3]);
    struct launcher *l = mem_new(1, sizeof *l);
    *l = (struct launcher){.fd = ends[0], .queue_fd = ends[2], .pid = pid, .count = count};
    l->names = mem_new(count + 1, sizeof *l->names);
    l->own = mem_new(count + 1, sizeof *l->own);
    l->number = mem_new(count + 1, sizeof *l->number);
    l->word = mem_new(count + 1, sizeof *l->word);
    l->output_max = mem_new(count + 1, sizeof *l->output_max);
    for (size_t i = 0; i < count; i++) {
        l->names[i] = mem_strdup(commands[i].name);
        l->own[i] = commands[i].own;
        l->number[i] = commands[i].number;
        l->word[i] = commands[i].word;
        l->output_max[i] = commands[i].output_max ? commands[i].output_max : LAUNCHER_BYTES_MAX;
    }
    return l;
}

void launcher_free(struct launcher *l)
{
    if (!l)
        return;
    close(l->fd);
    close(l->queue_fd);
    while (waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    for (struct queued *q = l->queue, *next; q; q = next) {
        next = q->next;
        buf_release(&q->input);
        free(q);
    }
    for (size_t i = 0; i < l->count; i++)
        free(l->names[i]);
    free(l->names);
    free(l->own);
    free(l->number);
    free(l->word);
    free(l->output_max);
    free(l);
}

static bool find(const struct launcher *l, const char *name, uint32_t *index, struct err *err)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->names[i], name) == 0) {
            *index = (uint32_t)i;
            return true;
        }
    }
    return err_set(err, ERR_INPUT, "no command is called '%s'", name);
}

bool launcher_has(const struct launcher *l, const char *name)
{
    uint32_t index;
    return find(l, name, &index, NULL);
}

bool launcher_takes_word(const char *text, size_t n)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", signs[] = "_.-";
    size_t good = 0;
    while (good < n && text[good] && (strchr(letters, text[good]) || (good > 0 && strchr(signs, text[good]))))
        good++;
    return n > 0 && n <= LAUNCHER_WORD_MAX && good == n;
}

static bool fits(const struct launcher *l, uint32_t index, const struct buf *input, struct err *err)
{
    const char *name = l->names[index];
    bool good = input && launcher_child_takes(l->number[index], buf_str(input), input->len);
    if (l->word[index] && !good)
        return err_set(err, ERR_INPUT, "the command '%s' takes a name of at most %d letters, digits, '_', '.' and '-'",
                       name, LAUNCHER_WORD_MAX);
    if (l->number[index] && !good)
        return err_set(err, ERR_INPUT, "the command '%s' takes a number of at most %d digits, and a name", name,
                       LAUNCHER_DIGITS_MAX);
    if (!input || input->len <= LAUNCHER_INPUT_MAX)
        return true;
    return err_set(err, ERR_INPUT, "cannot give the command '%s' more than %d bytes", name, LAUNCHER_INPUT_MAX);
}

static ssize_t put_question(int fd, struct launcher_ask *question, const struct buf *input, int flags)
{
    question->size = input ? (uint32_t)input->len : 0;
    if (question->size > 0)
        memcpy(question->input, input->data, input->len);
    return send(fd, question, LAUNCHER_ASK_HEAD + question->size, MSG_NOSIGNAL | flags);
}

/* `*file` becomes what comes with the reply, or -1; the caller closes it. */
static ssize_t receive(int fd, struct launcher_reply *reply, int flags, int *file)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = reply, .iov_len = sizeof *reply};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *file = -1;
    ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | flags);
    struct cmsghdr *h = n >= 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS && h->cmsg_len == CMSG_LEN(sizeof *file))
        memcpy(file, CMSG_DATA(h), sizeof *file);
    return n;
}

static bool put_file(struct buf *out, int file, size_t size, struct err *err)
{
    if (!buf_reserve(out, size, err))
        return false;
    while (size > 0) {
        ssize_t n = read(file, out->data + out->len, size);
        if (n <= 0 && !(n < 0 && errno == EINTR))
            return err_set(err, ERR_TRANSIENT, "the output of a command cannot be read");
        out->len += n > 0 ? (size_t)n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    out->data[out->len] = '\0';
    return true;
}

/* Its output, wherever it is. */
static bool put_output(struct buf *out, const struct launcher_reply *reply, int file, struct err *err)
{
    return reply->file_size > 0 ? put_file(out, file, reply->file_size, err)
                                : buf_put(out, reply->bytes, reply->size, err);
}

static void close_file(int file)
{
    if (file >= 0)
        close(file);
}

/* One question, one answer: `reply` of LAUNCHER_REPLY_MAX bytes. */
static bool ask(struct launcher *l, enum launcher_verb verb, const char *name, const struct buf *input,
                struct launcher_reply *reply, int *file, struct err *err)
{
    *file = -1;
    struct launcher_ask question = {.verb = verb};
    if (!find(l, name, &question.index, err) || !fits(l, question.index, input, err))
        return false;
    ssize_t n;
    while ((n = put_question(l->fd, &question, input, 0)) < 0 && errno == EINTR)
        continue;
    if (n >= 0) {
        while ((n = receive(l->fd, reply, 0, file)) < 0 && errno == EINTR)
            continue;
    }
    if (n < (ssize_t)LAUNCHER_REPLY_HEAD || (size_t)n != LAUNCHER_REPLY_HEAD + reply->size)
        return err_set(err, ERR_TRANSIENT, "the launcher of '%s' is gone", name);
    return true;
}

static bool failed(const struct launcher *l, const char *name, const struct launcher_reply *reply, struct err *err)
{
    uint32_t index = 0;
    (void)find(l, name, &index, NULL);
    int n = (int)(reply->size < 200 ? reply->size : 200);
    if (reply->end == LAUNCHER_TIMED_OUT)
        err_set(err, ERR_INPUT, "the command '%s' gave no answer in time", name);
    else if (reply->end == LAUNCHER_TOO_LONG)
        err_set(err, ERR_INPUT, "the command '%s' printed more than %zu bytes", name, l->output_max[index]);
    else
        err_set(err, ERR_INPUT, "the command '%s' failed (status %d)%s%.*s", name, reply->status, n > 0 ? ": " : "", n,
                reply->bytes);
    err_hint(err, "run it by hand as the same user");
    return err_exit(err, 78);
}

static bool went_well(const struct launcher_reply *reply)
{
    return reply->status == 0 && reply->end == LAUNCHER_ENDED;
}

bool launcher_output(struct launcher *l, const char *name, struct buf *out, struct err *err)
{
    return launcher_send(l, name, NULL, out, err);
}

bool launcher_send(struct launcher *l, const char *name, const struct buf *input, struct buf *out, struct err *err)
{
    struct launcher_reply *reply = mem_new(1, sizeof *reply);
    int file;
    bool ok = ask(l, LAUNCHER_OUTPUT, name, input, reply, &file, err);
    if (ok)
        ok = went_well(reply) ? put_output(out, reply, file, err) : failed(l, name, reply, err);
    close_file(file);
    explicit_bzero(reply, sizeof *reply);
    free(reply);
    return ok;
}

static bool simple(struct launcher *l, enum launcher_verb verb, const char *name, pid_t *pid, struct err *err)
{
    struct launcher_reply *reply = mem_new(1, sizeof *reply);
    int file;
    bool ok = ask(l, verb, name, NULL, reply, &file, err);
    if (ok && reply->status != 0)
        ok = failed(l, name, reply, err);
    close_file(file);
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

/* --- through the loop --- */

static void on_reply(void *ctx, int fd, int events);

/* Asks what may be asked now. A launcher that is gone shows itself as the end of the socket. */
static void pump(struct launcher *l)
{
    size_t sent = 0;
    for (struct queued *q = l->queue; q && sent < LAUNCHER_QUEUED_MAX; q = q->next, sent++) {
        if (q->sent)
            continue;
        struct launcher_ask question = {.verb = LAUNCHER_OUTPUT, .index = q->index, .id = q->id};
        q->sent = put_question(l->queue_fd, &question, &q->input, MSG_DONTWAIT) >= 0 || errno == EPIPE;
    }
}

static void unwatch(struct launcher *l)
{
    if (l->loop)
        loop_fd(l->loop, l->queue_fd, 0, NULL, NULL, NULL);
    l->loop = NULL;
}

bool launcher_output_start(struct launcher *l, struct loop *loop, const char *name, launcher_done *done, void *ctx,
                           struct err *err)
{
    return launcher_send_start(l, loop, name, NULL, done, ctx, err);
}

bool launcher_send_start(struct launcher *l, struct loop *loop, const char *name, const struct buf *input,
                         launcher_done *done, void *ctx, struct err *err)
{
    uint32_t index = 0;
    if (!find(l, name, &index, err) || !fits(l, index, input, err) ||
        !loop_fd(loop, l->queue_fd, LOOP_READ, on_reply, l, err))
        return false;
    l->loop = loop;
    struct queued *q = mem_new(1, sizeof *q), **at = &l->queue;
    *q = (struct queued){
        .id = ++l->last_id, .index = index, .done = done, .ctx = ctx, .input = buf_make(LAUNCHER_INPUT_MAX)};
    if (input)
        buf_put(&q->input, buf_str(input), input->len, NULL);
    while (*at)
        at = &(*at)->next;
    *at = q;
    pump(l);
    return true;
}

static void send_cancel(struct launcher *l, const struct queued *q)
{
    struct launcher_ask question = {.verb = LAUNCHER_CANCEL, .index = q->index, .id = q->id};
    put_question(l->queue_fd, &question, NULL, MSG_DONTWAIT);
}

/* One that is sent stays in the queue until its reply comes, which nobody hears. */
static void let_go(struct launcher *l, const void *ctx, bool kill)
{
    bool anybody = false;
    for (struct queued **at = &l->queue; *at;) {
        struct queued *q = *at;
        if (q->ctx == ctx && kill && q->sent && q->done)
            send_cancel(l, q);
        if (q->ctx == ctx)
            q->done = NULL;
        anybody = anybody || q->done;
        if (q->done || q->sent) {
            at = &q->next;
            continue;
        }
        *at = q->next;
        buf_release(&q->input);
        free(q);
    }
    if (!anybody)
        unwatch(l);
}

void launcher_output_forget(struct launcher *l, const void *ctx)
{
    let_go(l, ctx, false);
}

void launcher_output_cancel(struct launcher *l, const void *ctx)
{
    let_go(l, ctx, true);
}

/* Takes the question out of the queue before anybody is called: the call may ask again. */
static bool take(struct launcher *l, uint32_t id, struct queued *out)
{
    for (struct queued **at = &l->queue; *at; at = &(*at)->next) {
        struct queued *q = *at;
        if (q->id != id)
            continue;
        *at = q->next;
        buf_release(&q->input);
        *out = *q;
        free(q);
        return true;
    }
    return false;
}

static void deliver(struct launcher *l, const struct launcher_reply *reply, int file)
{
    struct queued q;
    struct err err = {0};
    if (!take(l, reply->id, &q) || !q.done)
        return;
    struct buf out = buf_make(l->output_max[q.index]);
    buf_reserve(&out, LAUNCHER_BYTES_MAX, NULL);
    bool ok = went_well(reply) || failed(l, l->names[q.index], reply, &err);
    bool told = (ok || l->own[q.index]) && put_output(&out, reply, file, ok ? &err : NULL);
    q.done(q.ctx, told ? &out : NULL, ok && told ? NULL : &err);
    if (out.data)
        explicit_bzero(out.data, out.cap);
    buf_release(&out);
}

static void gone(struct launcher *l)
{
    struct queued q;
    struct err err = {0};
    unwatch(l);
    err_set(&err, ERR_TRANSIENT, "the launcher is gone");
    for (uint32_t last = l->last_id; l->queue && l->queue->id <= last;) {
        if (take(l, l->queue->id, &q) && q.done)
            q.done(q.ctx, NULL, &err);
    }
}

static void on_reply(void *ctx, int fd, int events)
{
    struct launcher *l = ctx;
    struct launcher_reply *reply = mem_new(1, sizeof *reply);
    int file;
    (void)events;
    ssize_t n = receive(fd, reply, MSG_DONTWAIT, &file);
    if (n >= (ssize_t)LAUNCHER_REPLY_HEAD && (size_t)n == LAUNCHER_REPLY_HEAD + reply->size)
        deliver(l, reply, file);
    else if (n >= 0 || (errno != EAGAIN && errno != EINTR))
        gone(l);
    close_file(file);
    explicit_bzero(reply, sizeof *reply);
    free(reply);
    pump(l);
    if (!l->queue)
        unwatch(l);
}
