#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "sources/prometheus.h"

enum { LABEL_NAME_MAX = 128, PAST_ROOM = 128, SCALE_MAX = 1000000000 };

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

const struct prometheus_kind prometheus_query_kinds[PROMETHEUS_KINDS] = {
    {KIND_LINK, '>', true, {{"from", LINK_FROM, true}, {"to", LINK_TO, true}}},
    {KIND_RACK,
     '/',
     false,
     {{"site", RACK_CLUSTER, true},
      {"rack", RACK_NAME, true},
      {"hall", RACK_HALL, false},
      {"row", RACK_ROW, false},
      {"tenant", RACK_TENANT, false}}},
    {KIND_HALL, '/', false, {{"site", HALL_CLUSTER, true}, {"hall", HALL_NAME, true}}},
    {KIND_CLUSTER, '/', false, {{"cluster", -1, true}}},
};

static const struct prometheus_kind *kind_named(const char *name)
{
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++) {
        if (strcmp(kind_info(prometheus_query_kinds[i].kind)->name, name) == 0)
            return &prometheus_query_kinds[i];
    }
    return NULL;
}

static const char *past_name(struct arena *arena, const char *name)
{
    char text[PROMETHEUS_NAME_MAX + 16];
    int n = snprintf(text, sizeof text, "%.*s past", PROMETHEUS_NAME_MAX, name);
    return arena_copy(arena, text, (size_t)n);
}

struct prometheus_query prometheus_query_of_preset(const struct prometheus_preset *p)
{
    struct prometheus_query q = {
        .what = "query", .name = p->name, .expr = p->expr, .scale = p->scale, .kind = kind_named(p->kind)};
    q.profile = p->profile;
    q.field = kind_field(q.kind->kind, p->value);
    memcpy(q.labels, p->labels, sizeof q.labels);
    return q;
}

static struct prometheus_query of_preset(const struct prometheus_preset *p, struct arena *arena)
{
    struct prometheus_query q = prometheus_query_of_preset(p);
    q.past_name = past_name(arena, p->name);
    return q;
}

/* --- the paths */

static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
}

/* Bytes of the text in a URL's query. */
static size_t encoded_len(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += plain(*text) ? 1 : 3;
    return n;
}

static void path_begin(const char *api, const char *expr, char out[SOURCE_PATH_MAX])
{
    int n = snprintf(out, SOURCE_PATH_MAX, "/api/v1/%s?query=", api);
    char *to = out + n;
    for (; *expr && to + PAST_ROOM / 2 < out + SOURCE_PATH_MAX; expr++) {
        if (plain(*expr))
            *to++ = *expr;
        else
            to += snprintf(to, 4, "%%%02X", (unsigned char)*expr);
    }
    *to = '\0';
}

void prometheus_query_path(const struct prometheus_query *q, char out[SOURCE_PATH_MAX])
{
    path_begin("query", q->expr, out);
}

void prometheus_query_past_path(const struct prometheus_query *q, int64_t start_s, int64_t end_s, int64_t step_s,
                                char out[SOURCE_PATH_MAX])
{
    path_begin("query_range", q->expr, out);
    size_t n = strlen(out);
    snprintf(out + n, SOURCE_PATH_MAX - n, "&start=%lld&end=%lld&step=%lld", (long long)start_s, (long long)end_s,
             (long long)step_s);
}

/* --- the settings' own */

static const char *kind_word(const void *ctx, size_t i)
{
    (void)ctx;
    return i < PROMETHEUS_KINDS ? kind_info(prometheus_query_kinds[i].kind)->name : NULL;
}

static bool is_number(const struct field *f)
{
    return f->type == VALUE_INT || f->type == VALUE_REAL;
}

static const char *number_word(const void *ctx, size_t i)
{
    const struct kind_info *info = ctx;
    for (size_t f = 0; f < info->field_count; f++) {
        if (is_number(&info->fields[f]) && i-- == 0)
            return info->fields[f].name;
    }
    return NULL;
}

/* The word that was meant, or all that there are. */
bool prometheus_query_hint(const char *word, const char *(*next)(const void *ctx, size_t i), const void *ctx,
                           struct err *err)
{
    char known[ERR_HINT_MAX] = "";
    const char *near = near_word(word, next, ctx);
    if (near)
        return err_hint(err, "did you mean '%s'?", near);
    for (size_t i = 0, n = 0; next(ctx, i) && n < sizeof known; i++)
        n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", i ? ", " : "", next(ctx, i));
    return err_hint(err, "known: %s", known);
}

bool prometheus_query_name_sane(const char *name)
{
    struct text_iter it = text_iter_make(text_of(name));
    struct text_cell cell;
    size_t n = strlen(name);
    while (text_next(&it, &cell)) {
        if (cell.mark)
            return false;
    }
    return n > 0 && n <= PROMETHEUS_NAME_MAX;
}

static bool take_kind(const struct config *c, struct prometheus_query *q, struct err *err)
{
    const char *kind = config_text(c, "kind");
    if (!kind) {
        config_fail(c, err, "the %s '%s' has no kind", q->what, q->name);
        return prometheus_query_hint("", kind_word, NULL, err);
    }
    q->kind = kind_named(kind);
    if (q->kind)
        return true;
    config_fail(c, err, "the %s '%s' cannot tell of '%s'", q->what, q->name, kind);
    return prometheus_query_hint(kind, kind_word, NULL, err);
}

static bool take_value(const struct config *c, struct prometheus_query *q, struct err *err)
{
    const struct kind_info *info = kind_info(q->kind->kind);
    const char *value = config_text(c, "value");
    q->field = value ? kind_field(q->kind->kind, value) : -1;
    if (q->field >= 0 && is_number(&info->fields[q->field]))
        return true;
    if (!value)
        config_fail(c, err, "the %s '%s' has no value: which field of %s it tells", q->what, q->name, info->name);
    else if (q->field < 0)
        config_fail(c, err, "the %s '%s': %s have no field '%s'", q->what, q->name, info->name, value);
    else
        config_fail(c, err, "the %s '%s': '%s' of %s is no number", q->what, q->name, value, info->name);
    return prometheus_query_hint(value ? value : "", number_word, info, err);
}

static bool take_labels(const struct config *c, struct prometheus_query *q, struct err *err)
{
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX && q->kind->labels[i].key; i++) {
        const struct prometheus_label *l = &q->kind->labels[i];
        q->labels[i] = config_text(c, l->key);
        if (q->labels[i] && (!*q->labels[i] || strlen(q->labels[i]) > LABEL_NAME_MAX))
            return config_fail(c, err, "the %s '%s': '%s' is the name of a label, of 1 to %d bytes", q->what, q->name,
                               l->key, LABEL_NAME_MAX);
        if (l->named && !q->labels[i]) {
            config_fail(c, err, "the %s '%s' has no '%s'", q->what, q->name, l->key);
            return err_hint(err, "%s = \"LABEL\" names the label of its series that tells it", l->key);
        }
    }
    return true;
}

/* What belongs to another kind would be passed over in silence. */
static bool no_others(const struct config *c, const struct prometheus_query *q, struct err *err)
{
    static const char *const keys[] = {"from", "to", "site", "rack", "hall", "row", "tenant", "cluster"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        bool known = false;
        for (size_t l = 0; l < PROMETHEUS_LABELS_MAX && q->kind->labels[l].key; l++)
            known = known || strcmp(q->kind->labels[l].key, keys[i]) == 0;
        if (!known && config_given(c, keys[i]))
            return config_fail(c, err, "the %s '%s': %s have no '%s'", q->what, q->name, kind_info(q->kind->kind)->name,
                               keys[i]);
    }
    return true;
}

static bool take_scale(const struct config *c, struct prometheus_query *q, struct err *err)
{
    q->scale = config_real(c, "scale", 1);
    if (q->scale != 0 && fabs(q->scale) <= SCALE_MAX)
        return true;
    return config_fail(c, err, "the %s '%s': a scale of %g makes no sense", q->what, q->name, q->scale);
}

bool prometheus_query_object(const struct config *c, struct prometheus_query *q, struct err *err)
{
    return take_kind(c, q, err) && take_value(c, q, err) && take_labels(c, q, err) && no_others(c, q, err) &&
           take_scale(c, q, err);
}

static bool take_expr(const struct config *c, struct prometheus_query *q, struct err *err)
{
    size_t n = encoded_len(q->expr), max = SOURCE_PATH_MAX - PAST_ROOM;
    if (n <= max)
        return true;
    config_fail(c, err, "the expr of the query '%s' is too long: %zu bytes in a URL, %zu at most", q->name, n, max);
    return err_hint(err, "make it a recording rule of the peer, and ask for that");
}

static bool of_section(const struct config *c, struct arena *arena, struct prometheus_query *q, struct err *err)
{
    *q = (struct prometheus_query){.what = "query", .name = config_title(c), .expr = config_text(c, "expr")};
    if (!q->expr || !*q->expr) {
        config_fail(c, err, "the query '%s' has no expr", q->name);
        return err_hint(err, "expr = 'PromQL', in single quotes");
    }
    q->past_name = past_name(arena, q->name);
    return prometheus_query_object(c, q, err) && take_expr(c, q, err);
}

static bool is_preset(const char *name)
{
    for (const struct prometheus_preset *p = prometheus_presets; p->name; p++) {
        if (strcmp(p->name, name) == 0)
            return true;
    }
    return false;
}

static bool spoken_of(const struct config *c, const char *name)
{
    for (size_t i = 0; c && i < config_section_count(c, "query"); i++) {
        if (strcmp(config_title(config_section(c, "query", i)), name) == 0)
            return true;
    }
    return false;
}

/* Switched off: by name, or a default whose expression is emptied. */
static bool is_off(const struct config *c)
{
    const char *expr = config_text(c, "expr");
    return !config_bool(c, "enabled", true) || (expr && !*expr && is_preset(config_title(c)));
}

/* --- profiles */

static size_t profile_index(const char *name)
{
    size_t i = 0;
    while (prometheus_profiles[i] && strcmp(prometheus_profiles[i], name) != 0)
        i++;
    return i;
}

static const char *profile_word(const void *ctx, size_t i)
{
    (void)ctx;
    return prometheus_profiles[i < PROMETHEUS_PROFILES_MAX ? i : PROMETHEUS_PROFILES_MAX];
}

static bool profile_choose(const struct source_settings *settings, const char *name,
                           bool chosen[PROMETHEUS_PROFILES_MAX], struct err *err)
{
    size_t i = profile_index(name);
    if (prometheus_profiles[i]) {
        chosen[i] = true;
        return true;
    }
    if (settings->config)
        config_fail(settings->config, err, "the source '%s' has no profile '%s' to ask for", settings->name, name);
    else {
        err_set(err, ERR_INPUT, "the source '%s' has no profile '%s' to ask for", settings->name, name);
        err_exit(err, 64);
    }
    return prometheus_query_hint(name, profile_word, NULL, err);
}

/* The words of a list in a URL: "blackbox,node". */
static bool profiles_of_url(const struct source_settings *settings, const char *list,
                            bool chosen[PROMETHEUS_PROFILES_MAX], struct err *err)
{
    for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',') {
        char name[PROMETHEUS_NAME_MAX + 1];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, ","), at);
        if (!profile_choose(settings, name, chosen, err))
            return false;
    }
    return true;
}

/* Without a word about it all of them: what a peer lacks is soon asked for rarely. */
static bool profiles_take(const struct source_settings *settings, bool chosen[PROMETHEUS_PROFILES_MAX], struct err *err)
{
    const struct config *c = settings->config;
    const char *list = !c && settings->query ? settings->query(settings->query_ctx, "profiles") : NULL;
    bool all = c ? !config_given(c, "profiles") : !list;
    for (size_t i = 0; i < PROMETHEUS_PROFILES_MAX; i++)
        chosen[i] = all;
    for (size_t i = 0; c && !all && i < config_list_count(c, "profiles"); i++) {
        if (!profile_choose(settings, config_list_at(c, "profiles", i), chosen, err))
            return false;
    }
    return !list || profiles_of_url(settings, list, chosen, err);
}

bool prometheus_query_read(const struct source_settings *settings, struct arena *arena,
                           struct prometheus_query out[PROMETHEUS_QUERIES_MAX], size_t *count, struct err *err)
{
    const struct config *c = settings->config;
    *count = 0;
    bool chosen[PROMETHEUS_PROFILES_MAX];
    if (!profiles_take(settings, chosen, err))
        return false;
    for (const struct prometheus_preset *p = prometheus_presets; p->name; p++) {
        if (chosen[profile_index(p->profile)] && !spoken_of(c, p->name))
            out[(*count)++] = of_preset(p, arena);
    }
    for (size_t i = 0; c && i < config_section_count(c, "query"); i++) {
        const struct config *section = config_section(c, "query", i);
        if (!prometheus_query_name_sane(config_title(section)))
            return config_fail(section, err, "a query's name is 1 to %d bytes that can be shown", PROMETHEUS_NAME_MAX);
        if (is_off(section))
            continue;
        if (*count == PROMETHEUS_QUERIES_MAX) {
            config_fail(section, err, "the source '%s' has more than %d queries", settings->name,
                        PROMETHEUS_QUERIES_MAX);
            return err_hint(err, "spread them over several sources, or switch defaults off: query \"loss\" { enabled = "
                                 "false }");
        }
        if (!of_section(section, arena, &out[(*count)++], err))
            return false;
    }
    return true;
}
