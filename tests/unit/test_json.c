/*
 * JSON from outside. Reads the whole of JSON Parsing Test Suite below CAREDESK_SRCDIR.
 */
#include "unit.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "base/compat.h"

/* What RFC 8259 allows and we do not: a name that stands twice, and the character NUL. */
static const char *const refused_by_us[] = {
	"y_object_duplicated_key.json",
	"y_object_duplicated_key_and_value.json",
	"y_object_escaped_null_in_key.json",
	"y_string_null_escape.json",
};

static const char *
check(const char *bytes, size_t len)
{
	size_t members = 0;
	size_t at = 0;
	const char *fault = json_check(unit_exact(bytes, len), len, &members, &at);

	assert_true(at <= len);
	return fault;
}

static bool
is_sound(const char *text)
{
	return check(text, strlen(text)) == NULL;
}

static struct json_object *
read_bytes(const char *bytes, size_t len)
{
	const char *fault = NULL;
	struct json_object *root = json_read(arena, unit_exact(bytes, len), len, &fault);

	assert_int_equal(root == NULL, fault != NULL);
	return root;
}

static bool
is_read(const char *text)
{
	return read_bytes(text, strlen(text)) != NULL;
}

static bool
is_refused_by_us(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(refused_by_us); i++)
		if (strcmp(refused_by_us[i], name) == 0)
			return true;
	return false;
}

/* RFC 4648, section 4: what the suite's bytes are written in. */
static const char *
decode(const char *text, size_t *len)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *bytes = arena_alloc(arena, strlen(text));
	unsigned word = 0;
	unsigned bits = 0;

	*len = 0;
	for (; *text != '\0' && *text != '='; text++) {
		word = word << 6 | (unsigned)(strchr(alphabet, *text) - alphabet);
		bits += 6;
		if (bits >= 8)
			bytes[(*len)++] = (char)(word >> (bits -= 8));
	}
	return bytes;
}

/* Calls `judge` with each file of the suite whose name begins with the letter; returns how many. */
static size_t
each_file(char letter, bool (*judge)(const char *name, const char *bytes, size_t len))
{
	struct json_object *suite = json_object_from_file(unit_source("tests/data/JSONTestSuite.json"));
	size_t count = 0;
	size_t wrong = 0;

	assert_non_null(suite);
	json_object_object_foreach(suite, name, text)
	{
		size_t len = 0;
		if (name[0] != letter)
			continue;
		const char *bytes = decode(json_object_get_string(text), &len);
		count++;
		if (!judge(name, bytes, len)) {
			print_error("%s\n", name);
			wrong++;
		}
	}
	json_object_put(suite);
	assert_int_equal(wrong, 0);
	return count;
}

static bool
is_refused_twice(const char *name, const char *bytes, size_t len)
{
	(void)name;
	return check(bytes, len) != NULL && read_bytes(bytes, len) == NULL;
}

TEST(every_n_file_of_the_suite_is_refused)
{
	assert_int_equal(each_file('n', is_refused_twice), 188);
}

static bool
is_accepted_as_it_should(const char *name, const char *bytes, size_t len)
{
	bool is_object = len > 0 && bytes[0] == '{';
	bool is_twice = strstr(name, "duplicated_key") != NULL;

	/* Doubled names are json_read()'s to see: json_check() only counts. */
	if ((check(bytes, len) == NULL) != (is_twice || !is_refused_by_us(name)))
		return false;
	return (read_bytes(bytes, len) != NULL) == (is_object && !is_refused_by_us(name));
}

TEST(every_y_file_of_the_suite_is_accepted_but_four_that_our_limits_refuse)
{
	assert_int_equal(each_file('y', is_accepted_as_it_should), 95);
}

static bool
does_no_harm(const char *name, const char *bytes, size_t len)
{
	(void)name;
	/* What the first lets through the second may refuse, never the other way round. */
	bool is_checked = check(bytes, len) == NULL;
	return is_checked || read_bytes(bytes, len) == NULL;
}

TEST(the_i_files_of_the_suite_do_no_harm)
{
	assert_int_equal(each_file('i', does_no_harm), 35);
}

static bool
survives_every_cut(const char *name, const char *bytes, size_t len)
{
	(void)name;
	for (size_t cut = 0; cut < len && len < 200; cut++)
		(void)check(bytes, cut);
	return true;
}

TEST(files_cut_anywhere_do_no_harm)
{
	each_file('y', survives_every_cut);
	each_file('n', survives_every_cut);
}

static const char *
nested(char open, char close, int depth)
{
	struct buf text;

	buf_init(&text, arena, 0);
	for (int i = 0; i < depth; i++)
		buf_puts(&text, open == '{' ? "{\"a\":" : "[");
	buf_puts(&text, "1");
	for (int i = 0; i < depth; i++)
		buf_putc(&text, close);
	return text.data;
}

TEST(thirty_two_levels_are_accepted_and_no_more)
{
	assert_true(is_sound(nested('[', ']', 32)));
	assert_false(is_sound(nested('[', ']', 33)));
	assert_true(is_read(nested('{', '}', 32)));
	assert_false(is_read(nested('{', '}', 33)));
	assert_true(is_read(arena_printf(arena, "{\"a\":%s}", nested('[', ']', 31))));
	assert_false(is_read(arena_printf(arena, "{\"a\":%s}", nested('[', ']', 32))));
	assert_false(is_sound(nested('[', ']', 100000)));
	/* Depth is not count. */
	assert_true(is_sound("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
	                     "[],[],[],[],[],[],[],[],[],[],[],[],{},{},{},{},{}]"));
}

TEST(names_that_stand_twice_are_refused_at_any_depth)
{
	static const char *const bad[] = {
		"{\"a\":1,\"a\":1}",
		"{\"a\":1,\"b\":2,\"a\":null}",
		"{\"a\":{\"b\":1},\"a\":2}",
		"{\"a\":2,\"a\":{\"b\":1,\"c\":2,\"d\":3}}",
		"{\"x\":{\"a\":1,\"a\":2}}",
		"{\"x\":[1,{\"y\":{\"a\":1,\"a\":2}}]}",
		"{\"x\":[[{\"a\":[],\"a\":[{\"b\":1}]}]]}",
		"{\"\":1,\"\":2}",
		"{\"a\":1,\"\\u0061\":2}",
		"{\"\xc3\xa9\":1,\"\\u00e9\":2}",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (is_read(bad[i]))
			fail_msg("%s is accepted", bad[i]);
	assert_true(is_read("{\"a\":1,\"A\":2}"));
	assert_true(is_read("{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]}}}"));
	/* Unicode knows them as equal, JSON does not. */
	assert_true(is_read("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}"));
}

TEST(nul_is_refused_raw_and_escaped)
{
	assert_false(is_sound("{\"a\":\"x\\u0000y\"}"));
	assert_false(is_sound("{\"a\\u0000b\":1}"));
	assert_non_null(check("{\"a\":\"x\0y\"}", 11));
	assert_non_null(check("{\"a\":1}\0", 8));
	assert_non_null(check("{\0\"a\":1}", 8));
	assert_non_null(check("\0", 1));
	assert_true(is_sound("\"\\\\u0000\""));
}

TEST(surrogates_stand_in_pairs)
{
	assert_true(is_sound("\"\\ud83d\\ude00\""));
	assert_true(is_sound("\"\\uD834\\uDd1e\""));
	assert_false(is_sound("\"\\ud83d\""));
	assert_false(is_sound("\"\\ude00\""));
	assert_false(is_sound("\"\\ud83dx\""));
	assert_false(is_sound("\"\\ud83d\\n\""));
	assert_false(is_sound("\"\\ud83d\\ud83d\""));
	assert_false(is_sound("\"\\ud83d\\u0041\""));
	assert_false(is_sound("\"\\ude00\\ud83d\""));
	assert_false(is_sound("\"\\ud83d\\u"));
	/* The same in raw bytes. */
	assert_false(is_sound("\"\xed\xa0\xbd\xed\xb8\x80\""));
}

TEST(bytes_must_be_utf8)
{
	static const char *const bad[] = {
		"\"\xff\"", "\"\xc0\xaf\"",   "\"\xe0\x80\xaf\"", "\"\xf4\x90\x80\x80\"",
		"\"\xc3\"", "\xef\xbb\xbf{}", "\xff\xfe{\0}\0",   "\"\xe2\x82\"",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(is_sound(bad[i]));
	assert_true(is_sound("\"王小明 😀 Zoë\""));
}

TEST(raw_control_characters_are_refused)
{
	for (int byte = 1; byte < 0x20; byte++)
		assert_false(is_sound(arena_printf(arena, "\"a%cb\"", byte)));
	assert_true(is_sound("\"a\x7f"
	                     "b\""));
}

TEST(white_space_is_the_four_characters_of_the_standard)
{
	assert_true(is_sound(" \t\r\n{ \n\"a\"\t:\r1 } \t\r\n"));
	assert_true(is_read(" \t\r\n{ \n\"a\"\t:\r1 } \t\r\n"));
	assert_false(is_sound("\f{}"));
	assert_false(is_sound("\v{}"));
	assert_false(is_sound("\xc2\xa0{}"));
	assert_false(is_sound("{}\xe2\x80\x83"));
}

TEST(integers_fit_into_sixty_four_bits)
{
	assert_true(is_sound("9223372036854775807"));
	assert_true(is_sound("-9223372036854775808"));
	assert_false(is_sound("9223372036854775808"));
	assert_false(is_sound("-9223372036854775809"));
	assert_false(is_sound("18446744073709551615"));
	assert_false(is_sound("123456789012345678901234567890"));
}

TEST(other_numbers_are_finite_and_not_endless)
{
	char digits[3000];

	assert_true(is_sound("1.7976931348623157e308"));
	assert_false(is_sound("1e309"));
	assert_false(is_sound("-1e999999999999"));
	assert_false(is_sound("1e400"));
	assert_true(is_sound("1e-400"));
	memset(digits, '9', sizeof(digits));
	assert_non_null(check(digits, sizeof(digits)));
	digits[1] = '.';
	assert_non_null(check(digits, sizeof(digits)));
	assert_null(check(digits, 300));
}

TEST(numbers_have_the_form_of_the_standard)
{
	static const char *const bad[] = {
		"NaN",   "Infinity", "-Infinity", "nan",   "-nan",  "inf", "+1",   "01",
		"-01",   "1.",       ".5",        "-.5",   "1e",    "1e+", "0x10", "1_000",
		"1,000", "--1",      "-",         "1.2.3", "1e1.5", "١",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (is_sound(bad[i]))
			fail_msg("%s is accepted", bad[i]);
	assert_true(is_sound("[0, -0, 0.0, 10, 1e5, 1E+5, 1.25e-3, -0e-0]"));
}

TEST(only_an_object_is_read)
{
	static const char *const others[] = { "[]", "1", "\"a\"", "null", "true", "", " ", "[{}]" };

	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(is_read(others[i]));
	assert_true(is_read("{}"));
	assert_false(is_read("{}{}"));
	assert_false(is_read("{} x"));
	assert_false(is_read("{},"));
	assert_false(is_read("{}/* */"));
}

TEST(the_fault_says_where)
{
	const char *fault = NULL;
	size_t members = 0;
	size_t at = 0;

	assert_null(json_read(arena, "{\"a\":tru}", 9, &fault));
	assert_non_null(strstr(fault, "a value is expected"));
	assert_non_null(strstr(fault, "(at byte 5)"));
	assert_non_null(json_check("[1,]", 4, &members, &at));
	assert_int_equal(at, 3);
}

TEST(members_of_all_objects_are_counted)
{
	static const char text[] = "{\"a\":{\"b\":[{\"c\":1},{\"c\":2}]},\"d\":{}}";
	size_t members = 0;
	size_t at = 0;

	assert_null(json_check(text, strlen(text), &members, &at));
	assert_int_equal(members, 5);
	assert_int_equal(at, strlen(text));
}

TEST(what_is_read_is_what_was_sent)
{
	static const char text[] =
		"{\"t\":\"Zo\\u00eb \\ud83d\\ude00\\n\",\"n\":-5,\"x\":null,\"o\":{\"k\":true}}";
	struct json_object *root = read_bytes(text, strlen(text));

	assert_non_null(root);
	assert_string_equal(json_text(root, "t"), "Zoë 😀\n");
	assert_int_equal(json_object_get_int64(json_member(root, "n")), -5);
	assert_null(json_member(root, "x"));
	assert_true(json_object_get_boolean(json_member(json_member(root, "o"), "k")));
}

TEST(a_member_as_text_is_null_where_it_is_none)
{
	struct json_object *root = json_object_in(arena);

	json_add(root, "text", "a");
	json_add(root, "nothing", NULL);
	json_add_int(root, "number", 5);
	assert_string_equal(json_text(root, "text"), "a");
	assert_null(json_text(root, "nothing"));
	assert_null(json_text(root, "number"));
	assert_null(json_text(root, "missing"));
	assert_null(json_text(NULL, "text"));
	assert_null(json_member(root, "missing"));
}

TEST(a_model_is_printed_compactly_and_in_order)
{
	struct json_object *root = json_object_in(arena);

	json_add(root, "b", "a/\"ü\"");
	json_add(root, "a", NULL);
	json_add_int(root, "i", INT64_MIN);
	json_add_double(root, "d", 1.0 / 3);
	json_add_bool(root, "t", true);
	json_add_int(json_add_object(root, "o"), "x", 1);
	struct json_object *list = json_add_array(root, "l");
	json_append(list, "one");
	json_add_bool(json_append_object(list), "y", false);
	assert_string_equal(json_print(arena, root),
	                    "{\"b\":\"a/\\\"ü\\\"\",\"a\":null,\"i\":-9223372036854775808,\"d\":0.333,"
	                    "\"t\":true,\"o\":{\"x\":1},\"l\":[\"one\",{\"y\":false}]}");
}

TEST(what_is_printed_is_read_again)
{
	struct json_object *root = json_object_in(arena);

	for (int code = 1; code < 0x80; code++)
		json_add(root, arena_printf(arena, "k%c", code), arena_printf(arena, "v%c", code));
	const char *text = json_print(arena, root);
	struct json_object *again = read_bytes(text, strlen(text));
	assert_non_null(again);
	assert_true(json_object_equal(root, again));
}

TEST(the_tree_lives_as_long_as_the_arena)
{
	struct arena *other = arena_create(1 << 20);
	const char *fault = NULL;

	/* LeakSanitizer and AddressSanitizer judge. */
	assert_non_null(json_read(other, "{\"a\":[1,2,3]}", 13, &fault));
	assert_null(json_read(other, "[1]", 3, &fault));
	assert_null(json_read(other, "{\"a\":1,\"a\":1}", 13, &fault));
	arena_destroy(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_n_file_of_the_suite_is_refused),
		CASE(every_y_file_of_the_suite_is_accepted_but_four_that_our_limits_refuse),
		CASE(the_i_files_of_the_suite_do_no_harm),
		CASE(files_cut_anywhere_do_no_harm),
		CASE(thirty_two_levels_are_accepted_and_no_more),
		CASE(names_that_stand_twice_are_refused_at_any_depth),
		CASE(nul_is_refused_raw_and_escaped),
		CASE(surrogates_stand_in_pairs),
		CASE(bytes_must_be_utf8),
		CASE(raw_control_characters_are_refused),
		CASE(white_space_is_the_four_characters_of_the_standard),
		CASE(integers_fit_into_sixty_four_bits),
		CASE(other_numbers_are_finite_and_not_endless),
		CASE(numbers_have_the_form_of_the_standard),
		CASE(only_an_object_is_read),
		CASE(the_fault_says_where),
		CASE(members_of_all_objects_are_counted),
		CASE(what_is_read_is_what_was_sent),
		CASE(a_member_as_text_is_null_where_it_is_none),
		CASE(a_model_is_printed_compactly_and_in_order),
		CASE(what_is_printed_is_read_again),
		CASE(the_tree_lives_as_long_as_the_arena),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
