#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/tr.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/setup_people.h"
#include "cli/wait.h"
#include "console/shelf.h"

enum {
    OUT_MAX = 8 << 20,
    TITLE_COLUMNS = 48,
    NAME_COLUMNS = 20,
    EXIT_WRONG = 78,
    EXIT_NO_OBJECT = 67,
    EXIT_USAGE = 64
};

struct work {
    const struct options *o;
    struct setup s;
    struct query *q;
    char dir[DIR_PATH_MAX];
    struct buf out;
};

static bool is_json(const struct work *w)
{
    return w->o->format && strcmp(w->o->format, "json") == 0;
}

static int finish(struct work *w, int status, struct err *err)
{
    FILE *to = out_open(w->o, err);
    if (to)
        fwrite(buf_str(&w->out), 1, w->out.len, to);
    return to && out_close(w->o, to, err) ? status : fail_report(w->o, err);
}

/* --- list --- */

static void put_conditions(const struct runbook *page, struct buf *out)
{
    for (size_t i = 0; i < page->condition_count; i++) {
        buf_puts(out, i ? "; " : "", NULL);
        text_show(page->conditions[i], -1, out);
    }
}

static void list_text(struct work *w, const char *name, const struct runbook *page)
{
    buf_printf(&w->out, NULL, "%-*s %5d  ", NAME_COLUMNS, name, page->steps);
    int wrote = text_show(page->title, TITLE_COLUMNS, &w->out);
    buf_printf(&w->out, NULL, "%*s  ", TITLE_COLUMNS - wrote, "");
    put_conditions(page, &w->out);
    buf_putc(&w->out, '\n', NULL);
}

static void list_json(struct json_writer *j, const char *name, const struct runbook *page)
{
    json_open_object(j);
    json_put_key(j, "name");
    json_put_str(j, name);
    json_put_key(j, "title");
    json_put_text(j, page->title);
    json_put_key(j, "steps");
    json_put_int(j, page->steps);
    json_put_key(j, "for");
    json_open_array(j);
    for (size_t i = 0; i < page->condition_count; i++)
        json_put_text(j, page->conditions[i]);
    json_close_array(j);
    json_close_object(j);
}

static int list(struct work *w, struct err *err)
{
    struct shelf_names all;
    struct json_writer j = json_writer_make(&w->out);
    char path[DIR_PATH_MAX];
    if (!shelf_list(w->dir, &all, err))
        return fail_report(w->o, err);
    if (is_json(w))
        json_open_array(&j);
    else
        buf_printf(&w->out, NULL, "%-*s %5s  %-*s  %s\n", NAME_COLUMNS, "runbook", "steps", TITLE_COLUMNS, "title",
                   "for");
    for (size_t i = 0; i < all.count; i++) {
        struct err why = {0};
        struct runbook *page = shelf_open(w->dir, all.names[i], tr_is_zh(), path, &why);
        if (!page)
            fail_note(w->o, "%s", why.text);
        else if (is_json(w))
            list_json(&j, all.names[i], page);
        else
            list_text(w, all.names[i], page);
        runbook_free(page);
    }
    if (is_json(w)) {
        json_close_array(&j);
        buf_putc(&w->out, '\n', NULL);
    }
    shelf_names_release(&all);
    return finish(w, 0, err);
}

/* --- check --- */

static size_t put_problems(struct work *w, const char *path, const struct runbook *page)
{
    char shown[4 * DIR_PATH_MAX];
    for (size_t i = 0; i < page->problem_count; i++)
        buf_printf(&w->out, NULL, "%s:%d: %s\n", text_show_in(text_of(path), shown, sizeof shown),
                   page->problems[i].line, page->problems[i].text);
    return page->problem_count;
}

/* Steps are ticked by their numbers, whichever language was read. */
static size_t compare(struct work *w, const char *path, const struct runbook *page, const struct runbook *other)
{
    char shown[4 * DIR_PATH_MAX];
    if (!page || !other || page->steps == other->steps)
        return 0;
    buf_printf(&w->out, NULL, "%s:1: %d steps in Chinese, %d in English: a tick would mean something else\n",
               text_show_in(text_of(path), shown, sizeof shown), page->steps, other->steps);
    return 1;
}

static size_t check_one(struct work *w, const char *name)
{
    struct runbook *pages[2] = {NULL, NULL};
    char path[DIR_PATH_MAX], shown[4 * ERR_TEXT_MAX];
    size_t bad = 0;
    for (int zh = 0; zh < 2; zh++) {
        struct err err = {0};
        pages[zh] = shelf_open_in(w->dir, name, zh, path, &err);
        if (pages[zh])
            bad += put_problems(w, path, pages[zh]);
        else if (err.kind != ERR_NONE) {
            buf_printf(&w->out, NULL, "%s\n", text_show_in(text_of(err.text), shown, sizeof shown));
            bad++;
        }
    }
    bad += compare(w, path, pages[1], pages[0]);
    runbook_free(pages[0]);
    runbook_free(pages[1]);
    return bad;
}

static int check(struct work *w, struct err *err)
{
    struct shelf_names all;
    char shown[4 * DIR_PATH_MAX];
    size_t bad = 0;
    if (!shelf_list(w->dir, &all, err))
        return fail_report(w->o, err);
    for (size_t i = 0; i < all.count; i++)
        bad += check_one(w, all.names[i]);
    buf_printf(&w->out, NULL, "%s: runbooks %zu, problems %zu%s\n", text_show_in(text_of(w->dir), shown, sizeof shown),
               all.count, bad, all.cut ? " (there are more files than are looked at)" : "");
    shelf_names_release(&all);
    return finish(w, bad > 0 ? EXIT_WRONG : 0, err);
}

/* --- one page --- */

static void put_mark(const struct runbook_line *l, const struct row *alert, const char *name, struct buf *out)
{
    struct safe_text mark, step;
    bool done = alert && runbook_done(alert, name, l->step, &mark);
    buf_printf(out, NULL, "\n[%c] %2d. ", done ? 'x' : ' ', l->step);
    runbook_fill(l, alert, -1, out);
    if (!done)
        return;
    text_split(&mark, ' ', &step);
    buf_puts(out, "\n        ", NULL);
    buf_printf(out, NULL, "%s ", tr("done"));
    text_show(mark, -1, out);
}

static void put_line(const struct runbook_line *l, const struct row *alert, const char *name, struct buf *out)
{
    if (l->what == RUNBOOK_STEP)
        put_mark(l, alert, name, out);
    else if (l->what != RUNBOOK_GAP) {
        buf_printf(out, NULL, "%s%*s%s", l->what == RUNBOOK_HEADING ? "\n" : "",
                   (l->step > 0 ? 8 : 0) + (l->what == RUNBOOK_CODE ? 4 : 0), "", l->what == RUNBOOK_ITEM ? "- " : "");
        runbook_fill(l, alert, -1, out);
    }
    buf_putc(out, '\n', NULL);
}

static void page_text(struct work *w, const char *name, const struct runbook *page, const struct row *alert)
{
    buf_printf(&w->out, NULL, "%s  ", name);
    text_show(page->title, -1, &w->out);
    if (alert) {
        buf_puts(&w->out, "  (", NULL);
        text_show(alert->id, -1, &w->out);
        buf_putc(&w->out, ')', NULL);
    }
    buf_puts(&w->out, "\n\n", NULL);
    for (size_t i = 0; i < page->count; i++) {
        bool step_next = i + 1 < page->count &&
                         (page->lines[i + 1].what == RUNBOOK_STEP || page->lines[i + 1].what == RUNBOOK_HEADING);
        if (page->lines[i].what != RUNBOOK_GAP || (i > 0 && !step_next))
            put_line(&page->lines[i], alert, name, &w->out);
    }
}

static void json_step(struct json_writer *j, const char *name, const struct runbook_line *l, const struct row *alert)
{
    struct buf text = buf_make(OUT_MAX);
    struct safe_text mark;
    char id[RUNBOOK_NAME_MAX + 16];
    snprintf(id, sizeof id, "%.*s/%d", RUNBOOK_NAME_MAX, name, l->step);
    runbook_fill(l, alert, -1, &text);
    json_open_object(j);
    json_put_key(j, "step");
    json_put_str(j, id);
    json_put_key(j, "text");
    json_put_str(j, buf_str(&text));
    json_put_key(j, "done");
    json_put_bool(j, alert && runbook_done(alert, name, l->step, &mark));
    json_close_object(j);
    buf_release(&text);
}

static void page_json(struct work *w, const char *name, const struct runbook *page, const struct row *alert)
{
    struct json_writer j = json_writer_make(&w->out);
    json_open_object(&j);
    json_put_key(&j, "schema_version");
    json_put_int(&j, 1);
    json_put_key(&j, "kind");
    json_put_str(&j, "runbook");
    json_put_key(&j, "name");
    json_put_str(&j, name);
    json_put_key(&j, "title");
    json_put_text(&j, page->title);
    json_put_key(&j, "alert");
    if (alert)
        json_put_text(&j, alert->id);
    else
        json_put_null(&j);
    json_put_key(&j, "steps");
    json_open_array(&j);
    for (size_t i = 0; i < page->count; i++) {
        if (page->lines[i].what == RUNBOOK_STEP)
            json_step(&j, name, &page->lines[i], alert);
    }
    json_close_array(&j);
    json_close_object(&j);
    buf_putc(&w->out, '\n', NULL);
}

static void put_page(struct work *w, const char *name, const struct runbook *page, const struct row *alert)
{
    (is_json(w) ? page_json : page_text)(w, name, page, alert);
}

/* --- of an alert --- */

static bool no_runbook(const struct row *alert, struct err *err)
{
    char shown[512];
    struct safe_text field = value_text_or(&alert->cells[ALERT_RUNBOOK], "");
    if (!text_empty(field))
        err_set(err, ERR_INPUT, "the alert's runbook is not in the folder of runbooks: %s",
                text_show_in(field, shown, sizeof shown));
    else
        err_set(err, ERR_INPUT, "no runbook is for that alert");
    err_hint(err, "'hubtop runbook list' shows which there are, and for what; a line 'for: rule=…' in one chooses it");
    return err_exit(err, EXIT_NO_OBJECT);
}

static bool show_of(struct work *w, const struct row *alert, struct err *err)
{
    char name[RUNBOOK_NAME_MAX] = "", path[DIR_PATH_MAX];
    struct safe_text field = value_text_or(&alert->cells[ALERT_RUNBOOK], "");
    bool address = text_contains(field, text_of("://"), false);
    struct runbook *page = shelf_find(w->dir, alert, tr_is_zh(), name, path, err);
    if (address && !is_json(w)) {
        buf_printf(&w->out, NULL, "%s ", tr("its source names:"));
        text_show(field, -1, &w->out);
        buf_puts(&w->out, page ? "\n\n" : "\n", NULL);
    }
    if (page)
        put_page(w, name, page, alert);
    runbook_free(page);
    return page || (address && !is_json(w)) || (err->kind == ERR_NONE && no_runbook(alert, err));
}

static bool show_alert(struct work *w, const char *id, struct err *err)
{
    struct row alert;
    w->q = wait_for_data(&w->s, w->o, err);
    if (!w->q)
        return false;
    struct query_rows *rows = query_rows_new(w->q, KIND_ALERT, w->s.at_ms);
    bool ok = wait_for_rows(rows, clock_now(&w->s.clock), err);
    int64_t at = ok ? query_rows_find(rows, text_of(id), text_of("")) : -1;
    if (ok && at >= 0 && query_rows_at(rows, (size_t)at, &alert))
        ok = show_of(w, &alert, err);
    else if (ok) {
        ok = err_set(err, ERR_INPUT, "there is no runbook and no alert '%s'", id);
        err_hint(err, "'hubtop runbook list' shows the runbooks, 'hubtop get alerts' the alerts");
        err_exit(err, EXIT_NO_OBJECT);
    }
    query_rows_free(rows);
    return ok;
}

static int show(struct work *w, const char *what, struct err *err)
{
    char path[DIR_PATH_MAX];
    struct runbook *page = runbook_name_good(what) ? shelf_open(w->dir, what, tr_is_zh(), path, NULL) : NULL;
    if (page)
        put_page(w, what, page, NULL);
    bool ok = page || (setup_launcher(&w->s, w->o, err) && show_alert(w, what, err));
    runbook_free(page);
    return ok ? finish(w, 0, err) : fail_report(w->o, err);
}

/* --- the command --- */

static bool usage_good(const struct options *o, struct err *err)
{
    bool form = !o->format || strcmp(o->format, "text") == 0 || strcmp(o->format, "json") == 0;
    if (form && o->arg_count <= 1)
        return true;
    err_set(err, ERR_INPUT, form ? "one runbook at a time" : "'runbook' prints text or JSON alone");
    err_hint(err, form ? "hubtop runbook [list | check | ALERT-ID | NAME]" : "--format text or json");
    return err_exit(err, EXIT_USAGE);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o, .out = buf_make(OUT_MAX)};
    const char *word = o->arg_count > 0 ? o->args[0] : "list";
    int status;
    if (!usage_good(o, &err) || !setup_init(&w.s, o, !o->offline && !o->at, &err) ||
        !setup_people_runbooks(&w.s, w.dir, &err))
        status = fail_report(o, &err);
    else if (strcmp(word, "list") == 0)
        status = list(&w, &err);
    else if (strcmp(word, "check") == 0)
        status = check(&w, &err);
    else
        status = show(&w, word, &err);
    buf_release(&w.out);
    query_close(w.q);
    setup_release(&w.s);
    return status;
}

const struct command cmd_runbook = {
    .name = "runbook",
    .usage = "[list | check | ALERT-ID | NAME]",
    .summary = "what is written of what to do: the runbook of an alert, with the steps that are done",
    .help =
        "Runbooks are Markdown, NAME.md and NAME.zh.md, in the folder 'runbooks' beside the configuration, or where\n"
        "its option 'runbooks' says. Lines 'for: rule=link', 'for: name=LinkDelay*', 'for: kind=racks cluster=SHG'\n"
        "at the top say which alerts it is for; items '- [ ] …' are its steps, numbered as they come; {where},\n"
        "{name}, {cluster}, {summary}, {id}, {kind} and {source} are filled from the alert. 'hubtop alert step\n"
        "ALERT-ID NAME/3' ticks the third. check tells what is wrong with the files, with their lines.",
    .run = run,
};
