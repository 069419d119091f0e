#include "domain/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tr.h"
#include "domain/filter_parse.h"

/* By them most ids are told not to match without being read. */
static void know_letters(struct filter *f)
{
    for (size_t i = 0; i < f->n_terms; i++) {
        struct filter_term *t = &f->terms[i];

        if (t->op == FILTER_TEXT || t->op == FILTER_FUZZY)
            t->letters = text_letters(t->values[0].text, t->values[0].fold, &t->alone);
    }
}

struct filter *filter_new(enum kind kind, const char *expr, struct err *err)
{
    struct filter *f = mem_new(1, sizeof *f);

    f->kind = kind;
    if (filter_parse_expr(f, expr, err)) {
        know_letters(f);
        return f;
    }
    filter_free(f);
    return NULL;
}

void filter_free(struct filter *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->n_terms; i++) {
        pattern_free(f->terms[i].pattern);
        if (f->terms[i].memo)
            free(f->terms[i].memo->said);
        free(f->terms[i].memo);
        free(f->terms[i].values);
    }
    free(f->terms);
    arena_release(&f->arena);
    free(f);
}

static void set_local(struct filter_value *v, int64_t now_ms)
{
    int64_t ms;

    if (v->local != NULL && clock_parse_time(v->local, now_ms, &ms, NULL))
        v->number = value_time(ms - now_ms);
}

void filter_set_now(struct filter *f, int64_t at_utc_ms)
{
    if (f == NULL)
        return;
    f->now_ms = at_utc_ms;
    for (size_t i = 0; i < f->n_terms; i++)
        for (size_t k = 0; k < f->terms[i].n_values; k++)
            set_local(&f->terms[i].values[k], at_utc_ms);
}

static bool is_relative(const struct filter_term *t)
{
    for (size_t i = 0; i < t->n_values; i++)
        if (t->values[i].relative)
            return true;
    return false;
}

bool filter_needs_now(const struct filter *f)
{
    for (size_t i = 0; f != NULL && i < f->n_terms; i++)
        if (is_relative(&f->terms[i]) || (f->kind == KIND_JOB && f->terms[i].field == JOB_WAITED_S))
            return true;
    return false;
}

bool filter_needs_samples(const struct filter *f)
{
    if (f == NULL)
        return false;
    for (size_t i = 0; i < f->n_terms; i++) {
        int field = f->terms[i].field;
        if (field >= 0 && (kind_info(f->kind)->fields[field].flags & FIELD_SAMPLED))
            return true;
    }
    return false;
}

/* --- matching --- */

/* What is looked at: a row, or a held one. */
struct subject {
    const struct row *row; /* or NULL */
    struct safe_text id, source;
    const struct row_held *held;
    int64_t now_ms;
    enum kind kind;
};

static struct value cell_of(const struct subject *s, int field)
{
    if (field == FILTER_FIELD_ID)
        return value_text(s->id);
    if (field == FILTER_FIELD_SOURCE)
        return value_text(s->source);

    struct value v = s->row != NULL ? s->row->cells[field] : row_held_peek(s->kind, *s->held, field);
    if (s->kind == KIND_JOB && field == JOB_WAITED_S && !value_known(&v))
        return s->row != NULL ? row_waited_s(s->row, s->now_ms) : row_held_waited(*s->held, s->now_ms);
    return v;
}

static bool is_text(const struct value *v)
{
    return v->type == VALUE_TEXT || v->type == VALUE_LIST;
}

static bool equal_text(struct safe_text a, const struct filter_value *want)
{
    return text_len(a) == text_len(want->text) && text_contains(a, want->text, want->fold);
}

static bool text_is_one(const struct value *cell, const struct filter_value *want)
{
    if (cell->type == VALUE_TEXT)
        return equal_text(cell->as.text, want);

    struct safe_text rest = cell->as.text, member;
    while (value_list_next(&rest, &member))
        if (equal_text(member, want))
            return true;
    return text_empty(cell->as.text) && text_empty(want->text);
}

static int64_t second_of(int64_t ms)
{
    return ms / 1000 - (ms % 1000 < 0);
}

/* How the cell stands to the number: <0, 0, >0. Equal times are of the same second: people see no more of them. */
static int order(const struct subject *s, const struct value *cell, const struct filter_value *want)
{
    struct value number = want->number;

    if (want->relative && __builtin_add_overflow(number.as.i, s->now_ms, &number.as.i))
        number.as.i = INT64_MIN;
    if (cell->type == VALUE_TIME && number.type == VALUE_TIME) {
        struct value a = value_int(second_of(cell->as.i)), b = value_int(second_of(number.as.i));
        return value_cmp(&a, &b);
    }
    return value_cmp(cell, &number);
}

static bool compares(enum filter_op op, int order_of_cell)
{
    switch (op) {
    case FILTER_EQUAL:
        return order_of_cell == 0;
    case FILTER_LESS:
        return order_of_cell < 0;
    case FILTER_LESS_EQUAL:
        return order_of_cell <= 0;
    case FILTER_GREATER:
        return order_of_cell > 0;
    case FILTER_GREATER_EQUAL:
        return order_of_cell >= 0;
    case FILTER_TEXT:
    case FILTER_FUZZY:
    case FILTER_REGEX:
        break;
    }
    return false;
}

static bool value_matches(const struct subject *s, enum filter_op op, const struct value *cell,
                          const struct filter_value *want)
{
    if (want->unknown || !value_known(cell))
        return want->unknown && !value_known(cell);
    if (is_text(cell))
        return !value_known(&want->number) && text_is_one(cell, want);
    if (!value_known(&want->number) || (want->relative && s->now_ms <= 0))
        return false;
    return compares(op, order(s, cell, want));
}

static inline bool text_matches(const struct filter_term *t, struct safe_text text)
{
    if (t->op == FILTER_TEXT)
        return text_contains(text, t->values[0].text, t->values[0].fold);
    if (t->op == FILTER_REGEX)
        return pattern_match(t->pattern, text);
    return text_fuzzy(text, t->values[0].text, t->values[0].fold);
}

/* `letters`: of the id; 0: nobody counted them. */
static inline bool id_matches(const struct filter_term *t, struct safe_text id, uint64_t letters)
{
    if (letters != 0 && (letters & t->letters) != t->letters)
        return false;
    return (letters != 0 && t->alone) || text_matches(t, id);
}

static bool row_text_matches(const struct filter_term *t, const struct row *row)
{
    size_t count = kind_info(row->kind)->field_count;

    for (size_t i = 0; i < count; i++)
        if (is_text(&row->cells[i]) && text_matches(t, row->cells[i].as.text))
            return true;
    return false;
}

static bool likes(const void *ctx, struct safe_text text)
{
    return text_matches(ctx, text);
}

/* Room for what is remembered of every number, and nothing of numbers that mean another text by now. */
static void renew_memo(struct filter_memo *m, const struct intern *words)
{
    if (words->n_words > m->size) {
        size_t size = words->n_words + words->n_words / 2 + 64;
        m->said = mem_grow(m->said, size, 1);
        memset(m->said + m->size, 0, size - m->size);
        m->size = size;
    }
    if (m->generation != words->generation)
        memset(m->said, 0, m->size);
    m->generation = words->generation;
}

static inline bool held_text_matches(const struct filter_term *t, enum kind kind, const struct row_held *held)
{
    struct filter_memo *m = t->memo;

    if (held->words != NULL && (held->words->n_words > m->size || m->generation != held->words->generation))
        renew_memo(m, held->words);
    return row_held_any(kind, held, &(struct row_asked){m->said, likes, t});
}

static bool is_search(const struct filter_term *t)
{
    return t->op == FILTER_TEXT || t->op == FILTER_FUZZY || t->op == FILTER_REGEX;
}

static bool term_matches(const struct filter_term *t, const struct subject *s)
{
    if (is_search(t))
        return text_matches(t, s->id) ||
               (s->row != NULL ? row_text_matches(t, s->row) : held_text_matches(t, s->kind, s->held));

    struct value cell = cell_of(s, t->field);
    for (size_t i = 0; i < t->n_values; i++)
        if (value_matches(s, t->op, &cell, &t->values[i]))
            return true;
    return false;
}

static bool matches(const struct filter *f, const struct subject *s)
{
    for (size_t i = 0; i < f->n_terms; i++)
        if (term_matches(&f->terms[i], s) == f->terms[i].negated)
            return false;
    return true;
}

bool filter_match(const struct filter *f, const struct row *row)
{
    if (f == NULL)
        return true;
    if (f->kind != row->kind)
        return false;

    struct subject s = {.row = row, .id = row->id, .source = row->source, .now_ms = f->now_ms, .kind = row->kind};
    return matches(f, &s);
}

bool filter_match_held(const struct filter *f, enum kind kind, struct safe_text id, uint64_t letters,
                       struct safe_text source, const struct row_held *held)
{
    if (f == NULL)
        return true;
    if (f->kind != kind)
        return false;

    const struct filter_term *t = f->terms;
    if (f->n_terms == 1 && is_search(t)) /* what people type, a key at a time: it needs nothing else of the row */
        return (id_matches(t, id, letters) || held_text_matches(t, kind, held)) != t->negated;

    struct subject s = {.id = id, .source = source, .held = held, .now_ms = f->now_ms, .kind = kind};
    return matches(f, &s);
}

bool filter_only(const struct filter *f, int field, struct safe_text *text)
{
    for (size_t i = 0; f != NULL && i < f->n_terms; i++) {
        const struct filter_term *t = &f->terms[i];

        if (t->op != FILTER_EQUAL || t->negated || t->field != field || t->n_values != 1 || t->values[0].unknown)
            continue;
        *text = t->values[0].text;
        return !text_empty(*text);
    }
    return false;
}

/* --- order of rows --- */

static bool no_such_field(enum kind kind, const char *name, struct err *err)
{
    const struct kind_info *info = kind_info(kind);
    const char *near = filter_parse_nearest(kind, name, strlen(name));
    char list[ERR_HINT_MAX] = "id";
    size_t len = strlen(list);

    for (size_t i = 0; i < info->field_count && len + strlen(info->fields[i].name) + 3 < sizeof list; i++) {
        memcpy(list + len, ", ", 2);
        memcpy(list + len + 2, info->fields[i].name, strlen(info->fields[i].name) + 1);
        len += strlen(list + len);
    }
    err_exit(err, 64);
    if (near != NULL)
        return err_hint(err, tr("did you mean '%s'? fields: %s"), near, list);
    return err_hint(err, tr("fields: %s"), list);
}

bool filter_field(enum kind kind, const char *name, int *field, struct err *err)
{
    int found = filter_parse_field(kind, name, strlen(name));

    if (found < FILTER_FIELD_ID) {
        err_set(err, ERR_INPUT, tr("%s have no field '%s'"), filter_parse_kind(kind), name);
        return no_such_field(kind, name, err);
    }
    *field = found;
    return true;
}

bool filter_sort_parse(enum kind kind, const char *expr, int *field, bool *descending, struct err *err)
{
    const char *name = expr + (expr[0] == '-');
    int found = filter_parse_field(kind, name, strlen(name));

    if (found < FILTER_FIELD_ID) {
        err_set(err, ERR_INPUT, tr("cannot sort %s by '%s': no such field"), filter_parse_kind(kind), name);
        return no_such_field(kind, name, err);
    }
    *field = found;
    *descending = expr[0] == '-';
    return true;
}
