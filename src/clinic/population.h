/*
 * population.h - synthetic patients, for `caredesk populate`, load tests and the matcher's benches.
 *
 * A population is read once from the CSV files of bench/population (own script and romanised names
 * with their weights, places, streets, telephone ranges, occupations). After that, person number
 * `index` of population `seed` is a pure function of the two: no order, no state, no file access;
 * any process can make any range. Four neighbouring numbers are a block, and a block may hold a
 * household: a couple, parents with children, twins, a Jr. and a Sr., a widowed grandparent, people
 * who share a flat. They share the address, often surname and telephone, as records in a real
 * hospital do. Nobody is a real person: telephone numbers are those kept for fiction or ones that
 * cannot exist, mail addresses end in example names (RFC 2606).
 */
#ifndef CAREDESK_CLINIC_POPULATION_H
#define CAREDESK_CLINIC_POPULATION_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct patient;
struct population;

/*
 * Reads the corpora in `dir`. The population lives in `arena` (about 1 MB) and is never changed by
 * making persons. NULL when a file is missing or a line is wrong; then *fault says which and why:
 * "surnames.csv:12: the line has another number of columns". The reference day is 2026-01-01.
 */
struct population *population_load(struct arena *arena, const char *dir, const char **fault);

/* Moves the reference day, YYYY-MM-DD from 1900 on: no birthday is after it, ages count to it, and
 * with it all birthdays move. False, and nothing changed, for anything that is no such day. */
bool population_set_today(struct population *population, const char *day);

/*
 * Makes person number `index` of population `seed`: every member of *out is set, NULL where the
 * person has no such value; id, mrn, version, the times and their authors are always NULL.
 * Birthday, gender, status and at least one of first and last name are always there. Values live in
 * `arena` or in the population's own arena, so *out dies with the first of the two. A person takes
 * about 250 bytes of `arena`, never more than 2 kB.
 */
void population_person(const struct population *population, uint64_t seed, uint64_t index,
                       struct patient *out, struct arena *arena);

#endif
