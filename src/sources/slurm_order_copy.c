#include <stdio.h>
#include <string.h>

#include "sources/slurm.h"

/* What a copy of a job needs, as JSON: the members of v0.0.38's answers that were asked for, in one form whatever the data
 * parser, and "refuse": why the job cannot be copied. Not told over REST, and so neither copied nor refused: its environment,
 * its umask and group, and what slurm_order_sbatch.c takes from the script. Left out on purpose: its priority (of
 * another scheduler's scale, and no owner may set one), the nodes that it excludes (there are others), and what an
 * administrator wrote to it. */

static void put_hex(struct json_writer *w, struct safe_text t)
{
    static const char digits[] = "0123456789abcdef";
    struct buf hex = buf_make(2 * text_len(t));
    for (size_t i = 0; i < text_len(t); i++) {
        unsigned char c = (unsigned char)text_bytes(t)[i];
        buf_putc(&hex, digits[c >> 4], NULL);
        buf_putc(&hex, digits[c & 15], NULL);
    }
    json_open_object(w);
    json_put_key(w, "hex");
    json_put_str(w, buf_str(&hex));
    json_close_object(w);
    buf_release(&hex);
}

/* The copy is kept and shown: JSON that everybody reads. */
static void put_text(struct json_writer *w, const char *key, struct safe_text t)
{
    json_put_key(w, key);
    if (text_is_utf8(t))
        json_put_text(w, t);
    else
        put_hex(w, t);
}

static void put_int(struct json_writer *w, const char *key, int64_t v)
{
    json_put_key(w, key);
    json_put_int(w, v);
}

static bool yes(const struct json *value)
{
    bool v = false;
    return json_bool(value, &v) && v;
}

/* "a,b" of ["a","b"] or of the text itself, in the arena. */
static struct safe_text joined(const struct json *value, struct arena *arena)
{
    struct value v = slurm_cell_list(value, arena);
    struct safe_text t = value_text_or(&v, "");
    char *p = arena_copy(arena, text_bytes(t), text_len(t));
    for (size_t i = 0; i < text_len(t); i++)
        p[i] = p[i] == VALUE_LIST_SEPARATOR ? ',' : p[i];
    return text_from(p, text_len(t));
}

static bool has_word(const struct json *list, const char *word)
{
    struct safe_text t;
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        if (json_text(j, &t) && text_is(t, word))
            return true;
    }
    return false;
}

/* --- what forbids a copy
 * -------------------------------------------------------------------------------------------- */

static bool above_zero(const struct json *value)
{
    int64_t v;
    return slurm_number(value, &v) == SLURM_NUMBER_KNOWN && v > 0;
}

static bool is_known(const struct json *value)
{
    int64_t v;
    struct safe_text t;
    return (json_text(value, &t) && !text_empty(t)) || slurm_number(value, &v) != SLURM_NUMBER_UNKNOWN;
}

static bool has_text(const struct json *value)
{
    struct safe_text t;
    return (json_type(value) == JSON_TEXT && json_text(value, &t) && !text_empty(t)) ||
           (json_type(value) == JSON_ARRAY && json_first(value));
}

static bool is_no(const struct json *value)
{
    bool v = true;
    return json_bool(value, &v) && !v;
}

static bool is_filled(const struct json *value)
{
    return json_type(value) == JSON_OBJECT && json_first(value);
}

static const struct {
    const char *member;
    bool (*is)(const struct json *value);
    const char *words;
} forbids[] = {
    {"array_job_id", above_zero, "it belongs to an array"},
    {"array_task_string", has_text, "it belongs to an array"},
    {"het_job_id", above_zero, "it is part of a heterogeneous job"},
    {"federation_origin", has_text, "it is a job of a federation"},
    {"federation_siblings_viable", has_text, "it is a job of a federation"},
    {"cluster_features", has_text, "it asks for features of a cluster"},
    {"dependency", has_text, "it depends on other jobs"},
    {"batch_flag", is_no, "it has no batch script"},
    {"required_nodes", has_text, "it asks for nodes by name"},
    {"resv_name", has_text, "it asks for a reservation of its scheduler"},
    {"reboot", yes, "it asks for nodes that are booted first"},
    {"core_spec", is_known, "it asks for specialized cores"},
    {"thread_spec", is_known, "it asks for specialized threads"},
    {"cpu_frequency_minimum", is_known, "it asks for a frequency of its CPUs"},
    {"cpu_frequency_maximum", is_known, "it asks for a frequency of its CPUs"},
    {"cpu_frequency_governor", is_known, "it asks for a frequency of its CPUs"},
    {"cron", is_filled, "it is started by scrontab"},
    {"cron", has_text, "it is started by scrontab"},
    {"container_id", has_text, "it runs in a container that was made for it"},
    {"selinux_context", has_text, "it has an SELinux context"},
};

/* Each reason once. */
static void put_refusals(const struct json *e, const char *odd, struct json_writer *w)
{
    struct buf words = buf_make(2000);
    for (size_t i = 0; i < sizeof forbids / sizeof *forbids; i++) {
        if (!forbids[i].is(json_get(e, forbids[i].member)) || strstr(buf_str(&words), forbids[i].words))
            continue;
        buf_printf(&words, NULL, "%s%s", words.len ? "; " : "", forbids[i].words);
    }
    if (odd)
        buf_printf(&words, NULL, "%s%s", words.len ? "; " : "", odd);
    if (words.len > 0) {
        json_put_key(w, "refuse");
        json_put_str(w, buf_str(&words));
    }
    buf_release(&words);
}

/* --- what a copy takes over
 * ----------------------------------------------------------------------------------------- */

static const char *const texts[] = {"partition",
                                    "account",
                                    "qos",
                                    "comment",
                                    "features",
                                    "prefer",
                                    "batch_features",
                                    "wckey",
                                    "mcs_label",
                                    "licenses",
                                    "burst_buffer",
                                    "container",
                                    "network",
                                    "extra",
                                    "mail_user",
                                    "current_working_directory",
                                    "standard_input",
                                    "standard_output",
                                    "standard_error",
                                    "cpus_per_tres",
                                    "memory_per_tres",
                                    "tres_per_job",
                                    "tres_per_node",
                                    "tres_per_socket",
                                    "tres_per_task",
                                    "tres_bind",
                                    "tres_freq"};

static const char *const counts[] = {"tasks",
                                     "tasks_per_node",
                                     "tasks_per_core",
                                     "tasks_per_socket",
                                     "tasks_per_board",
                                     "sockets_per_node",
                                     "cores_per_socket",
                                     "threads_per_core",
                                     "memory_per_cpu",
                                     "minimum_cpus_per_node",
                                     "minimum_tmp_disk_per_node",
                                     "minimum_switches",
                                     "time_minimum",
                                     "deadline",
                                     "max_nodes"};

static void put_plain(const struct json *e, struct arena *arena, struct json_writer *w)
{
    struct safe_text name = {0};
    int64_t v;
    if (json_text(json_get(e, "name"), &name))
        put_text(w, "name", name);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct safe_text t = {0};
        const struct json *value = json_get(e, texts[i]);
        if (json_type(value) == JSON_ARRAY)
            t = joined(value, arena);
        else
            (void)json_text(value, &t);
        if (!text_empty(t))
            put_text(w, texts[i], t);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (slurm_number(json_get(e, counts[i]), &v) == SLURM_NUMBER_KNOWN && v > 0)
            put_int(w, counts[i], v);
    }
}

static bool exact(const struct json *flags, const char *word, const char *later)
{
    return has_word(flags, word) || has_word(flags, later);
}

/* What was asked of memory: 0 is all of a node, which 22.05 tells as null. */
static void put_memory(const struct json *e, struct json_writer *w)
{
    int64_t v;
    bool set = exact(json_get(e, "flags"), "JOB_MEM_SET", "EXACT_MEMORY_REQUESTED");
    bool known = slurm_number(json_get(e, "memory_per_node"), &v) == SLURM_NUMBER_KNOWN;
    bool per_cpu = above_zero(json_get(e, "memory_per_cpu"));
    if (known && v > 0)
        put_int(w, "memory_per_node", v);
    else if (set && !per_cpu)
        put_int(w, "memory_per_node", 0);
}

/* 22.05 tells the CPUs of a task only where it was given a frequency: they are worked out. */
static const char *put_cpus(const struct json *e, struct json_writer *w)
{
    int64_t each, cpus, tasks;
    bool set = exact(json_get(e, "flags"), "JOB_CPUS_SET", "EXACT_CPU_COUNT_REQUESTED");
    if (slurm_number(json_get(e, "cpus_per_task"), &each) == SLURM_NUMBER_KNOWN && each > 0) {
        put_int(w, "cpus_per_task", each);
        return NULL;
    }
    if (!set)
        return NULL;
    bool told = slurm_number(json_get(e, "cpus"), &cpus) == SLURM_NUMBER_KNOWN &&
                slurm_number(json_get(e, "tasks"), &tasks) == SLURM_NUMBER_KNOWN && tasks > 0;
    if (!told || cpus < tasks || cpus % tasks != 0)
        return "the CPUs of its tasks cannot be told";
    put_int(w, "cpus_per_task", cpus / tasks);
    return NULL;
}

/* node_count is what slurmctld expects; the least that was asked for stands among the trackable resources. */
static void put_nodes(const struct json *e, struct json_writer *w)
{
    struct safe_text tres = {0};
    int64_t least = 1;
    (void)json_text(json_get(e, "tres_req_str"), &tres);
    bool told = slurm_tres_count(tres, "node", &least);
    if ((told && least > 1) || above_zero(json_get(e, "max_nodes")))
        put_int(w, "min_nodes", least);
}

/* Null is no limit in v0.0.38; "not set" is none that was asked for. */
static void put_times(const struct json *e, struct json_writer *w)
{
    const struct json *limit = json_get(e, "time_limit");
    int64_t minutes, eligible, submitted, nice;
    enum slurm_number_state state = slurm_number(limit, &minutes);
    if (state == SLURM_NUMBER_KNOWN && minutes > 0)
        put_int(w, "time_limit", minutes);
    else if (state == SLURM_NUMBER_INFINITE || json_type(limit) == JSON_NULL)
        put_text(w, "time_limit", text_of("UNLIMITED"));
    /* A time to begin at shows itself in nothing else; one that has passed does no harm. */
    if (slurm_number(json_get(e, "eligible_time"), &eligible) == SLURM_NUMBER_KNOWN &&
        slurm_number(json_get(e, "submit_time"), &submitted) == SLURM_NUMBER_KNOWN && eligible > submitted)
        put_int(w, "begin_time", eligible);
    const struct json *told = json_get(e, "nice");
    if (json_int(json_type(told) == JSON_OBJECT ? json_get(told, "number") : told, &nice) && nice != 0)
        put_int(w, "nice", nice);
}

static const char *put_sharing(const struct json *e, struct arena *arena, struct json_writer *w)
{
    static const char *const known[] = {"none", "user", "mcs", "shared"};
    struct safe_text t = joined(json_get(e, "shared"), arena);
    if (text_is(t, "oversubscribe"))
        t = text_of("shared");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (text_is(t, known[i]))
            put_text(w, "shared", t);
    }
    bool good =
        text_empty(t) || text_is(t, known[0]) || text_is(t, known[1]) || text_is(t, known[2]) || text_is(t, known[3]);
    return good ? NULL : "it shares its nodes in a way that is not known here";
}

static void put_flags(const struct json *e, struct arena *arena, struct json_writer *w)
{
    static const struct {
        const char *word, *later;
    } kept[] = {{"SPREAD_JOB", "SPREAD_JOB"},
                {"USE_MIN_NODES", "PREFER_MINIMUM_NODE_COUNT"},
                {"GRES_ENFORCE_BIND", "GRES_BINDING_ENFORCED"},
                {"GRES_DISABLE_BIND", "GRES_BINDING_DISABLED"}};
    const struct json *flags = json_get(e, "flags");
    struct safe_text profile = joined(json_get(e, "profile"), arena), mail = joined(json_get(e, "mail_type"), arena);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (!exact(flags, kept[i].word, kept[i].later))
            continue;
        json_put_key(w, kept[i].word);
        json_put_bool(w, true);
    }
    if (yes(json_get(e, "contiguous"))) {
        json_put_key(w, "contiguous");
        json_put_bool(w, true);
    }
    if (is_no(json_get(e, "requeue"))) {
        json_put_key(w, "requeue");
        json_put_bool(w, false);
    }
    if (!text_empty(profile) && !text_is(profile, "NOT_SET"))
        put_text(w, "profile", profile);
    if (!text_empty(mail) && !text_is(mail, "NONE"))
        put_text(w, "mail_type", mail);
}

bool slurm_order_copy(const struct json *e, struct arena *arena, struct buf *out, struct err *err)
{
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    put_plain(e, arena, &w);
    put_memory(e, &w);
    const char *cpus = put_cpus(e, &w);
    put_nodes(e, &w);
    put_times(e, &w);
    const char *sharing = put_sharing(e, arena, &w);
    put_flags(e, arena, &w);
    put_refusals(e, cpus ? cpus : sharing, &w);
    json_close_object(&w);
    if (w.err.kind != ERR_NONE && err)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}
