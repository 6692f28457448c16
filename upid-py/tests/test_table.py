"""Tables from every engine give the bits of the same samples added as numpy series."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import upid

START = 1_700_006_400_000
STEPS = 500
TIMES = START + 60_000 * np.arange(STEPS, dtype=np.int64)
PODS = [("shop", "web-0", "app"), ("shop", "web-1", "app"), ("shop", "web-1", "proxy"), ("pay", "web-0", "app")]
METRICS = {"cpu_cores": "CpuCores", "memory_bytes": "MemoryWorkingSetBytes"}


def samples(pod: int, metric: str) -> np.ndarray[Any, Any]:
    wave = (np.arange(STEPS) * (37 + pod) % 101).astype("float64")
    wave[pod::53] = np.nan
    return wave / 100 if metric == "cpu_cores" else np.floor(wave * 1e6)


def expected(**more: Any) -> upid.Usage:
    usage = upid.Usage()
    for pod, (namespace, name, container) in enumerate(PODS):
        for column, metric in METRICS.items():
            key = {"namespace": namespace, "pod": name, "container": container, "metric": metric}
            usage.add_series(timestamps=TIMES, values=samples(pod, column), **key, **more)
    return usage


def wide() -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "timestamp": TIMES.astype("datetime64[ms]"),
                "namespace": namespace,
                "pod": name,
                "container": container,
                **{column: samples(pod, column) for column in METRICS},
                "node": "n1",
            }
        )
        for pod, (namespace, name, container) in enumerate(PODS)
    ]
    return pd.concat(parts, ignore_index=True).sample(frac=1.0, random_state=7).reset_index(drop=True)


def long() -> pd.DataFrame:
    melted = wide().melt(["timestamp", "namespace", "pod", "container", "node"], list(METRICS), "metric", "value")
    melted["metric"] = melted["metric"].map(METRICS)
    return melted.drop(columns="node").sample(frac=1.0, random_state=8).reset_index(drop=True)


WIDE, LONG = wide(), long()
ARROW = pa.Table.from_pandas(WIDE, preserve_index=False)
EXPECTED = expected().to_bytes()


def coded(table: pa.Table, index: Any) -> pa.Table:
    for name in ("namespace", "pod", "container"):
        at = table.column_names.index(name)
        codes = pa.dictionary(index, pa.string())
        table = table.set_column(at, name, table[name].cast(pa.string()).dictionary_encode().cast(codes))
    return table


def text(table: pa.Table, kind: Any) -> pa.Table:
    return table.cast(
        pa.schema(
            [(f.name, kind if f.name in ("namespace", "pod", "container", "node") else f.type) for f in table.schema]
        )
    )


def timed(kind: Any) -> pa.Table:
    at = ARROW.column_names.index("timestamp")
    return ARROW.set_column(at, "timestamp", ARROW["timestamp"].cast(kind))


TABLES: dict[str, Any] = {
    "pandas wide": WIDE,
    "pandas long": LONG,
    "pandas categorical": WIDE.astype({"namespace": "category", "pod": "category", "container": "category"}),
    "pandas zone": WIDE.assign(timestamp=WIDE["timestamp"].dt.tz_localize("UTC").dt.tz_convert("Asia/Kolkata")),
    "pandas index": WIDE.set_index("timestamp"),
    "polars wide": pl.from_pandas(WIDE),
    "polars long": pl.from_pandas(LONG),
    "polars categorical": pl.from_pandas(WIDE).cast({"pod": pl.Categorical, "namespace": pl.Categorical}),
    "polars zone": pl.from_pandas(WIDE)
    .with_columns(
        pl.col("timestamp").dt.replace_time_zone("Europe/Berlin", ambiguous="earliest").dt.convert_time_zone("UTC")
    )
    .with_columns(timestamp=pl.Series(WIDE["timestamp"]).dt.replace_time_zone("UTC")),
    "arrow table": ARROW,
    "arrow batch": ARROW.combine_chunks().to_batches()[0],
    "arrow reader": pa.RecordBatchReader.from_batches(ARROW.schema, ARROW.to_batches(max_chunksize=97)),
    "arrow slices": pa.concat_tables([ARROW.slice(0, 333), ARROW.slice(333)]),
    "dictionary int8": coded(ARROW, pa.int8()),
    "dictionary uint32": coded(ARROW, pa.uint32()),
    "large text": text(ARROW, pa.large_string()),
    "text view": text(ARROW, pa.string_view()),
    "seconds": timed(pa.timestamp("s")),
    "microseconds": timed(pa.timestamp("us", "America/New_York")),
    "nanoseconds": timed(pa.timestamp("ns")),
    "integer ms": timed(pa.int64()),
    "duckdb wide": duckdb.from_arrow(ARROW),
    "duckdb long": duckdb.connect().from_df(LONG),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_every_table_gives_the_same_bits(table: Any) -> None:
    usage = upid.Usage()
    report = usage.add_table(table)
    assert usage.keys() == expected().keys()
    assert usage.to_bytes() == EXPECTED
    assert report.accepted + report.missing == 2 * STEPS * len(PODS) and report.missing > 0


def test_ignored_columns_are_listed_once() -> None:
    reader = pa.RecordBatchReader.from_batches(ARROW.schema, ARROW.to_batches(max_chunksize=97))
    assert upid.Usage().add_table(reader).ignored_columns == ["node"]


def test_number_types() -> None:
    whole = pa.table(
        {**{n: ARROW[n] for n in ("timestamp", "namespace", "pod")}, "memory_bytes": pa.array(range(len(ARROW)))}
    )
    results = set()
    for kind in (pa.int64(), pa.uint64(), pa.float64(), pa.int32(), pa.decimal128(30, 3), pa.float32()):
        usage = upid.Usage()
        usage.add_table(whole.set_column(3, "memory_bytes", whole["memory_bytes"].cast(kind)))
        results.add(usage.to_bytes())
    assert len(results) == 1


def test_nulls_are_missing() -> None:
    rows = {"timestamp": TIMES[:4], "namespace": ["n"] * 4, "pod": ["p"] * 4, "cpu_cores": pa.array([1, None, 2, None])}
    report = upid.Usage().add_table(pa.table(rows))
    assert (report.accepted, report.missing) == (2, 2)


def test_a_null_container_is_the_pod() -> None:
    usage = upid.Usage()
    names = pa.array(["a", None]).dictionary_encode()
    for container in (names, names.cast(pa.string())):
        usage.add_table(
            pa.table(
                {
                    "timestamp": TIMES[:2],
                    "namespace": ["n"] * 2,
                    "pod": ["p"] * 2,
                    "container": container,
                    "cpu": [1, 2],
                }
            )
        )
    assert usage.keys() == [("", "n", "p", ""), ("", "n", "p", "a")]


def test_an_empty_table() -> None:
    usage = upid.Usage()
    assert usage.add_table(ARROW.slice(0, 0)).accepted == 0 and len(usage) == 0


BASE = {"timestamp": TIMES[:2], "namespace": ["n", "n"], "pod": ["p", "p"], "cpu_cores": [1.0, 2.0]}
BAD: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "no time": ({"timestamp": None}, "UPID_MISSING_COLUMN", {"path": "timestamp"}),
    "no pod": ({"pod": None}, "UPID_MISSING_COLUMN", {"path": "pod"}),
    "no metric": ({"cpu_cores": None, "cpu_use": [1.0, 2.0]}, "UPID_MISSING_COLUMN", {"path": "metric"}),
    "text values": ({"cpu_cores": ["1", "2"]}, "UPID_FORMAT", {"path": "cpu_cores"}),
    "number names": ({"pod": [1, 2]}, "UPID_FORMAT", {"path": "pod"}),
    "text times": ({"timestamp": ["2026", "2027"]}, "UPID_FORMAT", {"path": "timestamp"}),
    "null time": ({"timestamp": pa.array([1, None])}, "UPID_INVALID_VALUE", {"path": "timestamp", "row": 1}),
    "null pod": ({"pod": pa.array(["p", None])}, "UPID_INVALID_VALUE", {"path": "pod", "row": 1}),
    "unknown metric": (
        {"cpu_cores": None, "metric": ["cpu", "gpus"], "value": [1.0, 2.0]},
        "UPID_UNKNOWN_METRIC",
        {"path": "metric", "row": 1},
    ),
}


@pytest.mark.parametrize(("change", "code", "where"), BAD.values(), ids=BAD.keys())
def test_bad_tables_are_refused_and_change_nothing(change: dict[str, Any], code: str, where: dict[str, Any]) -> None:
    columns = {name: column for name, column in (BASE | change).items() if column is not None}
    usage = expected()
    with pytest.raises(upid.UpidError) as caught:
        usage.add_table(pa.table(columns))
    assert caught.value.code == code and caught.value.where == where and caught.value.hint, caught.value
    assert usage.to_bytes() == EXPECTED


def test_a_bad_late_batch_changes_nothing_and_names_its_row() -> None:
    good = pa.table({"timestamp": TIMES, "namespace": ["n"] * STEPS, "pod": ["p"] * STEPS, "cpu": [1.0] * STEPS})
    late = pa.table({name: good[name] for name in good.column_names}).slice(0, 3)
    late = late.set_column(2, "pod", pa.array(["p", "p", None]))
    usage = expected()
    with pytest.raises(upid.InvalidInputError) as caught:
        usage.add_table(pa.concat_tables([good, late]))
    assert caught.value.where["row"] == STEPS + 2 and usage.to_bytes() == EXPECTED


@pytest.mark.parametrize("table", [None, 7, {"timestamp": [1]}, [1, 2], "x"])
def test_no_table(table: Any) -> None:
    with pytest.raises(upid.InvalidInputError) as caught:
        upid.Usage().add_table(table)
    assert caught.value.code == "UPID_INVALID_VALUE" and "Arrow" in str(caught.value)


def test_an_array_is_no_table() -> None:
    with pytest.raises(upid.ParseError):
        upid.Usage().add_table(pa.array([1, 2]))
