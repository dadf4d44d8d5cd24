from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.lag import lag_messages, lost_messages
from lagtop.analysis.verdicts import Verdict, judge
from lagtop.snapshot import NO_COMMIT, UNKNOWN
from tests.analysis.build import observed, one, poll, snapshots


class Case(NamedTuple):
    sentence: str
    line: dict[str, Any]
    verdict: Verdict
    lag: int
    lost: int
    reason: str


ORDERS = {"orders": [[0, 1, 100, 1000, 1000]]}
AT_500 = {"g": {"orders": [[0, 500]]}}

CASES = [
    Case("a commit inside the log is ok", one(1, 400, 1000), Verdict.OK, 600, 0, ""),
    Case("a commit at the end has no lag", one(1, 1000, 1000), Verdict.OK, 0, 0, ""),
    Case("an empty log has no lag", one(1, 0, 0), Verdict.OK, 0, 0, ""),
    Case(
        "a lag needs no log start, what was lost does",
        one(1, 400, 1000, None),
        Verdict.OK,
        600,
        UNKNOWN,
        "",
    ),
    Case(
        "a commit before the log start counts from the log start",
        one(1, 800, 5000, 4500),
        Verdict.LOST,
        500,
        3700,
        "committed offset 800 is before the log start 4500: 3,700 messages are lost",
    ),
    Case(
        "a commit past the end has no lag that anybody knows",
        one(1, 1800, 100),
        Verdict.PAST_END,
        UNKNOWN,
        UNKNOWN,
        "committed offset 1800 is 1,700 past the log end 100",
    ),
    Case(
        "a partition that was never committed is not one without lag",
        one(1, NO_COMMIT, 1000),
        Verdict.NO_COMMIT,
        UNKNOWN,
        UNKNOWN,
        "the group has never committed an offset here",
    ),
    Case(
        "a partition without a leader is offline, whatever is remembered of it",
        poll(1, {"orders": [[0, -1, 0, 1000, 1000]]}, AT_500),
        Verdict.OFFLINE,
        UNKNOWN,
        UNKNOWN,
        "the partition has no leader",
    ),
    Case(
        "an offset that nobody could read is unknown",
        one(1, 400, None),
        Verdict.UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        "unknown when it was recorded",
    ),
    Case(
        "a commit that nobody could read is unknown",
        one(1, None, 1000),
        Verdict.UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        "unknown when it was recorded",
    ),
    Case(
        "a topic that only a commit names is deleted",
        poll(1, {}, AT_500),
        Verdict.DELETED,
        UNKNOWN,
        UNKNOWN,
        "the topic is gone; only the group's commit still names it",
    ),
    Case(
        "a topic without permission is unauthorized",
        poll(
            1,
            {"orders": [[0, 1, None, None, None]]},
            AT_500,
            gaps=[["unauthorized", "no DESCRIBE on topic orders", {"orders": [0]}, {}]],
        ),
        Verdict.UNAUTHORIZED,
        UNKNOWN,
        UNKNOWN,
        "no DESCRIBE on topic orders",
    ),
    Case(
        "an old value keeps its verdict and says why it is old",
        poll(1, ORDERS, AT_500, gaps=[["timeout", "broker 1 is slow", {"orders": [0]}, {}]]),
        Verdict.OK,
        500,
        0,
        "broker 1 is slow",
    ),
    Case(
        "a commit past an end that is older than the commit shows an old end",
        poll(
            9,
            {"orders": [[0, 1, 0, 100, 100]]},
            AT_500,
            gaps=[["timeout", "broker 1 is slow", {"orders": [0]}, {}]],
            at=[[3.0, {"orders": [0]}, {}]],
        ),
        Verdict.UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        "broker 1 is slow",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_each_row_has_the_verdict_of_its_offsets(case: Case) -> None:
    report = observed(case.line)
    rows = report.partitions
    assert Verdict(rows.verdict[0]) is case.verdict
    assert (rows.lag_messages[0], rows.lost_messages[0]) == (case.lag, case.lost)
    assert report.reasons[rows.reason[0]] == case.reason


offsets = st.one_of(st.none(), st.integers(0, 50))


@given(st.integers(-1, 3), offsets, offsets, st.one_of(offsets, st.just(-1)), st.booleans())
def test_every_row_has_one_verdict_and_a_lag_only_when_it_is_known(
    leader: int, start: int | None, end: int | None, committed: int | None, ghost: bool
) -> None:
    topics = {} if ghost else {"orders": [[0, leader, start, end, end]]}
    line = poll(1, topics, {"g": {"orders": [[0, committed]]}})
    (snapshot,) = snapshots(line)
    verdict = judge(snapshot.partitions, snapshot.commits, snapshot.gaps)
    lag = lag_messages(snapshot.partitions, snapshot.commits, verdict)
    lost = lost_messages(snapshot.partitions, snapshot.commits, verdict)
    counted = Verdict(verdict[0]) in (Verdict.OK, Verdict.LOST)
    assert (lag[0] != UNKNOWN) == counted
    if counted:
        assert end is not None
        assert committed is not None
        assert lag[0] == max(0, end - max(committed, start or 0))
        assert lost[0] == (UNKNOWN if start is None else max(0, start - committed))


def test_a_gap_grows_old_and_the_numbers_stay() -> None:
    old = [["timeout", "broker 1 is slow", {"orders": [0]}, {}]]
    late = poll(30, ORDERS, AT_500, gaps=old, at=[[1.0, {"orders": [0]}, {}]])
    rows = observed(poll(1, ORDERS, AT_500), late).partitions
    assert rows.age_s[0] == 29.0
    assert rows.lag_messages[0] == 500


def test_many_odd_rows_share_a_sentence_after_the_first_thousand() -> None:
    many = range(3000)
    report = observed(
        poll(
            1,
            {"orders": [[index, 1, 0, 10, 10] for index in many]},
            {"g": {"orders": [[index, 20] for index in many]}},
        )
    )
    said = {report.reasons[row] for row in report.partitions.reason}
    assert "committed offset 20 is 10 past the log end 10" in said
    assert len(said) == 2
    assert np.all(report.partitions.verdict == Verdict.PAST_END)


def test_a_leader_that_is_not_in_the_recording_is_not_a_missing_one() -> None:
    topics = {"orders": [[0, None, 0, 100, 100], [1, None, None, None, None], [2, -1, 0, 9, 9]]}
    report = observed(poll(0, topics, {"g": {"orders": [[0, 60], [1, 3], [2, 4]]}}))
    rows = report.partitions

    told = [Verdict(verdict) for verdict in rows.verdict.tolist()]
    assert told == [Verdict.OK, Verdict.UNKNOWN, Verdict.OFFLINE]
    assert rows.lag_messages.tolist() == [40, UNKNOWN, UNKNOWN]
    reasons = {report.reasons[row] for row in rows.reason[:2]}
    assert reasons == {"the leader is not in the recording"}
