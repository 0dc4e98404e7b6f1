/*
 * Passwords. Linked with --wrap=crypt_r, so that the test sees what work is done, not how long it
 * takes.
 */
#include "unit.h"

#include <crypt.h>

#include "base/str.h"
#include "sec/password.h"
#include "base/compat.h"

/* The password of these is "correct horse battery staple"; made by perl's crypt() with libxcrypt.
 */
static const char password[] = "correct horse battery staple";
static const char yescrypt[] =
	"$y$j75$K9fXyoS3Gm8gJ5iJ2yuTm/$HT14aP7q8oOcQj7aTSq3fZxnqC.6gwKXNP6iUfzkSm2";
static const char bcrypt[] = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";

char *__real_crypt_r(const char *phrase, const char *setting, struct crypt_data *data);
char *__wrap_crypt_r(const char *phrase, const char *setting, struct crypt_data *data);

static int calls;
static char last_setting[CRYPT_OUTPUT_SIZE];
static bool last_was_good;

char *
__wrap_crypt_r(const char *phrase, const char *setting, struct crypt_data *data)
{
	char *hash = __real_crypt_r(phrase, setting, data);

	calls++;
	snprintf(last_setting, sizeof(last_setting), "%s", setting);
	last_was_good = hash != NULL && hash[0] != '*';
	return hash;
}

TEST(a_hash_is_yescrypt_with_a_salt_of_its_own)
{
	const char *first = password_hash(arena, password);
	const char *second = password_hash(arena, password);

	assert_true(str_has_prefix(first, "$y$"));
	assert_string_not_equal(first, second);
	assert_true(password_matches(password, first));
	assert_true(password_matches(password, second));
}

TEST(known_hashes_of_yescrypt_and_bcrypt_match)
{
	assert_true(password_matches(password, yescrypt));
	assert_true(password_matches(password, bcrypt));
	/* OpenBSD's test vector: cost 5. */
	assert_true(
		password_matches("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

TEST(another_password_does_not_match)
{
	assert_false(password_matches("correct horse battery stapl", yescrypt));
	assert_false(password_matches("correct horse battery staple ", yescrypt));
	assert_false(password_matches("Correct horse battery staple", yescrypt));
	assert_false(password_matches("", yescrypt));
	assert_false(password_matches("correct horse battery stapl", bcrypt));
}

TEST(any_script_and_the_empty_password_can_be_hashed)
{
	static const char *const passwords[] = { "", "密码 пароль كلمة 😀", "\x01\xff" };

	for (size_t i = 0; i < COUNT_OF(passwords); i++) {
		const char *hash = password_hash(arena, passwords[i]);
		assert_true(password_matches(passwords[i], hash));
		assert_false(password_matches("x", hash));
	}
}

TEST(every_byte_up_to_the_limit_counts)
{
	char long_one[PASSWORD_BYTES_MOST + 2];

	memset(long_one, 'p', sizeof(long_one));
	long_one[PASSWORD_BYTES_MOST] = '\0';
	const char *hash = password_hash(arena, long_one);
	assert_true(password_matches(long_one, hash));
	long_one[PASSWORD_BYTES_MOST - 1] = 'q';
	assert_false(password_matches(long_one, hash));
}

TEST(a_password_over_the_limit_is_refused_after_the_same_work)
{
	char long_one[PASSWORD_BYTES_MOST + 2];

	memset(long_one, 'p', sizeof(long_one));
	long_one[PASSWORD_BYTES_MOST + 1] = '\0';
	calls = 0;
	assert_false(password_matches(long_one, yescrypt));
	assert_true(calls == 1 && last_was_good);
	assert_false(password_matches(long_one, NULL));
	assert_true(calls == 2 && last_was_good);
	/* Also where the account's password is empty. */
	assert_false(password_matches(long_one, password_hash(arena, "")));
}

TEST(what_is_no_hash_matches_nothing)
{
	static const char *const bad[] = { "",    "*",       "*0",     "*1", "x",
		                               "$y$", "$y$j9T$", "$9$x$y", "!",  "$2b$05$" };

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(password_matches(password, bad[i]));
		assert_false(password_matches("", bad[i]));
		assert_false(password_matches(bad[i], bad[i]));
	}
}

TEST(an_unknown_account_costs_the_same_work)
{
	char setting[CRYPT_OUTPUT_SIZE];

	calls = 0;
	assert_true(password_matches(password, yescrypt));
	assert_int_equal(calls, 1);
	assert_false(password_matches("wrong", NULL));
	assert_int_equal(calls, 2);
	assert_true(last_was_good);
	snprintf(setting, sizeof(setting), "%s", last_setting);
	/* Method and cost are those of a new hash: what stands between the second and third $. */
	const char *fresh = password_hash(arena, password);
	size_t cost = strcspn(fresh + 3, "$") + 4;
	assert_memory_equal(setting, fresh, cost);
}

TEST(nobody_s_password_is_none_that_can_be_guessed_here)
{
	static const char *const guesses[] = { "", "nobody", "password", "*", "caredesk" };

	for (size_t i = 0; i < COUNT_OF(guesses); i++)
		assert_false(password_matches(guesses[i], NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_hash_is_yescrypt_with_a_salt_of_its_own),
		CASE(known_hashes_of_yescrypt_and_bcrypt_match),
		CASE(another_password_does_not_match),
		CASE(any_script_and_the_empty_password_can_be_hashed),
		CASE(every_byte_up_to_the_limit_counts),
		CASE(a_password_over_the_limit_is_refused_after_the_same_work),
		CASE(what_is_no_hash_matches_nothing),
		CASE(an_unknown_account_costs_the_same_work),
		CASE(nobody_s_password_is_none_that_can_be_guessed_here),
	};

	return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
