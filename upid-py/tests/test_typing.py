"""The typed example runs, and reads as it says."""

from __future__ import annotations

from decimal import Decimal

import pytest
import typed_example

import upid


def test_the_typed_example_runs() -> None:
    snapshot, usage, _ = upid.demo_data()
    rows = typed_example.waste(upid.Snapshot.read(snapshot), usage)
    assert rows and all(isinstance(wasted, Decimal) and wasted > 0 for _, wasted, _ in rows)
    assert 0 < typed_example.top_quantile(usage, "online-boutique") < 4
    with pytest.raises(upid.UpidError) as caught:
        upid.analyze(snapshot, usage, upid.Config(time_zone="Mars"))
    assert typed_example.hint(caught.value).startswith("UPID_UNKNOWN_TIME_ZONE at config.timeZone: ")
