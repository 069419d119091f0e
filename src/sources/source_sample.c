#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/fleet.h"
#include "sim/sim.h"
#include "sources/sample_order.h"
#include "sources/scenario.h"
#include "sources/source.h"

/* `sample:DIR`: the simulator over DIR/fleet.conf and DIR/scenarios/NAME.scenario. No network; its clock is ours. */

enum { PATH_MAX_BYTES = 1024, SLICE_US = 12 * 1000, TIMEOUT_MS = 60 * 1000, EXIT_CONFIG = 78 };
static const double scale_max = 100;

struct source {
    struct fleet *fleet;
    struct scenario scenario;
    uint64_t seed;
    double scale;
    bool start_known;
    bool told; /* a moment of this world */
    int64_t start_utc_ms, target_utc_ms;
    struct sim *sim;
    struct sample_ledger ledger;
    int64_t at; /* where the facts of the current request go on */
};

static const struct config_option settings_table[] = {
    {.name = "scenario", .type = CONFIG_TEXT, .preset = "ordinary", .help = "the scenario that is played"},
    {.name = "seed", .type = CONFIG_TEXT, .help = "the seed of chance; by default the scenario's"},
    {.name = "scale", .type = CONFIG_TEXT, .preset = "1", .help = "times as many nodes and jobs as the fleet says"},
    {.name = "takes",
     .type = CONFIG_TEXT,
     .preset = "0",
     .help = "seconds of the fleet that an order takes to be carried out"},
    {.name = "start",
     .type = CONFIG_TEXT,
     .help = "when the scenario starts (ISO 8601 or milliseconds of UTC since "
             "1970); by default an hour before the first poll"},
    {.name = NULL},
};

/* --- opening --- */

static bool read_number(const char *what, const char *text, double min, double max, double *out, struct err *err)
{
    char *end = NULL;

    *out = strtod(text, &end);
    if (end == text || *end != '\0' || !(*out >= min && *out <= max)) {
        err_set(err, ERR_INPUT, "cannot use %s '%s' of the sample", what, text);
        err_hint(err, "a number from %g to %g", min, max);
        return err_exit(err, EXIT_CONFIG);
    }
    return true;
}

static bool read_seed(struct source *s, const char *text, struct err *err)
{
    double number;

    s->seed = s->scenario.seed;
    if (text == NULL)
        return true;
    if (!read_number("seed", text, 0, 0x1p53, &number, err))
        return false;
    s->seed = (uint64_t)number;
    return true;
}

static bool read_start(struct source *s, const char *text, struct err *err)
{
    char *end = NULL;

    if (text == NULL)
        return true;
    s->start_known = true;
    s->start_utc_ms = strtoll(text, &end, 10);
    return (end > text && *end == '\0') || clock_parse_iso(text, &s->start_utc_ms, err);
}

/* A scenario that opens at an hour of its own has that hour in the fleet, whatever the visitor's zone. */
static int64_t day_shift(const struct source *s)
{
    const int64_t day = 24 * 3600 * 1000, east = 8 * 3600 * 1000;

    if (s->scenario.opens_ms < 0)
        return 0;
    return s->scenario.opens_ms - ((s->start_utc_ms + SCENARIO_LEAD_MS + east) % day + day) % day;
}

static bool make_world(struct source *s, struct err *err)
{
    struct sim_options options = {
        .fleet = s->fleet,
        .events = s->scenario.events,
        .event_count = s->scenario.event_count,
        .seed = s->seed,
        .start_utc_ms = s->start_utc_ms,
        .day_ms = day_shift(s),
        .scale = s->scale,
        .load = s->scenario.load,
        .calm = s->scenario.calm,
        .near = s->scenario.near,
        .shared = s->scenario.shared,
    };

    sim_free(s->sim);
    s->sim = sim_new(&options, err);
    return s->sim != NULL;
}

static bool read_takes(struct source *s, const char *text, struct err *err)
{
    double seconds = 0;

    if (text != NULL && !read_number("takes", text, 0, 3600, &seconds, err))
        return false;
    s->ledger.takes_ms = (int64_t)(1000 * seconds);
    return true;
}

static bool read_all(struct source *s, const struct source_settings *settings, struct err *err)
{
    const char *dir = settings->url != NULL ? settings->url : "", *scenario = source_setting(settings, "scenario");
    const char *scale = source_setting(settings, "scale");
    char path[PATH_MAX_BYTES];

    if (strncmp(dir, "sample:", 7) == 0)
        dir += 7;
    if (dir[0] == '\0' || snprintf(path, sizeof path, "%s/fleet.conf", dir) >= (int)sizeof path) {
        err_set(err, ERR_INPUT, "cannot open the sample '%s'", dir);
        return err_hint(err, "name a folder with fleet.conf and scenarios: sample:DIR");
    }
    s->fleet = fleet_load(path, err);
    return s->fleet != NULL && scenario_load(dir, scenario != NULL ? scenario : "ordinary", &s->scenario, err) &&
           read_seed(s, source_setting(settings, "seed"), err) &&
           read_start(s, source_setting(settings, "start"), err) &&
           read_takes(s, source_setting(settings, "takes"), err) &&
           read_number("scale", scale != NULL ? scale : "1", 0.01, scale_max, &s->scale, err) && make_world(s, err);
}

static void sample_close(struct source *s)
{
    if (s == NULL)
        return;
    sim_free(s->sim);
    sample_order_forget(&s->ledger);
    scenario_release(&s->scenario);
    fleet_free(s->fleet);
    free(s);
}

static struct source *sample_open(const struct source_settings *settings, struct err *err)
{
    struct source *s = mem_new(1, sizeof *s);

    if (read_all(s, settings, err))
        return s;
    sample_close(s);
    return NULL;
}

/* --- polling --- */

/* The scenario's zero, where no setting fixes it: the world opens an hour into it. The world that open() made only
 * checked the scenario then. */
static bool begin(struct source *s, struct instant now, struct err *err)
{
    if (s->start_known)
        return true;
    s->start_known = true;
    s->start_utc_ms = now.utc_ms - SCENARIO_LEAD_MS;
    return make_world(s, err);
}

static const enum kind polled[] = {KIND_HUB,         KIND_CLUSTER, KIND_SITE,    KIND_SCHEDULER, KIND_QUEUE,
                                   KIND_RESERVATION, KIND_NODE,    KIND_JOB,     KIND_USER,      KIND_PLACE,
                                   KIND_LINK,        KIND_PAIR,    KIND_HALL,    KIND_RACK,      KIND_TRANSFER,
                                   KIND_OFFER,       KIND_ENERGY,  KIND_ACCOUNT, KIND_QOS,       KIND_LICENSE,
                                   KIND_DEVICE,      KIND_FEED,    KIND_NETWORK, KIND_TENANT,    KIND_ALERT};
_Static_assert(sizeof polled / sizeof polled[0] <= SOURCE_REQUESTS_MAX, "one request a kind");

static size_t sample_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    size_t n = sizeof polled / sizeof polled[0];

    s->target_utc_ms = now.utc_ms;
    s->at = 0;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct source_request){.what = kind_info(polled[i])->name,
                                         .method = "",
                                         .covers = {polled[i], KIND_NONE},
                                         .timeout_ms = TIMEOUT_MS,
                                         .local = true,
                                         .tag = (int)polled[i]};
    return n;
}

static bool sample_produce(struct source *s, const struct source_request *r, struct instant now, size_t max_rows,
                           bool *more, source_sink *sink, void *ctx, struct err *err)
{
    *more = true;
    if (!begin(s, now, err))
        return false;
    /* All requests of a poll tell of one moment: that of requests(). */
    if (!sim_advance(s->sim, s->target_utc_ms, SLICE_US))
        return true;
    s->told = true;
    if (!sim_facts(s->sim, (enum kind)r->tag, &s->at, max_rows, sink, ctx, err)) {
        s->at = 0;
        return false;
    }
    *more = s->at >= 0;
    if (!*more)
        s->at = 0;
    return true;
}

static bool sample_backfill(struct source *s, struct instant now, sim_sample *sample, void *ctx, struct err *err)
{
    if (!begin(s, now, err))
        return false;
    sim_advance(s->sim, now.utc_ms, 0);
    return sim_history(s->sim, sample, ctx);
}

static enum source_order_end sample_local(struct source *s, const struct source_order *o, bool look,
                                          struct source_ordered *said, struct err *err)
{
    if (s->told)
        return sample_order(s->sim, &s->ledger, o, look, said, err);
    err_set(err, ERR_TRANSIENT, "the simulator has told nothing yet: there is nothing to change");
    return look ? SOURCE_ORDER_UNKNOWN : SOURCE_ORDER_REFUSED;
}

static const char *sample_version(struct source *s)
{
    (void)s;
    return "hubtop simulator, synthetic data";
}

const struct source_driver source_sample = {
    .name = "sample",
    .summary = "a simulated network, for demonstrations and tests",
    .settings = settings_table,
    .open = sample_open,
    .close = sample_close,
    .requests = sample_requests,
    .produce = sample_produce,
    .backfill = sample_backfill,
    .peer_version = sample_version,
    .orders = SOURCE_ORDERS_WHOLE,
    .order_local = sample_local,
};
