"""How right the estimates are, beside the figures of the study they were designed by.

    python -m tests.bench.accuracy

Prints a table a question; `study` is what the study's reference implementation reached on
scenarios of the same kind, other seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import LagMethod, PartitionRows, Trend
from lagtop.snapshot import Floats
from tests.analysis.simulate import (
    Story,
    World,
    after,
    bursts,
    noisy,
    ramp,
    simulate,
    steady,
    stops,
)

RUNS = 16
POLLS = ((1.0, 0.0), (2.0, 0.2), (5.0, 0.2))
SETTLE_S = 150.0


def say(*cells: object) -> None:
    """One line of a table."""
    sys.stdout.write("  ".join(str(cell) for cell in cells).rstrip() + "\n")


def watched(world: World, every_s: float, jitter: float) -> Iterator[tuple[float, PartitionRows]]:
    """What lagtop says of a world at each poll."""
    observer = Observer()
    for snapshot in world.polls(every_s, jitter):
        yield snapshot.captured_at, observer.observe(snapshot).partitions


RATES = {
    "steady 1000/s": (Story(steady(1000), steady(3000), 700), "0.8/0.5  1.1  2.3"),
    "slow 20/s": (Story(steady(20), steady(100), 700), "7.1/3.9"),
    "draining, noisy": (
        Story(steady(1000), noisy(1500, 0.1), 700, backlog=1e6),
        "7.2/4.6",
    ),
    "bursty 10/20 s": (Story(bursts(1000, 10, 20), steady(5000), 700), "86/59"),
    "ramp": (Story(ramp(500, 1500, 700), steady(3000), 700), "5.5/9.4"),
    "rebalances": (Story(steady(1000), stops(1500, 120, 15), 700), "38/27"),
    "500 a batch, 20/s": (Story(steady(20), steady(30), 700, batch=500), "7.6 (60 s)"),
    "each message": (Story(steady(1000), steady(3000), 700, commit_s=0), "within 1"),
}


def rates() -> None:
    """Error of the consumed rate: against the last 10 s / the next 60 s, % of the rate (RMSE)."""
    say("\nconsumed rate, RMSE % of the last 10 s / of the next 60 s at polls of 1, 2, 5 s")
    for name, (story, study) in RATES.items():
        world = simulate(story, RUNS, seed=11)
        cells = [_rate_error(world, every_s, jitter) for every_s, jitter in POLLS]
        say(f"{name:20}", *(f"{now:5.1f}/{then:5.1f}" for now, then in cells), "  study", study)


def _rate_error(world: World, every_s: float, jitter: float) -> tuple[float, float]:
    now, then, truth = [], [], []
    for moment, rows in watched(world, every_s, jitter):
        if SETTLE_S < moment < world.times[-1] - 60:
            true = world.rate(world.position, moment, 10)
            now.append(rows.consumed_per_s - true)
            then.append(rows.consumed_per_s - world.rate(world.position, moment + 60, 60))
            truth.append(true)
    mean = float(np.mean(truth))
    return 100 * _root_mean_square(now) / mean, 100 * _root_mean_square(then) / mean


def _root_mean_square(errors: list[Floats]) -> float:
    return float(np.sqrt(np.nanmean(np.square(errors))))


STEPS = {
    "produced x2": (Story(after(steady(1000), 300, steady(2000)), steady(9000), 500), "9/13"),
    "consumer dies": (Story(steady(1000), after(steady(3000), 300, steady(0)), 500), "23/33"),
}


def steps() -> None:
    """How long until half and 80 % of a change are shown, seconds."""
    say("\nseconds until 50 % / 80 % of a change is shown at polls of 1, 2, 5 s")
    for name, (story, study) in STEPS.items():
        world = simulate(story, RUNS, seed=12)
        cells = [_step(world, every_s, jitter, name) for every_s, jitter in POLLS]
        say(f"{name:20}", *(f"{half:4.0f}/{most:4.0f}" for half, most in cells), "  study", study)


def _step(world: World, every_s: float, jitter: float, name: str) -> tuple[float, float]:
    shown: list[tuple[float, float]] = []
    for moment, rows in watched(world, every_s, jitter):
        rate = rows.produced_per_s if name.startswith("produced") else rows.consumed_per_s
        if moment > 300:
            shown.append((moment - 300, float(abs(np.median(rate) - 1000) / 1000)))
    return (
        next(moment for moment, share in shown if share >= 0.5),
        next(moment for moment, share in shown if share >= 0.8),
    )


DRAINS = {
    "D1 steady .67": (Story(steady(1000), steady(1500), 420, 200_000), "2/1/2"),
    "D2 tight .91": (Story(steady(1000), steady(1100), 420, 40_000), "4/4/5"),
    "D3 bursty producer": (Story(bursts(1000, 10, 20), steady(1500), 600, 200_000), "65/60/45"),
    "D4 noisy consumer": (Story(steady(1000), noisy(1500, 0.25, 20), 900, 200_000), "33/26/22"),
    "D5 ramping producer": (Story(ramp(600, 1200, 500), steady(1500), 800, 250_000), "18/14/10"),
    "D6 20/s, batch 500": (Story(steady(20), steady(30), 700, 5_000, batch=500), "3/3/2"),
    "D7 rebalances": (Story(steady(1000), stops(1500, 90, 15), 1200, 150_000), "28/23/46"),
}
SHARES = (0.25, 0.5, 0.75)


def drains() -> None:
    """Error of the drain time at 25, 50 and 75 % of the drain, and how often it is covered."""
    for every_s, jitter in POLLS:
        say(f"\ntime to drain, poll {every_s:.0f} s: median error % at 25/50/75 %, share covered %")
        errors, covered = [], []
        for name, (story, study) in DRAINS.items():
            seen = _drain(simulate(story, 40, seed=13), every_s, jitter)
            wrong = np.abs(seen[:, :, 1] / seen[:, :, 0] - 1)
            holds = (seen[:, :, 2] <= seen[:, :, 0]) & (seen[:, :, 0] <= seen[:, :, 3])
            errors.append(wrong)
            covered.append(holds)
            cells = "/".join(f"{100 * np.median(share):.0f}" for share in wrong)
            held = "/".join(f"{100 * share.mean():.0f}" for share in holds)
            open_ = 100 * np.isinf(seen[:, :, 3]).mean()
            say(f"{name:20}", f"{cells:>10}", f"{held:>12}", f"open {open_:3.0f}", " study", study)
        every = np.concatenate([wrong.ravel() for wrong in errors])
        stationary = 100 * np.mean([holds.mean() for holds in covered[:4]])
        never = 100 * np.isinf(every).mean()
        say(
            f"all: median {100 * np.median(every):.0f} %, never {never:.0f} %,"
            f" D1-D4 covered {stationary:.0f} %"
            "   study 10/14/20 %, 4 %, 81/80/66 % at polls of 1/2/5 s"
        )


def _drain(world: World, every_s: float, jitter: float) -> Floats:
    """Truth, estimate, low and high at each share of each run's drain: float64[3, runs, 4]."""
    done = world.drained_at()
    seen = np.full((len(SHARES), len(done), 4), np.nan)
    for moment, rows in watched(world, every_s, jitter):
        cells = np.stack([done - moment, rows.drain_s, rows.drain_low_s, rows.drain_high_s], 1)
        for row, share in enumerate(SHARES):
            before = moment <= share * done
            seen[row, before] = cells[before]
        if moment > np.nanmax(done):
            break
    return seen[:, np.isfinite(done)]


HEALTHY = {
    "healthy 1000/s": Story(steady(1000), steady(3000), 1200),
    "healthy 20/s": Story(steady(20), steady(100), 1200),
    "healthy bursty": Story(bursts(1000, 10, 20), steady(5000), 1200),
    "healthy, 25 s batches": Story(steady(20), steady(100), 1200, batch=500),
    "healthy, 60 s commits": Story(steady(100), steady(300), 1200, commit_s=60),
    "idle at times": Story(bursts(2, 20, 100), steady(300), 1200),
    "aliased 5.04 s": Story(steady(3000), steady(9000), 1200, commit_jitter_s=0.04),
}


def alarms() -> None:
    """Stalls and growth that are claimed of healthy consumers."""
    say("\nfalse stalls per hour, share of the time growth is claimed, at polls of 1, 2, 5 s")
    for name, story in HEALTHY.items():
        world = simulate(story, RUNS, seed=14)
        polls = ((5.04, 0.0),) if name.startswith("aliased") else POLLS
        cells = [_alarms(world, every_s, jitter) for every_s, jitter in polls]
        say(f"{name:22}", *(f"{stalls:4.1f}/h {grows:4.1f} %" for stalls, grows in cells))
    say("study: 0.0/h; 0.0/0.1/0.0 % healthy, 2.6 % bursty, 0 % aliased")


def _alarms(world: World, every_s: float, jitter: float) -> tuple[float, float]:
    trends = np.array([rows.trend for moment, rows in watched(world, every_s, jitter)])
    begins = (trends[1:] == Trend.STALLED) & (trends[:-1] != Trend.STALLED)
    hours = world.times[-1] / 3600 * trends.shape[1]
    return float(begins.sum() / hours), float(100 * (trends == Trend.GROWING).mean())


EVENTS = {
    "consumer dies": (Story(steady(1000), after(steady(3000), 600, steady(0)), 800), "7/13/22"),
    "grows 2 %": (Story(steady(1000), after(steady(3000), 600, steady(980)), 1200), "-/106/-"),
    "grows 5 %": (Story(steady(1000), after(steady(3000), 600, steady(950)), 1200), "-/50/-"),
    "grows 20 %": (Story(steady(1000), after(steady(3000), 600, steady(800)), 900), "-/15/-"),
}


def events() -> None:
    """How soon trouble is named."""
    say("\nseconds until it is said, median, at polls of 1, 2, 5 s")
    for name, (story, study) in EVENTS.items():
        world = simulate(story, RUNS, seed=15)
        wanted = Trend.STALLED if name == "consumer dies" else Trend.GROWING
        cells = [_noticed(world, every_s, jitter, wanted) for every_s, jitter in POLLS]
        say(f"{name:20}", *(f"{seconds:5.0f}" for seconds in cells), "  study", study)


def _noticed(world: World, every_s: float, jitter: float, wanted: Trend) -> float:
    first = np.full(world.end.shape[1], np.inf)
    for moment, rows in watched(world, every_s, jitter):
        if moment > 600:
            first = np.where((rows.trend == wanted) & np.isinf(first), moment - 600, first)
    return float(np.median(first))


AGES = {
    "steady 1000/s": (Story(steady(1000), steady(3000), 1200), "0.0/0.1"),
    "2/s": (Story(steady(2), steady(30), 1200), "0.2/0.9"),
    "on/off bursts": (Story(bursts(1000, 10, 20), steady(1200), 1200), "0.0/0.7"),
    "consumer dies": (Story(steady(1000), after(steady(3000), 600, steady(0)), 1200), "0.0/0.3"),
    "backlog unseen": (Story(steady(1000), steady(1100), 600, 500_000), "none; `>` right"),
}


def ages() -> None:
    """Error of the lag in time, and how often its bracket holds the truth."""
    say("\nlag in time, poll 2 s: error s median/p95, bracket right, wider than 4 polls, 12 % by")
    for name, (story, study) in AGES.items():
        world = simulate(story, RUNS, seed=16)
        errors, right, wide = [], [], [0.0]
        for moment, rows in watched(world, 2.0, 0.2):
            true = moment - world.appended_at(world.committed[world.at(moment)])
            behind = (rows.lag_messages > 0) & (moment > 30)
            right += list(((rows.lag_s_low <= true + 0.06) & (true <= rows.lag_s_high))[behind])
            told = behind & (rows.lag_s_method == LagMethod.HISTORY)
            errors += list(np.abs(rows.lag_s - true)[told])
            excess = rows.lag_s_high - rows.lag_s_low - np.maximum(4 * 2.4, 0.12 * rows.lag_s_high)
            wide += list(excess[told])
        middle, worst = np.percentile(errors, [50, 95]) if errors else (np.nan, np.nan)
        say(
            f"{name:20}",
            f"{middle:4.1f}/{worst:4.1f}  {100 * np.mean(right):5.1f} %  {max(wide):5.1f} s",
            "  study",
            study,
        )


if __name__ == "__main__":
    for table in (rates, steps, drains, alarms, events, ages):
        table()
