#include "io/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { EVENT_BATCH = 64, COALESCE_US = 10000, TASKS_US = 500, SIGNALS_MAX = 65 };

struct watch {
    loop_fd_handler *handler; /* NULL: not watched */
    void *ctx;
    uint32_t generation; /* of the watch: an event of an earlier watch of this descriptor must not reach a later one */
    int events;
    bool paused; /* still with epoll, for nobody */
};

/* A timer or a task. Its id is generation * 2^32 + slot: an id that has run matches no slot. */
struct slot {
    int64_t id; /* 0: free */
    loop_timer_handler *timer;
    loop_task_handler *task;
    void *ctx;
    int64_t due_us;
    uint64_t order; /* of timers due in the same microsecond */
    size_t heap_at; /* of a timer: its place in the heap; of a free slot: the next free one */
};

struct slots {
    struct slot *at;
    size_t count, cap;
    size_t free_head; /* count: none */
    uint32_t generation;
};

struct loop {
    int epoll_fd, timer_fd, signal_fd;
    bool stopping;
    struct watch *watches; /* by descriptor */
    size_t watch_cap;
    uint32_t watch_generation;
    struct slots timers, tasks;
    size_t *heap; /* of slots of timers, the earliest first */
    size_t heap_count, heap_cap;
    uint64_t timer_order;
    int64_t armed_us; /* what timer_fd is set to; 0: off */
    size_t task_turn; /* the slot whose turn is next */
    size_t task_count;
    sigset_t signals;
    loop_signal_handler *signal_handlers[SIGNALS_MAX];
    void *signal_ctx[SIGNALS_MAX];
    uint64_t wakeups;
    int64_t longest_us;
};

static int64_t boot_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void account(struct loop *l, int64_t began_us)
{
    int64_t took_us = clock_mono_us() - began_us;
    if (took_us > l->longest_us)
        l->longest_us = took_us;
}

/* --- slots --- */

static struct slot *slot_take(struct slots *s)
{
    if (s->free_head == s->count) {
        if (s->count == s->cap) {
            s->cap = s->cap ? s->cap * 2 : 16;
            s->at = mem_grow(s->at, s->cap, sizeof *s->at);
        }
        s->at[s->count] = (struct slot){.heap_at = s->count + 1};
        s->count++;
    }
    size_t i = s->free_head;
    s->free_head = s->at[i].heap_at;
    s->generation = s->generation % INT32_MAX + 1;
    s->at[i] = (struct slot){.id = (int64_t)s->generation << 32 | (int64_t)i};
    return &s->at[i];
}

static void slot_drop(struct slots *s, struct slot *slot)
{
    slot->id = 0;
    slot->heap_at = s->free_head;
    s->free_head = (size_t)(slot - s->at);
}

static struct slot *slot_find(const struct slots *s, int64_t id)
{
    size_t i = (size_t)(id & UINT32_MAX);
    return id > 0 && i < s->count && s->at[i].id == id ? &s->at[i] : NULL;
}

/* --- the heap of timers --- */

static bool sooner(const struct loop *l, size_t a, size_t b)
{
    const struct slot *x = &l->timers.at[l->heap[a]], *y = &l->timers.at[l->heap[b]];
    return x->due_us != y->due_us ? x->due_us < y->due_us : x->order < y->order;
}

static void heap_swap(struct loop *l, size_t a, size_t b)
{
    size_t slot = l->heap[a];
    l->heap[a] = l->heap[b];
    l->heap[b] = slot;
    l->timers.at[l->heap[a]].heap_at = a;
    l->timers.at[l->heap[b]].heap_at = b;
}

static void heap_up(struct loop *l, size_t i)
{
    for (; i > 0 && sooner(l, i, (i - 1) / 2); i = (i - 1) / 2)
        heap_swap(l, i, (i - 1) / 2);
}

static void heap_down(struct loop *l, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1;
        for (size_t child = left; child < left + 2 && child < l->heap_count; child++)
            if (sooner(l, child, least))
                least = child;
        if (least == i)
            return;
        heap_swap(l, i, least);
        i = least;
    }
}

static void heap_remove(struct loop *l, size_t i)
{
    size_t last = --l->heap_count;
    if (i == last)
        return;
    heap_swap(l, i, last);
    heap_up(l, i);
    heap_down(l, i);
}

/* The latest due time below `i` that is not after `limit_us`, or 0. */
static int64_t heap_latest(const struct loop *l, size_t i, int64_t limit_us)
{
    if (i >= l->heap_count)
        return 0;
    int64_t latest = l->timers.at[l->heap[i]].due_us;
    if (latest > limit_us)
        return 0;
    for (size_t child = 2 * i + 1; child < 2 * i + 3; child++) {
        int64_t below = heap_latest(l, child, limit_us);
        if (below > latest)
            latest = below;
    }
    return latest;
}

/* --- life --- */

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    close_fd(l->signal_fd);
    close_fd(l->timer_fd);
    close_fd(l->epoll_fd);
    free(l->watches);
    free(l->timers.at);
    free(l->tasks.at);
    free(l->heap);
    free(l);
}

static void timer_expired(void *ctx, int fd, int events)
{
    (void)events;
    struct loop *l = ctx;
    uint64_t expirations;
    /* Nothing to read is fine: the timers themselves are run after all events. */
    if (read(fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations)
        l->armed_us = 0;
}

struct loop *loop_new(struct err *err)
{
    struct loop *l = mem_new(1, sizeof *l);
    l->signal_fd = -1;
    sigemptyset(&l->signals);
    l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    l->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (l->epoll_fd < 0 || l->timer_fd < 0) {
        err_set(err, ERR_TRANSIENT, "cannot make the event loop: %s", strerror(errno));
        loop_free(l);
        return NULL;
    }
    if (!loop_fd(l, l->timer_fd, LOOP_READ, timer_expired, l, err)) {
        loop_free(l);
        return NULL;
    }
    return l;
}

void loop_stop(struct loop *l)
{
    l->stopping = true;
}

bool loop_stopping(const struct loop *l)
{
    return l->stopping;
}

uint64_t loop_wakeups(const struct loop *l)
{
    return l->wakeups;
}

int64_t loop_longest_us(const struct loop *l)
{
    return l->longest_us;
}

void loop_longest_reset(struct loop *l)
{
    l->longest_us = 0;
}

/* --- descriptors --- */

static uint32_t epoll_events(int events)
{
    return (events & LOOP_READ ? EPOLLIN : 0u) | (events & LOOP_WRITE ? EPOLLOUT : 0u) |
           (events & LOOP_HANGUP ? EPOLLRDHUP : 0u);
}

static int loop_events(uint32_t events)
{
    return (events & EPOLLIN ? LOOP_READ : 0) | (events & EPOLLOUT ? LOOP_WRITE : 0) |
           (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP) ? LOOP_HANGUP : 0);
}

static struct watch *watch_of(struct loop *l, int fd)
{
    size_t need = (size_t)fd + 1;
    if (need > l->watch_cap) {
        size_t cap = need * 2 < 64 ? 64 : need * 2;
        l->watches = mem_grow(l->watches, cap, sizeof *l->watches);
        memset(l->watches + l->watch_cap, 0, (cap - l->watch_cap) * sizeof *l->watches);
        l->watch_cap = cap;
    }
    return &l->watches[fd];
}

static bool epoll_set(struct loop *l, int fd, int events, uint32_t generation, bool known, struct err *err)
{
    struct epoll_event e = {.events = epoll_events(events), .data.u64 = (uint64_t)generation << 32 | (uint32_t)fd};
    int op = known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(l->epoll_fd, op, fd, &e) == 0)
        return true;
    /* A descriptor that was closed and opened again under its number, unknown to us, has left epoll by itself. */
    if (known && errno == ENOENT && epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0)
        return true;
    return err_set(err, ERR_TRANSIENT, "cannot watch descriptor %d: %s", fd, strerror(errno));
}

bool loop_fd(struct loop *l, int fd, int events, loop_fd_handler *handler, void *ctx, struct err *err)
{
    if (fd < 0)
        return err_set(err, ERR_INPUT, "cannot watch descriptor %d: it is not open", fd);
    struct watch *w = watch_of(l, fd);
    bool known = w->handler != NULL, same = known && w->handler == handler && w->ctx == ctx;
    if (events == 0) {
        if (known)
            epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        w->handler = NULL;
        return true;
    }
    uint32_t generation = same ? w->generation : ++l->watch_generation;
    if (!(same && w->paused && w->events == events) && !epoll_set(l, fd, events, generation, known, err))
        return false;
    *w = (struct watch){.handler = handler, .ctx = ctx, .generation = generation, .events = events};
    return true;
}

void loop_fd_pause(struct loop *l, int fd)
{
    if (fd >= 0 && (size_t)fd < l->watch_cap && l->watches[fd].handler)
        l->watches[fd].paused = true;
}

static void dispatch_events(struct loop *l, const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        int fd = (int)(uint32_t)events[i].data.u64;
        struct watch w = l->watches[fd];
        if (!w.handler || w.generation != (uint32_t)(events[i].data.u64 >> 32))
            continue;
        if (w.paused) {
            loop_fd(l, fd, 0, NULL, NULL, NULL);
            continue;
        }
        int64_t began_us = clock_mono_us();
        w.handler(w.ctx, fd, loop_events(events[i].events));
        account(l, began_us);
    }
}

/* --- timers --- */

int64_t loop_timer(struct loop *l, int64_t delay_ms, loop_timer_handler *handler, void *ctx)
{
    int64_t delay = delay_ms < 0 ? 0 : delay_ms > INT64_MAX / 4000 ? INT64_MAX / 4000 : delay_ms;
    if (l->heap_count == l->heap_cap) {
        l->heap_cap = l->heap_cap ? l->heap_cap * 2 : 16;
        l->heap = mem_grow(l->heap, l->heap_cap, sizeof *l->heap);
    }
    struct slot *s = slot_take(&l->timers);
    s->timer = handler;
    s->ctx = ctx;
    s->due_us = boot_us() + delay * 1000;
    s->order = l->timer_order++;
    s->heap_at = l->heap_count;
    l->heap[l->heap_count++] = (size_t)(s - l->timers.at);
    heap_up(l, s->heap_at);
    return s->id;
}

void loop_timer_cancel(struct loop *l, int64_t id)
{
    struct slot *s = slot_find(&l->timers, id);
    if (!s)
        return;
    heap_remove(l, s->heap_at);
    slot_drop(&l->timers, s);
}

/* Runs what is due now; timers that handlers set anew wait until descriptors had their turn. */
static void dispatch_timers(struct loop *l)
{
    int64_t now_us = l->heap_count ? boot_us() : 0;
    uint64_t newest = l->timer_order;
    while (l->heap_count && !l->stopping) {
        struct slot s = l->timers.at[l->heap[0]];
        if (s.due_us > now_us || s.order >= newest)
            return;
        loop_timer_cancel(l, s.id);
        int64_t began_us = clock_mono_us();
        s.timer(s.ctx);
        account(l, began_us);
    }
}

/* Sets the timer descriptor for the next wake-up; true when a timer is due already. Timers in the coalescing window
 * after the first wait for the last of them: a timer is never early. */
static bool arm(struct loop *l)
{
    int64_t first_us = l->heap_count ? l->timers.at[l->heap[0]].due_us : 0;
    if (first_us && first_us <= boot_us())
        return true;
    int64_t wake_us = first_us ? heap_latest(l, 0, first_us + COALESCE_US) : 0;
    if (wake_us == l->armed_us)
        return false;
    struct itimerspec t = {.it_value = {.tv_sec = wake_us / 1000000, .tv_nsec = wake_us % 1000000 * 1000}};
    timerfd_settime(l->timer_fd, TFD_TIMER_ABSTIME, &t, NULL);
    l->armed_us = wake_us;
    return false;
}

/* --- tasks --- */

int64_t loop_task(struct loop *l, loop_task_handler *handler, void *ctx)
{
    struct slot *s = slot_take(&l->tasks);
    s->task = handler;
    s->ctx = ctx;
    l->task_count++;
    return s->id;
}

void loop_task_cancel(struct loop *l, int64_t id)
{
    struct slot *s = slot_find(&l->tasks, id);
    if (!s)
        return;
    slot_drop(&l->tasks, s);
    l->task_count--;
}

/* One slice of the task whose turn it is. */
static void run_slice(struct loop *l)
{
    size_t i = l->task_turn % l->tasks.count;
    while (!l->tasks.at[i].id)
        i = (i + 1) % l->tasks.count;
    l->task_turn = i + 1;
    struct slot s = l->tasks.at[i];
    int64_t began_us = clock_mono_us();
    bool more = s.task(s.ctx);
    account(l, began_us);
    if (!more)
        loop_task_cancel(l, s.id);
}

/* Short slices have a turn of the loop together: a thousand sources' would each ask for events. */
static void dispatch_tasks(struct loop *l)
{
    int64_t until_us = l->task_count ? clock_mono_us() + TASKS_US : 0;
    while (l->task_count && !l->stopping) {
        run_slice(l);
        if (clock_mono_us() >= until_us)
            return;
    }
}

/* --- signals --- */

static void signal_arrived(void *ctx, int fd, int events)
{
    (void)events;
    struct loop *l = ctx;
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
        int number = (int)info.ssi_signo;
        if (number > 0 && number < SIGNALS_MAX && l->signal_handlers[number])
            l->signal_handlers[number](l->signal_ctx[number], number);
    }
}

bool loop_signal(struct loop *l, int signal_number, loop_signal_handler *handler, void *ctx, struct err *err)
{
    if (signal_number <= 0 || signal_number >= SIGNALS_MAX || sigaddset(&l->signals, signal_number) != 0)
        return err_set(err, ERR_INPUT, "cannot watch signal %d: there is none such", signal_number);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal_number);
    if (sigprocmask(SIG_BLOCK, &one, NULL) != 0)
        return err_set(err, ERR_TRANSIENT, "cannot block signal %d: %s", signal_number, strerror(errno));
    int fd = signalfd(l->signal_fd, &l->signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return err_set(err, ERR_TRANSIENT, "cannot watch signal %d: %s", signal_number, strerror(errno));
    l->signal_fd = fd;
    l->signal_handlers[signal_number] = handler;
    l->signal_ctx[signal_number] = ctx;
    return loop_fd(l, fd, LOOP_READ, signal_arrived, l, err);
}

/* --- running --- */

static bool turn(struct loop *l, struct err *err)
{
    struct epoll_event events[EVENT_BATCH];
    bool busy = arm(l) || l->task_count > 0;
    int count = epoll_wait(l->epoll_fd, events, EVENT_BATCH, busy ? 0 : -1);
    if (count < 0 && errno != EINTR)
        return err_set(err, ERR_TRANSIENT, "cannot wait for events: %s", strerror(errno));
    if (!busy)
        l->wakeups++;
    dispatch_events(l, events, count);
    dispatch_timers(l);
    dispatch_tasks(l);
    return true;
}

bool loop_run(struct loop *l, struct err *err)
{
    bool ok = true;
    while (ok && !l->stopping)
        ok = turn(l, err);
    l->stopping = false;
    return ok;
}
