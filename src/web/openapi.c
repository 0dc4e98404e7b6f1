#include "web/openapi.h"
#include "base/json.h"
struct json_object *openapi_document(struct arena *arena) { return json_object_in(arena); }
