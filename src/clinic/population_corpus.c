#include "clinic/population.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "clinic/population_parts.h"
#include "base/compat.h"

static const struct {
	const char *file;
	size_t columns;
} files[TABLES] = {
	[FORENAMES] = { "forenames.csv", 7 }, [SURNAMES] = { "surnames.csv", 6 },
	[CORPORA] = { "corpora.csv", 14 },    [COUNTRIES] = { "countries.csv", 5 },
	[PLACES] = { "places.csv", 6 },       [STREETS] = { "streets.csv", 3 },
	[PHONES] = { "phones.csv", 4 },       [OCCUPATIONS] = { "occupations.csv", 2 },
	[EMPLOYERS] = { "employers.csv", 2 }, [PHYSICIANS] = { "physicians.csv", 2 },
};

const char *
table_cell(const struct table *table, size_t row, size_t column)
{
	return table->cells[row * table->columns + column];
}

/* Reads a whole small file; NULL where it cannot be read. */
static char *
file_read(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;

	if (file == NULL)
		return NULL;
	long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
	if (size >= 0 && size <= FILE_MAX && fseek(file, 0, SEEK_SET) == 0) {
		text = arena_alloc(arena, (size_t)size + 1);
		if (fread(text, 1, (size_t)size, file) != (size_t)size || strlen(text) != (size_t)size)
			text = NULL;
	}
	fclose(file);
	return text;
}

/* A whole number from 0 to most, without sign or spaces. */
static bool
number_parse(const char *text, uint64_t most, uint64_t *number)
{
	*number = 0;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c < '0' || *c > '9' || *number > most)
			return false;
		*number = *number * 10 + (uint64_t)(*c - '0');
	}
	return *text != '\0' && *number <= most;
}

/* Cuts a line into the table's next row. Returns what is wrong with it, or NULL. */
static const char *
row_read(struct table *table, char *line)
{
	const char **cells = table->cells + table->rows * table->columns;
	uint64_t weight = 0;

	if (!utf8_is_valid(line, strlen(line)) || str_has_control(line))
		return "is not clean UTF-8 text";
	for (size_t column = 0; column < table->columns; column++) {
		char *comma = strchr(line, ',');
		if ((comma == NULL) != (column + 1 == table->columns))
			return "has another number of columns";
		if (comma != NULL)
			*comma = '\0';
		if (strlen(line) > CELL_MAX)
			return "has a value that is too long";
		cells[column] = line;
		line = comma + 1;
	}
	if (!number_parse(cells[table->columns - 1], 1000000000, &weight) || weight == 0)
		return "has a weight that is no whole number above 0";
	table->upto[table->rows] = weight + (table->rows > 0 ? table->upto[table->rows - 1] : 0);
	table->rows++;
	return NULL;
}

static bool
table_load(struct table *table, struct arena *arena, const char *dir, const char **fault)
{
	char *next = file_read(arena, arena_printf(arena, "%s/%s", dir, table->file));
	size_t lines = 1;

	if (next == NULL) {
		*fault = arena_printf(arena, "%s/%s cannot be read", dir, table->file);
		return false;
	}
	for (const char *c = next; *c != '\0'; c++)
		lines += *c == '\n';
	table->cells = arena_array(arena, lines * table->columns, sizeof(*table->cells));
	table->upto = arena_array(arena, lines, sizeof(*table->upto));
	for (size_t number = 1; next != NULL; number++) {
		char *line = strsep(&next, "\n");
		const char *wrong = *line == '#' || *line == '\0' ? NULL : row_read(table, line);
		if (wrong != NULL) {
			*fault = arena_printf(arena, "%s:%zu: the line %s", table->file, number, wrong);
			return false;
		}
	}
	if (table->rows == 0)
		*fault = arena_printf(arena, "%s has no lines", table->file);
	return table->rows > 0;
}

/* The rows that begin with these cells (b and c may be NULL). False when they are not together. */
static bool
slice_find(struct slice *slice, const struct table *table, const char *a, const char *b,
           const char *c)
{
	const char *const keys[] = { a, b, c };

	*slice = (struct slice){ .table = table };
	for (size_t row = 0; row < table->rows; row++) {
		bool same = true;
		for (size_t k = 0; same && k < COUNT_OF(keys) && keys[k] != NULL; k++)
			same = strcmp(table_cell(table, row, k), keys[k]) == 0;
		if (!same)
			continue;
		if (slice->count == 0)
			slice->first = row;
		slice->count++;
		if (slice->first + slice->count != row + 1)
			return false;
	}
	return true;
}

/* A row of the slice, by weight: a binary search in the running sums. */
int
slice_pick(const struct slice *slice, struct rng *rng)
{
	const uint64_t *upto = slice->table->upto;
	size_t low = slice->first;
	size_t high = low + slice->count - 1;
	uint64_t before = low == 0 ? 0 : upto[low - 1];
	uint64_t want = before + rng_below(rng, upto[high] - before);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (upto[middle] > want)
			high = middle;
		else
			low = middle + 1;
	}
	return (int)low;
}

const char *
table_pick(const struct population *p, enum table_name name, struct rng *rng)
{
	const struct table *table = &p->tables[name];
	struct slice all = { table, 0, table->rows };

	return table_cell(table, (size_t)slice_pick(&all, rng), 0);
}

/* What a row of countries.csv says, and where its parts are. */
static bool
country_read(struct population *p, size_t row)
{
	const struct table *t = &p->tables[COUNTRIES];
	struct country *country = &p->countries[row];
	const char *code = table_cell(t, row, 0);
	uint64_t house = 0;
	uint64_t flats = 0;

	country->name = table_cell(t, row, 1);
	bool ok = number_parse(table_cell(t, row, 2), 99999, &house) && house > 0 &&
	          number_parse(table_cell(t, row, 3), 100, &flats) &&
	          slice_find(&country->places, &p->tables[PLACES], code, NULL, NULL) &&
	          slice_find(&country->streets, &p->tables[STREETS], code, NULL, NULL) &&
	          slice_find(&country->line, &p->tables[PHONES], code, "line", NULL) &&
	          slice_find(&country->mobile, &p->tables[PHONES], code, "mobile", NULL);
	country->house_max = (unsigned)house;
	country->flats = (unsigned)flats;
	return ok && country->places.count > 0 && country->streets.count > 0 &&
	       country->line.count > 0 && country->mobile.count > 0;
}

/* The forenames of a corpus by gender and cohort; a cohort that the file leaves out is cohort 0. */
static bool
corpus_find_forenames(struct population *p, struct corpus *corpus, const char *code)
{
	static const char *const cohorts[COHORTS] = { "0", "1", "2", "3", "4", "5" };

	for (int female = 0; female < 2; female++) {
		struct slice *slices = corpus->forenames[female];
		for (size_t c = 0; c < COHORTS; c++) {
			const char *gender = female ? "F" : "M";
			if (!slice_find(&slices[c], &p->tables[FORENAMES], code, gender, cohorts[c]))
				return false;
			if (slices[c].count == 0)
				slices[c] = slices[0];
			if (c > 0 && slices[c].count == 0)
				return false;
		}
	}
	return true;
}

static bool
corpus_read(struct population *p, size_t row)
{
	const struct table *t = &p->tables[CORPORA];
	struct corpus *corpus = &p->corpora[row];
	unsigned *const percents[] = {
		&corpus->native, &corpus->two_surnames, &corpus->one_name,  &corpus->middle,
		&corpus->keeps,  &corpus->interpreter,  &corpus->estimated,
	};
	uint64_t number = 0;

	corpus->language = table_cell(t, row, 3);
	for (size_t i = 0; i < COUNT_OF(percents); i++) {
		if (!number_parse(table_cell(t, row, 4 + i), 100, &number))
			return false;
		*percents[i] = (unsigned)number;
	}
	if (!number_parse(table_cell(t, row, 12), 100, &number))
		return false;
	corpus->there = (unsigned)number;
	for (size_t i = 0; i < p->tables[COUNTRIES].rows; i++)
		if (strcmp(table_cell(&p->tables[COUNTRIES], i, 0), table_cell(t, row, 11)) == 0)
			corpus->country = &p->countries[i];
	return corpus->country != NULL && corpus_find_forenames(p, corpus, table_cell(t, row, 1)) &&
	       slice_find(&corpus->surnames, &p->tables[SURNAMES], table_cell(t, row, 2), NULL, NULL) &&
	       corpus->surnames.count > 0;
}

/* Days since 1970 to year, month, day, and back: Howard Hinnant's civil_from_days. */
struct day
day_from_days(long days)
{
	long shifted = days + 719468;
	long era = shifted / 146097;
	long of_era = shifted % 146097;
	long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	long of_year = of_era - (365 * year + year / 4 - year / 100);
	long month = (5 * of_year + 2) / 153;
	long day = of_year - (153 * month + 2) / 5 + 1;

	return (struct day){ (int)(year + era * 400 + (month >= 10)),
		                 (int)(month < 10 ? month + 3 : month - 9), (int)day };
}

static long
days_from_day(struct day day)
{
	long year = day.year - (day.month <= 2);
	long of_year = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 + day.day - 1;

	return year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
}

bool
population_set_today(struct population *population, const char *text)
{
	struct day day;

	if (!day_parse(text, &day) || day.year < 1900)
		return false;
	population->today = days_from_day(day);
	return true;
}

static const char *
row_fault(struct arena *arena, const struct table *table, size_t row, const char *what)
{
	return arena_printf(arena,
	                    "%s: %s lacks %s, or its rows there are apart, or a number is out of range",
	                    table->file, table_cell(table, row, 0), what);
}

struct population *
population_load(struct arena *arena, const char *dir, const char **fault)
{
	struct population *p = arena_alloc(arena, sizeof(*p));

	*fault = NULL;
	for (size_t i = 0; i < TABLES; i++) {
		p->tables[i].file = files[i].file;
		p->tables[i].columns = files[i].columns;
		if (!table_load(&p->tables[i], arena, dir, fault))
			return NULL;
	}
	p->countries = arena_array(arena, p->tables[COUNTRIES].rows, sizeof(*p->countries));
	p->corpora = arena_array(arena, p->tables[CORPORA].rows, sizeof(*p->corpora));
	for (size_t i = 0; i < p->tables[COUNTRIES].rows && *fault == NULL; i++)
		if (!country_read(p, i))
			*fault = row_fault(arena, &p->tables[COUNTRIES], i, "places, streets or telephones");
	for (size_t i = 0; i < p->tables[CORPORA].rows && *fault == NULL; i++)
		if (!corpus_read(p, i))
			*fault = row_fault(arena, &p->tables[CORPORA], i, "names or a country");
	if (*fault != NULL)
		return NULL;
	must(population_set_today(p, "2026-01-01"));
	return p;
}
