#ifndef HUBTOP_TESTS_ZH_H
#define HUBTOP_TESTS_ZH_H

/* The interface in Chinese, with the catalogue that was built, and back in English. Include after cmocka.h. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/tr.h"

static inline void zh_begin(void)
{
    const char *build = getenv("BUILD");
    char locale[1024], catalogue[1100];

    snprintf(locale, sizeof locale, "%s/locale", build != NULL ? build : "build");
    snprintf(catalogue, sizeof catalogue, "%s/zh_CN/LC_MESSAGES/hubtop.mo", locale);
    assert_int_equal(access(catalogue, R_OK), 0);
    tr_init("zh", locale);
    assert_true(tr_is_zh());
}

static inline void zh_end(void)
{
    tr_init("en", NULL);
    assert_false(tr_is_zh());
}

#endif
