"""Columns of any kind into the few that the engine reads: a contiguous numpy array, an Arrow array, or a list.

numpy, pandas and polars are looked at only when an object of theirs is given.
"""

from __future__ import annotations

import datetime
import itertools
import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from upid import _upid
from upid._convert import encodable
from upid._errors import InvalidInputError, UpidError, invalid, shown, wrong_type

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MS = datetime.timedelta(milliseconds=1)
_READ_IN_PLACE = ("float64", "float32", "int64", "uint64")
# The same as numpy spells the type of an array fastest, byte order first.
_NATIVE = "<" if sys.byteorder == "little" else ">"
_INTEGERS, _NUMBERS = (_NATIVE + "i8",), tuple(_NATIVE + kind for kind in ("f8", "f4", "i8", "u8"))


def times(timestamps: Any, start: Any, step: Any) -> Any:
    """A column of epoch milliseconds, or ``(start_ms, step_ms)``."""
    if timestamps is not None:
        if start is not None or step is not None:
            raise invalid("both timestamps and start/step are given", hint="give one of them", path="timestamps")
        return _times(timestamps)
    if start is None or step is None:
        raise InvalidInputError(
            "there are no times",
            code="UPID_MISSING_FIELD",
            number=103,
            hint="give timestamps, or start and step",
            where={"path": "timestamps" if start is None else "step"},
        )
    return instant(start, "start"), _step(step)


def _times(column: Any) -> Any:
    if _is_plain(column, _INTEGERS) or _is_arrow(column):
        return column
    array = _numpy_of(column, "timestamps", times=True)
    if array is None:
        return [instant(item, f"timestamps[{row}]") for row, item in enumerate(_listed(column, "timestamps"))]
    if array.dtype.kind == "M":
        array = array.astype("datetime64[ms]").astype("int64")
    elif array.dtype.kind == "O":
        return [instant(item, f"timestamps[{row}]") for row, item in enumerate(array.tolist())]
    elif array.dtype.kind not in "iu":
        raise invalid(
            f"timestamps are {array.dtype}", hint="give datetime64 or integer epoch milliseconds", path="timestamps"
        )
    return _contiguous(array, "int64")


def values(column: Any, path: str) -> Any:
    """A column of numbers."""
    if _is_plain(column, _NUMBERS) or _is_arrow(column):
        return column
    array = _numpy_of(column, path)
    if array is None:
        return [_number(item, row, path) for row, item in enumerate(_listed(column, path))]
    return _numbers(array, path)


def _numbers(array: Any, path: str) -> Any:
    if hasattr(array, "mask"):  # numpy.ma: a masked value is missing
        array = array.astype("float64").filled(math.nan)
    if array.dtype.kind == "O":
        return [_number(item, row, path) for row, item in enumerate(array.tolist())]
    if array.dtype.kind not in "fiu":
        raise invalid(f"{path} are {array.dtype}", hint="give floats or integers", path=path)
    native = array.dtype.newbyteorder("=")
    if native.name in _READ_IN_PLACE:
        return _contiguous(array, native)
    return _contiguous(array, "int64" if array.dtype.kind == "i" else "float64")


def matrix(values: Any, rows: int) -> Any:
    """A matrix with a row per key as one column, row after row; only a C-contiguous one is not copied."""
    if hasattr(values, "to_numpy"):  # pandas and polars frames
        values = values.to_numpy()
    if not hasattr(values, "__array_interface__"):
        raise invalid(
            f"values are a {type(values).__name__}",
            hint="give a matrix with a row per key: numpy.array(values)",
            path="values",
        )
    if values.ndim != 2 or len(values) != rows:
        raise InvalidInputError(
            f"values have the shape {values.shape}, for {rows} keys",
            code="UPID_LENGTH_MISMATCH",
            number=104,
            hint="give a matrix with a row per key; values.T turns one with a column per key",
            where={"path": "values"},
        )
    return _numbers(values.reshape(-1), "values")


def keys(given: Any) -> list[tuple[str, str, str, str]]:
    """Keys as `Usage.keys` gives them, from tuples, dicts, or a dict of columns."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise _no_key(f"keys are a {type(given).__name__}", "keys")
    rows: Iterable[Any] = given
    if isinstance(given, Mapping):
        columns = [_names(column, f"keys.{name}") for name, column in zip(_KEY, _key_of(given, "keys"), strict=True)]
        lengths = {len(column) for column in columns if not isinstance(column, str)}
        if len(lengths) != 1:
            raise _no_key("the columns of the keys have no common length", "keys")
        rows = zip(*(itertools.repeat(column) if isinstance(column, str) else column for column in columns))  # noqa: B905
    keys = []
    for row, key in enumerate(rows):
        fields = _key_of(key, f"keys[{row}]") if isinstance(key, Mapping) else key
        if not isinstance(fields, tuple) or len(fields) != 4 or not all(isinstance(name, str) for name in fields):
            raise _no_key(f"{shown(key)} is no key", f"keys[{row}]")
        keys.append(fields)
    return keys


def _key_of(key: Mapping[str, Any], path: str) -> tuple[Any, ...]:
    if unknown := [name for name in key if name not in _KEY]:
        raise _no_key(f"there is no key field {unknown[0]!r}", path)
    return tuple(key.get(name, "") for name in _KEY)


_KEY = ("cluster", "namespace", "pod", "container")


def _names(column: Any, path: str) -> str | list[Any]:
    """A column of names, or the one name of all rows."""
    if isinstance(column, str):
        return column
    if isinstance(column, (bytes, Mapping)) or not isinstance(column, Iterable):
        raise wrong_type(column, path, "a list of names, or one name for all rows")
    return list(column)


def _no_key(message: str, path: str) -> InvalidInputError:
    return InvalidInputError(
        message,
        code="UPID_INVALID_KEY",
        number=116,
        hint="give tuples (cluster, namespace, pod, container), dicts with these names, or a dict of columns",
        where={"path": path},
    )


def tables(table: Any) -> Iterable[Any]:
    """The parts of a table: itself, or those of an iterable."""
    if _is_arrow(table) or not isinstance(table, Iterable) or isinstance(table, (str, bytes, Mapping)):
        return (_table(table),)
    return map(_table, table)


def _table(table: Any) -> Any:
    """An object with an Arrow capsule."""
    if _is_arrow(table):
        return table
    raise invalid(
        f"a {type(table).__name__} offers no Arrow stream",
        hint="give a pandas (with pyarrow installed) or polars DataFrame, a pyarrow Table or a DuckDB relation",
        path="table",
    )


def _is_plain(column: Any, kinds: tuple[str, ...]) -> bool:
    """Whether a column is a numpy array that is read in place; what else it may be takes longer to find out."""
    kind = type(column)
    if kind.__name__ != "ndarray" or kind.__module__ != "numpy" or column.ndim != 1 or column.dtype.str not in kinds:
        return False
    flags = column.flags
    return bool(flags.c_contiguous and flags.aligned)


def _is_arrow(column: Any) -> bool:
    # A pandas Series also has a capsule, but only with pyarrow; its numpy array is always there.
    if type(column).__module__.partition(".")[0] == "pandas" and hasattr(column, "to_numpy") and column.ndim == 1:
        return False
    return hasattr(column, "__arrow_c_array__") or hasattr(column, "__arrow_c_stream__")


def _numpy_of(column: Any, path: str, times: bool = False) -> Any:
    """The numpy array of a column that is one or is backed by one, else None."""
    if hasattr(column, "to_numpy"):  # pandas Series and Index
        zone = getattr(column.dtype, "tz", None)
        if times and zone is not None:
            # Integers in the dtype's own unit, from the epoch in UTC.
            column = column.astype("int64").to_numpy().view(f"datetime64[{column.dtype.unit}]")
        elif not times and getattr(column.dtype, "na_value", None) is not None and column.dtype.kind in "fiu":
            column = column.to_numpy(dtype="float64", na_value=math.nan)
        else:
            column = column.to_numpy()
    if not hasattr(column, "__array_interface__"):
        return None
    if column.ndim != 1:
        raise invalid(f"{path} have {column.ndim} dimensions", hint="give one column", path=path)
    return column


def _contiguous(array: Any, dtype: Any) -> Any:
    array = array.astype(dtype, copy=False)
    return array if array.flags.c_contiguous and array.flags.aligned else array.copy()


def _listed(column: Any, path: str) -> list[Any]:
    if isinstance(column, (str, bytes, dict)):
        raise invalid(f"{path} are a {type(column).__name__}", hint="give an array or a list", path=path)
    try:
        return list(column)
    except TypeError:
        raise invalid(f"{path} are a {type(column).__name__}", hint="give an array or a list", path=path) from None


def _number(value: Any, row: int, path: str) -> float:
    if value is None:
        return math.nan
    try:
        if isinstance(value, (str, bytes, bool)):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise invalid(
            f"{shown(value)} is not a number",
            hint="give numbers, and None where one is missing",
            path=f"{path}[{row}]",
            row=row,
        ) from None


def instant(value: Any, path: str) -> int:
    """Epoch milliseconds; what is finer is cut off toward the past."""
    if isinstance(value, int) and not isinstance(value, bool):
        if -(2**63) <= value < 2**63:
            return value
        raise InvalidInputError(
            f"{shown(value)} ms is outside 1970 to 9999",
            code="UPID_TIMESTAMP_RANGE",
            number=106,
            hint="times are milliseconds since 1970-01-01T00:00:00Z",
            where={"path": path},
        )
    if hasattr(value, "astype") and getattr(getattr(value, "dtype", None), "kind", "") in "Miu":
        array_item = value.astype("datetime64[ms]").astype("int64") if value.dtype.kind == "M" else value
        return instant(int(array_item), path)  # unsigned ones may be too large
    if isinstance(value, str):
        try:
            return _upid.instant(encodable(value, path))
        except UpidError as error:
            error.where["path"] = path
            raise
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise invalid(
                f"the time {value} has no zone",
                hint="say which: value.replace(tzinfo=datetime.timezone.utc)",
                path=path,
            )
        return (value - _EPOCH) // _MS
    raise invalid(
        f"{shown(value)} is not a time",
        hint="give datetimes with a zone, datetime64 or integer epoch milliseconds",
        path=path,
    )


def _step(step: Any) -> int:
    milliseconds = _whole_step(step)
    if milliseconds <= 0:
        raise InvalidInputError(
            f"the step of {shown(step)} is not above 0",
            code="UPID_INVALID_STEP",
            number=105,
            hint="give the distance of two values, e.g. one minute: 60 or timedelta(minutes=1)",
            where={"path": "step"},
        )
    return milliseconds


def _whole_step(step: Any) -> int:
    if isinstance(step, datetime.timedelta):
        return step // _MS
    if isinstance(step, (int, float)) and not isinstance(step, bool):
        if abs(step) <= 2**53 / 1000:
            return round(step * 1000)
        if isinstance(step, int) or math.isfinite(step):
            raise InvalidInputError(
                "the step is longer than 2^53 ms",
                code="UPID_INVALID_STEP",
                number=105,
                hint="give the distance of two values in seconds",
                where={"path": "step"},
            )
    raise invalid(f"{shown(step)} is not a step", hint="give seconds or a timedelta", path="step")
