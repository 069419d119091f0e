#ifndef HUBTOP_CONSOLE_ASK_FRAME_H
#define HUBTOP_CONSOLE_ASK_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"

enum { ASK_FRAME_REQUEST_ID = 37 };

/* A request of the control socket, appended to `out`: `op`, the members of `ask` (a JSON object of texts, whole numbers and
 * truths), who the environment says we are, under `request_id` (36 characters). ERR_INPUT when `ask` is no such object. */
bool ask_frame(int64_t id, const char *op, const char *ask, const char *request_id, struct buf *out, struct err *err);

/* What the answer says. True: done (`made`: the id of a silence or window that it made, "" without; of `size` bytes). False with
 * err: the collector's words, its hint, its status. */
bool ask_frame_answer(const struct json *message, char *made, size_t size, struct err *err);

#endif
