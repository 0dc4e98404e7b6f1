/*
 * The table of routes, walked.
 */
#include "unit.h"

#include "base/str.h"
#include "view/template.h"
#include "web/route.h"
#include "base/compat.h"

#define EXAMPLE "018f0000-0000-7000-8000-00000000abcd"

static struct req req;

/* Looks for a route; the failure is in req.cx.err, the match in req.route. */
static const char *
match(const char *method, const char *path, bool is_api)
{
	const char *allow = NULL;

	memset(&req, 0, sizeof(req));
	cx_init(&req.cx, arena, NULL);
	req.method = method;
	req.is_head = strcmp(method, "HEAD") == 0;
	req.is_api = is_api;
	assert_true(path_parse(arena, path, &req.path));
	enum err err = route_match(&req, &allow);
	assert_int_equal(err, req.cx.err);
	assert_int_equal(err == OK, req.route != NULL);
	return allow;
}

static bool
is_view(const struct route *route, bool is_api)
{
	return (route->flags & (is_api ? API : PAGE | ROOT)) != 0;
}

/* The route's path with something in the place of each {…}. */
static const char *
example_path(const struct route *route)
{
	const char *path = "";
	const char *rest = route->path;

	for (const char *mark; (mark = strchr(rest, '{')) != NULL; rest = strchr(mark, '}') + 1)
		path = arena_printf(arena, "%s%.*s%s", path, (int)(mark - rest), rest, EXAMPLE);
	return arena_printf(arena, "%s%s", path, rest);
}

TEST(every_route_is_reached_by_its_own_path_and_method)
{
	for (size_t i = 0; i < route_count; i++)
		for (int is_api = 0; is_api <= 1; is_api++) {
			if (!is_view(&routes[i], is_api))
				continue;
			match(routes[i].method, example_path(&routes[i]), is_api);
			if (req.route != &routes[i])
				fail_msg("%s %s is not reached", routes[i].method, routes[i].path);
			bool has_ref = strchr(routes[i].path, '{') != NULL;
			assert_int_equal(req.ref != NULL, has_ref);
			if (has_ref)
				assert_string_equal(req.ref, EXAMPLE);
		}
}

TEST(every_route_is_reached_by_nothing_but_its_path)
{
	for (size_t i = 0; i < route_count; i++)
		for (int is_api = 0; is_api <= 1; is_api++) {
			const char *path = example_path(&routes[i]);
			match(routes[i].method,
			      arena_printf(arena, "%s/zz", strcmp(path, "/") == 0 ? "" : path), is_api);
			assert_true(req.route != &routes[i]);
			match(routes[i].method, arena_printf(arena, "/zz%s", path), is_api);
			assert_true(req.route != &routes[i]);
		}
}

TEST(no_two_rows_answer_the_same)
{
	for (size_t i = 0; i < route_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(routes[i].method, routes[k].method) == 0 &&
			    strcmp(routes[i].path, routes[k].path) == 0)
				for (int is_api = 0; is_api <= 1; is_api++)
					if (is_view(&routes[i], is_api) && is_view(&routes[k], is_api))
						fail_msg("%s %s is there twice", routes[i].method, routes[i].path);
}

TEST(metrics_tell_every_row_from_every_other)
{
	for (size_t i = 0; i < route_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(routes[i].method, routes[k].method) == 0 &&
			    strcmp(routes[i].path, routes[k].path) == 0 &&
			    strcmp(routes[i].name, routes[k].name) == 0)
				fail_msg("%s %s %s is there twice", routes[i].method, routes[i].path,
				         routes[i].name);
}

TEST(a_fixed_path_wins_over_one_with_an_id)
{
	match("GET", "/patients/new", false);
	assert_string_equal(req.route->path, "/patients/new");
	match("GET", "/patients/search", true);
	assert_string_equal(req.route->path, "/patients/search");
	match("GET", "/patients/health", true);
	assert_string_equal(req.route->path, "/patients/health");
	/* Also where the fixed one does not answer the method. */
	match("PUT", "/patients/search", true);
	assert_int_equal(req.cx.err, ERR_METHOD);
	match("POST", "/patients/new", false);
	assert_int_equal(req.cx.err, ERR_METHOD);
	/* Each view has its own: new is a patient's id for the API. */
	match("GET", "/patients/new", true);
	assert_string_equal(req.route->path, "/patients/{id}");
	assert_string_equal(req.ref, "new");
}

TEST(a_fixed_path_stands_before_one_with_an_id)
{
	for (size_t i = 0; i < route_count; i++)
		for (size_t k = 0; k < i; k++) {
			if (strchr(routes[k].path, '{') == NULL || strchr(routes[i].path, '{') != NULL)
				continue;
			for (int is_api = 0; is_api <= 1; is_api++) {
				if (!is_view(&routes[i], is_api) || !is_view(&routes[k], is_api))
					continue;
				match(routes[i].method, routes[i].path, is_api);
				assert_ptr_equal(req.route, &routes[i]);
			}
		}
}

TEST(an_unknown_path_is_not_found_whatever_the_method)
{
	static const char *const paths[] = {
		"/nothing",  "/patients/x/y/z",  "/patient", "/patientsx",
		"/PATIENTS", "/api/v1/patients", "/login/x",
	};
	static const char *const methods[] = { "GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW", "" };

	for (size_t i = 0; i < COUNT_OF(paths); i++)
		for (size_t k = 0; k < COUNT_OF(methods); k++) {
			assert_null(match(methods[k], paths[i], true));
			assert_int_equal(req.cx.err, ERR_NOT_FOUND);
			assert_null(match(methods[k], paths[i], false));
			assert_int_equal(req.cx.err, ERR_NOT_FOUND);
		}
}

TEST(another_method_is_told_which_there_are)
{
	assert_string_equal(match("DELETE", "/patients", true), "GET, HEAD, POST");
	assert_int_equal(req.cx.err, ERR_METHOD);
	assert_string_equal(match("OPTIONS", "/patients/x", true), "GET, HEAD, PUT, PATCH, DELETE");
	assert_string_equal(match("PUT", "/patients/x", false), "GET, HEAD, POST");
	assert_string_equal(match("GET", "/auth/login", true), "POST");
	assert_string_equal(match("POST", "/patients/search", true), "GET, HEAD");
	assert_string_equal(match("get", "/health", true), "GET, HEAD");
	assert_string_equal(match("", "/health", false), "GET, HEAD");
}

TEST(head_is_answered_where_get_is_and_nowhere_else)
{
	for (size_t i = 0; i < route_count; i++)
		for (int is_api = 0; is_api <= 1; is_api++) {
			if (!is_view(&routes[i], is_api) || strcmp(routes[i].method, "GET") != 0)
				continue;
			match("HEAD", example_path(&routes[i]), is_api);
			assert_ptr_equal(req.route, &routes[i]);
		}
	match("HEAD", "/auth/login", true);
	assert_int_equal(req.cx.err, ERR_METHOD);
}

TEST(views_do_not_mix)
{
	match("GET", "/login", true);
	assert_int_equal(req.cx.err, ERR_NOT_FOUND);
	match("POST", "/auth/login", false);
	assert_int_equal(req.cx.err, ERR_NOT_FOUND);
	match("PUT", "/patients/x", false);
	assert_int_equal(req.cx.err, ERR_METHOD);
	match("GET", "/health", false);
	assert_int_equal(req.cx.err, OK);
}

TEST(every_page_that_is_got_has_a_template_that_is_there)
{
	struct template_source source;

	for (size_t i = 0; i < route_count; i++) {
		const char *name = routes[i].template;
		if ((routes[i].flags & PAGE) && strcmp(routes[i].method, "GET") == 0)
			assert_non_null(name);
		if (name != NULL && !template_find(name, strlen(name), &source))
			fail_msg("%s is no template", name);
	}
}

TEST(every_row_is_whole)
{
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &routes[i];
		assert_non_null(route->handler);
		assert_int_equal(route->path[0], '/');
		assert_true((route->flags & (API | PAGE | ROOT)) != 0);
		assert_true(strcmp(route->path, "/") == 0 || route->path[strlen(route->path) - 1] != '/');
		assert_int_equal(strspn(route->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
		                 strlen(route->method));
		/* What is got has no body; a form that is shown again needs its template. */
		if (strcmp(route->method, "GET") == 0)
			assert_int_equal(route->flags & BODY, 0);
		if (route->flags & FORM)
			assert_true((route->flags & PAGE) && route->template != NULL);
		if (route->template != NULL)
			assert_non_null(route->present);
	}
}

TEST(a_change_is_public_only_where_one_signs_in)
{
	for (size_t i = 0; i < route_count; i++)
		if (strcmp(routes[i].method, "GET") != 0 && routes[i].permission == PERMISSION_PUBLIC)
			assert_true(routes[i].limit == CLASS_AUTH);
}

TEST(what_is_public_is_a_short_list)
{
	static const char *const public[] = {
		"GET /health",       "GET /ready",         "GET /metrics",
		"GET /openapi.json", "GET /login",         "POST /login",
		"POST /auth/login",  "POST /auth/refresh", "GET /patients/health",
	};

	for (size_t i = 0; i < route_count; i++) {
		const char *row = arena_printf(arena, "%s %s", routes[i].method, routes[i].path);
		bool is_listed = false;
		for (size_t k = 0; k < COUNT_OF(public); k++)
			is_listed = is_listed || strcmp(row, public[k]) == 0;
		if (is_listed != (routes[i].permission == PERMISSION_PUBLIC))
			fail_msg("%s", row);
	}
}

TEST(names_tell_handlers_apart)
{
	for (size_t i = 0; i < route_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(routes[i].handler == routes[k].handler,
			                 strcmp(routes[i].name, routes[k].name) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_route_is_reached_by_its_own_path_and_method),
		CASE(every_route_is_reached_by_nothing_but_its_path),
		CASE(no_two_rows_answer_the_same),
		CASE(metrics_tell_every_row_from_every_other),
		CASE(a_fixed_path_wins_over_one_with_an_id),
		CASE(a_fixed_path_stands_before_one_with_an_id),
		CASE(an_unknown_path_is_not_found_whatever_the_method),
		CASE(another_method_is_told_which_there_are),
		CASE(head_is_answered_where_get_is_and_nowhere_else),
		CASE(views_do_not_mix),
		CASE(every_page_that_is_got_has_a_template_that_is_there),
		CASE(every_row_is_whole),
		CASE(a_change_is_public_only_where_one_signs_in),
		CASE(what_is_public_is_a_short_list),
		CASE(names_tell_handlers_apart),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
