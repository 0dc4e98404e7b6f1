#include "clinic/patient.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "base/uuid.h"
#include "clinic/audit.h"
#include "clinic/mrn.h"
#include "db/pg.h"

#include "base/compat.h"

enum { WORDS_MOST = 48, UPDATE_TRIES = 3 };

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

/* The record's members as parameters, after `first` others. */
static const char *const *
record_params(struct cx *cx, const struct patient *patient, const char *const *first, size_t count)
{
	const char **params = arena_array(cx->arena, count + COUNT_OF(fields), sizeof(*params));

	for (size_t i = 0; i < count; i++)
		params[i] = first[i];
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		params[count + i] = field_get(&fields[i], patient);
	return params;
}

static struct json_object *
answer_of(struct cx *cx, const struct patient *patient)
{
	struct json_object *answer = json_object_in(cx->arena);

	entity_write(&patient_entity, patient, answer);
	return answer;
}

/* The batch of a creation: the row, its words, the claim on the key, outbox and audit. */
static enum err
insert(struct cx *cx, const struct patient *patient, const struct idempotency *idempotency,
       const char *answer)
{
	const char *sort_name = patient_sort_name(cx->arena, patient);
	const char *words = pg_array(cx->arena, patient_words(cx->arena, patient));

	pg_begin(cx, PG_WRITE);
	pg_add_array(cx, STATEMENT_patient_create, record_params(cx, patient, &sort_name, 1),
	             1 + COUNT_OF(fields));
	pg_add(cx, STATEMENT_patient_words_add, patient->id, words);
	if (idempotency != NULL)
		pg_add(cx, STATEMENT_idempotency_claim, cx->caller.user_id, idempotency->key,
		       idempotency->body_hash, patient->id, answer);
	outbox_add(cx, "patient.created", patient->id, patient->version);
	audit_add(cx, "patient.create", patient->id, "success");
	return pg_run(cx);
}

/* What the first creation with this key answered. ERR_KEY_REUSED when it had another body. */
static enum err
replay(struct cx *cx, const struct idempotency *idempotency, struct patient *out,
       struct json_object **answer, bool *is_found)
{
	const char *fault = NULL;

	*is_found = false;
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_idempotency_find, cx->caller.user_id, idempotency->key);
	enum err err = pg_run(cx);
	if (err != OK || pg_count(cx, slot) == 0)
		return err;
	if (!str_equal(pg_text(cx, slot, 0, "body_hash"), idempotency->body_hash))
		return fail(cx, ERR_KEY_REUSED, NULL);
	const char *text = pg_text(cx, slot, 0, "answer");
	*answer = json_read(cx->arena, text, strlen(text), &fault);
	must(*answer != NULL);
	out->id = pg_text(cx, slot, 0, "patient_id");
	out->version = "1";
	out->mrn = json_text(*answer, "mrn");
	*is_found = true;
	return OK;
}

/* What nobody has to say. */
static void
fill_defaults(struct patient *patient)
{
	if (patient->status == NULL)
		patient->status = "active";
}

static enum err
fill_new(struct cx *cx, struct patient *patient)
{
	const char *now = clock_text(cx->arena, clock_milliseconds());

	patient->id = uuid_create(cx->arena);
	patient->version = "1";
	patient->created_at = patient->updated_at = now;
	patient->created_by = patient->updated_by = cx->caller.user_id;
	return mrn_draw(cx, &patient->mrn);
}

enum err
patient_create(struct cx *cx, struct json_object *from, const char *const *also,
               const struct idempotency *idempotency, struct patient *out,
               struct json_object **answer, bool *is_repeat)
{
	enum err err = entity_read(cx, &patient_entity, from, also, out);

	*is_repeat = false;
	fill_defaults(out);
	if (patient_check(cx, out) != OK)
		return cx->err;
	if (idempotency != NULL) {
		err = replay(cx, idempotency, out, answer, is_repeat);
		if (err != OK || *is_repeat)
			return err;
	}
	err = fill_new(cx, out);
	if (err != OK)
		return err;
	*answer = answer_of(cx, out);
	err = insert(cx, out, idempotency, json_print(cx->arena, *answer));
	if (err == ERR_KEY_REUSED) {
		/* Another worker was faster with the same key. */
		fail_clear(cx);
		err = replay(cx, idempotency, out, answer, is_repeat);
	}
	return err;
}

/* The id behind "mrn:…", "" where there is none; an id is itself. Shows nothing, so needs no audit.
 */
static enum err
resolve(struct cx *cx, const char *ref, const char **id)
{
	*id = "";
	if (!str_has_prefix(ref, "mrn:")) {
		*id = uuid_is_valid(ref) ? ref : "";
		return OK;
	}
	/* As people type it: in small letters, with blanks around. */
	char *mrn = arena_strdup(cx->arena, str_normalise(cx->arena, ref + strlen("mrn:")));
	for (char *at = mrn; *at != '\0'; at++)
		*at = (char)toupper((unsigned char)*at);
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_patient_load_by_mrn, mrn);
	enum err err = pg_run(cx);
	if (err == OK && pg_count(cx, slot) == 1)
		*id = pg_text(cx, slot, 0, "id");
	return err;
}

enum err
patient_load(struct cx *cx, const char *ref, const char *action, struct patient *out)
{
	const char *id = NULL;
	enum err err = resolve(cx, ref, &id);

	if (err != OK)
		return err;
	if (*id == '\0') {
		audit_refusal(cx, action, "not-found");
		return fail(cx, ERR_PATIENT_NOT_FOUND, NULL);
	}
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_patient_load, id);
	audit_add(cx, action, id, "success");
	err = pg_run(cx);
	if (err != OK)
		return err;
	if (pg_count(cx, slot) == 0)
		return fail(cx, ERR_PATIENT_NOT_FOUND, NULL);
	pg_record(cx, slot, 0, &patient_entity, out);
	return OK;
}

/* Records the conflict: who changed the record, when, and where the client's values differ. */
static enum err
fail_version(struct cx *cx, const struct patient *current, const struct patient *wanted)
{
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_account_name, current->updated_by);
	enum err err = pg_run(cx);
	if (err != OK)
		return err;
	const char *who = pg_count(cx, slot) == 1 ? pg_text(cx, slot, 0, "full_name") : "Somebody";

	(void)fail(cx, ERR_VERSION, "%s saved this record after you opened it.", who);
	struct fault *fault = fail_field(cx, "version", "OUTDATED", "The record is now version %s.",
	                                 current->version);
	fault->extra = json_object_in(cx->arena);
	json_add_int(fault->extra, "currentVersion", strtoll(current->version, NULL, 10));
	json_add(fault->extra, "changedBy", who);
	json_add(fault->extra, "changedAt", current->updated_at);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *now = field_get(&fields[i], current);
		if ((fields[i].flags & FIELD_READONLY) || str_equal(now, field_get(&fields[i], wanted)))
			continue;
		fault = fail_field(cx, fields[i].path, "CHANGED", "%s has another value now.",
		                   fields[i].label);
		fault->extra = json_object_in(cx->arena);
		json_add(fault->extra, "current", now);
	}
	return ERR_VERSION;
}

/* The batch of a change: the row where it still has the version that was loaded, and what follows.
 */
static enum err
store(struct cx *cx, const struct patient *before, struct patient *after)
{
	const char *first[] = { before->version, patient_sort_name(cx->arena, after) };
	const char *words = pg_array(cx->arena, patient_words(cx->arena, after));

	after->version = arena_printf(cx->arena, "%lld", strtoll(before->version, NULL, 10) + 1);
	after->updated_at = clock_text(cx->arena, clock_milliseconds());
	after->updated_by = cx->caller.user_id;
	pg_begin(cx, PG_WRITE);
	pg_add_array(cx, STATEMENT_patient_update, record_params(cx, after, first, COUNT_OF(first)),
	             COUNT_OF(first) + COUNT_OF(fields));
	pg_add(cx, STATEMENT_patient_words_remove, after->id, words);
	pg_add(cx, STATEMENT_patient_words_add, after->id, words);
	outbox_add(cx, "patient.updated", after->id, after->version);
	audit_add(cx, "patient.update", after->id, "success");
	return pg_run(cx);
}

/* One attempt. ERR_VERSION without faults when somebody was faster between load and store. */
static enum err
update_once(struct cx *cx, const char *ref, struct json_object *from, const char *const *also,
            const char *version, struct patient *out)
{
	struct patient before = { 0 };
	enum err err = patient_load(cx, ref, "patient.read", &before);

	if (err != OK)
		return err;
	*out = before;
	err = entity_read(cx, &patient_entity, from, also, out);
	fill_defaults(out);
	if (patient_check(cx, out) != OK)
		return cx->err;
	if (version != NULL && !str_equal(version, before.version))
		return fail_version(cx, &before, out);
	if (entity_diff(cx, &patient_entity, &before, out)[0] == NULL)
		return OK;
	return store(cx, &before, out);
}

enum err
patient_update(struct cx *cx, const char *ref, struct json_object *from, const char *const *also,
               const char *version, struct patient *out)
{
	enum err err = update_once(cx, ref, from, also, version, out);

	for (int tries = 1; err == ERR_VERSION && cx->faults == NULL && tries < UPDATE_TRIES; tries++) {
		fail_clear(cx);
		err = update_once(cx, ref, from, also, version, out);
	}
	return err;
}
