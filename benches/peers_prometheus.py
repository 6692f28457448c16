"""The usual way in Python beside UPID's, on the same bytes: `orjson.loads` and `numpy.array` of every series.

    cargo run --release -p upid-benches --example prometheus -- write answer.json
    pip install orjson numpy
    python benches/peers_prometheus.py answer.json

Prints the least CPU time of some runs.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import upid

REPEATS = 5


def usual(body: bytes) -> int:
    series = orjson.loads(body)["data"]["result"]
    return sum(np.array(one["values"], dtype=np.float64).shape[0] for one in series)


def quick(body: bytes) -> int:
    """The same without numpy's detour over text: values to floats in Python, times as they are."""
    series = orjson.loads(body)["data"]["result"]
    columns = [(np.array([t for t, _ in s["values"]]), np.array([float(v) for _, v in s["values"]])) for s in series]
    return sum(len(times) for times, _ in columns)


def ours(body: bytes) -> int:
    return upid.Usage().add_prometheus(body).value.report.accepted


def main() -> None:
    body = Path(sys.argv[1]).read_bytes()
    samples = ours(body)
    ways: dict[str, Callable[[bytes], int]] = {"upid": ours, "orjson, np.array": usual, "orjson, float": quick}
    for name, way in ways.items():
        best = min(measured(way, body, samples) for _ in range(REPEATS))
        print(f"{name:18} {best * 1e3:9.1f} ms  {best * 1e9 / samples:7.1f} ns a sample")


def measured(way: Callable[[bytes], int], body: bytes, samples: int) -> float:
    start = time.process_time()
    read = way(body)
    spent = time.process_time() - start
    assert read == samples, (read, samples)
    return spent


if __name__ == "__main__":
    main()
