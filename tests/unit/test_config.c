#include "unit.h"

#include "base/buf.h"
#include "base/config.h"
#include "base/str.h"
#include "base/compat.h"

static struct config config;

/* The fault of a file and one variable (either may be NULL). */
static const char *
parse(const char *text, const char *variable)
{
	char *copy = arena_strdup(arena, variable);
	char *environment[] = { copy, NULL };

	return config_parse(&config, arena, text, environment);
}

static void
assert_names(const char *fault, const char *name)
{
	assert_non_null(fault);
	if (strstr(fault, name) == NULL)
		fail_msg("\"%s\" does not name %s", fault, name);
}

TEST(without_a_file_there_are_the_defaults)
{
	assert_null(parse(NULL, NULL));
	assert_int_equal(config.https_port, 8443);
	assert_int_equal(config.workers, 4);
	assert_string_equal(config.log_level, "info");
	assert_string_equal(config.synchronous_commit, "on");
	assert_string_equal(config.database, "dbname=caredesk user=caredesk_app");
}

TEST(the_file_wins_over_the_defaults)
{
	assert_null(parse("https_port = 443\nlog_level=warn\n", NULL));
	assert_int_equal(config.https_port, 443);
	assert_string_equal(config.log_level, "warn");
	assert_int_equal(config.http_port, 8080);
}

TEST(the_environment_wins_over_the_file)
{
	assert_null(parse("https_port = 443\n", "CAREDESK_HTTPS_PORT=4443"));
	assert_int_equal(config.https_port, 4443);
	assert_null(parse("database = dbname=a\n", "CAREDESK_DATABASE=dbname=b user=c"));
	assert_string_equal(config.database, "dbname=b user=c");
}

TEST(comments_empty_lines_and_white_space_mean_nothing)
{
	assert_null(
		parse("# a comment\n\n   \n\t# another = 5\r\n  workers\t=  7  \r\nvar = /a b/c \t", NULL));
	assert_int_equal(config.workers, 7);
	assert_string_equal(config.var, "/a b/c");
}

TEST(a_value_may_hold_equals_signs_and_hashes)
{
	assert_null(parse("database = host=/run user=x # not a comment\n", NULL));
	assert_string_equal(config.database, "host=/run user=x # not a comment");
}

TEST(a_text_may_be_empty_and_a_number_may_not)
{
	assert_null(parse("metrics_allow =\n", NULL));
	assert_string_equal(config.metrics_allow, "");
	assert_names(parse("workers =\n", NULL), "workers");
	assert_names(parse(NULL, "CAREDESK_WORKERS="), "workers");
}

TEST(the_last_line_of_a_setting_counts)
{
	assert_null(parse("workers = 2\nworkers = 3", NULL));
	assert_int_equal(config.workers, 3);
}

TEST(an_unknown_setting_is_named_with_its_line)
{
	const char *fault = parse("workers = 2\n# x\nworker = 3\n", NULL);

	assert_names(fault, "line 3");
	assert_names(fault, "no setting worker");
	assert_names(parse("WORKERS = 2\n", NULL), "WORKERS");
	assert_names(parse("= 2\n", NULL), "line 1");
}

TEST(an_unknown_variable_is_named)
{
	assert_names(parse(NULL, "CAREDESK_WORKER=3"), "CAREDESK_WORKER");
	assert_names(parse(NULL, "CAREDESK_=3"), "CAREDESK_");
}

TEST(variables_of_others_are_not_ours)
{
	assert_null(parse(NULL, "HOME=/root"));
	assert_null(parse(NULL, "CAREDESK=1"));
	assert_null(parse(NULL, "MY_CAREDESK_WORKERS=x"));
	assert_null(parse(NULL, "CAREDESK_CONF=/etc/x"));
	assert_null(parse(NULL, "CAREDESK_TEST_URL=https://x"));
}

TEST(a_line_without_a_value_is_named)
{
	assert_names(parse("\nworkers\n", NULL), "line 2");
	assert_names(parse("workers 4\n", NULL), "name = value");
}

TEST(numbers_have_bounds)
{
	assert_null(parse("workers = 1", NULL));
	assert_null(parse("workers = 256", NULL));
	assert_null(parse("rate_limit_auth = 0", NULL));
	assert_names(parse("workers = 0", NULL), "workers must be a whole number from 1 to 256");
	assert_names(parse("workers = 257", NULL), "workers");
	assert_names(parse("workers = -1", NULL), "workers");
	assert_names(parse("https_port = 65536", NULL), "https_port");
	assert_names(parse(NULL, "CAREDESK_HTTPS_PORT=0"), "https_port");
}

TEST(numbers_are_whole_and_fit)
{
	static const char *const bad[] = {
		"4x",         "4.0",
		"1e2",        "0x4",
		"four",       "4 5",
		"4,",         "99999999999999999999999",
		"4294967300", "-99999999999999999999999",
		"--4",        "٤",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_names(parse(arena_printf(arena, "workers = %s", bad[i]), NULL), "workers");
}

TEST(rules_that_a_bound_cannot_say_are_checked)
{
	assert_names(parse("log_level = loud", NULL), "log_level");
	assert_names(parse("log_level = INFO", NULL), "log_level");
	assert_names(parse("synchronous_commit = maybe", NULL), "synchronous_commit");
	assert_null(parse("synchronous_commit = off", NULL));
	assert_names(parse("request_timeout_ms = 5000", NULL), "request_timeout_ms");
	assert_null(parse("request_timeout_ms = 5001", NULL));
	assert_names(parse(NULL, "CAREDESK_STATEMENT_TIMEOUT_MS=8000"), "statement_timeout_ms");
	assert_null(parse("statement_timeout_ms = 9000", "CAREDESK_REQUEST_TIMEOUT_MS=9001"));
}

TEST(a_setting_is_got_as_text)
{
	assert_null(parse("workers = 7", NULL));
	assert_string_equal(config_get(&config, arena, "workers"), "7");
	assert_string_equal(config_get(&config, arena, "log_level"), "info");
	assert_null(config_get(&config, arena, "worker"));
	assert_null(config_get(&config, arena, "workerss"));
	assert_null(config_get(&config, arena, ""));
}

TEST(what_is_printed_is_parsed_to_the_same_settings)
{
	struct config before;
	struct buf first;
	struct buf second;

	assert_null(parse("workers = 9\ndatabase = host=/x dbname=y\nlog_level = debug\n", NULL));
	before = config;
	buf_init(&first, arena, 0);
	config_print(&before, &first);
	assert_null(parse(first.data, NULL));
	buf_init(&second, arena, 0);
	config_print(&config, &second);
	assert_string_equal(first.data, second.data);
	assert_non_null(strstr(first.data, "\nworkers = 9\n"));
	assert_int_equal(config.workers, 9);
}

TEST(every_line_that_is_printed_is_a_comment_a_setting_or_empty)
{
	struct buf text;

	assert_null(parse(NULL, NULL));
	buf_init(&text, arena, 0);
	config_print(&config, &text);
	char *rest = text.data;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		if (*line != '\0' && *line != '#' && strstr(line, " = ") == NULL)
			fail_msg("%s", line);
}

/* Loading, in a child: it reads the environment and may end the process. */
struct load {
	const char *named; /* CAREDESK_CONF */
	const char *fallback;
	const char *variable;
	int workers;
};

static void
load(void *thing)
{
	const struct load *from = thing;
	static char *nothing[] = { NULL };

	environ = nothing;
	if (from->named != NULL)
		setenv("CAREDESK_CONF", from->named, 1);
	if (from->variable != NULL)
		setenv("CAREDESK_WORKERS", from->variable, 1);
	config_load(&config, arena, from->fallback);
	unit_exit(config.workers == from->workers ? 0 : 1);
}

static int
load_status(struct load from, const char *named_in_error)
{
	char line[1000];
	int status = unit_child(load, &from, line, sizeof(line));

	assert_true(WIFEXITED(status));
	if (named_in_error != NULL)
		assert_names(line, named_in_error);
	return WEXITSTATUS(status);
}

static const char *
write_file(const char *text)
{
	char *path = arena_strdup(arena, "test_config.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

TEST(a_fallback_that_is_missing_means_the_defaults)
{
	assert_int_equal(load_status((struct load){ NULL, "no/such/file", NULL, 4 }, NULL), 0);
	assert_int_equal(load_status((struct load){ NULL, "no/such/file", "5", 5 }, NULL), 0);
}

TEST(a_named_file_that_is_missing_stops_the_start)
{
	assert_int_equal(load_status((struct load){ "no/such", "no/such", NULL, 4 }, "no/such"), 2);
}

TEST(a_named_file_is_read_before_the_fallback)
{
	const char *named = write_file("workers = 11\n");
	const char *other = write_file("workers = 12\n");

	assert_int_equal(load_status((struct load){ named, other, NULL, 11 }, NULL), 0);
	assert_int_equal(load_status((struct load){ NULL, other, NULL, 12 }, NULL), 0);
	assert_int_equal(load_status((struct load){ named, other, "13", 13 }, NULL), 0);
	unlink(named);
	unlink(other);
}

TEST(a_wrong_setting_stops_the_start_with_a_line_that_names_file_and_setting)
{
	const char *path = write_file("workers = none\n");

	assert_int_equal(load_status((struct load){ path, NULL, NULL, 4 }, "workers"), 2);
	assert_int_equal(load_status((struct load){ path, NULL, NULL, 4 }, path), 2);
	unlink(path);
}

TEST(a_folder_in_place_of_the_file_stops_the_start)
{
	assert_int_equal(load_status((struct load){ ".", NULL, NULL, 4 }, "caredesk"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(without_a_file_there_are_the_defaults),
		CASE(the_file_wins_over_the_defaults),
		CASE(the_environment_wins_over_the_file),
		CASE(comments_empty_lines_and_white_space_mean_nothing),
		CASE(a_value_may_hold_equals_signs_and_hashes),
		CASE(a_text_may_be_empty_and_a_number_may_not),
		CASE(the_last_line_of_a_setting_counts),
		CASE(an_unknown_setting_is_named_with_its_line),
		CASE(an_unknown_variable_is_named),
		CASE(variables_of_others_are_not_ours),
		CASE(a_line_without_a_value_is_named),
		CASE(numbers_have_bounds),
		CASE(numbers_are_whole_and_fit),
		CASE(rules_that_a_bound_cannot_say_are_checked),
		CASE(a_setting_is_got_as_text),
		CASE(what_is_printed_is_parsed_to_the_same_settings),
		CASE(every_line_that_is_printed_is_a_comment_a_setting_or_empty),
		CASE(a_fallback_that_is_missing_means_the_defaults),
		CASE(a_named_file_that_is_missing_stops_the_start),
		CASE(a_named_file_is_read_before_the_fallback),
		CASE(a_wrong_setting_stops_the_start_with_a_line_that_names_file_and_setting),
		CASE(a_folder_in_place_of_the_file_stops_the_start),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
