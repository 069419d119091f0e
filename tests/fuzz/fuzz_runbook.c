#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "domain/runbook.h"

/* Any bytes as a runbook, filled from an alert whose texts are the same bytes: limits hold, and what is shown is printable. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_line(const struct runbook *r, const struct runbook_line *l, const struct row *alert)
{
    struct buf out = buf_make(1 << 20);
    check(l->line >= 1 && l->step >= 0 && l->step <= r->steps);
    check(text_len(l->text) <= RUNBOOK_LINE_MAX);
    runbook_fill(l, alert, -1, &out);
    runbook_fill(l, NULL, 40, &out);
    for (size_t i = 0; i < out.len; i++)
        check((unsigned char)out.data[i] >= ' ' && out.data[i] != 0x7f);
    check(text_is_utf8(text_from(buf_str(&out), out.len)));
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct row alert = {.kind = KIND_ALERT, .id = text_from(data, size / 2), .source = text_of("s")};
    alert.cells[ALERT_WHERE] = value_text(text_from(data, size));
    alert.cells[ALERT_RUNBOOK] = value_text(text_from(data, size));
    alert.cells[ALERT_STEPS_DONE] = value_list(text_from(data, size));
    struct concern c = concern_of(&alert);
    struct safe_text mark;
    char name[RUNBOOK_NAME_MAX];
    struct runbook *r = runbook_new((const char *)data, size);
    int step = 0;
    check(r->steps <= RUNBOOK_STEPS_MAX && r->count <= RUNBOOK_LINES_MAX);
    for (size_t i = 0; i < r->count; i++) {
        check_line(r, &r->lines[i], &alert);
        step += r->lines[i].what == RUNBOOK_STEP;
    }
    check(step == r->steps || r->count == RUNBOOK_LINES_MAX);
    for (size_t i = 0; i < r->problem_count; i++)
        check(r->problems[i].line >= 1 && r->problems[i].text[0] != '\0');
    (void)runbook_suits(r, &c);
    (void)runbook_done(&alert, "x", 1, &mark);
    if (runbook_named(&alert, name))
        check(runbook_name_good(name));
    runbook_free(r);
    return 0;
}
