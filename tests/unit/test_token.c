/*
 * Access tokens from outside. What an attacker would send is signed here by hand, with the right
 * key where that makes the attack stronger.
 */
#include "unit.h"

#include "base/str.h"
#include "sec/digest.h"
#include "sec/keyring.h"
#include "sec/token.h"
#include "base/compat.h"

enum { NOW = 1800000000 };

static const char good_header[] = "{\"alg\":\"HS256\",\"kid\":\"1\",\"typ\":\"JWT\"}";
static const char good_payload[] =
	"{\"sub\":\"u\",\"hid\":\"7\",\"role\":\"nurse\",\"sid\":\"s\",\"iat\":1799999000,"
	"\"exp\":1800000900}";

static struct keyring keyring;
static struct claims claims;

static void
add_key(const char *purpose, const char *id, int byte)
{
	struct key *key = &keyring.keys[keyring.count++];

	snprintf(key->purpose, sizeof(key->purpose), "%s", purpose);
	snprintf(key->id, sizeof(key->id), "%s", id);
	memset(key->bytes, byte, KEY_SIZE);
}

static int
set_up(void **state)
{
	memset(&keyring, 0, sizeof(keyring));
	memset(&claims, 0, sizeof(claims));
	add_key("token", "1", 't');
	add_key("form", "1", 'f');
	add_key("form", "onlyform", 'o');
	return unit_set_up(state);
}

static const char *
segment(const char *text)
{
	return base64url_encode(arena, text, strlen(text));
}

static const char *
sign(const char *head_and_body, const void *key, size_t len)
{
	unsigned char mac[DIGEST_SIZE];

	digest_hmac(key, len, head_and_body, strlen(head_and_body), mac);
	return arena_printf(arena, "%s.%s", head_and_body, base64url_encode(arena, mac, sizeof(mac)));
}

static const char *
forge(const char *header, const char *payload)
{
	return sign(arena_printf(arena, "%s.%s", segment(header), segment(payload)),
	            keyring.keys[0].bytes, KEY_SIZE);
}

static enum token_state
judge(const char *token)
{
	/* A copy that ends exactly where the text does: AddressSanitizer sees who reads on. */
	return token_read(arena, &keyring, unit_exact(token, strlen(token) + 1), NOW, &claims);
}

TEST(a_token_that_was_made_is_good_and_says_what_it_was_told)
{
	struct claims told = {
		.user_id = "018f0000-0000-7000-8000-000000000001",
		.hospital_id = "42",
		.role = "receptionist",
		.session_id = "018f0000-0000-7000-8000-000000000002",
		.expires_at = NOW + 1,
	};
	const char *token = token_create(arena, &keyring, &told);

	assert_true(token_has_shape(token));
	assert_int_equal(judge(token), TOKEN_GOOD);
	assert_string_equal(claims.user_id, told.user_id);
	assert_string_equal(claims.hospital_id, told.hospital_id);
	assert_string_equal(claims.role, told.role);
	assert_string_equal(claims.session_id, told.session_id);
	assert_int_equal(claims.expires_at, NOW + 1);
}

TEST(a_token_signed_by_hand_is_good_too)
{
	assert_int_equal(judge(forge(good_header, good_payload)), TOKEN_GOOD);
	assert_string_equal(claims.role, "nurse");
}

TEST(a_token_is_old_from_its_last_second_on)
{
	struct claims told = { "u", "7", "nurse", "s", NOW };

	assert_int_equal(judge(token_create(arena, &keyring, &told)), TOKEN_OLD);
	told.expires_at = NOW + 1;
	assert_int_equal(judge(token_create(arena, &keyring, &told)), TOKEN_GOOD);
	told.expires_at = NOW - 100000;
	assert_int_equal(judge(token_create(arena, &keyring, &told)), TOKEN_OLD);
}

TEST(a_token_without_a_last_second_is_never_good)
{
	assert_int_not_equal(
		judge(forge(good_header, "{\"sub\":\"u\",\"hid\":\"7\",\"role\":\"nurse\",\"sid\":\"s\"}")),
		TOKEN_GOOD);
	assert_int_not_equal(
		judge(forge(good_header, "{\"sub\":\"u\",\"hid\":\"7\",\"role\":\"nurse\",\"sid\":\"s\","
	                             "\"exp\":\"9999999999\"}")),
		TOKEN_GOOD);
	assert_int_not_equal(
		judge(forge(good_header, "{\"sub\":\"u\",\"hid\":\"7\",\"role\":\"nurse\",\"sid\":\"s\","
	                             "\"exp\":-1}")),
		TOKEN_GOOD);
}

TEST(unsigned_tokens_are_bad)
{
	static const char *const algorithms[] = { "none", "None", "NONE", "nOnE", "" };

	for (size_t i = 0; i < COUNT_OF(algorithms); i++) {
		const char *header = arena_printf(arena, "{\"alg\":\"%s\",\"kid\":\"1\"}", algorithms[i]);
		const char *body = arena_printf(arena, "%s.%s", segment(header), segment(good_payload));
		assert_int_equal(judge(arena_printf(arena, "%s.", body)), TOKEN_BAD);
		assert_int_equal(judge(arena_printf(arena, "%s.AA", body)), TOKEN_BAD);
		assert_int_equal(judge(body), TOKEN_BAD);
		assert_int_equal(judge(forge(header, good_payload)), TOKEN_BAD);
	}
}

TEST(other_algorithms_are_bad_even_when_signed_with_our_key)
{
	static const char *const algorithms[] = {
		"HS384", "HS512", "RS256", "RS512", "ES256", "PS256", "EdDSA", "hs256", "HS256 ", "HS25",
	};

	for (size_t i = 0; i < COUNT_OF(algorithms); i++)
		assert_int_equal(
			judge(forge(arena_printf(arena, "{\"alg\":\"%s\",\"kid\":\"1\"}", algorithms[i]),
		                good_payload)),
			TOKEN_BAD);
}

TEST(a_header_that_is_no_sound_object_is_bad)
{
	static const char *const headers[] = {
		"",
		"{",
		"[]",
		"null",
		"\"HS256\"",
		"{}",
		"{\"kid\":\"1\"}",
		"{\"alg\":\"HS256\"}",
		"{\"alg\":null,\"kid\":\"1\"}",
		"{\"alg\":[\"HS256\"],\"kid\":\"1\"}",
		"{\"alg\":256,\"kid\":\"1\"}",
		"{\"alg\":\"HS256\",\"kid\":1}",
		"{\"alg\":\"HS256\",\"kid\":null}",
		"{\"alg\":\"none\",\"alg\":\"HS256\",\"kid\":\"1\"}",
		"{\"alg\":\"HS256\",\"alg\":\"none\",\"kid\":\"1\"}",
		"{\"alg\":\"HS256\",\"kid\":\"1\"}x",
		"{\"alg\":\"HS256\\u0000\",\"kid\":\"1\"}",
		"\xff\xfe",
	};

	for (size_t i = 0; i < COUNT_OF(headers); i++)
		assert_int_equal(judge(forge(headers[i], good_payload)), TOKEN_BAD);
}

TEST(an_unknown_key_is_bad)
{
	static const char *const ids[] = { "2", "", "11", "1 ", "../1", "onlyform" };

	for (size_t i = 0; i < COUNT_OF(ids); i++)
		assert_int_equal(
			judge(forge(arena_printf(arena, "{\"alg\":\"HS256\",\"kid\":\"%s\"}", ids[i]),
		                good_payload)),
			TOKEN_BAD);
}

TEST(a_key_of_another_purpose_signs_no_token)
{
	const char *body = arena_printf(
		arena, "%s.%s", segment("{\"alg\":\"HS256\",\"kid\":\"onlyform\"}"), segment(good_payload));

	assert_int_equal(judge(sign(body, keyring.keys[2].bytes, KEY_SIZE)), TOKEN_BAD);
	body = arena_printf(arena, "%s.%s", segment(good_header), segment(good_payload));
	assert_int_equal(judge(sign(body, keyring.keys[1].bytes, KEY_SIZE)), TOKEN_BAD);
	assert_int_equal(judge(sign(body, "", 0)), TOKEN_BAD);
}

TEST(an_old_key_is_good_for_what_comes_back_and_the_newest_for_what_is_made)
{
	const char *old = forge(good_header, good_payload);
	struct claims told = { "u", "7", "nurse", "s", NOW + 10 };

	add_key("token", "2", 'n');
	assert_int_equal(judge(old), TOKEN_GOOD);
	const char *new = token_create(arena, &keyring, &told);
	assert_int_equal(judge(new), TOKEN_GOOD);
	/* Without the newest key what it signed is bad. */
	keyring.count--;
	assert_int_equal(judge(new), TOKEN_BAD);
	assert_int_equal(judge(old), TOKEN_GOOD);
}

TEST(claims_that_are_missing_or_no_texts_are_bad)
{
	static const char *const payloads[] = {
		"{}",
		"[]",
		"null",
		"",
		"{",
		"x",
		"\"u\"",
		"{\"hid\":\"7\",\"role\":\"nurse\",\"sid\":\"s\",\"exp\":1800000900}",
		"{\"sub\":\"u\",\"role\":\"nurse\",\"sid\":\"s\",\"exp\":1800000900}",
		"{\"sub\":\"u\",\"hid\":\"7\",\"sid\":\"s\",\"exp\":1800000900}",
		"{\"sub\":\"u\",\"hid\":\"7\",\"role\":\"nurse\",\"exp\":1800000900}",
		"{\"sub\":\"u\",\"hid\":7,\"role\":\"nurse\",\"sid\":\"s\",\"exp\":1800000900}",
		"{\"sub\":null,\"hid\":\"7\",\"role\":\"nurse\",\"sid\":\"s\",\"exp\":1800000900}",
		"{\"sub\":\"u\",\"hid\":\"7\",\"role\":[\"nurse\"],\"sid\":\"s\",\"exp\":1800000900}",
	};

	for (size_t i = 0; i < COUNT_OF(payloads); i++)
		assert_int_equal(judge(forge(good_header, payloads[i])), TOKEN_BAD);
}

TEST(a_character_changed_anywhere_is_bad)
{
	const char *token = forge(good_header, good_payload);
	size_t len = strlen(token);

	for (size_t i = 0; i < len; i++)
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			char *changed = arena_strdup(arena, token);
			changed[i] = (char)((unsigned char)changed[i] ^ bit);
			if (changed[i] != '\0' && judge(changed) != TOKEN_BAD)
				fail_msg("position %zu, bit %u", i, bit);
		}
}

TEST(a_token_cut_anywhere_or_longer_is_bad)
{
	const char *token = forge(good_header, good_payload);
	size_t len = strlen(token);

	for (size_t i = 0; i < len; i++)
		assert_int_equal(judge(arena_strndup(arena, token, i)), TOKEN_BAD);
	for (size_t i = 1; i < len; i++)
		assert_int_equal(judge(token + i), TOKEN_BAD);
	assert_int_equal(judge(arena_printf(arena, "%sA", token)), TOKEN_BAD);
	assert_int_equal(judge(arena_printf(arena, "%s ", token)), TOKEN_BAD);
	assert_int_equal(judge(arena_printf(arena, "%s.", token)), TOKEN_BAD);
	assert_int_equal(judge(arena_printf(arena, "%s.%s", token, token)), TOKEN_BAD);
	assert_int_equal(judge(arena_printf(arena, "%s=", token)), TOKEN_BAD);
}

TEST(shapes_that_libjwt_cannot_bear_never_reach_it)
{
	static const char *const bad[] = {
		"",           ".",      "..",           "...",          "a",       "a.b",
		"a..b",       "..a",    "a..",          ".a.",          ".a.b",    "a.b.",
		"a.b.c.d",    "a.b.c.", " a.b.c",       "a.b.c ",       "a.b.c\n", "a.b.c=",
		"a.b+.c",     "a.b/.c", "a.b.\xc3\xa9", "Bearer a.b.c", "a,b,c",   "a.b.c%00",
		"-_.-_.\x7f",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(token_has_shape(bad[i]));
		assert_int_equal(judge(bad[i]), TOKEN_BAD);
	}
	assert_true(token_has_shape("a.b.c"));
	assert_true(token_has_shape("-_.-_.-_"));
}

TEST(tokens_that_are_nothing_but_shape_are_bad)
{
	static const char *const bad[] = {
		"a.b.c", "aa.aa.aa", "e30.e30.e30", "eyJ9.e30.AA", "-_-_.-_-_.-_-_", "e30.AAAA.AAAA",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_true(token_has_shape(bad[i]));
		assert_int_equal(judge(bad[i]), TOKEN_BAD);
	}
}

/* Three segments that are `len` characters together with their dots. */
static const char *
shaped(size_t len)
{
	char *text = arena_alloc(arena, len + 1);

	memset(text, 'A', len);
	text[1] = text[3] = '.';
	return text;
}

TEST(four_kilobytes_are_the_most)
{
	assert_true(token_has_shape(shaped(4096)));
	assert_false(token_has_shape(shaped(4097)));
	assert_false(token_has_shape(shaped(100000)));
	assert_int_equal(judge(shaped(4096)), TOKEN_BAD);
	assert_int_equal(judge(shaped(1000000)), TOKEN_BAD);
}

TEST(a_good_signature_does_not_help_an_oversized_token)
{
	char filler[4000];

	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	const char *payload = arena_printf(arena, "{\"x\":\"%s\",%s", filler, good_payload + 1);
	assert_int_equal(judge(forge(good_header, payload)), TOKEN_BAD);
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, unit_tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(a_token_that_was_made_is_good_and_says_what_it_was_told),
		FRESH(a_token_signed_by_hand_is_good_too),
		FRESH(a_token_is_old_from_its_last_second_on),
		FRESH(a_token_without_a_last_second_is_never_good),
		FRESH(unsigned_tokens_are_bad),
		FRESH(other_algorithms_are_bad_even_when_signed_with_our_key),
		FRESH(a_header_that_is_no_sound_object_is_bad),
		FRESH(an_unknown_key_is_bad),
		FRESH(a_key_of_another_purpose_signs_no_token),
		FRESH(an_old_key_is_good_for_what_comes_back_and_the_newest_for_what_is_made),
		FRESH(claims_that_are_missing_or_no_texts_are_bad),
		FRESH(a_character_changed_anywhere_is_bad),
		FRESH(a_token_cut_anywhere_or_longer_is_bad),
		FRESH(shapes_that_libjwt_cannot_bear_never_reach_it),
		FRESH(tokens_that_are_nothing_but_shape_are_bad),
		FRESH(four_kilobytes_are_the_most),
		FRESH(a_good_signature_does_not_help_an_oversized_token),
	};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
