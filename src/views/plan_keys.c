#include "views/plan_keys.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"

struct intent plan_keys_ask(void)
{
    return (struct intent){.kind = INTENT_PLAN};
}

/* What would be another option, or none that a line can carry. */
static bool is_plain(const struct buf *value)
{
    return value->len > 0 && memchr(value->data, '\n', value->len) == NULL &&
           memchr(value->data, '\0', value->len) == NULL;
}

bool plan_keys_add(struct intent *i, const char *option, struct safe_text value)
{
    struct buf bytes = buf_make(INTENT_TEXT_MAX);
    size_t len = strlen(i->ask);
    bool ok = !text_empty(text_copy(&bytes, value)) && is_plain(&bytes) &&
              len + strlen(option) + bytes.len + 3 <= sizeof i->ask;

    if (ok)
        snprintf(i->ask + len, sizeof i->ask - len, "%s%s=%s", len > 0 ? "\n" : "", option, buf_str(&bytes));
    buf_release(&bytes);
    return ok;
}

struct intent plan_keys_line(const char *option, struct safe_text value)
{
    struct intent i = {.kind = INTENT_PLAN_LINE};
    struct buf bytes = buf_make(INTENT_TEXT_MAX - 64);
    bool known = !text_empty(text_copy(&bytes, value)) && is_plain(&bytes) && !strchr(buf_str(&bytes), '"');
    bool blank = known && strchr(buf_str(&bytes), ' ') != NULL;

    if (known)
        snprintf(i.text, sizeof i.text, blank ? "plan create %s=\"%s\"" : "plan create %s=%s", option, buf_str(&bytes));
    else
        snprintf(i.text, sizeof i.text, "plan create ");
    buf_release(&bytes);
    return i;
}
