#ifndef HUBTOP_IO_CONTROL_FRAME_H
#define HUBTOP_IO_CONTROL_FRAME_H

#include <sys/un.h>

#include "base/buf.h"
#include "base/json.h"

/* What both ends of the control socket share: frames in and out of buffers, addresses. */

/* One read is as many small frames as one handler may answer: the loop has others to serve. */
enum { CONTROL_FRAME_HEAD = 4, CONTROL_FRAME_READ = 8 << 10, CONTROL_FRAME_FILES = 4 };

/* Reads what the descriptor has into `in`. False when the other end closed or failed (err says which). A descriptor that was passed along
 * goes to `file`, where that is not NULL and holds -1, and is the caller's then; others are closed. */
bool control_frame_read(int fd, struct buf *in, int *file, struct err *err);

/* The next whole frame of `in` as a JSON object, or NULL: either more bytes are needed (err is none) or the peer speaks no frames (err is set). The caller frees it. */
struct json *control_frame_next(struct buf *in, struct err *err);

/* Appends a frame. */
bool control_frame_put(struct buf *out, const char *json, size_t n, struct err *err);

/* Sends what it can of `out`, and passes a descriptor along; false when nothing went out. */
bool control_frame_send_file(int fd, struct buf *out, int file);

/* Sends what it can of `out`; false when the connection is broken. */
bool control_frame_flush(int fd, struct buf *out);

/* The address of a path, of any length: a long one goes through an open descriptor of its folder, which the caller closes (-1: there is none). */
bool control_frame_address(const char *path, struct sockaddr_un *address, int *dir_fd, struct err *err);

#endif
