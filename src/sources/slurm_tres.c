#include <string.h>

#include "sources/slurm.h"

/* GRES names that are accelerators: what vendors' plugins and sites' gres.conf call them. */
static const char *const accel_names[] = {"gpu", "npu", "dcu", "mlu", "gcu", "xpu", "ppu", "tpu", "hpu"};

/* More than any machine has; a larger count makes no sense and must not overflow a product. */
enum { COUNT_MAX = 1 << 24, PARTS_MAX = 6 };

static struct safe_text cut(struct safe_text t, size_t from, size_t n)
{
    return text_from(text_bytes(t) + from, n);
}

/* The next item of a list with commas. Those in parentheses ("gpu:8(IDX:0-1,4-5)") part it too: what they leave names
 * nothing. */
static bool next_item(struct safe_text *rest, struct safe_text *item)
{
    const char *p = text_bytes(*rest);
    size_t n = text_len(*rest), i = 0;
    if (n == 0)
        return false;
    while (i < n && p[i] != ',')
        i++;
    *item = cut(*rest, 0, i);
    *rest = i < n ? cut(*rest, i + 1, n - i - 1) : text_from(p, 0);
    return true;
}

struct parts {
    struct safe_text part[PARTS_MAX];
    size_t count;
    bool equals; /* the count stands behind a '=' */
};

/* "gres:gpu:h100:8(S:0)", "gres/gpu:h100=8" → gpu, h100, 8. */
static struct parts parts_of(struct safe_text item)
{
    struct parts out = {0};
    const char *p = text_bytes(item);
    size_t n = text_len(item), from = 0;
    if (n > 5 && memcmp(p, "gres", 4) == 0 && (p[4] == ':' || p[4] == '/'))
        from = 5;
    for (size_t i = from; i <= n && out.count < PARTS_MAX; i++) {
        bool end = i == n || p[i] == '(';
        if (!end && p[i] != ':' && p[i] != '=')
            continue;
        out.part[out.count++] = cut(item, from, i - from);
        if (end)
            break;
        out.equals = out.equals || p[i] == '=';
        from = i + 1;
    }
    return out;
}

static bool is_accel(struct safe_text name)
{
    for (size_t i = 0; i < sizeof accel_names / sizeof *accel_names; i++) {
        if (text_is(name, accel_names[i]))
            return true;
    }
    return false;
}

static void kind_add(struct slurm_tres_accels *a, struct safe_text kind)
{
    a->several = a->several || (!text_empty(a->kind) && !text_equal(a->kind, kind));
    a->kind = kind;
}

static bool starts_with_digit(struct safe_text t)
{
    return !text_empty(t) && text_bytes(t)[0] >= '0' && text_bytes(t)[0] <= '9';
}

/* "gpu", "gpu:8", "gpu:h100", "gpu:h100:8", "gpu:h100:no_consume:8". */
static void item_add(struct slurm_tres_accels *a, const struct parts *p, int64_t times)
{
    int64_t count = 1;
    struct safe_text last = p->part[p->count - 1], type = {0};
    bool counted = p->count > 1 && (p->equals || p->count > 2 || starts_with_digit(last));
    if (counted && slurm_number_parse(last, &count))
        a->bad = a->bad || count > COUNT_MAX;
    else if (counted && (p->equals || starts_with_digit(last)))
        a->bad = true;
    else
        counted = false;
    if (p->count > (counted ? 2u : 1u) && !text_is(p->part[1], "no_consume"))
        type = p->part[1];
    a->found = true;
    if (count > 0 && !text_empty(type))
        kind_add(a, type);
    else if (count > 0 && !text_is(p->part[0], "gpu"))
        kind_add(a, p->part[0]);
    if (a->bad)
        return;
    int64_t *sum = !p->equals ? &a->listed : text_empty(type) ? &a->plain : &a->typed;
    *sum += count * times;
    a->bad = *sum > COUNT_MAX;
}

void slurm_tres_accels_add(struct slurm_tres_accels *a, struct safe_text text, int64_t times)
{
    struct safe_text item;
    if (times < 0 || times > COUNT_MAX)
        a->bad = true;
    while (next_item(&text, &item)) {
        struct parts p = parts_of(item);
        if (p.count > 0 && is_accel(p.part[0]))
            item_add(a, &p, a->bad ? 0 : times);
    }
}

struct value slurm_tres_accels_count(const struct slurm_tres_accels *a)
{
    if (a->bad)
        return value_none();
    return value_int(a->listed + (a->plain > 0 ? a->plain : a->typed));
}

struct value slurm_tres_accels_kind(const struct slurm_tres_accels *a)
{
    return a->several || text_empty(a->kind) ? value_none() : value_text(a->kind);
}

static bool tres_find(struct safe_text tres, const char *name, struct safe_text *amount)
{
    struct safe_text item;
    size_t len = strlen(name);
    while (next_item(&tres, &item)) {
        if (text_len(item) <= len || memcmp(text_bytes(item), name, len) != 0 || text_bytes(item)[len] != '=')
            continue;
        *amount = cut(item, len + 1, text_len(item) - len - 1);
        return true;
    }
    return false;
}

bool slurm_tres_count(struct safe_text tres, const char *name, int64_t *out)
{
    struct safe_text amount;
    return tres_find(tres, name, &amount) && slurm_number_parse(amount, out);
}

/* "16G", "2000M", "1.50G": digits, at most three decimals, a power of 1024. Without a letter it is MB. */
bool slurm_tres_memory_mb(struct safe_text tres, int64_t *out)
{
    static const char units[] = "KMGTPE";
    struct safe_text amount;
    if (!tres_find(tres, "mem", &amount) || text_empty(amount))
        return false;
    const char *p = text_bytes(amount), *unit = strchr(units, p[text_len(amount) - 1]);
    size_t n = text_len(amount) - (unit && *unit ? 1 : 0), whole = 0;
    while (whole < n && p[whole] != '.')
        whole++;
    int64_t v, thousandths = 0;
    if (!slurm_number_parse(cut(amount, 0, whole), &v) || v > INT64_C(1000000000000))
        return false;
    for (size_t i = whole + 1, place = 100; i < n && place > 0; i++, place /= 10) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        thousandths += (int64_t)place * (p[i] - '0');
    }
    int power = unit && *unit ? (int)(unit - units) - 1 : 0;
    double mb = ((double)v + (double)thousandths / 1000);
    for (; power > 0; power--)
        mb *= 1024;
    mb = power < 0 ? mb / 1024 : mb;
    *out = mb < 9e15 ? (int64_t)mb : 0;
    return mb < 9e15;
}
