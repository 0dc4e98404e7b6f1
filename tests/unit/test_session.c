/*
 * What of sessions is decided before the database is asked.
 */
#include "unit.h"

#include "base/clock.h"
#include "base/str.h"
#include "clinic/role.h"
#include "clinic/session.h"
#include "sec/keyring.h"
#include "sec/token.h"
#include "base/compat.h"

static const struct session_rules rules = { 15, 12, 15, 30 };
static struct keyring keyring;
static struct cx cx;

static int
set_up(void **state)
{
	unit_set_up(state);
	memset(&keyring, 0, sizeof(keyring));
	keyring.keys[0] = (struct key){ "token", "1", { 't' } };
	keyring.keys[1] = (struct key){ "form", "1", { 'f' } };
	keyring.count = 2;
	/* No connection: whoever asks the database here ends the process. */
	cx_init(&cx, arena, NULL);
	return 0;
}

static const char *
token(const char *role, int64_t expires_at)
{
	struct claims claims = { "user", "7", role, "session", expires_at };

	return token_create(arena, &keyring, &claims);
}

TEST(an_access_token_says_who_is_there)
{
	assert_int_equal(session_from_token(&cx, &keyring, token("nurse", clock_seconds() + 60)), OK);
	assert_true(cx.caller.is_signed_in);
	assert_string_equal(cx.caller.user_id, "user");
	assert_string_equal(cx.caller.hospital_id, "7");
	assert_string_equal(cx.caller.session_id, "session");
	assert_string_equal(cx.caller.role, "nurse");
	assert_int_equal(cx.caller.permissions, role_permissions("nurse"));
}

TEST(an_old_token_is_told_from_a_bad_one)
{
	assert_int_equal(session_from_token(&cx, &keyring, token("nurse", clock_seconds() - 60)),
	                 ERR_TOKEN_EXPIRED);
	fail_clear(&cx);
	assert_int_equal(session_from_token(&cx, &keyring, "a.b.c"), ERR_UNAUTHENTICATED);
	fail_clear(&cx);
	assert_int_equal(session_from_token(&cx, &keyring, ""), ERR_UNAUTHENTICATED);
	assert_false(cx.caller.is_signed_in);
	assert_int_equal(cx.caller.permissions, 0);
}

TEST(a_token_of_an_unknown_role_may_nothing)
{
	assert_int_equal(session_from_token(&cx, &keyring, token("root", clock_seconds() + 60)), OK);
	assert_false(may(&cx.caller, PERMISSION_SIGNED_IN));
}

static const char *const not_ours[] = {
	"",
	".",
	"7",
	"7.",
	".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"x.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"7.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"7.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"-7.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"7.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=A",
	"1234567890.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"7.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;",
	"7.' OR 1=1 --",
	"7.7.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"7 .AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"7.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.",
};

TEST(a_cookie_that_is_not_ours_leaves_nobody_signed_in_and_asks_nobody)
{
	for (size_t i = 0; i < COUNT_OF(not_ours); i++) {
		assert_int_equal(session_resume(&cx, &rules, not_ours[i]), OK);
		assert_false(cx.caller.is_signed_in);
		assert_string_equal(cx.caller.hospital_id, "");
	}
}

TEST(a_refresh_token_that_is_not_ours_is_refused_and_asks_nobody)
{
	for (size_t i = 0; i < COUNT_OF(not_ours); i++) {
		struct tokens tokens = { 0 };
		fail_clear(&cx);
		assert_int_equal(session_refresh(&cx, &rules, &keyring, not_ours[i], &tokens),
		                 ERR_UNAUTHENTICATED);
		assert_null(tokens.access);
	}
}

TEST(forms_of_one_session_carry_one_token_and_those_of_another_another)
{
	cx.caller.session_id = "a";
	const char *first = session_csrf(&cx, &keyring);
	assert_string_equal(first, session_csrf(&cx, &keyring));
	assert_int_equal(strlen(first), 43);
	cx.caller.session_id = "b";
	assert_string_not_equal(first, session_csrf(&cx, &keyring));
	cx.caller.session_id = "a";
	keyring.keys[1].bytes[0] = 'g';
	assert_string_not_equal(first, session_csrf(&cx, &keyring));
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, unit_tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(an_access_token_says_who_is_there),
		FRESH(an_old_token_is_told_from_a_bad_one),
		FRESH(a_token_of_an_unknown_role_may_nothing),
		FRESH(a_cookie_that_is_not_ours_leaves_nobody_signed_in_and_asks_nobody),
		FRESH(a_refresh_token_that_is_not_ours_is_refused_and_asks_nobody),
		FRESH(forms_of_one_session_carry_one_token_and_those_of_another_another),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
