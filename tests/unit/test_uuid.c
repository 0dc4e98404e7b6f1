#include "unit.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "base/compat.h"

TEST(a_new_one_is_valid_lower_case_and_of_version_7)
{
	for (int i = 0; i < 1000; i++) {
		const char *uuid = uuid_create(arena);
		assert_true(uuid_is_valid(uuid));
		assert_int_equal(strspn(uuid, "0123456789abcdef-"), 36);
		assert_int_equal(uuid[14], '7');
		assert_non_null(strchr("89ab", uuid[19]));
	}
}

TEST(no_two_are_equal)
{
	enum { COUNT = 500 };
	const char *made[COUNT];

	for (int i = 0; i < COUNT; i++) {
		made[i] = uuid_create(arena);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(made[i], made[k]);
	}
}

TEST(it_begins_with_the_time_in_milliseconds)
{
	int64_t before = clock_milliseconds();
	const char *uuid = uuid_create(arena);
	int64_t after = clock_milliseconds();
	char hex[13];

	memcpy(hex, uuid, 8);
	memcpy(hex + 8, uuid + 9, 4);
	hex[12] = '\0';
	assert_in_range(strtoll(hex, NULL, 16), before, after);
}

TEST(later_ones_sort_behind)
{
	const char *early = uuid_create(arena);

	for (int64_t now = clock_milliseconds(); clock_milliseconds() < now + 2;)
		continue;
	assert_true(strcmp(early, uuid_create(arena)) < 0);
}

TEST(valid_ones_have_the_usual_form_and_any_version)
{
	assert_true(uuid_is_valid("00000000-0000-0000-0000-000000000000"));
	assert_true(uuid_is_valid("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"));
	assert_true(uuid_is_valid("018f0000-0000-7000-8000-00000000abcd"));
}

TEST(anything_else_is_none)
{
	static const char *const bad[] = {
		"",
		"018f0000",
		"018f0000-0000-7000-8000-00000000abc",
		"018f0000-0000-7000-8000-00000000abcde",
		"018f0000-0000-7000-8000-00000000abcg",
		"018f0000x0000-7000-8000-00000000abcd",
		"018f00000000700080000000000000abcd00",
		"{18f0000-0000-7000-8000-00000000abc}",
		"018f0000-0000-7000-8000-00000000abc ",
		"-18f0000-0000-7000-8000-00000000abcd",
		"018f0000-0000-7000-8000-00000000ab\xc3\xa9",
		"../../../../../../etc/passwd--------",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (uuid_is_valid(bad[i]))
			fail_msg("%s is taken for a UUID", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_new_one_is_valid_lower_case_and_of_version_7), CASE(no_two_are_equal),
		CASE(it_begins_with_the_time_in_milliseconds),        CASE(later_ones_sort_behind),
		CASE(valid_ones_have_the_usual_form_and_any_version), CASE(anything_else_is_none),
	};

	return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
