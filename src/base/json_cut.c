#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_scan.h"
#include "base/json_tree.h"
#include "base/mem.h"

struct json_cut {
    struct json_cut_options options;
    struct json_scan scan;
    size_t nodes_max;
    size_t nodes; /* of the element, or of the rest so far */
    size_t rest_nodes;

    char *path;        /* the names, each terminated */
    unsigned names;    /* in the path */
    unsigned matched;  /* names whose objects are open */
    const char *name;  /* the path's next one */
    bool armed;        /* the value that comes belongs to `name` */
    bool found;        /* the cut member was seen */
    bool cutting;      /* inside the cut array, */
    unsigned array_at; /* which lies in so many containers */

    /* Names that are wanted, in chains by their sketch: number + 1, 0 ends. */
    struct kept {
        const char *name;
        size_t len, next;
    } * kept;
    uint16_t kept_first[256];
    struct buf element;
    struct buf rest;
    struct arena element_arena;
    struct arena rest_arena;
};

static const char rest_name[] = "what is not in the array";

/* --- what is copied --- */

/* Nearly all names that are not wanted differ in length, first or last byte from all that are. */
static unsigned char sketch(const char *name, size_t n)
{
    return n == 0 ? 0 : (unsigned char)(n * 7 + (unsigned char)name[0] * 5 + (unsigned char)name[n - 1] * 3);
}

static bool same_name(const char *key, size_t n, const char *name)
{
    return strncmp(key, name, n) == 0 && name[n] == '\0';
}

static bool wanted(const struct json_cut *cut, const char *key, size_t n)
{
    if (cut->options.keep == NULL)
        return true;
    for (size_t at = cut->kept_first[sketch(key, n)]; at != 0; at = cut->kept[at - 1].next) {
        const struct kept *k = &cut->kept[at - 1];

        if (k->len == n && memcmp(k->name, key, n) == 0)
            return true;
    }
    return false;
}

static void sketch_kept(struct json_cut *cut)
{
    const char *const *keep = cut->options.keep;
    size_t count = 0;

    while (keep != NULL && keep[count] != NULL)
        count++;
    cut->kept = mem_new(count + 1, sizeof *cut->kept);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(keep[i]);
        uint16_t *first = &cut->kept_first[sketch(keep[i], len)];

        cut->kept[i] = (struct kept){.name = keep[i], .len = len, .next = *first};
        *first = (uint16_t)(i + 1);
    }
}

static bool count_node(struct json_cut *cut, struct err *err)
{
    if (++cut->nodes > cut->nodes_max)
        return err_set(err, ERR_CORRUPT, "%s has more values than the limit of %zu, at byte %llu", cut->scan.out_name,
                       cut->nodes_max, (unsigned long long)cut->scan.value_at);
    return true;
}

static void begin_element(struct json_cut *cut)
{
    cut->rest_nodes = cut->nodes;
    cut->nodes = 0;
    buf_clear(&cut->element);
    cut->scan.out = &cut->element;
    cut->scan.out_name = "an element";
}

static bool end_element(struct json_cut *cut, struct err *err)
{
    bool (*callback)(void *, const struct json *, struct err *) = cut->options.element;

    cut->scan.counts.elements++;
    cut->nodes = cut->rest_nodes;
    cut->scan.out = &cut->rest;
    cut->scan.out_name = rest_name;
    if (callback == NULL)
        return true;
    arena_reset(&cut->element_arena);
    const struct json *tree = json_tree(&cut->element, &cut->element_arena, err);
    return tree != NULL && callback(cut->options.ctx, tree, err);
}

/* The value of the path's last name begins. */
static bool begin_cut(struct json_cut *cut, char first, struct err *err)
{
    const char *path = cut->options.path;
    unsigned long long at = cut->scan.value_at;

    if (cut->found)
        return err_set(err, ERR_CORRUPT, "the member '%s' comes twice, at byte %llu", path, at);
    cut->found = true;
    cut->cutting = first == '[';
    cut->array_at = cut->scan.depth;
    if (cut->cutting || (first == 'n' && cut->names > 0))
        return true;
    if (cut->names == 0)
        return err_set(err, ERR_CORRUPT, "the text is not an array, at byte %llu", at);
    return err_set(err, ERR_CORRUPT, "the member '%s' is not an array, at byte %llu", path, at);
}

static bool on_begin(void *ctx, char first, struct err *err)
{
    struct json_cut *cut = ctx;

    if (cut->cutting && cut->scan.depth == cut->array_at + 1)
        begin_element(cut);
    if (!count_node(cut, err))
        return false;
    if (!cut->armed)
        return true;
    cut->armed = false;
    if (cut->scan.depth == cut->names)
        return begin_cut(cut, first, err);
    if (first == '{') {
        cut->matched++;
        cut->name += strlen(cut->name) + 1;
    }
    return true;
}

static bool on_key(void *ctx, const char *key, size_t n, struct err *err)
{
    struct json_cut *cut = ctx;
    unsigned depth = cut->scan.depth;

    (void)err;
    if (cut->cutting) {
        if (depth == cut->array_at + 2)
            cut->scan.out = wanted(cut, key, n) ? &cut->element : NULL;
    } else if (depth == cut->matched + 1 && depth <= cut->names) {
        cut->armed = same_name(key, n, cut->name);
    }
    return true;
}

static bool on_end(void *ctx, struct err *err)
{
    struct json_cut *cut = ctx;
    unsigned depth = cut->scan.depth;

    if (cut->cutting) {
        if (depth == cut->array_at + 2)
            cut->scan.out = &cut->element;
        else if (depth == cut->array_at + 1)
            return end_element(cut, err);
        else if (depth == cut->array_at)
            cut->cutting = false;
    } else if (cut->matched > 0 && depth == cut->matched) {
        cut->matched--;
        for (cut->name--; cut->name > cut->path && cut->name[-1] != '\0'; cut->name--)
            ;
    }
    return true;
}

/* --- the caller's side --- */

static void split_path(struct json_cut *cut, const char *path)
{
    cut->path = mem_strdup(path != NULL ? path : "");
    cut->name = cut->path;
    cut->names = *cut->path != '\0';
    cut->armed = path != NULL && cut->names == 0;
    for (char *p = cut->path; *p != '\0'; p++)
        if (*p == '.') {
            *p = '\0';
            cut->names++;
        }
}

struct json_cut *json_cut_new(const struct json_cut_options *options)
{
    static const struct json_scan_events events = {on_begin, on_key, on_end};
    struct json_cut *cut = mem_new(1, sizeof *cut);
    const struct json_limits *limits = &options->limits;
    size_t max = limits->element_bytes != 0 ? limits->element_bytes : (size_t)4 << 20;

    cut->options = *options;
    cut->nodes_max = limits->nodes != 0 ? limits->nodes : 1000000;
    cut->element = buf_make(max);
    cut->rest = buf_make(max);
    split_path(cut, options->path);
    sketch_kept(cut);
    json_scan_init(&cut->scan, options->mode, limits);
    cut->scan.events = &events;
    cut->scan.ctx = cut;
    cut->scan.out = &cut->rest;
    cut->scan.out_name = rest_name;
    return cut;
}

void json_cut_free(struct json_cut *cut)
{
    if (cut == NULL)
        return;
    json_scan_release(&cut->scan);
    buf_release(&cut->element);
    buf_release(&cut->rest);
    free(cut->kept);
    arena_release(&cut->element_arena);
    arena_release(&cut->rest_arena);
    free(cut->path);
    free(cut);
}

bool json_cut_feed(struct json_cut *cut, const char *bytes, size_t n, struct err *err)
{
    return json_scan_feed(&cut->scan, bytes, n, err);
}

bool json_cut_end(struct json_cut *cut, const struct json **rest, struct err *err)
{
    if (!json_scan_end(&cut->scan, err))
        return false;
    if (rest == NULL)
        return true;
    arena_reset(&cut->rest_arena);
    *rest = json_tree(&cut->rest, &cut->rest_arena, err);
    return *rest != NULL;
}

const struct json_counts *json_cut_counts(const struct json_cut *cut)
{
    return &cut->scan.counts;
}

struct json *json_parse(const char *bytes, size_t n, enum json_mode mode, struct err *err)
{
    /* The copy is at most three times as long as the text: a digit becomes a mark and a digit in quotes. */
    struct json_cut_options options = {.mode = mode, .limits = {.element_bytes = n < SIZE_MAX / 8 ? n * 4 + 64 : n}};
    struct json_cut *cut = json_cut_new(&options);
    struct json *tree = NULL;

    cut->scan.out_name = "the text";
    if (json_cut_feed(cut, bytes, n, err) && json_cut_end(cut, NULL, err))
        tree = json_tree(&cut->rest, NULL, err);
    json_cut_free(cut);
    return tree;
}
