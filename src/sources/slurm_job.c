#include <stdio.h>
#include <string.h>

#include "domain/state.h"
#include "sources/slurm.h"

const char *const slurm_job_keep[] = {"account",
                                      "admin_comment",
                                      "array_job_id",
                                      "array_task_id",
                                      "array_task_string",
                                      "cluster",
                                      "command",
                                      "comment",
                                      "cpus",
                                      "current_working_directory",
                                      "deadline",
                                      "dependency",
                                      "eligible_time",
                                      "end_time",
                                      "extra",
                                      "exit_code",
                                      "federation_origin",
                                      "federation_siblings_active",
                                      "federation_siblings_viable",
                                      "gres_detail",
                                      "het_job_id",
                                      "het_job_offset",
                                      "job_id",
                                      "job_state",
                                      "licenses",
                                      "memory_per_cpu",
                                      "memory_per_node",
                                      "name",
                                      "node_count",
                                      "nodes",
                                      "partition",
                                      "priority",
                                      "qos",
                                      "restart_cnt",
                                      "resv_name",
                                      "standard_error",
                                      "standard_output",
                                      "start_time",
                                      "state_reason",
                                      "stderr_expanded",
                                      "stdout_expanded",
                                      "submit_time",
                                      "tasks",
                                      "time_limit",
                                      "tres_alloc_str",
                                      "tres_per_job",
                                      "tres_per_node",
                                      "tres_per_socket",
                                      "tres_per_task",
                                      "tres_req_str",
                                      "user_id",
                                      "user_name",
                                      NULL};

/* --- states
 * ----------------------------------------------------------------------------------------------------------------- */

/* What squeue's words mean. Later data parsers give a base word and flags: a flag of this table beats the base. */
static const struct state_word {
    const char *word;
    enum job_state state;
} state_words[] = {
    {"PENDING", JOB_WAITING},      {"RUNNING", JOB_RUNNING},       {"SUSPENDED", JOB_SUSPENDED},
    {"COMPLETED", JOB_DONE},       {"CANCELLED", JOB_CANCELLED},   {"FAILED", JOB_FAILED},
    {"TIMEOUT", JOB_TIMEOUT},      {"NODE_FAIL", JOB_FAILED},      {"PREEMPTED", JOB_PREEMPTED},
    {"BOOT_FAIL", JOB_FAILED},     {"DEADLINE", JOB_TIMEOUT},      {"OUT_OF_MEMORY", JOB_FAILED},
    {"LAUNCH_FAILED", JOB_FAILED}, {"COMPLETING", JOB_FINISHING},  {"STAGE_OUT", JOB_FINISHING},
    {"CONFIGURING", JOB_RUNNING},  {"POWER_UP_NODE", JOB_RUNNING}, {"RESIZING", JOB_RUNNING},
    {"SIGNALING", JOB_RUNNING},    {"STOPPED", JOB_SUSPENDED},     {"REQUEUED", JOB_WAITING},
    {"REQUEUE_FED", JOB_WAITING},  {"REQUEUE_HOLD", JOB_HELD},     {"RESV_DEL_HOLD", JOB_HELD},
    {"SPECIAL_EXIT", JOB_HELD},    {"RECONFIG_FAIL", JOB_FAILED},  {"EXPEDITING", JOB_WAITING},
};

struct state {
    enum job_state state;
    bool revoked; /* the sibling of a federated job that another cluster runs */
    struct safe_text raw;
};

static void state_add(void *ctx, struct safe_text word)
{
    struct state *s = ctx;
    if (text_empty(s->raw))
        s->raw = word;
    s->revoked = s->revoked || text_is(word, "REVOKED");
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++) {
        if (text_is(word, state_words[i].word)) {
            s->state = state_words[i].state;
            s->raw = word;
        }
    }
}

static bool held(const struct json *e)
{
    int64_t priority;
    struct value reason = slurm_cell_text(json_get(e, "state_reason"));
    struct safe_text word = value_text_or(&reason, "");
    return (slurm_number(json_get(e, "priority"), &priority) == SLURM_NUMBER_KNOWN && priority == 0) ||
           text_is(word, "JobHeldUser") || text_is(word, "JobHeldAdmin");
}

static struct state state_of(const struct json *e)
{
    struct state s = {.state = JOB_UNKNOWN};
    slurm_cell_words(json_get(e, "job_state"), state_add, &s);
    if (s.state == JOB_WAITING && held(e))
        s.state = JOB_HELD;
    return s;
}

static bool has_ended(enum job_state s)
{
    return s == JOB_DONE || s == JOB_FAILED || s == JOB_CANCELLED || s == JOB_TIMEOUT || s == JOB_PREEMPTED;
}

static bool is_on_nodes(enum job_state s)
{
    return s == JOB_RUNNING || s == JOB_SUSPENDED || s == JOB_FINISHING;
}

/* --- identity, as squeue shows it
 * -------------------------------------------------------------------------------------------- */

enum { ID_DIGITS_MAX = 40 };

/* An id is a text of digits, of more than fit into an integer if need be; 0 is none. */
static bool whole_number(const struct json *value, struct safe_text *out)
{
    size_t zeros = 0;
    if (!json_ident(value, out) || text_empty(*out) || text_len(*out) > ID_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < text_len(*out); i++) {
        char c = text_bytes(*out)[i];
        if (c < '0' || c > '9')
            return false;
        zeros += c == '0';
    }
    return zeros < text_len(*out);
}

static struct safe_text spell(struct arena *arena, struct safe_text head, const char *between, struct safe_text tail,
                              const char *after)
{
    size_t a = text_len(head), b = strlen(between), c = text_len(tail), d = strlen(after);
    char *p = arena_alloc(arena, a + b + c + d + 1);
    memcpy(p, text_bytes(head), a);
    memcpy(p + a, between, b);
    memcpy(p + a + b, text_bytes(tail), c);
    memcpy(p + a + b + c, after, d);
    return text_from(p, a + b + c + d);
}

static struct safe_text digits(struct arena *arena, int64_t v)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    return text_from(arena_copy(arena, text, (size_t)n), (size_t)n);
}

/* "17"; "19_[3-20%2]" for what waits of an array, "19_2" for one of its tasks; "21+1" in a heterogeneous job. */
static bool identify(const struct json *e, struct arena *arena, struct safe_text *id, struct safe_text *expression,
                     bool *het_part)
{
    int64_t array, part, het;
    if (!whole_number(json_get(e, "job_id"), id))
        return false;
    if (slurm_number(json_get(e, "array_job_id"), &array) == SLURM_NUMBER_KNOWN && array > 0) {
        struct value text = slurm_cell_text(json_get(e, "array_task_string"));
        *expression = value_text_or(&text, "");
        if (value_known(&text))
            *id = spell(arena, digits(arena, array), "_[", *expression, "]");
        else if (slurm_number(json_get(e, "array_task_id"), &part) == SLURM_NUMBER_KNOWN)
            *id = spell(arena, digits(arena, array), "_", digits(arena, part), "");
    } else if (slurm_number(json_get(e, "het_job_id"), &het) == SLURM_NUMBER_KNOWN && het > 0 &&
               slurm_number(json_get(e, "het_job_offset"), &part) == SLURM_NUMBER_KNOWN) {
        *id = spell(arena, digits(arena, het), "+", digits(arena, part), "");
        *het_part = true;
    }
    return true;
}

/* The number at *p (before `end`), which moves behind it. */
static bool take(const char **p, const char *end, int64_t *out)
{
    const char *from = *p;
    while (*p < end && **p >= '0' && **p <= '9')
        ++*p;
    return slurm_number_parse(text_from(from, (size_t)(*p - from)), out) && *out < INT64_C(1) << 32;
}

/* One range "7", "1-20", "1-20:3" at *p; false when it makes no sense. */
static bool take_range(const char **p, const char *end, int64_t *count)
{
    int64_t from, to, step = 1;
    if (!take(p, end, &from))
        return false;
    to = from;
    if (*p < end && **p == '-') {
        ++*p;
        if (!take(p, end, &to) || to < from)
            return false;
    }
    if (*p < end && **p == ':') {
        ++*p;
        if (!take(p, end, &step) || step == 0)
            return false;
    }
    *count += (to - from) / step + 1;
    return true;
}

struct value slurm_job_tasks(struct safe_text expression)
{
    const char *p = text_bytes(expression), *end = p + text_len(expression);
    int64_t count = 0, at_once;
    while (p < end) {
        if (!take_range(&p, end, &count) || count > INT64_C(1) << 32)
            return value_none();
        if (p == end || *p == '%')
            break;
        if (*p++ != ',')
            return value_none();
    }
    if (p < end && (++p == end || !take(&p, end, &at_once) || p != end))
        return value_none();
    return count > 0 ? value_int(count) : value_none();
}

/* --- cells
 * ------------------------------------------------------------------------------------------------------------------ */

static const struct {
    int field;
    const char *key;
    struct value (*make)(const struct json *value);
} plain[] = {
    {JOB_QUEUE, "partition", slurm_cell_text},
    {JOB_USER, "user_name", slurm_cell_text},
    {JOB_ACCOUNT, "account", slurm_cell_text},
    {JOB_QOS, "qos", slurm_cell_text},
    {JOB_REASON, "state_reason", slurm_cell_text},
    {JOB_SUBMITTED_AT, "submit_time", slurm_cell_time},
    {JOB_DEADLINE_AT, "deadline", slurm_cell_time},
    {JOB_ELIGIBLE_AT, "eligible_time", slurm_cell_time},
    {JOB_NODES, "node_count", slurm_cell_count},
    {JOB_NODE_LIST, "nodes", slurm_cell_text},
    {JOB_CPUS, "cpus", slurm_cell_count},
    {JOB_PRIORITY, "priority", slurm_cell_count},
    {JOB_RESTARTS, "restart_cnt", slurm_cell_count},
    {JOB_DEPENDENCY, "dependency", slurm_cell_text},
    {JOB_RESERVATION, "resv_name", slurm_cell_text},
    {JOB_COMMAND, "command", slurm_cell_text},
    {JOB_COMMENT, "comment", slurm_cell_text},
    {JOB_WORK_DIR, "current_working_directory", slurm_cell_text},
    {JOB_STDOUT, "standard_output", slurm_cell_text},
    {JOB_STDERR, "standard_error", slurm_cell_text},
};

static bool text_of_member(const struct json *e, const char *key, struct safe_text *out)
{
    struct value v = slurm_cell_text(json_get(e, key));
    *out = value_text_or(&v, "");
    return value_known(&v);
}

static void put_texts(const struct json *e, struct arena *arena, struct row *row)
{
    struct safe_text name;
    int64_t uid;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        row->cells[plain[i].field] = plain[i].make(json_get(e, plain[i].key));
    if (json_text(json_get(e, "name"), &name))
        row->cells[JOB_NAME] = value_text(name); /* sbatch accepts the empty one */
    /* A uid that slurmrestd's machine cannot name: squeue prints the number. */
    if (!value_known(&row->cells[JOB_USER]) && slurm_number(json_get(e, "user_id"), &uid) == SLURM_NUMBER_KNOWN &&
        uid >= 0)
        row->cells[JOB_USER] = value_text(digits(arena, uid));
    if (text_is(value_text_or(&row->cells[JOB_REASON], ""), "None"))
        row->cells[JOB_REASON] = value_none();
}

/* start_time is an estimate before the start, end_time the limit before the end, and a job that was cancelled while it
 * waited has a start_time too, but no nodes. */
static void put_times(const struct json *e, enum job_state s, struct row *row)
{
    struct value start = slurm_cell_time(json_get(e, "start_time"));
    bool ended = has_ended(s);
    if (is_on_nodes(s) || (ended && value_known(&row->cells[JOB_NODE_LIST])))
        row->cells[JOB_STARTED_AT] = start;
    else if (s == JOB_WAITING)
        row->cells[JOB_STARTS_ESTIMATE_AT] = start;
    if (ended)
        row->cells[JOB_ENDED_AT] = slurm_cell_time(json_get(e, "end_time"));
    row->cells[JOB_TIME_LIMIT_S] = slurm_cell_minutes(json_get(e, "time_limit"));
}

/* A wait status as of wait(2); a signal gives 128 + its number, as a shell says it. Later data parsers part it. */
static struct value exit_code(const struct json *value)
{
    int64_t status, signal = 0;
    if (json_type(value) == JSON_OBJECT && json_get(value, "return_code")) {
        const struct json *by = json_get(value, "signal");
        if (slurm_number(json_get(by, json_get(by, "id") ? "id" : "signal_id"), &signal) == SLURM_NUMBER_KNOWN &&
            signal > 0 && signal < 128)
            return value_int(128 + signal);
        return slurm_cell_count(json_get(value, "return_code"));
    }
    if (slurm_number(value, &status) != SLURM_NUMBER_KNOWN || status < 0 || status > 0xffff)
        return value_none();
    signal = status & 0x7f;
    return value_int(signal ? 128 + signal : status >> 8);
}

/* Later data parsers also tell the names that sbatch's patterns make. */
static void put_files(const struct json *e, struct row *row)
{
    static const struct {
        int field;
        const char *key;
    } expanded[] = {{JOB_STDOUT, "stdout_expanded"}, {JOB_STDERR, "stderr_expanded"}};
    for (size_t i = 0; i < sizeof expanded / sizeof *expanded; i++) {
        struct value v = slurm_cell_text(json_get(e, expanded[i].key));
        if (value_known(&v))
            row->cells[expanded[i].field] = v;
    }
}

/* The clusters of the federation where it is submitted beside its own; one that runs is nowhere else. */
static void put_siblings(const struct json *e, struct arena *arena, struct row *row)
{
    struct value own = slurm_cell_text(json_get(e, "cluster"));
    struct value all = slurm_cell_list(json_get(e, "federation_siblings_active"), arena);
    struct safe_text rest = value_text_or(&all, ""), one;
    char *p = arena_alloc(arena, text_len(rest) + 1);
    size_t n = 0;
    while (value_list_next(&rest, &one)) {
        if (text_equal(one, value_text_or(&own, "")))
            continue;
        if (n > 0)
            p[n++] = VALUE_LIST_SEPARATOR;
        memcpy(p + n, text_bytes(one), text_len(one));
        n += text_len(one);
    }
    if (n > 0)
        row->cells[JOB_SIBLINGS] = value_list(text_from(p, n));
}

/* TRES texts hold totals, rounded by nobody; the members beside them are per node or per CPU. */
static struct value memory_of(const struct json *e, const struct row *row)
{
    struct safe_text tres;
    int64_t mb;
    if ((text_of_member(e, "tres_alloc_str", &tres) && slurm_tres_memory_mb(tres, &mb)) ||
        (text_of_member(e, "tres_req_str", &tres) && slurm_tres_memory_mb(tres, &mb)))
        return value_int(mb);
    struct value each = slurm_cell_count(json_get(e, "memory_per_node")), times = row->cells[JOB_NODES];
    if (!value_known(&each)) {
        each = slurm_cell_count(json_get(e, "memory_per_cpu"));
        times = row->cells[JOB_CPUS];
    }
    bool sane = value_known(&each) && value_known(&times) && each.as.i > 0 && each.as.i < INT64_C(1) << 40 &&
                times.as.i < 1 << 20;
    return sane ? value_int(each.as.i * times.as.i) : value_none();
}

/* Adds a member's accelerators; whether it named any. */
static bool accels_from(const struct json *e, const char *key, int64_t times, struct slurm_tres_accels *a)
{
    struct safe_text t;
    if (!a->found && text_of_member(e, key, &t))
        slurm_tres_accels_add(a, t, times);
    return a->found;
}

static int64_t times_of(const struct value *v)
{
    return value_int_or(v, -1);
}

static void accels_of(const struct json *e, const struct row *row, struct slurm_tres_accels *a)
{
    struct safe_text t;
    struct value tasks = slurm_cell_count(json_get(e, "tasks"));
    if (accels_from(e, "tres_alloc_str", 1, a))
        return;
    for (const struct json *j = json_first(json_get(e, "gres_detail")); j; j = json_next(j)) {
        if (json_text(j, &t))
            slurm_tres_accels_add(a, t, 1);
    }
    if (a->found || accels_from(e, "tres_req_str", 1, a) || accels_from(e, "tres_per_job", 1, a) ||
        accels_from(e, "tres_per_node", times_of(&row->cells[JOB_NODES]), a) ||
        accels_from(e, "tres_per_task", times_of(&tasks), a))
        return;
    accels_from(e, "tres_per_socket", -1, a); /* of how many sockets nobody says */
}

/* slurmctld puts gres/gpu into the TRES texts only where AccountingStorageTRES names it, so that their silence proves
 * nothing: none were asked for when each way to ask was left empty. */
static bool none_asked(const struct json *e)
{
    static const char *const ways[] = {"tres_per_job", "tres_per_node", "tres_per_socket", "tres_per_task"};
    struct safe_text t;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!json_text(json_get(e, ways[i]), &t))
            return false;
    }
    return true;
}

static void put_accels(const struct json *e, struct row *row)
{
    struct slurm_tres_accels a = {0};
    accels_of(e, row, &a);
    if (!a.found && !none_asked(e))
        return;
    row->cells[JOB_ACCELS] = slurm_tres_accels_count(&a);
    row->cells[JOB_ACCEL_KIND] = slurm_tres_accels_kind(&a);
}

/* slurmctld forgets the CPUs of a job that was cancelled while it waited; squeue reads what was asked. */
static void put_cpus(const struct json *e, struct row *row)
{
    struct safe_text tres;
    int64_t cpus;
    if (value_known(&row->cells[JOB_CPUS]))
        return;
    if ((text_of_member(e, "tres_alloc_str", &tres) && slurm_tres_count(tres, "cpu", &cpus)) ||
        (text_of_member(e, "tres_req_str", &tres) && slurm_tres_count(tres, "cpu", &cpus)))
        row->cells[JOB_CPUS] = value_int(cpus);
}

enum slurm_found slurm_job(const struct json *e, struct safe_text scheduler, struct arena *arena, struct row *row)
{
    struct safe_text id, expression = {0};
    struct state s = state_of(e);
    bool het_part = false;
    if (s.revoked)
        return SLURM_SKIP;
    if (!identify(e, arena, &id, &expression, &het_part))
        return SLURM_NONSENSE;
    *row = (struct row){.kind = KIND_JOB, .id = slurm_cell_id(scheduler, id, arena)};
    row->cells[JOB_SCHEDULER] = value_text(scheduler);
    row->cells[JOB_CLUSTER] = value_text(scheduler);
    row->cells[JOB_STATE] = value_text(text_of(state_job_word(s.state)));
    if (!text_empty(s.raw))
        row->cells[JOB_STATE_RAW] = value_text(s.raw);
    if (het_part)
        row->cells[JOB_HET] = value_text(id);
    put_texts(e, arena, row);
    put_files(e, row);
    put_siblings(e, arena, row);
    row->cells[JOB_LICENSES] = slurm_cell_list(json_get(e, "licenses"), arena);
    put_times(e, s.state, row);
    put_cpus(e, row);
    row->cells[JOB_TASKS] = text_empty(expression) ? value_int(1) : slurm_job_tasks(expression);
    row->cells[JOB_MEMORY_MB] = memory_of(e, row);
    put_accels(e, row);
    if (has_ended(s.state))
        row->cells[JOB_EXIT_CODE] = exit_code(json_get(e, "exit_code"));
    return SLURM_ROW;
}
