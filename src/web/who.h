/*
 * who.h - who sends this request, and whether a browser's change really comes from our own page.
 */
#ifndef CAREDESK_WEB_WHO_H
#define CAREDESK_WEB_WHO_H

#include "web/req.h"

#define SESSION_COOKIE "__Host-caredesk"

/* Fills the caller from the Authorization header (API) or the session cookie (pages). Nobody signed
 * in is no failure; a token that is there and not good is. */
enum err who_is_it(struct req *req) __attribute__((warn_unused_result));

/* Refuses a change from a browser whose Origin is another site, or whose form lacks this session's
 * token. API requests carry no cookie, and pass. */
enum err who_sent_it(struct req *req) __attribute__((warn_unused_result));

/* Whether the browser says that the request comes from a page of ours. */
bool who_is_own(struct req *req);

#endif
