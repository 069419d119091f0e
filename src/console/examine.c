#include "console/examine.h"

#include <langinfo.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/tr.h"
#include "store/query.h"

void examine_locale(struct checkup_facts *out)
{
    out->is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    out->term = getenv("TERM");
    out->lang = getenv("LANG");
    out->codeset = nl_langinfo(CODESET);
    out->missing = tr_locale_missing();
}

void examine_state(const char *state_dir, struct checkup_facts *out, struct err *err)
{
    static struct buf orders_off = {.max = 4096}; /* what the facts point to */
    char path[DIR_PATH_MAX];
    struct stat st;
    struct query *q = query_open(state_dir, err);

    out->state_dir = state_dir;
    out->cache_err = q ? NULL : err;
    out->orders_off = q && query_note(q, QUERY_ORDERS_OFF, &orders_off) ? buf_str(&orders_off) : NULL;
    query_close(q);
    out->cache_bytes = dir_join(path, state_dir, "cache.db") && stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
    out->collector = dir_locked(state_dir);
}
