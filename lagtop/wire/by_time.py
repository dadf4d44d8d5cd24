"""Searches by time: which record of a partition is the first that is not older than a moment?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from lagtop.snapshot import NO_LEADER, Ints, TimeAnswer, TimeQuestion
from lagtop.wire.link import Link, NodeId
from lagtop.wire.logs import LogFacts
from lagtop.wire.offsets import READ_UNCOMMITTED, ask_offsets
from lagtop.wire.question import LinkError


async def find_times(
    link: Link, logs: LogFacts, questions: Sequence[TimeQuestion]
) -> list[TimeAnswer]:
    """Ask leaders for records by time; a partition that does not answer is left out."""
    if not questions:
        return []
    counts = np.ones(len(questions), np.int64)
    index = np.array([one.partition for one in questions], np.int32)
    rows = logs.table.rows([one.topic for one in questions], counts, index)
    by_row = {row: one for row, one in zip(rows.tolist(), questions, strict=True) if row >= 0}
    places = np.array(sorted(by_row), np.int64)
    leader = logs.table.leader[places]
    answers = await asyncio.gather(
        *(
            _find_times_of(link, logs, int(node), places[leader == node], by_row)
            for node in np.unique(leader[leader != NO_LEADER])
        )
    )
    return [one for some in answers for one in some]


async def _find_times_of(
    link: Link, logs: LogFacts, node: NodeId, rows: Ints, by_row: dict[int, TimeQuestion]
) -> list[TimeAnswer]:
    times = np.array([by_row[row].time_ms for row in rows.tolist()], np.int64)
    try:
        answer, _ = await ask_offsets(link, node, logs.by_topic(rows), times, READ_UNCOMMITTED)
    except LinkError:
        return []
    found = logs.table.rows(answer.topics, answer.counts, answer.index)
    return [
        TimeAnswer(by_row[row], offset, time_ms)
        for row, offset, time_ms, error in zip(
            found.tolist(),
            answer.offset.tolist(),
            answer.time_ms.tolist(),
            answer.error.tolist(),
            strict=True,
        )
        if row in by_row and not error
    ]
