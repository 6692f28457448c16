"""Runs every shell block of a README's quick start as it is printed, from the repository's root.

`make demo` and `make test` are left out: the first block names them, and they are what runs this.
"""

import re
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parent.parent
text = (root / sys.argv[1]).read_text(encoding="utf-8")
blocks = [block for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) if "make test" not in block]
if len(blocks) < 4:
    sys.exit(f"{sys.argv[1]}: only {len(blocks)} shell blocks, expected the four quick starts")
for block in blocks:
    title = block.strip().splitlines()[0]
    run = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=root, capture_output=True, text=True)
    if run.returncode != 0 or not run.stdout.strip():
        sys.exit(f"{sys.argv[1]}: this block fails or prints nothing:\n{block}\n{run.stdout}{run.stderr}")
    print(f"readme     {title}")
