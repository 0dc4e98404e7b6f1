/*
 * mrn.h - medical record numbers: six digits or more in base 30, and a check digit.
 *
 * The alphabet leaves out letters that are mistaken for digits or for each other (B I O Q S Z), and
 * the check digit is Luhn's modulo 30: both as OpenMRS' idgen module has them (LuhnMod30). One
 * wrong character, and nearly every swap of two neighbours, is found.
 */
#ifndef CAREDESK_CLINIC_MRN_H
#define CAREDESK_CLINIC_MRN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

enum { MRN_BLOCK = 16 }; /* the sequence's INCREMENT: numbers that one draw reserves */

/* The MRN of a number. */
const char *mrn_text(struct arena *arena, int64_t number);

/* Whether the text is an MRN with the right check digit. */
bool mrn_is_valid(const char *text);

/* A number nobody else gets, from a block that the worker reserves in one round trip. Numbers of a
 * block that a worker did not use before it ended are never used. */
enum err mrn_draw(struct cx *cx, const char **out) __attribute__((warn_unused_result));

#endif
