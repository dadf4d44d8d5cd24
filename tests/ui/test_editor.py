"""A line that is being typed."""

from __future__ import annotations

import pytest

from lagtop.ui.editor import LineEditor


def typed(*keys: str, text: str = "") -> str:
    """The line after these keys, its caret as |."""
    line = LineEditor(text)
    for key in keys:
        assert line.take(key, key if len(key) == 1 else None), key
    return f"{line.text[: line.caret]}|{line.text[line.caret :]}"


@pytest.mark.parametrize(
    ("keys", "text", "left"),
    [
        ("abc", "", "abc|"),
        (["left", "x"], "ab", "ax|b"),
        (["home", "x"], "ab", "x|ab"),
        (["home", "left", "delete"], "ab", "|b"),
        (["end", "right", "backspace"], "ab", "a|"),
        (["home", "backspace"], "ab", "|ab"),
        (["delete"], "ab", "ab|"),
        (["ctrl+w"], "set x  ", "set |"),
        (["ctrl+w", "ctrl+w", "ctrl+w"], "a b", "|"),
        (["left", "ctrl+u"], "abc", "|c"),
        ("日", "", "日|"),
    ],
    ids=str,
)
def test_keys_edit_the_line(keys: str | list[str], text: str, left: str) -> None:
    assert typed(*keys, text=text) == left


@pytest.mark.parametrize("key", ["down", "ctrl+c", "f1", "tab", "enter"])
def test_a_key_without_a_meaning_here_is_left_to_others(key: str) -> None:
    line = LineEditor("ab")

    assert not line.take(key, "\r" if key == "enter" else None)
    assert line.text == "ab"


@pytest.mark.parametrize(("pasted", "text"), [("a\nb", "a"), ("x\x1b[2J", "x[2J"), ("", "")])
def test_what_is_pasted_is_one_line_of_what_can_be_seen(pasted: str, text: str) -> None:
    line = LineEditor()

    line.insert(pasted)

    assert line.text == text
