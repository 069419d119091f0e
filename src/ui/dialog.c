#include "ui/dialog.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/tr.h"
#include "ui/key.h"

enum { WIDTH_MOST = 100, WIDTH_LEAST = 40, EDGES = 2, TYPED_LEAST = 8 };

enum action { NEXT = 1, PREVIOUS, FORWARD, CANCEL };

static const struct key_row keys[] = {
    {"Enter", FORWARD, NULL, "the next field; on the buttons Cancel"},
    {"Tab Down", NEXT, NULL, "the next field, then the buttons"},
    {"S-Tab Up", PREVIOUS, NULL, "the field before"},
    {"Esc C-g", CANCEL, NULL, "leave everything as it is"},
    {0},
};

const struct key_row *dialog_keys(void)
{
    return keys;
}

void dialog_start(struct dialog *d, int64_t boot_ms)
{
    d->at = 0;
    d->guard_ms = boot_ms + DIALOG_GUARD_MS;
}

void dialog_say(struct dialog *d, const char *line)
{
    if (d->line_count < DIALOG_LINES_MAX)
        snprintf(d->lines[d->line_count++], DIALOG_LINE_BYTES, "%s", line);
}

static bool on_buttons(const struct dialog *d)
{
    return d->at >= d->field_count;
}

void dialog_finish(struct dialog *d, int64_t boot_ms)
{
    d->at = d->field_count;
    d->guard_ms = boot_ms + DIALOG_GUARD_MS;
}

/* Around: the buttons come after the last field. */
static enum dialog_result step(struct dialog *d, size_t by, int64_t boot_ms)
{
    d->at = (d->at + by) % (d->field_count + 1);
    if (on_buttons(d))
        d->guard_ms = boot_ms + DIALOG_GUARD_MS;
    return DIALOG_OPEN;
}

static enum dialog_result key_in_field(struct dialog *d, uint32_t code)
{
    return prompt_key(&d->fields[d->at].prompt, code) == PROMPT_EDITED ? DIALOG_EDITED : DIALOG_OPEN;
}

enum dialog_result dialog_key(struct dialog *d, uint32_t code, int64_t boot_ms)
{
    int action = key_action(keys, code);

    if (action == CANCEL) /* at any moment: nothing is lost by it */
        return DIALOG_CANCELLED;
    if (boot_ms < d->guard_ms || code == KEY_CODE_PASTE)
        return DIALOG_OPEN;
    if (action == FORWARD && d->firm && d->at + 1 >= d->field_count)
        return DIALOG_OPEN;
    if (action == FORWARD && on_buttons(d))
        return DIALOG_CANCELLED;
    if (action == NEXT || action == FORWARD)
        return step(d, 1, boot_ms);
    if (action == PREVIOUS)
        return step(d, d->field_count, boot_ms);
    if (!on_buttons(d))
        return key_in_field(d, code);
    for (size_t i = 0; i < d->verb_count && d->problem[0] == '\0'; i++) {
        if (code != (unsigned char)d->verbs[i].letter)
            continue;
        d->chosen = d->verbs[i].letter;
        return DIALOG_CONFIRMED;
    }
    return DIALOG_OPEN;
}

/* --- drawing --- */

size_t dialog_fold(const char *text, int columns)
{
    struct text_iter it = text_iter_make(text_of(text));
    struct text_cell cell;
    size_t before = 0, blank = 0;
    int width = 0;

    while (text_next(&it, &cell)) {
        width += cell.width;
        if (width > columns && before > 0)
            return cell.utf8[0] == ' ' ? it.at : blank > 0 ? blank : before;
        before = it.at;
        blank = cell.utf8[0] == ' ' ? it.at : blank;
    }
    return strlen(text);
}

static size_t row_of(const char *line, int columns)
{
    return line[0] == ' ' ? strlen(line) : dialog_fold(line, columns);
}

static int rows_of(const struct dialog *d, int columns)
{
    int rows = 0;

    for (size_t i = 0; i < d->line_count; i++) {
        const char *rest = d->lines[i];
        do {
            rest += row_of(rest, columns);
            rows++;
        } while (*rest != '\0');
    }
    return rows;
}

static int label_width(const struct dialog *d)
{
    int width = 0;

    for (size_t i = 0; i < d->field_count; i++) {
        int n = text_width(text_of(d->fields[i].label));
        width = n > width ? n : width;
    }
    return width;
}

static int width_of(const struct dialog *d, const struct canvas *c)
{
    int width = WIDTH_LEAST;

    for (size_t i = 0; i < d->line_count; i++) {
        int n = text_width(text_of(d->lines[i])) + 2 * EDGES;
        width = n > width ? n : width;
    }
    if (d->field_count > 0 && width < c->width * 3 / 4)
        width = c->width * 3 / 4;
    width = width > WIDTH_MOST ? WIDTH_MOST : width;
    return width < c->width ? width : c->width;
}

static void put_lines(const struct dialog *d, struct canvas *c, struct area in, int room)
{
    int columns = in.width - 2, all = rows_of(d, columns), y = 0;

    for (size_t i = 0; i < d->line_count; i++) {
        const char *rest = d->lines[i];
        do {
            size_t n = row_of(rest, columns);
            bool cut = y == room - 1 && room < all;

            if (y >= room)
                return;
            if (cut)
                canvas_puts(c, in.x + 1, in.y + y++, columns, ROLE_DIM, tr("more, no room here"));
            else
                canvas_text(c, in.x + 1, in.y + y++, columns, ROLE_TEXT,
                            text_from(rest, n - (n > 0 && rest[n - 1] == ' ')));
            rest += n;
        } while (*rest != '\0');
    }
}

static void put_fields(const struct dialog *d, struct canvas *c, struct area in, int y)
{
    int labels = label_width(d), most = in.width - 4 - TYPED_LEAST;

    labels = labels < most ? labels : most > 0 ? most : 0;
    for (size_t i = 0; i < d->field_count; i++) {
        int x = in.x + 1 + labels + 2, width = in.width - labels - 4;
        const struct dialog_field *f = &d->fields[i];

        canvas_puts(c, in.x + 1, y + (int)i, labels + 1, d->at == i ? ROLE_TITLE : ROLE_DIM, f->label);
        if (d->at == i)
            prompt_draw(&f->prompt, c, x, y + (int)i, width, "");
        else
            canvas_text(c, x, y + (int)i, width, ROLE_TEXT, text_from(f->prompt.text, f->prompt.len));
    }
}

/* Returns where the next one stands. */
static int put_verb(const struct dialog *d, const struct dialog_verb *v, struct canvas *c, struct area in, int x, int y)
{
    bool can = d->problem[0] == '\0';
    char letter[2] = {v->letter, '\0'};
    int end = in.x + in.width - 1;

    if (x >= end)
        return x;
    x += canvas_puts(c, x, y, end - x, can ? ROLE_KEY : ROLE_DIM, letter) + 1;
    if (x < end)
        x += canvas_puts(c, x, y, end - x, !can ? ROLE_DIM : d->severe ? ROLE_DANGER : ROLE_TEXT, v->words);
    return x + 3;
}

static void put_buttons(const struct dialog *d, struct canvas *c, struct area in, int y)
{
    bool here = on_buttons(d);
    int x = in.x + 1, used;

    used = canvas_printf(c, x, y, in.width - 2, ROLE_KEY, "Esc %s", tr("Cancel"));
    if (here) {
        canvas_select(c, x, y, used);
        c->cursor_x = x;
        c->cursor_y = y;
        c->cursor_shown = false;
    }
    x += used + 4;
    for (size_t i = 0; i < d->verb_count; i++)
        x = put_verb(d, &d->verbs[i], c, in, x, y);
    if (!here && !(d->firm && d->at + 1 == d->field_count) && in.x + in.width - x > 4)
        canvas_puts(c, x, y, in.x + in.width - x - 1, ROLE_DIM, tr("Enter: next field"));
}

void dialog_draw(const struct dialog *d, struct canvas *c)
{
    struct area box = {.width = width_of(d, c)}, in;
    int fixed = 2 + (int)d->field_count + 3; /* the frame; two blanks and the buttons */
    int lines = rows_of(d, box.width - 2 * EDGES), most = c->height - 1 - fixed; /* the keys' row stays */
    int room = most < lines ? most : lines;

    box.height = fixed + (room > 0 ? room : 0);

    box.x = (c->width - box.width) / 2;
    box.y = (c->height - box.height) / 2;
    box.y = box.y < 0 ? 0 : box.y;
    canvas_fill(c, box, ROLE_TEXT, ' ');
    in = canvas_box(c, box, d->title, NULL);
    if (in.height < 1)
        return;
    put_lines(d, c, in, room);
    put_fields(d, c, in, in.y + in.height - 2 - (int)d->field_count);
    canvas_puts(c, in.x + 1, in.y + in.height - 2, in.width - 2, ROLE_WARN, d->problem);
    put_buttons(d, c, in, in.y + in.height - 1);
}
