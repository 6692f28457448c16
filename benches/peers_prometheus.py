"""The usual way in Python beside UPID's, on the same bytes: `orjson.loads` and `numpy.array` of every series.

    cargo run --release -p upid-benches --example prometheus -- write answer.json
    python benches/peers_prometheus.py answer.json    # in the environment that has the package, and orjson

Writes the least processor times of some runs to target/peers_prometheus.json. Each way must read as many samples.
"""

import json
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
    ways: dict[str, Callable[[bytes], int]] = {
        "UPID, from Python": ours,
        "orjson, np.array": usual,
        "orjson, float": quick,
    }
    found = {name: min(measured(way, body, samples) for _ in range(REPEATS)) for name, way in ways.items()}
    text = json.dumps({"bytes": len(body), "samples": samples, "cpuSeconds": found}, indent=1)
    (Path(__file__).resolve().parent.parent / "target" / "peers_prometheus.json").write_text(text)
    print(text)


def measured(way: Callable[[bytes], int], body: bytes, samples: int) -> float:
    start = time.process_time()
    read = way(body)
    spent = time.process_time() - start
    assert read == samples, (read, samples)
    return spent


if __name__ == "__main__":
    main()
