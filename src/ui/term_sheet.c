#define _GNU_SOURCE /* of Linux: memfd_create(2) */
#include "ui/term_sheet.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

bool term_sheet_open(struct term_sheet *s)
{
    int fd = memfd_create("screen", MFD_CLOEXEC);

    *s = (struct term_sheet){.file = fd < 0 ? NULL : fdopen(fd, "w+")};
    if (s->file == NULL && fd >= 0)
        close(fd);
    return s->file != NULL;
}

const char *term_sheet_take(struct term_sheet *s, size_t *n)
{
    int fd = fileno(s->file);
    off_t end;

    fflush(s->file);
    end = lseek(fd, 0, SEEK_CUR);
    if (end > 0 && (size_t)end > s->size) {
        s->size = (size_t)end * 2;
        s->bytes = mem_grow(s->bytes, s->size, 1);
    }
    *n = end > 0 && pread(fd, s->bytes, (size_t)end, 0) == end ? (size_t)end : 0;
    lseek(fd, 0, SEEK_SET);
    return s->bytes;
}

void term_sheet_close(struct term_sheet *s)
{
    if (s->file != NULL)
        fclose(s->file);
    free(s->bytes);
    *s = (struct term_sheet){0};
}
