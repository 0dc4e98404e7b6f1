#include "unit.h"

#include "sec/digest.h"
#include "base/compat.h"

static const char *
hex(const unsigned char *bytes, size_t len)
{
	char *text = arena_alloc(arena, 2 * len + 1);

	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

TEST(sha256_of_the_standard_s_examples)
{
	unsigned char digest[DIGEST_SIZE];

	assert_string_equal(digest_hex(arena, "", 0),
	                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(digest_hex(arena, "abc", 3),
	                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, digest);
	assert_string_equal(hex(digest, sizeof(digest)),
	                    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* RFC 4231, test cases 1 and 2. */
TEST(hmac_of_the_standard_s_examples)
{
	unsigned char digest[DIGEST_SIZE];
	unsigned char key[20];

	memset(key, 0x0b, sizeof(key));
	digest_hmac(key, sizeof(key), "Hi There", 8, digest);
	assert_string_equal(hex(digest, sizeof(digest)),
	                    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, digest);
	assert_string_equal(hex(digest, sizeof(digest)),
	                    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* RFC 4648, section 10, without padding. */
TEST(base64url_of_the_standard_s_examples)
{
	static const char *const rows[][2] = {
		{ "", "" },           { "f", "Zg" },          { "fo", "Zm8" },          { "foo", "Zm9v" },
		{ "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" },
	};
	unsigned char out[8];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t len = strlen(rows[i][0]);
		assert_string_equal(base64url_encode(arena, unit_exact(rows[i][0], len), len), rows[i][1]);
		assert_true(base64url_decode(rows[i][1], out, len));
		assert_memory_equal(out, rows[i][0], len);
	}
	assert_string_equal(base64url_encode(arena, "\xfb\xff\xfe", 3), "-__-");
}

TEST(base64url_comes_back_for_every_length)
{
	unsigned char bytes[100];
	unsigned char again[100];

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		random_fill(bytes, len);
		const char *text = base64url_encode(arena, bytes, len);
		assert_true(base64url_decode(text, again, len));
		assert_memory_equal(bytes, again, len);
		assert_false(base64url_decode(text, again, len + 1));
		if (len > 0)
			assert_false(base64url_decode(text, again, len - 1));
	}
}

TEST(base64url_refuses_other_alphabets_lengths_and_padding)
{
	static const char *const bad[] = {
		"",     "Zm9",   "Zm9vY",  "Zm9=",  "Zm+v", "Zm/v",
		"Zm v", "Zm\nv", "Zm9v\n", " Zm9v", "Z.9v", "Zm9\xc3",
	};
	unsigned char out[16];

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(base64url_decode(bad[i], out, 3));
	assert_true(base64url_decode("Zm9v", out, 3));
	assert_false(base64url_decode("Zg==", out, 1));
}

/* RFC 4648, section 3.5: bits behind the last byte are zero, so that a text has one spelling. */
TEST(base64url_has_one_spelling)
{
	unsigned char out[1];

	assert_true(base64url_decode("Zg", out, 1));
	assert_false(base64url_decode("Zh", out, 1));
}

TEST(random_tokens_are_long_and_never_the_same)
{
	const char *first = random_token(arena, 32);
	const char *second = random_token(arena, 32);

	assert_int_equal(strlen(first), 43);
	assert_string_not_equal(first, second);
}

TEST(random_bytes_fill_every_place)
{
	unsigned char seen[1000] = { 0 };
	unsigned char bytes[1000];

	for (int round = 0; round < 20; round++) {
		random_fill(bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes); i++)
			seen[i] |= bytes[i];
	}
	for (size_t i = 0; i < sizeof(seen); i++)
		assert_int_not_equal(seen[i], 0);
}

TEST(secrets_are_equal_when_every_byte_is)
{
	assert_true(secret_equal("", ""));
	assert_true(secret_equal("abc", "abc"));
	assert_false(secret_equal("abc", "abd"));
	assert_false(secret_equal("abc", "ab"));
	assert_false(secret_equal("ab", "abc"));
	assert_false(secret_equal("", "a"));
	assert_false(secret_equal("abc", "Abc"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(sha256_of_the_standard_s_examples),
		CASE(hmac_of_the_standard_s_examples),
		CASE(base64url_of_the_standard_s_examples),
		CASE(base64url_comes_back_for_every_length),
		CASE(base64url_refuses_other_alphabets_lengths_and_padding),
		CASE(base64url_has_one_spelling),
		CASE(random_tokens_are_long_and_never_the_same),
		CASE(random_bytes_fill_every_place),
		CASE(secrets_are_equal_when_every_byte_is),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
