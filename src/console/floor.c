#include "console/floor.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/near.h"

enum { PARTS = 4, ROWS_LOOKED_AT = 6000 };

/* The fields of a path's parts; -1 is the id. */
static const struct {
    enum kind kind;
    int parts[PARTS], count;
} paths[] = {
    {KIND_CLUSTER, {-1}, 1},
    {KIND_HALL, {HALL_CLUSTER, -1}, 2},
    {KIND_RACK, {RACK_CLUSTER, RACK_HALL, RACK_ROW, -1}, 4},
};

/* A hall's id mostly begins with its cluster's: then it says both. */
static bool write_path(const struct row *row, const int *parts, int count, char out[COMPLETE_WORD_MAX])
{
    char part[COMPLETE_WORD_MAX];
    size_t len = 0;

    for (int i = 0; i < count; i++) {
        struct safe_text text = parts[i] < 0 ? row->id : value_text_or(&row->cells[parts[i]], "");
        size_t n = strlen(text_show_in(text, part, sizeof part));

        if (n == 0)
            return false;
        if (i == 1 && strncmp(part, out, len) == 0 && part[len] != '\0')
            len = 0;
        if (len + 1 + n >= COMPLETE_WORD_MAX)
            return false;
        len += (size_t)snprintf(out + len, COMPLETE_WORD_MAX - len, "%s%s", len > 0 ? "/" : "", part);
    }
    return true;
}

static void add(struct floor *f, const char *path, size_t n)
{
    for (size_t i = 0; i < f->count; i++)
        if (strncmp(f->all[i], path, n) == 0 && f->all[i][n] == '\0')
            return;
    if (f->count == FLOOR_MAX)
        return;
    snprintf(f->all[f->count], COMPLETE_WORD_MAX, "%.*s", (int)n, path);
    f->list[f->count] = f->all[f->count];
    f->count++;
}

static void take(struct floor *f, const struct row *row, size_t which, const char *typed)
{
    char path[COMPLETE_WORD_MAX];
    size_t n = strlen(typed);

    if (!write_path(row, paths[which].parts, paths[which].count, path) || strncmp(path, typed, n) != 0)
        return;
    n += path[n] == '/'; /* what is typed ends where a part does: the next one is wanted */
    add(f, path, n + strcspn(path + n, "/"));
}

void floor_names(struct console *c, const struct view_rows *rows, const char *typed, struct floor *out)
{
    const struct view_need *needs = c->view->needs;

    out->count = 0;
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++)
        for (size_t n = 0; needs[n].kind != KIND_NONE; n++)
            for (size_t i = 0; needs[n].kind == paths[k].kind && i < rows[n].count && i < ROWS_LOOKED_AT; i++) {
                struct row row = {0};

                if (rows[n].at(rows[n].ctx, i, &row))
                    take(out, &row, k, typed);
            }
    out->list[out->count] = NULL;
}

static const char *name_at(const void *ctx, size_t i)
{
    const struct floor *f = ctx;

    return f->list[i];
}

/* Part by part: as far as they are right, what stands there is what can be meant. */
const char *floor_near(struct console *c, const struct view_rows *rows, const char *typed, struct floor *out)
{
    char head[COMPLETE_WORD_MAX];
    size_t n = strlen(typed);

    while (n < COMPLETE_WORD_MAX) {
        while (n > 0 && typed[n - 1] != '/')
            n--;
        snprintf(head, sizeof head, "%.*s", (int)n, typed);
        floor_names(c, rows, head, out);
        if (out->count > 0 || n == 0)
            return near_word(typed, name_at, out);
        n--;
    }
    return NULL;
}
