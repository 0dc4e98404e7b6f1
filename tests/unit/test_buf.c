#include "unit.h"

#include "base/buf.h"
#include "base/compat.h"

TEST(a_new_buf_is_an_empty_string)
{
	struct buf buf;

	buf_init(&buf, arena, 0);
	assert_string_equal(buf.data, "");
	assert_int_equal(buf.len, 0);
	buf_init(&buf, arena, 7);
	assert_string_equal(buf.data, "");
}

TEST(it_ends_in_nul_after_every_byte)
{
	struct buf buf;

	buf_init(&buf, arena, 1);
	for (size_t i = 0; i < 5000; i++) {
		buf_putc(&buf, (char)('a' + i % 26));
		assert_int_equal(buf.len, i + 1);
		assert_int_equal(buf.data[i + 1], '\0');
	}
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(buf.data[i], 'a' + i % 26);
}

TEST(bytes_of_any_value_are_kept)
{
	struct buf buf;

	buf_init(&buf, arena, 2);
	buf_put(&buf, "a\0b\xff", 4);
	buf_put(&buf, NULL, 0);
	assert_int_equal(buf.len, 4);
	assert_memory_equal(buf.data, "a\0b\xff", 5);
}

TEST(a_hint_that_is_exact_is_enough)
{
	struct buf buf;

	buf_init(&buf, arena, 10);
	size_t used = arena_used(arena);
	buf_puts(&buf, "0123456789");
	assert_int_equal(arena_used(arena), used);
	buf_putc(&buf, 'x');
	assert_true(arena_used(arena) > used);
	assert_string_equal(buf.data, "0123456789x");
}

TEST(it_may_be_appended_to_itself)
{
	struct buf buf;

	buf_init(&buf, arena, 4);
	buf_puts(&buf, "abcd");
	buf_put(&buf, buf.data, buf.len);
	assert_string_equal(buf.data, "abcdabcd");
}

TEST(formatted_text_is_never_cut)
{
	struct buf buf;
	char word[3000];

	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	buf_init(&buf, arena, 1);
	buf_printf(&buf, "%d:%s", 12, word);
	assert_int_equal(buf.len, 3 + sizeof(word) - 1);
	buf_printf(&buf, "%s", "");
	assert_int_equal(buf.len, 3 + sizeof(word) - 1);
	assert_int_equal(strlen(buf.data), buf.len);
}

TEST(html_has_its_five_characters_escaped)
{
	struct buf buf;

	buf_init(&buf, arena, 1);
	buf_put_html(&buf, "<a href=\"x\">O'Brien & Söhne</a>", 32);
	assert_string_equal(buf.data, "&lt;a href=&quot;x&quot;&gt;O&#39;Brien &amp; Söhne&lt;/a&gt;");
	buf_init(&buf, arena, 1);
	buf_put_html(&buf, "<>", 1);
	assert_string_equal(buf.data, "&lt;");
}

TEST(html_leaves_every_other_byte_alone)
{
	for (int byte = 1; byte < 256; byte++) {
		char text[2] = { (char)byte, '\0' };
		struct buf buf;
		buf_init(&buf, arena, 1);
		buf_put_html(&buf, text, 1);
		if (strchr("&<>\"'", byte) == NULL)
			assert_string_equal(buf.data, text);
		else
			assert_int_equal(buf.data[0], '&');
	}
}

TEST(json_has_quotes_backslashes_and_controls_escaped)
{
	struct buf buf;

	buf_init(&buf, arena, 1);
	buf_put_json(&buf, "a\"b\\c\b\f\n\r\t\x01\x1f\x7f/é");
	assert_string_equal(buf.data, "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f\x7f/é\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_new_buf_is_an_empty_string),
		CASE(it_ends_in_nul_after_every_byte),
		CASE(bytes_of_any_value_are_kept),
		CASE(a_hint_that_is_exact_is_enough),
		CASE(it_may_be_appended_to_itself),
		CASE(formatted_text_is_never_cut),
		CASE(html_has_its_five_characters_escaped),
		CASE(html_leaves_every_other_byte_alone),
		CASE(json_has_quotes_backslashes_and_controls_escaped),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
