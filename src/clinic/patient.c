#include "clinic/patient.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#include "base/compat.h"

enum { WORDS_MOST = 48 };

#define PATIENT_CHOICES(name, ...)                                                                 \
	static const struct choice name[] = { __VA_ARGS__, { NULL, NULL } };
#include "clinic/patient.def"
#undef PATIENT_CHOICES

static struct field fields[] = {
#define PATIENT_FIELD(name_, group_, type_, max_, flags_, choices_, label_, hint_, autocomplete_)  \
	{ .name = #name_,                                                                              \
	  .group = group_,                                                                             \
	  .type = type_,                                                                               \
	  .max = max_,                                                                                 \
	  .flags = flags_,                                                                             \
	  .choices = choices_,                                                                         \
	  .label = label_,                                                                             \
	  .hint = hint_,                                                                               \
	  .autocomplete = autocomplete_,                                                               \
	  .offset = offsetof(struct patient, name_) },
#include "clinic/patient.def"
#undef PATIENT_FIELD
};

struct entity patient_entity = {
	.name = "Patient",
	.fields = fields,
	.count = COUNT_OF(fields),
	.size = sizeof(struct patient),
};

void
patient_init(void)
{
	entity_init(&patient_entity);
}

enum err
patient_check(struct cx *cx, const struct patient *patient)
{
	entity_check_required(cx, &patient_entity, patient);
	if (patient->first_name == NULL && patient->last_name == NULL && !fail_has(cx, "firstName") &&
	    !fail_has(cx, "lastName")) {
		fail_field(cx, "firstName", "REQUIRED", "A first name or a last name is needed.");
		fail_field(cx, "lastName", "REQUIRED", "A first name or a last name is needed.");
	}
	if (str_equal(patient->status, "archived"))
		fail_field(cx, "status", "INVALID_CHOICE",
		           "Status must be one of active, inactive, deceased.");
	return cx->err;
}

const char *
patient_sort_name(struct arena *arena, const struct patient *patient)
{
	const char *parts[] = { patient->last_name, patient->first_name, patient->middle_name };
	const char *name = "";

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (parts[i] == NULL)
			continue;
		const char **words = str_words(arena, parts[i], WORDS_MOST);
		for (const char **word = words; *word != NULL; word++)
			name = arena_printf(arena, "%s%s%s", name, *name == '\0' ? "" : " ", *word);
	}
	return name;
}

static void
add_word(const char **words, size_t *count, const char *word)
{
	if (*word == '\0' || *count == WORDS_MOST)
		return;
	for (size_t i = 0; i < *count; i++)
		if (strcmp(words[i], word) == 0)
			return;
	words[(*count)++] = word;
}

const char **
patient_words(struct arena *arena, const struct patient *patient)
{
	const char *texts[] = { patient->first_name,     patient->middle_name, patient->last_name,
		                    patient->preferred_name, patient->former_name, patient->mrn };
	const char *numbers[] = { patient->phone, patient->alternate_phone, patient->date_of_birth };
	const char **words = arena_array(arena, WORDS_MOST + 1, sizeof(*words));
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		if (texts[i] == NULL)
			continue;
		for (const char **word = str_words(arena, texts[i], WORDS_MOST); *word != NULL; word++)
			add_word(words, &count, *word);
	}
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		if (numbers[i] != NULL)
			add_word(words, &count, str_digits(arena, numbers[i]));
	return words;
}
