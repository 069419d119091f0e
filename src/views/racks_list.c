#include "views/racks_list.h"

#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "views/bar.h"
#include "views/racks_rows.h"

enum { NUMBER_WIDTH = 6 }; /* behind a bar */

static const struct racks_list *list_of(const struct list_frame *f)
{
    return f->ctx;
}

static double inlet_of(const struct list_frame *f, const struct row *row)
{
    return row->kind == KIND_CLUSTER ? racks_halls_inlet(list_of(f)->halls, row->id) : racks_number(row, RACKS_INLET);
}

static struct cell_sign sign_of(const struct list_frame *f, const struct row *row)
{
    struct cell_sign none = {ROLE_TEXT, GLYPH_COUNT};
    struct racks_state is = racks_judge(row, inlet_of(f, row), f->frame->thresholds);
    bool counted = !isnan(racks_number(row, RACKS_POWER)) || !isnan(racks_number(row, RACKS_SPACE)) ||
                   !isnan(racks_number(row, RACKS_NODES));

    if (row->stale)
        return cell_sign(row);
    return is.severity == SEVERITY_UNKNOWN && counted ? none : racks_sign(is.severity);
}

/* The bar of the metric with its number behind it. */
static void paint_bar(const struct list_frame *f, const struct table *t, struct canvas *c, int i, int column,
                      const struct row *row)
{
    enum racks_metric metric = list_of(f)->metric == RACKS_TENANT ? RACKS_POWER : list_of(f)->metric;
    double number = metric == RACKS_INLET ? inlet_of(f, row) : racks_number(row, metric);
    enum role role = racks_role(row, metric, number, f->frame->thresholds);
    int width = t->width[column], y = t->area.y + 1 + i;
    char words[CELL_MAX];

    bar_draw(c, t->x[column], y, width - NUMBER_WIDTH, role == ROLE_TEXT ? ROLE_CHART : role,
             racks_bar(metric, number));
    if (width > 0)
        canvas_right(c, t->x[column] + (width > NUMBER_WIDTH ? width - NUMBER_WIDTH : 0), y,
                     width < NUMBER_WIDTH ? width : NUMBER_WIDTH, role, racks_words(metric, number, words));
}

static void paint_inlet(const struct list_frame *f, const struct table *t, struct canvas *c, int i, int column,
                        const struct row *row)
{
    double inlet = inlet_of(f, row);
    char words[CELL_MAX];

    table_puts(t, c, i, column, racks_role(row, RACKS_INLET, inlet, f->frame->thresholds),
               racks_words(RACKS_INLET, inlet, words));
}

/* Why it is bad, or its state as it was told. */
static void paint_state(const struct list_frame *f, const struct table *t, struct canvas *c, int i, int column,
                        const struct row *row, int field)
{
    struct racks_state is = racks_judge(row, inlet_of(f, row), f->frame->thresholds);
    enum role role = row->stale ? ROLE_STALE : racks_sign(is.severity).role;

    if (is.word[0] != '\0')
        table_puts(t, c, i, column, role, tr(is.word));
    else if (field >= 0)
        table_puts(t, c, i, column, role, cell_word(row, field, (char[CELL_MAX]){0}));
}

struct safe_text racks_list_label(const struct row *row)
{
    int name = tr_is_zh() ? CLUSTER_NAME_ZH : CLUSTER_NAME;

    if (row->kind == KIND_CLUSTER && !text_empty(value_text_or(&row->cells[name], "")))
        return cell_text(row, name);
    return !text_empty(row->id) ? row->id : text_of(row->kind == KIND_HALL ? tr("all halls") : tr("all rows"));
}

enum cluster_column {
    COL_C_NAME,
    COL_C_ID,
    COL_C_BAR,
    COL_C_POWER,
    COL_C_RACKS,
    COL_C_OCCUPIED,
    COL_C_PUE,
    COL_C_INLET,
    COL_C_NODES,
    COL_C_HALLS,
    COL_C_STATE
};
static const struct table_column cluster_columns[] = {
    [COL_C_NAME] = {N_("CLUSTER"), 12, 20, 1, 0, -1, false},
    [COL_C_ID] = {N_("ID"), 5, 10, 1, 7, -1, false},
    [COL_C_BAR] = {"", 11, 18, 2, 0, -1, false},
    [COL_C_POWER] = {N_("POWER"), 12, 0, 0, 1, RACK_POWER_KW, true},
    [COL_C_RACKS] = {N_("STD RACKS"), 11, 0, 0, 4, RACK_UNITS_USED, true},
    [COL_C_OCCUPIED] = {N_("OCC"), 4, 0, 0, 0, -1, true},
    [COL_C_PUE] = {N_("PUE/LIMIT"), 9, 0, 0, 3, -1, true},
    [COL_C_INLET] = {N_("INLET"), 5, 0, 0, 2, RACK_INLET_C, true},
    [COL_C_NODES] = {N_("NODES DOWN"), 10, 0, 0, 8, RACK_NODES_DOWN, true},
    [COL_C_HALLS] = {N_("HALLS"), 5, 0, 0, 5, -1, true},
    [COL_C_STATE] = {N_("STATE"), 5, 0, 0, 6, -1, false},
    {0},
};

/* "1.18/1.25"; what is above its limit is said, not alarmed: the limit is one of the year's mean. */
static const char *pue(const struct row *row, char out[CELL_MAX])
{
    double now = value_real_or(&row->cells[CLUSTER_PUE], NAN),
           limit = value_real_or(&row->cells[CLUSTER_PUE_LIMIT], NAN);
    char a[CELL_MAX] = "-", b[CELL_MAX] = "-";

    if (now > 0 && now < 100)
        snprintf(a, sizeof a, "%.2f", now);
    if (limit > 0 && limit < 100)
        snprintf(b, sizeof b, "%.2f", limit);
    snprintf(out, CELL_MAX, "%.8s%s%.8s", a, now > limit ? ">" : "/", b);
    return a[0] == '-' && b[0] == '-' ? "-" : out;
}

static const char *percent_of(const struct row *row, char out[CELL_MAX])
{
    return racks_words(RACKS_SPACE, racks_number(row, RACKS_SPACE), out);
}

static void paint_cluster(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                          const struct row *row, enum role role)
{
    size_t count;
    char n[CELL_MAX];

    racks_halls_of(list_of(f)->halls, row->id, &count);
    struct value halls = value_int((int64_t)count);

    table_text(t, c, i, COL_C_NAME, role, racks_list_label(row));
    table_text(t, c, i, COL_C_ID, role, row->id);
    paint_bar(f, t, c, i, COL_C_BAR, row);
    table_puts(t, c, i, COL_C_POWER, role,
               racks_power(&row->cells[CLUSTER_POWER_KW], &row->cells[CLUSTER_POWER_CAP_KW], true, n));
    table_puts(t, c, i, COL_C_RACKS, role,
               racks_share(&row->cells[CLUSTER_RACKS_USED], &row->cells[CLUSTER_RACKS_TOTAL], n));
    table_puts(t, c, i, COL_C_OCCUPIED, role, percent_of(row, n));
    table_puts(t, c, i, COL_C_PUE, role, pue(row, n));
    paint_inlet(f, t, c, i, COL_C_INLET, row);
    table_puts(t, c, i, COL_C_NODES, role,
               racks_share(&row->cells[CLUSTER_NODES_DOWN], &row->cells[CLUSTER_NODES_TOTAL], n));
    table_puts(t, c, i, COL_C_HALLS, role, value_int_or(&halls, 0) > 0 ? cell_short(&halls, n) : "-");
    paint_state(f, t, c, i, COL_C_STATE, row, CLUSTER_STATE);
}

enum hall_column {
    COL_H_NAME,
    COL_H_BAR,
    COL_H_POWER,
    COL_H_RACKS,
    COL_H_OCCUPIED,
    COL_H_INLET,
    COL_H_STATE,
    COL_H_SITE
};
static const struct table_column hall_columns[] = {
    [COL_H_NAME] = {N_("HALL"), 10, 24, 1, 0, -1, false},
    [COL_H_BAR] = {"", 10, 18, 2, 0, -1, false},
    [COL_H_POWER] = {N_("POWER"), 12, 0, 0, 1, RACK_POWER_KW, true},
    [COL_H_RACKS] = {N_("RACKS"), 11, 0, 0, 3, RACK_UNITS_USED, true},
    [COL_H_OCCUPIED] = {N_("OCC"), 4, 0, 0, 0, -1, true},
    [COL_H_INLET] = {N_("INLET"), 5, 0, 0, 1, RACK_INLET_C, true},
    [COL_H_STATE] = {N_("STATE"), 5, 0, 0, 2, -1, false},
    [COL_H_SITE] = {N_("SITE"), 8, 16, 1, 4, -1, false},
    {0},
};

static void paint_hall(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    char n[CELL_MAX];

    table_text(t, c, i, COL_H_NAME, role, racks_list_label(row));
    paint_bar(f, t, c, i, COL_H_BAR, row);
    table_puts(t, c, i, COL_H_POWER, role,
               racks_power(&row->cells[HALL_POWER_KW], &row->cells[HALL_POWER_CAP_KW], true, n));
    table_puts(t, c, i, COL_H_RACKS, role, racks_share(&row->cells[HALL_RACKS_USED], &row->cells[HALL_RACKS_TOTAL], n));
    table_puts(t, c, i, COL_H_OCCUPIED, role, percent_of(row, n));
    paint_inlet(f, t, c, i, COL_H_INLET, row);
    paint_state(f, t, c, i, COL_H_STATE, row, -1);
    table_text(t, c, i, COL_H_SITE, role, cell_text(row, HALL_SITE));
}

enum rack_column {
    COL_RACK,
    COL_BAR,
    COL_POWER,
    COL_INLET,
    COL_UNITS,
    COL_CPUS,
    COL_NODES,
    COL_STATE,
    COL_TENANT,
    COL_JOBS,
    COL_ROW,
    COL_HALL,
    COL_CLUSTER
};
static const struct table_column rack_columns[] = {
    [COL_RACK] = {N_("RACK"), 13, 24, 1, 0, -1, false},
    [COL_BAR] = {"", 9, 16, 2, 0, -1, false},
    [COL_POWER] = {N_("KW"), 9, 0, 0, 1, RACK_POWER_KW, true},
    [COL_INLET] = {N_("INLET"), 5, 0, 0, 1, RACK_INLET_C, true},
    [COL_UNITS] = {N_("U"), 5, 0, 0, 2, RACK_UNITS_USED, true},
    [COL_CPUS] = {N_("CPU"), 8, 0, 0, 5, RACK_CPUS_TOTAL, true},
    [COL_NODES] = {N_("DOWN"), 5, 0, 0, 2, RACK_NODES_DOWN, true},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 0, RACK_STATE, false},
    [COL_TENANT] = {N_("TENANT"), 6, 14, 1, 3, RACK_TENANT, false},
    [COL_JOBS] = {N_("JOBS"), 4, 0, 0, 6, RACK_JOBS, true},
    [COL_ROW] = {N_("ROW"), 6, 8, 1, 7, RACK_ROW, false},
    [COL_HALL] = {N_("HALL"), 8, 14, 1, 9, RACK_HALL, false},
    [COL_CLUSTER] = {N_("CLUSTER"), 8, 12, 1, 8, RACK_CLUSTER, false},
    {0},
};

/* "R07-12" */
static struct safe_text spot(const struct row *row, struct buf *out)
{
    char position[CELL_MAX];

    text_show(cell_text(row, RACK_ROW), -1, out);
    if (value_known(&row->cells[RACK_POSITION]))
        buf_printf(out, NULL, "-%s", cell_plain(&row->cells[RACK_POSITION], position));
    return text_from(buf_str(out), out->len);
}

static struct value cpus_used(const struct row *row)
{
    const struct value *total = &row->cells[RACK_CPUS_TOTAL], *free = &row->cells[RACK_CPUS_FREE];

    return value_real(value_real_or(total, NAN) - value_real_or(free, NAN));
}

static void paint_rack(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    struct value cpus = cpus_used(row);
    struct buf where = buf_make(256);
    char n[CELL_MAX];

    table_text(t, c, i, COL_RACK, role, row->id);
    paint_bar(f, t, c, i, COL_BAR, row);
    table_puts(t, c, i, COL_POWER, role,
               racks_power(&row->cells[RACK_POWER_KW], &row->cells[RACK_POWER_CAP_KW], false, n));
    paint_inlet(f, t, c, i, COL_INLET, row);
    table_puts(t, c, i, COL_UNITS, role, racks_share(&row->cells[RACK_UNITS_USED], &row->cells[RACK_UNITS_TOTAL], n));
    table_puts(t, c, i, COL_CPUS, role, racks_share(&cpus, &row->cells[RACK_CPUS_TOTAL], n));
    table_puts(t, c, i, COL_NODES, racks_role(row, RACKS_NODES, racks_number(row, RACKS_NODES), f->frame->thresholds),
               racks_share(&row->cells[RACK_NODES_DOWN], &row->cells[RACK_NODES_TOTAL], n));
    paint_state(f, t, c, i, COL_STATE, row, RACK_STATE);
    table_text(t, c, i, COL_TENANT, role, cell_text(row, RACK_TENANT));
    table_puts(t, c, i, COL_JOBS, role, cell_short(&row->cells[RACK_JOBS], n));
    table_text(t, c, i, COL_ROW, role, spot(row, &where));
    table_text(t, c, i, COL_HALL, role, cell_text(row, RACK_HALL));
    table_text(t, c, i, COL_CLUSTER, role, cell_text(row, RACK_CLUSTER));
    buf_release(&where);
}

enum row_column {
    COL_R_NAME,
    COL_R_BAR,
    COL_R_POWER,
    COL_R_INLET,
    COL_R_UNITS,
    COL_R_CPUS,
    COL_R_NODES,
    COL_R_RACKS,
    COL_R_BAD,
    COL_R_TENANT,
    COL_R_JOBS
};
static const struct table_column row_columns[] = {
    [COL_R_NAME] = {N_("ROW"), 8, 16, 1, 0, -1, false},
    [COL_R_BAR] = {"", 9, 16, 2, 0, -1, false},
    [COL_R_POWER] = {N_("KW"), 9, 0, 0, 1, RACK_POWER_KW, true},
    [COL_R_INLET] = {N_("INLET"), 5, 0, 0, 1, RACK_INLET_C, true},
    [COL_R_UNITS] = {N_("U"), 9, 0, 0, 2, RACK_UNITS_USED, true},
    [COL_R_CPUS] = {N_("CPU"), 11, 0, 0, 5, RACK_CPUS_TOTAL, true},
    [COL_R_NODES] = {N_("DOWN"), 7, 0, 0, 2, RACK_NODES_DOWN, true},
    [COL_R_RACKS] = {N_("RACKS"), 5, 0, 0, 0, -1, true},
    [COL_R_BAD] = {N_("BAD"), 4, 0, 0, 0, -1, true},
    [COL_R_TENANT] = {N_("TENANT"), 6, 14, 1, 3, RACK_TENANT, false},
    [COL_R_JOBS] = {N_("JOBS"), 5, 0, 0, 6, RACK_JOBS, true},
    {0},
};

static void paint_row(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                      enum role role)
{
    struct value cpus = cpus_used(row);
    char n[CELL_MAX];

    table_text(t, c, i, COL_R_NAME, role, racks_list_label(row));
    paint_bar(f, t, c, i, COL_R_BAR, row);
    table_puts(t, c, i, COL_R_POWER, role,
               racks_power(&row->cells[RACK_POWER_KW], &row->cells[RACK_POWER_CAP_KW], false, n));
    paint_inlet(f, t, c, i, COL_R_INLET, row);
    table_puts(t, c, i, COL_R_UNITS, role, racks_share(&row->cells[RACK_UNITS_USED], &row->cells[RACK_UNITS_TOTAL], n));
    table_puts(t, c, i, COL_R_CPUS, role, racks_share(&cpus, &row->cells[RACK_CPUS_TOTAL], n));
    table_puts(t, c, i, COL_R_NODES, role, racks_share(&row->cells[RACK_NODES_DOWN], &row->cells[RACK_NODES_TOTAL], n));
    table_puts(t, c, i, COL_R_RACKS, role, cell_short(&row->cells[RACKS_ROWS_COUNT], n));
    table_puts(t, c, i, COL_R_BAD, role, cell_short(&row->cells[RACKS_ROWS_BAD], n));
    table_text(t, c, i, COL_R_TENANT, role, cell_text(row, RACK_TENANT));
    table_puts(t, c, i, COL_R_JOBS, role, cell_short(&row->cells[RACK_JOBS], n));
}

/* --- the lists --- */

static const struct {
    const char *bar; /* over the bar */
    int field;       /* of racks: which column is the metric's */
} metrics[RACKS_METRICS] = {
    [RACKS_POWER] = {N_("OF LIMIT"), RACK_POWER_KW},         [RACKS_INLET] = {N_("INLET"), RACK_INLET_C},
    [RACKS_SPACE] = {N_("FILLED"), RACK_UNITS_USED},         [RACKS_NODES] = {N_("DOWN"), RACK_NODES_DOWN},
    [RACKS_ACCELS] = {N_("GPU BUSY"), RACK_ACCELS_BUSY_PCT}, [RACKS_TENANT] = {N_("OF LIMIT"), RACK_TENANT},
};

static const struct {
    struct list list;
    int bar; /* the column of the bar */
} lists[RACKS_LEVELS] = {
    [RACKS_CLUSTERS] = {{cluster_columns, paint_cluster, N_("no clusters"), false, sign_of}, COL_C_BAR},
    [RACKS_HALLS] = {{hall_columns, paint_hall, N_("no halls are told of it"), false, sign_of}, COL_H_BAR},
    [RACKS_ROWS] = {{row_columns, paint_row, N_("no racks are told of it"), false, sign_of}, COL_R_BAR},
    [RACKS_RACKS] = {{rack_columns, paint_rack, N_("no racks are told of it"), false, sign_of}, COL_BAR},
};

struct racks_list racks_list_make(enum racks_level level, enum racks_metric metric, const struct racks_halls *halls)
{
    struct racks_list l = {
        .list = lists[level].list, .metric = metric, .halls = halls, .sorted = metrics[metric].field};
    const struct table_column *from = lists[level].list.columns;

    for (int i = 0; i < TABLE_COLUMNS_MAX - 1 && from[i].title != NULL; i++) {
        l.columns[i] = from[i];
        if (i == lists[level].bar)
            l.columns[i].title = metrics[metric].bar;
        else if (from[i].field == l.sorted)
            l.columns[i].rank = 0;
    }
    return l;
}

void racks_list_draw(struct racks_list *l, struct list_frame *f, struct canvas *c, struct area in)
{
    l->list.columns = l->columns;
    f->ctx = l;
    list_draw(&l->list, f, c, in);
}
