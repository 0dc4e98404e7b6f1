#include "unit.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/compat.h"

/* The words joined by a bar. */
static const char *
words_of(const char *text, size_t most)
{
	struct buf joined;

	buf_init(&joined, arena, 0);
	for (const char **word = str_words(arena, text, most); *word != NULL; word++) {
		buf_puts(&joined, joined.len > 0 ? "|" : "");
		buf_puts(&joined, *word);
	}
	return joined.data;
}

static bool
is_valid(const char *bytes)
{
	return utf8_is_valid(unit_exact(bytes, strlen(bytes)), strlen(bytes));
}

TEST(utf8_is_what_rfc_3629_says)
{
	static const char *const good[] = {
		"",
		"a",
		"\x7f",
		"\xc2\x80",
		"\xdf\xbf",
		"\xe0\xa0\x80",
		"\xed\x9f\xbf",
		"\xee\x80\x80",
		"\xef\xbf\xbf",
		"\xf0\x90\x80\x80",
		"\xf4\x8f\xbf\xbf",
		"Ünï 王 😀",
	};
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc2",
		"\xc2g",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xe2\x82",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf0\x90\x80",
		"\xfe",
		"\xff",
		"a\xff",
		"\xc0\xaf",
		"\xf8\x88\x80\x80\x80",
	};

	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!is_valid(good[i]))
			fail_msg("good %zu is refused", i);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (is_valid(bad[i]))
			fail_msg("bad %zu is accepted", i);
	assert_true(utf8_is_valid("a\0b", 3));
}

TEST(length_counts_characters_not_bytes)
{
	assert_int_equal(utf8_length(""), 0);
	assert_int_equal(utf8_length("abc"), 3);
	assert_int_equal(utf8_length("Müller"), 6);
	assert_int_equal(utf8_length("王小明"), 3);
	assert_int_equal(utf8_length("😀"), 1);
	assert_int_equal(utf8_length("e\xcc\x81"), 2);
}

TEST(control_characters_are_seen)
{
	static const char *const with[] = {
		"a\nb", "\t", "\x01", "\x7f", "\xc2\x80", "\xc2\x9f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\r",
	};
	static const char *const without[] = {
		"", "a b", "\xc2\xa0", "\xe2\x80\x8d", "Zoë", "\xe2\x80\xae", "😀",
	};

	for (size_t i = 0; i < COUNT_OF(with); i++)
		assert_true(str_has_control(with[i]));
	for (size_t i = 0; i < COUNT_OF(without); i++)
		assert_false(str_has_control(without[i]));
}

TEST(normal_form_is_composed)
{
	assert_string_equal(str_normalise(arena, "Zoe\xcc\x88"), "Zoë");
	assert_string_equal(str_normalise(arena, "Mu\xcc\x88ller"), "Müller");
	assert_string_equal(str_normalise(arena, "\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7"), "김");
	assert_string_equal(str_normalise(arena, "\xe2\x84\xab"), "\xc3\x85"); /* ångström sign */
	/* Two marks come into their canonical order. */
	assert_string_equal(str_normalise(arena, "q\xcc\x87\xcc\xa3"), "q\xcc\xa3\xcc\x87");
}

TEST(normal_form_keeps_what_is_no_canonical_equal)
{
	assert_string_equal(str_normalise(arena, "\xef\xac\x81"), "\xef\xac\x81"); /* ligature fi */
	assert_string_equal(str_normalise(arena, "ß İ ı Ł"), "ß İ ı Ł");
	assert_string_equal(str_normalise(arena, "a  b"), "a  b");
	assert_string_equal(str_normalise(arena, "علی\xe2\x80\x8cرضا"), "علی\xe2\x80\x8cرضا");
}

TEST(normal_form_is_its_own_normal_form)
{
	static const char *const texts[] = { "Zoe\xcc\x88", " a ", "\xe2\x84\xab", "Nguyễn", "김" };

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const char *once = str_normalise(arena, texts[i]);
		assert_string_equal(str_normalise(arena, once), once);
	}
}

TEST(white_space_at_both_ends_is_cut_off)
{
	assert_string_equal(str_normalise(arena, "  Anna  "), "Anna");
	assert_string_equal(str_normalise(arena, "\t\r\n Anna Maria \n"), "Anna Maria");
	assert_string_equal(str_normalise(arena, "\xc2\xa0\xe3\x80\x80王\xe2\x80\x83"), "王");
	assert_string_equal(str_normalise(arena, "\xef\xbb\xbfx"), "x");
	assert_string_equal(str_normalise(arena, ""), "");
	assert_string_equal(str_normalise(arena, " \t\xc2\xa0 "), "");
}

TEST(words_have_no_case_and_no_diacritics)
{
	assert_string_equal(words_of("Müller", 9), "muller");
	assert_string_equal(words_of("MÜLLER", 9), "muller");
	assert_string_equal(words_of("Mu\xcc\x88ller", 9), "muller");
	assert_string_equal(words_of("Nguyễn Thị Ánh", 9), "nguyen|thi|anh");
	assert_string_equal(words_of("Straße STRASSE", 9), "strasse|strasse");
	assert_string_equal(words_of("ΣΊΣΥΦΟΣ Σίσυφος", 9), "σισυφοσ|σισυφοσ");
	assert_string_equal(words_of("ﬁ Ａｎｎａ ²", 9), "fi|anna|2");
}

TEST(words_split_at_what_is_no_letter_or_digit)
{
	assert_string_equal(words_of("Anna-Maria  Smith, Jr.", 9), "anna|maria|smith|jr");
	assert_string_equal(words_of("  ", 9), "");
	assert_string_equal(words_of("", 9), "");
	assert_string_equal(words_of("...x...", 9), "x");
	assert_string_equal(words_of("a_b\xc2\xa0"
	                             "c\xe3\x80\x80"
	                             "d",
	                             9),
	                    "a|b|c|d");
	assert_string_equal(words_of("room 12b", 9), "room|12b");
}

static const char *
with_marks(int count)
{
	struct buf text;

	buf_init(&text, arena, 0);
	buf_puts(&text, "ba");
	for (int i = 0; i < count; i++)
		buf_puts(&text, i % 2 == 0 ? "\xcc\x81" : "\xcc\xa3");
	buf_puts(&text, "d");
	return text.data;
}

TEST(thirty_marks_on_a_letter_are_the_most)
{
	assert_true(str_is_stream_safe(""));
	assert_true(str_is_stream_safe(with_marks(30)));
	assert_false(str_is_stream_safe(with_marks(31)));
	assert_true(str_is_stream_safe(arena_printf(arena, "%s%s", with_marks(20), with_marks(20))));
	assert_string_equal(words_of(with_marks(30), 9), "bad");
	/* A million of them would take hours to order: they are not touched. */
	assert_string_equal(words_of(with_marks(1000000), 9), "");
	assert_string_equal(str_normalise(arena, with_marks(1000000)), with_marks(1000000));
}

TEST(apostrophes_vanish_without_splitting)
{
	assert_string_equal(words_of("O'Brien", 9), "obrien");
	assert_string_equal(words_of("O\xe2\x80\x99"
	                             "Brien",
	                             9),
	                    "obrien");
	assert_string_equal(words_of("O\xe2\x80\x98"
	                             "Brien",
	                             9),
	                    "obrien");
	assert_string_equal(words_of("O`Brien", 9), "obrien");
	assert_string_equal(words_of("D'Arcy-O'Neil", 9), "darcy|oneil");
	assert_string_equal(words_of("Qa\xca\xbb"
	                             "im Ma\xca\xbc"
	                             "am",
	                             9),
	                    "qaim|maam");
	assert_string_equal(words_of("O\xef\xbc\x87"
	                             "Brien",
	                             9),
	                    "obrien"); /* full width */
}

/* U+00B4 is on many keyboards' apostrophe key's place; its compatibility form is a space and a
 * mark. */
TEST(the_acute_accent_as_an_apostrophe_vanishes_too)
{
	assert_string_equal(words_of("O\xc2\xb4"
	                             "Brien",
	                             9),
	                    "obrien");
}

TEST(words_of_other_scripts_are_kept)
{
	assert_string_equal(words_of("王小明", 9), "王小明");
	assert_string_equal(words_of("محمد عبد الله", 9), "محمد|عبد|الله");
	/* Short vowels are marks. */
	assert_string_equal(words_of("مُحَمَّد", 9), "محمد");
	assert_string_equal(words_of("Иванов-Петров", 9), "иванов|петров");
	/* The zero-width non-joiner of Persian names is no letter and no border. */
	assert_string_equal(words_of("علی\xe2\x80\x8cرضا", 9), words_of("علیرضا", 9));
	assert_string_equal(words_of("김민준", 9),
	                    words_of("\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7민준", 9));
	assert_string_equal(words_of("สมชาย", 9), "สมชาย");
	assert_string_equal(words_of("١٢٣", 9), "١٢٣");
}

/* Letters with a stroke are letters of their own in Unicode: no mark can be taken off. */
TEST(letters_without_a_decomposition_stay)
{
	assert_string_equal(words_of("Łukasz ŁUKASZ", 9), "łukasz|łukasz");
	assert_string_equal(words_of("Søren Đặng", 9), "søren|đang");
	assert_string_equal(words_of("Þór Æsa", 9), "þor|æsa");
}

/* Folding knows no language: the dotless i is a letter of its own, capitals of both are i. */
TEST(the_turkish_dotless_i_stays_and_the_dotted_capital_loses_its_dot)
{
	assert_string_equal(words_of("Yıldız", 9), "yıldız");
	assert_string_equal(words_of("YILDIZ", 9), "yildiz");
	assert_string_equal(words_of("İpek", 9), "ipek");
}

TEST(no_more_words_than_asked_for)
{
	assert_string_equal(words_of("a b c d", 2), "a|b");
	assert_string_equal(words_of("a b c d", 4), "a|b|c|d");
	assert_string_equal(words_of("a b", 0), "");
}

TEST(a_prefix_ends_above_all_that_begin_with_it_and_below_the_next)
{
	const char *end = str_prefix_end(arena, "mu");

	assert_true(strcmp("mu", end) < 0);
	assert_true(strcmp("muller", end) < 0);
	assert_true(strcmp("mu\xf4\x8f\xbf\xbe", end) < 0);
	assert_true(strcmp("mu😀", end) < 0);
	assert_true(strcmp("mv", end) > 0);
	assert_true(strcmp("王小明", str_prefix_end(arena, "王")) < 0);
	assert_true(utf8_is_valid(end, strlen(end)));
}

TEST(digits_are_what_is_left_of_a_number)
{
	assert_string_equal(str_digits(arena, "+1 (555) 010-0199"), "15550100199");
	assert_string_equal(str_digits(arena, "none"), "");
	assert_string_equal(str_digits(arena, ""), "");
}

static void
camel_too_long(void *nothing)
{
	char out[5];

	(void)nothing;
	str_camel("abcde", out, sizeof(out));
}

TEST(camel_case_is_a_mechanical_change)
{
	char out[20];

	str_camel("date_of_birth", out, sizeof(out));
	assert_string_equal(out, "dateOfBirth");
	str_camel("mrn", out, sizeof(out));
	assert_string_equal(out, "mrn");
	str_camel("abcd", out, 5);
	assert_string_equal(out, "abcd");
	assert_true(unit_dies(camel_too_long, NULL));
}

TEST(equality_takes_null)
{
	assert_true(str_equal(NULL, NULL));
	assert_false(str_equal(NULL, ""));
	assert_false(str_equal("", NULL));
	assert_true(str_equal("a", "a"));
	assert_false(str_equal("a", "A"));
}

TEST(a_prefix_is_a_prefix)
{
	assert_true(str_has_prefix("mrn:12", "mrn:"));
	assert_true(str_has_prefix("x", ""));
	assert_false(str_has_prefix("mr", "mrn:"));
	assert_false(str_has_prefix("", "m"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(utf8_is_what_rfc_3629_says),
		CASE(length_counts_characters_not_bytes),
		CASE(control_characters_are_seen),
		CASE(normal_form_is_composed),
		CASE(normal_form_keeps_what_is_no_canonical_equal),
		CASE(normal_form_is_its_own_normal_form),
		CASE(white_space_at_both_ends_is_cut_off),
		CASE(words_have_no_case_and_no_diacritics),
		CASE(words_split_at_what_is_no_letter_or_digit),
		CASE(thirty_marks_on_a_letter_are_the_most),
		CASE(apostrophes_vanish_without_splitting),
		CASE(the_acute_accent_as_an_apostrophe_vanishes_too),
		CASE(words_of_other_scripts_are_kept),
		CASE(letters_without_a_decomposition_stay),
		CASE(the_turkish_dotless_i_stays_and_the_dotted_capital_loses_its_dot),
		CASE(no_more_words_than_asked_for),
		CASE(a_prefix_ends_above_all_that_begin_with_it_and_below_the_next),
		CASE(digits_are_what_is_left_of_a_number),
		CASE(camel_case_is_a_mechanical_change),
		CASE(equality_takes_null),
		CASE(a_prefix_is_a_prefix),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
