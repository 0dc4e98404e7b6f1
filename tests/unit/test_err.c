#include "unit.h"

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "base/compat.h"

TEST(every_kind_has_a_status_a_code_a_name_and_words)
{
	for (int err = OK + 1; err < ERR_COUNT; err++) {
		const struct err_info *info = err_info((enum err)err);
		assert_in_range(info->status, 400, 599);
		assert_true(strlen(info->code) > 0);
		assert_int_equal(strspn(info->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), strlen(info->code));
		assert_non_null(strstr(info->name, "Error"));
		assert_int_equal(info->message[strlen(info->message) - 1], '.');
	}
}

static void
ask_for(void *number)
{
	(void)err_info((enum err) * (int *)number);
}

TEST(ok_and_what_is_no_kind_have_no_entry)
{
	int number = OK;

	assert_true(unit_dies(ask_for, &number));
	number = ERR_COUNT;
	assert_true(unit_dies(ask_for, &number));
	number = -1;
	assert_true(unit_dies(ask_for, &number));
}

TEST(a_new_context_has_no_failure_and_a_caller_without_nulls)
{
	struct cx cx;

	cx_init(&cx, arena, NULL);
	assert_int_equal(cx.err, OK);
	assert_null(cx.faults);
	assert_false(cx.caller.is_signed_in);
	assert_int_equal(cx.caller.permissions, 0);
	const char *texts[] = {
		cx.caller.hospital_id, cx.caller.hospital_name, cx.caller.user_id, cx.caller.session_id,
		cx.caller.full_name,   cx.caller.email,         cx.caller.role,    cx.caller.address,
		cx.caller.user_agent,  cx.caller.request_id,
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_string_equal(texts[i], "");
}

TEST(the_first_failure_stays)
{
	struct cx cx;

	cx_init(&cx, arena, NULL);
	assert_int_equal(fail(&cx, ERR_CONFLICT, "number %d", 1), ERR_CONFLICT);
	assert_int_equal(fail(&cx, ERR_INTERNAL, "number %d", 2), ERR_CONFLICT);
	assert_int_equal(cx.err, ERR_CONFLICT);
	assert_string_equal(cx.message, "number 1");
}

TEST(without_words_of_its_own_a_failure_has_those_of_the_table)
{
	struct cx cx;

	cx_init(&cx, arena, NULL);
	assert_int_equal(fail(&cx, ERR_NOT_FOUND, NULL), ERR_NOT_FOUND);
	assert_string_equal(cx.message, err_info(ERR_NOT_FOUND)->message);
}

TEST(faults_are_kept_in_the_order_they_were_found)
{
	struct cx cx;

	cx_init(&cx, arena, NULL);
	fail_field(&cx, "a", "ONE", "first %s", "fault");
	struct fault *second = fail_field(&cx, "b", "TWO", "second");
	assert_int_equal(cx.err, ERR_VALIDATION);
	assert_string_equal(cx.faults->field, "a");
	assert_string_equal(cx.faults->code, "ONE");
	assert_string_equal(cx.faults->message, "first fault");
	assert_null(cx.faults->extra);
	assert_ptr_equal(cx.faults->next, second);
	assert_null(second->next);
}

TEST(a_fault_does_not_change_a_failure_of_another_kind)
{
	struct cx cx;

	cx_init(&cx, arena, NULL);
	(void)fail(&cx, ERR_VERSION, NULL);
	fail_field(&cx, "a", "CHANGED", "x");
	assert_int_equal(cx.err, ERR_VERSION);
	assert_non_null(cx.faults);
}

TEST(a_failure_that_was_mended_is_forgotten_whole)
{
	struct cx cx;

	cx_init(&cx, arena, NULL);
	fail_field(&cx, "a", "ONE", "x");
	fail_clear(&cx);
	assert_int_equal(cx.err, OK);
	assert_null(cx.faults);
	assert_null(cx.message);
	fail_field(&cx, "b", "TWO", "y");
	assert_string_equal(cx.faults->field, "b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_kind_has_a_status_a_code_a_name_and_words),
		CASE(ok_and_what_is_no_kind_have_no_entry),
		CASE(a_new_context_has_no_failure_and_a_caller_without_nulls),
		CASE(the_first_failure_stays),
		CASE(without_words_of_its_own_a_failure_has_those_of_the_table),
		CASE(faults_are_kept_in_the_order_they_were_found),
		CASE(a_fault_does_not_change_a_failure_of_another_kind),
		CASE(a_failure_that_was_mended_is_forgotten_whole),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
