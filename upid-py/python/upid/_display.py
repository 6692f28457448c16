"""Short texts for records: what stands in a cell of a notebook or in a debugger."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import msgspec

_WIDEST = 200


def short(record: msgspec.Struct) -> str:
    """`Name(field=value, …)`: known fields only, lists as their length, cut at some 200 characters."""
    text = type(record).__name__ + "("
    separator = ""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if value is None or value is msgspec.UNSET or value == [] or value == {}:
            continue
        part = f"{separator}{name}={_value(value)}"
        if len(text) + len(part) > _WIDEST:
            return text + separator + "…)"
        text += part
        separator = ", "
    return text + ")"


def _value(value: Any) -> str:
    if isinstance(value, msgspec.Struct):
        return f"{type(value).__name__}(…)"
    if isinstance(value, list):
        if len(value) <= 3 and all(isinstance(item, (str, int, float, decimal.Decimal)) for item in value):
            return f"[{', '.join(map(_value, value))}]"
        kinds = {type(item).__name__ for item in value}
        return f"[{len(value)} {kinds.pop() if len(kinds) == 1 else 'items'}]"
    if isinstance(value, dict):
        return f"{{{len(value)} entries}}"
    if isinstance(value, (datetime.datetime, decimal.Decimal)):
        return str(value)
    text = repr(value)
    return text if len(text) <= 60 else text[:58] + "…" + text[-1]
