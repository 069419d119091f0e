#include "ui/raster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { EX_NOINPUT = 66, EX_CONFIG = 78 };

void raster_outline_release(struct raster_outline *outline)
{
    if (outline == NULL)
        return;
    free(outline->points);
    free(outline->ends);
    *outline = (struct raster_outline){0};
}

/* --- the text --- */

struct reading {
    const char *name, *at;
    int line;
    struct raster_outline *out;
    size_t points, points_cap, lines_cap;
    struct err *err;
};

static bool bad(const struct reading *r, const char *what)
{
    err_set(r->err, ERR_INPUT, "%s:%d: %s", r->name, r->line, what);
    err_hint(r->err, "a line is LON LAT LON LAT … in degrees, two points at least; '#' begins a comment");
    return err_exit(r->err, EX_CONFIG);
}

/* "-12.5": by hand, because strtod() reads what the locale says, and more than degrees. */
static bool read_number(struct reading *r, double most, double *out)
{
    bool negative = *r->at == '-', any = false;
    double n = 0, unit = 1;

    r->at += negative;
    for (; *r->at >= '0' && *r->at <= '9'; r->at++, any = true)
        n = n < 1e6 ? 10 * n + (*r->at - '0') : n;
    if (*r->at == '.')
        for (r->at++; *r->at >= '0' && *r->at <= '9'; r->at++, any = true)
            n += (*r->at - '0') * (unit /= 10);
    if (!any || strchr(" \t\r\n#", *r->at) == NULL)
        return bad(r, "this is not a number of degrees");
    *out = negative ? -n : n;
    return n <= most || bad(r, most > 90 ? "a longitude is from -180 to 180" : "a latitude is from -90 to 90");
}

static bool at_end_of_line(struct reading *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\r')
        r->at++;
    return *r->at == '\0' || *r->at == '\n' || *r->at == '#';
}

static bool read_point(struct reading *r)
{
    double lon, lat;

    if (!read_number(r, 180, &lon))
        return false;
    if (at_end_of_line(r))
        return bad(r, "the last longitude is without its latitude");
    if (!read_number(r, 90, &lat))
        return false;
    if (r->points == RASTER_POINTS_MAX)
        return bad(r, "there are too many points");
    if (r->points == r->points_cap) {
        r->points_cap = r->points_cap > 0 ? 2 * r->points_cap : 1024;
        r->out->points = mem_grow(r->out->points, r->points_cap, 2 * sizeof *r->out->points);
    }
    r->out->points[2 * r->points] = lon;
    r->out->points[2 * r->points + 1] = lat;
    r->points++;
    return true;
}

static void end_polyline(struct reading *r)
{
    if (r->out->count == r->lines_cap) {
        r->lines_cap = r->lines_cap > 0 ? 2 * r->lines_cap : 64;
        r->out->ends = mem_grow(r->out->ends, r->lines_cap, sizeof *r->out->ends);
    }
    r->out->ends[r->out->count++] = r->points;
}

static bool read_line(struct reading *r)
{
    size_t first = r->points;

    while (!at_end_of_line(r))
        if (!read_point(r))
            return false;
    if (r->points == first + 1)
        return bad(r, "one point makes no line");
    if (r->points > first)
        end_polyline(r);
    r->at += strcspn(r->at, "\n");
    r->at += *r->at == '\n';
    return true;
}

bool raster_outline_parse(const char *name, const char *text, struct raster_outline *out, struct err *err)
{
    struct reading r = {.name = name, .at = text, .line = 1, .out = out, .err = err};

    *out = (struct raster_outline){0};
    for (; *r.at != '\0'; r.line++)
        if (!read_line(&r)) {
            raster_outline_release(out);
            return false;
        }
    return true;
}

/* --- the file --- */

static bool read_all(FILE *f, struct buf *text, struct err *err)
{
    char part[16384];
    size_t n;

    while ((n = fread(part, 1, sizeof part, f)) > 0)
        if (!buf_put(text, part, n, err))
            return err_exit(err, EX_CONFIG);
    if (ferror(f)) {
        err_set(err, ERR_INPUT, "%s", strerror(errno));
        return err_exit(err, EX_NOINPUT);
    }
    return true;
}

bool raster_outline_load(const char *path, struct raster_outline *out, struct err *err)
{
    struct buf text = buf_make(RASTER_FILE_MAX);
    FILE *f = fopen(path, "r");
    bool ok = false;

    *out = (struct raster_outline){0};
    if (f == NULL) {
        err_set(err, ERR_INPUT, "cannot read the outline '%s': %s", path, strerror(errno));
        return err_exit(err, EX_NOINPUT);
    }
    if (read_all(f, &text, err))
        ok = raster_outline_parse(path, buf_str(&text), out, err);
    else
        err_prefix(err, "cannot read the outline '%s'", path);
    fclose(f);
    buf_release(&text);
    return ok;
}
