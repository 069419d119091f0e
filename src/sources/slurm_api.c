#include <stdio.h>
#include <string.h>

#include "sources/slurm.h"

/* slurmrestd answers 404 to a path of a data parser that it does not have, at once and without slurmctld: the versions
 * are tried from the newest on. Its own description lists them too, but that is some MB in later versions. */

enum { NEWEST = 44, OLDEST = 38, OFFERED_MAX = 8 };
_Static_assert(NEWEST - OLDEST + 1 == SLURM_API_VERSIONS, "one try a version");

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

bool slurm_api_set(struct slurm_api *a, const char *setting)
{
    size_t n = strlen(setting);
    *a = (struct slurm_api){.automatic = strcmp(setting, "auto") == 0};
    if (a->automatic)
        return true;
    memcpy(a->version, setting, n < sizeof a->version ? n : 0);
    return n > 0 && n < sizeof a->version && strspn(setting, letters) == n;
}

bool slurm_api_begin(struct slurm_api *a)
{
    a->looking = a->automatic && (a->doubted || !*a->version);
    a->found = false;
    return a->looking;
}

const char *slurm_api_try(size_t i, char out[SLURM_API_MAX])
{
    snprintf(out, SLURM_API_MAX, "v0.0.%d", NEWEST - (int)i);
    return out;
}

void slurm_api_take(struct slurm_api *a, size_t i)
{
    slurm_api_try(i, a->version);
    a->found = true;
    a->doubted = false;
}

void slurm_api_doubt(struct slurm_api *a)
{
    a->doubted = a->automatic;
}

int slurm_api_number(const char *version)
{
    int64_t n;
    size_t head = strlen("v0.0.");
    bool sane = strncmp(version, "v0.0.", head) == 0 && slurm_number_parse(text_of(version + head), &n) && n < 1000;
    return sane ? (int)n : 0;
}

bool slurm_api_speaks(const char *body, size_t n)
{
    struct json *tree = json_parse(body, n, JSON_LENIENT, NULL);
    bool own = json_type(json_get(tree, "meta")) == JSON_OBJECT && json_type(json_get(tree, "errors")) == JSON_ARRAY;
    json_free(tree);
    return own;
}

/* --- when none is known
 * ---------------------------------------------------------------------------------------------- */

struct offered {
    int number[OFFERED_MAX];
    size_t count;
};

/* "/slurm/v0.0.45/jobs/" */
static int number_in(const char *path)
{
    char version[SLURM_API_MAX];
    size_t head = strlen("/slurm/"), n;
    if (strncmp(path, "/slurm/", head) != 0)
        return 0;
    n = strcspn(path + head, "/");
    if (n >= sizeof version)
        return 0;
    memcpy(version, path + head, n);
    version[n] = '\0';
    return slurm_api_number(version);
}

static void offer(struct offered *o, int number)
{
    size_t at = 0;
    while (at < o->count && o->number[at] < number)
        at++;
    if (number == 0 || o->count == OFFERED_MAX || (at < o->count && o->number[at] == number))
        return;
    memmove(&o->number[at + 1], &o->number[at], (o->count - at) * sizeof *o->number);
    o->number[at] = number;
    o->count++;
}

static bool none_known(const struct offered *o, bool told, const char *source, struct err *err)
{
    char list[OFFERED_MAX * 12] = "";
    for (size_t i = 0; i < o->count; i++) {
        size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%sv0.0.%d", i ? ", " : "", o->number[i]);
    }
    if (o->count > 0)
        err_set(err, ERR_CORRUPT, "slurmrestd of '%s' offers %s only; known here are v0.0.%d to v0.0.%d", source, list,
                OLDEST, NEWEST);
    else if (!told)
        err_set(err, ERR_CORRUPT, "slurmrestd of '%s' offers none of v0.0.%d to v0.0.%d, and does not say what it does",
                source, OLDEST, NEWEST);
    else
        err_set(err, ERR_CORRUPT, "slurmrestd of '%s' offers no version of /slurm; known here are v0.0.%d to v0.0.%d",
                source, OLDEST, NEWEST);
    return err_hint(err,
                    "start slurmrestd with -d v0.0.%d (before 23.11: -s openapi/v0.0.%d), or set `api` to try "
                    "one that is offered",
                    NEWEST, OLDEST);
}

bool slurm_api_none(const struct json *description, const char *source, struct err *err)
{
    struct offered o = {0};
    for (const struct json *j = json_first(json_get(description, "paths")); j; j = json_next(j))
        offer(&o, number_in(json_key(j)));
    return none_known(&o, description != NULL, source, err);
}
