#include "store_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { INDEX_ROWS_PER_ADD = 64, SAMPLES_MAX = KIND_FIELDS_MAX };

struct store_batch *store_batch_new(struct store *s, const char *source, enum kind kind, bool covers_all,
                                    struct err *err)
{
    if (kind <= KIND_NONE || kind >= KIND_COUNT || !*source) {
        err_set(err, ERR_INPUT, "cannot take rows of source '%s': no such kind", source);
        return NULL;
    }
    struct store_source *from = store_part_source(s, source, strlen(source), err);
    if (!from)
        return NULL;
    struct store_batch *b = mem_new(1, sizeof *b);
    b->s = s;
    b->part = store_part_get(s, from, kind);
    b->source = mem_strdup(source);
    b->covers_all = covers_all;
    b->epoch = b->part->epoch;
    b->tick = ++s->tick;
    b->packed = buf_make(STORE_KEY_PACKED_MAX);
    b->ops = buf_make((size_t)STORE_OPS_MAX + 2 * STORE_KEY_PACKED_MAX);
    return b;
}

void store_batch_free(struct store_batch *b)
{
    if (!b)
        return;
    if (b->s->applying == b) {
        store_tx_rollback(b->s);
        b->s->applying = NULL;
    }
    store_stage_release(b);
    buf_release(&b->packed);
    buf_release(&b->ops);
    free(b->seen);
    free(b->source);
    free(b);
}

struct store *store_batch_store(const struct store_batch *b)
{
    return b->s;
}

static bool stage_samples(struct store_batch *b, const struct row *row, struct err *err)
{
    const struct kind_info *info = kind_info(row->kind);
    struct store_stage_sample samples[SAMPLES_MAX];
    size_t n = 0;
    for (size_t f = 0; f < info->field_count && n < SAMPLES_MAX; f++)
        if ((info->fields[f].flags & FIELD_SAMPLED) && (b->sparse || value_known(&row->cells[f]))) {
            memset(&samples[n], 0, sizeof samples[n]);
            samples[n].field = (int32_t)f;
            samples[n++].value = value_real_or(&row->cells[f], NAN);
        }
    if (!n)
        return true;
    struct store_stage_record r = {.type = STORE_STAGE_SAMPLES,
                                   .id = text_bytes(row->id),
                                   .id_len = (uint32_t)text_len(row->id),
                                   .bytes = (const char *)samples,
                                   .len = (uint32_t)(n * sizeof samples[0])};
    return store_stage_put(b, &r, err);
}

static bool stageable(struct store_batch *b, struct safe_text id, struct err *err)
{
    if (b->phase != STORE_BATCH_STAGING)
        return err_set(err, ERR_INPUT, "cannot take more of source '%s': its batch is being applied", b->source);
    if (text_empty(id) || text_len(id) > STORE_KEY_ID_MAX)
        return err_set(err, ERR_CORRUPT, "a row of source '%s' has an id of %zu bytes", b->source, text_len(id));
    /* The index of a part that nobody asked for yet is read little by little, while the body's bytes arrive. */
    return store_part_load(b->s, b->part, INDEX_ROWS_PER_ADD, err);
}

/* Whether the present has this very row; marks it as seen. */
static bool known(struct store_batch *b, uint64_t id_hash, uint64_t row_hash)
{
    struct store_index *ix = &b->part->index;
    int64_t at = b->part->ready && b->part->epoch == b->epoch ? store_index_find(ix, id_hash) : -1;
    if (at < 0 || ix->entries[at].row_hash != row_hash)
        return false;
    store_stage_mark(b, (size_t)at);
    return true;
}

void store_batch_pace(struct store_batch *b, int64_t every_ms)
{
    b->every_ms = every_ms;
}

void store_batch_unasked(struct store_batch *b)
{
    b->unasked = true;
}

void store_batch_sparse(struct store_batch *b)
{
    b->sparse = true;
}

bool store_batch_add(struct store_batch *b, const struct row *row, struct err *err)
{
    return store_batch_keep(b, row, err) && stage_samples(b, row, err);
}

bool store_batch_keep(struct store_batch *b, const struct row *row, struct err *err)
{
    if (!stageable(b, row->id, err))
        return false;
    if (row->kind != b->part->kind)
        return err_set(err, ERR_CORRUPT, "source '%s' gave a row of another kind", b->source);
    buf_clear(&b->packed);
    if (!row_pack(row, &b->packed, err))
        return err_prefix(err, "source '%s'", b->source);
    struct store_stage_record r = {.type = STORE_STAGE_ROW,
                                   .id = text_bytes(row->id),
                                   .id_len = (uint32_t)text_len(row->id),
                                   .bytes = b->packed.data,
                                   .len = (uint32_t)b->packed.len};
    r.id_hash = store_part_hash(b->s, r.id, r.id_len);
    r.row_hash = store_part_hash(b->s, r.len ? r.bytes : "", r.len);
    b->rows++;
    return known(b, r.id_hash, r.row_hash) || store_stage_put(b, &r, err);
}

bool store_batch_remove(struct store_batch *b, struct safe_text id, struct err *err)
{
    if (!stageable(b, id, err))
        return false;
    struct store_stage_record r = {
        .type = STORE_STAGE_REMOVE, .id = text_bytes(id), .id_len = (uint32_t)text_len(id), .bytes = ""};
    r.id_hash = store_part_hash(b->s, r.id, r.id_len);
    return store_stage_put(b, &r, err);
}

enum store_step store_batch_apply(struct store_batch *b, struct instant now, int64_t budget_us,
                                  struct store_result *result, struct err *err)
{
    int64_t until_us = clock_mono_us() + budget_us;
    struct store *s = b->s;
    if (s->applying && s->applying != b) {
        store_apply_run(s->applying, until_us);
        if (s->applying)
            return STORE_MORE;
    }
    if (b->phase == STORE_BATCH_STAGING) {
        b->now = now;
        b->phase = STORE_BATCH_INDEX;
    }
    if (b->in_slices && !s->applying)
        b->now = now; /* each slice is a commit of its own */
    enum store_step step = store_apply_run(b, until_us);
    if (step == STORE_FAILED && err)
        *err = b->err;
    if (result)
        *result = b->result;
    return step;
}
