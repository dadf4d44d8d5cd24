"""What the user holds groups to, as options of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from lagtop.analysis.policy import Policy
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.errors import UsageError


def policy(*words: str) -> Policy:
    """What these options ask for."""
    parser = argparse.ArgumentParser()
    add_policy_options(parser)
    return policy_from(parser.parse_args(words))


def test_nothing_said_is_the_default() -> None:
    assert policy() == Policy()


def test_rules_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[alerts]]\nname = "ConsumerLagHigh"\nabove = 5', encoding="utf-8")

    assert policy("--alerts", str(file)).rules[0].above == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[[alerts", "not TOML"),
        (b"\xff\xfe", "not a text file"),
        (b"", "there is no [[alerts]] in it"),
        (b"[alerts]\nname = 1", "there is no [[alerts]] in it"),
        (b"[[alert]]\nname = 'X'", "`alert` has no meaning here"),
        (b"[[alerts]]\nname = 'ConsumerLagHigh'\nabov = 1", "(ConsumerLagHigh): has no key `abov`"),
    ],
)
def test_a_file_that_has_no_rules_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        policy("--alerts", str(file))

    assert str(file) in caught.value.what
    assert said in caught.value.what
    assert caught.value.hint


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or directory"):
        policy("--alerts", str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("text", "margin"), [("20", 0.2), ("20%", 0.2), (" 35 % ", 0.35), ("0", 0.0), ("150", 1.5)]
)
def test_a_margin_is_in_per_cent(text: str, margin: float) -> None:
    assert policy("--margin", text).margin == pytest.approx(margin)


@pytest.mark.parametrize("text", ["0.2", "1.2x", "", "nan", "inf", "-5", "20 percent", "100000"])
def test_a_margin_that_is_none_says_what_it_should_be(text: str) -> None:
    with pytest.raises(UsageError, match="--margin: not a safety margin") as caught:
        policy(f"--margin={text}")

    assert "1.2 times what is produced" in caught.value.hint


def test_a_file_without_an_end_is_no_file_of_rules() -> None:
    with pytest.raises(UsageError, match="--alerts: /dev/zero: too long"):
        policy("--alerts", "/dev/zero")
