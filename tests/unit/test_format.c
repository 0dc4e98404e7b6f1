#include "unit.h"

#include "view/format.h"
#include "base/compat.h"

static const char *
age(const char *born, int year, int month, int day)
{
	return format_age(arena, born, (struct day){ year, month, day });
}

TEST(a_day_is_written_with_its_month_s_name)
{
	assert_string_equal(format_day(arena, "1990-01-15"), "15 Jan 1990");
	assert_string_equal(format_day(arena, "2024-02-29"), "29 Feb 2024");
	assert_string_equal(format_day(arena, "0999-12-01"), "1 Dec 999");
	assert_string_equal(format_day(arena, "2023-02-30"), "2023-02-30");
	assert_string_equal(format_day(arena, ""), "");
	assert_string_equal(format_day(arena, "<b>"), "<b>");
}

TEST(a_time_says_that_it_is_utc)
{
	assert_string_equal(format_time(arena, "1990-01-15T09:30:00.000Z"), "15 Jan 1990, 09:30 UTC");
	assert_string_equal(format_time(arena, "2026-12-31T23:59:59.999Z"), "31 Dec 2026, 23:59 UTC");
	assert_string_equal(format_time(arena, "soon"), "soon");
	assert_string_equal(format_time(arena, ""), "");
}

TEST(an_age_has_the_unit_that_tells_a_doctor_something)
{
	assert_string_equal(age("2026-01-15", 2026, 1, 15), "0 days");
	assert_string_equal(age("2026-01-15", 2026, 1, 16), "1 day");
	assert_string_equal(age("2026-01-15", 2026, 1, 28), "13 days");
	assert_string_equal(age("2026-01-15", 2026, 1, 29), "2 weeks");
	assert_string_equal(age("2026-01-15", 2026, 2, 26), "6 weeks");
	assert_string_equal(age("2026-01-15", 2026, 4, 9), "12 weeks");
	assert_string_equal(age("2026-01-15", 2026, 4, 10), "2 months");
	assert_string_equal(age("2026-01-15", 2026, 4, 15), "3 months");
	assert_string_equal(age("2026-01-15", 2027, 1, 15), "12 months");
	assert_string_equal(age("2026-01-15", 2028, 1, 14), "23 months");
	assert_string_equal(age("2026-01-15", 2028, 1, 15), "2 years");
	assert_string_equal(age("1990-06-15", 2026, 6, 14), "35 years");
	assert_string_equal(age("1990-06-15", 2026, 6, 15), "36 years");
	assert_string_equal(age("1896-01-01", 2026, 1, 1), "130 years");
}

TEST(an_age_counts_days_over_months_years_and_leap_days)
{
	assert_string_equal(age("2023-12-31", 2024, 1, 1), "1 day");
	assert_string_equal(age("2024-02-28", 2024, 3, 1), "2 days");
	assert_string_equal(age("2023-02-28", 2023, 3, 1), "1 day");
	assert_string_equal(age("2100-02-28", 2100, 3, 1), "1 day");
	assert_string_equal(age("2000-02-28", 2000, 3, 1), "2 days");
	assert_string_equal(age("2000-02-29", 2023, 2, 28), "22 years");
	assert_string_equal(age("2000-02-29", 2023, 3, 1), "23 years");
}

TEST(who_is_not_born_yet_has_no_age)
{
	assert_string_equal(age("2026-01-16", 2026, 1, 15), "");
	assert_string_equal(age("none", 2026, 1, 15), "");
	assert_string_equal(age("", 2026, 1, 15), "");
}

TEST(numbers_have_groups_of_three)
{
	assert_string_equal(format_number(arena, 0), "0");
	assert_string_equal(format_number(arena, 999), "999");
	assert_string_equal(format_number(arena, 1000), "1,000");
	assert_string_equal(format_number(arena, 12345), "12,345");
	assert_string_equal(format_number(arena, 123456), "123,456");
	assert_string_equal(format_number(arena, 1234567), "1,234,567");
	assert_string_equal(format_number(arena, -123), "-123");
	assert_string_equal(format_number(arena, -123456), "-123,456");
	assert_string_equal(format_number(arena, -1234), "-1,234");
	assert_string_equal(format_number(arena, 9223372036854775807), "9,223,372,036,854,775,807");
}

TEST(parts_that_are_missing_leave_no_separator)
{
	const char *const parts[] = { NULL, "Anna", "", "Müller", NULL };

	assert_string_equal(format_join(arena, parts, 5, " "), "Anna Müller");
	assert_string_equal(format_join(arena, parts, 1, " "), "");
	assert_string_equal(format_join(arena, parts, 2, ", "), "Anna");
	assert_string_equal(format_join(arena, NULL, 0, " "), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_day_is_written_with_its_month_s_name),
		CASE(a_time_says_that_it_is_utc),
		CASE(an_age_has_the_unit_that_tells_a_doctor_something),
		CASE(an_age_counts_days_over_months_years_and_leap_days),
		CASE(who_is_not_born_yet_has_no_age),
		CASE(numbers_have_groups_of_three),
		CASE(parts_that_are_missing_leave_no_separator),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
