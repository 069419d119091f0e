#ifndef HUBTOP_CLI_AUDIT_OUT_H
#define HUBTOP_CLI_AUDIT_OUT_H

#include <stdio.h>

#include "base/arena.h"
#include "base/json.h"

/* Entries of the journal as they are printed. */

struct audit_entry {
    int64_t seq, uid, login_uid; /* uids below 0: not known, or the collector's own */
    struct safe_text at, who, claimed_login, claimed_ssh, op, request_id, body, command;
};
struct audit_list {
    struct arena arena; /* owns the texts */
    struct audit_entry *all;
    size_t count, cap;
};

/* Takes the entries of a page (collector/audit_page.h), each with the command that does the same. */
void audit_out_take(void *list, const struct json *page);
void audit_out_release(struct audit_list *list);

/* Prints them, the oldest first, as "text", "json", "ndjson" or "csv"; the newest was taken first. */
void audit_out_print(const struct audit_list *list, const char *format, FILE *to);

#endif
