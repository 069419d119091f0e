#include "views/tree.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/hostlist.h"
#include "views/hubs.h"

static const char *const level_words[TREE_LEVELS] = {"hub", "cluster", "site", "hall", "rack", "node", "job"};
static const char loose_word[] = "unassigned", note_word[] = "note";

static const char *source_of(const struct tree_line *line)
{
    return line->what == TREE_LOOSE ? loose_word : line->what == TREE_NOTE ? note_word : level_words[line->level];
}

/* --- what is open --- */

static struct safe_text opened(const struct view_state *s, enum tree_level level)
{
    const struct view_place *p = &s->place[TREE_OPEN + level];

    return text_from(p->id, p->id_len);
}

static bool loose_is_open(const struct view_state *s, enum tree_level level)
{
    return s->place[TREE_OPEN + level].source_len > 0;
}

static bool is_open(const struct view_state *s, const struct tree_line *line)
{
    return line->level < TREE_JOB && line->what != TREE_NOTE && !text_empty(line->id) &&
           text_equal(opened(s, line->level), line->id) && loose_is_open(s, line->level) == (line->what == TREE_LOOSE);
}

/* An id that is too long opens nothing. */
static void keep(char *out, size_t size, size_t *len, struct safe_text text)
{
    struct buf b = buf_make(size);

    *len = 0;
    if (!text_empty(text_copy(&b, text))) {
        memcpy(out, b.data, b.len);
        *len = b.len;
    }
    buf_release(&b);
}

void tree_close(struct view_state *s, const struct tree_line *line)
{
    for (int level = (int)line->level; level < TREE_JOB; level++)
        s->place[TREE_OPEN + level] = (struct view_place){0};
    s->text[0] = '\0';
}

void tree_open(struct view_state *s, const struct tree_line *line, const struct row *row)
{
    struct view_place *p = &s->place[TREE_OPEN + line->level];
    size_t len;

    tree_close(s, line);
    keep(p->id, sizeof p->id, &p->id_len, line->id);
    p->source_len = line->what == TREE_LOOSE;
    if (line->level != TREE_NODE)
        return;
    keep(s->text, sizeof s->text - 1, &len, value_text_or(&row->cells[NODE_SCHEDULER], ""));
    s->text[len] = '\0';
}

/* --- what is read --- */

/* An id that cannot stand in quotes asks for nothing. */
static bool ask(char out[VIEW_FILTER_MAX], const char *before, const char *id, size_t n, const char *after)
{
    bool quotable = n > 0 && memchr(id, '"', n) == NULL && memchr(id, '\0', n) == NULL;

    return quotable && snprintf(out, VIEW_FILTER_MAX, "%s\"%.*s\"%s", before, (int)n, id, after) < VIEW_FILTER_MAX;
}

bool tree_scope(const struct view_state *s, int need, char out[VIEW_FILTER_MAX])
{
    static const struct {
        enum tree_level of;
        const char *before, *after;
    } asks[TREE_NEEDS] = {
        [TREE_RACK] = {TREE_HALL, "hall=", ""},
        [TREE_NODE] = {TREE_RACK, "rack=", ""},
        [TREE_LOOSE_RACKS] = {TREE_CLUSTER, "cluster=", " hall="},
        [TREE_LOOSE_NODES] = {TREE_CLUSTER, "cluster=", " rack="},
    };
    bool loose = need == TREE_LOOSE_RACKS || need == TREE_LOOSE_NODES;
    const struct view_place *p;

    if (need == TREE_JOB)
        return s->place[TREE_OPEN + TREE_NODE].id_len > 0 &&
               ask(out, "state=running,suspended,finishing scheduler=", s->text, strlen(s->text), "");
    p = &s->place[TREE_OPEN + asks[need].of];
    return (!loose || loose_is_open(s, TREE_SITE)) && ask(out, asks[need].before, p->id, p->id_len, asks[need].after);
}

/* --- lines --- */

static struct tree_line *add(struct tree *t, struct tree_line line)
{
    if (t->count == t->room) {
        size_t room = 2 * t->room + 64;
        struct tree_line *lines = arena_alloc(&t->arena, room * sizeof *lines);

        if (t->count > 0)
            memcpy(lines, t->lines, t->count * sizeof *lines);
        t->lines = lines;
        t->room = room;
    }
    line.open = is_open(t->state, &line);
    line.shown = true;
    t->lines[t->count] = line;
    return &t->lines[t->count++];
}

static const struct view_rows *told(const struct tree *t, int need)
{
    return &t->frame->rows[need];
}

static bool row_at(const struct tree *t, int need, size_t i, struct row *row)
{
    const struct view_rows *rows = told(t, need);

    return i < rows->count && rows->at(rows->ctx, i, row);
}

static bool knows(const struct tree *t, int need, struct safe_text id)
{
    const struct view_rows *rows = told(t, need);

    return !text_empty(id) && rows->find(rows->ctx, id, text_of("")) >= 0;
}

static void add_children(struct tree *t, const struct tree_line *of);

static void add_open(struct tree *t, struct tree_line line)
{
    const struct tree_line added = *add(t, line);

    if (added.open)
        add_children(t, &added);
}

/* Whose child a row may be. */
struct parent {
    struct safe_text id;
    struct row row; /* a node's, for its name */
};
typedef bool tree_belongs(const struct tree *t, const struct parent *p, const struct row *row);

static void add_level(struct tree *t, int need, enum tree_level level, int depth, tree_belongs *belongs,
                      const struct parent *p)
{
    const struct view_rows *rows = told(t, need);

    for (size_t i = 0; rows->count <= TREE_READ_MAX && i < rows->count; i++) {
        struct row row = {0};

        if (row_at(t, need, i, &row) && (belongs == NULL || belongs(t, p, &row)))
            add_open(t, (struct tree_line){.level = level, .need = need, .at = i, .depth = depth, .id = row.id});
    }
}

/* --- who belongs to whom --- */

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static bool of_hub(const struct tree *t, const struct parent *p, const struct row *row)
{
    (void)t;
    return text_equal(cell(row, CLUSTER_HUB), p->id);
}

static bool of_no_hub(const struct tree *t, const struct parent *p, const struct row *row)
{
    (void)p;
    return text_is(cell(row, CLUSTER_HUB), loose_word) || !knows(t, TREE_HUB, cell(row, CLUSTER_HUB));
}

static bool of_cluster(const struct tree *t, const struct parent *p, const struct row *row)
{
    (void)t;
    return text_equal(cell(row, SITE_CLUSTER), p->id);
}

static bool of_no_cluster(const struct tree *t, const struct parent *p, const struct row *row)
{
    (void)p;
    return !knows(t, TREE_CLUSTER, cell(row, SITE_CLUSTER));
}

static bool of_site(const struct tree *t, const struct parent *p, const struct row *row)
{
    (void)t;
    return text_equal(cell(row, HALL_SITE), p->id);
}

static bool of_no_site(const struct tree *t, const struct parent *p, const struct row *row)
{
    return text_equal(cell(row, HALL_CLUSTER), p->id) && !knows(t, TREE_SITE, cell(row, HALL_SITE));
}

static bool of_hall(const struct tree *t, const struct parent *p, const struct row *row)
{
    (void)t;
    return text_equal(cell(row, RACK_HALL), p->id);
}

static bool of_rack(const struct tree *t, const struct parent *p, const struct row *row)
{
    (void)t;
    return text_equal(cell(row, NODE_RACK), p->id);
}

struct look {
    struct safe_text name;
    bool found;
};

static bool look_at(void *ctx, struct safe_text name)
{
    struct look *l = ctx;

    l->found = text_equal(name, l->name);
    return !l->found;
}

static bool of_node(const struct tree *t, const struct parent *p, const struct row *row)
{
    struct look l = {cell(&p->row, NODE_NAME), false};

    (void)t;
    hostlist_each(cell(row, JOB_NODE_LIST), look_at, &l);
    return l.found && text_equal(cell(row, JOB_SCHEDULER), cell(&p->row, NODE_SCHEDULER));
}

/* --- below a line --- */

static tree_belongs *const belongs_to[TREE_LEVELS] = {
    [TREE_HUB] = of_hub,   [TREE_CLUSTER] = of_cluster, [TREE_SITE] = of_site,
    [TREE_HALL] = of_hall, [TREE_RACK] = of_rack,       [TREE_NODE] = of_node,
};

static const char *why_none(const struct view_rows *rows)
{
    if (rows->count > TREE_READ_MAX)
        return N_("too many to list here: Enter opens them");
    if (rows->partial)
        return N_("loading");
    return rows->known ? N_("nothing is told to be in it") : N_("not known: no source has told");
}

static void add_note(struct tree *t, const struct tree_line *of, int need)
{
    add(t, (struct tree_line){.what = TREE_NOTE,
                              .level = of->level,
                              .depth = of->depth + 1,
                              .id = of->id,
                              .words = why_none(told(t, need))});
}

static void add_loose(struct tree *t, const struct tree_line *of, const struct parent *p)
{
    if (of->level == TREE_HUB) {
        add_level(t, TREE_CLUSTER, TREE_CLUSTER, of->depth + 1, of_no_hub, p);
        add_level(t, TREE_SITE, TREE_SITE, of->depth + 1, of_no_cluster, p);
        return;
    }
    add_level(t, TREE_HALL, TREE_HALL, of->depth + 1, of_no_site, p);
    add_level(t, TREE_LOOSE_RACKS, TREE_RACK, of->depth + 1, NULL, p);
    add_level(t, TREE_LOOSE_NODES, TREE_NODE, of->depth + 1, NULL, p);
}

static void add_children(struct tree *t, const struct tree_line *of)
{
    struct parent p = {.id = of->id};
    size_t was = t->count;
    bool loose = of->what == TREE_LOOSE;

    if (!loose)
        row_at(t, of->need, of->at, &p.row);
    if (loose)
        add_loose(t, of, &p);
    else
        add_level(t, (int)of->level + 1, of->level + 1, of->depth + 1, belongs_to[of->level], &p);
    if (of->level == TREE_CLUSTER)
        add_open(t, (struct tree_line){.what = TREE_LOOSE, .level = TREE_SITE, .depth = of->depth + 1, .id = of->id});
    if (t->count == was)
        add_note(t, of, loose ? TREE_LOOSE_NODES : (int)of->level + 1);
}

/* --- the whole --- */

static bool any(const struct tree *t, int need, tree_belongs *belongs)
{
    for (size_t i = 0; i < told(t, need)->count; i++) {
        struct row row = {0};

        if (row_at(t, need, i, &row) && belongs(t, NULL, &row))
            return true;
    }
    return false;
}

static void add_hubs(struct tree *t)
{
    for (size_t i = 0; i < told(t, TREE_HUB)->count; i++) {
        struct row row = {0};

        if (row_at(t, TREE_HUB, i, &row) && !hubs_is_outside(&row))
            add_open(t, (struct tree_line){.level = TREE_HUB, .need = TREE_HUB, .at = i, .id = row.id});
    }
    if (any(t, TREE_CLUSTER, of_no_hub) || any(t, TREE_SITE, of_no_cluster))
        add_open(t, (struct tree_line){.what = TREE_LOOSE, .level = TREE_HUB, .id = text_of(loose_word)});
}

static bool is_named(const struct tree_line *line, const struct row *row, struct safe_text needle)
{
    bool by_name = line->level == TREE_JOB && text_contains(cell(row, JOB_NAME), needle, true);

    return by_name || text_contains(tree_label(line, row), needle, true) || text_contains(line->id, needle, true);
}

static void sift(struct tree *t)
{
    const struct safe_text needle = text_of(t->state->filter);
    int wanted = -1; /* the depth that is shown above what was found */
    size_t kept = 0;

    for (size_t i = t->count; i-- > 0;) {
        struct tree_line *line = &t->lines[i];
        struct row row = {0};
        bool found = line->what != TREE_NOTE && tree_row(t, i, &row) && is_named(line, &row, needle);

        line->shown = found || line->depth == wanted;
        if (line->shown)
            wanted = line->depth - 1;
    }
    for (size_t i = 0; i < t->count; i++)
        if (t->lines[i].shown)
            t->lines[kept++] = t->lines[i];
    t->count = kept;
}

struct tree tree_make(const struct view_frame *f, const struct view_state *s)
{
    struct tree t = {.frame = f, .state = s};

    if (told(&t, TREE_HUB)->count > 0)
        add_hubs(&t);
    else
        add_level(&t, TREE_CLUSTER, TREE_CLUSTER, 0, NULL, NULL);
    if (s->filter[0] != '\0')
        sift(&t);
    return t;
}

void tree_release(struct tree *t)
{
    arena_release(&t->arena);
    *t = (struct tree){0};
}

bool tree_row(const struct tree *t, size_t i, struct row *row)
{
    static const enum kind kinds[TREE_LEVELS] = {KIND_HUB,  KIND_CLUSTER, KIND_SITE, KIND_HALL,
                                                 KIND_RACK, KIND_NODE,    KIND_JOB};
    const struct tree_line *line = &t->lines[i];

    if (line->what == TREE_ROW)
        return row_at(t, line->need, line->at, row);
    *row = (struct row){.kind = kinds[line->level], .id = line->id};
    return true;
}

struct safe_text tree_label(const struct tree_line *line, const struct row *row)
{
    static const int names[TREE_LEVELS][2] = {
        [TREE_HUB] = {HUB_NAME, HUB_NAME_ZH}, [TREE_CLUSTER] = {CLUSTER_NAME, CLUSTER_NAME_ZH},
        [TREE_SITE] = {SITE_NAME, SITE_NAME}, [TREE_HALL] = {HALL_NAME, HALL_NAME},
        [TREE_RACK] = {RACK_NAME, RACK_NAME}, [TREE_NODE] = {NODE_NAME, NODE_NAME},
    };
    struct safe_text name;

    if (line->what == TREE_LOOSE)
        return text_of(tr("unassigned"));
    if (line->what == TREE_NOTE)
        return text_of(tr(line->words));
    if (line->level == TREE_JOB) /* many have one name */
        return line->id;
    name = cell(row, names[line->level][tr_is_zh()]);
    return text_empty(name) ? line->id : name;
}

int64_t tree_parent(const struct tree *t, size_t i)
{
    int64_t at = (int64_t)i;

    while (at >= 0 && t->lines[at].depth >= t->lines[i].depth)
        at--;
    return at;
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct tree *t = ctx;
    bool ok = i < t->count && tree_row(t, i, row);

    if (ok)
        row->source = text_of(source_of(&t->lines[i]));
    return ok;
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct tree *t = ctx;

    for (size_t i = 0; i < t->count; i++)
        if (text_equal(t->lines[i].id, id) && (text_empty(source) || text_is(source, source_of(&t->lines[i]))))
            return (int64_t)i;
    return -1;
}

struct view_rows tree_rows(struct tree *t)
{
    bool partial = told(t, TREE_HUB)->partial || told(t, TREE_CLUSTER)->partial;

    return (struct view_rows){.count = t->count,
                              .all = t->count > 0 || t->state->filter[0] == '\0' ? t->count : 1,
                              .partial = partial,
                              .known = told(t, TREE_HUB)->known || told(t, TREE_CLUSTER)->known,
                              .ctx = t,
                              .at = at,
                              .find = find};
}
