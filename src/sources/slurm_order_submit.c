#include <stdio.h>
#include <string.h>

#include "sources/slurm.h"

/* The submission of a held copy: the members of slurm_order_copy.c in the words of the data parser that is asked. Until
 * v0.0.38 they were sbatch's options, since then they are those of the job itself. */

enum { LAST_OLD = 38, SCRIPT_INSIDE = 40, GRES_SLASH = 41, KEY_MAX = 128 };
#define KEY_HEAD "hubtop:"
/* The original's environment is not to be had over REST: the node makes that of a login, as with sbatch --export=NONE. */
#define ENVIRONMENT_PATH "/usr/local/bin:/usr/bin:/bin"

enum how {
    TEXT,
    NUMBER,
    YES,     /* true */
    NO,      /* false → true, as "no_requeue" */
    FALSE,   /* false */
    MOMENT,  /* seconds since 1970; sbatch's options take no bare number */
    GRES,    /* "gres:gpu:2" → "gpu:2" */
    GPUS,    /* "gres:gpu:2" → "2" */
    GPUS_OF, /* "gpu:closest" → "closest" */
    TRES,    /* with the prefix of the version */
    LIST,    /* "a,b" → ["a","b"] */
    LIMIT,   /* minutes, or "UNLIMITED" */
    SHARING, /* sbatch has two options */
    SHARED,  /* ["none"] */
    LEAST,   /* of nodes, with max_nodes */
    SKIPPED, /* it goes with another */
};

struct word {
    const char *key;
    enum how how;
    const char *text; /* in the place of the value */
};

static const struct member {
    const char *name;
    struct word old, new; /* without a key: it cannot be told */
} members[] = {
    {"name", {"name", TEXT, NULL}, {"name", TEXT, NULL}},
    {"partition", {"partition", TEXT, NULL}, {"partition", TEXT, NULL}},
    {"account", {"account", TEXT, NULL}, {"account", TEXT, NULL}},
    {"qos", {"qos", TEXT, NULL}, {"qos", TEXT, NULL}},
    {"features", {"constraints", TEXT, NULL}, {"constraints", TEXT, NULL}},
    {"prefer", {"prefer", TEXT, NULL}, {"prefer", TEXT, NULL}},
    {"batch_features", {"batch_features", TEXT, NULL}, {"batch_features", TEXT, NULL}},
    {"wckey", {"wckey", TEXT, NULL}, {"wckey", TEXT, NULL}},
    {"mcs_label", {"mcs_label", TEXT, NULL}, {"mcs_label", TEXT, NULL}},
    {"licenses", {"licenses", TEXT, NULL}, {"licenses", TEXT, NULL}},
    {"burst_buffer", {"burst_buffer", TEXT, NULL}, {"burst_buffer", TEXT, NULL}},
    {"container", {"container", TEXT, NULL}, {"container", TEXT, NULL}},
    {"network", {NULL, TEXT, NULL}, {"network", TEXT, NULL}},
    {"extra", {NULL, TEXT, NULL}, {"extra", TEXT, NULL}},
    {"mail_user", {"mail_user", TEXT, NULL}, {"mail_user", TEXT, NULL}},
    {"mail_type", {"mail_type", TEXT, NULL}, {"mail_type", LIST, NULL}},
    {"current_working_directory", {"current_working_directory", TEXT, NULL}, {"current_working_directory", TEXT, NULL}},
    {"standard_input", {"standard_input", TEXT, NULL}, {"standard_input", TEXT, NULL}},
    {"standard_output", {"standard_output", TEXT, NULL}, {"standard_output", TEXT, NULL}},
    {"standard_error", {"standard_error", TEXT, NULL}, {"standard_error", TEXT, NULL}},
    {"cpus_per_tres", {"cpus_per_gpu", GPUS, NULL}, {"cpus_per_tres", TRES, NULL}},
    {"memory_per_tres", {"memory_per_gpu", GPUS, NULL}, {"memory_per_tres", TRES, NULL}},
    {"tres_per_job", {"gpus", GPUS, NULL}, {"tres_per_job", TRES, NULL}},
    {"tres_per_node", {"gres", GRES, NULL}, {"tres_per_node", TRES, NULL}},
    {"tres_per_socket", {"gpus_per_socket", GPUS, NULL}, {"tres_per_socket", TRES, NULL}},
    {"tres_per_task", {"gpus_per_task", GPUS, NULL}, {"tres_per_task", TRES, NULL}},
    {"tres_bind", {"gpu_binding", GPUS_OF, NULL}, {"tres_bind", TRES, NULL}},
    {"tres_freq", {"gpu_frequency", GPUS_OF, NULL}, {"tres_freq", TEXT, NULL}},
    {"tasks", {"tasks", NUMBER, NULL}, {"tasks", NUMBER, NULL}},
    {"tasks_per_node", {"tasks_per_node", NUMBER, NULL}, {"tasks_per_node", NUMBER, NULL}},
    {"tasks_per_core", {"tasks_per_core", NUMBER, NULL}, {"tasks_per_core", NUMBER, NULL}},
    {"tasks_per_socket", {"tasks_per_socket", NUMBER, NULL}, {"tasks_per_socket", NUMBER, NULL}},
    {"tasks_per_board", {NULL, NUMBER, NULL}, {"tasks_per_board", NUMBER, NULL}},
    {"cpus_per_task", {"cpus_per_task", NUMBER, NULL}, {"cpus_per_task", NUMBER, NULL}},
    {"sockets_per_node", {"sockets_per_node", NUMBER, NULL}, {"sockets_per_node", NUMBER, NULL}},
    {"cores_per_socket", {"cores_per_socket", NUMBER, NULL}, {NULL, NUMBER, NULL}},
    {"threads_per_core", {"threads_per_core", NUMBER, NULL}, {"threads_per_core", NUMBER, NULL}},
    {"memory_per_node", {"memory_per_node", NUMBER, NULL}, {"memory_per_node", NUMBER, NULL}},
    {"memory_per_cpu", {"memory_per_cpu", NUMBER, NULL}, {"memory_per_cpu", NUMBER, NULL}},
    {"minimum_cpus_per_node", {"minimum_cpus_per_node", NUMBER, NULL}, {"minimum_cpus_per_node", NUMBER, NULL}},
    {"minimum_tmp_disk_per_node", {"temporary_disk_per_node", NUMBER, NULL}, {"temporary_disk_per_node", NUMBER, NULL}},
    {"minimum_switches", {NULL, NUMBER, NULL}, {"required_switches", NUMBER, NULL}},
    {"min_nodes", {"nodes", LEAST, NULL}, {"minimum_nodes", NUMBER, NULL}},
    {"max_nodes", {"nodes", SKIPPED, NULL}, {"maximum_nodes", NUMBER, NULL}},
    {"time_limit", {"time_limit", LIMIT, NULL}, {"time_limit", LIMIT, NULL}},
    {"time_minimum", {"time_minimum", NUMBER, NULL}, {"time_minimum", NUMBER, NULL}},
    {"deadline", {"deadline", MOMENT, NULL}, {"deadline", NUMBER, NULL}},
    {"begin_time", {"begin_time", MOMENT, NULL}, {"begin_time", NUMBER, NULL}},
    {"nice", {"nice", NUMBER, NULL}, {"nice", NUMBER, NULL}},
    {"requeue", {"no_requeue", NO, NULL}, {"requeue", FALSE, NULL}},
    {"contiguous", {NULL, YES, NULL}, {"contiguous", YES, NULL}},
    {"shared", {"exclusive", SHARING, NULL}, {"shared", SHARED, NULL}},
    {"SPREAD_JOB", {"spread_job", YES, NULL}, {"flags", LIST, "SPREAD_JOB"}},
    {"USE_MIN_NODES", {"minimum_nodes", YES, NULL}, {"flags", LIST, "PREFER_MINIMUM_NODE_COUNT"}},
    {"GRES_ENFORCE_BIND", {"gres_flags", TEXT, "enforce-binding"}, {"flags", LIST, "GRES_BINDING_ENFORCED"}},
    {"GRES_DISABLE_BIND", {"gres_flags", TEXT, "disable-binding"}, {"flags", LIST, "GRES_BINDING_DISABLED"}},
    {"profile", {"profile", TEXT, NULL}, {"profile", LIST, NULL}},
    {"comment", {"comment", SKIPPED, NULL}, {"comment", SKIPPED, NULL}},
};

struct submission {
    const struct source_order *o;
    const struct slurm_order_peer *peer;
    bool old;
    const struct json *copy;
    struct arena arena;
    struct json_writer w;
};

/* --- values */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A text of the copy, in the arena when it had to be kept as hex. */
static struct safe_text text_value(struct submission *u, const struct json *value)
{
    struct safe_text t = {0}, hex = {0};
    if (json_type(value) != JSON_OBJECT) {
        (void)json_text(value, &t);
        return t;
    }
    (void)json_text(json_get(value, "hex"), &hex);
    size_t n = text_len(hex) / 2;
    char *p = arena_alloc(&u->arena, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)((hex_digit(text_bytes(hex)[2 * i]) << 4 | hex_digit(text_bytes(hex)[2 * i + 1])) & 0xff);
    return text_from(p, n);
}

static struct safe_text after(struct safe_text t, const char *head)
{
    size_t n = strlen(head);
    return text_begins(t, text_of(head)) ? text_from(text_bytes(t) + n, text_len(t) - n) : t;
}

static void put_item(struct buf *out, struct safe_text item)
{
    if (out->len > 0)
        buf_putc(out, ',', NULL);
    buf_put(out, text_bytes(item), text_len(item), NULL);
}

/* Each item of a list of trackable resources in the form that `how` says. False: it is none of a GPU. */
static bool put_tres(struct submission *u, const struct word *word, struct safe_text t)
{
    struct buf out = buf_make(64 << 10);
    struct safe_text item;
    bool good = true;
    while (text_split(&t, ',', &item)) {
        struct safe_text bare = after(after(item, "gres:"), "gres/");
        bool prefixed = text_len(bare) < text_len(item);
        if (word->how == TRES) {
            char *p = arena_alloc(&u->arena, text_len(bare) + 6);
            memcpy(p, u->peer->number >= GRES_SLASH ? "gres/" : "gres:", 5);
            memcpy(p + 5, text_bytes(bare), text_len(bare));
            put_item(&out, prefixed ? text_from(p, text_len(bare) + 5) : item);
            continue;
        }
        struct safe_text gpu = after(after(bare, "gpu:"), "gpu=");
        good = good && (word->how == GRES || text_len(gpu) < text_len(bare));
        put_item(&out, word->how == GRES ? bare : gpu);
    }
    json_put_key(&u->w, word->key);
    json_put_bytes(&u->w, text_from(buf_str(&out), out.len));
    buf_release(&out);
    return good;
}

static void put_list(struct json_writer *w, struct safe_text t)
{
    struct safe_text item;
    json_open_array(w);
    while (text_split(&t, ',', &item))
        json_put_bytes(w, item);
    json_close_array(w);
}

static void put_moment(struct json_writer *w, const struct json *value)
{
    int64_t v = 0;
    char text[32];
    (void)json_int(value, &v);
    snprintf(text, sizeof text, "uts%lld", (long long)v);
    json_put_str(w, text);
}

static void put_limit(const struct submission *u, struct json_writer *w, const struct json *value)
{
    int64_t v;
    if (json_int(value, &v))
        json_put_int(w, v);
    else if (u->old)
        json_put_str(w, "UNLIMITED");
    else {
        json_open_object(w);
        json_put_key(w, "set");
        json_put_bool(w, true);
        json_put_key(w, "infinite");
        json_put_bool(w, true);
        json_close_object(w);
    }
}

/* A bare number sets no most. */
static void put_least(const struct submission *u, struct json_writer *w, const struct json *value)
{
    int64_t least = 1, most = 0;
    char text[48];
    (void)json_int(value, &least);
    if (!json_int(json_get(u->copy, "max_nodes"), &most) || most < least) {
        json_put_int(w, least);
        return;
    }
    snprintf(text, sizeof text, "%lld-%lld", (long long)least, (long long)most);
    json_put_str(w, text);
}

static void put_number(struct json_writer *w, const struct json *value)
{
    int64_t v = 0;
    (void)json_int(value, &v);
    json_put_int(w, v);
}

static void put_sharing(struct submission *u, struct safe_text t)
{
    bool shared = text_is(t, "shared");
    json_put_key(&u->w, shared ? "oversubscribe" : "exclusive");
    if (shared)
        json_put_bool(&u->w, true);
    else
        json_put_bytes(&u->w, text_is(t, "none") ? text_of("exclusive") : t);
}

/* False: it cannot be told. */
static bool put_member(struct submission *u, const struct member *m, const struct json *value)
{
    const struct word *word = u->old ? &m->old : &m->new;
    struct safe_text t = word->text ? text_of(word->text) : text_value(u, value);
    struct json_writer *w = &u->w;
    if (!word->key)
        return false;
    if (word->how == SKIPPED || (word->how == LIST && word->text))
        return true;
    if (word->how == GRES || word->how == GPUS || word->how == GPUS_OF || word->how == TRES)
        return put_tres(u, word, t);
    if (word->how == SHARING) {
        put_sharing(u, t);
        return true;
    }
    json_put_key(w, word->key);
    if (word->how == TEXT)
        json_put_bytes(w, t);
    else if (word->how == LIST)
        put_list(w, t);
    else if (word->how == SHARED)
        put_list(w, text_is(t, "shared") ? text_of("oversubscribe") : t);
    else if (word->how == NUMBER)
        put_number(w, value);
    else if (word->how == MOMENT)
        put_moment(w, value);
    else if (word->how == LIMIT)
        put_limit(u, w, value);
    else if (word->how == LEAST)
        put_least(u, w, value);
    else
        json_put_bool(w, word->how != FALSE);
    return true;
}

/* --- the whole */

static void put_flags(struct submission *u)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const struct word *word = &members[i].new;
        if (u->old || !word->text || !json_get(u->copy, members[i].name))
            continue;
        if (n++ == 0) {
            json_put_key(&u->w, word->key);
            json_open_array(&u->w);
        }
        json_put_str(&u->w, word->text);
    }
    if (n > 0)
        json_close_array(&u->w);
}

static void put_environment(struct submission *u)
{
    json_put_key(&u->w, "environment");
    if (u->old) {
        json_open_object(&u->w);
        json_put_key(&u->w, "PATH");
        json_put_str(&u->w, ENVIRONMENT_PATH);
        json_put_key(&u->w, "SLURM_GET_USER_ENV");
        json_put_str(&u->w, "1");
        json_close_object(&u->w);
        return;
    }
    json_open_array(&u->w);
    json_put_str(&u->w, "PATH=" ENVIRONMENT_PATH);
    json_put_str(&u->w, "SLURM_GET_USER_ENV=1");
    json_close_array(&u->w);
}

/* A mark of ours at its end, of a copy that is copied on, is not told again. */
static struct safe_text unmarked(struct safe_text comment)
{
    const char *p = text_bytes(comment);
    size_t n = text_len(comment), at = n;
    while (at > 0 && p[at - 1] != ' ')
        at--;
    struct safe_text last = text_from(p + at, n - at);
    bool mark = text_begins(last, text_of(KEY_HEAD)) && !text_contains(last, text_of("="), false);
    return mark ? text_from(p, at > 0 ? at - 1 : 0) : comment;
}

static void put_comment(struct submission *u)
{
    struct safe_text comment = unmarked(text_value(u, json_get(u->copy, "comment")));
    size_t head = strlen(KEY_HEAD), a = text_len(comment), b = text_len(u->o->key);
    char *p = arena_alloc(&u->arena, a + 1 + head + b);
    memcpy(p, text_bytes(comment), a);
    p[a] = ' ';
    memcpy(p + a + 1, KEY_HEAD, head);
    memcpy(p + a + 1 + head, text_bytes(u->o->key), b);
    json_put_key(&u->w, "comment");
    json_put_bytes(&u->w, a ? text_from(p, a + 1 + head + b) : text_from(p + 1, head + b));
}

bool slurm_order_has_key(struct safe_text comment, struct safe_text key)
{
    struct safe_text word;
    char mark[sizeof KEY_HEAD + KEY_MAX];
    size_t head = strlen(KEY_HEAD), n = text_len(key);
    if (n == 0 || n > KEY_MAX)
        return false;
    memcpy(mark, KEY_HEAD, head);
    memcpy(mark + head, text_bytes(key), n);
    while (text_split(&comment, ' ', &word)) {
        if (text_equal(word, text_from(mark, head + n)))
            return true;
    }
    return false;
}

/* The queue of "SCHEDULER/QUEUE"; empty: that of the original. */
static struct safe_text queue_of(const struct submission *u)
{
    size_t head = strlen(u->peer->scheduler), n = text_len(u->o->to);
    bool queue =
        n > head + 1 && text_begins(u->o->to, text_of(u->peer->scheduler)) && text_bytes(u->o->to)[head] == '/';
    return queue ? text_from(text_bytes(u->o->to) + head + 1, n - head - 1) : (struct safe_text){0};
}

static bool put_members(struct submission *u, struct err *err)
{
    struct safe_text queue = queue_of(u);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const struct json *value = json_get(u->copy, members[i].name);
        if (strcmp(members[i].name, "partition") == 0 && !text_empty(queue)) {
            json_put_key(&u->w, "partition");
            json_put_bytes(&u->w, queue);
        } else if (value && !put_member(u, &members[i], value)) {
            err_set(err, ERR_REFUSED, "cannot copy the job: its '%s' cannot be told to slurmrestd's %s",
                    members[i].name, u->peer->version);
            return false;
        }
    }
    return true;
}

/* Since v0.0.40 it belongs to the job. Without one no job is made. */
static void put_script(struct submission *u, bool inside)
{
    bool belongs = u->peer->number >= SCRIPT_INSIDE || u->peer->number == 0;
    if (text_empty(u->o->script) || inside != belongs)
        return;
    json_put_key(&u->w, "script");
    json_put_bytes(&u->w, u->o->script);
}

static bool put_job(struct submission *u, struct err *err)
{
    json_open_object(&u->w);
    json_put_key(&u->w, "job");
    json_open_object(&u->w);
    json_put_key(&u->w, "hold");
    json_put_bool(&u->w, true);
    put_environment(u);
    if (!put_members(u, err))
        return false;
    put_flags(u);
    slurm_order_sbatch(&u->w, u->o->script, u->copy, u->old);
    put_comment(u);
    put_script(u, true);
    json_close_object(&u->w);
    put_script(u, false);
    json_close_object(&u->w);
    if (u->w.err.kind != ERR_NONE && err)
        *err = u->w.err;
    return u->w.err.kind == ERR_NONE;
}

/* What makes no sense before a peer is asked. */
static bool is_good(const struct submission *u, struct err *err)
{
    struct safe_text words = {0};
    char shown[320];
    size_t n = text_len(u->o->script);
    const char *script = text_bytes(u->o->script);
    if (json_type(u->copy) != JSON_OBJECT)
        return err_set(err, ERR_CORRUPT, "what was read of the job makes no sense");
    if (json_text(json_get(u->copy, "refuse"), &words) && !text_empty(words))
        return err_set(err, ERR_REFUSED, "the job cannot be copied: %s", text_show_in(words, shown, sizeof shown));
    if (text_empty(u->o->key) || text_len(u->o->key) > KEY_MAX || text_contains(u->o->key, text_of(" "), false))
        return err_set(err, ERR_INPUT, "the copy needs a key without blanks");
    if (n > 0 && (n < 2 || memcmp(script, "#!", 2) != 0))
        return err_set(err, ERR_REFUSED, "the job's script is no script: it does not begin with #!");
    if (n > 0 && memchr(script, 0, n))
        return err_set(err, ERR_REFUSED, "the job's script holds a NUL");
    return true;
}

bool slurm_order_submission(const struct source_order *o, const struct slurm_order_peer *peer, struct buf *out,
                            struct err *err)
{
    struct json *copy = json_parse(text_bytes(o->copy), text_len(o->copy), JSON_STRICT, NULL);
    struct submission u = {.o = o,
                           .peer = peer,
                           .old = peer->number > 0 && peer->number <= LAST_OLD,
                           .copy = copy,
                           .w = json_writer_make(out)};
    bool ok = is_good(&u, err) && put_job(&u, err);
    arena_release(&u.arena);
    json_free(copy);
    return ok;
}
