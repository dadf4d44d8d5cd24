"""What a load found, as plain values for JSON, rows for CSV, and charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from lagtop.probe.knee import Knee
from lagtop.probe.load import LoadRun, Sample
from lagtop.probe.outcome import summary
from lagtop.probe.saturate import RECOMMENDED, Maximum, Saturation
from lagtop.probe.scripts import Script, Spike, Step, Steps
from lagtop.probe.svg import Line, chart

SAMPLE_COLUMNS = tuple(Sample.__dataclass_fields__)
CURVE_POINTS = 60

Value = object


def answer(script: Script) -> dict[str, Value]:
    """What the load was made for, by name."""
    if isinstance(script, Saturation):
        return {"maximum": _maximum(script.result)}
    if isinstance(script, Spike):
        return {"recovery": asdict(script.result) if script.result else None}
    assert isinstance(script, Steps)
    found = script.knee()
    name = "knee" if isinstance(found, Knee) else "no_knee"
    return {"steps": [_step(step) for step in script.steps], name: _plain(asdict(found))}


def is_answered(script: Script) -> bool:
    """Whether the load found what it was made for; steps are their own answer."""
    if isinstance(script, Saturation):
        return script.result.confirmed
    if isinstance(script, Spike):
        return script.result is not None and script.result.recovery_s is not None
    return script.is_done


def document(run: LoadRun, script: Script) -> dict[str, Value]:
    """All of it, for JSON."""
    return {
        "answered": is_answered(script),
        "ended": run.ended,
        "cause": run.ending.cause.value if run.ending else None,
        **answer(script),
        "background_per_s": run.background_per_s,
        "highest_written_per_s": round(run.highest_acked_per_s, 3),
        "generator_able_per_s": round(run.able_per_s, 3),
        "samples": [_plain(asdict(sample)) for sample in run.samples],
    }


def charts(samples: Sequence[Sample], script: Script) -> dict[str, str]:
    """Pictures by file name."""
    rates = [
        Line("wanted/s", [(one.at_s, one.target_per_s) for one in samples]),
        Line("produced/s", _known(samples, "produced_per_s")),
        Line("consumed/s", _known(samples, "consumed_per_s")),
    ]
    lag = [Line("lag", [(one.at_s, float(one.lag_messages)) for one in samples])]
    pictures = {
        "rates.svg": chart("Records per second", "seconds", "1/s", rates),
        "lag.svg": chart("Lag", "seconds", "messages", lag),
    }
    if isinstance(script, Steps):
        pictures["latency.svg"] = _latency_chart(script)
    return pictures


def _latency_chart(script: Steps) -> str:
    points = [(step.produced_per_s, step.latency_s * 1000) for step in script.steps]
    lines = [Line("measured", [point for point in points if point[0] == point[0]], dots=True)]
    found = script.knee()
    if isinstance(found, Knee) and points:
        loads = np.linspace(points[0][0], 0.99 * found.capacity_per_s, CURVE_POINTS)
        curve = zip(loads.tolist(), (found.latency_s(loads) * 1000).tolist(), strict=True)
        lines.append(Line("fitted", list(curve)))
    return chart("Latency under load", "records/s", "ms", lines)


def _maximum(found: Maximum) -> dict[str, Value]:
    low_per_s = found.low_per_s if found.confirmed else None
    recommended = None if low_per_s is None else RECOMMENDED * low_per_s
    return {**_plain(asdict(found)), "recommended_per_s": recommended}


def _step(step: Step) -> dict[str, Value]:
    plain = {name: getattr(step, name) for name in Step.__slots__ if name != "latency"}
    return {**_plain(plain), "answered": step.latency.count, **summary(step.latency)}


def _known(samples: Sequence[Sample], name: str) -> list[tuple[float, float]]:
    pairs = ((one.at_s, getattr(one, name)) for one in samples)
    return [(at_s, value) for at_s, value in pairs if value is not None]


def _plain(values: dict[str, Value]) -> dict[str, Value]:
    """The same with numbers that are none left unknown, and figures that JSON readers like."""
    return {name: _number(value) for name, value in values.items()}


def _number(value: Value) -> Value:
    if not isinstance(value, float):
        return value
    return round(value, 6) if math.isfinite(value) else None
