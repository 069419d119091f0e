#include <string.h>

#include "base/tr.h"
#include "views/alert_act.h"
#include "views/alerts.h"
#include "views/alerts_detail.h"
#include "views/alerts_list.h"
#include "views/changes.h"

enum need {
    NEED_ALERTS,
    NEED_CHANGES,
    NEED_WINDOWS,
    NEED_SOURCES,
    NEED_SCHEDULERS,
    NEED_CLUSTERS,
    NEED_QUEUES,
    NEED_PLACES,
    NEED_LINKS,
    NEED_HALLS,
    NEED_ENERGY
};
static const struct view_need needs[] = {
    [NEED_ALERTS] = {.kind = KIND_ALERT, .filtered = true},
    [NEED_CHANGES] = {.kind = KIND_CHANGE, .sort = "-at", .aside = true},
    [NEED_WINDOWS] = {.kind = KIND_MAINTENANCE, .aside = true},
    [NEED_SOURCES] = {.kind = KIND_SOURCE, .aside = true},
    [NEED_SCHEDULERS] = {.kind = KIND_SCHEDULER, .aside = true},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [NEED_QUEUES] = {.kind = KIND_QUEUE, .aside = true},
    [NEED_PLACES] = {.kind = KIND_PLACE, .aside = true},
    [NEED_LINKS] = {.kind = KIND_LINK, .aside = true},
    [NEED_HALLS] = {.kind = KIND_HALL, .aside = true},
    [NEED_ENERGY] = {.kind = KIND_ENERGY, .aside = true},
    {0},
};

enum { DETAIL_LEAST = 8, LIST_LEAST = 5, DETAIL_MOST = 26, BELOW_MAX = 200 };

static struct needs_facts facts_of(const struct view_frame *f)
{
    return (struct needs_facts){.sources = &f->rows[NEED_SOURCES],
                                .schedulers = &f->rows[NEED_SCHEDULERS],
                                .clusters = &f->rows[NEED_CLUSTERS],
                                .queues = &f->rows[NEED_QUEUES],
                                .links = &f->rows[NEED_LINKS],
                                .places = &f->rows[NEED_PLACES],
                                .halls = &f->rows[NEED_HALLS],
                                .energy = &f->rows[NEED_ENERGY],
                                .now_ms = f->now.utc_ms};
}

/* What lists and keys look at, made for one of them. */
struct look {
    struct needs_facts told;
    struct alert_words words;
    struct alerts alerts;
};

static void look_make(struct look *l, const struct view_frame *f, const struct view_state *s)
{
    l->told = facts_of(f);
    alert_words_make(&l->words, &l->told);
    const struct alerts_mine mine = {f->scope, l->words.facts.clusters, l->words.facts.n_clusters};
    alerts_make(&l->alerts, &f->rows[NEED_ALERTS], s, &mine, f->now.utc_ms);
}

static void look_release(struct look *l)
{
    alerts_release(&l->alerts);
    alert_words_release(&l->words);
}

/* --- drawing --- */

static int detail_height(const struct view_frame *f, const struct view_state *s)
{
    int height = f->area.height * 11 / 20;

    if (s->number[ALERTS_LIST_ONLY] > 0)
        return 0;
    height = height > DETAIL_MOST ? DETAIL_MOST : height;
    return height >= DETAIL_LEAST && f->area.height - height >= LIST_LEAST ? height : 0;
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct look l;
    struct area above = f->area, below = f->area;
    struct row alert = {0};

    look_make(&l, f, s);
    below.height = l.alerts.rows.count > 0 ? detail_height(f, s) : 0;
    above.height -= below.height;
    below.y += above.height;
    alerts_list_draw(&l.alerts, &l.words, f, s, c, above);
    if (below.height > 0 && list_current(&s->place[0], &l.alerts.rows, &alert)) {
        struct alerts_detail d = {.words = &l.words,
                                  .alerts = &f->rows[NEED_ALERTS],
                                  .changes = &f->rows[NEED_CHANGES],
                                  .windows = &f->rows[NEED_WINDOWS],
                                  .frame = f,
                                  .now_ms = f->now.utc_ms};
        alerts_detail_draw(&d, &alert, s, c, below);
    }
    look_release(&l);
}

/* --- keys --- */

enum action { ACT_OPEN = 1, ACT_FOLD, ACT_DETAIL };

static const struct key_row keys[] = {
    ALERT_KEYS,
    ALERT_READ_KEYS,
    {"Enter", ACT_OPEN, "open", "what the alert is about: its link, its jobs, its racks"},
    {"+ Space", ACT_FOLD, "unfold", "show what the alert explains, and fold it again"},
    {"d", ACT_DETAIL, "detail", "everything that is known of the alert under the cursor, or the list alone"},
    {"j Down", LIST_DOWN, NULL, "the next row"},
    {"k Up", LIST_UP, NULL, "the row before"},
    {"C-d", LIST_HALF_DOWN, NULL, "half a page down"},
    {"C-u", LIST_HALF_UP, NULL, "half a page up"},
    {"PgDn C-f", LIST_PAGE_DOWN, NULL, "a page down"},
    {"PgUp C-b", LIST_PAGE_UP, NULL, "a page up"},
    {"g Home", LIST_FIRST, NULL, "the first row"},
    {"G End", LIST_LAST, NULL, "the last row"},
    {"l Right", LIST_RIGHT, "tab", "the next tab: open, acked, silenced, maintenance, resolved"},
    {"h Left", LIST_LEFT, NULL, "the tab before"},
    {0},
};

/* The rows that stand below the alert under the cursor, folded or not. */
static size_t rows_below(const struct look *l, const struct view_state *s, struct row *below)
{
    int64_t at = l->alerts.rows.find(l->alerts.rows.ctx, text_from(s->place[0].id, s->place[0].id_len),
                                     text_from(s->place[0].source, s->place[0].source_len));
    const struct alerts_entry *root = at < 0 ? NULL : alerts_at(&l->alerts, (size_t)at);
    size_t n = 0;

    while (root != NULL && n < root->children && n < BELOW_MAX) {
        below[n] = (struct row){0};
        l->alerts.told->at(l->alerts.told->ctx, root[n + 1].at, &below[n]);
        n++;
    }
    return n;
}

static struct intent act_on(const struct look *l, const struct view_state *s, const struct row *alert, int action)
{
    struct arena arena = {0};
    struct row *below = arena_alloc(&arena, BELOW_MAX * sizeof *below);
    struct alert_act a = {.words = &l->words,
                          .alert = alert,
                          .below = below,
                          .below_count = rows_below(l, s, below),
                          .now_ms = l->told.now_ms};
    struct intent i = alert_act(&a, action);

    arena_release(&arena);
    return i;
}

static struct intent open_object(const struct look *l, const struct row *alert)
{
    struct row object = {0};
    bool known = alert_words_object(&l->words, alert, &object);

    return alert_act_open(alert_words_kind(alert), value_text_or(&alert->cells[ALERT_WHERE], ""),
                          known ? &object : NULL);
}

static struct intent on_current(const struct look *l, struct view_state *s, int action)
{
    struct row alert = {0};

    if (!list_current(&s->place[0], &l->alerts.rows, &alert))
        return (struct intent){.kind = INTENT_NONE};
    if (action == ACT_OPEN)
        return open_object(l, &alert);
    if (action != ACT_FOLD)
        return act_on(l, s, &alert, action);
    alerts_fold(s, alert.id);
    return (struct intent){.kind = INTENT_REDRAW};
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct intent i = {.kind = INTENT_REDRAW};
    struct look l;

    if (action == LIST_LEFT || action == LIST_RIGHT) {
        alerts_turn(s, action == LIST_RIGHT ? 1 : -1);
        return i;
    }
    if (action == ACT_DETAIL) {
        s->number[ALERTS_LIST_ONLY] = s->number[ALERTS_LIST_ONLY] > 0 ? 0 : 1;
        return i;
    }
    look_make(&l, f, s);
    if (!list_move(&s->place[0], &l.alerts.rows, action))
        i = on_current(&l, s, action);
    look_release(&l);
    return i;
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    struct look l;

    look_make(&l, f, s);
    look(ctx, &l.alerts.rows, &s->place[0]);
    look_release(&l);
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct look l;
    struct row alert = {0};
    bool found;

    look_make(&l, f, s);
    found = list_current(&s->place[0], &l.alerts.rows, &alert);
    if (found && !alert_words_object(&l.words, &alert, object)) {
        *object = (struct row){.kind = alert_words_kind(&alert), .id = value_text_or(&alert.cells[ALERT_WHERE], "")};
        found = object->kind != KIND_NONE && !text_empty(object->id);
    }
    look_release(&l);
    return found;
}

static bool current_alert(const struct view_frame *f, struct view_state *s, struct row *alert)
{
    struct look l;
    bool found;

    look_make(&l, f, s);
    found = list_current(&s->place[0], &l.alerts.rows, alert);
    look_release(&l);
    return found;
}

static int64_t moment(const struct view_frame *f, struct view_state *s)
{
    struct row alert = {0};

    return current_alert(f, s, &alert) ? changes_moment_of_alert(&alert, &f->rows[NEED_CHANGES]) : 0;
}

const struct view view_alerts = {
    .name = "alerts",
    .title = "Alerts",
    .help = "what is wrong, what explains what, who has it in hand, what is hidden and until when",
    .order = 7,
    .mine = true,
    .needs = needs,
    .keys = keys,
    .columns = true,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
    .alert = current_alert,
    .moment = moment,
};
