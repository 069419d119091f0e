#include "collector/plan_take.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "domain/plan_check.h"
#include "domain/plan_json.h"

enum { TELLER_MAX = 512 };

struct plan_take {
    struct store *store;
    const struct clock *clock;
    struct plan_limits limits;
    struct plan *plan;
    struct plan_json_reader *reader;
    struct buf piece; /* the bytes of one */
    char fingerprint[65], hash[PLAN_HASH_SIZE];
    struct plan_json_writer *writer;
    struct buf body; /* of what is hashed, then of all */

    bool kept; /* the plan is somebody else's, and only checked */
    size_t phase;
    struct plan_checker *checker;
    const enum kind *kind;
    struct store_walk walk;
    struct buf teller; /* of the last row, of which kind, and whether that is stale: rows of one come together */
    enum kind teller_kind;
    bool stale;
    struct plan_check mine[PLAN_CHECKS_MAX];
    size_t checked;
};

struct plan_take *plan_take_new(struct store *store, const struct clock *clock, const struct plan_limits *limits)
{
    struct plan_take *t = mem_new(1, sizeof *t);
    *t = (struct plan_take){.store = store,
                            .clock = clock,
                            .limits = *limits,
                            .plan = mem_new(1, sizeof *t->plan),
                            .piece = buf_make(PLAN_JSON_MAX + 1),
                            .body = buf_make(PLAN_JSON_MAX),
                            .teller = buf_make(TELLER_MAX)};
    t->reader = plan_json_reader_new(t->plan);
    return t;
}

struct plan_take *plan_take_look(struct store *store, const struct clock *clock, const struct plan_limits *limits,
                                 struct plan *plan)
{
    struct plan_take *t = mem_new(1, sizeof *t);
    *t = (struct plan_take){
        .store = store, .clock = clock, .limits = *limits, .plan = plan, .kept = true, .teller = buf_make(TELLER_MAX)};
    return t;
}

size_t plan_take_failed(const struct plan_take *t, const struct plan_check *out[], size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < t->checked; i++) {
        if (!t->mine[i].ok && n++ < max)
            out[n - 1] = &t->mine[i];
    }
    return n;
}

void plan_take_free(struct plan_take *t)
{
    if (!t)
        return;
    plan_json_reader_free(t->reader);
    plan_json_writer_free(t->writer);
    plan_check_free(t->checker);
    if (!t->kept) {
        plan_release(t->plan);
        free(t->plan);
    }
    buf_release(&t->piece);
    buf_release(&t->body);
    buf_release(&t->teller);
    free(t);
}

struct plan *plan_take_plan(struct plan_take *t)
{
    return t->plan;
}

struct plan *plan_take_over(struct plan_take *t)
{
    struct plan *p = t->plan;
    plan_check_free(t->checker);
    t->checker = NULL;
    t->plan = NULL;
    return p;
}

const char *plan_take_fingerprint(const struct plan_take *t)
{
    return t->fingerprint;
}

const char *plan_take_hash(const struct plan_take *t)
{
    return t->hash;
}

struct safe_text plan_take_body(const struct plan_take *t)
{
    return text_from(buf_str(&t->body), t->body.len);
}

/* --- reading --- */

bool plan_take_piece(struct plan_take *t, struct safe_text piece, struct err *err)
{
    buf_clear(&t->piece);
    text_copy(&t->piece, piece);
    bool ok = plan_json_reader_feed(t->reader, buf_str(&t->piece), t->piece.len, err);
    buf_puts(&t->piece, t->fingerprint, NULL);
    hash_sha256_hex(buf_str(&t->piece), t->piece.len, t->fingerprint);
    return ok;
}

bool plan_take_close(struct plan_take *t, struct err *err)
{
    bool ok = plan_json_reader_end(t->reader, err);
    plan_json_reader_free(t->reader);
    t->reader = NULL;
    buf_release(&t->piece);
    return ok;
}

/* --- checking --- */

/* Rows of the store don't say how old they are. */
static bool take_row(void *ctx, const struct row *row, struct err *err)
{
    struct plan_take *t = ctx;
    struct row now = *row;
    struct safe_text teller = row_teller(row);
    (void)err;
    if (row->kind != t->teller_kind || !text_equal(teller, text_from(buf_str(&t->teller), t->teller.len))) {
        t->stale = store_stale(t->store, teller, row->kind, clock_now(t->clock));
        t->teller_kind = row->kind;
        buf_clear(&t->teller);
        text_copy(&t->teller, teller);
    }
    now.stale = t->stale;
    plan_check_take(t->checker, &now);
    return true;
}

static enum store_step begin_check(struct plan_take *t)
{
    t->checker = plan_check_new(t->plan);
    t->kind = plan_check_kinds();
    t->walk = (struct store_walk){.kind = *t->kind};
    return STORE_DONE;
}

static enum store_step walk_rows(struct plan_take *t, int64_t budget_us, struct err *err)
{
    enum store_step step = store_each_for(t->store, &t->walk, budget_us, take_row, t, err);
    if (step != STORE_DONE)
        return step;
    t->walk = (struct store_walk){.kind = *++t->kind};
    return *t->kind == KIND_NONE ? STORE_DONE : STORE_MORE;
}

static enum store_step run_checks(struct plan_take *t)
{
    int64_t now_ms = clock_now(t->clock).utc_ms;
    if (t->checked == PLAN_CHECKS_MAX ||
        !plan_check_one(t->checker, t->checked, &t->limits, now_ms, &t->plan->arena, &t->mine[t->checked]))
        return STORE_DONE;
    t->checked++;
    return STORE_MORE;
}

/* The collector's own follow those of who computed it; what both say by the same name is the collector's to say. */
static void lay_checks(struct plan_take *t)
{
    struct plan *p = t->plan;
    struct plan_check *all = arena_alloc(&p->arena, (p->check_count + t->checked + 1) * sizeof *all);
    size_t kept = 0;
    for (size_t i = 0; i < p->check_count; i++) {
        bool again = false;
        for (size_t k = 0; k < t->checked && !again; k++)
            again = text_equal(p->checks[i].name, t->mine[k].name);
        if (!again)
            all[kept++] = p->checks[i];
    }
    memcpy(all + kept, t->mine, t->checked * sizeof *all);
    p->checks = all;
    p->check_count = kept + t->checked;
}

/* --- phases --- */

static enum store_step write_out(struct plan_take *t, bool hash, int64_t budget_us, struct err *err)
{
    enum { VALUES = 500 };
    int64_t until_us = clock_mono_us() + budget_us;
    bool more = true, ok = true;
    if (!t->writer) {
        buf_clear(&t->body);
        t->writer = plan_json_writer_new(t->plan, hash, &t->body);
    }
    while (ok && more && clock_mono_us() < until_us)
        ok = plan_json_writer_step(t->writer, VALUES, &more, err);
    if (ok && more)
        return STORE_MORE;
    plan_json_writer_free(t->writer);
    t->writer = NULL;
    return ok ? STORE_DONE : STORE_FAILED;
}

static enum store_step run_phase(struct plan_take *t, int64_t budget_us, struct err *err)
{
    enum { BEGIN, WALK, CHECK, LAY, WRITE_HASHED, HASH, WRITE };
    switch (t->phase) {
    case BEGIN:
        return begin_check(t);
    case WALK:
        return walk_rows(t, budget_us, err);
    case CHECK:
        return run_checks(t);
    case LAY:
        lay_checks(t);
        return STORE_DONE;
    case WRITE_HASHED:
        return write_out(t, true, budget_us, err);
    case HASH:
        hash_sha256_hex(buf_str(&t->body), t->body.len, t->hash);
        return STORE_DONE;
    case WRITE:
        return write_out(t, false, budget_us, err);
    default:
        return STORE_DONE;
    }
}

enum store_step plan_take_step(struct plan_take *t, int64_t budget_us, struct err *err)
{
    enum { CHECKED = 3, ALL = 7 };
    const size_t phases = t->kept ? CHECKED : ALL;
    int64_t until_us = clock_mono_us() + budget_us;
    while (t->phase < phases) {
        int64_t left_us = until_us - clock_mono_us();
        if (left_us <= 0)
            return STORE_MORE;
        enum store_step step = run_phase(t, left_us, err);
        if (step == STORE_FAILED)
            return step;
        t->phase += step == STORE_DONE;
    }
    return STORE_DONE;
}
