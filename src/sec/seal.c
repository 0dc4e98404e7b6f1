#include "sec/seal.h"

#include <openssl/evp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sec/digest.h"

#include "base/compat.h"

enum { FORMAT = 1, NONCE_SIZE = 12, TAG_SIZE = 16 };

struct sealer {
	EVP_CIPHER_CTX *context;
	EVP_CIPHER *cipher;
};

struct sealer *
sealer_create(void)
{
	struct sealer *sealer = calloc(1, sizeof(*sealer));

	must(sealer != NULL);
	sealer->context = EVP_CIPHER_CTX_new();
	sealer->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	must(sealer->context != NULL && sealer->cipher != NULL);
	return sealer;
}

void
sealer_destroy(struct sealer *sealer)
{
	if (sealer == NULL)
		return;
	EVP_CIPHER_CTX_free(sealer->context);
	EVP_CIPHER_free(sealer->cipher);
	free(sealer);
}

void
seal(struct sealer *sealer, const unsigned char key[SEAL_KEY_SIZE], const char *binding,
     const void *plain, size_t len, unsigned char *out)
{
	EVP_CIPHER_CTX *context = sealer->context;
	unsigned char *nonce = out + 1;
	unsigned char *text = nonce + NONCE_SIZE;
	int n = 0;

	must(len <= INT_MAX - SEAL_OVERHEAD);
	out[0] = FORMAT;
	random_fill(nonce, NONCE_SIZE);
	must(EVP_EncryptInit_ex2(context, sealer->cipher, key, nonce, NULL) == 1);
	must(EVP_EncryptUpdate(context, NULL, &n, (const unsigned char *)binding,
	                       (int)strlen(binding)) == 1);
	must(EVP_EncryptUpdate(context, text, &n, plain, (int)len) == 1 && (size_t)n == len);
	must(EVP_EncryptFinal_ex(context, text + len, &n) == 1);
	must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, text + len) == 1);
	must(EVP_CIPHER_CTX_reset(context) == 1);
}

bool
unseal(struct sealer *sealer, const unsigned char key[SEAL_KEY_SIZE], const char *binding,
       const void *sealed, size_t len, unsigned char *out)
{
	EVP_CIPHER_CTX *context = sealer->context;
	const unsigned char *in = sealed;
	unsigned char tag[TAG_SIZE];
	int n = 0;

	if (len < SEAL_OVERHEAD || len > INT_MAX || in[0] != FORMAT)
		return false;
	size_t plain = len - SEAL_OVERHEAD;
	const unsigned char *text = in + 1 + NONCE_SIZE;
	memcpy(tag, text + plain, TAG_SIZE);
	must(EVP_DecryptInit_ex2(context, sealer->cipher, key, in + 1, NULL) == 1);
	must(EVP_DecryptUpdate(context, NULL, &n, (const unsigned char *)binding,
	                       (int)strlen(binding)) == 1);
	must(EVP_DecryptUpdate(context, out, &n, text, (int)plain) == 1);
	must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1);
	bool is_true = EVP_DecryptFinal_ex(context, out + plain, &n) == 1;
	must(EVP_CIPHER_CTX_reset(context) == 1);
	if (!is_true)
		explicit_bzero(out, plain);
	return is_true;
}
