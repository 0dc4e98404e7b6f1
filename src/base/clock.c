#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

static struct day
today_at(int64_t offset)
{
	time_t seconds = (time_t)(clock_seconds() + offset);
	struct tm tm;

	must(gmtime_r(&seconds, &tm) != NULL);
	return (struct day){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

struct day
clock_today(void)
{
	return today_at(0);
}

struct day
clock_latest_today(void)
{
	return today_at(14 * 3600);
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

static bool
day_exists(struct day day)
{
	return day.year >= 1 && day.month >= 1 && day.month <= 12 && day.day >= 1 &&
	       day.day <= days_in_month(day.year, day.month);
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
	return day_exists(*day);
}

/* The month of a name, of which three letters count; 0 where there is none. */
static int
month_number(const char *name)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++)
		if (strncasecmp(name, names + i * 3, 3) == 0)
			return i + 1;
	return 0;
}

bool
day_read(const char *text, struct day *day)
{
	char month[16];
	int a = 0, b = 0, end = 0;
	size_t len = strlen(text);

	if (day_parse(text, day))
		return true;
	if (len == 8 && strspn(text, "0123456789") == 8) {
		*day = (struct day){ digits_value(text, 4), digits_value(text + 4, 2),
			                 digits_value(text + 6, 2) };
		return day_exists(*day);
	}
	if (sscanf(text, "%4d%*1[-/]%2d%*1[-/]%2d%n", &day->year, &a, &b, &end) == 3 &&
	    text[end] == '\0') {
		day->month = a;
		day->day = b;
	} else if (sscanf(text, "%2d.%2d.%4d%n", &a, &b, &day->year, &end) == 3 && text[end] == '\0') {
		day->day = a;
		day->month = b;
	} else if (sscanf(text, "%2d/%2d/%4d%n", &a, &b, &day->year, &end) == 3 && text[end] == '\0') {
		if (a <= 12 && b <= 12 && a != b)
			return false; /* 3/4/1990 is two days */
		day->day = a > 12 ? a : b;
		day->month = a > 12 ? b : a;
	} else if (sscanf(text, "%2d %15[A-Za-z] %4d%n", &a, month, &day->year, &end) == 3 &&
	           text[end] == '\0') {
		day->day = a;
		day->month = month_number(month);
	} else {
		return false;
	}
	return day->year >= 1000 && day_exists(*day);
}

const char *
day_text(struct arena *arena, struct day day)
{
	return arena_printf(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
}

int
day_compare(struct day a, struct day b)
{
	if (a.year != b.year)
		return a.year - b.year;
	return a.month != b.month ? a.month - b.month : a.day - b.day;
}

/* The calendar repeats itself every 400 years, and a year that begins in March ends with the day
 * that only some years have. */
enum { DAYS_IN_ERA = 146097, DAYS_IN_CENTURY = 36524, DAYS_IN_FOUR_YEARS = 1461 };

long
day_number(struct day day)
{
	long year = day.month <= 2 ? day.year - 1 : day.year;
	long month = (day.month + 9) % 12;

	return 365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day.day - 1;
}

struct day
day_at(long number)
{
	long era = number / DAYS_IN_ERA;
	long rest = number % DAYS_IN_ERA;
	long year = (rest - rest / (DAYS_IN_FOUR_YEARS - 1) + rest / DAYS_IN_CENTURY -
	             rest / (DAYS_IN_ERA - 1)) /
	            365;
	long of_year = rest - (365 * year + year / 4 - year / 100);
	long month = (5 * of_year + 2) / 153; /* from March */

	return (struct day){ (int)(era * 400 + year + (month >= 10 ? 1 : 0)),
		                 (int)(month < 10 ? month + 3 : month - 9),
		                 (int)(of_year - (153 * month + 2) / 5 + 1) };
}

int
day_age(struct day born, struct day today)
{
	bool had_birthday = today.month > born.month ||
	                    (today.month == born.month && today.day >= born.day);

	return today.year - born.year - (had_birthday ? 0 : 1);
}
