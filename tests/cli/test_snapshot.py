"""`lagtop snapshot` on a recording: what is chosen, where it goes, and what is wrong is said."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lagtop.analysis.observer import Observer
from lagtop.cli.attempt import told
from lagtop.errors import EXIT_OUTPUT, EXIT_USAGE
from lagtop.export import delimited
from lagtop.export.formats import FORMATS
from lagtop.record.player import play
from lagtop.snapshot import Broker
from tests.cli.recording import STARTED_AT, ran, recorded, two_groups

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Ten polls of two groups."""
    return recorded(tmp_path / "r.jsonl", *(two_groups(step) for step in range(10)))


def rows(text: str) -> list[dict[str, str]]:
    """The rows of CSV."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_groups_and_topics_are_chosen_by_their_names(recording: Path, capfd: Capture) -> None:
    said = ran(capfd, "snapshot", "--replay", recording, "--group", "^sl", "--topic", "mail")

    assert [(row["group"], row["topic"]) for row in rows(said.out)] == [("slow", "mails")]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--group", "nomatch"), "lagtop: no group matches --group 'nomatch'\n"),
        (
            ("--group", "slow", "--topic", "^x"),
            "lagtop: no group matches --group 'slow' and --topic '^x'\n",
        ),
        (("--group", "slow"), ""),
    ],
)
def test_where_no_group_is_chosen_that_is_told(
    recording: Path, capfd: Capture, words: tuple[str, ...], complaint: str
) -> None:
    said = ran(capfd, "snapshot", "--replay", recording, *words)

    assert (said.status, said.err) == (0, complaint)
    assert said.out.startswith("schema_version,")


@pytest.mark.parametrize("form", ["%H:%M:%S", "%Y-%m-%dT%H:%M:%S", "+10", "1700000010"])
def test_a_time_of_a_recording_is_given_in_every_form(
    recording: Path, capfd: Capture, form: str
) -> None:
    at = time.strftime(form, time.localtime(STARTED_AT + 10))

    said = ran(capfd, "snapshot", "--replay", recording, "--at", at)

    assert {row["captured_at"] for row in rows(said.out)} == {"1700000010"}
    judged = ran(capfd, "check", "--replay", recording, "--at", at, "--format", "json")
    assert json.loads(judged.out)["watched_s"] == 10


def test_one_of_a_kind_is_told_as_one(recording: Path) -> None:
    snapshot = replace(next(play(recording, print)), brokers=(Broker(1, "one", 9092),))

    assert told(snapshot).startswith("1 broker, 2 topics, 2 groups; ")


def test_sums_are_of_what_was_chosen(recording: Path, capfd: Capture) -> None:
    words = ("snapshot", "--replay", recording, "--format", "json")
    whole = json.loads(ran(capfd, *words).out)
    mails = json.loads(ran(capfd, *words, "--topic", "mails").out)

    assert [group["group"] for group in whole["groups"]] == ["fast", "slow"]
    assert [group["group"] for group in mails["groups"]] == ["slow"]
    assert mails["totals"]["lag_messages"] == mails["partitions"][0]["lag_messages"] == 1_800
    assert mails["partitions"][0]["client_id"] == "slow-1"


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_holds_what_stdout_would(
    form: str, recording: Path, tmp_path: Path, capfd: Capture
) -> None:
    path = tmp_path / f"out{FORMATS[form].endings[0]}"
    printed = ran(capfd, "snapshot", "--replay", recording, "--format", form)
    silent = ran(capfd, "snapshot", "--replay", recording, "--output", path)

    assert (silent.status, silent.out) == (0, "")
    assert path.read_text("utf-8") == printed.out.replace("\r\n", "\n")
    assert sorted(os.listdir(tmp_path)) == sorted([recording.name, path.name])


def test_the_screens_file_is_the_commands_bytes(
    recording: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from lagtop.cli import run

    observer = Observer()
    *_, report = (observer.observe(snapshot) for snapshot in play(recording, pytest.fail))

    saved = delimited.save(report, range(len(report.partitions.group)), tmp_path)

    assert run(["snapshot", "--replay", str(recording), "--format", "csv"]) == 0
    assert saved.read_bytes() == capfdbinary.readouterr().out


def test_every_poll_is_printed_under_one_header(recording: Path, capfd: Capture) -> None:
    said = ran(capfd, "snapshot", "--replay", recording, "--every", "--group", "fast")

    assert len(rows(said.out)) == 10
    assert said.out.count("schema_version") == 1


def test_a_document_in_a_file_is_the_newest_poll(
    recording: Path, tmp_path: Path, capfd: Capture
) -> None:
    path = tmp_path / "now.json"

    ran(capfd, "snapshot", "--replay", recording, "--every", "--output", path)

    assert json.loads(path.read_text("utf-8"))["captured_at"] == two_groups(9)["t"]


def test_the_schema_is_printed(capfd: Capture) -> None:
    assert json.loads(ran(capfd, "snapshot", "--print-schema").out)["title"] == "lagtop snapshot"


def test_a_file_that_cannot_be_made_leaves_the_old_one(
    recording: Path, tmp_path: Path, capfd: Capture
) -> None:
    for path in (tmp_path, tmp_path / "no" / "such.csv", recording / "x.csv"):
        said = ran(capfd, "snapshot", "--replay", recording, "--output", path)
        assert said.status == EXIT_OUTPUT
        assert f"{path} cannot be written" in said.err


def test_a_disk_that_is_full_leaves_the_old_file(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "lag.csv"
    path.write_text("old")
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500));"
        "from lagtop.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    words = ["snapshot", "--replay", str(recording), "--every", "--output", str(path)]

    done = subprocess.run(
        [sys.executable, "-c", limited, *words], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (EXIT_OUTPUT, "")
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["lag.csv", "r.jsonl"]


def test_a_device_is_written_to_and_stays_a_device(recording: Path, capfd: Capture) -> None:
    said = ran(capfd, "snapshot", "--replay", recording, "--output", "/dev/full")

    assert said.status == EXIT_OUTPUT
    assert "No space left" in said.err
    assert Path("/dev/full").is_char_device()


def test_a_link_stays_a_link_and_a_mode_a_mode(
    recording: Path, tmp_path: Path, capfd: Capture
) -> None:
    path, link = tmp_path / "real.csv", tmp_path / "link.csv"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)

    ran(capfd, "snapshot", "--replay", recording, "--output", link)

    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.read_text().startswith("schema_version")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("-b", "h:1", "-n", "0"), "not a whole number, 1 or more: '0'"),
        (("-b", "h:1", "-d", "-1"), "-d/--interval: not an interval: '-1'"),
        (("-b", "h:1", "--format", "xml"), "invalid choice: 'xml'"),
        (("-b", "h:1", "--topic", "("), "--topic: not a regular expression"),
        (("-b", "h:1", "--replay", "f"), "either a cluster or a recording"),
        (("--config", "c", "--replay", "f"), "leave out --replay or --config"),
        (("--set", "security.protocol=SSL", "--replay", "f"), "leave out --replay or --set"),
        (("--replay", "f", "-n", "2"), "-n goes with a cluster"),
        (("-b", "h:1", "--every"), "--at and --every go with --replay"),
        (("--replay", "/"), "/ cannot be read: Is a directory"),
        (("--replay", __file__), "line 1: not JSON"),
        (("--replay", os.devnull), "is empty"),
        ((), "no cluster given"),
        (("-b", "h:1", "--output", "x.zip"), "known are .txt, .csv, .tsv, .json, .ndjson"),
    ],
)
def test_silly_words_are_answered(words: tuple[str, ...], complaint: str, capfd: Capture) -> None:
    said = ran(capfd, "snapshot", *words)

    assert (said.status, said.out) == (EXIT_USAGE, "")
    assert complaint in said.err
