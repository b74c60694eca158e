# Programs beside the unit tests: faults, benchmark, race, fuzzing, golden folders.  Included by the Makefile.

# The faults of docs/reliability.md on the whole program; `make test` plays the quick ones.
$(OUT)/fault_tool: $(OUT)/tests/faults/tool.o ; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)
$(OUT)/test_faults: $(OUT)/fault_tool Makefile
	@printf '#!/bin/sh\nPROGRAM=$(OUT)/tongchou TOOL=$< exec tests/faults/run quick\n' > $@ && chmod +x $@
faults: all $(OUT)/fault_tool ; @PROGRAM=$(OUT)/tongchou TOOL=$(OUT)/fault_tool tests/faults/run $(GROUPS)

# Against PostgreSQL's own COPY and the peers that are installed.  SIZE= rows, SEED=, ROUNDS=, PEERS=no, ONLY=rows, codes, cover, full, read, replay or link.
bench: ; @./deps bench && $(MAKE) --no-print-directory all $(OUT)/speed $(OUT)/replay && PROGRAM=$(OUT)/tongchou SIZE=$(SIZE) \
  SEED=$(SEED) ROUNDS=$(ROUNDS) PEERS=$(PEERS) ONLY=$(ONLY) $(OUT)/speed build/bench
$(OUT)/speed: $(patsubst %.c,$(OUT)/%.o,$(wildcard bench/programs/speed/*.c)) $(call library,bench) $(call library,core)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Settlements worked out by the rules: how many a second.
$(OUT)/replay: $(OUT)/tests/replay.o $(foreach f,transform core,$(call library,$(f)))
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# Who is who, against populations and public sets whose truth is known.  SIZE= records, SEED=, CORPUS=folder.
accuracy: all $(OUT)/accuracy ; @PROGRAM=$(OUT)/tongchou SIZE=$(SIZE) SEED=$(SEED) CORPUS=$(CORPUS) \
  $(OUT)/accuracy build/accuracy
$(OUT)/accuracy: $(patsubst %.c,$(OUT)/%.o,$(wildcard bench/programs/accuracy/*.c) bench/programs/speed/figure.c) \
  $(call library,bench) $(call library,core)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
.PHONY: accuracy

# The pipeline's threads under ThreadSanitizer; the readers and decoders under libFuzzer.
race: ; +@tests/check.sh race
fuzz: ; +@tests/fuzz/run.sh $(or $(MINUTES),1) $(PROGRAMS)

$(OUT)/race: $(OUT)/tests/race.o $(call library,core)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(OUT)/fuzz_%: $(OUT)/tests/fuzz/%.o $(foreach f,transform extract core,$(call library,$(f)))
	$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# Writes anew what the readers say of the golden folders; the difference is for a person to judge.
golden: $(OUT)/test_extract
	GOLDEN=write $(OUT)/test_extract --filter 'golden/says*'

# Random years of deliveries, held against a model after each step.  SEEDS= how many, FROM= the first, STEPS= of each, SAY=1.
model: all $(OUT)/test_cli ; @OUT=$(OUT) MODEL_SEEDS=$(or $(SEEDS),20) MODEL_FROM=$(or $(FROM),1) \
  MODEL_STEPS=$(or $(STEPS),16) MODEL_SAY=$(SAY) $(OUT)/test_cli --filter 'model/*'
.PHONY: model
