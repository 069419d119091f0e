#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sources/slurm.h"

enum { WORDS_MAX = 200 };

/* A member's text, as it may be shown. */
static const char *shown(const struct json *value, char out[WORDS_MAX])
{
    struct safe_text t = {0};
    (void)json_text(value, &t);
    return text_show_in(t, out, WORDS_MAX);
}

/* Error entries name their number in three ways. */
static int64_t number_of(const struct json *entry)
{
    static const char *const keys[] = {"error_number", "error_code", "errno"};
    int64_t v = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (json_int(json_get(entry, keys[i]), &v))
            break;
    }
    return v;
}

/* The peer's words about its first error: "Failed while looking for jobs: Unspecified error (-1)". */
static bool words_of(const struct json *answer, char out[WORDS_MAX])
{
    const struct json *entry = json_first(json_get(answer, "errors"));
    char description[WORDS_MAX], error[WORDS_MAX];
    if (!entry)
        return false;
    shown(json_get(entry, "description"), description);
    shown(json_get(entry, "error"), error);
    int64_t number = number_of(entry);
    snprintf(out, WORDS_MAX, "%.90s%s%.70s", description, *description && *error ? ": " : "", error);
    size_t n = strlen(out);
    if (number != 0)
        snprintf(out + n, WORDS_MAX - n, "%s(%lld)", n ? " " : "error ", (long long)number);
    else if (n == 0)
        snprintf(out, WORDS_MAX, "an error without words");
    return true;
}

bool slurm_answer_good(const struct json *answer, const char *source, struct err *err)
{
    char words[WORDS_MAX];
    if (json_type(answer) != JSON_OBJECT)
        return err_set(err, ERR_CORRUPT, "slurmrestd of '%s' answers something that is no JSON object", source);
    if (!words_of(answer, words))
        return true;
    return err_set(err, ERR_TRANSIENT, "slurmrestd of '%s' answers 200 with an error: %s", source, words);
}

static struct safe_text slurm_member(const struct json *answer, const char *key)
{
    const struct json *meta = json_get(answer, "meta"), *slurm = json_get(meta, "Slurm");
    struct safe_text t = {0};
    (void)json_text(json_get(slurm ? slurm : json_get(meta, "slurm"), key), &t);
    return t;
}

struct safe_text slurm_answer_release(const struct json *answer)
{
    return slurm_member(answer, "release");
}

struct safe_text slurm_answer_cluster(const struct json *answer)
{
    return slurm_member(answer, "cluster");
}

int64_t slurm_answer_number(const struct json *answer)
{
    for (const struct json *entry = json_first(json_get(answer, "errors")); entry; entry = json_next(entry)) {
        if (number_of(entry) > 0)
            return number_of(entry);
    }
    return 0;
}

int64_t slurm_answer_error(const char *body, size_t n)
{
    struct json *tree = json_parse(body, n, JSON_LENIENT, NULL);
    int64_t number = slurm_answer_number(tree);
    json_free(tree);
    return number;
}

/* --- other statuses
 * -------------------------------------------------------------------------------------------------------- */

static bool is_type(const struct slurm_answer *a, const char *type)
{
    return a->content_type && strncasecmp(a->content_type, type, strlen(type)) == 0;
}

/* What the body says, in at most WORDS_MAX bytes that may be shown. */
static void body_words(const struct slurm_answer *a, char out[WORDS_MAX])
{
    struct json *tree = json_parse(a->body, a->body_len, JSON_LENIENT, NULL);
    bool told = words_of(tree, out);
    json_free(tree);
    if (told)
        return;
    size_t n = a->body_len < WORDS_MAX ? a->body_len : WORDS_MAX;
    while (n > 0 && (a->body[n - 1] == '\n' || a->body[n - 1] == '\r' || a->body[n - 1] == ' '))
        n--;
    text_show_in(text_from(a->body, n), out, WORDS_MAX);
}

static bool not_slurm(const struct slurm_answer *a, struct err *err)
{
    err_set(err, a->status >= 500 ? ERR_TRANSIENT : ERR_CORRUPT,
            "'%s' (%s) answers %d with an HTML page: that is no slurmrestd, or a proxy before it", a->source, a->url,
            a->status);
    return err_hint(err, "open the address with curl; slurmrestd listens on port 6820 unless it is told otherwise");
}

static bool unauthorized(const struct slurm_answer *a, const char *words, struct err *err)
{
    err_set(err, ERR_REFUSED, "not allowed: slurmrestd of '%s' answers %d '%s': a user or a token is missing",
            a->source, a->status, words);
    return err_hint(err, "set user and token_file (or token_command) of this source; a token comes from `scontrol "
                         "token username=NAME lifespan=SECONDS`");
}

static bool not_found(const struct slurm_answer *a, const char *words, struct err *err)
{
    err_set(err, ERR_CORRUPT, "no slurmrestd API %s at '%s': '%s' answers %d '%s'", a->api, a->url, a->source,
            a->status, words);
    return err_hint(err, "start slurmrestd with -s openapi/%.40s (since 23.11: -d %.40s), or leave `api` at auto",
                    a->api, a->api);
}

/* Slurm answers the same 500 for a bad token as for a dead slurmctld, to a ping too. Once a ping was answered in the
 * same poll the token is good. */
static bool server_error(const struct slurm_answer *a, const char *words, struct err *err)
{
    if (a->reached || !strstr(words, "(-1)"))
        return err_set(err, ERR_TRANSIENT, "slurmrestd of '%s' answers %d '%s'", a->source, a->status, words);
    err_set(err, ERR_TRANSIENT,
            "slurmrestd of '%s' answers %d '%s': slurmctld is down, or the token is wrong or expired", a->source,
            a->status, words);
    return err_hint(err, "an answer after 9 s or more means slurmctld (`scontrol ping`), one at once the token: renew "
                         "it with `scontrol token username=NAME lifespan=SECONDS`");
}

bool slurm_answer_failed(const struct slurm_answer *a, struct err *err)
{
    char words[WORDS_MAX];
    if (is_type(a, "text/html"))
        return not_slurm(a, err);
    body_words(a, words);
    if (a->status == 401 || a->status == 403)
        return unauthorized(a, words, err);
    if (a->status == 404 || a->status == 405)
        return not_found(a, words, err);
    if (a->status >= 500)
        return server_error(a, words, err);
    if (a->status >= 300 && a->status < 400) {
        err_set(err, ERR_CORRUPT, "'%s' (%s) answers %d: it sends us elsewhere, which is not followed", a->source,
                a->url, a->status);
        return err_hint(err, "give the address that it redirects to");
    }
    enum err_kind kind = a->status == 408 || a->status == 429 ? ERR_TRANSIENT : ERR_CORRUPT;
    return err_set(err, kind, "slurmrestd of '%s' answers %d '%s'", a->source, a->status, words);
}
