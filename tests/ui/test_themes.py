"""Themes: all shipped ones are good, and a bad one says where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.color import Color

from lagtop.ui.roles import ROLES
from lagtop.ui.themes import ThemeError, read_theme, read_themes, shipped_themes
from tests.ui.reports import report
from tests.ui.screens import Opened, opened

SHIPPED = sorted(shipped_themes().glob("*.toml"))
GROUND = 'background = "#14161a"'
READABLE = 3.0
"""Contrast that WCAG 2 asks of large text; 4.5 of what is not dimmed."""


def test_the_promised_themes_are_there() -> None:
    wanted = {"dark", "light", "high-contrast", "okabe-ito", "ansi"}

    assert wanted <= {path.stem for path in SHIPPED}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_theme_has_a_style_for_every_role(path: Path) -> None:
    assert set(read_theme(path).styles) == set(ROLES)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_theme_can_be_read(path: Path) -> None:
    skin = read_theme(path)
    if skin.theme.ansi:
        return
    ground = Color.parse(str(skin.theme.background))
    for role, style in skin.styles.items():
        if style.color is None:
            continue
        fore = Color.from_rich_color(style.color)
        back = ground if style.bgcolor is None else Color.from_rich_color(style.bgcolor)
        needed = READABLE if role in ("dim", "stale") else 4.5
        assert contrast(fore, back) >= needed, role


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: Color) -> float:
    """The relative luminance of WCAG 2, from 0 to 1."""
    parts = (part / 255 for part in colour.rgb)
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def theme_with(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the dark theme with a change in it."""
    source = (shipped_themes() / "dark.toml").read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "mine.toml"
    path.write_text(source.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (GROUND, 'background = "blurple"', "mine.toml: colours.background: no colour: 'blurple'"),
        (GROUND, "background = 7", "mine.toml: colours.background: no colour: 7"),
        (GROUND, "", "mine.toml: colours.background is missing"),
        ('text = "#d0d0d0"', 'text = "bold blurple"', "mine.toml: roles.text: no style"),
        ('text = "#d0d0d0"', 'txt = "#d0d0d0"', "mine.toml: unknown key roles.txt"),
        ('text = "#d0d0d0"', "", "mine.toml: roles.text is missing"),
        ("dark = true", 'dark = "yes"', "mine.toml: dark must be a bool"),
        ("dark = true", "drak = true", "mine.toml: unknown key drak"),
        ("[roles]", "[roles", "mine.toml: "),
    ],
)
def test_a_bad_theme_names_its_file_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(ThemeError) as raised:
        read_theme(theme_with(tmp_path, old, new))

    assert str(raised.value).startswith(told)


def test_a_bad_theme_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    theme_with(tmp_path, "[roles]", "[rolls]")

    skins, complaints = read_themes(shipped_themes(), tmp_path)

    assert len(skins) == len(SHIPPED)
    assert complaints == ["mine.toml: unknown key rolls"]


def test_a_users_theme_replaces_a_shipped_one_of_its_name(tmp_path: Path) -> None:
    theme_with(tmp_path, 'title = "Dark"', 'title = "Mine"').rename(tmp_path / "dark.toml")

    skins, _ = read_themes(shipped_themes(), tmp_path)

    assert skins["dark"].title == "Mine"


async def test_a_bad_theme_is_told_and_not_fatal(tmp_path: Path) -> None:
    theme_with(tmp_path, "dark = true", "drak = true")

    async with opened(report(1), user_themes=tmp_path) as screen:
        assert "mine.toml: unknown key drak" in screen.text
        assert "group-0" in screen.text


async def test_a_theme_that_is_not_there_is_told_and_the_default_worn() -> None:
    async with opened(report(1), theme="neon") as screen:
        assert "no theme 'neon': there are ansi, dark," in screen.text
        assert screen.app.theme == "lagtop-dark"


@pytest.mark.parametrize(
    ("colours", "theme"),
    [("15;0", "dark"), ("0;15", "light"), ("0;default;7", "light"), ("", "dark"), ("x", "dark")],
)
async def test_the_first_theme_fits_the_terminals_background(
    monkeypatch: pytest.MonkeyPatch, colours: str, theme: str
) -> None:
    monkeypatch.setenv("COLORFGBG", colours)

    async with opened(report(1)) as screen:
        assert screen.app.theme == f"lagtop-{theme}"


@pytest.mark.parametrize("name", [path.stem for path in SHIPPED])
async def test_every_theme_can_be_worn_while_running(name: str) -> None:
    async with opened(report(2)) as screen:
        screen.app.action_theme(name)
        await screen.pilot.pause()

        assert screen.app.theme == f"lagtop-{name}"
        assert "group-1" in screen.text


async def test_a_theme_brings_its_own_background_everywhere() -> None:
    async with opened(report(40, 2), size=(120, 40), theme="light") as screen:
        for keys in ([], ["enter"], ["question_mark"], ["q", "slash"]):
            await screen.press(*keys)
            strips = screen.app.screen._compositor.render_strips()
            grounds = {segment.style and segment.style.bgcolor for s in strips for segment in s}
            assert None not in grounds
            assert all(ground.triplet for ground in grounds if ground)


async def test_a_theme_that_is_edited_is_worn_anew_and_a_bad_edit_is_told(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    dark = (shipped_themes() / "dark.toml").read_text(encoding="utf-8")
    mine.write_text(dark, encoding="utf-8")

    async with opened(report(1), user_themes=tmp_path, theme="mine") as screen:
        mine.write_text(dark.replace(GROUND, 'background = "#123456"'), encoding="utf-8")
        await until(screen, lambda: str(screen.app.paint.ground.bgcolor).find("#123456") >= 0)

        mine.write_text(dark.replace(GROUND, 'background = "mud"'), encoding="utf-8")
        await until(screen, lambda: "mine.toml: colours.background: no colour" in screen.text)
        assert "group-0" in screen.text


async def until(screen: Opened, holds: Callable[[], bool]) -> None:
    """Wait until something holds, for as long as the test may take."""
    while not holds():
        await screen.pilot.pause(0.1)
