#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "sources/slurm.h"

/* slurm.h's NO_VAL and INFINITE: 22.05 lets them through where it forgets to look ("watts": 4294967294), and shows
 * INFINITE as -1 elsewhere. */
#define SLURM_NO_VAL   INT64_C(4294967294)
#define SLURM_INFINITE INT64_C(4294967295)

bool slurm_number_parse(struct safe_text digits, int64_t *out)
{
    const char *p = text_bytes(digits);
    size_t n = text_len(digits);
    int64_t v = 0;
    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        if (v > (INT64_MAX - (p[i] - '0')) / 10)
            return false;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return true;
}

static enum slurm_number_state bare(int64_t v, int64_t *out)
{
    if (v == SLURM_NO_VAL)
        return SLURM_NUMBER_UNKNOWN;
    if (v == SLURM_INFINITE || v == -1)
        return SLURM_NUMBER_INFINITE;
    *out = v;
    return SLURM_NUMBER_KNOWN;
}

static bool word_is(struct safe_text t, const char *word, size_t n)
{
    return text_len(t) == n && strncasecmp(text_bytes(t), word, n) == 0;
}

static enum slurm_number_state from_text(struct safe_text t, int64_t *out)
{
    int64_t v;
    if (word_is(t, "UNLIMITED", 9) || word_is(t, "INFINITE", 8) || word_is(t, "INFINITY", 8))
        return SLURM_NUMBER_INFINITE;
    return slurm_number_parse(t, &v) ? bare(v, out) : SLURM_NUMBER_UNKNOWN;
}

static enum slurm_number_state from_scalar(const struct json *value, int64_t *out)
{
    int64_t v;
    struct safe_text t;
    if (json_type(value) == JSON_NUMBER && json_int(value, &v))
        return bare(v, out);
    if (json_type(value) == JSON_TEXT && json_text(value, &t))
        return from_text(t, out);
    return SLURM_NUMBER_UNKNOWN;
}

enum slurm_number_state slurm_number(const struct json *value, int64_t *out)
{
    bool flag;
    if (json_type(value) != JSON_OBJECT)
        return from_scalar(value, out);
    if (json_bool(json_get(value, "set"), &flag) && !flag)
        return SLURM_NUMBER_UNKNOWN;
    if (json_bool(json_get(value, "infinite"), &flag) && flag)
        return SLURM_NUMBER_INFINITE;
    return from_scalar(json_get(value, "number"), out);
}

bool slurm_real(const struct json *value, double *out)
{
    bool flag;
    if (json_type(value) != JSON_OBJECT)
        return json_type(value) == JSON_NUMBER && json_real(value, out) && isfinite(*out);
    if ((json_bool(json_get(value, "set"), &flag) && !flag) || (json_bool(json_get(value, "infinite"), &flag) && flag))
        return false;
    return json_type(json_get(value, "number")) == JSON_NUMBER && json_real(json_get(value, "number"), out) &&
           isfinite(*out);
}

const struct json *slurm_at(const struct json *object, const char *path)
{
    char key[64];
    while (object && *path) {
        size_t n = strcspn(path, "/");
        if (n >= sizeof key)
            return NULL;
        memcpy(key, path, n);
        key[n] = '\0';
        object = json_get(object, key);
        path += n + (path[n] == '/');
    }
    return object;
}
