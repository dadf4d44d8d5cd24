"""When records will be deleted before they are read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lagtop.analysis.age import Age
from lagtop.analysis.retention import Loss, data_loss
from lagtop.snapshot import TopicConfig
from tests.analysis.build import one, snapshots

HOUR = TopicConfig(retention_ms=3_600_000, retention_bytes=-1)
SIZED = TopicConfig(retention_ms=-1, retention_bytes=1_000_000)
UNSIZED = TopicConfig(retention_ms=-1)
NAN, NEVER = float("nan"), float("inf")


def loss(
    config: TopicConfig | None,
    *,
    oldest_s: float = 600.0,
    youngest_s: float = 600.0,
    produced: float = 10.0,
    consumed: float = 0.0,
    start: int | None = 0,
    committed: int = 400,
    end: int = 1_000,
) -> Loss:
    (snapshot,) = snapshots(one(10.0, committed, end, start))
    known = replace(snapshot, configs={"orders": config} if config else {})
    lag = np.array([float(end - committed)])
    low, high = np.array([youngest_s]), np.array([oldest_s])
    age = Age(high, low, high, np.zeros(1, np.int8))
    return data_loss(known, lag, age, np.array([produced]), np.array([consumed]))


@pytest.mark.parametrize(
    ("expected", "case"),
    [
        pytest.param(3_000.0, {"config": HOUR}, id="a stopped consumer: what is left of the hour"),
        pytest.param(3_000.0, {"config": HOUR, "produced": 0.0}, id="also when nobody produces"),
        pytest.param(
            6_000.0, {"config": HOUR, "consumed": 5.0}, id="at half the speed: twice that"
        ),
        pytest.param(
            NEVER, {"config": HOUR, "consumed": 10.0}, id="as fast as the producer: never"
        ),
        pytest.param(NEVER, {"config": HOUR, "consumed": 12.0}, id="faster: never"),
        pytest.param(0.0, {"config": HOUR, "oldest_s": 4_000.0}, id="it may go any moment"),
        pytest.param(NAN, {"config": HOUR, "oldest_s": NEVER}, id="an age without bound: unknown"),
        pytest.param(NAN, {"config": HOUR, "consumed": NAN}, id="an unknown rate: unknown"),
        pytest.param(NAN, {"config": None}, id="settings that are not known: unknown"),
        pytest.param(NAN, {"config": TopicConfig()}, id="a retention that is not told: unknown"),
        pytest.param(
            NEVER, {"config": TopicConfig(retention_ms=-1, retention_bytes=-1)}, id="kept for ever"
        ),
        pytest.param(
            NEVER, {"config": replace(HOUR, cleanup_policy="compact")}, id="compacted, not deleted"
        ),
        pytest.param(
            3_000.0, {"config": replace(HOUR, cleanup_policy="compact,delete")}, id="both: deleted"
        ),
        pytest.param(NEVER, {"config": HOUR, "committed": 1_000}, id="nothing left to read"),
        pytest.param(30.0, {"config": SIZED, "start": 100}, id="a full log moves with its end"),
        pytest.param(60.0, {"config": SIZED, "start": 100, "consumed": 5.0}, id="and we move too"),
        pytest.param(NEVER, {"config": SIZED}, id="a log that was never full loses nothing"),
        pytest.param(NEVER, {"config": UNSIZED}, id="whatever its limit may be"),
        pytest.param(NAN, {"config": UNSIZED, "start": 100}, id="an untold limit: unknown"),
        pytest.param(NAN, {"config": SIZED, "start": None}, id="an untold start: unknown"),
    ],
)
def test_the_earliest_loss(expected: float, case: dict[str, object]) -> None:
    found = loss(**case)  # type: ignore[arg-type]

    assert found.earliest[0] == pytest.approx(expected, nan_ok=True)


ROLLED = replace(HOUR, segment_ms=600_000)
FULL = replace(SIZED, segment_bytes=100_000)


@pytest.mark.parametrize(
    ("earliest", "latest", "case"),
    [
        pytest.param(3_000, 3_900, {"config": ROLLED}, id="a segment and a look of the broker"),
        pytest.param(3_000, 4_300, {"config": ROLLED, "youngest_s": 200.0}, id="or younger"),
        pytest.param(6_000, 7_800, {"config": ROLLED, "consumed": 5.0}, id="both as it moves on"),
        pytest.param(NEVER, NEVER, {"config": ROLLED, "consumed": 10.0}, id="never is never"),
        pytest.param(3_000, NAN, {"config": HOUR}, id="nobody knows when segments are rolled"),
        pytest.param(21, 30, {"config": FULL, "start": 100}, id="by size: a segment before it"),
        pytest.param(0, 1, {"config": FULL, "start": 390}, id="its own segment is the next to go"),
        pytest.param(30, 30, {"config": SIZED, "start": 100}, id="by size, segments unknown"),
    ],
)
def test_the_earliest_and_the_latest_loss(
    earliest: float, latest: float, case: dict[str, object]
) -> None:
    found = loss(**case)  # type: ignore[arg-type]

    assert found.earliest[0] == pytest.approx(earliest)
    assert found.latest[0] == pytest.approx(latest, nan_ok=True)
