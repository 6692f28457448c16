#!/bin/sh
# The quick start of README.md compiles without a warning and prints what it says: `readme.sh README.md out-folder cc…`.
set -eu
readme=$1 out=$2
shift 2
block() { awk -v fence="\`\`\`$1" '$0 == fence { on = 1; next } /^```/ { on = 0 } on' "$readme"; }
block c >"$out/readme.c"
block json >"$out/readme.want"
"$@" "$out/readme.c" -o "$out/readme" ${LIBS:-}
"$out/readme" >"$out/readme.got"
diff -u "$out/readme.want" "$out/readme.got"
echo "readme     quick start prints what it says"
