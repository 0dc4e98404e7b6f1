/*
 * resume.h - a form that outlives its session.
 *
 * When a session has ended, saving a form answers with the sign-in page, and the form goes along in
 * it. After signing in the form's own page comes back, filled in, to be looked at and saved.
 * Nothing of it is kept on the server.
 */
#ifndef CAREDESK_WEB_RESUME_H
#define CAREDESK_WEB_RESUME_H

#include "web/req.h"

/* Whether the failed request is such a form: sent from our own page by somebody whose session
 * ended. */
bool resume_is_due(struct req *req);

/* The address of the page that the form was on. */
const char *resume_page(struct req *req);

/* After signing in: makes this request show the page `next` with the form's values. False, with
 * nothing changed, where that page is none of a form's, or not for this role. */
bool resume_form(struct req *req, const char *next, const char *form_text);

#endif
