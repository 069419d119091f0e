#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "domain/person.h"

/* As sshd writes them, of keys made for this test; the fingerprints are ssh-keygen's. */
static const char ed25519[] =
    "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBsu4T5rSIHgn0FWXT+AzvB2LK640WrwT1UY5KOkkBCB\n";
static const char ed25519_cert[] =
    "publickey ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIFpIH"
    "GaZKieUHcohqOY6+WUX4C6+q0vJqNARpQmAL3UpAAAAIBsu4T5rSIHgn0FWXT+AzvB2LK640WrwT1UY5KOkkBCBAAAAAAAAAAAAA"
    "AABAAAAC2xpLndlaUBjb3JwAAAABwAAAANvcHMAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJka"
    "W5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVyb"
    "Wl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgxL9vy+Uy9BRCLVdXjNwHQ"
    "jzR64lhDpy54qwQC/xICdcAAABTAAAAC3NzaC1lZDI1NTE5AAAAQG0G769pWc01t5zGODCidku3H0yZMZ6Gps04wx2SvB9JnQz8J"
    "J36813EotJ334ezNLeUPPO6G7PPNzykhTTT9wc=\n";
static const char ecdsa[] =
    "publickey ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPaDTSEA2RKaJxKXQa"
    "pe5++3jP0Y44ihWsMEFnFUjYiOP9qGViPWuzQb3ost2OoNNTF6UjogvAf0VzM1vdvgbV4=\n";
static const char ecdsa_cert[] =
    "publickey ecdsa-sha2-nistp256-cert-v01@openssh.com AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3Blb"
    "nNzaC5jb20AAAAgMPEfom4ux+5e4CJ4GgYFlC3OTp7o5q8JALau4sluuIEAAAAIbmlzdHAyNTYAAABBBPaDTSEA2RKaJxKXQape5"
    "++3jP0Y44ihWsMEFnFUjYiOP9qGViPWuzQb3ost2OoNNTF6UjogvAf0VzM1vdvgbV4AAAAAAAAAAAAAAAEAAAAGd2FuZy5xAAAAB"
    "wAAAANvcHMAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlb"
    "nQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0L"
    "XVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgxL9vy+Uy9BRCLVdXjNwHQjzR64lhDpy54qwQC/xICdcAAABTA"
    "AAAC3NzaC1lZDI1NTE5AAAAQJ4U2uxYFFEWE3TKGdM/gx8yCQqA2izx7xNkghTaKwyc2Td9zBBro4MuHK53Z7/gg8uuemSnjhePX"
    "fm1atxcnwo=\n";
#define ED25519 "SHA256:dyaKCK64pfKa4jfxbjrZI8TteXS89RvPaOUIOKhHR3Q"
#define ECDSA   "SHA256:Boga2taflK9Me0QTK6xfms0Vsz2B4XbwCOH9p4NGqJc"

static void expect_key(const char *text, const char *key, const char *cert)
{
    struct person p = {.uid = 7};
    assert_true(person_read_auth(text, strlen(text), &p));
    assert_string_equal(p.key, key);
    assert_string_equal(p.cert, cert);
    assert_int_equal(p.uid, 7);
}

/* A certificate has the key's own fingerprint: whoever comes with it or without it is one. */
static void keys_and_certificates(void **state)
{
    (void)state;
    char two[4096];
    expect_key(ed25519, ED25519, "");
    expect_key(ed25519_cert, ED25519, "li.wei@corp");
    expect_key(ecdsa, ECDSA, "");
    expect_key(ecdsa_cert, ECDSA, "wang.q");
    strcpy(two, "password\n");
    strcat(two, ecdsa);
    strcat(two, ed25519);
    expect_key(two, ECDSA, "");
}

static void what_holds_no_key(void **state)
{
    static const char *const texts[] = {
        "",
        "\n\n",
        "password\n",
        "publickey\n",
        "publickey ssh-ed25519\n",
        "publickey ssh-ed25519 \n",
        "publickey ssh-ed25519 !!!!\n",
        "publickey ssh-ed25519 AAAA\n",
        "publickey ssh-ed25519 /////w==\n",
        "hostbased ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBsu4T5rSIHgn0FWXT+AzvB2LK640WrwT1UY5KOkkBCB\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct person p = {.uid = 7};
        assert_false(person_read_auth(texts[i], strlen(texts[i]), &p));
        assert_string_equal(p.key, "");
    }
}

/* However it is cut, it is either no key or, with all of its bytes, the key. */
static void a_cut_certificate_is_no_other_person(void **state)
{
    (void)state;
    for (size_t n = 0; n + 1 < sizeof ed25519_cert; n++) {
        struct person p = {.uid = 7};
        if (person_read_auth(ed25519_cert, n, &p))
            assert_string_equal(p.key, ED25519);
        else
            assert_string_equal(p.key, "");
    }
}

static void who_is_another(void **state)
{
    static const struct {
        struct person a, b;
        enum person_is is;
    } cases[] = {
        {{.uid = 1}, {.uid = 2}, PERSON_OTHER},
        {{.uid = 1}, {.uid = 1}, PERSON_UNTOLD},
        {{.uid = 1, .key = "k"}, {.uid = 1, .key = "l"}, PERSON_OTHER},
        {{.uid = 1, .key = "k"}, {.uid = 1, .key = "k"}, PERSON_SAME},
        {{.uid = 1, .key = "k"}, {.uid = 1}, PERSON_UNTOLD},
        /* one person with two accounts */
        {{.uid = 1, .key = "k"}, {.uid = 2, .key = "k"}, PERSON_SAME},
        {{.uid = 1, .key = "k", .cert = "li"}, {.uid = 2, .key = "l", .cert = "li"}, PERSON_SAME},
        /* sudo */
        {{.uid = 1, .login_known = true, .login_uid = 1},
         {.uid = 2, .login_known = true, .login_uid = 1},
         PERSON_UNTOLD},
        {{.uid = 1}, {.uid = 2, .login_known = true, .login_uid = 1}, PERSON_UNTOLD},
        /* a login uid alone makes nobody another */
        {{.uid = 1, .login_known = true, .login_uid = 3},
         {.uid = 1, .login_known = true, .login_uid = 4},
         PERSON_UNTOLD},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(person_compare(&cases[i].a, &cases[i].b), cases[i].is);
        assert_int_equal(person_compare(&cases[i].b, &cases[i].a), cases[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_and_certificates), cmocka_unit_test(what_holds_no_key),
                                       cmocka_unit_test(a_cut_certificate_is_no_other_person),
                                       cmocka_unit_test(who_is_another)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
