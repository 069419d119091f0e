#include "domain/blame.h"

#include <stdio.h>

#include "base/tr.h"
#include "domain/link.h"

enum { NAME_BYTES = 96, PART_BYTES = NAME_BYTES + 64 };

/* --- what the links say --- */

enum blame_link blame_link_of(const struct row *link)
{
    enum severity severity = link_severity(link);
    double delay = link_delay_ms(link);

    if (link->stale || severity == SEVERITY_UNKNOWN)
        return BLAME_NOT_KNOWN;
    if (severity == SEVERITY_CRIT || severity == SEVERITY_WARN)
        return BLAME_BAD;
    if (link_is_impossible(link, delay))
        return BLAME_NOT_KNOWN;
    return delay > link_usual_max_ms(link, NULL) ? BLAME_BAD : BLAME_WELL;
}

static bool ends_at(const struct row *link, int field, struct safe_text end)
{
    return text_equal(value_text_or(&link->cells[field], ""), end);
}

static bool goes(const struct row *link, struct safe_text from, struct safe_text to)
{
    return ends_at(link, LINK_FROM, from) && ends_at(link, LINK_TO, to);
}

static void count(struct blame_end *end, enum blame_link said)
{
    end->all++;
    end->known += said == BLAME_WELL || said == BLAME_BAD;
    end->bad += said == BLAME_BAD;
}

static void add(struct blame *b, const struct row *link, struct safe_text from, struct safe_text to)
{
    enum blame_link said = blame_link_of(link);

    if (goes(link, from, to)) {
        b->there = said;
    } else if (goes(link, to, from)) {
        b->back = said;
    } else {
        if (ends_at(link, LINK_FROM, from) || ends_at(link, LINK_TO, from))
            count(&b->from, said);
        if (ends_at(link, LINK_FROM, to) || ends_at(link, LINK_TO, to))
            count(&b->to, said);
    }
}

static bool is_site(const struct blame_end *end)
{
    return 2 * end->bad > end->known;
}

static enum blame_what answer(const struct blame *b)
{
    bool from = is_site(&b->from), to = is_site(&b->to);

    if (b->there != BLAME_BAD && b->back != BLAME_BAD)
        return b->there == BLAME_WELL || b->back == BLAME_WELL ? BLAME_NOTHING : BLAME_UNKNOWN;
    if (from || to)
        return from && to ? BLAME_BOTH : from ? BLAME_FROM : BLAME_TO;
    return b->from.known > 0 && b->to.known > 0 ? BLAME_PATH : BLAME_UNKNOWN;
}

struct blame blame_of(const struct row *links, size_t n, struct safe_text from, struct safe_text to)
{
    struct blame b = {0};

    for (size_t i = 0; i < n; i++)
        add(&b, &links[i], from, to);
    b.what = answer(&b);
    return b;
}

/* --- in words --- */

struct names {
    char from[NAME_BYTES], to[NAME_BYTES];
};

static void well_part(const struct blame_end *end, const char *name, char out[PART_BYTES])
{
    if (end->bad > 0)
        snprintf(out, PART_BYTES, tr("%zu of %s's %zu other links"), end->known - end->bad, name, end->known);
    else if (end->known == 1)
        snprintf(out, PART_BYTES, tr("%s's other link"), name);
    else
        snprintf(out, PART_BYTES, tr("%s's other %zu links"), name, end->known);
}

static void tell_nothing(const struct blame *b, const struct names *n, struct buf *out)
{
    if (b->there == BLAME_WELL && b->back == BLAME_WELL)
        buf_printf(out, NULL, tr("nothing: %s>%s is well, and so is the way back"), n->from, n->to);
    else
        buf_printf(out, NULL, tr("nothing: %s>%s is well"), b->there == BLAME_WELL ? n->from : n->to,
                   b->there == BLAME_WELL ? n->to : n->from);
}

static void tell_path(const struct blame *b, const struct names *n, struct buf *out)
{
    char from[PART_BYTES], to[PART_BYTES];

    well_part(&b->from, n->from, from);
    well_part(&b->to, n->to, to);
    buf_printf(out, NULL, tr("the path: %s and %s are well"), from, to);
}

static void tell_site(const struct blame_end *end, const char *name, struct buf *out)
{
    if (end->known == 1)
        buf_printf(out, NULL, tr("the site %s: its other link is bad as well"), name);
    else
        buf_printf(out, NULL, tr("the site %s: %zu of its %zu other links are bad as well"), name, end->bad,
                   end->known);
}

static void tell_from(const struct blame *b, const struct names *n, struct buf *out)
{
    tell_site(&b->from, n->from, out);
}

static void tell_to(const struct blame *b, const struct names *n, struct buf *out)
{
    tell_site(&b->to, n->to, out);
}

static void tell_both(const struct blame *b, const struct names *n, struct buf *out)
{
    buf_printf(out, NULL, tr("both sites: %zu of %s's %zu other links and %zu of %s's %zu are bad as well"),
               b->from.bad, n->from, b->from.known, b->to.bad, n->to, b->to.known);
}

static void tell_unknown(const struct blame *b, const struct names *n, struct buf *out)
{
    bool of_from = b->from.known == 0;
    const struct blame_end *end = of_from ? &b->from : &b->to;
    const char *name = of_from ? n->from : n->to;

    if (b->there == BLAME_NO_LINK && b->back == BLAME_NO_LINK)
        buf_printf(out, NULL, tr("cannot be told: no link between %s and %s"), n->from, n->to);
    else if (b->there != BLAME_BAD && b->back != BLAME_BAD)
        buf_printf(out, NULL, tr("cannot be told: nothing is measured between %s and %s"), n->from, n->to);
    else
        buf_printf(out, NULL,
                   end->all == 0 ? tr("cannot be told: %s has no other link")
                                 : tr("cannot be told: no other link of %s is measured"),
                   name);
}

static void tell_direction(const struct blame *b, const struct names *n, struct buf *out)
{
    if (b->there == BLAME_BAD && b->back == BLAME_WELL)
        buf_printf(out, NULL, tr("; only %s>%s, the way back is well"), n->from, n->to);
    else if (b->there == BLAME_WELL && b->back == BLAME_BAD)
        buf_printf(out, NULL, tr("; only %s>%s, the way back is well"), n->to, n->from);
}

void blame_sentence(const struct blame *b, struct safe_text from, struct safe_text to, struct buf *out)
{
    static void (*const tells[])(const struct blame *, const struct names *, struct buf *) = {
        [BLAME_NOTHING] = tell_nothing, [BLAME_PATH] = tell_path, [BLAME_FROM] = tell_from,
        [BLAME_TO] = tell_to,           [BLAME_BOTH] = tell_both, [BLAME_UNKNOWN] = tell_unknown};
    struct names n;

    text_show_in(from, n.from, sizeof n.from);
    text_show_in(to, n.to, sizeof n.to);
    tells[b->what](b, &n, out);
    tell_direction(b, &n, out);
}
