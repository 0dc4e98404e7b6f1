/*
 * vault.h - the keys under which patients' sensitive values are sealed.
 *
 * An envelope of three: the master key, in the key file, wraps each hospital's key; that wraps each
 * patient's own key; that seals the patient's values. Only wrapped keys are in the database. Each
 * is bound to its hospital, its patient and its purpose. A worker keeps the keys of hospitals it
 * has worked for, and wipes them when it ends; a patient's key lives as long as the request.
 *
 * The blind index is a keyed hash, HMAC-SHA-256 under a key of the hospital's own: equal values
 * have equal hashes there, and nobody without the key can try values out.
 */
#ifndef CAREDESK_CLINIC_VAULT_H
#define CAREDESK_CLINIC_VAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct keyring;
struct vault;

/* A worker's vault, in an arena that lives as long as the worker. The keyring must outlive it. */
struct vault *vault_create(struct arena *arena, const struct keyring *keyring);

/* Wipes the keys. NULL is allowed. */
void vault_destroy(struct vault *vault);

/* Makes sure that the caller's hospital's key is at hand: loads it, or makes it for a hospital that
 * has none yet. Once a hospital and worker this is a round trip or two. */
enum err vault_ready(struct cx *cx) __attribute__((warn_unused_result));

/* A new key for a patient, wrapped, as a bytea literal. After vault_ready(). */
const char *vault_key_create(struct cx *cx, const char *patient_id);

/* Seals a text under the patient's (wrapped) key, for a purpose: "record", "answer". A bytea
 * literal. ERR_INTERNAL when the key does not open. */
enum err vault_seal(struct cx *cx, const char *patient_id, const char *wrapped, const char *purpose,
                    const char *text, const char **out) __attribute__((warn_unused_result));

/* Opens what vault_seal() made. ERR_INTERNAL, with a line in the log, when it does not open:
 * somebody changed or moved it, or a key is missing. */
enum err vault_unseal(struct cx *cx, const char *patient_id, const char *wrapped,
                      const char *purpose, const char *sealed, const char **out)
	__attribute__((warn_unused_result));

/* The blind index of a value, for a purpose: a bytea literal. */
const char *vault_blind(struct cx *cx, const char *purpose, const char *value);

/* A hospital's wrapped key (a bytea literal) under another master key; NULL where it does not open.
 */
struct sealer;
const char *vault_rewrap(struct arena *arena, struct sealer *sealer, const char *hospital_id,
                         const unsigned char *from, const unsigned char *to, const char *wrapped);

#endif
