#ifndef HUBTOP_TESTS_TELL_KIT_H
#define HUBTOP_TESTS_TELL_KIT_H

#include "domain/symptom.h"
#include "zh.h"

/* Include after cmocka.h. */

/* What is stored of each, in English, is told in Chinese as the symptom itself is. */
static inline void kit_tell_again(const struct symptom_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct buf stored = buf_make(1024), told = buf_make(1024), said = buf_make(1024);
        symptom_summary(&l->all[i], &stored);
        zh_begin();
        symptom_text(&l->all[i], &said);
        symptom_tell(l->all[i].rule, text_from(buf_str(&stored), stored.len), &told);
        zh_end();
        assert_string_equal(buf_str(&told), buf_str(&said));
        buf_release(&stored);
        buf_release(&told);
        buf_release(&said);
    }
}

#endif
