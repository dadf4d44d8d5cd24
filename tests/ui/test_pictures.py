"""The pictures are of what is there: one of every view, drawn cell for cell."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from lagtop.ui.views import VIEWS
from screenshots.drawing import EDGE, HIGH, WIDE, svg
from screenshots.take import HERE, SHOTS, THEMES
from tests.ui.reports import report
from tests.ui.screens import opened

NAMES = {"dlq": "dead-letters"}


def test_there_is_a_picture_of_every_view_in_every_theme() -> None:
    taken = {shot.name for shot in SHOTS}

    assert {NAMES.get(view, view) for view in VIEWS} - {"topic", "broker"} <= taken
    assert all((HERE / f"{name}-{theme}.svg").exists() for name in taken for theme in THEMES)


async def test_words_stand_in_the_columns_that_they_have_on_the_screen() -> None:
    async with opened(report(3), size=(80, 24)) as screen:
        strips = screen.app.screen._compositor.render_strips()
        root = ElementTree.fromstring(svg(strips, screen.app.paint.ground, 80))
        lines = screen.lines

    words = [node for node in root.iter() if node.tag.endswith("text")]
    assert len(words) > 50
    for word in words:
        x = round((float(word.attrib["x"]) - EDGE) / WIDE)
        y = int((float(word.attrib["y"]) - EDGE) / HIGH)
        assert word.text is not None
        assert lines[y][x : x + len(word.text)] == word.text


def test_sparklines_and_braille_are_shapes_and_wide_names_take_two_columns() -> None:
    ground = Style(color="#d0d0d0", bgcolor="#000000")
    line = Strip([Segment("日本 ▁█▌\u28c9 a", Style())])
    root = ElementTree.fromstring(svg([line], ground, 12))

    paths = [node.attrib["d"] for node in root.iter() if node.tag.endswith("path")]
    words = {
        node.text: float(node.attrib["x"])
        for node in root.iter()
        if node.text and node.text.strip()
    }
    assert len(paths) == 1
    assert paths[0].count("a1.2") == 2 * 4
    assert words["a"] == pytest.approx(EDGE + 10 * WIDE, abs=0.1)
