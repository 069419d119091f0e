#include <string.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/settings.h"

static int usage(const struct options *o, const char *word)
{
    struct err err = {0};
    err_set(&err, ERR_INPUT,
            word ? "cannot use '%s' after 'config'" : "what to do with the configuration is not said%s",
            word ? word : "");
    err_hint(&err, "config init [FILE], config check [FILE] or config print [--origin]");
    err_exit(&err, 64);
    return fail_report(o, &err);
}

static int run(const struct options *o)
{
    const char *what = o->arg_count > 0 ? o->args[0] : NULL, *file = o->arg_count > 1 ? o->args[1] : NULL;
    if (o->arg_count > 2)
        return usage(o, o->args[2]);
    if (what && strcmp(what, "init") == 0)
        return settings_init(o, file);
    if (what && strcmp(what, "check") == 0)
        return settings_check(o, file);
    if (what && strcmp(what, "print") == 0 && !file)
        return settings_print(o);
    return usage(o, what && strcmp(what, "print") == 0 ? file : what);
}

const struct command cmd_config = {
    .name = "config",
    .usage = "init|check|print",
    .summary = "writes an example configuration, checks one and asks its sources once, or prints what holds",
    .help =
        "config init [FILE]      an example with every option, mode 0600, to FILE, '-' (standard output) or the usual\n"
        "                        place; never over a file that is there (73)\n"
        "config check [FILE]     reads configuration, fleet and theme and tells every error with file and line (78); "
        "then\n"
        "                        asks each source once, into a cache that is thrown away: what, how many rows, how "
        "long,\n"
        "                        remarks, and of a failure (69) what to do. -C NAME asks that context's sources "
        "alone,\n"
        "                        --offline none\n"
        "config print            the settings that hold, as a configuration; --origin: where each comes from: "
        "default,\n"
        "                        FILE:LINE, environment HUBTOP_NAME, or option. It holds no secrets, only their files' "
        "names\n"
        "\n"
        "TLS is verified always, 1.2 or later. ca_file, client_cert, client_key and proxy are settings of a source; "
        "what\n"
        "the environment says of proxies, certificates and keys (https_proxy, SSL_CERT_FILE, CURL_CA_BUNDLE,\n"
        "SSLKEYLOGFILE, .netrc) changes nothing.",
    .run = run,
};
