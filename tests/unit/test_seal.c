#include "unit.h"

#include "sec/seal.h"

#include "base/compat.h"

static const unsigned char key[SEAL_KEY_SIZE] = "a key of thirty-two bytes, no le";
static const char text[] = "Asthma since childhood";

enum { TEXT = sizeof(text), SEALED = TEXT + SEAL_OVERHEAD };

TEST(what_was_sealed_opens_under_its_key_and_binding)
{
	struct sealer *sealer = sealer_create();
	unsigned char sealed[SEALED];
	unsigned char opened[TEXT];

	seal(sealer, key, "record 1 a", text, TEXT, sealed);
	assert_true(unseal(sealer, key, "record 1 a", sealed, SEALED, opened));
	assert_string_equal((char *)opened, text);
	assert_null(memmem(sealed, SEALED, "Asthma", 6));
	sealer_destroy(sealer);
}

TEST(the_same_text_is_sealed_differently_each_time)
{
	struct sealer *sealer = sealer_create();
	unsigned char one[SEALED];
	unsigned char other[SEALED];

	seal(sealer, key, "b", text, TEXT, one);
	seal(sealer, key, "b", text, TEXT, other);
	assert_memory_not_equal(one, other, SEALED);
	sealer_destroy(sealer);
}

TEST(moved_to_another_row_or_purpose_it_does_not_open)
{
	struct sealer *sealer = sealer_create();
	unsigned char sealed[SEALED];
	unsigned char opened[TEXT];

	seal(sealer, key, "record 1 a", text, TEXT, sealed);
	assert_false(unseal(sealer, key, "record 1 b", sealed, SEALED, opened));
	assert_false(unseal(sealer, key, "record 2 a", sealed, SEALED, opened));
	assert_false(unseal(sealer, key, "answer 1 a", sealed, SEALED, opened));
	assert_false(unseal(sealer, key, "", sealed, SEALED, opened));
	sealer_destroy(sealer);
}

TEST(with_any_bit_turned_it_does_not_open_and_leaves_nothing)
{
	static const unsigned char nothing[TEXT];
	struct sealer *sealer = sealer_create();
	unsigned char sealed[SEALED];
	unsigned char opened[TEXT];

	seal(sealer, key, "b", text, TEXT, sealed);
	for (size_t bit = 0; bit < SEALED * 8; bit++) {
		memset(opened, 0, sizeof(opened));
		sealed[bit / 8] ^= (unsigned char)(1 << bit % 8);
		assert_false(unseal(sealer, key, "b", sealed, SEALED, opened));
		assert_memory_equal(opened, nothing, TEXT);
		sealed[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	assert_true(unseal(sealer, key, "b", sealed, SEALED, opened));
	sealer_destroy(sealer);
}

TEST(another_key_does_not_open_it)
{
	struct sealer *sealer = sealer_create();
	unsigned char other[SEAL_KEY_SIZE];
	unsigned char sealed[SEALED];
	unsigned char opened[TEXT];

	memcpy(other, key, sizeof(other));
	other[31] ^= 1;
	seal(sealer, key, "b", text, TEXT, sealed);
	assert_false(unseal(sealer, other, "b", sealed, SEALED, opened));
	sealer_destroy(sealer);
}

TEST(what_is_too_short_does_not_open)
{
	struct sealer *sealer = sealer_create();
	unsigned char sealed[SEALED];
	unsigned char opened[SEALED];

	seal(sealer, key, "b", text, TEXT, sealed);
	for (size_t len = 0; len < SEALED; len++)
		assert_false(unseal(sealer, key, "b", sealed, len, opened));
	sealer_destroy(sealer);
}

TEST(nothing_can_be_sealed_too)
{
	struct sealer *sealer = sealer_create();
	unsigned char sealed[SEAL_OVERHEAD];
	unsigned char opened[1];

	seal(sealer, key, "b", "", 0, sealed);
	assert_true(unseal(sealer, key, "b", sealed, SEAL_OVERHEAD, opened));
	sealer_destroy(sealer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_sealed_opens_under_its_key_and_binding),
		CASE(the_same_text_is_sealed_differently_each_time),
		CASE(moved_to_another_row_or_purpose_it_does_not_open),
		CASE(with_any_bit_turned_it_does_not_open_and_leaves_nothing),
		CASE(another_key_does_not_open_it),
		CASE(what_is_too_short_does_not_open),
		CASE(nothing_can_be_sealed_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
