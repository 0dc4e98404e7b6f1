#include "clinic/vault.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "db/pg.h"
#include "sec/digest.h"
#include "sec/keyring.h"
#include "sec/seal.h"

#include "base/compat.h"

enum { HOSPITALS_MOST = 64, WRAPPED_SIZE = SEAL_KEY_SIZE + SEAL_OVERHEAD };

/* A hospital's two keys, made from the one that is stored. */
struct hospital_keys {
	long hospital; /* 0: unused */
	unsigned char wrap[SEAL_KEY_SIZE];
	unsigned char blind[SEAL_KEY_SIZE];
};

struct vault {
	const struct keyring *keyring;
	struct sealer *sealer;
	struct hospital_keys hospitals[HOSPITALS_MOST];
	size_t next; /* the one that a new hospital takes when all are taken */
};

struct vault *
vault_create(struct arena *arena, const struct keyring *keyring)
{
	struct vault *vault = arena_alloc(arena, sizeof(*vault));

	vault->keyring = keyring;
	vault->sealer = sealer_create();
	return vault;
}

void
vault_destroy(struct vault *vault)
{
	if (vault == NULL)
		return;
	sealer_destroy(vault->sealer);
	explicit_bzero(vault, sizeof(*vault));
}

static struct hospital_keys *
keys_of(struct cx *cx)
{
	long hospital = strtol(cx->caller.hospital_id, NULL, 10);

	for (size_t i = 0; i < HOSPITALS_MOST; i++)
		if (cx->vault->hospitals[i].hospital == hospital && hospital != 0)
			return &cx->vault->hospitals[i];
	return NULL;
}

static const char *
hospital_binding(struct arena *arena, const char *hospital_id)
{
	return arena_printf(arena, "caredesk hospital-key %s", hospital_id);
}

static enum err
broken(struct cx *cx, const char *what)
{
	log_event(LOG_ERROR, "seal_broken", "what", what, "requestId", cx->caller.request_id, NULL);
	return fail(cx, ERR_INTERNAL, NULL);
}

/* Opens the hospital's stored key and derives the two that are used: one wraps, one hashes. */
static enum err
take_key(struct cx *cx, const char *master_id, const char *wrapped)
{
	const struct key *master = keyring_find(cx->vault->keyring, "master", master_id);
	unsigned char stored[SEAL_KEY_SIZE];
	unsigned char bytes[WRAPPED_SIZE];

	if (master == NULL || !pg_unbytes(wrapped, bytes, sizeof(bytes)) ||
	    !unseal(cx->vault->sealer, master->bytes,
	            hospital_binding(cx->arena, cx->caller.hospital_id), bytes, sizeof(bytes), stored))
		return broken(cx, "hospital key");
	struct hospital_keys *keys = &cx->vault->hospitals[cx->vault->next++ % HOSPITALS_MOST];
	keys->hospital = strtol(cx->caller.hospital_id, NULL, 10);
	digest_hmac(stored, sizeof(stored), "wrap", strlen("wrap"), keys->wrap);
	digest_hmac(stored, sizeof(stored), "blind", strlen("blind"), keys->blind);
	explicit_bzero(stored, sizeof(stored));
	return OK;
}

static const char *
make_key(struct cx *cx, const struct key *master)
{
	unsigned char key[SEAL_KEY_SIZE];
	unsigned char wrapped[WRAPPED_SIZE];

	random_fill(key, sizeof(key));
	seal(cx->vault->sealer, master->bytes, hospital_binding(cx->arena, cx->caller.hospital_id), key,
	     sizeof(key), wrapped);
	explicit_bzero(key, sizeof(key));
	return pg_bytes(cx->arena, wrapped, sizeof(wrapped));
}

enum err
vault_ready(struct cx *cx)
{
	const struct key *master = keyring_newest(cx->vault->keyring, "master");

	if (keys_of(cx) != NULL)
		return OK;
	must(master != NULL);
	for (int attempt = 0; attempt < 2; attempt++) {
		pg_begin(cx, PG_WRITE);
		/* A hospital without a key gets one; of two workers that make it, the first one's stays. */
		if (attempt > 0)
			pg_add(cx, STATEMENT_hospital_key_add, master->id, make_key(cx, master));
		size_t slot = pg_add_array(cx, STATEMENT_hospital_key_find, NULL, 0);
		enum err err = pg_run(cx);
		if (err != OK)
			return err;
		if (pg_count(cx, slot) == 1)
			return take_key(cx, pg_text(cx, slot, 0, "master_id"), pg_text(cx, slot, 0, "wrapped"));
	}
	return broken(cx, "hospital key");
}

static const char *
patient_binding(struct cx *cx, const char *purpose, const char *patient_id)
{
	return arena_printf(cx->arena, "caredesk %s %s %s", purpose, cx->caller.hospital_id,
	                    patient_id);
}

const char *
vault_key_create(struct cx *cx, const char *patient_id)
{
	const struct hospital_keys *keys = keys_of(cx);
	unsigned char key[SEAL_KEY_SIZE];
	unsigned char wrapped[WRAPPED_SIZE];

	must(keys != NULL);
	random_fill(key, sizeof(key));
	seal(cx->vault->sealer, keys->wrap, patient_binding(cx, "patient-key", patient_id), key,
	     sizeof(key), wrapped);
	explicit_bzero(key, sizeof(key));
	return pg_bytes(cx->arena, wrapped, sizeof(wrapped));
}

/* The patient's key, opened into memory of the request. */
static enum err
open_key(struct cx *cx, const char *patient_id, const char *wrapped, unsigned char **key)
{
	unsigned char bytes[WRAPPED_SIZE];
	enum err err = vault_ready(cx);

	if (err != OK)
		return err;
	*key = arena_alloc(cx->arena, SEAL_KEY_SIZE);
	if (wrapped == NULL || !pg_unbytes(wrapped, bytes, sizeof(bytes)) ||
	    !unseal(cx->vault->sealer, keys_of(cx)->wrap,
	            patient_binding(cx, "patient-key", patient_id), bytes, sizeof(bytes), *key))
		return broken(cx, "patient key");
	return OK;
}

enum err
vault_seal(struct cx *cx, const char *patient_id, const char *wrapped, const char *purpose,
           const char *text, const char **out)
{
	unsigned char *key = NULL;
	size_t len = strlen(text);
	unsigned char *sealed = arena_alloc(cx->arena, len + SEAL_OVERHEAD);
	enum err err = open_key(cx, patient_id, wrapped, &key);

	if (err != OK)
		return err;
	seal(cx->vault->sealer, key, patient_binding(cx, purpose, patient_id), text, len, sealed);
	*out = pg_bytes(cx->arena, sealed, len + SEAL_OVERHEAD);
	return OK;
}

enum err
vault_unseal(struct cx *cx, const char *patient_id, const char *wrapped, const char *purpose,
             const char *sealed, const char **out)
{
	unsigned char *key = NULL;
	size_t len = strlen(sealed) / 2 - 1; /* \x and two digits a byte */
	unsigned char *bytes = arena_alloc(cx->arena, len);
	enum err err = open_key(cx, patient_id, wrapped, &key);

	if (err != OK)
		return err;
	if (len < SEAL_OVERHEAD || !pg_unbytes(sealed, bytes, len))
		return broken(cx, purpose);
	char *text = arena_alloc(cx->arena, len - SEAL_OVERHEAD + 1);
	if (!unseal(cx->vault->sealer, key, patient_binding(cx, purpose, patient_id), bytes, len,
	            (unsigned char *)text))
		return broken(cx, purpose);
	*out = text;
	return OK;
}

const char *
vault_blind(struct cx *cx, const char *purpose, const char *value)
{
	const struct hospital_keys *keys = keys_of(cx);
	const char *text = arena_printf(cx->arena, "%s %s", purpose, value);
	unsigned char mac[DIGEST_SIZE];

	must(keys != NULL);
	digest_hmac(keys->blind, sizeof(keys->blind), text, strlen(text), mac);
	return pg_bytes(cx->arena, mac, sizeof(mac));
}

const char *
vault_rewrap(struct arena *arena, struct sealer *sealer, const char *hospital_id,
             const unsigned char *from, const unsigned char *to, const char *wrapped)
{
	const char *binding = hospital_binding(arena, hospital_id);
	unsigned char *key = arena_alloc(arena, SEAL_KEY_SIZE);
	unsigned char bytes[WRAPPED_SIZE];

	if (!pg_unbytes(wrapped, bytes, sizeof(bytes)) ||
	    !unseal(sealer, from, binding, bytes, sizeof(bytes), key))
		return NULL;
	seal(sealer, to, binding, key, SEAL_KEY_SIZE, bytes);
	return pg_bytes(arena, bytes, sizeof(bytes));
}
