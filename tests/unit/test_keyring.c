#include "unit.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/str.h"
#include "sec/digest.h"
#include "sec/keyring.h"
#include "base/compat.h"

static struct keyring keyring;
static char path[] = "test_keyring.file";

/* 32 bytes that are all the letter's. */
static const char *
key_of(char letter)
{
	unsigned char bytes[KEY_SIZE];

	memset(bytes, letter, sizeof(bytes));
	return base64url_encode(arena, bytes, sizeof(bytes));
}

static const char *
load_bytes(const char *bytes, size_t len, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	const char *fault = keyring_load(&keyring, path);
	unlink(path);
	return fault;
}

static const char *
load(const char *text)
{
	return load_bytes(text, strlen(text), 0600);
}

static const char *
three_keys(void)
{
	return arena_printf(arena, "token 1 %s\nform 1 %s\nmaster 1 %s\n", key_of('t'), key_of('f'),
	                    key_of('m'));
}

TEST(a_file_that_was_made_is_loaded)
{
	struct stat status;

	unlink(path);
	assert_true(keyring_create(path));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_null(keyring_load(&keyring, path));
	unlink(path);
	assert_int_equal(keyring.count, 3);
	const struct key *token = keyring_newest(&keyring, "token");
	const struct key *form = keyring_newest(&keyring, "form");
	assert_non_null(token);
	assert_non_null(form);
	assert_memory_not_equal(token->bytes, form->bytes, KEY_SIZE);
}

TEST(a_file_that_is_there_is_never_overwritten)
{
	unlink(path);
	assert_true(keyring_create(path));
	assert_null(keyring_load(&keyring, path));
	struct keyring before = keyring;
	assert_false(keyring_create(path));
	assert_int_equal(errno, EEXIST);
	assert_null(keyring_load(&keyring, path));
	assert_memory_equal(&before, &keyring, sizeof(before));
	unlink(path);
	assert_false(keyring_create("no/such/folder/keys"));
}

TEST(mode_bits_of_others_are_refused)
{
	const char *text = three_keys();

	assert_null(load_bytes(text, strlen(text), 0600));
	assert_null(load_bytes(text, strlen(text), 0400));
	assert_null(load_bytes(text, strlen(text), 0700));
	for (unsigned bit = 01; bit <= 040; bit <<= 1) {
		const char *fault = load_bytes(text, strlen(text), 0600 | bit);
		assert_non_null(fault);
		assert_non_null(strstr(fault, "others"));
	}
}

TEST(a_missing_file_is_a_fault)
{
	assert_non_null(keyring_load(&keyring, "no/such/file"));
	assert_int_equal(keyring.count, 0);
}

TEST(comments_and_empty_lines_mean_nothing)
{
	assert_null(load(arena_printf(arena, "# keys\n\n%s# end", three_keys())));
	assert_int_equal(keyring.count, 3);
}

TEST(wrong_lines_are_refused)
{
	static const char *const bad[] = {
		"token",
		"token 1",
		"token 1 short",
		"token 1 KEY trailing",
		"token 1 KEY ",
		"token 1 KEYa",
		"token 1 !KEY",
		"token 1 KEY=",
		"a-purpose-that-is-too-long 1 KEY",
		"token an-id-that-is-longer-than-23-bytes KEY",
		"\x01",
		"token\t1\n",
		"KEY",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const char *mark = strstr(bad[i], "KEY");
		const char *line = mark == NULL ? bad[i]
		                                : arena_printf(arena, "%.*s%s%s", (int)(mark - bad[i]),
		                                               bad[i], key_of('k'), mark + 3);
		const char *fault = load(arena_printf(arena, "%s%s\n", three_keys(), line));
		if (fault == NULL)
			fail_msg("%s is accepted", line);
		assert_null(strstr(fault, key_of('k')));
	}
}

TEST(a_line_longer_than_any_key_s_is_refused)
{
	char line[1000];

	memset(line, 'x', sizeof(line));
	const char *text = arena_printf(arena, "%s%.*s\n", three_keys(), (int)sizeof(line), line);
	assert_non_null(load(text));
}

TEST(a_purpose_without_a_key_is_refused)
{
	assert_non_null(load(""));
	assert_non_null(load(arena_printf(arena, "token 1 %s\n", key_of('t'))));
	assert_non_null(load(arena_printf(arena, "form 1 %s\n", key_of('t'))));
	assert_non_null(load(arena_printf(arena, "token 1 %s\nform 1 %s\n", key_of('t'), key_of('t'))));
	assert_non_null(load(arena_printf(arena, "token 1 %s\nforms 1 %s\nmaster 1 %s\n", key_of('t'),
	                                  key_of('t'), key_of('t'))));
}

TEST(thirty_three_keys_fit_and_no_more)
{
	const char *text = three_keys();

	for (int i = 3; i < KEYS_MOST; i++)
		text = arena_printf(arena, "%stoken k%d %s\n", text, i, key_of('k'));
	assert_null(load(text));
	assert_int_equal(keyring.count, KEYS_MOST);
	assert_non_null(load(arena_printf(arena, "%stoken last %s\n", text, key_of('k'))));
	/* An empty line behind the last is no key. */
	assert_null(load(arena_printf(arena, "%s\n# end\n", text)));
}

TEST(keys_are_rotated_by_adding_a_line)
{
	assert_null(load(arena_printf(arena, "%stoken 2 %s\n", three_keys(), key_of('n'))));
	assert_string_equal(keyring_newest(&keyring, "token")->id, "2");
	assert_int_equal(keyring_newest(&keyring, "token")->bytes[0], 'n');
	assert_int_equal(keyring_find(&keyring, "token", "1")->bytes[0], 't');
	assert_string_equal(keyring_newest(&keyring, "form")->id, "1");
	assert_int_equal(keyring_find(&keyring, "form", "1")->bytes[0], 'f');
}

TEST(what_is_not_there_is_not_found)
{
	assert_null(load(three_keys()));
	assert_null(keyring_find(&keyring, "token", "2"));
	assert_null(keyring_find(&keyring, "token", ""));
	assert_null(keyring_find(&keyring, "seal", "1"));
	assert_null(keyring_newest(&keyring, "seal"));
	assert_null(keyring_newest(&keyring, ""));
}

TEST(wiping_leaves_no_key)
{
	static const struct keyring empty;

	assert_null(load(three_keys()));
	keyring_wipe(&keyring);
	assert_memory_equal(&keyring, &empty, sizeof(empty));
	assert_null(keyring_newest(&keyring, "token"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_file_that_was_made_is_loaded),
		CASE(a_file_that_is_there_is_never_overwritten),
		CASE(mode_bits_of_others_are_refused),
		CASE(a_missing_file_is_a_fault),
		CASE(comments_and_empty_lines_mean_nothing),
		CASE(wrong_lines_are_refused),
		CASE(a_line_longer_than_any_key_s_is_refused),
		CASE(a_purpose_without_a_key_is_refused),
		CASE(thirty_three_keys_fit_and_no_more),
		CASE(keys_are_rotated_by_adding_a_line),
		CASE(what_is_not_there_is_not_found),
		CASE(wiping_leaves_no_key),
	};

	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
