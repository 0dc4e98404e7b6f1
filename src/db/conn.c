#include "db/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#include "base/compat.h"

/* A worker that waits for a lock keeps everybody else waiting for the worker. */
enum { LOCK_TIMEOUT_MS = 1000 };

const struct statement_text statement_texts[] = {
#define NAME(name, text, params) { #name, text, params },
#define FRAGMENT(name, text, params)
#define ADMIN(name, text, params)
#include "gen/sql.def"
#undef NAME
#undef FRAGMENT
#undef ADMIN
};

void
conn_drop(struct pg *pg)
{
	PQfinish(pg->conn);
	pg->conn = NULL;
}

bool
conn_wait(PGconn *conn, bool is_write, double deadline)
{
	for (;;) {
		struct pollfd fd = { .fd = PQsocket(conn), .events = POLLIN };
		double left = deadline - clock_elapsed();
		if (is_write)
			fd.events |= POLLOUT;
		if (left <= 0)
			return false;
		int ready = poll(&fd, 1, (int)left + 1);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

bool
conn_result(struct pg *pg, double deadline, PGresult **result)
{
	*result = NULL;
	for (int unsent = 1; unsent != 0 || PQisBusy(pg->conn);) {
		unsent = PQflush(pg->conn);
		if (unsent < 0)
			return false;
		if (unsent == 0 && !PQisBusy(pg->conn))
			break;
		if (!conn_wait(pg->conn, unsent == 1, deadline) || !PQconsumeInput(pg->conn))
			return false;
	}
	*result = PQgetResult(pg->conn);
	return true;
}

/* Whether an idle connection has heard its end: between two batches the server says nothing else.
 */
static bool
is_lost(PGconn *conn)
{
	struct pollfd fd = { .fd = PQsocket(conn), .events = POLLIN };

	if (PQstatus(conn) != CONNECTION_OK)
		return true;
	if (poll(&fd, 1, 0) == 0)
		return false;
	return !PQconsumeInput(conn) || PQstatus(conn) != CONNECTION_OK ||
	       (fd.revents & (POLLHUP | POLLERR)) != 0;
}

static bool
conn_connect(struct pg *pg, double deadline)
{
	char settings[256];
	const char *const keys[] = { "dbname", "fallback_application_name", "options", NULL };
	const char *const values[] = { pg->options.conninfo, "caredesk", settings, NULL };

	snprintf(settings, sizeof(settings),
	         "-c search_path=caredesk -c timezone=UTC -c datestyle=ISO -c jit=off"
	         " -c statement_timeout=%d -c lock_timeout=%d -c synchronous_commit=%s",
	         pg->options.statement_timeout_ms, LOCK_TIMEOUT_MS,
	         pg->options.is_synchronous ? "on" : "off");
	pg->conn = PQconnectStartParams(keys, values, 1);
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;
	while (pg->conn != NULL && PQstatus(pg->conn) != CONNECTION_BAD) {
		if (state == PGRES_POLLING_OK)
			return PQsetnonblocking(pg->conn, 1) == 0;
		if (state == PGRES_POLLING_FAILED ||
		    !conn_wait(pg->conn, state == PGRES_POLLING_WRITING, deadline))
			return false;
		state = PQconnectPoll(pg->conn);
	}
	return false;
}

/* Reads results up to the pipeline's Sync; false when any is an error, or the connection is lost.
 */
static bool
read_to_sync(struct pg *pg, double deadline)
{
	bool is_good = true;

	for (;;) {
		PGresult *result = NULL;
		if (!conn_result(pg, deadline, &result))
			return false;
		ExecStatusType status = PQresultStatus(result);
		const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
		if (state != NULL && is_good)
			log_event(LOG_ERROR, "prepare_failed", "sqlstate", state, NULL);
		is_good = is_good && state == NULL;
		PQclear(result);
		if (status == PGRES_PIPELINE_SYNC)
			return is_good;
		if (PQstatus(pg->conn) != CONNECTION_OK)
			return false;
	}
}

/*
 * Prepares every statement twice, once for each mode: a plan under row level security belongs to
 * the role it was made for, and one that is used under two roles in turn is made anew each time.
 */
static bool
prepare_all(struct pg *pg, double deadline)
{
	if (!PQenterPipelineMode(pg->conn))
		return false;
	for (int mode = PG_READ; mode <= PG_WRITE; mode++)
		for (size_t i = 0; i < STATEMENT_COUNT; i++) {
			char name[72];
			snprintf(name, sizeof(name), "%d%s", mode, statement_texts[i].name);
			if (!PQsendPrepare(pg->conn, name, statement_texts[i].text, 0, NULL))
				return false;
		}
	return PQpipelineSync(pg->conn) && read_to_sync(pg, deadline);
}

bool
conn_ready(struct pg *pg, double deadline)
{
	if (pg->conn != NULL && !is_lost(pg->conn))
		return true;
	if (pg->conn != NULL)
		log_event(LOG_WARN, "database_lost", NULL);
	conn_drop(pg);
	if (conn_connect(pg, deadline) && prepare_all(pg, deadline)) {
		log_event(LOG_INFO, "database_connected", NULL);
		return true;
	}
	log_event(LOG_WARN, "database_unreachable", NULL);
	conn_drop(pg);
	return false;
}
