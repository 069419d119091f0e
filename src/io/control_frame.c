#define _GNU_SOURCE /* of Linux: O_PATH, struct ucred, accept4(2), pipe2(2) */

#include "io/control_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/control.h"

/* The first is kept, if nobody waits for one already; others are closed. */
static void take_files(struct msghdr *m, int *file)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        int all[CONTROL_FRAME_FILES];
        size_t n = c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS ? c->cmsg_len - CMSG_LEN(0) : 0;
        n = n < sizeof all ? n : sizeof all;
        memcpy(all, CMSG_DATA(c), n);
        for (size_t i = 0; i < n / sizeof *all; i++) {
            if (file && *file < 0)
                *file = all[i];
            else
                close(all[i]);
        }
    }
}

static ssize_t receive(int fd, char *bytes, size_t size, int *file)
{
    union {
        char bytes[CMSG_SPACE(CONTROL_FRAME_FILES * sizeof(int))];
        struct cmsghdr aligned;
    } files;
    struct iovec part = {bytes, size};
    struct msghdr m = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = files.bytes, .msg_controllen = sizeof files.bytes};
    ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n >= 0)
        take_files(&m, file);
    return n;
}

bool control_frame_read(int fd, struct buf *in, int *file, struct err *err)
{
    char bytes[CONTROL_FRAME_READ];
    for (;;) {
        ssize_t n = receive(fd, bytes, sizeof bytes, file);
        if (n > 0)
            return buf_put(in, bytes, (size_t)n, err);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        return err_set(err, ERR_TRANSIENT, "the other end of the control socket %s",
                       n == 0 ? "closed it" : strerror(errno));
    }
}

struct json *control_frame_next(struct buf *in, struct err *err)
{
    if (in->len < CONTROL_FRAME_HEAD)
        return NULL;
    const unsigned char *h = (const unsigned char *)in->data;
    size_t n = (size_t)h[0] << 24 | (size_t)h[1] << 16 | (size_t)h[2] << 8 | h[3];
    if (n > CONTROL_FRAME_MAX) {
        err_set(err, ERR_CORRUPT, "a control frame of %zu bytes is larger than %d", n, CONTROL_FRAME_MAX);
        return NULL;
    }
    if (in->len < CONTROL_FRAME_HEAD + n)
        return NULL;
    struct json *message = json_parse(in->data + CONTROL_FRAME_HEAD, n, JSON_STRICT, err);
    if (message && json_type(message) != JSON_OBJECT) {
        json_free(message);
        message = NULL;
        err_set(err, ERR_CORRUPT, "a control frame holds no JSON object");
    }
    buf_shift(in, CONTROL_FRAME_HEAD + n);
    return message;
}

bool control_frame_put(struct buf *out, const char *json, size_t n, struct err *err)
{
    if (n > CONTROL_FRAME_MAX)
        return err_set(err, ERR_INPUT, "a control frame of %zu bytes is larger than %d", n, CONTROL_FRAME_MAX);
    const unsigned char head[CONTROL_FRAME_HEAD] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
                                                    (unsigned char)(n >> 8), (unsigned char)n};
    return buf_reserve(out, CONTROL_FRAME_HEAD + n, err) && buf_put(out, head, sizeof head, err) &&
           buf_put(out, json, n, err);
}

bool control_frame_send_file(int fd, struct buf *out, int file)
{
    union {
        char bytes[CMSG_SPACE(sizeof file)];
        struct cmsghdr aligned;
    } files = {{0}};
    struct iovec part = {out->data, out->len};
    struct msghdr m = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = files.bytes, .msg_controllen = sizeof files.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof file)};
    memcpy(CMSG_DATA(c), &file, sizeof file);
    ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0)
        buf_shift(out, (size_t)n);
    return n > 0;
}

bool control_frame_flush(int fd, struct buf *out)
{
    while (out->len > 0) {
        ssize_t n = send(fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0)
            buf_shift(out, (size_t)n);
        else if (n < 0 && errno == EINTR)
            continue;
        else
            return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
    return true;
}

static bool through_folder(const char *path, struct sockaddr_un *address, int *dir_fd, struct err *err)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (!slash || n == 0 || n >= sizeof folder)
        return err_set(err, ERR_INPUT, "the socket's path '%s' is too long", path);
    memcpy(folder, path, n);
    folder[n] = '\0';
    *dir_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*dir_fd < 0)
        return err_set(err, ERR_TRANSIENT, "cannot open the folder '%s': %s", folder, strerror(errno));
    int len = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d%s", *dir_fd, slash);
    if (len > 0 && (size_t)len < sizeof address->sun_path)
        return true;
    close(*dir_fd);
    *dir_fd = -1;
    return err_set(err, ERR_INPUT, "the socket's name '%s' is too long", slash + 1);
}

bool control_frame_address(const char *path, struct sockaddr_un *address, int *dir_fd, struct err *err)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    *dir_fd = -1;
    if (strlen(path) >= sizeof address->sun_path)
        return through_folder(path, address, dir_fd, err);
    memcpy(address->sun_path, path, strlen(path) + 1);
    return true;
}
