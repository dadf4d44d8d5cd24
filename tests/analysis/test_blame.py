"""Uneven lag is blamed on a key, a member or a leader, and chance on nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lagtop.analysis.blame import hot_rows
from lagtop.analysis.report import Imbalance, Report
from tests.analysis.build import poll, reports

POLLS = 60
Line = dict[str, Any]


def played(
    produced: list[float],
    consumed: list[float],
    owners: list[str],
    leaders: list[int] | None = None,
) -> Report:
    """A group whose partitions had these rates, messages a second, each owned by a member."""
    lines: list[Line] = []
    names = sorted(set(owners))
    owned = {name: [n for n, owner in enumerate(owners) if owner == name] for name in names}
    for t in range(POLLS):
        topic = [
            [n, (leaders or [1] * len(owners))[n], 0, round(1_000 + rate * t), None]
            for n, rate in enumerate(produced)
        ]
        offsets = [[n, round(rate * t)] for n, rate in enumerate(consumed)]
        members = [[name, name, "/h", {"orders": owned[name]}] for name in names]
        group = {"state": "Stable", "offsets": {"orders": offsets}, "members": members}
        lines.append(poll(float(t), {"orders": topic}, {"g": group}))
    return reports(*lines)[-1]


def test_a_partition_with_most_of_the_input_has_a_hot_key() -> None:
    seen = played([500, 100, 100], [100, 100, 100], ["a", "b", "c"])

    assert seen.partitions.imbalance.tolist() == [Imbalance.KEY, 0, 0]
    assert seen.partitions.unbalanced.tolist() == [True, False, False]
    assert Imbalance(seen.groups.imbalance[0]) == Imbalance.KEY
    assert seen.reasons[seen.groups.reason[0]].startswith("hot key: orders-0 takes 71% of")


def test_a_member_that_reads_less_than_its_peers_is_slow() -> None:
    seen = played([300, 300, 300], [280, 280, 60], ["a", "b", "c"])

    assert seen.partitions.imbalance.tolist() == [0, 0, Imbalance.MEMBER]
    assert "sick member: c with orders-2" in seen.reasons[seen.groups.reason[0]]


def test_partitions_that_share_only_their_leader_point_at_it() -> None:
    seen = played([200] * 6, [200, 40] * 3, ["a", "a", "a", "a", "a", "a"], [1, 2] * 3)

    assert seen.partitions.imbalance.tolist() == [0, Imbalance.LEADER] * 3


def test_an_even_group_is_nobodys_fault() -> None:
    seen = played([100] * 5, [90] * 5, ["a", "b", "c", "d", "e"])

    assert not seen.partitions.imbalance.any()


@pytest.mark.parametrize("count", [2, 3, 12, 50])
@pytest.mark.parametrize("mean", [10, 100, 1_000])
def test_poisson_noise_is_hardly_ever_a_hot_key(count: int, mean: int) -> None:
    groups = 2_000
    rates = np.random.default_rng(7).poisson(mean, groups * count) / 10
    error = np.sqrt(np.maximum(rates, 0.1) / 10)
    hot = hot_rows(rates, error, np.arange(0, groups * count + 1, count))

    assert hot.reshape(groups, count).any(axis=1).mean() <= 0.003


@pytest.mark.parametrize(
    ("counts", "hot"), [([500, 100, 100], True), ([50, 10, 10], True), ([5, 1, 1], False)]
)
def test_the_seed_cases(counts: list[int], hot: bool) -> None:
    rates = np.array(counts, np.float64)

    assert hot_rows(rates, np.sqrt(rates), np.array([0, 3])).any() == hot
