#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/thresholds.h"
#include "views/balance.h"
#include "views/detail.h"
#include "views/racks.h"

static const struct balance_look *look_of(const struct list_frame *f)
{
    return f->ctx;
}

/* A number with so many digits; "-" for an unknown one. */
static const char *digits(double x, int places, const char *unit, char out[CELL_MAX])
{
    if (!(fabs(x) < 1e6))
        return "-";
    snprintf(out, CELL_MAX, "%.*f%s", places, x, unit);
    return out;
}

static const char *region(enum balance_region r)
{
    return r == BALANCE_NOWHERE ? "-" : tr_of("state", balance_region_word(r));
}

static struct safe_text name_of(const struct list_frame *f, const struct row *row, int field)
{
    struct safe_text id = value_text_or(&row->cells[field], "");

    return text_empty(id) ? text_of("-") : ends_name(&look_of(f)->ends, id);
}

/* --- clusters --- */

enum { C_NAME, C_SIDE, C_PUE, C_GREEN, C_QUOTA, C_PRICE, C_INDEX, C_OCCUPIED, C_PFLOPS, C_KWH, C_STORAGE };
static const struct table_column cluster_columns[] = {
    [C_NAME] = {N_("CLUSTER"), 12, 20, 2, 0, CLUSTER_NAME, false},
    [C_SIDE] = {N_("REGION"), 6, 0, 0, 2, CLUSTER_SIDE, false},
    [C_PUE] = {N_("PUE/LIMIT"), 9, 0, 0, 0, CLUSTER_PUE, true},
    [C_GREEN] = {N_("GREEN"), 5, 0, 0, 0, CLUSTER_GREEN_PCT, true},
    [C_QUOTA] = {N_("QUOTA"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [C_PRICE] = {N_("CNY/kWh"), 7, 0, 0, 0, CLUSTER_PRICE_CNY_KWH, true},
    [C_INDEX] = {N_("COST"), 4, 0, 0, 0, TABLE_NO_SORT, true},
    [C_OCCUPIED] = {N_("OCC"), 4, 0, 0, 3, CLUSTER_RACKS_OCCUPIED_PCT, true},
    [C_PFLOPS] = {N_("PFLOPS"), 11, 0, 0, 1, CLUSTER_PFLOPS, true},
    [C_KWH] = {N_("MWh"), 6, 0, 0, 5, TABLE_NO_SORT, true},
    [C_STORAGE] = {N_("TB FREE"), 7, 0, 0, 6, CLUSTER_STORAGE_TB_FREE, true},
    {0},
};

static const struct balance_cluster *told(const struct list_frame *f, const struct row *row)
{
    static const struct balance_cluster nothing = {
        .region = BALANCE_NOWHERE, .pue = NAN, .green_pct = NAN, .kwh = NAN, .quota_pct = NAN, .cost_index = NAN};
    const struct balance_cluster *c = balance_cluster(look_of(f)->sums, row->id);

    return c != NULL ? c : &nothing;
}

/* The limit is that of a mean: a momentary value is never judged. */
static bool is_over(const struct balance_cluster *b, const struct row *row)
{
    return b->pue_is_mean && b->pue > value_real_or(&row->cells[CLUSTER_PUE_LIMIT], INFINITY);
}

static bool is_near_quota(const struct balance_cluster *b)
{
    return b->quota_pct >= thresholds_at(NULL, THRESHOLD_QUOTA_PCT);
}

static struct cell_sign cluster_sign(const struct list_frame *f, const struct row *row)
{
    const struct balance_cluster *b = told(f, row);

    if (!row->stale && (is_over(b, row) || is_near_quota(b)))
        return (struct cell_sign){ROLE_WARN, GLYPH_WARN};
    return cell_sign(row);
}

static const char *pue_words(const struct balance_cluster *b, const struct row *row, char out[CELL_MAX])
{
    char pue[CELL_MAX], limit[CELL_MAX];

    snprintf(out, CELL_MAX, "%.20s/%.20s", digits(b->pue, 2, "", pue),
             digits(value_real_or(&row->cells[CLUSTER_PUE_LIMIT], NAN), 2, "", limit));
    return out;
}

/* "163.8 FP16": never without its precision. */
static const char *pflops_words(const struct row *row, char out[CELL_MAX])
{
    char n[CELL_MAX], precision[16];
    const struct value *v = &row->cells[CLUSTER_PFLOPS];

    if (!value_known(v) || !value_known(&row->cells[CLUSTER_PFLOPS_PRECISION]))
        return "-";
    text_show_in(cell_text(row, CLUSTER_PFLOPS_PRECISION), precision, sizeof precision);
    snprintf(out, CELL_MAX, "%.20s %s", digits(value_real_or(v, NAN), 1, "", n), precision);
    return out;
}

static void paint_cluster(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                          const struct row *row, enum role role)
{
    const struct balance_cluster *b = told(f, row);
    enum role pue = row->stale || !is_over(b, row) ? role : ROLE_WARN;
    enum role quota = row->stale || !is_near_quota(b) ? role : ROLE_WARN;
    struct value mwh = value_real(b->kwh / 1000);
    char n[CELL_MAX];

    table_text(t, c, i, C_NAME, role, ends_name(&look_of(f)->ends, row->id));
    table_puts(t, c, i, C_SIDE, role, region(b->region));
    table_puts(t, c, i, C_PUE, pue, pue_words(b, row, n));
    table_puts(t, c, i, C_GREEN, role, digits(b->green_pct, 0, "%", n));
    table_puts(t, c, i, C_QUOTA, quota, digits(b->quota_pct, 0, "%", n));
    table_puts(t, c, i, C_PRICE, role, digits(value_real_or(&row->cells[CLUSTER_PRICE_CNY_KWH], NAN), 2, "", n));
    table_puts(t, c, i, C_INDEX, role, digits(b->cost_index, 0, "", n));
    table_puts(t, c, i, C_OCCUPIED, role,
               digits(value_real_or(&row->cells[CLUSTER_RACKS_OCCUPIED_PCT], NAN), 0, "%", n));
    table_puts(t, c, i, C_PFLOPS, role, pflops_words(row, n));
    table_puts(t, c, i, C_KWH, role, cell_short(&mwh, n));
    table_puts(t, c, i, C_STORAGE, role, cell_short(&row->cells[CLUSTER_STORAGE_TB_FREE], n));
}

/* --- offers --- */

enum { O_CLUSTER, O_KIND, O_PRECISION, O_PRICE, O_UNIT, O_VOUCHER, O_NET, O_POWER, O_AVAILABLE, O_PRODUCT };
static const struct table_column offer_columns[] = {
    [O_CLUSTER] = {N_("CLUSTER"), 11, 18, 2, 0, OFFER_CLUSTER, false},
    [O_KIND] = {N_("KIND"), 11, 0, 0, 0, OFFER_KIND, false},
    [O_PRECISION] = {N_("PREC"), 4, 0, 0, 2, OFFER_PRECISION, false},
    [O_PRICE] = {N_("CNY"), 6, 0, 0, 0, OFFER_PRICE_CNY, true},
    [O_UNIT] = {N_("PER"), 9, 0, 0, 0, OFFER_UNIT, false},
    [O_VOUCHER] = {N_("VOUCH"), 6, 0, 0, 0, OFFER_VOUCHER_PCT, true},
    [O_NET] = {N_("NET"), 6, 0, 0, 0, TABLE_NO_SORT, true},
    [O_POWER] = {N_("CNY/kWh"), 7, 0, 0, 1, TABLE_NO_SORT, true},
    [O_AVAILABLE] = {N_("FREE"), 5, 0, 0, 0, OFFER_AVAILABLE, true},
    [O_PRODUCT] = {N_("PRODUCT"), 12, 40, 1, 5, OFFER_PRODUCT, false},
    {0},
};

static double power_price(const struct list_frame *f, const struct row *offer)
{
    const struct view_rows *rows = look_of(f)->ends.clusters;
    int64_t at = rows->find(rows->ctx, value_text_or(&offer->cells[OFFER_CLUSTER], ""), text_of(""));
    struct row row = {0};

    return at >= 0 && rows->at(rows->ctx, (size_t)at, &row) ? value_real_or(&row.cells[CLUSTER_PRICE_CNY_KWH], NAN)
                                                            : NAN;
}

static void paint_offer(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    double price = value_real_or(&row->cells[OFFER_PRICE_CNY], NAN);
    double voucher = value_real_or(&row->cells[OFFER_VOUCHER_PCT], NAN);
    char n[CELL_MAX];

    table_text(t, c, i, O_CLUSTER, role, name_of(f, row, OFFER_CLUSTER));
    table_puts(t, c, i, O_KIND, role, cell_word(row, OFFER_KIND, n));
    table_text(t, c, i, O_PRECISION, role, cell_text(row, OFFER_PRECISION));
    table_puts(t, c, i, O_PRICE, role, digits(price, 3, "", n));
    table_puts(t, c, i, O_UNIT, role, cell_word(row, OFFER_UNIT, n));
    table_puts(t, c, i, O_VOUCHER, role, digits(voucher, 0, "%", n));
    table_puts(t, c, i, O_NET, role, digits(price * (1 - voucher / 100), 3, "", n));
    table_puts(t, c, i, O_POWER, role, digits(power_price(f, row), 2, "", n));
    table_puts(t, c, i, O_AVAILABLE, role, cell_short(&row->cells[OFFER_AVAILABLE], n));
    table_text(t, c, i, O_PRODUCT, role, cell_text(row, OFFER_PRODUCT));
}

/* --- pairs --- */

enum { P_FROM, P_TO, P_REGIONS, P_AGREED, P_USED, P_LEFT, P_UNIT, P_LINK, P_UNTIL };
static const struct table_column pair_columns[] = {
    [P_FROM] = {N_("LENDS"), 11, 18, 1, 0, PAIR_FROM, false},
    [P_TO] = {N_("IS SERVED"), 11, 18, 1, 0, PAIR_TO, false},
    [P_REGIONS] = {N_("REGIONS"), 11, 13, 1, 1, TABLE_NO_SORT, false},
    [P_AGREED] = {N_("AGREED"), 6, 0, 0, 0, PAIR_AGREED, true},
    [P_USED] = {N_("USED"), 5, 0, 0, 0, PAIR_USED, true},
    [P_LEFT] = {N_("LEFT"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [P_UNIT] = {N_("UNIT"), 5, 0, 0, 0, PAIR_UNIT, false},
    [P_LINK] = {N_("LINK"), 8, 0, 0, 2, PAIR_LINK, false},
    [P_UNTIL] = {N_("UNTIL"), 10, 0, 0, 3, PAIR_UNTIL, false},
    {0},
};

static const char *region_at(const struct list_frame *f, const struct row *row, int field)
{
    const struct balance_cluster *b = balance_cluster(look_of(f)->sums, value_text_or(&row->cells[field], ""));

    return region(b != NULL ? b->region : BALANCE_NOWHERE);
}

/* "2027-06-30" */
static const char *day(const struct value *time, char out[CELL_MAX])
{
    char iso[CLOCK_TEXT_MAX];

    if (!value_known(time))
        return "-";
    snprintf(out, CELL_MAX, "%.10s", clock_iso(value_int_or(time, 0), iso));
    return out;
}

static const char *link_words(const struct list_frame *f, const struct row *pair, char out[CELL_MAX])
{
    const struct view_rows *rows = &f->frame->rows[BALANCE_NEED_LINKS];
    struct safe_text id = value_text_or(&pair->cells[PAIR_LINK], "");
    int64_t at = text_empty(id) ? -1 : rows->find(rows->ctx, id, text_of(""));
    struct row link = {0};

    return at >= 0 && rows->at(rows->ctx, (size_t)at, &link) ? cell_word(&link, LINK_STATE, out) : "-";
}

static void paint_pair(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    double left = value_real_or(&row->cells[PAIR_AGREED], NAN) - value_real_or(&row->cells[PAIR_USED], NAN);
    struct value v = value_real(left);
    char n[CELL_MAX], regions[2 * CELL_MAX];

    table_text(t, c, i, P_FROM, role, name_of(f, row, PAIR_FROM));
    table_text(t, c, i, P_TO, role, name_of(f, row, PAIR_TO));
    snprintf(regions, sizeof regions, "%s%s%s", region_at(f, row, PAIR_FROM), canvas_sign(c, GLYPH_ARROW),
             region_at(f, row, PAIR_TO));
    table_puts(t, c, i, P_REGIONS, role, regions);
    table_puts(t, c, i, P_AGREED, role, cell_short(&row->cells[PAIR_AGREED], n));
    table_puts(t, c, i, P_USED, role, cell_short(&row->cells[PAIR_USED], n));
    table_puts(t, c, i, P_LEFT, left <= 0 && role != ROLE_STALE ? ROLE_WARN : role, cell_short(&v, n));
    table_puts(t, c, i, P_UNIT, role, cell_word(row, PAIR_UNIT, n));
    table_puts(t, c, i, P_LINK, role, link_words(f, row, n));
    table_puts(t, c, i, P_UNTIL, role, day(&row->cells[PAIR_UNTIL], n));
}

/* --- reservations --- */

enum { R_NAME, R_CLUSTER, R_PURPOSE, R_STATE, R_AMOUNT, R_UNIT, R_KIND, R_FROM, R_UNTIL, R_TENANT };
static const struct table_column reservation_columns[] = {
    [R_NAME] = {N_("NAME"), 14, 24, 2, 0, RESERVATION_NAME, false},
    [R_CLUSTER] = {N_("CLUSTER"), 10, 16, 1, 0, RESERVATION_CLUSTER, false},
    [R_PURPOSE] = {N_("PURPOSE"), 17, 24, 1, 0, RESERVATION_PURPOSE, false},
    [R_STATE] = {N_("STATE"), 7, 0, 0, 0, RESERVATION_STATE, false},
    [R_AMOUNT] = {N_("KEPT"), 5, 0, 0, 0, RESERVATION_AMOUNT, true},
    [R_UNIT] = {N_("UNIT"), 5, 0, 0, 0, RESERVATION_UNIT, false},
    [R_KIND] = {N_("KIND"), 11, 0, 0, 2, RESERVATION_KIND, false},
    [R_FROM] = {N_("FROM"), 10, 0, 0, 4, RESERVATION_STARTS_AT, false},
    [R_UNTIL] = {N_("UNTIL"), 10, 0, 0, 1, RESERVATION_ENDS_AT, false},
    [R_TENANT] = {N_("TENANT"), 6, 12, 1, 3, RESERVATION_TENANT, false},
    {0},
};

static void paint_reservation(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                              const struct row *row, enum role role)
{
    char n[CELL_MAX];

    table_text(t, c, i, R_NAME, role,
               value_known(&row->cells[RESERVATION_NAME]) ? cell_text(row, RESERVATION_NAME) : row->id);
    table_text(t, c, i, R_CLUSTER, role, name_of(f, row, RESERVATION_CLUSTER));
    table_puts(t, c, i, R_PURPOSE, role, cell_word(row, RESERVATION_PURPOSE, n));
    table_puts(t, c, i, R_STATE, role, cell_word(row, RESERVATION_STATE, n));
    table_puts(t, c, i, R_AMOUNT, role, cell_short(&row->cells[RESERVATION_AMOUNT], n));
    table_puts(t, c, i, R_UNIT, role, cell_word(row, RESERVATION_UNIT, n));
    table_puts(t, c, i, R_KIND, role, cell_word(row, RESERVATION_KIND, n));
    table_puts(t, c, i, R_FROM, role, day(&row->cells[RESERVATION_STARTS_AT], n));
    table_puts(t, c, i, R_UNTIL, role, day(&row->cells[RESERVATION_ENDS_AT], n));
    table_text(t, c, i, R_TENANT, role, cell_text(row, RESERVATION_TENANT));
}

/* --- islands --- */

enum { I_WHAT, I_CLUSTER, I_SIDE, I_KIND, I_AMOUNT, I_WHY };
static const struct table_column island_columns[] = {
    [I_WHAT] = {N_("ISLAND"), 16, 28, 2, 0, TABLE_NO_SORT, false},
    [I_CLUSTER] = {N_("CLUSTER"), 10, 18, 1, 0, TABLE_NO_SORT, false},
    [I_SIDE] = {N_("REGION"), 6, 0, 0, 2, TABLE_NO_SORT, false},
    [I_KIND] = {N_("KIND"), 11, 0, 0, 1, TABLE_NO_SORT, false},
    [I_AMOUNT] = {N_("LOST"), 6, 0, 0, 0, TABLE_NO_SORT, true},
    [I_WHY] = {N_("WHY"), 24, 60, 3, 0, TABLE_NO_SORT, false},
    {0},
};

static const char *why(const struct balance_island *island)
{
    if (island->row.kind == KIND_QUEUE)
        return tr("jobs wait: nothing free within their rings");
    return island->kind == BALANCE_INTELLIGENT ? tr("cards free: no waiting job can reach them")
                                               : tr("CPUs free: no waiting job can reach them");
}

static void paint_island(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                         const struct row *row, enum role role)
{
    const struct balance_island *island = look_of(f)->islands[f->place->top + i];
    struct value amount = value_int(island->amount);
    char n[CELL_MAX];

    table_text(t, c, i, I_WHAT, role, row->id);
    table_text(t, c, i, I_CLUSTER, role,
               text_empty(island->cluster) ? text_of("-") : ends_name(&look_of(f)->ends, island->cluster));
    table_puts(t, c, i, I_SIDE, role, region(island->region));
    table_puts(t, c, i, I_KIND, role, tr_of("state", balance_kind_word(island->kind)));
    table_puts(t, c, i, I_AMOUNT, ROLE_WARN, cell_short(&amount, n));
    table_puts(t, c, i, I_WHY, role, why(island));
}

static struct cell_sign island_sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    (void)row;
    return (struct cell_sign){ROLE_WARN, GLYPH_WARN};
}

/* --- the lists --- */

static const struct list cluster_list = {
    .columns = cluster_columns, .paint = paint_cluster, .nothing = N_("no clusters"), .sign = cluster_sign};
static const struct list offer_list = {.columns = offer_columns, .paint = paint_offer, .nothing = N_("no offers")};
static const struct list pair_list = {.columns = pair_columns, .paint = paint_pair, .nothing = N_("no pairs")};
static const struct list reservation_list = {
    .columns = reservation_columns, .paint = paint_reservation, .nothing = N_("no reservations")};
static const struct list island_list = {
    .columns = island_columns, .paint = paint_island, .nothing = N_("no islands"), .sign = island_sign};

const struct balance_page balance_pages[BALANCE_LISTS] = {
    [BALANCE_LIST_CLUSTERS] = {N_("Energy and cost"), N_("energy"), KIND_CLUSTER, "price_cny_kwh",
                               N_("cost: PUE x electricity price, east = 100; vouchers and subsidies left out"),
                               &cluster_list},
    [BALANCE_LIST_OFFERS] = {N_("Offers"), N_("offers"), KIND_OFFER, "kind",
                             N_("CNY: the computing price; net: less the voucher; CNY/kWh: electricity, apart"),
                             &offer_list},
    [BALANCE_LIST_PAIRS] = {N_("Pairs"), N_("pairs"), KIND_PAIR, NULL,
                            N_("what the one lends, the other uses; left: agreed less used"), &pair_list},
    [BALANCE_LIST_RESERVATIONS] = {N_("Reservations"), N_("reserved"), KIND_RESERVATION, "ends_at",
                                   N_("what disaster recovery keeps is never taken by a plan"), &reservation_list},
    [BALANCE_LIST_ISLANDS] = {N_("Islands"), N_("islands"), KIND_NONE, NULL,
                              N_("waiting work and free capacity that do not reach each other"), &island_list},
};

const char *balance_legend(const struct balance_look *l, enum balance_list list, char out[LIST_TITLE_MAX])
{
    if (list != BALANCE_LIST_ISLANDS || l->sums->unjudged == 0)
        return tr(balance_pages[list].legend);
    snprintf(out, LIST_TITLE_MAX, tr("%zu more may be: a delay, a ring or what is free is not known"),
             l->sums->unjudged);
    return out;
}

/* --- detail --- */

enum { FIELD_COLUMNS = 38 };

static void put_cost(struct detail_pane *p, const struct balance_cluster *b, struct buf *line)
{
    char n[CELL_MAX], m[CELL_MAX], period[24];

    buf_clear(line);
    if (isnan(b->cost_index))
        buf_puts(line, "-", NULL);
    else
        buf_printf(line, NULL, tr("%s; %s CNY of electricity for 1 kWh of work"), digits(b->cost_index, 0, "", n),
                   digits(b->energy_cny, 3, "", m));
    detail_put(p, "cost_index", ROLE_TEXT, buf_str(line));
    if (text_empty(b->period))
        return;
    buf_clear(line);
    text_show_in(b->period, period, sizeof period);
    buf_printf(line, NULL, tr("%s of %s MWh in %s"), digits(b->quota_pct, 1, "%", n),
               cell_count(&(struct value[1]){value_real(b->quota_kwh / 1000)}[0], m), period);
    detail_put(p, "energy_quota", is_near_quota(b) ? ROLE_WARN : ROLE_TEXT, buf_str(line));
}

void balance_detail_draw(const struct balance_look *l, const struct row *row, struct canvas *c, struct area area)
{
    const struct balance_cluster *b = row->kind == KIND_CLUSTER ? balance_cluster(l->sums, row->id) : NULL;
    int columns = area.width > 2 * FIELD_COLUMNS ? area.width / FIELD_COLUMNS : 1;

    if (b == NULL) {
        detail_draw(row, l->frame->now.utc_ms, c, area);
        return;
    }
    struct buf line = buf_make(DETAIL_LINE_BYTES);
    struct detail_pane p = detail_begin(row, columns, c, area);
    if (p.in.height > 0 && p.in.width > 0) {
        put_cost(&p, b, &line);
        detail_put_seen(&p, row, &line);
        detail_put_fields(&p, row, l->frame->now.utc_ms, &line);
        detail_end(&p, row, &line);
    }
    buf_release(&line);
}
