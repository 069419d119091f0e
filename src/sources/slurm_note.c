#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sources/slurm.h"

/* Slurm knows neither what data a job needs nor its checkpoints. What is written into its comment, its extra or its
 * administrator's comment (as the job itself may do while it runs) can say so. */

enum { VALUE_MAX = 64 };
#define HEAD "hubtop:"

static const char *const members[SLURM_NOTE_MEMBERS] = {"comment", "extra", "admin_comment"};

bool slurm_note_open(const char *words, const char *source, struct slurm_note *out, struct err *err)
{
    struct safe_text rest = text_of(words ? words : SLURM_NOTE_PRESET), word;
    *out = (struct slurm_note){0};
    if (text_is(rest, "none"))
        return true;
    while (text_split(&rest, ' ', &word)) {
        size_t m = 0;
        while (m < SLURM_NOTE_MEMBERS && !text_is(word, members[m]))
            m++;
        if (text_empty(word))
            continue;
        if (m == SLURM_NOTE_MEMBERS || out->count == SLURM_NOTE_MEMBERS) {
            err_set(err, ERR_INPUT, "job_notes '%s' of source '%s' makes no sense", words, source);
            err_hint(err, "some of %s, or none", SLURM_NOTE_PRESET);
            return err_exit(err, 78);
        }
        out->member[out->count++] = members[m];
    }
    return true;
}

/* --- what a note says --- */

static struct value gigabytes(const char *text)
{
    char *end;
    double gb = strtod(text, &end);
    bool good = end != text && *end == '\0' && text[0] >= '0' && text[0] <= '9' && isfinite(gb);
    return good ? value_real(gb) : value_none();
}

static struct value moment(const char *text)
{
    int64_t ms;
    if (slurm_number_parse(text_of(text), &ms) && ms > 0 && ms < INT64_C(1) << 40)
        return value_time(ms * 1000);
    return clock_parse_iso(text, &ms, NULL) ? value_time(ms) : value_none();
}

static const struct {
    const char *key;
    int field;
    struct value (*make)(const char *text);
} keys[] = {{"data_gb", JOB_DATA_GB, gigabytes}, {"checkpoint", JOB_CHECKPOINT_AT, moment}};

/* "data_gb=120" */
static void take_pair(struct safe_text pair, struct row *job)
{
    struct safe_text key;
    char text[VALUE_MAX];
    if (!text_split(&pair, '=', &key) || text_len(pair) >= sizeof text)
        return;
    memcpy(text, text_bytes(pair), text_len(pair));
    text[text_len(pair)] = '\0';
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (text_is(key, keys[i].key) && !value_known(&job->cells[keys[i].field]))
            job->cells[keys[i].field] = keys[i].make(text);
    }
}

/* From "hubtop:" at the beginning of a word to the word's end. */
static void take_note(struct safe_text note, struct row *job)
{
    struct safe_text word, pair;
    while (text_split(&note, ' ', &word)) {
        if (!text_begins(word, text_of(HEAD)))
            continue;
        word = text_from(text_bytes(word) + sizeof HEAD - 1, text_len(word) - (sizeof HEAD - 1));
        while (text_split(&word, ';', &pair))
            take_pair(pair, job);
    }
}

void slurm_note_put(const struct slurm_note *n, const struct json *e, struct row *job)
{
    for (size_t i = 0; i < n->count; i++) {
        struct value v = slurm_cell_text(json_get(e, n->member[i]));
        take_note(value_text_or(&v, ""), job);
    }
}
