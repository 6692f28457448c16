"""The embedded demo: two real applications, as `examples/data/README.md` tells.

The files of `demo_data/` are links to `examples/data/`; a wheel holds the files themselves.
"""

from __future__ import annotations

import csv
import importlib.resources
import io
import math
from itertools import groupby
from operator import itemgetter
from typing import Any

from upid import _upid, types
from upid._call import analyze
from upid._usage import Usage


def demo() -> types.Analysis:
    """The Analysis of the embedded demo data."""
    return analyze(*demo_data())


def demo_data() -> tuple[str, Usage, str]:
    """The Snapshot, Usage and Config of the demo: what `analyze` takes. Snapshot and Config are JSON text."""
    usage = Usage()
    samples = csv.DictReader(io.StringIO(_file("samples.csv")))
    # The rows of a container stand together.
    for (namespace, pod, container), group in groupby(samples, itemgetter("namespace", "pod", "container")):
        rows = list(group)
        times = [int(row["timestamp"]) * 1000 for row in rows]
        of_container: dict[str, Any] = {"namespace": namespace, "pod": pod, "container": container, "timestamps": times}
        usage.add_series(metric="cpu", values=_column(rows, "cpu_cores"), **of_container)
        usage.add_series(metric="memory", values=_column(rows, "memory_bytes"), **of_container)
        received, sent = (_column(rows, f"network_{way}_bytes_per_second") for way in ("rx", "tx"))
        usage.add_network(namespace=namespace, pod=pod, rx=received, tx=sent, timestamps=times)
    usage.merge(Usage.from_json(_upid.call("usage.summarize", _file("requests.json"), None)))
    return _file("snapshot.json"), usage, _file("config.json")


def _column(rows: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) if row[name] else math.nan for row in rows]


def _file(name: str) -> str:
    return (importlib.resources.files("upid") / "demo_data" / name).read_text(encoding="utf-8")
