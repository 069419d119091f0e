#ifndef HUBTOP_DOMAIN_ROLES_H
#define HUBTOP_DOMAIN_ROLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Who may do what: the section `roles {}` of the configuration, as the collector decides it. Pure: who is who in the system's tables is
 * asked by the caller. */

enum {
    ROLES_VIEWER = 1,      /* may ask what changes nothing */
    ROLES_OPERATOR = 2,    /* may propose and carry out what changes something */
    ROLES_APPROVER = 4,    /* may approve what somebody else proposed, and sign off */
    ROLES_BREAK_GLASS = 8, /* may do alone, in an emergency, what two people do */
    ROLES_COUNT = 4,
    ROLES_ALL = 15
};

/* What a list of the configuration can name. */
enum roles_by { ROLES_BY_UID, ROLES_BY_GID, ROLES_BY_KEY, ROLES_BY_OWNER, ROLES_BY_ANYBODY };
struct roles_rule {
    enum roles_by by;
    int64_t id;      /* of a uid or a gid */
    const char *key; /* "SHA256:…" */
};

struct roles_list {
    const struct roles_rule *rules;
    size_t count;
};

/* By the number of the role's bit. All zeros: nobody has any. */
struct roles {
    struct roles_list lists[ROLES_COUNT];
};

/* The group of operators of a shared state directory. */
#define ROLES_GROUP "@hubtop-operators"

/* Each role's option, with its preset and its help; ended by a NULL name. */
extern const struct roles_info {
    const char *name, *preset, *help;
} roles_table[];

/* Takes a word of a list, "li.wei", "1000", "@group", "@100", "key:SHA256:…", ":owner" or "*", apart; `user` and `group` find a name's number,
 * false where there is none. False with err (INPUT), which says what there is not. */
struct roles_lookup {
    bool (*user)(const char *name, int64_t *uid);
    bool (*group)(const char *name, int64_t *gid);
};
bool roles_rule_read(const char *word, const struct roles_lookup *lookup, struct roles_rule *out, struct err *err);

/* Who asks: uid and groups by the kernel and the system's tables, the key by sshd ("" or NULL: not known), the owner of the state directory. */
struct roles_asker {
    int64_t uid, owner;
    const int64_t *groups;
    size_t group_count;
    const char *key;
};
/* The asker's roles as bits. Whoever has any may view. */
unsigned roles_of(const struct roles *r, const struct roles_asker *a);

/* The word of one role's bit: "operator". And all of them, "viewer, operator", or "none". */
const char *roles_word(unsigned role);
enum { ROLES_WORDS_MAX = 64 };
const char *roles_words(unsigned roles, char out[ROLES_WORDS_MAX]);
/* The bit of a word; 0: it is none. */
unsigned roles_by_word(const char *word);

/* Whether these roles have that one; else false with err (REFUSED, 77): which one it takes, which the asker has, and how to get it. */
bool roles_have(unsigned roles, unsigned role, const char *who, struct err *err);

#endif
