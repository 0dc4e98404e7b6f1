/*
 * Batches, without a PostgreSQL: with none there, and with one that is made up. The made-up server
 * is a child that speaks as much of the protocol (version 3) as a batch needs, and behaves as told.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "db/conn.h"
#include "db/pg.h"
#include "base/compat.h"

enum { TIMEOUT = 400, STEPS_MOST = 8 };

/* What the server does with a batch; with the preparations of a connection it always does ANSWER.
 */
enum act { ANSWER, REFUSE, REFUSE_AND_CLOSE, ANSWER_AND_CLOSE, CLOSE, HANG };

struct step {
	enum act act;
	const char *state;
	const char *constraint;
};

static char folder[100];
static pid_t server;
static int *served; /* batches, shared with the server */
static struct pg *pg;
static struct cx cx;

/* The server. */

static void
put_message(struct buf *out, char type, const void *bytes, size_t len)
{
	uint32_t size = htonl((uint32_t)len + 4);

	buf_putc(out, type);
	buf_put(out, &size, 4);
	buf_put(out, bytes, len);
}

static void
put_row(struct buf *out)
{
	/* Three columns of type text: number = "7", nothing = NULL, truth = "t". */
	static const char description[] =
		"\0\3number\0\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0\0"
		"nothing\0\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0\0"
		"truth\0\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0";

	put_message(out, 'T', description, sizeof(description));
	put_message(out, 'D',
	            "\0\3\0\0\0\1"
	            "7\377\377\377\377\0\0\0\1t",
	            16);
}

static void
put_refusal(struct buf *out, const struct step *step)
{
	struct buf fields;

	buf_init(&fields, arena, 100);
	buf_puts(&fields, "SERROR");
	buf_putc(&fields, '\0');
	buf_printf(&fields, "C%s", step->state);
	buf_putc(&fields, '\0');
	buf_puts(&fields, "MSECRET VALUE");
	buf_putc(&fields, '\0');
	buf_printf(&fields, "n%s", step->constraint == NULL ? "" : step->constraint);
	buf_putc(&fields, '\0');
	buf_putc(&fields, '\0');
	put_message(out, 'E', fields.data, fields.len);
}

static bool
read_exactly(int fd, void *bytes, size_t len)
{
	for (size_t have = 0; have < len;) {
		ssize_t n = read(fd, (char *)bytes + have, len - have);
		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	return true;
}

/* Reads a message; 0 at the end. */
static char
read_message(int fd, bool has_type)
{
	char type = '!';
	uint32_t size = 0;
	char *rest = NULL;

	if ((has_type && !read_exactly(fd, &type, 1)) || !read_exactly(fd, &size, 4))
		return 0;
	size_t len = ntohl(size) - 4;
	rest = arena_alloc(arena, len);
	return read_exactly(fd, rest, len) ? type : 0;
}

/* Reads up to a Sync, and writes what the step says. False when the connection is at its end. */
static bool
serve_batch(int fd, const struct step *step)
{
	struct buf out;
	bool is_refused = false;
	char type = 0;

	buf_init(&out, arena, 1000);
	while ((type = read_message(fd, true)) != 'S') {
		if (type == 0 || type == 'X')
			return false;
		if (is_refused)
			continue;
		if (type == 'P')
			put_message(&out, '1', NULL, 0);
		if (type == 'B')
			put_message(&out, '2', NULL, 0);
		if (type == 'E' && (step->act == REFUSE || step->act == REFUSE_AND_CLOSE)) {
			put_refusal(&out, step);
			is_refused = true;
		} else if (type == 'E') {
			put_row(&out);
			put_message(&out, 'C', "SELECT 1", 9);
		}
	}
	if (step->act != REFUSE_AND_CLOSE)
		put_message(&out, 'Z', "I", 1);
	if (step->act == HANG)
		pause();
	return step->act != CLOSE && write(fd, out.data, out.len) == (ssize_t)out.len &&
	       step->act != REFUSE_AND_CLOSE && step->act != ANSWER_AND_CLOSE;
}

static void
serve_connection(int fd, const struct step *steps, size_t count)
{
	static const struct step prepare = { ANSWER, NULL, NULL };
	struct buf out;

	buf_init(&out, arena, 100);
	put_message(&out, 'R', "\0\0\0\0", 4);
	put_message(&out, 'Z', "I", 1);
	if (read_message(fd, false) == 0 || write(fd, out.data, out.len) < 0)
		return;
	for (bool goes_on = serve_batch(fd, &prepare); goes_on;) {
		size_t number = (size_t)*served;
		/* The number is counted before the batch is answered: the test then sees it. */
		struct step step = number < count ? steps[number] : prepare;
		struct step counted = step;
		char peeked;
		if (recv(fd, &peeked, 1, MSG_PEEK) <= 0 || peeked == 'X')
			return;
		++*served;
		goes_on = serve_batch(fd, &counted);
	}
}

static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	must(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	must(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 10) == 0);
	return fd;
}

static const char *
socket_path(void)
{
	return arena_printf(arena, "%s/.s.PGSQL.5432", folder);
}

static void
start_server(const struct step *steps, size_t count)
{
	int fd = listen_at(socket_path());

	*served = 0;
	fflush(NULL);
	server = fork();
	must(server >= 0);
	if (server == 0) {
		signal(SIGPIPE, SIG_IGN);
		for (;;) {
			int client = accept(fd, NULL, NULL);
			serve_connection(client, steps, count);
			close(client);
		}
	}
	close(fd);
}

/* The tests. */

static int
set_up(void **state)
{
	struct pg_options options = { .is_synchronous = true, .statement_timeout_ms = 300 };

	unit_set_up(state);
	snprintf(folder, sizeof(folder), "%s/caredesk-unit-XXXXXX",
	         getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"));
	must(mkdtemp(folder) != NULL);
	served = mmap(NULL, sizeof(*served), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(served != MAP_FAILED);
	options.batch_timeout_ms = TIMEOUT;
	options.conninfo = arena_printf(arena, "host=%s port=5432 dbname=x user=x", folder);
	pg = pg_create(&options);
	cx_init(&cx, arena, pg);
	log_set_level(LOG_ERROR + 1);
	server = 0;
	return 0;
}

static int
tear_down(void **state)
{
	pg_destroy(pg);
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	unlink(socket_path());
	rmdir(folder);
	munmap(served, sizeof(*served));
	return unit_tear_down(state);
}

/* Runs a batch of one statement, and forgets how it went but for the answer. */
static enum err
run(enum pg_mode mode, size_t *slot)
{
	fail_clear(&cx);
	pg_begin(&cx, mode);
	*slot = pg_add_array(&cx, STATEMENT_mrn_draw, NULL, 0);
	enum err err = pg_run(&cx);
	assert_int_equal(err, cx.err);
	return err;
}

static enum err
run_one(enum pg_mode mode)
{
	size_t slot;

	return run(mode, &slot);
}

TEST(without_a_server_a_batch_is_unavailable_at_once)
{
	double start = clock_elapsed();

	assert_int_equal(run_one(PG_READ), ERR_UNAVAILABLE);
	/* Nothing was sent, so nothing can be half done. */
	assert_int_equal(run_one(PG_WRITE), ERR_UNAVAILABLE);
	assert_true(clock_elapsed() - start < 2 * TIMEOUT);
	assert_int_equal(cx.round_trips, 0);
	assert_true(cx.db_elapsed > 0);
}

TEST(a_connection_string_that_means_nothing_is_unavailable)
{
	struct pg_options options = { .conninfo = "host=/x nonsense", .batch_timeout_ms = TIMEOUT };

	cx.pg = pg_create(&options);
	assert_int_equal(run_one(PG_READ), ERR_UNAVAILABLE);
	pg_destroy(cx.pg);
}

TEST(a_server_that_never_answers_costs_no_more_than_the_deadline)
{
	int fd = listen_at(socket_path());
	double start = clock_elapsed();

	assert_int_equal(run_one(PG_READ), ERR_UNAVAILABLE);
	double elapsed = clock_elapsed() - start;
	assert_true(elapsed >= TIMEOUT - 1 && elapsed < 3 * TIMEOUT);
	close(fd);
}

TEST(rows_are_found_under_their_statement_s_number)
{
	size_t slot = 0;

	start_server(NULL, 0);
	assert_int_equal(run(PG_READ, &slot), OK);
	assert_int_equal(slot, 1); /* behind become */
	assert_int_equal(pg_count(&cx, slot), 1);
	assert_string_equal(pg_text(&cx, slot, 0, "number"), "7");
	assert_null(pg_text(&cx, slot, 0, "nothing"));
	assert_true(pg_bool(&cx, slot, 0, "truth"));
	assert_false(pg_bool(&cx, slot, 0, "nothing"));
	assert_false(pg_bool(&cx, slot, 0, "number"));
	assert_int_equal(cx.round_trips, 1);
}

TEST(one_connection_serves_many_batches)
{
	start_server(NULL, 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(run_one(i % 2 == 0 ? PG_READ : PG_WRITE), OK);
	assert_int_equal(*served, 50);
	assert_int_equal(cx.round_trips, 50);
}

TEST(a_session_is_checked_in_every_batch_of_one_who_is_signed_in)
{
	cx.caller.is_signed_in = true;
	cx.caller.session_id = "s";
	cx.caller.role = "nurse";
	cx.caller.hospital_id = "7";
	pg_begin(&cx, PG_WRITE);
	assert_int_equal(pg->queued, 2);
	assert_string_equal(pg->queue[0].label, "become");
	assert_string_equal(pg->queue[0].params[0], "caredesk_writer");
	assert_string_equal(pg->queue[0].params[1], "7");
	assert_string_equal(pg->queue[1].label, "become_session");
	assert_string_equal(pg->queue[1].params[0], "s");
	assert_string_equal(pg->queue[1].params[1], "nurse");
	pg_begin(&cx, PG_READ);
	assert_int_equal(pg->queued, 2);
	assert_string_equal(pg->queue[0].params[0], "caredesk_reader");
	cx.caller.is_signed_in = false;
	pg_begin(&cx, PG_READ);
	assert_int_equal(pg->queued, 1);
}

TEST(refusals_of_the_database_are_told_by_state_and_constraint)
{
	static const struct {
		struct step step;
		enum err err;
	} rows[] = {
		{ { REFUSE, "CD401", "" }, ERR_TOKEN_REVOKED },
		{ { REFUSE, "CD409", "" }, ERR_VERSION },
		{ { REFUSE, "23505", "idempotency_key" }, ERR_KEY_REUSED },
		{ { REFUSE, "23505", "patient_mrn" }, ERR_CONFLICT },
		{ { REFUSE, "23505", NULL }, ERR_CONFLICT },
		{ { REFUSE, "23514", "patient_check" }, ERR_VALIDATION },
		{ { REFUSE, "22P02", "" }, ERR_VALIDATION },
		{ { REFUSE, "22021", "" }, ERR_VALIDATION },
		{ { REFUSE, "25006", "" }, ERR_UNAVAILABLE },
		{ { REFUSE, "53300", "" }, ERR_UNAVAILABLE },
		{ { REFUSE, "57014", "" }, ERR_UNAVAILABLE },
		{ { REFUSE, "42501", "" }, ERR_INTERNAL },
		{ { REFUSE, "XX000", "" }, ERR_INTERNAL },
	};
	struct step steps[COUNT_OF(rows)];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		steps[i] = rows[i].step;
	start_server(steps, COUNT_OF(steps));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		enum err err = run_one(PG_WRITE);
		if (err != rows[i].err)
			fail_msg("%s %s: %d", steps[i].state, steps[i].constraint, (int)err);
	}
	/* The connection is as good as before. */
	assert_int_equal(run_one(PG_WRITE), OK);
	assert_int_equal(*served, COUNT_OF(rows) + 1);
}

TEST(a_serialisation_failure_is_tried_once_more)
{
	static const struct step steps[] = {
		{ REFUSE, "40001", "" },
		{ ANSWER, NULL, NULL },
		{ REFUSE, "40P01", "" },
		{ REFUSE, "40001", "" },
	};

	start_server(steps, COUNT_OF(steps));
	assert_int_equal(run_one(PG_WRITE), OK);
	assert_int_equal(cx.round_trips, 2);
	assert_int_equal(run_one(PG_WRITE), ERR_UNAVAILABLE);
	assert_int_equal(*served, 4);
}

TEST(a_read_that_was_lost_is_tried_once_more)
{
	static const struct step steps[] = {
		{ CLOSE, NULL, NULL },
		{ ANSWER, NULL, NULL },
		{ CLOSE, NULL, NULL },
		{ CLOSE, NULL, NULL },
	};

	start_server(steps, COUNT_OF(steps));
	assert_int_equal(run_one(PG_READ), OK);
	assert_int_equal(*served, 2);
	assert_int_equal(run_one(PG_READ), ERR_UNAVAILABLE);
	assert_int_equal(*served, 4);
}

TEST(a_write_that_was_lost_is_never_repeated_and_its_outcome_is_not_known)
{
	static const struct step steps[] = { { CLOSE, NULL, NULL } };

	start_server(steps, COUNT_OF(steps));
	assert_int_equal(run_one(PG_WRITE), ERR_UNKNOWN_OUTCOME);
	assert_int_equal(*served, 1);
	assert_int_equal(run_one(PG_WRITE), OK);
	assert_int_equal(*served, 2);
}

TEST(a_batch_that_hangs_ends_at_the_deadline)
{
	static const struct step steps[] = { { HANG, NULL, NULL } };
	double start = clock_elapsed();

	start_server(steps, COUNT_OF(steps));
	assert_int_equal(run_one(PG_WRITE), ERR_UNKNOWN_OUTCOME);
	double elapsed = clock_elapsed() - start;
	assert_true(elapsed >= TIMEOUT - 1 && elapsed < 3 * TIMEOUT);
	assert_int_equal(*served, 1);
}

TEST(what_the_server_says_it_rolled_back_is_no_unknown_outcome)
{
	static const struct step steps[] = { { REFUSE_AND_CLOSE, "53100", "" } };

	start_server(steps, COUNT_OF(steps));
	assert_int_equal(run_one(PG_WRITE), ERR_UNAVAILABLE);
	assert_int_equal(*served, 1);
}

TEST(a_write_that_a_leaving_server_rolled_back_is_tried_once_more)
{
	static const struct step steps[] = {
		{ REFUSE_AND_CLOSE, "57P01", "" },
		{ ANSWER, NULL, NULL },
		{ REFUSE_AND_CLOSE, "57P01", "" },
		{ REFUSE_AND_CLOSE, "57P01", "" },
	};

	start_server(steps, COUNT_OF(steps));
	assert_int_equal(run_one(PG_WRITE), OK);
	assert_int_equal(*served, 2);
	assert_int_equal(run_one(PG_WRITE), ERR_UNAVAILABLE);
	assert_int_equal(*served, 4);
}

TEST(a_connection_lost_between_two_batches_is_made_anew_for_a_write_too)
{
	static const struct step steps[] = { { ANSWER_AND_CLOSE, NULL, NULL } };

	start_server(steps, COUNT_OF(steps));
	assert_int_equal(run_one(PG_WRITE), OK);
	for (double end = clock_elapsed() + 50; clock_elapsed() < end;)
		continue;
	assert_int_equal(run_one(PG_WRITE), OK);
	assert_int_equal(*served, 2);
}

TEST(a_server_that_comes_back_is_found_again)
{
	assert_int_equal(run_one(PG_WRITE), ERR_UNAVAILABLE);
	start_server(NULL, 0);
	assert_int_equal(run_one(PG_WRITE), OK);
}

static void
run_with_log(void *nothing)
{
	(void)nothing;
	log_set_level(LOG_DEBUG);
	if (run_one(PG_WRITE) != ERR_CONFLICT)
		_exit(1);
}

TEST(the_log_has_state_statement_and_constraint_and_never_the_message)
{
	static const struct step steps[] = { { REFUSE, "23505", "patient_mrn" } };
	static char lines[10000];

	start_server(steps, COUNT_OF(steps));
	int status = unit_child(run_with_log, NULL, lines, sizeof(lines));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_non_null(strstr(lines, "\"sqlstate\":\"23505\""));
	assert_non_null(strstr(lines, "\"constraint\":\"patient_mrn\""));
	assert_non_null(strstr(lines, "\"statement\":\"become\""));
	assert_null(strstr(lines, "SECRET"));
}

static void
ask_for_no_column(void *slot)
{
	(void)pg_text(&cx, *(size_t *)slot, 0, "missing");
}

static void
ask_for_no_row(void *slot)
{
	(void)pg_text(&cx, *(size_t *)slot, 1, "number");
}

static void
ask_for_no_slot(void *nothing)
{
	(void)nothing;
	(void)pg_count(&cx, 2);
}

TEST(what_a_result_does_not_have_ends_the_process)
{
	size_t slot = 0;

	start_server(NULL, 0);
	assert_int_equal(run(PG_READ, &slot), OK);
	assert_true(unit_dies(ask_for_no_column, &slot));
	assert_true(unit_dies(ask_for_no_row, &slot));
	assert_true(unit_dies(ask_for_no_slot, NULL));
}

static void
add_too_few(void *nothing)
{
	(void)nothing;
	pg_begin(&cx, PG_READ);
	pg_add_array(&cx, STATEMENT_patient_load, NULL, 0);
}

static void
add_too_many(void *nothing)
{
	(void)nothing;
	pg_begin(&cx, PG_READ);
	for (int i = 0; i < BATCH_MOST; i++)
		pg_add_array(&cx, STATEMENT_mrn_draw, NULL, 0);
}

TEST(parameters_and_statements_are_counted)
{
	assert_true(unit_dies(add_too_few, NULL));
	assert_true(unit_dies(add_too_many, NULL));
}

TEST(every_statement_counts_its_parameters_as_its_text_does)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++) {
		const struct statement_text *statement = &statement_texts[i];
		long most = 0;
		for (const char *at = strchr(statement->text, '$'); at != NULL; at = strchr(at + 1, '$')) {
			long number = strtol(at + 1, NULL, 10);
			most = number > most ? number : most;
		}
		if (most != statement->params)
			fail_msg("%s: %ld in the text, %d counted", statement->name, most, statement->params);
	}
}

TEST(a_composed_statement_numbers_its_parameters)
{
	pg_begin(&cx, PG_READ);
	struct query *query = query_create(&cx);
	query_add(query, FRAGMENT_list_count);
	query_add(query, FRAGMENT_list_gender, "female");
	query_add(query, FRAGMENT_hits, "{a}", "{b}", "1");
	query_add(query, FRAGMENT_list_count_end);
	size_t slot = pg_add_query(&cx, query);
	const struct queued *queued = &pg->queue[slot];
	assert_null(queued->name);
	assert_int_equal(queued->count, 4);
	assert_string_equal(queued->params[0], "female");
	assert_string_equal(queued->params[3], "1");
	assert_null(strstr(queued->text, "$?"));
	const char *at = queued->text;
	for (int i = 1; i <= 4; i++) {
		at = strstr(at, arena_printf(arena, "$%d", i));
		assert_non_null(at);
	}
	assert_null(strstr(queued->text, "$5"));
	assert_null(strstr(queued->text, "female"));
}

static void
compose_too_few(void *nothing)
{
	(void)nothing;
	query_add(query_create(&cx), FRAGMENT_list_gender);
}

static void
compose_too_many(void *nothing)
{
	(void)nothing;
	query_add(query_create(&cx), FRAGMENT_list_gender, "a", "b");
}

TEST(a_fragment_gets_the_parameters_it_has)
{
	assert_true(unit_dies(compose_too_few, NULL));
	assert_true(unit_dies(compose_too_many, NULL));
}

/* A row of made-up columns, as the result of statement 0. */
static void
pretend_row(size_t columns, const char *const *names, const char *const *values)
{
	PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc attributes[10] = { 0 };

	for (size_t i = 0; i < columns; i++) {
		attributes[i].name = arena_strdup(arena, names[i]);
		attributes[i].typid = 25;
	}
	must(PQsetResultAttrs(result, (int)columns, attributes) == 1);
	for (size_t i = 0; i < columns; i++) {
		char *value = arena_strdup(arena, values[i]);
		must(PQsetvalue(result, 0, (int)i, value, value == NULL ? -1 : (int)strlen(value)) == 1);
	}
	pg->queued = 1;
	pg->queue[0].result = result;
}

struct thing {
	const char *name;
	const char *is_old;
	const char *is_new;
	const char *made_at;
	const char *seen_at;
	const char *count;
};

TEST(a_record_is_filled_with_values_in_their_canonical_form)
{
	static const char *const names[] = {
		"count", "name", "is_old", "is_new", "made_at", "seen_at"
	};
	static const char *const values[] = {
		"42", NULL, "t", "f", "2026-01-15 09:30:00.1+00", "2026-01-15 09:30:00+00",
	};
	struct field fields[] = {
		{ .name = "name", .type = FIELD_TEXT, .offset = offsetof(struct thing, name) },
		{ .name = "is_old", .type = FIELD_BOOL, .offset = offsetof(struct thing, is_old) },
		{ .name = "is_new", .type = FIELD_BOOL, .offset = offsetof(struct thing, is_new) },
		{ .name = "made_at", .type = FIELD_TIME, .offset = offsetof(struct thing, made_at) },
		{ .name = "seen_at", .type = FIELD_TIME, .offset = offsetof(struct thing, seen_at) },
		{ .name = "count", .type = FIELD_INT, .offset = offsetof(struct thing, count) },
	};
	struct entity entity = { .fields = fields, .count = COUNT_OF(fields) };
	struct thing thing = { .name = "before" };

	pretend_row(COUNT_OF(names), names, values);
	pg_record(&cx, 0, 0, &entity, &thing);
	assert_null(thing.name);
	assert_string_equal(thing.is_old, "true");
	assert_string_equal(thing.is_new, "false");
	assert_string_equal(thing.made_at, "2026-01-15T09:30:00.100Z");
	assert_string_equal(thing.seen_at, "2026-01-15T09:30:00.000Z");
	assert_string_equal(thing.count, "42");
	PQclear(pg->queue[0].result);
}

TEST(microseconds_are_cut_to_milliseconds)
{
	static const char *const names[] = { "made_at" };
	static const char *const values[] = { "2026-12-31 23:59:59.999999+00" };
	struct field field = { .name = "made_at", .type = FIELD_TIME, .offset = 0 };
	struct entity entity = { .fields = &field, .count = 1 };
	const char *made_at = NULL;

	pretend_row(1, names, values);
	pg_record(&cx, 0, 0, &entity, &made_at);
	assert_string_equal(made_at, "2026-12-31T23:59:59.999Z");
	PQclear(pg->queue[0].result);
}

TEST(an_array_literal_has_quotes_and_backslashes_escaped)
{
	static const char *const none[] = { NULL };
	static const char *const some[] = { "a", "", "NULL", "x,y}", "q\"q", "b\\b", "ü 王", NULL };

	assert_string_equal(pg_array(arena, none), "{}");
	assert_string_equal(pg_array(arena, some),
	                    "{\"a\",\"\",\"NULL\",\"x,y}\",\"q\\\"q\",\"b\\\\b\",\"ü 王\"}");
}

TEST(bytes_are_hexadecimal)
{
	assert_string_equal(pg_bytes(arena, "\x00\x7f\xff", 3), "\\x007fff");
	assert_string_equal(pg_bytes(arena, "", 0), "\\x");
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(without_a_server_a_batch_is_unavailable_at_once),
		FRESH(a_connection_string_that_means_nothing_is_unavailable),
		FRESH(a_server_that_never_answers_costs_no_more_than_the_deadline),
		FRESH(rows_are_found_under_their_statement_s_number),
		FRESH(one_connection_serves_many_batches),
		FRESH(a_session_is_checked_in_every_batch_of_one_who_is_signed_in),
		FRESH(refusals_of_the_database_are_told_by_state_and_constraint),
		FRESH(a_serialisation_failure_is_tried_once_more),
		FRESH(a_read_that_was_lost_is_tried_once_more),
		FRESH(a_write_that_was_lost_is_never_repeated_and_its_outcome_is_not_known),
		FRESH(a_batch_that_hangs_ends_at_the_deadline),
		FRESH(what_the_server_says_it_rolled_back_is_no_unknown_outcome),
		FRESH(a_write_that_a_leaving_server_rolled_back_is_tried_once_more),
		FRESH(a_connection_lost_between_two_batches_is_made_anew_for_a_write_too),
		FRESH(a_server_that_comes_back_is_found_again),
		FRESH(the_log_has_state_statement_and_constraint_and_never_the_message),
		FRESH(what_a_result_does_not_have_ends_the_process),
		FRESH(parameters_and_statements_are_counted),
		FRESH(every_statement_counts_its_parameters_as_its_text_does),
		FRESH(a_composed_statement_numbers_its_parameters),
		FRESH(a_fragment_gets_the_parameters_it_has),
		FRESH(a_record_is_filled_with_values_in_their_canonical_form),
		FRESH(microseconds_are_cut_to_milliseconds),
		FRESH(an_array_literal_has_quotes_and_backslashes_escaped),
		FRESH(bytes_are_hexadecimal),
	};

	return cmocka_run_group_tests_name("pg", tests, NULL, NULL);
}
