#include <stdio.h>

#include "base/json.h"
#include "cli/command.h"
#include "io/http.h"
#include "store/store.h"
#include "ui/term.h"

static int run(const struct options *o)
{
    (void)o;
    printf("hubtop %s\n%s\nsqlite %s\n%s\ncJSON %s\n", HUBTOP_VERSION, http_version(), store_version(), term_version(),
           json_version());
    return 0;
}

const struct command cmd_version = {
    .name = "version", .usage = "", .summary = "the versions of hubtop and its libraries", .run = run};
