/*
 * What walks a table of fields, on an entity of the test's own.
 */
#include "unit.h"

#include "base/buf.h"
#include "base/entity.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "base/compat.h"

struct pet {
	const char *id;
	const char *version;
	const char *full_name;
	const char *kind;
	const char *born_on;
	const char *is_tame;
	const char *owner_name;
	const char *owner_home_phone;
	const char *owner_since;
};

static const struct choice kinds[] = { { "cat", "Cat", false },
	                                   { "dog", "Dog", false },
	                                   { "sold", "Sold", true },
	                                   { NULL, NULL, false } };

#define MEMBER(member) .name = #member, .offset = offsetof(struct pet, member)
static struct field fields[] = {
	{ MEMBER(id), .type = FIELD_UUID, .max = 36, .flags = FIELD_READONLY, .label = "Record" },
	{ MEMBER(version), .type = FIELD_INT, .max = 20, .flags = FIELD_READONLY, .label = "Version" },
	{ MEMBER(full_name), .type = FIELD_TEXT, .max = 10, .flags = FIELD_REQUIRED, .label = "Name" },
	{ MEMBER(kind), .type = FIELD_ENUM, .max = 10, .flags = FIELD_REQUIRED, .choices = kinds,
	  .label = "Kind" },
	{ MEMBER(born_on), .type = FIELD_DATE, .max = 10, .flags = FIELD_NOT_FUTURE, .label = "Born" },
	{ MEMBER(is_tame), .type = FIELD_BOOL, .max = 5, .label = "Tame" },
	{ MEMBER(owner_name), .group = "owner", .type = FIELD_TEXT, .max = 10, .label = "Owner" },
	{ MEMBER(owner_home_phone), .group = "owner", .type = FIELD_PHONE, .max = 30,
	  .label = "Owner's phone" },
	{ MEMBER(owner_since), .group = "owner", .type = FIELD_TIME, .max = 30, .flags = FIELD_READONLY,
	  .label = "Since" },
};
#undef MEMBER

static struct entity pet_entity = {
	.name = "Pet",
	.fields = fields,
	.count = COUNT_OF(fields),
	.size = sizeof(struct pet),
};

static const char *const also[] = { "comment", "force", NULL };

static struct cx cx;

static struct json_object *
object(const char *json)
{
	const char *fault = NULL;
	struct json_object *root = json_read(arena, json, strlen(json), &fault);

	if (root == NULL)
		fail_msg("%s: %s", json, fault);
	return root;
}

static enum err
read_pet(const char *json, struct pet *pet)
{
	cx_init(&cx, arena, NULL);
	return entity_read(&cx, &pet_entity, object(json), also, pet);
}

/* The faults as "path CODE" with commas between them. */
static const char *
faults(void)
{
	struct buf text;

	buf_init(&text, arena, 0);
	for (const struct fault *fault = cx.faults; fault != NULL; fault = fault->next)
		buf_printf(&text, "%s%s %s", text.len > 0 ? ", " : "", fault->field, fault->code);
	return text.data;
}

TEST(names_and_paths_are_spelled_from_the_column)
{
	assert_string_equal(entity_find(&pet_entity, "full_name")->json, "fullName");
	assert_string_equal(entity_find(&pet_entity, "full_name")->path, "fullName");
	assert_string_equal(entity_find(&pet_entity, "owner_name")->json, "name");
	assert_string_equal(entity_find(&pet_entity, "owner_name")->path, "owner.name");
	assert_string_equal(entity_find(&pet_entity, "owner_home_phone")->json, "homePhone");
	assert_string_equal(entity_find(&pet_entity, "owner_home_phone")->path, "owner.homePhone");
	assert_null(entity_find(&pet_entity, "fullName"));
	assert_null(entity_find(&pet_entity, ""));
}

static void
init_a_wrong_group(void *nothing)
{
	struct field wrong[] = { { .name = "city", .group = "address" } };
	struct entity entity = { .fields = wrong, .count = 1 };

	(void)nothing;
	entity_init(&entity);
}

TEST(a_column_that_does_not_begin_with_its_group_ends_the_process)
{
	assert_true(unit_dies(init_a_wrong_group, NULL));
}

TEST(members_are_set_and_got_by_their_field)
{
	struct pet pet = { 0 };

	for (size_t i = 0; i < pet_entity.count; i++) {
		assert_null(field_get(&fields[i], &pet));
		field_set(&fields[i], &pet, fields[i].name);
	}
	assert_string_equal(pet.id, "id");
	assert_string_equal(pet.owner_since, "owner_since");
	assert_string_equal(field_get(&fields[3], &pet), "kind");
}

TEST(a_choice_has_its_label)
{
	assert_string_equal(field_choice_label(&fields[3], "cat"), "Cat");
	assert_string_equal(field_choice_label(&fields[3], "sold"), "Sold");
	assert_null(field_choice_label(&fields[3], "Cat"));
	assert_null(field_choice_label(&fields[3], NULL));
	assert_null(field_choice_label(&fields[2], "cat"));
}

TEST(an_object_is_read_into_the_record)
{
	struct pet pet = { 0 };

	assert_int_equal(
		read_pet("{\"fullName\":\" Zoe\\u0308 \",\"kind\":\"cat\",\"bornOn\":\"2020-02-29\","
	             "\"isTame\":true,\"owner\":{\"name\":\"王\",\"homePhone\":\"+1 555 0100\"}}",
	             &pet),
		OK);
	assert_string_equal(pet.full_name, "Zoë");
	assert_string_equal(pet.kind, "cat");
	assert_string_equal(pet.born_on, "2020-02-29");
	assert_string_equal(pet.is_tame, "true");
	assert_string_equal(pet.owner_name, "王");
	assert_string_equal(pet.owner_home_phone, "+1 555 0100");
	assert_null(pet.id);
}

TEST(what_the_object_does_not_name_stays)
{
	struct pet pet = {
		.full_name = "Rex", .kind = "dog", .owner_name = "A", .owner_home_phone = "5550100"
	};

	assert_int_equal(read_pet("{\"kind\":\"cat\",\"owner\":{\"name\":\"B\"}}", &pet), OK);
	assert_string_equal(pet.full_name, "Rex");
	assert_string_equal(pet.kind, "cat");
	assert_string_equal(pet.owner_name, "B");
	assert_string_equal(pet.owner_home_phone, "5550100");
	assert_int_equal(read_pet("{}", &pet), OK);
	assert_string_equal(pet.kind, "cat");
	assert_int_equal(read_pet("{\"owner\":{}}", &pet), OK);
	assert_string_equal(pet.owner_name, "B");
}

TEST(null_clears_a_field_and_a_group)
{
	struct pet pet = {
		.full_name = "Rex", .kind = "dog", .owner_name = "A", .owner_home_phone = "5550100"
	};

	assert_int_equal(read_pet("{\"kind\":null}", &pet), OK);
	assert_null(pet.kind);
	assert_string_equal(pet.full_name, "Rex");
	assert_int_equal(read_pet("{\"owner\":{\"name\":null}}", &pet), OK);
	assert_null(pet.owner_name);
	assert_string_equal(pet.owner_home_phone, "5550100");
	assert_int_equal(read_pet("{\"owner\":null}", &pet), OK);
	assert_null(pet.owner_home_phone);
}

TEST(null_for_a_group_leaves_what_the_system_sets)
{
	struct pet pet = { .owner_name = "A", .owner_since = "2026-01-01T00:00:00.000Z" };

	assert_int_equal(read_pet("{\"owner\":null}", &pet), OK);
	assert_null(pet.owner_name);
	assert_non_null(pet.owner_since);
}

TEST(an_empty_text_is_no_value)
{
	struct pet pet = { .full_name = "Rex", .born_on = "2020-01-01" };

	assert_int_equal(read_pet("{\"fullName\":\"\",\"bornOn\":\" \\t \"}", &pet), OK);
	assert_null(pet.full_name);
	assert_null(pet.born_on);
}

TEST(truth_may_come_as_text_from_forms)
{
	struct pet pet = { 0 };

	assert_int_equal(read_pet("{\"isTame\":\"true\"}", &pet), OK);
	assert_string_equal(pet.is_tame, "true");
	assert_int_equal(read_pet("{\"isTame\":false}", &pet), OK);
	assert_string_equal(pet.is_tame, "false");
	assert_int_equal(read_pet("{\"isTame\":\"yes\"}", &pet), ERR_VALIDATION);
	assert_int_equal(read_pet("{\"isTame\":1}", &pet), ERR_VALIDATION);
	assert_string_equal(pet.is_tame, "false");
}

TEST(every_fault_is_recorded_at_once_in_the_order_of_the_object)
{
	struct pet pet = { 0 };

	assert_int_equal(
		read_pet("{\"color\":\"red\",\"id\":\"x\",\"fullName\":\"12345678901\",\"kind\":\"cow\","
	             "\"bornOn\":\"2023-02-30\",\"owner\":{\"homePhone\":\"no\",\"city\":\"X\"}}",
	             &pet),
		ERR_VALIDATION);
	assert_string_equal(
		faults(), "color UNKNOWN_FIELD, id READ_ONLY, fullName TOO_LONG, kind INVALID_CHOICE, "
				  "bornOn INVALID_DATE, owner.homePhone INVALID_PHONE, owner.city UNKNOWN_FIELD");
	assert_string_equal(cx.message, err_info(ERR_VALIDATION)->message);
}

TEST(a_wrong_value_changes_nothing_of_its_own_field)
{
	struct pet pet = { .full_name = "Rex", .kind = "dog" };

	assert_int_equal(read_pet("{\"fullName\":\"a\\nb\",\"kind\":\"cat\"}", &pet), ERR_VALIDATION);
	assert_string_equal(pet.full_name, "Rex");
	assert_string_equal(pet.kind, "cat");
}

TEST(wrong_types_are_named)
{
	static const struct {
		const char *json;
		const char *faults;
	} rows[] = {
		{ "{\"fullName\":1}", "fullName WRONG_TYPE" },
		{ "{\"fullName\":true}", "fullName WRONG_TYPE" },
		{ "{\"fullName\":[]}", "fullName WRONG_TYPE" },
		{ "{\"fullName\":{}}", "fullName WRONG_TYPE" },
		{ "{\"bornOn\":20200101}", "bornOn WRONG_TYPE" },
		{ "{\"owner\":\"A\"}", "owner WRONG_TYPE" },
		{ "{\"owner\":[]}", "owner WRONG_TYPE" },
		{ "{\"owner\":{\"name\":{\"first\":\"A\"}}}", "owner.name WRONG_TYPE" },
		{ "{\"isTame\":\"TRUE\"}", "isTame WRONG_TYPE" },
	};
	struct pet pet = { 0 };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(read_pet(rows[i].json, &pet), ERR_VALIDATION);
		assert_string_equal(faults(), rows[i].faults);
	}
}

TEST(read_only_fields_may_not_be_sent_not_even_as_null)
{
	struct pet pet = { .id = "1" };

	assert_int_equal(read_pet("{\"id\":null}", &pet), ERR_VALIDATION);
	assert_string_equal(faults(), "id READ_ONLY");
	assert_int_equal(read_pet("{\"owner\":{\"since\":null}}", &pet), ERR_VALIDATION);
	assert_string_equal(faults(), "owner.since READ_ONLY");
	assert_string_equal(pet.id, "1");
}

TEST(names_are_compared_whole_and_where_they_stand)
{
	static const char *const bad[] = {
		"{\"fullname\":\"x\"}",
		"{\"full_name\":\"x\"}",
		"{\"ownerName\":\"x\"}",
		"{\"\":1}",
		"{\"name\":\"x\"}",
		"{\"owner\":{\"owner\":{}}}",
		"{\"owner\":{\"fullName\":\"x\"}}",
		"{\"owner.name\":\"x\"}",
		"{\"Owner\":{}}",
	};
	struct pet pet = { 0 };

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(read_pet(bad[i], &pet), ERR_VALIDATION);
		assert_non_null(strstr(faults(), " UNKNOWN_FIELD"));
	}
}

TEST(what_belongs_to_the_request_is_passed_over_at_the_top_alone)
{
	struct pet pet = { 0 };

	assert_int_equal(read_pet("{\"comment\":[1],\"force\":true,\"kind\":\"cat\"}", &pet), OK);
	assert_int_equal(read_pet("{\"owner\":{\"comment\":\"x\"}}", &pet), ERR_VALIDATION);
	assert_string_equal(faults(), "owner.comment UNKNOWN_FIELD");
	cx_init(&cx, arena, NULL);
	assert_int_equal(entity_read(&cx, &pet_entity, object("{\"force\":1}"), NULL, &pet),
	                 ERR_VALIDATION);
}

TEST(required_fields_without_a_value_are_faults)
{
	struct pet pet = { .kind = "cat" };

	cx_init(&cx, arena, NULL);
	entity_check_required(&cx, &pet_entity, &pet);
	assert_string_equal(faults(), "fullName REQUIRED");
	pet.full_name = "Rex";
	cx_init(&cx, arena, NULL);
	entity_check_required(&cx, &pet_entity, &pet);
	assert_int_equal(cx.err, OK);
}

TEST(a_required_field_that_is_wrong_is_not_reported_as_missing_too)
{
	struct pet pet = { .full_name = "Rex" };

	assert_int_equal(read_pet("{\"kind\":\"cow\"}", &pet), ERR_VALIDATION);
	entity_check_required(&cx, &pet_entity, &pet);
	assert_string_equal(faults(), "kind INVALID_CHOICE");
}

TEST(a_record_is_written_with_nulls_where_it_has_no_value)
{
	struct pet pet = {
		.id = "1", .version = "7", .full_name = "Zoë", .is_tame = "false", .owner_name = "A"
	};
	struct json_object *root = json_object_in(arena);

	entity_write(&pet_entity, &pet, 0, root);
	assert_string_equal(
		json_print(arena, root),
		"{\"id\":\"1\",\"version\":7,\"fullName\":\"Zoë\",\"kind\":null,\"bornOn\":null,"
		"\"isTame\":false,\"owner\":{\"name\":\"A\",\"homePhone\":null,\"since\":null}}");
}

TEST(what_was_written_is_read_again)
{
	struct pet pet = {
		.full_name = "Zoë \"<&",
		.kind = "dog",
		.born_on = "1999-12-31",
		.is_tame = "true",
		.owner_name = "O'Brien",
		.owner_home_phone = "+49 (30) 1234-567 x12",
	};
	struct pet again = { .born_on = "2000-01-01" };
	struct json_object *root = json_object_in(arena);

	entity_write(&pet_entity, &pet, 0, root);
	json_object_object_del(root, "id");
	json_object_object_del(root, "version");
	json_object_object_del(json_member(root, "owner"), "since");
	assert_int_equal(read_pet(json_print(arena, root), &again), OK);
	assert_null(entity_diff(&cx, &pet_entity, &pet, &again)[0]);
}

TEST(a_difference_lists_the_paths_in_the_order_of_the_table)
{
	struct pet a = {
		.id = "1", .version = "1", .full_name = "Rex", .kind = "dog", .owner_name = "A"
	};
	struct pet b = {
		.id = "2", .version = "2", .full_name = "Rex", .is_tame = "true", .owner_name = "B"
	};

	cx_init(&cx, arena, NULL);
	const char **paths = entity_diff(&cx, &pet_entity, &a, &b);
	assert_string_equal(paths[0], "kind");
	assert_string_equal(paths[1], "isTame");
	assert_string_equal(paths[2], "owner.name");
	assert_null(paths[3]);
	assert_null(entity_diff(&cx, &pet_entity, &a, &a)[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(names_and_paths_are_spelled_from_the_column),
		CASE(a_column_that_does_not_begin_with_its_group_ends_the_process),
		CASE(members_are_set_and_got_by_their_field),
		CASE(a_choice_has_its_label),
		CASE(an_object_is_read_into_the_record),
		CASE(what_the_object_does_not_name_stays),
		CASE(null_clears_a_field_and_a_group),
		CASE(null_for_a_group_leaves_what_the_system_sets),
		CASE(an_empty_text_is_no_value),
		CASE(truth_may_come_as_text_from_forms),
		CASE(every_fault_is_recorded_at_once_in_the_order_of_the_object),
		CASE(a_wrong_value_changes_nothing_of_its_own_field),
		CASE(wrong_types_are_named),
		CASE(read_only_fields_may_not_be_sent_not_even_as_null),
		CASE(names_are_compared_whole_and_where_they_stand),
		CASE(what_belongs_to_the_request_is_passed_over_at_the_top_alone),
		CASE(required_fields_without_a_value_are_faults),
		CASE(a_required_field_that_is_wrong_is_not_reported_as_missing_too),
		CASE(a_record_is_written_with_nulls_where_it_has_no_value),
		CASE(what_was_written_is_read_again),
		CASE(a_difference_lists_the_paths_in_the_order_of_the_table),
	};

	entity_init(&pet_entity);
	return cmocka_run_group_tests_name("entity", tests, NULL, NULL);
}
