#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/link.h"
#include "domain/link_reason.h"
#include "domain/thresholds.h"

enum {
    RECENT_MAX = 64, /* of 5 minutes; a link that is polled more often is judged by its newest ones */
    FIVE_MIN_MS = 5 * 60 * 1000,
    NEAR_POLLS = 2, /* below 20 polls p95 is the highest one: a single one must not warn */
    REASON_MAX = 96,
    REASONS_MAX = 9,
    WHY_MAX = 256,
    TREND_POLLS = 4, /* fewer say nothing about a direction */
};

static const double trend_share = 0.1; /* more than jitter moves a mean */

/* An unbroken run of polls in which something held. */
struct run {
    int64_t since_ms, last_ms;
    unsigned polls;
};

struct sample {
    int64_t at_ms;
    double delay_ms;
};

struct link_watch {
    const struct thresholds *limits;
    struct sample recent[RECENT_MAX]; /* a ring: the oldest at `first` */
    size_t first, count;
    int64_t polled_ms;
    bool heard; /* there was a poll since this began */
    bool remembered;
    double contract_ms; /* that the runs below are about; 0: none */
    struct run over, below, detour, full;
    bool is_over; /* its contract was broken, and does not hold again yet */
    bool has_severity;
    enum severity severity;
    int64_t since_ms;
    enum severity carried; /* until the first poll after a restart: what was so before it */
    char why[WHY_MAX];
    struct buf reasons;
};

struct link_watch *link_watch_new(const struct thresholds *t)
{
    struct link_watch *w = mem_new(1, sizeof *w);

    w->limits = t;
    w->reasons = buf_make(REASONS_MAX * REASON_MAX);
    return w;
}

void link_watch_free(struct link_watch *w)
{
    if (w != NULL)
        buf_release(&w->reasons);
    free(w);
}

void link_watch_remember(struct link_watch *w, const struct row *link)
{
    const struct value *since = &link->cells[LINK_SINCE];

    w->severity = link_severity(link);
    w->has_severity = w->remembered = true;
    w->carried = w->severity;
    w->since_ms = value_int_or(since, link->since_ms);
    w->polled_ms = link->observed_ms;
}

/* --- what a poll adds --- */

static double real_of(const struct row *link, int field)
{
    return value_real_or(&link->cells[field], NAN);
}

/* A limit that is not above 0 is none. */
static double limit_of(const struct row *link, int field)
{
    double limit = real_of(link, field);

    return limit > 0 ? limit : NAN;
}

static void run_poll(struct run *r, bool holds, int64_t ms)
{
    if (!holds || ms - r->last_ms > FIVE_MIN_MS)
        r->polls = 0;
    if (!holds)
        return;
    if (r->polls++ == 0)
        r->since_ms = ms;
    r->last_ms = ms;
}

static bool run_lasted(const struct run *r, int64_t ms)
{
    return r->polls > 0 && r->last_ms - r->since_ms >= ms;
}

/* What held already before a restart needs no time to prove it again. */
static void run_carry(struct run *r, int64_t ms)
{
    r->since_ms = r->last_ms - ms;
}

static void trim(struct link_watch *w, int64_t ms)
{
    while (w->count > 0 && (w->count == RECENT_MAX || ms - w->recent[w->first].at_ms >= FIVE_MIN_MS)) {
        w->first = (w->first + 1) % RECENT_MAX;
        w->count--;
    }
}

static void push(struct link_watch *w, double delay, int64_t ms)
{
    w->recent[(w->first + w->count) % RECENT_MAX] = (struct sample){ms, delay};
    w->count++;
}

/* A wall clock that was set back: what was before stands, as if just before this poll. */
static void move_back(struct link_watch *w, int64_t by_ms)
{
    struct run *runs[] = {&w->over, &w->below, &w->detour, &w->full};

    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        runs[i]->since_ms -= by_ms;
        runs[i]->last_ms -= by_ms;
    }
    for (size_t i = 0; i < w->count; i++)
        w->recent[(w->first + i) % RECENT_MAX].at_ms -= by_ms;
}

/* Another promise: what was found about the former one says nothing. */
static void meet_contract(struct link_watch *w, double contract)
{
    double known = isnan(contract) ? 0 : contract;

    if (known >= w->contract_ms && known <= w->contract_ms)
        return;
    w->contract_ms = known;
    w->over = w->below = (struct run){0};
    w->is_over = false;
}

static double near_share(const struct link_watch *w)
{
    return thresholds_at(w->limits, THRESHOLD_DELAY_NEAR_PCT) / 100;
}

static int64_t count_of(const struct row *link, int field)
{
    int64_t n = value_int_or(&link->cells[field], -1);

    return n < 0 || n > 1000000 ? -1 : n;
}

/* So few of its paths are lit that this alone is critical. */
static bool few_lit(const struct link_watch *w, const struct row *link)
{
    int64_t all = count_of(link, LINK_PATHS), lit = count_of(link, LINK_PATHS_LIT);
    double limit = thresholds_at(w->limits, THRESHOLD_LIT_CRIT_PCT);

    return lit >= 0 && lit < all && (lit == 0 || lit == 1 || (double)lit * 100 <= limit * (double)all);
}

static void poll_delay(struct link_watch *w, const struct row *link, double delay, int64_t ms)
{
    double contract = limit_of(link, LINK_RING_CONTRACT_MS);
    double near = near_share(w) * contract;

    meet_contract(w, contract);
    push(w, delay, ms);
    run_poll(&w->over, delay > contract, ms);
    run_poll(&w->below, delay < near, ms);
    run_poll(&w->detour, delay > link_usual_max_ms(link, w->limits), ms);
    if (w->over.polls >= thresholds_at(w->limits, THRESHOLD_DELAY_OVER_POLLS) ||
        (w->carried == SEVERITY_CRIT && delay >= near))
        w->is_over = true;
    if (run_lasted(&w->below, thresholds_int(w->limits, THRESHOLD_DELAY_CLEAR_FOR)) && !few_lit(w, link))
        w->is_over = false;
    if (w->carried == SEVERITY_WARN && w->detour.polls > 0)
        run_carry(&w->detour, thresholds_int(w->limits, THRESHOLD_BASELINE_FOR));
}

static void poll(struct link_watch *w, const struct row *link, int64_t ms)
{
    double delay = link_delay_ms(link);
    double used = real_of(link, LINK_USED_PCT);

    if (ms <= 0 || ms == w->polled_ms)
        return;
    if (!w->heard && ms - w->polled_ms > FIVE_MIN_MS)
        w->carried = SEVERITY_OK;
    if (ms < w->polled_ms)
        move_back(w, w->polled_ms + 1 - ms);
    trim(w, ms);
    if (isfinite(delay) && !link_is_impossible(link, delay))
        poll_delay(w, link, delay, ms);
    if (isfinite(used))
        run_poll(&w->full, used >= thresholds_at(w->limits, THRESHOLD_USED_CRIT_PCT), ms);
    if (w->carried == SEVERITY_CRIT && w->full.polls > 0)
        run_carry(&w->full, thresholds_int(w->limits, THRESHOLD_USED_FOR));
    w->polled_ms = ms;
    w->heard = true;
    w->carried = SEVERITY_OK;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Nearest-rank; NAN without any. */
static double p95_of(const struct link_watch *w)
{
    double sorted[RECENT_MAX];

    for (size_t i = 0; i < w->count; i++)
        sorted[i] = w->recent[(w->first + i) % RECENT_MAX].delay_ms;
    if (w->count == 0)
        return NAN;
    qsort(sorted, w->count, sizeof *sorted, by_value);
    return sorted[(95 * w->count + 99) / 100 - 1];
}

static double mean_of(const struct link_watch *w, size_t from, size_t to)
{
    double sum = 0;

    for (size_t i = from; i < to; i++)
        sum += w->recent[(w->first + i) % RECENT_MAX].delay_ms;
    return sum / (double)(to - from);
}

/* The newer half of five minutes against the older one; none: it stays, or too little is known. */
static struct value trend_of(const struct link_watch *w)
{
    double before, after;

    if (w->count < TREND_POLLS)
        return value_none();
    before = mean_of(w, 0, w->count / 2);
    after = mean_of(w, w->count / 2, w->count);
    if (after > before * (1 + trend_share))
        return value_text(text_of("rising"));
    return after < before * (1 - trend_share) ? value_text(text_of("falling")) : value_none();
}

static size_t count_over(const struct link_watch *w, double limit)
{
    size_t n = 0;

    for (size_t i = 0; i < w->count; i++)
        n += w->recent[(w->first + i) % RECENT_MAX].delay_ms > limit;
    return n;
}

/* --- judging --- */

struct reason {
    enum severity severity;
    char member[REASON_MAX]; /* of LINK_REASONS */
};

struct look {
    const struct row *link;
    const struct link_watch *w;
    double delay; /* the newest of 5 minutes; NAN: none */
    double p95, contract;
    struct reason reasons[REASONS_MAX];
    size_t count;
};

static double limit_at(const struct look *l, enum threshold which)
{
    return thresholds_at(l->w->limits, which);
}

static void reason(struct look *l, enum severity severity, enum link_reason what)
{
    struct reason *r = &l->reasons[l->count++];

    r->severity = severity;
    snprintf(r->member, REASON_MAX, "%s", link_reason_code(what));
}

static void reason_of_two(struct look *l, enum severity severity, enum link_reason what, const char *a, const char *b)
{
    struct reason *r = &l->reasons[l->count++];

    r->severity = severity;
    snprintf(r->member, REASON_MAX, "%s %s %s", link_reason_code(what), a, b);
}

/* A value and its limit, with the sign between them. */
static void reason_of_limit(struct look *l, enum severity severity, enum link_reason what, const struct link_numbers *n)
{
    struct reason *r = &l->reasons[l->count++];

    r->severity = severity;
    snprintf(r->member, REASON_MAX, "%s %s %s %s", link_reason_code(what), n->value, n->sign, n->limit);
}

static void judge_word(struct look *l)
{
    if (text_is(value_text_or(&l->link->cells[LINK_STATE], ""), "down"))
        reason(l, SEVERITY_CRIT, LINK_REASON_DOWN);
}

static void judge_contract(struct look *l)
{
    struct link_numbers p = link_numbers(l->delay, l->contract);
    double near = near_share(l->w) * l->contract;

    if (isnan(l->delay) || isnan(l->contract))
        return;
    if (l->w->is_over) {
        bool still = l->delay > l->contract;
        reason_of_two(l, SEVERITY_CRIT, still ? LINK_REASON_OVER : LINK_REASON_WAS_OVER, p.value, p.limit);
    } else if (l->p95 > near && count_over(l->w, near) >= NEAR_POLLS) {
        p = link_numbers(l->p95, near);
        reason_of_two(l, SEVERITY_WARN, LINK_REASON_NEAR, p.value, link_number(l->contract, p.limit));
    }
}

static void judge_paths(struct look *l)
{
    int64_t all = count_of(l->link, LINK_PATHS), lit = count_of(l->link, LINK_PATHS_LIT);
    char of[2][LINK_NUMBER_MAX];
    bool few = few_lit(l->w, l->link);

    if (lit < 0 || (lit > 0 && lit >= all))
        return;
    if (all <= 0) {
        reason(l, SEVERITY_CRIT, LINK_REASON_DARK);
        return;
    }
    snprintf(of[0], sizeof of[0], "%d", (int)lit);
    snprintf(of[1], sizeof of[1], "%d", (int)all);
    reason_of_two(l, few ? SEVERITY_CRIT : SEVERITY_WARN, LINK_REASON_LIT, of[0], of[1]);
}

static void judge_loss(struct look *l)
{
    double loss = real_of(l->link, LINK_LOSS_PCT);
    double warn = limit_at(l, THRESHOLD_LOSS_WARN_PCT), most = limit_at(l, THRESHOLD_LOSS_CRIT_PCT);
    bool crit = loss >= most;
    struct link_numbers p = link_numbers(loss, crit ? most : warn);

    if (loss >= 100)
        reason(l, SEVERITY_CRIT, LINK_REASON_LOST);
    else if (loss >= warn)
        reason_of_limit(l, crit ? SEVERITY_CRIT : SEVERITY_WARN, LINK_REASON_LOSS, &p);
}

static void judge_use(struct look *l)
{
    double used = real_of(l->link, LINK_USED_PCT);
    double warn = limit_at(l, THRESHOLD_USED_WARN_PCT), most = limit_at(l, THRESHOLD_USED_CRIT_PCT);
    bool crit = used >= most && run_lasted(&l->w->full, thresholds_int(l->w->limits, THRESHOLD_USED_FOR));
    struct link_numbers p = link_numbers(used, crit ? most : warn);

    if (used >= warn)
        reason_of_limit(l, crit ? SEVERITY_CRIT : SEVERITY_WARN, LINK_REASON_USED, &p);
}

/* N-1. Where use alone warns it says enough, and a link of one path never had another. */
static void judge_spare(struct look *l)
{
    double used = real_of(l->link, LINK_USED_PCT), limit = limit_at(l, THRESHOLD_N1_PCT);
    int64_t all = count_of(l->link, LINK_PATHS), lit = count_of(l->link, LINK_PATHS_LIT);
    double then = lit > 1 ? used * (double)lit / (double)(lit - 1) : NAN;
    struct link_numbers p = link_numbers(then, limit);

    if (all > 1 && then > limit && used < limit_at(l, THRESHOLD_USED_WARN_PCT))
        reason_of_two(l, SEVERITY_WARN, LINK_REASON_N1, p.value, p.limit);
}

static void judge_baseline(struct look *l)
{
    double baseline = real_of(l->link, LINK_BASELINE_MS);
    char usual[LINK_NUMBER_MAX], now[LINK_NUMBER_MAX];

    if (l->delay > link_usual_max_ms(l->link, l->w->limits) &&
        run_lasted(&l->w->detour, thresholds_int(l->w->limits, THRESHOLD_BASELINE_FOR)))
        reason_of_two(l, SEVERITY_WARN, LINK_REASON_USUAL, link_number(baseline, usual), link_number(l->delay, now));
}

static void judge_value(struct look *l)
{
    double now = link_delay_ms(l->link), least = value_real_or(&l->link->cells[LINK_PHYSICAL_MIN_MS], 0);
    struct link_numbers p = link_numbers(now, least);

    if (link_is_impossible(l->link, now))
        reason_of_two(l, SEVERITY_NOTICE, LINK_REASON_BELOW, p.value, p.limit);
}

static void judge_promise(struct look *l)
{
    struct link_numbers p = link_numbers(l->contract, real_of(l->link, LINK_PHYSICAL_MIN_MS));

    if (link_is_impossible(l->link, l->contract))
        reason_of_two(l, SEVERITY_NOTICE, LINK_REASON_NEVER, p.value, p.limit);
}

/* Each finds at most one reason; in this order among those of one severity. */
static void (*const judges[])(struct look *l) = {judge_word,  judge_contract, judge_paths, judge_loss,   judge_use,
                                                 judge_spare, judge_baseline, judge_value, judge_promise};
_Static_assert(sizeof judges / sizeof judges[0] == REASONS_MAX, "room for a reason of each");

static void judge(struct look *l)
{
    for (size_t i = 0; i < REASONS_MAX; i++)
        judges[i](l);
}

static bool anything_known(const struct look *l)
{
    return isfinite(l->delay) || isfinite(link_delay_ms(l->link)) || isfinite(real_of(l->link, LINK_LOSS_PCT)) ||
           isfinite(real_of(l->link, LINK_USED_PCT)) || count_of(l->link, LINK_PATHS_LIT) >= 0 ||
           (l->count > 0 && l->reasons[0].severity == SEVERITY_CRIT);
}

static enum severity worst(const struct look *l)
{
    enum severity worst = SEVERITY_OK;

    for (size_t i = 0; i < l->count; i++)
        worst = l->reasons[i].severity > worst ? l->reasons[i].severity : worst;
    return anything_known(l) ? worst : SEVERITY_UNKNOWN;
}

/* All reasons that fit, whole ones only. */
static void write_reason(struct link_watch *w, const struct reason *r)
{
    struct buf text = buf_make(WHY_MAX);
    size_t len = strlen(w->why);

    link_reason_put(r->member, true, &text);
    if (len + text.len + 2 < WHY_MAX) {
        snprintf(w->why + len, WHY_MAX - len, "%s%s", len > 0 ? "; " : "", buf_str(&text));
        value_list_add(&w->reasons, text_of(r->member), NULL);
    }
    buf_release(&text);
}

static void write_why(const struct look *l, struct link_watch *w)
{
    w->why[0] = '\0';
    buf_clear(&w->reasons);
    for (int s = SEVERITY_CRIT; s > SEVERITY_OK; s--)
        for (size_t i = 0; i < l->count; i++)
            if ((int)l->reasons[i].severity == s)
                write_reason(w, &l->reasons[i]);
}

static const char *state_of(const struct row *link, enum severity severity)
{
    struct safe_text told = value_text_or(&link->cells[LINK_STATE], "");

    if (text_is(told, "down") || count_of(link, LINK_PATHS_LIT) == 0 || real_of(link, LINK_LOSS_PCT) >= 100)
        return "down";
    if (severity == SEVERITY_UNKNOWN)
        return text_is(told, "up") ? "up" : text_is(told, "degraded") ? "degraded" : "unknown";
    return severity == SEVERITY_WARN || severity == SEVERITY_CRIT ? "degraded" : "up";
}

static void set_severity(struct link_watch *w, struct row *link, enum severity severity, int64_t now_ms)
{
    static const char *const words[] = {[SEVERITY_OK] = "ok",
                                        [SEVERITY_NOTICE] = "notice",
                                        [SEVERITY_WARN] = "warn",
                                        [SEVERITY_CRIT] = "crit",
                                        [SEVERITY_UNKNOWN] = "unknown"};

    if (!w->has_severity || w->severity != severity || w->since_ms > now_ms)
        w->since_ms = now_ms;
    w->has_severity = true;
    w->severity = severity;
    link->cells[LINK_SEVERITY] = value_text(text_of(words[severity]));
    link->cells[LINK_SINCE] = severity == SEVERITY_UNKNOWN ? value_none() : value_time(w->since_ms);
}

void link_watch_judge(struct link_watch *w, struct row *link, int64_t sampled_ms, int64_t now_ms)
{
    struct look l = {.link = link, .w = w, .delay = NAN, .contract = limit_of(link, LINK_RING_CONTRACT_MS)};
    enum severity severity;

    poll(w, link, sampled_ms);
    if (w->remembered && !w->heard) {
        set_severity(w, link, w->severity, now_ms);
        return;
    }
    link->cells[LINK_WHY] = link->cells[LINK_REASONS] = link->cells[LINK_TREND] = value_none();
    if (text_is(value_text_or(&link->cells[LINK_STATE], ""), "planned")) {
        set_severity(w, link, SEVERITY_UNKNOWN, now_ms);
        return;
    }
    if (w->count > 0)
        l.delay = w->recent[(w->first + w->count - 1) % RECENT_MAX].delay_ms;
    l.p95 = p95_of(w);
    judge(&l);
    severity = worst(&l);
    write_why(&l, w);
    link->cells[LINK_ONE_WAY_P95_MS] = value_real(l.p95);
    link->cells[LINK_TREND] = trend_of(w);
    link->cells[LINK_STATE] = value_text(text_of(state_of(link, severity)));
    if (w->why[0] != '\0') {
        link->cells[LINK_WHY] = value_text(text_of(w->why));
        link->cells[LINK_REASONS] = value_list(text_from(buf_str(&w->reasons), w->reasons.len));
    }
    set_severity(w, link, severity, now_ms);
}
