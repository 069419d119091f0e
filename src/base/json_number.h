#ifndef HUBTOP_JSON_NUMBER_H
#define HUBTOP_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers by the grammar of RFC 8259 (checked before), whatever the locale says about decimal points. */

/* Exact; false when the value is no integer or is outside int64. 3.0 and 1e3 are integers. */
bool json_number_int(const char *digits, int64_t *out);

/* The nearest double; false when that is infinite. */
bool json_number_real(const char *digits, double *out);

/* Writes the shortest of %.15g, %.16g and %.17g that reads back as the finite `v`; returns its length. */
size_t json_number_print(double v, char *out, size_t size);

#endif
