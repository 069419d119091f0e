#include "console/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "console/ask_frame.h"

enum {
    ASK_WAIT_MS = 5000,
    ASK_WAITING_MAX = 8,
    ASK_UNDO_MAX = 32,
    ASK_FRAME_BYTES = 32 << 10,
    ASK_MADE_MAX = 64,
    ASK_FIRST_ID = 100, /* lower ones are the link's own */
    ASK_SAID_MAX = ERR_TEXT_MAX + ERR_HINT_MAX + 4
};

/* What takes a request back, as it is asked. */
struct inverse {
    char op[INTENT_OP_MAX];
    char ask[INTENT_ASK_MAX];
};

struct waiting {
    struct ask *owner;
    int64_t id, timer; /* id 0: free */
    char op[INTENT_OP_MAX], ask[INTENT_ASK_MAX];
    bool is_undo;
};

struct ask {
    struct loop *loop;
    struct link *link;
    struct ask_handler handler;
    int64_t next_id;
    struct waiting waiting[ASK_WAITING_MAX];
    struct inverse *undo; /* of ASK_UNDO_MAX, the last one on top */
    size_t undo_count;
};

/* What each request says when it was done, and what takes it back: with the member that names what, or what it made. */
static const struct {
    const char *op, *done, *inverse;
    const char *members[3]; /* of the request, that the inverse repeats */
    bool made;              /* its id is what the request made */
} kinds[] = {
    {"ack", NC_("done", "acknowledged"), "unack", {"alert", "source", NULL}, false},
    {"unack", NC_("done", "not acknowledged any more"), NULL, {NULL}, false},
    {"silence", NC_("done", "silenced"), "unsilence", {NULL}, true},
    {"unsilence", NC_("done", "the silence is over"), NULL, {NULL}, false},
    {"note", NC_("done", "noted"), "unnote", {"alert", "source", NULL}, false},
    {"unnote", NC_("done", "the note is taken back"), NULL, {NULL}, false},
    {"step", NC_("done", "the step is ticked"), "unstep", {"alert", "source", "step"}, false},
    {"unstep", NC_("done", "the step is open again"), "step", {"alert", "source", "step"}, false},
    {"maintenance_add", NC_("done", "added"), "maintenance_end", {NULL}, true},
    {"maintenance_end", NC_("done", "ended"), NULL, {NULL}, false},
    {"escalate", NC_("done", "handed on"), NULL, {NULL}, false},
    {"plan_apply", NC_("done", "it runs, whether this console stays or not:"), NULL, {NULL}, false},
    {"plan_approve", NC_("done", "approved:"), NULL, {NULL}, false},
    {"plan_pause", NC_("done", "it pauses; what is under way ends:"), NULL, {NULL}, false},
    {"plan_resume", NC_("done", "it goes on:"), NULL, {NULL}, false},
    {"plan_stop", NC_("done", "stopped; nothing more is sent:"), NULL, {NULL}, false},
    {"plan_retry", NC_("done", "it is tried again:"), NULL, {NULL}, false},
    {"plan_skip", NC_("done", "skipped:"), NULL, {NULL}, false},
    {"plan_sign", NC_("done", "signed off:"), NULL, {NULL}, false},
    {"order", NC_("done", "ordered; 'hubtop get actions' tells what becomes of it:"), NULL, {NULL}, false},
    {"order_propose", NC_("done", "proposed, somebody else approves it within 15 minutes:"), NULL, {NULL}, false},
    {"order_approve", NC_("done", "approved, and it runs:"), NULL, {NULL}, false},
    {"order_reject", NC_("done", "rejected, nothing of it was sent:"), NULL, {NULL}, false},
    {"plan_undo", NC_("done", "it is being taken back:"), NULL, {NULL}, false},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static size_t kind_of(const char *op)
{
    size_t i = 0;
    while (i < KINDS && strcmp(kinds[i].op, op) != 0)
        i++;
    return i;
}

static void say(const struct ask *a, bool bad, const char *text)
{
    a->handler.say(a->handler.ctx, bad, text);
}

static void say_err(const struct ask *a, const struct err *err)
{
    char text[ASK_SAID_MAX];
    snprintf(text, sizeof text, "%s%s%s", err->text, err->hint[0] ? ": " : "", err->hint);
    say(a, true, text);
}

/* --- undo --- */

static void put_repeated(struct json_writer *w, const char *ask, const char *const members[3])
{
    struct safe_text text;
    struct json *asked = json_parse(ask, strlen(ask), JSON_STRICT, NULL);
    for (size_t i = 0; i < 3 && members[i]; i++) {
        if (!json_text(json_get(asked, members[i]), &text))
            continue;
        json_put_key(w, members[i]);
        json_put_text(w, text);
    }
    json_free(asked);
}

static void undo_push(struct ask *a, const struct waiting *w, const char *made)
{
    size_t kind = kind_of(w->op);
    struct inverse inverse = {.op = ""};
    if (w->is_undo || kind == KINDS || !kinds[kind].inverse)
        return;
    struct buf out = buf_make(sizeof inverse.ask - 1);
    struct json_writer writer = json_writer_make(&out);
    json_open_object(&writer);
    if (kinds[kind].made) {
        json_put_key(&writer, "ref");
        json_put_str(&writer, made);
    }
    put_repeated(&writer, w->ask, kinds[kind].members);
    json_close_object(&writer);
    snprintf(inverse.op, sizeof inverse.op, "%s", kinds[kind].inverse);
    snprintf(inverse.ask, sizeof inverse.ask, "%s", buf_str(&out));
    buf_release(&out);
    if (a->undo_count == ASK_UNDO_MAX)
        memmove(a->undo, a->undo + 1, --a->undo_count * sizeof *a->undo);
    a->undo[a->undo_count++] = inverse;
}

/* What was not taken back can be tried again. */
static void undo_restore(struct ask *a, const struct waiting *w)
{
    if (!w->is_undo || a->undo_count == ASK_UNDO_MAX)
        return;
    struct inverse *last = &a->undo[a->undo_count++];
    memcpy(last->op, w->op, sizeof last->op);
    memcpy(last->ask, w->ask, sizeof last->ask);
}

/* --- answers --- */

static void release(struct waiting *w)
{
    loop_timer_cancel(w->owner->loop, w->timer);
    w->id = w->timer = 0;
}

static void done(struct ask *a, const struct waiting *w, const char *made)
{
    char text[ASK_SAID_MAX];
    size_t kind = kind_of(w->op);
    const char *words = kind < KINDS ? tr_of("done", kinds[kind].done) : w->op;
    bool undo = kind < KINDS && kinds[kind].inverse && !w->is_undo;
    undo_push(a, w, made);
    snprintf(text, sizeof text, "%s%s%s%s", words, made[0] ? " " : "", made, undo ? tr(" (u takes it back)") : "");
    say(a, false, text);
}

static void on_reply(void *ctx, const struct json *message)
{
    struct ask *a = ctx;
    struct err err = {0};
    char made[ASK_MADE_MAX];
    int64_t id = 0;
    json_int(json_get(message, "id"), &id);
    for (size_t i = 0; i < ASK_WAITING_MAX; i++) {
        struct waiting *w = &a->waiting[i];
        if (id < ASK_FIRST_ID || w->id != id)
            continue;
        release(w);
        if (ask_frame_answer(message, made, sizeof made, &err))
            done(a, w, made);
        else {
            if (err.kind == ERR_TRANSIENT)
                undo_restore(a, w);
            say_err(a, &err);
        }
        return;
    }
}

static void on_silent(void *ctx)
{
    struct waiting *w = ctx;
    w->timer = 0;
    release(w);
    undo_restore(w->owner, w);
    say(w->owner, true, tr("the collector did not answer within 5 s: what you asked may have been done all the same"));
}

/* --- asking --- */

static struct waiting *place(struct ask *a)
{
    for (size_t i = 0; i < ASK_WAITING_MAX; i++) {
        if (a->waiting[i].id == 0)
            return &a->waiting[i];
    }
    return NULL;
}

static bool transmit(struct ask *a, struct waiting *w)
{
    char request_id[ASK_FRAME_REQUEST_ID];
    struct err err = {0};
    struct buf frame = buf_make(ASK_FRAME_BYTES);
    hash_uuid(request_id);
    bool ok = ask_frame(a->next_id, w->op, w->ask, request_id, &frame, &err) &&
              (link_send(a->link, frame.data, frame.len) ||
               err_set(&err, ERR_TRANSIENT, "%s", tr("there is no collector to ask")));
    buf_release(&frame);
    if (!ok) {
        say_err(a, &err);
        return false;
    }
    w->id = a->next_id++;
    w->timer = loop_timer(a->loop, ASK_WAIT_MS, on_silent, w);
    return true;
}

static bool ask_for(struct ask *a, const char *op, const char *members, bool is_undo)
{
    struct waiting *w = place(a);
    if (!w) {
        say(a, true, tr("the collector has not answered to the former requests yet"));
        return false;
    }
    *w = (struct waiting){.owner = a, .is_undo = is_undo};
    snprintf(w->op, sizeof w->op, "%s", op);
    snprintf(w->ask, sizeof w->ask, "%s", members);
    return transmit(a, w);
}

bool ask_send(struct ask *a, const struct intent *intent)
{
    return ask_for(a, intent->op, intent->ask, false);
}

bool ask_undo(struct ask *a)
{
    if (a->undo_count == 0) {
        say(a, true, tr("there is nothing of yours to take back"));
        return false;
    }
    struct inverse *last = &a->undo[a->undo_count - 1];
    if (!ask_for(a, last->op, last->ask, true))
        return false;
    a->undo_count--;
    return true;
}

bool ask_waits(const struct ask *a)
{
    for (size_t i = 0; i < ASK_WAITING_MAX; i++) {
        if (a->waiting[i].id != 0)
            return true;
    }
    return false;
}

struct ask *ask_new(struct loop *loop, struct link *link, const struct ask_handler *handler)
{
    struct ask *a = mem_new(1, sizeof *a);
    *a = (struct ask){.loop = loop, .link = link, .handler = *handler, .next_id = ASK_FIRST_ID};
    a->undo = mem_new(ASK_UNDO_MAX, sizeof *a->undo);
    for (size_t i = 0; i < ASK_WAITING_MAX; i++)
        a->waiting[i].owner = a;
    if (link)
        link_replies(link, on_reply, a);
    return a;
}

void ask_free(struct ask *a)
{
    if (!a)
        return;
    if (a->link)
        link_replies(a->link, NULL, NULL);
    for (size_t i = 0; i < ASK_WAITING_MAX; i++)
        release(&a->waiting[i]);
    free(a->undo);
    free(a);
}
