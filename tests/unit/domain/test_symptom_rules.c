#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/domain/symptom_kit.h"
#include "unit/domain/tell_kit.h"
#include "zh.h"

enum { SOME = 6 };
static const int64_t now = INT64_C(1795230000000);

struct world {
    struct row sources[SOME], schedulers[SOME], queues[SOME], links[SOME];
    struct verdict_facts facts;
};

static void begin(struct world *w)
{
    *w = (struct world){0};
    w->facts = (struct verdict_facts){
        .sources = w->sources, .schedulers = w->schedulers, .queues = w->queues, .links = w->links, .now_ms = now};
}

static struct row *add_source(struct world *w, const char *id, const char *state, int64_t silent_s)
{
    struct row *row = &w->sources[w->facts.n_sources++];

    *row = (struct row){.kind = KIND_SOURCE, .id = text_of(id)};
    row->cells[SOURCE_STATE] = value_text(text_of(state));
    row->cells[SOURCE_INTERVAL_S] = value_int(10);
    if (silent_s >= 0)
        row->cells[SOURCE_LAST_OK_AT] = value_time(now - silent_s * 1000);
    return row;
}

static struct row *add_scheduler(struct world *w, const char *id, const char *source, const char *cluster)
{
    struct row *row = &w->schedulers[w->facts.n_schedulers++];

    *row = (struct row){.kind = KIND_SCHEDULER, .id = text_of(id), .source = text_of(source)};
    row->cells[SCHEDULER_STATE] = value_text(text_of("up"));
    if (cluster != NULL)
        row->cells[SCHEDULER_CLUSTER] = value_text(text_of(cluster));
    return row;
}

static void set_jobs(struct row *scheduler, int64_t running, int64_t waiting)
{
    scheduler->cells[SCHEDULER_JOBS_RUNNING] = value_int(running);
    scheduler->cells[SCHEDULER_JOBS_WAITING] = value_int(waiting);
}

static void set_nodes(struct row *scheduler, int64_t total, int64_t down)
{
    scheduler->cells[SCHEDULER_NODES_TOTAL] = value_int(total);
    scheduler->cells[SCHEDULER_NODES_DOWN] = value_int(down);
}

static struct row *add_queue(struct world *w, const char *id, const char *source, int64_t p95_s, int64_t promised_s,
                             int64_t waiting)
{
    struct row *row = &w->queues[w->facts.n_queues++];

    *row = (struct row){.kind = KIND_QUEUE, .id = text_of(id), .source = text_of(source)};
    row->cells[QUEUE_WAIT_P95_S] = value_int(p95_s);
    row->cells[QUEUE_SLO_S] = value_int(promised_s);
    if (waiting >= 0)
        row->cells[QUEUE_WAITING] = value_int(waiting);
    return row;
}

static struct row *add_link(struct world *w, const char *id, const char *source, const char *severity, const char *why)
{
    struct row *row = &w->links[w->facts.n_links++];

    *row = (struct row){.kind = KIND_LINK, .id = text_of(id), .source = text_of(source)};
    row->cells[LINK_SEVERITY] = value_text(text_of(severity));
    row->cells[LINK_WHY] = value_text(text_of(why));
    return row;
}

/* The list in lines: "crit source ams jobs=12 age=300: text | sentence". */
static const char *told(const struct world *w, char *out, size_t size)
{
    struct symptom_list l = kit_symptoms(&w->facts);
    struct buf b = buf_make(size - 1);

    for (size_t i = 0; i < l.count; i++) {
        const struct symptom *f = &l.all[i];
        buf_printf(&b, NULL, "%s %s ", f->severity == SEVERITY_CRIT ? "crit" : "warn", symptom_word(f->rule));
        text_show(f->row->id, -1, &b);
        buf_printf(&b, NULL, " jobs=%lld age=%lld: ", (long long)f->jobs,
                   (long long)(f->age_ms < 0 ? -1 : f->age_ms / 1000));
        symptom_text(f, &b);
        buf_puts(&b, " | ", NULL);
        symptom_sentence(f, &b);
        buf_putc(&b, '\n', NULL);
    }
    memcpy(out, buf_str(&b), b.len + 1);
    buf_release(&b);
    symptom_list_release(&l);
    return out;
}

static void is(const struct world *w, const char *want)
{
    char have[8192];

    assert_string_equal(told(w, have, sizeof have), want);
    struct symptom_list l = kit_symptoms(&w->facts);
    kit_tell_again(&l);
    symptom_list_release(&l);
}

static void order_is(const struct world *w, const char *want)
{
    struct symptom_list l = kit_symptoms(&w->facts);
    struct buf b = buf_make(1024);

    for (size_t i = 0; i < l.count; i++) {
        buf_puts(&b, i > 0 ? " " : "", NULL);
        text_show(l.all[i].row->id, -1, &b);
        buf_printf(&b, NULL, ":%s", symptom_word(l.all[i].rule));
    }
    assert_string_equal(buf_str(&b), want);
    buf_release(&b);
    symptom_list_release(&l);
}

/* --- sources --- */

static void who_answers_and_who_is_switched_off_is_nothing(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "fra", "live", 2);
    add_source(&w, "off", "disabled", 100000);
    add_source(&w, "new", "live", -1);
    add_source(&w, "ahead", "live", -3600 * 24); /* its clock, or ours */
    is(&w, "");
}

static void a_source_that_is_silent_warns(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "fra", "stale", 47)->cells[SOURCE_LAST_ERROR] = value_text(text_of("connection refused"));
    set_jobs(add_scheduler(&w, "fra", "fra", "SHG"), 3, 4);
    set_jobs(add_scheduler(&w, "fra2", "fra", "SHG"), 10, 0);
    is(&w, "warn source fra jobs=17 age=47: no answer: connection refused | "
           "fra: no answer for 47s (connection refused); its data is 47s old\n");
    begin(&w);
    add_source(&w, "fra", "offline", -1);
    is(&w, "warn source fra jobs=-1 age=-1: has not answered yet | fra: has not answered yet\n");
    begin(&w);
    add_source(&w, "fra", "a word of tomorrow", 1);
    is(&w, "warn source fra jobs=-1 age=1: no answer | fra: no answer for 1s; its data is 1s old\n");
}

/* The collector that wrote the word may be dead. */
static void live_is_believed_as_long_as_it_is_fresh(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *source = add_source(&w, "fra", "live", 60);
    is(&w, "");
    source->cells[SOURCE_LAST_OK_AT] = value_time(now - 61000);
    is(&w, "warn source fra jobs=-1 age=61: no answer | fra: no answer for 1m; its data is 1m old\n");
    source->cells[SOURCE_INTERVAL_S] = value_int(30); /* three polls are 90 s */
    is(&w, "");
}

static void who_asks_twice_in_a_second_hears_the_same(void **state)
{
    struct world w;
    char a[1024], b[1024];

    (void)state;
    begin(&w);
    add_source(&w, "fra", "live", 60);
    w.facts.now_ms = now + 999;
    is(&w, "");
    w.facts.now_ms = now + 1000;
    told(&w, a, sizeof a);
    w.facts.now_ms = now + 1999;
    assert_string_equal(a, told(&w, b, sizeof b));
    assert_string_not_equal(a, "");
}

static void a_source_that_denies_is_critical(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "fra", "denied", 3)->cells[SOURCE_LAST_ERROR] = value_text(text_of("wrong token"));
    is(&w, "crit source fra jobs=-1 age=3: access denied: wrong token | fra: access denied (wrong token)\n");
}

static unsigned crit_of(const struct world *w)
{
    struct symptom_list l = kit_symptoms(&w->facts);
    unsigned crit = kit_count(&l, SEVERITY_CRIT);

    symptom_list_release(&l);
    return crit;
}

static void a_cluster_without_any_source_for_long_is_critical(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *a = add_source(&w, "a", "stale", 299), *b = add_source(&w, "b", "live", 2);
    add_scheduler(&w, "a", "a", "SHG");
    assert_int_equal(crit_of(&w), 0);
    a->cells[SOURCE_LAST_OK_AT] = value_time(now - 300000);
    assert_int_equal(crit_of(&w), 1); /* whatever word stands there: stale, offline, live */
    a->cells[SOURCE_STATE] = value_text(text_of("live"));
    assert_int_equal(crit_of(&w), 1);

    struct row *other = add_scheduler(&w, "b", "b", "SHG");
    assert_int_equal(crit_of(&w), 0); /* b tells of it */
    b->cells[SOURCE_STATE] = value_text(text_of("offline"));
    assert_int_equal(crit_of(&w), 0); /* not for five minutes */
    b->cells[SOURCE_LAST_OK_AT] = value_time(now - 300000);
    assert_int_equal(crit_of(&w), 2);
    b->cells[SOURCE_LAST_OK_AT] = value_none(); /* nobody knows since when: that is no proof of five minutes for b */
    assert_int_equal(crit_of(&w), 1);
    other->source = text_of("somebody without a row");
    assert_int_equal(crit_of(&w), 0);
}

static void schedulers_of_a_cluster_need_not_stand_together(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "a", "offline", 5000);
    add_source(&w, "b", "live", 2);
    add_scheduler(&w, "a1", "a", "SHG");
    add_scheduler(&w, "b1", "b", "YRD");
    add_scheduler(&w, "b2", "b", "SHG");
    assert_int_equal(crit_of(&w), 0);
    add_scheduler(&w, "a2", "a", "WHA"); /* of this one only a tells */
    assert_int_equal(crit_of(&w), 1);
}

static void a_silent_source_of_no_cluster_only_warns(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "power", "offline", 5000);
    add_source(&w, "fra", "offline", 5000);
    add_scheduler(&w, "fra", "fra", NULL);
    assert_int_equal(crit_of(&w), 0);
}

/* --- schedulers --- */

static void a_scheduler_that_is_down_is_critical(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "fra", "live", 2);
    struct row *s = add_scheduler(&w, "fra", "fra", "SHG");
    s->cells[SCHEDULER_STATE] = value_text(text_of("down"));
    is(&w, "crit sched fra jobs=-1 age=-1: the scheduler is down | fra: the scheduler is down\n");
    set_jobs(s, 3000, 400);
    is(&w, "crit sched fra jobs=3400 age=-1: the scheduler is down | fra: the scheduler is down\n");
    s->cells[SCHEDULER_JOBS_RUNNING] = value_none();
    is(&w, "crit sched fra jobs=400 age=-1: the scheduler is down | fra: the scheduler is down\n");
    s->cells[SCHEDULER_STATE] = value_none();
    is(&w, "");
}

static void nodes_over_two_percent_warn(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *s = add_scheduler(&w, "fra", "fra", "SHG");
    set_nodes(s, 2000, 40);
    is(&w, "");
    set_nodes(s, 2000, 41);
    order_is(&w, "fra:nodes");
    set_nodes(s, 2000, 42);
    is(&w, "warn nodes fra jobs=-1 age=-1: 42 of 2,000 unavailable, 2.1% > 2% | "
           "fra: 42 of 2,000 nodes unavailable (2.1 %)\n");
    set_jobs(s, 500, 1396);
    is(&w, "warn nodes fra jobs=1396 age=-1: 42 of 2,000 unavailable, 2.1% > 2% | "
           "fra: 42 of 2,000 nodes unavailable (2.1 %); 1,396 jobs waiting\n");
    set_nodes(s, 0, 3);
    is(&w, "");
    s->cells[SCHEDULER_NODES_TOTAL] = value_none();
    is(&w, "");
}

/* --- queues --- */

static void a_queue_over_its_promise_warns(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *q = add_queue(&w, "fra/gpu", "fra", 300, 300, 312);
    is(&w, "");
    q->cells[QUEUE_WAIT_P95_S] = value_int(1080);
    is(&w, "warn queue fra/gpu jobs=312 age=-1: p95 wait 18m > 5m promised | "
           "fra/gpu: p95 wait 18m (promised 5m), 312 waiting\n");
    q->cells[QUEUE_WAITING] = value_none();
    is(&w, "warn queue fra/gpu jobs=-1 age=-1: p95 wait 18m > 5m promised | fra/gpu: p95 wait 18m (promised 5m)\n");
    q->cells[QUEUE_WAIT_P95_S] = value_real(300.5); /* a fraction counts, and both sides do not read the same */
    is(&w, "warn queue fra/gpu jobs=-1 age=-1: p95 wait 0s over 5m promised | "
           "fra/gpu: p95 wait 0s over the promised 5m\n");
    q->cells[QUEUE_SLO_S] = value_none();
    is(&w, "");
    assert_false(symptom_queue_is_late(q));
    q->cells[QUEUE_SLO_S] = value_int(0); /* a promise of no wait is one */
    assert_true(symptom_queue_is_late(q));
    q->cells[QUEUE_WAIT_P95_S] = value_none();
    assert_false(symptom_queue_is_late(q));
}

static void an_inner_ring_job_past_its_deadline_is_critical(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "src", "live", 1);
    struct row *q = add_queue(&w, "shg-ai/online", "src", 60, 1800, 12);
    q->cells[QUEUE_INNER_OLDEST_S] = value_int(1800);
    is(&w, "");
    q->cells[QUEUE_INNER_OLDEST_S] = value_int(1800 + 720);
    is(&w, "crit queue shg-ai/online jobs=12 age=-1: inner-ring job 12m past its deadline | "
           "shg-ai/online: inner-ring job 12m past its deadline, 12 waiting\n");
    q->cells[QUEUE_ARRIVALS_PER_MIN] = value_real(2);
    q->cells[QUEUE_DEPARTURES_PER_MIN] = value_real(1.5);
    is(&w, "crit queue shg-ai/online jobs=12 age=-1: inner-ring job 12m past its deadline | "
           "shg-ai/online: inner-ring job 12m past its deadline, 12 waiting, growing\n");
    q->cells[QUEUE_DEPARTURES_PER_MIN] = value_real(2);
    q->cells[QUEUE_INNER_OLDEST_S] = value_none();
    q->cells[QUEUE_DEADLINE_FIRST_AT] = value_time(now - 180 * 1000); /* it says one itself */
    is(&w, "crit queue shg-ai/online jobs=12 age=-1: inner-ring job 3m past its deadline | "
           "shg-ai/online: inner-ring job 3m past its deadline, 12 waiting\n");
    q->cells[QUEUE_DEADLINE_FIRST_AT] = value_time(now + 1000);
    is(&w, "");
    q->cells[QUEUE_WAIT_P95_S] = q->cells[QUEUE_SLO_S] = value_none(); /* and nothing is promised */
    q->cells[QUEUE_DEADLINE_FIRST_AT] = value_time(now - 60 * 1000);
    is(&w, "crit queue shg-ai/online jobs=12 age=-1: inner-ring job 1m past its deadline | "
           "shg-ai/online: inner-ring job 1m past its deadline, 12 waiting\n");
}

/* --- what is not about now --- */

static void what_is_stale_says_nothing_about_now(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *source = add_source(&w, "fra", "live", 2);
    struct row *s = add_scheduler(&w, "fra", "fra", "SHG"), *q = add_queue(&w, "fra/gpu", "fra", 1080, 300, 3);
    s->cells[SCHEDULER_STATE] = value_text(text_of("down"));
    set_nodes(s, 10, 5);
    struct row *link = add_link(&w, "a>b", "fra", "crit", "all packets lost");
    struct symptom_list l = kit_symptoms(&w.facts);
    assert_int_equal(l.count, 4);
    symptom_list_release(&l);
    s->stale = q->stale = link->stale = true;
    is(&w, "");
    s->stale = q->stale = link->stale = false; /* nobody has marked them yet, but their source is lost */
    source->cells[SOURCE_STATE] = value_text(text_of("stale"));
    is(&w, "warn source fra jobs=-1 age=2: no answer | fra: no answer for 2s; its data is 2s old\n");
    source->cells[SOURCE_STATE] = value_text(text_of("disabled"));
    is(&w, "");
}

/* --- the order --- */

static void severity_before_jobs_before_age_before_id(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_queue(&w, "much", "fra", 1080, 300, 9000);
    add_queue(&w, "none", "fra", 1080, 300, 0);
    add_queue(&w, "unknown", "fra", 1080, 300, -1);
    add_source(&w, "young", "offline", 20);
    add_source(&w, "old", "offline", 200);
    add_source(&w, "never", "offline", -1);
    add_source(&w, "denied", "denied", 1);
    order_is(&w, "denied:source much:queue none:queue old:source young:source never:source unknown:queue");
}

static void ties_stay_where_they_were(void **state)
{
    static const char *const sources[] = {"s3", "s1", "s2"};
    struct world w;

    (void)state;
    begin(&w);
    add_queue(&w, "b", "fra", 1080, 300, 7);
    add_queue(&w, "a", "fra", 1080, 300, 7);
    struct row *s = add_scheduler(&w, "a", "fra", "SHG"); /* the same id, another rule */
    set_nodes(s, 10, 1);
    s->cells[SCHEDULER_JOBS_WAITING] = value_int(7);
    order_is(&w, "a:nodes a:queue b:queue");

    begin(&w);
    for (int i = 0; i < 3; i++)
        add_queue(&w, "same", sources[i], 1080, 300, 7);
    struct symptom_list l = kit_symptoms(&w.facts);
    assert_int_equal(l.count, 3);
    assert_true(text_is(l.all[0].row->source, "s1"));
    assert_true(text_is(l.all[1].row->source, "s2"));
    assert_true(text_is(l.all[2].row->source, "s3"));
    symptom_list_release(&l);
}

/* --- anything may come --- */

static void no_rows_no_symptoms(void **state)
{
    struct symptom_list l = kit_symptoms(&(struct verdict_facts){0});

    (void)state;
    assert_int_equal(l.count, 0);
    symptom_list_release(&l);
    symptom_list_release(&l);
    l = kit_symptoms(&(struct verdict_facts){.now_ms = INT64_MIN});
    symptom_list_release(&l);
}

static void rows_of_nothing_but_unknowns(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    w.facts.n_sources = w.facts.n_schedulers = w.facts.n_queues = 2;
    order_is(&w, ":source :source"); /* a source without a state has not answered */
}

static void numbers_of_an_enemy(void **state)
{
    static const int64_t ends[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    static const double reals[] = {-1e300, -0.5, 0, 1e18, 1e300};
    struct world w;
    char out[8192];

    (void)state;
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 5; k++) {
            begin(&w);
            struct row *source = add_source(&w, "fra", k % 2 == 0 ? "live" : "offline", 1);
            source->cells[SOURCE_LAST_OK_AT] = value_time(ends[i]);
            source->cells[SOURCE_INTERVAL_S] = value_int(ends[k]);
            for (int s = 0; s < 3; s++) {
                struct row *row = add_scheduler(&w, "fra", s == 0 ? "fra" : "", "SHG");
                set_nodes(row, ends[i], ends[k]);
                set_jobs(row, ends[k], ends[i]);
                row->cells[SCHEDULER_STATE] = value_text(text_of("down"));
            }
            struct row *q = add_queue(&w, "q", "", 0, 0, ends[i]);
            q->cells[QUEUE_WAIT_P95_S] = value_real(reals[i]);
            q->cells[QUEUE_SLO_S] = value_real(reals[k]);
            w.facts.now_ms = ends[(i + k) % 5];
            told(&w, out, sizeof out);
            assert_null(strstr(out, "nan"));
            assert_null(strstr(out, "inf"));
        }
}

static void sums_stay_numbers(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "few", "denied", 1);
    add_source(&w, "many", "denied", 1);
    set_jobs(add_scheduler(&w, "few", "few", "SHG"), 3, 4);
    for (int i = 0; i < 3; i++)
        set_jobs(add_scheduler(&w, "many", "many", "YRD"), INT64_MAX, INT64_MAX);
    order_is(&w, "many:source few:source");
}

static void obey_nothing(void)
{
    struct world w;
    char endless[3000];

    memset(endless, 'W', sizeof endless);
    begin(&w);
    struct row *source = add_source(&w, "", "offline", 47);
    source->id = text_from("\x1b]0;x\x07\xff\xe2\x80\xae\x00z", 12);
    source->cells[SOURCE_LAST_ERROR] = value_text(text_from(endless, sizeof endless));
    add_source(&w, "", "denied", 1)->id = text_from(endless, sizeof endless);
    add_source(&w, "", "stale", 4)->cells[SOURCE_LAST_ERROR] = value_text(text_of(
        "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\x1b[2J\n"
        "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87"));
    struct symptom_list l = kit_symptoms(&w.facts);
    assert_int_equal(l.count, 3);
    for (size_t i = 0; i < l.count; i++) {
        struct buf text = buf_make(1024), sentence = buf_make(VERDICT_TEXT_MAX - 1);
        symptom_text(&l.all[i], &text);
        symptom_sentence(&l.all[i], &sentence);
        assert_true(text_width(text_of(buf_str(&sentence))) <= 78);
        for (const char *p = buf_str(&text); *p != '\0'; p++)
            assert_true((unsigned char)*p >= 0x20);
        for (const char *p = buf_str(&sentence); *p != '\0'; p++)
            assert_true((unsigned char)*p >= 0x20);
        assert_null(strstr(buf_str(&sentence), "\xe2\x80\xae"));
        assert_true(text_is_utf8(text_of(buf_str(&sentence))));
        buf_release(&text);
        buf_release(&sentence);
    }
    symptom_list_release(&l);
}

static void names_cannot_obey_the_terminal(void **state)
{
    (void)state;
    obey_nothing();
    zh_begin(); /* nor are Chinese sentences longer */
    obey_nothing();
    zh_end();
}

static void a_small_buffer_cuts_but_stays_text(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_source(&w, "fra", "denied", 1)->cells[SOURCE_LAST_ERROR] = value_text(text_of("\xe4\xb8\xad\xe6\x96\x87"));
    struct symptom_list l = kit_symptoms(&w.facts);
    for (size_t max = 0; max < 40; max++) {
        struct buf text = buf_make(max), sentence = buf_make(max);
        symptom_text(&l.all[0], &text);
        symptom_sentence(&l.all[0], &sentence);
        assert_true(text_is_utf8(text_of(buf_str(&text))));
        assert_true(text_is_utf8(text_of(buf_str(&sentence))));
        buf_release(&text);
        buf_release(&sentence);
    }
    symptom_list_release(&l);
}

/* The list is ordered before anything is left out of it. */
static void the_worst_of_thousands_is_first(void **state)
{
    enum { MANY = 5000 };
    struct row *queues = calloc(MANY, sizeof *queues);
    struct verdict_facts facts = {.queues = queues, .n_queues = MANY, .now_ms = now};

    (void)state;
    assert_non_null(queues);
    for (size_t i = 0; i < MANY; i++) {
        queues[i] = (struct row){.kind = KIND_QUEUE, .id = text_of("q")};
        queues[i].cells[QUEUE_WAIT_P95_S] = value_int(2);
        queues[i].cells[QUEUE_SLO_S] = value_int(1);
        queues[i].cells[QUEUE_WAITING] = value_int((int64_t)i);
    }
    struct symptom_list l = kit_symptoms(&facts);
    assert_int_equal(l.count, MANY);
    assert_int_equal(kit_count(&l, SEVERITY_WARN), MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(l.all[i].jobs, MANY - 1 - i);
    symptom_list_release(&l);
    free(queues);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_answers_and_who_is_switched_off_is_nothing),
        cmocka_unit_test(a_source_that_is_silent_warns),
        cmocka_unit_test(live_is_believed_as_long_as_it_is_fresh),
        cmocka_unit_test(who_asks_twice_in_a_second_hears_the_same),
        cmocka_unit_test(a_source_that_denies_is_critical),
        cmocka_unit_test(a_cluster_without_any_source_for_long_is_critical),
        cmocka_unit_test(schedulers_of_a_cluster_need_not_stand_together),
        cmocka_unit_test(a_silent_source_of_no_cluster_only_warns),
        cmocka_unit_test(a_scheduler_that_is_down_is_critical),
        cmocka_unit_test(nodes_over_two_percent_warn),
        cmocka_unit_test(a_queue_over_its_promise_warns),
        cmocka_unit_test(an_inner_ring_job_past_its_deadline_is_critical),
        cmocka_unit_test(what_is_stale_says_nothing_about_now),
        cmocka_unit_test(severity_before_jobs_before_age_before_id),
        cmocka_unit_test(ties_stay_where_they_were),
        cmocka_unit_test(no_rows_no_symptoms),
        cmocka_unit_test(rows_of_nothing_but_unknowns),
        cmocka_unit_test(numbers_of_an_enemy),
        cmocka_unit_test(sums_stay_numbers),
        cmocka_unit_test(names_cannot_obey_the_terminal),
        cmocka_unit_test(a_small_buffer_cuts_but_stays_text),
        cmocka_unit_test(the_worst_of_thousands_is_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
