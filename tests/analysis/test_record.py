from __future__ import annotations

import gzip
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.errors import OutputError, RecordingError
from lagtop.record.lines import Lines
from lagtop.record.player import play
from lagtop.record.recorder import Recorder
from lagtop.record.state import State
from lagtop.snapshot import (
    NO_COMMIT,
    NOBODY,
    UNKNOWN,
    Commits,
    Partitions,
    Snapshot,
    TopicConfig,
)
from tests.analysis.build import one, poll, snapshots

HEADER = {"lagtop_record": 1, "cluster": "prod", "started_at": 1.0}


def written(path: Path, *lines: Any) -> Path:
    said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(said) + "\n", "utf-8")
    return path


def same(one: Snapshot, other: Snapshot) -> bool:
    return all(
        np.array_equal(mine, its, equal_nan=mine.dtype.kind == "f")
        if isinstance(mine, np.ndarray)
        else mine == its
        for mine, its in zip(cells(one), cells(other), strict=True)
    )


def cells(snapshot: Snapshot) -> list[Any]:
    tables = (snapshot, snapshot.partitions, snapshot.commits)
    facts, partitions, commits = (vars_of(table) for table in tables)
    del facts["partitions"], facts["commits"]
    return [*facts.values(), *partitions.values(), *commits.values()]


def vars_of(table: Snapshot | Partitions | Commits) -> dict[str, Any]:
    return {field.name: getattr(table, field.name) for field in fields(table)}


def test_the_format_of_the_manual_is_read(tmp_path: Path) -> None:
    line = {
        "t": 1700000002.0,
        "full": True,
        "brokers": [[1, "host", 9092]],
        "topics": {"orders": [[0, 1, 10, 100, 90], [1, -1, None, None, None]]},
        "groups": {
            "billing": {
                "type": "classic",
                "state": "Stable",
                "offsets": {"orders": [[0, 40]]},
                "members": [["m-1", "client", "/host", {"orders": [0, 1]}]],
                "something": "new",
            }
        },
        "something": "new",
    }
    (snapshot,) = play(written(tmp_path / "r", HEADER, line), pytest.fail)
    assert snapshot.cluster == "prod"
    assert snapshot.captured_at == 1700000002.0
    assert (snapshot.brokers[0].node_id, snapshot.brokers[0].host) == (1, "host")
    assert (snapshot.groups[0].type, snapshot.groups[0].state) == ("classic", "Stable")
    assert snapshot.partitions.log_end.tolist() == [100, UNKNOWN]
    assert snapshot.partitions.last_stable.tolist() == [90, UNKNOWN]
    assert snapshot.partitions.leader.tolist() == [1, -1]
    assert snapshot.commits.committed.tolist() == [40, NO_COMMIT]
    assert snapshot.commits.member.tolist() == [0, 0]
    assert snapshot.commits.read_at.tolist() == [1700000002.0] * 2
    assert snapshot.members[0].client_id == "client"
    assert [snapshot.gaps[gap].code for gap in snapshot.partitions.gap] == ["ok", "offline"]


def test_a_line_that_is_not_full_holds_what_changed(tmp_path: Path) -> None:
    change = {
        "t": 5.0,
        "topics": {"orders": [[1, 1, 0, 8, 8]], "new": [[0, 1, 0, 1, 1]]},
        "groups": {"h": {"offsets": {"orders": [[1, 3]]}}},
    }
    path = written(tmp_path / "r", HEADER, one(1, 5, 9), change, {"t": 6.0})
    first, second, third = play(path, pytest.fail)
    assert first.partitions.log_end.tolist() == [9]
    assert second.partitions.topics == ("new", "orders")
    assert second.partitions.log_end.tolist() == [1, 9, 8]
    assert [group.name for group in second.groups] == ["g", "h"]
    assert second.commits.committed.tolist() == [5, 3]
    assert third.commits.committed.tolist() == [5, 3]
    assert third.commits.group is second.commits.group
    assert third.commits.read_at.tolist() == [6.0, 6.0]


def test_a_full_line_forgets_what_it_does_not_name(tmp_path: Path) -> None:
    path = written(tmp_path / "r", HEADER, one(1, 5, 9), poll(2.0, {"other": [[0, 1, 0, 1, 1]]}))
    *_, last = play(path, pytest.fail)
    assert last.partitions.topics == ("other",)
    assert last.groups == ()


def test_a_torn_last_line_is_dropped_with_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path / "r", HEADER, one(1, 5, 9), '{"t": 2.0, "topics": {"ord')
    warnings: list[str] = []
    assert len(list(play(path, warnings.append))) == 1
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{path}, line 3: torn, dropped")


def test_a_torn_gzip_is_played_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "r.gz"
    with Recorder(path) as recorder:
        for snapshot in snapshots(*(one(t, 5, 9 + t) for t in range(1, 9))):
            recorder.record(snapshot)
    assert len(list(play(path, pytest.fail))) == 8
    path.write_bytes(path.read_bytes()[:-12])
    warnings: list[str] = []
    assert len(list(play(path, warnings.append))) >= 6
    assert "ends in the middle" in warnings[0]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([], "is empty"),
        (["not json"], "line 1: not JSON"),
        ([[1, 2]], "line 1: not a JSON object"),
        ([{"t": 1.0}], "line 1: the first line is not"),
        ([{"lagtop_record": 2}], "line 1: version 2 is not known"),
        ([HEADER, {"full": True}], "line 2: t is None, not a number"),
        ([HEADER, "torn", one(1, 5, 9)], "line 2: not JSON"),
        ([HEADER, {"t": 1, "topics": []}], "line 2: topics is [], not an object"),
        ([HEADER, {"t": 1, "topics": {"a": [[0, 1]]}}], "line 2: a partition of topic a is"),
        ([HEADER, one(1, 5, "x")], "line 2: log end of a partition of topic orders is 'x'"),  # type: ignore[arg-type]
        ([HEADER, one(1, True, 3)], "line 2: an offset of group g is True, not a whole number"),
        ([HEADER, one(1, 2**64, 3)], "line 2: an offset of group g is"),
        ([HEADER, {"t": 1, "topics": {"a": [[-1, 1, 0, 0, 0]]}}], "partition of topic a is -1"),
        ([HEADER, {"t": 1, "brokers": [[1]]}], "line 2: a broker is [1]"),
        ([HEADER, {"t": float("nan")}], "line 2: t is nan, not a number"),
    ],
)
def test_a_fault_names_its_file_and_line(tmp_path: Path, lines: Any, complaint: str) -> None:
    path = written(tmp_path / "r", *lines)
    with pytest.raises(RecordingError) as caught:
        list(play(path, pytest.fail))
    assert str(path) in caught.value.what
    assert complaint in caught.value.what


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read: No such file"):
        list(play(tmp_path / "none", pytest.fail))
    with pytest.raises(OutputError, match="cannot be written"):
        Recorder(tmp_path / "no" / "folder")


def test_a_file_that_is_no_gzip_is_said_so(tmp_path: Path) -> None:
    path = written(tmp_path / "r.gz", HEADER)
    with pytest.raises(RecordingError, match="cannot be read"):
        list(play(path, pytest.fail))


def test_time_that_does_not_go_on_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "r", HEADER, one(2, 5, 9), one(1, 5, 9), one(3, 5, 9))
    warnings: list[str] = []
    assert [snapshot.captured_at for snapshot in play(path, warnings.append)] == [2.0, 3.0]
    assert "line 3" in warnings[0]


RICH = poll(
    10.0,
    {"orders": [[0, 1, 0, 100, 90], [1, 2, 5, 50, 50], [2, 2, None, None, None]]},
    {
        "a": {
            "type": "consumer",
            "state": "Stable",
            "assignor": "uniform",
            "coordinator": 2,
            "offsets": {"orders": [[0, 50], [1, None], [2, -1]], "gone": [[0, 7]]},
            "members": [["m", "c", "/h", {"orders": [0, 2]}, "static-1"]],
        },
        "b": {"state": "Empty", "coordinator": 1, "gap": ["error", "moved"], "offsets": {}},
    },
    brokers=[[1, "one", 9092, {"rack": "r"}], [2, "two", 9093, {"gap": ["timeout", "silent"]}]],
    controller=2,
    topic_ids={"orders": "ab"},
    internal=["orders"],
    read={"leaders": {"1": 9.5}, "coordinators": {"2": 9.25}},
    at=[[4.0, {"orders": [1]}, {"a": {"orders": [2]}}]],
    gaps=[["timeout", "silent", {"orders": [1]}, {"a": {"orders": [1]}}]],
    cost=[0.5, 0.25, 7, 9000],
)


def test_what_was_recorded_is_played_to_the_last_fact(tmp_path: Path) -> None:
    changed = {
        "t": 12.0,
        "topics": {"orders": [[0, 2, 10, 120, 110]]},
        "groups": {"a": {"offsets": {"orders": [[0, 60]]}, "members": []}, "b": {"state": "Dead"}},
        "gaps": [],
        "at": [],
    }
    lived = snapshots(RICH, changed, poll(14.0), RICH | {"t": 16.0}, {"t": 17.0})
    path = tmp_path / "r.jsonl.gz"
    with Recorder(path) as recorder:
        for snapshot in lived:
            recorder.record(snapshot)
    played = list(play(path, pytest.fail))
    assert [same(mine, its) for mine, its in zip(lived, played, strict=True)] == [True] * 5
    assert lived[1].commits.member.tolist() == [NOBODY] * 4
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert [line.get("full", False) for line in lines[1:]] == [True, False, True, True, False]
    assert lines[2]["topics"] == {"orders": [[0, 2, 10, 120, 110]]}


def test_a_recording_that_exists_is_added_to(tmp_path: Path) -> None:
    path = written(tmp_path / "r", HEADER, one(1, 5, 9))
    with path.open("a") as file:
        file.write('{"t": 2.0, "torn')
    with Recorder(path) as recorder:
        recorder.record(snapshots(one(3, 5, 9))[0])
    assert [snapshot.captured_at for snapshot in play(path, pytest.fail)] == [1.0, 3.0]


offset = st.one_of(st.none(), st.integers(0, 2**62))
commit = st.one_of(offset, st.just(-1))
partition_numbers = st.lists(st.integers(0, 4), unique=True, max_size=4)


@st.composite
def lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    def line(t: int) -> dict[str, Any]:
        return {
            "t": float(t),
            "full": draw(st.booleans()),
            "topics": {
                topic: [
                    [index, draw(st.integers(-1, 2)), draw(offset), draw(offset), draw(offset)]
                    for index in draw(partition_numbers)
                ]
                for topic in draw(st.lists(st.sampled_from("xyz"), unique=True))
            },
            "groups": {
                group: {
                    "offsets": {"x": [[index, draw(commit)] for index in draw(partition_numbers)]},
                    "members": [["m", "c", "/h", {"y": draw(partition_numbers)}]],
                }
                for group in draw(st.lists(st.sampled_from("gh"), unique=True))
            },
        }

    return [line(t) for t in range(1, draw(st.integers(2, 5)))]


@given(lines())
def test_any_snapshots_survive_the_line_and_back(said: list[dict[str, Any]]) -> None:
    lived = snapshots(*said)
    writer, reader = Lines(), State("test")
    for snapshot in lived:
        line = json.loads(json.dumps(writer.line(snapshot)))
        assert same(snapshot, reader.apply(line))


CONFIGS = st.dictionaries(
    st.sampled_from(["orders", "mails"]),
    st.builds(
        TopicConfig,
        retention_ms=st.sampled_from([UNKNOWN, -1, 3_600_000]),
        retention_bytes=st.sampled_from([UNKNOWN, -1, 10]),
        cleanup_policy=st.sampled_from(["delete", "compact", "compact,delete"]),
        compression=st.sampled_from(["", "producer", "zstd"]),
    ),
)


@given(first=CONFIGS, second=CONFIGS)
def test_the_settings_of_topics_survive_too(
    first: dict[str, TopicConfig], second: dict[str, TopicConfig]
) -> None:
    made = snapshots(one(1, 3, 5), one(2, 4, 6))
    told = [replace(made[0], configs=first), replace(made[1], configs=second)]
    writer, state = Lines(), State("test")

    played = [state.apply(json.loads(json.dumps(writer.line(snapshot)))) for snapshot in told]

    assert [snapshot.configs for snapshot in played] == [first, second]
