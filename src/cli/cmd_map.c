#include "cli/command.h"
#include "cli/fail.h"
#include "cli/screen.h"

/* The console's own screen, once. */
static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    struct options map = *o;
    map.view = "map";
    map.once = true;
    bool ok = setup_init(&s, &map, !o->offline && !o->at, &err) && setup_launcher(&s, &map, &err);
    int status = ok ? screen_run(&s, &map, false, &err) : fail_report(&map, &err);
    setup_release(&s);
    return status;
}

const struct command cmd_map = {
    .name = "map",
    .usage = "",
    .summary = "the map as text: links between the sites, by delay",
    .help = "The same as --once --view map: --size COLSxROWS, --glyphs, --filter 'severity=crit,warn' choose what is "
            "drawn.\nOnly coastline stands on it, never a border; map_outline of the configuration names another file, "
            "or none.",
    .run = run,
};
