#include "views/sources_detail.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/kind.h"
#include "views/cell.h"

enum { STORY_BYTES = 8 * 1024, SKEW_WARN_S = 5 };

/* --- words --- */

static const struct trouble {
    const char *kind, *words, *advice;
} troubles[] = {
    {"transient", N_("does not answer as it should"),
     N_("is it running, and the network there? hubtop doctor SOURCE tries name, port, TLS, token and rows")},
    {"refused", N_("denies access"),
     N_("renew its token (token_file, token_command); then it is asked again by itself")},
    {"input", N_("is set up wrongly"), N_("mend its section of the configuration; hubtop config check tries it")},
    {"corrupt", N_("answers what makes no sense"),
     N_("such an answer is dropped whole, what was known stays; is it the right address and version?")},
};

static const struct trouble *trouble_of(const struct row *source)
{
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
        if (cell_is(source, SOURCE_ERROR_KIND, troubles[i].kind))
            return &troubles[i];
    return &troubles[0];
}

static int64_t time_of(const struct row *source, int field)
{
    return value_int_or(&source->cells[field], INT64_MIN);
}

static bool is_wrong_now(const struct row *source)
{
    return value_known(&source->cells[SOURCE_LAST_ERROR]) &&
           (time_of(source, SOURCE_LAST_ERROR_AT) > time_of(source, SOURCE_LAST_OK_AT) ||
            !cell_is(source, SOURCE_STATE, "live"));
}

const char *sources_detail_trouble(const struct row *source)
{
    return is_wrong_now(source) ? tr(trouble_of(source)->words) : NULL;
}

static double number(const struct row *source, int field)
{
    return value_real_or(&source->cells[field], 0);
}

const char *sources_detail_advice(const struct row *source)
{
    if (is_wrong_now(source))
        return tr(trouble_of(source)->advice);
    if (fabs(number(source, SOURCE_SKEW_S)) > SKEW_WARN_S)
        return tr("its clock and ours differ: is time synchronised (chrony, NTP) at both ends?");
    if (number(source, SOURCE_DUPLICATE_KEYS) > 0)
        return tr("some object of its answers has one key twice: the last counts; tell whoever makes it");
    if (number(source, SOURCE_BAD_BYTES) > 0)
        return tr("some text of its answers is not UTF-8: it is shown with marks, all else as it is");
    return NULL;
}

/* --- lines --- */

/* Lines of a box, each as long as it is wide; a text goes on in as many as it needs. */
struct page {
    struct canvas *canvas;
    struct area in;
    int y;
    struct buf text; /* of the line that is being made */
};

/* The bytes of the longest beginning that fits `columns`, ended between two members (two blanks), else at a blank, where
 * there is one. */
static size_t fitting(const char *text, int columns)
{
    size_t fits = 0, blank = 0, gap = 0;

    for (size_t i = 1; text[i - 1] != '\0'; i++) {
        bool whole = ((unsigned char)text[i] & 0xc0) != 0x80;

        if (!whole)
            continue;
        if (text_width(text_from(text, i)) > columns)
            return gap > 0 ? gap : blank > 0 ? blank : fits > 0 ? fits : i;
        fits = i;
        blank = text[i] == ' ' ? i : blank;
        gap = text[i] == ' ' && text[i + 1] == ' ' ? i : gap;
    }
    return fits;
}

static void put_line(struct page *p, enum role role)
{
    const char *at = buf_str(&p->text);
    int indent = 0;

    while (*at != '\0' && p->y < p->in.height) {
        size_t n = fitting(at, p->in.width - 2 - indent);
        char line[1024];

        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1), at);
        canvas_puts(p->canvas, p->in.x + 1 + indent, p->in.y + p->y++, p->in.width - 2 - indent, role, line);
        at += n;
        at += strspn(at, " ");
        indent = 2;
    }
    buf_clear(&p->text);
}

static void add(struct page *p, const char *word, const char *value, const char *unit)
{
    if (strcmp(value, "-") != 0)
        buf_printf(&p->text, NULL, "%s%s %s%s", p->text.len > 0 ? "  " : "", word, value, unit);
}

static void add_text(struct page *p, const struct row *source, int field)
{
    if (!value_known(&source->cells[field]))
        return;
    buf_puts(&p->text, p->text.len > 0 ? "  " : "", NULL);
    text_show(value_text_or(&source->cells[field], ""), -1, &p->text);
}

static void tell_what(struct page *p, const struct row *source)
{
    char n[CELL_MAX];

    add_text(p, source, SOURCE_DRIVER);
    add_text(p, source, SOURCE_VERSION);
    add_text(p, source, SOURCE_URL);
    add(p, tr("every"), cell_span(&source->cells[SOURCE_INTERVAL_S], n), "");
    put_line(p, ROLE_TEXT);
}

static void tell_next(struct page *p, const struct row *source, int64_t now_ms)
{
    static const struct {
        const char *word, *words;
    } waits[] = {{"waiting", N_("(it waits longer after a failure)")},
                 {"breaker", N_("(one at a time, until one ends well)")},
                 {"asked", N_("(the peer asked for a pause: Retry-After)")}};
    int64_t next_ms = time_of(source, SOURCE_NEXT_POLL_AT);
    struct value in = value_real(next_ms > now_ms ? (double)(next_ms - now_ms) / 1000 : 0);
    char n[CELL_MAX];

    if (next_ms > now_ms)
        add(p, tr("next poll in"), cell_span(&in, n), "");
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (cell_is(source, SOURCE_BACKOFF, waits[i].word))
            buf_printf(&p->text, NULL, " %s", tr(waits[i].words));
}

static void tell_how(struct page *p, const struct row *source, int64_t now_ms)
{
    struct cell_sign sign = cell_sign(source);
    char n[CELL_MAX];

    buf_puts(&p->text, cell_word(source, SOURCE_STATE, n), NULL);
    if (value_known(&source->cells[SOURCE_LAST_OK_AT]))
        buf_printf(&p->text, NULL, tr(": answered %s ago"), cell_since(&source->cells[SOURCE_LAST_OK_AT], now_ms, n));
    else
        buf_puts(&p->text, tr(": it has never answered"), NULL);
    add(p, tr("took"), cell_plain(&source->cells[SOURCE_LAST_MS], n), " ms");
    add(p, tr("rows"), cell_count(&source->cells[SOURCE_ROWS], n), "");
    if (number(source, SOURCE_FAILED_POLLS) > 0)
        add(p, tr("failed in a row:"), cell_plain(&source->cells[SOURCE_FAILED_POLLS], n), "");
    tell_next(p, source, now_ms);
    put_line(p, sign.role);
    add_text(p, source, SOURCE_REMARK);
    put_line(p, ROLE_WARN);
}

static void tell_trouble(struct page *p, const struct row *source, int64_t now_ms)
{
    const char *trouble = sources_detail_trouble(source), *advice = sources_detail_advice(source);
    char n[CELL_MAX];

    if (value_known(&source->cells[SOURCE_LAST_ERROR])) {
        buf_printf(&p->text, NULL,
                   trouble != NULL ? tr("wrong %s ago: it %s: ") : tr("was wrong %s ago, and is well again: %s"),
                   cell_since(&source->cells[SOURCE_LAST_ERROR_AT], now_ms, n), trouble != NULL ? trouble : "");
        text_show(value_text_or(&source->cells[SOURCE_LAST_ERROR], ""), -1, &p->text);
        put_line(p, trouble != NULL ? ROLE_WARN : ROLE_DIM);
    }
    if (trouble != NULL && value_known(&source->cells[SOURCE_HINT])) {
        buf_puts(&p->text, tr("hint: "), NULL);
        text_show(value_text_or(&source->cells[SOURCE_HINT], ""), -1, &p->text);
        put_line(p, ROLE_TEXT);
    }
    if (advice != NULL) {
        buf_printf(&p->text, NULL, tr("what to do: %s"), advice);
        put_line(p, ROLE_KEY);
    }
}

/* "jobs=4455", "nodes=120@2026-11-21T03:12:07Z" */
static void add_kind(struct page *p, struct safe_text member, int64_t ok_ms, int64_t now_ms)
{
    struct safe_text name, rows;
    struct value ok = value_time(ok_ms), at = {0};
    char kind[64], count[CELL_MAX], iso[64], age[CELL_MAX];
    int64_t at_ms;

    if (!text_split(&member, '=', &name) || !text_split(&member, '@', &rows))
        return;
    if (!text_empty(member) && clock_parse_iso(text_show_in(member, iso, sizeof iso), &at_ms, NULL))
        at = value_time(at_ms);
    buf_printf(&p->text, NULL, "  %s %s (%s)", tr(text_show_in(name, kind, sizeof kind)),
               text_show_in(rows, count, sizeof count), cell_since(value_known(&at) ? &at : &ok, now_ms, age));
}

static void tell_kinds(struct page *p, const struct row *source, int64_t now_ms)
{
    struct safe_text rest = value_text_or(&source->cells[SOURCE_TELLS], ""), member;

    if (text_empty(rest))
        return;
    buf_puts(&p->text, tr("tells of (rows, age):"), NULL);
    while (value_list_next(&rest, &member))
        add_kind(p, member, time_of(source, SOURCE_LAST_OK_AT), now_ms);
    put_line(p, ROLE_TEXT);
}

static void tell_counts(struct page *p, const struct row *source)
{
    static const struct {
        const char *word;
        int field;
    } counts[] = {
        {N_("requests"), SOURCE_REQUESTS},
        {N_("bytes"), SOURCE_BYTES},
        {N_("unchanged (304)"), SOURCE_UNCHANGED},
        {N_("polls that failed"), SOURCE_ERRORS},
        {N_("answers dropped"), SOURCE_BODIES_DROPPED},
        {N_("bytes not UTF-8"), SOURCE_BAD_BYTES},
        {N_("keys twice"), SOURCE_DUPLICATE_KEYS},
    };
    const struct value *skew = &source->cells[SOURCE_SKEW_S];
    struct value size = value_real(fabs(value_real_or(skew, 0)));
    char n[CELL_MAX];

    if (!value_known(&source->cells[SOURCE_REQUESTS]))
        return;
    buf_puts(&p->text, tr("since the collector started:"), NULL);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        add(p, tr(counts[i].word), cell_short(&source->cells[counts[i].field], n), "");
    put_line(p, ROLE_TEXT);
    if (!value_known(skew))
        return;
    if (fabs(value_real_or(skew, 0)) < 1)
        buf_puts(&p->text, tr("its clock is ours, within a second"), NULL);
    else
        buf_printf(&p->text, NULL,
                   value_real_or(skew, 0) > 0 ? tr("its clock is %s ahead of ours") : tr("its clock is %s behind ours"),
                   cell_span(&size, n));
    put_line(p, fabs(value_real_or(skew, 0)) > SKEW_WARN_S ? ROLE_WARN : ROLE_TEXT);
}

void sources_detail_draw(const struct row *source, int64_t now_ms, struct canvas *c, struct area area)
{
    struct buf title = buf_make(STORY_BYTES);
    struct page p = {.canvas = c, .text = buf_make(STORY_BYTES)};

    buf_printf(&title, NULL, "%s ", tr("source"));
    text_show(source->id, area.width > 24 ? area.width - 24 : 1, &title);
    p.in = canvas_box(c, area, buf_str(&title), tr("d closes"));
    if (p.in.height > 0 && p.in.width > 4) {
        tell_what(&p, source);
        tell_how(&p, source, now_ms);
        tell_trouble(&p, source, now_ms);
        tell_kinds(&p, source, now_ms);
        tell_counts(&p, source);
    }
    buf_release(&title);
    buf_release(&p.text);
}
