#include "base/near.h"

#include <string.h>

enum { NEAR_WORD_MAX = 64, NEAR_MOST = 2 };

/* Two rows at a time. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NEAR_WORD_MAX + 1], n = strlen(a), m = strlen(b);
    if (n > NEAR_WORD_MAX || m > NEAR_WORD_MAX)
        return NEAR_WORD_MAX;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = corner + (a[i - 1] != b[j - 1]), skip = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = change < skip ? change : skip;
        }
    }
    return row[m];
}

const char *near_word(const char *word, const char *(*next)(size_t i))
{
    const char *best = NULL, *known;
    size_t least = NEAR_MOST + 1;
    for (size_t i = 0; (known = next(i)); i++) {
        size_t d = distance(word, known);
        if (d < least) {
            least = d;
            best = known;
        }
    }
    return best;
}
