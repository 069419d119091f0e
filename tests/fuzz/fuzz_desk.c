#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "domain/desk.h"

/* A request of the control socket: what is taken comes back from its canonical body, and the desk folds it or says why not. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1795230000000)

static void fold(struct desk_entry *e)
{
    struct buf body = buf_make(DESK_ENTRY_MAX), labels = buf_make(DESK_LABELS_MAX), again = buf_make(DESK_ENTRY_MAX);
    struct desk_entry loaded = {.op = e->op, .at_ms = e->at_ms, .severity = SEVERITY_UNKNOWN};
    struct err err = {0};
    struct desk *d = desk_new();

    e->subject = e->alert;
    e->source = text_of("s");
    e->id = text_empty(e->id) ? text_of("S-1") : e->id;
    if (desk_entry_write(e, &body, &err)) {
        struct json *tree = json_parse(body.data, body.len, JSON_STRICT, &err);
        if (!tree || !desk_entry_load(tree, &labels, &loaded, &err) || !desk_entry_write(&loaded, &again, &err) ||
            strcmp(buf_str(&body), buf_str(&again)) != 0)
            abort();
        if (!desk_apply(d, &loaded, &err) && err.text[0] == '\0')
            abort();
        json_free(tree);
    }
    desk_free(d);
    buf_release(&body);
    buf_release(&labels);
    buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct desk_entry e;
    struct json *tree = json_parse((const char *)data, size, JSON_STRICT, &err);

    if (tree == NULL)
        return 0;
    if (desk_entry_read(tree, NOW, &e, &err))
        fold(&e);
    else if (err.kind != ERR_INPUT || err.text[0] == '\0')
        abort();
    json_free(tree);
    return 0;
}
