#include "domain/wait.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "domain/state.h"

static const struct {
    const char *code, *brief, *words;
} whys[WAIT_WHYS] = {
    [WAIT_RESOURCES] = {"resources", N_("nothing free"), N_("nothing free that fits")},
    [WAIT_PRIORITY] = {"priority", N_("others first"), N_("others come first by priority")},
    [WAIT_QUOTA] = {"quota", N_("quota used up"), N_("a quota of its user, account or QOS is used up")},
    [WAIT_TOO_MUCH] = {"too_much", N_("asks too much"), N_("asks for more than its queue or quota ever gives")},
    [WAIT_DEPENDENCY] = {"dependency", N_("after other job"), N_("waits for another job")},
    [WAIT_NEVER] = {"never", N_("never starts"), N_("what it depends on failed: it never starts")},
    [WAIT_HELD_USER] = {"held_user", N_("held by user"), N_("held by its user")},
    [WAIT_HELD_ADMIN] = {"held_admin", N_("held by admin"), N_("held by an administrator")},
    [WAIT_HELD] = {"held", N_("held"), N_("held, nobody says by whom")},
    [WAIT_NODES] = {"nodes", N_("nodes away"), N_("nodes that it needs are down, drained or reserved")},
    [WAIT_QUEUE] = {"queue", N_("queue closed"), N_("its queue starts nothing")},
    [WAIT_RESERVATION] = {"reservation", N_("reservation"), N_("waits for its reservation")},
    [WAIT_BEGIN] = {"begin", N_("starts later"), N_("not before a time that was asked for")},
    [WAIT_LICENSES] = {"licenses", N_("no licence"), N_("no licence is free")},
    [WAIT_ARRAY] = {"array", N_("array limit"), N_("as many tasks of its array run as may")},
    [WAIT_PREPARED] = {"prepared", N_("being set up"), N_("its nodes or data are being made ready")},
    [WAIT_FAILED] = {"failed", N_("start failed"), N_("its start failed")},
    [WAIT_OTHER] = {"other", N_("other reason"), N_("another reason of its scheduler")},
    [WAIT_UNSAID] = {"unsaid", N_("not said"), N_("nobody says why")},
};

/* Slurm's words by what they begin with and what they hold; the first that fits counts. */
static const struct {
    const char *head, *inside;
    enum wait_why why;
} reasons[] = {
    {"Resources", "", WAIT_RESOURCES},
    {"Priority", "", WAIT_PRIORITY},
    {"DependencyNeverSatisfied", "", WAIT_NEVER},
    {"Dependency", "", WAIT_DEPENDENCY},
    {"JobHeldUser", "", WAIT_HELD_USER},
    {"JobHeldAdmin", "", WAIT_HELD_ADMIN},
    {"JobHoldMaxRequeue", "", WAIT_FAILED},
    {"QOSMin", "", WAIT_TOO_MUCH},
    {"QOSNotAllowed", "", WAIT_TOO_MUCH},
    {"QOSTimeLimit", "", WAIT_TOO_MUCH},
    {"QOS", "PerJob", WAIT_TOO_MUCH},
    {"QOS", "PerNode", WAIT_TOO_MUCH},
    {"QOS", "", WAIT_QUOTA},
    {"Assoc", "PerJob", WAIT_TOO_MUCH},
    {"AssociationTimeLimit", "", WAIT_TOO_MUCH},
    {"Assoc", "", WAIT_QUOTA},
    {"MaxMemPerLimit", "", WAIT_TOO_MUCH},
    {"PartitionNodeLimit", "", WAIT_TOO_MUCH},
    {"PartitionTimeLimit", "", WAIT_TOO_MUCH},
    {"BadConstraints", "", WAIT_TOO_MUCH},
    {"AccountNotAllowed", "", WAIT_TOO_MUCH},
    {"InvalidAccount", "", WAIT_TOO_MUCH},
    {"InvalidQOS", "", WAIT_TOO_MUCH},
    {"Partition", "", WAIT_QUEUE},
    {"ReqNodeNotAvail", "", WAIT_NODES},
    {"NodeDown", "", WAIT_NODES},
    {"FrontEndDown", "", WAIT_NODES},
    {"Nodes required", "", WAIT_NODES},
    {"ReservationDeleted", "", WAIT_NEVER},
    {"Reservation", "", WAIT_RESERVATION},
    {"BeginTime", "", WAIT_BEGIN},
    {"Licenses", "", WAIT_LICENSES},
    {"JobArrayTaskLimit", "", WAIT_ARRAY},
    {"Cleaning", "", WAIT_PREPARED},
    {"Prolog", "", WAIT_PREPARED},
    {"BurstBuffer", "", WAIT_PREPARED},
    {"SchedDefer", "", WAIT_PREPARED},
    {"JobLaunchFailure", "", WAIT_FAILED},
    {"SystemFailure", "", WAIT_FAILED},
    {"launch failed", "", WAIT_FAILED},
    {"NonZeroExitCode", "", WAIT_FAILED},
    {"RaisedSignal", "", WAIT_FAILED},
};

static const struct {
    const char *word;
    double ms;
} rings[WAIT_RINGS] = {
    [WAIT_RING_1] = {"1", 1},    [WAIT_RING_3] = {"3", 3},     [WAIT_RING_5] = {"5", 5},
    [WAIT_RING_20] = {"20", 20}, [WAIT_RING_ANY] = {"any", 0}, [WAIT_RING_FIXED] = {"fixed", 0},
};

enum { MEMBER_BYTES = 64 };

enum wait_why wait_why_of(const struct row *job)
{
    struct safe_text said = value_text_or(&job->cells[JOB_REASON], "");
    bool held = state_job(value_text_or(&job->cells[JOB_STATE], "")) == JOB_HELD;

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (text_begins(said, text_of(reasons[i].head)) && text_contains(said, text_of(reasons[i].inside), false))
            return reasons[i].why;
    return held ? WAIT_HELD : text_empty(said) ? WAIT_UNSAID : WAIT_OTHER;
}

const char *wait_short(enum wait_why why)
{
    return tr(whys[why].brief);
}

const char *wait_words(enum wait_why why)
{
    return tr(whys[why].words);
}

enum wait_ring wait_ring_of(const struct row *job)
{
    const struct value *movable = &job->cells[JOB_MOVABLE];
    double ms = value_real_or(&job->cells[JOB_LATENCY_MS_MAX], NAN);
    enum wait_ring ring = WAIT_RING_FIXED;

    if (value_known(movable) && value_int_or(movable, 1) == 0)
        return WAIT_RING_FIXED;
    if (isnan(ms))
        return WAIT_RING_ANY;
    for (int i = WAIT_RING_1; i <= WAIT_RING_20; i++)
        if (ms >= rings[i].ms)
            ring = (enum wait_ring)i;
    return ring;
}

double wait_ring_ms(enum wait_ring ring)
{
    return rings[ring].ms;
}

/* --- counts --- */

static void add(int64_t *sum, int64_t n)
{
    if (__builtin_add_overflow(*sum, n, sum))
        *sum = INT64_MAX;
}

void wait_count(struct wait_counts *w, const struct row *job, int64_t jobs)
{
    add(&w->why[wait_why_of(job)], jobs);
    add(&w->ring[wait_ring_of(job)], jobs);
}

size_t wait_order(const struct wait_counts *w, enum wait_why out[WAIT_WHYS])
{
    size_t n = 0;

    for (int i = 0; i < WAIT_WHYS; i++) {
        size_t at = n;

        if (w->why[i] <= 0)
            continue;
        for (; at > 0 && w->why[out[at - 1]] < w->why[i]; at--)
            out[at] = out[at - 1];
        out[at] = (enum wait_why)i;
        n++;
    }
    return n;
}

/* --- as lists --- */

static void put(const char *word, int64_t n, struct buf *out)
{
    struct buf member = buf_make(MEMBER_BYTES);

    buf_printf(&member, NULL, "%s:%lld", word, (long long)n);
    value_list_add(out, text_from(buf_str(&member), member.len), NULL);
    buf_release(&member);
}

void wait_put_whys(const struct wait_counts *w, struct buf *out)
{
    enum wait_why order[WAIT_WHYS];
    size_t n = wait_order(w, order);

    for (size_t i = 0; i < n; i++)
        put(whys[order[i]].code, w->why[order[i]], out);
}

void wait_put_rings(const struct wait_counts *w, struct buf *out)
{
    for (int i = 0; i < WAIT_RINGS; i++)
        if (w->ring[i] > 0)
            put(rings[i].word, w->ring[i], out);
}

/* The number behind the word of a member; -1 where it is none. */
static int64_t number_of(struct safe_text number)
{
    char digits[MEMBER_BYTES], *end;
    long long n = strtoll(text_show_in(number, digits, sizeof digits), &end, 10);

    return end != digits && *end == '\0' && n >= 0 ? n : -1;
}

static void take(struct wait_counts *w, struct safe_text member)
{
    struct safe_text word;
    int64_t n;

    if (!text_split(&member, ':', &word) || (n = number_of(member)) < 0)
        return;
    for (int i = 0; i < WAIT_WHYS; i++)
        if (text_is(word, whys[i].code))
            w->why[i] = n;
    for (int i = 0; i < WAIT_RINGS; i++)
        if (text_is(word, rings[i].word))
            w->ring[i] = n;
}

struct wait_counts wait_read(const struct row *queue)
{
    static const int lists[] = {QUEUE_WAITS, QUEUE_RINGS};
    struct wait_counts w = {{0}, {0}};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct safe_text rest = value_text_or(&queue->cells[lists[i]], ""), member;

        while (value_list_next(&rest, &member))
            take(&w, member);
    }
    return w;
}
