#ifndef HUBTOP_TEXT_LEAD_H
#define HUBTOP_TEXT_LEAD_H

/* What the first byte of a UTF-8 sequence promises (RFC 3629, section 4): its length, its payload bits, and the bounds
 * of the second byte. A length of 0: no sequence begins with it. */
struct text_lead {
    unsigned char length, bits, low, high;
};

static inline struct text_lead text_lead(unsigned char c)
{
    if (c < 0x80)
        return (struct text_lead){1, c, 0, 0};
    if (c < 0xC2 || c > 0xF4)
        return (struct text_lead){0, 0, 0, 0};
    if (c < 0xE0)
        return (struct text_lead){2, c & 0x1F, 0x80, 0xBF};
    if (c < 0xF0)
        return (struct text_lead){3, c & 0x0F, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF};
    return (struct text_lead){4, c & 0x07, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF};
}

#endif
