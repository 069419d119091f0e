#include "sim/catalogue.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Accounts: 0-3 AI, 4-5 weather and flow, 6 genomes, 7-8 media, 9-10 the city, 11 industry. */
const struct work catalogue_works[] = {
    /* clang-format off: a table that is read by its columns */
    {COMPUTE_INTELLIGENT,
     CLASS_SERVE,
     {"llm-serve", "llm-serve-chat", "llm-serve-code", "rerank-serve"},
     40,
     {{1, 55}, {2, 25}, {4, 12}, {8, 8}},
     {18, 75, 300, 900},
     0,
     4,
     0,
     false,
     3,
     "/srv/llm/serve.sh"},
    {COMPUTE_INTELLIGENT,
     CLASS_SERVE,
     {"asr-stream", "tts-stream", "video-analytics", "政务问答"},
     35,
     {{1, 85}, {2, 15}},
     {10, 45, 180, 600},
     8,
     4,
     0,
     false,
     5,
     "/srv/stream/run.sh"},
    {COMPUTE_INTELLIGENT,
     CLASS_SERVE,
     {"embed-batch", "ocr-batch", "caption-batch", "遥感影像解译"},
     25,
     {{1, 70}, {2, 20}, {4, 10}},
     {6, 25, 90, 240},
     7,
     4,
     12,
     true,
     20,
     "ocr_batch.sh"},
    {COMPUTE_INTELLIGENT,
     CLASS_TRAIN,
     {"finetune-7b", "finetune-lora", "sft-14b", "train-🚀-v2"},
     50,
     {{1, 30}, {2, 30}, {4, 25}, {8, 15}},
     {20, 110, 420, 1200},
     0,
     4,
     0,
     true,
     0,
     "finetune.sh"},
    {COMPUTE_INTELLIGENT,
     CLASS_TRAIN,
     {"pretrain-s2", "pretrain-moe", "rlhf-stage3", "大模型预训练"},
     4,
     {{16, 60}, {32, 40}},
     {60, 300, 900, 1600},
     0,
     2,
     0,
     false,
     0,
     "pretrain.sh"},
    {COMPUTE_INTELLIGENT,
     CLASS_TRAIN,
     {"eval-harness", "annotate", "distill", "vision-det"},
     46,
     {{1, 60}, {2, 25}, {4, 15}},
     {8, 35, 150, 420},
     0,
     4,
     8,
     true,
     0,
     "eval.sh"},
    {COMPUTE_INTELLIGENT,
     CLASS_SHORT,
     {"jupyter", "debug", "profile", "bash"},
     100,
     {{1, 85}, {2, 15}},
     {3, 25, 110, 240},
     0,
     4,
     0,
     false,
     20,
     "jupyter.sh"},
    {COMPUTE_GENERAL,
     CLASS_BATCH,
     {"video-x264", "video-x265", "thumbs", "渲染-第3集"},
     26,
     {{8, 40}, {16, 40}, {32, 20}},
     {8, 36, 130, 320},
     7,
     2,
     10,
     true,
     0,
     "transcode.sh"},
    {COMPUTE_GENERAL,
     CLASS_BATCH,
     {"render", "render-frame", "render-final", "lightbake"},
     22,
     {{16, 40}, {32, 40}, {64, 20}},
     {12, 55, 200, 480},
     7,
     2,
     14,
     true,
     0,
     "render.sh"},
    {COMPUTE_GENERAL,
     CLASS_BATCH,
     {"genome-align", "genome-call", "genome-qc", "blast"},
     20,
     {{16, 40}, {32, 45}, {64, 15}},
     {15, 70, 260, 700},
     6,
     1,
     8,
     true,
     0,
     "align.sh"},
    {COMPUTE_GENERAL,
     CLASS_BATCH,
     {"etl-hourly", "report", "log-compact", "backup-verify"},
     32,
     {{4, 50}, {8, 35}, {16, 15}},
     {5, 18, 60, 150},
     9,
     3,
     0,
     true,
     0,
     "etl.sh"},
    {COMPUTE_GENERAL,
     CLASS_SERVE,
     {"web-api", "gateway", "permit-portal", "一网通办"},
     100,
     {{4, 40}, {8, 40}, {16, 20}},
     {25, 110, 420, 1100},
     9,
     3,
     0,
     false,
     5,
     "/srv/web/run.sh"},
    {COMPUTE_GENERAL,
     CLASS_SHORT,
     {"notebook", "test", "ci-build", "bash"},
     100,
     {{2, 40}, {4, 40}, {8, 20}},
     {4, 15, 50, 120},
     0,
     12,
     0,
     false,
     20,
     "ci.sh"},
    {COMPUTE_SUPER,
     CLASS_HPC,
     {"weather-wrf", "ocean-roms", "climate-cam", "气象预报"},
     30,
     {{2, 40}, {4, 40}, {8, 20}},
     {30, 100, 260, 600},
     4,
     1,
     0,
     false,
     0,
     "wrf.sh"},
    {COMPUTE_SUPER,
     CLASS_HPC,
     {"cfd-wing", "cfd-duct", "crash-sim", "combustion"},
     35,
     {{1, 45}, {2, 35}, {4, 20}},
     {25, 95, 400, 1000},
     5,
     1,
     0,
     true,
     0,
     "cfd.sh"},
    {COMPUTE_SUPER,
     CLASS_HPC,
     {"vasp-relax", "md-protein", "qe-scf", "qmc"},
     35,
     {{1, 80}, {2, 20}},
     {15, 80, 380, 1100},
     5,
     2,
     10,
     true,
     0,
     "vasp.sh"},
    {COMPUTE_SUPER,
     CLASS_SHORT,
     {"debug", "compile", "mesh", "postproc"},
     100,
     {{1, 90}, {2, 10}},
     {2, 8, 28, 60},
     4,
     3,
     0,
     false,
     0,
     "debug.sh"},
    /* clang-format on */
};
const size_t catalogue_work_count = COUNT(catalogue_works);

const struct queue_plan catalogue_queues[] = {
    /* clang-format off */
    {COMPUTE_INTELLIGENT, CLASS_SERVE, {"inference", "infer", "serving", "online"}, 45, 0.70F, 0.04F, 1800, 1},
    {COMPUTE_INTELLIGENT, CLASS_TRAIN, {"training", "train", "ai-train", "batch"}, 47, 0.98F, 0.35F, 43200, 4},
    {COMPUTE_INTELLIGENT, CLASS_SHORT, {"interactive", "debug", "dev", "jupyter"}, 8, 0.4F, 0.1F, 900, 12},
    {COMPUTE_GENERAL, CLASS_BATCH, {"batch", "normal", "cpu", "standard"}, 65, 0.98F, 0.35F, 21600, 1},
    {COMPUTE_GENERAL, CLASS_SERVE, {"service", "online", "gov", "web"}, 25, 0.72F, 0.04F, 1800, 6},
    {COMPUTE_GENERAL, CLASS_SHORT, {"interactive", "short", "express", "debug"}, 10, 0.42F, 0.1F, 900, 12},
    {COMPUTE_SUPER, CLASS_HPC, {"hpc", "super", "large", "mpi"}, 90, 0.97F, 0.35F, 43200, 1},
    {COMPUTE_SUPER, CLASS_SHORT, {"debug", "test", "short", "express"}, 10, 0.4F, 0.2F, 900, 10},
    /* clang-format on */
};
const size_t catalogue_queue_count = COUNT(catalogue_queues);

const char *const catalogue_users[CATALOGUE_USERS] = {
    "li.wei",      "wang.fang",  "zhang.min",   "liu.yang",   "chen.jing", "yang.lei", "zhao.xin", "huang.bo",
    "zhou.ting",   "wu.hao",     "xu.ming",     "sun.li",     "ma.chao",   "zhu.yan",  "hu.jun",   "guo.rui",
    "lin.xia",     "he.peng",    "gao.shan",    "luo.qi",     "zheng.kai", "liang.yu", "song.jie", "tang.fei",
    "xie.lan",     "han.dong",   "cao.hui",     "deng.tao",   "feng.na",   "peng.zhi", "yu.xiang", "dong.mei",
    "yuan.gang",   "jiang.hong", "cai.jian",    "pan.yue",    "du.qiang",  "dai.lu",   "xia.chen", "zhong.wen",
    "wei.ping",    "tian.yi",    "ren.hua",     "jin.song",   "shi.lin",   "yao.bin",  "lu.dan",   "kong.ze",
    "bai.xue",     "cui.nan",    "kang.le",     "mao.jia",    "qiu.shui",  "qin.feng", "jia.ning", "shao.hang",
    "svc-gateway", "svc-ocr",    "svc-nightly", "ou-yang.ke",
};

const char *const catalogue_accounts[CATALOGUE_ACCOUNTS] = {
    "llm-lab",    "vision-lab", "speech",   "ai-platform", "met-office",  "aero-cfd",
    "genome-ctr", "studio-a",   "studio-b", "city-ocr",    "city-portal", "factory-sim",
};

const struct trouble catalogue_troubles[] = {
    {"ECC errors on card ", "root", true, false, true},
    {"Not responding", "slurm", false, true, false},
    {"NHC: check_fs_mount: /scratch not mounted", "root", false, false, false},
    {"Kill task failed", "root", false, false, false},
    {"card fell off the bus: slot ", "duan.kai", true, false, true},
    {"fan failure, bay ", "duan.kai", true, false, false},
    {"PSU 2 lost input", "he.yun", false, false, false},
    {"firmware update, ticket ", "he.yun", true, false, false},
    {"IB link flapping, port ", "meng.lei", true, false, false},
    {"Low RealMemory", "slurm", false, false, false},
    {"Node unexpectedly rebooted", "slurm", false, true, false},
    {"更换内存条", "meng.lei", false, false, false},
};
const size_t catalogue_trouble_count = COUNT(catalogue_troubles);

const uint8_t catalogue_day[CLASS_COUNT][24] = {
    /* clang-format off */
    [CLASS_SERVE] = {68, 60, 54, 52, 54, 60, 74, 90, 106, 120, 126, 124, 116, 118, 122, 124, 122, 118, 114, 120, 126, 122, 100, 82},
    [CLASS_TRAIN] = {92, 88, 84, 82, 80, 80, 82, 86, 96, 108, 114, 112, 102, 106, 114, 116, 114, 110, 108, 110, 112, 108, 100, 96},
    [CLASS_BATCH] = {110, 116, 118, 112, 106, 96, 88, 86, 90, 100, 106, 104, 94, 96, 102, 104, 102, 98, 92, 92, 94, 98, 100, 106},
    [CLASS_SHORT] = {30, 22, 18, 15, 15, 20, 40, 75, 120, 170, 185, 175, 130, 150, 185, 190, 180, 150, 120, 115, 120, 110, 70, 45},
    [CLASS_HPC] = {94, 92, 96, 94, 92, 90, 92, 92, 98, 108, 112, 108, 98, 104, 110, 110, 108, 104, 102, 102, 100, 98, 98, 98},
    /* clang-format on */
};

double catalogue_pflops(const char *accel_kind)
{
    /* As the makers state them for dense FP16. */
    static const struct {
        const char *kind;
        double pflops;
    } table[] = {{"910b", 0.32}, {"910a", 0.256}, {"a100", 0.312}, {"a800", 0.312}, {"h800", 0.989}, {"v100", 0.125}};

    for (size_t i = 0; accel_kind != NULL && i < COUNT(table); i++)
        if (strstr(accel_kind, table[i].kind) != NULL)
            return table[i].pflops;
    return 0;
}

static const char *const compute_words[COMPUTE_COUNT] = {"general", "intelligent", "super"};

const char *catalogue_compute_word(enum compute c)
{
    return compute_words[c];
}

enum compute catalogue_compute(const char *word)
{
    for (unsigned c = 0; word != NULL && c < COMPUTE_COUNT; c++)
        if (strcmp(word, compute_words[c]) == 0)
            return (enum compute)c;
    return COMPUTE_GENERAL;
}
