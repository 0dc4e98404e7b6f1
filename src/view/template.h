/* template.h - the templates of templates/, embedded at build time, by their path without ending.
 */
#ifndef CAREDESK_VIEW_TEMPLATE_H
#define CAREDESK_VIEW_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "view/mustache.h"

/* Finds a template; false where there is none of that name. */
bool template_find(const char *name, size_t len, struct template_source *out);

/* The n-th template's name, NULL after the last. */
const char *template_name(size_t n);

#endif
