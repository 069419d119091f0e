#include <stdio.h>

#include "base/tr.h"
#include "domain/plan_review.h"
#include "views/rebalance.h"

/* The plans that there are, and what the forecasts of those that ran came to. */

bool rebalance_plan(const struct view_frame *f, const struct view_state *s, struct row *plan)
{
    const struct view_rows *all = &f->rows[REBALANCE_ALL_PLANS];
    int64_t at = s->text[0] != '\0' ? all->find(all->ctx, text_of(s->text), text_of("")) : -1;

    return at >= 0 && all->at(all->ctx, (size_t)at, plan);
}

enum column {
    COL_ID,
    COL_STATE,
    COL_AGE,
    COL_JOBS,
    COL_ACCELS,
    COL_MOVES,
    COL_STARTS,
    COL_GAP,
    COL_LEFT,
    COL_BY,
    COL_ASKED,
    COL_REPLACES,
    COL_REMARK,
};

static const struct table_column columns[] = {
    [COL_ID] = {N_("PLAN"), 7, 9, 1, 0, -1, false},
    [COL_STATE] = {N_("STATE"), 9, 0, 0, 0, PLAN_STATE, false},
    [COL_AGE] = {N_("AGE"), 4, 0, 0, 1, PLAN_CREATED_AT, true},
    [COL_JOBS] = {N_("JOBS"), 5, 0, 0, 0, PLAN_JOBS, true},
    [COL_ACCELS] = {N_("ACC"), 5, 0, 0, 4, PLAN_ACCELS, true},
    [COL_MOVES] = {N_("MOVES"), 5, 0, 0, 5, PLAN_MOVES, true},
    [COL_STARTS] = {N_("STARTS"), 6, 0, 0, 2, PLAN_STARTS, true},
    [COL_GAP] = {N_("GAP"), 6, 0, 0, 3, PLAN_GAP_PCT, true},
    [COL_LEFT] = {N_("VALID"), 5, 0, 0, 6, PLAN_EXPIRES_AT, true},
    [COL_BY] = {N_("BY"), 6, 14, 1, 7, PLAN_CREATED_BY, false},
    [COL_ASKED] = {N_("OPTIONS"), 8, 44, 3, 1, PLAN_ASKED, false},
    [COL_REPLACES] = {N_("EDITED"), 7, 9, 0, 8, PLAN_REPLACES, false},
    [COL_REMARK] = {N_("REMARK"), 12, 60, 4, 9, PLAN_REMARK, false},
    {0},
};

/* How long it may still be carried out. */
static const char *left(const struct row *plan, int64_t now_ms, char out[CELL_MAX])
{
    int64_t until_ms = value_int_or(&plan->cells[PLAN_EXPIRES_AT], 0);
    struct value s = value_real(((double)until_ms - (double)now_ms) / 1000);

    if (!value_known(&plan->cells[PLAN_EXPIRES_AT]))
        return "-";
    return until_ms <= now_ms ? tr("over") : cell_span(&s, out);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    int64_t now_ms = f->frame->now.utc_ms;
    char n[CELL_MAX], pct[CELL_MAX + 2];

    table_text(t, c, i, COL_ID, role, row->id);
    table_puts(t, c, i, COL_STATE, role, cell_word(row, PLAN_STATE, n));
    table_puts(t, c, i, COL_AGE, role, cell_since(&row->cells[PLAN_CREATED_AT], now_ms, n));
    table_puts(t, c, i, COL_JOBS, role, cell_short(&row->cells[PLAN_JOBS], n));
    table_puts(t, c, i, COL_ACCELS, role, cell_short(&row->cells[PLAN_ACCELS], n));
    table_puts(t, c, i, COL_MOVES, role, cell_short(&row->cells[PLAN_MOVES], n));
    table_puts(t, c, i, COL_STARTS, role, cell_short(&row->cells[PLAN_STARTS], n));
    snprintf(pct, sizeof pct, "%s%s", cell_pct(&row->cells[PLAN_GAP_PCT], n),
             value_known(&row->cells[PLAN_GAP_PCT]) ? "%" : "");
    table_puts(t, c, i, COL_GAP, role, pct);
    table_puts(t, c, i, COL_LEFT, role, left(row, now_ms, n));
    table_text(t, c, i, COL_BY, role, cell_text(row, PLAN_CREATED_BY));
    table_text(t, c, i, COL_ASKED, ROLE_DIM, cell_text(row, PLAN_ASKED));
    table_text(t, c, i, COL_REPLACES, ROLE_DIM, cell_text(row, PLAN_REPLACES));
    table_text(t, c, i, COL_REMARK, ROLE_DIM, cell_text(row, PLAN_REMARK));
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    static const struct {
        const char *state;
        struct cell_sign sign;
    } signs[] = {{"done", {ROLE_OK, GLYPH_OK}},        {"failed", {ROLE_CRIT, GLYPH_CRIT}},
                 {"partly", {ROLE_WARN, GLYPH_WARN}},  {"paused", {ROLE_WARN, GLYPH_WARN}},
                 {"stopped", {ROLE_WARN, GLYPH_WARN}}, {"running", {ROLE_OK, GLYPH_ARROW}},
                 {"approved", {ROLE_OK, GLYPH_COUNT}}};

    (void)f;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (cell_is(row, PLAN_STATE, signs[i].state))
            return signs[i].sign;
    return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
}

const struct list rebalance_plans = {
    .columns = columns, .paint = paint, .nothing = N_("no plan; press b on a queue or link"), .sign = sign};

/* --- the record --- */

enum { RECORD_PLANS = 200, LINE_BYTES = 1024 };

/* The record of all, then each that has one, the newest first. */
int rebalance_record_draw(const struct view_frame *f, struct canvas *c, struct area in)
{
    const struct view_rows *plans = &f->rows[REBALANCE_ALL_PLANS];
    struct plan_record record = {{0}, {0}, {0}};
    struct buf line = buf_make(LINE_BYTES);
    char words[PLAN_RECORD_WORDS];
    int y = 1;

    for (size_t i = 0; i < plans->count && i < RECORD_PLANS; i++) {
        struct row plan = {0};

        if (!plans->at(plans->ctx, i, &plan) || !value_known(&plan.cells[PLAN_RECORD]))
            continue;
        plan_review_add(&record, &plan);
        if (y >= in.height)
            continue;
        buf_clear(&line);
        text_show(plan.id, 12, &line);
        buf_puts(&line, ": ", NULL);
        text_show(cell_text(&plan, PLAN_RECORD), -1, &line);
        canvas_puts(c, in.x + 1, in.y + y++, in.width - 2, ROLE_TEXT, buf_str(&line));
    }
    if (in.height > 0)
        canvas_puts(c, in.x + 1, in.y, in.width - 2, record.plans[0] + record.plans[1] > 0 ? ROLE_TEXT : ROLE_DIM,
                    plan_review_words(&record, words));
    buf_release(&line);
    return in.height > 0 ? y : 0;
}
