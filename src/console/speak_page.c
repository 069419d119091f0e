#include "console/speak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tr.h"
#include "console/line.h"

enum { SLICE_US = 20000, SETTLE_MS = 3000, SENTENCE_BYTES = 2048, HELP_BYTES = 64 << 10 };

/* --- printing --- */

/* One line, whatever it came from: what must not reach a terminal is shown by marks. Without UTF-8 the one sign that sentences use is
 * spelled. */
/* Of the terminal that is written to; 0: it is none, or says nothing. */
static int columns(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Lines end between words: a terminal would break them anywhere, and half a word is spelt out. Where there is no blank in the
 * second half of a line, as in Chinese, the terminal may. */
static void put_wrapped(const char *text, int width)
{
    struct text_iter it = text_iter_make(text_of(text));
    struct text_cell cell;
    const char *all = text, *blank = NULL;
    int used = 0, at_blank = 0;

    while (width > 0 && text_next(&it, &cell)) {
        used += cell.width;
        if (used > width && blank != NULL && at_blank > width / 2) {
            printf("%.*s\n", (int)(blank - text), text);
            text = blank + 1;
            used -= at_blank;
            blank = NULL;
        } else if (used > width) {
            used = cell.width;
            blank = NULL;
        }
        if (strcmp(cell.utf8, " ") == 0) {
            blank = all + it.at - 1;
            at_blank = used;
        }
    }
    fputs(text, stdout);
}

static void put_text(const struct speak *s, struct safe_text line)
{
    static const char arrow[] = "→";
    struct buf shown = buf_make(SPEECH_BYTES);
    const char *text, *at;

    text_show(line, -1, &shown);
    for (text = buf_str(&shown); s->c.glyphs == GLYPHS_ASCII && (at = strstr(text, arrow));
         text = at + sizeof arrow - 1)
        printf("%.*s->", (int)(at - text), text);
    put_wrapped(text, columns());
    buf_release(&shown);
}

static void put(const struct speak *s, const char *text)
{
    const char *end;

    for (; (end = strchr(text, '\n')); text = end + 1) {
        put_text(s, text_from(text, (size_t)(end - text)));
        putchar('\n');
    }
    put_text(s, text_of(text));
}

void speak_page_print(struct speak *s, const char *text)
{
    if (s->prompted)
        putchar('\n');
    s->prompted = false;
    put(s, text);
    fflush(stdout);
}

static void say_line(struct speak *s, const char *text)
{
    speak_page_print(s, text);
    speak_page_print(s, "\n");
}

/* --- what is asked in place of a command --- */

static void tell_dialog(struct speak *s, const struct dialog *d)
{
    say_line(s, d->title);
    for (size_t i = 0; i < d->line_count; i++)
        say_line(s, d->lines[i] + strspn(d->lines[i], " "));
}

static void ask_verbs(struct speak *s, const struct dialog *d)
{
    for (size_t i = 0; i < d->verb_count; i++) {
        char line[256];
        if (d->verbs[i].letter == 'c') /* to a clipboard: the text stands above */
            continue;
        snprintf(line, sizeof line, tr("%c: %s\n"), d->verbs[i].letter, d->verbs[i].words);
        speak_page_print(s, line);
    }
    speak_page_print(s, tr("anything else leaves it\n"));
}

/* Back to the first field where something is wrong: all are asked again. */
static void ask_form(struct speak *s)
{
    struct dialog *d = &s->c.form.dialog;

    if (!s->asking) {
        tell_dialog(s, d);
        speak_page_print(s, tr("Esc leaves it.\n"));
    }
    bool wrong = d->firm && d->at + 1 == d->field_count && d->fields[d->at].prompt.len > 0;
    s->asking = true;
    if ((wrong || d->at >= d->field_count) && d->problem[0]) {
        say_line(s, d->problem);
        d->at = wrong ? d->at : 0;
    }
    if (d->at >= d->field_count)
        ask_verbs(s, d);
    else
        put(s, d->fields[d->at].label);
}

static void ask_brief(struct speak *s)
{
    say_line(s, s->c.brief.dialog.title);
    say_line(s, brief_text(&s->c.brief));
    ask_verbs(s, &s->c.brief.dialog);
}

void speak_page_prompt(struct speak *s)
{
    char label[INTENT_TEXT_MAX + 32];

    if (s->prompted)
        return;
    if (s->c.mode == MODE_FORM)
        ask_form(s);
    else if (s->c.mode == MODE_BRIEF)
        ask_brief(s);
    else
        s->asking = false;
    if (s->c.mode == MODE_TEXT) {
        snprintf(label, sizeof label, tr("note on %s: "), s->c.pending.text);
        put(s, label);
    }
    put(s, "> ");
    fflush(stdout);
    s->prompted = true;
}

/* --- the page --- */

/* Until all that the view needs is there, or for as long as somebody waits without a word. */
static void settle(struct console *c)
{
    int64_t until_ms = clock_boot_ms() + SETTLE_MS;
    bool more = true;

    while (more && clock_boot_ms() < until_ms) {
        more = feeds_step(c->feeds, console_now(c), SLICE_US);
        more |= who_step(c->who, console_now(c), SLICE_US);
    }
}

static void draw(struct speak *s, struct speech *to)
{
    struct console *c = &s->c;

    settle(c);
    buf_clear(&to->text);
    to->item_count = to->list_count = 0;
    spots_clear(&c->mouse.spots);
    struct view_frame frame = console_frame(c);
    frame.speech = to;
    canvas_clear(&c->canvas);
    c->view->draw(&frame, console_state(c, c->view), &c->canvas);
}

/* The view's name, where its first list does not begin with it. */
static void put_title(struct speak *s, const struct buf *told, struct buf *out)
{
    const struct console *c = &s->c;
    const struct view_state *state = console_state(&s->c, c->view);
    const char *title = tr(c->view->title);
    char filter[VIEW_FILTER_MAX * 2];

    if (strncmp(buf_str(told), title, strlen(title)) == 0)
        return;
    buf_puts(out, title, NULL);
    if (state->filter[0])
        buf_printf(out, NULL, tr(", filter %s"), text_show_in(text_of(state->filter), filter, sizeof filter));
    buf_putc(out, '\n', NULL);
}

void speak_page(struct speak *s)
{
    struct buf told = buf_make(SPEECH_BYTES), out = buf_make(2 * SPEECH_BYTES);

    draw(s, &s->page);
    if (!speech_page(&s->page, &s->c.canvas, s->c.view->prose, &told))
        buf_puts(&told, tr("This view is a picture: links, tree, alerts and balance say the same in lists.\n"), NULL);
    put_title(s, &told, &out);
    buf_puts(&out, buf_str(&told), NULL);
    speak_page_print(s, buf_str(&out));
    buf_release(&told);
    buf_release(&out);
}

void speak_page_turned(struct speak *s)
{
    struct buf out = buf_make(SPEECH_BYTES);
    const struct speech_list *list;

    draw(s, &s->page);
    list = speak_page_list(s);
    if (list)
        speech_one(list, &s->page, &s->c.canvas, &out);
    speak_page_print(s, buf_str(&out));
    buf_release(&out);
}

struct speech_list *speak_page_list(struct speak *s)
{
    const struct view_state *state = console_state(&s->c, s->c.view);

    for (size_t i = 0; i < s->page.list_count; i++)
        if (s->page.lists[i].place == &state->place[state->panel])
            return &s->page.lists[i];
    for (size_t i = 0; i < s->page.list_count; i++)
        if (s->page.lists[i].focused && s->page.lists[i].place)
            return &s->page.lists[i];
    for (size_t i = 0; i < s->page.list_count; i++)
        if (s->page.lists[i].place)
            return &s->page.lists[i];
    return NULL;
}

/* --- one row --- */

static void put_cursor(struct speak *s, const struct speech_item *item)
{
    struct view_state *state = console_state(&s->c, s->c.view);
    struct view_place *p = item->place;

    memcpy(p->id, item->id, p->id_len = item->id_len);
    memcpy(p->source, item->source, p->source_len = item->source_len);
    p->position = item->position;
    for (size_t i = 0; i < s->page.list_count; i++)
        if (s->page.lists[i].place == p && !s->page.lists[i].focused && p >= state->place &&
            p < state->place + VIEW_PANELS_MAX)
            state->panel = (int)(p - state->place);
}

bool speak_page_choose(struct speak *s, long number)
{
    char text[128];

    if (number >= 1 && (size_t)number <= s->page.item_count) {
        put_cursor(s, &s->page.items[number - 1]);
        return true;
    }
    if (s->page.item_count == 0)
        snprintf(text, sizeof text, "%s", tr("no list was told: alerts tells one"));
    else
        snprintf(text, sizeof text, tr("the last list has numbers from 1 to %zu"), s->page.item_count);
    console_say(&s->c, true, text);
    return false;
}

/* The row of an object of which the view told kind and id, where one of its lists has it. */
static void put_object(struct speak *s, struct buf *out)
{
    struct console *c = &s->c;
    struct view_frame frame = console_frame(c);
    struct row object = {0}, row = {0};

    if (!c->view->object || !c->view->object(&frame, console_state(c, c->view), &object))
        return;
    for (size_t i = 0; c->view->needs[i].kind != KIND_NONE; i++) {
        const struct view_rows *rows = &frame.rows[i];
        int64_t at = c->view->needs[i].kind == object.kind ? rows->find(rows->ctx, object.id, text_of("")) : -1;
        if (at < 0 || !rows->at(rows->ctx, (size_t)at, &row))
            continue;
        speech_row(&row, rows, frame.past ? c->at_ms : frame.now.utc_ms, out);
        return;
    }
}

static void tell_row(struct speak *s, struct speech *one)
{
    struct buf out = buf_make(SPEECH_BYTES);

    draw(s, one);
    buf_puts(&out, one->found ? buf_str(&one->text) : tr("It is gone from the list.\n"), NULL);
    if (one->found && one->row.kind == KIND_NONE)
        put_object(s, &out);
    speak_page_print(s, buf_str(&out));
    buf_release(&out);
}

void speak_page_row(struct speak *s)
{
    const struct speech_list *list = speak_page_list(s);
    struct speech_item item = {.place = list ? list->place : NULL};
    struct speech *one;

    if (!list) {
        console_say(&s->c, true, tr("no list was told: alerts tells one"));
        return;
    }
    item.position = item.place->position;
    memcpy(item.id, item.place->id, item.id_len = item.place->id_len);
    memcpy(item.source, item.place->source, item.source_len = item.place->source_len);
    one = mem_new(1, sizeof *one);
    *one = (struct speech){.text = buf_make(SPEECH_BYTES), .wanted = &item};
    tell_row(s, one);
    buf_release(&one->text);
    free(one);
}

/* --- the first words, and the help --- */

static void put_state(struct speak *s, struct buf *out)
{
    struct strip strip = console_strip(&s->c);
    char age[CLOCK_TEXT_MAX];
    int64_t age_ms;
    const char *word = strip_word(&strip, &age_ms);

    snprintf(s->word, sizeof s->word, "%s", word);
    if (age_ms >= 0)
        buf_printf(out, NULL, tr("Data: %s, %s old.\n"), word, clock_age(age_ms, age));
    else
        buf_printf(out, NULL, tr("Data: %s.\n"), word);
}

void speak_page_begin(struct speak *s)
{
    const struct console_options *o = s->c.options;
    const struct verdict *v = feeds_verdict(s->c.feeds, console_now(&s->c));
    struct buf out = buf_make(SENTENCE_BYTES);
    char context[64];

    buf_printf(&out, NULL, "%s\n", v->text);
    buf_printf(&out, NULL, "hubtop, %s, %s.\n",
               text_show_in(text_of(o->demo ? tr("DEMO (sample data)") : o->context), context, sizeof context),
               console_may_write(&s->c) ? tr("changes are allowed") : tr("read-only"));
    put_state(s, &out);
    buf_printf(&out, NULL, tr("Critical %u, warnings %u, acknowledged %u.\n"), v->crit, v->warn, v->acked);
    buf_puts(&out,
             tr("Type a view such as alerts, jobs or links; a number opens that row; help tells more; q leaves.\n"),
             NULL);
    speak_page_print(s, buf_str(&out));
    buf_release(&out);
}

static void put_keys(const struct key_row *table, struct buf *out)
{
    for (const struct key_row *k = table; k->keys; k++)
        buf_printf(out, NULL, "%s: %s\n", k->keys, k->help ? tr(k->help) : "");
}

static void put_words(struct speak *s, struct buf *out)
{
    buf_puts(out, tr("A number: all that is known of that row of the last list.\n"), NULL);
    for (const struct speak_line_word *w = speak_line_words; w->names; w++)
        buf_printf(out, NULL, "%s: %s\n", w->names, tr(w->help));
    buf_puts(out, tr("/EXPR: only what matches; / alone: everything again.\n"), NULL);
    for (const struct line_command *l = line_table; l->names; l++)
        if (l->kind != INTENT_OPEN_VIEW || !l->view || view_by_name(l->view))
            buf_printf(out, NULL, "%s: %s\n", l->names, tr(l->help));
    for (size_t i = 0; view_table[i]; i++)
        if (!view_table[i]->page && view_is_available(view_table[i], feeds_kinds(s->c.feeds)))
            buf_printf(out, NULL, "%s: %s\n", view_table[i]->name, tr(view_table[i]->help));
    buf_puts(out, tr("Behind ack, note, open, detail and who the number of a row may stand: ack 3 on it.\n"), NULL);
    buf_puts(out, tr("A key of the console, then Enter, does what it does there; help keys tells them.\n"), NULL);
}

void speak_page_help(struct speak *s, const char *about)
{
    struct buf out = buf_make(HELP_BYTES);

    if (strcmp(about, "keys") == 0) {
        put_keys(s->c.view->keys, &out);
        put_keys(console_keys(), &out);
    } else
        put_words(s, &out);
    speak_page_print(s, buf_str(&out));
    buf_release(&out);
}
