/* fake_netbox DIR [--token WORD] [--ledger FILE]: a NetBox that only lists.
 *
 * It listens on a free port of 127.0.0.1, prints "PORT n", and answers GET /api/status/ with DIR/status, and GET /api/dcim/LIST/ with
 * the page of DIR/LIST (an object a line) that limit and offset ask for, as NetBox's OptionalLimitOffsetPagination does: at most
 * MAX_PAGE_SIZE at a time, `next` an absolute URL. What it refuses, as NetBox does: a missing or wrong token and a list that is denied
 * with 403, another path with 404; and, unlike it, with 400 a query that NetBox would pass over or that asks for no order.
 *
 * Files of DIR that change it while it runs: `page` (MAX_PAGE_SIZE, 1000 without), `deny` (lists, a line each), `next` (what stands
 * before the query of `next` instead of its own address), `grow` (lists that say with each answer that they have an object more).
 *
 * --ledger: a line for each request, "METHOD TARGET AUTHORIZATION", the last "-", "good" or "bad". */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { REQUEST_MAX = 16384, FILE_MAX = 1 << 24, LINES_MAX = 20000, NAME_MAX_BYTES = 64 };

static const char *dir, *token, *ledger;
static int port;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "fake_netbox: %s: %s\n", what, errno ? strerror(errno) : "not understood");
    exit(2);
}

/* --- files --- */

/* A file of the folder as text, on the heap; NULL without one. */
static char *file_read(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = strchr(name, '/') ? NULL : fopen(path, "r");
    if (!f)
        return NULL;
    char *text = malloc(FILE_MAX);
    size_t n = text ? fread(text, 1, FILE_MAX - 1, f) : 0;
    fclose(f);
    if (!text)
        die("memory");
    text[n] = '\0';
    return text;
}

/* Whether a file has that line. */
static bool has_line(const char *name, const char *line)
{
    char *text = file_read(name), *rest = text;
    bool found = false;
    for (char *at; (at = strsep(&rest, "\n")) && !found;)
        found = strcmp(at, line) == 0;
    free(text);
    return found;
}

static long number_in(const char *name, long otherwise)
{
    char *text = file_read(name);
    long n = text ? strtol(text, NULL, 10) : otherwise;
    free(text);
    return n;
}

/* --- answers --- */

static void send_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        n -= (size_t)sent;
    }
}

static void answer(int fd, int status, const char *body)
{
    char head[256];
    int n =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                 status, status < 400 ? "OK" : "Not so", strlen(body));
    send_all(fd, head, (size_t)n);
    send_all(fd, body, strlen(body));
}

struct query {
    long limit, offset;
    bool ordered, good;
};

/* What we ask with, and nothing else: a filter that NetBox does not know it passes over in silence. */
static struct query query_of(char *text)
{
    struct query q = {.limit = -1, .good = true};
    for (char *at; (at = strsep(&text, "&"));) {
        char *end = NULL;
        if (strncmp(at, "limit=", 6) == 0)
            q.limit = strtol(at + 6, &end, 10);
        else if (strncmp(at, "offset=", 7) == 0)
            q.offset = strtol(at + 7, &end, 10);
        else if (strcmp(at, "ordering=id") == 0)
            q.ordered = true;
        else if (strcmp(at, "exclude=config_context") != 0)
            q.good = false;
        if (end && *end)
            q.good = false;
    }
    q.good = q.good && q.limit >= 0 && q.offset >= 0 && q.ordered;
    return q;
}

static void put_next(FILE *out, const char *list, const char *exclude, long limit, long offset)
{
    char *elsewhere = file_read("next");
    if (elsewhere)
        elsewhere[strcspn(elsewhere, "\n")] = '\0';
    if (elsewhere)
        fprintf(out, "\"%s?%slimit=%ld&offset=%ld&ordering=id\"", elsewhere, exclude, limit, offset);
    else
        fprintf(out, "\"http://127.0.0.1:%d/api/dcim/%s/?%slimit=%ld&offset=%ld&ordering=id\"", port, list, exclude,
                limit, offset);
    free(elsewhere);
}

static void list_page(int fd, const char *list, struct query q, const char *exclude)
{
    static long grown;
    char *text = file_read(list), *rest = text, *body = NULL;
    static char *lines[LINES_MAX];
    long count = 0, most = number_in("page", 1000), told = 0;
    size_t size;
    for (char *line; text && (line = strsep(&rest, "\n")) && count < LINES_MAX;) {
        if (*line)
            lines[count++] = line;
    }
    grown += has_line("grow", list);
    long limit = q.limit == 0 || q.limit > most ? most : q.limit;
    FILE *out = open_memstream(&body, &size);
    if (!out)
        die("memory");
    fprintf(out, "{\"count\":%ld,\"next\":", count + (has_line("grow", list) ? grown : 0));
    if (q.offset + limit < count)
        put_next(out, list, exclude, limit, q.offset + limit);
    else
        fprintf(out, "null");
    fprintf(out, ",\"previous\":null,\"results\":[");
    for (long i = q.offset; i < count && told < limit; i++)
        fprintf(out, "%s%s", told++ ? "," : "", lines[i]);
    fprintf(out, "]}");
    fclose(out);
    answer(fd, 200, body);
    free(body);
    free(text);
}

static bool token_good(const char *head, const char **word)
{
    const char *at = strstr(head, "\r\nAuthorization: ");
    size_t n = token ? strlen(token) : 0;
    *word = "-";
    if (!at)
        return !token;
    at += strlen("\r\nAuthorization: ");
    bool good = token && strncmp(at, "Token ", 6) == 0 && strncmp(at + 6, token, n) == 0 && at[6 + n] == '\r';
    *word = good ? "good" : "bad";
    return good || !token;
}

static void note(const char *method, const char *target, const char *word)
{
    FILE *f = ledger ? fopen(ledger, "a") : NULL;
    if (!f)
        return;
    fprintf(f, "%s %s %s\n", method, target, word);
    fclose(f);
}

static void serve(int fd, char *target, const char *word, bool good)
{
    char list[NAME_MAX_BYTES] = "", *query = strchr(target, '?');
    static const char dcim[] = "/api/dcim/";
    if (query)
        *query++ = '\0';
    bool is_status = strcmp(target, "/api/status/") == 0;
    if (strncmp(target, dcim, strlen(dcim)) == 0)
        snprintf(list, sizeof list, "%.*s", (int)strcspn(target + strlen(dcim), "/"), target + strlen(dcim));
    char *file = file_read(is_status ? "status" : list);
    if (!good)
        answer(fd, 403,
               strcmp(word, "-") == 0 ? "{\"detail\":\"Authentication credentials were not provided.\"}"
                                      : "{\"detail\":\"Invalid token\"}");
    else if (!is_status && (!*list || !file))
        answer(fd, 404, "{\"detail\":\"Not found.\"}");
    else if (has_line("deny", is_status ? "status" : list))
        answer(fd, 403, "{\"detail\":\"You do not have permission to perform this action.\"}");
    else if (is_status)
        answer(fd, 200, file);
    else {
        const char *exclude = query && strstr(query, "exclude=config_context") ? "exclude=config_context&" : "";
        struct query q = query_of(query);
        if (q.good)
            list_page(fd, list, q, exclude);
        else
            answer(fd, 400, "{\"detail\":\"this fake knows limit, offset, ordering=id and exclude=config_context\"}");
    }
    free(file);
}

static void conversation(int fd)
{
    static char head[REQUEST_MAX];
    size_t n = 0;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 5}, sizeof(struct timeval));
    head[0] = '\0';
    while (n + 1 < sizeof head && !strstr(head, "\r\n\r\n")) {
        ssize_t got = recv(fd, head + n, sizeof head - 1 - n, 0);
        if (got <= 0)
            return;
        n += (size_t)got;
        head[n] = '\0';
    }
    const char *word;
    bool good = token_good(head, &word);
    char *rest = head, *method = strsep(&rest, " "), *target = rest ? strsep(&rest, " ") : NULL;
    if (!target)
        return;
    note(method, target, word);
    if (strcmp(method, "GET") == 0)
        serve(fd, target, word, good);
    else
        answer(fd, 405, "{\"detail\":\"Method not allowed.\"}");
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--token") == 0 && i + 1 < argc)
            token = argv[++i];
        else if (strcmp(argv[i], "--ledger") == 0 && i + 1 < argc)
            ledger = argv[++i];
        else
            dir = argv[i];
    }
    if (!dir)
        die("which DIR?");
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &len) != 0)
        die("cannot listen");
    port = ntohs(at.sin_port);
    printf("PORT %d\n", port);
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            continue;
        conversation(fd);
        close(fd);
    }
}
