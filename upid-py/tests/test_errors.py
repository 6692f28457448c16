"""Bad input of each kind gives the exception of its class, with code, place and hint."""

from __future__ import annotations

import copy
import datetime
import decimal
import inspect
import pickle

import numpy as np
import pytest

import upid
from upid import _errors

NOW = "2026-03-15T00:00:00Z"


def test_the_tree() -> None:
    assert issubclass(upid.InternalError, upid.CallError)
    assert issubclass(upid.CancelledError, upid.CallError)
    assert issubclass(upid.CapacityError, upid.CallError)
    assert issubclass(upid.CurrencyError, upid.MoneyError)
    for kind in (upid.InvalidInputError, upid.ParseError, upid.MoneyError, upid.UsageStateError):
        assert issubclass(kind, upid.UpidError) and issubclass(kind, ValueError)
    for name, kind in inspect.getmembers(_errors, inspect.isclass):
        if name in _errors.__all__:
            assert kind.__module__ == "upid" and getattr(upid, name) is kind and kind.__doc__


def raised(call: object, *args: object, **kwargs: object) -> upid.UpidError:
    with pytest.raises(upid.UpidError) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value


def test_unknown_operation() -> None:
    error = raised(upid.call, "timerange.prase", {})
    assert type(error) is upid.CallError and error.code == "UPID_UNKNOWN_OPERATION" and error.number == 3
    assert error.details["nearest"] == "timerange.parse" and "timerange.parse" in error.hint
    assert error.where == {"path": "operation"}


def test_wrong_type_names_its_path() -> None:
    error = raised(upid.call, "timerange.parse", {"text": 7, "now": NOW})
    assert type(error) is upid.ParseError and error.code == "UPID_FORMAT" and error.where["path"] == "text"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "UPID_EMPTY_INPUT"),
        ('{"text":', "UPID_TRUNCATED"),
        ("{]", "UPID_FORMAT"),
        ('{"now":0}', "UPID_MISSING_FIELD"),
    ],
)
def test_bad_text(text: str, code: str) -> None:
    assert raised(upid.call, "timerange.parse", text).code == code
    assert raised(upid.call, "timerange.parse", text.encode()).code == code


def test_an_empty_input_says_which() -> None:
    assert raised(upid.call, "timerange.parse", "").where == {"path": "input"}


def test_not_utf8() -> None:
    error = raised(upid.call, "timerange.parse", b'{"text":"\xff"}')
    assert error.code == "UPID_ENCODING" and error.where == {"path": "input", "byteOffset": 9}


class Foreign:
    pass


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (upid.Usage.from_json, [""], "data"),
        (upid.Usage.from_json, ["\ud800"], "data"),
        (upid.Usage.from_json, [float("nan")], "data"),
        (upid.call, ["timerange.parse", "\ud800"], "input"),
        (upid.call, ["timerange.parse", float("nan")], "input"),
        (upid.call, ["timerange.parse", Foreign()], "input"),
        (upid.timerange.parse, ["\ud800"], "input"),
        (upid.timerange.parse, [Foreign()], "input"),
        (upid.analyze, ["\ud800"], "snapshot"),
        (upid.analyze, [{}, None, b"\xff"], "config"),
        (upid.types.Analysis.from_json, [""], "text"),
        (upid.types.Analysis.from_json, ["{]"], "text"),
        (upid.types.Analysis.from_json, ["\ud800"], "text"),
        (upid.types.Analysis.from_dict, [Foreign()], "value"),
        (upid.types.Analysis.from_dict, [{}], "value"),
        (upid.Usage().add_prometheus, ["{}", "\ud800"], "answers[1]"),
        (upid.Usage().add_prometheus, [10**11], "answers[0]"),
    ],
)
def test_an_argument_that_is_wrong_as_a_whole_is_named(call: object, arguments: list[object], path: str) -> None:
    error = raised(call, *arguments)
    assert error.where["path"] == path and error.hint


@pytest.mark.parametrize("snapshot", ["\ufeff{}", "\ufeff{}".encode()])
def test_a_byte_order_mark_is_refused_in_text_and_in_bytes(snapshot: str | bytes) -> None:
    for call in (lambda it: upid.call("timerange.parse", it), upid.analyze, upid.Usage.from_json):
        error = raised(call, snapshot)
        assert error.code == "UPID_FORMAT" and "byte order mark" in error.hint
    assert raised(upid.Snapshot.from_json, snapshot).code == "UPID_FORMAT"
    assert raised(upid.Snapshot.read, snapshot).code == "UPID_FORMAT"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1.0, {"b": float("nan")}]}, "a[1].b"),
        ({"a": (1.0, float("-inf"))}, "a[1]"),
        ({"a": {"b": Foreign()}}, "a.b"),
        ({"a": datetime.datetime(2026, 1, 1)}, "a"),
        ({"a": datetime.datetime.max.replace(tzinfo=datetime.timezone(-datetime.timedelta(hours=1)))}, "a"),
        ({"a": decimal.Decimal("NaN")}, "a"),
        ({"a": {("x", "y"): 1}}, "a"),
    ],
)
def test_what_json_cannot_hold(value: object, path: str) -> None:
    error = raised(upid.call, "timerange.parse", value)
    assert type(error) is upid.InvalidInputError and error.code == "UPID_INVALID_VALUE"
    assert error.where["path"] == path and error.hint


def test_loops_and_depth() -> None:
    loop: list[object] = []
    loop.append(loop)
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert raised(upid.call, "timerange.parse", {"a": loop}).code == "UPID_INVALID_VALUE"
    assert raised(upid.call, "timerange.parse", {"a": deep}).code == "UPID_LIMIT_EXCEEDED"
    while deep:  # unwound here, not in the destructor
        deep = deep.pop()  # type: ignore[assignment]


def test_lone_surrogates_are_no_crash() -> None:
    assert raised(upid.call, "timerange.parse", {"text": "\ud800", "now": 0}).code == "UPID_FORMAT"
    assert raised(upid.call, "timerange.parse", '{"text": "\ud800"}').code == "UPID_ENCODING"


def test_values_of_python() -> None:
    now = datetime.datetime(2026, 3, 15, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    assert upid.call("timerange.parse", {"text": "7d", "now": now})["end"] == NOW


def test_exceptions_pickle() -> None:
    error = raised(upid.call, "timerange.parse", {"text": 7, "now": NOW})
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error) and str(again) == str(error)
        assert again.where == error.where and again.number == error.number and again.hint == error.hint


def test_the_text_says_where_and_how() -> None:
    error = raised(upid.call, "timerange.parse", {"text": 7, "now": NOW})
    assert (
        str(error).startswith("UPID_FORMAT: ") and "(at text, line 1, column" in str(error) and error.hint in str(error)
    )


SERIES = {"namespace": "n", "pod": "p", "metric": "cpu", "start": 0, "step": 60, "values": [1.0]}
MATRIX = {"keys": [("", "n", "p", "")], "metric": "cpu", "start": 0, "step": 60, "values": np.ones((1, 1))}


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (upid.call, {"operation": 5, "input": {}}, "operation"),
        (upid.call, {"operation": "timerange.parse", "input": {}, "usage": 5}, "usage"),
        (upid.analyze, {"snapshot": {}, "usage": 5}, "usage"),
        (upid.Usage().add_series, SERIES | {"namespace": 5}, "namespace"),
        (upid.Usage().add_series, SERIES | {"pod": None}, "pod"),
        (upid.Usage().add_series, SERIES | {"metric": b"cpu"}, "metric"),
        (upid.Usage().add_series, SERIES | {"kind": ["Gauge"]}, "kind"),
        (upid.Usage().add_series, SERIES | {"kind": Foreign()}, "kind"),
        (upid.Usage().add_series, SERIES | {"duplicates": []}, "duplicates"),
        (upid.Usage().add_series, SERIES | {"invalid": {}}, "invalid"),
        (upid.Usage().add_matrix, MATRIX | {"metric": 5}, "metric"),
        (upid.Usage().add_matrix, MATRIX | {"keys": {"namespace": 5, "pod": ["p"]}}, "keys.namespace"),
        (upid.Usage().add_matrix, MATRIX | {"keys": {"namespace": None, "pod": ["p"]}}, "keys.namespace"),
        (upid.Usage().add_matrix, MATRIX | {"keys": {"namespace": ["n"], "pod": b"p"}}, "keys.pod"),
        (upid.Usage().add_table, {"table": [], "progress": 5}, "progress"),
        (upid.Usage().merge, {"other": b""}, "other"),
        (upid.Usage.from_bytes, {"data": 10**11}, "data"),
        (upid.Usage.from_bytes, {"data": "text"}, "data"),
        (upid.Snapshot.from_json, {"text": 5}, "text"),
    ],
)
def test_a_wrong_type_has_a_code_and_is_also_a_type_error(
    call: object, arguments: dict[str, object], path: str
) -> None:
    error = raised(call, **arguments)
    assert type(error) is upid.WrongTypeError and isinstance(error, TypeError) and isinstance(error, ValueError)
    assert error.code == "UPID_INVALID_VALUE" and error.where == {"path": path} and error.hint


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"step": 1e300}, "UPID_INVALID_STEP", "step"),
        ({"step": 10**400}, "UPID_INVALID_STEP", "step"),
        ({"step": float("inf")}, "UPID_INVALID_VALUE", "step"),
        ({"start": 10**30}, "UPID_TIMESTAMP_RANGE", "start"),
        ({"start": np.uint64(2**64 - 1)}, "UPID_TIMESTAMP_RANGE", "start"),
        ({"values": [10**5000]}, "UPID_INVALID_VALUE", "values[0]"),
        ({"start": 10**5000}, "UPID_TIMESTAMP_RANGE", "start"),
        ({"namespace": "\ud800"}, "UPID_ENCODING", "namespace"),
        ({"start": "\ud800"}, "UPID_ENCODING", "start"),
        ({"start": None, "step": None, "timestamps": ["\ud800"]}, "UPID_ENCODING", "timestamps[0]"),
    ],
)
def test_numbers_and_texts_past_every_range(changed: dict[str, object], code: str, path: str) -> None:
    error = raised(upid.Usage().add_series, **(SERIES | changed))
    assert error.code == code and error.where["path"] == path and error.hint


def test_network_columns_of_one_axis_have_one_length() -> None:
    axis = {"namespace": "n", "pod": "p", "start": 0, "step": 60}
    error = raised(upid.Usage().add_network, rx=[1.0, 2.0], tx=[1.0], **axis)
    assert error.code == "UPID_LENGTH_MISMATCH" and error.where == {"path": "tx.values"}


def nested(depth: int) -> dict[str, object]:
    deep: dict[str, object] = {}
    for _ in range(depth):
        deep = {"a": deep}
    return deep


@pytest.mark.parametrize("depth", [150, 300, 900, 50_000])
def test_deep_inputs_are_refused_by_code(depth: int) -> None:
    deep, text = nested(depth), '{"a":' * depth + "{}" + "}" * depth
    snapshot = {"cluster": {"name": "c"}, "pods": [{"namespace": "n", "name": "p", "scheduling": deep}]}
    for given in (deep, text, snapshot):
        for call in (lambda it: upid.call("snapshot.validate", it), upid.analyze, upid.Snapshot.read):
            assert raised(call, given).code == "UPID_LIMIT_EXCEEDED"
    for call in (upid.Snapshot.from_dict, upid.Usage.from_json, upid.Usage().add_events):
        assert raised(call, deep).code
    assert raised(upid.Snapshot.from_json, text).code
    typed = upid.types.Pod(namespace="n", name="p", containers=[], scheduling=deep)
    for call in (typed.to_dict, typed.to_json):
        if depth > 1000:
            assert raised(call).code == "UPID_LIMIT_EXCEEDED"
    assert raised(upid.call, "snapshot.validate", {"snapshot": typed}).code == "UPID_LIMIT_EXCEEDED"
    assert raised(upid.Usage().add_series, **(SERIES | {"values": [deep]})).where["path"] == "values[0]"
    while deep:  # unwound here, not in the destructor
        deep = deep.pop("a")  # type: ignore[assignment]
