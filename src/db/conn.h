/* conn.h - inside db/: the connection under pg.h's batches. */
#ifndef CAREDESK_DB_CONN_H
#define CAREDESK_DB_CONN_H

#include <libpq-fe.h>

#include "db/pg.h"

enum { BATCH_MOST = 32 };

/* One queued statement. */
struct queued {
	const char *name;  /* of the prepared statement, NULL for a composed one */
	const char *text;  /* of a composed one */
	const char *label; /* for the log */
	const char *const *params;
	int count;
	PGresult *result;
};

struct pg {
	struct pg_options options;
	PGconn *conn;
	enum pg_mode mode;
	struct queued queue[BATCH_MOST];
	size_t queued;
};

struct statement_text {
	const char *name;
	const char *text;
	int params;
};
extern const struct statement_text statement_texts[];

/* Makes sure that there is a connection that is ready for a batch: takes up a lost one anew, with
 * its settings and prepared statements. `deadline` is in clock_elapsed()'s milliseconds. */
bool conn_ready(struct pg *pg, double deadline);

/* Closes the connection; the next conn_ready() makes another. */
void conn_drop(struct pg *pg);

/* Waits until the socket is readable (or, with `is_write`, also when it is writable). False at the
 * deadline. */
bool conn_wait(PGconn *conn, bool is_write, double deadline);

/* Pushes out what is queued and waits for the next result. False on a lost connection or at the
 * deadline. `*result` is NULL at the end of a statement's results. */
bool conn_result(struct pg *pg, double deadline, PGresult **result);

#endif
