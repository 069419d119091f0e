#include "sources/peer_command.h"

const struct peer_command peer_command_table[PEER_COMMANDS] = {
    {SOURCE_ORDER_SCRIPT, "script_command", "script", "the job's number", NULL,
     "script_command = { \"scontrol\", \"write\", \"batch_script\", \"%i\", \"-\" }"},
    {SOURCE_ORDER_MOVE, "federation_command", "federation", "the job's number", "the cluster's name",
     "federation_command = { \"scontrol\", \"update\", \"jobid=%i\", \"clusters=%c\" }"},
    {SOURCE_ORDER_DRAIN, "drain_command", "drain", NULL, "the partition's name",
     "drain_command = { \"scontrol\", \"update\", \"partitionname=%c\", \"state=drain\" }"},
    {SOURCE_ORDER_RESUME, "resume_command", "resume", NULL, "the partition's name",
     "resume_command = { \"scontrol\", \"update\", \"partitionname=%c\", \"state=up\" }"},
};

int peer_command_of(enum source_order_what what)
{
    int i = 0;
    while (i < PEER_COMMANDS && peer_command_table[i].what != what)
        i++;
    return i < PEER_COMMANDS ? i : -1;
}

bool peer_command_lacks(int command, const char *source, struct err *err)
{
    if (command < 0)
        return err_set(err, ERR_REFUSED, "'%s' has no command for that", source);
    const struct peer_command *c = &peer_command_table[command];
    err_set(err, ERR_REFUSED, "%s is not configured for '%s'", c->setting, source);
    return err_hint(err, "in its section: %s", c->example);
}
