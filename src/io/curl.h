#ifndef HUBTOP_SRC_IO_CURL_H
#define HUBTOP_SRC_IO_CURL_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/err.h"

/* libcurl, loaded by the process that opens connections and by no other: with what it needs it is 28 libraries, which take two thirds of
 * the time in which a console or a command starts. curl.c has functions of its names that call into it. */

/* Loads it, once: before any other of its functions is called. False with ERR_TRANSIENT that names what to install. */
bool curl_load(struct err *err);

/* curl_url_get() without flags, which not all versions declare alike: the caller gives `*out` to curl_free(). */
CURLUcode curl_part(CURLU *url, CURLUPart part, char **out);

#endif
