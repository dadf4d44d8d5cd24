"""OpenMetrics text: the names of the usual exporters, and lagtop's own figures beside them.

Names and labels of the first kind are those of kafka_exporter, so that dashboards and rules for it
work. What is unknown has no sample: a missing series is honest, and a zero would be a lie.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lagtop.analysis.marks import Mark, Marks, group_marks, partition_marks
from lagtop.analysis.report import Report
from lagtop.analysis.rules import State
from lagtop.analysis.verdicts import Verdict
from lagtop.export.facts import chosen_alerts, subject
from lagtop.export.metric import Family, Labels, Number, text
from lagtop.export.metric_columns import GROUP_METRICS, PARTITION_METRICS, TOPIC_METRICS
from lagtop.export.selection import Selection
from lagtop.snapshot import NO_GAP, Ints

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
MOST_ROWS = 20_000
"""Group-partitions with series of their own, and groups too, if not told otherwise."""

_LABELS = {"group": "consumergroup", "topic": "topic", "broker": "broker", "client": "client_id"}

LEFT_OUT = "what has no series of its own, so that there are not too many"


def body(report: Report, selection: Selection, most_rows: int = MOST_ROWS) -> str:
    """All metrics of a report, ended as the format wants it."""
    return text(families(report, selection, most_rows)) + "# EOF\n"


def families(report: Report, selection: Selection, most_rows: int) -> Iterator[Family]:
    """The metrics of a report; of its rows and groups the worst, so many at most."""
    rows = _worst(
        selection.rows, partition_marks(report), report.partitions.lag_messages, most_rows
    )
    groups = _worst(selection.groups, group_marks(report), report.groups.lag_messages, most_rows)
    names = [report.group_facts[row].name for row in groups.tolist()]
    yield from _of_rows(report, rows)
    yield from _of_topics(report, rows)
    for metric in GROUP_METRICS:
        labels = ((("consumergroup", name),) for name in names)
        yield metric.family(zip(labels, metric.numbers(report, groups), strict=True))
    yield from _of_brokers(report)
    yield _of_verdicts(report, selection.rows)
    yield _of_alerts(report, groups)
    yield from _of_poll(report)
    yield _one("lagtop_rows_left_out", LEFT_OUT, len(selection.rows) - len(rows))
    yield _one("lagtop_groups_left_out", LEFT_OUT, len(selection.groups) - len(groups))


def _worst(rows: Ints, marks: Marks, lag: Ints, most: int) -> Ints:
    """So many of the rows at most: marked ones first, then the largest lag; in their old order."""
    if len(rows) <= most:
        return rows
    order = np.lexsort((-lag[rows], marks[rows] == Mark.NONE))
    kept: Ints = np.sort(rows[order[:most]])
    return kept


def _of_rows(report: Report, rows: Ints) -> Iterator[Family]:
    labels = _row_labels(report, rows)
    for metric in PARTITION_METRICS:
        yield metric.family(zip(labels, metric.numbers(report, rows), strict=True))


def _row_labels(report: Report, rows: Ints) -> list[Labels]:
    partitions = report.partitions
    keys = (column[rows].tolist() for column in
            (partitions.group, partitions.topic, partitions.partition))  # fmt: skip
    return [
        (
            ("consumergroup", report.group_facts[group].name),
            ("topic", report.topics[topic]),
            ("partition", str(partition)),
        )
        for group, topic, partition in zip(*keys, strict=True)
    ]


def _of_topics(report: Report, rows: Ints) -> Iterator[Family]:
    """A partition that several groups read has one series."""
    partitions = report.partitions
    keys = np.stack([partitions.topic[rows], partitions.partition[rows]], axis=1)
    _, first = np.unique(keys, axis=0, return_index=True) if len(rows) else (None, rows)
    once = rows[first]
    labels = [labels[1:] for labels in _row_labels(report, once)]
    for metric in TOPIC_METRICS:
        yield metric.family(zip(labels, metric.numbers(report, once), strict=True))


def _of_brokers(report: Report) -> Iterator[Family]:
    yield _one("kafka_brokers", "brokers that the cluster names", len(report.brokers))
    silent = sum(broker.gap != NO_GAP for broker in report.brokers)
    yield _one("lagtop_brokers_silent", "brokers that do not answer", silent)


def _of_verdicts(report: Report, rows: Ints) -> Family:
    counts = np.bincount(report.partitions.verdict[rows], minlength=len(Verdict)).tolist()
    return Family(
        "lagtop_partitions", "group-partitions by verdict", "gauge",
        tuple(((("verdict", verdict.word),), counts[verdict]) for verdict in Verdict),
    )  # fmt: skip


def _of_alerts(report: Report, groups: Ints) -> Family:
    """One series for each alert that is pending or firing, as Prometheus has ALERTS."""
    series = {
        (
            ("alertname", alert.rule.name),
            (_LABELS[subject(alert)], alert.group),
            ("severity", alert.rule.severity.word),
            ("alertstate", alert.state.word),
        )
        for alert in chosen_alerts(report, groups)
        if alert.state != State.RESOLVED
    }
    samples = tuple((labels, 1) for labels in sorted(series))
    return Family("lagtop_alert", "alerts that are pending or firing", "gauge", samples)


def _of_poll(report: Report) -> Iterator[Family]:
    cost = report.cost
    yield _one("lagtop_poll_timestamp_seconds", "when the newest poll ended", report.captured_at)
    yield _one("lagtop_poll_duration_seconds", "time that the newest poll took", cost.wall_s)
    yield _one("lagtop_poll_cpu_seconds", "processor time that the newest poll took", cost.cpu_s)
    yield _one("lagtop_poll_requests", "requests that the newest poll sent", cost.requests)
    yield _one("lagtop_poll_bytes", "bytes that the newest poll received", cost.bytes_in)


def _one(name: str, about: str, number: Number) -> Family:
    return Family(name, about, "gauge", (((), number),))
