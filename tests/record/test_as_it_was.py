"""What is replayed is what was seen, byte for byte, of a cluster with every kind of trouble."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.demo.cluster import DemoCluster
from lagtop.export.formats import FORMATS
from lagtop.export.selection import Selection
from lagtop.live import Rounds, search_times
from lagtop.record.player import play
from lagtop.record.recorder import Recorder
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire.poller import Poller

POLLS = 8
ROUNDS = 4


def printed(report: Report) -> dict[str, str]:
    """A report in every format."""
    return {name: form.body(report, Selection.all(report)) for name, form in FORMATS.items()}


async def lived(cluster: DemoCluster, path: Path) -> list[dict[str, str]]:
    """What is seen of a cluster of which a broker dies, while it is recorded."""
    settings = Settings(parse_bootstrap(cluster.bootstrap), interval_s=0.3, deadline_s=0.5)
    poller, observer, seen = Poller(settings), Observer(), []
    learnt: Rounds = ()
    with Recorder(path) as recorder:
        async for update in poller:
            if not isinstance(update, Snapshot):
                continue
            recorder.record(replace(update, answers=learnt))
            seen.append(printed(observer.observe(update)))
            learnt = await search_times(poller, observer, ROUNDS)
            if len(seen) == POLLS // 2:
                await cluster.kill(2)
            if len(seen) == POLLS:
                break
    await poller.close()
    return seen


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
async def test_every_report_is_replayed_as_it_was_in_every_format(
    name: str, tmp_path: Path
) -> None:
    async with DemoCluster("all", 1) as cluster:
        seen = await lived(cluster, tmp_path / name)

    observer = Observer()
    again = [printed(observer.observe(one)) for one in play(tmp_path / name, pytest.fail)]

    assert any("exact" in poll["csv"] for poll in seen)
    assert any('"broker": "' in poll["json"] for poll in seen)
    assert again == seen
