/* frames COLUMNSxROWS FILE: whether a printed screen fits: that many rows, none wider, no control, and every frame's sides
 * straight from its upper corner down to its lower one. Prints what is not so as FILE:ROW: why; then it ends with 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ROWS_MAX = 200, COLUMNS_MAX = 400, BYTES_MAX = 8 * COLUMNS_MAX, GLYPH_MAX = 32 };

struct screen {
    char at[ROWS_MAX][COLUMNS_MAX][GLYPH_MAX]; /* "" right of a wide character */
    int width[ROWS_MAX], rows;
};

static int wrong;

static void tell(const char *file, int row, const char *why, int figure)
{
    printf("%s:%d: %s %d\n", file, row + 1, why, figure);
    wrong++;
}

static void take_row(struct screen *s, const char *line)
{
    struct text_iter it = text_iter_make(text_of(line));
    struct text_cell cell;
    int x = 0;

    while (text_next(&it, &cell) && x + cell.width < COLUMNS_MAX) {
        snprintf(s->at[s->rows][x], GLYPH_MAX, "%s", cell.utf8);
        x += cell.width;
    }
    s->width[s->rows++] = x;
}

static bool load(struct screen *s, const char *file)
{
    static char line[BYTES_MAX];
    FILE *in = fopen(file, "r");

    if (in == NULL)
        return false;
    while (s->rows < ROWS_MAX && fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        for (const char *c = line; *c != '\0'; c++)
            if ((unsigned char)*c < ' ' || *c == 0x7f)
                tell(file, s->rows, "holds the control", *c);
        take_row(s, line);
    }
    fclose(in);
    return true;
}

static bool is_one_of(const char *glyph, const char *const *set)
{
    for (; *set != NULL; set++)
        if (strcmp(glyph, *set) == 0)
            return true;
    return false;
}

static void go_down(const struct screen *s, const char *file, int x, int top)
{
    static const char *const sides[] = {"│", "├", "┤", NULL}, *const ends[] = {"└", "┘", NULL};
    int y = top + 1;

    while (y < s->rows && is_one_of(s->at[y][x], sides))
        y++;
    if (y == s->rows || !is_one_of(s->at[y][x], ends))
        tell(file, y, "the frame's side is broken in column", x + 1);
}

/* One that a line leads to: a sign on a test card is none. */
static bool is_corner(const struct screen *s, int x, int y)
{
    return (strcmp(s->at[y][x], "┌") == 0 && strcmp(s->at[y][x + 1], "─") == 0) ||
           (x > 0 && strcmp(s->at[y][x], "┐") == 0 && strcmp(s->at[y][x - 1], "─") == 0);
}

int main(int argc, char **argv)
{
    static struct screen s;
    int columns, rows;

    if (argc != 3 || sscanf(argv[1], "%dx%d", &columns, &rows) != 2 || !load(&s, argv[2])) {
        fprintf(stderr, "frames COLUMNSxROWS FILE\n");
        return 64;
    }
    if (s.rows != rows)
        tell(argv[2], s.rows - 1, "is the last of rows, wanted", rows);
    for (int y = 0; y < s.rows; y++) {
        if (s.width[y] > columns)
            tell(argv[2], y, "columns:", s.width[y]);
        for (int x = 0; x < s.width[y]; x++)
            if (is_corner(&s, x, y))
                go_down(&s, argv[2], x, y);
    }
    return wrong > 0;
}
