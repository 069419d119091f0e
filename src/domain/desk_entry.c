#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "domain/desk.h"

enum { EXIT_USAGE = 64 };

/* --- the words --- */

static const char *const op_words[DESK_OP_COUNT] = {
    [DESK_ACK] = "ack",
    [DESK_UNACK] = "unack",
    [DESK_SILENCE] = "silence",
    [DESK_UNSILENCE] = "unsilence",
    [DESK_NOTE] = "note",
    [DESK_UNNOTE] = "unnote",
    [DESK_STEP] = "step",
    [DESK_UNSTEP] = "unstep",
    [DESK_MAINTENANCE_ADD] = "maintenance_add",
    [DESK_MAINTENANCE_END] = "maintenance_end",
    [DESK_ESCALATE] = "escalate",
    [DESK_OUTCOME] = "outcome",
};
static const char *const outcome_words[] = {
    [DESK_OWN] = "",      [DESK_INTENT] = "intent",   [DESK_SENT] = "sent",
    [DESK_DONE] = "done", [DESK_REFUSED] = "refused", [DESK_UNKNOWN] = "unknown",
};
static const char *const severity_words[] = {
    [SEVERITY_OK] = "ok",     [SEVERITY_NOTICE] = "info", [SEVERITY_WARN] = "warn",
    [SEVERITY_CRIT] = "crit", [SEVERITY_UNKNOWN] = "",
};
enum { OUTCOMES = sizeof outcome_words / sizeof *outcome_words, SEVERITIES = SEVERITY_UNKNOWN + 1 };

enum desk_op desk_op(struct safe_text word)
{
    for (int op = DESK_NONE + 1; op < DESK_OP_COUNT; op++) {
        if (text_is(word, op_words[op]))
            return (enum desk_op)op;
    }
    return DESK_NONE;
}

const char *desk_op_word(enum desk_op op)
{
    return op > DESK_NONE && op < DESK_OP_COUNT ? op_words[op] : "";
}

/* --- the members, in the order of canonical JSON --- */

enum member_type { MEMBER_TEXT, MEMBER_TIME, MEMBER_LIST, MEMBER_INT };

#define AT(member) offsetof(struct desk_entry, member)
static const struct member {
    const char *name;
    enum member_type type;
    size_t at;
    bool asked; /* a client gives it; the others are the collector's */
} members[] = {
    {"alert", MEMBER_TEXT, AT(alert), true},         {"ends_at", MEMBER_TIME, AT(ends_ms), true},
    {"kind", MEMBER_TEXT, AT(kind), true},           {"labels", MEMBER_LIST, AT(labels), false},
    {"note", MEMBER_TEXT, AT(note), true},           {"of", MEMBER_INT, AT(of_seq), false},
    {"reason", MEMBER_TEXT, AT(reason), true},       {"ref", MEMBER_TEXT, AT(id), true},
    {"remote", MEMBER_TEXT, AT(remote), false},      {"source", MEMBER_TEXT, AT(source), true},
    {"starts_at", MEMBER_TIME, AT(starts_ms), true}, {"step", MEMBER_TEXT, AT(step), true},
    {"subject", MEMBER_TEXT, AT(subject), false},    {"until", MEMBER_TIME, AT(until_ms), true},
    {"what", MEMBER_TEXT, AT(what), true},           {"where", MEMBER_TEXT, AT(where), true},
};
enum { MEMBERS = sizeof members / sizeof *members };

static struct safe_text *text_at(struct desk_entry *e, const struct member *m)
{
    return (struct safe_text *)(void *)((char *)e + m->at);
}

static int64_t *number_at(struct desk_entry *e, const struct member *m)
{
    return (int64_t *)(void *)((char *)e + m->at);
}

/* --- writing --- */

static void put_list(struct json_writer *w, struct safe_text list)
{
    struct safe_text member;
    json_open_array(w);
    while (value_list_next(&list, &member))
        json_put_text(w, member);
    json_close_array(w);
}

static void put_member(struct json_writer *w, const struct desk_entry *entry, const struct member *m)
{
    struct desk_entry e = *entry;
    char time[CLOCK_TEXT_MAX];
    bool text = m->type == MEMBER_TEXT || m->type == MEMBER_LIST;
    if (text ? text_empty(*text_at(&e, m)) : *number_at(&e, m) == 0)
        return;
    json_put_key(w, m->name);
    if (m->type == MEMBER_LIST)
        put_list(w, *text_at(&e, m));
    else if (m->type == MEMBER_TEXT)
        json_put_text(w, *text_at(&e, m));
    else if (m->type == MEMBER_TIME)
        json_put_str(w, clock_iso(*number_at(&e, m), time));
    else
        json_put_int(w, *number_at(&e, m));
}

static void put_word(struct json_writer *w, const char *key, const char *word)
{
    if (!word[0])
        return;
    json_put_key(w, key);
    json_put_str(w, word);
}

/* "outcome" and "severity" stand where the alphabet wants them. */
bool desk_entry_write(const struct desk_entry *e, struct buf *out, struct err *err)
{
    struct json_writer w = json_writer_make(out);
    bool outcome = false, severity = false;
    json_open_object(&w);
    for (size_t i = 0; i < MEMBERS; i++) {
        if (!outcome && strcmp(members[i].name, "outcome") > 0) {
            put_word(&w, "outcome", outcome_words[e->outcome]);
            outcome = true;
        }
        if (!severity && strcmp(members[i].name, "severity") > 0) {
            put_word(&w, "severity", severity_words[e->severity]);
            severity = true;
        }
        put_member(&w, e, &members[i]);
    }
    json_close_object(&w);
    if (w.err.kind == ERR_NONE)
        return true;
    if (err)
        *err = w.err;
    return false;
}

/* --- reading --- */

static const char *what_of(const struct desk_entry *e)
{
    return e->op == DESK_NONE ? "request" : op_words[e->op];
}

static bool bad_member(const struct desk_entry *e, const struct member *m, const char *is, const char *wanted,
                       struct err *err)
{
    err_set(err, ERR_INPUT, "cannot %s: '%s' %s", what_of(e), m->name, is);
    return err_hint(err, "%s", wanted);
}

static bool read_time(const struct json *value, const struct member *m, struct desk_entry *e, struct err *err)
{
    struct safe_text t;
    char text[CLOCK_TEXT_MAX];
    if (json_text(value, &t) && text_len(t) < sizeof text &&
        clock_parse_iso(text_show_in(t, text, sizeof text), number_at(e, m), NULL) && *number_at(e, m) > 0)
        return true;
    return bad_member(e, m, "is no time", "a time is written as 2026-11-21T03:12:07Z", err);
}

/* Of a request and of a journal's body alike. */
static bool read_member(const struct json *value, const struct member *m, struct desk_entry *e, struct err *err)
{
    if (json_type(value) == JSON_ABSENT || json_type(value) == JSON_NULL || m->type == MEMBER_LIST)
        return true;
    if (m->type == MEMBER_TIME)
        return read_time(value, m, e, err);
    if (m->type == MEMBER_INT)
        return json_int(value, number_at(e, m)) || bad_member(e, m, "is no number", "give a whole number", err);
    return json_text(value, text_at(e, m)) || bad_member(e, m, "is no text", "texts stand in double quotes", err);
}

static int word_of(const struct json *value, const char *const *words, int n, int otherwise)
{
    struct safe_text t;
    for (int i = 0; json_text(value, &t) && i < n; i++) {
        if (words[i][0] && text_is(t, words[i]))
            return i;
    }
    return otherwise;
}

static bool read_labels(const struct json *array, struct buf *joined, struct err *err)
{
    struct safe_text t;
    buf_clear(joined);
    for (const struct json *j = json_type(array) == JSON_ARRAY ? json_first(array) : NULL; j; j = json_next(j)) {
        if (!json_text(j, &t) || !value_list_add(joined, t, NULL))
            return err_set(err, ERR_CORRUPT, "the labels of an entry make no sense");
    }
    return true;
}

bool desk_entry_load(const struct json *body, struct buf *labels, struct desk_entry *out, struct err *err)
{
    if (json_type(body) != JSON_OBJECT)
        return err_set(err, ERR_CORRUPT, "the body of an entry is no JSON object");
    for (size_t i = 0; i < MEMBERS; i++) {
        if (!read_member(json_get(body, members[i].name), &members[i], out, err)) {
            if (err)
                err->kind = ERR_CORRUPT;
            return false;
        }
    }
    if (!read_labels(json_get(body, "labels"), labels, err))
        return false;
    out->labels = labels->len > 0 ? text_from(labels->data, labels->len) : text_of("");
    out->outcome = (enum desk_outcome)word_of(json_get(body, "outcome"), outcome_words, OUTCOMES, DESK_OWN);
    out->severity = (enum severity)word_of(json_get(body, "severity"), severity_words, SEVERITIES, SEVERITY_UNKNOWN);
    return true;
}

/* --- what a request may say --- */

static bool prose_good(const struct desk_entry *e, const char *name, struct safe_text t, struct err *err)
{
    struct text_iter it = text_iter_make(t);
    struct text_cell cell;
    int n = 0;
    while (text_next(&it, &cell)) {
        if (cell.mark) {
            err_set(err, ERR_INPUT, "cannot %s: '%s' has a character that cannot be shown (after the first %d)",
                    what_of(e), name, n);
            return err_hint(err, "leave out control characters, line ends and invisible ones");
        }
        n++;
    }
    if (n <= DESK_NOTE_MAX && text_len(t) <= 4 * DESK_NOTE_MAX)
        return true;
    err_set(err, ERR_INPUT, "cannot %s: '%s' has %d characters; %d is the most", what_of(e), name, n, DESK_NOTE_MAX);
    return err_hint(err, "say it shorter, or in two notes");
}

static bool name_good(const struct desk_entry *e, const struct member *m, struct err *err)
{
    struct desk_entry copy = *e;
    if (m->type != MEMBER_TEXT || text_len(*text_at(&copy, m)) <= DESK_NAME_MAX)
        return true;
    return bad_member(e, m, "is too long", "give an id as 'hubtop get alerts' lists it", err);
}

static bool texts_good(const struct desk_entry *e, struct err *err)
{
    if (!prose_good(e, "note", e->note, err) || !prose_good(e, "reason", e->reason, err))
        return false;
    for (size_t i = 0; i < MEMBERS; i++) {
        bool prose = strcmp(members[i].name, "note") == 0 || strcmp(members[i].name, "reason") == 0;
        if (!prose && !name_good(e, &members[i], err))
            return false;
    }
    return true;
}

static bool kind_good(struct desk_entry *e, struct err *err)
{
    char name[40];
    if (text_empty(e->kind))
        return true;
    enum kind kind =
        text_len(e->kind) < sizeof name ? kind_by_name(text_show_in(e->kind, name, sizeof name)) : KIND_NONE;
    if (kind != KIND_NONE) {
        e->kind = text_of(kind_info(kind)->name);
        return true;
    }
    err_set(err, ERR_INPUT, "cannot %s: there is no kind '%s'", what_of(e), text_show_in(e->kind, name, sizeof name));
    return err_hint(err, "the kinds are those of 'hubtop get': links, racks, nodes, clusters …");
}

static bool missing(const struct desk_entry *e, const char *what, const char *hint, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot %s: %s is not said", what_of(e), what);
    return err_hint(err, "%s", hint);
}

/* The end is after the begin and after now, and not too far away. */
static bool span_good(const struct desk_entry *e, int64_t from_ms, int64_t end_ms, int64_t now_ms, int64_t max_ms,
                      struct err *err)
{
    char end[CLOCK_TEXT_MAX];
    clock_iso(end_ms, end);
    if (end_ms <= now_ms) {
        err_set(err, ERR_INPUT, "cannot %s: its end %s is in the past", what_of(e), end);
        return err_hint(err, "give an end after now");
    }
    if (end_ms <= from_ms) {
        err_set(err, ERR_INPUT, "cannot %s: its end %s is not after its begin", what_of(e), end);
        return err_hint(err, "give an end after the begin");
    }
    if (end_ms - from_ms <= max_ms)
        return true;
    err_set(err, ERR_INPUT, "cannot %s for longer than %d days", what_of(e), (int)(max_ms / 86400000));
    return err_hint(err, "give an earlier end; what lasts longer is worth another look by then");
}

static bool ask_ack(struct desk_entry *e, int64_t now_ms, struct err *err)
{
    if (e->until_ms == 0)
        e->until_ms = now_ms + DESK_ACK_MS;
    return span_good(e, now_ms, e->until_ms, now_ms, DESK_ACK_MAX_MS, err);
}

static bool ask_silence(struct desk_entry *e, int64_t now_ms, struct err *err)
{
    if (text_empty(e->alert) && text_empty(e->kind))
        return missing(e, "what to hide", "give an alert, or a kind and an object", err);
    if (!text_empty(e->alert) && (!text_empty(e->kind) || !text_empty(e->where))) {
        err_set(err, ERR_INPUT, "cannot silence: an alert and a kind are both given");
        return err_hint(err, "give one of them");
    }
    if (text_empty(e->reason))
        return missing(e, "the reason", "say why: those who come after you read it", err);
    if (e->ends_ms == 0)
        return missing(e, "the end", "say until when; a silence always ends", err);
    if (e->starts_ms == 0)
        e->starts_ms = now_ms;
    return span_good(e, e->starts_ms, e->ends_ms, now_ms, DESK_SILENCE_MAX_MS, err);
}

static bool ask_unsilence(struct desk_entry *e, int64_t now_ms, struct err *err)
{
    (void)now_ms;
    return !text_empty(e->id) || !text_empty(e->alert) ||
           missing(e, "which silence", "'hubtop get silences' lists their ids; an alert's id will do too", err);
}

static bool ask_note(struct desk_entry *e, int64_t now_ms, struct err *err)
{
    (void)now_ms;
    return !text_empty(e->note) || missing(e, "the note", "write what others should know", err);
}

static bool ask_step(struct desk_entry *e, int64_t now_ms, struct err *err)
{
    (void)now_ms;
    return !text_empty(e->step) || missing(e, "which step", "steps are named as RB-NET-07/3", err);
}

static bool ask_maintenance_add(struct desk_entry *e, int64_t now_ms, struct err *err)
{
    bool freeze = text_is(e->what, "freeze");
    if (text_empty(e->what))
        e->what = text_of("maintenance");
    if (!freeze && !text_is(e->what, "maintenance")) {
        err_set(err, ERR_INPUT, "cannot add it: 'what' is neither maintenance nor freeze");
        return err_hint(err, "give one of them");
    }
    if (!freeze && (text_empty(e->kind) || text_empty(e->where)))
        return missing(e, "the object", "give its kind and its id: link SHG>SZ; only a freeze may be of everything",
                       err);
    if (text_empty(e->kind) && !text_empty(e->where))
        return missing(e, "the kind of the object", "give its kind and its id: link SHG>SZ", err);
    if (text_empty(e->reason))
        return missing(e, "the reason", "say what it is for", err);
    if (e->ends_ms == 0)
        return missing(e, "the end", "say until when", err);
    if (e->starts_ms == 0)
        e->starts_ms = now_ms;
    return span_good(e, e->starts_ms, e->ends_ms, now_ms, DESK_MAINTENANCE_MS, err);
}

static bool ask_maintenance_end(struct desk_entry *e, int64_t now_ms, struct err *err)
{
    (void)now_ms;
    return !text_empty(e->id) || missing(e, "which window", "'hubtop maintenance list' lists their ids", err);
}

static const struct asking {
    bool alert; /* it is about one */
    bool (*good)(struct desk_entry *e, int64_t now_ms, struct err *err);
} askings[DESK_OP_COUNT] = {
    [DESK_ACK] = {true, ask_ack},
    [DESK_UNACK] = {true, NULL},
    [DESK_SILENCE] = {false, ask_silence},
    [DESK_UNSILENCE] = {false, ask_unsilence},
    [DESK_NOTE] = {true, ask_note},
    [DESK_UNNOTE] = {true, NULL},
    [DESK_STEP] = {true, ask_step},
    [DESK_UNSTEP] = {true, ask_step},
    [DESK_MAINTENANCE_ADD] = {false, ask_maintenance_add},
    [DESK_MAINTENANCE_END] = {false, ask_maintenance_end},
    [DESK_ESCALATE] = {true, NULL},
};

static bool read_asked(const struct json *request, struct desk_entry *out, struct err *err)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        if (members[i].asked && !read_member(json_get(request, members[i].name), &members[i], out, err))
            return false;
    }
    return true;
}

bool desk_entry_fingerprint(const struct json *request, char out[DESK_FINGERPRINT_SIZE], struct err *err)
{
    struct desk_entry e = {.severity = SEVERITY_UNKNOWN};
    struct buf text = buf_make(DESK_ENTRY_MAX);
    bool ok = read_asked(request, &e, err) && desk_entry_write(&e, &text, err);
    if (ok)
        hash_sha256_hex(text.data, text.len, out);
    buf_release(&text);
    return ok;
}

bool desk_entry_read(const struct json *request, int64_t now_ms, struct desk_entry *out, struct err *err)
{
    struct safe_text op = text_of("");
    char shown[40];
    json_text(json_get(request, "op"), &op);
    *out = (struct desk_entry){.op = desk_op(op), .at_ms = now_ms, .uid = -1, .severity = SEVERITY_UNKNOWN};
    if (out->op == DESK_NONE || out->op == DESK_OUTCOME) {
        err_set(err, ERR_INPUT, "there is no request '%s'", text_show_in(op, shown, sizeof shown));
        return err_exit(err, EXIT_USAGE);
    }
    json_text(json_get(request, "request_id"), &out->request_id);
    if (!read_asked(request, out, err) || !texts_good(out, err) || !kind_good(out, err))
        return false;
    if (askings[out->op].alert && text_empty(out->alert))
        return missing(out, "which alert", "'hubtop get alerts' lists their ids", err);
    return !askings[out->op].good || askings[out->op].good(out, now_ms, err);
}

/* --- the subject --- */

static bool put_all(struct buf *out, const struct safe_text *parts, size_t n, struct err *err)
{
    size_t room = 0;
    for (size_t i = 0; i < n; i++)
        room += text_len(parts[i]);
    if (!buf_reserve(out, room, err))
        return false;
    for (size_t i = 0; i < n; i++)
        text_copy(out, parts[i]);
    return true;
}

bool desk_subject(const struct row *alert, struct buf *out, struct err *err)
{
    struct safe_text kind = value_text_or(&alert->cells[ALERT_KIND], ""),
                     where = value_text_or(&alert->cells[ALERT_WHERE], "");
    const struct safe_text object[] = {kind, text_of("/"), where},
                           told[] = {text_of("alert/"), alert->source, text_of("/"), alert->id};
    if (!text_empty(kind) && !text_empty(where))
        return put_all(out, object, 3, err);
    return put_all(out, told, 4, err);
}
