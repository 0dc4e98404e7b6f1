/*
 * replay_main.c - runs a fuzz target once over every file of its corpus, without libFuzzer.
 *
 * The corpus is tests/fuzz/corpus/<target> below CAREDESK_SRCDIR, <target> what follows fuzz_ in
 * the program's name; or the files named as arguments. An empty corpus is a failure.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "base/compat.h"

static void
replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0;
	uint8_t chunk[4096];

	if (file == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	for (size_t n; (n = fread(chunk, 1, sizeof(chunk), file)) > 0; size += n) {
		data = realloc(data, size + n);
		must(data != NULL);
		memcpy(data + size, chunk, n);
	}
	fclose(file);
	/* Exactly as large as the input, so that AddressSanitizer sees who reads past its end. */
	uint8_t *exact = malloc(size > 0 ? size : 1);
	must(exact != NULL);
	if (size > 0)
		memcpy(exact, data, size);
	free(data);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static int
replay_folder(const char *folder)
{
	DIR *directory = opendir(folder);
	int count = 0;

	if (directory == NULL) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		return 0;
	}
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		char path[4096];
		if (entry->d_name[0] == '.')
			continue;
		must(snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) < (int)sizeof(path));
		replay(path);
		count++;
	}
	closedir(directory);
	return count;
}

int
main(int argc, char **argv)
{
	const char *root = getenv("CAREDESK_SRCDIR");
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash == NULL ? argv[0] : slash + 1;
	const char *target = strncmp(name, "fuzz_", 5) == 0 ? name + 5 : name;
	char folder[4096];

	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc > 1)
		return 0;
	must(snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", root == NULL ? "." : root,
	              target) < (int)sizeof(folder));
	int count = replay_folder(folder);
	printf("%s: %d inputs replayed\n", name, count);
	return count > 0 ? 0 : 1;
}
