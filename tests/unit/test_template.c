/*
 * Every template that is embedded, walked.
 */
#include "unit.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "view/mustache.h"
#include "view/template.h"
#include "base/compat.h"

static size_t
each_template(void (*look)(const char *name, struct template_source source))
{
	size_t count = 0;

	for (const char *name; (name = template_name(count)) != NULL; count++) {
		struct template_source source;
		assert_true(template_find(name, strlen(name), &source));
		look(name, source);
	}
	return count;
}

static void
check(const char *name, struct template_source source)
{
	const char *fault = NULL;

	if (!mustache_check(source, &fault))
		fail_msg("%s: %s", name, fault);
}

TEST(every_template_is_sound)
{
	assert_true(each_template(check) >= 10);
}

/* The name in a partial's tag, which begins at `at`; NULL for another tag. */
static const char *
partial_at(const char *at)
{
	at += 2;
	if (*at != '>')
		return NULL;
	at++;
	while (isspace((unsigned char)*at))
		at++;
	return arena_strndup(arena, at, strcspn(at, " }\n\t"));
}

static void
find_partials(const char *name, struct template_source source)
{
	struct template_source found;
	const char *text = arena_strndup(arena, source.text, source.len);

	for (const char *at = strstr(text, "{{"); at != NULL; at = strstr(at + 2, "{{")) {
		const char *partial = partial_at(at);
		if (partial != NULL && !template_find(partial, strlen(partial), &found))
			fail_msg("%s names %s, which is not there", name, partial);
	}
}

TEST(every_partial_that_a_template_names_is_there)
{
	each_template(find_partials);
}

static void
look_for_raw(const char *name, struct template_source source)
{
	if (memmem(source.text, source.len, "{{{", 3) != NULL ||
	    memmem(source.text, source.len, "{{&", 3) != NULL)
		fail_msg("%s writes a value without escaping it", name);
}

TEST(no_template_writes_a_value_without_escaping_it)
{
	each_template(look_for_raw);
}

static void
render_empty(const char *name, struct template_source source)
{
	struct buf out;

	(void)name;
	buf_init(&out, arena, 0);
	mustache_render(&out, source, json_object_in(arena), template_find);
	mustache_render(&out, source, NULL, template_find);
	assert_null(strstr(out.data, "{{"));
	assert_true(utf8_is_valid(out.data, out.len));
}

TEST(every_template_bears_a_model_that_has_nothing)
{
	each_template(render_empty);
}

TEST(names_are_found_whole)
{
	struct template_source source;

	assert_true(template_find("session/login", strlen("session/login"), &source));
	assert_true(source.len > 0);
	assert_int_equal(strlen(source.text), source.len);
	assert_true(template_find("session/loginx", strlen("session/login"), &source));
	assert_false(template_find("session/logi", strlen("session/logi"), &source));
	assert_false(template_find("session/login2", strlen("session/login2"), &source));
	assert_false(template_find("", 0, &source));
	assert_false(template_find("../session/login", strlen("../session/login"), &source));
	assert_null(template_name(100000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_template_is_sound),
		CASE(every_partial_that_a_template_names_is_there),
		CASE(no_template_writes_a_value_without_escaping_it),
		CASE(every_template_bears_a_model_that_has_nothing),
		CASE(names_are_found_whole),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
