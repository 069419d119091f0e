#include <curl/curl.h>

#include "io/http_private.h"

void http_tls_set(void *easy, const char *ca_file, const char *client_cert, const char *client_key)
{
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* else the system's authorities would be trusted besides */
    }
    if (client_cert)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, client_cert);
    if (client_key)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, client_key);
    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, ""); /* else OpenSSL asks the terminal for the one of a locked key */
}
