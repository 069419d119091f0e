#include "console/speak.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tr.h"

enum { WIDTH = 100, HEIGHT = 32, TICK_MS = 500, PATIENCE_MS = 5000, READ_BYTES = 4096 };

/* --- saying --- */

static void hear(struct console *c, bool is_error, const char *text)
{
    struct speak *s = (struct speak *)c;

    s->bad = s->bad || is_error;
    s->said = true;
    speak_page_print(s, text);
    speak_page_print(s, "\n");
}

static void forget(struct console *c)
{
    tell_forget(((struct speak *)c)->tell);
}

/* The word for how far the data can be trusted is another one: said among the changes, which are held back a moment. */
static void look_at_state(struct speak *s)
{
    struct strip strip = console_strip(&s->c);
    char line[SPEAK_WORD_MAX * 2], age[CLOCK_TEXT_MAX];
    int64_t age_ms;
    const char *word = strip_word(&strip, &age_ms);

    if (s->c.at_ms || strcmp(word, s->word) == 0)
        return;
    snprintf(s->word, sizeof s->word, "%s", word);
    if (age_ms >= 0)
        snprintf(line, sizeof line, tr("data: %s, %s old"), word, clock_age(age_ms, age));
    else
        snprintf(line, sizeof line, tr("data: %s"), word);
    tell_add(s->tell, line);
}

static void tell_changes(struct speak *s)
{
    struct buf out = buf_make(128 << 10);

    look_at_state(s);
    if (tell_take(s->tell, clock_boot_ms(), &out)) {
        speak_page_print(s, buf_str(&out));
        s->asking = false;
    }
    buf_release(&out);
}

/* --- lines --- */

/* Cuts the first line off what was typed; without a newline only at the end of the input. */
static bool take_line(struct speak *s, char out[SPEAK_LINE_MAX])
{
    const char *end = s->in.len > 0 ? memchr(s->in.data, '\n', s->in.len) : NULL;
    size_t n = end ? (size_t)(end - s->in.data) : s->in.len, kept;

    if (!end && !(s->ended && n > 0))
        return false;
    kept = n < SPEAK_LINE_MAX ? n : SPEAK_LINE_MAX - 1;
    memcpy(out, s->in.data, kept);
    out[kept] = '\0';
    out[strcspn(out, "\r")] = '\0';
    buf_shift(&s->in, n + (end != NULL));
    return true;
}

static bool is_text(const char *line)
{
    for (const char *at = line; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    return text_is_utf8(text_of(line));
}

/* One after the other, each when the one before was answered. */
static void obey(struct speak *s)
{
    char line[SPEAK_LINE_MAX];

    while (s->ready && !ask_waits(s->c.ask) && !loop_stopping(s->c.loop) && take_line(s, line)) {
        if (!s->terminal && s->prompted) /* there the Enter that was typed ended it */
            putchar('\n');
        s->prompted = false;
        if (is_text(line))
            speak_line(s, line);
        else
            console_say(&s->c, true, tr("a line is text without control characters"));
        if (!ask_waits(s->c.ask) && !loop_stopping(s->c.loop))
            speak_page_prompt(s);
    }
    if (s->ready && s->ended && s->in.len == 0 && !ask_waits(s->c.ask))
        loop_stop(s->c.loop);
}

static bool on_file(void *ctx);

static void read_input(struct speak *s, int events)
{
    char bytes[READ_BYTES];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n > 0 && !buf_put(&s->in, bytes, (size_t)n, NULL))
        n = 0; /* nobody types that much: as if it had ended */
    if (n <= 0) {
        s->ended = true;
        if (s->input_task)
            loop_task_cancel(s->c.loop, s->input_task);
        else
            loop_fd(s->c.loop, STDIN_FILENO, 0, NULL, NULL, NULL);
    }
    s->c.lost = s->c.lost || (s->terminal && (events & LOOP_HANGUP) != 0);
}

static void on_input(void *ctx, int fd, int events)
{
    struct speak *s = ctx;

    (void)fd;
    read_input(s, events);
    obey(s);
}

/* A file is never waited for. */
static bool on_file(void *ctx)
{
    struct speak *s = ctx;

    read_input(s, 0);
    if (s->ended)
        obey(s);
    return !s->ended;
}

/* --- following --- */

static bool is_ready(struct speak *s)
{
    struct console *c = &s->c;
    struct feeds_freshness f = feeds_freshness(c->feeds, console_now(c));

    if (c->options->offline || c->at_ms || clock_boot_ms() - s->begun_ms > PATIENCE_MS)
        return true;
    return f.sources > 0 && f.asked == f.sources;
}

static void begin(struct speak *s)
{
    s->ready = is_ready(s);
    if (!s->ready)
        return;
    speak_page_begin(s);
    s->said = false;
    console_place_restore(&s->c);
    if (s->c.options->view || s->said)
        speak_page(s);
    speak_page_prompt(s);
}

static bool follow(void *ctx)
{
    struct speak *s = ctx;
    struct console *c = &s->c;
    bool more = console_step(c);

    if (!c->at_ms)
        more |= tell_look(s->tell, c->query, c->feeds, console_now(c));
    if (more)
        return true;
    bool again = c->again;
    c->task = 0;
    c->again = false;
    if (!s->ready)
        begin(s);
    if (s->ready) {
        tell_changes(s);
        obey(s);
        if (!ask_waits(c->ask) && !loop_stopping(c->loop))
            speak_page_prompt(s);
    }
    if (ferror(stdout))
        loop_stop(c->loop);
    if (again)
        console_refresh(c);
    return false;
}

static bool count(void *ctx)
{
    struct speak *s = ctx;
    bool more = who_step(s->c.who, console_now(&s->c), CONSOLE_SLICE_US);

    if (!more)
        s->c.count_task = 0;
    return more;
}

static void on_tick(void *ctx)
{
    struct speak *s = ctx;

    s->c.tick = loop_timer(s->c.loop, TICK_MS, on_tick, s);
    console_refresh(&s->c);
}

/* --- start and end --- */

static void on_signal(void *ctx, int signal_number)
{
    struct speak *s = ctx;

    s->c.lost = s->c.lost || signal_number == SIGHUP;
    s->c.signal_number = signal_number == SIGHUP ? 0 : signal_number;
    loop_stop(s->c.loop);
}

static bool open_lines(struct speak *s, struct err *err)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    struct stat st;

    s->c.loop = loop_new(err);
    for (size_t i = 0; s->c.loop && i < sizeof ends / sizeof *ends; i++)
        if (!loop_signal(s->c.loop, ends[i], on_signal, s, err))
            return false;
    if (!s->c.loop || !canvas_init(&s->c.canvas, WIDTH, HEIGHT, GLYPHS_UNICODE))
        return false;
    theme_signs(&s->c.theme, &s->c.canvas);
    s->terminal = isatty(STDIN_FILENO);
    if (fstat(STDIN_FILENO, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
        s->input_task = loop_task(s->c.loop, on_file, s);
        return true;
    }
    return loop_fd(s->c.loop, STDIN_FILENO, LOOP_READ, on_input, s, err);
}

bool console_speak(const struct console_options *options, struct err *err)
{
    struct speak *s = mem_new(1, sizeof *s);
    struct console *c = &s->c;
    bool ok = false;

    console_begin(c, options);
    c->hear = hear;
    c->forget = forget;
    c->follow = follow;
    c->count = count;
    s->tell = tell_new();
    s->in = buf_make(1 << 20);
    s->page.text = buf_make(SPEECH_BYTES);
    s->begun_ms = clock_boot_ms();
    if (theme_load(options->theme_path, &c->theme, err) && console_open(c, err) && open_lines(s, err)) {
        console_set_begin(c);
        console_follow_collector(c);
        console_refresh(c);
        on_tick(s);
        ok = loop_run(c->loop, err);
        if (s->prompted)
            putchar('\n');
        fflush(stdout);
        if (c->lost)
            console_place_keep(c);
    }
    int signal_number = c->signal_number;
    tell_free(s->tell);
    console_end(c);
    buf_release(&s->in);
    buf_release(&s->page.text);
    free(s);
    if (!signal_number)
        return ok;
    err_set(err, ERR_INPUT, "ended by signal %d", signal_number);
    return err_exit(err, 128 + signal_number);
}
