#include "unit.h"

#include <time.h>

#include "base/clock.h"
#include "base/compat.h"

static bool
exists(const char *text)
{
	struct day day;

	return day_parse(text, &day);
}

static int
age(const char *born, const char *today)
{
	struct day a;
	struct day b;

	assert_true(day_parse(born, &a) && day_parse(today, &b));
	return day_age(a, b);
}

TEST(a_day_is_read_exactly)
{
	struct day day;

	assert_true(day_parse("1990-01-15", &day));
	assert_int_equal(day.year, 1990);
	assert_int_equal(day.month, 1);
	assert_int_equal(day.day, 15);
	assert_true(exists("0001-01-01"));
	assert_true(exists("9999-12-31"));
}

TEST(what_is_not_a_day_is_refused)
{
	static const char *const bad[] = {
		"",
		"1990-1-15",
		"1990-01-5",
		"90-01-15",
		"1990/01/15",
		"1990-01-15 ",
		" 1990-01-15",
		"1990-01-15T00:00",
		"19900115",
		"1990-00-15",
		"1990-13-15",
		"1990-01-00",
		"1990-01-32",
		"1990-04-31",
		"1990-06-31",
		"1990-09-31",
		"1990-11-31",
		"2023-02-29",
		"2023-02-30",
		"2024-02-30",
		"0000-01-01",
		"-990-01-15",
		"+990-01-15",
		"199a-01-15",
		"1990-0a-15",
		"1990-01-1a",
		"1990--1-15",
		"١٩٩٠-٠١",
		"1990-01-1\xb2",
		"2147483648",
		"          ",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (exists(bad[i]))
			fail_msg("%s is taken for a day", bad[i]);
}

static const char *
as_read(const char *text)
{
	struct day day;

	return day_read(text, &day) ? day_text(arena, day) : "(none)";
}

TEST(a_day_is_read_as_people_write_it)
{
	assert_string_equal(as_read("1990-01-31"), "1990-01-31");
	assert_string_equal(as_read("19900131"), "1990-01-31");
	assert_string_equal(as_read("31.1.1990"), "1990-01-31");
	assert_string_equal(as_read("31.01.1990"), "1990-01-31");
	assert_string_equal(as_read("3.4.1990"), "1990-04-03");
	assert_string_equal(as_read("31 Jan 1990"), "1990-01-31");
	assert_string_equal(as_read("1 DECEMBER 2024"), "2024-12-01");
	assert_string_equal(as_read("29.2.2024"), "2024-02-29");
	assert_string_equal(as_read("31/1/1990"), "1990-01-31");
	assert_string_equal(as_read("1/31/1990"), "1990-01-31");
	assert_string_equal(as_read("4/4/1990"), "1990-04-04");
}

TEST(what_could_be_two_days_or_none_is_not_read)
{
	static const char *const bad[] = {
		"",          "3/4/1990",   "31/1/90",    "31.1.90",     "31.1.199",   "30.2.1990",
		"29.2.2023", "32.1.1990",  "1.13.1990",  "0.1.1990",    "13/13/1990", "31 Foo 1990",
		"31 1990",   "Jan 1990",   "1990",       "199001",      "19900132",   "19901301",
		"199001311", "31.1.1990x", "31.1.19901", "31-1-1990",   "31.1",       "-1.1.1990",
		"1.-1.1990", "0x1.1.1990", "1990.1.31",  "31/1/1990/2", "19900131 ",  "today",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (strcmp(as_read(bad[i]), "(none)") != 0)
			fail_msg("%s is read as %s", bad[i], as_read(bad[i]));
}

TEST(the_latest_today_is_today_or_tomorrow)
{
	struct day today = clock_today();
	struct day latest = clock_latest_today();

	assert_true(day_compare(latest, today) >= 0);
	assert_true(day_age(today, latest) <= 1);
	assert_memory_equal(day_text(arena, latest),
	                    clock_text(arena, clock_milliseconds() + 14 * 3600 * 1000), 10);
}

TEST(leap_years_are_those_of_the_gregorian_calendar)
{
	assert_true(exists("2024-02-29"));
	assert_true(exists("2000-02-29"));
	assert_true(exists("1600-02-29"));
	assert_false(exists("1900-02-29"));
	assert_false(exists("2100-02-29"));
	assert_false(exists("2023-02-29"));
}

TEST(every_month_has_its_days)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	for (int month = 1; month <= 12; month++)
		for (int day = 0; day <= 40; day++)
			assert_int_equal(exists(arena_printf(arena, "2023-%02d-%02d", month, day)),
			                 day >= 1 && day <= days[month - 1]);
}

TEST(days_are_in_order)
{
	static const char *const days[] = { "1989-12-31", "1990-01-01", "1990-01-02", "1990-02-01" };
	struct day a;
	struct day b;

	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 4; k++) {
			assert_true(day_parse(days[i], &a) && day_parse(days[k], &b));
			int sign = day_compare(a, b);
			assert_int_equal((sign > 0) - (sign < 0), (i > k) - (i < k));
		}
}

TEST(an_age_grows_on_the_birthday)
{
	assert_int_equal(age("1990-06-15", "2020-06-14"), 29);
	assert_int_equal(age("1990-06-15", "2020-06-15"), 30);
	assert_int_equal(age("1990-06-15", "2020-06-16"), 30);
	assert_int_equal(age("1990-06-15", "1990-06-15"), 0);
	assert_int_equal(age("1990-12-31", "2000-01-01"), 9);
	assert_int_equal(age("1990-01-01", "2000-12-31"), 10);
}

TEST(who_is_born_on_29_february_has_the_birthday_on_1_march_in_other_years)
{
	assert_int_equal(age("2000-02-29", "2023-02-28"), 22);
	assert_int_equal(age("2000-02-29", "2023-03-01"), 23);
	assert_int_equal(age("2000-02-29", "2024-02-28"), 23);
	assert_int_equal(age("2000-02-29", "2024-02-29"), 24);
	assert_int_equal(age("2000-02-29", "2100-02-28"), 99);
	assert_int_equal(age("2000-02-29", "2100-03-01"), 100);
}

TEST(every_day_has_a_number_that_is_one_more_than_the_day_before)
{
	struct day day = { 1, 1, 1 };
	long number = day_number(day);

	assert_int_equal(number, 306);
	for (; day.year < 10000; number++) {
		assert_int_equal(day_number(day), number);
		assert_int_equal(day_compare(day_at(number), day), 0);
		bool is_last = !exists(
			arena_printf(arena, "%04d-%02d-%02d", day.year, day.month, day.day + 1));
		day.day = is_last ? 1 : day.day + 1;
		day.month += is_last;
		if (day.month > 12)
			day = (struct day){ day.year + 1, 1, 1 };
	}
}

TEST(a_time_is_written_in_utc_with_milliseconds)
{
	assert_string_equal(clock_text(arena, 0), "1970-01-01T00:00:00.000Z");
	assert_string_equal(clock_text(arena, 1768469400123), "2026-01-15T09:30:00.123Z");
	assert_string_equal(clock_text(arena, 951782400007), "2000-02-29T00:00:00.007Z");
	assert_string_equal(clock_text(arena, 253402300799999), "9999-12-31T23:59:59.999Z");
}

TEST(the_clocks_agree_with_the_system)
{
	int64_t before = (int64_t)time(NULL);
	int64_t seconds = clock_seconds();
	int64_t milliseconds = clock_milliseconds();
	int64_t after = (int64_t)time(NULL);

	/* time() may lag behind by a tick of the kernel. */
	assert_in_range(seconds, before, after + 1);
	assert_in_range(milliseconds / 1000, before, after + 1);
}

TEST(measured_time_never_goes_back)
{
	double before = clock_elapsed();

	for (int i = 0; i < 1000; i++) {
		double now = clock_elapsed();
		assert_true(now >= before);
		before = now;
	}
}

TEST(today_is_a_day_that_exists)
{
	struct day today = clock_today();
	struct day read;
	const char *text = arena_printf(arena, "%04d-%02d-%02d", today.year, today.month, today.day);

	assert_true(day_parse(text, &read));
	assert_memory_equal(text, clock_text(arena, clock_milliseconds()), 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_day_is_read_exactly),
		CASE(what_is_not_a_day_is_refused),
		CASE(a_day_is_read_as_people_write_it),
		CASE(what_could_be_two_days_or_none_is_not_read),
		CASE(the_latest_today_is_today_or_tomorrow),
		CASE(leap_years_are_those_of_the_gregorian_calendar),
		CASE(every_month_has_its_days),
		CASE(days_are_in_order),
		CASE(an_age_grows_on_the_birthday),
		CASE(who_is_born_on_29_february_has_the_birthday_on_1_march_in_other_years),
		CASE(every_day_has_a_number_that_is_one_more_than_the_day_before),
		CASE(a_time_is_written_in_utc_with_milliseconds),
		CASE(the_clocks_agree_with_the_system),
		CASE(measured_time_never_goes_back),
		CASE(today_is_a_day_that_exists),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
