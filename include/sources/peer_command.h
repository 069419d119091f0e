#ifndef HUBTOP_SOURCES_PEER_COMMAND_H
#define HUBTOP_SOURCES_PEER_COMMAND_H

#include "sources/source_order.h"

/* The settings of a source's section that name a command for an order that its peer takes by no request: argument lists, whose
 * places a number and a word fill (struct launcher_command). One row is all that is known of one. */
struct peer_command {
    enum source_order_what what;
    const char *setting, *name; /* "drain_command"; "drain", of the launcher's table */
    const char *number,
        *word;           /* what stands in its places, for people: "the job's number"; NULL: it has no such place */
    const char *example; /* a line of the section */
};
enum { PEER_COMMANDS = 4 };
extern const struct peer_command peer_command_table[PEER_COMMANDS];

/* The row's index of an order; -1: no command carries it out. */
int peer_command_of(enum source_order_what what);
/* Sets err to that the command of that row is not configured for that source, with the line to write; -1: that it has none; false. */
bool peer_command_lacks(int command, const char *source, struct err *err);

#endif
