"""Bad input of each kind gives the exception of its class, with code, place and hint."""

from __future__ import annotations

import copy
import datetime
import decimal
import inspect
import pickle

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


def test_not_utf8() -> None:
    error = raised(upid.call, "timerange.parse", b'{"text":"\xff"}')
    assert error.code == "UPID_ENCODING" and error.where == {"byteOffset": 9}


class Foreign:
    pass


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1.0, {"b": float("nan")}]}, "a[1].b"),
        ({"a": (1.0, float("-inf"))}, "a[1]"),
        ({"a": {"b": Foreign()}}, "a.b"),
        ({"a": datetime.datetime(2026, 1, 1)}, "a"),
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
    for value in (loop, deep):
        assert raised(upid.call, "timerange.parse", {"a": value}).code == "UPID_INVALID_VALUE"
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
