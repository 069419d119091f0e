#include "collector/audit_syslog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syslog.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

/* RFC 3164, as syslog(3) writes it to the socket. */
static size_t frame(const char *line, char out[LINE_MAX_BYTES])
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", &tm);
    int n =
        snprintf(out, LINE_MAX_BYTES, "<%d>%s hubtop[%ld]: %s", LOG_AUTHPRIV | LOG_NOTICE, stamp, (long)getpid(), line);
    return n < LINE_MAX_BYTES ? (size_t)n : LINE_MAX_BYTES - 1;
}

bool audit_syslog(const char *path, const char *line, struct err *err)
{
    char text[LINE_MAX_BYTES];
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = frame(line, text);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    path = path ? path : "/dev/log";
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 &&
              send(fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n;
    if (!ok)
        err_set(err, ERR_TRANSIENT, "the system's log at '%s' takes no anchors: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}
