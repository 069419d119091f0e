#define CURL_DISABLE_TYPECHECK /* its macros stand in the way of functions of these names; who calls them is checked */
#include "io/curl.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>

/* The soname of libcurl 7.16 and all later ones with OpenSSL. */
#define LIBRARY "libcurl.so.4"

static struct {
    void *handle; /* of the library */
    CURLcode (*global_init_mem)(long, curl_malloc_callback, curl_free_callback, curl_realloc_callback,
                                curl_strdup_callback, curl_calloc_callback);
    void (*global_cleanup)(void);
    char *(*version)(void);
    void (*free)(void *);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *);
    void (*easy_reset)(CURL *);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    const char *(*easy_strerror)(CURLcode);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *);
    CURLMcode (*multi_add_handle)(CURLM *, CURL *);
    CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
    CURLMcode (*multi_setopt)(CURLM *, CURLMoption, ...);
    CURLMcode (*multi_socket_action)(CURLM *, curl_socket_t, int, int *);
    CURLMsg *(*multi_info_read)(CURLM *, int *);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
    CURLU *(*url)(void);
    void (*url_cleanup)(CURLU *);
    CURLUcode (*url_get)(CURLU *, CURLUPart, char **, unsigned);
    CURLUcode (*url_set)(CURLU *, CURLUPart, const char *, unsigned);
} lib;

#define TO(member)                                                                                                     \
    {                                                                                                                  \
        "curl_" #member, &lib.member,                                                                                  \
    }
static const struct {
    const char *name;
    void *to; /* the address of a pointer to a function */
} table[] = {
    TO(global_init_mem),  TO(global_cleanup),
    TO(version),          TO(free),
    TO(easy_init),        TO(easy_cleanup),
    TO(easy_reset),       TO(easy_setopt),
    TO(easy_getinfo),     TO(easy_strerror),
    TO(multi_init),       TO(multi_cleanup),
    TO(multi_add_handle), TO(multi_remove_handle),
    TO(multi_setopt),     TO(multi_socket_action),
    TO(multi_info_read),  TO(slist_append),
    TO(slist_free_all),   TO(url),
    TO(url_cleanup),      TO(url_get),
    TO(url_set),
};

static bool fail(struct err *err)
{
    const char *why = dlerror();

    err_set(err, ERR_TRANSIENT, "cannot load libcurl: %s", why ? why : LIBRARY);
    return err_hint(err, "without it nothing is fetched: install the package libcurl4");
}

bool curl_load(struct err *err)
{
    void *library = lib.handle ? lib.handle : dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

    if (!library)
        return fail(err);
    for (size_t i = 0; !lib.handle && i < sizeof table / sizeof *table; i++) {
        void *function = dlsym(library, table[i].name);
        if (!function)
            return fail(err);
        memcpy(table[i].to, &function, sizeof function); /* as POSIX lets dlsym() be used */
    }
    lib.handle = library;
    return true;
}

/* --- what follows is declared, and described, in curl/curl.h --- */

CURLcode curl_global_init_mem(long flags, curl_malloc_callback m, curl_free_callback f, curl_realloc_callback r,
                              curl_strdup_callback s, curl_calloc_callback c)
{
    return lib.global_init_mem(flags, m, f, r, s, c);
}

void curl_global_cleanup(void)
{
    lib.global_cleanup();
}

char *curl_version(void)
{
    return lib.version();
}

void curl_free(void *p)
{
    lib.free(p);
}

CURL *curl_easy_init(void)
{
    return lib.easy_init();
}

void curl_easy_cleanup(CURL *easy)
{
    lib.easy_cleanup(easy);
}

void curl_easy_reset(CURL *easy)
{
    lib.easy_reset(easy);
}

/* An option's number says of what type its value is. */
CURLcode(curl_easy_setopt)(CURL *easy, CURLoption option, ...)
{
    bool offset = (int)option >= CURLOPTTYPE_OFF_T && (int)option < CURLOPTTYPE_BLOB;
    CURLcode code;
    va_list ap;

    va_start(ap, option);
    if (offset)
        code = lib.easy_setopt(easy, option, va_arg(ap, curl_off_t));
    else if ((int)option < CURLOPTTYPE_OBJECTPOINT)
        code = lib.easy_setopt(easy, option, va_arg(ap, long));
    else
        code = lib.easy_setopt(easy, option, va_arg(ap, void *));
    va_end(ap);
    return code;
}

CURLcode(curl_easy_getinfo)(CURL *easy, CURLINFO info, ...)
{
    va_list ap;

    va_start(ap, info);
    CURLcode code = lib.easy_getinfo(easy, info, va_arg(ap, void *));
    va_end(ap);
    return code;
}

const char *curl_easy_strerror(CURLcode code)
{
    return lib.easy_strerror(code);
}

CURLM *curl_multi_init(void)
{
    return lib.multi_init();
}

CURLMcode curl_multi_cleanup(CURLM *multi)
{
    return lib.multi_cleanup(multi);
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    return lib.multi_add_handle(multi, easy);
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
    return lib.multi_remove_handle(multi, easy);
}

CURLMcode(curl_multi_setopt)(CURLM *multi, CURLMoption option, ...)
{
    CURLMcode code;
    va_list ap;

    va_start(ap, option);
    if ((int)option < CURLOPTTYPE_OBJECTPOINT)
        code = lib.multi_setopt(multi, option, va_arg(ap, long));
    else
        code = lib.multi_setopt(multi, option, va_arg(ap, void *));
    va_end(ap);
    return code;
}

CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events, int *running)
{
    return lib.multi_socket_action(multi, socket, events, running);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
    return lib.multi_info_read(multi, left);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
    return lib.slist_append(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
    lib.slist_free_all(list);
}

CURLU *curl_url(void)
{
    return lib.url();
}

void curl_url_cleanup(CURLU *url)
{
    lib.url_cleanup(url);
}

CURLUcode curl_part(CURLU *url, CURLUPart part, char **out)
{
    return lib.url_get(url, part, out, 0);
}

CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned flags)
{
    return lib.url_set(url, part, text, flags);
}
