#ifndef HUBTOP_TESTS_HUB_DOC_H
#define HUBTOP_TESTS_HUB_DOC_H

/* The OpenAPI document of the Hub API, and a checker for the part of JSON Schema that it uses: type (one or several),
 * properties, required, additionalProperties, enum, items, minItems, minLength, maxLength, minimum, maximum, format
 * date-time, $ref. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

enum { HUB_DOC_BYTES_MAX = 4 << 20, HUB_DOC_WHY_MAX = 4096, HUB_DOC_TEXT_MAX = 4096 };

struct hub_doc {
    struct json *root;
};

static inline bool hub_doc_load(struct hub_doc *d, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *bytes = malloc(HUB_DOC_BYTES_MAX);
    size_t n = f && bytes ? fread(bytes, 1, HUB_DOC_BYTES_MAX, f) : 0;
    d->root = n > 0 ? json_parse(bytes, n, JSON_STRICT, NULL) : NULL;
    free(bytes);
    if (f)
        fclose(f);
    return d->root != NULL;
}

static inline void hub_doc_release(struct hub_doc *d)
{
    json_free(d->root);
    d->root = NULL;
}

static inline const char *hub_doc_text(const struct json *value, char out[HUB_DOC_TEXT_MAX])
{
    struct safe_text t = {0};
    out[0] = '\0';
    if (json_text(value, &t) && text_len(t) < HUB_DOC_TEXT_MAX) {
        memcpy(out, text_bytes(t), text_len(t));
        out[text_len(t)] = '\0';
    }
    return out;
}

/* What a node stands for: itself, or what its $ref ("#/components/schemas/Job") names. */
static inline const struct json *hub_doc_deref(const struct hub_doc *d, const struct json *node)
{
    char ref[HUB_DOC_TEXT_MAX], *rest = NULL;
    if (!json_get(node, "$ref"))
        return node;
    hub_doc_text(json_get(node, "$ref"), ref);
    const struct json *at = d->root;
    for (char *key = strtok_r(ref, "/", &rest); key; key = strtok_r(NULL, "/", &rest))
        at = strcmp(key, "#") == 0 ? at : json_get(at, key);
    return at;
}

static inline const struct json *hub_doc_schema(const struct hub_doc *d, const char *name)
{
    return json_get(json_get(json_get(d->root, "components"), "schemas"), name);
}

/* --- values --- */

static inline bool hub_doc_wrong(struct buf *why, const char *path, const char *what)
{
    buf_printf(why, NULL, "%s %s\n", path, what);
    return false;
}

static inline bool hub_doc_is(const struct json *value, const char *type)
{
    static const char *const names[] = {[JSON_NULL] = "null",   [JSON_BOOL] = "boolean", [JSON_NUMBER] = "number",
                                        [JSON_TEXT] = "string", [JSON_ARRAY] = "array",  [JSON_OBJECT] = "object"};
    int64_t i;
    if (json_type(value) == JSON_ABSENT)
        return false;
    return strcmp(type, "integer") == 0 ? json_int(value, &i) : strcmp(names[json_type(value)], type) == 0;
}

static inline bool hub_doc_type(const struct json *schema, const struct json *value)
{
    char type[HUB_DOC_TEXT_MAX];
    const struct json *types = json_get(schema, "type");
    if (json_type(types) == JSON_TEXT)
        return hub_doc_is(value, hub_doc_text(types, type));
    for (const struct json *t = json_first(types); t; t = json_next(t)) {
        if (hub_doc_is(value, hub_doc_text(t, type)))
            return true;
    }
    return json_type(types) == JSON_ABSENT;
}

static inline bool hub_doc_enum(const struct json *schema, const struct json *value)
{
    struct safe_text a, b;
    const struct json *all = json_get(schema, "enum");
    for (const struct json *e = json_first(all); e; e = json_next(e)) {
        if (json_type(e) == json_type(value) &&
            (json_type(e) == JSON_NULL || (json_text(e, &a) && json_text(value, &b) && text_equal(a, b))))
            return true;
    }
    return json_type(all) == JSON_ABSENT;
}

static inline bool hub_doc_number(const struct json *schema, const struct json *value)
{
    double v, limit;
    if (!json_real(value, &v))
        return true;
    return !(json_real(json_get(schema, "minimum"), &limit) && v < limit) &&
           !(json_real(json_get(schema, "maximum"), &limit) && v > limit);
}

static inline bool hub_doc_length(const struct json *schema, const struct json *value)
{
    struct safe_text t;
    int64_t limit;
    if (!json_text(value, &t))
        return true;
    return !(json_int(json_get(schema, "minLength"), &limit) && text_len(t) < (size_t)limit) &&
           !(json_int(json_get(schema, "maxLength"), &limit) && text_len(t) > (size_t)limit);
}

static inline bool hub_doc_format(const struct json *schema, const struct json *value)
{
    char format[HUB_DOC_TEXT_MAX], text[HUB_DOC_TEXT_MAX];
    int64_t ms;
    if (strcmp(hub_doc_text(json_get(schema, "format"), format), "date-time") != 0 || json_type(value) != JSON_TEXT)
        return true;
    return clock_parse_iso(hub_doc_text(value, text), &ms, NULL);
}

static inline bool hub_doc_check_at(const struct hub_doc *d, const struct json *schema, const struct json *value,
                                    const char *path, struct buf *why);

static inline bool hub_doc_members(const struct hub_doc *d, const struct json *schema, const struct json *value,
                                   const char *path, struct buf *why)
{
    char below[512], name[HUB_DOC_TEXT_MAX];
    const struct json *properties = json_get(schema, "properties"), *more = json_get(schema, "additionalProperties");
    bool open = true, ok = true;
    (void)json_bool(more, &open);
    for (const struct json *r = json_first(json_get(schema, "required")); r; r = json_next(r)) {
        if (!json_get(value, hub_doc_text(r, name)))
            ok = hub_doc_wrong(why, path, "lacks a required member") && ok;
    }
    for (const struct json *m = json_first(value); m; m = json_next(m)) {
        const struct json *p = json_get(properties, json_key(m));
        snprintf(below, sizeof below, "%.200s.%.200s", path, json_key(m));
        if (p)
            ok = hub_doc_check_at(d, p, m, below, why) && ok;
        else if (!open)
            ok = hub_doc_wrong(why, below, "is no member of the document");
    }
    return ok;
}

static inline bool hub_doc_elements(const struct hub_doc *d, const struct json *schema, const struct json *value,
                                    const char *path, struct buf *why)
{
    char below[512];
    int64_t least = 0;
    size_t n = 0;
    bool ok = true;
    for (const struct json *e = json_first(value); e; e = json_next(e)) {
        snprintf(below, sizeof below, "%.400s[%zu]", path, n++);
        ok = hub_doc_check_at(d, json_get(schema, "items"), e, below, why) && ok;
    }
    if (json_int(json_get(schema, "minItems"), &least) && n < (size_t)least)
        ok = hub_doc_wrong(why, path, "has too few elements");
    return ok;
}

static inline bool hub_doc_check_at(const struct hub_doc *d, const struct json *schema, const struct json *value,
                                    const char *path, struct buf *why)
{
    schema = hub_doc_deref(d, schema);
    if (!schema)
        return hub_doc_wrong(why, path, "has no schema");
    if (!hub_doc_type(schema, value))
        return hub_doc_wrong(why, path, "is of another type");
    if (!hub_doc_enum(schema, value))
        return hub_doc_wrong(why, path, "is none of its words");
    if (!hub_doc_number(schema, value))
        return hub_doc_wrong(why, path, "is out of its range");
    if (!hub_doc_length(schema, value))
        return hub_doc_wrong(why, path, "is too short or too long");
    if (!hub_doc_format(schema, value))
        return hub_doc_wrong(why, path, "is no date-time");
    if (json_type(value) == JSON_OBJECT)
        return hub_doc_members(d, schema, value, path, why);
    return json_type(value) != JSON_ARRAY || hub_doc_elements(d, schema, value, path, why);
}

/* Whether `value` is as `schema` says; else `why` gets a line for each place where it is not. */
static inline bool hub_doc_check(const struct hub_doc *d, const struct json *schema, const struct json *value,
                                 struct buf *why)
{
    return hub_doc_check_at(d, schema, value, "$", why);
}

/* --- operations --- */

/* "/v1/actions/7" is "/v1/actions/{id}". */
static inline bool hub_doc_path_is(const char *pattern, const char *path)
{
    const char *brace = strchr(pattern, '{');
    if (!brace)
        return strcmp(pattern, path) == 0;
    size_t n = (size_t)(brace - pattern);
    return strncmp(pattern, path, n) == 0 && path[n] && !strchr(path + n, '/');
}

/* The operation of a path, or NULL; `*known` tells whether the path is there at all. */
static inline const struct json *hub_doc_operation(const struct hub_doc *d, const char *path, const char *method,
                                                   bool *known)
{
    *known = false;
    for (const struct json *p = json_first(json_get(d->root, "paths")); p; p = json_next(p)) {
        if (!hub_doc_path_is(json_key(p), path))
            continue;
        *known = true;
        if (json_get(p, method))
            return json_get(p, method);
    }
    return NULL;
}

/* The parameter of an operation by where it is ("query", "header") and its name, or NULL. */
static inline const struct json *hub_doc_parameter(const struct hub_doc *d, const struct json *operation,
                                                   const char *in, const char *name)
{
    char text[HUB_DOC_TEXT_MAX];
    for (const struct json *p = json_first(json_get(operation, "parameters")); p; p = json_next(p)) {
        const struct json *own = hub_doc_deref(d, p);
        if (strcmp(hub_doc_text(json_get(own, "in"), text), in) == 0 &&
            strcmp(hub_doc_text(json_get(own, "name"), text), name) == 0)
            return own;
    }
    return NULL;
}

/* Whether a parameter's text is as its schema says. */
static inline bool hub_doc_parameter_good(const struct hub_doc *d, const struct json *parameter, const char *text,
                                          struct buf *why)
{
    char type[HUB_DOC_TEXT_MAX];
    struct buf json = buf_make(HUB_DOC_TEXT_MAX);
    struct json_writer w = json_writer_make(&json);
    const struct json *schema = json_get(parameter, "schema");
    bool number = strcmp(hub_doc_text(json_get(schema, "type"), type), "integer") == 0;
    if (number)
        buf_puts(&json, text, NULL);
    else
        json_put_str(&w, text);
    struct json *value = json_parse(buf_str(&json), json.len, JSON_STRICT, NULL);
    bool ok = value && hub_doc_check(d, schema, value, why);
    json_free(value);
    buf_release(&json);
    return ok;
}

/* The schema of the body that an operation answers with `status` ("200"), or NULL. */
static inline const struct json *hub_doc_answer(const struct hub_doc *d, const struct json *operation,
                                                const char *status)
{
    const struct json *r = hub_doc_deref(d, json_get(json_get(operation, "responses"), status));
    const struct json *content = json_first(json_get(r, "content"));
    return hub_doc_deref(d, json_get(content, "schema"));
}

#endif
