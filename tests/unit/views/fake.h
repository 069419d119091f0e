#ifndef HUBTOP_TESTS_UNIT_VIEWS_FAKE_H
#define HUBTOP_TESTS_UNIT_VIEWS_FAKE_H

/* Rows in arrays, as a console would hand them out, and screens as text. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "views/view.h"

enum { FAKE_ROWS = 64, FAKE_NOW_S = 1795288327 }; /* 2026-11-21T19:12:07Z */
#define FAKE_NOW_MS ((int64_t)FAKE_NOW_S * 1000)

/* Local times on screens are those of China, without its file of time zones. */
static inline int fake_setup(void **state)
{
    (void)state;
    setenv("TZ", "CST-8", 1);
    tzset();
    return 0;
}

struct fake {
    struct row rows[FAKE_ROWS];
    size_t count;
};

static inline bool fake_at(void *ctx, size_t i, struct row *row)
{
    const struct fake *f = ctx;

    assert_true(i < f->count);
    *row = f->rows[i];
    return true;
}

static inline int64_t fake_find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct fake *f = ctx;

    for (size_t i = 0; i < f->count; i++)
        if (text_equal(f->rows[i].id, id) && (text_empty(source) || text_equal(f->rows[i].source, source)))
            return (int64_t)i;
    return -1;
}

/* A curve that rises, with its first third unknown. */
static inline bool fake_series(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    (void)ctx;
    (void)field;
    (void)span_ms;
    for (size_t i = 0; i < n; i++)
        means[i] = i < n / 3 || text_empty(id) ? NAN : (double)i;
    return true;
}

static inline struct view_rows fake_rows(struct fake *f)
{
    return (struct view_rows){.count = f->count,
                              .all = f->count,
                              .known = true,
                              .ctx = f,
                              .at = fake_at,
                              .find = fake_find,
                              .series = fake_series};
}

static inline struct row *fake_add(struct fake *f, enum kind kind, const char *id)
{
    struct row *row = &f->rows[f->count];

    assert_true(f->count < FAKE_ROWS);
    f->count++;
    *row = (struct row){.kind = kind,
                        .id = text_of(id),
                        .source = text_of("fra"),
                        .since_ms = FAKE_NOW_MS - 60000,
                        .observed_ms = FAKE_NOW_MS - 2000,
                        .age_ms = 2000};
    return row;
}

static inline void fake_text(struct row *row, int field, const char *text)
{
    row->cells[field] = value_text(text_of(text));
}

static inline void fake_int(struct row *row, int field, int64_t n)
{
    row->cells[field] = value_int(n);
}

static inline void fake_ago(struct row *row, int field, int64_t seconds)
{
    row->cells[field] = value_time(FAKE_NOW_MS - seconds * 1000);
}

static inline void fake_stale(struct row *row, int64_t age_ms)
{
    row->stale = true;
    row->age_ms = age_ms;
    row->observed_ms = FAKE_NOW_MS - age_ms;
}

static inline struct view_frame fake_frame(const struct view_rows *rows, int width, int height)
{
    return (struct view_frame){.rows = rows, .now = {FAKE_NOW_MS, 0}, .area = {0, 0, width, height > 0 ? height : 0}};
}

/* Draws into a canvas of its own, surrounded by nothing: what is drawn outside of the area is found by the caller. */
static inline struct canvas fake_draw(const struct view *view, const struct view_rows *rows, struct view_state *s,
                                      int width, int height)
{
    struct canvas c;
    struct view_frame frame = fake_frame(rows, width, height);

    assert_true(canvas_init(&c, width, height, GLYPHS_UNICODE));
    view->draw(&frame, s, &c);
    return c;
}

static inline void fake_expect(const struct canvas *c, const char *name)
{
    char path[256], want[65536];
    struct buf out = buf_make(sizeof want);
    FILE *f;
    size_t n;

    snprintf(path, sizeof path, "tests/unit/views/expected/%s.txt", name);
    assert_true(canvas_print(c, &out, NULL));
    if (getenv("HUBTOP_UPDATE_EXPECTED") != NULL && (f = fopen(path, "w")) != NULL) {
        fputs(buf_str(&out), f);
        fclose(f);
    }
    f = fopen(path, "r");
    assert_non_null(f);
    n = fread(want, 1, sizeof want - 1, f);
    want[n] = '\0';
    fclose(f);
    if (strcmp(want, buf_str(&out)) != 0)
        fail_msg("%s differs; drawn was:\n%s", path, buf_str(&out));
    buf_release(&out);
}

/* Every cell is printable, and no wide one is cut. */
static inline void fake_assert_sane(const struct canvas *c)
{
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            const struct cell *cell = &c->cells[(size_t)y * (size_t)c->width + (size_t)x];
            struct text_iter it = text_iter_make(text_of(cell->utf8));
            struct text_cell shown;

            assert_in_range(cell->width, 0, 2);
            if (cell->width == 0) {
                assert_true(x > 0 && cell[-1].width == 2);
                continue;
            }
            assert_true(cell->width == 1 || (x + 1 < c->width && cell[1].width == 0));
            assert_true(text_next(&it, &shown));
            assert_false(shown.mark);
        }
}

static inline bool fake_shows(const struct canvas *c, const char *words)
{
    struct buf out = buf_make(1 << 20);
    bool found;

    assert_true(canvas_print(c, &out, NULL));
    found = strstr(buf_str(&out), words) != NULL;
    buf_release(&out);
    return found;
}

/* Names of an enemy: controls, bidi, invisible, wide, invalid, endless. */
enum { FAKE_HOSTILE = 6 };
static inline struct safe_text fake_hostile(int i)
{
    static char endless[10240];
    static const struct {
        const char *bytes;
        size_t n;
    } names[] = {
        {"\033[2J\033]0;x\a", 10},
        {"prod\xe2\x80\x8b\xe2\x80\xae"
         "dorp",
         14},
        {"中文中文中文中文中文中文中文中文中文中文", 60},
        {"\xff\xfe\x80\xc3", 4},
        {"a\nb\tc\rd\x00"
         "e\x7f\xc2\x9b",
         12},
        {endless, sizeof endless},
    };

    memset(endless, 'W', sizeof endless);
    return text_from(names[i].bytes, names[i].n);
}

static inline void fake_fill_hostile(struct fake *f, enum kind kind)
{
    for (int i = 0; i < FAKE_HOSTILE; i++) {
        struct row *row = fake_add(f, kind, "");

        row->id = row->source = fake_hostile(i);
        for (size_t k = 0; k < kind_info(kind)->field_count; k++)
            if (kind_info(kind)->fields[k].type == VALUE_TEXT)
                row->cells[k] = value_text(fake_hostile(i));
            else if (kind_info(kind)->fields[k].type == VALUE_LIST)
                row->cells[k] = value_list(fake_hostile(i));
            else if (kind_info(kind)->fields[k].type == VALUE_TIME)
                row->cells[k] = value_time(i % 2 == 0 ? INT64_MIN : INT64_MAX);
            else if (kind_info(kind)->fields[k].type == VALUE_REAL)
                row->cells[k] = value_real(i % 2 == 0 ? -1e300 : 1e300);
            else
                row->cells[k] = value_int(i % 2 == 0 ? INT64_MIN : INT64_MAX);
        row->age_ms = i % 2 == 0 ? INT64_MAX : -1;
        row->stale = i % 3 == 0;
    }
}

#endif
