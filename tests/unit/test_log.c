#include "unit.h"

#include <json-c/json.h>

#include "base/log.h"
#include "base/str.h"
#include "base/compat.h"

static char output[20000];

static const char *
written_by(void (*function)(void *thing))
{
	int status = unit_child(function, NULL, output, sizeof(output));

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return output;
}

static struct json_object *
parsed(const char *line)
{
	struct json_object *object = json_tokener_parse(line);

	assert_non_null(object);
	return object;
}

static const char *
member(struct json_object *object, const char *name)
{
	return json_object_get_string(json_object_object_get(object, name));
}

static void
log_one(void *nothing)
{
	(void)nothing;
	log_event(LOG_INFO, "request", "method", "GET", "route", "/patients/{id}", "status", "200",
	          NULL);
}

TEST(an_event_is_one_line_of_json)
{
	const char *line = written_by(log_one);
	struct json_object *object = parsed(line);

	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_string_equal(member(object, "event"), "request");
	assert_string_equal(member(object, "level"), "info");
	assert_string_equal(member(object, "route"), "/patients/{id}");
	assert_string_equal(member(object, "status"), "200");
	assert_int_equal(strlen(member(object, "time")), strlen("2026-01-15T09:30:00.123Z"));
	assert_true(json_object_is_type(json_object_object_get(object, "pid"), json_type_int));
	json_object_put(object);
}

static const char hostile[] = "a\"b\\c\nd\r\t\x01{\"event\":\"forged\"}\x1b[31m é";

static void
log_hostile(void *nothing)
{
	(void)nothing;
	log_event(LOG_WARN, hostile, "key", hostile, hostile, "x", NULL);
}

TEST(hostile_texts_are_escaped_and_stay_on_their_line)
{
	const char *line = written_by(log_hostile);
	struct json_object *object = parsed(line);

	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_string_equal(member(object, "event"), hostile);
	assert_string_equal(member(object, "key"), hostile);
	assert_string_equal(member(object, hostile), "x");
	json_object_put(object);
}

static void
log_null(void *nothing)
{
	(void)nothing;
	log_event(LOG_ERROR, "e", "left out", NULL, "there", "yes", NULL);
}

TEST(a_null_value_leaves_its_pair_out)
{
	struct json_object *object = parsed(written_by(log_null));

	assert_false(json_object_object_get_ex(object, "left out", NULL));
	assert_string_equal(member(object, "there"), "yes");
	assert_string_equal(member(object, "level"), "error");
	json_object_put(object);
}

static void
log_levels(void *nothing)
{
	(void)nothing;
	log_event(LOG_DEBUG, "one", NULL);
	log_set_level(LOG_WARN);
	log_event(LOG_INFO, "two", NULL);
	log_event(LOG_WARN, "three", NULL);
	log_set_level(LOG_DEBUG);
	log_event(LOG_DEBUG, "four", NULL);
}

TEST(lines_below_the_level_are_left_out)
{
	const char *lines = written_by(log_levels);

	assert_null(strstr(lines, "\"one\""));
	assert_null(strstr(lines, "\"two\""));
	assert_non_null(strstr(lines, "\"three\""));
	assert_non_null(strstr(lines, "\"four\""));
}

static void
log_many(void *nothing)
{
	(void)nothing;
	for (int i = 0; i < 20000; i++) {
		log_set_level(i % 2000 == 0 ? LOG_INFO : LOG_ERROR);
		log_event(LOG_INFO, "again", NULL);
	}
}

TEST(memory_does_not_grow_with_the_lines)
{
	const char *lines = written_by(log_many);
	size_t count = 0;

	for (; *lines != '\0'; lines++)
		count += *lines == '\n';
	assert_int_equal(count, 10);
}

static void
log_long(void *nothing)
{
	char text[9000];

	(void)nothing;
	memset(text, 'l', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_event(LOG_INFO, "long", "text", text, NULL);
}

TEST(a_long_line_is_whole)
{
	struct json_object *object = parsed(written_by(log_long));

	assert_int_equal(strlen(member(object, "text")), 8999);
	json_object_put(object);
}

static void
log_nowhere(void *nothing)
{
	(void)nothing;
	close(STDERR_FILENO);
	log_event(LOG_INFO, "x", NULL);
	log_event(LOG_ERROR, "y", NULL);
}

TEST(a_log_that_cannot_be_written_does_no_harm)
{
	assert_string_equal(written_by(log_nowhere), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_event_is_one_line_of_json),
		CASE(hostile_texts_are_escaped_and_stay_on_their_line),
		CASE(a_null_value_leaves_its_pair_out),
		CASE(lines_below_the_level_are_left_out),
		CASE(memory_does_not_grow_with_the_lines),
		CASE(a_long_line_is_whole),
		CASE(a_log_that_cannot_be_written_does_no_harm),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
