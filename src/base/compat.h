/*
 * compat.h - what every source file of Caredesk may assume, and what none may use.
 *
 * Included last, by every .c file. The banned functions truncate in silence, write past their end,
 * keep hidden state or hide their errors; using one is a compile error that names it. (The same
 * list is checked by `make lint` for code that a macro would hide from the compiler.)
 */
#ifndef CAREDESK_BASE_COMPAT_H
#define CAREDESK_BASE_COMPAT_H

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets localtime gmtime ctime asctime atoi  \
	atol
#pragma GCC poison atof

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
