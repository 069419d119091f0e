#include "domain/runbook.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

enum { PROBLEM_SHOWN = 60 };

struct page {
    struct runbook book; /* the first member: what callers hold */
    struct arena arena;
    struct runbook_line lines[RUNBOOK_LINES_MAX];
    struct safe_text conditions[RUNBOOK_FOR_MAX];
    struct runbook_problem problems[RUNBOOK_PROBLEMS_MAX];
    bool head; /* only conditions and blanks so far */
    bool code; /* between two fences */
    int step;  /* the last one, while what follows belongs to it */
};

static void problem(struct page *p, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void problem(struct page *p, int line, const char *fmt, ...)
{
    va_list ap;
    if (p->book.problem_count == RUNBOOK_PROBLEMS_MAX)
        return;
    struct runbook_problem *one = &p->problems[p->book.problem_count++];
    one->line = line;
    va_start(ap, fmt);
    vsnprintf(one->text, sizeof one->text, fmt, ap);
    va_end(ap);
}

/* --- a line --- */

static void add(struct page *p, enum runbook_what what, const char *text, size_t n, int line)
{
    if (p->book.count == RUNBOOK_LINES_MAX)
        return;
    p->lines[p->book.count++] =
        (struct runbook_line){.what = what, .text = text_from(text, n), .line = line, .step = p->step};
}

static bool starts(const char *at, const char *end, const char *with)
{
    size_t n = strlen(with);
    return (size_t)(end - at) >= n && memcmp(at, with, n) == 0;
}

static const char *past_blanks(const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    return at;
}

static void take_condition(struct page *p, const char *at, const char *end, int line)
{
    struct err err = {0};
    char shown[2 * PROBLEM_SHOWN];
    at = past_blanks(at, end);
    struct safe_text condition = text_from(at, (size_t)(end - at));
    if (p->book.condition_count == RUNBOOK_FOR_MAX)
        problem(p, line, "more than %d lines 'for:'", RUNBOOK_FOR_MAX);
    else if (!concern_check(condition, &err))
        problem(p, line, "%.100s", text_show_in(text_of(err.text), shown, sizeof shown));
    else
        p->conditions[p->book.condition_count++] = condition;
}

static void take_heading(struct page *p, const char *at, const char *end, int line)
{
    const char *text = at;
    while (text < end && *text == '#')
        text++;
    bool first = text - at == 1;
    text = past_blanks(text, end);
    p->step = 0;
    if (first && text_empty(p->book.title))
        p->book.title = text_from(text, (size_t)(end - text));
    else
        add(p, RUNBOOK_HEADING, text, (size_t)(end - text), line);
}

/* "- [ ] text", also with '*' or a tick. The text's begin; NULL: it is no step. */
static const char *step_text(const char *at, const char *end)
{
    if (!starts(at, end, "- [") && !starts(at, end, "* ["))
        return NULL;
    at += 3;
    bool box = end - at >= 2 && (*at == ' ' || *at == 'x' || *at == 'X') && at[1] == ']';
    return box && (end - at == 2 || at[2] == ' ') ? past_blanks(at + 2, end) : NULL;
}

static void take_step(struct page *p, const char *text, const char *end, int line)
{
    if (p->book.steps == RUNBOOK_STEPS_MAX) {
        problem(p, line, "more than %d steps: this one and what follows it is left out", RUNBOOK_STEPS_MAX);
        p->step = -1;
        return;
    }
    if (text == end)
        problem(p, line, "a step without words");
    p->step = ++p->book.steps;
    add(p, RUNBOOK_STEP, text, (size_t)(end - text), line);
}

static void take_text(struct page *p, const char *at, const char *end, int line)
{
    const char *text = past_blanks(at, end), *step = step_text(text, end);
    bool item = starts(text, end, "- ") || starts(text, end, "* ");
    if (step)
        take_step(p, step, end, line);
    else if (p->step < 0)
        return;
    else if (text == end)
        add(p, RUNBOOK_GAP, text, 0, line);
    else {
        if (text == at)
            p->step = 0; /* what belongs to a step is set in */
        if (item)
            text = past_blanks(text + 1, end);
        add(p, item ? RUNBOOK_ITEM : RUNBOOK_TEXT, text, (size_t)(end - text), line);
    }
}

static bool is_fence(const char *at, const char *end)
{
    return starts(past_blanks(at, end), end, "```");
}

static void take_line(struct page *p, const char *at, const char *end, int line)
{
    if (p->head && starts(at, end, "for:"))
        take_condition(p, at + 4, end, line);
    else if (p->head && at == end)
        return;
    else if (is_fence(at, end)) {
        p->head = false;
        p->code = !p->code;
    } else {
        p->head = false;
        if (p->code && p->step >= 0)
            add(p, RUNBOOK_CODE, at, (size_t)(end - at), line);
        else if (!p->code && at < end && *at == '#')
            take_heading(p, at, end, line);
        else if (!p->code)
            take_text(p, at, end, line);
    }
}

/* --- what is wrong with it --- */

static const char *const known_words[] = {"id", "name", "kind", "where", "cluster", "source", "summary", NULL};

/* "{word}" at `at`: its index, or -1; `*n` bytes long. */
static int word_at(const char *at, const char *end, size_t *n)
{
    for (int i = 0; known_words[i]; i++) {
        size_t len = strlen(known_words[i]);
        if (starts(at + 1, end, known_words[i]) && at + 1 + len < end && at[1 + len] == '}') {
            *n = len + 2;
            return i;
        }
    }
    return -1;
}

/* A word in braces that is none of ours is a slip; other braces are somebody's program. */
static void check_words(struct page *p, const char *at, const char *end, int line)
{
    for (size_t n; at < end && (at = memchr(at, '{', (size_t)(end - at))) != NULL; at += n) {
        const char *close = at + 1;
        n = 1;
        if (word_at(at, end, &n) >= 0)
            continue;
        while (close < end && *close >= 'a' && *close <= 'z')
            close++;
        if (close < end && *close == '}' && close > at + 1)
            problem(p, line, "no such word '%.40s': {id} {name} {kind} {where} {cluster} {source} {summary}",
                    arena_copy(&p->arena, at, (size_t)(close + 1 - at)));
    }
}

static void check_line(struct page *p, const char *at, const char *end, int line)
{
    if (!text_is_utf8(text_from(at, (size_t)(end - at))))
        problem(p, line, "not UTF-8");
    if (!p->code)
        check_words(p, at, end, line);
}

static void check_whole(struct page *p, int last)
{
    if (text_empty(p->book.title))
        problem(p, 1, "it has no title: '# …'");
    if (p->book.steps == 0)
        problem(p, last, "it has no step: '- [ ] …'");
    if (p->code)
        problem(p, last, "a ``` is not closed");
    if (p->book.count == RUNBOOK_LINES_MAX)
        problem(p, last, "more than %d lines: the rest is left out", RUNBOOK_LINES_MAX);
}

/* --- the page --- */

static const char *cut(struct page *p, const char *at, const char *end, int line)
{
    if (end - at <= RUNBOOK_LINE_MAX)
        return end;
    problem(p, line, "a line of more than %d bytes: its rest is left out", RUNBOOK_LINE_MAX);
    for (end = at + RUNBOOK_LINE_MAX; end > at && ((unsigned char)*end & 0xc0) == 0x80;)
        end--; /* not inside a character */
    return end;
}

struct runbook *runbook_new(const char *bytes, size_t n)
{
    static const char bom[] = "\xef\xbb\xbf";
    struct page *p = mem_new(1, sizeof *p);
    size_t used = n < RUNBOOK_BYTES_MAX ? n : RUNBOOK_BYTES_MAX;
    const char *at = arena_copy(&p->arena, bytes, used), *all = at + used;
    int line = 1;
    p->head = true;
    if (n > RUNBOOK_BYTES_MAX)
        problem(p, 1, "more than %d bytes: the rest is left out", RUNBOOK_BYTES_MAX);
    if (starts(at, all, bom))
        at += sizeof bom - 1;
    for (; at < all; line++) {
        const char *nl = memchr(at, '\n', (size_t)(all - at)), *end = nl ? nl : all, *next = nl ? nl + 1 : all;
        if (end > at && end[-1] == '\r')
            end--;
        end = cut(p, at, end, line);
        check_line(p, at, end, line);
        take_line(p, at, end, line);
        at = next;
    }
    check_whole(p, line > 1 ? line - 1 : 1);
    while (p->book.count > 0 && p->lines[p->book.count - 1].what == RUNBOOK_GAP)
        p->book.count--;
    p->book.lines = p->lines;
    p->book.conditions = p->conditions;
    p->book.problems = p->problems;
    return &p->book;
}

void runbook_free(struct runbook *r)
{
    struct page *p = (struct page *)(void *)r;
    if (!p)
        return;
    arena_release(&p->arena);
    free(p);
}

size_t runbook_suits(const struct runbook *r, const struct concern *c)
{
    size_t best = 0;
    for (size_t i = 0; i < r->condition_count; i++) {
        size_t n = concern_meets(c, r->conditions[i]);
        best = n > best ? n : best;
    }
    return best;
}
