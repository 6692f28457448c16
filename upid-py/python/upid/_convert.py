"""Python values to the JSON text that the core reads, and back."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import functools
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from upid import _upid
from upid._errors import ParseError, UpidError, invalid, shown, too_deep, wrong_type

T = TypeVar("T")


def text(value: Any, path: str = "", *, name: str = "") -> str:
    """JSON text of a typed object, a dict or a list; JSON text or bytes pass as they are.

    Places begin with `path`; what is wrong as a whole stands at the argument `name`, which is `path` where it is given.

    Raises
    ------
    InvalidInputError
        ``UPID_INVALID_VALUE`` with the path of a value that JSON cannot hold: NaN, infinity, a time without a zone, an
        object of a foreign type.
    """
    if isinstance(value, str):
        return value if value.isascii() else encodable(value, path or name)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _decoded(bytes(value), path or name)
    try:
        return _encoder().encode(value)
    except (UpidError, ValueError, TypeError, RecursionError) as error:
        found = next(_problems(value, path), error)
        if not isinstance(found, UpidError):
            found = invalid(f"this input cannot be written as JSON: {error}", hint=_HINT, path=path)
        raise placed(found, path or name) from None


def document(value: Any, path: str) -> bytes:
    """The bytes of a document; of a count, bytes() would make as many zeros."""
    if isinstance(value, str):
        return encodable(value, path).encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise wrong_type(value, path, "the body as bytes or str")


def placed(error: UpidError, path: str) -> UpidError:
    """The error, which stands at `path` unless it says where."""
    if path and not error.where:
        error.where = {"path": path}
    return error


def not_text(error: Exception, **arguments: Any) -> Exception:
    """Why the engine refused texts: the first that is no `str` or not UTF-8, else the error itself."""
    for name, value in arguments.items():
        if not isinstance(value, str):
            return wrong_type(value, name, "a str")
        try:
            encodable(value, name)
        except ParseError as refused:
            return refused
    return error


def embedded(text: str, path: str) -> str:
    """JSON text that goes into other JSON text: it must be one whole value, else it could close what surrounds it."""
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except RecursionError:
        raise too_deep(path) from None
    except msgspec.DecodeError as error:
        raise ParseError(
            f"not valid JSON: {error}",
            code="UPID_TRUNCATED" if "truncated" in str(error) else "UPID_FORMAT",
            number=201 if "truncated" in str(error) else 200,
            hint="pass one whole JSON object",
            where={"path": path},
        ) from None
    return text


def _decoded(data: bytes, path: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(error, path) from None


def encodable(value: str, path: str) -> str:
    """The text, if UTF-8 can hold it."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _not_utf8(error, path) from None
    return value


def _not_utf8(error: UnicodeError, path: str) -> ParseError:
    where: dict[str, Any] = {"path": path} if path else {}
    if isinstance(error, UnicodeDecodeError):
        where["byteOffset"] = error.start
    return ParseError(
        f"the input is not UTF-8: {error}",
        code="UPID_ENCODING",
        number=202,
        hint="pass UTF-8 text; JSON has no other encoding",
        where=where,
    )


_MAX_DEPTH = 128  # of the core
_HINT = "give dicts, lists, text, numbers, bool, None, Decimal, datetime with a zone, or UPID's own types"


def _default(value: Any) -> Any:
    """The JSON form of what the json module does not know."""
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(
            value, builtin_types=(datetime.datetime, datetime.date, decimal.Decimal), str_keys=True
        )
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise invalid(
                f"the time {value} has no zone", hint="say which: value.replace(tzinfo=datetime.timezone.utc)"
            )
        try:
            return value.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        except OverflowError:
            raise invalid(f"the time {value} is outside the years 1 to 9999 in UTC", hint="check the year") from None
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            raise invalid(f"{value} is not an amount", hint="use None for an unknown amount")
        return format(value, "f")
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    for name in ("tolist", "to_list"):  # numpy arrays and scalars, array.array, pandas and polars Series
        convert = getattr(value, name, None)
        if callable(convert):
            return convert()
    raise TypeError(f"an object of type {type(value).__name__}")


def _problems(value: Any, path: str, seen: tuple[int, ...] = ()) -> Iterator[UpidError]:
    """What JSON cannot hold, with its place; walked only after a failure."""
    if isinstance(value, float) and not math.isfinite(value):
        yield invalid(f"{value} is not a JSON number", hint="use None for a missing value", path=path)
    elif isinstance(value, (str, int, float, bool, type(None))):
        return
    elif id(value) in seen:
        yield invalid("the input holds itself", hint=_HINT, path=path)
    elif len(seen) >= _MAX_DEPTH:
        yield too_deep(path)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                yield invalid(f"the key {shown(key)} is not text", hint="name fields by text", path=path)
            yield from _problems(item, f"{path}.{key}" if path else str(key), (*seen, id(value)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _problems(item, f"{path}[{index}]", (*seen, id(value)))
    else:
        try:
            plainer = _default(value)
        except UpidError as error:
            error.where = {"path": path} if path else {}
            yield error
        except (TypeError, ValueError) as error:
            yield invalid(f"{error} cannot be written as JSON", hint=_HINT, path=path)
        except RecursionError:
            yield too_deep(path)
        else:
            yield from _problems(plainer, path, (*seen, id(value)))


@functools.cache
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(default=_default, allow_nan=False, separators=(",", ":"))


@functools.cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def to_record(source: str | bytes, kind: type[T], path: str = "text") -> T:
    """Reads canonical JSON into a generated type; `path` is the argument that holds it."""
    try:
        result: T = _decoder(kind).decode(source)  # type: ignore[arg-type]
        return result
    except TypeError:
        raise wrong_type(source, path, "a str or bytes") from None
    except RecursionError:
        raise too_deep(path) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        message, _, place = str(error).partition(" - at `$")
        raise ParseError(
            message,
            code="UPID_FORMAT",
            number=200,
            hint="pass what `to_json` gave; operations read other spellings of their input themselves"
            if "unknown field" not in message
            else "check the spelling",
            where={"path": path + place.rstrip("`")},
        ) from None


def plain(value: Any) -> Any:
    """The JSON form of a record, with every unknown value as None."""
    try:
        return _plain(value)
    except RecursionError:
        raise too_deep() from None


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        fields = ((name, getattr(value, attribute)) for attribute, name in _names(type(value)))
        return {name: _plain(item) for name, item in fields if item is not msgspec.UNSET}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, (str, int, float)):
        return value
    return _default(value)


@functools.cache
def _names(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))


def record_text(record: msgspec.Struct) -> str:
    """JSON text of a record; for the result of an operation the very bytes that the core writes."""
    operation = _writers().get(type(record))
    if operation is not None:
        return _upid.canonical(operation, text(record))
    try:
        return json.dumps(plain(record), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise too_deep() from None


@functools.lru_cache(maxsize=1)
def _writers() -> dict[type, str]:
    """For each type that is a result, an operation that gives it: all write it alike."""
    from upid._operations import RESULTS

    return {kind: operation for operation, kind in RESULTS.items()}
