#include "web/list.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/str.h"

#include "base/compat.h"

static void
add_pagination(struct json_object *data, const struct list_page *page)
{
	struct json_object *pages = json_add_object(data, "pagination");
	long total_pages = (page->total + page->page_size - 1) / page->page_size;

	json_add_int(pages, "page", page->page);
	json_add_int(pages, "pageSize", page->page_size);
	json_add_int(pages, "total", page->total);
	json_add_int(pages, "totalPages", total_pages);
	json_add_bool(pages, "hasNext", page->page < total_pages);
	json_add_bool(pages, "hasPrev", page->page > 1);
	json_add_bool(pages, "totalIsEstimate", page->is_estimate);
	json_add(pages, "nextCursor", NULL);
}

struct json_object *
list_begin(struct req *req, const struct list_page *page)
{
	struct json_object *data = json_object_in(req->cx.arena);
	struct json_object *items = json_add_array(data, "data");

	req->reply.data = data;
	add_pagination(data, page);
	struct json_object *meta = json_add_object(data, "meta");
	json_add_double(meta, "processingTime", req->cx.db_elapsed);
	struct json_object *filters = json_add_object(meta, "filters");
	for (const struct pair *pair = req->query; pair->name != NULL; pair++)
		if (!str_has_prefix(pair->name, "page"))
			json_add(filters, pair->name, pair->value);
	return items;
}

long
list_number(struct req *req, const char *name, long fallback, long most)
{
	const char *text = pairs_find(req->query, name);
	char *end = NULL;

	if (text == NULL)
		return fallback;
	errno = 0;
	long number = strtol(text, &end, 10);
	if (errno == 0 && isdigit((unsigned char)*text) && *end == '\0' && number >= 1 &&
	    number <= most)
		return number;
	fail_field(&req->cx, name, "OUT_OF_RANGE", "This must be a whole number from 1 to %ld.", most);
	return fallback;
}
