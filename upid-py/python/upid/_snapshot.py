"""How a Snapshot is read, and how it is made of what a cluster gives."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from upid import _convert, _upid
from upid._base import Record

if TYPE_CHECKING:
    from upid import types

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

    @classmethod
    def from_kubernetes(cls, *documents: bytes | str, now: Any, **options: Any) -> types.ParsedSnapshot:
        """Makes a Snapshot of the documents of a cluster, in any order.

        Parameters
        ----------
        documents : bytes or str
            Output of ``kubectl get … -o json``, answers of the API, texts of kube-state-metrics, answers of Prometheus
            with its series and those of OpenCost. Bytes are read where they lie.
        now : datetime, RFC 3339 text or epoch milliseconds
            When they were fetched.
        **options
            The fields of `upid.types.KubernetesOptions`: ``window`` (the 14 days before ``now``), ``time_zone``,
            ``currency``, ``cluster``, ``mode="Strict"``, …

        Returns
        -------
        ParsedSnapshot
            ``value`` is the Snapshot; ``notices`` say what was left out and why, with places, ``stats`` how much was
            read, and ``partial`` whether a list goes on.

        Raises
        ------
        ParseError
            A document that cannot be read, with its place.

        Examples
        --------
        >>> pods = b'{"kind":"PodList","items":[{"metadata":{"name":"a","namespace":"b"},"spec":{"containers":[]}}]}'
        >>> parsed = upid.Snapshot.from_kubernetes(pods, now="2026-03-15T00:00:00Z", cluster="prod")
        >>> parsed.value.pods[0].name, parsed.notices
        ('a', [])
        """
        from upid import types

        names = {field.name: field.encode_name for field in msgspec.structs.fields(types.KubernetesOptions)}
        if unknown := next((name for name in options if name not in names), None):
            raise TypeError(f"from_kubernetes() got an unexpected keyword argument {unknown!r}")
        given = {names[name]: value for name, value in {"now": now, **options}.items()}
        bodies = [_convert.document(document, f"documents[{row}]") for row, document in enumerate(documents)]
        parsed = _upid.ingest("ingest.kubernetes", bodies, _convert.text(given, "options"))
        return _convert.to_record(parsed, types.ParsedSnapshot)


class _Finding(msgspec.Struct):
    code: str
    message: str
    examples: list[str]


class _Validated(msgspec.Struct):
    snapshot: msgspec.Raw
    quality: list[_Finding]
