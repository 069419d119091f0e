#ifndef HUBTOP_SIM_FACTS_H
#define HUBTOP_SIM_FACTS_H

#include "sim/world.h"

/* Facts of one object as a row. Texts live in the scratch and in the world. */

enum { FACTS_TEXT_MAX = 1024 };

struct facts {
    const struct sim *sim;
    struct row row;
    char id[FACTS_TEXT_MAX / 4], name[FACTS_TEXT_MAX / 4], rack[FACTS_TEXT_MAX / 4];
    char nodes[FACTS_TEXT_MAX], text[FACTS_TEXT_MAX / 4], work_dir[FACTS_TEXT_MAX / 4], out[FACTS_TEXT_MAX / 2];
};

/* Rows of the described: one for `index` of the fleet's table; false past its end. */
bool facts_hub(struct facts *f, size_t index);
bool facts_cluster(struct facts *f, size_t index);
bool facts_site(struct facts *f, size_t index);
bool facts_scheduler(struct facts *f, size_t index);
bool facts_net_place(struct facts *f, size_t index); /* of facts_net.c */
bool facts_net_link(struct facts *f, size_t index);
bool facts_net_pair(struct facts *f, size_t index);
bool facts_floor_hall(struct facts *f, size_t index);    /* of facts_floor.c */
bool facts_move_transfer(struct facts *f, size_t index); /* of facts_move.c */
bool facts_trade_offer(struct facts *f, size_t index);   /* of facts_trade.c */
bool facts_trade_energy(struct facts *f, size_t index);
bool facts_trade_network(struct facts *f, size_t index);
bool facts_trade_tenant(struct facts *f, size_t index);
bool facts_alert(struct facts *f,
                 size_t index); /* of facts_alert.c; a row's kind is KIND_NONE where there is nothing */

/* Rows of a scheduler: for `index` of its table. Past its end false; where there is nothing to show the row's kind is
 * KIND_NONE. */
bool facts_queue(struct facts *f, const struct scheduler *c, size_t index);
bool facts_reservation(struct facts *f, const struct scheduler *c, size_t index);
bool facts_user(struct facts *f, const struct scheduler *c, size_t index);
bool facts_node(struct facts *f, const struct scheduler *c, size_t index);
bool facts_work_job(struct facts *f, const struct scheduler *c, size_t index); /* of facts_work.c */
bool facts_floor_rack(struct facts *f, const struct scheduler *c, size_t index);
bool facts_floor_device(struct facts *f, const struct scheduler *c, size_t index);
bool facts_floor_feed(struct facts *f, const struct scheduler *c, size_t index);
bool facts_stock_account(struct facts *f, const struct scheduler *c, size_t index); /* of facts_stock.c */
bool facts_stock_qos(struct facts *f, const struct scheduler *c, size_t index);
bool facts_stock_license(struct facts *f, const struct scheduler *c, size_t index);

/* What a level of priority (below WORLD_LEVELS) is called, and what it counts. */
struct facts_level {
    const char *qos;
    int priority;
};
const struct facts_level *facts_level(size_t level);

/* Begins a row SCHEDULER/NAME, or with an id that lasts as long as the facts. */
void facts_begin(struct facts *f, enum kind kind, const struct scheduler *c, const char *name);
void facts_begin_plain(struct facts *f, enum kind kind, const char *id);
void facts_text(struct facts *f, int field, const char *text); /* NULL stays unknown */
void facts_time(struct facts *f, int field, int64_t ms);
void facts_real(struct facts *f, int field, double real);   /* NAN stays unknown */
void facts_count(struct facts *f, int field, double count); /* likewise; a whole number */
/* "an[0001-0004,0007]": `n` nodes, which are sorted in place. */
void facts_node_list(const struct scheduler *c, uint32_t *nodes, size_t n, char *out, size_t size);

/* CPUs of a node, and those that no job has. */
int64_t facts_cpus(const struct scheduler *c);
int64_t facts_cpus_free(const struct scheduler *c, const struct node *n);

enum node_state facts_node_state(const struct scheduler *c, const struct node *n);

#endif
