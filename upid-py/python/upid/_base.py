"""The base of every generated type."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from upid import _convert, _display

RecordT = TypeVar("RecordT", bound="Record")


class Record(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
):
    """A frozen value with named fields: compares by value, pickles, and turns into a dict or JSON.

    Attributes are snake_case; in `to_dict` and `to_json` they have their JSON names (camelCase), amounts are decimal
    strings and times RFC 3339 text. To change a field, make a copy with `msgspec.structs.replace`.
    """

    def __repr__(self) -> str:
        return _display.short(self)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form as plain dicts and lists; every unknown value is there as `None`."""
        return _convert.plain(self)  # type: ignore[no-any-return]

    def to_json(self) -> str:
        """The JSON form as text."""
        return _convert.record_text(self)

    @classmethod
    def from_dict(cls: type[RecordT], value: dict[str, Any]) -> RecordT:
        """Reads what `to_dict` gave."""
        return _convert.to_record(_convert.text(value, name="value"), cls, "value")

    @classmethod
    def from_json(cls: type[RecordT], text: str | bytes) -> RecordT:
        """Reads what `to_json` gave."""
        return _convert.to_record(text, cls)


class ClosedRecord(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record that takes no other fields: in settings and keys an unknown one is a misspelt one."""
