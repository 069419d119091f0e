#ifndef HUBTOP_VIEWS_VIEW_H
#define HUBTOP_VIEWS_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "domain/intent.h"
#include "domain/people.h"
#include "domain/row.h"
#include "domain/verdict.h"
#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/raster.h"

/* Actions from here on change something: the console refuses them, and says why, where it may not write or looks at
 * the past; they are on the bar only where it may. */
enum { VIEW_WRITES = 5000 };

/* What operators do with an alert: the same keys in every view that shows some. */
enum view_alert_action {
    ALERT_ACK = VIEW_WRITES,
    ALERT_NOTE,
    ALERT_SILENCE,
    ALERT_MAINTENANCE_ADD,
    ALERT_ESCALATE,
    ALERT_ACTIONS_END,
    ALERT_READ = VIEW_WRITES - 10, /* these change nothing */
    ALERT_TELL
};

/* What is done to the plan that is open: the view `rebalance` has keys for it, the command line words. */
enum view_plan_action {
    PLAN_APPLY = VIEW_WRITES + 100,
    PLAN_APPROVE, /* where no plan is open, an order that waits; so does PLAN_STOP, which rejects it */
    PLAN_PAUSE,   /* goes on where it is paused */
    PLAN_STOP,
    PLAN_UNDO,
    PLAN_RETRY, /* of the action under the cursor of those that were refused or are unknown */
    PLAN_SKIP,
    PLAN_GLASS, /* alone, in an emergency */
    PLAN_SIGN,  /* what somebody else did so is seen and accepted */
    PLAN_ACTIONS_END
};

/* A view is one screen: (rows, view state) → canvas, key → intent. It is one file view_NAME.c with `const struct view
 * view_NAME`; the build finds it. It reads no clock, no store and no terminal. */

enum { VIEW_NEEDS_MAX = 12, VIEW_PANELS_MAX = 11, VIEW_ID_MAX = 320, VIEW_FILTER_MAX = 256 };
enum { VIEW_OWN_MAX = 8, VIEW_COLUMNS_MAX = 16 };
enum { VIEW_CURVES_MAX = 48, VIEW_CURVE_ID = 96, VIEW_CURVE_STEPS = 64, VIEW_HISTORY_STEPS = 240 };

/* What a view wants to know. The console answers each need with a struct view_rows at the same index. */
struct view_need {
    enum kind kind;   /* KIND_NONE ends the list */
    const char *sort; /* default order of filter_sort_parse(): "-waited_s"; NULL: by id */
    bool filtered;    /* the operator's filter and sort apply to it */
    const char *only; /* the view's own filter, with the operator's where that applies; NULL: none */
    bool scoped;      /* what was drilled down to narrows it too: the state's `text`, or what the view's scope() says; a
                         change takes effect when the view is opened (again) */
    bool aside;       /* helps to show the others: alone it makes no view worth opening */
};

/* Rows as the console hands them out: counted, ordered, filtered; read one by one. */
struct view_rows {
    size_t count; /* that pass the filter */
    size_t all;
    bool partial; /* still loading */
    bool known;   /* some source has answered for this kind: none is then none, not unknown */
    int64_t rev;  /* another one when any of them is another */
    void *ctx;
    bool (*at)(void *ctx, size_t i, struct row *row); /* text lives until the next frame */
    int64_t (*find)(void *ctx, struct safe_text id,
                    struct safe_text source); /* position or -1; an empty source is any */
    /* Means of a sampled cell over the last `span_ms` in n steps; NAN where nothing is known. */
    bool (*series)(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n);
    /* Whether each of these steps has values only because its source was asked for the past afterwards (a gap that was
     * filled). May be NULL: none has. */
    bool (*filled)(void *ctx, struct safe_text id, int field, int64_t span_ms, bool *marks, size_t n);
};

/* The operator's place in one list: by identity, so that nothing moves under the cursor when rows change. */
struct view_place {
    char id[VIEW_ID_MAX], source[64]; /* what the cursor is on; "" before the first draw */
    size_t id_len, source_len;
    int64_t position; /* where it was last seen: the neighbour when it is gone */
    int64_t top;      /* first row shown */
    int page;         /* rows shown by the last draw */
};

/* A curve that was asked for: it is asked for again when its newest step is over, not with every frame. */
struct view_curve {
    char id[VIEW_CURVE_ID];
    size_t id_len; /* 0: free */
    int field;
    int64_t step, asked_ms;
    size_t n;
    double means[VIEW_CURVE_STEPS];
};

/* The big curve of the object that a view shows alone, kept likewise. */
struct view_history {
    char id[VIEW_ID_MAX];
    size_t id_len; /* 0: none */
    int64_t span_ms, step, asked_ms;
    size_t n;
    double means[VIEW_HISTORY_STEPS];
    bool filled[VIEW_HISTORY_STEPS];
};

struct marks;

struct view_state {
    struct view_place place[VIEW_PANELS_MAX];
    int panel;   /* which list has the keys */
    bool detail; /* the detail pane is open */
    bool shut;   /* it was closed where a wide screen opens it by itself */
    bool all;    /* what the view leaves out by itself is shown too */
    int scroll_x;
    char filter[VIEW_FILTER_MAX];
    int sort_field; /* -2: the view's default; -1: id */
    bool sort_descending;
    int columns[VIEW_COLUMNS_MAX]; /* the fields that its list shows, by choice; -1: id */
    int column_count;              /* 0: the view's own */
    int group;                     /* which of the view's groups; 0: none */
    struct view_curve curves[VIEW_CURVES_MAX];
    struct view_history history;
    double number[VIEW_OWN_MAX]; /* the view's own, 0 before its first draw: zoom, centre, metric … */
    char text[VIEW_FILTER_MAX];  /* likewise: an origin; the filter of scoped needs */
    struct marks *marks;         /* rows of its list; NULL: none was ever marked. The console frees them */
    void *kept;                  /* what the view made of a snapshot, until there is another; forget() frees it */
};

struct impact;

/* Who is hit by one object: what the console counts for the page that shows it. */
struct view_hit {
    enum kind kind;
    struct safe_text id;      /* of the object that was asked for; empty: none was */
    struct impact *impact;    /* NULL: its jobs are not looked at yet, or the object is not known */
    const struct row *object; /* with `impact` */
    bool counting;
    int64_t seen;      /* jobs that were looked at */
    int64_t as_of_ms;  /* UTC */
    const char *error; /* why it cannot be counted, safe to show; NULL: it can */
};

struct runbook;

/* The runbook that is open, and for which alert: what the console read for the page that shows it. */
struct view_runbook {
    const struct runbook *page; /* NULL: there is none */
    const char *name;
    struct safe_text alert, source;
    const char *why; /* why there is none, safe to show */
};

/* Something that can be set while the console runs. */
struct view_setting {
    const char *name;         /* as `:set` calls it; NULL ends a list */
    const char *help;         /* a sentence, to be translated */
    const char *const *words; /* values that it steps through, ended by NULL */
    char value[64];
    bool changed;            /* and not kept yet */
    struct safe_text origin; /* where the value comes from, in the interface's language */
};

/* What a key sent, and what it was taken for. */
struct view_key {
    char sent[48];    /* "^[OP  1b 4f 50" */
    char name[16];    /* "F1"; "": no key */
    const char *does; /* a sentence of the key tables, to be translated; NULL: nothing */
};
enum { VIEW_KEYS_MAX = 8 };

/* How much of a job's kind, or of a queue's jobs, another scheduler takes now, and what ends it. */
struct view_room_place {
    struct safe_text scheduler, limit, words; /* the limit's word, and in a sentence */
    int64_t jobs;                             /* -1: unknown */
    double delay_ms, cost_cny;                /* NAN: unknown */
};
struct view_room {
    char of[VIEW_ID_MAX]; /* the job or queue that it is about */
    bool known;           /* false: it is being computed */
    const struct view_room_place *places;
    size_t count;
};

struct checkup;
struct spots;
struct speech;
struct thresholds;

/* What the doctor found, and the keys of its test. */
struct view_doctor {
    const struct checkup *found; /* NULL: nothing was looked up */
    bool testing;                /* keys are tried */
    size_t key_count;            /* the newest last */
    struct view_key keys[VIEW_KEYS_MAX];
};

/* Everything a draw may know. */
struct view_frame {
    const struct view_rows *rows; /* one for each need */
    struct instant now;           /* or T in the past */
    bool past;
    const struct verdict *verdict;
    bool write;                           /* this console may ask for changes */
    struct area area;                     /* rows 3 to H-2 */
    const struct view_runbook *runbook;   /* NULL: none was asked for */
    const struct people *people;          /* whom to call; NULL: nobody says */
    const struct scope *scope;            /* what is not mine is left out, and counted; NULL: everything is shown */
    const struct view_room *room;         /* NULL: nobody asked */
    const struct view_hit *hit;           /* NULL: nothing was asked for */
    const struct raster_outline *outline; /* the coastline that maps draw; NULL: none */
    const struct view_setting *settings;  /* what can be set; NULL: nothing */
    const struct view_doctor *doctor;     /* NULL: nothing was looked up */
    struct speech *speech;                /* takes what lists show in words; NULL: somebody sees the canvas */
    const struct thresholds *thresholds;  /* of the configuration; NULL: the presets */
    struct spots *spots;                  /* takes where lists stand; NULL: nobody asks */
};

/* Takes a list's rows in the order in which they are shown, and the place of its cursor. */
typedef void view_look(void *ctx, const struct view_rows *rows, struct view_place *place);

struct view {
    const char *name;  /* "jobs" */
    const char *title; /* "Jobs" */
    const char *help;  /* what it is for, a sentence */
    int order;         /* its digit on the bar, 1 to 9; 0: not on the bar */
    bool page;         /* a key opens it for an object: Tab goes past it */
    bool mine;         /* a scope leaves out what is not mine, and says how much that is */
    const struct view_need *needs;
    /* The filter of a scoped need by its number, into `out`; false: none of it is wanted now, and it is not read. NULL:
     * the state's `text` is that of all. */
    bool (*scope)(const struct view_state *s, int need, char out[VIEW_FILTER_MAX]);
    const char *told_by; /* the drivers that tell of what it shows, for people: "prometheus"; NULL: always there */
    const struct key_row *keys; /* its own, beside the console's */
    bool prose;                 /* what stands beside its lists reads as lines too, for who hears the screen */
    bool
        panels; /* each place is a panel, its number the state's `panel`; Right gives the keys to the next: so does a click */
    bool columns; /* its list shows other columns when somebody chooses them */
    bool coast;   /* it draws the frame's outline: no other view gets one */
    const char *const
        *groups; /* by what its list can be grouped, ended by NULL; the first is "none". NULL: by nothing */
    /* Which of the filtered needs it lists now: the operator's filter and order are for its kind. NULL: the first. */
    size_t (*listed)(const struct view_state *s);
    /* Frees what the state keeps for it. NULL: it keeps nothing. */
    void (*forget)(struct view_state *s);
    /* The action that leads out of what was opened inside of it, which Esc does before it leaves the view; 0: nothing is open.
     * NULL: nothing ever is. */
    int (*inside)(const struct view_state *s);
    /* Goes to what somebody names by id or name; false: there is no such. NULL: its cursor is put on the id. */
    bool (*go)(const struct view_frame *f, struct view_state *s, struct safe_text where);
    void (*draw)(const struct view_frame *f, struct view_state *s, struct canvas *c);
    struct intent (*act)(const struct view_frame *f, struct view_state *s, int action);
    /* Hands the rows of its list to `look`, once; they live until it returns. NULL: there is no list to find something in. */
    void (*rows)(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx);
    /* The object under the cursor, by kind and id at least; false: there is none. NULL: this view has none. */
    bool (*object)(const struct view_frame *f, struct view_state *s, struct row *object);
    /* The alert under the cursor, likewise. */
    bool (*alert)(const struct view_frame *f, struct view_state *s, struct row *alert);
    /* When what the row under the cursor tells of began, UTC in ms; 0: it does not say. NULL: no row of it ever does. */
    int64_t (*moment)(const struct view_frame *f, struct view_state *s);
};

extern const struct view *const view_table[]; /* generated; ended by NULL */
const struct view *view_by_name(const char *name);

/* The wish to open a view with its cursor on an id ("": where it was); an id too long for an intent puts it nowhere. */
struct intent view_open(const char *name, struct safe_text at);

/* Whether some source has answered for one of the view's kinds (KIND_BIT()s), not counting those that stand aside.
 * Views of which this is not so are not on the bar, nor reached by Tab. */
bool view_is_available(const struct view *v, uint64_t kinds);

#endif
