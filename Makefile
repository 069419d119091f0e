# hubtop: one non-recursive Makefile. `make help` lists what there is to say to it.

BUILD   ?= build
# Inside this tree always by its relative name: what depends on what is written down by name.
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1

CC      ?= gcc
PKGS    := ncursesw libcurl libcjson sqlite3 libutf8proc libpcre2-8 libcrypto
DEBIAN  := build-essential pkg-config libncurses-dev libcurl4-openssl-dev libcjson-dev libsqlite3-dev libconfuse-dev \
           libutf8proc-dev libpcre2-dev libssl-dev gettext ncurses-base ca-certificates \
           libcmocka-dev libvterm-dev libmicrohttpd-dev clang clang-format libclang-rt-14-dev jq curl strace openssl procps sqlite3
WARN    := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes \
           -Wold-style-definition -Wwrite-strings -Wundef -Wformat=2 -Wvla -Wcast-qual -Wswitch-enum
HARDEN  := -fstack-protector-strong -fPIE
OPT     ?= -O2 -g
FORTIFY ?= -D_FORTIFY_SOURCE=2
SAN     ?=
Q       := $(if $(V),,@)

CPPFLAGS += -Iinclude -Isrc -I$(BUILD)/gen -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE \
            -DHUBTOP_VERSION='"$(VERSION)"' -DHUBTOP_PREFIX='"$(PREFIX)"' $(FORTIFY)
CFLAGS   += -std=c11 $(OPT) $(WARN) $(HARDEN) $(SAN) -ffile-prefix-map=$(CURDIR)=. \
            $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDFLAGS  += -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed $(SAN)
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lconfuse -lm

# Every layer's objects go into one archive; what is found by its name goes into a generated table. Adding a view, a source, an
# order or a command is adding one file.
LAYERS   := base domain io sim planner store sources actions ui views collector console cli
SRC      := $(sort $(foreach l,$(LAYERS),$(wildcard src/$(l)/*.c)))
GENSRC   := $(BUILD)/gen/tables.c
OBJ      := $(SRC:src/%.c=$(BUILD)/obj/%.o)
LIBOBJ   := $(filter-out $(BUILD)/obj/cli/main.o,$(OBJ)) $(BUILD)/obj/gen/tables.o
LIB      := $(BUILD)/libhubtop.a
BIN      := $(BUILD)/hubtop
MO       := $(patsubst src/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/hubtop.mo,$(wildcard src/po/*.po))

UNIT     := $(sort $(shell find tests/unit -name 'test_*.c' 2>/dev/null))
UNITBIN  := $(UNIT:tests/unit/%.c=$(BUILD)/tests/unit/%)
HELPER   := $(sort $(wildcard tests/e2e/*.c tests/fakes/*.c tests/bench/*.c tests/faults/wire.c))
HELPBIN  := $(HELPER:tests/%.c=$(BUILD)/tests/%) $(BUILD)/tests/solve_gap $(BUILD)/tests/faults/shim.so
FUZZ     := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZBIN  := $(FUZZ:tests/fuzz/%.c=$(BUILD)/fuzz/%)

.PHONY: all deps demo check golden lint asan fuzz fuzz-targets bench faults install clean help format unit
.SUFFIXES:

all: $(BIN) $(MO)                ## build the program as build/hubtop

$(BIN): $(BUILD)/obj/cli/main.o $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

$(LIB): $(LIBOBJ)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $^

$(BUILD)/obj/%.o: src/%.c | $(BUILD)/gen/stamp
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/tables.o: $(GENSRC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The tables change only when the set of files does.
$(GENSRC): src/gen-tables.sh $(SRC) | $(BUILD)/gen/stamp
	@sh src/gen-tables.sh > $@.new
	@cmp -s $@.new $@ 2>/dev/null && rm $@.new || mv $@.new $@
	@touch $@

$(BUILD)/gen/stamp:
	@mkdir -p $(@D)
	@touch $@

$(BUILD)/locale/%/LC_MESSAGES/hubtop.mo: src/po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt -c -o $@ $<

deps:                            ## install the Debian packages that are missing
	@sh src/dist/deps.sh $(DEBIAN)

demo: all                        ## run the console on sample data
	$(BIN) demo

help:                            ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

# --- tests ---------------------------------------------------------------------------------------------------------------------

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	@echo "  TEST $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS) -lcmocka

$(BUILD)/tests/%: tests/%.c $(LIB)
	@mkdir -p $(@D)
	@echo "  TEST $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS) -lssl -lcmocka -lvterm -lutil

# It stands before the C library's calls: nothing of that may be rewritten by its headers.
$(BUILD)/tests/faults/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	@echo "  TEST $<"
	$(Q)$(CC) $(filter-out -D_FORTIFY_SOURCE%,$(CPPFLAGS)) $(filter-out -fPIE $(SAN),$(CFLAGS)) -fPIC -shared -o $@ $< -ldl

# A program to be called by hand stands at the top of the tests.
$(BUILD)/tests/solve_gap: $(BUILD)/tests/bench/solve_gap
	@cp $< $@

# The executor's time is the test's.
$(BUILD)/tests/unit/actions/test_executor: LDFLAGS += -Wl,--wrap=clock_boot_ms
$(BUILD)/tests/unit/actions/test_executor_draft: LDFLAGS += -Wl,--wrap=clock_boot_ms
$(BUILD)/tests/unit/actions/test_executor_federation: LDFLAGS += -Wl,--wrap=clock_boot_ms
$(BUILD)/tests/unit/actions/test_executor_kept: LDFLAGS += -Wl,--wrap=clock_boot_ms
$(BUILD)/tests/unit/actions/test_executor_write: LDFLAGS += -Wl,--wrap=clock_boot_ms
$(BUILD)/tests/unit/actions/test_executor_proposed: LDFLAGS += -Wl,--wrap=clock_boot_ms
$(BUILD)/tests/fakes/fake_hub: LDLIBS += -lmicrohttpd -lpthread

unit: $(UNITBIN)
check: all unit $(HELPBIN)       ## run all tests (TESTS: unit, e2e, or files); ends with "N passed, N failed, N skipped"
	@BUILD=$(BUILD) sh tests/run.sh $(TESTS)
golden: all $(HELPBIN)           ## write the expected screens of tests/golden anew: read the difference
	@BUILD=$(BUILD) UPDATE_GOLDEN=1 sh tests/run.sh tests/e2e/golden.sh

lint: export LINT_CFLAGS := $(CPPFLAGS) $(CFLAGS)
lint: all unit $(HELPBIN)        ## layers, names, sizes, banned calls, keys, format, warnings with gcc and clang
	@CC='$(CC)' BUILD=$(BUILD) sh tests/lint/lint.sh

format:                          ## bring the sources into clang-format's form
	clang-format -i $(shell git ls-files -co --exclude-standard '*.c' '*.h')

ASAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
asan:                            ## all tests under the address and undefined-behaviour sanitizers
	$(MAKE) BUILD=$(BUILD)-asan OPT='-O1 -g' FORTIFY= SAN='$(ASAN)' check

# The objects are built once with coverage, in a build folder of their own; the targets alone bring libFuzzer's main.
FUZZ_SECONDS ?= 60
FUZZSAN := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
$(BUILD)/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	@echo "  FUZZ $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)
fuzz-targets: $(FUZZBIN)
fuzz:                            ## every fuzz target for FUZZ_SECONDS (60)
	@$(MAKE) BUILD=$(BUILD)-fuzz CC=clang OPT='-O1 -g' FORTIFY= SAN='$(FUZZSAN)' fuzz-targets
	@FUZZ_SECONDS=$(FUZZ_SECONDS) sh tests/fuzz/run.sh $(FUZZBIN:$(BUILD)/%=$(BUILD)-fuzz/%)

faults: all $(HELPBIN)           ## kills, failing calls, lost replies: orders against what the peer did (FAULTS=n: an n-th of the counts)
	@BUILD=$(BUILD) sh tests/faults/run.sh $(or $(FAULTS),1)

bench: all $(HELPBIN)            ## benchmarks, each a table with ratios against a yardstick of the same run
	@BUILD=$(BUILD) sh tests/bench/run.sh

install: all                     ## install below PREFIX (/usr/local), DESTDIR honoured
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/hubtop/themes $(DESTDIR)$(PREFIX)/share/hubtop/sample-data
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/hubtop
	install -m 644 themes/*.theme themes/coastline.txt $(DESTDIR)$(PREFIX)/share/hubtop/themes
	cp -R sample-data/. $(DESTDIR)$(PREFIX)/share/hubtop/sample-data
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(BIN) man >$(DESTDIR)$(PREFIX)/share/man/man1/hubtop.1
	$(BIN) completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/hubtop
	chmod 644 $(DESTDIR)$(PREFIX)/share/man/man1/hubtop.1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions/hubtop
	for mo in $(MO:$(BUILD)/locale/%=%); do install -D -m 644 $(BUILD)/locale/$$mo $(DESTDIR)$(PREFIX)/share/locale/$$mo; done

clean:                           ## remove what was built
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-clang $(BUILD)-fuzz

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
