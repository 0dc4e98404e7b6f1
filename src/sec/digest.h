/*
 * digest.h - hashes, keyed hashes, random bytes and their text forms, by OpenSSL.
 */
#ifndef CAREDESK_SEC_DIGEST_H
#define CAREDESK_SEC_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum { DIGEST_SIZE = 32 };

/* SHA-256 (FIPS 180-4) of the bytes. */
void digest_sha256(const void *bytes, size_t len, unsigned char out[DIGEST_SIZE]);

/* The same as 64 lower-case hexadecimal digits. */
const char *digest_hex(struct arena *arena, const void *bytes, size_t len);

/* HMAC-SHA-256 (RFC 2104). */
void digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
                 unsigned char out[DIGEST_SIZE]);

/* Bytes from the kernel's generator; never fails. */
void random_fill(void *bytes, size_t len);

/* `len` random bytes in base64url: a token that nobody guesses when len is 32. */
const char *random_token(struct arena *arena, size_t len);

/* Base64url without padding (RFC 4648, section 5). */
const char *base64url_encode(struct arena *arena, const void *bytes, size_t len);

/* Decodes exactly `len` bytes; false when the text is anything else. */
bool base64url_decode(const char *text, unsigned char *out, size_t len);

/* Whether two secrets are equal, in a time that does not depend on where they differ. */
bool secret_equal(const char *a, const char *b);

#endif
