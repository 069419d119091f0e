#ifndef HUBTOP_CLI_SETUP_PEOPLE_H
#define HUBTOP_CLI_SETUP_PEOPLE_H

#include "cli/setup.h"
#include "collector/escalate.h"

/* What the configuration says of people: contacts, scopes, runbooks, and the commands that go with them. */

/* Their names in the launcher's table. */
#define SETUP_PEOPLE_ROSTER   "roster_command"
#define SETUP_PEOPLE_ESCALATE ESCALATE_COMMAND
#define SETUP_PEOPLE_BULLETIN "bulletin_command"

/* The options of a section contact and of a section scope. */
extern const struct config_option setup_people_contact[], setup_people_scope[];

/* Reads them into s->people; which scope is mine says --scope, else the login. ERR_INPUT (78), "FILE:LINE: …"; 64 for an unknown
 * --scope. */
bool setup_people_read(struct setup *s, const struct options *o, struct err *err);

/* The launcher's commands; fills `out`, returns how many. */
size_t setup_people_commands(struct setup *s, struct launcher_command *out, size_t max);

/* The folder of runbooks: `runbooks` of the configuration, from the configuration's folder; of a sample source without one its
 * own. It need not be there. ERR_INPUT (66) where neither is known. */
bool setup_people_runbooks(const struct setup *s, char out[DIR_PATH_MAX], struct err *err);

#endif
