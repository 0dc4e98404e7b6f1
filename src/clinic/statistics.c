#include "clinic/statistics.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/field_check.h"
#include "base/str.h"
#include "clinic/audit.h"
#include "clinic/patient.h"
#include "db/pg.h"

#include "base/compat.h"

enum { CHOICES_MOST = 16 };

static struct field range_fields[] = {
	{ .name = "from",
	  .type = FIELD_DATE,
	  .max = 10,
	  .label = "From",
	  .autocomplete = "off",
	  .offset = offsetof(struct statistics_range, from),
	  .json = "from",
	  .path = "from" },
	{ .name = "to",
	  .type = FIELD_DATE,
	  .max = 10,
	  .label = "To",
	  .autocomplete = "off",
	  .offset = offsetof(struct statistics_range, to),
	  .json = "to",
	  .path = "to" },
};

struct entity statistics_range_entity = {
	.name = "Range",
	.fields = range_fields,
	.count = COUNT_OF(range_fields),
	.size = sizeof(struct statistics_range),
};

/* The names that the statement gives to what it counts by: columns, but for the age. */
static const char *const columns[BY_COUNT] = {
	[BY_STATUS] = "status",
	[BY_GENDER] = "gender",
	[BY_AGE_BAND] = "age_band",
	[BY_BLOOD_TYPE] = "blood_type",
	[BY_MARITAL_STATUS] = "marital_status",
	[BY_CITY] = "address_city",
	[BY_PHYSICIAN] = "primary_physician",
};

void
age_bands(struct day today, struct day out[AGE_BANDS - 1])
{
	for (int i = 0; i < AGE_BANDS - 1; i++) {
		struct day born = { today.year - 10 * (AGE_BANDS - 1 - i), today.month, today.day };
		/* Today is 29 February, and that year had none: 28 February was the last of that age. */
		if (day_at(day_number(born)).month != born.month)
			born.day--;
		out[i] = day_at(day_number(born) + 1);
	}
}

long
share_of(long count, long total)
{
	return total == 0 ? 0 : (count * 1000 + total / 2) / total;
}

struct day
period_first(enum period period, struct day day)
{
	long number = day_number(day);

	if (period == PERIOD_MONTH)
		return (struct day){ day.year, day.month, 1 };
	/* Day 0, 1 March of the year 0, was a Wednesday. */
	return period == PERIOD_WEEK ? day_at(number - (number + 2) % 7) : day;
}

static struct day
days_after(struct day day, int days)
{
	return day_at(day_number(day) + days);
}

bool
period_is_whole(enum period period, struct day first, struct day last)
{
	struct day next = days_after(last, 1);

	return day_compare(period_first(period, first), first) == 0 &&
	       day_compare(period_first(period, last), first) == 0 &&
	       day_compare(period_first(period, next), next) == 0;
}

int
iso_week(struct day day, int *year)
{
	struct day thursday = days_after(period_first(PERIOD_WEEK, day), 3);
	struct day january = { thursday.year, 1, 1 };

	*year = thursday.year;
	return (int)((day_number(thursday) - day_number(january)) / 7) + 1;
}

struct series
series_create(struct arena *arena, enum period period, struct day from, struct day to, size_t most)
{
	struct series series = { .period = period };
	struct registrations *rows = arena_array(arena, most, sizeof(*rows));
	size_t at = most;

	for (struct day last = to; at > 0 && day_compare(last, from) >= 0; at--) {
		struct day first = period_first(period, last);
		if (day_compare(first, from) < 0)
			first = from;
		rows[at - 1] = (struct registrations){ first, last, 0 };
		last = days_after(first, -1);
	}
	series.rows = rows + at;
	series.count = most - at;
	return series;
}

void
series_add(struct series *series, struct day day, long count)
{
	for (size_t i = 0; i < series->count; i++) {
		struct registrations *row = &series->rows[i];
		if (day_compare(day, row->first) >= 0 && day_compare(day, row->last) <= 0)
			row->count += count;
	}
}

static enum err
check_range(struct cx *cx, struct statistics_range *range)
{
	for (size_t i = 0; i < COUNT_OF(range_fields); i++) {
		const char *value = NULL;
		if (field_check(cx, &range_fields[i], field_get(&range_fields[i], range), &value) == OK)
			field_set(&range_fields[i], range, value);
	}
	struct day from;
	struct day to;
	if (range->from != NULL && range->to != NULL && day_parse(range->from, &from) &&
	    day_parse(range->to, &to) && day_compare(from, to) > 0)
		fail_field(cx, "to", "OUT_OF_RANGE", "The last day must not be before the first.");
	return cx->err;
}

/* The series, still empty: they end with the range, or today where that is earlier. */
static void
create_series(struct arena *arena, const struct statistics_range *range, struct statistics *out)
{
	static const size_t most[] = { [PERIOD_DAY] = STATISTICS_DAYS,
		                           [PERIOD_WEEK] = STATISTICS_WEEKS,
		                           [PERIOD_MONTH] = STATISTICS_MONTHS };
	struct day from = { 1, 1, 1 };
	struct day end = clock_today();
	struct day to;

	if (range->from != NULL)
		must(day_parse(range->from, &from));
	if (range->to != NULL && day_parse(range->to, &to) && day_compare(to, end) < 0)
		end = to;
	for (enum period period = PERIOD_DAY; period <= PERIOD_MONTH; period++)
		out->series[period] = series_create(arena, period, from, end, most[period]);
}

/* The rows that are there whether or not anybody is counted in them. */
static void
create_tallies(struct arena *arena, enum statistics_by by, struct tallies *out)
{
	const struct field *field = entity_find(&patient_entity, columns[by]);

	/* Beside those: the first, all others, and who has none. */
	out->rows = arena_array(arena, CHOICES_MOST + STATISTICS_TOP + 2, sizeof(*out->rows));
	for (int i = 0; i < AGE_BANDS && by == BY_AGE_BAND; i++) {
		struct tally *row = &out->rows[out->count++];
		row->value = arena_printf(arena, i < AGE_BANDS - 1 ? "%d-%d" : "%d+", i * 10, i * 10 + 9);
		row->label = arena_printf(arena, i < AGE_BANDS - 1 ? "%d–%d" : "%d+", i * 10, i * 10 + 9);
	}
	for (size_t i = 0; field != NULL && field->choices != NULL; i++) {
		if (field->choices[i].value == NULL)
			break;
		must(out->count < CHOICES_MOST);
		out->rows[out->count++] = (struct tally){ .value = field->choices[i].value,
			                                      .label = field->choices[i].label };
	}
}

/* The row of a value; a new one where there is none yet. */
static struct tally *
row_of(struct tallies *tallies, const char *value)
{
	for (size_t i = 0; i < tallies->count && value != NULL; i++)
		if (str_equal(tallies->rows[i].value, value))
			return &tallies->rows[i];
	tallies->rows[tallies->count] = (struct tally){ .value = value, .label = value };
	return &tallies->rows[tallies->count++];
}

static long
number_in(struct cx *cx, size_t slot, int row, const char *column)
{
	return strtol(pg_text(cx, slot, row, column), NULL, 10);
}

static void
read_count(struct cx *cx, size_t slot, int i, struct statistics *out)
{
	const char *field = pg_text(cx, slot, i, "field");
	const char *value = pg_text(cx, slot, i, "value");
	enum statistics_by by = 0;

	if (str_equal(field, "total")) {
		out->total = number_in(cx, slot, i, "count");
		return;
	}
	while (!str_equal(columns[by], field))
		must(++by < BY_COUNT);
	struct tally *row = by == BY_AGE_BAND
	                        ? &out->by[by].rows[AGE_BANDS - 1 - strtol(value, NULL, 10)]
	                        : row_of(&out->by[by], value);
	row->count = number_in(cx, slot, i, "count");
	row->others = number_in(cx, slot, i, "others");
	if (value == NULL && row->others == 0)
		row->label = "Not given";
}

/* The bands' days as an array of PostgreSQL. */
static const char *
bands_text(struct arena *arena)
{
	struct day days[AGE_BANDS - 1];
	const char *texts[AGE_BANDS] = { NULL };

	age_bands(clock_today(), days);
	for (size_t i = 0; i < COUNT_OF(days); i++)
		texts[i] = day_text(arena, days[i]);
	return pg_array(arena, texts);
}

enum err
statistics_load(struct cx *cx, struct statistics_range *range, struct statistics *out)
{
	enum err err = check_range(cx, range);

	if (err != OK)
		return err;
	create_series(cx->arena, range, out);
	for (enum statistics_by by = 0; by < BY_COUNT; by++)
		create_tallies(cx->arena, by, &out->by[by]);
	/* The months reach back the farthest. */
	const struct series *months = &out->series[PERIOD_MONTH];
	const char *since = months->count == 0 ? "infinity"
	                                       : day_text(cx->arena, months->rows[0].first);
	const char *to = range->to == NULL ? "infinity" : range->to;
	pg_begin(cx, PG_READ);
	size_t counts = pg_add(cx, STATEMENT_statistics_counts, bands_text(cx->arena),
	                       range->from == NULL ? "-infinity" : range->from, to,
	                       arena_printf(cx->arena, "%d", STATISTICS_TOP));
	size_t days = pg_add(cx, STATEMENT_statistics_days, since, to);
	audit_add(cx, "statistics.read", NULL, "success");
	err = pg_run(cx);
	if (err != OK)
		return err;
	for (int i = 0; i < pg_count(cx, counts); i++)
		read_count(cx, counts, i, out);
	for (int i = 0; i < pg_count(cx, days); i++) {
		struct day day;
		must(day_parse(pg_text(cx, days, i, "day"), &day));
		for (size_t k = 0; k < COUNT_OF(out->series); k++)
			series_add(&out->series[k], day, number_in(cx, days, i, "count"));
	}
	return OK;
}
