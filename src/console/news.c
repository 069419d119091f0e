#include "console/news.h"

#include <stdio.h>

#include "domain/finding.h"

/* FNV-1a over what is shown of source and id: a collision costs one line of news. */
static uint64_t hash_of(const struct row *alert)
{
    struct buf b = buf_make(1024);
    uint64_t hash = UINT64_C(14695981039346656037);

    text_show(alert->source, -1, &b);
    buf_putc(&b, '/', NULL);
    text_show(alert->id, -1, &b);
    for (size_t i = 0; i < b.len; i++)
        hash = (hash ^ (unsigned char)b.data[i]) * UINT64_C(1099511628211);
    buf_release(&b);
    return hash;
}

static bool is_seen(const struct news *n, uint64_t hash)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->seen[i] == hash)
            return true;
    return false;
}

static void see(struct news *n, uint64_t hash)
{
    n->seen[n->next] = hash;
    n->next = (n->next + 1) % NEWS_SEEN_MAX;
    n->count += n->count < NEWS_SEEN_MAX;
}

static bool is_crit(const struct finding *f)
{
    return f->severity == SEVERITY_CRIT && f->alert && !f->acked;
}

static void say(struct news *n, const struct finding *f, int64_t boot_ms)
{
    struct buf b = buf_make(NEWS_TEXT_MAX - 1);

    finding_sentence(f, &b);
    snprintf(n->text, sizeof n->text, "%s", buf_str(&b));
    n->until_ms = boot_ms + NEWS_SHOWN_MS;
    buf_release(&b);
}

void news_look(struct news *n, const struct verdict_facts *facts, int64_t boot_ms)
{
    struct finding_list list = finding_list_of(facts);

    /* The first of the list is the worst of them: it is said last. */
    for (size_t i = list.count; i-- > 0;) {
        const struct finding *f = &list.all[i];
        uint64_t hash = is_crit(f) ? hash_of(f->alert) : 0;
        if (!is_crit(f) || is_seen(n, hash))
            continue;
        see(n, hash);
        if (n->begun)
            say(n, f, boot_ms);
    }
    n->begun = true;
    finding_release(&list);
}

const char *news_text(const struct news *n, int64_t boot_ms)
{
    return n->text[0] && boot_ms < n->until_ms ? n->text : NULL;
}
