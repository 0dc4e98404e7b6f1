#include "sec/keyring.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "sec/digest.h"

#include "base/compat.h"

static const char *const purposes[] = { "token", "form", "master" };

static const char *
read_line(struct keyring *keyring, char *line)
{
	struct key *key = &keyring->keys[keyring->count];
	char text[64];
	int end = 0;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return NULL;
	if (keyring->count == KEYS_MOST)
		return "the key file has too many keys";
	if (sscanf(line, "%15s %23s %63s%n", key->purpose, key->id, text, &end) != 3 ||
	    line[end] != '\0')
		return "the key file has a line that is not `purpose id key`";
	bool is_key = base64url_decode(text, key->bytes, KEY_SIZE);
	explicit_bzero(text, sizeof(text));
	if (!is_key)
		return "the key file has a key that is not 32 bytes in base64url";
	keyring->count++;
	return NULL;
}

const char *
keyring_load(struct keyring *keyring, const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat status;
	char line[256];
	const char *fault = NULL;

	memset(keyring, 0, sizeof(*keyring));
	if (file == NULL)
		return "the key file cannot be read";
	if (fstat(fileno(file), &status) != 0 || (status.st_mode & 077) != 0)
		fault = "the key file can be read by others than its owner";
	while (fault == NULL && fgets(line, sizeof(line), file) != NULL)
		fault = read_line(keyring, line);
	explicit_bzero(line, sizeof(line));
	fclose(file);
	for (size_t i = 0; fault == NULL && i < COUNT_OF(purposes); i++)
		if (keyring_newest(keyring, purposes[i]) == NULL)
			fault = "the key file lacks a key";
	return fault;
}

bool
keyring_create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct arena *arena = arena_create(64 * 1024);
	bool is_good = fd >= 0;

	if (is_good)
		is_good = dprintf(fd,
		                  "# Keys of this installation. Whoever reads them can act as anyone.\n") >
		          0;
	for (size_t i = 0; is_good && i < COUNT_OF(purposes); i++)
		is_good = dprintf(fd, "%s %lld %s\n", purposes[i], (long long)clock_seconds(),
		                  random_token(arena, KEY_SIZE)) > 0;
	arena_destroy(arena);
	if (fd >= 0)
		is_good = fsync(fd) == 0 && close(fd) == 0 && is_good;
	return is_good;
}

bool
keyring_add(const char *path, const char *purpose)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	struct arena *arena = arena_create(4 * 1024);
	bool is_good = fd >= 0;

	if (is_good)
		is_good = dprintf(fd, "%s %lld %s\n", purpose, (long long)clock_milliseconds(),
		                  random_token(arena, KEY_SIZE)) > 0;
	arena_destroy(arena);
	if (fd >= 0)
		is_good = fsync(fd) == 0 && close(fd) == 0 && is_good;
	return is_good;
}

bool
keyring_complete(const char *path)
{
	struct keyring keyring;
	bool is_good = true;

	(void)keyring_load(&keyring, path); /* also a file that lacks keys is read */
	for (size_t i = 0; i < COUNT_OF(purposes) && keyring.count > 0; i++)
		if (keyring_newest(&keyring, purposes[i]) == NULL)
			is_good = keyring_add(path, purposes[i]) && is_good;
	keyring_wipe(&keyring);
	return is_good;
}

const struct key *
keyring_newest(const struct keyring *keyring, const char *purpose)
{
	for (size_t i = keyring->count; i > 0; i--)
		if (strcmp(keyring->keys[i - 1].purpose, purpose) == 0)
			return &keyring->keys[i - 1];
	return NULL;
}

const struct key *
keyring_find(const struct keyring *keyring, const char *purpose, const char *id)
{
	for (size_t i = 0; i < keyring->count; i++)
		if (strcmp(keyring->keys[i].purpose, purpose) == 0 && strcmp(keyring->keys[i].id, id) == 0)
			return &keyring->keys[i];
	return NULL;
}

void
keyring_wipe(struct keyring *keyring)
{
	explicit_bzero(keyring, sizeof(*keyring));
}
