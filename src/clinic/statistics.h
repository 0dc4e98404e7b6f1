/*
 * statistics.h - how many patients there are, by what, and how many were registered when.
 *
 * Deleted records do not count. Days are those of UTC. A range bounds the day of registration, for
 * everything. PostgreSQL counts, in one batch; the calendar and the shares below are pure.
 */
#ifndef CAREDESK_CLINIC_STATISTICS_H
#define CAREDESK_CLINIC_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

struct arena;
struct entity;

enum {
	STATISTICS_TOP = 20, /* cities and physicians with a row of their own */
	STATISTICS_DAYS = 30,
	STATISTICS_WEEKS = 26,
	STATISTICS_MONTHS = 24,
	AGE_BANDS = 10 /* of ten years; the last is 90 and older */
};

/* The first and the last day of registration that count, YYYY-MM-DD; NULL is no bound. */
struct statistics_range {
	const char *from;
	const char *to;
};

/* The range as fields, for its form and its faults. */
extern struct entity statistics_range_entity;

enum statistics_by {
	BY_STATUS,
	BY_GENDER,
	BY_AGE_BAND,
	BY_BLOOD_TYPE,
	BY_MARITAL_STATUS,
	BY_CITY,
	BY_PHYSICIAN,
	BY_COUNT
};

/* One value and its patients. The row of those who have none has no value; the row of all values
 * that have no row of their own has neither value nor label, and says how many they are. */
struct tally {
	const char *value;
	const char *label;
	long count;
	long others;
};

struct tallies {
	struct tally *rows;
	size_t count;
};

/* Days, ISO weeks (from Monday) or months, or what the range and today leave of the outermost. */
enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH };

struct registrations {
	struct day first;
	struct day last;
	long count;
};

struct series {
	enum period period;
	struct registrations *rows; /* in order, without gaps */
	size_t count;
};

struct statistics {
	long total;
	struct tallies by[BY_COUNT];
	struct series series[PERIOD_MONTH + 1];
};

/* Checks the range (every fault recorded) and counts; writes the audit row. Empty texts of the
 * range become NULL, others canonical. */
enum err statistics_load(struct cx *cx, struct statistics_range *range, struct statistics *out)
	__attribute__((warn_unused_result));

/* The days on which the bands change, ascending: who is born on the last of them or later is 0 to
 * 9, who is born before the first is 90 or older. */
void age_bands(struct day today, struct day out[AGE_BANDS - 1]);

/* A part of the whole in tenths of a percent, rounded half up; 0 of nothing is 0. */
long share_of(long count, long total);

/* The first day of the period that has this day. */
struct day period_first(enum period period, struct day day);

/* Whether the days are all days of one period. */
bool period_is_whole(enum period period, struct day first, struct day last);

/* The number of the day's week, 1 to 53, and the year it belongs to (ISO 8601, 5.7). */
int iso_week(struct day day, int *year);

/* The latest `most` periods that end with `to`, none of them before `from`, all with 0. */
struct series series_create(struct arena *arena, enum period period, struct day from, struct day to,
                            size_t most);

/* Adds registrations of a day; a day outside of the series is left out. */
void series_add(struct series *series, struct day day, long count);

#endif
