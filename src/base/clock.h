/* clock.h - what time it is: for people and records (UTC), and for measuring (monotonic). */
#ifndef CAREDESK_BASE_CLOCK_H
#define CAREDESK_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct arena;

/* Seconds and milliseconds since 1970 in UTC. */
int64_t clock_seconds(void);
int64_t clock_milliseconds(void);

/* Milliseconds of a clock that never jumps; only differences mean anything. */
double clock_elapsed(void);

/* RFC 3339 in UTC with milliseconds: 2026-01-15T09:30:00.123Z. */
const char *clock_text(struct arena *arena, int64_t milliseconds);

/* A day of the proleptic Gregorian calendar. */
struct day {
	int year;
	int month;
	int day;
};

/* Today, in UTC. (The hospital's own time zone comes with scheduling.) */
struct day clock_today(void);

/* Today where the day begins first, UTC+14: what is after it is in the future everywhere. */
struct day clock_latest_today(void);

/* Reads YYYY-MM-DD, exactly; false unless that day exists. Years 1 to 9999. */
bool day_parse(const char *text, struct day *day);

/* Reads a day as people write one: 1990-01-31, 1990/1/31, 19900131, 31.1.1990, 31 Jan 1990, and
 * 31/1/1990 where only one reading is possible. False for everything else. */
bool day_read(const char *text, struct day *day);

/* YYYY-MM-DD. */
const char *day_text(struct arena *arena, struct day day);

/* Below, equal to or above 0 as a is before, the same as or after b. */
int day_compare(struct day a, struct day b);

/* How many days there are from 1 March of the year 0 to this one, for counting days; and the day of
 * such a number. */
long day_number(struct day day);
struct day day_at(long number);

/* Whole years from `born` to `today`. Somebody born on 29 February has the birthday on 1 March in
 * other years. */
int day_age(struct day born, struct day today);

#endif
