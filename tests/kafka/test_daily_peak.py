"""A spike on a real Kafka: brokers tell whether it was there yesterday at this time."""

from __future__ import annotations

import re
import time
from collections.abc import Coroutine
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest

from lagtop.analysis import past
from lagtop.analysis.before import DAY_S
from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import Report
from lagtop.live import ROUNDS_A_POLL
from lagtop.settings import Settings, parse_bootstrap
from tests.kafka.flow import Reader, flowing, produce_each
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import commit, create_topic, producer
from tests.kafka.waiting import wait_until
from tests.kafka.watching import polling, seen_until

USUAL_PER_S, READ_PER_S, SPIKE_PER_S = 4.0, 10.0, 40.0
THEN_S, THEN_PER_S = 600, 20
PATIENCE_S = 150.0


def write_then(kafka: Kafka, topic: str, days_ago: float, records: int) -> None:
    """Records of around this time so many days ago, over THEN_S, with the times that they had."""
    first_ms = (time.time() - days_ago * DAY_S - THEN_S / 2) * 1000
    with producer(kafka.bootstrap, linger_ms=50) as client:
        for number in range(records):
            at_ms = round(first_ms + number * THEN_S * 1000 / records)
            client.send(topic, b"x", partition=0, timestamp_ms=at_ms)
        client.flush(timeout=60)


def told_of_spikes(report: Report, groups: list[str]) -> dict[str, str]:
    """What is said of each group that spikes."""
    names = [facts.name for facts in report.group_facts]
    return {
        group: finding.evidence
        for group in set(groups) & set(names)
        for finding in diagnose(report, names.index(group))
        if finding.cause == "producer spike"
    }


def is_usual_known(report: Report) -> bool:
    """Whether it is known of both groups what is usually written for them."""
    usual = report.past.usual_per_s if report.past is not None else np.zeros(0)
    return len(usual) == 2 and bool((usual > 0).all())


async def test_a_spike_that_was_there_yesterday_is_told_from_one_that_was_not(
    kafka: Kafka, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "USUAL_EVERY_S", 0.5)
    monkeypatch.setattr(past, "NEWS_S", 6.0)
    again, new = groups = [f"{name}-{which}" for which in ("again", "new")]
    for topic, days_ago, records in ((again, 1, THEN_S * THEN_PER_S), (new, 2, 10)):
        create_topic(kafka.bootstrap, topic)
        write_then(kafka, topic, days_ago, records)
        commit(kafka.bootstrap, topic, topic, {0: records})
    readers = [Reader(topic, topic, topic, READ_PER_S) for topic in groups]
    settings = Settings(parse_bootstrap(kafka.bootstrap), 0.5, groups=re.compile(name))

    def writing(per_s: float) -> Coroutine[Any, Any, None]:
        return produce_each(kafka.bootstrap, {(topic, 0): per_s for topic in groups}, {})

    is_calm = True

    def spikes_of(report: Report) -> dict[str, str]:
        nonlocal is_calm
        if is_calm and is_usual_known(report):
            flows.enter_context(flowing(writing(SPIKE_PER_S)))
            is_calm = False
        return told_of_spikes(report, groups)

    def are_told(told: dict[str, str]) -> bool:
        return len(told) == 2 and all("then" in one for one in told.values())

    with ExitStack() as flows:
        usual = writing(USUAL_PER_S)
        flows.enter_context(flowing(usual, *(one.run(kafka.bootstrap) for one in readers)))
        for reader in readers:
            wait_until(reader.joined.is_set, f"{reader.client} to own its partition")
        async with polling(settings) as poller:
            told = await seen_until(poller, spikes_of, are_told, PATIENCE_S, ROUNDS_A_POLL)

    assert "too: it was there then" in told[again]
    assert "at this time yesterday x0 at most: it was not there then" in told[new]
