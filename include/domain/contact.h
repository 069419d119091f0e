#ifndef HUBTOP_DOMAIN_CONTACT_H
#define HUBTOP_DOMAIN_CONTACT_H

#include "domain/scope.h"

/* Whom to call: the configuration's contacts as a call tree, and who of them is on duty, as a command tells it. Pure. */

enum { CONTACT_LEVEL_MAX = 9 };

struct contact {
    struct safe_text role;          /* the section's title: "net" */
    struct safe_text name, name_zh; /* empty: not said */
    struct safe_text phone;
    const struct safe_text *conditions; /* of concern_check(); none: it belongs to everything */
    size_t condition_count;
    int level;                 /* 1 is called first */
    const struct scope *scope; /* NULL: any */
};

/* The contacts of what that is, in the order of calling (by level, then as they stand): fills `out`, returns how many. One of
 * its conditions must hold, and it must belong to the contact's scope. */
size_t contact_tree(const struct contact *all, size_t n, const struct concern *c, const struct contact *out[],
                    size_t max);

/* The name in the interface's language, where it is known. */
struct safe_text contact_name(const struct contact *c);

/* Appends a phone number for a screen that others see: of its digits the country and the first three, and the last four;
 * "+86 139 **** 0021". Short ones (a desk's 10000) are shown whole; unknown is "-". Safe to show. */
void contact_phone(struct safe_text phone, bool full, struct buf *out);

/* --- who is on duty --- */

enum { CONTACT_ROSTER_BYTES_MAX = 64 << 10, CONTACT_ROSTER_MAX = 500, CONTACT_WORD_MAX = 128 };

struct contact_duty {
    struct safe_text role, name, phone;
};

/* Reads lines ROLE NAME PHONE (words with blanks between; the phone may have blanks; '#' begins a comment line). All or nothing:
 * ERR_INPUT names the line and what is wrong with it. `out` has room for CONTACT_ROSTER_MAX; texts are the bytes'. */
bool contact_roster_read(const char *bytes, size_t n, struct contact_duty *out, size_t *count, struct err *err);

/* Those of a role, in the roster's order: fills `out`, returns how many. */
size_t contact_on_duty(const struct contact_duty *all, size_t n, struct safe_text role,
                       const struct contact_duty *out[], size_t max);

#endif
