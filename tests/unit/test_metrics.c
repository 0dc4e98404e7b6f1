#include "unit.h"

#include <ctype.h>

#include "base/str.h"
#include "web/metrics.h"
#include "web/route.h"
#include "web/shared.h"
#include "base/compat.h"

static struct shared *shared;

static int
set_up(void **state)
{
	shared = calloc(1, sizeof(*shared));
	return unit_set_up(state);
}

static int
tear_down(void **state)
{
	free(shared);
	return unit_tear_down(state);
}

static long
route_number(const char *method, const char *path)
{
	for (size_t i = 0; i < route_count; i++)
		if (strcmp(routes[i].method, method) == 0 && strcmp(routes[i].path, path) == 0)
			return (long)i;
	fail_msg("%s %s", method, path);
	return -1;
}

static void
assert_line(const char *line)
{
	const char *text = metrics_text(arena, shared);
	const char *at = strstr(text, arena_printf(arena, "\n%s\n", line));

	if (at == NULL)
		fail_msg("[%s] is not in\n%s", line, text);
}

TEST(requests_are_counted_by_route_and_class_of_status)
{
	long show = route_number("GET", "/patients/{id}");

	shared_count(shared, show, 200, OK, 3.5, 1.25, 1);
	shared_count(shared, show, 304, OK, 0.5, 0.25, 1);
	shared_count(shared, show, 404, ERR_PATIENT_NOT_FOUND, 2, 1, 2);
	assert_line("caredesk_http_requests_total{method=\"GET\",route=\"/patients/{id}\",handler="
	            "\"patient_show\",status=\"2xx\"} 1");
	assert_line("caredesk_http_requests_total{method=\"GET\",route=\"/patients/{id}\",handler="
	            "\"patient_show\",status=\"3xx\"} 1");
	assert_line("caredesk_http_requests_total{method=\"GET\",route=\"/patients/{id}\",handler="
	            "\"patient_show\",status=\"4xx\"} 1");
	assert_line(
		"caredesk_database_round_trips_total{method=\"GET\",route=\"/patients/{id}\",handler="
		"\"patient_show\"} 4");
	assert_line("caredesk_database_seconds_total{method=\"GET\",route=\"/patients/{id}\",handler="
	            "\"patient_show\"} 0.002500");
}

TEST(buckets_hold_what_took_no_longer_than_their_bound)
{
	static const char series[] = "caredesk_http_request_duration_seconds";
	static const char labels[] = "method=\"GET\",route=\"/health\",handler=\"system_health\"";
	long health = route_number("GET", "/health");

	shared_count(shared, health, 200, OK, 1, 0, 0); /* 1 ms is in the first */
	shared_count(shared, health, 200, OK, 1.5, 0, 0);
	shared_count(shared, health, 200, OK, 1000, 0, 0);
	shared_count(shared, health, 200, OK, 1000.1, 0, 0);
	shared_count(shared, health, 200, OK, 90000, 0, 0);
	assert_line(arena_printf(arena, "%s_bucket{%s,le=\"0.001\"} 1", series, labels));
	assert_line(arena_printf(arena, "%s_bucket{%s,le=\"0.002\"} 2", series, labels));
	assert_line(arena_printf(arena, "%s_bucket{%s,le=\"0.5\"} 2", series, labels));
	assert_line(arena_printf(arena, "%s_bucket{%s,le=\"1\"} 3", series, labels));
	assert_line(arena_printf(arena, "%s_bucket{%s,le=\"+Inf\"} 5", series, labels));
	assert_line(arena_printf(arena, "%s_count{%s} 5", series, labels));
	assert_line(arena_printf(arena, "%s_sum{%s} 92.002600", series, labels));
}

TEST(what_matched_no_route_is_counted_without_its_address)
{
	shared_count(shared, -1, 404, ERR_NOT_FOUND, 0.1, 0, 0);
	assert_line("caredesk_http_requests_total{method=\"-\",route=\"-\",status=\"4xx\"} 1");
}

TEST(failures_are_counted_by_kind)
{
	shared_count(shared, 0, 503, ERR_UNAVAILABLE, 1, 0, 0);
	shared_count(shared, 0, 503, ERR_UNAVAILABLE, 1, 0, 0);
	shared_count(shared, 0, 503, ERR_UNKNOWN_OUTCOME, 1, 0, 0);
	assert_line(
		arena_printf(arena,
	                 "caredesk_errors_total{code=\"UNAVAILABLE\",error=\"UnavailableError\","
	                 "kind=\"%d\"} 2",
	                 ERR_UNAVAILABLE));
}

/* Whether the line is `name{labels} number`, by the grammar of Prometheus' text format 0.0.4. */
static bool
is_sample(const char *line)
{
	size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz_:0123456789");
	char *end = NULL;

	if (name == 0 || isdigit((unsigned char)line[0]))
		return false;
	line += name;
	if (*line == '{') {
		do {
			line++;
			line += strspn(line, "abcdefghijklmnopqrstuvwxyz_");
			if (line[0] != '=' || line[1] != '"')
				return false;
			line += 2;
			line += strcspn(line, "\"\\\n");
			if (*line != '"')
				return false;
			line++;
		} while (*line == ',');
		if (*line++ != '}')
			return false;
	}
	if (*line++ != ' ')
		return false;
	(void)strtod(line, &end);
	return end != line && *end == '\0';
}

TEST(the_text_is_what_prometheus_reads)
{
	char *seen[4000];
	size_t count = 0;

	for (size_t i = 0; i < route_count; i++)
		for (int status = 100; status < 600; status += 100)
			shared_count(shared, (long)i, status, status >= 400 ? ERR_CONFLICT : OK, 5, 1, 1);
	shared_count(shared, -1, 404, ERR_NOT_FOUND, 0.1, 0, 0);
	const char *text = metrics_text(arena, shared);
	assert_int_equal(text[strlen(text) - 1], '\n');
	char *rest = arena_strdup(arena, text);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (*line == '\0')
			continue;
		bool is_comment = str_has_prefix(line, "# HELP ") || str_has_prefix(line, "# TYPE ");
		if (!is_comment && !is_sample(line))
			fail_msg("%s", line);
		/* A series, and the help of a name, are there once. */
		char *space = strrchr(line, ' ');
		if (!is_comment)
			*space = '\0';
		for (size_t i = 0; i < count; i++)
			assert_string_not_equal(seen[i], line);
		assert_true(count < COUNT_OF(seen));
		seen[count++] = line;
	}
}

TEST(every_name_has_its_help_and_type_before_its_first_sample)
{
	shared_count(shared, 0, 200, OK, 5, 1, 1);
	char *rest = arena_strdup(arena, metrics_text(arena, shared));
	const char *current = "";
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (str_has_prefix(line, "# TYPE "))
			current = arena_strndup(arena, line + 7, strcspn(line + 7, " "));
		else if (*line != '\0' && *line != '#' &&
		         (*current == '\0' || !str_has_prefix(line, current)))
			fail_msg("%s stands under %s", line, current);
	}
}

TEST(a_file_is_shared_by_those_who_open_it)
{
	char folder[] = "test_metrics.XXXXXX";

	assert_non_null(mkdtemp(folder));
	const char *path = arena_printf(arena, "%s/shared", folder);
	struct shared *first = shared_open(path);
	struct shared *second = shared_open(path);
	assert_non_null(first);
	assert_non_null(second);
	assert_int_equal(second->workers_started, 2);
	shared_count(first, -1, 404, ERR_NOT_FOUND, 1, 0, 0);
	assert_int_equal(second->errors[ERR_NOT_FOUND], 1);
	int status = system(arena_printf(arena, "rm -r %s", folder));
	assert_int_equal(status, 0);
}

TEST(a_file_that_cannot_be_made_is_a_failure)
{
	assert_null(shared_open("no/such/folder/shared"));
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(requests_are_counted_by_route_and_class_of_status),
		FRESH(buckets_hold_what_took_no_longer_than_their_bound),
		FRESH(what_matched_no_route_is_counted_without_its_address),
		FRESH(failures_are_counted_by_kind),
		FRESH(the_text_is_what_prometheus_reads),
		FRESH(every_name_has_its_help_and_type_before_its_first_sample),
		FRESH(a_file_is_shared_by_those_who_open_it),
		FRESH(a_file_that_cannot_be_made_is_a_failure),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
