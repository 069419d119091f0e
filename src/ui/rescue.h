#ifndef HUBTOP_SRC_UI_RESCUE_H
#define HUBTOP_SRC_UI_RESCUE_H

#include <stddef.h>
#include <termios.h>

/* Gives the terminal back when the process dies of a signal or exits without having done so. */

/* From now on `bytes` (at most 512, copied) are written to `fd` and `modes` set, before the signal takes its course.
 * Signals that somebody else handles, ignores or blocks are left to him, but for those of a crash. A child that was
 * forked meanwhile rescues nothing. */
void rescue_arm(int fd, const struct termios *modes, const char *bytes, size_t n);
/* The terminal is given back: nothing is left to do. */
void rescue_disarm(void);

#endif
