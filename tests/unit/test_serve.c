/*
 * Requests from the first byte to the last, without a database: what is refused before it is asked,
 * and what is said when it does not answer.
 */
#include "unit.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "clinic/patient.h"
#include "db/pg.h"
#include "sec/token.h"
#include "web/req.h"
#include "web/route.h"
#include "web/shared.h"
#include "base/compat.h"

enum { HEADERS_MOST = 12 };

/* A request as lighttpd would hand it over. */
struct sent {
	const char *method;
	const char *target;
	const char *headers[HEADERS_MOST][2];
	const char *body;
	size_t len; /* of the body; 0: to its NUL */
	const char *content_length;
};

/* The answer. */
struct got {
	int status;
	const char *head; /* each line ends in CR LF */
	const char *body;
	struct json_object *json; /* NULL where it is none */
};

static struct config config;
static struct app app;

static int
set_up(void **state)
{
	static char *nothing[] = { NULL };
	struct pg_options options = { .conninfo = "host=/no/such/folder dbname=x user=x",
		                          .statement_timeout_ms = 100,
		                          .batch_timeout_ms = 200 };

	unit_set_up(state);
	assert_null(config_parse(&config, arena, NULL, nothing));
	config.rate_limit_auth = 0;
	app = (struct app){ .config = &config,
		                .rules = { 15, 12, 15, 30 },
		                .shared = calloc(1, sizeof(struct shared)),
		                .pg = pg_create(&options),
		                .asset_version = "test" };
	app.keyring.keys[0] = (struct key){ "token", "1", { 't' } };
	app.keyring.keys[1] = (struct key){ "form", "1", { 'f' } };
	app.keyring.count = 2;
	return 0;
}

static int
tear_down(void **state)
{
	pg_destroy(app.pg);
	free(app.shared);
	return unit_tear_down(state);
}

static const char *
variable(void *from, const char *name)
{
	const struct sent *sent = from;

	if (strcmp(name, "REQUEST_METHOD") == 0)
		return sent->method;
	if (strcmp(name, "REQUEST_URI") == 0)
		return sent->target;
	if (strcmp(name, "CONTENT_LENGTH") == 0) {
		if (sent->content_length != NULL || sent->body == NULL)
			return sent->content_length;
		return arena_printf(arena, "%zu", sent->len > 0 ? sent->len : strlen(sent->body));
	}
	for (size_t i = 0; i < HEADERS_MOST && sent->headers[i][0] != NULL; i++)
		if (strcmp(sent->headers[i][0], name) == 0)
			return sent->headers[i][1];
	if (strcmp(name, "REMOTE_ADDR") == 0)
		return "127.0.0.1";
	return strcmp(name, "HTTP_HOST") == 0 ? "desk.example" : NULL;
}

static size_t
read_body(void *from, char *bytes, size_t len)
{
	const struct sent *sent = from;
	size_t have = sent->body == NULL ? 0 : sent->len > 0 ? sent->len : strlen(sent->body);

	memcpy(bytes, sent->body, have < len ? have : len);
	return have < len ? have : len;
}

static struct got
ask(struct sent sent)
{
	struct transport transport = { variable, read_body, &sent };
	struct got got = { 0 };
	const char *fault = NULL;
	struct req req;
	struct buf out;

	req_init(&req, &app, arena, &transport);
	buf_init(&out, arena, 0);
	serve(&req, &out);
	const char *end = strstr(out.data, "\r\n\r\n");
	assert_non_null(end);
	got.head = arena_strndup(arena, out.data, (size_t)(end - out.data) + 2);
	got.body = end + 4;
	assert_true(str_has_prefix(got.head, "Status: "));
	got.status = (int)strtol(got.head + strlen("Status: "), NULL, 10);
	/* A line break within a header would begin another. */
	for (const char *at = got.head; (at = strchr(at, '\n')) != NULL; at++)
		assert_int_equal(at[-1], '\r');
	if (strstr(got.head, "Content-Type: application/json") != NULL && *got.body != '\0') {
		size_t len = strlen(got.body);
		got.json = json_read(arena, got.body, len, &fault);
		if (got.json == NULL)
			fail_msg("%s\n%s", fault, got.body);
	}
	return got;
}

static const char *
header(const struct got *got, const char *name)
{
	const char *at = strstr(got->head, arena_printf(arena, "\r\n%s: ", name));

	if (at == NULL)
		return NULL;
	at += strlen(name) + 4;
	return arena_strndup(arena, at, strcspn(at, "\r"));
}

static struct got
get(const char *target)
{
	return ask((struct sent){ .method = "GET", .target = target });
}

static struct got
post_json(const char *target, const char *body, size_t len)
{
	return ask((struct sent){ .method = "POST",
	                          .target = target,
	                          .headers = { { "CONTENT_TYPE", "application/json" } },
	                          .body = body,
	                          .len = len });
}

static const char *
bearer(const char *role, int64_t expires_at)
{
	struct claims claims = { "018f0000-0000-7000-8000-000000000001", "1", role,
		                     "018f0000-0000-7000-8000-000000000002", expires_at };

	return arena_printf(arena, "Bearer %s", token_create(arena, &app.keyring, &claims));
}

static void
assert_error(const struct got *got, int status, const char *code)
{
	if (got->status != status)
		fail_msg("%d instead of %d\n%s", got->status, status, got->body);
	assert_non_null(got->json);
	assert_string_equal(json_text(got->json, "code"), code);
	assert_false(json_object_get_boolean(json_member(got->json, "success")));
	assert_non_null(json_text(got->json, "message"));
	assert_string_equal(json_text(got->json, "requestId"), header(got, "X-Request-Id"));
}

TEST(health_is_answered_without_a_database)
{
	static const char *const targets[] = {
		"/health",     "/api/v1/health", "/api/health", "/api/v1/patients/health",
		"/health?x=1", "/health/",
	};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct got got = get(targets[i]);
		assert_int_equal(got.status, 200);
		assert_string_equal(json_text(json_member(got.json, "data"), "status"), "ok");
	}
}

TEST(head_is_get_without_the_body)
{
	struct got got = ask((struct sent){ .method = "HEAD", .target = "/health" });

	assert_int_equal(got.status, 200);
	assert_string_equal(got.body, "");
	assert_true(strtol(header(&got, "Content-Length"), NULL, 10) > 0);
}

TEST(readiness_without_a_database_is_a_503_with_data)
{
	struct got got = get("/ready");

	assert_int_equal(got.status, 503);
	assert_non_null(header(&got, "Retry-After"));
	assert_string_equal(json_text(json_member(got.json, "data"), "database"), "down");
}

TEST(every_answer_has_the_security_headers_and_its_id)
{
	static const char *const targets[] = { "/health",  "/login",          "/",
		                                   "/nothing", "/api/v1/nothing", "/%00" };
	static const char *const names[] = {
		"Content-Security-Policy",
		"Strict-Transport-Security",
		"X-Content-Type-Options",
		"X-Frame-Options",
		"Referrer-Policy",
		"Cache-Control",
		"X-Request-Id",
		"Server-Timing",
	};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct got got = get(targets[i]);
		for (size_t k = 0; k < COUNT_OF(names); k++)
			if (header(&got, names[k]) == NULL)
				fail_msg("%s lacks %s", targets[i], names[k]);
	}
}

TEST(an_id_of_the_request_is_kept_when_it_is_sane)
{
	struct got got = ask((struct sent){
		.method = "GET", .target = "/health", .headers = { { "HTTP_X_REQUEST_ID", "abc-1" } } });

	assert_string_equal(header(&got, "X-Request-Id"), "abc-1");
	got = ask((struct sent){ .method = "GET",
	                         .target = "/health",
	                         .headers = { { "HTTP_X_REQUEST_ID", "a\r\nSet-Cookie: x=1" } } });
	assert_int_equal(strlen(header(&got, "X-Request-Id")), 36);
	assert_null(header(&got, "Set-Cookie"));
}

TEST(what_is_not_there_is_a_404_in_the_caller_s_language)
{
	struct got got = get("/api/v1/nothing");

	assert_error(&got, 404, "NOT_FOUND");
	got = get("/nothing");
	assert_int_equal(got.status, 404);
	assert_string_equal(header(&got, "Content-Type"), "text/html; charset=utf-8");
	assert_non_null(strstr(got.body, "</html>"));
}

TEST(another_method_is_a_405_with_allow)
{
	struct got got = ask((struct sent){ .method = "BREW", .target = "/api/v1/patients" });

	assert_error(&got, 405, "METHOD_NOT_ALLOWED");
	assert_string_equal(header(&got, "Allow"), "GET, HEAD, POST");
}

TEST(addresses_that_play_tricks_are_refused)
{
	static const char *const targets[] = {
		"/api/v1/patients/..%2f..%2fetc",
		"/api/v1/../../etc/passwd",
		"/api/v1/patients/%00",
		"/api/v1/patients/%2e%2e",
		"/api/v1/patients//",
		"/api/v1/%ff",
		"/api/v1/patients/%",
		"/api/v1/health?a=%zz",
		"/api/v1/health?%00",
		"/api/v1/1/2/3/4/5/6/7/8/9",
	};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct got got = get(targets[i]);
		assert_error(&got, 400, "VALIDATION_ERROR");
		got = get(targets[i] + strlen("/api/v1"));
		assert_int_equal(got.status, 400);
	}
}

TEST(a_long_address_is_a_414)
{
	char target[5000];

	memset(target, 'a', sizeof(target) - 1);
	target[sizeof(target) - 1] = '\0';
	memcpy(target, "/api/v1/", strlen("/api/v1/"));
	struct got got = get(target);
	assert_error(&got, 414, "URI_TOO_LONG");
}

TEST(who_wants_no_json_gets_none_from_the_api)
{
	struct got got = ask((struct sent){ .method = "GET",
	                                    .target = "/api/v1/health",
	                                    .headers = { { "HTTP_ACCEPT", "text/html" } } });

	assert_error(&got, 406, "NOT_ACCEPTABLE");
}

TEST(nobody_is_led_to_the_login_or_told_to_authenticate)
{
	struct got got = get("/api/v1/patients");

	assert_error(&got, 401, "UNAUTHENTICATED");
	assert_true(str_has_prefix(header(&got, "WWW-Authenticate"), "Bearer"));
	got = get("/");
	assert_int_equal(got.status, 303);
	assert_string_equal(header(&got, "Location"), "/login");
	got = get("/patients?search=O%27Brien");
	assert_int_equal(got.status, 303);
	assert_string_equal(header(&got, "Location"), "/login?next=%2Fpatients%3Fsearch%3DO%2527Brien");
}

TEST(bad_tokens_are_refused_before_the_database_is_asked)
{
	const char *const tokens[] = {
		"Bearer a.b.c",
		"Bearer ",
		"Bearer ..",
		"Bearer a..b",
		"Basic YTpi",
		"Bearer",
		"x",
		"Bearer eyJhbGciOiJub25lIn0.e30.",
		bearer("nurse", clock_seconds() + 60) + 8,
	};

	for (size_t i = 0; i < COUNT_OF(tokens); i++) {
		struct got got = ask((struct sent){ .method = "GET",
		                                    .target = "/api/v1/patients",
		                                    .headers = { { "HTTP_AUTHORIZATION", tokens[i] } } });
		assert_error(&got, 401, "UNAUTHENTICATED");
	}
	struct got got = ask((struct sent){
		.method = "GET",
		.target = "/api/v1/patients",
		.headers = { { "HTTP_AUTHORIZATION", bearer("nurse", clock_seconds() - 1) } } });
	assert_error(&got, 401, "TOKEN_EXPIRED");
}

TEST(cookies_that_are_not_ours_are_nobody_s)
{
	static const char *const cookies[] = {
		"",
		"a=b",
		"__Host-caredesk",
		"__Host-caredesk=",
		"__Host-caredesk=x",
		"__Host-caredesk=1.x",
		"__Host-caredesk=1.' OR 1=1",
		";;;=;",
		"__Host-caredesk=../../x",
		"__Host-caredesk=\xff\xfe",
	};

	for (size_t i = 0; i < COUNT_OF(cookies); i++) {
		struct got got = ask((struct sent){
			.method = "GET", .target = "/", .headers = { { "HTTP_COOKIE", cookies[i] } } });
		assert_int_equal(got.status, 303);
	}
}

TEST(a_cookie_is_worth_nothing_to_the_api)
{
	struct got got = ask((struct sent){
		.method = "GET",
		.target = "/api/v1/patients",
		.headers = {
			{ "HTTP_COOKIE", "__Host-caredesk=1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } } });

	assert_error(&got, 401, "UNAUTHENTICATED");
}

TEST(a_role_without_the_permission_is_refused_also_when_the_audit_cannot_be_written)
{
	struct got got = ask((struct sent){
		.method = "GET",
		.target = "/api/v1/patients",
		.headers = { { "HTTP_AUTHORIZATION", bearer("auditor", clock_seconds() + 60) } } });

	assert_error(&got, 403, "INSUFFICIENT_PERMISSIONS");
}

TEST(without_a_database_a_read_is_a_503_with_retry_after)
{
	static const char *const targets[] = {
		"/api/v1/patients",
		"/api/v1/patients/018f0000-0000-7000-8000-00000000abcd",
		"/api/v1/auth/me",
		"/api/v1/patients?search=muller",
		"/api/v1/patients/mrn:0100GEJ",
	};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct got got = ask((struct sent){
			.method = "GET",
			.target = targets[i],
			.headers = { { "HTTP_AUTHORIZATION", bearer("nurse", clock_seconds() + 60) } } });
		assert_error(&got, 503, "UNAVAILABLE");
		assert_non_null(header(&got, "Retry-After"));
	}
}

TEST(bodies_that_are_no_sound_json_are_refused)
{
	static const char *const bodies[] = {
		"{",
		"",
		"null",
		"[]",
		"\"a\"",
		"{\"email\":\"a\",}",
		"{'email':'a'}",
		"{\"email\":NaN}",
		"{\"email\":\"a\",\"email\":\"b\"}",
		"{\"email\":\"\\u0000\"}",
		"{\"email\":\"\xff\"}",
		"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
		"{\"a\":99999999999999999999}",
		"{\"a\":1e999}",
		"email=a&password=b",
		"<xml/>",
	};

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct got got = post_json("/api/v1/auth/login", bodies[i], 0);
		assert_error(&got, 400, "MALFORMED_JSON");
	}
	struct got got = post_json("/api/v1/auth/login", "{\"a\":\"\0\"}", 9);
	assert_error(&got, 400, "MALFORMED_JSON");
}

TEST(a_body_must_be_what_its_headers_say)
{
	struct sent sent = { .method = "POST", .target = "/api/v1/auth/login", .body = "{}" };
	struct got got = ask(sent);

	assert_error(&got, 415, "UNSUPPORTED_MEDIA_TYPE");
	sent.headers[0][0] = "CONTENT_TYPE";
	sent.headers[0][1] = "application/x-www-form-urlencoded";
	got = ask(sent);
	assert_error(&got, 415, "UNSUPPORTED_MEDIA_TYPE");
	sent.headers[0][1] = "application/json";
	sent.content_length = "3";
	got = ask(sent);
	assert_error(&got, 400, "MALFORMED_JSON");
	sent.content_length = "1048577";
	got = ask(sent);
	assert_error(&got, 413, "PAYLOAD_TOO_LARGE");
	sent.content_length = "99999999999999999999999999";
	got = ask(sent);
	assert_error(&got, 413, "PAYLOAD_TOO_LARGE");
}

TEST(a_length_that_is_no_number_is_refused)
{
	static const char *const lengths[] = { "-1", "x", "2x", " -1", "0x2", "2.0", "1e1", "+2" };

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		struct got got = ask((struct sent){ .method = "POST",
		                                    .target = "/api/v1/auth/login",
		                                    .headers = { { "CONTENT_TYPE", "application/json" } },
		                                    .body = "{}",
		                                    .content_length = lengths[i] });
		if (got.status < 400 || got.status > 413)
			fail_msg("[%s] is answered %d", lengths[i], got.status);
	}
}

TEST(every_wrong_member_is_named_at_once)
{
	struct got got = post_json("/api/v1/auth/login", "{\"email\":5,\"color\":\"red\"}", 0);
	struct json_object *details = json_member(got.json, "details");

	assert_error(&got, 400, "VALIDATION_ERROR");
	assert_int_equal(json_object_array_length(details), 3);
}

TEST(numbers_in_a_query_are_whole_and_in_bounds)
{
	static const char *const bad[] = {
		"",     "0",    "-1", "1.5",   "1e2",    "x", "1x", "99999999999999999999",
		"0x10", "%201", "+1", "1%202", "%D9%A1",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		for (int is_size = 0; is_size <= 1; is_size++) {
			const char *name = is_size ? "pageSize" : "page";
			struct got got = ask((struct sent){
				.method = "GET",
				.target = arena_printf(arena, "/api/v1/patients?%s=%s", name, bad[i]),
				.headers = { { "HTTP_AUTHORIZATION", bearer("nurse", clock_seconds() + 60) } } });
			assert_error(&got, 400, "VALIDATION_ERROR");
			struct json_object *detail = json_object_array_get_idx(json_member(got.json, "details"),
			                                                       0);
			assert_string_equal(json_text(detail, "field"), name);
		}
}

TEST(signing_in_without_a_database_is_a_503)
{
	struct got got = post_json("/api/v1/auth/login", "{\"email\":\"a@b.org\",\"password\":\"x\"}",
	                           0);

	assert_error(&got, 503, "UNAVAILABLE");
	got = ask((struct sent){ .method = "POST",
	                         .target = "/login",
	                         .headers = { { "CONTENT_TYPE", "application/x-www-form-urlencoded" } },
	                         .body = "email=a%40b.org&password=secret-one" });
	assert_int_equal(got.status, 503);
	assert_non_null(strstr(got.body, "a@b.org"));
	assert_null(strstr(got.body, "secret-one"));
}

TEST(the_login_page_escapes_what_it_shows_and_leads_nowhere_else)
{
	struct got got = get("/login?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");

	assert_int_equal(got.status, 200);
	assert_null(strstr(got.body, "<script>"));
	got = get("/login?next=/patients%3Fsearch%3D%22%3E%3Cb%3E");
	assert_null(strstr(got.body, "\"><b>"));
	assert_non_null(strstr(got.body, "/patients?search=&quot;&gt;&lt;b&gt;"));
	static const char *const others[] = { "//evil.example", "/%5Cevil.example",
		                                  "https://evil.example", "/%09/evil.example",
		                                  "javascript:alert(1)" };
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		got = get(arena_printf(arena, "/login?next=%s", others[i]));
		assert_null(strstr(got.body, "evil.example\""));
		assert_null(strstr(got.body, "javascript:"));
	}
}

TEST(a_form_of_another_site_is_refused)
{
	static const char *const headers[][2] = {
		{ "HTTP_ORIGIN", "https://evil.example" },
		{ "HTTP_ORIGIN", "http://desk.example" },
		{ "HTTP_ORIGIN", "null" },
		{ "HTTP_ORIGIN", "https://desk.example.evil.example" },
		{ "HTTP_SEC_FETCH_SITE", "cross-site" },
		{ "HTTP_SEC_FETCH_SITE", "same-site" },
	};

	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		struct got got = ask(
			(struct sent){ .method = "POST",
		                   .target = "/login",
		                   .headers = { { "CONTENT_TYPE", "application/x-www-form-urlencoded" },
		                                { headers[i][0], headers[i][1] } },
		                   .body = "email=a&password=b" });
		if (got.status != 403)
			fail_msg("%s %s: %d", headers[i][0], headers[i][1], got.status);
	}
}

TEST(too_many_requests_are_a_429_that_says_when_to_come_back)
{
	struct got got = { 0 };

	config.rate_limit_auth = 2;
	for (int i = 0; i < 2; i++) {
		got = post_json("/api/v1/auth/refresh", "{\"refreshToken\":\"x\"}", 0);
		assert_error(&got, 401, "UNAUTHENTICATED");
		assert_string_equal(header(&got, "RateLimit-Limit"), "2");
	}
	got = post_json("/api/v1/auth/refresh", "{\"refreshToken\":\"x\"}", 0);
	assert_error(&got, 429, "RATE_LIMIT_EXCEEDED");
	assert_string_equal(header(&got, "RateLimit-Remaining"), "0");
	assert_in_range(strtol(header(&got, "Retry-After"), NULL, 10), 1, 60);
	/* Others go on. */
	got = get("/health");
	assert_int_equal(got.status, 200);
}

TEST(metrics_are_for_the_listed_addresses)
{
	struct got got = get("/metrics");

	assert_int_equal(got.status, 200);
	assert_true(str_has_prefix(header(&got, "Content-Type"), "text/plain; version=0.0.4"));
	got = ask((struct sent){
		.method = "GET", .target = "/metrics", .headers = { { "REMOTE_ADDR", "127.0.0.11" } } });
	assert_int_equal(got.status, 403);
	got = ask((struct sent){
		.method = "GET", .target = "/metrics", .headers = { { "REMOTE_ADDR", "" } } });
	assert_int_equal(got.status, 403);
}

TEST(every_get_route_bears_nobody_and_no_database)
{
	for (size_t i = 0; i < route_count; i++) {
		const char *path = routes[i].path;
		const char *mark = strchr(path, '{');
		if (mark != NULL)
			path = arena_printf(arena, "%.*s7", (int)(mark - path), path);
		struct got got = get(arena_printf(arena, "/api/v1%s", path));
		assert_in_range(got.status, 200, 503);
		got = get(path);
		assert_in_range(got.status, 200, 503);
	}
}

TEST(a_long_user_agent_and_strange_variables_do_no_harm)
{
	char agent[60000];

	memset(agent, '\x80', sizeof(agent) - 1);
	agent[sizeof(agent) - 1] = '\0';
	struct got got = ask((struct sent){ .method = "GET",
	                                    .target = "/health",
	                                    .headers = { { "HTTP_USER_AGENT", agent },
	                                                 { "HTTP_COOKIE", agent },
	                                                 { "HTTP_ORIGIN", agent },
	                                                 { "HTTP_AUTHORIZATION", agent } } });
	assert_int_equal(got.status, 200);
	got = ask((struct sent){ .method = NULL, .target = NULL });
	assert_int_equal(got.status, 400);
	got = ask((struct sent){ .method = "", .target = "" });
	assert_int_equal(got.status, 400);
}

TEST(every_answer_is_counted)
{
	(void)get("/health");
	(void)get("/nothing");
	uint64_t count = 0;
	for (size_t i = 0; i <= ROUTES_MOST; i++)
		for (int class = 0; class < 6; class ++)
			count += app.shared->routes[i].by_class[class];
	assert_int_equal(count, 2);
	assert_int_equal(app.shared->errors[ERR_NOT_FOUND], 1);
}

int
main(void)
{
#define FRESH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(health_is_answered_without_a_database),
		FRESH(head_is_get_without_the_body),
		FRESH(readiness_without_a_database_is_a_503_with_data),
		FRESH(every_answer_has_the_security_headers_and_its_id),
		FRESH(an_id_of_the_request_is_kept_when_it_is_sane),
		FRESH(what_is_not_there_is_a_404_in_the_caller_s_language),
		FRESH(another_method_is_a_405_with_allow),
		FRESH(addresses_that_play_tricks_are_refused),
		FRESH(a_long_address_is_a_414),
		FRESH(who_wants_no_json_gets_none_from_the_api),
		FRESH(nobody_is_led_to_the_login_or_told_to_authenticate),
		FRESH(bad_tokens_are_refused_before_the_database_is_asked),
		FRESH(cookies_that_are_not_ours_are_nobody_s),
		FRESH(a_cookie_is_worth_nothing_to_the_api),
		FRESH(a_role_without_the_permission_is_refused_also_when_the_audit_cannot_be_written),
		FRESH(without_a_database_a_read_is_a_503_with_retry_after),
		FRESH(bodies_that_are_no_sound_json_are_refused),
		FRESH(a_body_must_be_what_its_headers_say),
		FRESH(a_length_that_is_no_number_is_refused),
		FRESH(every_wrong_member_is_named_at_once),
		FRESH(numbers_in_a_query_are_whole_and_in_bounds),
		FRESH(signing_in_without_a_database_is_a_503),
		FRESH(the_login_page_escapes_what_it_shows_and_leads_nowhere_else),
		FRESH(a_form_of_another_site_is_refused),
		FRESH(too_many_requests_are_a_429_that_says_when_to_come_back),
		FRESH(metrics_are_for_the_listed_addresses),
		FRESH(every_get_route_bears_nobody_and_no_database),
		FRESH(a_long_user_agent_and_strange_variables_do_no_harm),
		FRESH(every_answer_is_counted),
	};

	patient_init();
	log_set_level(LOG_ERROR + 1);
	return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
