"""Snapshots from documents of a cluster."""

import datetime

import pytest

import upid

NOW = "2026-03-15T00:00:00Z"
POD = b"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-0","namespace":"shop"},
 "spec":{"nodeName":"n1","containers":[{"name":"app","resources":{"requests":{"cpu":"250m"}}}]}}"""
STATE = 'kube_node_status_capacity{node="n1",resource="cpu",unit="core"} 2\nnode_total_hourly_cost{node="n1"} 0.192\n'


def test_documents_as_they_came() -> None:
    parsed = upid.Snapshot.from_kubernetes(POD, STATE, now=NOW, cluster="prod")
    assert isinstance(parsed.value, upid.Snapshot)
    assert (parsed.value.cluster.name, parsed.value.nodes[0].name) == ("prod", "n1")
    assert str(parsed.value.nodes[0].price.hourly_cost) == "0.192"
    assert (parsed.notices, parsed.stats.records, parsed.partial) == ([], 3, False)
    same = upid.call(
        "ingest.kubernetes",
        {"documents": [{"text": POD.decode()}, {"text": STATE}], "options": {"now": NOW, "cluster": "prod"}},
    )
    assert parsed.to_dict() == upid.types.ParsedSnapshot.from_dict(same).to_dict()
    turned = upid.Snapshot.from_kubernetes(
        memoryview(STATE.encode()), POD.decode(), now=parsed.value.now, cluster="prod"
    )
    assert turned.value == parsed.value
    assert upid.analyze(parsed.value).totals.monthly_cost is not None


def test_options_and_errors() -> None:
    at = datetime.datetime(2026, 3, 15, tzinfo=datetime.timezone.utc)
    window = {"start": "2026-03-14T00:00:00Z", "end": NOW}
    parsed = upid.Snapshot.from_kubernetes(POD, now=at, window=window, time_zone="Europe/Berlin")
    assert parsed.value.time_zone == "Europe/Berlin"
    assert parsed.value.window.end == at
    with pytest.raises(TypeError, match="tme_zone"):
        upid.Snapshot.from_kubernetes(POD, now=at, tme_zone="UTC")
    with pytest.raises(upid.ParseError) as caught:
        upid.Snapshot.from_kubernetes(POD, POD[:-1], now=at)
    assert caught.value.code == "UPID_TRUNCATED"
    with pytest.raises(upid.InvalidInputError) as empty:
        upid.Snapshot.from_kubernetes(now=at)
    assert empty.value.code == "UPID_EMPTY_INPUT"
    with pytest.raises(TypeError):
        upid.Snapshot.from_kubernetes({"kind": "Pod"}, now=at)  # type: ignore[arg-type]
