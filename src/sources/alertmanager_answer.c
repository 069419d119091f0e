#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sources/alertmanager.h"

enum { WORDS_MAX = ALERTMANAGER_ANSWER_WORDS };

/* The peer's words: a bare JSON string, {code, message}, or what stands before it (Mimir) with {error}. */
static bool own_words(const char *body, size_t n, char out[WORDS_MAX])
{
    static const char *const keys[] = {"message", "error"};
    struct json *tree = json_parse(body, n, JSON_LENIENT, NULL);
    struct safe_text t = {0};
    bool told = json_type(tree) == JSON_TEXT && json_text(tree, &t);
    for (size_t i = 0; !told && i < sizeof keys / sizeof *keys; i++)
        told = json_text(json_get(tree, keys[i]), &t);
    text_show_in(t, out, WORDS_MAX);
    json_free(tree);
    return told;
}

void alertmanager_answer_words(const char *body, size_t n, char out[WORDS_MAX])
{
    if (own_words(body, n, out))
        return;
    n = n < WORDS_MAX ? n : WORDS_MAX;
    while (n > 0 && (body[n - 1] == '\n' || body[n - 1] == '\r' || body[n - 1] == ' '))
        n--;
    text_show_in(text_from(body, n), out, WORDS_MAX);
}

bool alertmanager_answer_failed(const char *source, const char *url, int status, const char *content_type,
                                const char *body, size_t n, struct err *err)
{
    char words[WORDS_MAX] = "an HTML page";
    if (!content_type || strncasecmp(content_type, "text/html", 9) != 0)
        alertmanager_answer_words(body, n, words);
    if (status == 401 || status == 403) {
        err_set(err, ERR_REFUSED, "not allowed: '%s' answers %d '%s'", source, status, words);
        return err_hint(err, "token_file or token_command of this source give its bearer token; with a user beside it "
                             "they give that user's password");
    }
    if (status >= 500 || status == 408 || status == 429)
        return err_set(err, ERR_TRANSIENT, "the Alertmanager of '%s' answers %d '%s'", source, status, words);
    if (status >= 300 && status < 400) {
        err_set(err, ERR_CORRUPT, "'%s' (%s) answers %d: it sends us elsewhere, which is not followed", source, url,
                status);
        return err_hint(err, "give the address that it redirects to");
    }
    err_set(err, ERR_CORRUPT, "no Alertmanager API v2 at '%s': '%s' answers %d '%s'", url, source, status, words);
    return err_hint(err, "the url is what stands before /api/v2/alerts: http://HOST:9093, or https://HOST/alertmanager "
                         "of a Mimir");
}
