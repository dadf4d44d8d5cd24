"""One poll of a cluster, to see whether a connection works."""

from __future__ import annotations

from lagtop import lookup
from lagtop.analysis.hidden import hidden
from lagtop.analysis.words import plural
from lagtop.errors import UnreachableError
from lagtop.profiles.connection import Connection
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Failure, Snapshot


def attempt(connection: Connection) -> str:
    """What was found, in a few words; raises UnreachableError with the reason."""
    settings = Settings(parse_bootstrap(connection.bootstrap), security=connection.security)
    return lookup.run(_poll(settings))


async def _poll(settings: Settings) -> str:
    from lagtop.wire.poller import Poller

    poller = Poller(settings)
    try:
        update = await poller.poll()
        if isinstance(update, Snapshot):
            await poller.look_around()
            update = await poller.poll()
    finally:
        await poller.close()
    if isinstance(update, Failure):
        raise UnreachableError(update.what, update.hint)
    return told(update)


def told(snapshot: Snapshot) -> str:
    """What there is in a cluster, how long a poll of it took, and what may not be seen."""
    brokers = plural(len(snapshot.brokers), "broker")
    topics = plural(len(snapshot.partitions.topics), "topic")
    groups = plural(len(snapshot.groups), "group")
    found = f"{brokers}, {topics}, {groups}; {snapshot.cost.wall_s * 1000:.0f} ms"
    return "; ".join([found, *hidden(snapshot)])
