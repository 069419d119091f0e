#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/io/world.h"

/* --- URLs --- */

static void a_url_is_checked(void **state)
{
    static const struct {
        const char *url, *text;
    } cases[] = {
        {"http://host:80", NULL},
        {"https://[::1]:8443/base", NULL},
        {"http://localhost", NULL},
        {"http://10.0.0.1:6820/base/v1_2~x", NULL},
        {"https://slurm-1.example.org", NULL},
        {"http://host:65536", "cannot understand the URL 'http://host:65536'"},
        {"http://host:", NULL},
        {"http://host:80x/", "cannot understand the URL 'http://host:80x/'"},
        {"httpss://host", "the URL 'httpss://host' is neither http nor https"},
        {"host:80", "cannot understand the URL 'host:80'"},
        {"", "cannot understand the URL ''"},
        {"http://", "cannot understand the URL 'http://'"},
        {"ftp://host", "the URL 'ftp://host' is neither http nor https"},
        {"file:///etc/passwd", "the URL 'file:///etc/passwd' is neither http nor https"},
        {"http://me:hunter2@host", "the URL of 'host' has a user or a password in it"},
        {"http://me@host", "the URL of 'host' has a user or a password in it"},
        {"http://me:hunter2@ho st", "cannot understand the URL with the '@'"},
        {"http://host/?a=b", "the URL of 'host' has a '?' or a '#' in it"},
        {"http://host/#a", "the URL of 'host' has a '?' or a '#' in it"},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        assert_int_equal(http_url_check(cases[i].url, &err), cases[i].text == NULL);
        assert_string_equal(err.text, cases[i].text ? cases[i].text : "");
        assert_null(strstr(err.hint, "hunter2"));
        if (cases[i].text) {
            assert_int_equal(err.kind, ERR_INPUT);
            assert_null(http_peer_new(w->http, &(struct http_peer_options){.url = cases[i].url}, &err));
        }
    }
}

static void no_path_leads_to_another_host(void **state)
{
    struct world *w = *state;
    static const char *const bad[] = {"@127.0.0.1:9/", ".example.org/", ":81/", "x",
                                      "/a b",          "/a\r\nX: y",    "/a#b", "/\x7f"};
    struct http_peer *peer = peer_of(w, "http://127.0.0.1");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ask a = ask_make(w);
        struct err err = {0};
        a.request.path = bad[i];
        assert_null(http_start(peer, &a.request, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(strstr(err.text, "cannot be asked of 'http://127.0.0.1'"));
    }
    static char longer[4096];
    struct ask a = ask_make(w);
    struct err err = {0};
    memset(longer, '/', sizeof longer - 1);
    a.request.path = longer;
    assert_null(http_start(peer, &a.request, &err));
    assert_string_equal(err.text, "the URL of a request to 'http://127.0.0.1' is too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_url_is_checked),
        IN_WORLD(no_path_leads_to_another_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
