#include "sources/prometheus.h"

/* What is asked by default. The metrics are those of the exporters' own documents:
 *
 * - blackbox: blackbox_exporter in the job "link" (a probe that failed took no round trip, however long it waited).
 * - smokeping: smokeping_prober. Its buckets double by default, so that a median between them may be wrong by half: the
 *   delay is the mean, which is exact. Its jitter, half of how far the 95th percentile of the round trip lies above the
 *   median, is told where two bounds of buckets or more lie between them.
 * - ipmi: ipmi_exporter (docs/metrics.md); DCMI before the sensor, as it advises.
 * - rack: sensors of racks, by metrics with the labels site and rack.
 * - node: counts of nodes and CPUs by such metrics, or by node_exporter where its targets have these labels. The count of
 *   nothing is no series in PromQL: nodes that are down are those that there are less those that are up.
 * - pdu: snmp_exporter's modules apcups (hundredths of kW), raritan, servertech_sentry4 and _sentry3 (W; -1: not
 *   measured). A device that answers two of them is counted once.
 * - npu: Huawei's Ascend npu-exporter. dcgm: NVIDIA's dcgm-exporter; where it cuts GPUs into instances only the engines'
 *   ratio is told. Older ones write a blank as a number near 2^63.
 *
 * Of one field the later stands: a rack's power is that of its PDUs, else of its sensor, else the sum of its servers. */

const char *const prometheus_profiles[PROMETHEUS_PROFILES_MAX + 1] = {"blackbox", "smokeping", "ipmi", "rack",
                                                                      "node",     "pdu",       "npu",  "dcgm"};

const struct prometheus_preset prometheus_presets[] = {
    {"blackbox",
     "delay",
     "links",
     {"src", "dst"},
     "rtt_ms",
     1000,
     "max by (src, dst) (probe_duration_seconds{job=\"link\"} and probe_success{job=\"link\"} == 1)"},
    {"blackbox",
     "loss",
     "links",
     {"src", "dst"},
     "loss_pct",
     100,
     "1 - avg by (src, dst) (avg_over_time(probe_success{job=\"link\"}[5m]))"},
    {"smokeping",
     "smokeping_delay",
     "links",
     {"src", "dst"},
     "rtt_ms",
     1000,
     "sum by (src, dst) (rate(smokeping_response_duration_seconds_sum[5m]))"
     " / sum by (src, dst) (rate(smokeping_response_duration_seconds_count[5m]))"},
    {"smokeping",
     "smokeping_loss",
     "links",
     {"src", "dst"},
     "loss_pct",
     100,
     "clamp_min(1 - sum by (src, dst) (rate(smokeping_response_duration_seconds_count[5m]))"
     " / sum by (src, dst) (rate(smokeping_requests_total[5m])), 0)"},
    {"smokeping",
     "smokeping_jitter",
     "links",
     {"src", "dst"},
     "jitter_ms",
     500,
     "(histogram_quantile(0.95, sum by (src, dst, le) (rate(smokeping_response_duration_seconds_bucket[5m])))"
     " - histogram_quantile(0.5, sum by (src, dst, le) (rate(smokeping_response_duration_seconds_bucket[5m]))))"
     " and on (src, dst) count by (src, dst) ((sum by (src, dst, le) "
     "(rate(smokeping_response_duration_seconds_bucket[5m])) / on (src, dst) group_left"
     " sum by (src, dst) (rate(smokeping_response_duration_seconds_count[5m])) >= 0.5) < 0.95) >= 2"},
    {"ipmi",
     "ipmi_power",
     "racks",
     {"site", "rack"},
     "power_kw",
     0.001,
     "sum by (site, rack) (max by (site, rack, instance) (ipmi_dcmi_power_consumption_current_watts)"
     " or max by (site, rack, instance) (ipmi_power_watts{name=\"Pwr Consumption\"}))"},
    {"ipmi",
     "ipmi_inlet",
     "racks",
     {"site", "rack"},
     "inlet_c",
     1,
     "max by (site, rack) (ipmi_temperature_celsius{name=~\"([0-9]+-)?Inlet.*\"})"},
    {"rack", "power", "racks", {"site", "rack"}, "power_kw", 0.001, "sum by (site, rack) (rack_power_watts)"},
    {"rack",
     "power_cap",
     "racks",
     {"site", "rack"},
     "power_cap_kw",
     0.001,
     "sum by (site, rack) (rack_power_limit_watts)"},
    {"rack", "inlet", "racks", {"site", "rack"}, "inlet_c", 1, "max by (site, rack) (rack_inlet_celsius)"},
    {"node",
     "cpus_total",
     "racks",
     {"site", "rack"},
     "cpus_total",
     1,
     "sum by (site, rack) (node_total_cpus)"
     " or count by (site, rack) (node_cpu_seconds_total{mode=\"idle\", site!=\"\", rack!=\"\"})"},
    {"node",
     "cpus_free",
     "racks",
     {"site", "rack"},
     "cpus_free",
     1,
     "sum by (site, rack) (node_total_cpus) - sum by (site, rack) (node_alloc_cpus)"},
    {"node",
     "nodes_total",
     "racks",
     {"site", "rack"},
     "nodes_total",
     1,
     "count by (site, rack) (node_up) or count by (site, rack) (up{job=\"node\", site!=\"\", rack!=\"\"})"},
    {"node",
     "nodes_down",
     "racks",
     {"site", "rack"},
     "nodes_down",
     1,
     "count by (site, rack) (node_up) - sum by (site, rack) (node_up)"
     " or count by (site, rack) (up{job=\"node\", site!=\"\", rack!=\"\"})"
     " - sum by (site, rack) (up{job=\"node\", site!=\"\", rack!=\"\"})"},
    {"pdu",
     "pdu_power",
     "racks",
     {"site", "rack"},
     "power_kw",
     0.001,
     "sum by (site, rack) (10 * sum by (site, rack, instance) (rPDU2DeviceStatusPower)"
     " or sum by (site, rack, instance) (inletActivePower)"
     " or sum by (site, rack, instance) (st4InputCordActivePower >= 0)"
     " or sum by (site, rack, instance) (infeedPower >= 0))"},
    {"pdu",
     "pdu_power_a",
     "racks",
     {"site", "rack"},
     "power_a_kw",
     0.001,
     "sum by (site, rack) (10 * sum by (site, rack, instance) (rPDU2DeviceStatusPower{feed=~\"[aA]\"})"
     " or sum by (site, rack, instance) (inletActivePower{feed=~\"[aA]\"})"
     " or sum by (site, rack, instance) (st4InputCordActivePower{feed=~\"[aA]\"} >= 0)"
     " or sum by (site, rack, instance) (infeedPower{feed=~\"[aA]\"} >= 0))"},
    {"pdu",
     "pdu_power_b",
     "racks",
     {"site", "rack"},
     "power_b_kw",
     0.001,
     "sum by (site, rack) (10 * sum by (site, rack, instance) (rPDU2DeviceStatusPower{feed=~\"[bB]\"})"
     " or sum by (site, rack, instance) (inletActivePower{feed=~\"[bB]\"})"
     " or sum by (site, rack, instance) (st4InputCordActivePower{feed=~\"[bB]\"} >= 0)"
     " or sum by (site, rack, instance) (infeedPower{feed=~\"[bB]\"} >= 0))"},
    {"npu",
     "npu_racks",
     "racks",
     {"site", "rack"},
     "accels_busy_pct",
     1,
     "avg by (site, rack) ((npu_chip_info_utilization >= 0) <= 100)"},
    {"npu",
     "npu_clusters",
     "clusters",
     {"cluster"},
     "accels_busy_pct",
     1,
     "avg by (cluster) ((npu_chip_info_utilization{cluster!=\"\"} >= 0) <= 100"
     " or label_replace((npu_chip_info_utilization{cluster=\"\", site!=\"\"} >= 0) <= 100, \"cluster\", \"$1\", "
     "\"site\", "
     "\"(.*)\"))"},
    {"dcgm",
     "dcgm_racks",
     "racks",
     {"site", "rack"},
     "accels_busy_pct",
     1,
     "avg by (site, rack) (DCGM_FI_DEV_GPU_UTIL <= 100)"
     " or 100 * avg by (site, rack) (DCGM_FI_PROF_GR_ENGINE_ACTIVE <= 1)"},
    {"dcgm",
     "dcgm_clusters",
     "clusters",
     {"cluster"},
     "accels_busy_pct",
     1,
     "avg by (cluster) (DCGM_FI_DEV_GPU_UTIL{cluster!=\"\"} <= 100"
     " or label_replace(DCGM_FI_DEV_GPU_UTIL{cluster=\"\", site!=\"\"} <= 100, \"cluster\", \"$1\", \"site\", "
     "\"(.*)\"))"},
    {.name = NULL},
};
