"""A load for people: where it stands, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lagtop.cli.latency_text import duration, sparks

if TYPE_CHECKING:
    from lagtop.probe.load import LoadRun, Sample
    from lagtop.probe.prober import Prober
    from lagtop.probe.saturate import Maximum
    from lagtop.probe.scripts import Recovery, Script, Step, Steps


def live(samples: Sequence[Sample], is_ascii: bool) -> list[str]:
    """Two lines: the newest poll, and the lag so far."""
    newest = samples[-1]
    lags = [sample.lag_messages for sample in samples]
    return [
        f"{newest.at_s:5.0f} s  {newest.phase:14}  wanted {newest.target_per_s:.0f}/s"
        f"  produced {_rate(newest.produced_per_s)}  consumed {_rate(newest.consumed_per_s)}"
        f"  lag {newest.lag_messages}",
        f"lag up to {max(lags)}: {sparks(lags, is_ascii)}",
    ]


def news(run: LoadRun, script: Script, prober: Prober | None) -> dict[str, Any]:
    """Where it stands, for the screens beside; latencies where a service answers."""
    from lagtop.probe.told import bars, figures, load_curves

    matchers = {} if prober is None else prober.matchers
    return {
        "figures": figures(prober.plan.target.leaders if prober else {}, matchers),
        "bars": bars(list(matchers.values())[-1].total().latency) if matchers else (),
        "curves": load_curves(run.samples),
        "said": (*_stand(run), *_so_far(run, script), *written(run)),
    }


def told(script: Script) -> list[str]:
    """What the load was made for, in sentences."""
    from lagtop.probe.saturate import Saturation
    from lagtop.probe.scripts import Spike, Steps

    if isinstance(script, Saturation):
        return _maximum(script.result)
    if isinstance(script, Spike):
        return _recovery(script.result)
    assert isinstance(script, Steps)
    return _steps(script)


def written(run: LoadRun) -> list[str]:
    """What was written, by us and by others, and what we could have."""
    lines = []
    if run.background_per_s:
        lines.append(f"others wrote {run.background_per_s:.0f} records/s before it began")
    if run.highest_acked_per_s:
        lines.append(
            f"wrote up to {run.highest_acked_per_s:.0f} records/s;"
            f" the generator can make {run.able_per_s:.0f}/s"
        )
    return lines


def _stand(run: LoadRun) -> list[str]:
    if run.ended:
        return [f"it ended early: {run.ended}"]
    return [f"it is at: {sample.phase}" for sample in run.samples[-1:]]


def _so_far(run: LoadRun, script: Script) -> list[str]:
    """What is known while it runs: an inflection is only told of, or refused, at the end."""
    from lagtop.probe.scripts import Steps

    if run.ended or script.is_done or not isinstance(script, Steps):
        return told(script)
    return _step_table(script) if script.steps else []


def _maximum(found: Maximum) -> list[str]:
    from lagtop.probe.saturate import RECOMMENDED

    lines = []
    if found.low_per_s is not None and found.confirmed:
        lines.append(f"sustained:   {found.low_per_s:.0f}/s")
        lines.append(f"recommended: {RECOMMENDED * found.low_per_s:.0f}/s, a fifth below that")
    elif found.low_per_s is not None:
        lines.append(f"borne:       {found.low_per_s:.0f}/s, for a short time")
    if found.high_per_s is not None:
        lines.append(f"too much:    {found.high_per_s:.0f}/s")
    if found.capacity_per_s is not None:
        lines.append(f"capacity:    {found.capacity_per_s:.0f}/s, consumed while it had a backlog")
    return [*lines, *([found.reason] if found.reason else [])]


def _recovery(found: Recovery | None) -> list[str]:
    if found is None:
        return ["the spike was not over"]
    took = found.reason if found.recovery_s is None else f"{found.recovery_s:.0f} s"
    lines = [f"recovery:    {took}", f"highest lag: {found.peak_lag:.0f} messages"]
    if found.fluid_s is not None:
        lines.append(f"foretold:    {found.fluid_s:.0f} s, by the lag and what is left of capacity")
    return lines


def _steps(script: Steps) -> list[str]:
    from lagtop.probe.knee import Knee

    lines = _step_table(script)
    found = script.knee()
    if not isinstance(found, Knee):
        return [*lines, f"no inflection to tell: {found.reason}"]
    return [
        *lines,
        f"inflection:  {found.knee_per_s:.0f}/s, where latency is twice that of no load",
        f"capacity:    {found.capacity_per_s:.0f}/s, where latency has no end (fitted, "
        f"{100 * found.error:.0f} % off)",
    ]


def _step_table(script: Steps) -> list[str]:
    head = f"{'wanted/s':>10} {'produced/s':>10} {'consumed/s':>10} {'lag':>9} {'latency':>9}"
    return [head, *(_step(step) for step in script.steps)]


def _step(step: Step) -> str:
    return (
        f"{step.target_per_s:10.0f} {_number(step.produced_per_s):>10}"
        f" {_number(step.consumed_per_s):>10} {_number(step.base_lag):>9}"
        f" {duration(step.latency_s):>9}{'  the lag grew' if step.grew else ''}"
    )


def _rate(per_s: float | None) -> str:
    return "?" if per_s is None else f"{per_s:.0f}/s"


def _number(value: float) -> str:
    return "?" if value != value else f"{value:.0f}"
