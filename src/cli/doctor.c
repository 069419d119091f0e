#include "cli/doctor.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fail.h"
#include "cli/once.h"
#include "cli/out.h"
#include "cli/setup_check.h"
#include "cli/wait.h"

enum { DOCTOR_SHOWN_MAX = 4 * DIR_PATH_MAX, DOCTOR_SAMPLE = 3, DOCTOR_WHAT = 14 };

void doctor_line(const char *what, const char *state, const char *hint)
{
    char shown[DOCTOR_SHOWN_MAX];
    int wide = text_width(text_of(what));
    printf("%s%*s %s\n", what, wide < DOCTOR_WHAT ? DOCTOR_WHAT - wide : 0, "",
           text_show_in(text_of(state), shown, sizeof shown));
    for (const char *line = hint; *line;) {
        size_t n = strcspn(line, "\n");
        printf("%15s%s %s\n", "", line == hint ? "->" : "  ", text_show_in(text_from(line, n), shown, sizeof shown));
        line += n + (line[n] == '\n');
    }
    fflush(stdout);
}

struct examined {
    const struct options *o;
    struct setup s;
    const struct collector_source *src;
    struct err failure; /* the first */
};

static void note(struct examined *e, const struct err *err)
{
    if (e->failure.kind == ERR_NONE)
        e->failure = *err;
}

/* --- which source --- */

static void tell(void *ctx, const struct err *err)
{
    (void)ctx;
    doctor_line("configuration", err->text, err->hint);
}

static const char *name_of(const struct collector_source *src)
{
    return src->name ? src->name : src->provisional;
}

static bool find(struct examined *e, const char *name, struct err *err)
{
    char known[ERR_HINT_MAX] = "";
    for (size_t i = 0; i < e->s.source_count; i++) {
        const char *own = name_of(&e->s.sources[i]);
        if (strcmp(own, name) == 0)
            e->src = &e->s.sources[i];
        snprintf(known + strlen(known), sizeof known - strlen(known), " %s", own);
    }
    if (e->src)
        return true;
    err_set(err, ERR_INPUT, "there is no source '%s' that could be asked", name);
    err_hint(err, known[0] ? "there are:%s" : "there is none%s", known);
    return err_exit(err, 67);
}

static void say_source(const struct collector_source *src)
{
    char text[DOCTOR_SHOWN_MAX];
    snprintf(text, sizeof text, "%s, driver %s, %s, every %lld s", name_of(src), src->driver->name, src->url,
             (long long)(src->interval_ms / 1000));
    doctor_line("source", text, "");
}

/* --- its token --- */

/* Of a JWT, for people: when it ends. */
static void say_token(const struct examined *e, const char *where, const struct secret *token)
{
    char text[DOCTOR_SHOWN_MAX], at[CLOCK_TEXT_MAX], age[CLOCK_TEXT_MAX];
    int64_t ends_s, now_ms = clock_now(&e->s.clock).utc_ms;
    if (!secret_ends(token, &ends_s) || ends_s < 0 || ends_s > INT64_C(1) << 40) {
        doctor_line("token", where, "");
        return;
    }
    int64_t left_ms = ends_s * 1000 - now_ms;
    snprintf(text, sizeof text, left_ms > 0 ? "%s; a JWT that ends %s, in %s" : "%s; a JWT that ended %s, %s ago",
             where, clock_iso(ends_s * 1000, at), clock_age(left_ms > 0 ? left_ms : -left_ms, age));
    doctor_line("token", text, left_ms > 0 ? "" : "make a new one; of Slurm: scontrol token lifespan=SECONDS");
}

static struct secret *token_of_command(struct examined *e, char *where, size_t size, struct err *err)
{
    struct buf out = buf_make(64 << 10);
    const char *command = config_list_at(e->src->config, "token_command", 0);
    int64_t begin_ms = clock_boot_ms();
    bool ran = buf_reserve(&out, 64 << 10, err) && launcher_output(e->s.launcher, e->src->token_command, &out, err);
    struct secret *token = ran ? secret_from_output(&out, err) : NULL;
    secret_wipe(&out);
    snprintf(where, size, "from the command '%s', %lld ms", command ? command : "",
             (long long)(clock_boot_ms() - begin_ms));
    return token;
}

static struct secret *token_of_file(const struct examined *e, char *where, size_t size, struct err *err)
{
    struct stat st;
    struct secret *token = secret_from_file(e->src->token_file, err);
    bool seen = stat(e->src->token_file, &st) == 0;
    snprintf(where, size, "%s, mode %04o", e->src->token_file, seen ? (unsigned)(st.st_mode & 07777) : 0);
    return token;
}

static void examine_token(struct examined *e)
{
    struct err err = {0};
    char where[2 * DIR_PATH_MAX];
    if (!e->src->token_file && !e->src->token_command) {
        doctor_line("token", "none: the peer is asked without one", "");
        return;
    }
    struct secret *token = e->src->token_file ? token_of_file(e, where, sizeof where, &err)
                                              : token_of_command(e, where, sizeof where, &err);
    if (token)
        say_token(e, where, token);
    else {
        note(e, &err);
        doctor_line("token", err.text, err.hint);
    }
    secret_free(token);
}

/* --- the way to it --- */

static bool examine_way(struct examined *e)
{
    struct err err = {0};
    if (!e->src->peer.url)
        doctor_line("network", "none: its facts are made here", "");
    else if (e->src->service)
        doctor_line("connect", "a slurmrestd of its own is started for it", "");
    else if (!doctor_reach(e->src, &err)) {
        note(e, &err);
        return false;
    }
    return true;
}

/* --- a poll, and what came --- */

static void report(void *ctx, const struct collector_report *r)
{
    char text[512];
    (void)ctx;
    if (r->err) {
        doctor_line(r->what, r->err->text, r->err->hint);
        return;
    }
    snprintf(text, sizeof text, "%lld rows, %lld bytes, %lld ms%s%s", (long long)r->rows, (long long)r->bytes,
             (long long)r->took_ms, r->remark[0] ? "; " : "", r->remark);
    doctor_line(r->what, text, "");
}

static void say_version(struct query *q, struct err *err)
{
    struct row row;
    struct query_rows *rows = query_rows_new(q, KIND_SOURCE, QUERY_NOW);
    if (wait_for_rows(rows, (struct instant){0}, err) && query_rows_at(rows, 0, &row)) {
        char version[256];
        struct safe_text told = value_text_or(&row.cells[SOURCE_VERSION], "not told");
        doctor_line("version", text_show_in(told, version, sizeof version), "");
    }
    query_rows_free(rows);
}

static void say_sample(const struct examined *e, struct query *q, enum kind kind, struct err *err)
{
    struct out_plan plan;
    struct options few = {.limit = DOCTOR_SAMPLE, .seed = -1};
    struct instant now = clock_now(&e->s.clock);
    struct query_rows *rows = query_rows_new(q, kind, QUERY_NOW);
    bool ok = wait_for_rows(rows, now, err) && out_plan(&plan, &few, kind, now.utc_ms, err);
    size_t n = ok ? query_rows_count(rows) : 0;
    if (n > 0) {
        printf("\n%s, %zu of %zu:\n", kind_info(kind)->name, n < DOCTOR_SAMPLE ? n : DOCTOR_SAMPLE, n);
        out_rows(&plan, rows, stdout, err);
    }
    query_rows_free(rows);
}

static void say_samples(struct examined *e)
{
    struct err err = {0};
    struct query *q = query_open(e->s.state_dir, &err);
    if (!q) {
        doctor_line("sample", err.text, err.hint);
        return;
    }
    say_version(q, &err);
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        if (k != KIND_SOURCE && k != KIND_CHANGE)
            say_sample(e, q, (enum kind)k, &err);
    }
    query_close(q);
}

static void examine_poll(struct examined *e)
{
    struct err err = {0};
    e->s.sources = e->src;
    e->s.source_count = 1;
    if (!once_poll(&e->s, report, e, &err))
        note(e, &err);
    say_samples(e);
}

static int examine(struct examined *e, const char *name, const char *state_dir)
{
    struct err err = {0};
    setup_check(&e->s, e->o, state_dir, tell, e);
    if (!find(e, name, &err) || !setup_launcher(&e->s, e->o, &err))
        return fail_report(e->o, &err);
    say_source(e->src);
    examine_token(e);
    if (examine_way(e))
        examine_poll(e);
    return err_status(&e->failure);
}

int doctor_source(const struct options *o, const char *name)
{
    struct err err = {0};
    char dir[DIR_PATH_MAX];
    struct examined e = {.o = o};
    if (!dir_temporary(dir, &err))
        return fail_report(o, &err);
    int status = examine(&e, name, dir);
    setup_release(&e.s);
    dir_remove(dir);
    return status;
}
