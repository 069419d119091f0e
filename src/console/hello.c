#include "console/hello.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"

enum { HELLO_BYTES = 512 };

bool hello_send(struct control_link *link, const char *what, bool write, struct err *err)
{
    const char *auth = getenv("SSH_USER_AUTH");
    int file = auth && auth[0] == '/' ? open(auth, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    struct buf b = buf_make(HELLO_BYTES);
    struct json_writer w = json_writer_make(&b);
    json_open_object(&w);
    json_put_key(&w, "v");
    json_put_int(&w, 1);
    json_put_key(&w, "hello");
    json_put_str(&w, what);
    json_put_key(&w, "program");
    json_put_str(&w, HUBTOP_VERSION);
    json_put_key(&w, "write");
    json_put_bool(&w, write);
    json_put_key(&w, "lang");
    json_put_str(&w, tr_is_zh() ? "zh" : "en");
    json_close_object(&w);
    bool ok = file >= 0 ? control_link_send_file(link, b.data, b.len, file, err)
                        : control_link_send(link, b.data, b.len, err);
    if (file >= 0)
        close(file);
    buf_release(&b);
    return ok;
}

static void take(const struct json *message, const char *key, char *out, size_t size)
{
    struct safe_text t;
    out[0] = '\0';
    if (json_text(json_get(message, key), &t))
        text_show_in(t, out, size);
}

bool hello_read(const struct json *message, struct hello *out)
{
    struct safe_text t;
    char word[ROLES_WORDS_MAX];
    if (!json_get(message, "instance"))
        return false;
    *out = (struct hello){.known = true};
    json_bool(json_get(message, "write"), &out->write);
    for (const struct json *j = json_first(json_get(message, "roles")); j; j = json_next(j)) {
        if (json_text(j, &t))
            out->roles |= roles_by_word(text_show_in(t, word, sizeof word));
    }
    take(message, "ssh_key", out->key, sizeof out->key);
    take(message, "ssh_unknown", out->unknown, sizeof out->unknown);
    return true;
}
