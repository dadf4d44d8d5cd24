"""What a check found: a line for people, a line for Nagios, or JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator

from lagtop.analysis.words import at_least, duration, plural
from lagtop.cli.checked import Outcome
from lagtop.export.grid import plain
from lagtop.snapshot import UNKNOWN

MOST_TOLD = 3
MOST_GROUPS = 20
"""Groups with performance data of their own: what reads it has little room."""


def text(outcome: Outcome) -> str:
    """One line: the worst findings, or that all is well."""
    told = [f"{one.subject}: {one.rule}: {one.what}" for one in outcome.findings[:MOST_TOLD]]
    rest = len(outcome.findings) - MOST_TOLD
    more = [f"and {rest:,} more"] if rest > 0 else []
    said = "; ".join([*told, *more]) or _well(outcome)
    return plain(f"{outcome.status.name}: {said}")


def nagios(outcome: Outcome) -> str:
    """The same with performance data after a bar, as monitoring plugins write it."""
    said = text(outcome).replace("|", "/")
    return f"LAGTOP {said} | {' '.join(_performance(outcome))}"


def as_json(outcome: Outcome) -> str:
    """An object on one line."""
    totals = outcome.report.totals
    said = {
        "schema_version": 1,
        "status": outcome.status.word,
        "exit_status": int(outcome.status),
        "captured_at": round(outcome.report.captured_at, 3),
        "cluster": outcome.report.cluster,
        "watched_s": round(outcome.watched_s, 3),
        "polls": outcome.polls,
        "groups": len(outcome.report.group_facts),
        "lag_messages": None if totals.lag_messages == UNKNOWN else totals.lag_messages,
        "lag_s": None if math.isnan(totals.lag_s) else totals.lag_s,
        "findings": [
            {"status": one.status.word, "rule": one.rule, "subject": one.subject, "what": one.what}
            for one in outcome.findings
        ],
        "not_judged": outcome.not_judged,
    }
    return json.dumps(said)


FORMATS: dict[str, Callable[[Outcome], str]] = {
    "text": text,
    "nagios": nagios,
    "json": as_json,
}


def _well(outcome: Outcome) -> str:
    totals = outcome.report.totals
    is_known = totals.lag_messages != UNKNOWN
    messages = plural(totals.lag_messages, "message")
    lag = at_least(messages, totals.lag_missing) if is_known else "unknown"
    groups = plural(len(outcome.report.group_facts), "group")
    behind = at_least(duration(totals.lag_s), totals.lag_s_is_bound)
    return f"{groups}, lag {lag}" + (f", {behind} behind" if totals.lag_s > 0 else "")


def _performance(outcome: Outcome) -> Iterator[str]:
    report = outcome.report
    yield f"groups={len(report.group_facts)};;;0"
    if report.totals.lag_messages != UNKNOWN:
        yield f"lag={report.totals.lag_messages};;;0"
    if not math.isnan(report.totals.lag_s):
        yield f"lag_s={report.totals.lag_s:.3f}s;;;0"
    lags = report.groups.lag_messages.tolist()
    worst = sorted(range(len(lags)), key=lambda row: -lags[row])[:MOST_GROUPS]
    for row in sorted(worst):
        if lags[row] != UNKNOWN:
            yield f"'lag_{_label(report.group_facts[row].name)}'={lags[row]};;;0"


def _label(name: str) -> str:
    """A label may hold neither quotes nor an equals sign."""
    return plain(name).translate({ord("'"): "_", ord("="): "_", ord("|"): "_"})
