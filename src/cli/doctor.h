#ifndef HUBTOP_CLI_DOCTOR_H
#define HUBTOP_CLI_DOCTOR_H

#include "cli/command.h"
#include "collector/collector.h"

/* A check's line: what, how it is, and below it what to do ("": nothing). The texts may come from outside. */
void doctor_line(const char *what, const char *state, const char *hint);

/* `doctor SOURCE`: each step to that source with its time, one poll, and a sample of what came; returns the exit status. It is a
 * collector of its own, in a state directory that is thrown away. */
int doctor_source(const struct options *o, const char *name);

/* The way to a source's peer, asked for "/" without its token: its address, connection, certificate and first byte. False with
 * err when one of these fails; their lines are printed. */
bool doctor_reach(const struct collector_source *src, struct err *err);

#endif
