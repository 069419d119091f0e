#ifndef HUBTOP_TESTS_UNIT_CONSOLE_CONSOLE_WORLD_H
#define HUBTOP_TESTS_UNIT_CONSOLE_CONSOLE_WORLD_H

/* A console without a terminal and without a collector, over a store of the test's own. */

#include "unit/store/fixture.h"

#include "console/console_private.h"

static struct fixture f;
static struct console console;
static struct console_options options;

static inline void settle(void)
{
    while (console_step(&console))
        continue;
}

static inline void draw(void)
{
    struct view_frame frame = console_frame(&console);

    canvas_clear(&console.canvas);
    console.view->draw(&frame, console_state(&console, console.view), &console.canvas);
}

static inline bool said(const char *words)
{
    return strstr(console.message, words) != NULL;
}

/* What the store holds is shown with these options; the state directory and the clock are set here. */
static inline void world_open(const struct console_options *of)
{
    struct err err = {0};

    options = *of;
    options.state_dir = f.dir;
    options.context = "test";
    options.clock = clock_simulated(f.now.utc_ms, 0);
    memset(&console, 0, sizeof console);
    console_begin(&console, &options);
    console.loop = loop_new(&err);
    console.typed = typed_new(NULL, &err);
    assert_true(console_open(&console, &err));
    assert_true(canvas_init(&console.canvas, 80, 24, GLYPHS_ASCII));
    settle();
}

static inline int world_close(void **state)
{
    (void)state;
    console_end(&console);
    fixture_release(&f);
    return 0;
}

#endif
