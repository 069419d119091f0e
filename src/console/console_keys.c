#include "console/console_private.h"

static const struct key_row keys[] = {
    {"? F1", ACT_HELP, "help", "this help; again or Esc closes it"},
    {"/ F4", ACT_FILTER, "filter", "filter what the view lists; Esc clears it"},
    {"f F3", ACT_FIND, NULL, "find the next row that an expression of the filter's grammar matches"},
    {"C-n", ACT_FIND_NEXT, NULL, "the next one"},
    {"C-p", ACT_FIND_FORMER, NULL, "the one before"},
    {"F2", ACT_SETUP, NULL, "what can be set, and where each value comes from"},
    {":", ACT_COMMAND, "command", "the command line"},
    {"Esc q", ACT_BACK, NULL, "take marks away, then clear the filter, then a level up, then back"},
    {"1", ACT_OVERVIEW, "overview", "the overview"},
    {"2 F5", ACT_MAP, "map", "the map: links between the sites, by delay"},
    {"3", ACT_RACKS, "racks", "the racks: how full, how loaded, how warm"},
    {"4", ACT_QUEUES, "queues", "the queues: which are late, why their jobs wait"},
    {"5", ACT_JOBS, "jobs", "the jobs"},
    {"6", ACT_REBALANCE, "rebalance", "plans: what to move where, and how good that is"},
    {"7", ACT_ALERTS, "alerts", "all alerts: open, in hand, hidden, over"},
    {"N", ACT_NODES, "nodes", "the nodes that are not well, with reason, who, since"},
    {"C", ACT_CHANGES, "changes", "what changed, the newest first; << came right before an alert"},
    {"O", ACT_SOURCES, "sources", "where everything comes from, and how old it is"},
    {"Tab", ACT_NEXT, NULL, "the next view"},
    {"S-Tab", ACT_PREVIOUS, NULL, "the view before"},
    {"-", ACT_FORMER, NULL, "the former view, as `cd -`"},
    {"[", ACT_TRAIL_BACK, NULL, "back in the views that were shown, one after the other"},
    {"]", ACT_TRAIL_ON, NULL, "and on again"},
    {"y", ACT_COPY_ID, NULL, "copy the id under the cursor, or those that are marked, by way of the terminal (OSC 52)"},
    {"Y", ACT_COPY_ROW, NULL, "copy its row as JSON, or those that are marked, likewise"},
    {"> .", ACT_SORT_NEXT, NULL, "sort by the next field"},
    {"< ,", ACT_SORT_PREVIOUS, NULL, "sort by the field before"},
    {"I", ACT_INVERT, NULL, "turn the order round"},
    {"S F6", ACT_SORT_MENU, NULL, "a menu of the fields to sort by"},
    {"R", ACT_POLL, "poll", "ask the sources now"},
    {"W", ACT_WHO, "who is hit",
     "who is hit by what is under the cursor: jobs, users, accounts, tenants, whom to call"},
    {"T", ACT_SCOPE, NULL, "only what is mine, by the configured scope, or everything; what is outside is counted"},
    {"u", ACT_UNDO, NULL, "take back your last ack, silence, note, step or window"},
    {"%", ACT_MOUSE, NULL, "the mouse on or off: a click chooses or opens, a title sorts, the wheel moves"},
    {"Z", ACT_FREEZE, NULL, "the screen stands still, while everything goes on; Z again lets it go on, too"},
    {"C-l", ACT_REDRAW, NULL, "draw the screen anew"},
    {"C-z", ACT_SUSPEND, NULL, "suspend"},
    {"Q F10 C-c", ACT_QUIT, "quit", "leave the console"},
    {NULL, 0, NULL, NULL},
};

const struct key_row *console_keys(void)
{
    return keys;
}
