#include "sec/token.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "sec/digest.h"
#include "sec/keyring.h"

#include "base/compat.h"

enum { TOKEN_LONGEST = 4096 };

const char *
token_create(struct arena *arena, const struct keyring *keyring, const struct claims *claims)
{
	const struct key *key = keyring_newest(keyring, "token");
	jwt_t *jwt = NULL;

	must(key != NULL && jwt_new(&jwt) == 0);
	int failures = jwt_add_header(jwt, "kid", key->id) != 0;
	failures += jwt_add_grant(jwt, "sub", claims->user_id) != 0;
	failures += jwt_add_grant(jwt, "hid", claims->hospital_id) != 0;
	failures += jwt_add_grant(jwt, "role", claims->role) != 0;
	failures += jwt_add_grant(jwt, "sid", claims->session_id) != 0;
	failures += jwt_add_grant_int(jwt, "iat", (long)clock_seconds()) != 0;
	failures += jwt_add_grant_int(jwt, "exp", (long)claims->expires_at) != 0;
	failures += jwt_set_alg(jwt, JWT_ALG_HS256, key->bytes, KEY_SIZE) != 0;
	must(failures == 0);
	char *text = jwt_encode_str(jwt);
	must(text != NULL);
	const char *token = arena_strdup(arena, text);
	free(text);
	jwt_free(jwt);
	return token;
}

bool
token_has_shape(const char *token)
{
	int dots = 0;
	size_t segment = 0;

	for (const char *at = token; *at != '\0'; at++) {
		bool is_base64 = (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') ||
		                 (*at >= '0' && *at <= '9') || *at == '-' || *at == '_';
		if (at - token >= TOKEN_LONGEST || (!is_base64 && *at != '.') ||
		    (*at == '.' && segment == 0))
			return false;
		segment = *at == '.' ? 0 : segment + 1;
		dots += *at == '.';
	}
	return dots == 2 && segment > 0;
}

/* The token's header, to compare algorithm and key id before libjwt sees it; NULL if unreadable. */
static struct json_object *
read_header(struct arena *arena, const char *token)
{
	size_t len = strcspn(token, ".");
	size_t size = len * 3 / 4;
	unsigned char *bytes = arena_alloc(arena, size + 1);
	const char *fault = NULL;

	if (!base64url_decode(arena_strndup(arena, token, len), bytes, size))
		return NULL;
	return json_read(arena, (const char *)bytes, size, &fault);
}

static const struct key *
key_of(struct arena *arena, const struct keyring *keyring, const char *token)
{
	struct json_object *header = read_header(arena, token);

	if (header == NULL || !str_equal(json_text(header, "alg"), "HS256"))
		return NULL;
	const char *id = json_text(header, "kid");
	return id == NULL ? NULL : keyring_find(keyring, "token", id);
}

static bool
read_claims(struct arena *arena, jwt_t *jwt, struct claims *claims)
{
	const char **texts[] = { &claims->user_id, &claims->hospital_id, &claims->role,
		                     &claims->session_id };
	static const char *const names[] = { "sub", "hid", "role", "sid" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		*texts[i] = arena_strdup(arena, jwt_get_grant(jwt, names[i]));
		if (*texts[i] == NULL)
			return false;
	}
	claims->expires_at = jwt_get_grant_int(jwt, "exp");
	return true;
}

enum token_state
token_read(struct arena *arena, const struct keyring *keyring, const char *token, int64_t now,
           struct claims *claims)
{
	jwt_t *jwt = NULL;
	const struct key *key = NULL;

	if (token_has_shape(token))
		key = key_of(arena, keyring, token);
	if (key == NULL || jwt_decode(&jwt, token, key->bytes, KEY_SIZE) != 0)
		return TOKEN_BAD;
	bool is_good = jwt_get_alg(jwt) == JWT_ALG_HS256 && read_claims(arena, jwt, claims);
	jwt_free(jwt);
	if (!is_good)
		return TOKEN_BAD;
	return claims->expires_at > now ? TOKEN_GOOD : TOKEN_OLD;
}
