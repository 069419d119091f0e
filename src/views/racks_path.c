#include "views/racks_path.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "views/racks_look.h"

/* --- names --- */

/* How much of the path a name takes: all of its next part, or of several parts where the name has slashes; 0: it is another. */
static size_t taken(struct safe_text name, const char *path)
{
    char shown[VIEW_ID_MAX];
    size_t n = strlen(text_show_in(name, shown, sizeof shown));

    return n > 0 && strncasecmp(path, shown, n) == 0 && (path[n] == '/' || path[n] == '\0') ? n : 0;
}

static size_t taken_by(const struct row *row, const int *fields, const char *path)
{
    size_t most = taken(row->id, path);

    for (; *fields >= 0; fields++) {
        size_t n = taken(value_text_or(&row->cells[*fields], ""), path);

        most = n > most ? n : most;
    }
    return most;
}

/* Of all rows the one that takes the most of the path. */
static size_t best_of(const struct view_rows *rows, const int *fields, const char *path, struct row *best)
{
    size_t most = 0;

    for (size_t i = 0; i < rows->count; i++) {
        struct row row = {0};
        size_t n = rows->at(rows->ctx, i, &row) ? taken_by(&row, fields, path) : 0;

        if (n > most) {
            most = n;
            *best = row;
        }
    }
    return most;
}

static const char *behind(const char *path, size_t n)
{
    return path[n] == '/' ? path + n + 1 : path + n;
}

static void put(struct view_place *p, struct safe_text id)
{
    struct buf copy = buf_make(sizeof p->id);

    racks_look_forget(p);
    if (!text_empty(text_copy(&copy, id))) {
        memcpy(p->id, copy.data, copy.len);
        p->id_len = copy.len;
    }
    buf_release(&copy);
}

/* --- what they name --- */

struct found {
    struct row cluster, hall;
    bool in_cluster, in_hall;
    const char *rest; /* behind them */
};

/* "H2" of the hall "ZJK-1/H2", where nobody tells a name. */
static size_t taken_by_end(const struct row *hall, const char *path)
{
    char shown[VIEW_ID_MAX];
    const char *end = strrchr(text_show_in(hall->id, shown, sizeof shown), '/');

    return end != NULL ? taken(text_of(end + 1), path) : 0;
}

/* A hall of the cluster that is named before it, or by its id alone. */
static void find_hall(const struct view_rows *halls, const char *path, const char *in_cluster, struct found *f)
{
    static const int names[] = {HALL_NAME, -1}, none[] = {-1};
    size_t most = 0;

    for (size_t i = 0; i < halls->count; i++) {
        struct row row = {0};
        size_t n, end = 0;

        if (!halls->at(halls->ctx, i, &row))
            continue;
        n = taken_by(&row, none, path);
        if (f->in_cluster && text_equal(value_text_or(&row.cells[HALL_CLUSTER], ""), f->cluster.id)) {
            size_t by_name = taken_by(&row, names, in_cluster), by_end = taken_by_end(&row, in_cluster);

            end = by_name > by_end ? by_name : by_end;
            end = end > 0 ? end + (size_t)(in_cluster - path) : 0;
        }
        n = end > n ? end : n;
        if (n <= most)
            continue;
        most = n;
        f->hall = row;
        f->in_hall = true;
        f->rest = behind(path, n);
    }
}

static struct found find(const struct view_frame *frame, const char *path)
{
    static const int names[] = {CLUSTER_NAME, CLUSTER_NAME_ZH, -1};
    struct found f = {.rest = path};
    size_t n = best_of(&frame->rows[RACKS_NEED_CLUSTERS], names, path, &f.cluster);

    f.in_cluster = n > 0;
    f.rest = behind(path, n);
    find_hall(&frame->rows[RACKS_NEED_HALLS], path, f.rest, &f);
    return f;
}

/* --- in a hall --- */

static bool is_place(const struct row *rack, const char *path)
{
    char n[CELL_MAX];

    return value_known(&rack->cells[RACK_POSITION]) &&
           taken(text_of(cell_plain(&rack->cells[RACK_POSITION], n)), path) > 0;
}

/* The rack that the path names in that row, or in any ("": none); `any` tells whether the row is there at all. */
static bool find_rack(const struct view_rows *racks, const struct row *hall, const char *path, struct row *rack,
                      struct safe_text *line, bool *read)
{
    static const int names[] = {RACK_NAME, -1};
    bool found = false;

    *line = text_of("");
    for (size_t i = 0; i < racks->count && !found; i++) {
        size_t n;

        if (!racks->at(racks->ctx, i, rack) || !text_equal(value_text_or(&rack->cells[RACK_HALL], ""), hall->id))
            continue;
        *read = true;
        n = taken(racks_rows_name(rack), path);
        if (n > 0 && text_empty(*line))
            *line = racks_rows_name(rack);
        found = path[taken_by(rack, names, path)] == '\0' && taken_by(rack, names, path) > 0;
        if (n > 0 && path[n] == '/')
            found = found || is_place(rack, path + n + 1) || taken_by(rack, names, path + n + 1) > 0;
    }
    return found;
}

/* The first part of a path, which is believed to be a row until the racks are read. */
static void put_part(struct view_place *p, const char *path)
{
    put(p, text_from(path, strcspn(path, "/")));
}

static bool go_into(const struct view_frame *f, struct view_state *s, const struct found *found)
{
    const struct view_rows *racks = &f->rows[RACKS_NEED_RACKS];
    struct row rack = {0};
    struct safe_text line;
    bool read = false, one, deeper = strchr(found->rest, '/') != NULL;

    racks_look_go(s, found->rest[0] == '\0' ? RACKS_ROWS : RACKS_RACKS);
    if (found->rest[0] == '\0')
        return true;
    one = find_rack(racks, &found->hall, found->rest, &rack, &line, &read);
    if (!read || racks->partial) {
        put_part(&s->place[RACKS_ROWS], found->rest);
        return true;
    }
    if (!one && (deeper || text_empty(line)))
        return false;
    put(&s->place[RACKS_ROWS], one ? racks_rows_name(&rack) : line);
    if (one) {
        put(&s->place[RACKS_RACKS], rack.id);
        s->number[RACKS_OWN_OPEN] = 1;
        s->number[RACKS_OWN_SCROLL] = 0;
    }
    return true;
}

bool racks_path_go(const struct view_frame *f, struct view_state *s, struct safe_text where)
{
    char path[VIEW_ID_MAX];
    struct found found;
    size_t n = strlen(text_show_in(where, path, sizeof path)), halls;

    while (n > 0 && path[n - 1] == '/')
        path[--n] = '\0';
    found = find(f, path);
    if (!found.in_hall && (!found.in_cluster || found.rest[0] != '\0'))
        return false;
    s->number[RACKS_OWN_OPEN] = 0;
    s->filter[0] = '\0';
    for (int level = RACKS_HALLS; level < RACKS_LEVELS; level++)
        racks_look_forget(&s->place[level]);
    put(&s->place[RACKS_CLUSTERS],
        found.in_hall ? value_text_or(&found.hall.cells[HALL_CLUSTER], "") : found.cluster.id);
    if (found.in_hall) {
        put(&s->place[RACKS_HALLS], found.hall.id);
        return go_into(f, s, &found);
    }
    struct racks_look l = racks_look_begin(f, s);

    racks_halls_of(l.halls, found.cluster.id, &halls);
    racks_look_end(&l);
    racks_look_go(s, halls > 0 ? RACKS_HALLS : RACKS_RACKS);
    return true;
}
