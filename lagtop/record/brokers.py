"""A broker in a line: [node, host, port, {further facts that are known}]."""

from __future__ import annotations

from typing import Any

from lagtop.record.fields import mapping, node_id, number, sequence, text, whole
from lagtop.snapshot import NO_GAP, NOT_ASKED, UNKNOWN, Broker, Gap, LogDir

TIMES = (
    "round_trip_s", "round_trip_median_s", "round_trip_p95_s", "throttle_median_s",
    "throttle_p95_s",
)  # fmt: skip


def write_broker(broker: Broker) -> list[Any]:
    """A broker's cells."""
    extra: dict[str, Any] = {"rack": broker.rack} if broker.rack else {}
    if broker.gap != NO_GAP:
        extra["gap"] = write_gap(broker.gap)
    times = {name: getattr(broker, name) for name in TIMES}
    extra |= {name: seconds for name, seconds in times.items() if seconds is not None}
    if broker.dirs:
        extra["dirs"] = [_dir(one) for one in broker.dirs]
    if broker.dirs_gap != NOT_ASKED:
        extra["dirs_gap"] = write_gap(broker.dirs_gap)
    if broker.groups_gap != NO_GAP:
        extra["groups_gap"] = write_gap(broker.groups_gap)
    cells: list[Any] = [broker.node_id, broker.host, broker.port]
    return [*cells, extra] if extra else cells


def read_broker(said: Any) -> Broker:
    """The same broker; raises MalformedError."""
    node, host, port, *more = sequence(said, "a broker", 3)
    extra = mapping(more[0] if more else None, "a broker's further facts")
    times = {name: number(extra[name], name) for name in TIMES if extra.get(name) is not None}
    return Broker(
        node_id(node, "a broker"),
        text(host, "a broker's host"),
        whole(port, "a broker's port"),
        rack=text(extra.get("rack"), "rack"),
        gap=read_gap(extra["gap"]) if extra.get("gap") else NO_GAP,
        dirs=tuple(_read_dir(one) for one in sequence(extra.get("dirs"), "dirs")),
        dirs_gap=read_gap(extra["dirs_gap"]) if extra.get("dirs_gap") else NOT_ASKED,
        groups_gap=read_gap(extra["groups_gap"]) if extra.get("groups_gap") else NO_GAP,
        **times,
    )


def write_gap(gap: Gap) -> list[str]:
    """A gap's cells."""
    return [gap.code, gap.reason]


def read_gap(said: Any) -> Gap:
    """The same gap; raises MalformedError."""
    code, reason = sequence(said, "gap", 2)[:2]
    return Gap(text(code, "a gap's code"), text(reason, "a gap's reason"))


def _dir(one: LogDir) -> list[Any]:
    sizes = (one.used_bytes, one.total_bytes, one.usable_bytes)
    told = [None if size == UNKNOWN else size for size in sizes]
    return [one.path, *told, *([write_gap(one.gap)] if one.gap != NO_GAP else [])]


def _read_dir(said: Any) -> LogDir:
    path, *sizes = sequence(said, "a log dir", 4)
    used, total, usable = (whole(size, "bytes of a log dir") for size in sizes[:3])
    gap = read_gap(sizes[3]) if len(sizes) > 3 else NO_GAP
    return LogDir(text(path, "a log dir"), used, total, usable, gap)
