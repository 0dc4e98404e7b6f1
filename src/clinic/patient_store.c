#include "clinic/patient_store.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "base/uuid.h"
#include "clinic/audit.h"
#include "clinic/history.h"
#include "clinic/mrn.h"
#include "clinic/role.h"
#include "clinic/sealed.h"
#include "clinic/vault.h"
#include "db/pg.h"

#include "base/compat.h"

/* Of a change that goes on top of whatever is there; each try that loses lost to one that won. */
enum { UPDATE_TRIES = 20 };

static const char archived_message[] = "This record is archived. Restore it before you change it.";

/* The record's columns as parameters, after `first` others; `*total` is how many there are then. */
static const char *const *
record_params(struct cx *cx, const struct patient *patient, const char *const *first, size_t count,
              size_t *total)
{
	const char **params = arena_array(cx->arena, count + patient_entity.count, sizeof(*params));

	for (size_t i = 0; i < count; i++)
		params[i] = first[i];
	for (size_t i = 0; i < patient_entity.count; i++)
		if (!(patient_entity.fields[i].flags & FIELD_SEALED))
			params[count++] = field_get(&patient_entity.fields[i], patient);
	*total = count;
	return params;
}

static struct json_object *
answer_of(struct cx *cx, const struct patient *patient)
{
	struct json_object *answer = json_object_in(cx->arena);

	patient_write(cx->arena, &cx->caller, patient, answer);
	return answer;
}

/* Seals the answer that a repeated creation is to be given again. */
static enum err
seal_answer(struct cx *cx, struct patient *patient, struct sealed *sealed, const char **answer)
{
	enum err err = vault_ready(cx);

	if (err != OK)
		return err;
	if (patient->wrapped_key == NULL)
		patient->wrapped_key = sealed->new_key = vault_key_create(cx, patient->id);
	return vault_seal(cx, patient->id, patient->wrapped_key, "answer", *answer, answer);
}

/* The batch of a creation: the row, its words, the claim on the key, outbox and audit. */
static enum err
insert(struct cx *cx, struct patient *patient, const struct idempotency *idempotency,
       const char *answer)
{
	const char *words = pg_array(cx->arena, patient_words(cx->arena, patient));
	struct sealed sealed = { 0 };
	size_t count = 0;
	enum err err = sealed_make(cx, patient, &sealed);

	if (err == OK && idempotency != NULL)
		err = seal_answer(cx, patient, &sealed, &answer);
	if (err != OK)
		return err;
	const char *first[] = { patient_sort_name(cx->arena, patient), sealed.blob,
		                    sealed.national_id_hash };
	const char *const *params = record_params(cx, patient, first, COUNT_OF(first), &count);
	pg_begin(cx, PG_WRITE);
	pg_add_array(cx, STATEMENT_patient_create, params, count);
	if (sealed.new_key != NULL)
		pg_add(cx, STATEMENT_patient_key_add, patient->id, sealed.new_key);
	pg_add(cx, STATEMENT_patient_words_add, patient->id, words);
	if (idempotency != NULL)
		pg_add(cx, STATEMENT_idempotency_claim, cx->caller.user_id, idempotency->key,
		       idempotency->body_hash, patient->id, answer);
	history_add(cx, patient->id, "created");
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
	out->id = pg_text(cx, slot, 0, "patient_id");
	if (!str_equal(pg_text(cx, slot, 0, "body_hash"), idempotency->body_hash))
		return fail(cx, ERR_KEY_REUSED, NULL);
	const char *text = NULL;
	err = vault_unseal(cx, out->id, pg_text(cx, slot, 0, "wrapped"), "answer",
	                   pg_text(cx, slot, 0, "answer"), &text);
	if (err != OK)
		return err;
	*answer = json_read(cx->arena, text, strlen(text), &fault);
	must(*answer != NULL);
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

/*
 * What a client sends of values that it may not see: the mask of the national id leaves it as it
 * is, and clinical text is not for who may not write records.
 */
static void
keep_unseen(struct cx *cx, const struct patient *saved, struct patient *wanted)
{
	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		const char *now = field_get(field, saved);
		const char *seen = patient_visible(cx->arena, &cx->caller, field, now);
		const char *sent = field_get(field, wanted);
		if (!(field->flags & FIELD_SEALED) || str_equal(sent, now))
			continue;
		if (seen != NULL && str_equal(sent, seen))
			field_set(field, wanted, now);
		else if ((field->flags & FIELD_CLINICAL) && !may(&cx->caller, PERMISSION_RECORDS_WRITE))
			fail_field(cx, field->path, "NOT_ALLOWED", "Your role may not write this.");
	}
}

/* Adds to the failure which field conflicts. */
static enum err
name_conflict(struct cx *cx, enum err err)
{
	if (err == ERR_NATIONAL_ID)
		fail_field(cx, "nationalId", "NOT_UNIQUE", "Another patient has this national id.");
	return err;
}

enum err
patient_create(struct cx *cx, struct json_object *from, const char *const *also,
               const struct idempotency *idempotency, struct patient *out,
               struct json_object **answer, bool *is_repeat)
{
	struct patient nobody = { 0 };
	enum err err = entity_read(cx, &patient_entity, from, also, out);

	*is_repeat = false;
	fill_defaults(out);
	keep_unseen(cx, &nobody, out);
	if (patient_check(cx, out) != OK)
		return cx->err;
	err = fill_new(cx, out);
	if (err != OK)
		return err;
	*answer = answer_of(cx, out);
	err = insert(cx, out, idempotency, json_print(cx->arena, *answer));
	/* The claim on the key says that it was used before, by whichever worker; so may the national
	 * id of the record that the first use made. */
	if (idempotency != NULL && (err == ERR_KEY_REUSED || err == ERR_NATIONAL_ID)) {
		fail_clear(cx);
		enum err again = replay(cx, idempotency, out, answer, is_repeat);
		if (again != OK || *is_repeat)
			return again;
		err = fail(cx, err, NULL);
	}
	return name_conflict(cx, err);
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
	if (*id == '\0')
		return patient_not_found(cx, action);
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_patient_load, id);
	audit_add(cx, action, id, "if-found");
	err = pg_run(cx);
	if (err != OK)
		return err;
	if (pg_count(cx, slot) == 0)
		return fail(cx, ERR_PATIENT_NOT_FOUND, NULL);
	pg_record(cx, slot, 0, &patient_entity, out);
	return sealed_open(cx, slot, 0, out);
}

static const char *
author_of(struct cx *cx, size_t slot)
{
	return pg_count(cx, slot) == 1 ? pg_text(cx, slot, 0, "full_name") : "Somebody";
}

static void
fail_changed(struct cx *cx, const struct field *field, const char *current, bool is_contested)
{
	struct fault *fault = fail_field(cx, field->path, "CHANGED", "%s has another value now%s.",
	                                 field->label, is_contested ? ", and you changed it too" : "");

	fault->extra = json_object_in(cx->arena);
	(void)json_object_object_add(fault->extra, "current", entity_value(field, current));
	json_add_bool(fault->extra, "contested", is_contested);
}

/*
 * Records the conflict: who saved meanwhile, when, and which fields. `wanted` becomes what the
 * client would have, had it started from the current record: its own values where it changed
 * something since the version that it saw, the current ones elsewhere.
 */
static enum err
fail_version(struct cx *cx, const struct patient *current, const char *version,
             struct patient *wanted)
{
	struct patient seen = { 0 };
	bool is_found = false;
	enum err err = history_find(cx, current->id, version, &seen, &is_found);

	if (err != OK)
		return err;
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_account_name, current->updated_by);
	err = pg_run(cx);
	if (err != OK)
		return err;
	const char *who = author_of(cx, slot);
	(void)fail(cx, ERR_VERSION, "%s saved this record after you opened it.", who);
	struct fault *fault = fail_field(cx, "version", "OUTDATED", "The record is now version %s.",
	                                 current->version);
	fault->extra = json_object_in(cx->arena);
	json_add_int(fault->extra, "currentVersion", strtoll(current->version, NULL, 10));
	json_add(fault->extra, "changedBy", who);
	json_add(fault->extra, "changedAt", current->updated_at);
	for (size_t i = 0; i < patient_entity.count; i++) {
		const char *now = field_get(&patient_entity.fields[i], current);
		const char *before = is_found ? field_get(&patient_entity.fields[i], &seen) : NULL;
		const char *mine = field_get(&patient_entity.fields[i], wanted);
		if (patient_entity.fields[i].flags & FIELD_READONLY)
			continue;
		bool is_mine = !is_found || !str_equal(mine, before);
		if (!is_mine)
			field_set(&patient_entity.fields[i], wanted, now);
		const char *seen_now = patient_visible(cx->arena, &cx->caller, &patient_entity.fields[i],
		                                       now);
		bool is_changed = is_found ? !str_equal(now, before) : !str_equal(now, mine);
		if (is_changed && (now == NULL || seen_now != NULL))
			fail_changed(cx, &patient_entity.fields[i], seen_now, is_mine && !str_equal(now, mine));
	}
	return ERR_VERSION;
}

enum err
patient_outdated(struct cx *cx, const struct patient *current)
{
	(void)fail(cx, ERR_VERSION, NULL);
	struct fault *fault = fail_field(cx, "version", "OUTDATED", "The record is now version %s.",
	                                 current->version);
	fault->extra = json_object_in(cx->arena);
	json_add_int(fault->extra, "currentVersion", strtoll(current->version, NULL, 10));
	return ERR_VERSION;
}

const char *
version_after(struct arena *arena, const char *version)
{
	return arena_printf(arena, "%lld", strtoll(version, NULL, 10) + 1);
}

enum err
patient_save(struct cx *cx, const struct patient *before, struct patient *after)
{
	const char *words = pg_array(cx->arena, patient_words(cx->arena, after));
	struct sealed sealed = { 0 };
	size_t count = 0;
	enum err err = sealed_make(cx, after, &sealed);

	if (err != OK)
		return err;
	after->version = version_after(cx->arena, before->version);
	after->updated_at = clock_text(cx->arena, clock_milliseconds());
	after->updated_by = cx->caller.user_id;
	const char *first[] = { before->version, patient_sort_name(cx->arena, after), sealed.blob,
		                    sealed.national_id_hash };
	const char *const *params = record_params(cx, after, first, COUNT_OF(first), &count);
	pg_begin(cx, PG_WRITE);
	pg_add_array(cx, STATEMENT_patient_update, params, count);
	if (sealed.new_key != NULL)
		pg_add(cx, STATEMENT_patient_key_add, after->id, sealed.new_key);
	pg_add(cx, STATEMENT_patient_words_remove, after->id, words);
	pg_add(cx, STATEMENT_patient_words_add, after->id, words);
	history_add(cx, after->id, "updated");
	outbox_add(cx, "patient.updated", after->id, after->version);
	audit_add(cx, "patient.update", after->id, "success");
	return name_conflict(cx, pg_run(cx));
}

/* One attempt. ERR_VERSION without faults when somebody was faster between load and store. */
static enum err
update_once(struct cx *cx, const char *ref, const struct change *change, struct patient *saved,
            struct patient *out)
{
	enum err err = patient_load(cx, ref, "patient.read", saved);

	if (err != OK)
		return err;
	*out = *saved;
	if (str_equal(saved->status, "archived"))
		return fail(cx, ERR_CONFLICT, archived_message);
	err = entity_read(cx, &patient_entity, change->from, change->also, out);
	fill_defaults(out);
	keep_unseen(cx, saved, out);
	if (patient_check(cx, out) != OK)
		return cx->err;
	if (change->version != NULL && !str_equal(change->version, saved->version))
		return fail_version(cx, saved, change->version, out);
	if (entity_diff(cx, &patient_entity, saved, out)[0] == NULL)
		return OK;
	return patient_save(cx, saved, out);
}

enum err
patient_update(struct cx *cx, const char *ref, const struct change *change, struct patient *saved,
               struct patient *out)
{
	enum err err = update_once(cx, ref, change, saved, out);

	for (int tries = 1; err == ERR_VERSION && cx->faults == NULL && tries < UPDATE_TRIES; tries++) {
		fail_clear(cx);
		err = update_once(cx, ref, change, saved, out);
	}
	return err;
}

enum err
patient_restore_version(struct cx *cx, const char *patient_id, const char *version,
                        const char *seen, struct patient *out)
{
	struct patient before = { 0 };
	struct patient old = { 0 };
	bool is_found = false;
	enum err err = patient_load(cx, patient_id, "patient.read", &before);

	if (err == OK)
		err = history_find(cx, patient_id, version, &old, &is_found);
	if (err != OK)
		return err;
	if (!is_found)
		return fail(cx, ERR_NOT_FOUND, "There is no such version.");
	*out = before;
	if (seen != NULL && !str_equal(seen, before.version))
		return patient_outdated(cx, &before);
	if (str_equal(before.status, "archived"))
		return fail(cx, ERR_CONFLICT, archived_message);
	for (size_t i = 0; i < patient_entity.count; i++)
		if (!(patient_entity.fields[i].flags & FIELD_READONLY))
			field_set(&patient_entity.fields[i], out, field_get(&patient_entity.fields[i], &old));
	if (str_equal(out->status, "archived"))
		out->status = before.status; /* archiving is a step of its own */
	err = patient_check(cx, out);
	if (err != OK || entity_diff(cx, &patient_entity, &before, out)[0] == NULL)
		return err;
	return patient_save(cx, &before, out);
}
