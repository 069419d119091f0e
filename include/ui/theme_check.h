#ifndef HUBTOP_UI_THEME_CHECK_H
#define HUBTOP_UI_THEME_CHECK_H

#include <stddef.h>

#include "ui/color.h"
#include "ui/theme.h"

/* Whether a theme can be read, and its states told apart, by every eye. */

enum theme_depth { THEME_RGB, THEME_256, THEME_16, THEME_DEPTHS };
enum { THEME_PAIRS = 10, THEME_PROBLEMS_MAX = 128, THEME_PROBLEM_TEXT = 160 };

/* Text has WCAG 2.1's level AA (1.4.3); lines, curves and what stands back that for graphics (1.4.11). A selected row
 * has its cursor's sign beside its colour, and 16 colours are the person's own palette, judged by xterm's: both need
 * the lower one. */
#define THEME_CONTRAST_TEXT  4.5
#define THEME_CONTRAST_OTHER 3.0
/* Two states differ by so much (color_difference()) for every eye, or by an attribute. */
#define THEME_DIFFERENCE_MIN 15.0

struct theme_report {
    struct {
        double ratio[THEME_DEPTHS]; /* the least over the backgrounds; NAN: the terminal's own colours, not known */
        double selected;            /* in 24-bit and 256 colours, the less; NAN likewise */
        double least;               /* what is asked of 24-bit and 256 */
    } roles[ROLE_COUNT];
    struct {
        enum role a, b;
        double difference[COLOR_VISIONS]; /* in 24-bit and 256 colours, the less; NAN: not known */
    } pairs[THEME_PAIRS];
    struct {
        int line;
        char text[THEME_PROBLEM_TEXT];
    } problems[THEME_PROBLEMS_MAX];
    size_t count; /* of problems */
};

/* Judges a theme that theme_load() has read. */
void theme_check(const struct theme *theme, struct theme_report *out);

#endif
