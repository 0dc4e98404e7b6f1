#ifndef CAREDESK_WEB_OPENAPI_H
#define CAREDESK_WEB_OPENAPI_H
struct arena;
struct json_object *openapi_document(struct arena *arena);
#endif
