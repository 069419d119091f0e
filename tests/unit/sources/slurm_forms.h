#ifndef HUBTOP_TESTS_SLURM_FORMS_H
#define HUBTOP_TESTS_SLURM_FORMS_H

/* One thing in the words of several data parsers. The forms are those of the parsers' tables of members in slurm-22.05 to
 * 25.11. */

struct form {
    const char *api, *body;
};

static const struct form jobs[] = {
    {"v0.0.38",
     "{\"errors\":[],\"jobs\":[{\"job_id\":12,\"job_state\":\"FAILED\",\"user_name\":\"ann\",\"account\":\"bio\","
     "\"name\":\"x\","
     "\"partition\":\"gpu\",\"qos\":\"normal\",\"submit_time\":1000,\"eligible_time\":1000,\"start_time\":2000,\"end_"
     "time\":3000,"
     "\"time_limit\":60,\"nodes\":\"n[1-2]\",\"node_count\":2,\"cpus\":8,\"priority\":454,\"exit_code\":256,\"restart_"
     "cnt\":1,"
     "\"array_job_id\":0,\"array_task_id\":null,\"array_task_string\":\"\",\"het_job_id\":0,\"het_job_offset\":0,"
     "\"tres_alloc_str\":\"cpu=8,mem=4G,node=2,gres/"
     "gpu=4\",\"tres_req_str\":\"cpu=8\",\"tres_per_node\":\"gres:gpu:2\","
     "\"state_reason\":\"NonZeroExitCode\",\"licenses\":\"matlab:2,ansys:1\",\"cluster\":\"fra\",\"tasks\":null,"
     "\"federation_siblings_active\":\"fra,ams\",\"standard_output\":\"/o\",\"standard_error\":\"\"}]}"},
    {"v0.0.39", "{\"errors\":[],\"jobs\":[{\"job_id\":12,\"job_state\":\"FAILED\",\"user_name\":\"ann\",\"account\":"
                "\"bio\",\"name\":\"x\","
                "\"partition\":\"gpu\",\"qos\":\"normal\",\"submit_time\":1000,\"eligible_time\":1000,\"start_time\":"
                "2000,\"end_time\":3000,"
                "\"time_limit\":{\"set\":true,\"infinite\":false,\"number\":60},\"nodes\":\"n[1-2]\",\"node_count\":{"
                "\"set\":true,\"infinite\":"
                "false,\"number\":2},\"cpus\":{\"set\":true,\"infinite\":false,\"number\":8},\"priority\":{\"set\":"
                "true,\"infinite\":false,"
                "\"number\":454},\"exit_code\":{\"set\":true,\"infinite\":false,\"number\":256},\"restart_cnt\":1,"
                "\"array_job_id\":{\"set\":true,"
                "\"infinite\":false,\"number\":0},\"array_task_id\":{\"set\":false,\"infinite\":false,\"number\":0},"
                "\"array_task_string\":\"\","
                "\"het_job_id\":{\"set\":true,\"infinite\":false,\"number\":0},\"het_job_offset\":{\"set\":true,"
                "\"infinite\":false,\"number\":0},"
                "\"tres_alloc_str\":\"cpu=8,mem=4G,node=2,gres/"
                "gpu=4\",\"tres_req_str\":\"cpu=8\",\"tres_per_node\":\"gres:gpu:2\","
                "\"state_reason\":\"NonZeroExitCode\",\"licenses\":\"matlab:2,ansys:1\",\"cluster\":\"fra\",\"tasks\":{"
                "\"set\":false},"
                "\"federation_siblings_active\":\"fra,ams\",\"standard_output\":\"/o\",\"standard_error\":\"\"}]}"},
    {"v0.0.40", "{\"errors\":[],\"jobs\":[{\"job_id\":12,\"job_state\":[\"FAILED\"],\"user_name\":\"ann\",\"account\":"
                "\"bio\",\"name\":\"x\","
                "\"partition\":\"gpu\",\"qos\":\"normal\",\"submit_time\":{\"set\":true,\"infinite\":false,\"number\":"
                "1000},\"eligible_time\":"
                "{\"set\":true,\"infinite\":false,\"number\":1000},\"start_time\":{\"set\":true,\"infinite\":false,"
                "\"number\":2000},\"end_time\":"
                "{\"set\":true,\"infinite\":false,\"number\":3000},\"time_limit\":{\"set\":true,\"infinite\":false,"
                "\"number\":60},\"nodes\":"
                "\"n[1-2]\",\"node_count\":{\"set\":true,\"infinite\":false,\"number\":2},\"cpus\":{\"set\":true,"
                "\"infinite\":false,\"number\":8},"
                "\"priority\":{\"set\":true,\"infinite\":false,\"number\":454},\"exit_code\":{\"status\":[\"ERROR\"],"
                "\"return_code\":{\"set\":true,"
                "\"infinite\":false,\"number\":1},\"signal\":{\"id\":{\"set\":false,\"infinite\":false,\"number\":0},"
                "\"name\":\"\"}},"
                "\"restart_cnt\":1,\"array_job_id\":{\"set\":true,\"infinite\":false,\"number\":0},\"array_task_id\":{"
                "\"set\":false},"
                "\"array_task_string\":\"\",\"het_job_id\":{\"set\":true,\"number\":0},\"het_job_offset\":{\"set\":"
                "true,\"number\":0},"
                "\"tres_alloc_str\":\"cpu=8,mem=4G,node=2,gres/"
                "gpu=4\",\"tres_req_str\":\"cpu=8\",\"tres_per_node\":\"gres/gpu:2\","
                "\"state_reason\":\"NonZeroExitCode\",\"licenses\":\"matlab:2,ansys:1\",\"cluster\":\"fra\","
                "\"federation_siblings_active\":"
                "\"fra,ams\",\"standard_output\":\"/o\",\"standard_error\":\"\"}]}"},
    {"v0.0.44",
     "{\"errors\":[],\"jobs\":[{\"job_id\":12,\"job_state\":[\"FAILED\"],\"user_name\":\"ann\",\"account\":\"bio\","
     "\"name\":\"x\","
     "\"partition\":\"gpu\",\"qos\":\"normal\",\"submit_time\":{\"set\":true,\"infinite\":false,\"number\":1000},"
     "\"eligible_time\":"
     "{\"set\":true,\"infinite\":false,\"number\":1000},\"start_time\":{\"set\":true,\"infinite\":false,\"number\":"
     "2000},\"end_time\":"
     "{\"set\":true,\"infinite\":false,\"number\":3000},\"time_limit\":{\"set\":true,\"infinite\":false,\"number\":60},"
     "\"nodes\":"
     "\"n[1-2]\",\"node_count\":{\"set\":true,\"infinite\":false,\"number\":2},\"cpus\":{\"set\":true,\"infinite\":"
     "false,\"number\":8},"
     "\"priority\":{\"set\":true,\"infinite\":false,\"number\":454},\"priority_by_partition\":[],\"exit_code\":{"
     "\"status\":[\"ERROR\"],"
     "\"return_code\":{\"set\":true,\"infinite\":false,\"number\":1},\"signal\":{\"id\":{\"set\":false,\"number\":0},"
     "\"name\":\"\"}},"
     "\"restart_cnt\":1,\"array_job_id\":{\"set\":true,\"number\":0},\"array_task_id\":{\"set\":false},\"array_task_"
     "string\":\"\","
     "\"het_job_id\":{\"set\":true,\"number\":0},\"het_job_offset\":{\"set\":true,\"number\":0},\"tres_alloc_str\":"
     "\"cpu=8,mem=4G,node=2,gres/gpu=4\",\"tres_req_str\":\"cpu=8\",\"tres_per_node\":\"gres/gpu:2\",\"state_reason\":"
     "\"NonZeroExitCode\",\"licenses\":\"matlab:2,ansys:1\",\"licenses_allocated\":\"\",\"cluster\":\"fra\","
     "\"federation_siblings_active\":\"fra,ams\",\"standard_output\":\"/%j\",\"stdout_expanded\":\"/"
     "o\",\"standard_error\":\"\","
     "\"stderr_expanded\":\"\"}]}"},
};

static const struct form nodes[] = {
    {"v0.0.38", "{\"errors\":[],\"nodes\":[{\"name\":\"n1\",\"state\":\"mixed\",\"state_flags\":[\"DRAIN\"],\"cpus\":"
                "32,\"alloc_cpus\":8,"
                "\"idle_cpus\":24,\"gres\":\"gpu:h100:4\",\"gres_used\":\"gpu:h100:1(IDX:0)\",\"reason\":\"ECC\","
                "\"reason_set_by_user\":"
                "\"root\",\"reason_changed_at\":900,\"boot_time\":800,\"real_memory\":512000,\"partitions\":[\"gpu\","
                "\"debug\"]}]}"},
    {"v0.0.39",
     "{\"errors\":[],\"nodes\":[{\"name\":\"n1\",\"state\":[\"MIXED\",\"DRAIN\"],\"cpus\":32,\"alloc_cpus\":8,"
     "\"alloc_idle_cpus\":24,\"gres\":\"gpu:h100:4\",\"gres_used\":\"gpu:h100:1(IDX:0)\",\"reason\":\"ECC\",\"reason_"
     "set_by_user\":"
     "\"root\",\"reason_changed_at\":900,\"boot_time\":800,\"real_memory\":512000,\"partitions\":[\"gpu\",\"debug\"]}]"
     "}"},
    {"v0.0.43",
     "{\"errors\":[],\"nodes\":[{\"name\":\"n1\",\"state\":[\"MIXED\",\"DRAIN\"],\"cpus\":32,\"effective_cpus\":32,"
     "\"alloc_cpus\":8,\"alloc_idle_cpus\":24,\"gres\":\"gpu:h100:4\",\"gres_used\":\"gpu:h100:1(IDX:0)\",\"reason\":"
     "\"ECC\","
     "\"reason_set_by_user\":\"root\",\"reason_changed_at\":{\"set\":true,\"infinite\":false,\"number\":900},\"boot_"
     "time\":{"
     "\"set\":true,\"infinite\":false,\"number\":800},\"real_memory\":512000,\"partitions\":[\"gpu\",\"debug\"]}]}"},
    {"v0.0.44",
     "{\"errors\":[],\"nodes\":[{\"name\":\"n1\",\"state\":[\"MIXED\",\"DRAIN\"],\"cpus\":32,\"alloc_cpus\":8,\"gres\":"
     "\"gpu:h100:4\",\"gres_used\":\"gpu:h100:1(IDX:0)\",\"reason\":\"ECC\",\"reason_set_by_user\":\"root\","
     "\"reason_changed_at\":{\"set\":true,\"infinite\":false,\"number\":900},\"boot_time\":{\"set\":true,\"number\":"
     "800},"
     "\"real_memory\":512000,\"partitions\":\"gpu,debug\"}]}"},
};

static const struct form partitions[] = {
    {"v0.0.38",
     "{\"errors\":[],\"partitions\":[{\"name\":\"gpu\",\"state\":\"UP\",\"total_nodes\":6,\"total_cpus\":384,\"nodes\":"
     "\"n[1-6]\",\"min nodes per job\":0}]}"},
    {"v0.0.40", "{\"errors\":[],\"partitions\":[{\"name\":\"gpu\",\"nodes\":{\"configured\":\"n[1-6]\",\"total\":6},"
                "\"cpus\":{\"total\":384,"
                "\"task_binding\":0},\"minimums\":{\"nodes\":0},\"partition\":{\"state\":[\"UP\"]}}]}"},
    {"v0.0.44", "{\"errors\":[],\"partitions\":[{\"name\":\"gpu\",\"nodes\":{\"allowed_allocation\":\"\","
                "\"configured\":\"n[1-6]\","
                "\"total\":6},\"cpus\":{\"total\":384},\"topology\":\"\",\"partition\":{\"state\":[\"UP\"]}}]}"},
};

static const struct form reservations[] = {
    {"v0.0.38", "{\"errors\":[],\"reservations\":[{\"name\":\"m\",\"accounts\":\"\",\"users\":\"root,ann\",\"core_"
                "count\":0,\"node_count\":2,"
                "\"node_list\":\"n[1-2]\",\"start_time\":1000,\"end_time\":2000,\"flags\":[\"MAINT\",\"SPEC_NODES\"],"
                "\"partition\":\"gpu\"}]}"},
    {"v0.0.41", "{\"errors\":[],\"reservations\":[{\"name\":\"m\",\"accounts\":\"\",\"users\":\"root,ann\",\"core_"
                "count\":0,\"node_count\":2,"
                "\"node_list\":\"n[1-2]\",\"start_time\":{\"set\":true,\"infinite\":false,\"number\":1000},\"end_"
                "time\":{\"set\":true,"
                "\"infinite\":false,\"number\":2000},\"flags\":[\"MAINT\",\"SPEC_NODES\"],\"partition\":\"gpu\"}]}"},
};

static const struct form licenses[] = {
    {"v0.0.38", "{\"errors\":[],\"licenses\":[{\"LicenseName\":\"matlab\",\"Total\":10,\"Used\":3,\"Free\":5,"
                "\"Remote\":false,\"Reserved\":2}]}"},
    {"v0.0.44",
     "{\"errors\":[],\"licenses\":[{\"LicenseName\":\"matlab\",\"Total\":10,\"Used\":3,\"Free\":5,\"Remote\":false,"
     "\"Reserved\":2,\"LastConsumed\":0,\"LastDeficit\":0,\"LastUpdate\":0,\"Nodes\":\"\"}]}"},
};

static const struct form qos[] = {
    {"v0.0.38", "{\"errors\":[],\"QOS\":[{\"name\":\"high\",\"description\":\"d\",\"flags\":[\"DENY_LIMIT\"],"
                "\"priority\":200,\"usage_factor\":0.5,"
                "\"preempt\":{\"list\":[\"low\"],\"mode\":[\"REQUEUE\"]},\"limits\":{\"grace_time\":60,\"max\":{"
                "\"active_jobs\":{\"accruing\":null,"
                "\"count\":300},\"tres\":{\"total\":[{\"type\":\"gres\",\"name\":\"gpu\",\"id\":1001,\"count\":16}],"
                "\"per\":{\"user\":[{\"type\":\"cpu\","
                "\"name\":null,\"id\":1,\"count\":128}]}},\"wall_clock\":{\"per\":{\"qos\":null,\"job\":2880}},"
                "\"jobs\":{\"active_jobs\":{\"per\":{"
                "\"account\":null,\"user\":10}},\"per\":{\"account\":null,\"user\":20}}}}}]}"},
    {"v0.0.44", "{\"errors\":[],\"qos\":[{\"name\":\"high\",\"description\":\"d\",\"flags\":[\"DENY_LIMIT\"],"
                "\"priority\":{\"set\":true,\"infinite\":"
                "false,\"number\":200},\"usage_factor\":{\"set\":true,\"infinite\":false,\"number\":0.5},\"preempt\":{"
                "\"list\":[\"low\"],\"mode\":["
                "\"REQUEUE\"]},\"limits\":{\"grace_time\":60,\"max\":{\"active_jobs\":{\"accruing\":{\"set\":false,"
                "\"infinite\":true,\"number\":0},"
                "\"count\":{\"set\":true,\"infinite\":false,\"number\":300}},\"tres\":{\"total\":[{\"type\":\"gres\","
                "\"name\":\"gpu\",\"id\":1001,"
                "\"count\":16}],\"per\":{\"user\":[{\"type\":\"cpu\",\"name\":\"\",\"id\":1,\"count\":128}]}},\"wall_"
                "clock\":{\"per\":{\"qos\":{\"set\":"
                "false,\"infinite\":true,\"number\":0},\"job\":{\"set\":true,\"infinite\":false,\"number\":2880}}},"
                "\"jobs\":{\"count\":{\"set\":false,"
                "\"infinite\":true,\"number\":0},\"active_jobs\":{\"per\":{\"account\":{\"set\":false,\"infinite\":"
                "true,\"number\":0},\"user\":{\"set\":"
                "true,\"infinite\":false,\"number\":10}}},\"per\":{\"account\":{\"set\":false,\"infinite\":true},"
                "\"user\":{\"set\":true,\"infinite\":"
                "false,\"number\":20}}}}}}]}"},
};

#endif
