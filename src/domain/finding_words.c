#include "domain/finding.h"

#include "base/clock.h"
#include "base/tr.h"

enum { COLUMNS = 78, NAME_COLUMNS = 24, SENTENCE_BYTES = 4096 };

/* Rules whose sentences say for how long, and which way it goes. */
static const bool tells_age[FINDING_ALERT + 1] = {
    [FINDING_SOURCE] = true, [FINDING_LINK] = true, [FINDING_HEAT] = true, [FINDING_RACK] = true};

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static struct safe_text text_in(const struct buf *b)
{
    return text_from(buf_str(b), b->len);
}

const char *finding_word(enum finding_what what)
{
    return what == FINDING_ALERT ? NC_("finding", "alert") : symptom_word((enum symptom_rule)what);
}

void finding_where(const struct finding *f, int columns, struct buf *out)
{
    static const int fields[] = {ALERT_WHERE, ALERT_CLUSTER};

    if (f->what != FINDING_ALERT) {
        symptom_where(&f->symptom, columns, out);
        return;
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!text_empty(cell(f->voice, fields[i]))) {
            text_show(cell(f->voice, fields[i]), columns, out);
            return;
        }
    text_show(f->voice->source, columns, out);
}

void finding_text(const struct finding *f, struct buf *out)
{
    if (f->what != FINDING_ALERT && !f->told_last)
        symptom_text(&f->symptom, out);
    else
        text_show(cell(f->voice, text_empty(cell(f->voice, ALERT_SUMMARY)) ? ALERT_NAME : ALERT_SUMMARY), -1, out);
}

/* --- the sentence --- */

/* Object and symptom; jobs are told apart from them. */
static void put_core(const struct finding *f, struct buf *out)
{
    struct symptom s = f->symptom;

    s.jobs = -1;
    if (f->what != FINDING_ALERT && !f->told_last) {
        symptom_sentence(&s, out);
        return;
    }
    finding_where(f, NAME_COLUMNS, out);
    buf_puts(out, ": ", NULL);
    finding_text(f, out);
}

static void put_course(const struct finding *f, struct buf *out)
{
    struct safe_text trend = f->voice != NULL ? cell(f->voice, ALERT_TREND) : text_of("");
    char age[CLOCK_TEXT_MAX];

    if (f->symptom.calm)
        return;
    if (f->what != FINDING_LINK && text_is(trend, "rising"))
        buf_puts(out, tr(" rising"), NULL);
    else if (f->what != FINDING_LINK && text_is(trend, "falling"))
        buf_puts(out, tr(" falling"), NULL);
    if ((f->told_last || !tells_age[f->what]) && f->age_ms >= 0)
        buf_printf(out, NULL, tr(" for %s"), clock_age(f->age_ms, age));
}

static void put_people(const struct finding *f, struct buf *out)
{
    char n[VALUE_GROUPED_MAX];

    if (f->jobs <= 0 || !f->counted)
        return;
    if (f->tenants > 0)
        buf_printf(out, NULL, f->tenants == 1 ? tr(", %s tenant") : tr(", %s tenants"), value_grouped(f->tenants, n));
    else if (f->users > 0)
        buf_printf(out, NULL, f->users == 1 ? tr(", %s user") : tr(", %s users"), value_grouped(f->users, n));
}

static void put_jobs(const struct finding *f, struct buf *out)
{
    char jobs[VALUE_GROUPED_MAX];

    if (f->jobs <= 0)
        return;
    value_grouped(f->jobs, jobs);
    if (f->counted)
        buf_printf(out, NULL, f->jobs == 1 ? tr("; %s job") : tr("; %s jobs"), jobs);
    else if (f->what == FINDING_QUEUE || f->what == FINDING_NODES)
        buf_printf(out, NULL, tr("; %s jobs waiting"), jobs);
}

/* Clauses while they leave room for `after`. */
static void put_rest(struct safe_text rest, int room, struct buf *out)
{
    struct safe_text clause;

    while (!text_empty(rest) && text_split(&rest, ';', &clause)) {
        if (text_width(text_in(out)) + 1 + text_width(clause) > room)
            return;
        buf_putc(out, ';', NULL);
        text_show(clause, -1, out);
    }
}

static void put_owner(const struct finding *f, struct buf *out)
{
    struct buf clause = buf_make(SENTENCE_BYTES), who = buf_make(SENTENCE_BYTES);

    text_show(cell(f->alert, ALERT_ACKED_BY), NAME_COLUMNS, &who);
    buf_printf(&clause, NULL, tr("; acked by %s"), buf_str(&who));
    if (text_width(text_in(out)) + text_width(text_in(&clause)) <= COLUMNS)
        buf_puts(out, buf_str(&clause), NULL);
    buf_release(&clause);
    buf_release(&who);
}

void finding_sentence(const struct finding *f, struct buf *out)
{
    struct buf core = buf_make(SENTENCE_BYTES), course = buf_make(SENTENCE_BYTES), jobs = buf_make(SENTENCE_BYTES);
    struct buf people = buf_make(SENTENCE_BYTES), b = buf_make(SENTENCE_BYTES);
    struct safe_text rest, head = {0};

    put_core(f, &core);
    put_course(f, &course);
    put_jobs(f, &jobs);
    put_people(f, &people);
    rest = text_in(&core);
    text_split(&rest, ';', &head);
    int used = text_width(head) + text_width(text_in(&course)) + text_width(text_in(&jobs));
    if (used + text_width(text_in(&people)) <= COLUMNS) /* otherwise for how long is worth more */
        buf_puts(&jobs, buf_str(&people), NULL);
    int room = COLUMNS - text_width(text_in(&jobs));
    text_show(head, room - text_width(text_in(&course)), &b);
    buf_puts(&b, buf_str(&course), NULL);
    put_rest(rest, room, &b);
    buf_puts(&b, buf_str(&jobs), NULL);
    if (f->acked)
        put_owner(f, &b);
    text_show(text_in(&b), COLUMNS, out);
    buf_release(&core);
    buf_release(&course);
    buf_release(&jobs);
    buf_release(&people);
    buf_release(&b);
}
