#include "collector/asker.h"

#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool asker_login_uid(pid_t pid, int64_t *uid)
{
    char path[64], text[32], *end;
    snprintf(path, sizeof path, "/proc/%jd/loginuid", (intmax_t)pid);
    int fd = pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    *uid = strtoll(text, &end, 10);
    return end != text && *uid >= 0 && *uid < UINT32_MAX; /* (uid_t)-1: not set */
}

size_t asker_groups(uid_t uid, int64_t *out, size_t max)
{
    enum { GROUPS_MAX = 1024 };
    const struct passwd *p = getpwuid(uid);
    gid_t groups[GROUPS_MAX];
    int n = GROUPS_MAX;
    if (!p || getgrouplist(p->pw_name, p->pw_gid, groups, &n) < 0)
        return 0; /* with more groups than that nobody says which count */
    size_t count = (size_t)n < max ? (size_t)n : max;
    for (size_t i = 0; i < count; i++)
        out[i] = groups[i];
    return count;
}

static void claim(const struct json *value, char out[ASKER_CLAIM_MAX])
{
    struct safe_text t;
    struct buf b = buf_make(4096);
    out[0] = '\0';
    if (json_text(value, &t) && text_len(t) <= b.max) {
        text_copy(&b, t);
        snprintf(out, ASKER_CLAIM_MAX, "%s", buf_str(&b));
    }
    buf_release(&b);
}

void asker_claims(struct asker *a, const struct json *message)
{
    claim(json_get(message, "claimed_login"), a->login);
    claim(json_get(message, "claimed_ssh"), a->ssh);
}

struct journal_asker asker_entry(const struct asker *a)
{
    return (struct journal_asker){.login_known = a->login_known,
                                  .login_uid = a->login_uid,
                                  .claimed_login = text_of(a->login),
                                  .claimed_ssh = text_of(a->ssh)};
}
