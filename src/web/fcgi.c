#include "web/fcgi.h"

#include <fcgiapp.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "web/req.h"

#include "base/compat.h"

enum { ARENA_CAP = 64 * 1024 * 1024, ALARM_GRACE = 4 };

static const char *
variable(void *from, const char *name)
{
	FCGX_Request *fcgi = from;

	return FCGX_GetParam(name, fcgi->envp);
}

static size_t
read_body(void *from, char *bytes, size_t len)
{
	FCGX_Request *fcgi = from;

	if (len > INT_MAX)
		return 0;
	int n = FCGX_GetStr(bytes, (int)len, fcgi->in);
	return n < 0 ? 0 : (size_t)n;
}

static void
shut_down(int signal_number)
{
	(void)signal_number;
	FCGX_ShutdownPending();
}

/* sigaction without SA_RESTART, so that accept() of an idle worker returns. */
static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = shut_down };
	const int signals[] = { SIGTERM, SIGINT, SIGUSR1 };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		must(sigaction(signals[i], &action, NULL) == 0);
	action.sa_handler = SIG_IGN;
	must(sigaction(SIGPIPE, &action, NULL) == 0);
}

static void
serve_one(struct app *app, struct arena *arena, FCGX_Request *fcgi)
{
	struct transport transport = { .variable = variable, .read = read_body, .from = fcgi };
	struct req *req = arena_alloc(arena, sizeof(*req));
	struct buf out;

	/* Above the database's deadline: what hangs in spite of it dies, and lighttpd answers 503. */
	alarm((unsigned)(app->config->request_timeout_ms / 1000 * 2 + ALARM_GRACE));
	buf_init(&out, arena, 32 * 1024);
	req_init(req, app, arena, &transport);
	serve(req, &out);
	must(out.len <= INT_MAX);
	(void)FCGX_PutStr(out.data, (int)out.len, fcgi->out);
	FCGX_Finish_r(fcgi);
	alarm(0);
}

int
fcgi_loop(struct app *app)
{
	struct arena *arena = arena_create(ARENA_CAP);
	FCGX_Request fcgi;

	catch_signals();
	must(FCGX_Init() == 0 && FCGX_InitRequest(&fcgi, 0, FCGI_FAIL_ACCEPT_ON_INTR) == 0);
	while (FCGX_Accept_r(&fcgi) == 0) {
		serve_one(app, arena, &fcgi);
		arena_reset(arena);
	}
	FCGX_Finish_r(&fcgi);
	arena_destroy(arena);
	return 0;
}
