"""What is deleted before it is read is neither consumed nor left to read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lagtop.analysis.glance import Glance
from lagtop.analysis.report import Report, Trend
from lagtop.analysis.skips import Skips
from tests.analysis.build import one, reports

IN_PER_S, OUT_PER_S = 200, 50
COMMIT_EVERY_S, SEGMENT_S, KEPT_S = 5, 60, 300
Reset = Callable[[int, int], int]


def outrun(reset: Reset, seconds: int = 600) -> list[Report]:
    """A reader of a quarter of what is written, whose log is cut every minute, seen every 2 s."""
    position = committed = start = 0
    lines = []
    for t in range(seconds):
        end = IN_PER_S * (t + KEPT_S)
        if t % SEGMENT_S == 0:
            start = max(start, IN_PER_S * t)
        if position < start:
            position = reset(start, end)
        position = min(position + OUT_PER_S, end)
        if t % COMMIT_EVERY_S == 0:
            committed = position
        if t % 2 == 0:
            lines.append(one(float(t), committed, end, start))
    return reports(*lines)


@pytest.mark.parametrize(
    "reset",
    [
        pytest.param(lambda start, end: start, id="earliest"),
        pytest.param(lambda start, end: end, id="latest"),
    ],
)
def test_what_was_deleted_unread_is_not_consumed(reset: Reset) -> None:
    for report in outrun(reset)[60:]:
        assert report.partitions.consumed_per_s[0] == pytest.approx(OUT_PER_S, rel=0.1)
        assert report.groups.consumed_per_s[0] == pytest.approx(OUT_PER_S, rel=0.1)


def test_who_is_outrun_is_never_done() -> None:
    late = outrun(lambda start, end: start)[150:]

    assert {report.groups.drain_s[0] for report in late} == {np.inf}
    assert {report.groups.drain_low_s[0] for report in late} == {np.inf}
    assert {int(report.groups.trend[0]) for report in late} == {Trend.GROWING}


def test_a_commit_that_is_late_is_no_skip() -> None:
    """The log is cut between what is committed and what is read: nothing was lost."""
    lines = []
    for t in range(0, 400, 2):
        read = 100 * (t - t % COMMIT_EVERY_S)
        cut = 100 * t - 50 if t % 40 == 0 else 0
        lines.append(one(float(t), read, 100_000 + 100 * t, max(cut, 0)))
    for report in reports(*lines)[60:]:
        assert report.partitions.consumed_per_s[0] == pytest.approx(100, rel=0.05)


def test_offsets_that_compaction_left_out_are_gone_past_as_ever() -> None:
    lines = [one(float(t), 400 * (t - t % 5), 10**6 + 10 * t) for t in range(0, 200, 2)]

    assert reports(*lines)[-1].partitions.consumed_per_s[0] == pytest.approx(400, rel=0.02)


def test_a_rate_at_a_glance_leaves_out_what_was_skipped() -> None:
    glance, committed = Glance(2), np.array([0, 0])
    for t in range(0, 120, 2):
        at = np.full(2, float(t))
        if t == 80:
            glance.skip(Skips(np.array([1]), np.array([50_000])))
            committed = committed + np.array([0, 50_000])
        committed = committed + 20
        glance.push(committed, at, np.full(2, 1e6), float(t))

    assert glance.consumed_per_s() == pytest.approx([10.0, 10.0], rel=0.02)
