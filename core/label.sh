#!/bin/sh
# The labels of the shipped dictionaries given as arguments, as the C table of core/codelike.h.
set -eu
here=$(dirname "$0")
labels=$(awk -f "$here/cells.awk" -f "$here/label.awk" "$@" | sort -u)
printf '#include "core/codelike.h"\nconst char *const codelike_labels[] = {\n'
printf '%s\n' "$labels" | sed 's/.*/    "&",/'
printf '};\nconst uint32_t codelike_label_count = %d;\n' "$(printf '%s\n' "$labels" | wc -l)"
