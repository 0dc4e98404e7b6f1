/*
 * The synthetic population: reproducible, valid in every field, and clashing as real people do.
 * Reads bench/population below CAREDESK_SRCDIR (default: the working directory).
 */
#include "clinic/population.h"
#include "clinic/patient.h" /* before cmocka, whose macro fail() would spoil err.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/entity.h"
#include "base/str.h"
#include "base/compat.h"

enum { PERSONS = 10000, SEED = 7, ARENA = 64 << 20 };

#define PATIENT_CHOICES(name, ...)                                                                 \
	static const struct choice name[] = { __VA_ARGS__, { NULL, NULL, false } };
#include "clinic/patient.def"
#undef PATIENT_CHOICES

/* patient_entity without the database: what a value may be. */
static const struct rule {
	const char *name;
	size_t offset;
	enum field_type type;
	size_t max;
	unsigned flags;
	const struct choice *choices;
} rules[] = {
#define PATIENT_FIELD(name, group, type, max, flags, choices, ...)                                 \
	{ #name, offsetof(struct patient, name), type, max, flags, choices },
#include "clinic/patient.def"
#undef PATIENT_FIELD
};

static struct arena *arena;
static struct population *population;
static struct patient *people; /* PERSONS of them */

static const char *
value_of(const struct patient *patient, const struct rule *rule)
{
	const char *value;

	memcpy(&value, (const char *)patient + rule->offset, sizeof(value));
	return value;
}

static const char *
corpora(void)
{
	const char *source = getenv("CAREDESK_SRCDIR");

	return arena_printf(arena, "%s/bench/population", source == NULL ? "." : source);
}

static int
setup(void **state)
{
	const char *fault = NULL;

	(void)state;
	arena = arena_create(ARENA);
	population = population_load(arena, corpora(), &fault);
	if (population == NULL) {
		fprintf(stderr, "%s\n", fault);
		return -1;
	}
	people = arena_array(arena, PERSONS, sizeof(*people));
	for (size_t i = 0; i < PERSONS; i++)
		population_person(population, SEED, i, &people[i], arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_destroy(arena);
	return 0;
}

static void
assert_same_person(const struct patient *a, const struct patient *b)
{
	for (size_t f = 0; f < COUNT_OF(rules); f++)
		assert_true(str_equal(value_of(a, &rules[f]), value_of(b, &rules[f])));
}

static void
a_person_does_not_depend_on_the_order_of_the_calls(void **state)
{
	struct patient again;

	(void)state;
	for (size_t i = PERSONS; i-- > PERSONS - 500;) {
		population_person(population, SEED, i, &again, arena);
		assert_same_person(&people[i], &again);
	}
	population_person(population, SEED, 3, &again, arena);
	assert_same_person(&people[3], &again);
}

static void
two_loads_make_the_same_people(void **state)
{
	const char *fault = NULL;
	struct population *other = population_load(arena, corpora(), &fault);
	struct patient again;

	(void)state;
	assert_non_null(other);
	assert_null(fault);
	for (size_t i = 0; i < 200; i++) {
		population_person(other, SEED, i, &again, arena);
		assert_same_person(&people[i], &again);
	}
}

static void
another_seed_makes_other_people(void **state)
{
	size_t same = 0;

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		struct patient other;
		population_person(population, SEED + 1, i, &other, arena);
		same += str_equal(other.date_of_birth, people[i].date_of_birth) &&
		        str_equal(other.last_name, people[i].last_name);
	}
	assert_in_range(same, 0, 2);
}

static void
the_largest_numbers_are_people_too(void **state)
{
	struct patient person;

	(void)state;
	population_person(population, UINT64_MAX, UINT64_MAX, &person, arena);
	assert_non_null(person.date_of_birth);
}

static void
check_text(const struct rule *rule, const char *value)
{
	if (*value == '\0' || !utf8_is_valid(value, strlen(value)) || str_has_control(value))
		fail_msg("%s is not clean text: \"%s\"", rule->name, value);
	if (utf8_length(value) > rule->max)
		fail_msg("%s is too long: \"%s\"", rule->name, value);
	char *nfc = (char *)utf8proc_NFC((const utf8proc_uint8_t *)value);
	assert_non_null(nfc);
	if (strcmp(nfc, value) != 0)
		fail_msg("%s is not NFC: \"%s\"", rule->name, value);
	free(nfc);
}

static bool
is_choice(const struct choice *choices, const char *value)
{
	for (; choices->value != NULL; choices++)
		if (strcmp(choices->value, value) == 0)
			return true;
	return false;
}

static void
every_value_keeps_the_rules_of_its_field(void **state)
{
	struct day day;

	(void)state;
	for (size_t i = 0; i < PERSONS; i++) {
		assert_true(people[i].first_name != NULL || people[i].last_name != NULL);
		assert_non_null(people[i].status);
		for (size_t f = 0; f < COUNT_OF(rules); f++) {
			const struct rule *rule = &rules[f];
			const char *value = value_of(&people[i], rule);
			if (value == NULL) {
				assert_false(rule->flags & FIELD_REQUIRED);
				continue;
			}
			check_text(rule, value);
			if (rule->flags & FIELD_READONLY)
				fail_msg("%s was set", rule->name);
			if (rule->type == FIELD_ENUM && !is_choice(rule->choices, value))
				fail_msg("%s is \"%s\"", rule->name, value);
			if (rule->type == FIELD_DATE)
				assert_true(day_parse(value, &day));
			if (rule->type == FIELD_BOOL)
				assert_true(str_equal(value, "true") || str_equal(value, "false"));
			if (rule->type == FIELD_PHONE)
				assert_in_range(strlen(str_digits(arena, value)), 4, 15);
		}
	}
}

static void
nobody_is_born_after_today_or_older_than_110(void **state)
{
	static const char *const days[] = { "1900-03-01", "2000-02-29", "2026-01-01", "2096-12-31" };
	struct day today, born;

	(void)state;
	for (size_t d = 0; d < COUNT_OF(days); d++) {
		assert_true(day_parse(days[d], &today));
		assert_true(population_set_today(population, days[d]));
		for (size_t i = 0; i < PERSONS; i++) {
			struct patient person;
			population_person(population, SEED, i, &person, arena);
			assert_true(day_parse(person.date_of_birth, &born));
			assert_true(day_compare(born, today) <= 0);
			assert_in_range(day_age(born, today), 0, 110);
		}
	}
	assert_true(population_set_today(population, "2026-01-01"));
	assert_false(population_set_today(population, "2026-02-29"));
	assert_false(population_set_today(population, "1899-12-31"));
}

/* Whether the digits begin so and go on with `more` digits. */
static bool
begins(const char *digits, const char *prefix, size_t more)
{
	return str_has_prefix(digits, prefix) && strlen(digits) == strlen(prefix) + more;
}

/* Fiction's own numbers; or, in North America, an exchange that begins with 1. */
static bool
is_nobodys_phone(const char *phone)
{
	static const char *const kept[] = {
		"0207946", "0113496", "0114496", "0115496", "0116496", "0117496", "0118496",
		"0121496", "0131496", "0141496", "0151496", "0191498", "0292018",
	};
	const char *digits = str_digits(arena, phone);

	for (size_t i = 0; i < COUNT_OF(kept); i++)
		if (begins(digits, arena_printf(arena, "%s0", kept[i]), 3))
			return true;
	if (begins(digits, "07700900", 3) || begins(digits, "447700900", 3) ||
	    begins(digits, "03023125", 3) || begins(digits, "06990009", 3) ||
	    begins(digits, "04066969", 3) || begins(digits, "02214710", 3) ||
	    begins(digits, "08999998", 3) || begins(digits, "017139200", 2) ||
	    begins(digits, "4917139200", 2) || begins(digits, "0176040690", 2))
		return true;
	if (strlen(digits) == 11 && digits[0] == '1')
		digits++;
	return strlen(digits) == 10 && (digits[3] == '1' || strncmp(digits + 3, "55501", 5) == 0);
}

static void
no_telephone_or_mail_address_can_be_anyones(void **state)
{
	static const char *const hosts[] = { "@example.com", "@example.org", "@example.net",
		                                 ".example" };

	(void)state;
	for (size_t i = 0; i < PERSONS; i++) {
		const char *phones[] = { people[i].phone, people[i].alternate_phone,
			                     people[i].emergency_contact_phone };
		for (size_t k = 0; k < COUNT_OF(phones); k++)
			if (phones[k] != NULL && !is_nobodys_phone(phones[k]))
				fail_msg("%s may be somebody's", phones[k]);
		const char *email = people[i].email;
		if (email == NULL)
			continue;
		const char *at = strchr(email, '@');
		assert_true(at != NULL && at > email && strchr(at + 1, '@') == NULL);
		bool is_kept = false;
		for (size_t k = 0; k < COUNT_OF(hosts); k++)
			is_kept |= strlen(at) > strlen(hosts[k]) - 1 &&
			           strcmp(email + strlen(email) - strlen(hosts[k]), hosts[k]) == 0;
		assert_true(is_kept);
	}
}

/* How many in a hundred have a value there. */
static double
share_with(const char *name)
{
	for (size_t f = 0; f < COUNT_OF(rules); f++)
		if (strcmp(rules[f].name, name) == 0) {
			size_t count = 0;
			for (size_t i = 0; i < PERSONS; i++)
				count += value_of(&people[i], &rules[f]) != NULL;
			return 100.0 * (double)count / PERSONS;
		}
	fail_msg("no field %s", name);
	return 0;
}

static void
assert_share(double share, double least, double most, const char *what)
{
	if (share < least || share > most)
		fail_msg("%s: %.2f %%, not %.1f to %.1f", what, share, least, most);
}

static void
fields_are_filled_as_often_as_in_practice(void **state)
{
	(void)state;
	assert_share(share_with("phone"), 90, 94, "phone");
	assert_share(share_with("email"), 54, 66, "email");
	assert_share(share_with("address_street"), 94, 99, "address");
	assert_share(share_with("emergency_contact_name"), 47, 53, "contact");
	assert_share(share_with("alternate_phone"), 12, 35, "alternate phone");
	assert_share(share_with("blood_type"), 66, 74, "blood type");
	assert_share(share_with("first_name"), 99, 100, "first name");
	assert_share(share_with("former_name"), 6, 18, "former name");
	assert_share(share_with("date_of_birth_estimated"), 0.2, 2, "estimated birthday");
}

static void
ages_and_genders_are_as_in_a_country(void **state)
{
	const struct day today = { 2026, 1, 1 };
	size_t young = 0, old = 0, women = 0, dead = 0, active = 0;

	(void)state;
	for (size_t i = 0; i < PERSONS; i++) {
		struct day born = { 0 };
		assert_true(day_parse(people[i].date_of_birth, &born));
		young += day_age(born, today) < 18;
		old += day_age(born, today) >= 65;
		women += strcmp(people[i].gender, "female") == 0;
		dead += strcmp(people[i].status, "deceased") == 0;
		active += strcmp(people[i].status, "active") == 0;
	}
	assert_share(100.0 * (double)young / PERSONS, 15, 27, "under 18");
	assert_share(100.0 * (double)old / PERSONS, 13, 25, "65 and older");
	assert_share(100.0 * (double)women / PERSONS, 48, 54, "women");
	assert_share(100.0 * (double)dead / PERSONS, 1, 4, "deceased");
	assert_share(100.0 * (double)active / PERSONS, 88, 97, "active");
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts the texts; counts those that stand there more than once, and the most frequent one. */
static size_t
count_repeated(const char **texts, size_t count, size_t *top, const char **which)
{
	size_t repeated = 0;

	*top = 0;
	qsort(texts, count, sizeof(*texts), compare_texts);
	for (size_t first = 0, next; first < count; first = next) {
		for (next = first + 1; next < count && strcmp(texts[first], texts[next]) == 0;)
			next++;
		if (next - first > 1)
			repeated += next - first;
		if (next - first > *top) {
			*top = next - first;
			*which = texts[first];
		}
	}
	return repeated;
}

static const char *
text_or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static void
the_most_common_surname_is_smith_with_about_one_percent(void **state)
{
	enum { MANY = 10 * PERSONS }; /* households blur the ranks in a smaller sample */
	struct arena *own = arena_create(2 * (size_t)ARENA);
	const char **names = arena_array(own, MANY, sizeof(*names));
	const char *which = "";
	size_t top = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		struct patient person;
		population_person(population, SEED, i, &person, own);
		names[i] = text_or_empty(person.last_name);
	}
	count_repeated(names, MANY, &top, &which);
	assert_string_equal(which, "Smith");
	assert_share(100.0 * (double)top / MANY, 0.5, 2, which);
	arena_destroy(own);
}

static void
many_share_a_full_name_and_hardly_any_also_the_birthday(void **state)
{
	const char **names = arena_array(arena, PERSONS, sizeof(*names));
	const char **births = arena_array(arena, PERSONS, sizeof(*births));
	const char *which = "";
	size_t top = 0;

	(void)state;
	for (size_t i = 0; i < PERSONS; i++) {
		names[i] = arena_printf(arena, "%s|%s", text_or_empty(people[i].first_name),
		                        text_or_empty(people[i].last_name));
		births[i] = arena_printf(arena, "%s|%s", names[i], people[i].date_of_birth);
	}
	assert_in_range(count_repeated(names, PERSONS, &top, &which), PERSONS / 20, PERSONS / 3);
	assert_in_range(top, 3, 30);
	assert_in_range(count_repeated(births, PERSONS, &top, &which), 0, 10);
}

static bool
share_address(const struct patient *a, const struct patient *b)
{
	return a->address_street != NULL && str_equal(a->address_street, b->address_street) &&
	       str_equal(a->address_city, b->address_city) &&
	       str_equal(a->address_zip_code, b->address_zip_code);
}

static void
households_share_address_surname_and_telephone(void **state)
{
	size_t together = 0, surname = 0, phone = 0, twins = 0, juniors = 0;

	(void)state;
	for (size_t i = 0; i < PERSONS; i++)
		for (size_t j = i + 1; j < PERSONS && j / 4 == i / 4; j++) {
			const struct patient *a = &people[i];
			const struct patient *b = &people[j];
			if (!share_address(a, b))
				continue;
			bool has_surname = a->last_name != NULL && str_equal(a->last_name, b->last_name);
			together++;
			surname += has_surname;
			phone += a->phone != NULL && str_equal(a->phone, b->phone);
			twins += has_surname && str_equal(a->date_of_birth, b->date_of_birth) &&
			         !str_equal(a->first_name, b->first_name);
			juniors += has_surname && str_equal(a->first_name, b->first_name) &&
			           str_equal(b->name_suffix, "Jr.");
		}
	assert_in_range(together, PERSONS / 4, PERSONS);
	assert_in_range(surname, together / 2, together);
	assert_in_range(phone, together / 20, together);
	assert_in_range(twins, 20, 300);
	assert_in_range(juniors, 5, 300);
}

static void
names_come_in_all_forms(void **state)
{
	size_t hyphens = 0, apostrophes = 0, doubles = 0, single = 0, own_script = 0, accents = 0;

	(void)state;
	for (size_t i = 0; i < PERSONS; i++) {
		const char *last = text_or_empty(people[i].last_name);
		const char *first = text_or_empty(people[i].first_name);
		hyphens += strchr(last, '-') != NULL;
		apostrophes += strchr(last, '\'') != NULL;
		doubles += strchr(last, ' ') != NULL;
		single += *last == '\0' || *first == '\0';
		own_script += (unsigned char)last[0] >= 0xce;
		accents += strstr(last, "í") != NULL || strstr(last, "á") != NULL;
	}
	assert_in_range(hyphens, 50, 500);
	assert_in_range(apostrophes, 30, 500);
	assert_in_range(doubles, 200, 2000);
	assert_in_range(single, 5, 200);
	assert_in_range(own_script, 50, 1000);
	assert_in_range(accents, 100, 1500);
}

static void
a_missing_folder_is_a_fault(void **state)
{
	const char *fault = NULL;

	(void)state;
	assert_null(population_load(arena, "/nowhere", &fault));
	assert_string_equal(fault, "/nowhere/forenames.csv cannot be read");
}

static void
file_copy(const char *from, const char *to, const char *more, size_t more_len)
{
	char bytes[4096];
	FILE *in = fopen(from, "rb");
	FILE *out = fopen(to, "wb");

	assert_non_null(in);
	assert_non_null(out);
	for (size_t n; (n = fread(bytes, 1, sizeof(bytes), in)) > 0;)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fwrite(more, 1, more_len, out), more_len);
	fclose(in);
	fclose(out);
}

static const char *const data_files[] = {
	"forenames.csv", "surnames.csv", "corpora.csv",     "countries.csv", "places.csv",
	"streets.csv",   "phones.csv",   "occupations.csv", "employers.csv", "physicians.csv",
};

/* The fault of the corpora when this is added to the end of one file. */
static const char *
fault_of(const char *file, const char *more, size_t more_len)
{
	char dir[] = "/tmp/populationXXXXXX";
	const char *fault = NULL;

	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < COUNT_OF(data_files); i++) {
		bool is_it = strcmp(file, data_files[i]) == 0;
		file_copy(arena_printf(arena, "%s/%s", corpora(), data_files[i]),
		          arena_printf(arena, "%s/%s", dir, data_files[i]), more, is_it ? more_len : 0);
	}
	struct population *loaded = population_load(arena, dir, &fault);
	assert_int_equal(loaded == NULL, fault != NULL);
	for (size_t i = 0; i < COUNT_OF(data_files); i++)
		unlink(arena_printf(arena, "%s/%s", dir, data_files[i]));
	rmdir(dir);
	return fault;
}

static void
a_bad_line_is_a_fault_that_names_file_and_line(void **state)
{
	static const struct {
		const char *file;
		const char *line;
		const char *fault;
	} bad[] = {
		{ "employers.csv", "Nobody\n", "employers.csv:22: the line has another number of columns" },
		{ "employers.csv", "a,b,1\n", "employers.csv:22: the line has another number of columns" },
		{ "employers.csv", "a,0\n", "whole number above 0" },
		{ "employers.csv", "a,-1\n", "whole number above 0" },
		{ "employers.csv", "a,\n", "whole number above 0" },
		{ "employers.csv", "a,99999999999999999999999\n", "whole number above 0" },
		{ "employers.csv", "a\xff,1\n", "not clean UTF-8" },
		{ "employers.csv", "a\x01,1\n", "not clean UTF-8" },
		{ "employers.csv", "a,1\r\n", "not clean UTF-8" },
		{ "employers.csv", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,1", "too long" },
		{ "surnames.csv", "AM,a,a,,,1\n", "corpora.csv: Armenian lacks names" },
		{ "corpora.csv", "x,US,XX,en,0,0,0,0,0,0,0,US,0,1\n", "corpora.csv: x lacks" },
		{ "corpora.csv", "x,US,US,en,101,0,0,0,0,0,0,US,0,1\n", "corpora.csv: x lacks" },
		{ "corpora.csv", "x,US,US,en,0,0,0,0,0,0,0,XX,0,1\n", "corpora.csv: x lacks" },
		{ "countries.csv", "FR,France,100,0,1\n", "countries.csv: FR lacks" },
		{ "countries.csv", "US,United States,0,0,1\n", "countries.csv: US lacks" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const char *fault = fault_of(bad[i].file, bad[i].line, strlen(bad[i].line));
		if (fault == NULL || strstr(fault, bad[i].fault) == NULL)
			fail_msg("%s: %s", bad[i].line, text_or_empty(fault));
	}
	assert_non_null(strstr(fault_of("employers.csv", "a\0b,1\n", 6), "cannot be read"));
	assert_null(fault_of("employers.csv", "# a comment\n\nSomebody,1", 23));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_does_not_depend_on_the_order_of_the_calls),
		cmocka_unit_test(two_loads_make_the_same_people),
		cmocka_unit_test(another_seed_makes_other_people),
		cmocka_unit_test(the_largest_numbers_are_people_too),
		cmocka_unit_test(every_value_keeps_the_rules_of_its_field),
		cmocka_unit_test(nobody_is_born_after_today_or_older_than_110),
		cmocka_unit_test(no_telephone_or_mail_address_can_be_anyones),
		cmocka_unit_test(fields_are_filled_as_often_as_in_practice),
		cmocka_unit_test(ages_and_genders_are_as_in_a_country),
		cmocka_unit_test(the_most_common_surname_is_smith_with_about_one_percent),
		cmocka_unit_test(many_share_a_full_name_and_hardly_any_also_the_birthday),
		cmocka_unit_test(households_share_address_surname_and_telephone),
		cmocka_unit_test(names_come_in_all_forms),
		cmocka_unit_test(a_missing_folder_is_a_fault),
		cmocka_unit_test(a_bad_line_is_a_fault_that_names_file_and_line),
	};

	return cmocka_run_group_tests_name("population", tests, setup, teardown);
}
