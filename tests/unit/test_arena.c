#include "unit.h"

#include "base/arena.h"
#include "base/compat.h"

static char letters[] = "abcd";
static char undone[16];

static void
note(void *thing)
{
	size_t len = strlen(undone);

	undone[len] = *(const char *)thing;
	undone[len + 1] = '\0';
}

TEST(memory_is_zeroed_and_never_null)
{
	for (size_t size = 0; size < 300; size++) {
		char *memory = arena_alloc(arena, size);
		assert_non_null(memory);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
	}
}

TEST(memory_is_aligned_for_any_type)
{
	for (size_t size = 1; size < 100; size++)
		assert_int_equal((uintptr_t)arena_alloc(arena, size) % _Alignof(max_align_t), 0);
	assert_int_equal((uintptr_t)arena_alloc(arena, 1 << 20) % _Alignof(max_align_t), 0);
}

TEST(allocations_do_not_overlap)
{
	enum { COUNT = 2000 };
	unsigned char *pieces[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		pieces[i] = arena_alloc(arena, i % 200 + 1);
		memset(pieces[i], (int)(i % 251), i % 200 + 1);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t at = 0; at <= i % 200; at++)
			assert_int_equal(pieces[i][at], i % 251);
}

TEST(more_than_a_block_is_one_piece)
{
	char *large = arena_alloc(arena, 3 << 20);

	memset(large, 'x', 3 << 20);
	char *small = arena_alloc(arena, 10);
	assert_int_equal(small[0], 0);
	assert_true(arena_used(arena) >= (3 << 20) + 10);
}

TEST(memory_after_a_reset_is_zeroed_again)
{
	for (int round = 0; round < 5; round++) {
		char *memory = arena_alloc(arena, 60000);
		for (size_t i = 0; i < 60000; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 'p', 60000);
		memset(arena_alloc(arena, 60000), 'q', 60000);
		arena_reset(arena);
		assert_int_equal(arena_used(arena), 0);
	}
}

TEST(reset_unwinds_in_reverse)
{
	undone[0] = '\0';
	arena_defer(arena, note, letters);
	arena_defer(arena, note, letters + 1);
	arena_alloc(arena, 100);
	arena_defer(arena, note, letters + 2);
	arena_reset(arena);
	assert_string_equal(undone, "cba");
	arena_reset(arena);
	assert_string_equal(undone, "cba");
}

TEST(what_was_deferred_still_has_its_memory)
{
	undone[0] = '\0';
	arena_defer(arena, note, arena_strdup(arena, "m"));
	arena_reset(arena);
	assert_string_equal(undone, "m");
}

TEST(destroy_unwinds_too_and_takes_null)
{
	struct arena *other = arena_create(1000);

	undone[0] = '\0';
	arena_defer(other, note, letters + 3);
	arena_destroy(other);
	assert_string_equal(undone, "d");
	arena_destroy(NULL);
}

TEST(copies_are_exact)
{
	assert_string_equal(arena_strdup(arena, "Müller"), "Müller");
	assert_string_equal(arena_strdup(arena, ""), "");
	assert_null(arena_strdup(arena, NULL));
	assert_string_equal(arena_strndup(arena, "O'Brien", 3), "O'B");
	assert_string_equal(arena_strndup(arena, NULL, 0), "");
	assert_memory_equal(arena_strndup(arena, "a\0b", 3), "a\0b", 4);
}

TEST(formatted_text_has_the_length_it_needs)
{
	char expected[5001];

	memset(expected, 'x', 5000);
	expected[5000] = '\0';
	assert_string_equal(arena_printf(arena, "%s", expected), expected);
	assert_string_equal(arena_printf(arena, "%d-%s", 7, "a"), "7-a");
	assert_string_equal(arena_printf(arena, "%s", ""), "");
}

static void
ask_for_too_much(void *size)
{
	arena_alloc(arena_create(1000), *(size_t *)size);
}

TEST(more_than_the_cap_ends_the_process)
{
	size_t size = 1000;

#ifdef CAREDESK_ARENA_MALLOC
	assert_false(unit_dies(ask_for_too_much, &size));
#endif
	size = 992;
	assert_false(unit_dies(ask_for_too_much, &size));
	size = 1001;
	assert_true(unit_dies(ask_for_too_much, &size));
	size = SIZE_MAX;
	assert_true(unit_dies(ask_for_too_much, &size));
	size = SIZE_MAX - 20;
	assert_true(unit_dies(ask_for_too_much, &size));
}

static void
ask_bit_by_bit(void *nothing)
{
	struct arena *small = arena_create(1000);

	(void)nothing;
	for (int i = 0; i < 2000; i++)
		arena_alloc(small, 1);
}

TEST(many_small_ones_meet_the_cap_too)
{
	assert_true(unit_dies(ask_bit_by_bit, NULL));
}

TEST(a_reset_gives_the_allowance_back)
{
	struct arena *small = arena_create(1000);

	for (int i = 0; i < 10; i++) {
		arena_alloc(small, 900);
		arena_reset(small);
	}
	arena_destroy(small);
}

static void
multiply(void *count)
{
	arena_array(arena_create(SIZE_MAX), *(size_t *)count, 16);
}

TEST(a_product_that_overflows_ends_the_process)
{
	size_t count = SIZE_MAX / 16 + 2;

	assert_true(unit_dies(multiply, &count));
	count = 10;
	assert_false(unit_dies(multiply, &count));
	assert_non_null(arena_array(arena, 0, 16));
}

static void
break_a_rule(void *nothing)
{
	must(nothing != NULL);
}

TEST(must_says_what_did_not_hold_and_where)
{
	char line[500];
	int status = unit_child(break_a_rule, NULL, line, sizeof(line));

	assert_true(WIFSIGNALED(status));
	assert_non_null(strstr(line, "\"condition\":\"nothing != NULL\""));
	assert_non_null(strstr(line, "test_arena.c:"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(memory_is_zeroed_and_never_null),
		CASE(memory_is_aligned_for_any_type),
		CASE(allocations_do_not_overlap),
		CASE(more_than_a_block_is_one_piece),
		CASE(memory_after_a_reset_is_zeroed_again),
		CASE(reset_unwinds_in_reverse),
		CASE(what_was_deferred_still_has_its_memory),
		CASE(destroy_unwinds_too_and_takes_null),
		CASE(copies_are_exact),
		CASE(formatted_text_has_the_length_it_needs),
		CASE(more_than_the_cap_ends_the_process),
		CASE(many_small_ones_meet_the_cap_too),
		CASE(a_reset_gives_the_allowance_back),
		CASE(a_product_that_overflows_ends_the_process),
		CASE(must_says_what_did_not_hold_and_where),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
