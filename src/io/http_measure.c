#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "io/http_private.h"

/* 0 is what libcurl has of a moment that did not come. */
static int64_t moment(CURL *easy, CURLINFO what)
{
    curl_off_t us = 0;
    return easy && curl_easy_getinfo(easy, what, &us) == CURLE_OK && us > 0 ? (int64_t)us : -1;
}

void http_measure(void *easy, bool sent, struct http_result *r)
{
    const char *address = NULL;
    long fresh = 0;
    if (easy) {
        curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &fresh);
        curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    }
    snprintf(r->address, sizeof r->address, "%s", address ? address : "");
    r->reused = sent && fresh == 0;
    r->name_us = moment(easy, CURLINFO_NAMELOOKUP_TIME_T);
    r->connect_us = moment(easy, CURLINFO_CONNECT_TIME_T);
    r->tls_us = moment(easy, CURLINFO_APPCONNECT_TIME_T);
    r->answer_us = moment(easy, CURLINFO_STARTTRANSFER_TIME_T);
}

bool http_measure_certificate(void *easy, struct http_certificate *out)
{
    const struct {
        const char *name;
        char *to;
        size_t size;
    } parts[] = {{"Subject:", out->subject, sizeof out->subject},
                 {"Issuer:", out->issuer, sizeof out->issuer},
                 {"Start date:", out->begins, sizeof out->begins},
                 {"Expire date:", out->ends, sizeof out->ends}};
    struct curl_certinfo *chain = NULL;
    *out = (struct http_certificate){0};
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
        return false;
    for (const struct curl_slist *line = chain->certinfo[0]; line; line = line->next) {
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            size_t n = strlen(parts[i].name);
            if (strncmp(line->data, parts[i].name, n) == 0)
                snprintf(parts[i].to, parts[i].size, "%s", line->data + n);
        }
    }
    return true;
}
