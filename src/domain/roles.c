#include "domain/roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_NOT_ALLOWED = 77 };

#define THOSE ":owner root " ROLES_GROUP

const struct roles_info roles_table[] = {
    {"viewer", "*",
     "who may ask the collector anything: logins, uids, @groups, key:SHA256:HASH, :owner (of the state "
     "directory), * (whoever can connect)"},
    {"operator", THOSE, "who may change something"},
    {"approver", THOSE, "who may approve what somebody else proposed, and sign off"},
    {"break_glass", "",
     "who may carry out alone, in an emergency, what takes two people; it is told at once and must be "
     "signed off"},
    {.name = NULL},
};

/* --- words --- */

const char *roles_word(unsigned role)
{
    for (unsigned i = 0; i < ROLES_COUNT; i++) {
        if (role == 1u << i)
            return roles_table[i].name;
    }
    return "none";
}

const char *roles_words(unsigned roles, char out[ROLES_WORDS_MAX])
{
    size_t n = 0;
    snprintf(out, ROLES_WORDS_MAX, "none");
    for (unsigned i = 0; i < ROLES_COUNT; i++) {
        if (roles & 1u << i)
            n += (size_t)snprintf(out + n, ROLES_WORDS_MAX - n, "%s%s", n > 0 ? ", " : "", roles_table[i].name);
    }
    return out;
}

unsigned roles_by_word(const char *word)
{
    for (unsigned i = 0; i < ROLES_COUNT; i++) {
        if (strcmp(word, roles_table[i].name) == 0)
            return 1u << i;
    }
    return 0;
}

/* --- reading --- */

static bool number_of(const char *word, int64_t *out)
{
    char *end;
    long long n = strtoll(word, &end, 10);
    if (word[0] < '0' || word[0] > '9' || *end || n >= UINT32_MAX)
        return false;
    *out = n;
    return true;
}

static bool unknown(struct err *err, const char *what, const char *word, const char *table)
{
    err_set(err, ERR_INPUT, "there is no %s '%.80s'", what, word);
    return err_hint(err, "'getent %s %.80s' must find it; a number needs no table", table, word);
}

bool roles_rule_read(const char *word, const struct roles_lookup *lookup, struct roles_rule *out, struct err *err)
{
    static const char key[] = "key:", hash[] = "SHA256:";
    *out = (struct roles_rule){.by = ROLES_BY_UID};
    if (strcmp(word, "*") == 0 || strcmp(word, ":owner") == 0) {
        out->by = word[0] == '*' ? ROLES_BY_ANYBODY : ROLES_BY_OWNER;
        return true;
    }
    if (strncmp(word, key, sizeof key - 1) == 0) {
        *out = (struct roles_rule){.by = ROLES_BY_KEY, .key = word + sizeof key - 1};
        if (strncmp(out->key, hash, sizeof hash - 1) == 0 && strlen(out->key) == sizeof hash - 1 + 43)
            return true;
        err_set(err, ERR_INPUT, "'%.80s' is no fingerprint of a key", word);
        return err_hint(err, "write key:SHA256:… as 'ssh-keygen -lf KEY.pub' prints it");
    }
    if (word[0] == '@') {
        out->by = ROLES_BY_GID;
        return number_of(word + 1, &out->id) || lookup->group(word + 1, &out->id) ||
               unknown(err, "group", word + 1, "group");
    }
    return number_of(word, &out->id) || lookup->user(word, &out->id) || unknown(err, "user", word, "passwd");
}

/* --- deciding --- */

static bool in_groups(const struct roles_asker *a, int64_t gid)
{
    for (size_t i = 0; i < a->group_count; i++) {
        if (a->groups[i] == gid)
            return true;
    }
    return false;
}

static bool applies(const struct roles_rule *r, const struct roles_asker *a)
{
    switch (r->by) {
    case ROLES_BY_UID:
        return r->id == a->uid;
    case ROLES_BY_GID:
        return in_groups(a, r->id);
    case ROLES_BY_KEY:
        return a->key && strcmp(r->key, a->key) == 0;
    case ROLES_BY_OWNER:
        return a->owner == a->uid;
    case ROLES_BY_ANYBODY:
        return true;
    }
    return false;
}

unsigned roles_of(const struct roles *r, const struct roles_asker *a)
{
    unsigned has = 0;
    for (unsigned i = 0; i < ROLES_COUNT; i++) {
        for (size_t k = 0; k < r->lists[i].count; k++)
            has |= applies(&r->lists[i].rules[k], a) ? 1u << i : 0;
    }
    return has ? has | ROLES_VIEWER : 0;
}

bool roles_have(unsigned roles, unsigned role, const char *who, struct err *err)
{
    char has[ROLES_WORDS_MAX];
    if (roles & role)
        return true;
    err_set(err, ERR_REFUSED, "not allowed: it takes the role %s; the roles of '%s' are: %s", roles_word(role), who,
            roles_words(roles, has));
    err_hint(err, "whoever runs the collector gives it: roles { %s = { \"%s\" } } in its configuration%s",
             roles_word(role), who,
             role == ROLES_BREAK_GLASS ? "" : "; without that line the group hubtop-operators has it");
    return err_exit(err, EXIT_NOT_ALLOWED);
}
