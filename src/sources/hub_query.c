#include <stdio.h>
#include <string.h>

#include "sources/hub_private.h"

void hub_query_put(char path[SOURCE_PATH_MAX], const char *key, const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    size_t n = strlen(path);
    n += (size_t)snprintf(path + n, SOURCE_PATH_MAX - n, "%c%s=", strchr(path, '?') ? '&' : '?', key);
    for (const char *p = value; *p && n + 4 < SOURCE_PATH_MAX; p++)
        n += (size_t)(strchr(plain, *p) ? snprintf(path + n, SOURCE_PATH_MAX - n, "%c", *p)
                                        : snprintf(path + n, SOURCE_PATH_MAX - n, "%%%02X", (unsigned char)*p));
}
