/* Whatever a terminal sends, keys come out or nothing does; a prompt that gets them holds UTF-8. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/key.h"
#include "ui/keyparse.h"
#include "ui/prompt.h"

static void take(struct prompt *p, uint32_t code)
{
    char name[KEY_NAME_MAX];

    if (code == KEY_CODE_NONE)
        return;
    if (key_name(code, name)[0] != '\0' && key_parse(name) == KEY_CODE_NONE)
        abort();
    if (prompt_key(p, code) >= PROMPT_DONE)
        prompt_start(p, NULL);
    if (p->len != strlen(p->text) || p->at > p->len || !text_is_utf8(text_from(p->text, p->len)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keyparse parse = {0};
    struct prompt prompt;
    struct canvas canvas;

    prompt_start(&prompt, NULL);
    for (size_t i = 0; i < size; i++) {
        take(&prompt, keyparse_feed(&parse, data[i]));
        take(&prompt, keyparse_more(&parse));
        if (data[i] % 16 == 0 && keyparse_pending(&parse)) /* the Esc delay is over */
            take(&prompt, keyparse_flush(&parse));
    }
    if (keyparse_flush(&parse) != KEY_CODE_NONE && keyparse_pending(&parse))
        abort();
    if (!canvas_init(&canvas, (int)(size % 40) + 1, 1, GLYPHS_UNICODE))
        abort();
    prompt_draw(&prompt, &canvas, 0, 0, canvas.width, "/");
    if (canvas.cursor_x >= canvas.width)
        abort();
    canvas_release(&canvas);
    return 0;
}
