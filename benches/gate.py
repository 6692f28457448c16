"""Instruction counts of the kernels against the committed ones: unlike times, they do not depend on who else is busy.

Fails when a kernel takes over 2 % more instructions per sample (or byte) than benches/baseline.json says.
`UPID_WRITE=1` records the present counts. Skips, saying so, without valgrind, and where another compiler or another
set of CPU instructions built or ran the code: such counts cannot be compared.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "target" / "release" / "instructions"
BASELINE = ROOT / "benches" / "baseline.json"
KERNELS = {"screen": "sample", "summarize": "sample", "missing": "sample", "quantile": "sample", "decode": "byte"}
TOLERANCE = 0.02


def environment():
    """What a count depends on besides the code."""
    version = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    except OSError:
        flags = []
    return {"rustc": version.strip(), "avx2": "avx2" in flags}


def count(kernel, folder):
    """Instructions inside `gate_<kernel>` per unit of its work."""
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={folder}/{kernel}",
        f"--toggle-collect=*gate_{kernel}*",
        BINARY,
        kernel,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not collected or collected[1] == "0":
        sys.exit(f"bench-gate: {kernel} could not be counted\n{done.stderr}")
    return int(collected[1]) / int(done.stdout)


def main():
    if not shutil.which("valgrind"):
        print("bench-gate: skipped, valgrind is not installed")
        return
    found = environment()
    with tempfile.TemporaryDirectory() as folder:
        counts = {kernel: round(count(kernel, folder), 3) for kernel in KERNELS}
    if os.environ.get("UPID_WRITE"):
        BASELINE.write_text(json.dumps({**found, "instructions": counts}, indent=1) + "\n")
        print(f"bench-gate: recorded {counts}")
        return
    baseline = json.loads(BASELINE.read_text())
    if any(baseline[key] != value for key, value in found.items()):
        print(f"bench-gate: skipped, {found} cannot be compared with the baseline's", end=" ")
        print({key: baseline[key] for key in found})
        return
    worse = False
    for kernel, unit in KERNELS.items():
        before, now = baseline["instructions"][kernel], counts[kernel]
        change = now / before - 1
        worse |= change > TOLERANCE
        print(f"bench-gate: {kernel:10} {now:9.2f} instructions per {unit}, {change:+.1%}")
    if worse:
        sys.exit(f"bench-gate: more than {TOLERANCE:.0%} above the baseline; mend it, or record with UPID_WRITE=1")


if __name__ == "__main__":
    main()
