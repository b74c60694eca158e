# Files that others wrote, against what other programs read in them; docs/formats.md tells what is missing.
# CORPUS= is where they lie; without them it says so and ends well.
$(OUT)/corpus: $(call objects,tests/corpus) $(foreach f,transform extract core,$(call library,$(f)))
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(call objects,tests/corpus) \
	  -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)
# What drafting a spec makes of the same files, and of the sample city for several seeds, told nothing.
$(OUT)/guessing: $(call objects,tests/guessing) $(foreach f,cli $(uses.cli),$(call library,$(f)))
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(call objects,tests/guessing) \
	  -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)
corpus: $(OUT)/corpus $(OUT)/guessing
	@mkdir -p build/corpus; $(OUT)/corpus "$(or $(CORPUS),../shared/corpus)" build/corpus/summary.json; code=$$?; \
	  $(OUT)/guessing "$(or $(CORPUS),../shared/corpus)" build/corpus/guessing.json && exit $$code
.PHONY: corpus
