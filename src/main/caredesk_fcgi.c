/*
 * caredesk_fcgi.c - a worker: serves the FastCGI socket on file descriptor 0.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "clinic/patient.h"
#include "clinic/vault.h"
#include "db/admin.h"
#include "db/pg.h"
#include "gen/assets.h"
#include "web/fcgi.h"
#include "web/req.h"
#include "web/shared.h"

#include "base/compat.h"

enum { SETTINGS_CAP = 1024 * 1024, BACK_OFF_SECONDS = 1 };

/* multiwatch starts a worker that ends at once again and again, without a pause of its own. */
static _Noreturn void
give_up(const char *why)
{
	log_event(LOG_ERROR, "worker_cannot_start", "reason", why, NULL);
	sleep(BACK_OFF_SECONDS);
	exit(1);
}

static enum log_level
level_of(const char *name)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (str_equal(names[i], name))
			return (enum log_level)i;
	return LOG_INFO;
}

int
main(void)
{
	struct arena *arena = arena_create(SETTINGS_CAP);
	struct config config;

	config_load(&config, arena, CAREDESK_SYSCONFDIR "/caredesk.conf");
	log_set_level(level_of(config.log_level));
	patient_init();
	struct app app = {
		.config = &config,
		.rules = {
			.idle_minutes = config.session_idle_minutes,
			.absolute_hours = config.session_absolute_hours,
			.access_minutes = config.access_token_minutes,
			.refresh_days = config.refresh_token_days,
		},
		.migration = migrate_newest(),
		.asset_version = CAREDESK_ASSETS,
	};
	const char *fault = keyring_load(&app.keyring, config.key_file);
	if (fault != NULL)
		give_up(fault);
	app.shared = shared_open(config.shared_file);
	if (app.shared == NULL)
		give_up(arena_printf(arena, "shared_file: %s", strerror(errno)));
	struct pg_options options = {
		.conninfo = config.database,
		.is_synchronous = str_equal(config.synchronous_commit, "on"),
		.statement_timeout_ms = config.statement_timeout_ms,
		.batch_timeout_ms = config.request_timeout_ms,
	};
	app.pg = pg_create(&options);
	app.vault = vault_create(arena, &app.keyring);
	log_event(LOG_INFO, "worker_started", "version", PACKAGE_VERSION, NULL);
	int status = fcgi_loop(&app);
	log_event(LOG_INFO, "worker_stopped", NULL);
	pg_destroy(app.pg);
	vault_destroy(app.vault);
	keyring_wipe(&app.keyring);
	arena_destroy(arena);
	return status;
}
