#include "base/json.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/json_keys.h"
#include "base/json_number.h"
#include "base/json_scan.h"
#include "base/json_tree.h"

/* struct json is a cJSON; nobody else knows. */
static const cJSON *node(const struct json *value)
{
    return (const void *)value;
}

static const struct json *value_of(const cJSON *n)
{
    return (const void *)n;
}

/* --- making --- */

/* cJSON's hooks are global and have no context; ours are in place only while one text is parsed, in the process's one
 * thread. */
static struct arena *hook_arena;

static void *hook_malloc(size_t n)
{
    return arena_take(hook_arena, n); /* cJSON clears what it does not write */
}

static void hook_free(void *p)
{
    (void)p;
}

/* --- the members of a large object
 *
 * A job of Slurm has some fifty members, and is asked for as many. A tree in an arena has a table of them, at its root, in the
 * member of cJSON that holds the text of strings: what objects have none of. */

enum { TABLE_FROM = 16, TABLE_MOST = 256 /* members; names that collide cost no more than a walk */ };

struct table {
    size_t mask;
    const cJSON *slots[];
};

/* Where the member is, or would be. */
static size_t slot_of(const struct table *t, const char *key)
{
    size_t at = json_keys_hash(0, key, strlen(key)) & t->mask;

    while (t->slots[at] != NULL && strcmp(t->slots[at]->string, key) != 0)
        at = (at + 1) & t->mask;
    return at;
}

/* Of members that are named alike the last one counts. */
static void table_make(cJSON *object, struct arena *arena)
{
    size_t count = 0, size = 2 * (size_t)TABLE_FROM;

    for (const cJSON *n = object->child; n != NULL; n = n->next)
        count++;
    if (count < TABLE_FROM || count > TABLE_MOST)
        return;
    while (size < 2 * count)
        size *= 2;
    struct table *t = arena_alloc(arena, sizeof *t + size * sizeof(cJSON *));
    t->mask = size - 1;
    for (const cJSON *n = object->child; n != NULL; n = n->next)
        t->slots[slot_of(t, n->string)] = n;
    object->valuestring = (char *)t;
}

struct json *json_tree(const struct buf *copied, struct arena *arena, struct err *err)
{
    cJSON_Hooks hooks = {hook_malloc, hook_free};

    if (arena != NULL) {
        hook_arena = arena;
        cJSON_InitHooks(&hooks);
    }
    /* With the terminator, which is asked for: nothing may follow the value. */
    cJSON *root = cJSON_ParseWithLengthOpts(buf_str(copied), copied->len + 1, NULL, true);
    if (arena != NULL) {
        cJSON_InitHooks(NULL);
        hook_arena = NULL;
    }
    if (root == NULL)
        err_set(err, ERR_CORRUPT, "not JSON: a value of %zu bytes makes no tree", copied->len);
    else if (arena != NULL && cJSON_IsObject(root))
        table_make(root, arena);
    return (void *)root;
}

void json_free(struct json *tree)
{
    cJSON_Delete((void *)tree);
}

/* --- walking --- */

enum json_type json_type(const struct json *value)
{
    if (value == NULL)
        return JSON_ABSENT;
    switch (node(value)->type & 0xFF) {
    case cJSON_False:
    case cJSON_True:
        return JSON_BOOL;
    case cJSON_String:
        return node(value)->valuestring[0] == JSON_SCAN_NUMBER ? JSON_NUMBER : JSON_TEXT;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_Object:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

const struct json *json_get(const struct json *object, const char *key)
{
    const cJSON *found = NULL;

    if (json_type(object) != JSON_OBJECT)
        return NULL;
    const struct table *t = (const void *)node(object)->valuestring;
    if (t != NULL)
        return value_of(t->slots[slot_of(t, key)]);
    for (const cJSON *n = node(object)->child; n != NULL; n = n->next)
        if (n->string[0] == key[0] && strcmp(n->string, key) == 0)
            found = n;
    return value_of(found);
}

const struct json *json_first(const struct json *container)
{
    return container != NULL ? value_of(node(container)->child) : NULL;
}

const struct json *json_next(const struct json *sibling)
{
    return sibling != NULL ? value_of(node(sibling)->next) : NULL;
}

const char *json_key(const struct json *member)
{
    return member != NULL ? node(member)->string : NULL;
}

size_t json_count(const struct json *container)
{
    size_t count = 0;

    for (const struct json *v = json_first(container); v != NULL; v = json_next(v))
        count++;
    return count;
}

/* --- values --- */

/* The digits of a number as they came, or NULL. */
static const char *digits_of(const struct json *value)
{
    return json_type(value) == JSON_NUMBER ? node(value)->valuestring + 1 : NULL;
}

bool json_int(const struct json *value, int64_t *out)
{
    const char *digits = digits_of(value);

    return digits != NULL && json_number_int(digits, out);
}

bool json_real(const struct json *value, double *out)
{
    const char *digits = digits_of(value);

    return digits != NULL && json_number_real(digits, out);
}

bool json_bool(const struct json *value, bool *out)
{
    if (json_type(value) != JSON_BOOL)
        return false;
    *out = (node(value)->type & 0xFF) == cJSON_True;
    return true;
}

bool json_text(const struct json *value, struct safe_text *out)
{
    if (json_type(value) != JSON_TEXT)
        return false;
    const char *s = node(value)->valuestring;
    *out = text_of(s[0] == JSON_SCAN_TEXT ? s + 1 : s);
    return true;
}

bool json_ident(const struct json *value, struct safe_text *out)
{
    const char *digits = digits_of(value);

    if (digits == NULL)
        return json_text(value, out);
    *out = text_of(digits);
    return true;
}

const char *json_version(void)
{
    return cJSON_Version();
}
