#ifndef HUBTOP_CLI_OPTIONS_H
#define HUBTOP_CLI_OPTIONS_H

#include "cli/command.h"

extern const struct option_row options_table[]; /* ended by a NULL name */

/* Reads argv (after the program's name). `*command` becomes the first word that is no option ("" without one). The
 * environment's HUBTOP_* give what the command line does not. ERR_INPUT (64) names the option and the nearest known
 * one. Texts are argv's and the environment's. */
bool options_parse(int argc, char **argv, struct options *o, const char **command, struct err *err);
void options_release(struct options *o);

#endif
