#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/tr.h"
#include "domain/desk.h"
#include "domain/runbook.h"
#include "views/alert_act.h"
#include "views/alerts_story.h"
#include "views/list.h"

enum need { NEED_ALERTS };
static const struct view_need needs[] = {[NEED_ALERTS] = {.kind = KIND_ALERT, .aside = true}, {0}};

enum { OWN_LINE = 0, TEXT_BYTES = 8192, STEP_INDENT = 7, LINE_LEAST = 20 };

/* The alert as it is now: what was ticked a moment ago is seen. */
static bool current_alert(const struct view_frame *f, struct view_state *s, struct row *alert)
{
    const struct view_rows *rows = &f->rows[NEED_ALERTS];
    int64_t at = f->runbook == NULL ? -1 : rows->find(rows->ctx, f->runbook->alert, f->runbook->source);

    (void)s;
    return at >= 0 && rows->at(rows->ctx, (size_t)at, alert);
}

/* --- the steps have the cursor --- */

static int step_of(const struct view_frame *f, const struct view_state *s)
{
    int last = f->runbook != NULL && f->runbook->page != NULL ? f->runbook->page->steps : 0;
    int step = (int)s->number[OWN_LINE] + 1;

    return step > last ? last : step;
}

/* --- drawing: lines are broken at the width, and the step under the cursor is kept on the screen --- */

struct page {
    const struct view_frame *f;
    struct canvas *c;
    struct area in;
    int top, y;     /* y counts all lines, top of them are above the screen */
    int step;       /* under the cursor */
    int first, end; /* its lines */
    const struct row *alert;
};

static void put(struct page *p, int indent, enum role role, const char *words)
{
    int y = p->y++ - p->top;

    if (p->c != NULL && y >= 0 && y < p->in.height)
        canvas_puts(p->c, p->in.x + 1 + indent, p->in.y + y, p->in.width - indent - 2, role, words);
}

/* Breaks after a blank where there is one; Chinese anywhere. */
static void put_broken(struct page *p, int indent, enum role role, const char *words)
{
    int room = p->in.width - indent - 2 > LINE_LEAST ? p->in.width - indent - 2 : LINE_LEAST;
    struct text_iter it = text_iter_make(text_of(words));
    struct text_cell cell;
    size_t from = 0, blank = 0, before = 0;
    int width = 0;
    char line[TEXT_BYTES];

    while (text_next(&it, &cell)) {
        width += cell.width;
        if (width > room) {
            size_t end = blank > from ? blank : before;
            snprintf(line, sizeof line, "%.*s", (int)(end - from), words + from);
            put(p, indent, role, line);
            from = end + strspn(words + end, " ");
            width = text_width(text_from(words + from, it.at > from ? it.at - from : 0));
        }
        before = it.at;
        blank = cell.utf8[0] == ' ' ? it.at : blank;
    }
    put(p, indent, role, words + from);
}

static void put_step(struct page *p, const struct runbook_line *l, const char *words)
{
    const char *name = p->f->runbook->name;
    struct safe_text mark, step;
    bool done = p->alert != NULL && runbook_done(p->alert, name, l->step, &mark), here = l->step == p->step;
    struct buf by = buf_make(TEXT_BYTES);
    char head[32];
    int y = p->y - p->top;

    p->first = here ? p->y : p->first;
    snprintf(head, sizeof head, "[%c] %2d", done ? 'x' : ' ', l->step);
    if (p->c != NULL && y >= 0 && y < p->in.height) {
        canvas_puts(p->c, p->in.x + 1, p->in.y + y, STEP_INDENT, done ? ROLE_OK : ROLE_KEY, head);
        if (here) {
            canvas_glyph(p->c, p->in.x, p->in.y + y, ROLE_TITLE, GLYPH_CURSOR);
            canvas_select(p->c, p->in.x, p->in.y + y, p->in.width);
            p->c->cursor_x = p->in.x;
            p->c->cursor_y = p->in.y + y;
        }
    }
    put_broken(p, STEP_INDENT, done ? ROLE_DIM : ROLE_TEXT, words);
    if (done) {
        text_split(&mark, ' ', &step);
        buf_printf(&by, NULL, "%s ", tr("done"));
        alerts_story_stamped(mark, &by);
        put(p, STEP_INDENT, ROLE_OK, buf_str(&by));
    }
    p->end = here ? p->y : p->end;
    buf_release(&by);
}

static void put_line(struct page *p, const struct runbook_line *l)
{
    static const struct {
        enum role role;
        int indent;
    } looks[] = {[RUNBOOK_TEXT] = {ROLE_TEXT, 0}, [RUNBOOK_HEADING] = {ROLE_TITLE, 0}, [RUNBOOK_STEP] = {ROLE_TEXT, 0},
                 [RUNBOOK_ITEM] = {ROLE_TEXT, 2}, [RUNBOOK_CODE] = {ROLE_KEY, 4},      [RUNBOOK_GAP] = {ROLE_TEXT, 0}};
    struct buf b = buf_make(TEXT_BYTES - 1);

    if (l->what == RUNBOOK_ITEM)
        buf_puts(&b, "- ", NULL);
    runbook_fill(l, p->alert, -1, &b);
    if (l->what == RUNBOOK_STEP)
        put_step(p, l, buf_str(&b));
    else
        put_broken(p, looks[l->what].indent + (l->step > 0 ? STEP_INDENT : 0), looks[l->what].role, buf_str(&b));
    buf_release(&b);
}

static void put_all(struct page *p)
{
    const struct runbook *page = p->f->runbook->page;

    p->y = 0;
    for (size_t i = 0; i < page->count; i++)
        put_line(p, &page->lines[i]);
}

static void draw_page(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area in)
{
    struct row alert = {0};
    struct page p = {.f = f, .in = in, .step = step_of(f, s)};

    p.alert = current_alert(f, s, &alert) ? &alert : NULL;
    put_all(&p); /* measures */
    p.top = p.end > in.height ? p.first : 0;
    if (p.top > p.y - in.height)
        p.top = p.y > in.height ? p.y - in.height : 0;
    p.c = c;
    put_all(&p);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct buf title = buf_make(TEXT_BYTES);
    struct area in;

    if (f->runbook == NULL || f->runbook->page == NULL) {
        in = canvas_box(c, f->area, tr("Runbook"), NULL);
        canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 3, ROLE_DIM,
                    f->runbook != NULL ? f->runbook->why : tr("o on an alert opens its runbook"));
        buf_release(&title);
        return;
    }
    buf_printf(&title, NULL, "%s  ", f->runbook->name);
    text_show(f->runbook->page->title, 60, &title);
    buf_puts(&title, "  ", NULL);
    text_show(f->runbook->alert, 24, &title);
    in = canvas_box(c, f->area, buf_str(&title), tr("Space ticks"));
    draw_page(f, s, c, in);
    buf_release(&title);
}

/* --- keys --- */

enum action { ACT_TICK = VIEW_WRITES + 100 };
static const struct key_row keys[] = {
    {"Space", ACT_TICK, "tick", "the step is done, or open again"},
    {"j Down", LIST_DOWN, NULL, "the next step"},
    {"k Up", LIST_UP, NULL, "the step before"},
    {"g Home", LIST_FIRST, NULL, "the first step"},
    {"G End", LIST_LAST, NULL, "the last step"},
    {0},
};

static struct intent tick(const struct view_frame *f, struct view_state *s)
{
    struct intent i = {.kind = INTENT_ASK};
    struct row alert = {0};
    struct safe_text mark;
    struct buf out = buf_make(sizeof i.ask - 1);
    struct json_writer w = json_writer_make(&out);
    char step[RUNBOOK_NAME_MAX + 16];
    bool done;

    if (step_of(f, s) == 0 || !current_alert(f, s, &alert))
        return alert_act_say(tr("there is no step to tick"));
    done = runbook_done(&alert, f->runbook->name, step_of(f, s), &mark);
    snprintf(i.op, sizeof i.op, "%s", desk_op_word(done ? DESK_UNSTEP : DESK_STEP));
    snprintf(step, sizeof step, "%s/%d", f->runbook->name, step_of(f, s));
    json_open_object(&w);
    json_put_key(&w, "alert");
    json_put_text(&w, alert.id);
    json_put_key(&w, "source");
    json_put_text(&w, alert.source);
    json_put_key(&w, "step");
    json_put_str(&w, step);
    json_close_object(&w);
    snprintf(i.ask, sizeof i.ask, "%s", buf_str(&out));
    buf_release(&out);
    return i;
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    int steps = f->runbook != NULL && f->runbook->page != NULL ? f->runbook->page->steps : 0;
    int at = step_of(f, s) - 1;

    if (action == ACT_TICK)
        return tick(f, s);
    at += (action == LIST_DOWN) - (action == LIST_UP);
    at = action == LIST_FIRST ? 0 : action == LIST_LAST ? steps - 1 : at;
    at = at >= steps ? steps - 1 : at;
    s->number[OWN_LINE] = at > 0 ? at : 0;
    return (struct intent){.kind = INTENT_REDRAW};
}

const struct view view_runbook = {
    .name = "runbook",
    .title = "Runbook",
    .help = "what is written of what to do about an alert, and which steps are done",
    .page = true,
    .needs = needs,
    .keys = keys,
    .prose = true,
    .draw = draw,
    .act = act,
    .alert = current_alert,
};
