"""A broker's health in words: what is wrong with it, and the line over its page."""

from __future__ import annotations

from lagtop.analysis.brokers import BrokerHealth
from lagtop.analysis.report import Report
from lagtop.readings import NOT_GIVEN, saturation
from lagtop.snapshot import NO_GAP, UNKNOWN, Broker, Quorum
from lagtop.ui import text
from lagtop.ui.facts import Fact, fact_line
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.reading_words import around, of_broker
from lagtop.ui.roles import Line
from lagtop.ui.ways import Path

FULL_SHARE = 0.9


def health_of(report: Report, row: int) -> BrokerHealth:
    """What is known of a broker; nothing where it was not worked out."""
    return report.health[row] if report.health else BrokerHealth()


def troubles(report: Report, row: int) -> list[str]:
    """What is wrong with a broker, the worst first; empty when nothing is known to be."""
    broker, health = report.brokers[row], health_of(report, row)
    told = [clean(broker.gap.reason)] if broker.gap != NO_GAP else []
    told += [f"{clean(one.path)}: {clean(one.gap.reason)}" for one in broker.dirs if one.gap.reason]
    counted = (
        (health.leaderless, "of its partitions without a leader"),
        (health.under_min, "with fewer replicas in sync than producers need"),
        (health.under_replicated, "led with replicas out of sync"),
        (health.out_of_sync, "replicas of its own behind"),
    )
    told += [f"{count:,} {what}" for count, what in counted if count > 0]
    if health.disk_share > FULL_SHARE:
        told.append(f"disk {text.per_cent(health.disk_share)} full")
    if (held_s := broker.throttle_p95_s or 0.0) > 0:
        told.append(f"holds our requests up for {text.milliseconds(held_s)} by quota")
    told += saturation(report.readings.get(str(broker.node_id), NOT_GIVEN))
    if health.stray > 0:
        told.append(f"{health.stray:,} of {health.prefers:,} that it is to lead are led by others")
    return told


def serious(report: Report, row: int) -> bool:
    """Whether a broker needs somebody: leaders astray alone do not."""
    health = health_of(report, row)
    ill = (health.leaderless, health.under_min, health.under_replicated, health.out_of_sync)
    gaps = [report.brokers[row].gap, *(one.gap for one in report.brokers[row].dirs)]
    is_full = health.disk_share > FULL_SHARE
    is_busy = saturation(report.readings.get(str(report.brokers[row].node_id), NOT_GIVEN))
    return bool(is_busy) or is_full or max(ill) > 0 or any(gap != NO_GAP for gap in gaps)


def about_broker(report: Report, path: Path, look: Look, width: int) -> Line:
    """Replicas, disks, answers, and for the controller its quorum."""
    row = next((at for at, one in enumerate(report.brokers) if one.node_id == path[0]), None)
    if row is None:
        return ()
    broker, health = report.brokers[row], health_of(report, row)
    told = [
        Fact(1, f"leads {_count(health.leads)}, is to lead {_count(health.prefers)}"),
        Fact(1, f"{_count(health.under_replicated)} under-replicated"),
        Fact(2, f"{_count(health.out_of_sync)} replicas behind"),
        _disk(broker, health),
        Fact(3, f"in {text.byte_rate(health.bytes_in_per_s)}"),
        Fact(4, _answers(broker)),
    ]
    if broker.node_id == report.controller:
        told += _quorum(report.quorum, report.captured_at)
        if report.reassigning != UNKNOWN:
            told.append(Fact(4, f"{report.reassigning:,} on the move"))
    return fact_line(around(told, of_broker(report, broker.node_id)), look, width)


def _count(number: int) -> str:
    return text.count(number)


def _disk(broker: Broker, health: BrokerHealth) -> Fact:
    if health.used_bytes == UNKNOWN:
        why = f" ({clean(broker.dirs_gap.reason)})" if broker.dirs_gap.reason else ""
        return Fact(2, f"disk ?{why}", short="disk ?")
    free = f"{text.byte_count(health.usable_bytes)} free"
    return Fact(
        2, f"disk {text.byte_count(health.used_bytes)} of Kafka's, {free}", short=f"disk {free}"
    )


def _answers(broker: Broker) -> str:
    if broker.round_trip_median_s is None or broker.round_trip_p95_s is None:
        return ""
    median, p95 = broker.round_trip_median_s, broker.round_trip_p95_s
    told = f"answers in {text.milliseconds(median)}, 95% in {text.milliseconds(p95)}"
    held, held_p95 = broker.throttle_median_s, broker.throttle_p95_s
    if held is None or not held_p95:
        return told
    return f"{told}; of it quota {text.milliseconds(held)}, 95% {text.milliseconds(held_p95)}"


def _quorum(quorum: Quorum | None, now: float) -> list[Fact]:
    if quorum is None:
        return []
    if quorum.gap != NO_GAP:
        return [Fact(3, f"quorum ? ({clean(quorum.gap.reason)})", short="quorum ?")]
    ends = [voter.log_end for voter in quorum.voters]
    behind = max(ends, default=0) - min(ends, default=0)
    told = f"quorum of {len(ends)}, {behind:,} records behind at most" if ends else "no quorum"
    return [Fact(3, told), *_skew(quorum, now)]


def _skew(quorum: Quorum, now: float) -> list[Fact]:
    """The controller's clock against ours: it tells its own time as when it was caught up."""
    leader = next((one for one in quorum.voters if one.node_id == quorum.leader), None)
    if leader is None or leader.caught_up_ms <= 0:
        return []
    apart = text.duration(abs(now - leader.caught_up_ms / 1000))
    return [Fact(6, f"its clock within {apart} of ours")]
