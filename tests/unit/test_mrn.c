#include "unit.h"

#include "clinic/mrn.h"
#include "base/compat.h"

static const char alphabet[] = "0123456789ACDEFGHJKLMNPRTUVWXY";

/* Numbers that OpenMRS' demonstration data carry (LuhnMod30), with our leading zeros. */
TEST(check_digits_are_those_of_openmrs)
{
	assert_true(mrn_is_valid("010002T"));
	assert_true(mrn_is_valid("0100GEJ"));
	assert_true(mrn_is_valid("0100HNY"));
	assert_true(mrn_is_valid("0100J7W"));
}

TEST(numbers_are_written_in_base_30_with_six_digits_at_least)
{
	assert_string_equal(mrn_text(arena, 0), "0000000");
	assert_string_equal(mrn_text(arena, 1), "000001X");
	assert_string_equal(mrn_text(arena, 29), "00000Y1");
	assert_memory_equal(mrn_text(arena, 30), "000010", 6);
	/* 1 0 0 G E in base 30. */
	assert_string_equal(mrn_text(arena, 30 * 30 * 30 * 30 + 15 * 30 + 13), "0100GEJ");
	assert_memory_equal(mrn_text(arena, 728999999), "YYYYYY", 6);
	assert_int_equal(strlen(mrn_text(arena, 728999999)), 7);
	assert_int_equal(strlen(mrn_text(arena, 729000000)), 8);
	assert_true(mrn_is_valid(mrn_text(arena, INT64_MAX)));
}

static void
ask_for_less_than_nothing(void *nothing)
{
	(void)nothing;
	mrn_text(arena, -1);
}

TEST(a_negative_number_ends_the_process)
{
	assert_true(unit_dies(ask_for_less_than_nothing, NULL));
}

TEST(every_one_that_is_made_is_valid_and_in_the_alphabet)
{
	for (int64_t number = 0; number < 20000; number += 7) {
		const char *mrn = mrn_text(arena, number);
		assert_true(mrn_is_valid(mrn));
		assert_int_equal(strspn(mrn, alphabet), strlen(mrn));
	}
}

TEST(neighbours_sort_as_their_numbers_do)
{
	const char *before = mrn_text(arena, 0);

	for (int64_t number = 1; number < 2000; number++) {
		const char *mrn = mrn_text(arena, number);
		assert_true(memcmp(before, mrn, 6) < 0);
		before = mrn;
	}
}

TEST(letters_that_look_like_others_are_not_in_the_alphabet)
{
	assert_int_equal(strlen(alphabet), 30);
	for (const char *letter = "BIOQSZ"; *letter != '\0'; letter++)
		assert_null(strchr(alphabet, *letter));
}

TEST(every_wrong_character_is_found)
{
	for (int64_t number = 12345; number < 300000000; number = number * 3 + 7) {
		const char *mrn = mrn_text(arena, number);
		for (size_t i = 0; mrn[i] != '\0'; i++)
			for (const char *other = alphabet; *other != '\0'; other++) {
				char *wrong = arena_strdup(arena, mrn);
				wrong[i] = *other;
				assert_int_equal(mrn_is_valid(wrong), mrn[i] == *other);
			}
	}
}

/* Luhn's one blind spot: the first and the last digit of the alphabet, in each other's place. */
static bool
is_blind_spot(char a, char b)
{
	return (a == '0' && b == 'Y') || (a == 'Y' && b == '0');
}

static void
swap_at(size_t place, char a, char b)
{
	char text[8] = "4A7K2R";
	char mrn[8];

	text[place] = a;
	text[place + 1] = b;
	/* The check digit is the one of thirty that is right. */
	for (const char *digit = alphabet; *digit != '\0'; digit++) {
		snprintf(mrn, sizeof(mrn), "%s%c", text, *digit);
		if (mrn_is_valid(mrn))
			break;
	}
	assert_true(mrn_is_valid(mrn));
	mrn[place] = b;
	mrn[place + 1] = a;
	if (mrn_is_valid(mrn) != (a == b || is_blind_spot(a, b)))
		fail_msg("%s: %c and %c", mrn, a, b);
}

TEST(every_swap_of_neighbours_is_found_but_one)
{
	for (size_t place = 0; place < 5; place++)
		for (const char *a = alphabet; *a != '\0'; a++)
			for (const char *b = alphabet; *b != '\0'; b++)
				swap_at(place, *a, *b);
}

TEST(what_is_no_mrn_is_not_valid)
{
	static const char *const bad[] = {
		"",        "0",        "000000",   "100GEJ",         "0100gej",     "0100GEI",  "010OGEJ",
		" 100GEJ", "0100GEJ ", "0100-GEJ", "0100GE\xc3\x85", "mrn:0100GEJ", "0100GE\n", "0100GE0",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (mrn_is_valid(bad[i]))
			fail_msg("[%s] is taken for an MRN", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(check_digits_are_those_of_openmrs),
		CASE(numbers_are_written_in_base_30_with_six_digits_at_least),
		CASE(a_negative_number_ends_the_process),
		CASE(every_one_that_is_made_is_valid_and_in_the_alphabet),
		CASE(neighbours_sort_as_their_numbers_do),
		CASE(letters_that_look_like_others_are_not_in_the_alphabet),
		CASE(every_wrong_character_is_found),
		CASE(every_swap_of_neighbours_is_found_but_one),
		CASE(what_is_no_mrn_is_not_valid),
	};

	return cmocka_run_group_tests_name("mrn", tests, NULL, NULL);
}
