/* patient_web.h - what the slices around a patient share: its JSON, its address, its words. */
#ifndef CAREDESK_WEB_PATIENT_WEB_H
#define CAREDESK_WEB_PATIENT_WEB_H

#include "clinic/patient.h"
#include "web/req.h"

/* The patient in the API's shape. */
struct json_object *patient_json(struct req *req, const struct patient *patient);

/* The path of its page. */
const char *patient_href(struct req *req, const char *id);

/* The banner's and the list's words for a patient in the API's shape. */
void patient_add_display(struct req *req, struct json_object *display, struct json_object *patient);

#endif
