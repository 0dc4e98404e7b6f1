/*
 * The calendar and the arithmetic of statistics: age bands, shares, ISO weeks, periods.
 */
#include "unit.h"

#include "clinic/statistics.h"
#include "base/compat.h"

static struct day
day_of(const char *text)
{
	struct day day;

	assert_true(day_parse(text, &day));
	return day;
}

/* The band of a birthday as width_bucket() finds it: how many of the days are not after it. */
static int
band_of(struct day born, struct day today)
{
	struct day days[AGE_BANDS - 1];
	int bucket = 0;

	age_bands(today, days);
	while (bucket < AGE_BANDS - 1 && day_compare(days[bucket], born) <= 0)
		bucket++;
	return AGE_BANDS - 1 - bucket;
}

TEST(a_band_is_the_age_in_tens_on_any_day_for_any_birthday)
{
	static const char *const todays[] = { "2024-02-28", "2024-02-29", "2024-03-01",
		                                  "2023-02-28", "2023-03-01", "2026-01-01",
		                                  "2026-12-31", "2000-02-29", "2100-02-28" };

	for (size_t i = 0; i < COUNT_OF(todays); i++) {
		struct day today = day_of(todays[i]);
		for (long n = day_number(today) - 366 * 105; n <= day_number(today); n++) {
			int age = day_age(day_at(n), today);
			int wanted = age >= 90 ? 9 : age / 10;
			if (band_of(day_at(n), today) != wanted)
				fail_msg("born %s, on %s: %d", day_text(arena, day_at(n)), todays[i],
				         band_of(day_at(n), today));
		}
	}
}

TEST(a_birthday_in_the_future_is_in_the_youngest_band)
{
	assert_int_equal(band_of(day_of("2026-11-22"), day_of("2026-11-21")), 0);
}

TEST(a_share_is_rounded_to_tenths_of_a_percent)
{
	assert_int_equal(share_of(1, 3), 333);
	assert_int_equal(share_of(2, 3), 667);
	assert_int_equal(share_of(1, 2000), 1);
	assert_int_equal(share_of(1, 2001), 0);
	assert_int_equal(share_of(5, 5), 1000);
	assert_int_equal(share_of(0, 5), 0);
	assert_int_equal(share_of(0, 0), 0);
	assert_int_equal(share_of(999999, 1000000), 1000);
}

static const char *
week_of(const char *text)
{
	int year = 0;
	int week = iso_week(day_of(text), &year);

	return arena_printf(arena, "%04d-W%02d", year, week);
}

TEST(weeks_are_those_of_iso_8601)
{
	/* The examples of the standard, and the years that have 53 weeks. */
	assert_string_equal(week_of("1985-04-12"), "1985-W15");
	assert_string_equal(week_of("1995-01-01"), "1994-W52");
	assert_string_equal(week_of("1996-12-31"), "1997-W01");
	assert_string_equal(week_of("2008-12-29"), "2009-W01");
	assert_string_equal(week_of("2010-01-03"), "2009-W53");
	assert_string_equal(week_of("2020-12-31"), "2020-W53");
	assert_string_equal(week_of("2021-01-03"), "2020-W53");
	assert_string_equal(week_of("2021-01-04"), "2021-W01");
	assert_string_equal(week_of("2026-11-21"), "2026-W47");
	assert_string_equal(week_of("0001-01-01"), "0001-W01");
}

TEST(a_week_begins_on_monday_and_a_month_on_its_first)
{
	for (int i = 16; i <= 22; i++) {
		struct day day = { 2026, 11, i };
		assert_int_equal(day_compare(period_first(PERIOD_WEEK, day), day_of("2026-11-16")), 0);
		assert_int_equal(day_compare(period_first(PERIOD_MONTH, day), day_of("2026-11-01")), 0);
		assert_int_equal(day_compare(period_first(PERIOD_DAY, day), day), 0);
	}
	assert_int_equal(
		day_compare(period_first(PERIOD_WEEK, day_of("2023-01-01")), day_of("2022-12-26")), 0);
}

static bool
is_whole(enum period period, const char *first, const char *last)
{
	return period_is_whole(period, day_of(first), day_of(last));
}

TEST(a_period_that_lacks_a_day_is_not_whole)
{
	assert_true(is_whole(PERIOD_DAY, "2026-11-21", "2026-11-21"));
	assert_true(is_whole(PERIOD_WEEK, "2026-11-16", "2026-11-22"));
	assert_false(is_whole(PERIOD_WEEK, "2026-11-16", "2026-11-21"));
	assert_false(is_whole(PERIOD_WEEK, "2026-11-17", "2026-11-22"));
	assert_false(is_whole(PERIOD_WEEK, "2026-11-16", "2026-11-29"));
	assert_true(is_whole(PERIOD_MONTH, "2024-02-01", "2024-02-29"));
	assert_false(is_whole(PERIOD_MONTH, "2024-02-01", "2024-02-28"));
	assert_true(is_whole(PERIOD_MONTH, "2023-02-01", "2023-02-28"));
	assert_true(is_whole(PERIOD_MONTH, "9999-12-01", "9999-12-31"));
}

static struct series
series_of(enum period period, const char *from, const char *to, size_t most)
{
	return series_create(arena, period, day_of(from), day_of(to), most);
}

TEST(a_series_is_the_latest_periods_without_gaps)
{
	static const size_t most[] = { STATISTICS_DAYS, STATISTICS_WEEKS, STATISTICS_MONTHS };

	for (enum period period = PERIOD_DAY; period <= PERIOD_MONTH; period++) {
		struct series series = series_of(period, "0001-01-01", "2026-11-21", most[period]);
		assert_int_equal(series.count, most[period]);
		for (size_t i = 0; i < series.count; i++) {
			assert_int_equal(series.rows[i].count, 0);
			if (i + 1 == series.count)
				break;
			assert_true(period_is_whole(period, series.rows[i].first, series.rows[i].last));
			assert_int_equal(day_number(series.rows[i].last) + 1,
			                 day_number(series.rows[i + 1].first));
		}
		assert_string_equal(day_text(arena, series.rows[series.count - 1].last), "2026-11-21");
	}
}

TEST(a_series_does_not_begin_before_the_range)
{
	struct series series = series_of(PERIOD_MONTH, "2026-09-10", "2026-11-05", 24);

	assert_int_equal(series.count, 3);
	assert_string_equal(day_text(arena, series.rows[0].first), "2026-09-10");
	assert_string_equal(day_text(arena, series.rows[0].last), "2026-09-30");
	assert_string_equal(day_text(arena, series.rows[2].last), "2026-11-05");
	assert_int_equal(series_of(PERIOD_DAY, "2026-11-05", "2026-11-05", 30).count, 1);
	assert_int_equal(series_of(PERIOD_DAY, "2026-11-06", "2026-11-05", 30).count, 0);
	assert_int_equal(series_of(PERIOD_WEEK, "0001-01-01", "0001-01-08", 26).count, 2);
}

TEST(registrations_are_added_to_their_period_alone)
{
	struct series series = series_of(PERIOD_WEEK, "0001-01-01", "2026-11-21", 2);

	series_add(&series, day_of("2026-11-08"), 1);
	series_add(&series, day_of("2026-11-09"), 10);
	series_add(&series, day_of("2026-11-15"), 100);
	series_add(&series, day_of("2026-11-16"), 1000);
	series_add(&series, day_of("2026-11-21"), 10000);
	series_add(&series, day_of("2026-11-22"), 100000);
	assert_int_equal(series.rows[0].count, 110);
	assert_int_equal(series.rows[1].count, 11000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_band_is_the_age_in_tens_on_any_day_for_any_birthday),
		CASE(a_birthday_in_the_future_is_in_the_youngest_band),
		CASE(a_share_is_rounded_to_tenths_of_a_percent),
		CASE(weeks_are_those_of_iso_8601),
		CASE(a_week_begins_on_monday_and_a_month_on_its_first),
		CASE(a_period_that_lacks_a_day_is_not_whole),
		CASE(a_series_is_the_latest_periods_without_gaps),
		CASE(a_series_does_not_begin_before_the_range),
		CASE(registrations_are_added_to_their_period_alone),
	};

	return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
