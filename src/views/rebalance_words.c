#include "views/rebalance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"

/* Lists whose rows are the members of a list field: checks, objectives, what a plan can't help, what was considered. */

enum { WORD_MAX = REBALANCE_WORD_MAX };

void rebalance_members_read(struct rebalance_members *m, const struct row *row, int field)
{
    struct safe_text rest = value_text_or(&row->cells[field], "");

    m->count = 0;
    while (m->count < REBALANCE_MEMBERS_MAX && value_list_next(&rest, &m->all[m->count]))
        m->count++;
}

/* Its text is its id: a cursor stays on it. */
static bool member_at(void *ctx, size_t i, struct row *row)
{
    const struct rebalance_members *m = ctx;

    if (i >= m->count)
        return false;
    *row = (struct row){.id = m->all[i]};
    row->cells[REBALANCE_MEMBER] = value_text(m->all[i]);
    return true;
}

static int64_t member_find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct rebalance_members *m = ctx;

    (void)source;
    for (size_t i = 0; i < m->count; i++)
        if (text_equal(m->all[i], id))
            return (int64_t)i;
    return -1;
}

struct view_rows rebalance_members_rows(struct rebalance_members *m)
{
    return (struct view_rows){
        .count = m->count, .all = m->count, .known = true, .ctx = m, .at = member_at, .find = member_find};
}

/* --- words --- */

/* The first word and what follows its separator; a member without one is all word. */
static struct safe_text cut(struct safe_text member, char separator, struct safe_text *rest)
{
    struct safe_text head = text_of("");

    *rest = member;
    text_split(rest, separator, &head);
    return head;
}

static void trim(struct safe_text *t)
{
    struct safe_text none;

    while (text_begins(*t, text_of(" ")))
        text_split(t, ' ', &none);
}

/* The words that the planner has for checks, for rules that forbid a move, and for what it aims at. */
static const char *const check_words[] = {NC_("check", "chosen"),       NC_("check", "possible"),
                                          NC_("check", "rules"),        NC_("check", "ring"),
                                          NC_("check", "head_room"),    NC_("check", "links"),
                                          NC_("check", "running"),      NC_("check", "jobs"),
                                          NC_("check", "one_person"),   NC_("check", "fairness"),
                                          NC_("check", "data"),         NC_("check", "prices"),
                                          NC_("check", "empty"),        NC_("check", "queue"),
                                          NC_("check", "not_asked"),    NC_("check", "excluded"),
                                          NC_("check", "stale"),        NC_("check", "held"),
                                          NC_("check", "dependency"),   NC_("check", "array"),
                                          NC_("check", "het"),          NC_("check", "reservation"),
                                          NC_("check", "license"),      NC_("check", "tied"),
                                          NC_("check", "not_movable"),  NC_("check", "checkpoint"),
                                          NC_("check", "job_cooldown"), NC_("check", "leaves"),
                                          NC_("check", "down"),         NC_("check", "nodes_down"),
                                          NC_("check", "membership"),   NC_("check", "pair_cooldown"),
                                          NC_("check", "kind"),         NC_("check", "accel_kind"),
                                          NC_("check", "compatible"),   NC_("check", "gang"),
                                          NC_("check", "space"),        NC_("check", "privacy"),
                                          NC_("check", "quota"),        NC_("check", "power"),
                                          NC_("check", "storage"),      NC_("check", "link"),
                                          NC_("check", "transfer"),     NC_("check", "unknown"),
                                          NC_("check", "kept"),         NC_("check", "capacity"),
                                          NC_("check", "transfers"),    NC_("check", "supernode"),
                                          NC_("check", "residency"),    NULL};
/* Those of the collector, against its present. */
static const char *const now_words[] = {NC_("check", "jobs_now"),
                                        NC_("check", "movable_now"),
                                        NC_("check", "asked_now"),
                                        NC_("check", "ends_now"),
                                        NC_("check", "away_now"),
                                        NC_("check", "health_now"),
                                        NC_("check", "compatible_now"),
                                        NC_("check", "kind_now"),
                                        NC_("check", "space_now"),
                                        NC_("check", "ring_now"),
                                        NC_("check", "sums_now"),
                                        NC_("check", "room_now"),
                                        NC_("check", "gang_now"),
                                        NC_("check", "power_now"),
                                        NC_("check", "links_now"),
                                        NC_("check", "count_now"),
                                        NC_("check", "running_now"),
                                        NC_("check", "cooldown_now"),
                                        NC_("check", "time_now"),
                                        NC_("check", "residency_now"),
                                        NC_("check", "supernode_now"),
                                        NC_("check", "transfers_now"),
                                        NULL};
static const char *const aim_words[] = {NC_("aim", "stays"), NC_("aim", "starts"), NC_("aim", "cost_cny"),
                                        NC_("aim", "moves"), NULL};

/* In the interface's language; one that is not known, and all in English, with blanks between its parts. */
static const char *word(struct safe_text t, const char *context, const char *const *known, char out[WORD_MAX])
{
    const char *shown = text_show_in(t, out, WORD_MAX);

    while (*known && strcmp(*known, out) != 0)
        known++;
    if (*known && tr_of(context, *known) != *known)
        return tr_of(context, *known);
    for (char *c = out; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return shown;
}

const char *rebalance_check_word(struct safe_text t, char out[REBALANCE_WORD_MAX])
{
    size_t n = strlen(text_show_in(t, out, REBALANCE_WORD_MAX));
    bool now = n > 4 && strcmp(out + n - 4, "_now") == 0;

    return word(t, "check", now ? now_words : check_words, out);
}

static void put_words(const struct table *t, struct canvas *c, int i, int column, enum role role, struct safe_text text)
{
    trim(&text);
    table_text(t, c, i, column, role, text);
}

/* --- checks: NAME=ok, NAME=no: words --- */

struct check {
    struct safe_text name, words;
    bool ok;
};

static struct check check_of(struct safe_text member)
{
    struct safe_text rest, result;
    struct check k = {.name = cut(member, '=', &rest)};

    result = cut(rest, ':', &k.words);
    k.ok = text_is(result, "ok");
    trim(&k.words);
    return k;
}

/* That a second person must agree is no fault of the plan. */
static bool is_leave(const struct check *k)
{
    return !k->ok && text_is(k->name, "one_person");
}

static struct safe_text member_of(const struct row *row)
{
    return value_text_or(&row->cells[REBALANCE_MEMBER], "");
}

void rebalance_checks_faults_first(struct rebalance_members *m)
{
    struct rebalance_members was = *m;

    m->count = 0;
    for (int ok = 0; ok < 2; ok++)
        for (size_t i = 0; i < was.count; i++)
            if (check_of(was.all[i]).ok == (ok == 1))
                m->all[m->count++] = was.all[i];
}

size_t rebalance_checks_ok(const struct rebalance_members *checks)
{
    size_t n = 0;

    for (size_t i = 0; i < checks->count; i++)
        n += check_of(checks->all[i]).ok;
    return n;
}

static struct cell_sign check_sign(const struct list_frame *f, const struct row *row)
{
    struct check k = check_of(member_of(row));

    (void)f;
    if (k.ok)
        return (struct cell_sign){ROLE_OK, GLYPH_OK};
    return is_leave(&k) ? (struct cell_sign){ROLE_WARN, GLYPH_WARN} : (struct cell_sign){ROLE_CRIT, GLYPH_CRIT};
}

enum { CHECK_NAME, CHECK_WORDS };
static const struct table_column check_columns[] = {
    [CHECK_NAME] = {N_("CHECK"), 12, 20, 1, 0, TABLE_NO_SORT, false},
    [CHECK_WORDS] = {N_("RESULT"), 6, 120, 9, 0, TABLE_NO_SORT, false},
    {0},
};

static void paint_check(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    struct check k = check_of(member_of(row));
    char n[WORD_MAX];

    (void)f;
    role = k.ok ? role : is_leave(&k) ? ROLE_WARN : ROLE_CRIT;
    table_puts(t, c, i, CHECK_NAME, role, rebalance_check_word(k.name, n));
    if (text_empty(k.words))
        table_puts(t, c, i, CHECK_WORDS, role, k.ok ? tr("well") : tr("not met"));
    else
        put_words(t, c, i, CHECK_WORDS, role, k.words);
}

const struct list rebalance_checks = {.columns = check_columns,
                                      .paint = paint_check,
                                      .nothing = N_("nothing was checked"),
                                      .headless = true,
                                      .sign = check_sign};

/* --- objectives: NAME VALUE BOUND GAP_PCT; what binds --- */

enum { LEVEL_NAME, LEVEL_VALUE, LEVEL_BOUND, LEVEL_GAP, LEVEL_BINDS };
static const struct table_column level_columns[] = {
    [LEVEL_NAME] = {N_("AIM"), 10, 22, 1, 0, TABLE_NO_SORT, false},
    [LEVEL_VALUE] = {N_("VALUE"), 8, 0, 0, 0, TABLE_NO_SORT, true},
    [LEVEL_BOUND] = {N_("BOUND"), 8, 0, 0, 0, TABLE_NO_SORT, true},
    [LEVEL_GAP] = {N_("GAP"), 6, 0, 0, 0, TABLE_NO_SORT, true},
    [LEVEL_BINDS] = {N_("BINDS"), 14, 90, 9, 0, TABLE_NO_SORT, false},
    {0},
};

static struct value number_of(struct safe_text t)
{
    char n[WORD_MAX], *end;
    double v = strtod(text_show_in(t, n, sizeof n), &end);

    return end == n || *end != '\0' ? value_none() : value_real(v);
}

static const char *grouped(struct safe_text t, char out[CELL_MAX])
{
    struct value v = number_of(t);
    double real = value_real_or(&v, 0);

    if (value_known(&v) && fabs(real) < 1000 && fabs(real - rint(real)) > 0.005)
        snprintf(out, CELL_MAX, "%.2f", real);
    else
        return fabs(real) < 1e7 ? cell_count(&v, out) : cell_short(&v, out);
    return out;
}

static void paint_level(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    struct safe_text binds, rest = cut(member_of(row), ';', &binds), name, value, bound;
    struct value gap;
    char n[WORD_MAX], cell[CELL_MAX], pct[CELL_MAX + 2];

    (void)f;
    name = cut(rest, ' ', &rest);
    value = cut(rest, ' ', &rest);
    bound = cut(rest, ' ', &rest);
    gap = number_of(rest);
    table_puts(t, c, i, LEVEL_NAME, role, word(name, "aim", aim_words, n));
    table_puts(t, c, i, LEVEL_VALUE, role, grouped(value, cell));
    table_puts(t, c, i, LEVEL_BOUND, role, grouped(bound, cell));
    snprintf(pct, sizeof pct, "%s%s", cell_pct(&gap, cell), value_known(&gap) ? "%" : "");
    table_puts(t, c, i, LEVEL_GAP, role, pct);
    put_words(t, c, i, LEVEL_BINDS, role, binds);
}

static struct cell_sign no_sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    (void)row;
    return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
}

const struct list rebalance_levels = {
    .columns = level_columns, .paint = paint_level, .nothing = N_("nobody says how good it is"), .sign = no_sign};

/* --- what it can't help: QUEUE JOBS REASON; words --- */

enum { LEFT_QUEUE, LEFT_JOBS, LEFT_WHY, LEFT_WORDS };
static const struct table_column left_columns[] = {
    [LEFT_QUEUE] = {N_("QUEUE"), 12, 22, 1, 0, TABLE_NO_SORT, false},
    [LEFT_JOBS] = {N_("JOBS"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [LEFT_WHY] = {N_("WHY"), 9, 16, 1, 0, TABLE_NO_SORT, false},
    [LEFT_WORDS] = {N_("WHAT DECIDED"), 14, 120, 9, 0, TABLE_NO_SORT, false},
    {0},
};

/* QUEUE JOBS REASON; words */
static void paint_left(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    struct safe_text words, rest = cut(member_of(row), ';', &words), queue = cut(rest, ' ', &rest), reason,
                            jobs = cut(rest, ' ', &reason);
    struct value n = number_of(jobs);
    char cell[CELL_MAX], why[WORD_MAX];

    (void)f;
    table_text(t, c, i, LEFT_QUEUE, role, queue);
    table_puts(t, c, i, LEFT_JOBS, role, cell_short(&n, cell));
    table_puts(t, c, i, LEFT_WHY, role, rebalance_check_word(value_known(&n) ? reason : rest, why));
    put_words(t, c, i, LEFT_WORDS, role, words);
}

static struct cell_sign left_sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    (void)row;
    return (struct cell_sign){ROLE_WARN, GLYPH_WARN};
}

const struct list rebalance_left = {.columns = left_columns,
                                    .paint = paint_left,
                                    .nothing = N_("nothing waits that it does not help"),
                                    .sign = left_sign};

/* --- what was considered: ID VERDICT; what decided --- */

enum { CONSIDERED_ID, CONSIDERED_VERDICT, CONSIDERED_WORDS };
static const struct table_column considered_columns[] = {
    [CONSIDERED_ID] = {N_("CONSIDERED"), 10, 20, 1, 0, TABLE_NO_SORT, false},
    [CONSIDERED_VERDICT] = {N_("VERDICT"), 9, 16, 1, 0, TABLE_NO_SORT, false},
    [CONSIDERED_WORDS] = {N_("WHAT DECIDED"), 14, 120, 9, 0, TABLE_NO_SORT, false},
    {0},
};

static struct safe_text decided(const struct row *row, struct safe_text *id, struct safe_text *words)
{
    struct safe_text head = cut(member_of(row), ';', words), verdict;

    *id = cut(head, ' ', &verdict);
    return verdict;
}

/* What was chosen, then what could be, then what is forbidden. */
static int considered_rank(struct safe_text member)
{
    struct row row = {0};
    struct safe_text id, words, verdict;

    row.cells[REBALANCE_MEMBER] = value_text(member);
    verdict = decided(&row, &id, &words);
    return text_is(verdict, "chosen") ? 0 : text_is(verdict, "possible") ? 1 : 2;
}

void rebalance_considered_best_first(struct rebalance_members *m)
{
    struct rebalance_members was = *m;

    m->count = 0;
    for (int rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < was.count; i++)
            if (considered_rank(was.all[i]) == rank)
                m->all[m->count++] = was.all[i];
}

static struct cell_sign considered_sign(const struct list_frame *f, const struct row *row)
{
    struct safe_text id, words, verdict = decided(row, &id, &words);

    (void)f;
    if (text_is(verdict, "chosen"))
        return (struct cell_sign){ROLE_OK, GLYPH_OK};
    return text_is(verdict, "possible") ? (struct cell_sign){ROLE_TEXT, GLYPH_COUNT}
                                        : (struct cell_sign){ROLE_CRIT, GLYPH_CRIT};
}

static void paint_considered(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                             const struct row *row, enum role role)
{
    struct safe_text id, words, verdict = decided(row, &id, &words);
    char n[WORD_MAX];

    (void)f;
    table_text(t, c, i, CONSIDERED_ID, role, id);
    table_puts(t, c, i, CONSIDERED_VERDICT, role, rebalance_check_word(verdict, n));
    put_words(t, c, i, CONSIDERED_WORDS, role, words);
}

const struct list rebalance_considered = {.columns = considered_columns,
                                          .paint = paint_considered,
                                          .nothing = N_("no other scheduler was considered"),
                                          .sign = considered_sign};
