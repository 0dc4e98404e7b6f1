#include "sec/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/buf.h"

#include "base/compat.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
digest_sha256(const void *bytes, size_t len, unsigned char out[DIGEST_SIZE])
{
	must(EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL) == 1);
}

const char *
digest_hex(struct arena *arena, const void *bytes, size_t len)
{
	unsigned char digest[DIGEST_SIZE];
	struct buf text;

	digest_sha256(bytes, len, digest);
	buf_init(&text, arena, 2 * sizeof(digest));
	for (size_t i = 0; i < sizeof(digest); i++)
		buf_printf(&text, "%02x", digest[i]);
	return text.data;
}

void
digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
            unsigned char out[DIGEST_SIZE])
{
	must(HMAC(EVP_sha256(), key, (int)key_len, bytes, len, out, NULL) != NULL);
}

void
random_fill(void *bytes, size_t len)
{
	for (size_t filled = 0; filled < len;) {
		ssize_t n = getrandom((char *)bytes + filled, len - filled, 0);
		must(n > 0);
		filled += (size_t)n;
	}
}

const char *
random_token(struct arena *arena, size_t len)
{
	unsigned char *bytes = arena_alloc(arena, len);

	random_fill(bytes, len);
	return base64url_encode(arena, bytes, len);
}

const char *
base64url_encode(struct arena *arena, const void *bytes, size_t len)
{
	const unsigned char *in = bytes;
	struct buf text;

	buf_init(&text, arena, len * 4 / 3 + 4);
	for (size_t i = 0; i < len; i += 3) {
		unsigned word = (unsigned)in[i] << 16 | (i + 1 < len ? (unsigned)in[i + 1] << 8 : 0) |
		                (i + 2 < len ? in[i + 2] : 0);
		for (size_t k = 0; k < 4 && i + k <= len; k++)
			buf_putc(&text, alphabet[word >> (18 - 6 * k) & 63]);
	}
	return text.data;
}

bool
base64url_decode(const char *text, unsigned char *out, size_t len)
{
	size_t bits = 0;
	size_t written = 0;
	unsigned word = 0;

	if (strlen(text) != (len * 8 + 5) / 6)
		return false;
	for (; *text != '\0'; text++) {
		const char *at = strchr(alphabet, *text);
		if (at == NULL)
			return false;
		word = word << 6 | (unsigned)(at - alphabet);
		bits += 6;
		if (bits >= 8 && written < len) {
			bits -= 8;
			out[written++] = (unsigned char)(word >> bits);
		}
	}
	return written == len && (word & ((1u << bits) - 1)) == 0; /* one spelling (RFC 4648, 3.5) */
}

bool
secret_equal(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}
