#include "clinic/population_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/compat.h"

/*
 * The numbers of a block, each a letter as in member.role; S lives alone. The weights give about
 * 20 % under 18 (United States, 2020 census: 22 %), and two of five people no relative here.
 */
static const char *const patterns[] = { "SSSS", "ABSS", "ABCS", "ABCC", "ABCT",
	                                    "ACSS", "ACCS", "ABGS", "ABCG", "ARRS" };
static const unsigned pattern_weights[] = { 26, 20, 12, 26, 3, 9, 9, 2, 2, 2, 0 };

/* Adults in bands of five years from 18 on: with the parents of the families beside them, about the
 * shape of the United States (2020 census), a little older, for these are patients. */
static const unsigned adult_bands[] = { 70, 60, 56, 52, 48, 46, 50, 60, 84,
	                                    90, 84, 70, 50, 34, 20, 8,  2,  0 };

static long
days_of_years(struct rng *rng, unsigned years, unsigned span)
{
	long days = (long)(years + rng_below(rng, span)) * YEAR + (long)years / 4;

	return days + (long)rng_below(rng, YEAR);
}

long
years_at(const struct population *p, long born)
{
	return (p->today - born) * 100 / 36525;
}

static long
adult_born(const struct population *p, struct rng *rng)
{
	unsigned band = (unsigned)rng_weighted(rng, adult_bands);

	return p->today - days_of_years(rng, 18 + 5 * band, 5);
}

/* Which forenames were in fashion then (make.py has the same years). */
static size_t
cohort_of(long born)
{
	static const int first_years[] = { 0, 1945, 1965, 1985, 2005 };
	int year = day_from_days(born).year;
	size_t cohort = 0;

	while (cohort < COUNT_OF(first_years) && year >= first_years[cohort])
		cohort++;
	return cohort;
}

int
forename_pick(const struct household *house, const struct member *member, struct rng *rng)
{
	return slice_pick(&house->corpus->forenames[member->is_female][cohort_of(member->born)], rng);
}

const char *
forename_text(const struct population *p, int row, bool in_own_script)
{
	return table_cell(&p->tables[FORENAMES], (size_t)row, in_own_script ? FORE_OWN : FORE_ROMAN);
}

const char *
surname_text(const struct population *p, int row, bool is_female, bool in_own_script)
{
	const struct table *table = &p->tables[SURNAMES];
	size_t his = in_own_script ? SUR_OWN : SUR_ROMAN;
	size_t hers = in_own_script ? SUR_OWN_HERS : SUR_ROMAN_HERS;
	bool has_hers = *table_cell(table, (size_t)row, hers) != '\0';

	return table_cell(table, (size_t)row, is_female && has_hers ? hers : his);
}

bool
has_married(const struct member *member)
{
	return member->marital >= MARRIED && member->marital <= WIDOWED && member->marital != PARTNERED;
}

/*
 * The surnames of one member. `family` holds the head's two and the partner's two, drawn for the
 * household; `keeps`: who marries keeps the own name, `joins`: and adds the other's with a hyphen.
 */
static void
member_name_family(const struct household *house, struct member *m, const int *family, bool has_two,
                   bool keeps, bool joins, struct rng *rng)
{
	bool is_partner = m->role == 'B' || (m->role == 'G' && m->is_female);
	bool has_taken = is_partner || (house->count == 1 && m->is_female && has_married(m));

	m->surname = is_partner && (keeps || joins) ? family[2] : family[0];
	if (m->role == 'R')
		m->surname = slice_pick(&house->corpus->surnames, rng);
	if (has_two)
		m->second = family[m->role == 'C' || m->role == 'T' ? 2 : is_partner ? 3 : 1];
	m->is_hyphenated = joins && m->role == 'B';
	if (m->is_hyphenated)
		m->second = family[0];
	if (has_taken && !keeps && !joins && rng_chance(rng, 75))
		m->former = family[3];
}

static void
members_name_families(struct household *house, struct rng *rng)
{
	const struct corpus *corpus = house->corpus;
	bool has_two = rng_chance(rng, corpus->two_surnames);
	bool keeps = has_two || rng_chance(rng, corpus->keeps);
	bool joins = !keeps && rng_chance(rng, 7);
	int family[4];

	for (size_t i = 0; i < COUNT_OF(family); i++)
		family[i] = slice_pick(&corpus->surnames, rng);
	for (size_t i = 0; i < house->count; i++)
		member_name_family(house, &house->members[i], family, has_two, keeps, joins, rng);
}

/* Siblings don't share a forename; some sons have their father's whole name. */
static void
members_name(const struct population *p, struct household *house, struct rng *rng)
{
	bool has_junior = house->corpus->middle >= 30 && rng_chance(rng, 9);

	for (size_t i = 0; i < house->count; i++) {
		struct member *m = &house->members[i];
		m->middle = rng_chance(rng, house->corpus->middle) ? forename_pick(house, m, rng) : NONE;
		bool is_taken = true;
		for (int tries = 0; is_taken && tries < 8; tries++) {
			m->forename = forename_pick(house, m, rng);
			is_taken = m->middle != NONE && strcmp(forename_text(p, m->middle, false),
			                                       forename_text(p, m->forename, false)) == 0;
			for (size_t other = 0; other < i; other++)
				is_taken |= strcmp(forename_text(p, house->members[other].forename, false),
				                   forename_text(p, m->forename, false)) == 0;
		}
		struct member *father = &house->members[0];
		if (has_junior && m->role == 'C' && !m->is_female && !father->is_female) {
			m->forename = father->forename;
			m->middle = father->middle;
			m->suffix = "Jr.";
			father->suffix = rng_chance(rng, 50) ? "Sr." : NULL;
			has_junior = false;
		}
		m->keeps_own_script = rng_chance(rng, house->corpus->native);
	}
}

static enum marital
marital_draw(struct rng *rng, long age)
{
	static const unsigned weights[][8] = {
		{ 86, 4, 6, 1, 1, 1, 3, 0 },   /* 18 to 24 */
		{ 44, 36, 11, 1, 5, 1, 4, 0 }, /* to 34 */
		{ 20, 51, 5, 3, 18, 2, 4, 0 }, /* to 64 */
		{ 8, 47, 2, 1, 15, 27, 4, 0 },
	};

	if (age < 18)
		return SINGLE;
	return (enum marital)rng_weighted(rng, weights[age < 25 ? 0 : age < 35 ? 1 : age < 65 ? 2 : 3]);
}

/* A parent is 25 to 40 then; of two children, none comes within nine months of the other. `child`
 * is its place in the household, `head` the household's first. */
static long
child_born(const struct population *p, const struct member *child, const struct member *head,
           struct rng *rng)
{
	long earliest = head->born + 25 * 366;
	long span = p->today - earliest < 15 * YEAR ? p->today - earliest + 1 : 15 * YEAR;
	long born = earliest + (long)rng_below(rng, (uint64_t)span);
	const struct member *before = child - 1;

	if (before->role == 'C' && labs(born - before->born) < 400)
		born = before->born - 400 - (long)rng_below(rng, 900);
	return born;
}

/* Birthday, gender and marital status of the member, from those of the members before it. */
static void
member_draw(const struct population *p, struct household *house, size_t index, bool is_family,
            struct rng *rng)
{
	struct member *m = &house->members[index];
	struct member *head = &house->members[0];
	bool is_couple = house->count > 1 && house->members[1].role == 'B';
	long youngest = p->today - 18 * 366;

	*m = (struct member){ .role = m->role, .second = NONE, .former = NONE, .middle = NONE };
	m->is_female = rng_chance(rng, m->role == 'G' ? 65 : m->role == 'A' && is_family ? 80 : 51);
	m->born = head->born;
	switch (m->role) {
	case 'A':
		m->born = is_family ? p->today - days_of_years(rng, 26, 33) : adult_born(p, rng);
		m->is_female = m->is_female && !is_couple;
		break;
	case 'B':
		m->is_female = rng_chance(rng, 98) != head->is_female;
		m->born += (long)rng_below(rng, 5 * YEAR) - (long)rng_below(rng, 3 * YEAR);
		head->marital = m->marital = rng_chance(rng, 84) ? MARRIED : PARTNERED;
		break;
	case 'C':
		m->born = child_born(p, m, head, rng);
		break;
	case 'T':
		m->born = house->members[index - 1].born;
		m->is_female = house->members[index - 1].is_female != rng_chance(rng, 35);
		break;
	case 'G':
		m->born -= days_of_years(rng, 21, 14);
		m->marital = rng_chance(rng, 70) ? WIDOWED : DIVORCED;
		break;
	default:
		m->born += (long)rng_below(rng, 8 * YEAR) - 4 * YEAR;
	}
	if (strchr("ABR", m->role) != NULL && m->born > youngest)
		m->born = youngest - (long)rng_below(rng, 3 * YEAR);
	if (m->role == 'A')
		m->marital = marital_draw(rng, years_at(p, m->born));
}

/* The place: half of a hospital's patients live in its own town. */
static void
household_settle(const struct population *p, uint64_t seed, struct household *house,
                 struct rng *rng)
{
	struct rng town = rng_make(seed, 0, OF_HOSPITAL);
	struct slice all = { &p->tables[CORPORA], 0, p->tables[CORPORA].rows };
	const struct country *home = p->corpora[0].country;

	house->corpus = &p->corpora[slice_pick(&all, rng)];
	house->country = rng_chance(rng, house->corpus->there) ? house->corpus->country : home;
	house->place = slice_pick(&house->country->places, rng);
	if (house->country == home && rng_chance(rng, 50))
		house->place = slice_pick(&home->places, &town);
}

/* The household of person `index`: several of the block's numbers, or this one alone. A child who
 * is alone here still has a parent, whom only the emergency contact names. */
void
household_make(const struct population *p, uint64_t seed, uint64_t index, struct household *house)
{
	struct rng block = rng_make(seed, index / HOUSE, OF_BLOCK);
	const char *pattern = patterns[rng_weighted(&block, pattern_weights)];
	bool is_alone = pattern[index % HOUSE] == 'S';

	*house = (struct household){ .key = is_alone ? 2 * index + 1 : index / HOUSE * 2 };
	struct rng rng = rng_make(seed, house->key, OF_MEMBERS);
	if (is_alone) {
		pattern = rng_chance(&rng, 13) ? "AC" : "A";
		house->self = pattern[1] == 'C';
	} else {
		house->self = index % HOUSE;
	}
	bool is_family = strchr(pattern, 'C') != NULL || strchr(pattern, 'G') != NULL;
	for (; pattern[house->count] != '\0' && pattern[house->count] != 'S'; house->count++)
		house->members[house->count].role = pattern[house->count];
	household_settle(p, seed, house, &rng);
	for (size_t i = 0; i < house->count; i++)
		member_draw(p, house, i, is_family, &rng);
	members_name_families(house, &rng);
	members_name(p, house, &rng);
	house->has_line = rng_chance(&rng, years_at(p, house->members[0].born) < 50 ? 30 : 70);
}
