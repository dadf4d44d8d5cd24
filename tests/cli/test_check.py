"""`lagtop check` on recordings of which the truth is known."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lagtop.analysis.checkup import Status
from tests.analysis.build import Line, poll
from tests.cli.recording import STARTED_AT, Ran, ran, recorded

Capture = pytest.CaptureFixture[str]
EVERY_S = 2.0


def group(committed: list[int | None], state: str = "Stable", members: int = 1) -> dict[str, Any]:
    """A group's part of a line; its members share the partitions of `orders`."""
    owners = [
        [f"m-{n}", f"c-{n}", "/h", {"orders": list(range(n, len(committed), members))}]
        for n in range(members)
    ]
    return {
        "state": state,
        "offsets": {"orders": [[n, offset] for n, offset in enumerate(committed)]},
        "members": owners,
    }


def told(
    polls: int, groups: Any, end: Any = lambda step: 1_000 + 20 * step, every_s: float = EVERY_S
) -> list[Line]:
    """Polls of one topic of two partitions; `groups` gives the groups at a step."""
    return [
        poll(
            STARTED_AT + every_s * step,
            {"orders": [[n, 1, 0, end(step), end(step)] for n in range(2)]},
            groups(step),
        )
        for step in range(polls)
    ]


def keeps_up(step: int) -> dict[str, Any]:
    """Commits every other poll, some messages behind."""
    return {"good": group([1_000 + 20 * (step - step % 2) - 5] * 2)}


def checked(tmp_path: Path, capfd: Capture, lines: list[Line], *words: Any) -> dict[str, Any]:
    """What `check --format json` says of a recording; text and exit status must agree."""
    path = recorded(tmp_path / "r.jsonl", *lines)
    said = ran(capfd, "check", "--replay", path, "--format", "json", *words)
    verdict: dict[str, Any] = json.loads(said.out)
    plain = ran(capfd, "check", "--replay", path, *words)
    assert said.status == plain.status == verdict["exit_status"]
    assert plain.out.startswith(f"{verdict['status'].upper()}: ")
    assert plain.out.count("\n") == 1
    return verdict


def rules_of(verdict: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["status"], one["rule"]) for one in verdict["findings"]]


def test_a_group_that_keeps_up_is_ok(tmp_path: Path, capfd: Capture) -> None:
    verdict = checked(tmp_path, capfd, told(20, keeps_up))

    assert (verdict["status"], verdict["findings"]) == ("ok", [])
    assert verdict["not_judged"] == ["ConsumerLagIncreasing"]


def test_what_only_waits_for_its_time_says_how_much_of_it_is_over(
    tmp_path: Path, capfd: Capture
) -> None:
    behind = {"behind": group([0, 0])}
    lines = told(20, lambda step: behind, lambda step: 9_000 + 20 * step)

    (high,) = [
        one["what"]
        for one in checked(tmp_path, capfd, lines)["findings"]
        if one["rule"] == "ConsumerLagHigh"
    ]

    assert high == "the lag is over 10,000 messages, pending, seen for 38s of 2m00s"


def test_a_group_that_stands_still_is_critical_once_what_waits_is_old(
    tmp_path: Path, capfd: Capture
) -> None:
    lines = told(40, lambda step: {"stuck": group([1_000, 1_000])}, every_s=10.0)

    young = checked(tmp_path, capfd, lines, "--at", STARTED_AT + 60)
    old = checked(tmp_path, capfd, lines)

    assert rules_of(young)[0] == ("warning", "ConsumerStalled")
    assert ("critical", "ConsumerStalled") in rules_of(old)


def test_one_member_that_stands_still_is_seen_beside_one_that_works(
    tmp_path: Path, capfd: Capture
) -> None:
    lines = told(40, lambda step: {"half": group([1_000 + 20 * step, 1_000], members=2)})

    verdict = checked(tmp_path, capfd, lines)

    assert rules_of(verdict)[0] == ("warning", "ConsumerStalled")
    assert "by 1 member" in verdict["findings"][0]["what"]


def test_a_group_without_members_is_judged_at_once(tmp_path: Path, capfd: Capture) -> None:
    left = {"offsets": {"orders": [[0, 10]]}, "state": "Empty"}

    verdict = checked(tmp_path, capfd, told(1, lambda step: {"left": left}))

    assert verdict["findings"][0]["what"].startswith("no member, 990 messages")
    assert verdict["status"] in ("warning", "critical")


def test_a_look_that_was_too_short_does_not_say_ok(tmp_path: Path, capfd: Capture) -> None:
    lines = told(1, lambda step: {"who-knows": group([10, 10])})

    assert checked(tmp_path, capfd, lines)["status"] == "unknown"


def test_the_teeth_of_commits_are_no_alert(tmp_path: Path, capfd: Capture) -> None:
    """The lag is over ConsumerLagHigh's threshold at every third poll, never for long."""

    def saws(step: int) -> dict[str, Any]:
        return {"saw": group([1_000 + 8_000 * (step - step % 3)] * 2)}

    lines = told(30, saws, end=lambda step: 1_000 + 8_000 * step)

    assert checked(tmp_path, capfd, lines)["status"] == "ok"


def test_a_rule_that_waits_is_a_warning_and_one_that_fires_is_its_severity(
    tmp_path: Path, capfd: Capture
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[alerts]]\nname = "ConsumerLagHigh"\nseverity = "critical"\n'
        'metric = "lag_messages"\nabove = 10_000\nfor = "2m"\n'
    )
    lines = told(
        20,
        lambda step: {"deep": group([1_000 + 20 * step] * 2)},
        end=lambda step: 90_000 + 20 * step,
        every_s=10.0,
    )

    waiting = checked(tmp_path, capfd, lines, "--alerts", rules, "--at", STARTED_AT + 60)
    fired = checked(tmp_path, capfd, lines, "--alerts", rules)

    assert ("warning", "ConsumerLagHigh") in rules_of(waiting)
    assert ("critical", "ConsumerLagHigh") in rules_of(fired)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--max-lag", "10"), "ok"),
        (("--max-lag", "9"), "critical"),
        (("--max-age", "3600"), "ok"),
        (("--max-age", "0.001"), "critical"),
    ],
)
def test_limits_of_the_users_own(
    tmp_path: Path, capfd: Capture, words: tuple[str, ...], status: str
) -> None:
    lines = told(21, keeps_up)
    assert lines[-1]["t"] == STARTED_AT + 40

    assert checked(tmp_path, capfd, lines, *words)["status"] == status


def test_what_cannot_be_read_is_unknown(tmp_path: Path, capfd: Capture) -> None:
    verdict = checked(tmp_path, capfd, told(20, lambda step: {"blind": group([None, None])}))

    assert rules_of(verdict) == [("unknown", "verdict")]
    assert "2 partitions could not be read" in verdict["findings"][0]["what"]


def test_what_is_known_to_be_wrong_counts_more_than_what_is_unknown(
    tmp_path: Path, capfd: Capture
) -> None:
    lines = told(20, lambda step: {"blind": group([None, 10])})

    assert checked(tmp_path, capfd, lines, "--max-lag", "9")["status"] == "critical"


def test_a_lag_that_nobody_knows_is_not_told_as_none(tmp_path: Path, capfd: Capture) -> None:
    path = recorded(tmp_path / "r.jsonl", *told(3, lambda step: {"new": group([-1])}))

    said = ran(capfd, "check", "--replay", path)

    assert "lag 0" not in said.out


def test_no_such_group_is_unknown(tmp_path: Path, capfd: Capture) -> None:
    verdict = checked(tmp_path, capfd, told(3, keeps_up), "--group", "^none$")

    told_of = verdict["findings"][0]["what"]
    assert (verdict["status"], told_of) == ("unknown", "no such group: --group '^none$'")


def test_nagios_gets_performance_data(tmp_path: Path, capfd: Capture) -> None:
    def odd(step: int) -> dict[str, Any]:
        return {"a'b=c|d": keeps_up(step)["good"]}

    path = recorded(tmp_path / "r.jsonl", *told(20, odd))

    said = ran(capfd, "check", "--replay", path, "--format", "nagios")

    text, bar, data = said.out.partition(" | ")
    assert (text.split(":")[0], bar) == ("LAGTOP OK", " | ")
    assert "'lag_a_b_c_d'=50;;;0" in data
    assert "|" not in data


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-b", "h:1", "--at", "5"),
        ("--replay", os.devnull),
        ("--replay", __file__),
        ("--replay", "no-such-file"),
        ("-b", "h:1", "--replay", "x"),
        ("--config", "c", "--replay", "x"),
        ("-b", "h:1", "--max-lag", "-4"),
        ("-b", "h:1", "--for", "0"),
        ("-b", "h:1", "--format", "xml"),
        ("-b", "127.0.0.1:1"),
    ],
)
def test_whatever_goes_wrong_is_unknown(words: tuple[str, ...], capfd: Capture) -> None:
    said: Ran = ran(capfd, "check", *words)

    assert said.status == Status.UNKNOWN
    assert said.out.startswith("UNKNOWN: ")
    assert "Traceback" not in said.err
