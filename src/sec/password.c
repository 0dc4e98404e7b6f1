#include "sec/password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sec/digest.h"

#include "base/compat.h"

/* Of a password that nobody has; its salt and cost are those of password_hash(). */
static const char nobody[] =
	"$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7";

/* crypt(3) with its scratch memory, which has held the password, wiped. */
static bool
hash_into(const char *password, const char *setting, char out[CRYPT_OUTPUT_SIZE])
{
	struct crypt_data *data = calloc(1, sizeof(*data));

	must(data != NULL);
	const char *hash = crypt_r(password, setting, data);
	bool is_good = hash != NULL && hash[0] != '*';
	if (is_good)
		memcpy(out, hash, strlen(hash) + 1);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return is_good;
}

const char *
password_hash(struct arena *arena, const char *password)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	char out[CRYPT_OUTPUT_SIZE];
	char random[32];

	random_fill(random, sizeof(random));
	must(crypt_gensalt_rn("$y$", 0, random, sizeof(random), setting, sizeof(setting)) != NULL);
	must(hash_into(password, setting, out));
	return arena_strdup(arena, out);
}

bool
password_matches(const char *password, const char *hash)
{
	char out[CRYPT_OUTPUT_SIZE];
	bool is_known = hash != NULL;

	if (strlen(password) > PASSWORD_BYTES_MOST) {
		password = ""; /* crypt(3) refuses it at once; the time must be the same */
		is_known = false;
	}
	if (!hash_into(password, is_known ? hash : nobody, out))
		return false;
	return secret_equal(out, is_known ? hash : nobody) && is_known;
}
