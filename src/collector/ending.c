#include "collector/ending.h"

#include <signal.h>

#include "base/log.h"

static void on_signal(void *ctx, int signal_number)
{
    log_line(LOG_INFO, "signal %d: the collector ends", signal_number);
    loop_stop(ctx);
}

bool ending_signals(struct loop *loop, struct err *err)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (!loop_signal(loop, ends[i], on_signal, loop, err))
            return false;
    }
    return true;
}
