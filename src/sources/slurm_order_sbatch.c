#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "sources/slurm.h"

/* What slurmrestd does not tell of a job, whatever its version: signal, task distribution and open mode; mail since 24.05 alone.
 * Nor does it read the #SBATCH lines of a script that is submitted to it (tried with 22.05), as sbatch does. So they are read here;
 * what was given on sbatch's command line, or by its environment, is not to be had. */

enum { MAIL_SINCE = 41, LAST_OLD = 38, VALUE_MAX = 256, SIGNAL_DELAY_S = 60 };

struct option {
    const char *name;
    char letter; /* '\0': none */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next word, without its quotes; false at the end of the line, or where a comment begins. */
static bool next_word(struct safe_text *line, char out[VALUE_MAX])
{
    const char *p = text_bytes(*line);
    size_t n = text_len(*line), i = 0, len = 0;
    char quote = '\0';
    while (i < n && is_blank(p[i]))
        i++;
    bool is = i < n && p[i] != '#';
    for (; is && i < n && (quote || !is_blank(p[i])); i++) {
        if (quote ? p[i] == quote : (p[i] == '"' || p[i] == '\''))
            quote = quote ? '\0' : p[i];
        else if (len + 1 < VALUE_MAX)
            out[len++] = p[i];
    }
    out[len] = '\0';
    *line = text_from(p + i, n - i);
    return is;
}

/* "--option=value", "--option value", "-m value", "-mvalue": the value into `out`. */
static bool is_option(const struct option *o, const char *word, struct safe_text *line, char out[VALUE_MAX])
{
    size_t n = strlen(o->name);
    if (strncmp(word, "--", 2) == 0 && strncmp(word + 2, o->name, n) == 0) {
        if (word[2 + n] == '=') {
            snprintf(out, VALUE_MAX, "%s", word + 2 + n + 1);
            return true;
        }
        return word[2 + n] == '\0' && next_word(line, out);
    }
    if (!o->letter || word[0] != '-' || word[1] != o->letter)
        return false;
    if (!word[2])
        return next_word(line, out);
    snprintf(out, VALUE_MAX, "%s", word + 2);
    return true;
}

static bool in_line(const struct option *o, struct safe_text line, char out[VALUE_MAX])
{
    char word[VALUE_MAX], value[VALUE_MAX];
    bool found = false;
    while (next_word(&line, word)) {
        if (!is_option(o, word, &line, value))
            continue;
        snprintf(out, VALUE_MAX, "%s", value);
        found = true;
    }
    return found;
}

/* The last one counts. sbatch reads no further than the first command. */
static bool in_script(const struct option *o, struct safe_text script, char out[VALUE_MAX])
{
    static const char head[] = "#SBATCH";
    struct safe_text line;
    bool found = false;
    while (text_split(&script, '\n', &line)) {
        const char *p = text_bytes(line);
        size_t n = text_len(line), at = 0;
        while (at < n && (is_blank(p[at]) || p[at] == '\r'))
            at++;
        if (at < n && p[at] != '#')
            break;
        if (!text_begins(line, text_of(head)) || n <= sizeof head - 1 || !is_blank(p[sizeof head - 1]))
            continue;
        n -= p[n - 1] == '\r';
        found = in_line(o, text_from(p + sizeof head - 1, n - (sizeof head - 1)), out) || found;
    }
    return found;
}

/* --- in the words of the data parser --- */

static void put_text(struct json_writer *w, const char *key, const char *value)
{
    json_put_key(w, key);
    json_put_str(w, value);
}

/* "a,b" → ["A","B"] */
static void put_words(struct json_writer *w, const char *key, char *value)
{
    for (char *c = value; *c; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    json_put_key(w, key);
    json_open_array(w);
    for (char *word = value; *word;) {
        size_t n = strcspn(word, ",");
        json_put_bytes(w, text_from(word, n));
        word += n + (word[n] == ',');
    }
    json_close_array(w);
}

static void put_new_open_mode(struct json_writer *w, const char *key, char *value)
{
    char word[] = "APPEND";
    put_words(w, key, value[0] == 'a' || value[0] == 'A' ? word : (char[]){"TRUNCATE"});
}

/* "[R|B:]USR1[@60]" */
static void put_new_signal(struct json_writer *w, const char *key, char *value)
{
    char *colon = strchr(value, ':'), *at = strchr(value, '@'), *name = colon ? colon + 1 : value;
    long delay = SIGNAL_DELAY_S;
    if (at) {
        *at = '\0';
        delay = strtol(at + 1, NULL, 10);
    }
    put_text(w, key, name);
    json_put_key(w, "kill_warning_delay");
    json_put_int(w, delay);
    if (!colon || !strchr(value, 'B') || strchr(value, 'B') > colon)
        return;
    put_words(w, "kill_warning_flags", (char[]){"BATCH_JOB"});
}

static void put_new_text(struct json_writer *w, const char *key, char *value)
{
    put_text(w, key, value);
}

/* What the copy does not have and its script says. */
static const struct lacked {
    struct option option;
    const char *member; /* of the copy */
    const char *key;    /* of a newer data parser */
    void (*put)(struct json_writer *w, const char *key, char *value);
} lacked[] = {
    {{"mail-user", '\0'}, "mail_user", "mail_user", put_new_text},
    {{"mail-type", '\0'}, "mail_type", "mail_type", put_words},
    {{"signal", '\0'}, "signal", "kill_warning_signal", put_new_signal},
    {{"distribution", 'm'}, "distribution", "distribution", put_new_text},
    {{"open-mode", '\0'}, "open_mode", "open_mode", put_new_open_mode},
};

void slurm_order_sbatch(struct json_writer *w, struct safe_text script, const struct json *copy, bool old)
{
    char value[VALUE_MAX];
    for (size_t i = 0; i < sizeof lacked / sizeof *lacked; i++) {
        if (json_get(copy, lacked[i].member) || !in_script(&lacked[i].option, script, value) || !value[0])
            continue;
        if (old)
            put_text(w, lacked[i].member, value);
        else
            lacked[i].put(w, lacked[i].key, value);
    }
}

const char *slurm_order_sbatch_lacks(const char *version, int number, char out[SLURM_LACKS_MAX])
{
    const char *what = number > 0 && number < MAIL_SINCE ? tr("mail, signal, task distribution, open mode")
                                                         : tr("signal, task distribution, open mode");
    snprintf(
        out, SLURM_LACKS_MAX,
        tr("slurmrestd's %s does not tell %s: the copy has what the #SBATCH lines of the script say of them, and lacks "
           "what sbatch was told besides; its environment is that of a login"),
        version, what);
    return out;
}
