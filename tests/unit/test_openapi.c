/*
 * The API's description, walked: whole, and of one piece with the tables.
 */
#include "unit.h"

#include <ctype.h>

#include "base/json.h"
#include "base/str.h"
#include "clinic/patient.h"
#include "web/openapi.h"
#include "web/route.h"
#include "base/compat.h"

static struct json_object *document;

static int
set_up(void **state)
{
	unit_set_up(state);
	document = openapi_document(arena);
	return 0;
}

static const char *
lower(const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *at = copy; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

static struct json_object *
operation_of(const struct route *route)
{
	struct json_object *path = json_member(json_member(document, "paths"), route->path);

	return path == NULL ? NULL : json_member(path, lower(route->method));
}

TEST(it_is_openapi_3_1_and_sound_json)
{
	const char *text = json_print(arena, document);
	const char *fault = NULL;

	assert_true(str_has_prefix(json_text(document, "openapi"), "3.1."));
	assert_non_null(json_read(arena, text, strlen(text), &fault));
}

TEST(every_route_of_the_api_is_an_operation_and_no_other)
{
	size_t count = 0;
	size_t expected = 0;

	for (size_t i = 0; i < route_count; i++) {
		if (!(routes[i].flags & API))
			continue;
		expected++;
		if (operation_of(&routes[i]) == NULL)
			fail_msg("%s %s", routes[i].method, routes[i].path);
	}
	json_object_object_foreach(json_member(document, "paths"), path, methods)
	{
		(void)path;
		count += (size_t)json_object_object_length(methods);
	}
	assert_int_equal(count, expected);
}

TEST(every_operation_has_a_name_of_its_own_and_answers)
{
	struct json_object *names = json_object_in(arena);

	for (size_t i = 0; i < route_count; i++) {
		if (!(routes[i].flags & API))
			continue;
		struct json_object *operation = operation_of(&routes[i]);
		const char *name = json_text(operation, "operationId");
		assert_non_null(name);
		assert_false(json_object_object_get_ex(names, name, NULL));
		json_add_bool(names, name, true);
		assert_non_null(json_text(operation, "summary"));
		assert_true(json_object_object_length(json_member(operation, "responses")) >= 2);
	}
}

TEST(who_needs_a_token_is_told_so)
{
	for (size_t i = 0; i < route_count; i++) {
		if (!(routes[i].flags & API))
			continue;
		struct json_object *operation = operation_of(&routes[i]);
		size_t schemes = json_object_array_length(json_member(operation, "security"));
		bool has_401 = json_member(json_member(operation, "responses"), "401") != NULL;
		assert_int_equal(schemes > 0, routes[i].permission != PERMISSION_PUBLIC);
		if (schemes > 0)
			assert_true(has_401);
		if (*permission_text(routes[i].permission) != '\0')
			assert_non_null(json_member(json_member(operation, "responses"), "403"));
	}
}

TEST(a_body_is_described_where_the_route_has_one)
{
	for (size_t i = 0; i < route_count; i++)
		if (routes[i].flags & API)
			assert_int_equal(json_member(operation_of(&routes[i]), "requestBody") != NULL,
			                 (routes[i].flags & BODY) != 0);
}

/* Follows a "#/a/b/c". */
static struct json_object *
follow(const char *reference)
{
	struct json_object *at = document;
	char *rest = arena_strdup(arena, reference);

	if (!str_has_prefix(reference, "#/"))
		return NULL;
	rest += 2;
	for (char *part; at != NULL && (part = strsep(&rest, "/")) != NULL;)
		at = json_object_is_type(at, json_type_object) ? json_member(at, part) : NULL;
	return at;
}

static size_t
follow_all(struct json_object *value)
{
	size_t count = 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += follow_all(json_object_array_get_idx(value, i));
	} else if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member)
		{
			bool is_reference = strcmp(key, "$ref") == 0;
			if (is_reference && follow(json_object_get_string(member)) == NULL)
				fail_msg("%s leads nowhere", json_object_get_string(member));
			count += is_reference + follow_all(member);
		}
	}
	return count;
}

TEST(every_reference_leads_somewhere)
{
	assert_true(follow_all(document) > 20);
}

TEST(every_id_in_a_path_is_a_parameter)
{
	for (size_t i = 0; i < route_count; i++) {
		if (!(routes[i].flags & API) || strchr(routes[i].path, '{') == NULL)
			continue;
		struct json_object *list = json_member(operation_of(&routes[i]), "parameters");
		bool is_there = false;
		for (size_t k = 0; k < json_object_array_length(list); k++) {
			struct json_object *one = json_object_array_get_idx(list, k);
			is_there = is_there || (str_equal(json_text(one, "in"), "path") &&
			                        str_equal(json_text(one, "name"), "id"));
		}
		assert_true(is_there);
	}
}

TEST(a_patient_has_every_field_of_the_table)
{
	struct json_object *properties = json_member(follow("#/components/schemas/Patient"),
	                                             "properties");

	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		struct json_object *at = properties;
		if (field->group != NULL)
			at = json_member(json_member(properties, field->group), "properties");
		if (json_member(at, field->json) == NULL)
			fail_msg("%s is missing", field->path);
	}
}

TEST(what_a_client_may_send_leaves_out_what_the_system_sets)
{
	struct json_object *properties = json_member(follow("#/components/schemas/PatientInput"),
	                                             "properties");

	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		/* The version belongs to the request: it says what the client saw. */
		bool is_sent = !(field->flags & FIELD_READONLY) || strcmp(field->name, "version") == 0;
		if (field->group == NULL && (json_member(properties, field->json) != NULL) != is_sent)
			fail_msg("%s", field->path);
	}
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, unit_tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(it_is_openapi_3_1_and_sound_json),
		FRESH(every_route_of_the_api_is_an_operation_and_no_other),
		FRESH(every_operation_has_a_name_of_its_own_and_answers),
		FRESH(who_needs_a_token_is_told_so),
		FRESH(a_body_is_described_where_the_route_has_one),
		FRESH(every_reference_leads_somewhere),
		FRESH(every_id_in_a_path_is_a_parameter),
		FRESH(a_patient_has_every_field_of_the_table),
		FRESH(what_a_client_may_send_leaves_out_what_the_system_sets),
	};

	patient_init();
	return cmocka_run_group_tests_name("openapi", tests, NULL, NULL);
}
