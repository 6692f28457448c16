"""Usage: every way in gives the same bits; bad input is refused and changes nothing."""

from __future__ import annotations

import array
import copy
import datetime
import json
import pickle
import threading
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import upid

START = 1_700_006_400_000
ROWS = 2_000
TIMES = START + 60_000 * np.arange(ROWS, dtype=np.int64)
CPU = (np.arange(ROWS) * 37 % 101) / 100.0
CPU[::97] = np.nan
KEY = {"namespace": "shop", "pod": "web-0", "container": "app", "metric": "cpu"}


def usage(timestamps: Any = TIMES, values: Any = CPU, **more: Any) -> upid.Usage:
    made = upid.Usage()
    made.add_series(timestamps=timestamps, values=values, **(KEY | more))
    return made


EXPECTED = usage().to_bytes()
assert len(EXPECTED) > 200


def listed(values: np.ndarray[Any, Any]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def strided(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    wide = np.zeros((len(values), 3), dtype=values.dtype)
    wide[:, 1] = values
    return wide[:, 1]


VALUES = {
    "list": listed(CPU),
    "tuple": tuple(listed(CPU)),
    "iterator": listed(CPU).__iter__(),
    "array": array.array("d", CPU.tolist()),
    "memoryview": memoryview(array.array("d", CPU.tolist())),
    "strided": strided(CPU),
    "big endian": CPU.astype(">f8"),
    "object": np.array(listed(CPU), dtype=object),
    "masked": np.ma.masked_invalid(CPU),
    "read only": CPU.copy(),
    "pandas": pd.Series(CPU),
    "pandas nullable": pd.Series(listed(CPU), dtype="Float64"),
    "pandas arrow": pd.Series(listed(CPU), dtype="double[pyarrow]"),
    "polars": pl.Series(CPU),
    "polars null": pl.Series(listed(CPU)),
    "arrow": pa.array(listed(CPU)),
    "arrow slice": pa.array([0.0, 0.0, 0.0, *listed(CPU)])[3:],
    "arrow chunks": pa.chunked_array([listed(CPU)[:700], listed(CPU)[700:]]),
}
VALUES["read only"].flags.writeable = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES.keys())
def test_values_of_any_kind_give_the_same_bits(values: Any) -> None:
    assert usage(values=values).to_bytes() == EXPECTED


UTC = datetime.timezone.utc
TIMES_64 = TIMES.astype("datetime64[ms]")
DATETIMES = [datetime.datetime.fromtimestamp(t / 1000, UTC) for t in TIMES.tolist()]
BERLIN = pd.Series(pd.DatetimeIndex(TIMES_64).tz_localize("UTC").tz_convert("Europe/Berlin"))
TIMESTAMPS = {
    "list": TIMES.tolist(),
    "datetimes": DATETIMES,
    "text": [time.isoformat() for time in DATETIMES],
    "datetime64[ms]": TIMES_64,
    "datetime64[s]": TIMES_64.astype("datetime64[s]"),
    "datetime64[ns]": TIMES_64.astype("datetime64[ns]") + np.timedelta64(999_999, "ns"),
    "datetime64 items": list(TIMES_64),
    "uint64": TIMES.astype("uint64"),
    "strided": strided(TIMES),
    "array": array.array("q", TIMES.tolist()),
    "pandas": pd.Series(TIMES_64),
    "pandas index": pd.DatetimeIndex(TIMES_64),
    "pandas zone": BERLIN,
    "pandas zone index": pd.DatetimeIndex(BERLIN),
    "polars": pl.Series(TIMES_64),
    "polars zone": pl.Series(TIMES_64).dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Berlin"),
    "arrow ms": pa.array(TIMES),
    "arrow s": pa.array(TIMES_64).cast(pa.timestamp("s")),
    "arrow us zone": pa.array(TIMES_64).cast(pa.timestamp("us", "Europe/Berlin")),
    "arrow ns": pa.array(TIMES_64).cast(pa.timestamp("ns")),
    "arrow slice": pa.array([0, *TIMES.tolist()])[1:],
}


@pytest.mark.parametrize("timestamps", TIMESTAMPS.values(), ids=TIMESTAMPS.keys())
def test_times_of_any_kind_give_the_same_bits(timestamps: Any) -> None:
    assert usage(timestamps=timestamps).to_bytes() == EXPECTED


STARTS = {
    "text": "2023-11-15T00:00:00Z",
    "ms": START,
    "datetime": datetime.datetime(2023, 11, 15, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
    "datetime64": np.datetime64("2023-11-15T00:00:00"),
    "pandas": pd.Timestamp("2023-11-15", tz="UTC"),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
@pytest.mark.parametrize("step", [60, 60.0, datetime.timedelta(minutes=1)])
def test_a_regular_axis_gives_the_same_bits(start: Any, step: Any) -> None:
    made = upid.Usage()
    made.add_series(start=start, step=step, values=CPU, **KEY)
    assert made.to_bytes() == EXPECTED


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32"]
)
def test_number_types(dtype: str) -> None:
    whole = np.arange(ROWS) % 100
    for values in (whole.astype(dtype), pa.array(whole.astype(dtype)), pl.Series(whole.astype(dtype))):
        assert usage(values=values).to_bytes() == usage(values=whole.astype("float64")).to_bytes()


def test_a_report_counts_every_row() -> None:
    report = upid.Usage().add_series(
        start="2026-03-01T00:00:00Z", step=60, values=[0.1, None, -1.0, float("inf"), float("nan")], **KEY
    )
    assert (report.accepted, report.missing, report.negative, report.non_finite) == (1, 2, 1, 1)
    assert [(bad.row, bad.reason) for bad in report.first_bad] == [(2, "Negative"), (3, "NonFinite")]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "lengths": ({"values": CPU[:-1]}, "UPID_LENGTH_MISMATCH"),
    "metric": ({"metric": "cpus"}, "UPID_UNKNOWN_METRIC"),
    "kind": ({"kind": "Gage"}, "UPID_FORMAT"),
    "option": ({"duplicates": "KeepAll"}, "UPID_FORMAT"),
    "key": ({"pod": "x" * 254}, "UPID_INVALID_KEY"),
    "no times": ({"timestamps": None}, "UPID_MISSING_FIELD"),
    "no step": ({"timestamps": None, "start": START}, "UPID_MISSING_FIELD"),
    "zero step": ({"timestamps": None, "start": START, "step": 0}, "UPID_INVALID_STEP"),
    "both": ({"start": START, "step": 60}, "UPID_INVALID_VALUE"),
    "start text": ({"timestamps": None, "start": "yesterday", "step": 60}, "UPID_TIME_PARSE"),
    "start naive": ({"timestamps": None, "start": datetime.datetime(2026, 1, 1), "step": 60}, "UPID_INVALID_VALUE"),
    "seconds": ({"timestamps": TIMES // 1000 - 10**10}, "UPID_TIMESTAMP_RANGE"),
    "huge time": ({"timestamps": [*TIMES.tolist()[:-1], 2**70]}, "UPID_TIMESTAMP_RANGE"),
    "float times": ({"timestamps": TIMES.astype("float64")}, "UPID_INVALID_VALUE"),
    "NaT": ({"timestamps": np.array([*TIMES_64[:-1], np.datetime64("NaT")])}, "UPID_TIMESTAMP_RANGE"),
    "null time": ({"timestamps": pa.array([*TIMES.tolist()[:-1], None])}, "UPID_INVALID_VALUE"),
    "text times": ({"timestamps": pa.array(["x"] * ROWS)}, "UPID_FORMAT"),
    "text values": ({"values": ["0.1"] * ROWS}, "UPID_INVALID_VALUE"),
    "bool values": ({"values": np.ones(ROWS, dtype=bool)}, "UPID_INVALID_VALUE"),
    "complex values": ({"values": np.ones(ROWS, dtype=complex)}, "UPID_INVALID_VALUE"),
    "arrow text": ({"values": pa.array(["0.1"] * ROWS)}, "UPID_FORMAT"),
    "two dimensions": ({"values": CPU.reshape(2, -1)}, "UPID_INVALID_VALUE"),
    "a number": ({"values": 0.5}, "UPID_INVALID_VALUE"),
    "a text": ({"values": "0.5"}, "UPID_INVALID_VALUE"),
    "negative": ({"values": -np.ones(ROWS), "invalid": "Reject"}, "UPID_INVALID_VALUE"),
    "duplicates": ({"timestamps": np.full(ROWS, START), "duplicates": "Reject"}, "UPID_DUPLICATE_TIMESTAMP"),
}


@pytest.mark.parametrize(("change", "code"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_and_changes_nothing(change: dict[str, Any], code: str) -> None:
    made = usage()
    with pytest.raises(upid.UpidError) as caught:
        made.add_series(**({"timestamps": TIMES, "values": CPU} | KEY | change))
    assert caught.value.code == code and caught.value.hint, caught.value
    if code in ("UPID_LENGTH_MISMATCH", "UPID_INVALID_STEP"):
        assert caught.value.where["path"] in ("values", "step")
    assert made.to_bytes() == EXPECTED


def test_merging_parts_gives_the_same_bits() -> None:
    whole = upid.Usage()
    for part in range(7):
        report = whole.merge(usage(TIMES[part::7], CPU[part::7]))
    assert whole.to_bytes() == EXPECTED and report.keys_both == 1
    with pytest.raises(upid.InvalidInputError, match="itself"):
        whole.merge(whole)
    assert whole.to_bytes() == EXPECTED
    with pytest.raises(TypeError, match="Usage"):
        whole.merge(EXPECTED)  # type: ignore[arg-type]


def test_bytes_pickle_copy_and_equality() -> None:
    made = usage()
    for again in (
        upid.Usage.from_bytes(EXPECTED),
        upid.Usage.from_bytes(memoryview(EXPECTED)),
        pickle.loads(pickle.dumps(made)),
        copy.copy(made),
        copy.deepcopy(made),
        made.copy(),
    ):
        assert again == made and again is not made and again.to_bytes() == EXPECTED
    assert made.keys() == [("", "shop", "web-0", "app")] and len(made) == 1 and repr(made) == "Usage(1 keys)"
    assert upid.Usage() and len(upid.Usage()) == 0 and upid.Usage() != made


def test_the_json_form_of_operations() -> None:
    text = json.dumps(upid.call("usage.merge", {"parts": []}, usage()))
    for given in (text, text.encode(), json.loads(text), upid.usage.merge({"parts": []}, usage())):
        assert upid.Usage.from_json(given).to_bytes() == EXPECTED
    for wrong, kind, path in [
        ('{"usage":"%"}', upid.UsageStateError, "usage"),
        ({"usage": 7}, upid.ParseError, "usage"),
        ({}, upid.InvalidInputError, None),
    ]:
        with pytest.raises(kind) as caught:
            upid.Usage.from_json(wrong)
        assert caught.value.where.get("path") == path


@pytest.mark.parametrize("length", [0, 3, 20, len(EXPECTED) // 2, len(EXPECTED) - 1])
def test_truncated_bytes(length: int) -> None:
    with pytest.raises(upid.UsageStateError) as caught:
        upid.Usage.from_bytes(EXPECTED[:length])
    assert caught.value.code == "UPID_CORRUPT_USAGE" and "byteOffset" in caught.value.where


def test_a_flipped_bit() -> None:
    for byte in range(0, len(EXPECTED), 13):
        damaged = bytearray(EXPECTED)
        damaged[byte] ^= 4
        with pytest.raises(upid.UpidError):
            upid.Usage.from_bytes(bytes(damaged))


EVENT = {"key": {"namespace": "shop", "pod": "web-0", "container": "app"}, "atMs": START, "kind": "OomKilled"}


def test_events() -> None:
    made = usage()
    made.add_events([EVENT])
    once = made.to_bytes()
    made.add_events(event for event in [EVENT, EVENT])
    assert made.to_bytes() == once != EXPECTED
    with pytest.raises(upid.ParseError) as caught:
        made.add_events([EVENT, EVENT | {"kind": "Explosion"}])
    assert caught.value.where["path"].startswith("events[1]") and made.to_bytes() == once


def test_threads_share_a_usage() -> None:
    made, failures = upid.Usage(), []
    other = usage(namespace="other")

    def work(part: int) -> None:
        try:
            for step in range(20):
                made.add_series(timestamps=TIMES, values=CPU, **(KEY | {"pod": f"web-{part}-{step}"}))
                made.merge(other)
                other.merge(upid.Usage())
                assert len(upid.Usage.from_bytes(made.to_bytes())) <= 161
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures and len(made) == 161
    one = upid.Usage.from_bytes(usage(pod="web-3-7").to_bytes())
    assert one.keys()[0] in made.keys()


def test_crossed_merges_do_not_lock_up() -> None:
    first, second = usage(), usage(pod="web-1")
    crossed = [
        threading.Thread(target=lambda a=a, b=b: [a.merge(b) for _ in range(5)])
        for a, b in [(first, second), (second, first)] * 2
    ]
    for thread in crossed:
        thread.daemon = True
        thread.start()
    for thread in crossed:
        thread.join(60)
        assert not thread.is_alive()


def test_a_network_pair_fills_the_sum() -> None:
    rx, tx = CPU * 1e4, np.ones(ROWS)
    both, apart = upid.Usage(), upid.Usage()
    pod = {"namespace": "shop", "pod": "web-0", "timestamps": TIMES}
    report = both.add_network(rx=rx, tx=listed(tx), **pod)
    assert report.accepted + report.missing == 2 * ROWS
    apart.add_series(metric="network_rx", values=rx, **pod)
    apart.add_series(metric="network_tx", values=tx, **pod)
    assert both != apart
    apart.add_series(metric="network", values=np.where(np.isnan(rx), np.nan, np.round(rx) + tx), **pod)
    assert both == apart
    with pytest.raises(upid.InvalidInputError) as caught:
        both.add_network(rx=rx, tx=tx[:-1], **pod)
    assert caught.value.code == "UPID_LENGTH_MISMATCH" and both == apart


def answer(name: str, values: list[list[Any]], **labels: str) -> str:
    metric = {"__name__": name, "namespace": "shop", "pod": "web-0"} | labels
    result = [{"metric": metric, "values": values}]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})


def test_answers_of_prometheus() -> None:
    samples = [[START / 1000 + 60 * i, str(1048576 * i)] for i in range(10)]
    memory = answer("container_memory_working_set_bytes", samples, container="app")
    made = upid.Usage()
    parsed = made.add_prometheus(memory)
    assert (parsed.value.report.accepted, parsed.value.series, parsed.notices, parsed.partial) == (10, 1, [], False)
    values = [1048576.0 * i for i in range(10)]
    assert made == usage(TIMES[:10], values, metric="memory")

    both = [answer(f"container_network_{way}_bytes_total", samples) for way in ("receive", "transmit")]
    network = upid.Usage()
    network.add_prometheus(both[0].encode(), both[1])
    times = {"namespace": "shop", "pod": "web-0", "timestamps": TIMES[:10], "kind": "Counter"}
    same = upid.Usage()
    same.add_network(rx=values, tx=values, **times)
    assert network == same

    before = made.to_bytes()
    with pytest.raises(upid.ParseError) as caught:
        made.add_prometheus(memory[:-20])
    assert caught.value.code == "UPID_TRUNCATED"
    with pytest.raises(upid.InvalidInputError):
        made.add_prometheus(memory.replace("__name__", "name"))
    cpu = made.add_prometheus(answer("", [[START / 1000, "0.5"]], container="app"), options={"metric": "cpu"})
    assert cpu.value.report.accepted == 1
    assert made.to_bytes() != before
