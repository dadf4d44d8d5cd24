"""Whether a first poll gets into a guarded Kafka, and what it says when it does not."""

from __future__ import annotations

from lagtop.security import Security
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Failure, Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.guarded import PASSWORD


async def poll(address: str, security: Security) -> Snapshot | Failure:
    """What a first poll learns."""
    poller = Poller(Settings(parse_bootstrap(address), security=security))
    try:
        return await poller.poll()
    finally:
        await poller.close()


async def trouble(address: str, security: Security) -> str:
    """The sentence and the hint of a first poll that fails."""
    update = await poll(address, security)
    assert isinstance(update, Failure)
    return f"{update.what}; {update.hint}"


async def refusal(address: str, security: Security) -> str:
    """The same, of a server that was called: it is named, and no secret is."""
    told = await trouble(address, security)
    assert address.partition(":")[2] in told
    assert PASSWORD not in told
    return told
