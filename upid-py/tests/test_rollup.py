"""Roll-ups come out as numpy arrays and Arrow streams."""

from __future__ import annotations

import numpy
import polars
import pyarrow
import pytest

import upid

DAY = 1_773_446_400_000  # 2026-03-14T00:00:00Z
NAMES = ["cluster", "namespace", "pod", "container", "metric"]
NUMBERS = ["start_ms", "count", "sum", "mean", "min", "max"]
QUANTA = ["sum_quanta", "min_quanta", "max_quanta"]


def test_a_value_by_hand() -> None:
    usage = upid.Usage()
    usage.add_series(namespace="shop", pod="a", metric="cpu", start=DAY, step=1800, values=[0.25, 0.75, 0.5])
    columns = usage.rollup("cpu", quanta=True).to_numpy()
    assert list(columns) == NAMES + NUMBERS + QUANTA
    assert columns["pod"].tolist() == ["a", "a"] and columns["metric"].tolist() == ["CpuCores"] * 2
    assert columns["start_ms"].tolist() == [DAY, DAY + 3_600_000]
    assert columns["count"].tolist() == [2, 1]
    assert columns["sum"].tolist() == [1.0, 0.5] and columns["mean"].tolist() == [0.5, 0.5]
    assert columns["min"].tolist() == [0.25, 0.5] and columns["max"].tolist() == [0.75, 0.5]
    assert columns["sum_quanta"].tolist() == [1_000_000, 500_000]
    assert columns["count"].dtype == columns["max_quanta"].dtype == numpy.uint64


def filled() -> tuple[upid.Usage, dict[str, tuple[numpy.ndarray, numpy.ndarray]]]:
    """Two pods over three days at random times, with holes."""
    random = numpy.random.default_rng(7)
    usage, samples = upid.Usage(), {}
    for pod in ("web-1", "web-0"):
        times = DAY + numpy.sort(random.choice(3 * 86_400, 900, replace=False)) * 1000
        values = random.uniform(0, 4, times.size)
        usage.add_series(namespace="shop", pod=pod, container="app", metric="cpu", timestamps=times, values=values)
        samples[pod] = (times, values)
    return usage, samples


@pytest.mark.parametrize(("step", "length"), [("1h", 3_600_000), ("1d", 86_400_000)])
def test_as_a_naive_roll_up_in_numpy(step: str, length: int) -> None:
    usage, samples = filled()
    table = usage.rollup("cpu", step, quanta=True)
    columns = table.to_numpy()
    naive: dict[str, list[float]] = {name: [] for name in ["pod", *NUMBERS, "sum_quanta"]}
    for pod in sorted(samples):
        times, values = samples[pod]
        quanta = numpy.rint(values * 1e6)
        slots = times // length
        for slot in numpy.unique(slots):
            inside = quanta[slots == slot]
            row = [pod, slot * length, inside.size, inside.sum() / 1e6, inside.sum() / inside.size / 1e6]
            row += [inside.min() / 1e6, inside.max() / 1e6, inside.sum()]
            for name, value in zip(naive, row, strict=True):
                naive[name].append(value)
    assert len(table) == len(naive["pod"]) > 2
    for name, column in naive.items():
        assert columns[name].tolist() == column, name


def test_the_same_through_arrow() -> None:
    usage, _ = filled()
    table = usage.rollup("cpu", quanta=True)
    columns = table.to_numpy()
    arrow = pyarrow.table(table)
    assert arrow.column_names == list(columns)
    assert all(pyarrow.types.is_dictionary(arrow.schema.field(name).type) for name in NAMES)
    frame = polars.DataFrame(table)
    for name, column in columns.items():
        assert arrow[name].to_pylist() == frame[name].to_list() == column.tolist(), name
    assert arrow.to_pandas()["mean"].tolist() == columns["mean"].tolist()
    # What came out goes in again.
    again = upid.Usage()
    renamed = arrow.rename_columns({"start_ms": "timestamp", "mean": "value"}).select(
        ["timestamp", "namespace", "pod", "container", "metric", "value"]
    )
    assert again.add_table(renamed).accepted == len(table)


def test_series_and_selections() -> None:
    values = [0.1 * i for i in range(12)]
    series = {"key": {"namespace": "n", "pod": "p"}, "metric": "cpu", "startMs": DAY, "stepMs": 60_000}
    table = upid.RollupTable({"metric": "cpu", "step": "5m", "series": [series | {"values": values}]})
    assert table.to_numpy()["count"].tolist() == [5, 5, 2]
    assert repr(table) == "RollupTable(3 rows)"
    usage, _ = filled()
    one = usage.rollup("cpu", "1d", selector={"pod": "web-1"}, start=DAY, end=DAY + 86_400_000).to_numpy()
    assert one["pod"].tolist() == ["web-1"] and QUANTA[0] not in one
    spelt = upid.usage.rollup({"metric": "cpu", "step": "1h", "quanta": True}, usage)
    columns = usage.rollup("cpu", "1h", quanta=True).to_numpy()
    assert spelt.pod == columns["pod"].tolist() and spelt.mean == columns["mean"].tolist()
    assert spelt.sum_quanta == [str(q) for q in columns["sum_quanta"].tolist()]
    with pytest.raises(upid.InvalidInputError) as raised:
        usage.rollup("cpu", "5m")
    assert raised.value.code == "UPID_INVALID_STEP"
    with pytest.raises(upid.InvalidInputError) as raised:
        usage.rollup("cpu", selector={"pod": "none"})
    assert raised.value.code == "UPID_EMPTY_SERIES"
