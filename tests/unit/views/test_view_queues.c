#include "base/tr.h"
#include "unit/views/fake.h"
#include "views/queues.h"

extern const struct view view_queues;

enum { LISTED, ALL, SCHEDULERS, LINKS, CLUSTERS, HUBS, NEEDS };

struct world {
    struct fake kinds[NEEDS];
    struct view_rows rows[NEEDS];
};

static void add_cluster(struct world *w, const char *id, const char *name_zh)
{
    fake_text(fake_add(&w->kinds[CLUSTERS], KIND_CLUSTER, id), CLUSTER_NAME_ZH, name_zh);
}

static struct row *add_scheduler(struct world *w, const char *id, const char *cluster, int accels_free, int cpus_free)
{
    struct row *row = fake_add(&w->kinds[SCHEDULERS], KIND_SCHEDULER, id);

    fake_text(row, SCHEDULER_CLUSTER, cluster);
    fake_text(row, SCHEDULER_STATE, "up");
    fake_int(row, SCHEDULER_ACCELS_TOTAL, accels_free >= 0 ? 2048 : 0);
    fake_int(row, SCHEDULER_ACCELS_FREE, accels_free >= 0 ? accels_free : 0);
    fake_int(row, SCHEDULER_CPUS_FREE, cpus_free);
    return row;
}

static void add_link(struct world *w, const char *from, const char *to, double ms)
{
    struct row *row = fake_add(&w->kinds[LINKS], KIND_LINK, to);

    fake_text(row, LINK_FROM, from);
    fake_text(row, LINK_TO, to);
    fake_text(row, LINK_ONE_WAY_BASIS, "measured");
    row->cells[LINK_ONE_WAY_MS] = value_real(ms);
}

struct said {
    const char *id, *scheduler, *cluster, *kind;
    int running, waiting, p95_s, slo_s;
    double in, out;
    int asked;
    const char *waits, *rings;
};

static struct row *add_queue(struct world *w, const struct said *q)
{
    struct row *row = fake_add(&w->kinds[LISTED], KIND_QUEUE, q->id);

    fake_text(row, QUEUE_SCHEDULER, q->scheduler);
    fake_text(row, QUEUE_NAME, strchr(q->id, '/') + 1);
    fake_text(row, QUEUE_CLUSTER, q->cluster);
    fake_text(row, QUEUE_STATE, "up");
    if (q->kind != NULL)
        fake_text(row, QUEUE_KIND, q->kind);
    fake_int(row, QUEUE_RUNNING, q->running);
    fake_int(row, QUEUE_WAITING, q->waiting);
    if (q->waiting > 0)
        row->cells[QUEUE_WAIT_P95_S] = value_real(q->p95_s);
    if (q->slo_s > 0)
        fake_int(row, QUEUE_SLO_S, q->slo_s);
    row->cells[QUEUE_ARRIVALS_PER_MIN] = value_real(q->in);
    row->cells[QUEUE_DEPARTURES_PER_MIN] = value_real(q->out);
    fake_int(row, QUEUE_ACCELS_ASKED, q->asked);
    if (q->waits != NULL)
        row->cells[QUEUE_WAITS] = value_list(text_of(q->waits));
    if (q->rings != NULL)
        row->cells[QUEUE_RINGS] = value_list(text_of(q->rings));
    return row;
}

static const struct said queues[] = {
    {"shg-ai/online", "shg-ai", "SHG", "intelligent", 611, 312, 1080, 300, 9.1, 6, 1040,
     "resources:260\x1fquota:38\x1fheld_user:14",
     "5:14\x1f"
     "20:260\x1f"
     "any:8\x1f"
     "fixed:30"},
    {"gui-ai/online", "gui-ai", "GUI", "intelligent", 702, 84, 250, 300, 4, 4.1, 220, "priority:84", "20:84"},
    {"tfu-ai/debug", "tfu-ai", "TFU", "intelligent", 12, 2, 20, 60, 5.2, 5.2, 4, "resources:2", "20:2"},
    {"tfu-ai/online", "tfu-ai", "TFU", "intelligent", 388, 4, 40, 300, 5.2, 5.2, 16, "resources:4", "20:4"},
    {"zjk-ai/online", "zjk-ai", "ZJK", "intelligent", 412, 0, 0, 300, 0.9, 1, 0, "", ""},
    {"wha-ai/online", "wha-ai", "WHA", "intelligent", 203, 0, 0, 300, 3, 3.1, 0, "", ""},
    {"shg-gen/batch", "shg-gen", "SHG", "general", 880, 1600, 180, 1800, 120, 124.5, 0, "priority:1600", "any:1600"},
    {"hlg-gen/batch", "hlg-gen", "HLG", "general", 95, 16, 30, 1800, 12, 12, 0, "prepared:16", "any:16"},
};

static void tell(struct world *w)
{
    w->kinds[ALL] = w->kinds[LISTED];
    for (int i = 0; i < NEEDS; i++)
        w->rows[i] = fake_rows(&w->kinds[i]);
}

/* The queue of Shaoguan is late; Tianfu is near enough for all, Horinger too far, of Wuhu nobody knows how far. */
static void fill(struct world *w)
{
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++)
        add_queue(w, &queues[i]);
    w->kinds[LISTED].rows[0].cells[QUEUE_INNER_OLDEST_S] = value_int(720);
    fake_stale(
        add_queue(w, &(struct said){"yrd-ai/old", "yrd-ai", "YRD", "intelligent", 1, 1, 5, 0, 0, 0, 1, NULL, NULL}),
        260000);
    fake_text(
        add_queue(w, &(struct said){"ckg-ai/drained", "ckg-ai", "CKG", "intelligent", 0, 0, 0, 0, 0, 0, 0, NULL, NULL}),
        QUEUE_STATE, "drain");
    add_queue(w, &(struct said){"fra/图像渲染-gpu", "fra", "fra", NULL, 3, 7, 60, 0, 0.5, 0, 9, "unsaid:7", "any:7"});
    add_scheduler(w, "shg-ai", "SHG", 30, 1204);
    add_scheduler(w, "shg-gen", "SHG", -1, 0);
    add_scheduler(w, "gui-ai", "GUI", 120, 900);
    add_scheduler(w, "tfu-ai", "TFU", 410, 4000);
    add_scheduler(w, "zjk-ai", "ZJK", 890, 4000);
    add_scheduler(w, "wha-ai", "WHA", 520, 4000);
    add_scheduler(w, "hlg-gen", "HLG", -1, 2300);
    add_scheduler(w, "ckg-ai", "CKG", 64, 700);
    add_link(w, "SHG", "TFU", 7.94);
    add_link(w, "TFU", "SHG", 8.06);
    add_link(w, "SHG", "GUI", 4.2);
    add_link(w, "ZJK", "SHG", 21.5);
    add_link(w, "HLG", "SHG", 14.5);
    add_cluster(w, "SHG", "韶关");
    add_cluster(w, "TFU", "天府");
    fake_text(&w->kinds[CLUSTERS].rows[0], CLUSTER_HUB, "GBA");
    fake_text(&w->kinds[CLUSTERS].rows[1], CLUSTER_HUB, "CYC");
    fake_text(fake_add(&w->kinds[HUBS], KIND_HUB, "GBA"), HUB_NAME_ZH, "粤港澳");
    tell(w);
}

static struct view_state fresh_state(void)
{
    return (struct view_state){.sort_field = -2};
}

static struct canvas draw(struct world *w, struct view_state *s, enum glyph_set glyphs, int width, int height)
{
    struct view_frame frame = fake_frame(w->rows, width, height);
    struct canvas c;

    assert_true(canvas_init(&c, width, height, glyphs));
    view_queues.draw(&frame, s, &c);
    fake_assert_sane(&c);
    return c;
}

static void assert_screen(struct world *w, enum glyph_set glyphs, int width, int height, bool detail, const char *name)
{
    struct view_state s = fresh_state();
    struct canvas c;

    s.detail = detail;
    c = draw(w, &s, glyphs, width, height);
    fake_expect(&c, name);
    canvas_release(&c);
}

static void screens_as_expected(void **state)
{
    struct world w = {0};

    (void)state;
    fill(&w);
    assert_screen(&w, GLYPHS_UNICODE, 80, 20, false, "queues80");
    assert_screen(&w, GLYPHS_UNICODE, 80, 20, true, "queues80_detail");
    assert_screen(&w, GLYPHS_ASCII, 80, 20, false, "queues80_ascii");
    assert_screen(&w, GLYPHS_UNICODE, 160, 41, false, "queues160");
    assert_screen(&w, GLYPHS_ASCII, 160, 41, true, "queues160_ascii");
    assert_screen(&w, GLYPHS_UNICODE, 60, 11, false, "queues60");
    tr_init("zh", NULL);
    assert_screen(&w, GLYPHS_UNICODE, 80, 20, false, "queues80_zh");
    assert_screen(&w, GLYPHS_UNICODE, 160, 41, false, "queues160_zh");
    tr_init("en", NULL);
}

static struct intent press(struct world *w, struct view_state *s, uint32_t key)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);

    return view_queues.act(&frame, s, key_action(view_queues.keys, key));
}

static void assert_at(const struct view_state *s, const char *id)
{
    assert_true(text_is(text_from(s->place[0].id, s->place[0].id_len), id));
}

static bool shows_at(struct world *w, const char *id, const char *words)
{
    struct view_state s = fresh_state();
    struct canvas c;
    bool found;

    snprintf(s.place[0].id, sizeof s.place[0].id, "%s", id);
    s.place[0].id_len = strlen(id);
    c = draw(w, &s, GLYPHS_UNICODE, 160, 41);
    found = fake_shows(&c, words);
    canvas_release(&c);
    return found;
}

static void why_they_wait_and_where_is_room(void **state)
{
    struct world w = {0};

    (void)state;
    fill(&w);
    assert_true(shows_at(&w, "shg-ai/online", "260 nothing free that fits"));
    assert_true(shows_at(&w, "shg-ai/online", "inner ring: the oldest waits 12m, promised 5m"));
    assert_true(shows_at(&w, "shg-ai/online", "7m past its deadline"));
    assert_true(shows_at(&w, "shg-ai/online", "260 in 20 ms"));
    assert_false(
        shows_at(&w, "shg-ai/online", "tfu-ai/debug                                 410")); /* another promise */
    assert_true(shows_at(&w, "shg-ai/online", "1 where nobody measures the delay"));
    assert_true(shows_at(&w, "fra/图像渲染-gpu", "where else is not known: nobody says its kind"));
    assert_true(shows_at(&w, "yrd-ai/old", "why is not known"));
    assert_true(shows_at(&w, "ckg-ai/drained", "nothing waits"));
    w.kinds[SCHEDULERS].count = 0;
    tell(&w);
    assert_true(shows_at(&w, "shg-ai/online", "what is free is not known"));
    assert_true(shows_at(&w, "shg-ai/online", "where else is not known: nobody tells of another"));
}

static struct queues_places places_of(struct world *w, size_t i)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);

    return queues_places_of(&frame, &w->kinds[LISTED].rows[i]);
}

/* The slower direction counts, a ring that it breaks does not, and what may not move stays. */
static void places_keep_the_rings(void **state)
{
    struct world w = {0};
    struct queues_places p;

    (void)state;
    fill(&w);
    p = places_of(&w, 0);
    assert_int_equal(p.count, 3); /* Zhangjiakou keeps none but those without a ring */
    assert_true(text_is(p.all[0].queue.id, "gui-ai/online"));
    assert_int_equal(p.all[0].keeps, 260 + 14 + 8);
    assert_int_equal(p.all[0].free, 120);
    assert_true(text_is(p.all[1].queue.id, "tfu-ai/online"));
    assert_true(p.all[1].ms > 8.05);
    assert_int_equal(p.all[1].keeps, 260 + 8);
    assert_true(text_is(p.all[2].queue.id, "zjk-ai/online"));
    assert_int_equal(p.all[2].keeps, 8);
    assert_int_equal(p.unknown, 1);
    w.kinds[LISTED].rows[0].cells[QUEUE_RINGS] = value_list(text_of("20:1"));
    tell(&w);
    p = places_of(&w, 0);
    assert_int_equal(p.count, 2);
    assert_int_equal(p.too_far, 1);
    assert_true(shows_at(&w, "shg-ai/online", "1 too far for the rings"));
    fake_stale(&w.kinds[SCHEDULERS].rows[2], 260000); /* what was free there is not what is */
    fake_int(&w.kinds[SCHEDULERS].rows[3], SCHEDULER_ACCELS_FREE, 0);
    tell(&w);
    assert_int_equal(places_of(&w, 0).count, 0);
}

static void late_ones_come_first(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();
    struct canvas c;

    (void)state;
    fill(&w);
    c = draw(&w, &s, GLYPHS_UNICODE, 80, 20);
    assert_int_equal(c.cursor_y, 2);
    canvas_release(&c);
    assert_at(&s, "shg-ai/online");
    press(&w, &s, 'j');
    assert_at(&s, "ckg-ai/drained");
    press(&w, &s, 'j');
    assert_at(&s, "shg-gen/batch");
    s.sort_field = QUEUE_WAITING; /* the operator's own order is the rows' */
    press(&w, &s, 'g');
    assert_at(&s, "shg-ai/online");
    press(&w, &s, 'j');
    assert_at(&s, "gui-ai/online");
}

static void enter_lists_its_jobs(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();
    struct intent i;

    (void)state;
    fill(&w);
    canvas_release(&(struct canvas[1]){draw(&w, &s, GLYPHS_UNICODE, 80, 20)}[0]);
    i = press(&w, &s, KEY_CODE_ENTER);
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "jobs");
    assert_string_equal(i.filter, "queue=\"online\" scheduler=\"shg-ai\"");
}

/* A queue's plan is put on the command line; room is asked for, and shown where the reasons stood while the cursor is there. */
static void plans_and_room_are_asked_for(void **state)
{
    static const struct view_room_place hostile = {.jobs = -1, .delay_ms = NAN, .cost_cny = -1e300};
    struct view_room_place places[] = {
        {.jobs = 70, .delay_ms = 12.7, .cost_cny = -310}, {.jobs = 0, .delay_ms = 31, .cost_cny = NAN}, hostile};
    struct view_room room = {.places = places, .count = 3};
    struct world w = {0};
    struct view_state s = fresh_state();
    struct intent i;
    struct canvas c;

    (void)state;
    fill(&w);
    canvas_release(&(struct canvas[1]){draw(&w, &s, GLYPHS_UNICODE, 80, 20)}[0]);
    i = press(&w, &s, 'b');
    assert_int_equal(i.kind, INTENT_PLAN_LINE);
    assert_string_equal(i.text, "plan create --only-queue=shg-ai/online");
    i = press(&w, &s, 'm');
    assert_int_equal(i.kind, INTENT_ROOM);
    assert_string_equal(i.text, "shg-ai/online");
    snprintf(room.of, sizeof room.of, "%s", i.text);
    places[0].scheduler = text_of("gui-ai");
    places[0].limit = text_of("head_room");
    places[0].words = text_of("5 % of the accelerators stay free");
    places[1].scheduler = text_of("zjk-ai");
    places[1].limit = text_of("ring");
    places[1].words = text_of("25.2 ms > 20 ms");
    places[2].scheduler = places[2].limit = places[2].words = fake_hostile(0);
    struct view_frame frame = fake_frame(w.rows, 80, 20);
    frame.room = &room;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_UNICODE));
    view_queues.draw(&frame, &s, &c);
    assert_true(fake_shows(&c, "being computed"));
    room.known = true;
    canvas_clear(&c);
    view_queues.draw(&frame, &s, &c);
    fake_assert_sane(&c);
    fake_expect(&c, "queues80_room");
    press(&w, &s, 'j');
    canvas_clear(&c);
    view_queues.draw(&frame, &s, &c);
    assert_false(fake_shows(&c, "room now"));
    canvas_release(&c);
}

static void drain_says_what_comes_of_it(void **state)
{
    static const struct {
        double waiting, in, out;
        const char *says;
    } all[] = {{84, 4, 4.1, "14h"}, {10, 3, 2, "grows"}, {10, 2, 2, "stays"}, {0, 3, 2, "-"}, {10, NAN, 2, "-"}};
    char out[CELL_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct row q = {.kind = KIND_QUEUE};

        q.cells[QUEUE_WAITING] = value_real(all[i].waiting);
        q.cells[QUEUE_ARRIVALS_PER_MIN] = value_real(all[i].in);
        q.cells[QUEUE_DEPARTURES_PER_MIN] = value_real(all[i].out);
        assert_string_equal(queues_drain(&q, out), all[i].says);
    }
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {60, 11}, {20, 5}, {1, 1}, {200, 2}, {3, 40}};
    static const enum kind kinds[NEEDS] = {KIND_QUEUE, KIND_QUEUE, KIND_SCHEDULER, KIND_LINK, KIND_CLUSTER, KIND_HUB};
    struct world w = {0};

    (void)state;
    for (int k = 0; k < NEEDS; k++)
        fake_fill_hostile(&w.kinds[k], kinds[k]);
    tell(&w);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int at = 0; at < FAKE_HOSTILE; at++) {
            struct view_state s = fresh_state();
            struct canvas c;

            s.detail = at % 2 != 0;
            s.place[0].position = at;
            c = draw(&w, &s, GLYPHS_UNICODE, sizes[i][0], sizes[i][1]);
            for (int y = 0; sizes[i][0] == 80 && y < 20; y++) /* the frame's right side stands */
                assert_string_not_equal(c.cells[y * 80 + 79].utf8, " ");
            canvas_release(&c);
            press(&w, &s, 'j');
            press(&w, &s, KEY_CODE_ENTER);
        }
}

static void an_empty_list_says_why(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();
    struct canvas c;

    (void)state;
    tell(&w);
    w.rows[LISTED].known = false;
    c = draw(&w, &s, GLYPHS_UNICODE, 80, 20);
    assert_true(fake_shows(&c, "not known: no source has told"));
    canvas_release(&c);
    assert_int_equal(press(&w, &s, KEY_CODE_ENTER).kind, INTENT_REDRAW);
}

/* Chosen columns stand in the order asked for, the state's with the view's own word; a field without one gets one. */
static void columns_are_chosen(void **state)
{
    struct world w = {0};
    struct view_state s = {
        .sort_field = -2, .columns = {QUEUE_WAITING, -1, QUEUE_SCHEDULER, QUEUE_STATE}, .column_count = 4};
    struct canvas c;

    (void)state;
    fill(&w);
    assert_true(view_queues.columns);
    c = draw(&w, &s, GLYPHS_UNICODE, 80, 20);
    assert_true(fake_shows(&c, " WAIT QUEUE"));
    assert_true(fake_shows(&c, "scheduler"));
    assert_true(fake_shows(&c, "overdue"));
    assert_false(fake_shows(&c, "DRAIN"));
    assert_false(fake_shows(&c, "60 MIN"));
    canvas_release(&c);
}

/* --- grouped --- */

/* Which of the view's groups has a name. */
static int group_named(const char *name)
{
    int i = 0;

    while (view_queues.groups[i] != NULL && strcmp(view_queues.groups[i], name) != 0)
        i++;
    assert_non_null(view_queues.groups[i]);
    return i;
}

static void assert_grouped(struct world *w, const char *group, enum glyph_set glyphs, int width, int height,
                           const char *name)
{
    struct view_state s = fresh_state();
    struct canvas c;

    s.group = group_named(group);
    c = draw(w, &s, glyphs, width, height);
    fake_expect(&c, name);
    canvas_release(&c);
    view_queues.forget(&s);
}

/* What nobody tells is not summed up as nothing, and said; the group of the worst queue stands first. */
static void grouped_as_expected(void **state)
{
    struct world w = {0};

    (void)state;
    fill(&w);
    w.kinds[LISTED].rows[6].cells[QUEUE_RUNNING] = value_none();
    w.kinds[LISTED].rows[1].cells[QUEUE_OLDEST_S] = value_int(500);
    tell(&w);
    assert_grouped(&w, "cluster", GLYPHS_UNICODE, 80, 20, "queues80_cluster");
    assert_grouped(&w, "kind", GLYPHS_ASCII, 80, 20, "queues80_kind_ascii");
    assert_grouped(&w, "scheduler", GLYPHS_UNICODE, 160, 41, "queues160_scheduler");
    tr_init("zh", NULL);
    assert_grouped(&w, "hub", GLYPHS_UNICODE, 80, 20, "queues80_hub_zh");
    assert_grouped(&w, "cluster", GLYPHS_UNICODE, 160, 41, "queues160_cluster_zh");
    tr_init("en", NULL);
}

static struct canvas draw80(struct world *w, struct view_state *s)
{
    return draw(w, s, GLYPHS_UNICODE, 80, 20);
}

/* A heading is no queue; Enter folds its group, which stays folded in the next snapshot; a queue in it is where the heading is. */
static void groups_are_folded(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();
    struct view_frame frame;
    struct canvas c;
    struct row object = {0};

    (void)state;
    fill(&w);
    s.group = group_named("cluster");
    frame = fake_frame(w.rows, 80, 20);
    c = draw80(&w, &s);
    assert_true(fake_shows(&c, "shg-gen/batch"));
    canvas_release(&c);
    press(&w, &s, 'g');
    assert_at(&s, "SHG");
    assert_false(view_queues.object(&frame, &s, &object));
    assert_int_equal(press(&w, &s, KEY_CODE_ENTER).kind, INTENT_REDRAW);
    w.rows[LISTED].rev++; /* another snapshot */
    c = draw80(&w, &s);
    assert_true(fake_shows(&c, "+ SHG (2)"));
    assert_false(fake_shows(&c, "shg-gen/batch"));
    canvas_release(&c);
    press(&w, &s, 'j');
    assert_at(&s, "CKG");
    s.place[0].id_len = (size_t)snprintf(s.place[0].id, sizeof s.place[0].id, "shg-gen/batch");
    snprintf(s.place[0].source, sizeof s.place[0].source, "fra");
    s.place[0].source_len = 3;
    c = draw80(&w, &s);
    assert_int_equal(s.place[0].position, 0);
    canvas_release(&c);
    press(&w, &s, KEY_CODE_ENTER);
    c = draw80(&w, &s);
    assert_int_equal(s.place[0].position, 2);
    canvas_release(&c);
    assert_true(view_queues.object(&frame, &s, &object));
    assert_true(text_is(object.id, "shg-gen/batch"));
    assert_string_equal(press(&w, &s, KEY_CODE_ENTER).text, "jobs");
    view_queues.forget(&s);
}

static size_t reads;

static bool counted_at(void *ctx, size_t i, struct row *row)
{
    reads++;
    return fake_at(ctx, i, row);
}

/* Another order or snapshot groups anew; a draw of the same reads what it shows alone. */
static void grouped_once_for_a_snapshot(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();

    (void)state;
    fill(&w);
    while (w.kinds[LISTED].count < FAKE_ROWS)
        add_queue(&w, &(struct said){"gui-ai/more", "gui-ai", "GUI", "general", 1, 0, 0, 0, 0, 0, 0, NULL, NULL});
    tell(&w);
    w.rows[LISTED].at = counted_at;
    s.group = group_named("cluster");
    canvas_release(&(struct canvas[1]){draw80(&w, &s)}[0]);
    assert_true(reads >= FAKE_ROWS);
    reads = 0;
    canvas_release(&(struct canvas[1]){draw80(&w, &s)}[0]);
    assert_true(reads < FAKE_ROWS / 2);
    s.sort_field = QUEUE_NAME; /* the rows' own order, which begins with the one that is late */
    reads = 0;
    canvas_release(&(struct canvas[1]){draw80(&w, &s)}[0]);
    assert_true(reads >= FAKE_ROWS);
    press(&w, &s, 'g');
    press(&w, &s, 'j');
    assert_at(&s, "shg-ai/online");
    view_queues.forget(&s);
}

/* With chosen columns the name stands in the first one, whatever it is; hostile ones stay in their fields. */
static void headings_fit_any_columns(void **state)
{
    struct world w = {0}, hostile = {0};
    struct view_state s = {
        .sort_field = -2, .columns = {QUEUE_SCHEDULER, QUEUE_STATE, QUEUE_WAITING, -1}, .column_count = 4};
    struct canvas c;

    (void)state;
    fill(&w);
    s.group = group_named("cluster");
    c = draw80(&w, &s);
    assert_true(fake_shows(&c, "- SHG (2)"));
    assert_true(fake_shows(&c, " 1912"));
    canvas_release(&c);
    view_queues.forget(&s);
    s = fresh_state(); /* a long name leaves the sums alone */
    s.group = group_named("scheduler");
    add_queue(&w, &(struct said){"long/q", "a-scheduler-of-a-long-name", "X", "general", 17, 54321, 9000, 60, 0, 0, 0,
                                 NULL, NULL});
    tell(&w);
    c = draw80(&w, &s);
    assert_true(fake_shows(&c, "~ (1)    17 54321"));
    canvas_release(&c);
    view_queues.forget(&s);
    fake_fill_hostile(&hostile.kinds[LISTED], KIND_QUEUE);
    fake_fill_hostile(&hostile.kinds[CLUSTERS], KIND_CLUSTER);
    tell(&hostile);
    for (int group = 1; view_queues.groups[group] != NULL; group++)
        for (int width = 1; width <= 80; width += 79) {
            s = fresh_state();
            s.group = group;
            for (int i = 0; i < 2 * FAKE_HOSTILE; i++) {
                c = draw(&hostile, &s, GLYPHS_UNICODE, width, 20);
                for (int y = 0; width == 80 && y < 20; y++)
                    assert_string_not_equal(c.cells[y * 80 + 79].utf8, " ");
                canvas_release(&c);
                press(&hostile, &s, i % 3 == 0 ? KEY_CODE_ENTER : 'j');
            }
            view_queues.forget(&s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),         cmocka_unit_test(why_they_wait_and_where_is_room),
        cmocka_unit_test(places_keep_the_rings),       cmocka_unit_test(late_ones_come_first),
        cmocka_unit_test(enter_lists_its_jobs),        cmocka_unit_test(plans_and_room_are_asked_for),
        cmocka_unit_test(drain_says_what_comes_of_it), cmocka_unit_test(hostile_names_stay_in_their_fields),
        cmocka_unit_test(an_empty_list_says_why),      cmocka_unit_test(columns_are_chosen),
        cmocka_unit_test(grouped_as_expected),         cmocka_unit_test(groups_are_folded),
        cmocka_unit_test(grouped_once_for_a_snapshot), cmocka_unit_test(headings_fit_any_columns),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
