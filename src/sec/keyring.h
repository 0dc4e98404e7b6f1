/*
 * keyring.h - the secret keys of an installation, from a file that never enters the database.
 *
 * A line of the file is `purpose id key`, the key 32 bytes in base64url. A purpose may have several
 * keys: the last one is used for what is made anew, all of them for what comes back, so that keys
 * are rotated by adding a line. The file must be readable by its owner alone. A worker loads it
 * once; the keys are wiped when it ends.
 */
#ifndef CAREDESK_SEC_KEYRING_H
#define CAREDESK_SEC_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

enum { KEY_SIZE = 32, KEYS_MOST = 32 };

/* token: signs access tokens. form: makes the CSRF tokens of forms. master: wraps
 * the hospitals' keys. */
struct key {
	char purpose[16];
	char id[24];
	unsigned char bytes[KEY_SIZE];
};

struct keyring {
	struct key keys[KEYS_MOST];
	size_t count;
};

/* Reads the file. Returns NULL, or what is wrong with it (no key material in the sentence). */
const char *keyring_load(struct keyring *keyring, const char *path);

/* Makes the file, mode 0600, with a fresh key for each purpose. False where it exists already or
 * can't be written; errno says which. */
bool keyring_create(const char *path);

/* Appends a fresh key of the purpose to the file: from the next start on it is the newest. False,
 * with errno, where that can't be done. */
bool keyring_add(const char *path, const char *purpose);

/* Appends a key for each purpose that the file has none for: a file of an earlier version lacks
 * what came since. */
bool keyring_complete(const char *path);

/* The newest key of a purpose, and the one with this id; NULL where there is none. */
const struct key *keyring_newest(const struct keyring *keyring, const char *purpose);
const struct key *keyring_find(const struct keyring *keyring, const char *purpose, const char *id);

/* Overwrites the keys. */
void keyring_wipe(struct keyring *keyring);

#endif
