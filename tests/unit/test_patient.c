#include "unit.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "clinic/patient.h"
#include "base/compat.h"

static struct cx cx;

static const char *
faults(void)
{
	struct buf text;

	buf_init(&text, arena, 0);
	for (const struct fault *fault = cx.faults; fault != NULL; fault = fault->next)
		buf_printf(&text, "%s%s %s", text.len > 0 ? ", " : "", fault->field, fault->code);
	return text.data;
}

static const char *
checked(struct patient patient)
{
	cx_init(&cx, arena, NULL);
	enum err err = patient_check(&cx, &patient);
	assert_int_equal(err, cx.faults == NULL ? OK : ERR_VALIDATION);
	return faults();
}

/* What a client's object and the rules between fields come to together. */
static const char *
read_and_checked(const char *json, struct patient *patient)
{
	const char *fault = NULL;
	struct json_object *from = json_read(arena, json, strlen(json), &fault);

	assert_non_null(from);
	cx_init(&cx, arena, NULL);
	enum err err = entity_read(&cx, &patient_entity, from, NULL, patient);
	assert_int_equal(err, cx.err);
	err = patient_check(&cx, patient);
	assert_int_equal(err, cx.err);
	return faults();
}

static const char *
joined(const char **words)
{
	struct buf text;

	buf_init(&text, arena, 0);
	for (; *words != NULL; words++)
		buf_printf(&text, "%s%s", text.len > 0 ? "|" : "", *words);
	return text.data;
}

static const char *
words_of(struct patient patient)
{
	return joined(patient_words(arena, &patient));
}

static const char *
sort_name(const char *first, const char *middle, const char *last)
{
	struct patient patient = { .first_name = first, .middle_name = middle, .last_name = last };

	return patient_sort_name(arena, &patient);
}

TEST(one_of_the_two_names_a_birthday_and_a_gender_are_enough)
{
	assert_string_equal(checked((struct patient){
							.first_name = "A", .date_of_birth = "1990-01-01", .gender = "male" }),
	                    "");
	assert_string_equal(checked((struct patient){
							.last_name = "B", .date_of_birth = "1990-01-01", .gender = "unknown" }),
	                    "");
}

TEST(everything_that_is_missing_is_named_at_once)
{
	assert_string_equal(
		checked((struct patient){ .middle_name = "M" }),
		"dateOfBirth REQUIRED, gender REQUIRED, firstName REQUIRED, lastName REQUIRED");
}

TEST(a_client_may_not_archive)
{
	static const char *const good[] = { "active", "inactive", "deceased" };
	struct patient patient = { .first_name = "A", .date_of_birth = "1990-01-01", .gender = "male" };

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_string_equal(
			read_and_checked(arena_printf(arena, "{\"status\":\"%s\"}", good[i]), &patient), "");
		assert_string_equal(patient.status, good[i]);
	}
	assert_string_equal(read_and_checked("{\"status\":\"archived\"}", &patient),
	                    "status INVALID_CHOICE");
}

TEST(a_new_patient_is_read_from_json)
{
	struct patient patient = { 0 };

	assert_string_equal(
		read_and_checked("{\"firstName\":\"Zoe\\u0308\",\"lastName\":\"O'Brien\",\"dateOfBirth\":"
	                     "\"2000-02-29\",\"gender\":\"female\",\"bloodType\":\"AB-\",\"address\":{"
	                     "\"zipCode\":\"0815\"},\"emergencyContact\":{\"phone\":\"5550100\"},"
	                     "\"interpreterNeeded\":true,\"email\":\"Zoe@EXAMPLE.org\"}",
	                     &patient),
		"");
	assert_string_equal(patient.first_name, "Zoë");
	assert_string_equal(patient.blood_type, "AB-");
	assert_string_equal(patient.address_zip_code, "0815");
	assert_string_equal(patient.emergency_contact_phone, "5550100");
	assert_string_equal(patient.interpreter_needed, "true");
	assert_string_equal(patient.email, "Zoe@example.org");
	assert_null(patient.id);
}

TEST(wrong_and_missing_values_are_reported_together)
{
	struct patient patient = { 0 };

	assert_string_equal(
		read_and_checked("{\"dateOfBirth\":\"2023-02-30\",\"gender\":\"f\",\"firstName\":\"A\"}",
	                     &patient),
		"dateOfBirth INVALID_DATE, gender INVALID_CHOICE");
}

TEST(a_name_that_is_wrong_is_not_reported_as_missing_too)
{
	struct patient patient = { 0 };

	assert_string_equal(read_and_checked("{\"dateOfBirth\":\"2000-01-01\",\"gender\":\"male\","
	                                     "\"firstName\":\"a\\u0001b\"}",
	                                     &patient),
	                    "firstName CONTROL_CHARACTER");
}

TEST(what_the_system_sets_may_not_be_sent)
{
	static const char *const names[] = { "id",        "mrn",       "version",  "createdAt",
		                                 "updatedAt", "createdBy", "updatedBy" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct patient patient = { .first_name = "A",
			                       .date_of_birth = "1990-01-01",
			                       .gender = "male" };
		assert_string_equal(
			read_and_checked(arena_printf(arena, "{\"%s\":\"1\"}", names[i]), &patient),
			arena_printf(arena, "%s READ_ONLY", names[i]));
	}
}

TEST(every_field_has_a_path_a_label_and_room)
{
	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		assert_true(strlen(field->path) > 0);
		assert_true(strlen(field->label) > 0);
		assert_in_range(field->max, 1, 10000);
		assert_int_equal(field->type == FIELD_ENUM, field->choices != NULL);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(field->path, patient_entity.fields[k].path);
			assert_string_not_equal(field->name, patient_entity.fields[k].name);
		}
		for (const struct choice *choice = field->choices; choice != NULL && choice->value != NULL;
		     choice++)
			assert_in_range(utf8_length(choice->value), 1, field->max);
	}
}

TEST(the_fields_are_those_of_the_api)
{
	static const char *const paths[] = {
		"id",
		"mrn",
		"version",
		"status",
		"createdAt",
		"updatedAt",
		"createdBy",
		"updatedBy",
		"firstName",
		"middleName",
		"lastName",
		"preferredName",
		"formerName",
		"namePrefix",
		"nameSuffix",
		"dateOfBirth",
		"dateOfBirthEstimated",
		"gender",
		"genderIdentity",
		"pronouns",
		"phone",
		"alternatePhone",
		"email",
		"address.street",
		"address.city",
		"address.state",
		"address.zipCode",
		"address.country",
		"emergencyContact.name",
		"emergencyContact.relationship",
		"emergencyContact.phone",
		"language",
		"interpreterNeeded",
		"maritalStatus",
		"occupation",
		"employer",
		"bloodType",
		"primaryPhysician",
	};

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		bool is_there = false;
		for (size_t k = 0; k < patient_entity.count; k++)
			is_there = is_there || strcmp(patient_entity.fields[k].path, paths[i]) == 0;
		if (!is_there)
			fail_msg("%s is missing", paths[i]);
	}
}

TEST(a_patient_is_sorted_by_last_name_without_case_and_diacritics)
{
	assert_string_equal(sort_name("Zoë", "Ann", "Müller"), "muller zoe ann");
	assert_string_equal(sort_name("ANNA", NULL, "O'Brien"), "obrien anna");
	assert_string_equal(sort_name("Pelé", NULL, NULL), "pele");
	assert_string_equal(sort_name(NULL, NULL, "Sukarno"), "sukarno");
	assert_string_equal(sort_name("Anna-Maria", NULL, "van der Berg"), "van der berg anna maria");
	assert_string_equal(sort_name("小明", NULL, "王"), "王 小明");
	assert_string_equal(sort_name("-", NULL, "..."), "");
}

/* Whether the words, with a bar on either side, hold each of those that are expected. */
static void
assert_words(struct patient patient, const char *expected)
{
	const char *words = arena_printf(arena, "|%s|", words_of(patient));
	char *rest = arena_strdup(arena, expected);

	for (char *word; (word = strsep(&rest, "|")) != NULL;)
		if (strstr(words, arena_printf(arena, "|%s|", word)) == NULL)
			fail_msg("%s is not in %s", word, words);
}

TEST(a_patient_is_found_by_names_numbers_and_birthday)
{
	assert_words(
		(struct patient){
			.first_name = "Zoë",
			.middle_name = "Ann",
			.last_name = "Müller-Lüdenscheidt",
			.preferred_name = "Zo",
			.former_name = "Schmidt",
			.mrn = "0100GEJ",
			.phone = "+1 (555) 010-0100",
			.alternate_phone = "555 0199",
			.date_of_birth = "1990-01-15",
		},
		"zoe|ann|muller|ludenscheidt|zo|schmidt|0100gej|15550100100|5550199|19900115");
}

TEST(a_telephone_number_is_found_by_its_end_as_well)
{
	assert_words((struct patient){ .phone = "+1 (555) 010-0100" },
	             "15550100100|5550100100|0100100|0100");
	assert_words((struct patient){ .phone = "030 123456" }, "030123456|30123456|3456");
}

TEST(a_name_with_an_apostrophe_is_found_in_both_spellings)
{
	assert_words((struct patient){ .last_name = "O'Brien" }, "obrien|o|brien");
	assert_words((struct patient){ .last_name = "O\xe2\x80\x99"
	                                            "Brien" },
	             "obrien|o|brien");
}

TEST(a_name_that_is_written_without_a_space_is_found_so)
{
	assert_words((struct patient){ .last_name = "王", .first_name = "小明" }, "王|小明|王小明");
	assert_string_equal(words_of((struct patient){ .last_name = "Li", .first_name = "Bo" }),
	                    "bo|li");
}

TEST(a_word_is_listed_once)
{
	assert_string_equal(words_of((struct patient){
							.first_name = "Anna", .last_name = "ANNA", .former_name = "Ánna" }),
	                    "anna");
	assert_string_equal(
		words_of((struct patient){ .phone = "555-0100", .alternate_phone = "5550100" }),
		"5550100|0100");
}

TEST(a_patient_without_a_name_that_can_be_searched_has_no_words)
{
	assert_string_equal(words_of((struct patient){ .first_name = "-", .last_name = "'" }), "");
	assert_string_equal(words_of((struct patient){ 0 }), "");
}

TEST(the_birthday_is_found_however_many_words_the_names_have)
{
	struct buf many;
	size_t count = 0;

	buf_init(&many, arena, 0);
	for (int i = 0; i < 25; i++)
		buf_printf(&many, "w%d ", i);
	const char *first = many.data;
	buf_init(&many, arena, 0);
	for (int i = 25; i < 50; i++)
		buf_printf(&many, "w%d ", i);
	struct patient patient = {
		.first_name = first, .last_name = many.data, .mrn = "0100GEJ", .date_of_birth = "1990-01-15"
	};
	const char **words = patient_words(arena, &patient);
	while (words[count] != NULL)
		count++;
	assert_true(count <= 48);
	assert_non_null(strstr(joined(words), "19900115"));
	assert_non_null(strstr(joined(words), "0100gej"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_of_the_two_names_a_birthday_and_a_gender_are_enough),
		CASE(everything_that_is_missing_is_named_at_once),
		CASE(a_client_may_not_archive),
		CASE(a_new_patient_is_read_from_json),
		CASE(wrong_and_missing_values_are_reported_together),
		CASE(a_name_that_is_wrong_is_not_reported_as_missing_too),
		CASE(what_the_system_sets_may_not_be_sent),
		CASE(every_field_has_a_path_a_label_and_room),
		CASE(the_fields_are_those_of_the_api),
		CASE(a_patient_is_sorted_by_last_name_without_case_and_diacritics),
		CASE(a_patient_is_found_by_names_numbers_and_birthday),
		CASE(a_telephone_number_is_found_by_its_end_as_well),
		CASE(a_name_with_an_apostrophe_is_found_in_both_spellings),
		CASE(a_name_that_is_written_without_a_space_is_found_so),
		CASE(a_word_is_listed_once),
		CASE(a_patient_without_a_name_that_can_be_searched_has_no_words),
		CASE(the_birthday_is_found_however_many_words_the_names_have),
	};

	patient_init();
	return cmocka_run_group_tests_name("patient", tests, NULL, NULL);
}
