/* list.h - the shape that all lists of the API have: data, pagination, meta. */
#ifndef CAREDESK_WEB_LIST_H
#define CAREDESK_WEB_LIST_H

#include "web/req.h"

/* Which page of how much. */
struct list_page {
	long page;
	long page_size;
	long total;
	bool is_estimate;
};

/* Makes the reply's data such a list and returns its array of items, still empty. */
struct json_object *list_begin(struct req *req, const struct list_page *page);

/* A whole number from the query, from 1 to `most`; a fault is recorded and gives `fallback`. */
long list_number(struct req *req, const char *name, long fallback, long most);

#endif
