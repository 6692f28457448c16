"""The exceptions of UPID: one tree, one class per block of error codes."""

from __future__ import annotations

import json
import reprlib
from typing import Any

__all__ = [
    "CallError",
    "CancelledError",
    "CapacityError",
    "CurrencyError",
    "InternalError",
    "InvalidInputError",
    "MoneyError",
    "ParseError",
    "UpidError",
    "UsageStateError",
    "WrongTypeError",
]


class UpidError(Exception):
    """The base of every exception that UPID raises.

    Attributes
    ----------
    code : str
        Stable name, e.g. ``UPID_EMPTY_SERIES``; a code means one condition everywhere.
    number : int
        Stable number of the code; the status that the C ABI returns.
    message : str
        What went wrong, in one sentence.
    hint : str
        How to mend it; may be empty.
    where : dict
        Place in the input: any of ``path``, ``row``, ``byteOffset``, ``line``, ``column``.
    details : dict
        Machine-readable details, e.g. every problem of a Snapshot.
    """

    __module__ = "upid"

    def __init__(
        self,
        message: str,
        *,
        code: str,
        number: int,
        hint: str = "",
        where: dict[str, Any] | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.number = number
        self.hint = hint
        self.where = where or {}
        self.details = details or {}

    def __str__(self) -> str:
        places = [
            str(value) if name == "path" else f"{_PLACES.get(name, name)} {value}" for name, value in self.where.items()
        ]
        place = f" (at {', '.join(places)})" if places else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.code}: {self.message}{place}{hint}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self._fields())

    def _fields(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "number": self.number,
            "hint": self.hint,
            "where": self.where,
            "details": self.details,
        }


_PLACES = {"byteOffset": "byte"}


class CallError(UpidError):
    """The call itself: unknown operation, disabled feature, failed callback."""

    __module__ = "upid"


class InternalError(CallError):
    """A bug in UPID; please report it."""

    __module__ = "upid"


class CancelledError(CallError):
    """The caller cancelled the call; nothing changed."""

    __module__ = "upid"


class CapacityError(CallError):
    """A configured limit was exceeded."""

    __module__ = "upid"


class InvalidInputError(UpidError, ValueError):
    """A value that cannot be used."""

    __module__ = "upid"


class WrongTypeError(InvalidInputError, TypeError):
    """An argument of a Python type that cannot be used; also a `TypeError`."""

    __module__ = "upid"


class ParseError(UpidError, ValueError):
    """Bytes or text that cannot be read."""

    __module__ = "upid"


class MoneyError(UpidError, ValueError):
    """Money that cannot be represented or split."""

    __module__ = "upid"


class CurrencyError(MoneyError):
    """Unknown or mixed currencies."""

    __module__ = "upid"


class UsageStateError(UpidError, ValueError):
    """A Usage that cannot be read or merged."""

    __module__ = "upid"


# The only table: the `class` field of the core's error JSON is the name of the exception.
_CLASSES: dict[str, type[UpidError]] = {name: globals()[name] for name in __all__}


def from_json(text: str) -> UpidError:
    """The exception of an error of the core."""
    fields = json.loads(text)
    kind = _CLASSES.get(fields.pop("class", ""), UpidError)
    return kind(fields.pop("message"), **fields)


def invalid(message: str, *, hint: str, path: str = "", **where: Any) -> InvalidInputError:
    """`UPID_INVALID_VALUE`, for what only Python can see: the core reads JSON and arrays, not objects."""
    if path:
        where = {"path": path, **where}
    return InvalidInputError(message, code="UPID_INVALID_VALUE", number=100, hint=hint, where=where)


def too_deep(path: str = "") -> CapacityError:
    """`UPID_LIMIT_EXCEEDED` for objects that are nested more deeply than the core reads."""
    return CapacityError(
        "the input is nested too deeply",
        code="UPID_LIMIT_EXCEEDED",
        number=6,
        hint="leave out what is nested so deeply, or pass it as text",
        where={"path": path} if path else {},
    )


def shown(value: Any) -> str:
    """A value for a message: short, however long or deep it is."""
    try:
        return reprlib.repr(value)
    except (ValueError, RecursionError):  # more digits than Python writes
        return f"a {type(value).__name__}"


def wrong_type(value: Any, path: str, wanted: str) -> WrongTypeError:
    """`UPID_INVALID_VALUE` for an argument of a foreign type."""
    return WrongTypeError(
        f"{path} is a {type(value).__name__}",
        code="UPID_INVALID_VALUE",
        number=100,
        hint=f"give {wanted}",
        where={"path": path},
    )


def _rebuild(kind: type[UpidError], message: str, fields: dict[str, Any]) -> UpidError:
    return kind(message, **fields)
