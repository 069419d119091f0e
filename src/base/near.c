#include "base/near.h"

#include <string.h>

enum { NEAR_WORD_MAX = 64, NEAR_SHORT = 4 };

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows at a time: a swap looks back two. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][NEAR_WORD_MAX + 1] = {{0}};
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least_of(above[j - 1] + (a[i - 1] != b[j - 1]), least_of(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least_of(row[j], above2[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *near_word(const char *word, const char *(*next)(const void *ctx, size_t i), const void *ctx)
{
    const char *best = NULL, *known;
    size_t n = strlen(word), below = least_of(n < NEAR_SHORT ? 2 : 3, n);
    if (n > NEAR_WORD_MAX)
        return NULL;
    for (size_t i = 0; (known = next(ctx, i)); i++) {
        size_t m = strlen(known), d = m > NEAR_WORD_MAX ? below : distance(word, n, known, m);
        if (d < below) {
            below = d;
            best = known;
        }
    }
    return best;
}
