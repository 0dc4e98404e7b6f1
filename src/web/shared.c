#include "web/shared.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "web/route.h"

#include "base/compat.h"

/* Counted up when a place in the memory is used in another way. */
enum { MEANING = 2 };

const double shared_bounds[BUCKETS] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000 };

/* Changes whenever the layout or the meaning of a counter's place does. */
static uint64_t
layout(void)
{
	uint64_t sum = 14695981039346656037ull ^ sizeof(struct shared) ^ MEANING; /* FNV-1a */

	for (size_t i = 0; i < route_count; i++)
		for (const char *at = routes[i].name; *at != '\0'; at++)
			sum = (sum ^ (unsigned char)*at) * 1099511628211ull;
	return sum;
}

struct shared *
shared_open(const char *path)
{
	char name[4096];
	struct stat status;
	struct shared *shared = MAP_FAILED;

	must(route_count <= ROUTES_MOST);
	/* The layout is part of the name: programs of two versions never see each other's file. */
	if (snprintf(name, sizeof(name), "%s.%016" PRIx64, path, layout()) >= (int)sizeof(name))
		return NULL;
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return NULL;
	/* ftruncate() fills with zeros, which is what every counter begins with. */
	if (flock(fd, LOCK_EX) == 0 && fstat(fd, &status) == 0 &&
	    (status.st_size == (off_t)sizeof(*shared) || ftruncate(fd, (off_t)sizeof(*shared)) == 0))
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)flock(fd, LOCK_UN); /* the mapping holds the file open, and would hold the lock, too */
	/* Closing is not enough: the mapping keeps the open file, and the lock with it. */
	(void)flock(fd, LOCK_UN);
	close(fd);
	if (shared == MAP_FAILED)
		return NULL;
	atomic_fetch_add(&shared->workers_started, 1);
	return shared;
}

void
shared_count(struct shared *shared, long route, int status, enum err err, double milliseconds,
             double db_milliseconds, int round_trips)
{
	struct route_counters *counters = &shared->routes[route < 0 ? ROUTES_MOST : route];
	int bucket = 0;

	while (bucket < BUCKETS && milliseconds > shared_bounds[bucket])
		bucket++;
	atomic_fetch_add(&counters->by_class[status / 100 % 6], 1);
	atomic_fetch_add(&counters->buckets[bucket], 1);
	atomic_fetch_add(&counters->microseconds, (uint64_t)(milliseconds * 1000));
	atomic_fetch_add(&counters->db_microseconds, (uint64_t)(db_milliseconds * 1000));
	atomic_fetch_add(&counters->round_trips, (uint64_t)round_trips);
	if (err != OK)
		atomic_fetch_add(&shared->errors[err], 1);
}
