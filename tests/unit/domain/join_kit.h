#ifndef HUBTOP_TESTS_JOIN_KIT_H
#define HUBTOP_TESTS_JOIN_KIT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "domain/join.h"
#include "domain/rows.h"

/* Sources in a line each: "KIND ID field=value field=value …", and what comes of them. */

enum { KIT_NOW_MS = 1000000 };

/* A fleet of that text from a file that is gone afterwards. */
static inline struct fleet *kit_fleet(const char *text)
{
    char path[] = "/tmp/hubtop-fleet-XXXXXX";
    struct err err = {0};
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct fleet *f = fleet_load(path, &err);
    unlink(path);
    if (f == NULL)
        fail_msg("%s", err.text);
    return f;
}

static inline struct value kit_value(const struct field *field, char *text)
{
    char *end;
    double real = strtod(text, &end);

    switch (field->type) {
    case VALUE_TEXT:
        return value_text(text_of(text));
    case VALUE_LIST:
        for (char *p = text; *p != '\0'; p++)
            *p = *p == ',' ? VALUE_LIST_SEPARATOR : *p;
        return value_list(text_of(text));
    case VALUE_INT:
    case VALUE_REAL: /* whichever it looks like: sources are not exact either */
        assert_true(end != text && *end == '\0');
        return strchr(text, '.') != NULL ? value_real(real) : value_int((int64_t)real);
    case VALUE_TIME:
        return value_time((int64_t)real);
    case VALUE_BOOL:
        return value_bool(strcmp(text, "true") == 0);
    case VALUE_NONE:
        break;
    }
    return value_none();
}

/* The row of a line, whose bytes it points into. */
static inline struct row kit_row(enum kind kind, char *line)
{
    char *rest = line, *id = strsep(&rest, " "), *word;
    struct row row = {.kind = kind, .id = text_of(id)};

    while ((word = strsep(&rest, " ")) != NULL) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value++ = '\0';
        int field = kind_field(kind, word);
        if (field < 0)
            fail_msg("no field %s", word);
        row.cells[field] = kit_value(&kind_info(kind)->fields[field], value);
    }
    return row;
}

/* A whole answer: rows, each a line. */
static inline void kit_tell_at(struct join *j, const char *source, enum kind kind, const char *lines, int64_t now_ms)
{
    char *text = strdup(lines), *rest = text, *line;

    join_part_begin(j, source, kind);
    while ((line = strsep(&rest, "\n")) != NULL)
        if (*line != '\0') {
            struct row row = kit_row(kind, line);
            join_part_row(j, source, &row);
        }
    join_part_end(j, source, kind, now_ms);
    free(text);
}

static inline void kit_tell(struct join *j, const char *source, enum kind kind, const char *lines)
{
    kit_tell_at(j, source, kind, lines, KIT_NOW_MS);
}

static inline bool kit_keep(void *ctx, const struct row *row, struct err *err)
{
    (void)err;
    rows_add(ctx, row);
    return true;
}

/* Sources that begin with '-' in `stale` (" a b ") are not fresh. */
static inline bool kit_fresh(void *ctx, const char *source)
{
    char word[64];

    snprintf(word, sizeof word, " %s ", source);
    return strstr(ctx, word) == NULL;
}

/* All rows of a kind; sources in `stale`, " a b ", are not fresh. */
static inline struct rows kit_emit_at(struct join *j, enum kind kind, const char *stale, int64_t now_ms)
{
    char list[256];
    struct join_now now = {.now_ms = now_ms, .fresh = kit_fresh, .ctx = list};
    struct rows rows = {0};

    snprintf(list, sizeof list, "%s", stale);
    assert_true(join_emit(j, kind, &now, kit_keep, &rows, NULL));
    return rows;
}

static inline struct rows kit_emit(struct join *j, enum kind kind)
{
    return kit_emit_at(j, kind, "", KIT_NOW_MS);
}

static inline const struct row *kit_find(const struct rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->count; i++)
        if (text_is(rows->all[i].id, id))
            return &rows->all[i];
    return NULL;
}

/* A cell as text: "?" unknown, members of a list by "; ". */
static inline const char *kit_show(const struct row *row, int field, char *out, size_t size)
{
    const struct value *v = &row->cells[field];
    struct buf b = buf_make(size - 1);
    struct safe_text rest = value_text_or(v, ""), member;

    if (v->type == VALUE_NONE)
        buf_puts(&b, "?", NULL);
    else if (v->type == VALUE_LIST)
        for (bool first = true; value_list_next(&rest, &member); first = false) {
            buf_puts(&b, first ? "" : "; ", NULL);
            text_copy(&b, member);
        }
    else if (v->type == VALUE_TEXT)
        text_copy(&b, rest);
    else if (v->type == VALUE_BOOL)
        buf_puts(&b, v->as.i ? "true" : "false", NULL);
    else
        buf_printf(&b, NULL, "%.15g", value_real_or(v, 0));
    snprintf(out, size, "%s", buf_str(&b));
    buf_release(&b);
    return out;
}

/* Fails unless the row of that id has these cells: "field=value|field=value"; "?" is unknown. */
static inline void kit_is(const struct rows *rows, const char *id, const char *cells)
{
    char *text = strdup(cells), *rest = text, *word, have[1024];
    const struct row *row = kit_find(rows, id);

    if (row == NULL)
        fail_msg("no row '%s'", id);
    while (row != NULL && (word = strsep(&rest, "|")) != NULL) {
        char *want = strchr(word, '=');
        assert_non_null(want);
        *want++ = '\0';
        int field = kind_field(row->kind, word);
        if (field < 0)
            fail_msg("no field %s", word);
        if (strcmp(kit_show(row, field, have, sizeof have), want) != 0)
            fail_msg("%s: %s is '%s', not '%s'", id, word, have, want);
    }
    free(text);
}

/* Fails unless these are the ids, in their order: "a b c". */
static inline void kit_ids(const struct rows *rows, const char *want)
{
    struct buf b = buf_make(4096);

    for (size_t i = 0; i < rows->count; i++) {
        buf_puts(&b, i > 0 ? " " : "", NULL);
        text_copy(&b, rows->all[i].id);
    }
    if (strcmp(buf_str(&b), want) != 0)
        fail_msg("rows '%s', not '%s'", buf_str(&b), want);
    buf_release(&b);
}

/* A join over a fleet, or over none. */
struct kit {
    struct fleet *fleet;
    struct join *j;
};

/* `fleet` NULL: no fleet file; the sources, in that order, end with NULL. */
static inline struct kit kit_begin(const char *fleet, const char *const *sources)
{
    struct kit s = {.fleet = fleet != NULL ? kit_fleet(fleet) : NULL};

    s.j = join_new(s.fleet, NULL);
    for (; *sources != NULL; sources++)
        join_source_add(s.j, *sources);
    return s;
}

static inline void kit_end(struct kit *s)
{
    join_free(s->j);
    fleet_free(s->fleet);
}

static inline void kit_check(struct join *j, enum kind kind, const char *id, const char *cells)
{
    struct rows rows = kit_emit(j, kind);

    kit_is(&rows, id, cells);
    rows_release(&rows);
}

static inline void kit_check_ids(struct join *j, enum kind kind, const char *ids)
{
    struct rows rows = kit_emit(j, kind);

    kit_ids(&rows, ids);
    rows_release(&rows);
}

#endif
