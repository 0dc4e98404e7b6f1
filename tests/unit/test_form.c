/*
 * Forms: what a browser sends becomes the object that an API client would have sent, and an
 * entity's fields become inputs and facts.
 */
#include "unit.h"

#include "base/json.h"
#include "base/str.h"
#include "clinic/patient.h"
#include "web/page.h"
#include "web/req.h"
#include "base/compat.h"

static struct req req;

static int
set_up(void **state)
{
	unit_set_up(state);
	memset(&req, 0, sizeof(req));
	cx_init(&req.cx, arena, NULL);
	return 0;
}

static const char *
object_of(const char *form)
{
	const struct pair *pairs = NULL;

	assert_true(pairs_parse(arena, form, strlen(form), &pairs));
	return json_print(arena, form_object(&req, pairs));
}

static struct json_object *
values(const char *json)
{
	const char *fault = NULL;
	struct json_object *object = json_read(arena, json, strlen(json), &fault);

	assert_non_null(object);
	return object;
}

static bool
is_true(struct json_object *object, const char *name)
{
	return json_object_get_boolean(json_member(object, name));
}

TEST(a_form_becomes_the_object_of_an_api_client)
{
	assert_string_equal(object_of(""), "{}");
	assert_string_equal(object_of("firstName=Zo%C3%AB&version=3"),
	                    "{\"firstName\":\"Zoë\",\"version\":\"3\"}");
	assert_string_equal(object_of("address.city=X&a=1&address.zipCode=2"),
	                    "{\"address\":{\"city\":\"X\",\"zipCode\":\"2\"},\"a\":\"1\"}");
}

TEST(the_last_value_of_a_name_wins_as_a_checkbox_does_over_its_hidden_input)
{
	assert_string_equal(object_of("x=false&x=true"), "{\"x\":\"true\"}");
	assert_string_equal(object_of("o.x=1&o.x=2"), "{\"o\":{\"x\":\"2\"}}");
}

TEST(names_that_play_tricks_make_objects_and_nothing_worse)
{
	assert_string_equal(object_of("a=1&a.b=2"), "{\"a\":{\"b\":\"2\"}}");
	assert_string_equal(object_of("a.b=2&a=1"), "{\"a\":\"1\"}");
	assert_string_equal(object_of("a.b.c=1"), "{\"a\":{\"b.c\":\"1\"}}");
	assert_string_equal(object_of(".=1&=2&.x=3&y.=4"), "{\"\":{\"x\":\"3\"},\"y\":{\"\":\"4\"}}");
	assert_string_equal(object_of("__proto__=1&%22%3C=2"), "{\"__proto__\":\"1\",\"\\\"<\":\"2\"}");
}

TEST(every_field_that_may_be_set_is_an_input_with_an_id_of_its_own)
{
	struct json_object *fields = form_fields(&req, &patient_entity, values("{}"));
	struct json_object *ids = json_object_in(arena);

	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		struct json_object *at = field->group == NULL ? fields : json_member(fields, field->group);
		struct json_object *input = json_member(at, field->json);
		/* Nobody is signed in here: clinical fields are for who may write records. */
		assert_int_equal(input != NULL, !(field->flags & (FIELD_READONLY | FIELD_CLINICAL)));
		if (input == NULL)
			continue;
		const char *id = json_text(input, "id");
		assert_null(strchr(id, '.'));
		assert_null(json_member(ids, id));
		json_add_bool(ids, id, true);
		assert_string_equal(json_text(input, "name"), field->path);
		assert_string_equal(json_text(input, "value"), "");
		/* Each is of exactly one kind, which decides how the template draws it. */
		assert_int_equal(is_true(input, "isText") + is_true(input, "isLong") +
		                     is_true(input, "isChoice") + is_true(input, "isBool"),
		                 1);
	}
}

TEST(an_input_holds_what_was_typed_and_what_is_wrong_with_it)
{
	fail_field(&req.cx, "dateOfBirth", "INVALID_DATE", "That is no day.");
	struct json_object *fields = form_fields(
		&req, &patient_entity,
		values(
			"{\"dateOfBirth\":\"30.2.2000\",\"address\":{\"city\":\"<X>\"},\"gender\":\"male\"}"));
	struct json_object *born = json_member(fields, "dateOfBirth");

	assert_string_equal(json_text(born, "value"), "30.2.2000");
	assert_string_equal(json_text(born, "error"), "That is no day.");
	assert_true(is_true(born, "required"));
	assert_string_equal(json_text(json_member(json_member(fields, "address"), "city"), "value"),
	                    "<X>");
	assert_null(json_text(json_member(fields, "firstName"), "error"));
	struct json_object *choices = json_member(json_member(fields, "gender"), "choices");
	size_t selected = 0;
	for (size_t i = 0; i < json_object_array_length(choices); i++) {
		struct json_object *choice = json_object_array_get_idx(choices, i);
		if (!is_true(choice, "selected"))
			continue;
		selected++;
		assert_string_equal(json_text(choice, "value"), "male");
	}
	assert_int_equal(selected, 1);
}

TEST(a_choice_of_the_system_is_offered_only_where_it_is_set)
{
	struct json_object *fields = form_fields(&req, &patient_entity, values("{}"));
	struct json_object *choices = json_member(json_member(fields, "status"), "choices");

	for (size_t i = 0; i < json_object_array_length(choices); i++)
		assert_string_not_equal(json_text(json_object_array_get_idx(choices, i), "value"),
		                        "archived");
	fields = form_fields(&req, &patient_entity, values("{\"status\":\"archived\"}"));
	choices = json_member(json_member(fields, "status"), "choices");
	size_t last = json_object_array_length(choices) - 1;
	assert_string_equal(json_text(json_object_array_get_idx(choices, last), "value"), "archived");
}

TEST(facts_are_what_has_a_value_in_people_s_words)
{
	struct json_object *facts = shown_fields(
		&req, &patient_entity,
		values("{\"firstName\":\"Zoë\",\"lastName\":null,\"dateOfBirth\":\"1990-01-15\",\"gender\":"
	           "\"female\",\"interpreterNeeded\":true,\"dateOfBirthEstimated\":false,\"phone\":"
	           "\"+1 (555) 010-0100\",\"email\":\"a@b.org\",\"address\":{\"city\":\"X\"},"
	           "\"createdAt\":\"2026-01-15T09:30:00.000Z\"}"));

	assert_string_equal(json_text(json_member(facts, "firstName"), "text"), "Zoë");
	assert_null(json_member(facts, "lastName"));
	assert_string_equal(json_text(json_member(facts, "dateOfBirth"), "text"), "15 Jan 1990");
	assert_string_equal(json_text(json_member(facts, "gender"), "text"), "Female");
	assert_string_equal(json_text(json_member(facts, "interpreterNeeded"), "text"), "Yes");
	assert_null(json_member(facts, "dateOfBirthEstimated"));
	assert_string_equal(json_text(json_member(facts, "phone"), "telHref"), "tel:+15550100100");
	assert_string_equal(json_text(json_member(facts, "email"), "mailHref"), "mailto:a@b.org");
	assert_string_equal(json_text(json_member(json_member(facts, "address"), "city"), "text"), "X");
	assert_string_equal(json_text(json_member(facts, "createdAt"), "text"),
	                    "15 Jan 2026, 09:30 UTC");
}

TEST(values_of_a_wrong_shape_are_none)
{
	const struct field *city = entity_find(&patient_entity, "address_city");
	const struct field *first = entity_find(&patient_entity, "first_name");

	assert_null(value_at(first, values("{}")));
	assert_null(value_at(first, values("{\"firstName\":{}}")));
	assert_null(value_at(first, values("{\"firstName\":[\"a\"]}")));
	assert_null(value_at(first, values("{\"firstName\":\"\"}")));
	assert_null(value_at(first, NULL));
	assert_null(value_at(city, values("{\"address\":\"x\"}")));
	assert_null(value_at(city, values("{\"address\":null}")));
	assert_string_equal(value_at(first, values("{\"firstName\":5}")), "5");
	assert_string_equal(value_at(city, values("{\"address\":{\"city\":\"x\"}}")), "x");
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, unit_tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(a_form_becomes_the_object_of_an_api_client),
		FRESH(the_last_value_of_a_name_wins_as_a_checkbox_does_over_its_hidden_input),
		FRESH(names_that_play_tricks_make_objects_and_nothing_worse),
		FRESH(every_field_that_may_be_set_is_an_input_with_an_id_of_its_own),
		FRESH(an_input_holds_what_was_typed_and_what_is_wrong_with_it),
		FRESH(a_choice_of_the_system_is_offered_only_where_it_is_set),
		FRESH(facts_are_what_has_a_value_in_people_s_words),
		FRESH(values_of_a_wrong_shape_are_none),
	};

	patient_init();
	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
