#include "console/console_private.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/mem.h"
#include "base/tr.h"
#include "console/help.h"
#include "console/strip.h"
#include "views/marks.h"

enum {
    CONSOLE_FIRST_US = 60000,     /* before the first picture, for what the verdict is made of */
    CONSOLE_FIRST_LIST_US = 2000, /* the same for each list that is shown: what is there by then is drawn */
    CONSOLE_TICK_MS = 1000,
    CONSOLE_COUNT_MS = 250,
    CONSOLE_PLAY_MS = 100,
    CONSOLE_OPEN_TRIES = 1200, /* of 25 ms, while a first collector makes the cache */
    CONSOLE_LEAST_WIDTH = 20,
    CONSOLE_LEAST_HEIGHT = 6,
};

/* --- drawing --- */

static bool shows_alerts(const struct view *v)
{
    return strcmp(v->name, "overview") == 0 || strcmp(v->name, "alerts") == 0;
}

/* The plan that is open. */
static const char *looked_at(struct console *c)
{
    return strcmp(c->view->name, "rebalance") == 0 ? console_state(c, c->view)->text : "";
}

struct strip console_strip(struct console *c)
{
    struct instant now = console_now(c);
    const struct verdict *verdict = feeds_verdict(c->feeds, now);
    bool wall = c->options->wall;
    return (struct strip){
        .options = c->options,
        .view = c->view,
        .verdict = wall ? console_wall_verdict(c, verdict) : verdict,
        .fresh = feeds_freshness(c->feeds, now),
        .now = now,
        .speed = c->options->demo ? c->clock.speed : 0,
        .at_ms = c->at_ms,
        .linked = !c->link || link_is_up(c->link),
        .unlinked_ms = link_down_ms(c->link) > CONSOLE_TICK_MS ? link_down_ms(c->link) : 0,
        .unrecorded_ms = link_unrecorded_ms(c->link),
        .message = console_solve_words(c) ? console_solve_words(c) : c->message,
        .message_is_error = c->message_is_error,
        .user = wall ? "" : c->user,
        .others = wall ? "" : link_viewing(c->link, looked_at(c)),
        .kinds = feeds_kinds(c->feeds),
        .news = wall || shows_alerts(c->view) ? NULL : feeds_news(c->feeds, now),
        .write = console_may_write(c),
        .caption = c->options->play ? play_caption(c->options->play) : NULL,
        .minutes = c->minutes,
        .frozen_ms = c->frozen_ms,
        .spots = &c->mouse.spots,
    };
}

static void draw_body(struct console *c, const struct strip *s)
{
    struct view_frame frame = console_frame(c);
    if (c->mode == MODE_HELP)
        c->help_lines =
            help_draw(c->view, c->options->binds, c->options->aliases, s->kinds, &c->canvas, frame.area, c->help_top);
    else
        c->view->draw(&frame, console_state(c, c->view), &c->canvas);
}

static void draw_dialog(struct console *c)
{
    if (c->mode == MODE_FORM)
        dialog_draw(&c->form.dialog, &c->canvas);
    else if (c->mode == MODE_BRIEF)
        dialog_draw(&c->brief.dialog, &c->canvas);
    else if (c->mode == MODE_SORT)
        console_sort_draw(c);
    else
        console_line_draw(c);
}

/* The whole screen into the canvas; `title` of ERR_HINT_MAX bytes gets the terminal's title. */
static void compose(struct console *c, char *title)
{
    struct strip s = console_strip(c);
    canvas_clear(&c->canvas);
    spots_clear(&c->mouse.spots);
    strip_title(&s, title, ERR_HINT_MAX);
    if (c->canvas.width < CONSOLE_LEAST_WIDTH || c->canvas.height < CONSOLE_LEAST_HEIGHT) {
        canvas_printf(&c->canvas, 0, 0, c->canvas.width, ROLE_WARN, tr("too small: %dx%d at least"),
                      CONSOLE_LEAST_WIDTH, CONSOLE_LEAST_HEIGHT);
        return;
    }
    draw_body(c, &s);
    strip_top(&s, &c->canvas);
    if (!c->options->wall)
        strip_bottom(&s, &c->canvas);
    draw_dialog(c);
}

/* A screen of another size cannot be the one that stood still. */
static void thaw(struct console *c)
{
    if (!c->frozen_ms)
        return;
    c->frozen_ms = 0;
    console_say(c, true, tr("the screen goes on: its size changed"));
}

static void draw(struct console *c)
{
    char title[ERR_HINT_MAX] = "";
    int width, height;
    term_size(c->term, &width, &height);
    if (width != c->canvas.width || height != c->canvas.height) {
        thaw(c);
        canvas_release(&c->canvas);
        if (!canvas_init(&c->canvas, width, height, c->glyphs))
            return;
        theme_signs(&c->theme, &c->canvas);
    }
    if (c->message[0] && clock_boot_ms() > c->message_until_ms)
        c->message[0] = '\0';
    bool held = c->frozen_ms && c->held;
    if (!held)
        compose(c, title);
    c->held = c->frozen_ms != 0;
    if (!term_draw(c->term, &c->canvas, held ? NULL : title))
        loop_stop(c->loop);
}

/* --- following the cache --- */

static void tell_cache_error(struct console *c)
{
    const struct err *e = feeds_error(c->feeds);
    if (e)
        console_fail(c, e);
}

/* A collector that found its cache damaged makes a new file: what was read from the former is let go. */
static void renew_cache(struct console *c)
{
    struct err err = {0};
    if (!query_moved(c->query))
        return;
    struct query *q = query_open(c->options->state_dir, &err);
    if (!q)
        return; /* not made yet: the next look finds it */
    if (c->forget)
        c->forget(c);
    feeds_free(c->feeds);
    feeds_free(c->present);
    c->present = NULL;
    who_forget(c->who);
    query_close(c->query);
    c->query = q;
    c->feeds = feeds_new(q, c->at_ms);
    if (!feeds_show(c->feeds, c->view, console_state(c, c->view), &err))
        console_fail(c, &err);
}

static int64_t slice_us(const struct console *c)
{
    return clock_boot_ms() - c->pressed_ms < CONSOLE_BRISK_MS ? CONSOLE_BRISK_US : CONSOLE_SLICE_US;
}

bool console_step(struct console *c)
{
    if (!c->in_round)
        renew_cache(c);
    bool more = c->in_round = feeds_step(c->feeds, console_now(c), slice_us(c));
    tell_cache_error(c);
    if (!more)
        console_marks_follow(c);
    return more;
}

static bool follow(void *ctx)
{
    struct console *c = ctx;
    bool more = console_step(c);
    if (more)
        return true;
    draw(c);
    if (!c->again)
        c->task = 0;
    c->again = false;
    return c->task != 0;
}

/* Counting goes on between keys; the screen tells how far it is. */
static bool count(void *ctx)
{
    struct console *c = ctx;
    bool more = who_step(c->who, console_now(c), slice_us(c));
    if (!more)
        c->count_task = 0;
    if (!more || clock_boot_ms() - c->counted_ms >= CONSOLE_COUNT_MS) {
        c->counted_ms = clock_boot_ms();
        draw(c);
    }
    return more;
}

/* Not what the terminal says by itself. */
static bool is_pressed(uint32_t key)
{
    return key != KEY_CODE_RESIZE && key != KEY_CODE_FOCUS_IN && key != KEY_CODE_FOCUS_OUT;
}

static void on_input(void *ctx, int fd, int events)
{
    struct console *c = ctx;
    uint32_t key;
    (void)fd;
    c->pressed_ms = clock_boot_ms();
    while ((key = term_key(c->term)) != 0) {
        if (is_pressed(key) && c->options->play && !play_key(c->options->play))
            console_say(c, false, tr("the tour has ended: the console is yours"));
        else
            console_act_key(c, key);
    }
    console_doctor_rest(c);
    c->lost = c->lost || (events & LOOP_HANGUP) || term_gone(c->term);
    if (c->lost)
        loop_stop(c->loop);
    else
        draw(c);
}

/* --- a tour or a drill --- */

static void press(struct console *c, const struct play_step *step)
{
    uint32_t keys[PLAY_KEYS_MAX];
    struct err err = {0};
    int n = play_keys(step, keys, &err);
    if (n < 0)
        console_fail(c, &err);
    for (int i = 0; i < n; i++)
        console_act_key(c, keys[i]);
}

static void on_play(void *ctx)
{
    struct console *c = ctx;
    struct play *p = c->options->play;
    struct instant now = console_now(c);
    struct feeds_freshness f = feeds_freshness(c->feeds, now);
    const struct play_step *step;
    bool stood = p->running, news = false;
    if (f.sources > 0 && f.live == f.sources)
        play_begin(p, clock_boot_ms());
    if (!c->at_ms)
        play_look(p, feeds_verdict(c->feeds, now), clock_boot_ms());
    play_wait(p, c->solve.running, clock_boot_ms());
    for (; (step = play_due(p, clock_boot_ms())) != NULL; news = true) {
        press(c, step);
        play_wait(p, c->solve.running, clock_boot_ms());
    }
    if (stood && !p->running)
        console_say(c, false, tr("the tour has ended: the console is yours"));
    if (p->again)
        loop_stop(c->loop);
    else
        c->play_timer = loop_timer(c->loop, CONSOLE_PLAY_MS, on_play, c);
    if (news || stood != p->running)
        draw(c);
}

/* --- start and end --- */

static void on_tick(void *ctx)
{
    struct console *c = ctx;
    c->tick = loop_timer(c->loop, CONSOLE_TICK_MS, on_tick, c);
    console_wall_turn(c);
    if (link_is_up(c->link))
        draw(c);
    else
        console_refresh(c);
}

/* The past does not change. */
static void on_committed(void *ctx)
{
    struct console *c = ctx;
    if (!c->at_ms)
        console_refresh(c);
}

/* A demo goes faster while a plan is carried out. */
static void on_clock(void *ctx, const struct clock *clock)
{
    ((struct console *)ctx)->clock = *clock;
}

static void on_said(void *ctx, bool bad, const char *message)
{
    const struct console *c = ctx;
    if (bad && c->options->play)
        play_refused(c->options->play);
    console_say(ctx, bad, message);
    console_refresh(ctx);
}

static void on_link(void *ctx, const char *message)
{
    struct console *c = ctx;
    if (message[0])
        console_say(c, false, message);
    console_refresh(c);
}

static void on_signal(void *ctx, int signal_number)
{
    struct console *c = ctx;
    c->signal_number = signal_number;
    c->lost = c->lost || signal_number == SIGHUP;
    loop_stop(c->loop);
}

static void on_resize(void *ctx, int signal_number)
{
    struct console *c = ctx;
    (void)signal_number;
    on_input(c, -1, 0);
}

static void user_name(struct console *c)
{
    const struct passwd *pw = getpwuid(geteuid());
    if (pw)
        snprintf(c->user, sizeof c->user, "%s", pw->pw_name);
    else
        snprintf(c->user, sizeof c->user, "uid %ld", (long)geteuid());
}

static bool first_view(struct console *c, struct err *err)
{
    struct intent first;
    if (!console_subject_view(c->options->view, &first, err))
        return false;
    c->view = view_by_name(first.text);
    snprintf(c->subject, sizeof c->subject, "%s", first.at);
    if (c->options->focus)
        console_put_cursor(c, c->options->focus);
    for (size_t i = 0; i < CONSOLE_VIEWS_MAX; i++)
        c->states[i].sort_field = -2;
    struct view_state *s = console_state(c, c->view);
    enum kind kind = console_kind(c);
    snprintf(s->filter, sizeof s->filter, "%s", c->options->filter ? c->options->filter : first.filter);
    if (c->options->sort && !filter_sort_parse(kind, c->options->sort, &s->sort_field, &s->sort_descending, err))
        return false;
    return feeds_show(c->feeds, c->view, s, err);
}

/* The cache is there as soon as a collector has begun; the first one on this machine takes a moment. */
bool console_open(struct console *c, struct err *err)
{
    for (int tries = 0;; tries++) {
        c->query = query_open(c->options->state_dir, err);
        if (c->query || err_status(err) != 66 || !c->options->launcher || tries >= CONSOLE_OPEN_TRIES)
            break;
        *err = (struct err){0};
        if (tries == 0 && !dir_locked(c->options->state_dir) &&
            !launcher_start(c->options->launcher, "collector", &(pid_t){0}, err))
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 25000000}, NULL);
    }
    if (!c->query)
        return false;
    *err = (struct err){0};
    c->feeds = feeds_new(c->query, c->at_ms);
    return first_view(c, err);
}

static bool open_terminal(struct console *c, struct err *err)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    c->loop = loop_new(err);
    if (!c->loop)
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (!loop_signal(c->loop, ends[i], on_signal, c, err))
            return false;
    }
    c->term = term_new(c->options->color, err);
    if (!c->term || !loop_signal(c->loop, SIGWINCH, on_resize, c, err))
        return false;
    term_theme(c->term, &c->theme);
    c->utf8 = c->options->glyphs_auto && term_is_utf8(c->term);
    if (c->options->glyphs_auto && !c->utf8) {
        c->glyphs = GLYPHS_ASCII;
        console_say(c, false, tr("this terminal does not show UTF-8: ASCII is used; --glyphs unicode changes that"));
    }
    if (!c->message[0] && tr_locale_missing())
        console_say(c, false, tr_locale_missing());
    return loop_fd(c->loop, term_fd(c->term), LOOP_READ, on_input, c, err);
}

static void open_typed(struct console *c)
{
    struct err err = {0};
    c->typed = typed_new(c->options->own_dir, &err);
    if (err.kind != ERR_NONE)
        console_fail(c, &err);
}

void console_follow_collector(struct console *c)
{
    const struct link_handler handler = {.clock = on_clock, .committed = on_committed, .changed = on_link, .ctx = c};
    if (!c->options->offline && !c->at_ms)
        c->link = link_new(c->loop, c->options, &handler);
    c->ask = ask_new(c->loop, c->link, &(struct ask_handler){.say = on_said, .ctx = c});
}

void console_end(struct console *c)
{
    for (size_t i = 0; view_table[i]; i++) {
        if (view_table[i]->forget)
            view_table[i]->forget(&c->states[i]);
        marks_free(c->states[i].marks);
    }
    console_find_end(c);
    console_solve_end(c);
    term_free(c->term);
    ask_free(c->ask);
    link_free(c->link);
    feeds_free(c->feeds);
    feeds_free(c->present);
    if (c->options->sender)
        launcher_output_forget(c->options->sender, c);
    who_free(c->who);
    typed_free(c->typed);
    reading_free(c->reading);
    query_close(c->query);
    raster_outline_release(&c->outline);
    free(c->mouse.spots.rows);
    canvas_release(&c->canvas);
    loop_free(c->loop);
}

void console_begin(struct console *c, const struct console_options *options)
{
    c->options = options;
    c->at_ms = options->at_ms;
    c->clock = options->clock;
    c->glyphs = options->glyphs;
    c->who = who_new();
    c->reading = reading_new();
    c->follow = follow;
    c->count = count;
    user_name(c);
}

bool console_run(const struct console_options *options, struct err *err)
{
    struct console *c = mem_new(1, sizeof *c); /* 1.4 MB, of which little is touched */
    bool ok = false;
    console_begin(c, options);
    if (theme_load(options->theme_path, &c->theme, err) && console_open(c, err) && open_terminal(c, err)) {
        open_typed(c);
        console_set_begin(c);
        console_place_restore(c);
        feeds_first(c->feeds, console_now(c), CONSOLE_FIRST_US, CONSOLE_FIRST_LIST_US);
        console_subject_open(c);
        draw(c);
        console_follow_collector(c);
        console_refresh(c);
        on_tick(c);
        if (options->play)
            on_play(c);
        ok = loop_run(c->loop, err);
        if (c->lost)
            console_place_keep(c);
    }
    console_end(c);
    int signal_number = c->signal_number;
    free(c);
    if (signal_number) {
        err_set(err, ERR_INPUT, "ended by signal %d", signal_number);
        return err_exit(err, 128 + signal_number);
    }
    return ok;
}

bool console_print(const struct console_options *options, struct buf *out, struct err *err)
{
    struct console *c = mem_new(1, sizeof *c);
    char title[ERR_HINT_MAX];
    bool ok = false;
    console_begin(c, options);
    snprintf(c->user, sizeof c->user, "%s", "-");
    if (theme_load(options->theme_path, &c->theme, err) && console_open(c, err) &&
        canvas_init(&c->canvas, options->width, options->height, c->glyphs)) {
        theme_signs(&c->theme, &c->canvas);
        while (feeds_step(c->feeds, console_now(c), CONSOLE_FIRST_US))
            continue;
        console_subject_open(c);
        while (feeds_step(c->feeds, console_now(c), CONSOLE_FIRST_US))
            continue;
        while (who_step(c->who, console_now(c), CONSOLE_FIRST_US))
            continue;
        compose(c, title);
        const struct err *failed = feeds_error(c->feeds);
        if (failed)
            *err = *failed;
        ok = !failed && canvas_print(&c->canvas, out, err);
    }
    console_end(c);
    free(c);
    return ok;
}
