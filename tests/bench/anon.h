#ifndef HUBTOP_TESTS_BENCH_ANON_H
#define HUBTOP_TESTS_BENCH_ANON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory of its own that the process has now, in KiB. */
static inline long anon_kb(void)
{
    char line[256];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "RssAnon:", 8) == 0)
            kb = strtol(line + 8, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

#endif
