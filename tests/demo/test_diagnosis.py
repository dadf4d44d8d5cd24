"""Each story has its cause, found, and no other is claimed; an hour of health has none."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest

from lagtop.analysis.diagnosis.case import Finding
from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import Report
from lagtop.demo.stories import CALM, DAILY_PEAK, SPIKE, TROUBLES
from lagtop.demo.story import Rhythm, Story
from tests.demo.watching import EPOCH_S, watched

WATCHED_S = 240.0
PASSING_S = 12.0
"""What is claimed for no longer than this is said while a change becomes known."""

Claims = dict[tuple[str, str], float]


def is_said(report: Report, row: int, cause: Finding) -> bool:
    """Whether the first screen gives a cause of a group, or else what ails a partition of it."""
    rows, reason = report.partitions, report.groups.reason[row]
    of_rows = rows.reason[rows.starts[row] : rows.starts[row + 1]]
    return report.reasons[reason] == cause.told or (reason > 0 and reason in of_rows)


def claimed(story: Story, seconds: float, every_s: float, seed: int = 1) -> Claims:
    """For how long each cause was claimed of each group, seconds, leaving out what only passes."""
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    before = EPOCH_S
    for report in watched(story, seconds, every_s, seed):
        passed, before = report.captured_at - before, report.captured_at
        for row, group in enumerate(report.group_facts):
            causes = diagnose(report, row)
            assert all(is_said(report, row, gravest) for gravest in causes[:1])
            for finding in causes:
                assert finding.evidence
                assert all(finding.remedies)
                found[group.name, finding.cause] += passed
    return {claim: lasted for claim, lasted in found.items() if lasted > PASSING_S}


@pytest.mark.parametrize(
    ("story", "causes"),
    [
        ("skewed-key", {("billing", "hot key")}),
        ("slow-consumer", {("fraud-scoring", "slow consumer")}),
        ("too-few-consumers", {("refund-ledger", "too few consumers")}),
        ("sick-member", {("price-cache", "sick member")}),
        ("poison-record", {("address-check", "poison record")}),
        (
            "reprocessing-loop",
            {("coupon-mailer", "offsets moved"), ("coupon-mailer", "reprocessing loop")},
        ),
        ("stalled", {("orders-index", "stalled"), ("audit", "no consumer")}),
        (
            "rebalance",
            {("recommendations", "rebalance storm"), ("clicks", "rebalance storm")},
        ),
        ("dead-broker", {("telemetry-sink", "failing broker")}),
        ("open-transaction", {("ledger-balance", "open transaction")}),
        (
            "retention",
            {
                ("nightly-archive", "no consumer"),
                ("nightly-archive", "retention about to win"),
                ("cold-storage", "retention about to win"),
                ("cold-storage", "too few consumers"),
            },
        ),
        ("commits-each", {("compliance", "a commit per message")}),
        ("throttled", {("thumbnailer", "throttling")}),
        ("dlq", set()),
    ],
)
def test_a_story_has_its_cause_and_no_other(story: str, causes: set[tuple[str, str]]) -> None:
    (alone,) = (one for one in TROUBLES if one.name == story)
    logs = tuple(topic for topic in CALM.topics if topic.internal)
    alone = replace(alone, topics=(*alone.topics, *logs))

    assert set(claimed(alone, WATCHED_S, every_s=3.0)) == causes


def test_a_spike_is_told_from_too_few_consumers_once_it_is_known_what_is_usual() -> None:
    parcels = replace(SPIKE.topics[0], spike=Rhythm(300.0, 60.0))
    once = replace(SPIKE, topics=(parcels,))

    assert set(claimed(once, 420.0, every_s=3.0)) == {("shipping", "producer spike")}


def told_of_days_before(story: Story, group: str, seconds: float) -> set[str]:
    """What was said of days before a group's spike."""
    found = set()
    for report in watched(story, seconds, every_s=3.0):
        row = [facts.name for facts in report.group_facts].index(group)
        spikes = [one for one in diagnose(report, row) if one.cause == "producer spike"]
        found |= {one.evidence.split("; ", 1)[1] for one in spikes}
    return found


def test_a_peak_of_every_day_is_told_to_be_one() -> None:
    assert set(claimed(DAILY_PEAK, 420.0, every_s=3.0)) == {("ticket-mailer", "producer spike")}

    told = told_of_days_before(DAILY_PEAK, "ticket-mailer", 300.0)
    known = re.compile(r"at this time yesterday x[45]\S* too: it was there then")
    assert any(known.fullmatch(one) for one in told)


def test_an_hour_of_health_has_no_cause_for_anything() -> None:
    tight = [replace(one, fetch_bytes_per_s=100_000) for one in CALM.groups if one.name == "search"]
    others = [one for one in CALM.groups if one.name != "search"]
    calm = replace(CALM, groups=(*tight, *others))

    assert claimed(calm, 3_600.0, every_s=10.0) == {}
