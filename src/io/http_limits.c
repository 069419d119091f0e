#include <sys/resource.h>

#include "io/http_private.h"

enum { CONNECTIONS_MAX = 4096, CONNECTIONS_LEAST = 64, FILES_LEFT = 128 };

long http_limits_connections(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= CONNECTIONS_MAX + FILES_LEFT)
        return CONNECTIONS_MAX;
    long most = (long)files.rlim_cur - FILES_LEFT;
    return most > CONNECTIONS_LEAST ? most : CONNECTIONS_LEAST;
}
