#!/bin/sh
# Exactly the functions of the header are exported: `symbols.sh upid.h libupid.so libupid.a`.
set -eu
wanted=$(grep -oE '^[a-z][a-z0-9_ ]*[ *]upid_[a-z0-9_]+\(' "$1" | grep -oE 'upid_[a-z0-9_]+\(' | tr -d '(' | sort)
# The shared library exports nothing else at all; the archive also holds the Rust runtime, under mangled names.
shared=$(nm -D --defined-only "$2" | awk '{ print $3 }' | sort)
archive=$(nm -g --defined-only "$3" 2>/dev/null | awk '$3 ~ /^upid_/ { print $3 }' | sort)
status=0
for pair in "$2:$shared" "$3:$archive"; do
  if [ "${pair#*:}" != "$wanted" ]; then
    echo "the symbols of ${pair%%:*} differ from those of $1:" >&2
    printf '%s\n%s\n' "$wanted" "${pair#*:}" | sort | uniq -u >&2
    status=1
  fi
done
[ "$status" -eq 0 ] && echo "symbols    $(echo "$wanted" | wc -l) functions, as in the header"
exit "$status"
