#ifndef HUBTOP_CONSOLE_SPEAK_H
#define HUBTOP_CONSOLE_SPEAK_H

#include "console/console_private.h"
#include "console/tell.h"
#include "views/speech.h"

/* A console in lines, for screen readers and braille displays: it draws into a canvas that nobody sees, and prints in words what the
 * views show. Nothing that was printed is ever printed over. */

enum { SPEAK_LINE_MAX = 4096, SPEAK_WORD_MAX = 160 };

struct speak {
    struct console c;   /* the first member: its handlers get it */
    struct speech page; /* what was told last: numbers mean its rows */
    struct tell *tell;
    struct buf in;     /* typed, and not taken yet */
    bool terminal;     /* a person's: what is typed is echoed */
    bool prompted;     /* the last line of the output is a prompt */
    bool ready, ended; /* the first words were said; there is no more input */
    bool bad;          /* the line that is being obeyed was refused */
    bool said;         /* something was said to it */
    bool asking;       /* a form's or a bulletin's words were told */
    int64_t guard_ms;  /* what a form's clock is ahead: a line is never typed by chance */
    int64_t begun_ms, input_task;
    char word[SPEAK_WORD_MAX]; /* how far the data could be trusted when it was said last */
};

/* Prints lines; one that waits at the prompt is ended first. What must not reach a terminal is shown by marks. */
void speak_page_print(struct speak *s, const char *text);
/* Prints a prompt: "> ", or what is asked. */
void speak_page_prompt(struct speak *s);
/* Tells what the shown view shows now. */
void speak_page(struct speak *s);
/* Tells the list that pages turn in alone, as it is now. */
void speak_page_turned(struct speak *s);
/* Tells the first lines: how it stands, how old that is, what can be typed. */
void speak_page_begin(struct speak *s);
/* Tells what can be typed; with "keys" the keys of the shown view, too. */
void speak_page_help(struct speak *s, const char *about);
/* Puts the cursor on a row that was told last, by its number; false, and said, when there is none. */
bool speak_page_choose(struct speak *s, long number);
/* Tells all that is known of the row under the cursor. */
void speak_page_row(struct speak *s);
/* The list that pages turn in: the one that a row was chosen from last, or that has the keys; NULL: none was told. */
struct speech_list *speak_page_list(struct speak *s);

/* Does what a line says. */
void speak_line(struct speak *s, char *line);
/* The words that are typed here and have no meaning on a screen, for the help; ended by NULL names. */
struct speak_line_word {
    const char *names, *key, *help;
    void (*run)(struct speak *s, const char *argument);
};
extern const struct speak_line_word speak_line_words[];

#endif
