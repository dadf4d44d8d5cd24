"""Each rule of the diagnosis on a table: found where it is so, and not found beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lagtop.analysis.before import Then
from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import GroupPast, Imbalance, Report, Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.quotas import OTHERS, Quota, Quotas
from lagtop.readings import Readings
from lagtop.snapshot import Broker, Gap, Group, Member, TopicConfig
from tests.ui.reports import report

NOW = 1_700_000_000.0
LONG_AGO = NOW - 600
DEAD = Broker(1, "b1", 9092, gap=Gap("timeout", "broker b1:9092 did not answer in 5.0 s"))


def case(
    *,
    lag: tuple[int, ...] = (5_000, 5_000, 5_000, 5_000),
    produced: tuple[float, ...] = (100.0,) * 4,
    consumed: tuple[float, ...] = (75.0,) * 4,
    owners: tuple[int, ...] = (0, 0, 1, 1),
    trend: Trend = Trend.GROWING,
    facts: Group | None = None,
    of_groups: dict[str, Any] | None = None,
    of_rows: dict[str, Any] | None = None,
    **more: Any,
) -> Report:
    """Two members that read four partitions and fall behind, unless said otherwise."""
    whole = {
        "members": [len({owner for owner in owners if owner >= 0})],
        "lag_messages": [sum(lag)],
        "produced_per_s": [sum(produced)],
        "consumed_per_s": [sum(consumed)],
        "drain_s": [np.inf],
        "drain_low_s": [np.inf],
        "trend": [trend],
        "trend_since": [LONG_AGO],
    }
    rows = {
        "lag_messages": lag,
        "base_lag_messages": lag,
        "produced_per_s": produced,
        "consumed_per_s": consumed,
        "member": owners,
        "trend_since": [LONG_AGO] * 4,
    }
    made = report(
        1,
        4,
        topics=("orders",),
        facts={0: facts or Group("billing", "classic", "Stable", "range")},
        of_groups=whole | (of_groups or {}),
        of_partitions=rows | (of_rows or {}),
        captured_at=NOW,
    )
    members = tuple(Member(0, f"m-{n}", f"c-{n}", "/h") for n in range(4))
    return replace(made, members=members, **more)


def past(
    rebalances: int = 0, rewinds: int = 0, usual: float = 390.0, before: tuple[Then, ...] = ()
) -> GroupPast:
    """What happened to the one group in a quarter of an hour."""
    counts = [np.array([count], np.int32) for count in (rebalances, rewinds)]
    return GroupPast(counts[0], counts[1], np.array([usual]), 900.0, {0: before})


def quotas(*known: Quota) -> Quotas:
    """What the cluster allows to be read."""
    return Quotas(known)


STILL = [Trend.STALLED] * 4
HEAVY: dict[str, Any] = {"record_bytes": np.array([100.0])}
"""Two partitions of a member at one broker, 75 messages a second each: 15 kB/s."""
FULL = Quota(client_id="c-0", fetch_bytes_per_s=15_000)
ONE_STILL = [Trend.STALLED, *[Trend.GROWING] * 3]
ALONE: dict[str, Any] = {
    "lag": (5_000, 5_000, 20, 20), "consumed": (70.0, 70.0, 100.0, 100.0)
}  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "causes"),
    [
        pytest.param(case(), ["too few consumers"], id="all at capacity, and there may be more"),
        pytest.param(
            case(produced=(200.0, 60.0, 60.0, 60.0)), ["slow consumer"],
            id="a partition gets more than any member reads",
        ),
        pytest.param(
            case(owners=(0, 1, 2, 3)), ["slow consumer"], id="all at capacity, one a partition"
        ),
        pytest.param(
            case(consumed=(10.0,) * 4), ["slow consumer"], id="one a partition would not do either"
        ),
        pytest.param(
            case(of_groups={"trend_since": [NOW - 5]}), [], id="at capacity, but not for long"
        ),
        pytest.param(
            case(consumed=(110.0,) * 4, of_groups={"drain_s": [90.0], "trend": [Trend.SHRINKING]}),
            [], id="at capacity, and catching up",
        ),
        pytest.param(
            case(lag=(20,) * 4, of_groups={"drain_s": [0.0], "trend": [Trend.STEADY]}), [],
            id="nothing but what is in flight",
        ),
        pytest.param(case(**ALONE), ["sick member"], id="one of two members is behind"),
        pytest.param(
            case(**ALONE, owners=(0, 0, 1, 2), of_rows={"imbalance": [Imbalance.MEMBER, 0, 0, 0]}),
            ["sick member"], id="one reads less than the others",
        ),
        pytest.param(
            case(
                lag=(5_000, 5_000, 20, 20), produced=(100.0, 100.0, 20.0, 20.0),
                consumed=(75.0, 75.0, 20.0, 20.0),
            ),
            ["uneven load"], id="one member has far more to read",
        ),
        pytest.param(
            case(
                lag=(50_000, 20, 20, 20), produced=(900.0, 90.0, 90.0, 90.0),
                of_rows={"imbalance": [Imbalance.KEY, 0, 0, 0]},
            ),
            ["hot key"], id="one partition takes most",
        ),
        pytest.param(
            case(consumed=(0.0,) * 4, trend=Trend.STALLED, of_rows={"trend": STILL}),
            ["stalled"], id="members are there and read nothing",
        ),
        pytest.param(
            case(consumed=(0.0, 75.0, 75.0, 75.0), of_rows={"trend": ONE_STILL}),
            ["poison record"], id="one partition stands still and its peers go on",
        ),
        pytest.param(
            case(
                lag=(5_000, 20, 20, 20), consumed=(0.0, 100.0, 100.0, 100.0),
                owners=(0, 0, 0, 0),
            ),
            [], id="one partition is not read, and it is not known for how long",
        ),
        pytest.param(
            case(
                owners=(-1,) * 4, consumed=(0.0,) * 4, facts=Group("billing", "classic", "Empty")
            ),
            ["no consumer"], id="nobody is there",
        ),
        pytest.param(
            case(past=past(rebalances=3)), ["rebalance storm", "too few consumers"],
            id="rebalances come again and again",
        ),
        pytest.param(
            case(past=past(rebalances=2)), ["too few consumers"], id="a rebalance now and then"
        ),
        pytest.param(
            case(of_groups={"commits_each": [True]}), ["a commit per message"],
            id="a commit for each message",
        ),
        pytest.param(case(past=past(usual=100.0)), ["producer spike"], id="four times the usual"),
        pytest.param(
            case(past=past(rewinds=4)), ["reprocessing loop", "too few consumers"],
            id="offsets went back again and again",
        ),
        pytest.param(
            case(past=past(rewinds=1)), ["too few consumers"], id="offsets were reset once"
        ),
        pytest.param(
            case(of_rows={"verdict": [Verdict.OFFLINE, 0, 0, 0]}),
            ["failing broker", "too few consumers"], id="a partition has no leader",
        ),
        pytest.param(
            case(brokers=(DEAD,)), ["failing broker", "too few consumers"], id="a leader is silent"
        ),
        pytest.param(
            case(readings={"1": Readings({"handler_idle_share": 0.1, "disk_busy_share": 0.9})}),
            ["saturated broker", "too few consumers"], id="a leader at its limit",
        ),
        pytest.param(
            case(readings={"1": Readings({"handler_idle_share": 0.5, "disk_busy_share": 0.8})}),
            ["too few consumers"], id="a leader with room left",
        ),
        pytest.param(
            case(quotas=quotas(FULL), **HEAVY), ["throttling"], id="reads what a quota allows",
        ),
        pytest.param(
            case(quotas=quotas(FULL), **HEAVY, of_groups={"trend": [Trend.STEADY], "drain_s": [9]}),
            [], id="reads what a quota allows, and keeps up",
        ),
        pytest.param(
            case(quotas=quotas(FULL)), ["too few consumers"],
            id="a quota, and nobody knows what records weigh",
        ),
        pytest.param(
            case(quotas=quotas(replace(FULL, fetch_bytes_per_s=40_000)), **HEAVY),
            ["too few consumers"], id="a quota with room left",
        ),
        pytest.param(
            case(quotas=quotas(replace(FULL, client_id="c-9")), **HEAVY),
            ["too few consumers"], id="a quota of another client",
        ),
        pytest.param(
            case(quotas=quotas(Quota(OTHERS, "", 15_000.0), replace(FULL, fetch_bytes_per_s=9e9)),
                 **HEAVY),
            ["throttling"], id="a quota of users goes before one of clients",
        ),
        pytest.param(
            case(quotas=quotas(Quota("alice", "", 15_000.0)), **HEAVY),
            ["throttling"], id="a quota of a user, who may be this one",
        ),
        pytest.param(
            case(readings={"client:c-0": Readings({"throttle_s": 0.7})}),
            ["throttling"], id="its metrics say that it is held up",
        ),
        pytest.param(
            case(
                quotas=quotas(FULL), **HEAVY,
                readings={f"client:c-{n}": Readings({"throttle_s": 0.0}) for n in range(4)},
            ),
            ["too few consumers"], id="its metrics say that it is not",
        ),
        pytest.param(
            case(of_rows={"imbalance": [Imbalance.LEADER] * 2 + [0] * 2}),
            ["saturated broker", "too few consumers"], id="only one leader's partitions lag",
        ),
        pytest.param(
            case(
                consumed=(0.0,) * 4, trend=Trend.STALLED,
                of_rows={"trend": STILL, "last_stable_offset": [50_000] * 4},
            ),
            ["open transaction"], id="readers wait at the last stable offset",
        ),
        pytest.param(
            case(of_rows={"last_stable_offset": [52_000] * 4}), ["too few consumers"],
            id="an open transaction far ahead of the readers",
        ),
        pytest.param(
            case(of_rows={"data_loss_s": [3_600.0] * 4}),
            ["retention about to win", "too few consumers"], id="retention comes first",
        ),
        pytest.param(
            case(of_rows={"data_loss_s": [3_600.0] * 4, "drain_s": [60.0] * 4}),
            ["too few consumers"], id="the drain comes first",
        ),
    ],
)  # fmt: skip
def test_a_cause_is_found_where_it_is_so(seen: Report, causes: list[str]) -> None:
    found = diagnose(seen, 0)

    assert [one.cause for one in found] == causes
    assert all(one.evidence and all(one.remedies) for one in found)


def test_evidence_has_the_numbers() -> None:
    (found,) = diagnose(case(), 0)

    assert found.evidence == (
        "all 2 members at capacity, 150/s each; 2 for 4 partitions; 400/s in, 300/s out"
    )
    assert found.remedies[0].startswith("4 consumers keep up with a margin")


def test_what_is_inferred_of_a_quota_is_said_to_be() -> None:
    sure = diagnose(case(quotas=quotas(FULL), **HEAVY), 0)[0].evidence
    of_alice = Quota("alice", "", 15_000.0)
    maybe = diagnose(case(quotas=quotas(of_alice), **HEAVY), 0)[0].evidence
    held_up = {"client:c-0": Readings({"throttle_s": 0.7})}
    told = diagnose(case(quotas=quotas(FULL), readings=held_up), 0)[0].evidence

    assert sure.startswith("c-0 reads 15.0kB/s of broker 1, where its quota (client id c-0) is")
    assert "(inferred: " in sure
    assert "a quota (user alice, if that is its own) is 15.0kB/s" in maybe
    assert told == (
        "brokers hold up each fetch of c-0 for 0.7s, its metrics say;"
        " its quota (client id c-0) is 15.0kB/s a broker"
    )


def test_advice_reads_how_the_topic_is_set() -> None:
    settings = {"orders": TopicConfig(retention_ms=7_200_000, compression="uncompressed")}
    losing = case(of_rows={"data_loss_s": [3_600.0] * 4}, configs=settings)
    slow = case(owners=(0, 1, 2, 3), configs=settings)

    assert "raise retention.ms of orders, now 2h00m" in diagnose(losing, 0)[0].remedies[0]
    assert any("not compressed" in one for one in diagnose(slow, 0)[0].remedies)


def test_a_group_without_partitions_has_nothing_wrong() -> None:
    assert diagnose(report(1, 0), 0) == ()
