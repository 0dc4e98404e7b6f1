#include "unit.h"

#include "base/buf.h"
#include "base/str.h"
#include "web/parse.h"
#include "base/compat.h"

/* The segments joined by a bar, "(refused)" when the path is. */
static const char *
path_of(const char *target)
{
	struct path path;
	struct buf text;

	if (!path_parse(arena, unit_exact(target, strlen(target) + 1), &path))
		return "(refused)";
	buf_init(&text, arena, 0);
	for (size_t i = 0; path.segments[i] != NULL; i++)
		buf_printf(&text, "%s%s", i > 0 ? "|" : "", path.segments[i]);
	return text.data;
}

/* The pairs as name=value with bars between them, "(refused)" when the bytes are. */
static const char *
pairs_of_bytes(const char *bytes, size_t len)
{
	const struct pair *pairs = NULL;
	struct buf text;

	if (!pairs_parse(arena, unit_exact(bytes, len), len, &pairs))
		return "(refused)";
	buf_init(&text, arena, 0);
	for (; pairs->name != NULL; pairs++)
		buf_printf(&text, "%s%s=%s", text.len > 0 ? "|" : "", pairs->name, pairs->value);
	return text.data;
}

static const char *
pairs_of(const char *text)
{
	return pairs_of_bytes(text, strlen(text));
}

TEST(a_path_comes_apart_at_its_slashes)
{
	assert_string_equal(path_of("/"), "");
	assert_string_equal(path_of("/patients"), "patients");
	assert_string_equal(path_of("/patients/x/edit"), "patients|x|edit");
	assert_string_equal(path_of("/patients/mrn:0100GEJ"), "patients|mrn:0100GEJ");
	assert_string_equal(path_of("/a?b=/c/../d"), "a");
	assert_string_equal(path_of("/a#/b"), "a");
	assert_string_equal(path_of("/?x"), "");
}

TEST(one_slash_at_the_end_is_allowed)
{
	assert_string_equal(path_of("/patients/"), "patients");
	assert_string_equal(path_of("/patients/?a"), "patients");
	assert_string_equal(path_of("/patients//"), "(refused)");
	assert_string_equal(path_of("//"), "(refused)");
}

TEST(segments_come_out_decoded)
{
	assert_string_equal(path_of("/M%C3%BCller"), "Müller");
	assert_string_equal(path_of("/a%20b+c"), "a b+c");
	assert_string_equal(path_of("/%70atients"), "patients");
	assert_string_equal(path_of("/%E7%8e%8B"), "王");
	assert_string_equal(path_of("/%3F%23"), "?#");
	assert_string_equal(path_of("/%25%32%66"), "%2f");
}

TEST(paths_that_play_tricks_are_refused)
{
	static const char *const bad[] = {
		"",
		"patients",
		"?",
		"#",
		"*",
		"http://host/patients",
		"\\patients",
		"/..",
		"/.",
		"/../etc/passwd",
		"/patients/..",
		"/patients/../..",
		"/a/./b",
		"/%2e%2e",
		"/%2E%2e/etc",
		"/.%2e",
		"/%2e",
		"/a%2fb",
		"/a%2Fb",
		"/%2f",
		"/..%2f..%2fetc",
		"/a%5cb",
		"/a\\b",
		"/..%5c",
		"/a%00",
		"/%00",
		"/a%00.html",
		"/a//b",
		"//a",
		"/a%",
		"/a%4",
		"/a%g1",
		"/a%1g",
		"/%",
		"/%%",
		"/% 41",
		"/%u0041",
		"/%c0%af",
		"/%c0%ae%c0%ae",
		"/%e0%80%af",
		"/%ff",
		"/\xff",
		"/%ed%a0%80",
		"/%c3",
		"/a%0ab",
		"/a%0d%0aSet-Cookie:x",
		"/a\nb",
		"/a%7f",
		"/%c2%85",
		"/a\tb",
		"/%01",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (strcmp(path_of(bad[i]), "(refused)") != 0)
			fail_msg("%s becomes %s", bad[i], path_of(bad[i]));
}

TEST(dots_in_a_name_are_no_trick)
{
	assert_string_equal(path_of("/..."), "...");
	assert_string_equal(path_of("/openapi.json"), "openapi.json");
	assert_string_equal(path_of("/.well-known"), ".well-known");
	assert_string_equal(path_of("/a../..b"), "a..|..b");
}

TEST(eight_segments_fit_and_no_more)
{
	assert_string_equal(path_of("/1/2/3/4/5/6/7/8"), "1|2|3|4|5|6|7|8");
	assert_string_equal(path_of("/1/2/3/4/5/6/7/8/"), "1|2|3|4|5|6|7|8");
	assert_string_equal(path_of("/1/2/3/4/5/6/7/8/9"), "(refused)");
}

TEST(pairs_come_out_decoded_and_in_order)
{
	assert_string_equal(pairs_of(""), "");
	assert_string_equal(pairs_of("a=1&b=2"), "a=1|b=2");
	assert_string_equal(pairs_of("firstName=Zo%C3%AB+Ann&lastName=O%27Brien"),
	                    "firstName=Zoë Ann|lastName=O'Brien");
	assert_string_equal(pairs_of("a=1&a=2"), "a=1|a=2");
	assert_string_equal(pairs_of("a=b=c&d"), "a=b=c|d=");
	assert_string_equal(pairs_of("&&a=1&&"), "a=1");
	assert_string_equal(pairs_of("=1"), "=1");
	assert_string_equal(pairs_of("a=%26%3D%2B%25"), "a=&=+%");
	assert_string_equal(pairs_of("a%3Db=c"), "a=b=c");
	assert_string_equal(pairs_of("a=1;b=2"), "a=1;b=2");
	assert_string_equal(pairs_of("t=line%0D%0Atwo"), "t=line\r\ntwo");
}

TEST(pairs_that_are_not_readable_are_refused_whole)
{
	static const char *const bad[] = {
		"a=%",    "a=%4",       "a=%zz",    "%=1",         "a=1&b=%",        "a=%00",
		"%00=1",  "a=1&b=\xff", "a=%c0%af", "a=%ed%a0%80", "a=%f4%90%80%80", "a=%c3",
		"\xc3=1",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (strcmp(pairs_of(bad[i]), "(refused)") != 0)
			fail_msg("%s becomes %s", bad[i], pairs_of(bad[i]));
	assert_string_equal(pairs_of_bytes("a=b\0c", 5), "(refused)");
	assert_string_equal(pairs_of_bytes("a=%4", 4), "(refused)");
	assert_string_equal(pairs_of_bytes("a=%41", 4), "(refused)");
	assert_string_equal(pairs_of_bytes("a=%41", 5), "a=A");
}

TEST(two_hundred_pairs_fit_and_no_more)
{
	struct buf text;

	buf_init(&text, arena, 0);
	for (int i = 0; i < PAIRS_MOST; i++)
		buf_printf(&text, "p%d=%d&", i, i);
	const struct pair *pairs = NULL;
	assert_true(pairs_parse(arena, text.data, text.len, &pairs));
	assert_string_equal(pairs_find(pairs, "p199"), "199");
	buf_puts(&text, "x=1");
	assert_false(pairs_parse(arena, text.data, text.len, &pairs));
}

TEST(the_last_value_of_a_name_counts)
{
	const struct pair *pairs = NULL;

	assert_true(pairs_parse(arena, "a=1&b=2&a=3&c", 13, &pairs));
	assert_string_equal(pairs_find(pairs, "a"), "3");
	assert_string_equal(pairs_find(pairs, "b"), "2");
	assert_string_equal(pairs_find(pairs, "c"), "");
	assert_null(pairs_find(pairs, "d"));
	assert_null(pairs_find(pairs, "A"));
}

static const char *
cookie(const char *header)
{
	return cookie_find(arena, unit_exact(header, strlen(header) + 1), "__Host-caredesk");
}

TEST(a_cookie_is_found_by_its_whole_name)
{
	assert_string_equal(cookie("__Host-caredesk=7.abc"), "7.abc");
	assert_string_equal(cookie("a=1; __Host-caredesk=x; b=2"), "x");
	assert_string_equal(cookie("a=1;__Host-caredesk=x"), "x");
	assert_string_equal(cookie(" ; ;\t__Host-caredesk=x=y"), "x=y");
	assert_string_equal(cookie("__Host-caredesk=first; __Host-caredesk=second"), "first");
	assert_null(cookie(""));
	assert_null(cookie("__Host-caredesk"));
	assert_null(cookie("__host-caredesk=x"));
	assert_null(cookie("x__Host-caredesk=x"));
	assert_null(cookie("__Host-caredesk2=x"));
	assert_null(cookie("a=__Host-caredesk=x"));
	assert_null(cookie("__Host-caredes=x"));
	assert_null(cookie(";;;;;;"));
	assert_null(cookie_find(arena, NULL, "a"));
}

TEST(an_empty_cookie_is_no_token)
{
	const char *value = cookie("__Host-caredesk=");

	assert_true(value == NULL || *value == '\0');
	value = cookie("__Host-caredesk=; a=1");
	assert_true(value == NULL || *value == '\0');
}

TEST(json_is_accepted_where_it_is_asked_for_or_nothing_is)
{
	static const char *const good[] = {
		"",
		"*/*",
		"application/json",
		"application/*",
		"APPLICATION/JSON",
		"text/html, application/json",
		"text/html,*/*;q=0.1",
		"application/json; charset=utf-8",
		"application/json;q=0.5",
		" application/json",
		"text/html;q=0.9 , */* ; q=0.8",
		"application/json;q=0.001",
		"application/json;q=1.0",
	};
	static const char *const bad[] = {
		"text/html",
		"application/xml",
		"text/*",
		"application/jsonx",
		"json",
		"*",
		"application/json;q=0",
		"application/json; q=0.0",
		"application/json;q=0.000, text/html",
		"image/*;q=0.8",
		",",
		";",
		"xapplication/json",
	};

	assert_true(accepts_json(NULL));
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!accepts_json(good[i]))
			fail_msg("[%s] is refused", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (accepts_json(bad[i]))
			fail_msg("[%s] is accepted", bad[i]);
}

TEST(a_media_type_is_compared_without_its_parameters_and_case)
{
	assert_true(media_type_is("application/json", "application/json"));
	assert_true(media_type_is("Application/JSON; charset=utf-8", "application/json"));
	assert_true(media_type_is("application/json;charset=x", "application/json"));
	assert_true(media_type_is(" application/json ;", "application/json"));
	assert_false(media_type_is("application/jsonx", "application/json"));
	assert_false(media_type_is("application/jso", "application/json"));
	assert_false(media_type_is("text/plain; application/json", "application/json"));
	assert_false(media_type_is("application/json, text/plain", "application/json"));
	assert_false(media_type_is("", "application/json"));
	assert_false(media_type_is(NULL, "application/json"));
}

TEST(an_id_of_a_request_is_letters_digits_and_little_else)
{
	assert_true(is_sane_id("018f0000-0000-7000-8000-00000000abcd", 100));
	assert_true(is_sane_id("A_b.c:9", 7));
	assert_false(is_sane_id("A_b.c:9", 6));
	assert_false(is_sane_id("", 100));
	assert_false(is_sane_id("a b", 100));
	assert_false(is_sane_id("a\r\nSet-Cookie: x", 100));
	assert_false(is_sane_id("a\"b", 100));
	assert_false(is_sane_id("<a>", 100));
	assert_false(is_sane_id("\xc3\xa9", 100));
}

TEST(a_text_is_encoded_for_a_query)
{
	assert_string_equal(url_encode(arena, "aZ09-_.~"), "aZ09-_.~");
	assert_string_equal(url_encode(arena, "/patients?search=O'Brien&x=1"),
	                    "%2Fpatients%3Fsearch%3DO%27Brien%26x%3D1");
	assert_string_equal(url_encode(arena, "ü+% \r\n"), "%C3%BC%2B%25%20%0D%0A");
	assert_string_equal(url_encode(arena, ""), "");
}

TEST(what_is_encoded_is_decoded_again)
{
	struct buf text;

	buf_init(&text, arena, 0);
	for (int byte = 1; byte < 0x80; byte++)
		buf_putc(&text, (char)byte);
	buf_puts(&text, "Zoë 王 😀");
	const char *query = arena_printf(arena, "next=%s", url_encode(arena, text.data));
	const struct pair *pairs = NULL;
	assert_true(pairs_parse(arena, query, strlen(query), &pairs));
	assert_string_equal(pairs_find(pairs, "next"), text.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_path_comes_apart_at_its_slashes),
		CASE(one_slash_at_the_end_is_allowed),
		CASE(segments_come_out_decoded),
		CASE(paths_that_play_tricks_are_refused),
		CASE(dots_in_a_name_are_no_trick),
		CASE(eight_segments_fit_and_no_more),
		CASE(pairs_come_out_decoded_and_in_order),
		CASE(pairs_that_are_not_readable_are_refused_whole),
		CASE(two_hundred_pairs_fit_and_no_more),
		CASE(the_last_value_of_a_name_counts),
		CASE(a_cookie_is_found_by_its_whole_name),
		CASE(an_empty_cookie_is_no_token),
		CASE(json_is_accepted_where_it_is_asked_for_or_nothing_is),
		CASE(a_media_type_is_compared_without_its_parameters_and_case),
		CASE(an_id_of_a_request_is_letters_digits_and_little_else),
		CASE(a_text_is_encoded_for_a_query),
		CASE(what_is_encoded_is_decoded_again),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
