#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/state.h"
#include "sources/slurm.h"
#include "sources/slurm_source.h"

/* Jobs of a federation, as 22.05 treats them (tried). One waits at its origin and, with the same number, at each sibling; the first
 * that can starts it, and the others' records are gone, or REVOKED at the origin. "scontrol update jobid=N clusters=C", given to any
 * member and passed on to the origin, lets it start at C alone: the origin's record becomes REVOKED, those of the other siblings go,
 * and C's is made, when C was none, within a second, or when C is back if it is down, with a submit time of its own; owner, name,
 * partition, limits and script are kept, and so is the priority. It ends with 0 when the origin took it, at once; with 1 and a line of
 * words when the job runs ("Job is no longer pending execution"), is over, is another's, or C is no member ("Invalid cluster name"), and
 * nothing is changed then. While the origin is down it does not end for minutes. Of a job that is held the origin alone has a record,
 * which is REVOKED too where it may only start elsewhere: then nobody sees it. GET job/N is 500 with -1 whatever the job. */

/* slurmctld's own numbers have 26 bits (MaxJobId); above them a federation puts the origin's number. */
#define FIRST_OF_FEDERATION (INT64_C(1) << 26)
#define LAST_OF_FEDERATION  (INT64_C(4294967293))

bool slurm_federation_has(const char *number)
{
    int64_t v = 0;
    size_t digits = strspn(number, "0123456789");
    return slurm_number_parse(text_from(number, digits), &v) && v >= FIRST_OF_FEDERATION && v <= LAST_OF_FEDERATION;
}

/* Of "fra/67108866" or "fra/67108866~2"; 0: it is none of a whole job of a federation. */
static int64_t number_of(const struct source *s, struct safe_text job)
{
    char id[64];
    int64_t v = 0;
    size_t head = strlen(s->scheduler) + 1, n = text_len(job);
    bool ours = n > head && n - head < sizeof id && text_begins(job, text_of(s->scheduler));
    if (!ours || text_bytes(job)[head - 1] != '/')
        return 0;
    memcpy(id, text_bytes(job) + head, n - head);
    id[n - head] = '\0';
    size_t digits = strspn(id, "0123456789");
    bool whole = id[digits] == '\0' || id[digits] == '~';
    return whole && slurm_federation_has(id) && slurm_number_parse(text_from(id, digits), &v) ? v : 0;
}

/* --- who is in it */

static bool is_member(const char *members, struct safe_text name)
{
    struct safe_text rest = text_of(members), one;
    while (text_split(&rest, '+', &one)) {
        if (text_equal(one, name))
            return true;
    }
    return false;
}

static bool is_simple(struct safe_text name)
{
    return !text_empty(name) && text_is_utf8(name) && !text_contains(name, text_of("+"), false) &&
           !memchr(text_bytes(name), 0, text_len(name));
}

/* Kept in the order of their names, so that it does not matter which job comes first. */
static void add_member(char members[SLURM_NAME_MAX], struct safe_text name)
{
    char all[SLURM_NAME_MAX];
    size_t at = 0, len = strlen(members), n = text_len(name);
    if (!is_simple(name) || len + 1 + n >= sizeof all || is_member(members, name))
        return;
    while (at < len) {
        size_t one = strcspn(members + at, "+");
        if (text_cmp(name, text_from(members + at, one)) < 0)
            break;
        at += one + (members[at + one] == '+');
    }
    snprintf(all, sizeof all, "%.*s%s%.*s%s%s", (int)at, members, at == len && len > 0 ? "+" : "", (int)n,
             text_bytes(name), at < len ? "+" : "", members + at);
    memcpy(members, all, sizeof all);
}

void slurm_federation_see(struct source *s, const struct json *e)
{
    struct value viable = slurm_cell_list(json_get(e, "federation_siblings_viable"), &s->arena);
    struct value origin = slurm_cell_text(json_get(e, "federation_origin"));
    struct safe_text rest = value_text_or(&viable, ""), one;
    while (value_list_next(&rest, &one))
        add_member(s->federation, one);
    add_member(s->federation, value_text_or(&origin, ""));
}

/* --- whether and how it moves */

static bool federates(const struct source *s)
{
    return s->commands[peer_command_of(SOURCE_ORDER_MOVE)];
}

void slurm_federation_judge(const struct source *s, const struct json *e, struct row *row)
{
    struct value origin = slurm_cell_text(json_get(e, "federation_origin"));
    struct value own = slurm_cell_text(json_get(e, "cluster"));
    struct safe_text viable = {0};
    enum job_state state = state_job(value_text_or(&row->cells[JOB_STATE], ""));
    bool at_origin = text_equal(value_text_or(&origin, ""), value_text_or(&own, ""));
    const char *why = NULL;
    (void)json_text(json_get(e, "federation_siblings_viable"), &viable);
    if (!value_known(&origin))
        return;
    if (!federates(s))
        why = "it is a job of a federation, and federation_command is not configured";
    else if (state == JOB_HELD)
        why = "it is held, and lies at its federation's origin alone until it is released";
    else if (state == JOB_WAITING && !at_origin && text_contains(viable, text_of(","), false))
        why = "it waits at its federation's origin, too, and is moved from there";
    if (!why)
        return;
    row->cells[JOB_MOVABLE] = value_bool(false);
    row->cells[JOB_MOVABLE_BY] = value_text(text_of(why));
}

bool slurm_federation_moves(struct source *s, struct safe_text job, const struct source *to, struct buf *name,
                            struct err *err)
{
    char shown[160];
    if (number_of(s, job) == 0)
        return false;
    text_show_in(job, shown, sizeof shown);
    if (!federates(s)) {
        err_set(err, ERR_REFUSED, "'%s' is a job of a federation, and federation_command is not configured for '%s'",
                shown, s->name);
        return err_hint(err, "in its section: %s", peer_command_table[peer_command_of(SOURCE_ORDER_MOVE)].example);
    }
    bool member = to && *to->cluster &&
                  (is_member(s->federation, text_of(to->cluster)) ||
                   (*s->cluster && is_member(to->federation, text_of(s->cluster))));
    if (!member) {
        err_set(err, ERR_REFUSED, "'%s' is a job of a federation, of which '%s' is not known as a member", shown,
                to ? to->name : "its target");
        return err_hint(err, "its members are those that its jobs name: %s", *s->federation ? s->federation : "none");
    }
    buf_clear(name);
    return buf_puts(name, to->cluster, err);
}

/* --- what became of it */

/* Its record as it is, or where else a revoked one has it. */
bool slurm_federation_found(struct source *s, const struct source_order *o, const struct json *e,
                            struct source_ordered *said)
{
    int64_t id;
    struct row row;
    if (slurm_number(json_get(e, "job_id"), &id) != SLURM_NUMBER_KNOWN || id != number_of(s, o->target))
        return false;
    arena_reset(&s->arena);
    if (slurm_job(e, text_of(s->scheduler), &s->arena, &row) == SLURM_ROW) {
        rows_add(&said->jobs, &row);
        return true;
    }
    struct value at = slurm_cell_list(json_get(e, "federation_siblings_active"), &s->arena);
    struct safe_text rest = value_text_or(&at, ""), one;
    bool there = text_empty(rest);
    buf_clear(&said->copy);
    while (value_list_next(&rest, &one)) {
        there = there || text_equal(one, o->to_name);
        buf_puts(&said->copy, said->copy.len > 0 ? ", " : "", NULL);
        text_copy(&said->copy, one);
    }
    return !there;
}

static enum source_order_end gone(const struct source *s, const struct source_order *o, struct source_ordered *said)
{
    struct safe_text rest = o->to, scheduler = o->to;
    char shown[128];
    text_split(&rest, '/', &scheduler);
    buf_clear(&said->remote);
    buf_printf(&said->remote, NULL, "%s/%lld", text_show_in(scheduler, shown, sizeof shown),
               (long long)number_of(s, o->target));
    return SOURCE_ORDER_DONE;
}

enum source_order_end slurm_federation_ended(const struct source *s, const struct source_order *o, bool look,
                                             bool found, struct source_ordered *said, struct err *err)
{
    char shown[160];
    if (!look || !found)
        return gone(s, o, said);
    if (said->jobs.count == 0) {
        err_set(err, ERR_REFUSED, "its federation has it at '%s' now",
                text_show_in(text_from(buf_str(&said->copy), said->copy.len), shown, sizeof shown));
        return SOURCE_ORDER_REFUSED;
    }
    enum job_state state = state_job(value_text_or(&said->jobs.all[0].cells[JOB_STATE], ""));
    if (state == JOB_WAITING || state == JOB_HELD)
        return SOURCE_ORDER_ABSENT;
    err_set(err, ERR_REFUSED, "the job was not moved in time: it is %s", state_job_word(state));
    return SOURCE_ORDER_REFUSED;
}
