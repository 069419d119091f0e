#include "cli/fail.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum { FAIL_SHOWN_MAX = 4 * ERR_TEXT_MAX };

static int report_json(const struct err *err, int status)
{
    struct buf b = buf_make(16 << 10);
    struct json_writer w = json_writer_make(&b);
    json_open_object(&w);
    json_put_key(&w, "error");
    json_open_object(&w);
    json_put_key(&w, "code");
    json_put_int(&w, status);
    json_put_key(&w, "message");
    json_put_str(&w, err->text);
    json_put_key(&w, "hint");
    json_put_str(&w, err->hint);
    json_close_object(&w);
    json_close_object(&w);
    puts(buf_str(&b));
    buf_release(&b);
    return status;
}

int fail_report(const struct options *o, const struct err *err)
{
    char shown[FAIL_SHOWN_MAX];
    int status = err_status(err);
    if (o && o->format && strcmp(o->format, "json") == 0)
        return report_json(err, status);
    fprintf(stderr, "hubtop: %s\n", text_show_in(text_of(err->text), shown, sizeof shown));
    for (const char *line = err->hint; *line;) {
        size_t n = strcspn(line, "\n");
        fprintf(stderr, "%s%s\n", line == err->hint ? "hint: " : "      ",
                text_show_in(text_from(line, n), shown, sizeof shown));
        line += n + (line[n] == '\n');
    }
    return status;
}

void fail_note(const struct options *o, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX], shown[FAIL_SHOWN_MAX];
    va_list ap;
    if (o->quiet)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    fprintf(stderr, "hubtop: %s\n", text_show_in(text_of(text), shown, sizeof shown));
}
