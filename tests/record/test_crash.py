"""Whatever ends a recording, the polls before it can be played."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lagtop.demo.launch import demo_process
from lagtop.errors import OutputError, RecordingError
from lagtop.record import files
from lagtop.record.player import play
from lagtop.record.recorder import Recorder
from tests.analysis.build import one, snapshots

PATIENCE_S = 60.0
POLLS = 12


def played(path: Path) -> tuple[int, list[str]]:
    """How many polls a recording has, and what it is warned of."""
    warnings: list[str] = []
    return len(list(play(path, warnings.append))), warnings


def sizes_while_recording(path: Path) -> list[int]:
    """Record some polls; how long the file was after each."""
    sizes = []
    with Recorder(path) as recorder:
        for snapshot in snapshots(*(one(t, 5, 9 + t) for t in range(1, POLLS + 1))):
            recorder.record(snapshot)
            sizes.append(path.stat().st_size)
    return sizes


@pytest.fixture(params=["r.jsonl", "r.jsonl.gz"], scope="module")
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole") / str(request.param)


@pytest.fixture(scope="module")
def sizes(whole: Path) -> list[int]:
    return sizes_while_recording(whole)


@settings(max_examples=60)
@given(share=st.floats(0, 1))
def test_a_file_cut_anywhere_has_every_poll_before_the_cut(
    share: float, whole: Path, sizes: list[int]
) -> None:
    cut = sizes[0] + round(share * (sizes[-1] - sizes[0]))
    torn = whole.with_name(f"torn-{whole.name}")
    torn.write_bytes(whole.read_bytes()[:cut])

    polls, warnings = played(torn)

    assert polls >= sum(size <= cut for size in sizes)
    assert len(warnings) <= 2


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_a_line_without_an_end_is_an_error_that_names_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    sizes_while_recording(path)
    monkeypatch.setattr(files, "MOST_LINE_BYTES", 10_000)
    with files.open_to_add(path) as file:
        file.write(b"x" * 20_000)

    with pytest.raises(RecordingError, match=rf"{name}, line {POLLS + 2}: longer than"):
        played(path)


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_a_torn_file_is_gone_on_with(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    sizes = sizes_while_recording(path)
    path.write_bytes(path.read_bytes()[: sizes[7] + 3])
    before = played(path)[0]

    with Recorder(path) as recorder:
        recorder.record(snapshots(one(100, 5, 9))[0])

    polls, warnings = played(path)
    assert (polls, warnings) == (before + 1, [])
    assert before >= 8
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_a_torn_file_that_is_mended_is_still_for_its_owner_alone(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    sizes = sizes_while_recording(path)
    path.write_bytes(path.read_bytes()[: sizes[7] + 3])
    path.chmod(0o600)
    link = tmp_path / f"link-{name}"
    link.symlink_to(path)

    Recorder(link).close()

    assert path.stat().st_mode & 0o777 == 0o600
    assert link.is_symlink()
    assert played(path)[0] >= 8


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
@pytest.mark.parametrize("torn", [0, 3])
def test_two_do_not_record_to_one_file(name: str, torn: int, tmp_path: Path) -> None:
    path = tmp_path / name
    sizes = sizes_while_recording(path)
    path.write_bytes(path.read_bytes()[: sizes[7] + torn])

    with Recorder(path), pytest.raises(OutputError, match="is being recorded to already"):
        Recorder(path)
    Recorder(path).close()


@pytest.mark.parametrize("name", ["notes.txt", "photo.gz", "text.gz"])
def test_a_file_of_another_kind_is_not_touched(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    content = {"photo.gz": b"\x89PNG\n", "text.gz": gzip.compress(b"dear diary\n")}
    path.write_bytes(content.get(name, b"dear diary\nwithout an end"))
    before = path.read_bytes()

    with pytest.raises(RecordingError, match="exists and is no recording"):
        Recorder(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "number"), [("r.jsonl.gz", 9), ("r.jsonl", 2), ("r.jsonl", 15), ("r.jsonl.gz", 1)]
)
def test_a_recording_that_is_ended_can_be_played(name: str, number: int, tmp_path: Path) -> None:
    path = tmp_path / name
    with demo_process("healthy") as bootstrap:
        words = ["record", str(path), "-b", bootstrap, "-d", "0.2"]
        process = subprocess.Popen(
            [sys.executable, "-m", "lagtop", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=heed_hangups,
        )  # fmt: skip
        wait_until_longer(path, 3_000, process)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)

    polls, warnings = played(path)
    assert polls >= 1
    assert (warnings == []) == (number != 9)
    assert (out, err) == (b"", b"")
    assert process.returncode == {9: -9, 2: 130, 15: 0, 1: 0}[signal.Signals(number)]


def heed_hangups() -> None:
    """Not to ignore them as under nohup, where lagtop would rightly go on."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def wait_until_longer(path: Path, size: int, process: subprocess.Popen[bytes]) -> None:
    """Until a file has grown."""
    deadline = time.monotonic() + PATIENCE_S
    while not (path.exists() and path.stat().st_size > size):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
