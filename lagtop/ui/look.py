"""How cells are spelt: which glyphs the terminal has, and how exact numbers are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """The choices that every cell's text depends on."""

    ascii: bool = False
    exact: bool = False

    @property
    def at_least(self) -> str:
        """The sign of a sum that is not whole."""
        return ">=" if self.ascii else "≥"

    @property
    def at_most(self) -> str:
        """The sign of an upper bound."""
        return "<=" if self.ascii else "≤"

    @property
    def not_applicable(self) -> str:
        """The sign of a figure that has no meaning here."""
        return "-" if self.ascii else "–"

    @property
    def ellipsis(self) -> str:
        """The sign of a cut name."""
        return "~" if self.ascii else "…"

    @property
    def about(self) -> str:
        """The sign before half an interval."""
        return "+-" if self.ascii else "±"

    @property
    def marker(self) -> str:
        """What plotext draws lines with."""
        return "*" if self.ascii else "braille"

    @property
    def waiting(self) -> str:
        """The sign of a figure that is about to come."""
        return ".." if self.ascii else "…"
