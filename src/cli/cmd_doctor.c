#include <stdio.h>

#include "cli/command.h"
#include "cli/doctor.h"
#include "cli/fail.h"
#include "cli/request.h"
#include "cli/setup.h"
#include "cli/wait.h"
#include "console/examine.h"
#include "store/query.h"
#include "ui/term.h"

static void print(const struct checkup *found)
{
    for (size_t i = 0; i < found->count; i++)
        doctor_line(found->lines[i].what, found->lines[i].state, found->lines[i].hint);
}

static void check_screen(void)
{
    static struct checkup found;
    struct checkup_facts f = {0};
    struct err err = {0};
    char terminal[256];
    examine_locale(&f);
    struct term *t = f.is_terminal ? term_new(TERM_COLOR_AUTO, &err) : NULL;
    f.asked = t != NULL;
    f.utf8 = t && term_is_utf8(t);
    if (t)
        snprintf(terminal, sizeof terminal, "%s", term_describe(t));
    f.terminal = t ? terminal : NULL;
    f.terminal_err = &err;
    term_free(t);
    checkup_screen(&f, &found);
    print(&found);
}

static void check_state(const struct setup *s)
{
    static struct checkup found;
    struct checkup_facts f = {.context = s->context, .shared = s->shared};
    struct err err = {0};
    examine_state(s->state_dir, &f, &err);
    checkup_state(&f, &found);
    print(&found);
}

/* The collector is asked, which runs by now. */
static void check_people(const struct setup *s, const struct options *o)
{
    static struct checkup found;
    struct checkup_facts f = {.shared = s->shared};
    struct err err = {0};
    struct hello hello;
    char roles[ROLES_WORDS_MAX];
    if (!request_hello(s, o, &hello, &err))
        return;
    f.roles = roles_words(hello.roles, roles);
    f.changes = (hello.roles & ~(unsigned)ROLES_VIEWER) != 0;
    f.ssh_key = hello.key;
    f.ssh_unknown = hello.unknown;
    checkup_people(&f, &found);
    print(&found);
}

static void source_line(const struct row *row)
{
    struct checkup one = {0};
    checkup_source(row, &one);
    print(&one);
}

static int check_sources(struct setup *s, const struct options *o)
{
    struct err err = {0};
    struct row row;
    struct query *q = wait_for_data(s, o, &err);
    if (!q)
        return fail_report(o, &err);
    struct query_rows *rows = query_rows_new(q, KIND_SOURCE, s->at_ms);
    bool ok = wait_for_rows(rows, clock_now(&s->clock), &err);
    if (!wait_is_offline(s, o))
        check_people(s, o);
    for (size_t i = 0; ok && i < query_rows_count(rows); i++) {
        if (query_rows_at(rows, i, &row))
            source_line(&row);
    }
    query_rows_free(rows);
    int status = ok ? wait_status(q, s, &err) : fail_report(o, &err);
    query_close(q);
    return status;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    if (o->arg_count > 1) {
        err_set(&err, ERR_INPUT, "cannot use '%s' after 'doctor %s'", o->args[1], o->args[0]);
        err_hint(&err, "one source at a time");
        err_exit(&err, 64);
        return fail_report(o, &err);
    }
    if (o->arg_count == 1)
        return doctor_source(o, o->args[0]);
    check_screen();
    if (!setup_init(&s, o, !o->offline, &err)) {
        doctor_line("configuration", err.text, err.hint);
        setup_release(&s);
        return err_status(&err);
    }
    check_state(&s);
    int status = 0;
    if (s.source_count > 0)
        status = setup_launcher(&s, o, &err) ? check_sources(&s, o) : fail_report(o, &err);
    setup_release(&s);
    return status;
}

const struct command cmd_doctor = {
    .name = "doctor",
    .usage = "[SOURCE]",
    .summary = "what this terminal, locale, state directory and each source can do; or one source, step by step",
    .help =
        "doctor SOURCE goes the way to that source alone, with the time of each step: its token (where it lies, and "
        "when a\n"
        "JWT ends; never the token itself), its name's address, the connection, TLS and the certificate, the first\n"
        "answer, one poll (rows, bytes, time), its version, and up to three rows of each kind. Under what fails "
        "stands\n"
        "what to do next. It asks past the collector that runs, into a cache that is thrown away.",
    .run = run,
};
