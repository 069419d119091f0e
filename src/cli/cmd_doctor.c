#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/doctor.h"
#include "cli/fail.h"
#include "cli/setup.h"
#include "cli/wait.h"
#include "store/query.h"
#include "ui/term.h"

static void check_terminal(void)
{
    struct err err = {0};
    char text[ERR_TEXT_MAX];
    const char *name = getenv("TERM");
    if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)) {
        snprintf(text, sizeof text, "TERM=%s; standard input or output is no terminal", name ? name : "(unset)");
        doctor_line("terminal", text, "screens are printed as text, as with --once");
        return;
    }
    struct term *t = term_new(TERM_COLOR_AUTO, &err);
    bool utf8 = t && term_is_utf8(t);
    snprintf(text, sizeof text, "%s", t ? term_describe(t) : err.text);
    term_free(t);
    doctor_line("terminal", text, t ? "" : err.hint);
    if (t)
        doctor_line("encoding", utf8 ? "UTF-8: 中文 ✓ ✖ ⣀⣤⣶⣿" : "not UTF-8",
                    utf8 ? "" : "--glyphs ascii, or set the terminal to UTF-8");
}

static void check_locale(void)
{
    const char *codeset = nl_langinfo(CODESET), *lang = getenv("LANG");
    char text[128];
    snprintf(text, sizeof text, "LANG=%.40s, codeset %.40s", lang ? lang : "(unset)", codeset);
    doctor_line("locale", text, strcmp(codeset, "UTF-8") == 0 ? "" : "a UTF-8 locale such as C.UTF-8");
}

static void check_state(const struct setup *s)
{
    char text[2 * DIR_PATH_MAX];
    struct err err = {0};
    struct stat st;
    snprintf(text, sizeof text, "%s (context %s%s)", s->state_dir, s->context, s->shared ? ", shared" : "");
    doctor_line("state", text, "");
    struct query *q = query_open(s->state_dir, &err);
    doctor_line("cache", q ? "readable" : err.text, q ? "" : err.hint);
    query_close(q);
    char path[DIR_PATH_MAX];
    if (dir_join(path, s->state_dir, "cache.db") && stat(path, &st) == 0) {
        snprintf(text, sizeof text, "%.1f MB", (double)st.st_size / 1e6);
        doctor_line("cache size", text, "");
    }
    doctor_line("collector", dir_locked(s->state_dir) ? "running" : "not running",
                dir_locked(s->state_dir) ? "" : "the console starts one; a service: hubtop collect");
}

static void source_line(const struct row *row)
{
    char name[128], text[3 * ERR_TEXT_MAX], state[64], url[512], why[ERR_TEXT_MAX], age[CLOCK_TEXT_MAX];
    text_show_in(row->id, name, sizeof name);
    text_show_in(value_text_or(&row->cells[SOURCE_STATE], "unknown"), state, sizeof state);
    text_show_in(value_text_or(&row->cells[SOURCE_URL], ""), url, sizeof url);
    text_show_in(value_text_or(&row->cells[SOURCE_LAST_ERROR], ""), why, sizeof why);
    int64_t ok_ms = value_int_or(&row->cells[SOURCE_LAST_OK_AT], -1), at_ms = row->observed_ms + row->age_ms;
    snprintf(text, sizeof text, "%s, %s, last good answer %s%s", state, url,
             ok_ms < 0 ? "never" : clock_age(at_ms - ok_ms, age), ok_ms < 0 ? "" : " ago");
    doctor_line(name, text, strcmp(state, "live") == 0 ? "" : why);
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
    check_terminal();
    check_locale();
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
