/* fcgi.h - the worker's loop. The only room of the house where libfcgi is known. */
#ifndef CAREDESK_WEB_FCGI_H
#define CAREDESK_WEB_FCGI_H

struct app;

/* Serves one request after the other from the socket on file descriptor 0 until SIGTERM, SIGINT or
 * SIGUSR1; the request in flight is finished. Returns the exit status. */
int fcgi_loop(struct app *app);

#endif
