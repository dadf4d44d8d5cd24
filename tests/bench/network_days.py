"""Days on which packets vanish, come late or get lost between lagtop and three brokers, or all.

Run by hand as `python -m tests.bench.faults network`, which runs this where there is no network but
the one made here. No packet is refused: who is cut off hears nothing, as behind a dead switch.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests.bench.apart import Names, rooms
from tests.bench.network_screen import screen_day
from tests.bench.router import HOLE, WATCHER, Line, Router, address_of, routed
from tests.bench.watch import NODES, Act, Watch, new_groups, play, watching
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster, Node, Place

LASTS_S, LONG_S = 8, 20
VICTIM = 2
USUAL_S = 2.0
"""As lagtop polls unless told otherwise: who is back is to be known within two polls of these."""
FLICKERS, DARK_S, BRIGHT_S = 6, 1.5, 0.4

SLOW = Line(delay_s=0.4, jitter_s=0.1)


def network() -> None:
    """Three brokers, each in a network namespace of its own, and what befalls the lines."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, rooms(3) as made:
        by_node = dict(zip(NODES, made, strict=True))
        names = Names(Path(scratch), {name_of(node): address_of(node) for node in NODES})
        places = [Place(address_of(node), name_of(node), by_node[node].prefix) for node in NODES]
        cluster = KafkaCluster(jars.libs(), Path(scratch) / "apart", size=3, places=places)
        with routed(by_node) as router:
            try:
                cluster.start()
                new_groups(cluster.bootstrap)
                watch = Watch(cluster.bootstrap, every_s=USUAL_S)
                asyncio.run(watching(watch, network_days(cluster, watch, router, names)))
                screen_day(cluster, router)
            finally:
                cluster.stop()


def name_of(node: int) -> str:
    """The name that a broker advertises."""
    return f"broker-{node}.lagtop.test"


async def network_days(cluster: KafkaCluster, watch: Watch, router: Router, names: Names) -> None:
    """Every fault of the network in turn."""
    await holes(cluster, watch, router)
    await half_open(watch, router)
    await beginnings(cluster, watch, router)
    await bad_lines(watch, router)
    await nameless(cluster, watch, router, names)


async def holes(cluster: KafkaCluster, watch: Watch, router: Router) -> None:
    """Packets vanish in both directions: between lagtop and brokers, or everybody and brokers."""
    for some in (*([node] for node in NODES), list(NODES)):
        who = "all brokers" if len(some) > 1 else f"broker {some[0]}"
        cut = partial(router.between, HOLE, some, [WATCHER])
        await play(watch, f"{who} black-holed for lagtop", [cut, router.heal], LASTS_S)
        acts: list[Act] = [
            partial(router.between, HOLE, some, [*NODES, WATCHER]),
            router.heal,
            cluster.await_nodes,
        ]
        await play(watch, f"{who} black-holed for all", acts, LASTS_S)
    cut = partial(router.between, HOLE, NODES, [WATCHER])
    await play(watch, "all brokers black-holed for long", [cut, router.heal], LONG_S)


async def half_open(watch: Watch, router: Router) -> None:
    """Packets vanish in one direction."""
    for node in NODES:
        cut = partial(router.lay, HOLE, [node], [WATCHER])
        await play(watch, f"answers of broker {node} vanish", [cut, router.heal], LASTS_S)
    cut = partial(router.lay, HOLE, [WATCHER], NODES)
    await play(watch, "all requests vanish", [cut, router.heal], LASTS_S)


async def beginnings(cluster: KafkaCluster, watch: Watch, router: Router) -> None:
    """Connections are to be made while packets vanish: at the start, after a restart, in gaps."""
    for node in NODES:
        router.between(HOLE, [node], [WATCHER])
        await newcomer(cluster, f"started while broker {node} is black-holed")
        router.heal()
    acts: list[Act] = [
        partial(router.between, HOLE, [VICTIM], [WATCHER]),
        *kill_and_start(cluster.nodes[VICTIM]),
        router.heal,
        cluster.await_nodes,
    ]
    await play(watch, f"broker {VICTIM} restarted in a black hole", acts, 1)
    pulses = partial(flicker, router, VICTIM)
    await play(watch, f"broker {VICTIM} black-holed in pulses", [pulses], 1)


def kill_and_start(node: Node) -> list[Act]:
    """A node goes and comes back, whoever can see it."""
    return [node.kill, node.start, partial(time.sleep, LONG_S)]


def flicker(router: Router, node: int) -> None:
    """The line comes and goes, so that calls and hellos are cut off in their middle."""
    for _ in range(FLICKERS):
        router.between(HOLE, [node], [WATCHER])
        time.sleep(DARK_S)
        router.heal()
        time.sleep(BRIGHT_S)


async def newcomer(cluster: KafkaCluster, name: str) -> None:
    """Somebody starts to watch."""
    watch, began = Watch(cluster.bootstrap, every_s=USUAL_S), time.monotonic()
    polling = asyncio.create_task(watch.run())
    await watch.next()
    told = "some are known" if watch.report is not None else "nothing is known"
    took_s = time.monotonic() - began
    print(f"{name:40} after {took_s:.1f} s {told}  wrong {len(watch.wrong)}", flush=True)
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling


async def bad_lines(watch: Watch, router: Router) -> None:
    """Answers are late, and packets get lost."""
    for name, line in (
        ("answers 300 to 500 ms late", SLOW),
        ("10 % of all packets lost", Line(loss=0.1)),
        ("20 % of all packets lost", Line(loss=0.2)),
    ):
        lay = partial(router.between, line, NODES, [WATCHER])
        if line is SLOW:
            lay = partial(router.lay, line, NODES, [WATCHER])
        polls = watch.polls
        await play(watch, name, [lay, router.heal], LONG_S)
        print(f"  of {watch.polls - polls} polls {watch.whole} had all", flush=True)


async def nameless(cluster: KafkaCluster, watch: Watch, router: Router, names: Names) -> None:
    """A broker's name is not found when its connection has to be made anew."""
    acts: list[Act] = [
        partial(names.know, but=name_of(VICTIM)),
        partial(router.between, HOLE, [VICTIM], [WATCHER]),
        partial(time.sleep, LASTS_S),
        router.heal,
        partial(time.sleep, LASTS_S),
        names.know,
        cluster.await_nodes,
    ]
    await play(watch, f"the name of broker {VICTIM} is not found", acts, 1)


if __name__ == "__main__":
    network()
