# Files that others wrote, against what other programs read in them; docs/formats.md tells what is missing.
# CORPUS= is where they lie; without them it says so and ends well.
$(OUT)/corpus: $(call objects,tests/corpus) $(foreach f,transform extract core,$(call library,$(f)))
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(call objects,tests/corpus) \
	  -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)
corpus: $(OUT)/corpus
	@mkdir -p build/corpus && $(OUT)/corpus "$(or $(CORPUS),../shared/corpus)" build/corpus/summary.json
.PHONY: corpus
