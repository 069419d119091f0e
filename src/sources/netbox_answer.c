#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sources/netbox.h"

enum { WORDS_MAX = 200, DIGITS_MAX = 12 };

/* --- pages */

/* The number of `key=NUMBER` in the query of a URL, or -1. */
static int64_t number_of(struct safe_text url, const char *key)
{
    struct safe_text rest = url, part, name;
    if (!text_split(&rest, '?', &part))
        return -1;
    while (text_split(&rest, '&', &part)) {
        int64_t v = 0;
        size_t n = 0;
        if (!text_split(&part, '=', &name) || !text_is(name, key))
            continue;
        for (; n < text_len(part) && n < DIGITS_MAX && text_bytes(part)[n] >= '0' && text_bytes(part)[n] <= '9'; n++)
            v = 10 * v + (text_bytes(part)[n] - '0');
        return n > 0 && n == text_len(part) ? v : -1;
    }
    return -1;
}

bool netbox_answer_next(const struct netbox_answer *a, const struct json *next, int64_t offset, int64_t *next_offset,
                        int64_t *limit, struct err *err)
{
    struct safe_text url = {0};
    *limit = *next_offset = 0;
    if (json_type(next) == JSON_NULL)
        return true;
    (void)json_text(next, &url);
    *next_offset = number_of(url, "offset");
    *limit = number_of(url, "limit");
    if (*next_offset > offset && *limit > 0)
        return true;
    return err_set(err, ERR_CORRUPT, "the list of %s of '%s' does not say how it goes on after %" PRId64, a->what,
                   a->source, offset);
}

/* --- other statuses */

/* The peer's words: {"detail": "Invalid token"}, {"error": …}. */
static bool own_words(const char *body, size_t n, char out[WORDS_MAX])
{
    static const char *const keys[] = {"detail", "error"};
    struct json *tree = json_parse(body, n, JSON_LENIENT, NULL);
    struct safe_text t = {0};
    bool told = false;
    for (size_t i = 0; !told && i < sizeof keys / sizeof *keys; i++)
        told = json_text(json_get(tree, keys[i]), &t);
    text_show_in(t, out, WORDS_MAX);
    json_free(tree);
    return told;
}

static bool denied(const struct netbox_answer *a, int status, const char *words, struct err *err)
{
    err_set(err, ERR_REFUSED, "not allowed: NetBox '%s' answers %d '%s' when asked for its %s", a->source, status,
            words, a->what);
    if (strstr(words, "permission"))
        return err_hint(err, "the token's user needs the permission to view %s; nothing is ever changed", a->what);
    return err_hint(err, "token_file or token_command of this source give a token of the API, which its user makes in "
                         "NetBox under API Tokens; it need not be allowed to write");
}

bool netbox_answer_failed(const struct netbox_answer *a, int status, const char *content_type, const char *body,
                          size_t n, struct err *err)
{
    char words[WORDS_MAX] = "a page";
    bool page = content_type && strncasecmp(content_type, "application/json", 16) != 0;
    bool own = !page && own_words(body, n, words);
    if (!page && !own)
        snprintf(words, sizeof words, "no word of its own");
    if (status == 401 || status == 403)
        return denied(a, status, words, err);
    if (status >= 500 || status == 408 || status == 429)
        return err_set(err, ERR_TRANSIENT, "NetBox '%s' answers %d '%s' when asked for its %s", a->source, status,
                       words, a->what);
    if (status >= 300 && status < 400) {
        err_set(err, ERR_CORRUPT, "'%s' (%s) answers %d: it sends us elsewhere, which is not followed", a->source,
                a->url, status);
        return err_hint(err, "give the address that it redirects to: mostly https:// instead of http://");
    }
    err_set(err, ERR_CORRUPT, "no NetBox API at '%s': '%s' answers %d '%s' when asked for its %s", a->url, a->source,
            status, words, a->what);
    return err_hint(err, "the url is what stands before /api/dcim/: https://HOST, or https://HOST/netbox");
}
