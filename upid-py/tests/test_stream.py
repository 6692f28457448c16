"""Batches are one call: the bytes and the report do not show how the rows were cut."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import upid

START = 1_767_225_600_000
ROWS = 3_000


def rows(order: str, kind: str) -> pa.Table:
    """Three pods by the minute, some rows twice, some values missing."""
    pod = np.repeat(np.arange(3), ROWS // 3) if order == "key" else np.arange(ROWS) % 3
    minute = np.tile(np.arange(ROWS // 3), 3) if order == "key" else np.arange(ROWS) // 3
    minute = minute - (minute % 50 == 49)
    values = (np.arange(ROWS) * 37 % 101) / 100.0
    if kind == "Counter":
        values = np.cumsum(values)
    values[::97] = np.nan
    names = pa.array([f"web-{number}" for number in pod])
    columns = {
        "timestamp": pa.array(START + 60_000 * minute, pa.timestamp("ms", "UTC")),
        "namespace": pa.array(["shop"] * ROWS),
        "pod": names.dictionary_encode() if order == "key" else names,
        "cpu": pa.array(values),
        "network_rx": pa.array(np.abs(values), pa.float32()),
        "network_tx": pa.array(np.floor(np.abs(values)), pa.float32()),
    }
    return pa.table(columns)


def cut(table: pa.Table, size: int) -> Iterator[pa.RecordBatch]:
    yield from table.to_batches(max_chunksize=size)


@pytest.mark.parametrize("order", ["key", "time"])
@pytest.mark.parametrize("kind", ["Gauge", "Counter"])
@pytest.mark.parametrize("duplicates", ["KeepMax", "KeepLast"])
def test_batches_leave_no_trace(order: str, kind: str, duplicates: str) -> None:
    table = rows(order, kind).combine_chunks()
    options = {"kind": kind, "duplicates": duplicates}
    whole = upid.Usage()
    expected = whole.add_table(table, **options)
    assert expected.duplicates > 0 and expected.missing > 0
    for size in (1000, 333, 20):
        for source in (
            cut(table, size),
            list(cut(table, size)),
            pa.RecordBatchReader.from_batches(table.schema, cut(table, size)),
            map(pa.Table.from_batches, ([batch] for batch in cut(table, size))),
        ):
            usage = upid.Usage()
            assert usage.add_table(source, **options) == expected
            assert usage.to_bytes() == whole.to_bytes()


def seam(*values: float) -> list[pa.Table]:
    return [pa.table({"timestamp": [START], "namespace": ["n"], "pod": ["p"], "cpu": [value]}) for value in values]


def test_a_repeat_at_a_seam_is_settled_by_the_policy() -> None:
    def one(value: float) -> upid.Usage:
        usage = upid.Usage()
        usage.add_table(seam(value))
        return usage

    for policy, value in (("KeepMax", 5.0), ("KeepLast", 3.0)):
        usage = upid.Usage()
        assert usage.add_table(seam(5.0, 3.0), duplicates=policy).duplicates == 1
        assert usage == one(value)
    usage = one(1.0)
    before = usage.to_bytes()
    with pytest.raises(upid.InvalidInputError) as caught:
        usage.add_table(seam(5.0, 3.0), duplicates="Reject")
    assert caught.value.code == "UPID_DUPLICATE_TIMESTAMP" and caught.value.where["row"] == 1
    assert usage.to_bytes() == before


def test_late_rows_are_reported_and_refused_on_demand() -> None:
    table = rows("time", "Gauge").slice(0, 30)
    late = [table, table.slice(0, 3)]
    report = upid.Usage().add_table(late)
    # Three pods of three metrics; the first row has no values.
    assert (report.out_of_order, report.overlapping_slots) == (9, 6)
    with pytest.raises(upid.InvalidInputError, match="sort the stream by time") as caught:
        upid.Usage().add_table(late, duplicates="Reject")
    assert caught.value.code == "UPID_TIME_REVERSED" and caught.value.where["row"] == 31


def test_rows_are_counted_from_the_first_batch() -> None:
    table = rows("time", "Gauge")
    bad = table.set_column(3, "cpu", pa.array(np.where(np.arange(ROWS) == 2001, -1.0, 0.5)))
    report = upid.Usage().add_table(cut(bad, 700))
    assert [(row.row, row.reason) for row in report.first_bad] == [(2001, "Negative")]
    with pytest.raises(upid.InvalidInputError) as caught:
        upid.Usage().add_table(cut(bad, 700), invalid="Reject")
    assert caught.value.where == {"path": "CpuCores", "row": 2001}
    null = table.set_column(2, "pod", pa.array(["p"] * 2001 + [None] + ["p"] * (ROWS - 2002)))
    with pytest.raises(upid.InvalidInputError) as caught:
        upid.Usage().add_table(cut(null, 700))
    assert caught.value.where == {"path": "pod", "row": 2001}


def test_ignored_columns_of_all_tables_are_listed_once() -> None:
    table = rows("time", "Gauge").append_column("node", pa.array(["n"] * ROWS))
    assert upid.Usage().add_table(cut(table, 100)).ignored_columns == ["node"]


def test_progress_and_what_it_raises() -> None:
    seen: list[int] = []
    usage = upid.Usage()
    usage.add_table(cut(rows("time", "Gauge"), 1000), progress=seen.append)
    assert seen == [1000, 2000, 3000]
    before = usage.to_bytes()

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        usage.add_table(cut(rows("time", "Counter"), 1000), progress=stop)

    def broken() -> Iterator[pa.RecordBatch]:
        yield from cut(rows("time", "Counter").slice(0, 100), 50)
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        usage.add_table(broken())
    with pytest.raises(upid.InvalidInputError, match="Arrow"):
        usage.add_table([7])
    assert usage.to_bytes() == before and len(usage) == 3


ENDLESS = """
import itertools, pyarrow as pa, upid
batch = pa.record_batch({"timestamp": [0], "namespace": ["n"], "pod": ["p"], "cpu": [1.0]})
usage = upid.Usage()
try:
    usage.add_table(itertools.repeat(batch), progress=lambda rows: rows == 100 and print("running", flush=True))
except KeyboardInterrupt:
    print("stopped", len(usage))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_stops_between_batches() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stdout.readline() == "running\n"
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=60)[0] == "stopped 0\n" and child.returncode == 0


KEYS = [("", "shop", f"web-{number}", "app") for number in range(5)]
MATRIX = (np.arange(5 * 200).reshape(5, 200) * 37 % 101) / 8.0
AXIS = {"start": START, "step": 60}


def matrix(values: Any = MATRIX, keys: Any = KEYS, **more: Any) -> upid.Usage:
    usage = upid.Usage()
    usage.add_matrix(keys, "cpu", values, **(AXIS | more))
    return usage


def by_series() -> upid.Usage:
    usage = upid.Usage()
    for (_, namespace, pod, container), row in zip(KEYS, MATRIX, strict=True):
        usage.add_series(namespace=namespace, pod=pod, container=container, metric="cpu", values=row, **AXIS)
    return usage


def strided() -> np.ndarray[Any, Any]:
    wide = np.zeros((10, 600))
    wide[::2, ::3] = MATRIX
    return wide[::2, ::3]


MATRICES = {
    "float64": MATRIX,
    "float32": MATRIX.astype("float32"),
    "Fortran order": np.asfortranarray(MATRIX),
    "strided": strided(),
    "transposed": np.ascontiguousarray(MATRIX.T).T,
    "big endian": MATRIX.astype(">f8"),
    "masked": np.ma.masked_invalid(MATRIX),
    "read only": MATRIX.view(),
}
MATRICES["read only"].flags.writeable = False


@pytest.mark.parametrize("values", MATRICES.values(), ids=MATRICES.keys())
def test_a_matrix_is_its_series(values: Any) -> None:
    assert matrix(values) == by_series()


def test_keys_and_times_of_a_matrix_in_any_form() -> None:
    names = ("cluster", "namespace", "pod", "container")
    pods = [key[2] for key in KEYS]
    for keys in (
        tuple(KEYS),
        iter(KEYS),
        [dict(zip(names, key, strict=True)) for key in KEYS],
        [{"namespace": "shop", "pod": pod, "container": "app"} for pod in pods],
        {"namespace": "shop", "pod": pods, "container": "app"},
        {"namespace": ["shop"] * 5, "pod": np.array(pods), "container": ["app"] * 5},
    ):
        assert matrix(keys=keys) == by_series()
    times = START + 60_000 * np.arange(200)
    assert matrix(timestamps=times, start=None, step=None) == by_series()
    masked = np.ma.masked_equal(MATRIX, 0.0)
    assert upid.Usage().add_matrix(KEYS, "cpu", masked, **AXIS).missing == int((MATRIX == 0).sum()) > 0
    assert upid.Usage().add_matrix([], "cpu", np.zeros((0, 10)), **AXIS).accepted == 0


BAD_MATRICES: dict[str, tuple[dict[str, Any], str, str]] = {
    "one dimension": ({"values": MATRIX.reshape(-1)}, "UPID_LENGTH_MISMATCH", "values"),
    "a column per key": ({"values": MATRIX.T}, "UPID_LENGTH_MISMATCH", "values"),
    "times": ({"timestamps": [START], "start": None, "step": None}, "UPID_LENGTH_MISMATCH", "values"),
    "bool": ({"values": MATRIX > 1}, "UPID_INVALID_VALUE", "values"),
    "complex": ({"values": MATRIX.astype(complex)}, "UPID_INVALID_VALUE", "values"),
    "text": ({"values": MATRIX.astype(str)}, "UPID_INVALID_VALUE", "values"),
    "list": ({"values": MATRIX.tolist()}, "UPID_INVALID_VALUE", "values"),
    "keys text": ({"keys": "shop"}, "UPID_INVALID_KEY", "keys"),
    "key of three": ({"keys": [key[1:] for key in KEYS]}, "UPID_INVALID_KEY", "keys[0]"),
    "key field": ({"keys": {"namespace": "shop", "pods": ["p"]}}, "UPID_INVALID_KEY", "keys"),
    "long name": ({"keys": [*KEYS[:4], ("", "n", "p" * 254, "")]}, "UPID_INVALID_KEY", "series[4].pod"),
}


@pytest.mark.parametrize(("change", "code", "path"), BAD_MATRICES.values(), ids=BAD_MATRICES.keys())
def test_bad_matrices_are_refused_and_change_nothing(change: dict[str, Any], code: str, path: str) -> None:
    usage = by_series()
    with pytest.raises(upid.InvalidInputError) as caught:
        usage.add_matrix(**({"keys": KEYS, "metric": "cpu", "values": MATRIX} | AXIS | change))
    assert caught.value.code == code and caught.value.where["path"] == path and caught.value.hint, caught.value
    assert usage == by_series()


def test_a_bad_value_of_a_matrix_names_its_series_and_row() -> None:
    values = MATRIX.copy()
    values[3, 7] = -1
    bad = upid.Usage().add_matrix(KEYS, "cpu", values, **AXIS).first_bad
    assert [(row.series, row.row) for row in bad] == [(3, 7)]
    with pytest.raises(upid.InvalidInputError) as caught:
        upid.Usage().add_matrix(KEYS, "cpu", values, invalid="Reject", **AXIS)
    assert caught.value.where["row"] == 7 and caught.value.where["path"].startswith("series[3]")
