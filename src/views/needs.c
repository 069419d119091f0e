#include "views/needs.h"

#include "base/tr.h"

enum { ROWS_MAX = 20000, TEXT_BYTES = 1024 };

static size_t read_all(const struct view_rows *rows, struct arena *arena, const struct row **out)
{
    size_t n = 0, count = rows == NULL ? 0 : rows->count < ROWS_MAX ? rows->count : ROWS_MAX;
    struct row *all = arena_alloc(arena, (count + 1) * sizeof *all);

    for (size_t i = 0; i < count; i++)
        n += rows->at(rows->ctx, i, &all[n]);
    *out = all;
    return n;
}

void needs_read(const struct needs_facts *facts, struct arena *arena, struct verdict_facts *f)
{
    *f = (struct verdict_facts){.now_ms = facts->now_ms};
    f->n_sources = read_all(facts->sources, arena, &f->sources);
    f->n_schedulers = read_all(facts->schedulers, arena, &f->schedulers);
    f->n_clusters = read_all(facts->clusters, arena, &f->clusters);
    f->n_queues = read_all(facts->queues, arena, &f->queues);
    f->n_links = read_all(facts->links, arena, &f->links);
    f->n_halls = read_all(facts->halls, arena, &f->halls);
    f->n_energy = read_all(facts->energy, arena, &f->energy);
    f->n_places = read_all(facts->places, arena, &f->places);
    f->n_alerts = read_all(facts->alerts, arena, &f->alerts);
}

static void leave_out(struct needs *n, const struct scope *scope, const struct verdict_facts *f)
{
    struct finding_list *found = &n->found;
    size_t kept = 0;

    for (size_t i = 0; scope != NULL && i < found->count; i++) {
        const struct finding *one = &found->all[i];
        if (scope_has_row(scope, one->alert != NULL ? one->alert : one->row, f->clusters, f->n_clusters)) {
            found->all[kept++] = *one;
            continue;
        }
        found->acked -= one->acked;
        found->crit -= !one->acked && one->severity == SEVERITY_CRIT;
        found->warn -= !one->acked && one->severity == SEVERITY_WARN;
        n->outside++;
    }
    found->count = scope != NULL ? kept : found->count;
}

struct needs needs_make(const struct needs_facts *facts)
{
    struct needs n = {0};
    struct verdict_facts f;

    needs_read(facts, &n.arena, &f);
    n.found = finding_list_of(&f);
    leave_out(&n, facts->scope, &f);
    n.looked = f.n_sources + f.n_schedulers + f.n_queues + f.n_links > 0;
    return n;
}

void needs_release(struct needs *n)
{
    finding_release(&n->found);
    arena_release(&n->arena);
    *n = (struct needs){0};
}

const struct finding *needs_at(const struct needs *n, int64_t i)
{
    return i >= 0 && i < (int64_t)n->found.count ? &n->found.all[i] : NULL;
}

/* --- as rows --- */

static struct safe_text keep(struct needs *n, struct buf *b)
{
    struct safe_text kept = text_from(arena_copy(&n->arena, buf_str(b), b->len), b->len);

    buf_release(b);
    return kept;
}

static struct safe_text text_of_finding(struct needs *n, const struct finding *f)
{
    struct buf b = buf_make(TEXT_BYTES);

    if (f->returned)
        buf_puts(&b, tr("BACK, not taken again: "), NULL);
    finding_text(f, &b);
    return keep(n, &b);
}

static struct safe_text where_of_finding(struct needs *n, const struct finding *f)
{
    struct buf b = buf_make(TEXT_BYTES);

    finding_where(f, -1, &b);
    return keep(n, &b);
}

static struct safe_text key_of(struct needs *n, const struct finding *f)
{
    struct buf b = buf_make(TEXT_BYTES);

    if (f->alert != NULL)
        text_copy(&b, f->alert->id);
    else
        buf_puts(&b, finding_word(f->what), NULL);
    buf_putc(&b, ' ', NULL);
    text_copy(&b, f->alert != NULL ? f->alert->source : f->row->source);
    return keep(n, &b);
}

static bool at(void *ctx, size_t i, struct row *row)
{
    struct needs *n = ctx;
    const struct finding *f = needs_at(n, (int64_t)i);

    if (f == NULL)
        return false;
    *row = (struct row){.id = f->row->id, .source = key_of(n, f)};
    row->cells[NEEDS_SEVERITY] = value_int((int64_t)f->severity);
    row->cells[NEEDS_WHAT] = value_text(text_of(tr_of("finding", finding_word(f->what))));
    row->cells[NEEDS_TEXT] = value_text(text_of_finding(n, f));
    row->cells[NEEDS_JOBS] = f->jobs >= 0 ? value_int(f->jobs) : value_none();
    row->cells[NEEDS_AGE_S] = f->age_ms >= 0 ? value_int(f->age_ms / 1000) : value_none();
    row->cells[NEEDS_WHERE] = value_text(where_of_finding(n, f));
    row->cells[NEEDS_CHILDREN] = value_int((int64_t)f->children);
    if (f->alert == NULL)
        return true;
    row->cells[NEEDS_ALERT] = value_text(f->alert->id);
    row->cells[NEEDS_OWNER] = f->acked ? f->alert->cells[ALERT_ACKED_BY] : value_none();
    row->cells[NEEDS_UNTIL] = f->acked ? f->alert->cells[ALERT_ACKED_UNTIL] : value_none();
    return true;
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    struct needs *n = ctx;

    for (size_t i = 0; i < n->found.count; i++)
        if (text_equal(n->found.all[i].row->id, id) && text_equal(key_of(n, &n->found.all[i]), source))
            return (int64_t)i;
    return -1;
}

struct view_rows needs_rows(struct needs *n)
{
    return (struct view_rows){
        .count = n->found.count, .all = n->found.count, .known = n->looked, .ctx = n, .at = at, .find = find};
}
