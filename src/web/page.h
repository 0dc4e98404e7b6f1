/*
 * page.h - the model that a page's template sees: the reply's data, and around it what every page
 * has.
 *
 * A route's presenter (present_…) adds what only its page needs: words instead of codes, links, the
 * inputs of a form. Nothing is looked up here that the JSON view does not have.
 */
#ifndef CAREDESK_WEB_PAGE_H
#define CAREDESK_WEB_PAGE_H

#include "web/req.h"

struct buf;
struct entity;
struct field;

/* Writes the page of the reply, or of its failure. */
void page_render(struct req *req, int status, struct buf *out);

/* Sets the page's title and heading. */
void page_title(struct json_object *model, const char *title);

/*
 * One object per field of the entity, as the form's inputs: form_fields.firstName,
 * form_fields.address.city … `values` is a JSON object in the API's shape: what was typed, or what
 * is saved. Faults of the request stand with their fields.
 */
struct json_object *form_fields(struct req *req, const struct entity *entity,
                                struct json_object *values);

/* The same for showing: label and text of each field that has a value. */
struct json_object *shown_fields(struct req *req, const struct entity *entity,
                                 struct json_object *values);

/* A value as people read it: the word of a choice, 15 Jan 1990, Yes. */
const char *field_text(struct req *req, const struct field *field, const char *value);

/* A field's value in a JSON object of the API's shape, as text; NULL where there is none. */
const char *value_at(const struct field *field, struct json_object *values);

#endif
