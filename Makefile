# make demo       from nothing to a reconciled city   make test        all tests
# make check      what CI runs                        make bench       against the peers
# make faults     every fault played on the program    make BUILD=asan test
# make deps       install what is missing (apt)
BUILD ?= release
OUT   := build/$(BUILD)

# The architecture: each folder is a library; this is the only list of who may use whom.
FOLDERS        := core extract transform load report bench cli
uses.core      =
uses.extract   = core
uses.transform = core
uses.load      = core
uses.report    = core
uses.bench     = core
uses.cli       = bench report load transform extract core

PACKAGES := libpq libarchive libpcre2-8 expat yaml-0.1 xlsxwriter libcrypto libisal libutf8proc
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wcast-qual -Wundef -Wvla -Wformat=2 -Wpointer-arith -Wwrite-strings -Wswitch-enum \
            -Wnull-dereference -Wfloat-equal -Werror
flags.debug   := -Og -g3
flags.release := -O3 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
flags.asan    := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
flags.tsan    := -O1 -g1 -fsanitize=thread
flags.fuzz    := -O1 -g1 -w -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
flags.cover   := -O0 -g3 --coverage
CFLAGS  += -std=c17 -D_GNU_SOURCE -I. -I$(OUT) $(WARNINGS) $(flags.$(BUILD)) \
           $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
LDLIBS  += $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lpthread -lm

sources = $(sort $(shell find $(1) -name '*.c' -not -path '*/programs/*' 2>/dev/null))
objects = $(filter-out $(OUT)/cli/main.o,$(patsubst %.c,$(OUT)/%.o,$(call sources,$(1))))
library = $(OUT)/lib$(1).a

all: $(OUT)/tongchou
$(OUT)/tongchou: $(OUT)/cli/main.o $(foreach f,cli $(uses.cli),$(call library,$(f)))
	$(CC) $(CFLAGS) $(LDFLAGS) -rdynamic -o $@ -Wl,--start-group $^ -Wl,--end-group $(LDLIBS)

define folder
$(call library,$(1)): $(call objects,$(1)) $(generated.$(1))
	@mkdir -p $$(@D) && rm -f $$@ && $$(AR) rcs $$@ $$^
endef

GEN := $(OUT)/generated
generated.core = $(GEN)/model.o $(GEN)/reasons.o $(GEN)/labels.o $(GEN)/shipped.o
generated.transform = $(GEN)/han.o
KINDS   := $(sort $(wildcard load/schema/kind/*.sql)) $(sort $(wildcard load/schema/length/*.sql))
LABELS  := $(filter-out %/region.csv %/reason_codes.csv %/legacy_fields.csv,$(sort $(wildcard mappings/*.csv mappings/codes/*.csv)))
SHIPPED := $(sort $(shell find mappings examples load/schema transform/set transform/unit transform/cover report/sql -type f -not -path 'examples/plugin/*' 2>/dev/null))

$(foreach f,$(FOLDERS),$(eval $(call folder,$(f))))

$(GEN)/model.c: core/model.awk $(KINDS)
	@mkdir -p $(@D)
	LC_ALL=C awk -f core/model.awk $(KINDS) > $@.tmp && mv $@.tmp $@
$(GEN)/reasons.c: core/cells.awk core/reason.awk mappings/reason_codes.csv
	@mkdir -p $(@D)
	LC_ALL=C awk -f core/cells.awk -f core/reason.awk mappings/reason_codes.csv > $@.tmp && mv $@.tmp $@
UNIHAN := $(patsubst %,/usr/share/unicode/Unihan_%.txt.bz2,Readings Variants IRGSources)
$(GEN)/han.c: transform/han/han.awk transform/han/surnames.csv
	@mkdir -p $(@D)
	bzcat $(UNIHAN) | LC_ALL=C awk -f transform/han/han.awk - transform/han/surnames.csv > $@.tmp && mv $@.tmp $@
$(GEN)/labels.c: core/cells.awk core/label.awk core/label.sh $(LABELS)
	@mkdir -p $(@D)
	LC_ALL=C sh core/label.sh $(LABELS) > $@.tmp && mv $@.tmp $@
# Everything the program needs at run time, inside it: one binary is a whole installation.
$(GEN)/shipped.tar: $(SHIPPED) Makefile
	@mkdir -p $(@D)
	tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf $@ $(SHIPPED)
$(GEN)/shipped.o: $(GEN)/shipped.tar
	cd $(@D) && ld -r -b binary -z noexecstack -o shipped.o shipped.tar

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$(GEN)/%.o: $(GEN)/%.c Makefile
	$(CC) $(CFLAGS) -c -o $@ $<

# One test program per folder, linked with that folder and what it may use, and nothing else.
TESTED := $(foreach f,$(FOLDERS),$(if $(wildcard tests/$(f)),$(f)))
define tests
$(OUT)/test_$(1): $(call objects,tests/$(1)) $(call library,$(1)) $(foreach u,$(uses.$(1)),$(call library,$(u)))
	$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $(call objects,tests/$(1)) -lcriterion \
	  -Wl,--start-group $(call library,$(1)) $(foreach u,$(uses.$(1)),$(call library,$(u))) -Wl,--end-group $$(LDLIBS)
endef
$(foreach f,$(TESTED),$(eval $(call tests,$(f))))
TEST_PROGRAMS := $(foreach f,$(TESTED),$(OUT)/test_$(f))
FAULTS ?= $(OUT)/test_faults

test:
	@./deps test
	@$(MAKE) --no-print-directory all $(TEST_PROGRAMS) $(FAULTS)
	@OUT=$(OUT) tests/run $(TEST_PROGRAMS) $(FAULTS)

# From nothing to a reconciled city, compared with its truth.  SEED= and SIZE= make another one.
demo:
	@./deps build
	@[ -e $(OUT)/tongchou ] || echo "编译，一分钟 · building, about a minute"
	@$(MAKE) -s --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) all
	@PROGRAM=$(OUT)/tongchou SEED=$(SEED) SIZE=$(SIZE) examples/demo.sh

# What CI runs besides the tests.
check: layers ; +@tests/check.sh deps build lengths policies format tidy cppcheck sanitized race fuzzed
deps: ; @./deps check
format: ; @tests/check.sh formatted
include tests/programs.mk tests/corpus/corpus.mk

# No folder includes a folder it does not list.
layers:
	@$(foreach f,$(FOLDERS),! grep -rnE '^#include "($(subst $(eval) ,|,$(filter-out $(f) $(uses.$(f)),$(FOLDERS))))/' $(f) &&) echo layers ok

# The manual page, out of the tables that read the command line.
manual: all ; @for l in en zh; do $(OUT)/tongchou --manual --lang $$l > $(OUT)/tongchou.$$l.1; echo $(OUT)/tongchou.$$l.1; done

clean: ; rm -rf build
.PHONY: bench faults golden manual demo all test check deps format race fuzz layers clean
.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
