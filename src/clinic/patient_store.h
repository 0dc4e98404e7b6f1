/*
 * patient_store.h - a patient's record: created, loaded, changed, with its version, audit and
 * outbox.
 *
 * Each function here speaks to the database in whole batches: what is read and the audit row that
 * says who read it, what is changed, its version, its outbox row and its audit row, succeed or fail
 * together. All memory is the request's arena.
 */
#ifndef CAREDESK_CLINIC_PATIENT_STORE_H
#define CAREDESK_CLINIC_PATIENT_STORE_H

#include <stdbool.h>

#include "base/err.h"
#include "clinic/patient.h"

struct json_object;

/* What a repeated creation is recognised by; NULL: it is not. `body_hash` is SHA-256 in hex. */
struct idempotency {
	const char *key;
	const char *body_hash;
};

/*
 * Creates a record from what the client sent: id, MRN, version and times are drawn here. On OK
 * `*answer` is the new patient as JSON, and `*out` the record; a repeated creation (same key, same
 * body) gives the first answer again and creates nothing, and `*is_repeat` says so. The same key
 * with another body is ERR_KEY_REUSED.
 */
enum err patient_create(struct cx *cx, struct json_object *from, const char *const *also,
                        const struct idempotency *idempotency, struct patient *out,
                        struct json_object **answer, bool *is_repeat)
	__attribute__((warn_unused_result));

/* Loads a record by its id, or by "mrn:…". ERR_PATIENT_NOT_FOUND also for what another hospital
 * has. Writes the audit row `action`. */
enum err patient_load(struct cx *cx, const char *ref, const char *action, struct patient *out)
	__attribute__((warn_unused_result));

/* A change that a client asks for. */
struct change {
	struct json_object *from; /* what it names changes, null clears, the rest stays */
	const char *const *also;  /* names in it that are not the patient's */
	const char *version;      /* that the client saw, NULL where it does not care */
};

/*
 * Changes a record. `*saved` is the record as it was, as soon as it is loaded. ERR_VERSION when the
 * client's version is no longer current: then the faults say who changed what, and when, and `*out`
 * is what the client wants on top of what is saved. On OK `*out` is the record as saved; a change
 * that changes nothing writes nothing but the audit row.
 */
enum err patient_update(struct cx *cx, const char *ref, const struct change *change,
                        struct patient *saved, struct patient *out)
	__attribute__((warn_unused_result));

/* Saves a changed record in one batch: row, words, version, outbox, audit. `after` gets its
 * version, time and author here. ERR_VERSION without faults when the row is no longer `before`'s
 * version. */
enum err patient_save(struct cx *cx, const struct patient *before, struct patient *after)
	__attribute__((warn_unused_result));

/* The failure that the client saw another version than the record now has. */
enum err patient_outdated(struct cx *cx, const struct patient *current);

/* The version that follows. */
const char *version_after(struct arena *arena, const char *version);

/* Makes the values of an old version the record's again, as a new version. `seen` is the version
 * that the client saw, NULL where it does not care. */
enum err patient_restore_version(struct cx *cx, const char *patient_id, const char *version,
                                 const char *seen, struct patient *out)
	__attribute__((warn_unused_result));

#endif
