"""Themes as TOML files: colours for Textual, and a style for each role that lagtop draws with.

A theme that cannot be used is a ThemeError that names the file and the key; never fatal.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.errors import StyleSyntaxError
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

from lagtop.ui.roles import ROLES

NO_COLOUR_THEME: Final = "ansi"
DEFAULT_THEME: Final = "dark"
LIGHT_THEME: Final = "light"
COLOURS: Final = (
    "primary", "secondary", "accent", "warning", "error", "success",
    "foreground", "background", "surface", "panel",
)  # fmt: skip
_TOP: Final = {"title", "dark", "ansi", "colours", "roles"}


class ThemeError(ValueError):
    """What is wrong with a theme, with its file and key."""


@dataclass(frozen=True, slots=True)
class Skin:
    """A theme that was read: its file's stem, Textual's part, and a style for each of ROLES.

    `changed_at` is the file's time when it was read, nanoseconds.
    """

    name: str
    title: str
    theme: Theme
    styles: Mapping[str, Style]
    path: Path
    changed_at: int

    @property
    def is_as_read(self) -> bool:
        """Whether the file is still what was read of it; a file that is gone is."""
        return changed_at(self.path) in (self.changed_at, 0)

    @property
    def ground(self) -> Style:
        """What lies under everything: the theme's own colours, or the terminal's."""
        if self.theme.ansi:
            return Style.null()
        return Style(color=self.theme.foreground, bgcolor=self.theme.background)


def changed_at(path: Path) -> int:
    """When a file was last written, nanoseconds; 0 if it cannot be seen."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def shipped_themes() -> Path:
    """Where the themes lie: in the package of a wheel, at the repository's top in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def read_themes(*directories: Path) -> tuple[dict[str, Skin], list[str]]:
    """Every theme of the directories by name, a later one replacing an earlier; and complaints."""
    skins: dict[str, Skin] = {}
    complaints: list[str] = []
    for path in _files(directories):
        try:
            skins[path.stem] = read_theme(path)
        except ThemeError as error:
            complaints.append(str(error))
    return skins, complaints


def read_theme(path: Path) -> Skin:
    """Read one theme file."""
    written_at = changed_at(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThemeError(f"{path.name}: {error}") from None
    _reject_unknown(path, "", data, _TOP)
    colours, roles = _table(path, data, "colours"), _table(path, data, "roles")
    _reject_unknown(path, "colours.", colours, COLOURS)
    _reject_unknown(path, "roles.", roles, ROLES)
    return Skin(
        name=path.stem,
        title=_typed(path, data, "title", str, path.stem),
        theme=_theme(path, data, colours),
        styles={role: _style(path, role, roles) for role in ROLES},
        path=path,
        changed_at=written_at,
    )


def _files(directories: Iterable[Path]) -> list[Path]:
    return [path for directory in directories for path in sorted(directory.glob("*.toml"))]


def _theme(path: Path, data: Mapping[str, Any], colours: Mapping[str, Any]) -> Theme:
    for key in COLOURS:
        _check_colour(path, key, colours)
    dark, ansi = (
        _typed(path, data, "dark", bool, True),
        _typed(path, data, "ansi", bool, False),
    )
    native = BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"].variables if ansi else {}
    return Theme(f"lagtop-{path.stem}", dark=dark, ansi=ansi, variables=native, **colours)


def _check_colour(path: Path, key: str, colours: Mapping[str, Any]) -> None:
    if key not in colours:
        raise ThemeError(f"{path.name}: colours.{key} is missing")
    try:
        Color.parse(colours[key])
    except (ColorParseError, TypeError, AttributeError):
        raise ThemeError(f"{path.name}: colours.{key}: no colour: {colours[key]!r}") from None


def _style(path: Path, role: str, roles: Mapping[str, Any]) -> Style:
    if role not in roles:
        raise ThemeError(f"{path.name}: roles.{role} is missing")
    try:
        return Style.parse(roles[role])
    except (StyleSyntaxError, TypeError, AttributeError):
        raise ThemeError(f"{path.name}: roles.{role}: no style: {roles[role]!r}") from None


def _table(path: Path, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    table: dict[str, Any] = _typed(path, data, key, dict, {})
    return table


def _typed(path: Path, data: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = data.get(key, default)
    if not isinstance(value, kind):
        raise ThemeError(f"{path.name}: {key} must be a {kind.__name__}, not {value!r}")
    return value


def _reject_unknown(
    path: Path, prefix: str, table: Mapping[str, Any], known: Iterable[str]
) -> None:
    for key in table:
        if key not in known:
            raise ThemeError(f"{path.name}: unknown key {prefix}{key}")
