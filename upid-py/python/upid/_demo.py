"""The embedded demo: two real applications, as `examples/data/README.md` tells.

The files of `demo_data/` are links to `examples/data/`; a wheel holds the files themselves.
"""

from __future__ import annotations

import csv
import importlib.resources
import io
import math
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from upid import _upid, types
from upid._call import analyze
from upid._usage import Usage

# Share of each minute in which requests were counted: 15 s (assumption `Requests` of the data).
_SAMPLE_RATE = 0.25
# An hour with at least this many observed minutes counts as observed.
_OBSERVED_MINUTES = 58
_HOUR_MS = 3_600_000


def demo() -> types.Analysis:
    """The Analysis of the embedded demo data."""
    return analyze(*demo_data())


def demo_data() -> tuple[str, Usage]:
    """The Snapshot of the demo, as JSON text, and its Usage."""
    usage = Usage()
    for (namespace, pod, container), rows in _groups("samples.csv", "namespace", "pod", "container"):
        times = [int(row["timestamp"]) * 1000 for row in rows]
        of_container: dict[str, Any] = {"namespace": namespace, "pod": pod, "container": container, "timestamps": times}
        usage.add_series(metric="cpu", values=_column(rows, "cpu_cores"), **of_container)
        usage.add_series(metric="memory", values=_column(rows, "memory_bytes"), **of_container)
        received, sent = (_column(rows, f"network_{way}_bytes_per_second") for way in ("rx", "tx"))
        usage.add_network(namespace=namespace, pod=pod, rx=received, tx=sent, timestamps=times)
    usage.add_requests([_requests(*group) for group in _groups("requests.csv", "namespace", "pod")])
    return _file("snapshot.json"), usage


def _requests(key: tuple[str, ...], rows: list[dict[str, str]]) -> dict[str, Any]:
    """Counts of one pod; neither path nor agent is known, the data count business requests only."""
    hours = [_upid.instant(row["start"]) for row in rows]
    observed = [
        {"start": hour, "end": hour + _HOUR_MS}
        for hour, row in zip(hours, rows, strict=True)
        if int(row["observed_minutes"]) >= _OBSERVED_MINUTES
    ]
    return {
        "key": {"namespace": key[0], "pod": key[1]},
        "rows": [
            {"key": {"declared": "Business"}, "startMs": hour, "count": int(row["requests"])}
            for hour, row in zip(hours, rows, strict=True)
        ],
        "requestLog": {
            "coverage": "Sampled",
            "sampleRate": _SAMPLE_RATE,
            "userAgents": "Absent",
            "observed": observed,
        },
    }


def _groups(name: str, *columns: str) -> Iterator[tuple[tuple[str, ...], list[dict[str, str]]]]:
    """Rows of a file by key; the files are sorted by it."""
    for key, rows in groupby(csv.DictReader(io.StringIO(_file(name))), itemgetter(*columns)):
        yield key, list(rows)


def _column(rows: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) if row[name] else math.nan for row in rows]


def _file(name: str) -> str:
    return (importlib.resources.files("upid") / "demo_data" / name).read_text(encoding="utf-8")
