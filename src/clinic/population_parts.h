/*
 * population_parts.h - what the files of the synthetic population share: the tables read from
 * bench/population, chance, and households. Only population*.c include it.
 */
#ifndef CAREDESK_CLINIC_POPULATION_PARTS_H
#define CAREDESK_CLINIC_POPULATION_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum { CELL_MAX = 48, FILE_MAX = 4 << 20, COHORTS = 6 };
enum { HOUSE = 4, YEAR = 365, NONE = -1 };

/* A file: cells in rows, and the running sum of the weights that end each row. */
struct table {
	const char *file;
	size_t columns;
	size_t rows;
	const char **cells;
	uint64_t *upto;
};

/* Neighbouring rows of a table that begin with the same cells. */
struct slice {
	const struct table *table;
	size_t first;
	size_t count;
};

struct country {
	const char *name;
	unsigned house_max;
	unsigned flats; /* % */
	struct slice places, streets, line, mobile;
};

/* Where a group of people has its names from, and its habits in percent. */
struct corpus {
	const char *language;
	struct slice forenames[2][COHORTS]; /* [is female][cohort], 0 for any year */
	struct slice surnames;
	unsigned native, two_surnames, one_name, middle, keeps, interpreter, estimated, there;
	const struct country *country;
};

enum table_name {
	FORENAMES,
	SURNAMES,
	CORPORA,
	COUNTRIES,
	PLACES,
	STREETS,
	PHONES,
	OCCUPATIONS,
	EMPLOYERS,
	PHYSICIANS,
	TABLES
};

struct population {
	struct table tables[TABLES];
	struct corpus *corpora; /* a row of CORPORA each */
	struct country *countries;
	long today; /* days since 1970 */
};

/* Columns of the files. */
enum { FORE_OWN = 3, FORE_ROMAN, FORE_CALLED };
enum { SUR_OWN = 1, SUR_ROMAN, SUR_OWN_HERS, SUR_ROMAN_HERS };
enum { PLACE_CITY = 1, PLACE_STATE, PLACE_CODE, PLACE_AREAS };

/* Chance. A stream is seeded by what it is for, and no question moves another's answer. */

struct rng {
	uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood 2014, public domain code by Vigna). */
static inline uint64_t
rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

enum topic { OF_HOSPITAL, OF_BLOCK, OF_HOME, OF_MEMBERS, OF_PHONE, OF_LINE, OF_MAIL, OF_PERSON };

static inline struct rng
rng_make(uint64_t seed, uint64_t number, enum topic topic)
{
	struct rng first = { seed };
	struct rng second = { rng_next(&first) ^ number };

	return (struct rng){ rng_next(&second) + (uint64_t)topic * 0xd1342543de82ef95u };
}

/* 0 to below - 1 (Lemire's multiplication; its bias is far below what can be seen here). */
static inline uint64_t
rng_below(struct rng *rng, uint64_t below)
{
	return (uint64_t)((unsigned __int128)rng_next(rng) * below >> 64);
}

static inline bool
rng_chance(struct rng *rng, unsigned percent)
{
	return rng_below(rng, 100) < percent;
}

/* An index into weights that end in 0. */
static inline size_t
rng_weighted(struct rng *rng, const unsigned *weights)
{
	uint64_t total = 0;

	for (const unsigned *w = weights; *w != 0; w++)
		total += *w;
	uint64_t left = rng_below(rng, total);
	size_t index = 0;
	while (left >= weights[index])
		left -= weights[index++];
	return index;
}

enum marital { SINGLE, MARRIED, PARTNERED, SEPARATED, DIVORCED, WIDOWED, NOT_KNOWN };

/* Names are rows of the tables, NONE where there is none. */
struct member {
	char role; /* A, B: the couple, or A the head; C: child; T: its twin; G: A's parent; R: other */
	bool is_female;
	long born;
	int forename;
	int middle;
	int surname;
	int second; /* the second surname, or what stands after the hyphen */
	int former;
	bool is_hyphenated;
	bool keeps_own_script; /* whether the desk wrote the name in its own script */
	enum marital marital;
	const char *suffix;
};

struct household {
	uint64_t key; /* a number of its own, for further chance */
	const struct corpus *corpus;
	const struct country *country;
	int place;
	bool has_line; /* a telephone that all share */
	size_t count;
	size_t self; /* which member is asked for */
	struct member members[HOUSE];
};

/* One cell. Rows and columns count from 0. */
const char *table_cell(const struct table *table, size_t row, size_t column);

/* A row of the slice, by weight. */
int slice_pick(const struct slice *slice, struct rng *rng);

/* The first cell of a row of the whole table, by weight. */
const char *table_pick(const struct population *p, enum table_name name, struct rng *rng);

/* The day so many days after 1970-01-01. */
struct day day_from_days(long days);

/* Whole years from a birthday (days since 1970) to the reference day. */
long years_at(const struct population *p, long born);

/* A forename for the member's gender and year of birth. */
int forename_pick(const struct household *house, const struct member *member, struct rng *rng);

/* A forename as written. */
const char *forename_text(const struct population *p, int row, bool in_own_script);

/* A surname as written, in the form for women where there is one. */
const char *surname_text(const struct population *p, int row, bool is_female, bool in_own_script);

/* Whether the member is or was married. */
bool has_married(const struct member *member);

/* The household of person `index` of population `seed`. */
void household_make(const struct population *p, uint64_t seed, uint64_t index,
                    struct household *house);

#endif
