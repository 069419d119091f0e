#include "fakes/hub_doc.h"

/* Answers of a hub against the document of Hub API v1.
 *   hub_check DOCUMENT --paths               its GET paths without {}, a line each
 *   hub_check DOCUMENT PATH STATUS <BODY     0 when the body is as the document says; else 1, and why */

enum { BODY_MAX = 256 << 20 };

static int paths(const struct hub_doc *d)
{
    for (const struct json *p = json_first(json_get(d->root, "paths")); p; p = json_next(p)) {
        if (json_get(p, "get") && !strchr(json_key(p), '{'))
            puts(json_key(p));
    }
    return 0;
}

static bool read_all(struct buf *out)
{
    char piece[64 << 10];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0) {
        if (!buf_put(out, piece, n, NULL))
            return false;
    }
    return true;
}

static int check(const struct hub_doc *d, const char *path, const char *status)
{
    bool known;
    struct err err = {0};
    struct buf body = buf_make(BODY_MAX), why = buf_make(HUB_DOC_WHY_MAX);
    const struct json *operation = hub_doc_operation(d, path, "get", &known);
    const struct json *schema = hub_doc_answer(d, operation, status);
    struct json *value = read_all(&body) ? json_parse(buf_str(&body), body.len, JSON_STRICT, &err) : NULL;
    bool ok = false;
    if (!schema)
        printf("%s: the document has no body for status %s\n", path, status);
    else if (!value)
        printf("%s: %s\n", path, err.text);
    else if (!(ok = hub_doc_check(d, schema, value, &why)))
        printf("%s: %s", path, buf_str(&why));
    json_free(value);
    buf_release(&body);
    buf_release(&why);
    return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct hub_doc d = {0};
    int status = 64;
    if (argc < 3 || !hub_doc_load(&d, argv[1])) {
        fputs("hub_check DOCUMENT --paths | PATH STATUS\n", stderr);
        return status;
    }
    if (strcmp(argv[2], "--paths") == 0)
        status = paths(&d);
    else if (argc == 4)
        status = check(&d, argv[2], argv[3]);
    hub_doc_release(&d);
    return status;
}
