/*
 * seal.h - sealing: AES-256-GCM (NIST SP 800-38D) by OpenSSL, through one context a worker.
 *
 * What is sealed is bound to a text that says what it is and to which row it belongs, as associated
 * data: moved anywhere else, or changed in any bit, it does not open. The sealed form is one byte
 * that names the format, a random 96-bit nonce, the ciphertext, and the 128-bit tag. A key seals
 * one patient's few values, so random nonces do not meet.
 */
#ifndef CAREDESK_SEC_SEAL_H
#define CAREDESK_SEC_SEAL_H

#include <stdbool.h>
#include <stddef.h>

enum { SEAL_KEY_SIZE = 32, SEAL_OVERHEAD = 1 + 12 + 16 };

struct sealer;

/* A context, kept as long as the worker lives. */
struct sealer *sealer_create(void);
void sealer_destroy(struct sealer *sealer);

/* Seals `len` bytes into `out`, which takes len + SEAL_OVERHEAD. */
void seal(struct sealer *sealer, const unsigned char key[SEAL_KEY_SIZE], const char *binding,
          const void *plain, size_t len, unsigned char *out);

/* Opens `len` sealed bytes into `out`, which takes len - SEAL_OVERHEAD. False, with `out` wiped,
 * when they are too short, changed, of another key or bound to something else. */
bool unseal(struct sealer *sealer, const unsigned char key[SEAL_KEY_SIZE], const char *binding,
            const void *sealed, size_t len, unsigned char *out);

#endif
