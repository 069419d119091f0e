#ifndef HUBTOP_CLI_OPTIONS_H
#define HUBTOP_CLI_OPTIONS_H

#include "cli/command.h"

enum { OPTIONS_ORIGIN_MAX = 96 };

extern const struct option_row options_table[]; /* ended by a NULL name */

/* Reads argv (after the program's name). `*command` becomes the first word that is no option (NULL without one), also where
 * something before it is wrong. The environment's HUBTOP_* give what the command line does not. ERR_INPUT (64) names the
 * option and the nearest known one. Texts are argv's and the environment's. */
bool options_parse(int argc, char **argv, struct options *o, const char **command, struct err *err);

/* Where the text of that option comes from: "option --theme", "environment HUBTOP_THEME"; NULL when nobody gave it. */
const char *options_origin(const struct options *o, const char *name, char out[OPTIONS_ORIGIN_MAX]);
void options_release(struct options *o);

#endif
