#include "console/ask_frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_DATA = 65, EXIT_LATER = 75, EXIT_UNREACHABLE = 69, EXIT_NOT_ALLOWED = 77 };

static bool put_texts(struct json_writer *w, const struct json *array)
{
    struct safe_text text;
    json_open_array(w);
    for (const struct json *j = json_first(array); j; j = json_next(j)) {
        if (!json_text(j, &text))
            return false;
        json_put_text(w, text);
    }
    json_close_array(w);
    return true;
}

static bool put_member(struct json_writer *w, const struct json *member, struct err *err)
{
    struct safe_text text;
    int64_t number;
    bool truth, ok = true;
    json_put_key(w, json_key(member));
    if (json_text(member, &text))
        json_put_text(w, text);
    else if (json_int(member, &number))
        json_put_int(w, number);
    else if (json_bool(member, &truth))
        json_put_bool(w, truth);
    else
        ok = json_type(member) == JSON_ARRAY && put_texts(w, member);
    return ok || err_set(err, ERR_INPUT, "a request has texts, lists of texts, whole numbers and truths alone");
}

static void put_claimed(struct json_writer *w, const char *key, const char *value, size_t n)
{
    if (!value || !*value || n == 0)
        return;
    json_put_key(w, key);
    json_put_text(w, text_from(value, n));
}

static void put_who(struct json_writer *w)
{
    enum { NAME_MAX_BYTES = 128 };
    const char *login = getenv("LOGNAME"), *ssh = getenv("SSH_CONNECTION");
    size_t n = login ? strlen(login) : 0;
    put_claimed(w, "claimed_login", login, n < NAME_MAX_BYTES ? n : 0);
    n = ssh ? strcspn(ssh, " ") : 0; /* the client's address */
    put_claimed(w, "claimed_ssh", ssh, n < NAME_MAX_BYTES ? n : 0);
}

bool ask_frame(int64_t id, const char *op, const char *ask, const char *request_id, struct buf *out, struct err *err)
{
    struct json *members = json_parse(ask, strlen(ask), JSON_STRICT, err);
    if (!members)
        return false;
    struct json_writer w = json_writer_make(out);
    bool ok = json_type(members) == JSON_OBJECT || err_set(err, ERR_INPUT, "a request is a JSON object");
    json_open_object(&w);
    json_put_key(&w, "id");
    json_put_int(&w, id);
    json_put_key(&w, "op");
    json_put_str(&w, op);
    json_put_key(&w, "request_id");
    json_put_str(&w, request_id);
    put_who(&w);
    for (const struct json *m = ok ? json_first(members) : NULL; m && ok; m = json_next(m))
        ok = put_member(&w, m, err);
    json_close_object(&w);
    json_free(members);
    if (ok && w.err.kind != ERR_NONE && err)
        *err = w.err;
    return ok && w.err.kind == ERR_NONE;
}

static enum err_kind kind_of(int64_t code)
{
    static const struct {
        int64_t code;
        enum err_kind kind;
    } kinds[] = {{EXIT_UNREACHABLE, ERR_TRANSIENT}, {EXIT_LATER, ERR_TRANSIENT}, {EXIT_NOT_ALLOWED, ERR_REFUSED}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].code == code)
            return kinds[i].kind;
    }
    return ERR_INPUT;
}

bool ask_frame_answer(const struct json *message, char *made, size_t size, struct err *err)
{
    const struct json *error = json_get(message, "error");
    struct safe_text text;
    char shown[ERR_TEXT_MAX];
    int64_t code = EXIT_DATA;
    made[0] = '\0';
    if (json_type(error) != JSON_OBJECT) {
        if (json_text(json_get(message, "made"), &text))
            text_show_in(text, made, size);
        return true;
    }
    json_int(json_get(error, "code"), &code);
    if (!json_text(json_get(error, "message"), &text))
        text = text_of("the collector refused the request");
    err_set(err, kind_of(code), "%s", text_show_in(text, shown, sizeof shown));
    if (json_text(json_get(error, "hint"), &text) && !text_empty(text))
        err_hint(err, "%s", text_show_in(text, shown, sizeof shown));
    return err_exit(err, code > 0 && code < 256 ? (int)code : EXIT_DATA);
}
