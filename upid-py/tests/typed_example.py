"""What a typed host writes; `mypy --strict` reads it, and a test runs it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import upid


def waste(snapshot: upid.Snapshot | str, usage: upid.Usage) -> list[tuple[str, Decimal, datetime]]:
    """Name, monthly waste and time of each pod that wastes money."""
    analysis = upid.analyze(snapshot, usage, upid.Config(time_zone="Europe/Berlin"))
    rows = []
    for pod in analysis.pods:
        wasted = pod.cost.wasted if pod.cost is not None else None
        if wasted is not None and wasted > 0:
            rows.append((pod.id, wasted, analysis.generated_for))
    return rows


def top_quantile(usage: upid.Usage, namespace: str) -> float:
    """The 99th percentile of CPU of a namespace, in cores."""
    selection = {"selector": {"namespace": namespace}, "metric": "cpu", "q": [0.99]}
    answer = upid.usage.quantiles(selection, usage)
    return answer.values[0].value


def hint(error: upid.UpidError) -> str:
    """What to tell the user."""
    return f"{error.code} at {error.where.get('path', '?')}: {error.hint}"
