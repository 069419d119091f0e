#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/setup.h"
#include "cli/wait.h"

static const char *kind_name(const void *ctx, size_t i)
{
    (void)ctx;
    return KIND_NONE + 1 + i < KIND_COUNT ? kind_info((enum kind)(KIND_NONE + 1 + i))->name : NULL;
}

static bool unknown_kind(const char *name, struct err *err)
{
    const char *near = name ? near_word(name, kind_name, NULL) : NULL;
    err_set(err, ERR_INPUT, name ? "there is no kind '%s'" : "which kind to get is not said%s", name ? name : "");
    if (near)
        err_hint(err, "did you mean '%s'? 'hubtop help get' lists all", near);
    else
        err_hint(err, "'hubtop help get' lists all");
    return err_exit(err, 64);
}

static bool ids_exist(const struct options *o, const struct query_rows *rows, struct err *err)
{
    for (size_t i = 1; i < o->arg_count; i++) {
        if (query_rows_find(rows, text_of(o->args[i]), text_of("")) < 0) {
            err_set(err, ERR_INPUT, "there is no '%s' among the %s", o->args[i], o->args[0]);
            return err_exit(err, 67);
        }
    }
    return true;
}

static struct query_rows *rows_for(struct query *q, struct setup *s, const struct options *o, enum kind kind,
                                   struct err *err)
{
    struct filter *f = NULL;
    int field = -1;
    bool descending = false;
    if (o->filter && !(f = filter_new(kind, o->filter, err)))
        return NULL;
    if (o->sort && !filter_sort_parse(kind, o->sort, &field, &descending, err)) {
        filter_free(f);
        return NULL;
    }
    struct query_rows *rows = query_rows_new(q, kind, s->at_ms);
    query_rows_filter(rows, f);
    query_rows_sort(rows, field, descending);
    if (wait_for_rows(rows, clock_now(&s->clock), err) && ids_exist(o, rows, err))
        return rows;
    query_rows_free(rows);
    return NULL;
}

static int print(struct query *q, struct setup *s, const struct options *o, enum kind kind, struct err *err)
{
    struct out_plan plan;
    int64_t as_of_ms = s->at_ms ? s->at_ms : clock_now(&s->clock).utc_ms;
    if (!out_plan(&plan, o, kind, as_of_ms, err))
        return fail_report(o, err);
    plan.ids = o->args + 1;
    plan.id_count = o->arg_count - 1;
    struct query_rows *rows = rows_for(q, s, o, kind, err);
    FILE *to = rows ? out_open(o, err) : NULL;
    bool ok = to && out_rows(&plan, rows, to, err);
    ok = to && out_close(o, to, err) && ok;
    query_rows_free(rows);
    if (!ok)
        return err->kind == ERR_NONE ? 0 : fail_report(o, err);
    int status = wait_status(q, s, err);
    if (status != 0 && err->kind != ERR_NONE)
        fail_note(o, "%s", err->text);
    return status;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    enum kind kind = o->arg_count > 0 ? kind_by_name(o->args[0]) : KIND_NONE;
    int status;
    if (kind == KIND_NONE) {
        unknown_kind(o->arg_count > 0 ? o->args[0] : NULL, &err);
        return fail_report(o, &err);
    }
    struct query *q = NULL;
    if (setup_init(&s, o, !o->offline && !o->at, &err) && setup_launcher(&s, o, &err))
        q = wait_for_data(&s, o, &err);
    status = q ? print(q, &s, o, kind, &err) : fail_report(o, &err);
    query_close(q);
    setup_release(&s);
    return status;
}

const struct command cmd_get = {
    .name = "get",
    .usage = "KIND [ID…]",
    .summary = "print what is known: jobs, links, racks … of any kind",
    .help = "'hubtop help get KIND' lists the fields of a kind.",
    .word = kind_name,
    .words = "kinds",
    .run = run,
};
