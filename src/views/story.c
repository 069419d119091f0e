#include "views/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/link.h"
#include "views/cell.h"

void story_put(struct story_line *l, enum role role, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    l->x += canvas_puts(l->c, l->x, l->y, l->end - l->x, role, text);
}

void story_number(struct story_line *l, const char *word, const char *number, const char *unit)
{
    char text[CELL_MAX * 2];

    snprintf(text, sizeof text, "  %.40s %s%s", word, number, unit);
    if (strcmp(number, "-") != 0 && text_width(text_of(text)) <= l->end - l->x)
        story_put(l, ROLE_TEXT, "%s", text);
}

void story_values(struct story_line l, const struct row *link, const char *word)
{
    struct cell_sign sign = cell_sign(link);
    struct value now = value_real(link_delay_ms(link));
    char n[CELL_MAX];

    if (sign.glyph != GLYPH_COUNT)
        story_put(&l, sign.role, "%s ", canvas_sign(l.c, sign.glyph));
    story_put(&l, sign.role, "%s %s ms", word, cell_ms(&now, n));
    story_number(&l, tr("promised"), cell_limit(&link->cells[LINK_RING_CONTRACT_MS], n), "");
    story_number(&l, tr("usual"), cell_ms(&link->cells[LINK_BASELINE_MS], n), "");
    story_number(&l, tr("physical minimum"), cell_ms(&link->cells[LINK_PHYSICAL_MIN_MS], n), "");
    story_number(&l, "p95", cell_ms(&link->cells[LINK_ONE_WAY_P95_MS], n), "");
    story_number(&l, tr("jitter"), cell_ms(&link->cells[LINK_JITTER_MS], n), "");
    story_number(&l, tr("loss"), cell_pct(&link->cells[LINK_LOSS_PCT], n), " %");
    story_number(&l, tr("used"), cell_pct(&link->cells[LINK_USED_PCT], n), " %");
    story_number(&l, tr("lit"), story_lit(link, n), "");
}

/* Where the number comes from: half of a round trip is not a one-way delay, and says so. */
void story_origin(struct story_line l, const struct row *link)
{
    static const struct {
        const char *basis, *words;
        int field;
    } bases[] = {
        {"measured", N_("measured one-way"), LINK_RTT_MS},
        {"half_rtt", N_("half of the round-trip time"), LINK_RTT_MS},
        {"published", N_("never measured"), LINK_ONE_WAY_MS},
    };
    struct value age = value_real((double)link->age_ms / 1000);
    char n[CELL_MAX], source[128];

    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        if (!cell_is(link, LINK_ONE_WAY_BASIS, bases[i].basis))
            continue;
        story_put(&l, ROLE_DIM, "%s", tr(bases[i].words));
        if (value_known(&link->cells[bases[i].field]))
            story_put(&l, ROLE_DIM, bases[i].field == LINK_RTT_MS ? tr(" (RTT %s ms)") : tr(", published: %s ms"),
                      cell_ms(&link->cells[bases[i].field], n));
        story_put(&l, ROLE_DIM, "  ");
    }
    story_put(&l, link->stale ? ROLE_STALE : ROLE_DIM, tr("told by %s %s ago"),
              text_show_in(link->source, source, sizeof source), link->age_ms < 0 ? "?" : cell_span(&age, n));
    if (link->stale)
        story_put(&l, ROLE_STALE, "%s", tr("; stale: it may be different now"));
}

void story_why(struct story_line l, const struct row *link, int64_t now_ms)
{
    struct cell_sign sign = cell_sign(link);
    struct buf why = buf_make(1024);
    char n[CELL_MAX];

    buf_puts(&why, cell_word(link, LINK_STATE, n), NULL);
    if (value_known(&link->cells[LINK_SINCE]))
        buf_printf(&why, NULL, tr(" for %s"), cell_since(&link->cells[LINK_SINCE], now_ms, n));
    if (value_known(&link->cells[LINK_WHY])) {
        buf_puts(&why, ": ", NULL);
        link_why(link, &why);
    }
    story_put(&l, sign.role, "%s", buf_str(&why));
    buf_release(&why);
}

const char *story_lit(const struct row *row, char *out)
{
    const struct value *all = &row->cells[LINK_PATHS], *lit = &row->cells[LINK_PATHS_LIT];
    char a[CELL_MAX], b[CELL_MAX];

    if (!value_known(all) && !value_known(lit))
        return "-";
    snprintf(out, CELL_MAX, "%.20s/%.20s", cell_short(lit, a), cell_short(all, b));
    return out;
}
