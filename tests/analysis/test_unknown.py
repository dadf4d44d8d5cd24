"""What is not known is nowhere taken for nothing: not for no members, not for no trouble."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lagtop.analysis.age import Ends, ages
from lagtop.analysis.alerts import Alerts
from lagtop.analysis.checkup import Limits, Status, examine
from lagtop.analysis.observer import Observer
from lagtop.analysis.progress import Progress
from lagtop.analysis.report import LagMethod, Report, Trend
from lagtop.analysis.rules import State
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import UNKNOWN, Gap
from tests.analysis.build import one, snapshots
from tests.ui.reports import report

REFUSED = Gap("unauthorized", "no DESCRIBE on group g")


@pytest.mark.parametrize(("state", "members"), [("", UNKNOWN), ("Stable", UNKNOWN), ("Empty", 0)])
def test_a_group_that_may_not_be_described_has_not_no_members(state: str, members: int) -> None:
    seen = snapshots(one(0, 5, 10))[0]
    refused = replace(seen, groups=(replace(seen.groups[0], state=state, gap=REFUSED),))

    assert Observer().observe(refused).groups.members.tolist() == [members]


def states(rule: str, *seen: Report) -> list[State | None]:
    """Where the alert of a rule stands after each report."""
    alerts = Alerts()
    found = [{alert.rule.name: alert.state for alert in alerts.observe(one)} for one in seen]
    return [by_rule.get(rule) for by_rule in found]


@pytest.mark.parametrize("between", [Trend.UNKNOWN, Trend.REBALANCING])
def test_a_lag_that_grows_is_told_though_its_trend_was_not_known_for_a_while(
    between: Trend,
) -> None:
    def growing(turn: int) -> Report:
        trend = between if turn == 25 else Trend.GROWING
        columns = {"lag_messages": [200 * turn], "trend": [trend]}
        return report(1, 1, of_groups=columns, captured_at=20.0 * turn)

    found = states("ConsumerLagIncreasing", *map(growing, range(32)))

    assert (found[25], found[31]) == (State.PENDING, State.FIRING)


@pytest.mark.parametrize("between", [Trend.UNKNOWN, Trend.REBALANCING])
def test_a_stall_is_told_though_it_was_not_to_be_seen_for_a_while(between: Trend) -> None:
    def still(at: int) -> Report:
        trend = between if at == 200 else Trend.STALLED
        return report(1, 1, of_partitions={"trend": [trend]}, captured_at=float(at))

    assert states("ConsumerStalled", *map(still, range(0, 301, 20)))[-1] == State.FIRING


def test_a_loss_is_told_though_nobody_knew_for_a_while_when_it_begins() -> None:
    def doomed(at: float) -> Report:
        loss = np.nan if at == 60 else 600.0
        columns = {"data_loss_s": [loss], "drain_s": [900.0]}
        return report(1, 1, of_partitions=columns, captured_at=at)

    assert states("RetentionWins", *map(doomed, (0.0, 60.0, 120.0)))[-1] == State.FIRING


def test_the_alert_of_a_group_whose_topic_is_gone_ends() -> None:
    def seen(at: float, lag: int, verdict: Verdict) -> Report:
        columns = {"lag_messages": [lag]}
        return report(
            1, 1, of_groups=columns, of_partitions={"verdict": [verdict]}, captured_at=at
        )

    found = states(
        "ConsumerLagHigh",
        *(seen(at, 50_000, Verdict.OK) for at in (0.0, 120.0)),
        *(seen(at, UNKNOWN, Verdict.DELETED) for at in (122.0, 152.0)),
    )

    assert found[1:] == [State.FIRING, State.FIRING, State.RESOLVED]


@pytest.mark.parametrize(
    ("method", "found"), [(LagMethod.AT_LEAST, [Status.UNKNOWN]), (LagMethod.EXACT, [])]
)
def test_an_age_that_is_only_at_least_so_much_is_not_within_a_limit(
    method: LagMethod, found: list[Status]
) -> None:
    seen = report(
        1, 2, of_groups={"lag_s": [12.0], "lag_s_method": [LagMethod.EXACT]},
        of_partitions={"lag_s": [12.0, 2.0], "lag_s_method": [LagMethod.EXACT, method]},
    )  # fmt: skip

    findings = examine(seen, Progress(), (), Limits(max_age_s=60), 30)

    assert [one.status for one in findings] == found


def test_what_was_written_before_an_old_reading_is_at_least_as_old() -> None:
    ends = Ends(1)
    silence_s = 1_200.0
    ends.push(np.array([100]), np.array([0.0]), 0.0)
    for at in np.arange(silence_s - 20, silence_s, 2):
        ends.push(np.array([100]), np.array([0.0]), at)
    for at in np.arange(silence_s, silence_s + 20, 2):
        ends.push(np.array([400]), np.array([at]), at)
        age = ages(ends, np.zeros(1, np.int32), np.array([200.0]), np.array([np.nan]), at)

        assert age.low.tolist() == [pytest.approx(at - silence_s)]
        assert age.high.tolist() == [np.inf]
        if at == silence_s:  # to be 0 s old at least says nothing
            assert age.method.tolist() == [LagMethod.NONE]
            assert np.isnan(age.seconds).all()
        else:
            assert age.method.tolist() == [LagMethod.AT_LEAST]
            assert age.seconds.tolist() == age.low.tolist()
