#include "domain/join_private.h"

/* References of rows that are not joined themselves. */

enum how { TO_NOTHING, TO_END, TO_CLUSTER, TO_SITE, TO_SCHEDULER, TO_MEMBER, TO_RACK, TO_HALL, TO_LINK };

/* What a field refers to, and where the cluster and the site of that are put (-1: nowhere). In the order in which they
 * are looked at: what is nearest to the thing says most of where it is. */
static const struct ref {
    enum kind kind;
    signed char field, how, cluster, site;
} refs[] = {
    {KIND_TRANSFER, TRANSFER_FROM, TO_END, -1, -1},
    {KIND_TRANSFER, TRANSFER_TO, TO_END, -1, -1},
    {KIND_TRANSFER, TRANSFER_LINK, TO_LINK, -1, -1},
    {KIND_OFFER, OFFER_SITE, TO_SITE, OFFER_CLUSTER, -1},
    {KIND_OFFER, OFFER_CLUSTER, TO_CLUSTER, -1, -1},
    {KIND_ENERGY, ENERGY_SITE, TO_SITE, ENERGY_CLUSTER, -1},
    {KIND_ENERGY, ENERGY_CLUSTER, TO_CLUSTER, -1, -1},
    {KIND_DEVICE, DEVICE_RACK, TO_RACK, DEVICE_CLUSTER, DEVICE_SITE},
    {KIND_DEVICE, DEVICE_SITE, TO_SITE, DEVICE_CLUSTER, -1},
    {KIND_DEVICE, DEVICE_CLUSTER, TO_CLUSTER, -1, -1},
    {KIND_FEED, FEED_RACK, TO_RACK, FEED_CLUSTER, FEED_SITE},
    {KIND_FEED, FEED_SITE, TO_SITE, FEED_CLUSTER, -1},
    {KIND_FEED, FEED_CLUSTER, TO_CLUSTER, -1, -1},
    {KIND_NETWORK, NETWORK_MEETS, TO_END, -1, -1},
    {KIND_RESERVATION, RESERVATION_SCHEDULER, TO_SCHEDULER, RESERVATION_CLUSTER, -1},
    {KIND_ACCOUNT, ACCOUNT_SCHEDULER, TO_SCHEDULER, ACCOUNT_CLUSTER, -1},
    {KIND_QOS, QOS_SCHEDULER, TO_SCHEDULER, QOS_CLUSTER, -1},
    {KIND_LICENSE, LICENSE_SCHEDULER, TO_SCHEDULER, LICENSE_CLUSTER, -1},
    {KIND_ALERT, ALERT_CLUSTER, TO_CLUSTER, -1, -1},
};

/* What an alert's `where` is, by its `kind`. */
static const signed char alerts_of[KIND_COUNT] = {
    [KIND_CLUSTER] = TO_CLUSTER,    [KIND_SITE] = TO_SITE,  [KIND_SCHEDULER] = TO_SCHEDULER, [KIND_PLACE] = TO_END,
    [KIND_LINK] = TO_LINK,          [KIND_HALL] = TO_HALL,  [KIND_RACK] = TO_RACK,           [KIND_NODE] = TO_MEMBER,
    [KIND_QUEUE] = TO_MEMBER,       [KIND_JOB] = TO_MEMBER, [KIND_USER] = TO_MEMBER,         [KIND_ACCOUNT] = TO_MEMBER,
    [KIND_RESERVATION] = TO_MEMBER, [KIND_QOS] = TO_MEMBER, [KIND_LICENSE] = TO_MEMBER,
};

/* Who reads a row: whose words they are, and where new ones are kept. */
struct reader {
    struct join *j;
    const char *source;
    size_t from;
    struct arena *arena;
};

/* --- what a label stands for --- */

static struct safe_text label_of(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static struct safe_text ref_of(const struct join_told *told, enum kind kind, int field)
{
    return value_text_or(&told->refs[join_list_ref(kind, field)], "");
}

/* Where a row of a joined kind stands; an id of its own source, or the joined one. */
static const struct join_told *told_of(struct reader *r, enum kind kind, struct safe_text id)
{
    struct join_list *l = join_list(r->j, kind);
    struct buf own = buf_make(text_len(id) + 4096);
    bool known = join_resolve(r->j, r->source, kind, id, &own);
    size_t at = join_list_find(l, known ? text_from(buf_str(&own), own.len) : id);

    buf_release(&own);
    return at != IDS_NONE ? &l->all[at] : NULL;
}

static struct join_where placed(struct reader *r, enum kind kind, struct safe_text label, int cluster, int site)
{
    const struct join_told *told = told_of(r, kind, label);

    if (told == NULL)
        return (struct join_where){0};
    return (struct join_where){.known = true,
                               .id = rows_text(r->arena, told->id),
                               .cluster = rows_text(r->arena, ref_of(told, kind, cluster)),
                               .site = rows_text(r->arena, ref_of(told, kind, site))};
}

static struct join_where rack(struct reader *r, struct safe_text label)
{
    return placed(r, KIND_RACK, label, RACK_CLUSTER, RACK_SITE);
}

static struct join_where hall(struct reader *r, struct safe_text label)
{
    return placed(r, KIND_HALL, label, HALL_CLUSTER, HALL_SITE);
}

/* Its cluster is that of its beginning, or of its end where that is a city. */
static struct join_where link(struct reader *r, struct safe_text label)
{
    struct join_where at = placed(r, KIND_LINK, label, LINK_FROM, LINK_TO);

    if (!at.known)
        return at;
    struct join_where from = join_end(r->j, r->arena, r->from, at.cluster);
    struct join_where to = join_end(r->j, r->arena, r->from, at.site);
    at.cluster = !from.place ? from.cluster : !to.place ? to.cluster : text_of("");
    at.site = text_of("");
    return at;
}

static struct join_where end(struct reader *r, struct safe_text label)
{
    return join_end(r->j, r->arena, r->from, label);
}

static struct join_where cluster(struct reader *r, struct safe_text label)
{
    struct join_where at = join_end(r->j, r->arena, r->from, label);

    at.known = at.known && !at.place;
    return at;
}

/* One that is only known as a cluster is no site. */
static struct join_where site(struct reader *r, struct safe_text label)
{
    struct join_where at = join_stand(r->j, r->arena, r->from, label);

    at.known = at.known && !text_empty(at.site);
    at.id = at.site;
    return at;
}

static struct join_where scheduler(struct reader *r, struct safe_text label)
{
    struct safe_text id = join_scheduler_id(r->j, label);
    const struct join_where *s = join_table_find(&r->j->names.schedulers, id, text_of(""));
    struct join_where at = {.known = s != NULL, .id = id};

    if (s != NULL)
        at.cluster = s->cluster;
    return at;
}

/* SCHEDULER/NAME */
static struct join_where member(struct reader *r, struct safe_text label)
{
    struct safe_text rest = label, first;
    struct join_where at = {0};

    if (!text_split(&rest, '/', &first) || text_empty(rest))
        return at;
    at = scheduler(r, first);
    at.id = join_text(r->j, r->arena, at.id, '/', rest);
    return at;
}

typedef struct join_where finder(struct reader *r, struct safe_text label);
static finder *const finders[] = {
    [TO_NOTHING] = NULL,  [TO_END] = end,   [TO_CLUSTER] = cluster, [TO_SITE] = site, [TO_SCHEDULER] = scheduler,
    [TO_MEMBER] = member, [TO_RACK] = rack, [TO_HALL] = hall,       [TO_LINK] = link,
};

/* --- rows --- */

/* A driver that knows no cluster says its scheduler's name there. */
static void fill(struct row *row, int field, struct safe_text with, struct safe_text label)
{
    struct safe_text said;

    if (field < 0 || text_empty(with))
        return;
    said = label_of(row, field);
    if (text_empty(said) || text_equal(said, label))
        row->cells[field] = value_text(with);
}

static void resolve(struct reader *r, struct row *row, const struct ref *ref)
{
    struct safe_text label = label_of(row, ref->field);

    if (finders[ref->how] == NULL || text_empty(label))
        return;
    struct join_where at = finders[ref->how](r, label);
    if (!at.known)
        return;
    row->cells[ref->field] = value_text(at.id);
    fill(row, ref->cluster, at.cluster, label);
    fill(row, ref->site, at.site, label);
}

static void resolve_alert(struct reader *r, struct row *row)
{
    struct safe_text word = label_of(row, ALERT_KIND);
    char kind[32];

    if (text_len(word) >= sizeof kind)
        return;
    struct buf b = buf_make(sizeof kind);
    text_copy(&b, word);
    enum kind of = kind_by_name(buf_str(&b));
    buf_release(&b);
    resolve(r, row, &(struct ref){KIND_ALERT, ALERT_WHERE, alerts_of[of], ALERT_CLUSTER, -1});
}

/* A scheduler that says in which rack a node stands knows the rack's name, and not in which site that is: it is the
 * scheduler's own. What nobody describes stays as it is called. */
static void resolve_node(struct reader *r, struct row *row)
{
    struct safe_text label = label_of(row, NODE_RACK);

    if (text_empty(label))
        return;
    struct join_where at = rack(r, label);
    if (!at.known)
        at = rack(r, join_text(r->j, r->arena, label_of(row, NODE_SCHEDULER), '/', label));
    if (at.known)
        row->cells[NODE_RACK] = value_text(at.id);
}

/* --- people: the fleet file says whose an account is --- */

static const struct fleet_tenant *tenant_of(const struct fleet *f, struct safe_text accounts)
{
    const struct fleet_tenant *found = NULL;
    struct safe_text account;

    while (found == NULL && value_list_next(&accounts, &account))
        found = fleet_tenant_of_account(f, account);
    return found;
}

static void resolve_tenant(const struct fleet *f, struct row *row)
{
    static const struct {
        int account, tenant, contact;
    } people[KIND_COUNT] = {
        [KIND_USER] = {USER_ACCOUNT, USER_TENANT, USER_CONTACT},
        [KIND_ACCOUNT] = {ACCOUNT_NAME, ACCOUNT_TENANT, -1},
        [KIND_RESERVATION] = {RESERVATION_ACCOUNTS, RESERVATION_TENANT, -1},
    };
    int account = people[row->kind].account, tenant = people[row->kind].tenant, contact = people[row->kind].contact;

    if (f == NULL || tenant == account)
        return;
    const struct fleet_tenant *t = tenant_of(f, label_of(row, account));
    if (t != NULL && !value_known(&row->cells[tenant]))
        row->cells[tenant] = value_text(text_of(t->id));
    if (contact < 0 || value_known(&row->cells[contact]))
        return;
    t = fleet_tenant(f, label_of(row, tenant));
    if (t != NULL && t->contact != NULL)
        row->cells[contact] = value_text(text_of(t->contact));
}

bool join_refers(enum kind kind)
{
    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++)
        if (refs[i].kind == kind)
            return true;
    return kind == KIND_USER || kind == KIND_NODE;
}

void join_refer(struct join *j, const char *source, struct arena *arena, struct row *row)
{
    struct reader r = {.j = j, .source = source, .from = join_source(j, source), .arena = arena};

    join_settle(j, NULL);
    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++)
        if (refs[i].kind == row->kind)
            resolve(&r, row, &refs[i]);
    if (row->kind == KIND_ALERT)
        resolve_alert(&r, row);
    if (row->kind == KIND_NODE)
        resolve_node(&r, row);
    resolve_tenant(j->fleet, row);
}
