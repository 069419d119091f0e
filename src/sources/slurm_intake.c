#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "io/launcher.h"
#include "sources/slurm.h"
#include "sources/slurm_source.h"

/* The intake of a partition: slurmrestd tells its state, and a command sets it. As 22.05 has it (tried): DRAIN takes no submission and
 * starts what waits, INACTIVE neither, DOWN takes them and starts nothing; so DRAIN opens what was DOWN or INACTIVE to what waits, and UP
 * opens all. scontrol ends with 1 and a line of words where nothing was done ("Invalid partition name specified", "Invalid user id").
 * slurmctld forgets a partition's state whenever it starts anew without -R, saved or not, and whenever it reads slurm.conf again
 * without KeepPartState: then it is what slurm.conf says. With -R it is what was saved, at most 5 s late. */

enum { ONE_MS = 30000, SHOWN = 160 };

/* The partition of a queue's id; empty for other ids. */
static struct safe_text partition_of(const struct source *s, const struct source_order *o)
{
    size_t head = strlen(s->scheduler) + 1, n = text_len(o->target);
    bool ours = n > head && text_begins(o->target, text_of(s->scheduler)) && text_bytes(o->target)[head - 1] == '/';
    return ours ? text_from(text_bytes(o->target) + head, n - head) : text_of("");
}

/* --- whether it can be given */

static bool refuse_kind(const struct source *s, const struct source_order *o, struct err *err)
{
    err_set(err, ERR_INPUT, "the source '%s' takes no order '%s' for %s", s->name, source_order_word(o->what),
            kind_info(o->kind)->name);
    if (o->kind == KIND_SCHEDULER)
        return err_hint(err, "slurmctld has no such state of its own: name its queues; 'hubtop get queues' lists them");
    return err_hint(err, "of Slurm, queues alone; scontrol drains a node");
}

bool slurm_intake_can(const struct source *s, const struct source_order *o, struct err *err)
{
    char shown[SHOWN];
    struct safe_text name = partition_of(s, o);
    int command = peer_command_of(o->what);
    if (o->kind != KIND_QUEUE)
        return refuse_kind(s, o, err);
    if (!s->commands[command])
        return peer_command_lacks(command, s->name, err);
    if (launcher_takes_word(text_bytes(name), text_len(name)))
        return true;
    err_set(err, ERR_REFUSED, "no command is given the name of '%s'", text_show_in(o->target, shown, sizeof shown));
    return err_hint(err, "at most %d letters, digits, '_', '.' and '-'; its scontrol takes it by hand",
                    LAUNCHER_WORD_MAX);
}

const char *slurm_intake_lacks(void)
{
    return tr("slurmctld forgets it when it starts anew without -R, and when it reads slurm.conf again without "
              "KeepPartState");
}

bool slurm_intake(const struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                  struct err *err)
{
    char name[LAUNCHER_WORD_MAX + 1];
    if (!slurm_intake_can(s, o, err))
        return false;
    text_show_in(partition_of(s, o), name, sizeof name);
    if (!look)
        return buf_puts(&form->body, name, err);
    form->method = "GET";
    form->timeout_ms = ONE_MS;
    snprintf(form->path, sizeof form->path, "/slurm/%s/partition/%s", s->api.version, name);
    return true;
}

/* --- what became of it */

static enum source_order_end refuse(const struct source_order *o, const char *words, struct err *err)
{
    char shown[SHOWN];
    err_set(err, ERR_REFUSED, "'%s' %s", text_show_in(o->target, shown, sizeof shown), words);
    return SOURCE_ORDER_REFUSED;
}

/* Of a partition in a state; the rest is not ours to change. */
static const struct {
    const char *state;
    enum source_order_end drain, resume;
    const char *words;
} states[] = {
    {"up", SOURCE_ORDER_ABSENT, SOURCE_ORDER_DONE, ""},
    {"drain", SOURCE_ORDER_DONE, SOURCE_ORDER_ABSENT, ""},
    {"down", SOURCE_ORDER_REFUSED, SOURCE_ORDER_REFUSED,
     "is down: it starts nothing, and whoever set that alone ends it"},
    {"inactive", SOURCE_ORDER_REFUSED, SOURCE_ORDER_REFUSED,
     "is inactive: it takes and starts nothing, and whoever set that alone ends it"},
};

static enum source_order_end state_end(const struct source *s, const struct source_order *o, struct safe_text state,
                                       struct err *err)
{
    char shown[SHOWN];
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (!text_is(state, states[i].state))
            continue;
        enum source_order_end end = o->what == SOURCE_ORDER_DRAIN ? states[i].drain : states[i].resume;
        return end == SOURCE_ORDER_REFUSED ? refuse(o, states[i].words, err) : end;
    }
    err_set(err, ERR_TRANSIENT, "slurmrestd of '%s' tells a partition's state '%s', which is not known", s->name,
            text_show_in(state, shown, sizeof shown));
    return SOURCE_ORDER_UNKNOWN;
}

enum source_order_end slurm_intake_ended(struct source *s, const struct source_order *o, const struct json *answer,
                                         struct err *err)
{
    struct row row;
    const struct json *all = json_get(answer, "partitions"), *first = json_first(all);
    if (!answer || (json_type(all) == JSON_ARRAY && !first))
        return refuse(o, "is not there any more", err);
    for (const struct json *e = first; e; e = json_next(e)) {
        arena_reset(&s->arena);
        if (slurm_queue(e, text_of(s->scheduler), &s->arena, &row) == SLURM_ROW && text_equal(row.id, o->target))
            return state_end(s, o, value_text_or(&row.cells[QUEUE_STATE], ""), err);
    }
    err_set(err, ERR_TRANSIENT, "slurmrestd of '%s' does not tell the partition that it was asked for", s->name);
    return SOURCE_ORDER_UNKNOWN;
}
