#include "db/pg.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/conn.h"

#include "base/compat.h"

static const char *const fragment_texts[] = {
#define NAME(name, text, params)
#define FRAGMENT(name, text, params) text,
#define ADMIN(name, text, params)
#include "gen/sql.def"
#undef NAME
#undef FRAGMENT
#undef ADMIN
};

enum { QUERY_PARAMS_MOST = 64 };

struct query {
	struct buf text;
	const char *params[QUERY_PARAMS_MOST];
	size_t count;
};

struct pg *
pg_create(const struct pg_options *options)
{
	struct pg *pg = calloc(1, sizeof(*pg));

	must(pg != NULL);
	pg->options = *options;
	return pg;
}

void
pg_destroy(struct pg *pg)
{
	conn_drop(pg);
	free(pg);
}

static struct queued *
enqueue(struct cx *cx, const char *const *params, size_t count)
{
	struct pg *pg = cx->pg;

	must(pg->queued < BATCH_MOST);
	struct queued *queued = &pg->queue[pg->queued++];
	const char **copy = arena_array(cx->arena, count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = params[i];
	*queued = (struct queued){ .params = copy, .count = (int)count };
	return queued;
}

void
pg_begin(struct cx *cx, enum pg_mode mode)
{
	struct pg *pg = cx->pg;

	pg->mode = mode;
	pg->queued = 0;
	pg_add(cx, STATEMENT_become, mode == PG_READ ? "caredesk_reader" : "caredesk_writer",
	       cx->caller.hospital_id);
	if (cx->caller.is_signed_in)
		pg_add(cx, STATEMENT_become_session, cx->caller.session_id, cx->caller.role);
}

size_t
pg_add_array(struct cx *cx, enum statement statement, const char *const *params, size_t count)
{
	must((size_t)statement_texts[statement].params == count);
	struct queued *queued = enqueue(cx, params, count);
	queued->label = statement_texts[statement].name;
	queued->name = arena_printf(cx->arena, "%d%s", (int)cx->pg->mode, queued->label);
	return cx->pg->queued - 1;
}

struct query *
query_create(struct cx *cx)
{
	struct query *query = arena_alloc(cx->arena, sizeof(*query));

	buf_init(&query->text, cx->arena, 2048);
	return query;
}

void
query_add_array(struct query *query, enum fragment fragment, const char *const *params,
                size_t count)
{
	const char *text = fragment_texts[fragment];
	size_t used = 0;

	for (const char *mark; (mark = strstr(text, "$?")) != NULL; text = mark + 2) {
		must(used < count && query->count < QUERY_PARAMS_MOST);
		query->params[query->count++] = params[used++];
		buf_put(&query->text, text, (size_t)(mark - text));
		buf_printf(&query->text, "$%zu", query->count);
	}
	must(used == count);
	buf_puts(&query->text, text);
	buf_putc(&query->text, ' ');
}

size_t
pg_add_query(struct cx *cx, struct query *query)
{
	struct queued *queued = enqueue(cx, query->params, query->count);

	queued->text = query->text.data;
	queued->label = "composed";
	return cx->pg->queued - 1;
}

static bool
send_batch(struct pg *pg)
{
	for (size_t i = 0; i < pg->queued; i++) {
		struct queued *queued = &pg->queue[i];
		int sent = queued->name != NULL ? PQsendQueryPrepared(pg->conn, queued->name, queued->count,
		                                                      queued->params, NULL, NULL, 0)
		                                : PQsendQueryParams(pg->conn, queued->text, queued->count,
		                                                    NULL, queued->params, NULL, NULL, 0);
		if (!sent)
			return false;
	}
	return PQpipelineSync(pg->conn) == 1;
}

enum outcome { DONE, REFUSED, LOST };

static void
undo_clear(void *thing)
{
	PQclear(thing);
}

/*
 * Reads every answer up to the Sync: one result a statement, with NULLs between them. The first
 * error is kept in `*error`.
 */
static enum outcome
read_batch(struct cx *cx, double deadline, PGresult **error, const char **label)
{
	struct pg *pg = cx->pg;

	for (size_t slot = 0, nulls = 0; nulls <= BATCH_MOST + 1;) {
		PGresult *result = NULL;
		if (!conn_result(pg, deadline, &result))
			break;
		if (result == NULL) {
			nulls++;
			if (PQstatus(pg->conn) != CONNECTION_OK)
				break;
			continue;
		}
		arena_defer(cx->arena, undo_clear, result);
		ExecStatusType status = PQresultStatus(result);
		if (status == PGRES_PIPELINE_SYNC)
			return *error == NULL ? DONE : REFUSED;
		if (status == PGRES_FATAL_ERROR && *error == NULL &&
		    PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL) {
			*error = result;
			*label = slot < pg->queued ? pg->queue[slot].label : "commit";
		}
		if (slot < pg->queued)
			pg->queue[slot++].result = result;
	}
	/* An error that the server itself reported rolled everything back, also when it then left. */
	return *error == NULL ? LOST : REFUSED;
}

static enum err
kind_of(const char *state, const char *constraint)
{
	static const struct {
		const char *state;
		const char *constraint;
		enum err err;
	} rows[] = {
#define SQLSTATE(state, constraint, kind) { state, constraint, ERR_##kind },
#include "db/sqlstate.def"
#undef SQLSTATE
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strncmp(state, rows[i].state, strlen(rows[i].state)) == 0 &&
		    (rows[i].constraint[0] == '\0' || strcmp(constraint, rows[i].constraint) == 0))
			return rows[i].err;
	return ERR_INTERNAL;
}

static const char *
field_or_empty(const PGresult *error, int field)
{
	const char *text = PQresultErrorField(error, field);

	return text == NULL ? "" : text;
}

static enum err
refuse(struct cx *cx, const PGresult *error, const char *label)
{
	const char *state = field_or_empty(error, PG_DIAG_SQLSTATE);
	const char *constraint = field_or_empty(error, PG_DIAG_CONSTRAINT_NAME);
	enum err err = kind_of(state, constraint);

	log_event(err == ERR_INTERNAL ? LOG_ERROR : LOG_INFO, "statement_refused", "sqlstate", state,
	          "statement", label, "constraint", constraint, "requestId", cx->caller.request_id,
	          NULL);
	return fail(cx, err, NULL);
}

/* What a second attempt may well settle, and of which nothing was committed: serialisation failures
 * and deadlocks; and a server that was gone (57P01 to 57P03) before it did the batch's first
 * statement. */
static bool
is_transient(const PGresult *error, const char *label)
{
	const char *state = field_or_empty(error, PG_DIAG_SQLSTATE);
	bool is_first = strcmp(label, statement_texts[STATEMENT_become].name) == 0;

	return strncmp(state, "40", 2) == 0 || (is_first && strncmp(state, "57P0", 4) == 0);
}

/* One attempt. `*was_sent` tells whether the server may have seen any of it. */
static enum outcome
attempt(struct cx *cx, double deadline, PGresult **error, const char **label, bool *was_sent)
{
	struct pg *pg = cx->pg;
	enum outcome outcome = LOST;

	*error = NULL;
	*label = "connect";
	*was_sent = false;
	for (size_t i = 0; i < pg->queued; i++)
		pg->queue[i].result = NULL;
	if (!conn_ready(pg, deadline))
		return LOST;
	*was_sent = true;
	cx->round_trips++;
	if (send_batch(pg))
		outcome = read_batch(cx, deadline, error, label);
	if (outcome == LOST || PQstatus(pg->conn) != CONNECTION_OK)
		conn_drop(pg);
	else
		must(PQtransactionStatus(pg->conn) == PQTRANS_IDLE);
	return outcome;
}

enum err
pg_run(struct cx *cx)
{
	struct pg *pg = cx->pg;
	double start = clock_elapsed();
	double deadline = start + pg->options.batch_timeout_ms;
	PGresult *error = NULL;
	const char *label = NULL;
	bool was_sent = false;

	enum outcome outcome = attempt(cx, deadline, &error, &label, &was_sent);
	bool may_repeat = outcome == REFUSED ? is_transient(error, label)
	                                     : outcome == LOST && pg->mode == PG_READ && was_sent;
	if (may_repeat && clock_elapsed() < deadline)
		outcome = attempt(cx, deadline, &error, &label, &was_sent);
	cx->db_elapsed += clock_elapsed() - start;
	if (outcome == DONE)
		return OK;
	if (outcome == REFUSED)
		return refuse(cx, error, label);
	return fail(cx, was_sent && pg->mode == PG_WRITE ? ERR_UNKNOWN_OUTCOME : ERR_UNAVAILABLE, NULL);
}

static const PGresult *
result_of(const struct cx *cx, size_t slot)
{
	must(slot < cx->pg->queued && cx->pg->queue[slot].result != NULL);
	return cx->pg->queue[slot].result;
}

int
pg_count(const struct cx *cx, size_t slot)
{
	return PQntuples(result_of(cx, slot));
}

const char *
pg_text(const struct cx *cx, size_t slot, int row, const char *column)
{
	const PGresult *result = result_of(cx, slot);
	int number = PQfnumber(result, column);

	must(number >= 0 && row < PQntuples(result));
	return PQgetisnull(result, row, number) ? NULL : PQgetvalue(result, row, number);
}

bool
pg_bool(const struct cx *cx, size_t slot, int row, const char *column)
{
	const char *text = pg_text(cx, slot, row, column);

	return text != NULL && text[0] == 't';
}

/* 2026-01-15 09:30:00.12+00 as RFC 3339 with exactly three digits of milliseconds. */
static const char *
time_text(struct cx *cx, const char *text)
{
	char fraction[4] = "000";
	const char *dot = strchr(text, '.');

	for (int i = 0; dot != NULL && i < 3 && isdigit((unsigned char)dot[i + 1]); i++)
		fraction[i] = dot[i + 1];
	return arena_printf(cx->arena, "%.10sT%.8s.%sZ", text, text + 11, fraction);
}

static const char *
canonical(struct cx *cx, const struct field *field, const char *text)
{
	if (text == NULL)
		return NULL;
	if (field->type == FIELD_BOOL)
		return text[0] == 't' ? "true" : "false";
	return field->type == FIELD_TIME ? time_text(cx, text) : text;
}

void
pg_record(struct cx *cx, size_t slot, int row, const struct entity *entity, void *record)
{
	for (size_t i = 0; i < entity->count; i++) {
		const struct field *field = &entity->fields[i];
		if (field->flags & FIELD_SEALED)
			continue;
		field_set(field, record, canonical(cx, field, pg_text(cx, slot, row, field->name)));
	}
}

const char *
pg_array(struct arena *arena, const char *const *texts)
{
	struct buf out;

	buf_init(&out, arena, 256);
	buf_putc(&out, '{');
	for (const char *const *text = texts; *text != NULL; text++) {
		buf_puts(&out, text == texts ? "\"" : ",\"");
		for (const char *at = *text; *at != '\0'; at++) {
			if (*at == '"' || *at == '\\')
				buf_putc(&out, '\\');
			buf_putc(&out, *at);
		}
		buf_putc(&out, '"');
	}
	buf_putc(&out, '}');
	return out.data;
}

const char *
pg_bytes(struct arena *arena, const void *bytes, size_t len)
{
	struct buf out;

	buf_init(&out, arena, 2 * len + 2);
	buf_puts(&out, "\\x");
	for (size_t i = 0; i < len; i++)
		buf_printf(&out, "%02x", ((const unsigned char *)bytes)[i]);
	return out.data;
}

bool
pg_unbytes(const char *text, unsigned char *out, size_t len)
{
	if (strlen(text) != 2 * len + 2 || text[0] != '\\' || text[1] != 'x')
		return false;
	for (size_t i = 0; i < len; i++) {
		char digits[3] = { text[2 + 2 * i], text[3 + 2 * i], '\0' };
		if (!isxdigit((unsigned char)digits[0]) || !isxdigit((unsigned char)digits[1]))
			return false;
		out[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return true;
}
