"""README says what is true: its commands are understood, its tables are those of the code."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lagtop import errors
from lagtop.analysis.measures import MEASURES
from lagtop.analysis.rule_tables import KEYS, rules_from_tables
from lagtop.analysis.rules import DEFAULT_RULES
from lagtop.analysis.verdicts import Verdict
from lagtop.cli import COMMANDS
from lagtop.export.formats import FORMATS
from lagtop.export.metric_columns import GROUP_METRICS, PARTITION_METRICS, TOPIC_METRICS
from lagtop.export.rows import COLUMNS
from lagtop.profiles.keys import KEYS as PROFILE_KEYS
from lagtop.profiles.keys import check_keys
from lagtop.security import SECURITY_FIELDS
from lagtop.ui import command_table
from lagtop.ui import commands as ui

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

NEWCOMER = (
    "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/lagtop demo",
    "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
)


def fenced_lines() -> Iterator[str]:
    """Every line in README's fenced blocks of shell commands."""
    for block in re.findall(r"^```(?:sh|console)\n(.*?)^```", README, re.DOTALL | re.MULTILINE):
        yield from (line.removeprefix("$ ") for line in block.splitlines() if line.strip())


def lagtop_commands() -> list[list[str]]:
    """The arguments of every lagtop that README's shell blocks run."""
    runs = (shlex.split(part) for line in fenced_lines() for part in re.split(r"&&|[|>]", line))
    return [words[1:] for words in runs if words and Path(words[0]).name == "lagtop"]


def test_every_benchmark_that_is_named_is_there() -> None:
    named = re.findall(r"python -m (tests\.bench\.\w+)", README)
    missing = [name for name in named if not (ROOT / f"{name.replace('.', '/')}.py").is_file()]

    assert {"tests.bench.peers", "tests.bench.scale"} <= set(named)
    assert missing == []


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:lagtop|tests|themes|screenshots|\.ci)(?:/[\w./-]+)?)`", README)
    missing = [path for path in named if not (ROOT / path).exists()]

    assert len(named) > 20
    assert missing == []


def table(heading: str) -> list[tuple[str, str]]:
    """The rows of the two-column table whose first heading is `heading`."""
    found = re.search(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert found is not None, f"README has no table of {heading}"
    rows = (row.strip().strip("|").split(" | ") for row in found[1].splitlines())
    return [(first.strip(), second.strip()) for first, second in rows]


def code(cell: str) -> list[str]:
    """What stands in backquotes in a cell."""
    return re.findall(r"`([^`]+)`", cell)


@cache
def help_of(command: str) -> str:
    """What `lagtop COMMAND --help` prints."""
    words = [sys.executable, "-m", "lagtop", *command.split(), "--help"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("command", NEWCOMER)
def test_the_newcomers_commands_stand_there_word_for_word(command: str) -> None:
    assert command in list(fenced_lines())


def test_the_demo_comes_first() -> None:
    assert next(fenced_lines()) == NEWCOMER[0]


def test_before_the_bare_command_it_is_said_how_it_comes_on_the_path() -> None:
    use = README.partition("## Use it\n")[2]

    assert ". .venv/bin/activate" in use.partition("```sh\nlagtop ")[0]


@pytest.mark.parametrize("words", lagtop_commands(), ids=" ".join)
def test_a_command_in_readme_is_one_that_lagtop_knows(words: list[str]) -> None:
    command = "" if words[0].startswith("-") else words[0]

    assert command in ("", *COMMANDS)
    assert f"lagtop {command}" in help_of("")
    options = [word for word in words if re.fullmatch(r"--?[a-z][\w-]*", word)]
    assert [word for word in options if not re.search(rf"{word}\b", help_of(command))] == []


def test_every_command_of_lagtop_is_in_readme() -> None:
    assert {words[0] for words in lagtop_commands() if not words[0].startswith("-")} == {*COMMANDS}


def test_the_csv_columns_are_the_codes() -> None:
    assert [code(first)[0] for first, _ in table("column")] == list(COLUMNS)


def test_the_verdicts_are_the_codes() -> None:
    assert [code(first)[0] for first, _ in table("verdict")] == [kind.word for kind in Verdict]


def test_the_exit_statuses_are_the_codes() -> None:
    statuses = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}

    assert {int(code(first)[0]) for first, _ in table("status")} == statuses


def test_the_keys_and_metrics_of_alerts_are_the_codes() -> None:
    said = {code(first)[0]: second for first, second in table("alert key")}

    assert said == KEYS
    assert [code(first)[0] for first, _ in table("metric")] == list(MEASURES)


def toml_blocks() -> list[dict[str, Any]]:
    """README's fenced blocks of TOML, read."""
    blocks = re.findall(r"^```toml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return [tomllib.loads(block) for block in blocks]


def test_the_readmes_rules_are_rules() -> None:
    (example,) = [one for one in toml_blocks() if "alerts" in one]

    assert rules_from_tables(example["alerts"])
    assert all(f"`{rule.name}`" in README for rule in DEFAULT_RULES)


def test_the_formats_are_the_codes() -> None:
    said = [(code(first)[0], about.replace("`", "")) for first, about in table("format")]

    assert said == [(name, form.about) for name, form in FORMATS.items()]


def test_the_series_are_the_codes() -> None:
    row = r"^\| `((?:kafka|lagtop)_\w+)` \| [^|]+ \| ([^|]+) \|$"
    every = (*PARTITION_METRICS, *TOPIC_METRICS, *GROUP_METRICS)

    assert re.findall(row, README, re.MULTILINE) == [(one.name, one.about) for one in every]


def test_the_keys_do_what_readme_says() -> None:
    does = {
        ui.key_name(key): command.help
        for command in command_table.COMMANDS
        for key in command.keys
        if command.where in ("app", "browse")
    }
    said = {
        key: sentence.replace("`", "")
        for keys, sentences in table("key")
        for same, sentence in zip(keys.split(" / "), sentences.split(" / "), strict=True)
        for key in code(same)
    }

    assert said == {key: does.get(key) for key in said}


def test_the_keys_of_a_profile_are_the_codes() -> None:
    assert [(code(first)[0], said) for first, said in table("profile key")] == [
        (name, key.about) for name, key in PROFILE_KEYS.items()
    ]
    (profile,) = [one["prod"] for one in toml_blocks() if "prod" in one]
    check_keys(profile, {(): "README"})
    assert [key for first, _ in table("security key") for key in code(first)] == list(
        SECURITY_FIELDS
    )
