#include <curses.h>
#include <locale.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* bare_screen DATABASE: what no console of ncurses and SQLite can be faster than. It opens the database, reads what is in it, fills half
 * of the screen in two colours, and waits. */

static bool read_names(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema", -1, &stmt, NULL) == SQLITE_OK;
    while (ok && sqlite3_step(stmt) == SQLITE_ROW)
        continue;
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc != 2 || !setlocale(LC_CTYPE, "") || !read_names(argv[1]) || !initscr())
        return 1;
    char line[500];
    memset(line, 'x', sizeof line);
    start_color();
    init_pair(1, COLOR_GREEN, COLOR_BLACK);
    for (int y = 0; y < LINES; y++) {
        attrset(COLOR_PAIR(y % 2));
        mvaddnstr(y, 0, line, COLS / 2 < (int)sizeof line ? COLS / 2 : (int)sizeof line);
    }
    refresh();
    pause();
    endwin();
    return 0;
}
