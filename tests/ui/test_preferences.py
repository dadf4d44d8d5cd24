"""What the user chose is found again next time."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.ui.preferences import Preferences, load, save


def test_choices_are_read_as_they_were_written(tmp_path: Path) -> None:
    chosen = Preferences({"groups": ["group", "lag"]}, "light")
    path = tmp_path / "deep" / "screen.json"

    save(path, chosen)

    assert load(path) == (chosen, [])
    assert [file.name for file in path.parent.iterdir()] == ["screen.json"]


def test_no_file_means_that_nothing_was_chosen(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == (Preferences(), [])
    assert load(None) == (Preferences(), [])


def test_without_a_path_nothing_is_written() -> None:
    save(None, Preferences())


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"columns": 7}', '{"columns": {"groups": "lag"}}', '{"theme": 7}', "\xff"],
)
def test_a_bad_file_is_told_and_left_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "screen.json"
    path.write_text(text, encoding="latin-1")

    preferences, complaints = load(path)

    assert preferences == Preferences()
    assert len(complaints) == 1
    assert complaints[0].startswith("screen.json: ")


def test_a_file_that_cannot_be_looked_at_is_told_and_left_out(tmp_path: Path) -> None:
    preferences, complaints = load(tmp_path / ("x" * 300))

    assert preferences == Preferences()
    assert len(complaints) == 1
