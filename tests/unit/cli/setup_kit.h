#ifndef HUBTOP_TESTS_UNIT_CLI_SETUP_KIT_H
#define HUBTOP_TESTS_UNIT_CLI_SETUP_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/setup.h"

/* Configurations in a file of the test's own, and what they are read as. */

static char conf[] = "/tmp/hubtop-test-conf-XXXXXX";
static struct setup s;
static struct err err;

static inline int setup_kit_begin(void **state)
{
    (void)state;
    int fd = mkstemp(conf);
    return fd < 0 || close(fd) != 0 ? -1 : 0;
}

static inline int setup_kit_end(void **state)
{
    (void)state;
    setup_release(&s);
    return unlink(conf);
}

static inline bool reads_with(const char *text, const struct options *with)
{
    struct options o = *with;
    FILE *f = fopen(conf, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    setup_release(&s);
    err = (struct err){0};
    o.config = conf;
    return setup_read(&s, &o, &err);
}

static inline bool reads(const char *text)
{
    return reads_with(text, &(struct options){0});
}

static inline void expect_wrong(const char *text, int line, const char *says)
{
    char at[96];
    assert_false(reads(text));
    snprintf(at, sizeof at, "%s:%d: ", conf, line);
    if (!strstr(err.text, at) || !strstr(err.text, says))
        fail_msg("'%s' does not say '%s%s'", err.text, at, says);
    assert_int_equal(err_status(&err), 78);
    assert_true(err.hint[0] != '\0');
}

#endif
