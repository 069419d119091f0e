#include <stdio.h>
#include <string.h>

#include "sources/slurm.h"

enum { AMOUNT_MAX = 24 };

static bool add(struct buf *out, const char *what, struct safe_text type, struct safe_text name, int64_t amount)
{
    char digits[AMOUNT_MAX];
    struct buf one = buf_make(SLURM_LIMIT_MAX);
    snprintf(digits, sizeof digits, "%lld", (long long)amount);
    bool fits = buf_puts(&one, what, NULL) && (text_empty(type) || buf_puts(&one, "/", NULL)) &&
                buf_put(&one, text_bytes(type), text_len(type), NULL) &&
                (text_empty(name) || buf_puts(&one, "/", NULL)) &&
                buf_put(&one, text_bytes(name), text_len(name), NULL) && buf_puts(&one, "=", NULL) &&
                buf_puts(&one, digits, NULL);
    fits = fits && value_list_add(out, text_from(buf_str(&one), one.len), NULL);
    buf_release(&one);
    return fits;
}

/* [{"type": "gres", "name": "gpu", "count": 8}, {"type": "cpu", "name": null, "count": 64}] */
static bool add_tres(struct buf *out, const char *what, const struct json *list)
{
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        struct value type = slurm_cell_text(json_get(j, "type")), name = slurm_cell_text(json_get(j, "name"));
        struct value count = slurm_cell_count(json_get(j, "count"));
        if (value_known(&type) && value_known(&count) &&
            !add(out, what, type.as.text, value_text_or(&name, ""), count.as.i))
            return false;
    }
    return true;
}

struct value slurm_limits(const struct json *e, const struct slurm_limit *limits, struct arena *arena)
{
    struct buf out = buf_make(SLURM_LIMITS_MAX);
    const struct safe_text none = {0};
    bool whole = true;
    for (size_t i = 0; limits[i].what && whole; i++) {
        const struct json *at = slurm_at(e, limits[i].path);
        int64_t amount;
        if (json_type(at) == JSON_ARRAY)
            whole = add_tres(&out, limits[i].what, at);
        else if (slurm_number(at, &amount) == SLURM_NUMBER_KNOWN && amount >= 0)
            whole = add(&out, limits[i].what, none, none, amount);
    }
    struct value v = value_none();
    if (whole && out.len > 0)
        v = value_list(text_from(arena_copy(arena, buf_str(&out), out.len), out.len));
    buf_release(&out);
    return v;
}
