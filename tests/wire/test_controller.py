"""Who the controller is: in a cluster with a quorum Metadata names any broker, by chance."""

from __future__ import annotations

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.snapshot import Gap, Quorum
from lagtop.wire.poller import Poller
from tests.wire.truth import poll

LEADER, NOBODY = 7, -1


@pytest.mark.parametrize(
    ("quorum", "controller"),
    [
        (Quorum(LEADER), LEADER),
        (Quorum(LEADER, gap=Gap("timeout", "it did not answer")), LEADER),
        (Quorum(gap=Gap("unauthorized", "no DESCRIBE on the cluster")), NOBODY),
    ],
)
async def test_the_controller_is_who_leads_the_quorum(
    poller: Poller, monkeypatch: pytest.MonkeyPatch, quorum: Quorum, controller: int
) -> None:
    async def told(*_: object) -> Quorum:
        return quorum

    monkeypatch.setattr("lagtop.wire.health.ask_quorum", told)
    await poll(poller)
    await poller.look_around()

    assert (await poll(poller)).controller == controller


async def test_where_there_is_no_quorum_metadata_names_the_controller(
    cluster: DemoCluster, poller: Poller
) -> None:
    await poll(poller)
    await poller.look_around()

    assert (await poll(poller)).controller == cluster.world.controller
