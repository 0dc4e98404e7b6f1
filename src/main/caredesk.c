/*
 * caredesk.c - the sysadmin's command: `caredesk` alone prints what it can do.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "clinic/patient.h"
#include "clinic/role.h"
#include "db/admin.h"
#include "main/keys.h"
#include "main/seed.h"
#include "sec/keyring.h"
#include "web/openapi.h"
#include "web/route.h"

#include "base/compat.h"

enum { COMMAND_CAP = 16 * 1024 * 1024 };

struct command {
	const char *name;
	const char *usage;
	const char *help;
	int (*run)(const struct config *config, struct arena *arena, int argc, char **argv);
};

static int
run_config(const struct config *config, struct arena *arena, int argc, char **argv)
{
	struct buf out;

	if (argc == 2 && strcmp(argv[0], "get") == 0) {
		const char *value = config_get(config, arena, argv[1]);
		if (value == NULL) {
			fprintf(stderr, "caredesk: there is no setting %s\n", argv[1]);
			return 2;
		}
		printf("%s\n", value);
		return 0;
	}
	buf_init(&out, arena, 8192);
	config_print(config, &out);
	fputs(out.data, stdout);
	return 0;
}

static int
run_keys(const struct config *config, struct arena *arena, int argc, char **argv)
{
	struct keyring keyring;
	const char *fault = NULL;

	(void)arena;
	const char *verb = argc == 1 ? argv[0] : "";
	if (strcmp(verb, "rotate") == 0)
		return keys_rotate(config) ? 0 : 1;
	if (strcmp(verb, "add") == 0 && !keyring_add(config->key_file, "master")) {
		fprintf(stderr, "caredesk: %s: %s\n", config->key_file, strerror(errno));
		return 1;
	}
	if (strcmp(verb, "init") != 0 && strcmp(verb, "check") != 0 && strcmp(verb, "add") != 0) {
		fprintf(stderr, "caredesk: keys init, check, add or rotate\n");
		return 2;
	}
	bool is_init = strcmp(verb, "init") == 0;
	if (is_init && !keyring_create(config->key_file) &&
	    (errno != EEXIST || !keyring_complete(config->key_file))) {
		fprintf(stderr, "caredesk: %s: %s\n", config->key_file, strerror(errno));
		return 1;
	}
	fault = keyring_load(&keyring, config->key_file);
	keyring_wipe(&keyring);
	if (fault != NULL)
		fprintf(stderr, "caredesk: %s: %s\n", config->key_file, fault);
	return fault == NULL ? 0 : 1;
}

static int
run_migrate(const struct config *config, struct arena *arena, int argc, char **argv)
{
	static const struct {
		const char *name;
		bool (*run)(struct admin *admin);
	} ways[] = { { "up", migrate_up }, { "down", migrate_down }, { "status", migrate_status } };

	(void)arena;
	bool is_down = argc >= 1 && strcmp(argv[0], "down") == 0;
	if (is_down && (argc != 2 || strcmp(argv[1], "--yes") != 0)) {
		fprintf(stderr,
		        "caredesk: migrate down takes away what the newest migration made, with all "
		        "data in it.\nSay so: migrate down --yes\n");
		return 2;
	}
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		if (argc != (is_down ? 2 : 1) || strcmp(argv[0], ways[i].name) != 0)
			continue;
		struct admin *admin = admin_open(config->owner_database);
		if (admin == NULL)
			return 1;
		bool is_good = ways[i].run(admin);
		admin_close(admin);
		return is_good ? 0 : 1;
	}
	fprintf(stderr, "caredesk: migrate up, migrate down or migrate status\n");
	return 2;
}

static int
run_seed(const struct config *config, struct arena *arena, int argc, char **argv)
{
	(void)arena;
	if (argc != 2 || strcmp(argv[0], "--logins") != 0) {
		fprintf(stderr, "caredesk: seed --logins FILE\n");
		return 2;
	}
	return seed_hospital(config, argv[1]) ? 0 : 1;
}

static int
run_populate(const struct config *config, struct arena *arena, int argc, char **argv)
{
	char *end = NULL;
	long count = argc == 3 ? strtol(argv[0], &end, 10) : -1;

	(void)arena;
	if (argc != 3 || *end != '\0' || count < 0 || strcmp(argv[1], "--names") != 0) {
		fprintf(stderr, "caredesk: populate COUNT --names DIRECTORY\n");
		return 2;
	}
	return seed_patients(config, count, argv[2]) ? 0 : 1;
}

static int
run_routes(const struct config *config, struct arena *arena, int argc, char **argv)
{
	(void)config;
	(void)arena;
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &routes[i];
		printf("%-6s %-24s %-5s%-5s%-5s %-20s %s\n", route->method, route->path,
		       route->flags & API ? "api" : "", route->flags & PAGE ? "page" : "",
		       route->flags & ROOT ? "root" : "",
		       route->permission == PERMISSION_PUBLIC      ? "public"
		       : route->permission == PERMISSION_SIGNED_IN ? "signed in"
		                                                   : permission_text(route->permission),
		       route->name);
	}
	return 0;
}

static int
run_permissions(const struct config *config, struct arena *arena, int argc, char **argv)
{
	(void)config;
	(void)arena;
	(void)argc;
	(void)argv;
	for (size_t r = 0; role_name(r) != NULL; r++) {
		printf("%-14s", role_name(r));
		for (int p = 0; p < PERMISSION_COUNT; p++)
			if ((role_permissions(role_name(r)) & 1u << p) && *permission_text((enum permission)p))
				printf(" %s", permission_text((enum permission)p));
		printf("\n");
	}
	return 0;
}

static int
run_queries(const struct config *config, struct arena *arena, int argc, char **argv)
{
	(void)config;
	(void)arena;
	(void)argc;
	(void)argv;
#define NAME(name, text, params) printf("-- %s (%d parameters)\n%s\n\n", #name, params, text);
#define FRAGMENT(name, text, params) printf("-- fragment %s\n%s\n\n", #name, text);
#define ADMIN(name, text, params)
#include "gen/sql.def"
#undef NAME
#undef FRAGMENT
#undef ADMIN
	return 0;
}

static int
run_openapi(const struct config *config, struct arena *arena, int argc, char **argv)
{
	(void)config;
	(void)argc;
	(void)argv;
	printf("%s\n",
	       json_object_to_json_string_ext(openapi_document(arena), JSON_C_TO_STRING_PRETTY));
	return 0;
}

static const struct command commands[] = {
	{ "config", "config [get NAME]", "the settings in force, as a commented caredesk.conf",
	  run_config },
	{ "keys", "keys init|check|add|rotate", "the key file; a new master key, and wrapping under it",
	  run_keys },
	{ "migrate", "migrate up|down --yes|status", "the tables' version", run_migrate },
	{ "seed", "seed --logins FILE", "a demo hospital with an account for each role", run_seed },
	{ "populate", "populate COUNT --names DIR", "synthetic patients up to that number",
	  run_populate },
	{ "routes", "routes", "every address, and who may ask", run_routes },
	{ "permissions", "permissions", "what each role may do", run_permissions },
	{ "queries", "queries", "every statement that workers send to PostgreSQL", run_queries },
	{ "openapi", "openapi", "the API's description, as /api/openapi.json has it", run_openapi },
};

int
main(int argc, char **argv)
{
	struct arena *arena = arena_create(COMMAND_CAP);
	struct config config;
	int status = 2;

	for (size_t i = 0; argc > 1 && i < COUNT_OF(commands); i++) {
		if (strcmp(commands[i].name, argv[1]) != 0)
			continue;
		config_load(&config, arena, CAREDESK_SYSCONFDIR "/caredesk.conf");
		patient_init();
		status = commands[i].run(&config, arena, argc - 2, argv + 2);
		if (fclose(stdout) != 0)
			status = 1;
		arena_destroy(arena);
		return status;
	}
	fprintf(stderr, "caredesk %s\n\n", PACKAGE_VERSION);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		fprintf(stderr, "  caredesk %-28s %s\n", commands[i].usage, commands[i].help);
	arena_destroy(arena);
	return status;
}
