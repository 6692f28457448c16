"""Typed objects: frozen, equal by value, picklable; typed input equals plain input."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
from decimal import Decimal
from typing import Any

import msgspec
import pytest

import upid
from upid import types

NOW = datetime.datetime(2026, 3, 15, tzinfo=datetime.timezone.utc)
WEEK = datetime.timedelta(days=7)
PLAIN: dict[str, Any] = {
    "cluster": {"name": "c1"},
    "now": "2026-03-15T00:00:00Z",
    "window": {"start": "2026-03-08T00:00:00Z", "end": "2026-03-15T00:00:00Z"},
    "nodes": [
        {
            "name": "n1",
            "hourlyCost": "0.134000000000000001",
            "allocatable": {"cpuCores": 4, "memoryBytes": 17179869184},
            "createdAt": "2026-01-01T00:00:00Z",
        }
    ],
    "workloads": [
        {"kind": "Deployment", "namespace": "shop", "name": "web", "replicas": 1, "autoscaler": None, "lease": None}
    ],
    "pods": [
        {
            "namespace": "shop",
            "name": "web-0",
            "node": "n1",
            "owner": {"kind": "Deployment", "name": "web"},
            "scheduledAt": "2026-03-01T00:00:00Z",
            "containers": [{"name": "app", "requests": {"cpuCores": 1.5}}],
        }
    ],
}


def typed() -> upid.Snapshot:
    return upid.Snapshot(
        cluster=types.Cluster(name="c1"),
        now=NOW,
        window=types.TimeRange(start=NOW - WEEK, end=NOW),
        nodes=[
            types.Node(
                name="n1",
                hourly_cost=Decimal("0.134000000000000001"),
                allocatable=types.Resources(cpu_cores=4, memory_bytes=2**34),
                created_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc),
            )
        ],
        workloads=[
            types.Workload(kind="Deployment", namespace="shop", name="web", replicas=1, autoscaler=None, lease=None)
        ],
        pods=[
            types.Pod(
                namespace="shop",
                name="web-0",
                node="n1",
                owner=types.OwnerRef(kind="Deployment", name="web"),
                scheduled_at=datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc),
                containers=[types.Container(name="app", requests=types.Resources(cpu_cores=1.5))],
            )
        ],
    )


def checked(snapshot: Any) -> Any:
    return upid.call("snapshot.validate", {"snapshot": snapshot})["snapshot"]


def test_a_typed_snapshot_is_the_plain_one() -> None:
    expected = checked(PLAIN)
    assert checked(typed()) == checked(typed().to_dict()) == expected
    assert upid.Snapshot.read(PLAIN) == upid.Snapshot.read(typed()) == upid.Snapshot.read(json.dumps(PLAIN).encode())
    assert expected["nodes"][0]["hourlyCost"] == "0.134000000000000001"


def test_known_none_is_not_unknown() -> None:
    """`null` in a workload's facts says "has none"; a field that is left out says nothing."""
    workload = upid.Snapshot.read(PLAIN).workloads[0]
    assert workload.autoscaler is None and workload.lease is None
    assert workload.controller is msgspec.UNSET
    assert checked(upid.Snapshot.read(PLAIN)) == checked(PLAIN)


def test_a_misspelt_field_is_not_dropped_in_silence() -> None:
    for read in (
        lambda: types.Config.from_dict({"rightsize": {"headrom": 0.1}}),
        lambda: types.Config.from_json('{"rightsize": {"headrom": 0.1}}'),
    ):
        with pytest.raises(upid.ParseError, match="headrom") as raised:
            read()
        assert raised.value.where["path"].endswith(".rightsize") and raised.value.hint
    with pytest.warns(UserWarning, match=r"nodes\[0\]\.hourlyCots"):
        upid.Snapshot.read(PLAIN | {"nodes": [PLAIN["nodes"][0] | {"hourlyCots": 1}]})


def test_values_are_typed() -> None:
    snapshot = upid.Snapshot.read(PLAIN)
    assert snapshot.nodes[0].hourly_cost == Decimal("0.134000000000000001")
    assert snapshot.now == NOW and snapshot.now.tzinfo is not None
    assert snapshot.pods[0].containers[0].requests.cpu_cores == 1.5
    assert snapshot.pods[0].containers[0].requests.memory_bytes is None


def test_records_are_frozen_equal_and_picklable() -> None:
    snapshot = typed()
    with pytest.raises(AttributeError):
        snapshot.now = NOW + WEEK  # type: ignore[misc]
    for again in (
        pickle.loads(pickle.dumps(snapshot)),
        copy.copy(snapshot),
        copy.deepcopy(snapshot),
        upid.Snapshot.from_dict(snapshot.to_dict()),
        upid.Snapshot.from_json(snapshot.to_json()),
    ):
        assert again == snapshot and type(again) is upid.Snapshot
    assert msgspec.structs.replace(snapshot, time_zone="Europe/Berlin") != snapshot


def test_repr_is_short() -> None:
    text = repr(typed())
    assert text.startswith("Snapshot(cluster=Cluster(…)") and len(text) < 260 and "nodes=[1 Node]" in text


def test_unknown_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="nmae"):
        types.Cluster(nmae="c1")  # type: ignore[call-arg]


def test_what_is_not_canonical_is_a_parse_error() -> None:
    for text in ("{}", '{"cluster":7}', "nonsense", b"\xff"):
        with pytest.raises(upid.ParseError) as caught:
            upid.Snapshot.from_json(text)  # type: ignore[arg-type]
        assert caught.value.code == "UPID_FORMAT"


def test_every_problem_of_a_snapshot_is_told() -> None:
    wrong = copy.deepcopy(PLAIN)
    wrong["timeZone"] = "Mars/Olympus"
    wrong["pods"][0]["containers"][0]["requests"]["cpuCores"] = -1
    with pytest.raises(upid.InvalidInputError) as caught:
        upid.analyze(wrong)
    assert caught.value.code == "UPID_INVALID_SNAPSHOT"
    problems = {problem["code"]: problem["path"] for problem in caught.value.details["problems"]}
    assert problems["UPID_UNKNOWN_TIME_ZONE"] == "timeZone"
    assert problems["UPID_INVALID_VALUE"] == "pods[0].containers[0].requests.cpuCores"
