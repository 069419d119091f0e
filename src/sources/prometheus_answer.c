#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sources/prometheus.h"

enum { WORDS_MAX = 200 };

static const char *shown(const struct json *value, char *out, size_t size)
{
    struct safe_text t = {0};
    (void)json_text(value, &t);
    return text_show_in(t, out, size);
}

/* The peer's words: "parse error: unclosed left parenthesis". */
static bool words_of(const struct json *answer, char out[WORDS_MAX])
{
    return *shown(json_get(answer, "error"), out, WORDS_MAX) || *shown(json_get(answer, "errorType"), out, WORDS_MAX);
}

static bool word_is(const struct json *value, const char *word)
{
    struct safe_text t;
    return json_text(value, &t) && text_is(t, word);
}

/* Thanos warns when a store is down, Prometheus when a remote read failed, VictoriaMetrics' cluster says isPartial: the
 * answer lacks something. What PromQL itself warns of (since Prometheus 2.48) is about the query, and lacks nothing. */
static void warnings_keep(const struct json *rest, struct prometheus_seen *seen)
{
    static const char own[] = "PromQL ";
    (void)json_bool(json_get(rest, "isPartial"), &seen->partial);
    for (const struct json *j = json_first(json_get(rest, "warnings")); j; j = json_next(j)) {
        struct safe_text words;
        bool about_query = json_text(j, &words) && text_len(words) >= sizeof own - 1 &&
                           memcmp(text_bytes(words), own, sizeof own - 1) == 0;
        if (!seen->warning[0] || (!about_query && !seen->partial))
            shown(j, seen->warning, sizeof seen->warning);
        seen->partial = seen->partial || !about_query;
    }
    if (seen->partial && !seen->warning[0])
        snprintf(seen->warning, sizeof seen->warning, "some of its storage did not answer");
}

bool prometheus_answer_good(const struct prometheus_answer *a, const struct json *rest, struct prometheus_seen *seen,
                            struct err *err)
{
    const struct json *data = json_get(rest, "data"), *type = json_get(data, "resultType");
    char words[WORDS_MAX];
    if (!word_is(json_get(rest, "status"), "success")) {
        if (words_of(rest, words))
            return err_set(err, ERR_TRANSIENT, "the query '%s' of '%s' is answered 200 with an error: %s", a->query,
                           a->source, words);
        return err_set(err, ERR_CORRUPT, "what answers the query '%s' of '%s' is no Prometheus API: it has no status",
                       a->query, a->source);
    }
    if (word_is(type, "string")) {
        err_set(err, ERR_INPUT, "the query '%s' of '%s' gives a text, not numbers", a->query, a->source);
        return err_exit(err, 78);
    }
    if (json_type(json_get(data, "result")) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "the answer to the query '%s' of '%s' has no result", a->query, a->source);
    if (word_is(type, "scalar")) { /* one number that names nothing */
        seen->series = 1;
        seen->without[0] = 1;
    }
    warnings_keep(rest, seen);
    return true;
}

/* --- other statuses */

/* What the body says, as it may be shown; true when it is the API's own words. */
static bool body_words(const char *body, size_t n, char out[WORDS_MAX])
{
    struct json *tree = json_parse(body, n, JSON_LENIENT, NULL);
    bool told = words_of(tree, out);
    json_free(tree);
    if (told)
        return true;
    n = n < WORDS_MAX ? n : WORDS_MAX;
    while (n > 0 && (body[n - 1] == '\n' || body[n - 1] == '\r' || body[n - 1] == ' '))
        n--;
    text_show_in(text_from(body, n), out, WORDS_MAX);
    return false;
}

static bool wrong_place(const struct prometheus_answer *a, int status, const char *words, struct err *err)
{
    err_set(err, ERR_CORRUPT, "no Prometheus API at '%s': '%s' answers %d '%s'", a->url, a->source, status, words);
    return err_hint(err, "the url is what stands before /api/v1/query: http://HOST:9090, "
                         "http://HOST:8481/select/0/prometheus, https://HOST/prometheus");
}

static bool elsewhere(const struct prometheus_answer *a, int status, struct err *err)
{
    err_set(err, ERR_CORRUPT, "'%s' (%s) answers %d: it sends us elsewhere, which is not followed", a->source, a->url,
            status);
    return err_hint(err, "give the address that it redirects to");
}

static bool denied(const struct prometheus_answer *a, int status, const char *words, struct err *err)
{
    err_set(err, ERR_REFUSED, "not allowed: '%s' answers %d '%s'", a->source, status, words);
    return err_hint(err, "token_file or token_command of this source give its bearer token; with a user beside it they "
                         "give that user's password");
}

/* 400: the query makes no sense; 422: it cannot be evaluated (to VictoriaMetrics both). */
static bool wrong_query(const struct prometheus_answer *a, int status, const char *words, struct err *err)
{
    err_set(err, ERR_INPUT, "the query '%s' of '%s' is refused with %d: %s", a->query, a->source, status, words);
    err_hint(err, "mend its expr in the configuration, or switch it off: query \"%.64s\" { enabled = false }",
             a->query);
    return err_exit(err, 78);
}

bool prometheus_answer_failed(const struct prometheus_answer *a, int status, const char *content_type, const char *body,
                              size_t n, struct err *err)
{
    char words[WORDS_MAX];
    bool page = content_type && strncasecmp(content_type, "text/html", 9) == 0;
    bool own = !page && body_words(body, n, words);
    if (page)
        snprintf(words, sizeof words, "an HTML page");
    if (status == 401 || status == 403)
        return denied(a, status, words, err);
    if (status >= 500 || status == 408 || status == 429)
        return err_set(err, ERR_TRANSIENT, "the query '%s' of '%s' is answered with %d '%s'", a->query, a->source,
                       status, words);
    if (status >= 300 && status < 400)
        return elsewhere(a, status, err);
    if (own && (status == 400 || status == 422))
        return wrong_query(a, status, words, err);
    return wrong_place(a, status, words, err);
}
