#include "view/mustache.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compat.h"

enum { SECTIONS_MAX = 64, PARTIALS_MAX = 64 };

/* The kinds of tag, each the byte that a tag of that kind begins with; plain names have none. */
enum kind {
	KIND_NONE = '\0', /* the template ends before a tag */
	KIND_VALUE = '.',
	KIND_RAW = '&',
	KIND_TRIPLE = '{',
	KIND_SECTION = '#',
	KIND_INVERTED = '^',
	KIND_CLOSE = '/',
	KIND_PARTIAL = '>',
	KIND_COMMENT = '!',
	KIND_DELIMITERS = '=',
};

struct span {
	const char *text;
	size_t len;
};

/* Reading: a template comes apart into pieces, each some text and the tag after it. */

struct scanner {
	const char *begin;
	const char *pos;
	const char *end;
	struct span opening;
	struct span closing;
	struct span sections[SECTIONS_MAX]; /* the names of those that are open */
	size_t depth;
	const char *fault;
};

struct piece {
	struct span text;
	bool starts_line; /* whether the text, or without text the tag, is what a line begins with */
	enum kind kind;
	struct span content; /* the name, for most */
	bool standalone;
	struct span indent; /* white space before a standalone tag */
};

static struct scanner
scanner_at(struct template_source source)
{
	return (struct scanner){
		.begin = source.text,
		.pos = source.text,
		.end = source.text + source.len,
		.opening = { "{{", 2 },
		.closing = { "}}", 2 },
	};
}

static bool
fail(struct scanner *scanner, const char *fault)
{
	scanner->fault = fault;
	return false;
}

static const char *
find_span(const char *from, const char *end, struct span what)
{
	return memmem(from, (size_t)(end - from), what.text, what.len);
}

static bool
is_equal(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

static bool
is_space(char byte)
{
	return isspace((unsigned char)byte) != 0;
}

static struct span
trim(const char *from, const char *end)
{
	while (from < end && is_space(*from))
		from++;
	while (from < end && is_space(end[-1]))
		end--;
	return (struct span){ from, (size_t)(end - from) };
}

/* Parts of at least one byte, single dots between them; or the implicit iterator, a dot alone. */
static bool
is_name(struct span name)
{
	bool part_is_empty = true;

	if (name.len == 1 && name.text[0] == '.')
		return true;
	for (size_t i = 0; i < name.len; i++) {
		char byte = name.text[i];
		if (byte == '.' ? part_is_empty : !isalnum((unsigned char)byte) && !memchr("_-/", byte, 3))
			return false;
		part_is_empty = byte == '.';
	}
	return !part_is_empty;
}

static bool
is_value(enum kind kind)
{
	return kind == KIND_VALUE || kind == KIND_RAW || kind == KIND_TRIPLE;
}

static bool
is_section(enum kind kind)
{
	return kind == KIND_SECTION || kind == KIND_INVERTED;
}

/* Reads the tag whose opening delimiter ends at `from`. One that begins with { or = has that brace
 * or sign again before its closing delimiter. Returns where the text goes on, or NULL. */
static const char *
read_tag(const struct scanner *scanner, const char *from, struct piece *piece)
{
	const char *end = scanner->end;

	while (from < end && is_space(*from))
		from++;
	if (from < end && memchr("&{#^/>!=", *from, 8) != NULL)
		piece->kind = (enum kind) * from++;
	else
		piece->kind = KIND_VALUE;
	char last = piece->kind == KIND_TRIPLE ? '}' : piece->kind == KIND_DELIMITERS ? '=' : '\0';
	const char *close = find_span(from, end, scanner->closing);
	while (close != NULL && last != '\0' && (close == from || close[-1] != last))
		close = find_span(close + 1, end, scanner->closing);
	if (close == NULL)
		return NULL;
	piece->content = trim(from, last == '\0' ? close : close - 1);
	return close + scanner->closing.len;
}

static bool
set_delimiters(struct scanner *scanner, struct span both)
{
	const char *end = both.text + both.len;
	const char *gap = both.text;

	while (gap < end && !is_space(*gap))
		gap++;
	struct span closing = trim(gap, end);
	bool is_word = closing.len > 0;
	for (size_t i = 0; i < closing.len; i++)
		is_word = is_word && !is_space(closing.text[i]);
	if (!is_word || memchr(both.text, '=', both.len) != NULL)
		return fail(scanner, "the new delimiters are not two words without =");
	scanner->opening = (struct span){ both.text, (size_t)(gap - both.text) };
	scanner->closing = closing;
	return true;
}

/* What a tag means to the scanner itself: delimiters that change, sections that open and close. */
static bool
take_tag(struct scanner *scanner, const struct piece *piece)
{
	if (piece->kind == KIND_COMMENT)
		return true;
	if (piece->kind == KIND_DELIMITERS)
		return set_delimiters(scanner, piece->content);
	if (!is_name(piece->content))
		return fail(scanner, "a tag has no name, or one with a character that names do not have");
	if (piece->kind == KIND_CLOSE) {
		if (scanner->depth == 0 || !is_equal(scanner->sections[--scanner->depth], piece->content))
			return fail(scanner, "a section is closed that is not the last one opened");
	} else if (is_section(piece->kind)) {
		if (scanner->depth == SECTIONS_MAX)
			return fail(scanner, "too many sections are in each other");
		scanner->sections[scanner->depth++] = piece->content;
	}
	return true;
}

/* When the tag between `tag` and `after` is alone on its line, the whole line goes: the white space
 * before it is its indent, not text, and the text goes on behind the end of the line. */
static void
take_line(struct scanner *scanner, const char *tag, const char *after, struct piece *piece)
{
	const char *line = tag;

	scanner->pos = after;
	if (is_value(piece->kind))
		return;
	while (line > scanner->begin && (line[-1] == ' ' || line[-1] == '\t'))
		line--;
	while (after < scanner->end && (*after == ' ' || *after == '\t'))
		after++;
	if (scanner->end - after >= 2 && after[0] == '\r' && after[1] == '\n')
		after++;
	if ((line > scanner->begin && line[-1] != '\n') || (after < scanner->end && *after != '\n'))
		return;
	piece->standalone = true;
	piece->indent = (struct span){ line, (size_t)(tag - line) };
	piece->text.len -= piece->indent.len;
	scanner->pos = after < scanner->end ? after + 1 : after;
}

/* The next piece. False at the end, and at a fault, which is then in scanner->fault. */
static bool
scan(struct scanner *scanner, struct piece *piece)
{
	const char *text = scanner->pos;

	memset(piece, 0, sizeof(*piece));
	if (text == scanner->end)
		return scanner->depth > 0 && fail(scanner, "a section is not closed");
	piece->starts_line = text == scanner->begin || text[-1] == '\n';
	const char *tag = find_span(text, scanner->end, scanner->opening);
	piece->text = (struct span){ text, (size_t)((tag == NULL ? scanner->end : tag) - text) };
	scanner->pos = scanner->end;
	if (tag == NULL)
		return true;
	const char *after = read_tag(scanner, tag + scanner->opening.len, piece);
	if (after == NULL)
		return fail(scanner, "a tag is not closed");
	take_line(scanner, tag, after, piece);
	return take_tag(scanner, piece);
}

bool
mustache_check(struct template_source source, const char **fault)
{
	struct scanner scanner = scanner_at(source);
	struct piece piece;

	while (scan(&scanner, &piece))
		continue;
	*fault = scanner.fault;
	return scanner.fault == NULL;
}

/* Compiling: pieces become a tree, in which a loop finds its body without looking for its end. */

struct node {
	struct node *next;
	struct node *children; /* of a section */
	struct piece piece;
};

struct template
{
	struct template *next;
	struct span name;
	struct node *nodes;
};

/* A NUL in place of each dot, so that the parts are keys; the implicit iterator has no parts. */
static struct span
split_name(struct arena *arena, struct span name)
{
	if (name.len == 1 && name.text[0] == '.')
		name.len = 0;
	char *parts = arena_strndup(arena, name.text, name.len);
	for (size_t i = 0; i < name.len; i++) {
		if (parts[i] == '.')
			parts[i] = '\0';
	}
	return (struct span){ parts, name.len };
}

static struct node *
compile(struct arena *arena, struct template_source source)
{
	struct scanner scanner = scanner_at(source);
	struct piece piece;
	struct node *nodes = NULL;
	struct node **tails[SECTIONS_MAX + 1] = { &nodes }; /* where each open list goes on */
	size_t depth = 0;

	while (scan(&scanner, &piece)) {
		struct node *node = arena_alloc(arena, sizeof(*node));
		node->piece = piece;
		*tails[depth] = node;
		tails[depth] = &node->next;
		if (piece.kind == KIND_CLOSE)
			depth--;
		if (is_section(piece.kind))
			tails[++depth] = &node->children;
		if (is_value(piece.kind) || is_section(piece.kind))
			node->piece.content = split_name(arena, piece.content);
	}
	if (scanner.fault != NULL)
		must_fail(scanner.fault, __FILE__, __LINE__);
	return nodes;
}

/* Rendering: the tree is walked with the stack of what sections have entered. */

struct context {
	const struct context *parent;
	struct json_object *value;
};

struct render {
	struct buf *out;
	bool (*find)(const char *name, size_t len, struct template_source *out);
	struct template *templates; /* the partials that were asked for */
	size_t depth;
};

/* The nearest context that has the name's first part decides: the others are looked up in that. */
static struct json_object *
lookup(const struct context *context, struct span name)
{
	struct json_object *value = context->value;
	const char *part = name.text;
	const char *end = part + name.len;

	if (part == end)
		return value;
	for (; !json_object_object_get_ex(context->value, part, &value); context = context->parent) {
		if (context->parent == NULL)
			return NULL;
	}
	for (part += strlen(part) + 1; part < end; part += strlen(part) + 1) {
		if (!json_object_object_get_ex(value, part, &value))
			return NULL;
	}
	return value;
}

static bool
is_shown(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return false;
	case json_type_boolean:
		return json_object_get_boolean(value);
	case json_type_string:
		return json_object_get_string_len(value) > 0;
	case json_type_array:
		return json_object_array_length(value) > 0;
	default:
		return true;
	}
}

/* The fewest digits that read back as the same number; 17 always do. */
static void
put_double(struct buf *out, double number)
{
	char text[32];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_puts(out, text);
}

static void
render_value(struct buf *out, struct json_object *value, bool raw)
{
	enum json_type type = json_object_get_type(value);

	if (type == json_type_null || type == json_type_object || type == json_type_array)
		return;
	/* A double with user data is one that json-c read, and is its text: 4.10 stays 4.10. */
	if (type == json_type_double && json_object_get_userdata(value) == NULL) {
		put_double(out, json_object_get_double(value));
		return;
	}
	const char *text = json_object_get_string(value);
	int bytes = json_object_get_string_len(value); /* 0 for what is not a string */
	size_t len = bytes > 0 ? (size_t)bytes : strlen(text);
	if (raw)
		buf_put(out, text, len);
	else
		buf_put_html(out, text, len);
}

/* Text, with the indent at the beginning of each line that has text, or a tag not alone on it. */
static void
render_text(struct buf *out, const struct piece *piece, struct span indent)
{
	bool tag_follows = piece->kind != KIND_NONE && !piece->standalone;
	bool starts_line = piece->starts_line;
	struct span rest = piece->text;

	while (indent.len > 0 && (rest.len > 0 || (starts_line && tag_follows))) {
		if (starts_line)
			buf_put(out, indent.text, indent.len);
		const char *newline = memchr(rest.text, '\n', rest.len);
		starts_line = newline != NULL;
		size_t len = newline != NULL ? (size_t)(newline + 1 - rest.text) : rest.len;
		buf_put(out, rest.text, len);
		rest = (struct span){ rest.text + len, rest.len - len };
	}
	buf_put(out, rest.text, rest.len);
}

static const struct template *
find_template(struct render *render, struct span name)
{
	struct template_source source;

	for (const struct template *known = render->templates; known != NULL; known = known->next) {
		if (is_equal(known->name, name))
			return known;
	}
	struct template *template = arena_alloc(render->out->arena, sizeof(*template));
	template->name = name;
	if (render->find(name.text, name.len, &source))
		template->nodes = compile(render->out->arena, source);
	template->next = render->templates;
	render->templates = template;
	return template;
}

/* A partial whose tag stands alone is indented as the tag is and as the partial it is in. */
static struct span
join_indents(struct arena *arena, struct span outer, const struct piece *piece)
{
	if (!piece->standalone || outer.len == 0)
		return piece->indent;
	struct buf both;
	buf_init(&both, arena, outer.len + piece->indent.len);
	buf_put(&both, outer.text, outer.len);
	buf_put(&both, piece->indent.text, piece->indent.len);
	return (struct span){ both.data, both.len };
}

static void render_nodes(struct render *render, const struct node *nodes,
                         const struct context *context, struct span indent);

static void
render_partial(struct render *render, const struct piece *piece, const struct context *context,
               struct span indent)
{
	must(render->depth < PARTIALS_MAX);
	render->depth++;
	indent = join_indents(render->out->arena, indent, piece);
	render_nodes(render, find_template(render, piece->content)->nodes, context, indent);
	render->depth--;
}

static void
render_section(struct render *render, const struct node *node, const struct context *context,
               struct span indent)
{
	struct json_object *value = lookup(context, node->piece.content);
	struct context inner = { context, value };
	bool inverted = node->piece.kind == KIND_INVERTED;

	if (is_shown(value) == inverted)
		return;
	if (inverted || !json_object_is_type(value, json_type_array)) {
		render_nodes(render, node->children, inverted ? context : &inner, indent);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		inner.value = json_object_array_get_idx(value, i);
		render_nodes(render, node->children, &inner, indent);
	}
}

static void
render_nodes(struct render *render, const struct node *nodes, const struct context *context,
             struct span indent)
{
	for (const struct node *node = nodes; node != NULL; node = node->next) {
		const struct piece *piece = &node->piece;
		render_text(render->out, piece, indent);
		if (is_value(piece->kind))
			render_value(render->out, lookup(context, piece->content), piece->kind != KIND_VALUE);
		else if (is_section(piece->kind))
			render_section(render, node, context, indent);
		else if (piece->kind == KIND_PARTIAL)
			render_partial(render, piece, context, indent);
	}
}

void
mustache_render(struct buf *out, struct template_source source, struct json_object *model,
                bool (*find)(const char *name, size_t len, struct template_source *out))
{
	struct render render = { .out = out, .find = find };
	struct context root = { .value = model };

	render_nodes(&render, compile(out->arena, source), &root, (struct span){ NULL, 0 });
}
