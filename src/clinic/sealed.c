#include "clinic/sealed.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "clinic/vault.h"
#include "db/pg.h"

#include "base/compat.h"

enum err
sealed_open(struct cx *cx, size_t slot, int row, struct patient *patient)
{
	const char *blob = pg_text(cx, slot, row, "sealed");
	const char *text = NULL;
	const char *fault = NULL;

	patient->wrapped_key = pg_text(cx, slot, row, "wrapped");
	if (blob == NULL || patient->wrapped_key == NULL)
		return OK; /* never sealed, or its key is destroyed */
	enum err err = vault_unseal(cx, patient->id, patient->wrapped_key, "record", blob, &text);
	if (err != OK)
		return err;
	struct json_object *values = json_read(cx->arena, text, strlen(text), &fault);
	must(values != NULL);
	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		if (field->flags & FIELD_SEALED)
			field_set(field, patient, json_text(values, field->name));
	}
	return OK;
}

/* What of an identity number tells it from others: letters and digits, letters as capitals. */
static const char *
bare_id(struct arena *arena, const char *id)
{
	char *bare = arena_alloc(arena, strlen(id) + 1);
	size_t len = 0;

	for (; *id != '\0'; id++)
		if (isalnum((unsigned char)*id) || (unsigned char)*id >= 0x80)
			bare[len++] = (char)toupper((unsigned char)*id);
	return bare;
}

enum err
sealed_make(struct cx *cx, struct patient *patient, struct sealed *out)
{
	struct json_object *values = json_object_in(cx->arena);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		const char *value = field_get(field, patient);
		if ((field->flags & FIELD_SEALED) && value != NULL)
			json_add(values, field->name, value);
	}
	if (json_object_object_length(values) == 0)
		return OK;
	enum err err = vault_ready(cx);
	if (err != OK)
		return err;
	if (patient->wrapped_key == NULL)
		patient->wrapped_key = out->new_key = vault_key_create(cx, patient->id);
	if (patient->national_id != NULL)
		out->national_id_hash = vault_blind(cx, "national-id",
		                                    bare_id(cx->arena, patient->national_id));
	return vault_seal(cx, patient->id, patient->wrapped_key, "record",
	                  json_print(cx->arena, values), &out->blob);
}
