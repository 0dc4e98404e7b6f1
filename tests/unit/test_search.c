#include "unit.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "clinic/patient.h"
#include "clinic/search.h"
#include "db/pg.h"
#include "base/compat.h"

static const char *
words_of(const char *text)
{
	struct buf joined;

	buf_init(&joined, arena, 0);
	for (const char **word = search_words(arena, text); *word != NULL; word++)
		buf_printf(&joined, "%s%s", joined.len > 0 ? "|" : "", *word);
	return joined.data;
}

TEST(a_search_is_its_words_without_case_and_diacritics)
{
	assert_string_equal(words_of("Müller Zoë"), "muller|zoe");
	assert_string_equal(words_of("  o'brien,  ANNA  "), "obrien|anna");
	assert_string_equal(words_of("0100gej"), "0100gej");
	assert_string_equal(words_of("王小明"), "王小明");
	assert_string_equal(words_of("Anna-Maria"), "anna|maria");
	assert_string_equal(words_of("a\tb"), "a|b");
}

TEST(nothing_to_search_for_is_no_word)
{
	assert_string_equal(words_of(""), "");
	assert_string_equal(words_of("   "), "");
	assert_string_equal(words_of("% _ * ' \" \\ ; --"), "");
}

TEST(a_date_is_its_eight_digits)
{
	assert_string_equal(words_of("1990-01-15"), "19900115");
	assert_string_equal(words_of("muller 1990-01-15 zoe"), "muller|19900115|zoe");
	assert_string_equal(words_of("15.1.1990 muller"), "19900115|muller");
	assert_string_equal(words_of("19900115"), "19900115");
}

TEST(the_parts_of_a_telephone_number_are_one_word)
{
	assert_string_equal(words_of("+1 (555) 010-0100"), "15550100100");
	assert_string_equal(words_of("muller 555 0100"), "5550100|muller");
	assert_string_equal(words_of("030/123456"), "030123456");
	/* Too few digits for one: words as they stand. */
	assert_string_equal(words_of("room 12"), "room|12");
	assert_string_equal(words_of("12 34"), "12|34");
}

TEST(eight_words_are_searched_and_no_more)
{
	assert_string_equal(words_of("a b c d e f g h i j"), "a|b|c|d|e|f|g|h");
	assert_string_equal(words_of("a-b-c-d-e-f-g-h-i"), "a|b|c|d|e|f|g|h");
	assert_string_equal(words_of("a b c d e f g 1990-01-15 h"), "a|b|c|d|e|f|g|19900115");
	assert_string_equal(words_of("a b c d e f g h 1990-01-15"), "a|b|c|d|e|f|g|h");
}

TEST(each_word_of_a_patient_is_found_by_its_beginnings)
{
	struct patient patient = { .first_name = "Zoë", .last_name = "O'Brien-Ångström" };

	for (const char **word = patient_words(arena, &patient); *word != NULL; word++) {
		/* Every beginning that is whole characters. */
		for (size_t len = 1; len <= strlen(*word); len++) {
			const char *typed = arena_strndup(arena, *word, len);
			if (!utf8_is_valid(typed, len))
				continue;
			const char **low = search_words(arena, typed);
			assert_non_null(low[0]);
			assert_null(low[1]);
			assert_true(strcmp(low[0], *word) <= 0);
			assert_true(strcmp(*word, str_prefix_end(arena, low[0])) < 0);
		}
	}
}

/* The faults of a search, as "field CODE"; none runs, as there is no server. */
static const char *
faults_of(struct search search, enum err *err)
{
	struct pg_options options = { .conninfo = "host=/no/such/folder dbname=x user=x",
		                          .batch_timeout_ms = 200 };
	struct search_result result = { 0 };
	struct buf text;
	struct cx cx;

	search.page = 1;
	search.page_size = SEARCH_PAGE_SIZE;
	cx_init(&cx, arena, pg_create(&options));
	*err = patient_search(&cx, &search, &result);
	assert_int_equal(*err, cx.err);
	buf_init(&text, arena, 0);
	for (const struct fault *fault = cx.faults; fault != NULL; fault = fault->next)
		buf_printf(&text, "%s%s %s", text.len > 0 ? ", " : "", fault->field, fault->code);
	pg_destroy(cx.pg);
	return text.data;
}

TEST(what_is_asked_wrongly_is_named_at_once)
{
	enum err err = OK;

	assert_string_equal(faults_of((struct search){ .gender = "f",
	                                               .status = "gone",
	                                               .date_of_birth = "2023-02-30",
	                                               .sort_by = "age",
	                                               .sort_order = "up" },
	                              &err),
	                    "sortOrder INVALID_CHOICE, sortBy INVALID_CHOICE, gender INVALID_CHOICE, "
	                    "status INVALID_CHOICE, dateOfBirth INVALID_DATE");
	assert_int_equal(err, ERR_VALIDATION);
}

TEST(a_search_has_two_hundred_characters_at_most)
{
	struct buf text;
	enum err err = OK;

	buf_init(&text, arena, 0);
	for (int i = 0; i < 200; i++)
		buf_puts(&text, "王");
	assert_string_equal(faults_of((struct search){ .search = text.data }, &err), "");
	assert_int_equal(err, ERR_UNAVAILABLE);
	buf_puts(&text, "x");
	assert_string_equal(faults_of((struct search){ .search = text.data }, &err), "search TOO_LONG");
}

TEST(every_way_to_sort_is_known)
{
	static const char *const names[] = { "name",      "dateOfBirth", "createdAt",
		                                 "updatedAt", "mrn",         "relevance" };
	enum err err = OK;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_string_equal(
			faults_of((struct search){ .sort_by = names[i], .sort_order = "desc" }, &err), "");
		assert_int_equal(err, ERR_UNAVAILABLE);
	}
}

TEST(empty_filters_mean_nothing)
{
	enum err err = OK;

	assert_string_equal(
		faults_of((struct search){ .search = "", .gender = "", .status = "", .date_of_birth = "" },
	              &err),
		"");
	assert_int_equal(err, ERR_UNAVAILABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_search_is_its_words_without_case_and_diacritics),
		CASE(nothing_to_search_for_is_no_word),
		CASE(a_date_is_its_eight_digits),
		CASE(the_parts_of_a_telephone_number_are_one_word),
		CASE(eight_words_are_searched_and_no_more),
		CASE(each_word_of_a_patient_is_found_by_its_beginnings),
		CASE(what_is_asked_wrongly_is_named_at_once),
		CASE(a_search_has_two_hundred_characters_at_most),
		CASE(every_way_to_sort_is_known),
		CASE(empty_filters_mean_nothing),
	};

	patient_init();
	log_set_level(LOG_ERROR + 1);
	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
