#ifndef HUBTOP_SRC_STORE_MIGRATE_H
#define HUBTOP_SRC_STORE_MIGRATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* A database's schema: its mark in the file's header, and how it came to be. */
struct store_migrate_plan {
    const char *file;   /* "cache.db", for messages */
    int application_id; /* PRAGMA application_id */
    const struct store_migrate_step {
        int version;
        const char *sql;
    } * steps;
    size_t n;
};

extern const struct store_migrate_plan store_migrate_cache;
extern const struct store_migrate_plan store_migrate_actions;

enum store_migrate_state {
    STORE_MIGRATE_OK,
    STORE_MIGRATE_OLD,     /* there are steps to do (also: empty) */
    STORE_MIGRATE_NEWER,   /* made by a newer hubtop */
    STORE_MIGRATE_FOREIGN, /* damaged, or another program's */
    STORE_MIGRATE_BUSY,    /* cannot be read now */
};

/* What the file holds; sets err for all but OK and OLD. */
enum store_migrate_state store_migrate_look(sqlite3 *db, const struct store_migrate_plan *plan, struct err *err);
/* Does the steps that are missing, each in a transaction with its version: all old or all new. */
bool store_migrate_run(sqlite3 *db, const struct store_migrate_plan *plan, struct err *err);

#endif
