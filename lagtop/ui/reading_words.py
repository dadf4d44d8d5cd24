"""What metrics endpoints tell, in words: of a broker and of a consumer application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lagtop.analysis.report import Report
from lagtop.quotas import fetch_quotas
from lagtop.readings import CLIENT, NOT_GIVEN, Readings
from lagtop.ui import text
from lagtop.ui.names import clean

Told = tuple[str, Callable[[float], str], str]


OF_BROKERS: Final[tuple[Told, ...]] = (
    ("CPU {}", text.per_cent, "cpu_busy_share"),
    ("disk busy {}", text.per_cent, "disk_busy_share"),
    ("handlers idle {}", text.per_cent, "handler_idle_share"),
    ("queue {}", lambda number: f"{number:,.0f}", "queued_requests"),
    ("produce p99 {}", text.milliseconds, "produce_p99_s"),
    ("produce mean {}", text.milliseconds, "produce_mean_s"),
    ("fetch p99 {}", text.milliseconds, "fetch_p99_s"),
    ("fetch mean {}", text.milliseconds, "fetch_mean_s"),
    ("Kafka {} in", text.byte_rate, "in_bytes_per_s"),
    ("{} out", text.byte_rate, "out_bytes_per_s"),
    ("network {} in", text.byte_rate, "net_in_bytes_per_s"),
    ("{} out", text.byte_rate, "net_out_bytes_per_s"),
)
OF_CLIENTS: Final[tuple[Told, ...]] = (
    ("consumes {}/s", text.rate, "consumed_per_s"),
    ("polls idle {}", text.per_cent, "poll_idle_share"),
    ("{} between polls", text.milliseconds, "between_polls_s"),
    ("{} at most", text.milliseconds, "between_polls_max_s"),
    ("held up {} by quota", text.milliseconds, "throttle_s"),
    ("its own worst lag {}", lambda number: f"{number:,.0f}", "lag_max_messages"),
)


def around(told: list[str], readings: list[str]) -> list[str]:
    """What else a page tells with readings: before it where there are any, else after it."""
    is_absent = readings == _told(NOT_GIVEN, ())
    return [*told, *readings] if is_absent else [*readings, *told]


def of_broker(report: Report, node_id: int) -> list[str]:
    """What a broker's endpoint tells; each figure that it does not tell is `?`."""
    return _told(report.readings.get(str(node_id), NOT_GIVEN), OF_BROKERS)


def of_client(report: Report, client_id: str) -> list[str]:
    """What a consumer application's endpoint tells, as `of_broker`."""
    return _told(report.readings.get(CLIENT + client_id, NOT_GIVEN), OF_CLIENTS)


def quota_of_client(report: Report, client_id: str) -> str:
    """What quotas let a client read; empty where there is none."""
    known = fetch_quotas(report.quotas, client_id)
    told = [f"{text.byte_rate(one.fetch_bytes_per_s or 0.0)} ({clean(one.of)})" for one in known]
    if report.quotas.reason:
        return f"quota ? ({clean(report.quotas.reason)})"
    return f"quota {' or '.join(told)} a broker" if told else ""


def _told(readings: Readings, figures: tuple[Told, ...]) -> list[str]:
    words = [
        form.format(say(readings.values[name]) if name in readings.values else text.NOBODY_KNOWS)
        for form, say, name in figures
        if readings.values
    ]
    return [*words, *([f"metrics ? ({clean(readings.reason)})"] if readings.reason else [])]
