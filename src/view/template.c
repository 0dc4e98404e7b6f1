#include "view/template.h"

#include <string.h>

#include "base/compat.h"

static const struct {
	const char *name;
	const char *text;
} templates[] = {
#define TEMPLATE(name, text) { name, text },
#include "gen/templates.def"
#undef TEMPLATE
};

bool
template_find(const char *name, size_t len, struct template_source *out)
{
	for (size_t i = 0; i < COUNT_OF(templates); i++) {
		if (strlen(templates[i].name) != len || memcmp(templates[i].name, name, len) != 0)
			continue;
		out->text = templates[i].text;
		out->len = strlen(templates[i].text);
		return true;
	}
	return false;
}

const char *
template_name(size_t n)
{
	return n < COUNT_OF(templates) ? templates[n].name : NULL;
}
