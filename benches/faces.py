"""What a face adds to the core: a batch of series, and one call with one sample; writes target/faces.json.

    faces.py [--containers 1000] [--repeats 5]    in the environment that has the package

The Usage that each face makes must be the core's, byte for byte, before anything is timed.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy as np

import upid

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ROOT / "target" / "release" / "ours"
FOLDER = ROOT / "target" / "faces"
START_MS, STEP_MS, SAMPLES, CALLS = 1_660_694_400_000, 60_000, 10_080, 10_000


def least(repeats, work):
    """Wall time without that of freeing the result, as Rust's is measured."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        kept = work()
        best = min(best, time.perf_counter() - begun)
        del kept
    return best


def python(containers, repeats):
    values = np.fromfile(FOLDER / "cpu.f32", dtype=np.float32).reshape(containers, SAMPLES)
    keys = {"namespace": "fleet", "pod": [f"pod-{at:06}" for at in range(containers)], "container": "app"}

    def batch():
        usage = upid.Usage()
        usage.add_matrix(keys, "cpu", values, start=START_MS, step=STEP_MS / 1000)
        return usage

    if batch().to_bytes() != (FOLDER / "faces.upus").read_bytes():
        sys.exit("Python: the Usage is not the core's")
    one = np.array([0.25], dtype=np.float32)

    def calls():
        usage = upid.Usage()
        for _ in range(CALLS):
            usage.add_series(
                namespace="fleet",
                pod="pod-000000",
                container="app",
                metric="cpu",
                values=one,
                start=START_MS,
                step=60,
            )
        return usage

    return {"batchSeconds": least(repeats, batch), "callSeconds": least(repeats, calls) / CALLS}


def printed(*command):
    return json.loads(subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--containers", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    subprocess.run([OURS, "data", FOLDER, str(given.containers)], check=True)
    threads = str(os.cpu_count())
    found = {
        "Rust": printed(OURS, "faces", FOLDER, given.containers, threads, given.repeats),
        "Python": python(given.containers, given.repeats),
        "Node": printed("node", ROOT / "benches" / "faces.mjs", FOLDER, given.containers, given.repeats),
    }
    (ROOT / "target" / "faces.json").write_text(json.dumps({**vars(given), "samples": SAMPLES, "faces": found}))
    json.dump(found, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
