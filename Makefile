# make [V=debug|asan|tsan|cover|release] [TARGET]
#
#   all      the program, build/$V/bangfu              check    unit tests on SQLite
#   tests    every test binary                         cover    unit and fault tests, then coverage
#   lint     all rules; lint-RULE one of them          format   let clang-format rewrite src and tests
#   fuzz     T=NAME [SECONDS=60]; without T: a list    install  DESTDIR= PREFIX= UNITDIR=
#   man      build/$V/bangfu.1                         clean
#   web      the web app, web/dist, which travels in the program
#   regions-data   data/regions anew from the packages it comes from (needs a network; nobody else does)
#
# V=fuzz is the clang build that `make fuzz` uses.  VERBOSE=1 shows the commands.

VERSION := 0.1.0
ifeq ($(origin V),undefined)
V := $(if $(filter install,$(MAKECMDGOALS)),release,debug)
endif
ifeq ($(filter debug asan tsan cover release fuzz,$(V)),)
$(error V=$(V) is none of debug asan tsan cover release)
endif
B     := build/$(V)
CLANG := clang-14
ifeq ($(V),fuzz)
CC := $(CLANG)
else ifeq ($(origin CC),default)
CC := gcc
endif

# --- options ------------------------------------------------------------------------------

PKGS := sqlite3 libpq jansson libsodium libcrypto zlib icu-i18n icu-uc xlsxwriter yaml-0.1 libmicrohttpd libcurl
ifneq ($(shell pkg-config --exists $(PKGS) && echo yes),yes)
ifneq ($(MAKECMDGOALS),clean)
$(error some of $(PKGS) are missing: run script/bootstrap)
endif
endif
INCLUDE := -Isrc $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
LDLIBS  := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -pthread

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wformat=2 -Wundef -Wwrite-strings
WARN_GCC   := $(WARN) -Wimplicit-fallthrough=5
WARN_CLANG := $(WARN) -Wimplicit-fallthrough -Wno-gnu
HARD := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection
SAN  := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# -fPIC so that `make lint` can link each folder as a shared object of its own; a finding needs lines, and with no more
# than these (-g1) a sanitized build takes a third less.
opt_debug   := -O1 -g -fPIC
opt_asan    := -O1 -g1 -fPIC $(SAN)
opt_tsan    := -O1 -g1 -fPIC -fsanitize=thread
opt_cover   := -O0 -g -fPIC --coverage
opt_release := -O2 -g -fPIE $(HARD)
opt_fuzz    := -O1 -g1 -fPIC -fsanitize=fuzzer-no-link $(SAN)
ld_release  := -pie -Wl,-z,relro,-z,now
map_cover   := -fprofile-abs-path

# The empty value agrees with a file that defines it itself.
STD     := -std=gnu17 -D_GNU_SOURCE=
CFLAGS  := $(STD) $(opt_$(V)) $(if $(findstring clang,$(CC)),$(WARN_CLANG),$(WARN_GCC)) -Werror -pthread $(INCLUDE) \
           $(or $(map_$(V)),-ffile-prefix-map=$(CURDIR)=.) $(EXTRA_CFLAGS)
LDFLAGS := $(ld_$(V)) -Wl,--as-needed $(EXTRA_LDFLAGS)

# --- what there is -------------------------------------------------------------------------

MAIN    := src/app/main.c
SRC     := $(sort $(wildcard src/*/*.c))
HDR     := $(sort $(wildcard src/*/*.h tests/support/*.h))
OBJ     := $(SRC:%.c=$(B)/%.o)
GEN     := $(B)/gen/assets.o $(B)/gen/assets_table.o $(B)/gen/version.o
FOLDERS := $(filter $(sort $(foreach f,$(filter-out $(MAIN),$(SRC)),$(word 2,$(subst /, ,$f)))), \
             $(shell awk '!/^\#/ && NF { print $$1 }' src/LAYERS))
# What the fuzz targets feed stands in the lower layers; the rest need not be built a fourth time.
LIBS    := $(patsubst %,$(B)/lib%.a,$(if $(filter fuzz,$(V)),base store access registry programme casework,$(FOLDERS)))
PROGRAM := $(B)/bangfu
TESTSRC := $(sort $(wildcard tests/*/test_*.c tests/fuzz/fuzz_*.c))
TESTS   := $(TESTSRC:%.c=$(B)/%)
SUPPORT := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/support/*.c)))
TESTOBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/*/*.c))
ASSETS  := $(shell find $(wildcard sql programmes data) -type f \
             \( -name '*.sql' -o -name '*.csv' -o -name '*.yaml' -o -name '*.json' -o -name '*.gz' \) 2>/dev/null | LC_ALL=C sort)

DEMO    := $(patsubst %,build/%.gz,$(sort $(wildcard demo/*/*.csv)))

WEB     := web/dist/index.html
WEBSRC  := $(sort $(shell find web/src web/public -type f ! -name '*.d.ts')) web/index.html web/vite.config.ts web/tsconfig.json

all: $(LIBS) $(if $(wildcard $(MAIN)),$(PROGRAM))
tests: all $(TESTS)
fuzz-targets: $(filter $(B)/tests/fuzz/%,$(TESTS))

# Write standard input to $@ if that changes it: what depends on it is then rebuilt, and only then.
KEEP = mkdir -p $(@D); new=$@.$$$$; cat > $$new; if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi

FORCE:
$(B)/flags: FORCE
	@printf '%s\n' '$(CC) $(CFLAGS) $(LDFLAGS) $(LDLIBS)' | { $(KEEP); }
$(B)/sources: FORCE
	@printf '%s\n' $(SRC) | { $(KEEP); }
$(B)/gen/assets.list: $(WEB) FORCE
	@{ printf '%s\n' $(ASSETS) $(DEMO); find web/dist -type f \( -name '*.br' -o -name '*.gz' \); } | LC_ALL=C sort | { $(KEEP); }
$(B)/gen/version.c: FORCE
	@tools/version.sh $(VERSION) | { $(KEEP); }
$(B)/gen/assets.S $(B)/gen/assets_table.c &: $(B)/gen/assets.list tools/embed.sh $(ASSETS) $(DEMO) $(WEB)
	@tools/embed.sh $(B)/gen $(B)/gen/assets.list

# The demonstration's archive travels compressed.
build/demo/%.gz: demo/%
	@gzip -9nc $< | { $(KEEP); }; touch $@

# say,WORD prints what is being made, or with VERBOSE=1 lets make print the command itself.
Q   := $(if $(VERBOSE),,@)
say  = $(if $(VERBOSE)$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo '  $(1) $(2)')

# --- the web app ----------------------------------------------------------------------------

# Built once for all V; only compressed files travel, under names made from what is in them.
web: $(WEB)
web/node_modules/.package-lock.json: web/package-lock.json web/package.json
	$(call say,npm,ci)
	$(Q)cd web && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && touch node_modules/.package-lock.json
$(WEB): $(WEBSRC) web/node_modules/.package-lock.json
	$(call say,vite,web/dist)
	$(Q)cd web && node_modules/.bin/vite build --logLevel error && touch dist/index.html

# --- compile and link -----------------------------------------------------------------------

$(B)/tests/%.o: INCLUDE_TESTS := -Itests
# What every cell of an import goes through: a tenth less time in it.
ifeq ($(V),release)
$(foreach f,base store access registry,$(B)/src/$f/%.o): private CFLAGS += -O3
endif
$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(INCLUDE_TESTS) -MMD -MP -c $< -o $@
$(B)/gen/%.o: $(B)/gen/%.c $(B)/flags
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@
$(B)/gen/%.o: $(B)/gen/%.S
	$(Q)$(CC) $(opt_$(V)) -c $< -o $@

# One archive per folder; main() stands outside so that tests can bring their own.
define folder
$(B)/lib$(1).a: $(filter-out $(B)/$(MAIN:.c=.o),$(filter $(B)/src/$(1)/%,$(OBJ))) $(if $(filter base,$(1)),$(GEN)) $(B)/sources
	@rm -f $$@
	$(Q)ar rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach f,$(FOLDERS),$(eval $(call folder,$f)))
$(B)/libsupport.a: $(SUPPORT) $(B)/sources
	@rm -f $@
	$(Q)ar rcsD $@ $(SUPPORT)

LINK = $(CC) $(CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(lib_group_$(notdir $(@D))) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
       -Wl,--no-whole-archive -o $@
$(PROGRAM): $(B)/$(MAIN:.c=.o) $(LIBS)
	$(call say,ld,$@)
	$(Q)$(LINK) $(LDLIBS)

# tests/GROUP/*.c that are neither a test nor a fuzz target are helpers of that group's tests.
helpers = $(if $(filter fuzzfuzz,$(V)$(1)),,$(patsubst %.c,$(B)/%.o,$(filter-out \
            $(wildcard tests/$(1)/test_*.c tests/$(1)/fuzz_*.c),$(wildcard tests/$(1)/*.c))))
WRAP := sqlite3_step sqlite3_exec sqlite3_prepare_v3 sqlite3_extended_errcode \
        PQexec PQprepare PQexecPrepared PQsendQueryPrepared PQputCopyData PQputCopyEnd
ld_group_fault   := $(WRAP:%=-Wl,--wrap=%)
ld_group_routing := -lpg_query
# The routing lint walks the statements of every object there is.
lib_group_routing := -Wl,--whole-archive
ld_group_fuzz    := $(if $(filter fuzz,$(V)),-fsanitize=fuzzer)
.SECONDEXPANSION:
$(TESTS): %: %.o $$(call helpers,$$(notdir $$(@D))) $(B)/libsupport.a $(LIBS)
	$(call say,ld,$@)
	$(Q)$(LINK) $(ld_group_$(notdir $(@D))) -lcmocka $(LDLIBS)
.SECONDARY: $(TESTOBJ)

# --- tests ----------------------------------------------------------------------------------

check: tests
	@tools/check.sh $(V) sqlite unit
cover:
	$(MAKE) V=cover tests
	@find build/cover -name '*.gcda' -delete
	@tools/check.sh cover 'sqlite postgres' 'unit fault import'
	@tools/coverage.sh build/cover
fuzz:
ifndef T
	@echo 'make fuzz T=NAME [SECONDS=60]; the targets are:'
	@for f in tests/fuzz/fuzz_*.c; do [ -f "$$f" ] && basename "$$f" .c | sed 's/^fuzz_/  /'; done; true
else
	$(MAKE) V=fuzz build/fuzz/tests/fuzz/fuzz_$(T)
	@tools/fuzz.sh $(T) $(or $(SECONDS),60)
endif

# --- lint -----------------------------------------------------------------------------------

LINT := includes links headers clang cppcheck tidy format shape shell
lint: $(LINT:%=lint-%)
lint-rules:
	@echo $(LINT)
lint-includes:
	@awk -f tools/layers.awk src/LAYERS $$(find src -name '*.[ch]' | LC_ALL=C sort)

# A prototype written by hand slips past the includes, so link each folder with only what it may use.
below = $(filter $(patsubst %,$(B)/lib%.a,$(filter-out $(1),$(shell awk '$$1 == "$(1)"' src/LAYERS))),$(LIBS))
define alone
$(B)/layers/$(1).so: $(B)/lib$(1).a $(call below,$(1)) src/LAYERS
	@mkdir -p $$(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $$@ -Wl,--no-undefined -Wl,--whole-archive $$< -Wl,--no-whole-archive \
	  -Wl,--start-group $(call below,$(1)) -Wl,--end-group $(LDLIBS) \
	  || { echo 'src/$(1) reaches for something that src/LAYERS does not allow it'; exit 1; }
endef
ifneq ($(filter lint lint-links $(B)/layers/%,$(MAKECMDGOALS)),)
$(foreach f,$(FOLDERS),$(eval $(call alone,$f)))
endif
lint-links: $(FOLDERS:%=$(B)/layers/%.so)

lint-headers: $(HDR:%.h=$(B)/headers/%.ok)
$(B)/headers/%.ok: %.h $(B)/flags
	@mkdir -p $(@D)
	@printf '#include "$<"\nextern int nothing;\n' | \
	  $(CC) $(CFLAGS) -Itests -fsyntax-only -MMD -MP -MF $(@:.ok=.d) -MT $@ -x c - && touch $@

# The object stands before each clang result because it is newer whenever one of its headers is.
CLANG_FLAGS := $(STD) $(WARN_CLANG) $(INCLUDE)
lint-clang: $(OBJ:%.o=%.clang)
$(B)/%.clang: $(B)/%.o
	@$(CLANG) -fsyntax-only -Werror $(CLANG_FLAGS) $*.c && touch $@

CHANGED = $(shell tools/changed.sh)
lint-tidy: $(if $(filter lint lint-tidy,$(MAKECMDGOALS)),$(patsubst %.c,$(B)/%.tidy,$(if $(TIDY),$(SRC),$(CHANGED))))
$(B)/%.tidy: $(B)/%.o .clang-tidy
	@clang-tidy-14 --quiet $*.c -- $(CLANG_FLAGS) > $@.log 2>&1 && touch $@ || \
	  { grep -v 'warnings\? generated\|^Suppressed\|^Use -header-filter' $@.log; exit 1; }

lint-cppcheck:
	@mkdir -p build/cppcheck
	@cppcheck -q -j2 --cppcheck-build-dir=build/cppcheck --error-exitcode=1 --enable=warning,portability,performance \
	  --std=c11 --inline-suppr --suppressions-list=tools/cppcheck.txt -D_GNU_SOURCE -Isrc src
lint-format:
	@clang-format-14 --dry-run $(SRC) $(HDR) $(wildcard tests/*/*.c) 2>&1 | awk -F : '/\[-Wclang-format/ { n[$$1]++ } \
	  END { for (f in n) { printf "%s: %d places are not as clang-format has them: make format\n", f, n[f]; bad = 1 } exit bad }'
format:
	@clang-format-14 -i $(SRC) $(HDR) $(wildcard tests/*/*.c)
lint-shape:
	@pmccabe $(SRC) | awk -F '\t' -f tools/shape.awk
lint-shell:
	@tools/shell.sh .ci/run script/* tools/*.sh $(wildcard tests/*/*.sh bench/*.sh)

regions-data:
	@tools/regions.sh

# --- install --------------------------------------------------------------------------------

PREFIX  := /usr/local
UNITDIR := $(PREFIX)/lib/systemd/system
man: $(B)/bangfu.1
$(B)/bangfu.1: $(PROGRAM)
	@$(PROGRAM) help --man > $@.new || { rm -f $@.new; echo 'no man page: `$(PROGRAM) help --man` failed'; exit 1; }
	@mv $@.new $@
install: $(PROGRAM) $(B)/bangfu.1
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/bangfu
	install -D -m 644 $(B)/bangfu.1 $(DESTDIR)$(PREFIX)/share/man/man1/bangfu.1
	install -D -m 644 data/regions/NOTICE $(DESTDIR)$(PREFIX)/share/doc/bangfu/NOTICE.regions
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|/usr/bin/bangfu|$(PREFIX)/bin/bangfu|' packaging/bangfu-verify.service > $(DESTDIR)$(UNITDIR)/bangfu-verify.service
	install -m 644 packaging/bangfu-verify.timer $(DESTDIR)$(UNITDIR)/bangfu-verify.timer
	sed 's|/usr/bin/bangfu|$(PREFIX)/bin/bangfu|' packaging/bangfu.service > $(DESTDIR)$(UNITDIR)/bangfu.service
	install -m 644 packaging/bangfu.socket $(DESTDIR)$(UNITDIR)/bangfu.socket
	install -D -m 644 packaging/nginx.conf $(DESTDIR)$(PREFIX)/share/doc/bangfu/nginx.conf
	install -D -m 644 packaging/Caddyfile $(DESTDIR)$(PREFIX)/share/doc/bangfu/Caddyfile

clean:
	rm -rf build web/dist

.DELETE_ON_ERROR:
.PHONY: all tests web fuzz-targets check cover fuzz lint lint-rules $(LINT:%=lint-%) format man install regions-data clean FORCE
-include $(wildcard $(OBJ:.o=.d) $(TESTOBJ:.o=.d) $(GEN:.o=.d) $(HDR:%.h=$(B)/headers/%.d))
