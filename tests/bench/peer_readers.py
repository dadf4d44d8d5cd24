"""One read a line of standard input: what each costs a process that stays.

`python -m tests.bench.peer_readers READER BOOTSTRAP`, with one of READERS, prints CPU seconds, wall
seconds and rows for every line that it is sent; with `once` after it, it reads once and ends.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

Read = Callable[[], int]


@contextmanager
def with_confluent(bootstrap: str) -> Iterator[Read]:
    """List groups, read the offsets of each, then all log ends, and subtract."""
    from confluent_kafka import ConsumerGroupTopicPartitions as Asked
    from confluent_kafka import TopicPartition
    from confluent_kafka.admin import AdminClient, OffsetSpec

    admin = AdminClient({"bootstrap.servers": bootstrap})

    def read() -> int:
        groups = [one.group_id for one in admin.list_consumer_groups().result().valid]
        asked = [admin.list_consumer_group_offsets([Asked(group)]) for group in groups]
        found = [
            one
            for futures in asked
            for future in futures.values()
            for one in future.result().topic_partitions
        ]
        wanted = {(one.topic, one.partition) for one in found}
        latest = {TopicPartition(*place): OffsetSpec.latest() for place in wanted}
        ends = {
            (one.topic, one.partition): future.result().offset
            for one, future in admin.list_offsets(latest).items()
        }
        return len([ends[one.topic, one.partition] - one.offset for one in found])

    yield read


@contextmanager
def with_lagtop(bootstrap: str, analysed: bool) -> Iterator[Read]:
    """A poll, and if wanted all that is made of it: rates, times, verdicts, alerts."""
    # What is not measured is not loaded.
    from lagtop.analysis.observer import Observer
    from lagtop.settings import Settings, parse_bootstrap
    from lagtop.snapshot import Snapshot
    from lagtop.wire.poller import Poller

    loop = asyncio.new_event_loop()
    observer = Observer()

    async def begin() -> Poller:
        return Poller(Settings(parse_bootstrap(bootstrap)))

    poller = loop.run_until_complete(begin())

    def read() -> int:
        snapshot = loop.run_until_complete(poller.poll())
        assert isinstance(snapshot, Snapshot)
        if analysed:
            observer.observe(snapshot)
        return len(snapshot.commits.group)

    yield read
    loop.run_until_complete(poller.close())
    loop.close()


READERS: dict[str, Callable[[str], AbstractContextManager[Read]]] = {
    "lagtop": partial(with_lagtop, analysed=True),
    "lagtop, without analysis": partial(with_lagtop, analysed=False),
    "confluent-kafka": with_confluent,
}


def main(reader: str, bootstrap: str, once: str = "") -> None:
    """Read as often as asked."""
    with READERS[reader](bootstrap) as read:
        for _ in ["once"] if once else sys.stdin:
            cpu_s, wall_s = time.process_time(), time.perf_counter()
            rows = read()
            print(time.process_time() - cpu_s, time.perf_counter() - wall_s, rows, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
