#include "sources/slurm.h"

const struct config_option slurm_settings[] = {
    {.name = "api",
     .type = CONFIG_TEXT,
     .preset = "auto",
     .help = "the data parser's version in slurmrestd's paths (v0.0.38 to v0.0.44); auto: the newest that it offers"},
    {.name = "rack_pattern",
     .type = CONFIG_TEXT,
     .help = "a pattern (PCRE2) over node names whose first group, else the whole match, is the node's rack: "
             "'^(.*-r[0-9]+)n[0-9]+$'"},
    {.name = "job_notes",
     .type = CONFIG_TEXT,
     .preset = SLURM_NOTE_PRESET,
     .help = "where jobs say what must follow them, 'hubtop:data_gb=120;checkpoint=2026-11-21T10:00:00Z' (the time of "
             "the last "
             "checkpoint, also in seconds since 1970): members of a job, the first that says it counts; none: nowhere"},
    {.name = "script_command",
     .type = CONFIG_LIST,
     .example = "scontrol write batch_script %i -",
     .help =
         "a command and its arguments that prints a job's batch script, without which no job moves elsewhere; %i is "
         "the job's number; no shell"},
    {.name = "federation_command",
     .type = CONFIG_LIST,
     .example = "scontrol update jobid=%i clusters=%c",
     .help = "a command and its arguments that lets a waiting job of a federation start at one of its clusters alone, "
             "without which no "
             "such job moves; %i is the job's number, %c the cluster's name; no shell"},
    {.name = "drain_command",
     .type = CONFIG_LIST,
     .example = "scontrol update partitionname=%c state=drain",
     .help =
         "a command and its arguments that closes a partition to new jobs, without which none is drained; %c is its "
         "name; no shell; slurmctld forgets it when it starts anew (but with -R) or reads slurm.conf again"},
    {.name = "resume_command",
     .type = CONFIG_LIST,
     .example = "scontrol update partitionname=%c state=up",
     .help = "a command and its arguments that opens a drained partition to new jobs again; %c is its name; no shell"},
    {0},
};
