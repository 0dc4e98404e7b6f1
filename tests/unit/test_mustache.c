#include "view/mustache.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compat.h"

enum { ARENA_CAP = 64 * 1024 * 1024 };

static struct arena *arena;
static struct json_object *partials; /* what find_partial() knows */
static size_t finds;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_create(ARENA_CAP);
	partials = NULL;
	finds = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_destroy(arena);
	json_object_put(partials);
	return 0;
}

static bool
find_partial(const char *name, size_t len, struct template_source *out)
{
	struct json_object *text = NULL;

	finds++;
	if (!json_object_object_get_ex(partials, arena_strndup(arena, name, len), &text))
		return false;
	out->text = json_object_get_string(text);
	out->len = (size_t)json_object_get_string_len(text);
	return true;
}

static void
use_partials(const char *json)
{
	json_object_put(partials);
	partials = json_tokener_parse(json);
	assert_non_null(partials);
}

static void
put_model(void *model)
{
	json_object_put(model);
}

/* The template filled in from a model that the arena then owns. The template is copied without its
 * NUL, so that AddressSanitizer sees who reads past its end. */
static const char *
render_model(const char *template, struct json_object *model)
{
	struct buf out;
	size_t len = strlen(template);
	char *text = memcpy(arena_alloc(arena, len), template, len);

	arena_defer(arena, put_model, model);
	buf_init(&out, arena, 0);
	mustache_render(&out, (struct template_source){ text, len }, model, find_partial);
	return out.data;
}

static const char *
render(const char *template, const char *json)
{
	return render_model(template, json_tokener_parse(json));
}

static const char *
fault_of(const char *template)
{
	struct template_source source = { template, strlen(template) };
	const char *fault = "";

	bool is_sound = mustache_check(source, &fault);
	assert_int_equal(is_sound, fault == NULL);
	return fault;
}

/* Whether rendering ends the process, as must() does. */
static bool
render_dies(const char *template, const char *json)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		render(template, json);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static const char *
member_text(struct json_object *object, const char *name)
{
	return json_object_get_string(json_object_object_get(object, name));
}

/* Runs one case of the specification; false, and says so, when it fails. */
static bool
spec_case_passes(const char *spec, struct json_object *test)
{
	struct json_object *model = json_object_get(json_object_object_get(test, "data"));
	const char *template = member_text(test, "template");
	const char *expected = member_text(test, "expected");

	json_object_put(partials);
	partials = json_object_get(json_object_object_get(test, "partials"));
	const char *fault = fault_of(template);
	if (fault != NULL)
		print_error("%s: %s: %s\n", spec, member_text(test, "name"), fault);
	const char *actual = render_model(template, model);
	if (strcmp(actual, expected) == 0)
		return fault == NULL;
	print_error("%s: %s: expected [%s], is [%s]\n", spec, member_text(test, "name"), expected,
	            actual);
	return false;
}

static void
run_spec(const char *spec, size_t *passed, size_t *failed)
{
	const char *root = getenv("CAREDESK_SRCDIR");
	const char *path = arena_printf(arena, "%s/tests/data/mustache-spec/%s.json",
	                                root == NULL ? "." : root, spec);
	struct json_object *file = json_object_from_file(path);
	struct json_object *tests = json_object_object_get(file, "tests");

	if (tests == NULL)
		fail_msg("%s: %s", path, json_util_get_last_err());
	for (size_t i = 0; i < json_object_array_length(tests); i++) {
		bool passes = spec_case_passes(spec, json_object_array_get_idx(tests, i));
		*(passes ? passed : failed) += 1;
	}
	json_object_put(file);
}

static void
every_case_of_the_six_mandatory_specifications_passes(void **state)
{
	static const char *const specs[] = {
		"comments", "delimiters", "interpolation", "inverted", "partials", "sections",
	};
	size_t passed = 0;
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(specs); i++)
		run_spec(specs[i], &passed, &failed);
	print_message("mustache specification: %zu passed, %zu failed\n", passed, failed);
	assert_int_equal(failed, 0);
	assert_true(passed >= 136);
}

static void
check_accepts_what_is_well_formed(void **state)
{
	(void)state;
	assert_null(fault_of(""));
	assert_null(fault_of("no tags } } { {"));
	assert_null(fault_of("{{a.b-c_1}} {{{.}}} {{& x }} {{> patient/row }} {{! any thing }}"));
	assert_null(fault_of("{{#a}}{{^a}}{{/a}}{{/a}}{{#.}}{{/.}}"));
	assert_null(fault_of("{{=<% %>=}}<%#a%>{{<%/a%><%={{ }}=%>{{a}}"));
}

static void
check_finds_a_tag_that_is_not_closed(void **state)
{
	static const char *const templates[] = {
		"{{",         "a {{name",  "{{name}",     "{{{name}}", "{{{", "{{! words",        "{{=",
		"{{=<% %>}}", "{{=|=}}{{", "{{#a}}{{/a}", "{{ ",       "{{#", "{{=<% %>=}}<%a}}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(templates); i++)
		assert_non_null(fault_of(templates[i]));
	assert_string_equal(fault_of("a {{name"), "a tag is not closed");
	assert_string_equal(fault_of("{{{name}}"), "a tag is not closed");
}

static void
check_finds_sections_that_do_not_nest(void **state)
{
	static const char *const templates[] = {
		"{{#a}}",
		"{{^a}}text",
		"{{/a}}",
		"{{#a}}{{/b}}",
		"{{#a}}{{#b}}{{/a}}{{/b}}",
		"{{#a}}{{/a}}{{/a}}",
		"{{#a}}{{! {{/a}}",
		"{{#a}}{{=<% %>=}}{{/a}}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(templates); i++)
		assert_non_null(fault_of(templates[i]));
	assert_string_equal(fault_of("{{#a}}"), "a section is not closed");
}

static void
check_finds_names_and_delimiters_that_mean_nothing(void **state)
{
	static const char *const templates[] = {
		"{{}}",
		"{{ }}",
		"{{#}}{{/}}",
		"{{>}}",
		"{{a b}}",
		"{{a..b}}",
		"{{.a}}",
		"{{a.}}",
		"{{..}}",
		"{{<parent}}{{/parent}}",
		"{{$block}}{{/block}}",
		"{{>*dynamic}}",
		"{{a {{b}}",
		"{{\"a\"}}",
		"{{==}}",
		"{{= =}}",
		"{{=|=}}",
		"{{=a b c=}}",
		"{{=a= b=}}",
		"{{===}}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(templates); i++)
		assert_non_null(fault_of(templates[i]));
}

static void
rendering_a_faulty_template_ends_the_process(void **state)
{
	(void)state;
	use_partials("{\"bad\": \"{{#a}}\"}");
	assert_true(render_dies("{{#a}}", "{}"));
	assert_true(render_dies("{{a", "{}"));
	assert_true(render_dies("{{>bad}}", "{}"));
	assert_false(render_dies("{{a}}", "{}"));
}

static void
a_partial_that_is_missing_renders_nothing(void **state)
{
	(void)state;
	assert_string_equal(render("a{{>none}}b\n  {{>none}}\nc", "{}"), "ab\nc");
}

static void
a_partial_may_contain_itself_as_deep_as_the_model_goes(void **state)
{
	(void)state;
	use_partials("{\"node\": \"{{n}}({{#kids}}{{>node}}{{/kids}})\"}");
	assert_string_equal(render("{{>node}}", "{\"n\": 1, \"kids\": [{\"n\": 2, \"kids\": []},"
	                                        " {\"n\": 3, \"kids\": []}]}"),
	                    "1(2()3())");
	assert_int_equal(finds, 1);
}

static void
a_partial_without_end_ends_the_process(void **state)
{
	(void)state;
	use_partials("{\"a\": \"x{{>b}}\", \"b\": \"y\\n {{>a}}\"}");
	assert_true(render_dies("{{>a}}", "{}"));
}

static void
partials_go_sixty_four_deep_and_no_deeper(void **state)
{
	(void)state;
	partials = json_object_new_object();
	for (int i = 1; i <= 65; i++) {
		char text[32];
		snprintf(text, sizeof(text), "%s{{>p%d}}", i == 64 ? "deep" : "", i + 1);
		json_object_object_add(partials, arena_printf(arena, "p%d", i),
		                       json_object_new_string(text));
	}
	assert_true(render_dies("{{>p1}}", "{}"));
	assert_true(render_dies("{{>p2}}", "{}"));
	assert_string_equal(render("{{>p3}}", "{}"), "deep");
}

/* `depth` sections in each other, all of the same name. */
static const char *
nested_sections(int depth)
{
	struct buf text;

	buf_init(&text, arena, 0);
	for (int i = 0; i < depth; i++)
		buf_puts(&text, "{{#a}}<");
	for (int i = 0; i < depth; i++)
		buf_puts(&text, ">{{/a}}");
	return text.data;
}

static void
sections_go_sixty_four_deep_and_no_deeper(void **state)
{
	(void)state;
	assert_null(fault_of(nested_sections(64)));
	assert_int_equal(strlen(render(nested_sections(64), "{\"a\": true}")), 128);
	assert_non_null(fault_of(nested_sections(65)));
	assert_true(render_dies(nested_sections(65), "{\"a\": true}"));
}

static void
a_model_far_deeper_than_the_template_does_no_harm(void **state)
{
	struct json_object *model = json_object_new_string("core");
	struct buf name;

	(void)state;
	buf_init(&name, arena, 0);
	buf_puts(&name, "{{a");
	for (int i = 0; i < 1000; i++) {
		struct json_object *outer = json_object_new_object();
		json_object_object_add(outer, "a", model);
		model = outer;
		buf_puts(&name, i == 0 ? "" : ".a");
	}
	buf_puts(&name, "}}");
	assert_string_equal(render_model(name.data, model), "core");
}

static void
hostile_values_are_escaped_in_text_and_attributes(void **state)
{
	static const char hostile[] = "{\"v\": \"\\\"><script>alert('x')</script>&{{v}}{{{v}}}\"}";

	(void)state;
	assert_string_equal(render("<p title=\"{{v}}\">{{v}}</p>", hostile),
	                    "<p title=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"
	                    "&amp;{{v}}{{{v}}}\">"
	                    "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"
	                    "&amp;{{v}}{{{v}}}</p>");
	assert_string_equal(render("<p title='{{v}}'>", "{\"v\": \"' onload='x\"}"),
	                    "<p title='&#39; onload=&#39;x'>");
	assert_string_equal(render("{{{v}}}{{&v}}", "{\"v\": \"<b>&\"}"), "<b>&<b>&");
}

static void
a_value_is_written_to_its_last_byte(void **state)
{
	struct json_object *model = json_object_new_string_len("a\0<b", 4);
	struct buf out;

	(void)state;
	buf_init(&out, arena, 0);
	mustache_render(&out, (struct template_source){ "{{.}}", 5 }, model, find_partial);
	assert_int_equal(out.len, 7);
	assert_memory_equal(out.data, "a\0&lt;b", 8);
	json_object_put(model);
}

static void
numbers_show_the_digits_they_were_given(void **state)
{
	struct json_object *model = json_object_new_array();

	(void)state;
	assert_string_equal(render("{{#.}}{{.}} {{/.}}", "[1.21, 4.10, 0, -7, 1e3, true,"
	                                                 "9223372036854775807, 18446744073709551615]"),
	                    "1.21 4.10 0 -7 1e3 true 9223372036854775807 18446744073709551615 ");
	json_object_array_add(model, json_object_new_double(1.21));
	json_object_array_add(model, json_object_new_double(0.1 + 0.2));
	json_object_array_add(model, json_object_new_double(5));
	assert_string_equal(render_model("{{#.}}{{.}} {{/.}}", model), "1.21 0.30000000000000004 5 ");
}

static void
a_section_is_shown_over_zero_and_not_over_what_is_empty(void **state)
{
	static const char template[] = "{{#.}}{{#v}}[{{.}}]{{/v}}{{^v}}-{{/v}}{{/.}}";

	(void)state;
	assert_string_equal(render(template, "[{\"v\": 0}, {\"v\": \"\"}, {\"v\": []}, {\"v\": null},"
	                                     "{}, {\"v\": false}, {\"v\": {}}, {\"v\": \"a\"},"
	                                     "{\"v\": 0.0}]"),
	                    "[0]-----[][a][0.0]");
	assert_string_equal(render("{{v}}{{{l}}}.", "{\"v\": {\"a\": 1}, \"l\": [1]}"), ".");
	assert_string_equal(render("{{a}}{{.}}{{#a}}x{{/a}}{{^a}}y{{/a}}", "null"), "y");
}

static void
null_hides_what_outer_contexts_have(void **state)
{
	(void)state;
	assert_string_equal(
		render("{{#in}}{{a}},{{b}}{{/in}}", "{\"a\": 1, \"b\": 2, \"in\": {\"a\": null}}"), ",2");
}

static void
partials_in_partials_add_up_their_indents(void **state)
{
	(void)state;
	use_partials("{\"a\": \"<a>\\n{{#list}}\\n  {{>b}}\\n{{/list}}\\n\\n{{list.0}}</a>\\n\","
	             " \"b\": \"{{.}}\\n{{>c}}\\n{{>none}}\", \"c\": \"c\\nc {{{.}}}\\n\"}");
	assert_string_equal(render("{{none}}\n\t{{>a}}\nend {{>b}}", "{\"list\": [\"x\", \"y\\nz\"]}"),
	                    "\n\t<a>\n\t  x\n\t  c\n\t  c x\n\t  y\nz\n\t  c\n\t  c y\nz\n\t\n\t</a>\n"
	                    "end \nc\nc \n");
}

static void
a_large_list_is_rendered_from_one_reading_of_its_templates(void **state)
{
	struct json_object *model = json_object_new_object();
	struct json_object *list = json_object_new_array();
	enum { ROWS = 100 * 1000 };

	(void)state;
	use_partials("{\"row\": \"<td>{{name}}</td>{{#tags}}<i>{{.}}</i>{{/tags}}{{>none}}\\n\"}");
	json_object_object_add(model, "rows", list);
	for (int i = 0; i < ROWS; i++) {
		struct json_object *row = json_object_new_object();
		json_object_object_add(row, "name", json_object_new_string("O'Brien"));
		json_object_array_add(list, row);
	}
	const char *html = render_model("{{#rows}}\n  {{>row}}\n{{/rows}}\n", model);
	assert_int_equal(strlen(html), ROWS * strlen("  <td>O&#39;Brien</td>\n"));
	assert_int_equal(finds, 2);
	/* The output as it grew, and hardly more. */
	assert_true(arena_used(arena) < 4 * strlen(html) + 64 * 1024);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(every_case_of_the_six_mandatory_specifications_passes),
		TEST(check_accepts_what_is_well_formed),
		TEST(check_finds_a_tag_that_is_not_closed),
		TEST(check_finds_sections_that_do_not_nest),
		TEST(check_finds_names_and_delimiters_that_mean_nothing),
		TEST(rendering_a_faulty_template_ends_the_process),
		TEST(a_partial_that_is_missing_renders_nothing),
		TEST(a_partial_may_contain_itself_as_deep_as_the_model_goes),
		TEST(a_partial_without_end_ends_the_process),
		TEST(partials_go_sixty_four_deep_and_no_deeper),
		TEST(sections_go_sixty_four_deep_and_no_deeper),
		TEST(a_model_far_deeper_than_the_template_does_no_harm),
		TEST(hostile_values_are_escaped_in_text_and_attributes),
		TEST(a_value_is_written_to_its_last_byte),
		TEST(numbers_show_the_digits_they_were_given),
		TEST(a_section_is_shown_over_zero_and_not_over_what_is_empty),
		TEST(null_hides_what_outer_contexts_have),
		TEST(partials_in_partials_add_up_their_indents),
		TEST(a_large_list_is_rendered_from_one_reading_of_its_templates),
	};

	return cmocka_run_group_tests_name("mustache", tests, NULL, NULL);
}
