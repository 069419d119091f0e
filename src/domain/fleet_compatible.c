#include "domain/fleet_compatible.h"

#include <string.h>

#include "domain/value.h"

/* Each tells of all others, so a section's texts grow with its square. */
enum { EXIT_CONFIG = 78, TOGETHER_MAX = 200, LIST_MAX = 1 << 20 };

const struct config_option fleet_compatible_options[] = {
    {.name = "schedulers", .type = CONFIG_LIST, .help = "schedulers between which jobs may move"},
    {.name = "users", .type = CONFIG_BOOL, .help = "whether they know the same users"},
    {.name = "filesystems", .type = CONFIG_BOOL, .help = "whether they see the same files"},
    {.name = "software", .type = CONFIG_BOOL, .help = "whether they have the same software"},
    {.name = NULL},
};

static const struct {
    unsigned share;
    const char *word;
} shares[] = {
    {FLEET_SHARE_USERS, "users"},
    {FLEET_SHARE_FILES, "filesystems"},
    {FLEET_SHARE_SOFTWARE, "software"},
};
enum { SHARES = sizeof shares / sizeof shares[0] };

static bool names(const struct fleet_compatible *c, const char *id)
{
    struct safe_text rest = text_of(c->schedulers), one;

    while (value_list_next(&rest, &one))
        if (text_is(one, id))
            return true;
    return false;
}

unsigned fleet_compatible(const struct fleet *f, const char *a, const char *b)
{
    unsigned all = 0;

    for (size_t i = 0; i < f->n_compatible; i++)
        if (names(&f->compatible[i], a) && names(&f->compatible[i], b))
            all |= f->compatible[i].shares;
    return all;
}

/* "tfu-ai=users,filesystems" */
static void put(struct buf *list, const char *id, unsigned with)
{
    struct buf one = buf_make(LIST_MAX);

    buf_printf(&one, NULL, "%s=", id);
    for (size_t i = 0, n = 0; i < SHARES; i++)
        if (with & shares[i].share)
            buf_printf(&one, NULL, "%s%s", n++ > 0 ? "," : "", shares[i].word);
    value_list_add(list, text_from(buf_str(&one), one.len), NULL);
    buf_release(&one);
}

const char *fleet_compatible_list(const struct fleet *f, const char *id)
{
    for (size_t i = 0; f->peers != NULL && i < f->n_schedulers; i++)
        if (strcmp(f->schedulers[i].id, id) == 0)
            return f->peers[i];
    return NULL;
}

static const char *peers_of(struct fleet *f, const char *id)
{
    struct buf list = buf_make(LIST_MAX);
    const char *text = NULL;

    for (size_t i = 0; i < f->n_schedulers; i++) {
        unsigned with = fleet_compatible(f, id, f->schedulers[i].id);
        if (with != 0 && strcmp(f->schedulers[i].id, id) != 0)
            put(&list, f->schedulers[i].id, with);
    }
    if (list.len > 0)
        text = arena_copy(&f->arena, buf_str(&list), list.len);
    buf_release(&list);
    return text;
}

static bool read_one(struct fleet *f, const char *path, const struct config *c, struct fleet_compatible *out,
                     struct err *err)
{
    size_t n = config_list_count(c, "schedulers");
    struct buf list = buf_make(LIST_MAX);

    for (size_t i = 0; i < n && n <= TOGETHER_MAX; i++)
        value_list_add(&list, text_of(config_list_at(c, "schedulers", i)), NULL);
    out->schedulers = arena_copy(&f->arena, buf_str(&list), list.len);
    buf_release(&list);
    for (size_t i = 0; i < SHARES; i++)
        out->shares |= config_bool(c, shares[i].word, false) ? shares[i].share : 0;
    if (n <= TOGETHER_MAX)
        return true;
    err_set(err, ERR_INPUT, "%s:%d: compatible: more than %d schedulers", path, config_line(c), TOGETHER_MAX);
    return err_exit(err, EXIT_CONFIG);
}

bool fleet_compatible_read(struct fleet *f, const char *path, struct err *err)
{
    size_t n = config_section_count(f->config, "compatible");

    f->compatible = arena_alloc(&f->arena, (n + 1) * sizeof *f->compatible);
    f->n_compatible = n;
    memset(f->compatible, 0, (n + 1) * sizeof *f->compatible);
    for (size_t i = 0; i < n; i++)
        if (!read_one(f, path, config_section(f->config, "compatible", i), &f->compatible[i], err))
            return false;
    f->peers = arena_alloc(&f->arena, (f->n_schedulers + 1) * sizeof *f->peers);
    for (size_t i = 0; i < f->n_schedulers; i++)
        f->peers[i] = peers_of(f, f->schedulers[i].id);
    return true;
}
