/*
 * admin.h - PostgreSQL as its owner: migrations, seeding, bulk loading. For the sysadmin's command
 * alone; workers never use it. One plain blocking connection; a failure is a sentence for the
 * sysadmin on standard error, with SQLSTATE and without values.
 */
#ifndef CAREDESK_DB_ADMIN_H
#define CAREDESK_DB_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

struct admin;
struct arena;
struct buf;

/* The statements of sql/ that begin with "-- admin:". */
enum admin_statement {
#define NAME(name, text, params)
#define FRAGMENT(name, text, params)
#define ADMIN(name, text, params) ADMIN_##name,
#include "gen/sql.def"
#undef NAME
#undef FRAGMENT
#undef ADMIN
	ADMIN_COUNT
};

/* Connects; NULL, after saying why, where that fails. */
struct admin *admin_open(const char *conninfo);
void admin_close(struct admin *admin);

/* Runs one statement. `*value` (may be NULL) receives the first column of the first row, or NULL,
 * in the arena. */
#define admin_run(admin, arena, value, statement, ...)                                             \
	admin_run_array(                                                                               \
		admin, arena, value, statement, (const char *const[]){ NULL, ##__VA_ARGS__ } + 1,          \
		sizeof((const char *const[]){ NULL, ##__VA_ARGS__ }) / sizeof(const char *) - 1)
bool admin_run_array(struct admin *admin, struct arena *arena, const char **value,
                     enum admin_statement statement, const char *const *params, size_t count);

/* Begin and end of a transaction around several statements. */
bool admin_begin(struct admin *admin);
bool admin_commit(struct admin *admin);

/* COPY … FROM STDIN: rows in text format, as copy_field() writes them. */
bool admin_copy(struct admin *admin, enum admin_statement statement, const struct buf *rows);

/* Appends one value of a COPY row (NULL: \N), with what has to be escaped escaped; the caller puts
 * tabs between values and a line feed after the last. */
void copy_field(struct buf *rows, const char *value);

/* Applies every migration that is missing, each in a transaction of its own, after checking that
 * the applied ones are those that this program knows. Safe to run from two machines at once: one
 * waits. Prints a line for each. */
bool migrate_up(struct admin *admin);

/* Takes back the newest applied migration. */
bool migrate_down(struct admin *admin);

/* Prints a line for each migration: number, name, applied when, or missing, or changed. */
bool migrate_status(struct admin *admin);

/* The newest migration that this program knows. */
int migrate_newest(void);

#endif
