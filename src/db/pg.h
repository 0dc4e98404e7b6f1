/*
 * pg.h - PostgreSQL, spoken to in batches.
 *
 * A batch is one pipeline up to one Sync, and so one transaction: pg_begin() says as whom (the
 * context's caller) and in which mode, pg_add() queues statements by their names in sql/, pg_run()
 * sends everything in one round trip and reads every answer. If anything in it fails, all of it is
 * rolled back and pg_run() says how. Results belong to the request's arena.
 *
 * A worker owns one connection. It is made when first needed and made again when it is lost. A
 * batch that only reads is then tried once more; one that writes never is after it was sent: its
 * outcome is not known (ERR_UNKNOWN_OUTCOME), unless the server said that it was rolled back.
 * Statement text is never made at run time; values are always parameters. What PostgreSQL says
 * about an error repeats values, and is never logged: only SQLSTATE, statement and constraint are.
 */
#ifndef CAREDESK_DB_PG_H
#define CAREDESK_DB_PG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/entity.h"

struct pg;

/* The statements of sql/ that begin with "-- name:". */
enum statement {
#define NAME(name, text, params) STATEMENT_##name,
#define FRAGMENT(name, text, params)
#define ADMIN(name, text, params)
#include "gen/sql.def"
#undef NAME
#undef FRAGMENT
#undef ADMIN
	STATEMENT_COUNT
};

/* Those that begin with "-- fragment:": what a list is composed of. */
enum fragment {
#define NAME(name, text, params)
#define FRAGMENT(name, text, params) FRAGMENT_##name,
#define ADMIN(name, text, params)
#include "gen/sql.def"
#undef NAME
#undef FRAGMENT
#undef ADMIN
	FRAGMENT_COUNT
};

struct pg_options {
	const char *conninfo;
	bool is_synchronous;      /* a commit waits for the disk */
	int statement_timeout_ms; /* PostgreSQL's own limit for a statement */
	int batch_timeout_ms;     /* ours for a whole batch, connecting included */
};

enum pg_mode {
	PG_READ, /* becomes caredesk_reader: SELECT, and INSERT into audit */
	PG_WRITE,
};

/* The connection, not yet made. The options' strings must outlive it. */
struct pg *pg_create(const struct pg_options *options);
void pg_destroy(struct pg *pg);

/* Starts a batch for the context's caller: its hospital, and, where it is signed in, the check that
 * its session lives (else pg_run() is ERR_TOKEN_REVOKED). */
void pg_begin(struct cx *cx, enum pg_mode mode);

/* Queues a statement; returns the number under which its rows are found after pg_run(). The
 * parameters are texts (NULL: SQL NULL), as many as the statement has. They must live until
 * pg_run() returns. */
#define pg_add(cx, statement, ...)                                                                 \
	pg_add_array(cx, statement, (const char *const[]){ __VA_ARGS__ },                              \
	             sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))
size_t pg_add_array(struct cx *cx, enum statement statement, const char *const *params,
                    size_t count);

/* A statement composed of fragments, each followed by its parameters in the order of its $?. */
struct query;
struct query *query_create(struct cx *cx);
#define query_add(query, fragment, ...)                                                            \
	query_add_array(query, fragment, (const char *const[]){ NULL, ##__VA_ARGS__ } + 1,             \
	                sizeof((const char *const[]){ NULL, ##__VA_ARGS__ }) / sizeof(const char *) -  \
	                    1)
void query_add_array(struct query *query, enum fragment fragment, const char *const *params,
                     size_t count);
size_t pg_add_query(struct cx *cx, struct query *query);

/* Sends the batch and reads the answers. On an error everything is rolled back; it is recorded with
 * fail() and returned. */
enum err pg_run(struct cx *cx) __attribute__((warn_unused_result));

/* Number of rows, and a value of a row by its column's name: NULL for SQL NULL; a column that is
 * not there is a must(). Values live as long as the request's arena. */
int pg_count(const struct cx *cx, size_t slot);
const char *pg_text(const struct cx *cx, size_t slot, int row, const char *column);
bool pg_bool(const struct cx *cx, size_t slot, int row, const char *column);

/* Fills a record of the entity from a row: each field's column, in its canonical text form. Sealed
 * fields have none. */
void pg_record(struct cx *cx, size_t slot, int row, const struct entity *entity, void *record);

/* An array literal of PostgreSQL, {"a","b"}, from texts ended by NULL. */
const char *pg_array(struct arena *arena, const char *const *texts);

/* A bytea literal, \x…, of the bytes. */
const char *pg_bytes(struct arena *arena, const void *bytes, size_t len);

/* Reads a bytea literal of exactly `len` bytes. */
bool pg_unbytes(const char *text, unsigned char *out, size_t len);

#endif
