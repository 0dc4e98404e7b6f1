/*
 * openapi.h - the API's description for programs (OpenAPI 3.1), made from the tables that the
 * program itself runs on.
 *
 * Routes and permissions come from routes.def and role.def, a patient's fields from patient.def,
 * failures from err.def: a row added there is in the document without a word here. What no table
 * says (what a handler is for, which parameters it reads, what its data look like) stands in
 * openapi.c, keyed by the handler's name.
 */
#ifndef CAREDESK_WEB_OPENAPI_H
#define CAREDESK_WEB_OPENAPI_H

struct arena;
struct json_object;

/*
 * The whole document, which lives as long as the arena. patient_init() must have been called. Every
 * route with the flag API needs a row in openapi.c: one without is a must(), so that `caredesk
 * openapi` and make check stop whoever forgot it.
 */
struct json_object *openapi_document(struct arena *arena);

#endif
