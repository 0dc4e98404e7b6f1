/*
 * mustache.h - pages from templates: the Mustache language over a JSON model.
 *
 * Comments, delimiters, interpolation, inverted sections, partials and sections as the Mustache
 * specification 1.4 has them (https://github.com/mustache/spec); none of the optional modules: no
 * lambdas, inheritance or dynamic names. A template cannot compute and sees nothing but the model.
 * Templates are ours and are trusted, what is in the model is not: {{name}} is always escaped for
 * HTML text and quoted attributes, {{{name}}} and {{&name}} never are. The caller owns the model,
 * which is not changed, and the template texts, which stay as they are until mustache_render()
 * returns; what is allocated on the way comes from the arena of `out`. Each text is read once per
 * rendering, however often a loop comes by it.
 */
#ifndef CAREDESK_VIEW_MUSTACHE_H
#define CAREDESK_VIEW_MUSTACHE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct json_object;

/* The text of a template; it need not end in a NUL. */
struct template_source {
	const char *text;
	size_t len;
};

/*
 * Appends the template, filled in from the model (NULL is JSON's null), to `out`. `find` looks up
 * the source of a partial by its name, which is not ended by NUL, and returns false when there is
 * none: that partial renders as nothing. It is asked once for each name.
 *
 * What the specification leaves open: a section over null, false, "" or [] is not shown, over 0, {}
 * or any other value it is. A number shows the text it had in JSON when it was read from JSON, else
 * the shortest that reads back as the same number. An object or a list as a value shows nothing.
 *
 * A template or partial that mustache_check() refuses, or partials more than 64 deep in each other,
 * end the process (see must()).
 */
void mustache_render(struct buf *out, struct template_source source, struct json_object *model,
                     bool (*find)(const char *name, size_t len, struct template_source *out));

/*
 * Whether mustache_render() accepts the template: every tag and section is closed, in order, at
 * most 64 sections are in each other, names are letters, digits, `_`, `-` and `/` with single dots
 * between them, and new delimiters are two words. `*fault` is then NULL; otherwise it says what is
 * wrong, in English. Partials are not looked at: check each on its own.
 */
bool mustache_check(struct template_source source, const char **fault);

#endif
