/*
 * Settings: a file that is accepted gives settings that are printed and read again as the same; the
 * input's first line is also a variable of the environment.
 */
#include "fuzz.h"

#include "base/buf.h"
#include "base/config.h"
#include "base/compat.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(FUZZ_CAP);
	const char *text = fuzz_text(arena, data, size);
	char *line = arena_strndup(arena, text, strcspn(text, "\n"));
	char *variables[] = { arena_printf(arena, "CAREDESK_%s", line), NULL };
	char *none[] = { NULL };
	struct config config;
	struct buf first;
	struct buf second;

	const char *fault = config_parse(&config, arena, text, none);
	must(fault == NULL || *fault != '\0');
	if (fault == NULL) {
		must(config.workers >= 1 && config.https_port <= 65535);
		buf_init(&first, arena, 0);
		config_print(&config, &first);
		must(config_parse(&config, arena, first.data, none) == NULL);
		buf_init(&second, arena, 0);
		config_print(&config, &second);
		must(strcmp(first.data, second.data) == 0);
	}
	(void)config_parse(&config, arena, NULL, variables);
	arena_destroy(arena);
	return 0;
}
