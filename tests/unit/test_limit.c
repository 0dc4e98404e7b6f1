#include "unit.h"

#include <sys/mman.h>

#include "base/clock.h"
#include "base/config.h"
#include "web/limit.h"
#include "web/route.h"
#include "web/shared.h"
#include "base/compat.h"

enum { MINUTE = 60000 };

static const uint64_t now = 1800000000000;

/* How many requests pass at one moment. */
static int
burst(int limit)
{
	struct limit_slot slot = { 0 };
	struct limit_state state;
	int passed = 0;

	while (passed <= limit && limit_step(&slot, limit, now, &state))
		passed++;
	return passed;
}

TEST(the_allowance_is_exact)
{
	size_t wrong = 0;

	for (int limit = 1; limit <= 3000; limit++)
		if (burst(limit) != limit && wrong++ < 5)
			print_error("%d a minute: %d pass\n", limit, burst(limit));
	assert_int_equal(wrong, 0);
}

TEST(large_allowances_are_exact_too)
{
	static const int limits[] = { 7000, 11000, 50000, 59999, 60000, 60001, 100000, 1000000 };

	for (size_t i = 0; i < COUNT_OF(limits); i++)
		if (burst(limits[i]) != limits[i])
			fail_msg("%d a minute: %d pass", limits[i], burst(limits[i]));
}

TEST(what_remains_counts_down_to_nothing)
{
	static const int limits[] = { 1, 2, 3, 7, 59, 60, 61, 100, 600 };

	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct limit_slot slot = { 0 };
		struct limit_state state;
		for (int left = limits[i]; left > 0; left--) {
			assert_true(limit_step(&slot, limits[i], now, &state));
			assert_int_equal(state.limit, limits[i]);
			assert_int_equal(state.retry_after, 0);
			if (state.remaining != left - 1)
				fail_msg("%d a minute, %d left: %d", limits[i], left - 1, state.remaining);
		}
		assert_false(limit_step(&slot, limits[i], now, &state));
		assert_int_equal(state.remaining, 0);
	}
}

/* Sixty a minute: one comes back every second, not before. */
TEST(one_comes_back_after_its_share_of_the_minute)
{
	struct limit_slot slot = { 0 };
	struct limit_state state;

	for (int i = 0; i < 60; i++)
		assert_true(limit_step(&slot, 60, now, &state));
	assert_false(limit_step(&slot, 60, now, &state));
	assert_false(limit_step(&slot, 60, now + 500, &state));
	assert_false(limit_step(&slot, 60, now + 999, &state));
	assert_true(limit_step(&slot, 60, now + 1000, &state));
	assert_false(limit_step(&slot, 60, now + 1000, &state));
	assert_true(limit_step(&slot, 60, now + 2000, &state));
}

TEST(what_the_client_is_told_to_wait_is_enough_and_not_too_long)
{
	static const int limits[] = { 1, 2, 7, 60, 100, 600 };

	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct limit_slot slot = { 0 };
		struct limit_state state;
		for (int k = 0; k < limits[i]; k++)
			assert_true(limit_step(&slot, limits[i], now, &state));
		assert_false(limit_step(&slot, limits[i], now, &state));
		int most = MINUTE / limits[i] / 1000 + 1;
		assert_in_range(state.retry_after, 1, most);
		uint64_t later = now + (uint64_t)state.retry_after * 1000;
		assert_true(limit_step(&slot, limits[i], later, &state));
	}
}

TEST(a_refusal_costs_nothing)
{
	struct limit_slot slot = { 0 };
	struct limit_state state;

	for (int i = 0; i < 10; i++)
		assert_true(limit_step(&slot, 10, now, &state));
	for (int i = 0; i < 1000; i++)
		assert_false(limit_step(&slot, 10, now + (uint64_t)i % 5, &state));
	assert_true(limit_step(&slot, 10, now + MINUTE / 10, &state));
}

TEST(after_a_minute_the_whole_allowance_is_back_and_no_more)
{
	struct limit_slot slot = { 0 };
	struct limit_state state;

	for (uint64_t minute = 0; minute < 3; minute++) {
		for (int i = 0; i < 60; i++)
			assert_true(limit_step(&slot, 60, now + minute * MINUTE, &state));
		assert_false(limit_step(&slot, 60, now + minute * MINUTE, &state));
	}
	for (int i = 0; i < 60; i++)
		assert_true(limit_step(&slot, 60, now + 100 * MINUTE, &state));
	assert_false(limit_step(&slot, 60, now + 100 * MINUTE, &state));
}

TEST(a_steady_client_at_the_limit_is_never_refused)
{
	struct limit_slot slot = { 0 };
	struct limit_state state;

	for (uint64_t i = 0; i < 1000; i++)
		assert_true(limit_step(&slot, 60, now + i * 1000, &state));
}

TEST(the_reset_says_when_the_allowance_is_whole)
{
	struct limit_slot slot = { 0 };
	struct limit_state state;

	assert_true(limit_step(&slot, 60, now, &state));
	assert_int_equal(state.reset, 1);
	for (int i = 1; i < 60; i++)
		assert_true(limit_step(&slot, 60, now, &state));
	assert_int_equal(state.reset, 60);
}

TEST(a_clock_that_goes_back_does_no_harm)
{
	struct limit_slot slot = { 0 };
	struct limit_state state;

	assert_true(limit_step(&slot, 60, now, &state));
	(void)limit_step(&slot, 60, now - 10 * MINUTE, &state);
	assert_true(state.remaining >= 0 && state.retry_after >= 0);
	assert_true(limit_step(&slot, 60, now + 1000, &state));
}

enum { PROCESSES = 8, TRIES = 3000, TOGETHER = 5000 };

TEST(processes_that_take_at_once_get_the_allowance_together)
{
	struct limit_slot *slot = mmap(NULL, sizeof(*slot), PROT_READ | PROT_WRITE,
	                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	_Atomic int *taken = mmap(NULL, sizeof(*taken), PROT_READ | PROT_WRITE,
	                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(slot != MAP_FAILED && (void *)taken != MAP_FAILED);
	fflush(NULL);
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0) {
			struct limit_state state;
			for (int k = 0; k < TRIES; k++)
				if (limit_step(slot, TOGETHER, now, &state))
					atomic_fetch_add(taken, 1);
			unit_exit(0);
		}
	for (int i = 0; i < PROCESSES; i++)
		assert_true(wait(NULL) > 0);
	assert_int_equal(*taken, burst(TOGETHER));
	munmap(slot, sizeof(*slot));
	munmap((void *)taken, sizeof(*taken));
}

/* Taking, as serve() does. */

static struct config config;
static struct shared *shared;
static struct app app;
static struct route route;
static struct req req;

static int
set_up(void **state)
{
	static char *nothing[] = { NULL };

	unit_set_up(state);
	assert_null(config_parse(&config, arena, NULL, nothing));
	shared = calloc(1, sizeof(*shared));
	app = (struct app){ .config = &config, .shared = shared };
	memset(&req, 0, sizeof(req));
	req.app = &app;
	req.route = &route;
	return 0;
}

static int
tear_down(void **state)
{
	free(shared);
	return unit_tear_down(state);
}

static bool
takes(enum route_class class, const char *user, const char *address)
{
	struct limit_state state;

	cx_init(&req.cx, arena, NULL);
	route.limit = class;
	req.cx.caller.is_signed_in = user != NULL;
	req.cx.caller.user_id = user == NULL ? "" : user;
	req.cx.caller.address = address;
	enum err err = limit_take(&req, &state);
	assert_int_equal(err, req.cx.err);
	assert_true(err == OK || err == ERR_RATE_LIMIT);
	return err == OK;
}

TEST(zero_is_no_limit)
{
	config.rate_limit_general = 0;
	for (int i = 0; i < 1000; i++) {
		assert_true(takes(CLASS_GENERAL, NULL, "1.2.3.4"));
		assert_true(takes(CLASS_NONE, NULL, "1.2.3.4"));
	}
}

TEST(addresses_users_and_classes_have_allowances_of_their_own)
{
	config.rate_limit_auth = 2;
	config.rate_limit_search = 1;
	assert_true(takes(CLASS_AUTH, NULL, "1.2.3.4"));
	assert_true(takes(CLASS_AUTH, NULL, "1.2.3.4"));
	assert_false(takes(CLASS_AUTH, NULL, "1.2.3.4"));
	assert_true(takes(CLASS_AUTH, NULL, "1.2.3.5"));
	assert_true(takes(CLASS_SEARCH, NULL, "1.2.3.4"));
	assert_false(takes(CLASS_SEARCH, NULL, "1.2.3.4"));
	assert_true(takes(CLASS_SEARCH, "anna", "1.2.3.4"));
	assert_false(takes(CLASS_SEARCH, "anna", "9.9.9.9"));
	assert_true(takes(CLASS_SEARCH, "bert", "1.2.3.4"));
}

TEST(more_callers_than_slots_are_never_let_go_nor_crash)
{
	config.rate_limit_auth = 1;
	int passed = 0;
	for (int i = 0; i < LIMIT_SLOTS * 2; i++)
		passed += takes(CLASS_AUTH, NULL, arena_printf(arena, "10.0.%d.%d", i / 256, i % 256));
	assert_in_range(passed, LIMIT_SLOTS / 2, LIMIT_SLOTS + 1);
}

TEST(a_slot_whose_allowance_is_whole_again_is_given_to_another)
{
	config.rate_limit_auth = 1;
	for (size_t i = 0; i < LIMIT_SLOTS; i++) {
		shared->limits[i].owner = i + 1;
		shared->limits[i].full_at = (uint64_t)clock_milliseconds() - 1;
	}
	assert_true(takes(CLASS_AUTH, NULL, "1.2.3.4"));
	assert_false(takes(CLASS_AUTH, NULL, "1.2.3.4"));
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(the_allowance_is_exact),
		CASE(large_allowances_are_exact_too),
		CASE(what_remains_counts_down_to_nothing),
		CASE(one_comes_back_after_its_share_of_the_minute),
		CASE(what_the_client_is_told_to_wait_is_enough_and_not_too_long),
		CASE(a_refusal_costs_nothing),
		CASE(after_a_minute_the_whole_allowance_is_back_and_no_more),
		CASE(a_steady_client_at_the_limit_is_never_refused),
		CASE(the_reset_says_when_the_allowance_is_whole),
		CASE(a_clock_that_goes_back_does_no_harm),
		CASE(processes_that_take_at_once_get_the_allowance_together),
		FRESH(zero_is_no_limit),
		FRESH(addresses_users_and_classes_have_allowances_of_their_own),
		FRESH(more_callers_than_slots_are_never_let_go_nor_crash),
		FRESH(a_slot_whose_allowance_is_whole_again_is_given_to_another),
	};

	return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
