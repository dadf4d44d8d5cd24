"""What metrics endpoints tell, in words: of a broker and of a consumer application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lagtop.analysis.report import Report
from lagtop.quotas import fetch_quotas
from lagtop.readings import CLIENT, NOT_GIVEN, ONLY_MEAN, Readings
from lagtop.ui import text
from lagtop.ui.facts import Fact
from lagtop.ui.names import clean

Told = tuple[int, str, Callable[[float], str], str]
"""Its rank as a fact, its words, how its number is written, its name."""


OF_BROKERS: Final[tuple[Told, ...]] = (
    (2, "CPU {}", text.per_cent, "cpu_busy_share"),
    (2, "disk busy {}", text.per_cent, "disk_busy_share"),
    (2, "handlers idle {}", text.per_cent, "handler_idle_share"),
    (3, "network idle {}", text.per_cent, "network_idle_share"),
    (5, "log flush p99 {}", text.milliseconds, "flush_p99_s"),
    (4, "queue {}", lambda number: f"{number:,.0f}", "queued_requests"),
    (3, "produce p99 {}", text.milliseconds, "produce_p99_s"),
    (6, "produce mean {}", text.milliseconds, "produce_mean_s"),
    (4, "fetch p99 {}", text.milliseconds, "fetch_p99_s"),
    (6, "fetch mean {}", text.milliseconds, "fetch_mean_s"),
    (5, "Kafka {} in", text.byte_rate, "in_bytes_per_s"),
    (5, "Kafka {} out", text.byte_rate, "out_bytes_per_s"),
    (5, "network {} in", text.byte_rate, "net_in_bytes_per_s"),
    (5, "network {} out", text.byte_rate, "net_out_bytes_per_s"),
)
OF_CLIENTS: Final[tuple[Told, ...]] = (
    (2, "consumes {}/s", text.rate, "consumed_per_s"),
    (3, "polls idle {}", text.per_cent, "poll_idle_share"),
    (3, "{} between polls", text.milliseconds, "between_polls_s"),
    (4, "{} between polls at most", text.milliseconds, "between_polls_max_s"),
    (3, "held up {} by quota", text.milliseconds, "throttle_s"),
    (5, "its own worst lag {}", lambda number: f"{number:,.0f}", "lag_max_messages"),
    (5, "listener fails {}/s", text.rate, "failed_per_s"),
)


PERCENTILES: Final = ("p50", "p95", "p99")


def around(told: list[Fact], readings: list[Fact]) -> list[Fact]:
    """What else a page tells with readings: before it where there are any, else after it."""
    is_absent = readings == _told(NOT_GIVEN, ())
    return [*told, *readings] if is_absent else [*readings, *told]


def of_broker(report: Report, node_id: int) -> list[Fact]:
    """What a broker's endpoint tells; each figure that it does not tell is `?`."""
    return _told(report.readings.get(str(node_id), NOT_GIVEN), OF_BROKERS)


def of_client(report: Report, client_id: str) -> list[Fact]:
    """What a consumer application's endpoint tells, as `of_broker`."""
    readings = report.readings.get(CLIENT + client_id, NOT_GIVEN)
    return [*_processing(readings), *_told(readings, OF_CLIENTS)]


def _processing(readings: Readings) -> list[Fact]:
    """How long messages are processed; `>` is beyond the largest bucket."""
    values = readings.values
    if not values:
        return []
    told = [f"{name} {_percentile(values, name)}" for name in PERCENTILES]
    known = [name for name in PERCENTILES if _percentile(values, name) != text.NOBODY_KNOWS]
    more = [
        f"{text.milliseconds(values[name])} {what}"
        for name, what in (("processing_mean_s", "on average"), ("processing_max_s", "at most"))
        if name in values
    ]
    how = clean(readings.processing or ONLY_MEAN)
    return [
        Fact(2, f"processing {', '.join([*told, *more])}", short=f"processing {told[1]}"),
        Fact(7 if known else 3, f"({how})"),
    ]


def _percentile(values: Mapping[str, float], name: str) -> str:
    if (value := values.get(f"processing_{name}_s")) is not None:
        return text.milliseconds(value)
    beyond = values.get("processing_beyond_s")
    return text.NOBODY_KNOWS if beyond is None else f"> {text.milliseconds(beyond)}"


def quota_of_client(report: Report, client_id: str) -> str:
    """What quotas let a client read; empty where there is none."""
    known = fetch_quotas(report.quotas, client_id)
    told = [f"{text.byte_rate(one.fetch_bytes_per_s or 0.0)} ({clean(one.of)})" for one in known]
    if report.quotas.reason:
        return f"quota ? ({clean(report.quotas.reason)})"
    return f"quota {' or '.join(told)} a broker" if told else ""


def _told(readings: Readings, figures: tuple[Told, ...]) -> list[Fact]:
    facts = [
        Fact(rank, form.format(_figure(readings, name, say)))
        for rank, form, say, name in figures
        if readings.values
    ]
    rank = 7 if readings == NOT_GIVEN else 3
    why = f"metrics ? ({clean(readings.reason)})" if readings.reason else ""
    return [*facts, *([Fact(rank, why, short="metrics ?")] if why else [])]


def _figure(readings: Readings, name: str, say: Callable[[float], str]) -> str:
    return say(readings.values[name]) if name in readings.values else text.NOBODY_KNOWS
