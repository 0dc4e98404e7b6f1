/*
 * Access tokens: only what was signed with our key is good. The input is taken as it is; where it
 * has two parts with a dot between them, also with a right signature, so that what lies behind the
 * signature's check is reached.
 */
#include "fuzz.h"

#include "sec/digest.h"
#include "sec/keyring.h"
#include "sec/token.h"
#include "base/compat.h"

enum { NOW = 1800000000 };

static const struct keyring keyring = {
	.keys = { { "token", "1", { 't', 'o', 'k', 'e', 'n' } }, { "form", "2", { 'f' } } },
	.count = 2,
};

static void
check_good(struct arena *arena, const char *token)
{
	struct claims claims = { 0 };

	if (token_read(arena, &keyring, token, NOW, &claims) == TOKEN_GOOD) {
		must(claims.user_id != NULL && claims.hospital_id != NULL && claims.role != NULL);
		must(claims.session_id != NULL && claims.expires_at > NOW);
		must(token_has_shape(token));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(FUZZ_CAP);
	const char *text = fuzz_text(arena, data, size);
	unsigned char mac[DIGEST_SIZE];

	check_good(arena, text);
	digest_hmac(keyring.keys[0].bytes, KEY_SIZE, text, strlen(text), mac);
	check_good(arena,
	           arena_printf(arena, "%s.%s", text, base64url_encode(arena, mac, sizeof(mac))));
	/* The same once more with the input as a header, or as claims, in the clear. */
	const char *header = base64url_encode(arena, "{\"alg\":\"HS256\",\"kid\":\"1\"}", 25);
	text = arena_printf(arena, "%s.%s", header, base64url_encode(arena, data, size));
	digest_hmac(keyring.keys[0].bytes, KEY_SIZE, text, strlen(text), mac);
	check_good(arena,
	           arena_printf(arena, "%s.%s", text, base64url_encode(arena, mac, sizeof(mac))));
	arena_destroy(arena);
	return 0;
}
