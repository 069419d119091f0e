#include <curl/curl.h>
#include <string.h>

#include "io/http_private.h"

enum { HEADER_MAX = 128 << 10 };

void http_header_wipe(struct curl_slist *list)
{
    for (struct curl_slist *l = list; l; l = l->next)
        explicit_bzero(l->data, strlen(l->data));
    curl_slist_free_all(list);
}

/* The whole room at once: a buffer that grows leaves copies behind. */
bool http_header_add(struct curl_slist **list, const struct http_header *h, struct err *err)
{
    struct buf line = buf_make(HEADER_MAX);
    bool ok =
        buf_reserve(&line, HEADER_MAX - 1, err) && buf_printf(&line, err, "%s: %s", h->name, h->value ? h->value : "");
    if (ok && h->secret)
        ok = secret_reveal(h->secret, "", &line, err);
    if (ok && strpbrk(buf_str(&line), "\r\n"))
        ok = err_set(err, ERR_INPUT, "the header '%s' holds a line end", h->name);
    struct curl_slist *grown = ok ? curl_slist_append(*list, buf_str(&line)) : NULL;
    secret_wipe(&line);
    if (grown)
        *list = grown;
    else if (ok)
        err_set(err, ERR_TRANSIENT, "libcurl has no memory for the header '%s'", h->name);
    return grown != NULL;
}
