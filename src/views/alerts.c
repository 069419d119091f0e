#include "views/alerts.h"

#include <stdlib.h>
#include <string.h>

#include "views/alert_words.h"
#include "views/cell.h"

/* --- the state --- */

enum alerts_tab alerts_tab(const struct view_state *s)
{
    int tab = (int)s->number[ALERTS_TAB];

    return tab > 0 && tab < ALERTS_TABS ? (enum alerts_tab)tab : ALERTS_OPEN;
}

void alerts_turn(struct view_state *s, int by)
{
    s->number[ALERTS_TAB] = ((int)alerts_tab(s) + by + ALERTS_TABS) % ALERTS_TABS;
}

/* Ids that are unfolded stand in the state's text, each ended by a newline. Where this one does, and its length with that; the
 * text's end: it does not. */
static size_t unfolded(const struct view_state *s, struct safe_text id, size_t *len)
{
    size_t at = 0;

    for (; s->text[at] != '\0'; at += *len) {
        *len = strcspn(s->text + at, "\n") + 1;
        if (text_equal(text_from(s->text + at, *len - 1), id))
            return at;
    }
    return at;
}

bool alerts_is_unfolded(const struct view_state *s, struct safe_text id)
{
    size_t len;

    return s->text[unfolded(s, id, &len)] != '\0';
}

/* Where there is no room left, those that were unfolded first are folded. */
void alerts_fold(struct view_state *s, struct safe_text id)
{
    struct buf copy = buf_make(sizeof s->text / 2);
    size_t len = 0, n = strlen(s->text), room = sizeof s->text - 1;
    size_t at = unfolded(s, id, &len);

    if (at < n) {
        memmove(s->text + at, s->text + at + len, n - at - len + 1);
    } else if (!text_empty(text_copy(&copy, id))) {
        while (n + copy.len + 1 > room) {
            len = strcspn(s->text, "\n") + 1;
            memmove(s->text, s->text + len, n - len + 1);
            n -= len;
        }
        memcpy(s->text + n, copy.data, copy.len);
        memcpy(s->text + n + copy.len, "\n", 2);
    }
    buf_release(&copy);
}

/* --- one alert --- */

bool alerts_is_forgotten(const struct row *alert, int64_t now_ms)
{
    int64_t acked_ms = value_int_or(&alert->cells[ALERT_ACKED_AT], now_ms);
    int64_t until_ms = value_int_or(&alert->cells[ALERT_ACKED_UNTIL], INT64_MAX);

    if (cell_is(alert, ALERT_STATE, "returned"))
        return true;
    return cell_is(alert, ALERT_STATE, "acked") &&
           (acked_ms < now_ms - ALERTS_ACKED_LONG_MS || until_ms < now_ms + ALERTS_ACK_ENDS_MS);
}

static enum alerts_tab tab_of(const struct row *alert)
{
    if (alert_words_over(alert))
        return ALERTS_RESOLVED;
    if (cell_is(alert, ALERT_STATE, "silenced"))
        return ALERTS_SILENCED;
    return text_empty(value_text_or(&alert->cells[ALERT_MAINTENANCE], "")) ? ALERTS_OPEN : ALERTS_MAINTENANCE;
}

static struct alerts_entry entry_of(const struct row *alert, size_t at, int64_t now_ms)
{
    return (struct alerts_entry){
        .at = at,
        .id = alert->id,
        .source = alert->source,
        .parent = value_text_or(&alert->cells[ALERT_PARENT], ""),
        .severity = alert_words_severity(alert),
        .tab = tab_of(alert),
        .acked = cell_is(alert, ALERT_STATE, "acked"),
        .over = alert_words_over(alert),
        .forgotten = alerts_is_forgotten(alert, now_ms),
        .jobs = value_int_or(&alert->cells[ALERT_IMPACT_JOBS], -1),
        .tenants = value_int_or(&alert->cells[ALERT_IMPACT_TENANTS], -1),
        .since_ms = value_int_or(&alert->cells[ALERT_SINCE], INT64_MAX),
        .over_ms = value_int_or(&alert->cells[ALERT_RESOLVED_AT], 0),
    };
}

/* --- the order --- */

static int by_urgency(const struct alerts_entry *x, const struct alerts_entry *y)
{
    int by_id = text_cmp(x->id, y->id);

    if (x->over != y->over)
        return x->over ? 1 : -1;
    if (x->over && x->over_ms != y->over_ms)
        return x->over_ms > y->over_ms ? -1 : 1;
    if (x->acked != y->acked)
        return x->acked ? 1 : -1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->jobs != y->jobs)
        return x->jobs > y->jobs ? -1 : 1;
    if (x->tenants != y->tenants)
        return x->tenants > y->tenants ? -1 : 1;
    if (x->since_ms != y->since_ms)
        return x->since_ms < y->since_ms ? -1 : 1;
    return by_id != 0 ? by_id : text_cmp(x->source, y->source);
}

static int compare(const void *a, const void *b)
{
    return by_urgency(a, b);
}

static int by_id(const void *a, const void *b)
{
    const struct alerts_entry *const *x = a, *const *y = b;
    int by = text_cmp((*x)->id, (*y)->id);

    return by != 0 ? by : ((*x)->order > (*y)->order) - ((*x)->order < (*y)->order);
}

static int by_root(const void *a, const void *b)
{
    const struct alerts_entry *x = a, *y = b;

    if (x->root != y->root)
        return x->root < y->root ? -1 : 1;
    if ((x->order == x->root) != (y->order == y->root))
        return x->order == x->root ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static struct alerts_entry *find(struct alerts_entry **by, size_t n, struct safe_text id)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (text_cmp(by[mid]->id, id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n && text_equal(by[low]->id, id) ? by[low] : NULL;
}

/* What is over stands below what is over alone, and nothing below what is itself explained. */
static void join_roots(struct alerts *a)
{
    struct alerts_entry **by = arena_alloc(&a->arena, (a->count + 1) * sizeof *by);

    for (size_t i = 0; i < a->count; i++)
        by[i] = &a->all[i];
    qsort(by, a->count, sizeof *by, by_id);
    for (size_t i = 0; i < a->count; i++) {
        struct alerts_entry *e = &a->all[i];
        struct alerts_entry *root = text_empty(e->parent) ? NULL : find(by, a->count, e->parent);
        if (root == NULL || root == e || root->over != e->over || !text_empty(root->parent))
            continue;
        e->root = root->order;
        e->tab = root->tab;
        root->children++;
    }
    qsort(a->all, a->count, sizeof *a->all, by_root);
    for (size_t i = 0; i < a->count; i++)
        a->all[i].last = i + 1 == a->count || a->all[i + 1].root != a->all[i].root;
}

/* One that does not say where it belongs belongs where what explains it does. */
static bool is_mine(const struct alerts *a, const struct alerts_mine *mine, const struct row *alert)
{
    enum concern_answer answer = scope_of_row(mine->scope, alert, mine->clusters, mine->cluster_count);
    struct safe_text parent = value_text_or(&alert->cells[ALERT_PARENT], "");
    struct row root = {0};

    if (answer == CONCERN_UNKNOWN && !text_empty(parent)) {
        int64_t at = a->told->find(a->told->ctx, parent, text_of(""));
        if (at >= 0 && a->told->at(a->told->ctx, (size_t)at, &root))
            return scope_has_row(mine->scope, &root, mine->clusters, mine->cluster_count);
    }
    return answer != CONCERN_NO;
}

static void read_all(struct alerts *a, bool own_order, const struct alerts_mine *mine, int64_t now_ms)
{
    a->scoped = mine->scope != NULL;
    a->all = arena_alloc(&a->arena, (a->told->count + 1) * sizeof *a->all);
    for (size_t i = 0; i < a->told->count; i++) {
        struct row alert = {0};
        if (!a->told->at(a->told->ctx, i, &alert))
            continue;
        if (is_mine(a, mine, &alert))
            a->all[a->count++] = entry_of(&alert, i, now_ms);
        else
            a->outside += tab_of(&alert) == ALERTS_OPEN && text_empty(value_text_or(&alert.cells[ALERT_PARENT], ""));
    }
    if (!own_order)
        qsort(a->all, a->count, sizeof *a->all, compare);
    for (size_t i = 0; i < a->count; i++)
        a->all[i].root = a->all[i].order = i;
    if (!own_order)
        join_roots(a);
}

/* --- what is shown --- */

static bool is_root(const struct alerts_entry *e)
{
    return e->root == e->order;
}

static bool is_in(const struct alerts_entry *e, enum alerts_tab tab, bool root_acked)
{
    return tab == ALERTS_ACKED ? e->tab == ALERTS_OPEN && root_acked : e->tab == tab;
}

static void choose(struct alerts *a, const struct view_state *s)
{
    bool acked = false, open = false;

    a->shown = arena_alloc(&a->arena, (a->count + 1) * sizeof *a->shown);
    a->rows.count = 0;
    for (size_t i = 0; i < a->count; i++) {
        const struct alerts_entry *e = &a->all[i];
        if (is_root(e)) {
            acked = e->acked;
            open = alerts_is_unfolded(s, e->id);
            a->tab_count[e->tab]++;
            a->tab_count[ALERTS_ACKED] += e->tab == ALERTS_OPEN && acked;
            a->forgotten += e->tab == ALERTS_OPEN && e->forgotten;
        }
        if (is_in(e, alerts_tab(s), acked) && (is_root(e) || open))
            a->shown[a->rows.count++] = i;
    }
    a->rows.all = a->rows.count > 0 || s->filter[0] == '\0' ? a->rows.count : a->told->all;
}

const struct alerts_entry *alerts_at(const struct alerts *a, size_t i)
{
    return &a->all[a->shown[i]];
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct alerts *a = ctx;

    return i < a->rows.count && a->told->at(a->told->ctx, alerts_at(a, i)->at, row);
}

static int64_t find_shown(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct alerts *a = ctx;

    for (size_t i = 0; i < a->rows.count; i++) {
        const struct alerts_entry *e = alerts_at(a, i);
        if (text_equal(e->id, id) && (text_empty(source) || text_equal(e->source, source)))
            return (int64_t)i;
    }
    return -1;
}

void alerts_make(struct alerts *a, const struct view_rows *told, const struct view_state *s,
                 const struct alerts_mine *mine, int64_t now_ms)
{
    *a = (struct alerts){.told = told, .rows = *told};
    read_all(a, s->sort_field != -2, mine, now_ms);
    choose(a, s);
    a->rows.ctx = a;
    a->rows.at = at;
    a->rows.find = find_shown;
    a->rows.series = NULL;
    a->rows.filled = NULL;
}

void alerts_release(struct alerts *a)
{
    arena_release(&a->arena);
    *a = (struct alerts){0};
}
