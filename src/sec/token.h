/*
 * token.h - access tokens: JWTs (RFC 7519), HS256 alone, made and checked with libjwt.
 *
 * libjwt 1.10 takes more than it should (unsigned tokens when the key is empty, expired ones,
 * shapes that make it write past its buffer), so a token's shape, algorithm, key id and times are
 * checked here, around it.
 */
#ifndef CAREDESK_SEC_TOKEN_H
#define CAREDESK_SEC_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct keyring;

/* What a token says. */
struct claims {
	const char *user_id;
	const char *hospital_id;
	const char *role;
	const char *session_id;
	int64_t expires_at; /* seconds since 1970 */
};

enum token_state { TOKEN_GOOD, TOKEN_BAD, TOKEN_OLD };

/* A signed token. */
const char *token_create(struct arena *arena, const struct keyring *keyring,
                         const struct claims *claims);

/* Checks a token from outside. On TOKEN_GOOD the claims are filled, their texts in the arena;
 * TOKEN_OLD is one that was good until it ran out. `now` in seconds since 1970. */
enum token_state token_read(struct arena *arena, const struct keyring *keyring, const char *token,
                            int64_t now, struct claims *claims);

/* Whether the text has a compact JWT's shape: three non-empty segments of base64url, at most 4 kB.
 */
bool token_has_shape(const char *token);

#endif
