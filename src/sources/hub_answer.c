#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sources/hub_private.h"

/* --- errors --- */

static void words_of_member(const struct json *problem, const char *key, char out[HUB_WORDS_MAX])
{
    struct safe_text t = {0};
    (void)json_text(json_get(problem, key), &t);
    text_show_in(t, out, HUB_WORDS_MAX);
}

/* "the queue is drained: only its owner may resume it" */
static void words_of(const struct hub_answer *a, char out[HUB_WORDS_MAX])
{
    static const char type[] = "application/problem+json";
    char title[HUB_WORDS_MAX] = "", detail[HUB_WORDS_MAX] = "";
    out[0] = '\0';
    if (!a->content_type || strncasecmp(a->content_type, type, sizeof type - 1) != 0)
        return;
    struct json *problem = json_parse(a->body, a->n, JSON_STRICT, NULL);
    words_of_member(problem, "title", title);
    words_of_member(problem, "detail", detail);
    json_free(problem);
    snprintf(out, HUB_WORDS_MAX, ": %.90s%s%.140s", title, *title && *detail ? ": " : "", detail);
    if (!*title && !*detail)
        out[0] = '\0';
}

static const struct {
    int from, to; /* statuses */
    enum err_kind kind;
    const char *meaning, *hint;
} meanings[] = {
    {401, 401, ERR_REFUSED, "wants another token",
     "a token of the hub goes into token_file (mode 0600) or token_command"},
    {403, 403, ERR_REFUSED, "does not allow it to this token", "ask the hub's operator to let the token read"},
    {404, 404, ERR_TRANSIENT, "has nothing there", "the url ends before /v1; is a Hub API v1 served there?"},
    {410, 410, ERR_TRANSIENT, "does not have that page any more", "it is asked anew with the next poll"},
    {429, 429, ERR_TRANSIENT, "asks for a pause", "raise the source's interval"},
    {500, 599, ERR_TRANSIENT, "has a trouble of its own", "its operator knows more"},
    {100, 999, ERR_TRANSIENT, "answers what nobody expected", "is a Hub API v1 served there?"},
};

bool hub_answer_failed(const struct hub_answer *a, struct err *err)
{
    char words[HUB_WORDS_MAX];
    size_t i = 0;
    words_of(a, words);
    while (i + 1 < sizeof meanings / sizeof *meanings && (a->status < meanings[i].from || a->status > meanings[i].to))
        i++;
    err_set(err, meanings[i].kind, "hub '%s' %s (%d)%s", a->source, meanings[i].meaning, a->status, words);
    return err_hint(err, "%s", meanings[i].hint);
}

/* --- orders --- */

/* A peer that asks to come back later may have acted before it said so: what became of the order is looked up. */
static const struct {
    int from, to; /* statuses */
    enum source_order_end end;
    const char *meaning;
} ends[] = {
    {408, 408, SOURCE_ORDER_UNKNOWN, "gave up before it had read the whole order"},
    {425, 425, SOURCE_ORDER_UNKNOWN, "wants it later"},
    {429, 429, SOURCE_ORDER_UNKNOWN, "asks for a pause"},
    {401, 401, SOURCE_ORDER_REFUSED, "wants another token"},
    {403, 403, SOURCE_ORDER_REFUSED, "does not allow it to this token"},
    {404, 404, SOURCE_ORDER_REFUSED, "has no such target"},
    {405, 405, SOURCE_ORDER_REFUSED, "takes no orders"},
    {409, 409, SOURCE_ORDER_REFUSED, "does not allow it now"},
    {412, 412, SOURCE_ORDER_REFUSED, "says that the target changed since it was seen"},
    {400, 499, SOURCE_ORDER_REFUSED, "refuses it"},
    {500, 599, SOURCE_ORDER_UNKNOWN, "has a trouble of its own"},
    {100, 999, SOURCE_ORDER_UNKNOWN, "answers what nobody expected"},
};

enum source_order_end hub_answer_order(const struct hub_answer *a, bool look, struct err *err)
{
    char words[HUB_WORDS_MAX];
    size_t i = 0;
    words_of(a, words);
    while (i + 1 < sizeof ends / sizeof *ends && (a->status < ends[i].from || a->status > ends[i].to))
        i++;
    enum source_order_end end = look ? SOURCE_ORDER_UNKNOWN : ends[i].end;
    err_set(err, end == SOURCE_ORDER_UNKNOWN ? ERR_TRANSIENT : ERR_REFUSED, "hub '%s' %s (%d)%s", a->source,
            look ? "does not tell what became of it" : ends[i].meaning, a->status, words);
    return end;
}

/* --- where it is --- */

bool hub_answer_is_loopback(const char *url)
{
    static const char *const here[] = {"127.", "localhost", "[::1]"};
    const char *host = strstr(url, "://");
    if (!host)
        return false;
    host += 3;
    size_t n = strcspn(host, "/");
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
        size_t own = strlen(here[i]);
        if (n >= own && strncasecmp(host, here[i], own) == 0 &&
            (i == 0 ? strspn(host, "0123456789.") >= strcspn(host, ":/") : strchr(":/", host[own]) != NULL))
            return true;
    }
    return false;
}
