#ifndef HUBTOP_CLI_SETUP_ROLES_H
#define HUBTOP_CLI_SETUP_ROLES_H

#include "cli/setup.h"

/* The configuration's section `roles {}`: who may do what (domain/roles.h). */

#define SETUP_ROLES "roles"

/* Its options; the arena's. */
const struct config_option *setup_roles_schema(struct arena *a);

/* Reads it into s->roles; the presets where the file says nothing. ERR_INPUT (78), "FILE:LINE: …", for a user or group that there is not
 * (but the presets' own group, which a system without a shared folder lacks), or a key that is none. */
bool setup_roles_read(struct setup *s, struct err *err);

#endif
