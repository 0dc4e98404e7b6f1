/* admin_conn.h - inside db/: the connection under admin.h. */
#ifndef CAREDESK_DB_ADMIN_CONN_H
#define CAREDESK_DB_ADMIN_CONN_H

#include <libpq-fe.h>

#include "db/admin.h"

struct admin {
	PGconn *conn;
};

/* Whether the result is none of an error; says so on standard error otherwise. */
bool admin_good(const PGresult *result, const char *what);

/* Runs SQL text of our own that has no parameters. */
bool admin_do(struct admin *admin, const char *sql, const char *what);

#endif
