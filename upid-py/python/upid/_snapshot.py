"""How a Snapshot is read."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

import msgspec

from upid import _convert, _upid
from upid._base import Record

SnapshotT = TypeVar("SnapshotT", bound="SnapshotMethods")


class SnapshotMethods(Record, frozen=True, kw_only=True):
    """Reading of a Snapshot in any of its spellings."""

    @classmethod
    def read(cls: type[SnapshotT], snapshot: Any) -> SnapshotT:
        """Reads and checks a Snapshot.

        Parameters
        ----------
        snapshot : dict, str, bytes or Snapshot
            Its JSON in any spelling that the core takes, e.g. times as epoch milliseconds.

        Raises
        ------
        InvalidInputError
            ``UPID_INVALID_SNAPSHOT``; ``details["problems"]`` holds the code and path of every problem.

        Warns
        -----
        UserWarning
            For fields that nobody knows: the Snapshot read has no place for them.
        """
        given = _convert.embedded(_convert.text(snapshot, "snapshot"), "snapshot")
        checked = msgspec.json.decode(_upid.call("snapshot.validate", f'{{"snapshot":{given}}}', None), type=_Validated)
        for finding in checked.quality:
            if finding.code == "UnknownField":
                warnings.warn(f"{finding.message}: {', '.join(finding.examples)}", stacklevel=2)
        return _convert.to_record(bytes(checked.snapshot), cls)


class _Finding(msgspec.Struct):
    code: str
    message: str
    examples: list[str]


class _Validated(msgspec.Struct):
    snapshot: msgspec.Raw
    quality: list[_Finding]
