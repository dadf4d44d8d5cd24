from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lagtop.analysis.fluid import Backlogs, Course
from lagtop.snapshot import Floats
from tests.analysis.loads import Load, loads


@pytest.mark.parametrize(
    ("course", "drained_at"),
    [
        (Course(), 0.0),
        (Course(spike_factor=4, spike_s=60), 60 + 200 * 60 / 100),
        (Course(pause_s=10), 10 + 1000 / 100),
        (Course(pause_s=10, spike_factor=2, spike_s=4), 10 + 1400 / 100),
        (Course(spike_factor=0, spike_s=60), 0.0),
    ],
)
def test_a_spike_is_over_when_what_it_left_is_read(course: Course, drained_at: float) -> None:
    one = Backlogs(np.array([0.0]), np.array([100.0]), np.array([200.0]))
    assert one.drain_s(course)[0] == pytest.approx(drained_at)


@settings(deadline=None, max_examples=20)
@given(loads(6), st.sampled_from([Course(), Course(5.0, 3.0, 20.0), Course(0.0, 0.5, 30.0)]))
def test_backlogs_run_as_if_each_member_served_its_partitions_in_equal_shares(
    load: Load, course: Course
) -> None:
    owner, produced = np.array(load.owner), np.array(load.produced)
    members, times = len(load.capacity), np.array([0.0, 10.0, 30.0])
    lag, inflow = (
        np.bincount(owner, values, members).astype(np.float64) for values in (load.lag, produced)
    )
    fluid = Backlogs(lag, inflow, np.array(load.capacity))
    stepped = equal_shares(load, course, times)
    scale = 1 + sum(load.lag) + 4 * sum(load.produced) + sum(load.capacity)
    assert fluid.total_at(times, course) == pytest.approx(stepped, abs=scale * 0.05)


def equal_shares(load: Load, course: Course, times: Floats, step_s: float = 0.1) -> list[float]:
    """The sum of lags by small steps, each member's work divided evenly over what has a backlog."""
    owner, capacity = np.array(load.owner), np.array(load.capacity)
    lag, totals = np.array(load.lag), []
    for step in range(round(times[-1] / step_s) + 1):
        now = step * step_s
        if np.isclose(times, now).any():
            totals.append(float(lag.sum()))
        factor = course.spike_factor if now < course.spike_s else 1.0
        lag = lag + np.array(load.produced) * factor * step_s
        left = capacity * step_s * (now >= course.pause_s)
        for _ in load.owner:
            waiting = np.bincount(owner, lag > 0, len(capacity))
            share = (left / np.maximum(waiting, 1))[owner]
            served = np.minimum(lag, share)
            lag, left = lag - served, left - np.bincount(owner, served, len(capacity))
    return totals
