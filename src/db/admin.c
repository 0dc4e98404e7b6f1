#include "db/admin.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/admin_conn.h"

#include "base/compat.h"

static const char *const statements[] = {
#define NAME(name, text, params)
#define FRAGMENT(name, text, params)
#define ADMIN(name, text, params) text,
#include "gen/sql.def"
#undef NAME
#undef FRAGMENT
#undef ADMIN
};

static void
be_silent(void *nothing, const PGresult *notice)
{
	(void)nothing;
	(void)notice;
}

struct admin *
admin_open(const char *conninfo)
{
	const char *const keys[] = { "dbname", "fallback_application_name", "options", NULL };
	const char *const values[] = { conninfo, "caredesk",
		                           "-c search_path=caredesk -c datestyle=ISO -c timezone=UTC",
		                           NULL };
	struct admin *admin = calloc(1, sizeof(*admin));

	must(admin != NULL);
	admin->conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(admin->conn) != CONNECTION_OK) {
		fprintf(stderr, "caredesk: cannot connect to PostgreSQL: %s", PQerrorMessage(admin->conn));
		admin_close(admin);
		return NULL;
	}
	PQsetNoticeReceiver(admin->conn, be_silent, NULL);
	return admin;
}

void
admin_close(struct admin *admin)
{
	PQfinish(admin->conn);
	free(admin);
}

bool
admin_good(const PGresult *result, const char *what)
{
	ExecStatusType status = PQresultStatus(result);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN)
		return true;
	fprintf(stderr, "caredesk: %s failed: %s (%s)\n", what,
	        message == NULL ? "connection lost" : message, state == NULL ? "-" : state);
	return false;
}

bool
admin_do(struct admin *admin, const char *sql, const char *what)
{
	PGresult *result = PQexec(admin->conn, sql);
	bool is_good = admin_good(result, what);

	PQclear(result);
	return is_good;
}

bool
admin_run_array(struct admin *admin, struct arena *arena, const char **value,
                enum admin_statement statement, const char *const *params, size_t count)
{
	PGresult *result = PQexecParams(admin->conn, statements[statement], (int)count, NULL, params,
	                                NULL, NULL, 0);
	bool is_good = admin_good(result, "a statement");

	if (is_good && value != NULL) {
		bool has_value = PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
		*value = has_value ? arena_strdup(arena, PQgetvalue(result, 0, 0)) : NULL;
	}
	PQclear(result);
	return is_good;
}

bool
admin_begin(struct admin *admin)
{
	return admin_do(admin, "BEGIN", "BEGIN");
}

bool
admin_commit(struct admin *admin)
{
	return admin_do(admin, "COMMIT", "COMMIT");
}

bool
admin_copy(struct admin *admin, enum admin_statement statement, const struct buf *rows)
{
	PGresult *result = PQexec(admin->conn, statements[statement]);
	bool is_good = admin_good(result, "COPY");

	PQclear(result);
	if (!is_good)
		return false;
	must(rows->len <= 1 << 30);
	if (PQputCopyData(admin->conn, rows->data, (int)rows->len) != 1 ||
	    PQputCopyEnd(admin->conn, NULL) != 1)
		is_good = false;
	while ((result = PQgetResult(admin->conn)) != NULL) {
		is_good = admin_good(result, "COPY") && is_good;
		PQclear(result);
	}
	return is_good;
}

void
copy_field(struct buf *rows, const char *value)
{
	if (value == NULL) {
		buf_puts(rows, "\\N");
		return;
	}
	for (; *value != '\0'; value++) {
		switch (*value) {
		case '\\':
			buf_puts(rows, "\\\\");
			break;
		case '\t':
			buf_puts(rows, "\\t");
			break;
		case '\n':
			buf_puts(rows, "\\n");
			break;
		case '\r':
			buf_puts(rows, "\\r");
			break;
		default:
			buf_putc(rows, *value);
		}
	}
}
