"""A group that brokers hold back by quota: told by its client's metrics, or inferred from rates.

Brokers tell of throttling only to the client that is throttled (KIP-13, KIP-219). From beside it
one sees which quota there is, and that a client reads just so much while it falls behind.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lagtop.analysis.diagnosis.case import Case, Finding
from lagtop.analysis.words import byte_rate, duration
from lagtop.quotas import OTHERS, Quota, fetch_quotas
from lagtop.readings import CLIENT, NOT_GIVEN

CAUSE = "throttling"
WEIGHT = 2.25
HELD_UP_S = 0.05
AT_QUOTA = (0.5, 1.2)
"""What a client reads, over its quota, while that holds it back: brokers let it read for some
seconds and then nothing, and on Kafka 4.3 that came to 0.7 on average, 0.5 to 1.0 in a minute."""


def throttling(case: Case) -> Finding | None:
    """A member that falls behind is held up, by its own word or by what it reads of brokers."""
    if not case.gains:
        return None
    lag = np.nan_to_num(case.lag)
    able = case.members_at_capacity
    for member in sorted(able, key=lambda one: -lag[case.owner == one].sum()):
        client = case.name_of(member)
        held_s = case.report.readings.get(CLIENT + client, NOT_GIVEN).values.get("throttle_s")
        found = _inferred(case, member) if held_s is None else _told(case, client, held_s)
        if found is not None:
            return found
    return None


def _told(case: Case, client: str, held_s: float) -> Finding | None:
    if held_s < HELD_UP_S:
        return None
    quotas = fetch_quotas(case.report.quotas, client)
    least = min(quotas, key=_bytes_per_s, default=None)
    evidence = f"brokers hold up each fetch of {client} for {duration(held_s)}, its metrics say"
    if least is not None:
        evidence += f"; {_named(least, quotas)} is {byte_rate(_bytes_per_s(least))} a broker"
    return Finding(CAUSE, WEIGHT, evidence, _remedies(case, least))


def _inferred(case: Case, member: int) -> Finding | None:
    client = case.name_of(member)
    quotas = fetch_quotas(case.report.quotas, client)
    for node, read in _read_of_brokers(case, member) if quotas else ():
        for quota in quotas:
            share = read / max(_bytes_per_s(quota), 1.0)
            if AT_QUOTA[0] <= share <= AT_QUOTA[1]:
                limit = f"{_named(quota, quotas)} is {byte_rate(_bytes_per_s(quota))}"
                return Finding(
                    CAUSE, WEIGHT,
                    f"{client} reads {byte_rate(read)} of broker {node}, where {limit}"
                    " (inferred: Kafka tells nobody but the client that it is held up)",
                    (
                        *_remedies(case, quota),
                        f"--metrics client:{client}=URL of its metrics tells it for sure",
                    ),
                )  # fmt: skip
    return None


def _read_of_brokers(case: Case, member: int) -> Iterator[tuple[int, float]]:
    """What all members of a client id read of each broker that this one waits for, bytes/s."""
    report, rows = case.report, case.report.partitions
    weights = report.record_bytes
    if weights is None:
        return
    same = case.members_of_clients[case.name_of(member)]
    spans = {report.members[row].group for row in same}
    read = np.concatenate([np.arange(*rows.starts[group : group + 2]) for group in spans])
    read = read[np.isin(rows.member[read], same)]
    each = rows.consumed_per_s[read] * weights[rows.topic[read]]
    waits = case.behind & (case.owner == member)
    for node in np.unique(rows.leader[case.span][waits]).tolist():
        yield node, float(each[rows.leader[read] == node].sum())


def _bytes_per_s(quota: Quota) -> float:
    return quota.fetch_bytes_per_s or 0.0


def _named(quota: Quota, quotas: tuple[Quota, ...]) -> str:
    is_sure = len(quotas) == 1 and quota.user in ("", OTHERS)
    return f"its quota ({quota.of})" if is_sure else f"a quota ({quota.of}, if that is its own)"


def _remedies(case: Case, quota: Quota | None) -> tuple[str, ...]:
    whose = "its quota" if quota is None else f"consumer_byte_rate of {quota.of}"
    remedies = [
        f"raise {whose} by kafka-configs.sh, if the brokers bear it",
        "a quota holds at each broker: what lies on more brokers is read faster",
    ]
    topic = case.topic_of(case.worst())
    config = case.report.configs.get(topic)
    if config is not None and config.compression in ("uncompressed", "none"):
        remedies.append(f"compress {topic}: fewer bytes for the same messages")
    return tuple(remedies)
