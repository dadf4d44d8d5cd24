"""When records will be deleted before they are read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lagtop.analysis.retention import data_loss_s
from lagtop.snapshot import TopicConfig
from tests.analysis.build import one, snapshots

HOUR = TopicConfig(retention_ms=3_600_000, retention_bytes=-1)
SIZED = TopicConfig(retention_ms=-1, retention_bytes=1_000_000)
NAN, NEVER = float("nan"), float("inf")


def loss(
    config: TopicConfig | None,
    *,
    oldest_s: float = 600.0,
    produced: float = 10.0,
    consumed: float = 0.0,
    start: int = 0,
    committed: int = 400,
    end: int = 1_000,
) -> float:
    (snapshot,) = snapshots(one(10.0, committed, end, start))
    known = replace(snapshot, configs={"orders": config} if config else {})
    lag = np.array([float(end - committed)])
    columns = (np.array([oldest_s]), np.array([produced]), np.array([consumed]))
    return float(data_loss_s(known, lag, *columns)[0])


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
    ],
)
def test_the_earliest_loss(expected: float, case: dict[str, object]) -> None:
    assert loss(**case) == pytest.approx(expected, nan_ok=True)  # type: ignore[arg-type]
