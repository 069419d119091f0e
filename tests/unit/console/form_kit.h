#ifndef HUBTOP_TESTS_UNIT_CONSOLE_FORM_KIT_H
#define HUBTOP_TESTS_UNIT_CONSOLE_FORM_KIT_H

#include "console/form.h"
#include "ui/key.h"

/* A form that is typed into, slowly: the guard has passed before each key. */

static inline enum form_result form_kit_key(struct form *form, uint32_t code, struct instant *now, struct intent *ask)
{
    now->utc_ms += 1000;
    now->boot_ms += 1000;
    return form_key(form, code, *now, ask);
}

/* '\n' is Enter. */
static inline enum form_result form_kit_type(struct form *form, const char *text, struct instant *now,
                                             struct intent *ask)
{
    enum form_result result = FORM_OPEN;

    for (; *text != '\0' && result == FORM_OPEN; text++)
        result =
            form_kit_key(form, *text == '\n' ? (uint32_t)KEY_CODE_ENTER : (uint32_t)(unsigned char)*text, now, ask);
    return result;
}

#endif
