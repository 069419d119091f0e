#ifndef HUBTOP_CONSOLE_PLAY_H
#define HUBTOP_CONSOLE_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "domain/verdict.h"

/* A demo that presses its keys itself (a tour), or one that counts what the person does (a drill). No clock: moments are
 * of the boot clock, handed in. */

struct play_step {
    int64_t at_ms;       /* after the first picture that is live */
    const char *caption; /* in the reader's language */
    const char *keys;    /* names of key_parse(), separated by blanks, pressed when the caption comes; "" for none */
};

enum { PLAY_KEYS_MAX = 8 };

struct play {
    const struct play_step *steps; /* of a tour, in the order of time; they outlive it */
    size_t count;
    bool loop; /* the tour begins anew when it is over */

    /* As it goes; 0 to begin with. */
    bool running, again;
    size_t at;                  /* steps that have been */
    int64_t begun_ms, waits_ms; /* waits_ms: since when it stands still; 0: it does not */
    struct play_score {
        int64_t broke_ms, acked_ms, told_ms, relieved_ms; /* 0: not */
        unsigned keys, refused;
    } score;
};

/* The keys of a step; how many, or -1 with err when one has no such name or there are more than PLAY_KEYS_MAX. */
int play_keys(const struct play_step *step, uint32_t keys[PLAY_KEYS_MAX], struct err *err);

/* Begins the tour, once; nothing when there is none. */
void play_begin(struct play *p, int64_t boot_ms);
/* The next step that is due, each once; NULL: none now. After the last one the tour is over (`again` with `loop`) as soon
 * as its caption stood PLAY_LAST_MS. Where a machine is so busy that one comes more than PLAY_LATE_MS late, all others do: each is
 * seen for its time. */
enum { PLAY_LAST_MS = 6000, PLAY_LATE_MS = 500 };
const struct play_step *play_due(struct play *p, int64_t boot_ms);
/* What is shown is not there yet (a plan is computed): the tour stands still, until it is called with false. */
void play_wait(struct play *p, bool waiting, int64_t boot_ms);
/* The caption that stands now; NULL: none. */
const char *play_caption(const struct play *p);
/* Somebody pressed a key: false when it only stopped the tour, otherwise it is theirs, and counted. */
bool play_key(struct play *p);

/* Of a drill: how it stands (problems begin when the verdict turns critical, and are over when the verdict is critical no
 * more: what is acknowledged counts until it is relieved); a bulletin was copied or sent; an order was refused. */
void play_look(struct play *p, const struct verdict *v, int64_t boot_ms);
void play_told(struct play *p, int64_t boot_ms);
void play_refused(struct play *p);
/* Appends one line: "drill cable: acknowledged after 14 s, …". */
void play_score(const struct play *p, const char *name, struct buf *out);

#endif
