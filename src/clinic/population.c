#include "clinic/population.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "clinic/patient.h"
#include "clinic/population_parts.h"
#include "base/compat.h"

static const char *const marital_words[] = { "single",   "married", "partnered", "separated",
	                                         "divorced", "widowed", "unknown" };

static void
put_number(struct buf *buf, unsigned number, unsigned width)
{
	char digits[10];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0 || sizeof(digits) - at < width);
	buf_put(buf, digits + at, sizeof(digits) - at);
}

/* Writes a format: '#' a digit, '%' a letter of British postal codes, '@' the inset. */
static void
put_format(struct buf *buf, const char *format, const char *inset, size_t inset_len,
           struct rng *rng)
{
	static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";

	for (const char *c = format; *c != '\0'; c++) {
		if (*c == '@')
			buf_put(buf, inset, inset_len);
		else if (*c == '#')
			buf_putc(buf, (char)('0' + rng_below(rng, 10)));
		else if (*c == '%')
			buf_putc(buf, letters[rng_below(rng, sizeof(letters) - 1)]);
		else
			buf_putc(buf, *c);
	}
}

/* A telephone number in one of the country's formats, with one of the place's areas. */
static const char *
phone_make(const struct population *p, const struct slice *formats, int place, struct rng *rng,
           struct arena *arena)
{
	const char *areas = table_cell(&p->tables[PLACES], (size_t)place, PLACE_AREAS);
	size_t count = 1;
	struct buf buf;

	for (const char *c = areas; *c != '\0'; c++)
		count += *c == '|';
	for (size_t skip = rng_below(rng, count); skip > 0; skip--)
		areas = strchr(areas, '|') + 1;
	buf_init(&buf, arena, 24);
	put_format(&buf, table_cell(&p->tables[PHONES], (size_t)slice_pick(formats, rng), 2), areas,
	           strcspn(areas, "|"), rng);
	return buf.data;
}

/* The member's own telephone; a third brought its number from another town. */
static const char *
phone_of(const struct population *p, uint64_t seed, const struct household *house, size_t member,
         struct arena *arena)
{
	struct rng rng = rng_make(seed, house->key * HOUSE + member, OF_PHONE);
	int place = house->place;

	if (rng_chance(&rng, 35))
		place = slice_pick(&house->country->places, &rng);
	return phone_make(p, &house->country->mobile, place, &rng, arena);
}

static const char *
phone_shared(const struct population *p, uint64_t seed, const struct household *house,
             struct arena *arena)
{
	struct rng rng = rng_make(seed, house->key, OF_LINE);

	return phone_make(p, &house->country->line, house->place, &rng, arena);
}

static const char *
date_text(long days, struct arena *arena)
{
	struct day day = day_from_days(days);
	struct buf buf;

	buf_init(&buf, arena, 10);
	put_number(&buf, (unsigned)day.year, 4);
	buf_putc(&buf, '-');
	put_number(&buf, (unsigned)day.month, 2);
	buf_putc(&buf, '-');
	put_number(&buf, (unsigned)day.day, 2);
	return buf.data;
}

/* One or two surnames: Garcia Lopez, Smith-Jones, Smith. */
static const char *
last_name(const struct population *p, const struct member *m, bool in_own_script,
          struct arena *arena)
{
	const char *first = surname_text(p, m->surname, m->is_female, in_own_script);
	struct buf buf;

	if (m->second == NONE)
		return first;
	buf_init(&buf, arena, 40);
	buf_puts(&buf, first);
	buf_putc(&buf, m->is_hyphenated ? '-' : ' ');
	buf_puts(&buf, surname_text(p, m->second, m->is_female, in_own_script));
	return buf.data;
}

/* Whether a name is in Latin letters: their blocks are U+0000-024F and U+1E00-1EFF. */
static bool
is_latin(const char *name)
{
	const unsigned char *c = (const unsigned char *)name;

	return c[0] < 0xca || (c[0] == 0xe1 && c[1] >= 0xb8 && c[1] <= 0xbb);
}

static void
set_names(const struct population *p, const struct household *house, const struct member *m,
          struct rng *rng, struct patient *out, struct arena *arena)
{
	bool own = m->keeps_own_script;
	const char *in_own = forename_text(p, m->forename, true);
	const char *called = table_cell(&p->tables[FORENAMES], (size_t)m->forename, FORE_CALLED);

	out->first_name = forename_text(p, m->forename, own);
	out->last_name = last_name(p, m, own, arena);
	if (m->middle != NONE) {
		out->middle_name = forename_text(p, m->middle, own);
		if (rng_chance(rng, 35) && (unsigned char)out->middle_name[0] < 0x80)
			out->middle_name = arena_printf(arena, "%c.", out->middle_name[0]);
	}
	if (m->former != NONE)
		out->former_name = surname_text(p, m->former, m->is_female, own);
	if (!is_latin(in_own) && rng_chance(rng, own ? 70 : 30))
		out->preferred_name = forename_text(p, m->forename, !own);
	else if (*called != '\0' && rng_chance(rng, 25))
		out->preferred_name = called;
	out->name_suffix = m->suffix;
	if (m->suffix == NULL && house->corpus->middle >= 30 && !m->is_female && rng_chance(rng, 1))
		out->name_suffix = rng_chance(rng, 60) ? "Jr." : rng_chance(rng, 50) ? "III" : "II";
	if (m->suffix == NULL && rng_chance(rng, house->corpus->one_name)) {
		out->middle_name = out->name_suffix = NULL;
		if (rng_chance(rng, 70))
			out->last_name = out->former_name = NULL;
		else
			out->first_name = out->preferred_name = NULL;
	}
}

/* Gender as on the papers, and what few add to it. */
static void
set_gender(const struct member *m, bool is_child, struct rng *rng, struct patient *out)
{
	unsigned rare = (unsigned)rng_below(rng, 1000);
	bool is_woman = m->is_female != (rare >= 995); /* the last five are transgender */

	out->gender = m->is_female ? "female" : "male";
	if (rare < 8)
		out->gender = rare < 4 ? "other" : "unknown";
	if (is_child)
		return;
	if (rare < 3) {
		out->gender_identity = "Non-binary";
		out->pronouns = "they/them";
	} else if (rare >= 950) {
		out->pronouns = is_woman ? "she/her" : "he/him";
	}
	if (rare >= 995)
		out->gender_identity = is_woman ? "Transgender woman" : "Transgender man";
	else if (rare >= 990)
		out->gender_identity = is_woman ? "Woman" : "Man";
}

static void
set_status(long age, struct rng *rng, struct patient *out)
{
	static const unsigned dead[] = { 8, 12, 30, 120, 270 }; /* in 1,000 records, by age */
	unsigned deaths = dead[age < 50 ? 0 : age < 65 ? 1 : age < 80 ? 2 : age < 90 ? 3 : 4];
	unsigned fate = (unsigned)rng_below(rng, 1000);

	out->status = "active";
	if (fate < deaths)
		out->status = "deceased";
	else if (fate < deaths + 40)
		out->status = "inactive";
	else if (fate < deaths + 46)
		out->status = "archived";
}

static void
set_person(const struct population *p, const struct household *house, const struct member *m,
           struct rng *rng, struct patient *out, struct arena *arena)
{
	static const char *const titles[] = { "Dr.", "Rev.", "Prof.", "Hon." };
	static const unsigned title_weights[] = { 10, 3, 2, 1, 0 };
	long age = years_at(p, m->born);

	out->date_of_birth = date_text(m->born, arena);
	if (rng_below(rng, 1000) < 4 + 10 * house->corpus->estimated) {
		out->date_of_birth = arena_printf(arena, "%.4s-01-01", out->date_of_birth);
		out->date_of_birth_estimated = "true";
	}
	set_status(age, rng, out);
	set_gender(m, age < 13, rng, out);
	if (age > 27 && rng_below(rng, 1000) < 18)
		out->name_prefix = titles[rng_weighted(rng, title_weights)];
	if (rng_chance(rng, 92))
		out->marital_status = marital_words[m->marital];
	else if (rng_chance(rng, 50))
		out->marital_status = marital_words[NOT_KNOWN];
}

static void
set_address(const struct population *p, uint64_t seed, const struct household *house,
            struct patient *out, struct arena *arena)
{
	const struct table *places = &p->tables[PLACES];
	const struct country *country = house->country;
	struct rng rng = rng_make(seed, house->key, OF_HOME);
	const char *format = table_cell(&p->tables[STREETS],
	                                (size_t)slice_pick(&country->streets, &rng), 1);
	struct buf number, street, code;

	if (rng_chance(&rng, 3))
		return; /* no fixed address, or nobody asked */
	buf_init(&number, arena, 8);
	buf_init(&street, arena, 48);
	buf_init(&code, arena, 12);
	put_number(&number, 1 + (unsigned)rng_below(&rng, country->house_max >> rng_below(&rng, 5)), 1);
	put_format(&street, format, number.data, number.len, &rng);
	if (rng_chance(&rng, country->flats)) {
		static const char *const kinds[] = { " Apt #%", " Apt ##", " Unit #", " Flat #" };
		bool is_british = country->house_max < 1000;
		put_format(&street, kinds[is_british ? 3 : rng_below(&rng, 3)], "", 0, &rng);
	}
	put_format(&code, table_cell(places, (size_t)house->place, PLACE_CODE), "", 0, &rng);
	out->address_street = street.data;
	out->address_city = table_cell(places, (size_t)house->place, PLACE_CITY);
	out->address_state = table_cell(places, (size_t)house->place, PLACE_STATE);
	out->address_zip_code = code.data;
	out->address_country = country->name;
}

static void
put_mail_word(struct buf *buf, const char *name, size_t most)
{
	for (; *name != '\0' && most > 0; name++) {
		bool is_upper = *name >= 'A' && *name <= 'Z';
		if (!is_upper && (*name < 'a' || *name > 'z'))
			continue;
		buf_putc(buf, is_upper ? (char)(*name - 'A' + 'a') : *name);
		most--;
	}
}

/* From the romanised name, in the ways that people choose; often with digits, for the plain address
 * is taken. */
static const char *
email_of(const struct population *p, uint64_t seed, const struct household *house, size_t member,
         struct arena *arena)
{
	static const char *const hosts[] = { "example.com",  "example.org",  "example.net",
		                                 "mail.example", "post.example", "inbox.example" };
	static const unsigned host_weights[] = { 40, 20, 15, 12, 8, 5, 0 };
	const struct member *m = &house->members[member];
	struct rng rng = rng_make(seed, house->key * HOUSE + member, OF_MAIL);
	struct buf buf;

	buf_init(&buf, arena, 48);
	put_mail_word(&buf, forename_text(p, m->forename, false), rng_chance(&rng, 30) ? 1 : CELL_MAX);
	if (rng_chance(&rng, 60))
		buf_putc(&buf, rng_chance(&rng, 80) ? '.' : '_');
	put_mail_word(&buf, surname_text(p, m->surname, m->is_female, false), CELL_MAX);
	if (rng_chance(&rng, 25))
		put_number(&buf, (unsigned)day_from_days(m->born).year % 100, 2);
	else if (rng_chance(&rng, 45))
		put_number(&buf, (unsigned)rng_below(&rng, 1000), 1);
	buf_putc(&buf, '@');
	buf_puts(&buf, hosts[rng_weighted(&rng, host_weights)]);
	return buf.data;
}

static void
set_reach(const struct population *p, uint64_t seed, const struct household *house, struct rng *rng,
          struct patient *out, struct arena *arena)
{
	const struct member *m = &house->members[house->self];
	long age = years_at(p, m->born);
	bool is_child = age < 16 && house->self > 0;
	unsigned online = age < 16 ? 30 : age < 40 ? 76 : age < 65 ? 68 : age < 80 ? 46 : 20;
	const char *own = phone_of(p, seed, house, is_child ? 0 : house->self, arena);

	if (rng_chance(rng, 92)) {
		const char *line = house->has_line ? phone_shared(p, seed, house, arena) : NULL;
		bool line_first = line != NULL && rng_chance(rng, age < 65 ? 35 : 60);
		out->phone = line_first ? line : own;
		if (rng_chance(rng, 50))
			out->alternate_phone = line_first ? own : line;
	}
	if (rng_chance(rng, online))
		out->email = email_of(p, seed, house, is_child ? 0 : house->self, arena);
	out->language = house->corpus->language;
	if (rng_chance(rng, 4))
		out->language = NULL;
	if (strncmp(house->corpus->language, "en", 2) != 0)
		out->interpreter_needed = rng_chance(rng, house->corpus->interpreter) ? "true" : "false";
}

/* The household's member whom the person would name; NULL where the person lives alone. */
static const struct member *
nearest(const struct population *p, const struct household *house, const char **relationship)
{
	const struct member *m = &house->members[house->self];
	const struct member *head = &house->members[0];
	const struct member *next = house->count > 1 ? &house->members[1] : NULL;

	*relationship = "Roommate";
	if (next == NULL)
		return NULL;
	if (m->role == 'C' || m->role == 'T')
		*relationship = head->is_female ? "Mother" : "Father";
	else if (m->role == 'G')
		*relationship = head->is_female ? "Daughter" : "Son";
	if (m != head && m->role != 'B')
		return head;
	if (next->role == 'B')
		*relationship = m->marital == MARRIED ? "Spouse" : "Partner";
	else if (next->role == 'C' && years_at(p, next->born) < 18)
		return NULL;
	else if (next->role == 'C')
		*relationship = next->is_female ? "Daughter" : "Son";
	return m == head ? next : head;
}

/* Somebody who has no record here. */
static struct member
relative_make(const struct population *p, const struct household *house, const struct member *m,
              struct rng *rng, const char **relationship)
{
	static const struct {
		const char *word;
		bool is_female;
		int years; /* born so much later */
	} kinds[] = { { "Mother", true, -27 },  { "Father", false, -29 }, { "Sister", true, 2 },
		          { "Brother", false, -2 }, { "Friend", true, 1 },    { "Friend", false, 0 },
		          { "Daughter", true, 28 }, { "Son", false, 29 } };
	size_t kind = rng_below(rng, 6);
	struct member other = *m;

	if (years_at(p, m->born) > 55 && kind < 4)
		kind = 6 + kind % 2;
	*relationship = kinds[kind].word;
	other.is_female = kinds[kind].is_female;
	other.born += kinds[kind].years * YEAR;
	other.is_hyphenated = false;
	if (has_married(m)) {
		other.is_female = !m->is_female;
		other.born = m->born;
		*relationship = m->marital == MARRIED ? "Spouse" : "Friend";
	}
	other.forename = forename_pick(house, &other, rng);
	if (strcmp(*relationship, "Friend") == 0)
		other.surname = slice_pick(&house->corpus->surnames, rng);
	other.second = NONE;
	return other;
}

static void
set_contact(const struct population *p, uint64_t seed, const struct household *house,
            struct rng *rng, struct patient *out, struct arena *arena)
{
	const struct member *m = &house->members[house->self];
	const struct member *near = nearest(p, house, &out->emergency_contact_relationship);
	size_t number = near == NULL ? HOUSE - 1 : (size_t)(near - house->members);
	struct member other;
	struct buf name;

	if (near == NULL) {
		other = relative_make(p, house, m, rng, &out->emergency_contact_relationship);
		near = &other;
	}
	buf_init(&name, arena, 48);
	buf_puts(&name, forename_text(p, near->forename, false));
	buf_putc(&name, ' ');
	buf_puts(&name, last_name(p, near, false, arena));
	out->emergency_contact_name = name.data;
	out->emergency_contact_phone = phone_of(p, seed, house, number, arena);
}

/* Blood groups in tenths of a percent of the United States' population: Lancaster General Health
 * (Blood Bank), "Blood Type Frequency". */
static const char *const blood_types[] = { "O+", "O-", "A+", "A-", "B+", "B-", "AB+", "AB-" };
static const unsigned blood_weights[] = { 374, 66, 357, 63, 85, 15, 34, 6, 0 };

static void
set_care(const struct population *p, struct rng *rng, struct patient *out)
{
	if (rng_chance(rng, 70))
		out->blood_type = blood_types[rng_weighted(rng, blood_weights)];
	if (rng_chance(rng, 85))
		out->primary_physician = table_pick(p, PHYSICIANS, rng);
}

static void
set_work(const struct population *p, const struct member *m, struct rng *rng, struct patient *out)
{
	long age = years_at(p, m->born);

	if (age >= 6 && age < (long)(16 + rng_below(rng, 8)))
		out->occupation = "Student";
	else if (age >= 18 && age > (long)(60 + rng_below(rng, 11)))
		out->occupation = "Retired";
	else if (age >= 16 && rng_chance(rng, 75))
		out->occupation = table_pick(p, OCCUPATIONS, rng);
	else
		return;
	if (age < 67 && rng_chance(rng, 40))
		out->employer = table_pick(p, EMPLOYERS, rng);
}

void
population_person(const struct population *population, uint64_t seed, uint64_t index,
                  struct patient *out, struct arena *arena)
{
	static const struct patient nobody;
	struct household house;
	struct rng rng = rng_make(seed, index, OF_PERSON);

	household_make(population, seed, index, &house);
	const struct member *member = &house.members[house.self];
	*out = nobody;
	set_names(population, &house, member, &rng, out, arena);
	set_person(population, &house, member, &rng, out, arena);
	set_address(population, seed, &house, out, arena);
	set_reach(population, seed, &house, &rng, out, arena);
	if (rng_chance(&rng, 50))
		set_contact(population, seed, &house, &rng, out, arena);
	set_care(population, &rng, out);
	set_work(population, member, &rng, out);
}
