#ifndef HUBTOP_STORE_PLANS_RECORD_H
#define HUBTOP_STORE_PLANS_RECORD_H

#include "store/plans.h"

/* Appends the entry and gives the plan of that number another body: the same with what then was beside what was thought. What was hashed
 * of it must be the same. */
enum journal_step plans_record_put(struct store *s, struct journal_entry *e, int64_t nr, struct safe_text body,
                                   struct err *err);

#endif
