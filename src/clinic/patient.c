#include "clinic/patient.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "clinic/role.h"

#include "base/compat.h"

enum { WORDS_MOST = 48 };

#define MASK "\u2022\u2022\u2022\u2022"

#define PATIENT_CHOICES(name, ...)                                                                 \
	static const struct choice name[] = { __VA_ARGS__, { NULL, NULL, false } };
#include "clinic/patient.def"
#undef PATIENT_CHOICES

static struct field fields[] = {
#define PATIENT_SEALED PATIENT_FIELD
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
#undef PATIENT_SEALED
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
		fail_field(cx, "lastName", "REQUIRED", "Or a last name.");
	}
	return cx->err;
}

/* The last four characters behind dots, where there are enough others to hide. */
static const char *
masked(struct arena *arena, const char *id)
{
	size_t len = strlen(id);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)id[i] >= 0x80)
			return MASK;
	return len < 8 ? MASK : arena_printf(arena, MASK "%s", id + len - 4);
}

const char *
patient_visible(struct arena *arena, const struct caller *caller, const struct field *field,
                const char *value)
{
	if (value == NULL || may(caller, PERMISSION_RECORDS_READ))
		return value;
	if (field->flags & FIELD_CLINICAL)
		return NULL;
	return field->offset == offsetof(struct patient, national_id) ? masked(arena, value) : value;
}

void
patient_write(struct arena *arena, const struct caller *caller, const struct patient *patient,
              struct json_object *into)
{
	struct patient seen = *patient;
	bool is_clinical = may(caller, PERMISSION_RECORDS_READ);

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		field_set(&fields[i], &seen,
		          patient_visible(arena, caller, &fields[i], field_get(&fields[i], patient)));
	entity_write(&patient_entity, &seen, is_clinical ? 0 : FIELD_CLINICAL, into);
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

/* A telephone number by its beginning, with and without what stands before the national number, and
 * by its last seven and four digits, as people say it. */
static void
add_phone(struct arena *arena, const char **words, size_t *count, const char *phone)
{
	/* Without an extension, which begins with x or ext. */
	const char *digits = str_digits(arena, arena_strndup(arena, phone, strcspn(phone, "ex")));
	size_t len = strlen(digits);

	add_word(words, count, digits);
	if (digits[0] == '0' || digits[0] == '1')
		add_word(words, count, digits + 1);
	if (len > 7)
		add_word(words, count, digits + len - 7);
	if (len > 4)
		add_word(words, count, digits + len - 4);
}

/* O'Brien is found as obrien, and as o brien. */
static void
add_name(struct arena *arena, const char **words, size_t *count, const char *name)
{
	char *parted = arena_strdup(arena, name);
	char *out = parted;

	for (const char *at = name; *at != '\0';) {
		bool is_curly = str_has_prefix(at, "\u2019");
		*out++ = *at == '\'' || is_curly ? ' ' : *at;
		at += is_curly ? strlen("\u2019") : 1;
	}
	*out = '\0';
	for (const char **word = str_words(arena, name, WORDS_MOST); *word != NULL; word++)
		add_word(words, count, *word);
	for (const char **word = str_words(arena, parted, WORDS_MOST); *word != NULL; word++)
		add_word(words, count, *word);
}

/* Names that are written without a space between them (Chinese, Japanese, Korean) are typed so,
 * too. */
static void
add_joined(struct arena *arena, const char **words, size_t *count, const struct patient *patient)
{
	const char *last = patient->last_name;
	const char *first = patient->first_name;

	if (last == NULL || first == NULL)
		return;
	unsigned char lead = (unsigned char)*last; /* U+3000 to U+DFFF, and the planes beyond */
	if (lead < 0xe3 || (lead > 0xed && lead != 0xf0))
		return;
	const char *joined = arena_printf(arena, "%s%s", last, first);
	for (const char **word = str_words(arena, joined, 2); *word != NULL; word++)
		add_word(words, count, *word);
}

const char **
patient_words(struct arena *arena, const struct patient *patient)
{
	const char *names[] = { patient->first_name, patient->middle_name, patient->last_name,
		                    patient->preferred_name, patient->former_name };
	const char **words = arena_array(arena, WORDS_MOST + 1, sizeof(*words));
	size_t count = 0;

	/* Names last: however many words they have, they crowd nothing out. */
	if (patient->mrn != NULL)
		add_name(arena, words, &count, patient->mrn);
	if (patient->date_of_birth != NULL)
		add_word(words, &count, str_digits(arena, patient->date_of_birth));
	if (patient->phone != NULL)
		add_phone(arena, words, &count, patient->phone);
	if (patient->alternate_phone != NULL)
		add_phone(arena, words, &count, patient->alternate_phone);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (names[i] != NULL)
			add_name(arena, words, &count, names[i]);
	add_joined(arena, words, &count, patient);
	return words;
}
