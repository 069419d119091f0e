#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "cli/fail.h"
#include "cli/get_list.h"
#include "cli/out.h"
#include "cli/plan_ask.h"
#include "cli/plan_carry.h"
#include "cli/plan_diff.h"
#include "cli/plan_gather.h"
#include "cli/plan_out.h"
#include "cli/request.h"
#include "cli/review_out.h"
#include "cli/wait.h"
#include "domain/plan_json.h"
#include "domain/plan_rows.h"

enum { EXIT_NOT_FOUND = 67, IDS_MAX = 64, REMARK_MAX = 4096, PIECE_MAX = 256 << 10 };

struct work {
    const struct options *o;
    struct setup s;
    struct query *q;
    int64_t now_ms;
    int status; /* of a plan that was carried out; -1: the sources' own */
};

static bool is_form(const struct options *o, const char *form)
{
    return strcmp(o->format ? o->format : "text", form) == 0;
}

/* --- rows of plans --- */

/* Those of a plan; `id` NULL: all. */
static bool take_rows(struct work *w, enum kind kind, int plan_field, const char *id, struct rows *out, size_t *all,
                      struct err *err)
{
    struct query_rows *rows = query_rows_new(w->q, kind, w->s.at_ms);
    struct row row;
    bool ok = wait_for_rows(rows, clock_now(&w->s.clock), err);
    size_t n = ok ? query_rows_count(rows) : 0;
    for (size_t i = 0; i < n; i++) {
        if (query_rows_at(rows, i, &row) &&
            (!id || text_is(plan_field < 0 ? row.id : value_text_or(&row.cells[plan_field], ""), id)))
            rows_add(out, &row);
    }
    if (all)
        *all = n;
    query_rows_free(rows);
    return ok;
}

/* Of all plans that are kept. */
static bool take_record(struct work *w, struct plan_out *p, struct err *err)
{
    struct rows plans = {0};
    bool ok = take_rows(w, KIND_PLAN, -1, NULL, &plans, NULL, err);
    p->record = review_out_record(&plans);
    rows_release(&plans);
    return ok;
}

static bool find(struct work *w, const char *id, struct plan_out *p, struct rows *plans, struct err *err)
{
    if (!take_record(w, p, err) || !take_rows(w, KIND_PLAN, -1, id, plans, NULL, err) ||
        !take_rows(w, KIND_MOVE, MOVE_PLAN, id, &p->moves, NULL, err) ||
        !take_rows(w, KIND_EFFECT, EFFECT_PLAN, id, &p->effects, NULL, err))
        return false;
    if (plans->count > 0) {
        p->plan = plans->all[0];
        return true;
    }
    err_set(err, ERR_INPUT, "there is no plan '%s'", id);
    err_hint(err, "'hubtop plan list' lists those there are");
    return err_exit(err, EXIT_NOT_FOUND);
}

static void release(struct plan_out *p, struct rows *plans)
{
    rows_release(&p->moves);
    rows_release(&p->effects);
    rows_release(plans);
}

static bool print(struct work *w, const struct plan_out *p, struct err *err)
{
    FILE *to = out_open(w->o, err);
    bool ok = to != NULL, found = true;
    if (ok && is_form(w->o, "json"))
        found = plan_out_json(to, p);
    else if (ok)
        found = plan_out_text(to, p, is_form(w->o, "md"));
    ok = ok && out_close(w->o, to, err);
    if (ok && !found) {
        err_set(err, ERR_INPUT, "the plan does not move the job '%s'", p->job);
        err_hint(err, "'hubtop room --for' tells where it could go");
        return err_exit(err, EXIT_NOT_FOUND);
    }
    return ok;
}

/* --- create --- */

/* Short: a console reads it from a child. */
static void print_made(FILE *to, const struct plan *p, const char *id)
{
    struct arena arena = {0};
    struct row row;
    struct buf out = buf_make(REMARK_MAX * 2);
    struct json_writer w = json_writer_make(&out);
    static const int numbers[] = {PLAN_MOVES, PLAN_JOBS, PLAN_STARTS};
    plan_rows_plan(p, &arena, &row);
    json_open_object(&w);
    request_put(&w, "id", id);
    request_put(&w, "state", "proposed");
    for (size_t i = 0; i < 3; i++) {
        json_put_key(&w, kind_info(KIND_PLAN)->fields[numbers[i]].name);
        json_put_int(&w, value_int_or(&row.cells[numbers[i]], 0));
    }
    json_put_key(&w, "gap_pct");
    json_put_real(&w, value_real_or(&row.cells[PLAN_GAP_PCT], (double)NAN));
    json_put_key(&w, "remark");
    json_put_text(&w, p->remark);
    json_put_key(&w, "hash");
    json_put_text(&w, p->hash);
    json_close_object(&w);
    fprintf(to, "%s\n", buf_str(&out));
    buf_release(&out);
    arena_release(&arena);
}

static bool show_computed(struct work *w, const struct plan *p, struct err *err)
{
    struct rows all = {0};
    struct plan_out out = {.dry_run = true};
    plan_rows(p, &all);
    for (size_t i = 0; i < all.count; i++) {
        if (all.all[i].kind == KIND_PLAN)
            out.plan = all.all[i];
        else
            rows_add(all.all[i].kind == KIND_MOVE ? &out.moves : &out.effects, &all.all[i]);
    }
    bool ok = take_record(w, &out, err) && print(w, &out, err);
    release(&out, &all);
    return ok;
}

/* The request of a piece: `nr` of a plan that goes on, or -1 for the last. */
static char *piece_ask(struct work *w, const char *bytes, size_t n, int64_t nr, const char *hash, struct err *err)
{
    struct buf ask = buf_make(2 * PIECE_MAX + REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    json_open_object(&j);
    json_put_key(&j, "plan");
    json_put_text(&j, text_from(bytes, n));
    if (nr >= 0) {
        json_put_key(&j, "nr");
        json_put_int(&j, nr);
    } else {
        request_put(&j, "replaces", w->o->replaces);
        request_put(&j, "hash", hash);
    }
    json_close_object(&j);
    char *made = j.err.kind == ERR_NONE ? mem_strndup(buf_str(&ask), ask.len) : NULL;
    if (!made)
        *err = j.err;
    buf_release(&ask);
    return made;
}

/* Bytes of the next piece: what is left, or fewer, that end between two characters. */
static size_t piece_of(const char *bytes, size_t left)
{
    size_t n = left < PIECE_MAX ? left : PIECE_MAX;
    while (n < left && n > 1 && ((unsigned char)bytes[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* A plan that is too large for one frame goes in pieces. */
static bool send_body(struct work *w, const struct buf *body, const char *hash, char made[REQUEST_MADE_MAX],
                      struct err *err)
{
    struct request_part *parts = mem_new(body->len / (PIECE_MAX / 2) + 2, sizeof *parts);
    size_t n = 0, at = 0;
    bool ok = true;
    while (ok && (n == 0 || at < body->len)) {
        size_t take = piece_of(buf_str(body) + at, body->len - at);
        bool last = at + take == body->len;
        char *ask = piece_ask(w, buf_str(body) + at, take, last ? -1 : (int64_t)n, hash, err);
        ok = ask != NULL;
        parts[n++] = (struct request_part){last ? "plan_propose" : "plan_piece", ask};
        at += take;
    }
    ok = ok && request_send_parts(&w->s, w->o, parts, n, made, err);
    for (size_t i = 0; i < n; i++)
        free((char *)(uintptr_t)parts[i].ask);
    free(parts);
    return ok;
}

static bool send(struct work *w, const struct plan *p, const char *hash, char made[REQUEST_MADE_MAX], struct err *err)
{
    struct buf body = buf_make(PLAN_JSON_MAX);
    bool ok = plan_json_write(p, &body, err) && send_body(w, &body, hash, made, err);
    buf_release(&body);
    return ok;
}

static bool show_id(struct work *w, const char *id, struct err *err)
{
    struct plan_out out = {.job = w->o->job};
    struct rows plans = {0};
    bool ok = find(w, id, &out, &plans, err) && print(w, &out, err);
    release(&out, &plans);
    return ok;
}

static bool propose(struct work *w, struct plan *p, struct err *err)
{
    char made[REQUEST_MADE_MAX], hash[PLAN_HASH_SIZE];
    if (!plan_json_hash(p, hash, err) || !send(w, p, hash, made, err))
        return false;
    if (!is_form(w->o, "json"))
        return show_id(w, made, err);
    p->hash = text_of(hash);
    FILE *to = out_open(w->o, err);
    if (to)
        print_made(to, p, made);
    return to && out_close(w->o, to, err);
}

static bool create(struct work *w, struct err *err)
{
    struct plan p = {.snapshot = -1};
    struct arena arena = {0};
    struct plan_ask ask;
    int64_t rev = 0;
    bool dry = w->o->dry_run || w->o->offline || w->o->at;
    struct plan_facts *f =
        plan_ask_read(w->o, w->now_ms, &arena, &ask, err) ? plan_gather(w->q, &w->s, &rev, err) : NULL;
    bool ok = f && plan_make(f, &ask, &w->s.limits, w->now_ms, &p, err);
    p.snapshot = rev;
    if (ok && dry && !w->o->dry_run)
        fail_note(w->o, "%s", tr("without a collector a plan is a dry run: it is proposed to nobody"));
    ok = ok && (dry ? show_computed(w, &p, err) : propose(w, &p, err));
    plan_facts_free(f);
    plan_release(&p);
    arena_release(&arena);
    return ok;
}

/* --- show, reject, diff --- */

static bool show(struct work *w, struct err *err)
{
    return show_id(w, w->o->args[1], err);
}

static bool reject_one(struct work *w, const char *id, struct err *err)
{
    char made[REQUEST_MADE_MAX];
    struct buf ask = buf_make(REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    json_open_object(&j);
    request_put(&j, "ref", id);
    request_put(&j, "reason", w->o->reason);
    json_close_object(&j);
    bool ok = w->o->dry_run || request_send(&w->s, w->o, "plan_reject", buf_str(&ask), made, err);
    buf_release(&ask);
    if (ok)
        request_print(w->o, "plan_reject", id, "", 0, "rejected");
    return ok;
}

static bool reject(struct work *w, struct err *err)
{
    bool ok = true;
    for (size_t i = 1; ok && i < w->o->arg_count; i++)
        ok = reject_one(w, w->o->args[i], err);
    return ok;
}

static bool diff(struct work *w, struct err *err)
{
    struct plan_out a = {0}, b = {0};
    struct rows first = {0}, second = {0};
    bool ok = find(w, w->o->args[1], &a, &first, err) && find(w, w->o->args[2], &b, &second, err);
    FILE *to = ok ? out_open(w->o, err) : NULL;
    if (to && is_form(w->o, "json"))
        plan_diff_json(to, &a, &b);
    else if (to)
        plan_diff_text(to, &a, &b, is_form(w->o, "md"));
    ok = to && out_close(w->o, to, err);
    release(&a, &first);
    release(&b, &second);
    return ok;
}

/* --- review --- */

static bool review(struct work *w, struct err *err)
{
    struct rows plans = {0}, one = {0}, reviews = {0};
    struct plan_out found = {.job = NULL};
    struct review_out r = {.reviews = &reviews};
    char id[64] = "";
    bool ok = take_rows(w, KIND_PLAN, -1, NULL, &plans, NULL, err);
    r.record = review_out_record(&plans);
    r.plan = review_out_newest(&plans);
    if (ok && w->o->arg_count > 1) {
        ok = find(w, w->o->args[1], &found, &one, err);
        r.plan = ok ? &found.plan : NULL;
    }
    if (ok && r.plan)
        ok = take_rows(w, KIND_REVIEW, REVIEW_PLAN, text_show_in(r.plan->id, id, sizeof id), &reviews, NULL, err);
    FILE *to = ok ? out_open(w->o, err) : NULL;
    if (to && is_form(w->o, "json"))
        review_out_json(to, &r);
    else if (to)
        review_out_text(to, &r, is_form(w->o, "md"));
    ok = to && out_close(w->o, to, err);
    release(&found, &one);
    rows_release(&plans);
    rows_release(&reviews);
    return ok;
}

static bool carry(struct work *w, struct err *err)
{
    return plan_carry(&w->s, w->o, w->q, &w->status, err);
}

/* --- the command --- */

static const struct verb {
    const char *name;
    size_t least, most; /* words after it */
    bool present;       /* nothing of it can be asked of the past */
    bool (*run)(struct work *w, struct err *err);
} verbs[] = {
    {"create", 0, 0, false, create},      {"show", 1, 1, false, show},     {"diff", 2, 2, false, diff},
    {"reject", 1, IDS_MAX, true, reject}, {"review", 0, 1, false, review}, {"approve", 1, 1, true, carry},
    {"apply", 1, 1, true, carry},         {"pause", 1, 1, true, carry},    {"resume", 1, 1, true, carry},
    {"stop", 1, 1, true, carry},          {"retry", 1, 1, true, carry},    {"skip", 1, 1, true, carry},
    {"undo", 1, 1, true, carry},          {"watch", 1, 1, true, carry},    {"sign", 1, 1, true, carry},
};

/* "create, list, show ID, diff ID ID, reject ID…" */
static void put_verbs(struct buf *out)
{
    buf_puts(out, "hubtop plan list", NULL);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        buf_printf(out, NULL, ", %s", verbs[i].name);
        for (size_t k = 0; k < verbs[i].least; k++)
            buf_puts(out, verbs[i].most == verbs[i].least ? " ID" : " ID…", NULL);
        if (verbs[i].least == 0 && verbs[i].most == 1)
            buf_puts(out, " [ID]", NULL);
    }
}

static bool no_verb(const struct options *o, bool known, struct err *err)
{
    struct buf hint = buf_make(REQUEST_ASK_MAX);
    char what[ERR_TEXT_MAX], word[128];
    put_verbs(&hint);
    text_show_in(text_of(o->arg_count > 0 ? o->args[0] : ""), word, sizeof word);
    if (o->arg_count == 0)
        snprintf(what, sizeof what, "what to do about plans is not said");
    else
        snprintf(what, sizeof what, known ? "'plan %s' was given too few or too many IDs" : "there is no 'plan %s'",
                 word);
    err_usage(err, what, buf_str(&hint));
    buf_release(&hint);
    return false;
}

static const struct verb *verb_of(const struct options *o, struct err *err)
{
    const struct verb *v = NULL;
    if (!is_form(o, "text") && !is_form(o, "json") && !is_form(o, "md")) {
        err_usage(err, "cannot print a plan in that form", "--format text, json or md");
        return NULL;
    }
    for (size_t i = 0; o->arg_count > 0 && i < sizeof verbs / sizeof *verbs; i++)
        v = strcmp(o->args[0], verbs[i].name) == 0 ? &verbs[i] : v;
    if (!v || o->arg_count <= v->least || o->arg_count - 1 > v->most) {
        no_verb(o, v != NULL, err);
        return NULL;
    }
    if (v->present && o->at) {
        err_usage(err, "the past cannot be changed", "leave out --at");
        return NULL;
    }
    return v;
}

static bool begin(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    if (!setup_init(&w->s, o, !o->offline && !o->at, err) || !setup_launcher(&w->s, o, err))
        return false;
    w->q = wait_for_data(&w->s, o, err);
    w->now_ms = w->s.at_ms ? w->s.at_ms : clock_now(&w->s.clock).utc_ms;
    return w->q != NULL;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o, .status = -1};
    if (o->arg_count > 0 && strcmp(o->args[0], "list") == 0)
        return get_list(o, "plans");
    const struct verb *verb = verb_of(o, &err);
    bool ok = verb && begin(&w, &err) && verb->run(&w, &err);
    int status = !ok ? fail_report(o, &err) : w.status >= 0 ? w.status : wait_status(w.q, &w.s, &err);
    query_close(w.q);
    setup_release(&w.s);
    return status;
}

const struct command cmd_plan = {
    .name = "plan",
    .usage = "create|list|show|diff|reject|review|approve|apply|pause|resume|stop|retry|skip|undo|watch|sign",
    .summary =
        "which jobs could go where: computed from what is known now, proposed, compared, approved, carried out, undone",
    .help =
        "  create [--drain ID [--by TIME]] [--lost ID] [--price C=N] [--weights cost=N,carbon=N] [--max-moves N]\n"
        "         [--only-queue ID] [--pair 'FROM>TO'] [--exclude WHAT]… [--seconds N] [--horizon SEC] [--replaces "
        "P-ID]\n"
        "                    computes a plan and proposes it; -n prints it and proposes nothing, as does --offline\n"
        "                    WHAT: FROM>TO, FROM>TO/QUEUE, a job or a transfer\n"
        "  list [P-ID…]      the same as 'hubtop get plans'\n"
        "  show P-ID [--job ID]   the plan; why that job goes where it goes\n"
        "  diff P-ID P-ID    what is different in the second\n"
        "  reject P-ID… [--reason TEXT]   it is not to be carried out\n"
        "  review [P-ID]     how right its forecast was after 15 and 60 minutes, and those of the last plans\n"
        "  approve P-ID                   another person than who proposed it; it counts for 15 minutes, once\n"
        "  apply P-ID --confirm P-ID [--reason TEXT] [--ref TEXT]   checks it anew and carries it out, in growing "
        "waves\n"
        "  apply P-ID --confirm P-ID --break-glass --reason TEXT   in an emergency, alone: half as much, for 30 "
        "minutes,\n"
        "                    told at once, and open until somebody else signs it off; roles { break_glass } says who "
        "may\n"
        "  sign P-ID [--reason TEXT]      what another person did alone is seen and accepted\n"
        "  watch P-ID        follows it until it has ended; so does apply. Leaving does not stop it\n"
        "  pause P-ID, resume P-ID, stop P-ID   what is under way ends; after stop nothing more is sent\n"
        "  retry O-ID/N, skip O-ID/N      an action that was refused; one that is stuck\n"
        "  undo P-ID --confirm P-ID       what it moved and has not started goes back\n"
        "What changes something takes --write. Carried out, the status is 0 when all was done, 1 partly, 77 refused, "
        "75 open.\n"
        "A plan that is only made needs none: it changes nothing until it is carried out; but to reject somebody "
        "else's it does.",
    .run = run,
};
