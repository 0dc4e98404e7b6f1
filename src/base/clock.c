#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/compat.h"

int64_t
clock_milliseconds(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_seconds(void)
{
	return clock_milliseconds() / 1000;
}

double
clock_elapsed(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

const char *
clock_text(struct arena *arena, int64_t milliseconds)
{
	time_t seconds = (time_t)(milliseconds / 1000);
	struct tm tm;

	must(gmtime_r(&seconds, &tm) != NULL);
	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
	                    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	                    (int)(milliseconds % 1000));
}

struct day
clock_today(void)
{
	time_t seconds = (time_t)clock_seconds();
	struct tm tm;

	must(gmtime_r(&seconds, &tm) != NULL);
	return (struct day){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && is_leap ? 29 : days[month - 1];
}

static int
digits_value(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

bool
day_parse(const char *text, struct day *day)
{
	if (strlen(text) != 10)
		return false;
	for (int i = 0; i < 10; i++) {
		bool is_dash = i == 4 || i == 7;
		if (is_dash ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	}
	day->year = digits_value(text, 4);
	day->month = digits_value(text + 5, 2);
	day->day = digits_value(text + 8, 2);
	return day->year >= 1 && day->month >= 1 && day->month <= 12 && day->day >= 1 &&
	       day->day <= days_in_month(day->year, day->month);
}

int
day_compare(struct day a, struct day b)
{
	if (a.year != b.year)
		return a.year - b.year;
	return a.month != b.month ? a.month - b.month : a.day - b.day;
}

int
day_age(struct day born, struct day today)
{
	bool had_birthday = today.month > born.month ||
	                    (today.month == born.month && today.day >= born.day);

	return today.year - born.year - (had_birthday ? 0 : 1);
}
