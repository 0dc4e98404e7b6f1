/*
 * search.h - lists of patients: the search box, filters, sorting, pages.
 *
 * Every word of the box must be the beginning of a word that the patient is found by (name,
 * preferred and former name, MRN, phone digits, birthday), in any order, case and diacritics aside.
 */
#ifndef CAREDESK_CLINIC_SEARCH_H
#define CAREDESK_CLINIC_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct patient;

enum {
	SEARCH_COUNT_LIMIT = 10000,
	SEARCH_PAGE_SIZE = 20,
	SEARCH_PAGE_SIZE_MOST = 100,
	SEARCH_PAGE_MOST = 1000000
};

/* What a list was asked for: texts as they came, NULL where they didn't. */
struct search {
	const char *search;
	const char *gender;
	const char *status;
	const char *date_of_birth;
	long page; /* from 1 */
	long page_size;
	const char *sort_by;
	const char *sort_order;
};

struct search_result {
	struct patient *patients;
	size_t count;
	long total;       /* at most SEARCH_COUNT_LIMIT */
	bool is_estimate; /* there are more than that */
};

/* Checks what was asked (every fault recorded) and runs it; writes the audit row. */
enum err patient_search(struct cx *cx, const struct search *search, struct search_result *out)
	__attribute__((warn_unused_result));

/* The words of a search box, folded; a date as its eight digits, the parts of a telephone number as
 * one word. At most eight. */
const char **search_words(struct arena *arena, const char *text);

#endif
