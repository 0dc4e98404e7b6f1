#include "main/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "clinic/vault.h"
#include "db/admin.h"
#include "sec/keyring.h"
#include "sec/seal.h"

#include "base/compat.h"

enum { KEYS_CAP = 16 * 1024 * 1024 };

/* One key, "hospital master_id wrapped" as it was read. */
static bool
rewrap(struct admin *admin, struct arena *arena, const struct keyring *keyring, char *row)
{
	const char *hospital = strsep(&row, " ");
	const char *master_id = strsep(&row, " ");
	const struct key *newest = keyring_newest(keyring, "master");
	const struct key *old = keyring_find(keyring, "master", master_id);
	struct sealer *sealer = sealer_create();
	const char *wrapped = NULL;

	if (old != NULL)
		wrapped = vault_rewrap(arena, sealer, hospital, old->bytes, newest->bytes, row);
	sealer_destroy(sealer);
	if (wrapped == NULL) {
		fprintf(stderr, "caredesk: the key of hospital %s does not open: master key %s is %s\n",
		        hospital, master_id, old == NULL ? "missing in the key file" : "not its own");
		return false;
	}
	return admin_run(admin, arena, NULL, ADMIN_hospital_key_rewrap, hospital, master_id, newest->id,
	                 wrapped);
}

bool
keys_rotate(const struct config *config)
{
	struct arena *arena = arena_create(KEYS_CAP);
	struct keyring keyring;
	const char *fault = keyring_load(&keyring, config->key_file);
	struct admin *admin = fault == NULL ? admin_open(config->owner_database) : NULL;
	bool is_good = admin != NULL;
	long count = 0;

	if (fault != NULL)
		fprintf(stderr, "caredesk: %s: %s\n", config->key_file, fault);
	while (is_good) {
		const char *row = NULL;
		is_good = admin_run(admin, arena, &row, ADMIN_hospital_key_old,
		                    keyring_newest(&keyring, "master")->id);
		if (!is_good || row == NULL)
			break;
		is_good = rewrap(admin, arena, &keyring, arena_strdup(arena, row));
		count += is_good;
	}
	if (is_good)
		printf("keys wrapped anew: %ld\n", count);
	if (admin != NULL)
		admin_close(admin);
	keyring_wipe(&keyring);
	arena_destroy(arena);
	return is_good;
}
