#include "views/overview_needs.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/alert_act.h"
#include "views/list.h"
#include "views/plan_keys.h"
#include "views/speech.h"

enum { TEXT_BYTES = 2048, BELOW_MAX = 200 };

/* What is not mine is left out, and counted. */
static struct needs needs_made(const struct overview_needs *o)
{
    struct needs_facts facts = o->facts;

    facts.scope = o->frame->scope;
    return needs_make(&facts);
}

/* --- the list --- */

enum column { COL_WORD, COL_ID, COL_FOLD, COL_AGE, COL_WHAT, COL_WHERE, COL_TEXT, COL_JOBS, COL_OWNER };
static const struct table_column columns[] = {
    [COL_WORD] = {N_("SEV"), 4, 0, 0, 1, -1, false},
    [COL_ID] = {N_("ID"), 7, 9, 1, 4, -1, false},
    [COL_FOLD] = {"", 3, 4, 1, 3, -1, false},
    [COL_AGE] = {N_("AGE"), 4, 0, 0, 1, -1, true},
    [COL_WHAT] = {N_("WHAT"), 6, 0, 0, 6, -1, false},
    [COL_WHERE] = {N_("WHERE"), 8, 20, 2, 0, -1, false},
    [COL_TEXT] = {"", 26, 90, 8, 0, -1, false},
    [COL_JOBS] = {N_("JOBS"), 8, 0, 0, 2, -1, true},
    [COL_OWNER] = {N_("OWNER"), 12, 0, 0, 7, -1, false},
    {0},
};

static const struct {
    enum severity severity;
    enum role role;
    enum glyph glyph;
    const char *word;
} severities[] = {
    {SEVERITY_CRIT, ROLE_CRIT, GLYPH_CRIT, N_("CRIT")},
    {SEVERITY_WARN, ROLE_WARN, GLYPH_WARN, N_("WARN")},
    {SEVERITY_NOTICE, ROLE_DIM, GLYPH_OK, N_("NOTE")},
};

static size_t severity_at(const struct row *row)
{
    int64_t severity = value_int_or(&row->cells[NEEDS_SEVERITY], SEVERITY_WARN);
    size_t s = 0;

    while (s + 1 < sizeof severities / sizeof *severities && (int64_t)severities[s].severity != severity)
        s++;
    return s;
}

/* Who has it asks for nothing. */
static bool is_taken(const struct row *row)
{
    return value_known(&row->cells[NEEDS_OWNER]);
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    size_t s = severity_at(row);

    (void)f;
    if (is_taken(row))
        return (struct cell_sign){ROLE_DIM, GLYPH_OK};
    return (struct cell_sign){severities[s].role, severities[s].glyph};
}

/* Who has it stands before the words where there is no column for it. */
static void paint_text(const struct table *t, struct canvas *c, int i, const struct row *row, enum role role)
{
    struct buf b = buf_make(TEXT_BYTES);

    if (t->width[COL_OWNER] == 0 && is_taken(row)) {
        text_show(cell_text(row, NEEDS_OWNER), 12, &b);
        buf_puts(&b, ": ", NULL);
    }
    text_show(cell_text(row, NEEDS_TEXT), -1, &b);
    table_puts(t, c, i, COL_TEXT, role, buf_str(&b));
    buf_release(&b);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    struct cell_sign s = sign(f, row);
    const struct value *jobs = &row->cells[NEEDS_JOBS];
    int64_t children = value_int_or(&row->cells[NEEDS_CHILDREN], 0);
    char n[CELL_MAX], line[CELL_MAX + 16];

    role = is_taken(row) ? ROLE_DIM : role;
    table_puts(t, c, i, COL_WORD, s.role, tr(severities[severity_at(row)].word));
    table_text(t, c, i, COL_ID, role, cell_text(row, NEEDS_ALERT));
    snprintf(line, sizeof line, "+%lld", (long long)children);
    table_puts(t, c, i, COL_FOLD, ROLE_DIM, children > 0 ? line : "");
    table_puts(t, c, i, COL_AGE, role, cell_span(&row->cells[NEEDS_AGE_S], n));
    table_text(t, c, i, COL_WHAT, ROLE_DIM, cell_text(row, NEEDS_WHAT));
    table_text(t, c, i, COL_WHERE, role, cell_text(row, NEEDS_WHERE));
    paint_text(t, c, i, row, role);
    snprintf(line, sizeof line, value_int_or(jobs, 0) == 1 ? tr("%s job") : tr("%s jobs"), cell_short(jobs, n));
    table_puts(t, c, i, COL_JOBS, ROLE_DIM, value_known(jobs) ? line : "-");
    table_text(t, c, i, COL_OWNER, role, cell_text(row, NEEDS_OWNER));
}

static const struct list list = {
    .columns = columns, .paint = paint, .nothing = N_("Nothing needs you."), .headless = true, .sign = sign};

/* --- nothing --- */

static struct value last_over(const struct view_rows *alerts)
{
    struct value last = value_none();

    for (size_t i = 0; i < alerts->count; i++) {
        struct row row = {0};
        const struct value *over = &row.cells[ALERT_RESOLVED_AT];
        if (alerts->at(alerts->ctx, i, &row) && value_known(over) && value_int_or(over, 0) > value_int_or(&last, 0))
            last = *over;
    }
    return last;
}

static struct value next_maintenance(const struct view_rows *windows, int64_t now_ms)
{
    struct value next = value_none();

    for (size_t i = 0; i < windows->count; i++) {
        struct row row = {0};
        const struct value *starts = &row.cells[MAINTENANCE_STARTS_AT];
        if (windows->at(windows->ctx, i, &row) && cell_is(&row, MAINTENANCE_WHAT, "maintenance") &&
            value_int_or(starts, 0) > now_ms && value_int_or(starts, 0) < value_int_or(&next, INT64_MAX))
            next = *starts;
    }
    return next;
}

static void draw_nothing(const struct overview_needs *o, const struct view_frame *f, struct canvas *c, struct area in)
{
    struct value over = last_over(o->facts.alerts), next = next_maintenance(o->windows, f->now.utc_ms);
    struct buf b = buf_make(TEXT_BYTES);
    char n[CELL_MAX];

    buf_puts(&b, f->scope != NULL ? tr("Nothing of yours needs you.") : tr("Nothing needs you."), NULL);
    if (value_known(&over))
        buf_printf(&b, NULL, tr(" Last alert %s ago."), cell_since(&over, f->now.utc_ms, n));
    if (value_known(&next))
        buf_printf(&b, NULL, tr(" Next maintenance %s."), cell_clock(&next, f->now.utc_ms, n));
    speech_words(f->speech, in, buf_str(&b));
    canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_OK, buf_str(&b));
    buf_release(&b);
}

/* --- the box --- */

static void title(const struct needs *needs, bool mine, char *out, size_t size)
{
    const struct finding_list *found = &needs->found;
    const struct {
        unsigned n;
        const char *word;
    } more[] = {{found->acked, tr("acked")}, {found->silenced, tr("silenced")}, {found->maintenance, tr("maintained")}};
    size_t n = (size_t)(mine ? snprintf(out, size, tr("Mine  %u crit / %u warn / %u not mine"), found->crit,
                                        found->warn, needs->outside)
                             : snprintf(out, size, tr("Needs you now  %u crit / %u warn"), found->crit, found->warn));

    for (size_t i = 0; i < sizeof more / sizeof *more && n < size; i++)
        if (more[i].n > 0)
            n += (size_t)snprintf(out + n, size - n, " / %u %s", more[i].n, more[i].word);
}

void overview_needs_draw(const struct overview_needs *o, const struct view_frame *f, struct view_place *place,
                         struct canvas *c, struct area area, bool focused)
{
    struct needs n = needs_made(o);
    struct view_rows rows = needs_rows(&n);
    struct list_frame lf = {.frame = f, .rows = &rows, .place = place, .sorted = TABLE_NO_SORT, .focused = focused};
    char words[LIST_TITLE_MAX];
    struct area in = area;

    title(&n, f->scope != NULL, words, sizeof words);
    if (area.height >= 3)
        in = canvas_box(c, area, words, tr("sorted: unacked, impact"));
    if (rows.count == 0 && rows.known)
        draw_nothing(o, f, c, in);
    else
        list_draw(&list, &lf, c, in);
    needs_release(&n);
}

/* --- the finding under the cursor --- */

static const struct finding *current(struct needs *n, const struct view_place *place)
{
    struct view_rows rows = needs_rows(n);
    struct row row = {0};

    if (!list_current(place, &rows, &row))
        return NULL;
    return needs_at(n, rows.find(rows.ctx, row.id, row.source));
}

static bool object_of(const struct finding *found, struct row *object)
{
    char kind[32];

    if (found->row->kind != KIND_ALERT) {
        *object = *found->row;
        return true;
    }
    text_show_in(value_text_or(&found->row->cells[ALERT_KIND], ""), kind, sizeof kind);
    *object = (struct row){.kind = kind_by_name(kind), .id = value_text_or(&found->row->cells[ALERT_WHERE], "")};
    return object->kind != KIND_NONE && !text_empty(object->id);
}

bool overview_needs_alert(const struct overview_needs *o, const struct view_place *place, struct row *alert)
{
    struct needs n = needs_made(o);
    const struct finding *found = current(&n, place);
    bool there = found != NULL && found->alert != NULL;

    if (there)
        *alert = *found->alert;
    needs_release(&n);
    return there;
}

bool overview_needs_object(const struct overview_needs *o, const struct view_place *place, struct row *object)
{
    struct needs n = needs_made(o);
    const struct finding *found = current(&n, place);
    bool there = found != NULL && object_of(found, object);

    needs_release(&n);
    return there;
}

void overview_needs_move(const struct overview_needs *o, struct view_place *place, int action)
{
    struct needs n = needs_made(o);
    struct view_rows rows = needs_rows(&n);

    list_move(place, &rows, action);
    needs_release(&n);
}

struct intent overview_needs_open(const struct overview_needs *o, const struct view_place *place)
{
    struct needs n = needs_made(o);
    const struct finding *found = current(&n, place);
    struct intent i = {.kind = INTENT_NONE};
    struct row object = {0};

    if (found != NULL && object_of(found, &object))
        i = alert_act_open(object.kind, object.id, &object);
    else if (found != NULL && found->alert != NULL)
        i = view_open("alerts", found->alert->id);
    needs_release(&n);
    return i;
}

static size_t rows_below(const struct view_rows *alerts, const struct row *root, struct row *below)
{
    size_t n = 0;

    for (size_t i = 0; i < alerts->count && n < BELOW_MAX; i++) {
        below[n] = (struct row){0};
        if (alerts->at(alerts->ctx, i, &below[n]) && !alert_words_over(&below[n]) &&
            text_equal(value_text_or(&below[n].cells[ALERT_PARENT], ""), root->id))
            n++;
    }
    return n;
}

struct intent overview_needs_act(const struct overview_needs *o, const struct view_place *place, int action)
{
    struct needs n = needs_made(o);
    const struct finding *found = current(&n, place);
    struct row *below = arena_alloc(&n.arena, (BELOW_MAX + 1) * sizeof *below);
    struct intent i = {.kind = INTENT_NONE};
    struct alert_words words;

    alert_words_make(&words, &o->facts);
    if (found != NULL && found->alert != NULL)
        i = alert_act(&(struct alert_act){.words = &words,
                                          .now_ms = o->facts.now_ms,
                                          .alert = found->alert,
                                          .below = below,
                                          .below_count = rows_below(o->facts.alerts, found->alert, below)},
                      action);
    else if (found != NULL)
        i = alert_act_say(tr("no alert tells of it yet: nobody can take it in hand"));
    alert_words_release(&words);
    needs_release(&n);
    return i;
}

/* --- a plan --- */

/* What a plan can do about it: get work out of a place, or move work as things are now. */
static enum help { HELP_NONE, HELP_MOVE, HELP_DRAIN } help_of(const struct finding *found, struct row *object)
{
    static const struct {
        enum kind kind;
        enum help help;
    } kinds[] = {{KIND_QUEUE, HELP_MOVE},    {KIND_LINK, HELP_MOVE},  {KIND_SCHEDULER, HELP_DRAIN},
                 {KIND_CLUSTER, HELP_DRAIN}, {KIND_SITE, HELP_DRAIN}, {KIND_HALL, HELP_DRAIN}};

    *object = (struct row){0};
    if (!object_of(found, object))
        return HELP_NONE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == object->kind)
            return kinds[i].help;
    return HELP_NONE;
}

struct intent overview_needs_plan(const struct overview_needs *o, const struct view_place *place)
{
    struct needs n = needs_made(o);
    const struct finding *found = current(&n, place);
    struct row object = {0};
    struct intent i = plan_keys_ask();

    if (found != NULL && help_of(found, &object) == HELP_DRAIN)
        i = plan_keys_line("--drain", object.id);
    needs_release(&n);
    return i;
}

/* --- the next steps --- */

/* Numbered words, one after the other, that go on in the next line where they have no room. */
struct steps {
    struct canvas *c;
    struct area in;
    int x, y, number;
};

static void put_step(struct steps *s, const char *key, struct buf *words)
{
    char head[KEY_NAME_MAX + 16];
    int width;

    snprintf(head, sizeof head, "%d [%s]", ++s->number, key);
    width = text_width(text_of(head)) + 1 + text_width(text_of(buf_str(words)));
    if (s->x > 0 && s->x + width > s->in.width - 1) {
        s->x = 0;
        s->y++;
    }
    if (s->y < s->in.height) {
        int x = s->in.x + 1 + s->x, end = s->in.x + s->in.width;
        x += canvas_puts(s->c, x, s->in.y + s->y, end - x, ROLE_KEY, head) + 1;
        canvas_puts(s->c, x, s->in.y + s->y, end - x, ROLE_TEXT, buf_str(words));
    }
    s->x += width + 3;
    buf_clear(words);
}

/* "hand it on: net 王强 +86 139 **** 0021" where somebody says whom to call. */
static void put_call(const struct overview_needs *o, const struct row *alert, struct buf *out)
{
    struct alert_words words;
    struct buf who = buf_make(TEXT_BYTES);

    alert_words_make(&words, &o->facts);
    buf_puts(out, tr("hand it on"), NULL);
    if (alert_act_contacts(o->frame, &words, alert, 1, &who))
        buf_printf(out, NULL, ": %s", buf_str(&who));
    alert_words_release(&words);
    buf_release(&who);
}

static void put_steps(const struct overview_needs *o, const struct finding *found, struct steps *s)
{
    bool write = o->frame->write;
    struct row object;
    enum help help = help_of(found, &object);
    struct buf b = buf_make(TEXT_BYTES);

    if (found->alert != NULL && write && !found->acked) {
        buf_puts(&b, tr("take it in hand: "), NULL);
        text_show(found->alert->id, 16, &b);
        put_step(s, "a", &b);
    }
    buf_puts(&b, tr("open "), NULL);
    finding_where(found, 24, &b);
    put_step(s, "Enter", &b);
    buf_puts(&b, tr("who is hit, whom to call"), NULL);
    put_step(s, "W", &b);
    if (found->alert != NULL) {
        buf_puts(&b, tr("runbook"), NULL);
        put_step(s, "o", &b);
    }
    if (!o->frame->past && help != HELP_NONE) {
        buf_puts(&b, help == HELP_DRAIN ? tr("preview how to empty it") : tr("preview a plan"), NULL);
        put_step(s, "b", &b);
    }
    if (found->alert != NULL && write) {
        put_call(o, found->alert, &b);
        put_step(s, "E", &b);
    }
    if (found->alert != NULL) {
        buf_puts(&b, tr("bulletin"), NULL);
        put_step(s, "B", &b);
    }
    if (!write) {
        buf_puts(&b, tr("read-only: --write takes alerts in hand"), NULL);
        canvas_puts(s->c, s->in.x + 1, s->in.y + s->y + 1, s->y + 1 < s->in.height ? s->in.width - 2 : 0, ROLE_DIM,
                    buf_str(&b));
    }
    buf_release(&b);
}

bool overview_needs_next(const struct overview_needs *o, const struct view_place *place, struct canvas *c,
                         struct area area)
{
    struct needs n = needs_made(o);
    const struct finding *found = current(&n, place);

    if (found != NULL) {
        struct steps s = {.c = c, .in = canvas_box(c, area, tr("Suggested next step"), NULL)};
        put_steps(o, found, &s);
    }
    needs_release(&n);
    return found != NULL;
}
