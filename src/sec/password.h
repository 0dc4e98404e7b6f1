/*
 * password.h - passwords of accounts, hashed with libxcrypt's yescrypt.
 */
#ifndef CAREDESK_SEC_PASSWORD_H
#define CAREDESK_SEC_PASSWORD_H

#include <stdbool.h>

struct arena;

enum { PASSWORD_BYTES_MOST = 511 }; /* crypt(3) counts the NUL in its 512 */

/* The hash of a password with a fresh salt, in crypt(5)'s form. */
const char *password_hash(struct arena *arena, const char *password);

/* Whether the password has this hash. With a NULL hash (no such account) does the same work and
 * returns false, so that time does not tell which accounts exist. */
bool password_matches(const char *password, const char *hash);

#endif
