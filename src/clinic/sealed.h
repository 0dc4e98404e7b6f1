/*
 * sealed.h - the sealed fields of a record, as they go into the database and come out of it.
 *
 * All of them are one JSON object, sealed under the patient's own key and bound to its row, so that
 * a list opens none and a record opens one. A record without such values has no blob, and needs no
 * key.
 */
#ifndef CAREDESK_CLINIC_SEALED_H
#define CAREDESK_CLINIC_SEALED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "clinic/patient.h"

/* What a record's sealed fields are in the database: bytea literals, NULL for none. */
struct sealed {
	const char *blob;
	const char *national_id_hash;
	const char *new_key; /* the patient's key, where it had none yet: to be stored as well */
};

/* Opens the columns `sealed` and `wrapped` of a row into the record's sealed fields. Unless
 * vault_ready() came before, this may run a batch, after which the row is gone: read all else
 * first. */
enum err sealed_open(struct cx *cx, size_t slot, int row, struct patient *patient)
	__attribute__((warn_unused_result));

/* Seals the record's sealed fields. */
enum err sealed_make(struct cx *cx, struct patient *patient, struct sealed *out)
	__attribute__((warn_unused_result));

#endif
