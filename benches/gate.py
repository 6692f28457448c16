"""Instruction counts of the kernels against the committed ones: unlike times, they do not depend on who else is busy.

Fails when a kernel takes over 2 % more instructions per sample (or byte) than benches/baseline.json says, when it is
not in there, and when a parser takes over 2.5 times the instructions for twice the length of an input that is made to
be slow.
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
KERNELS = {
    "screen": "sample",
    "summarize": "sample",
    "missing": "sample",
    "quantile": "sample",
    "decode": "byte",
    "prometheus": "sample",
    "pods": "byte",
}
TOLERANCE = 0.02
# Long enough that what is not linear shows, short enough for limits on rows and strings.
HOSTILE_BYTES = 100_000
MOST_FOR_TWICE = 2.5


def environment():
    """What a count depends on besides the code."""
    version = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    except OSError:
        flags = []
    return {"rustc": version.strip(), "avx2": "avx2" in flags}


def count(kernel, folder, *words):
    """Instructions inside `gate_<kernel>` per unit of its work."""
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={folder}/{kernel}",
        f"--toggle-collect=*gate_{kernel}*",
        BINARY,
        kernel,
        *map(str, words),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not collected or collected[1] == "0":
        sys.exit(f"bench-gate: {kernel} could not be counted\n{done.stderr}")
    return int(collected[1]) / int(done.stdout)


def hostile(folder):
    """How many parsers take too long for inputs that are made to be slow."""
    listed = subprocess.run([BINARY, "hostile"], check=True, capture_output=True, text=True).stdout.splitlines()
    bad, most = 0, 0.0
    for index, name in enumerate(listed):
        # Both per byte, so that the ratio of lengths is out of it.
        once, twice = (count("hostile", folder, index, size * HOSTILE_BYTES) for size in (1, 2))
        ratio = 2 * twice / once
        most = max(most, ratio)
        if ratio > MOST_FOR_TWICE:
            bad += 1
            print(f"bench-gate: {name}: {ratio:.2f} times the instructions for twice the length")
    print(f"bench-gate: {len(listed)} hostile inputs, at most {most:.2f} times the instructions for twice the length")
    return bad


def main():
    if not shutil.which("valgrind"):
        print("bench-gate: skipped, valgrind is not installed")
        return
    found = environment()
    with tempfile.TemporaryDirectory() as folder:
        counts = {kernel: round(count(kernel, folder), 3) for kernel in KERNELS}
        slow = hostile(folder)
    if slow:
        sys.exit(f"bench-gate: {slow} parsers are not linear")
    if os.environ.get("UPID_WRITE"):
        BASELINE.write_text(json.dumps({**found, "instructions": counts}, indent=1) + "\n")
        print(f"bench-gate: recorded {counts}")
        return
    baseline = json.loads(BASELINE.read_text())
    if any(baseline[key] != value for key, value in found.items()):
        print(f"bench-gate: skipped, {found} cannot be compared with the baseline's", end=" ")
        print({key: baseline[key] for key in found})
        return
    worse, unknown = False, []
    for kernel, unit in KERNELS.items():
        before, now = baseline["instructions"].get(kernel), counts[kernel]
        if before is None:
            print(f"bench-gate: {kernel:10} {now:9.2f} instructions per {unit}, not in the baseline")
            unknown.append(kernel)
            continue
        change = now / before - 1
        worse |= change > TOLERANCE
        print(f"bench-gate: {kernel:10} {now:9.2f} instructions per {unit}, {change:+.1%}")
    if unknown:
        sys.exit(f"bench-gate: no baseline for {', '.join(unknown)}; record it with UPID_WRITE=1 make bench-gate")
    if worse:
        sys.exit(f"bench-gate: more than {TOLERANCE:.0%} above the baseline; mend it, or record with UPID_WRITE=1")


if __name__ == "__main__":
    main()
