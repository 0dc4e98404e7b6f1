#include "unit.h"

#include "base/clock.h"
#include "base/field_check.h"
#include "base/str.h"
#include "base/compat.h"

static const struct choice colors[] = { { "red", "Red", false },
	                                    { "rust", "Rust", true },
	                                    { "dark-red", "Dark red", false },
	                                    { NULL, NULL, false } };

static const struct field text = { .path = "x", .label = "X", .type = FIELD_TEXT, .max = 8 };
static const struct field email = { .path = "x", .label = "X", .type = FIELD_EMAIL, .max = 255 };
static const struct field phone = { .path = "x", .label = "X", .type = FIELD_PHONE, .max = 30 };
static const struct field date = { .path = "x", .label = "X", .type = FIELD_DATE, .max = 10 };
static const struct field uuid = { .path = "x", .label = "X", .type = FIELD_UUID, .max = 36 };
static const struct field truth = { .path = "x", .label = "X", .type = FIELD_BOOL, .max = 5 };
static const struct field color = {
	.path = "x", .label = "X", .type = FIELD_ENUM, .max = 10, .choices = colors
};
static const struct field past = {
	.path = "x", .label = "X", .type = FIELD_DATE, .max = 10, .flags = FIELD_NOT_FUTURE
};
static const struct field birthday = {
	.path = "x",
	.label = "X",
	.type = FIELD_DATE,
	.max = 10,
	.flags = FIELD_NOT_FUTURE | FIELD_BIRTHDAY,
};

/* What a value becomes: its canonical form, "(none)", or the code of its one fault. */
static const char *
judged(const struct field *field, const char *value)
{
	const char *canonical = "not set";
	struct cx cx;

	cx_init(&cx, arena, NULL);
	enum err err = field_check(&cx, field, value, &canonical);
	assert_int_equal(err, cx.err);
	if (err == OK) {
		assert_null(cx.faults);
		return canonical == NULL ? "(none)" : canonical;
	}
	assert_int_equal(err, ERR_VALIDATION);
	assert_null(canonical);
	assert_null(cx.faults->next);
	assert_string_equal(cx.faults->field, "x");
	assert_true(str_has_prefix(cx.faults->message, "X "));
	return cx.faults->code;
}

struct row {
	const struct field *field;
	const char *value;
	const char *becomes;
};

static void
judge_all(const struct row *rows, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		const char *becomes = judged(rows[i].field, rows[i].value);
		if (strcmp(becomes, rows[i].becomes) == 0)
			continue;
		print_error("[%s] becomes [%s], not [%s]\n", rows[i].value, becomes, rows[i].becomes);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

TEST(nothing_and_white_space_are_no_value_of_any_field)
{
	static const struct field *const fields[] = { &text, &email, &phone, &date,
		                                          &uuid, &truth, &color };

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		assert_string_equal(judged(fields[i], NULL), "(none)");
		assert_string_equal(judged(fields[i], ""), "(none)");
		assert_string_equal(judged(fields[i], " \t\n\xc2\xa0"), "(none)");
	}
}

TEST(texts_are_trimmed_composed_and_otherwise_as_typed)
{
	static const struct row rows[] = {
		{ &text, " Anna ", "Anna" }, { &text, "Zoe\xcc\x88", "Zoë" },
		{ &text, "a  b", "a  b" },   { &text, "<b>'\"&", "<b>'\"&" },
		{ &text, "😀", "😀" },         { &text, "ﬁ", "ﬁ" },
	};

	judge_all(rows, COUNT_OF(rows));
}

TEST(length_counts_characters_after_composing)
{
	static const struct row rows[] = {
		{ &text, "12345678", "12345678" },
		{ &text, "123456789", "TOO_LONG" },
		{ &text, "  12345678  ", "12345678" },
		{ &text, "ÄÖÜäöüßé", "ÄÖÜäöüßé" },
		{ &text, "一二三四五六七八", "一二三四五六七八" },
		{ &text, "一二三四五六七八九", "TOO_LONG" },
		{ &text, "😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀" },
		{ &text,
		  "e\xcc\x81"
		  "e\xcc\x81"
		  "e\xcc\x81"
		  "e\xcc\x81"
		  "e\xcc\x81"
		  "e\xcc\x81"
		  "e\xcc\x81"
		  "e\xcc\x81",
		  "éééééééé" },
	};

	judge_all(rows, COUNT_OF(rows));
}

TEST(control_characters_are_refused_in_the_middle)
{
	static const struct row rows[] = {
		{ &text, "a\nb", "CONTROL_CHARACTER" },
		{ &text, "a\tb", "CONTROL_CHARACTER" },
		{ &text, "a\x01", "CONTROL_CHARACTER" },
		{ &text, "a\x7f", "CONTROL_CHARACTER" },
		{ &text,
		  "a\xc2\x85"
		  "b",
		  "CONTROL_CHARACTER" },
		{ &text,
		  "a\xe2\x80\xa8"
		  "b",
		  "CONTROL_CHARACTER" },
		{ &email, "a@b\n.org", "CONTROL_CHARACTER" },
		{ &date, "2020-01\x1b-01", "CONTROL_CHARACTER" },
		{ &text, "ab\n", "ab" },
	};

	judge_all(rows, COUNT_OF(rows));
}

TEST(dates_exist)
{
	static const struct row rows[] = {
		{ &date, "1990-01-31", "1990-01-31" },   { &date, "2024-02-29", "2024-02-29" },
		{ &date, "2023-02-29", "INVALID_DATE" }, { &date, "2023-02-30", "INVALID_DATE" },
		{ &date, "1900-02-29", "INVALID_DATE" }, { &date, "2023-00-10", "INVALID_DATE" },
		{ &date, "31.1.1990", "INVALID_DATE" },  { &date, "1990-1-31", "INVALID_DATE" },
		{ &date, "tomorrow", "INVALID_DATE" },   { &date, "1990-01-31T00:00:00Z", "INVALID_DATE" },
		{ &date, "9999-12-31", "9999-12-31" },   { &date, " 1990-01-31 ", "1990-01-31" },
		{ &date, "1990‑01‑31", "INVALID_DATE" },
	};

	judge_all(rows, COUNT_OF(rows));
}

static const char *
day_from_today(int years, int days)
{
	time_t seconds = (time_t)clock_seconds() + days * 86400;
	struct tm tm;

	assert_non_null(gmtime_r(&seconds, &tm));
	tm.tm_year += years;
	/* 29 February may not be there: the day before is as good. */
	if (tm.tm_mon == 1 && tm.tm_mday == 29)
		tm.tm_mday = 28;
	return arena_printf(arena, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

TEST(a_birthday_is_today_at_the_latest_somewhere)
{
	const char *today = day_from_today(0, 0);

	assert_string_equal(judged(&past, today), today);
	/* Tomorrow has begun somewhere, for ten hours of the day. */
	assert_string_equal(judged(&past, day_from_today(0, 2)), "IN_FUTURE");
	assert_string_equal(judged(&past, "9999-12-31"), "IN_FUTURE");
	assert_string_equal(judged(&birthday, day_from_today(1, 0)), "IN_FUTURE");
	assert_string_equal(judged(&past, "0001-01-01"), "0001-01-01");
}

TEST(nobody_is_older_than_130)
{
	const char *oldest = day_from_today(-130, 0);

	assert_string_equal(judged(&birthday, oldest), oldest);
	/* 131 from tomorrow on, and 131 today. */
	assert_string_equal(judged(&birthday, day_from_today(-131, 2)), day_from_today(-131, 2));
	assert_string_equal(judged(&birthday, day_from_today(-131, -1)), "TOO_OLD");
	assert_string_equal(judged(&birthday, "0001-01-01"), "TOO_OLD");
	assert_string_equal(judged(&birthday, "1066-10-14"), "TOO_OLD");
}

TEST(addresses_of_mail_are_plausible)
{
	static const char *const good[] = {
		"name@example.org",
		"a@b.co",
		"first.last+tag@sub.example.org",
		"o'brien@example.org",
		"müller@example.org",
		"x@münchen.example",
		"_-!#$%&'*+/=?^`{|}~@example.org",
		"1@1.example",
		"name@xn--mnchen-3ya.example",
	};
	static const char *const bad[] = {
		"name",
		"name@",
		"@example.org",
		"name@example",
		"a@b@c.org",
		"name@.org",
		"name@org.",
		"name@exa..mple.org",
		"na me@example.org",
		"name @example.org",
		"name@exam ple.org",
		".name@example.org",
		"name.@example.org",
		"name@-example.org",
		"name@example.org-",
		"Name <name@example.org>",
		"name@example.org, b@example.org",
		"name@example.org;b",
		"\"quoted\"@example.org",
		"name@[127.0.0.1]",
		"mailto:name@example.org",
		"@",
		"@.",
		"a@b",
	};

	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!email_is_plausible(good[i]))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (email_is_plausible(bad[i]))
			fail_msg("%s is accepted", bad[i]);
}

TEST(an_address_has_the_length_limits_of_rfc_5321)
{
	char local[66];

	memset(local, 'l', 65);
	local[64] = '\0';
	assert_true(email_is_plausible(arena_printf(arena, "%s@example.org", local)));
	local[64] = 'l';
	local[65] = '\0';
	assert_false(email_is_plausible(arena_printf(arena, "%s@example.org", local)));
}

TEST(the_domain_of_an_address_becomes_lower_case_and_its_local_part_stays)
{
	static const struct row rows[] = {
		{ &email, "Anna.Smith@EXAMPLE.Org", "Anna.Smith@example.org" },
		{ &email, " a@B.org ", "a@b.org" },
		{ &email, "a@MÜNCHEN.example", "a@mÜnchen.example" },
		{ &email, "nobody", "INVALID_EMAIL" },
	};

	judge_all(rows, COUNT_OF(rows));
}

TEST(telephone_numbers_are_plausible)
{
	static const char *const good[] = {
		"5550100",      "+15550100",        "+1 (555) 010-0100",
		"555.0100",     "030/123456",       "1234",
		"110 1",        "+123456789012345", "555-0100 x12",
		"555-0100x12",  "555-0100 ext 12",  "555-0100 ext. 123456",
		"555-0100ext5", "(0)20 7946 0000",
	};
	static const char *const bad[] = {
		"",
		"+",
		"123",
		"12 3",
		"none",
		"555-010O",
		"+1+5550100",
		"5550100+",
		"1234567890123456",
		"555-0100 x",
		"555-0100 x1234567",
		"555-0100 ext",
		"555-0100 ext12a",
		"555-0100 e12",
		"5550100 x12 x13",
		"x1234",
		"555_0100",
		"555,0100",
		"#5550100",
		"5550100;",
		"٥٥٥٠١٠٠",
		"５５５０１００",
		"5550100 extension 5",
		"5550100e5",
	};

	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!phone_is_plausible(good[i]))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (phone_is_plausible(bad[i]))
			fail_msg("%s is accepted", bad[i]);
}

TEST(telephone_numbers_stay_as_typed)
{
	static const struct row rows[] = {
		{ &phone, " +1 (555) 010-0100 ", "+1 (555) 010-0100" },
		{ &phone, "12", "INVALID_PHONE" },
		{ &phone, "555          01          00          55", "TOO_LONG" },
	};

	judge_all(rows, COUNT_OF(rows));
}

TEST(choices_truth_and_identifiers_are_exact)
{
	static const struct row rows[] = {
		{ &color, "red", "red" },
		{ &color, " dark-red ", "dark-red" },
		{ &color, "Red", "INVALID_CHOICE" },
		{ &color, "rust", "INVALID_CHOICE" }, /* the system's alone */
		{ &color, "re", "INVALID_CHOICE" },
		{ &color, "reds", "INVALID_CHOICE" },
		{ &truth, "true", "true" },
		{ &truth, "false", "false" },
		{ &truth, "True", "WRONG_TYPE" },
		{ &truth, "1", "WRONG_TYPE" },
		{ &truth, "on", "WRONG_TYPE" },
		{ &uuid, "018f0000-0000-7000-8000-00000000abcd", "018f0000-0000-7000-8000-00000000abcd" },
		{ &uuid, "018f0000", "INVALID_UUID" },
	};

	judge_all(rows, COUNT_OF(rows));
}

TEST(the_words_of_a_wrong_choice_list_the_right_ones)
{
	const char *canonical = NULL;
	struct cx cx;

	cx_init(&cx, arena, NULL);
	assert_int_equal(field_check(&cx, &color, "blue", &canonical), ERR_VALIDATION);
	assert_string_equal(cx.faults->message, "X must be one of red, dark-red.");
}

TEST(dates_in_other_spellings_are_read_from_forms_alone)
{
	static const char *const spellings[] = { "31.1.1990", "31 Jan 1990", "31/1/1990", "19900131" };

	for (size_t i = 0; i < COUNT_OF(spellings); i++) {
		const char *canonical = NULL;
		struct cx cx;
		assert_string_equal(judged(&date, spellings[i]), "INVALID_DATE");
		cx_init(&cx, arena, NULL);
		cx.is_typed = true;
		assert_int_equal(field_check(&cx, &date, spellings[i], &canonical), OK);
		assert_string_equal(canonical, "1990-01-31");
	}
}

TEST(more_marks_than_any_script_needs_are_refused)
{
	const char *canonical = NULL;
	char many[200] = "a";
	struct field wide = text;
	struct cx cx;

	wide.max = 100;
	for (int i = 0; i < 31; i++)
		memcpy(many + 1 + 2 * i, "\xcc\x81", 3);
	cx_init(&cx, arena, NULL);
	assert_int_equal(field_check(&cx, &wide, many, &canonical), ERR_VALIDATION);
	many[1 + 2 * 30] = '\0';
	cx_init(&cx, arena, NULL);
	assert_int_equal(field_check(&cx, &wide, many, &canonical), OK);
}

TEST(no_message_repeats_the_value)
{
	static const struct row rows[] = {
		{ &text, "SECRET789", NULL },  { &date, "SECRET789", NULL },  { &email, "SECRET789", NULL },
		{ &phone, "SECRET789", NULL }, { &color, "SECRET789", NULL }, { &uuid, "SECRET789", NULL },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *canonical = NULL;
		struct cx cx;
		cx_init(&cx, arena, NULL);
		assert_int_equal(field_check(&cx, rows[i].field, rows[i].value, &canonical),
		                 ERR_VALIDATION);
		assert_null(strstr(cx.faults->message, "SECRET"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(nothing_and_white_space_are_no_value_of_any_field),
		CASE(texts_are_trimmed_composed_and_otherwise_as_typed),
		CASE(length_counts_characters_after_composing),
		CASE(control_characters_are_refused_in_the_middle),
		CASE(dates_exist),
		CASE(a_birthday_is_today_at_the_latest_somewhere),
		CASE(nobody_is_older_than_130),
		CASE(addresses_of_mail_are_plausible),
		CASE(an_address_has_the_length_limits_of_rfc_5321),
		CASE(the_domain_of_an_address_becomes_lower_case_and_its_local_part_stays),
		CASE(telephone_numbers_are_plausible),
		CASE(telephone_numbers_stay_as_typed),
		CASE(choices_truth_and_identifiers_are_exact),
		CASE(the_words_of_a_wrong_choice_list_the_right_ones),
		CASE(dates_in_other_spellings_are_read_from_forms_alone),
		CASE(more_marks_than_any_script_needs_are_refused),
		CASE(no_message_repeats_the_value),
	};

	return cmocka_run_group_tests_name("field_check", tests, NULL, NULL);
}
