#ifndef HUBTOP_CLI_SETUP_SOURCE_H
#define HUBTOP_CLI_SETUP_SOURCE_H

#include "cli/setup.h"

/* The schema of the configuration: common options, each source's, and every driver's own. Lives as long as the arena.
 */
const struct config_option *setup_source_schema(struct arena *a);

/* A source as its section, or as a --source URL, says it. */
bool setup_source_of_config(struct setup *s, const struct config *section, struct collector_source *out,
                            struct err *err);
bool setup_source_of_url(struct setup *s, const char *url, struct collector_source *out, struct err *err);

/* The launcher's commands of all sources: of tokens, orders and services; fills `out`, returns how many. */
enum { SETUP_SOURCE_COMMANDS = PEER_COMMANDS + 2 }; /* of one, at most */
size_t setup_source_commands(struct setup *s, struct launcher_command *out, size_t max);

#endif
