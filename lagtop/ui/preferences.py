"""What the user chose on the screen and finds again next time: columns and theme; a JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lagtop.outfile import utf8, write_whole


@dataclass(slots=True)
class Preferences:
    """The choices: columns by view id, in their order, and a theme's name."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    theme: str | None = None


def load(path: Path | None) -> tuple[Preferences, list[str]]:
    """The saved choices, and what is wrong with their file; no file means none were made."""
    if path is None:
        return Preferences(), []
    try:
        return _read(json.loads(path.read_text(encoding="utf-8"))), []
    except FileNotFoundError:
        return Preferences(), []
    except (OSError, ValueError) as error:
        return Preferences(), [f"{path.name}: {error}; the choices of last time are left out"]


def save(path: Path | None, preferences: Preferences) -> None:
    """Write the choices; raises OSError or OutputError, and then the file is as it was."""
    if path is None:
        return
    data = {"columns": preferences.columns, "theme": preferences.theme}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, utf8(json.dumps(data, indent=1) + "\n"))


def _read(data: object) -> Preferences:
    if not isinstance(data, Mapping):
        raise ValueError("not a JSON object")
    columns, theme = data.get("columns", {}), data.get("theme")
    if not isinstance(columns, Mapping) or not all(map(_are_names, columns.values())):
        raise ValueError("columns must be lists of names by view")
    if not isinstance(theme, str | None):
        raise ValueError(f"theme must be a name, not {theme!r}")
    return Preferences({str(view): list(names) for view, names in columns.items()}, theme)


def _are_names(names: object) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) for name in names)
