"""What the screen offers to go to; all that it needs is loaded when somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagtop.cli.clusters import Clusters
    from lagtop.ui.choices import Choice, Choices


class Chooser:
    """Remembers which cluster was taken, for whoever opens it: `taken`."""

    def __init__(self) -> None:
        self.taken: str | None = None
        self._made: Clusters | None = None

    def choices(self, *, first: bool) -> Choices:
        """What the screen is given; `first` if there is no cluster to go back to."""
        from lagtop.ui.choices import Choices

        self.taken = None
        return Choices(self._every, lambda name: self._clusters.attempt(name), self._take, first)

    @property
    def _clusters(self) -> Clusters:
        if self._made is None:
            from lagtop.cli.clusters import Clusters

            self._made = Clusters()
        return self._made

    def _every(self) -> list[Choice]:
        return self._clusters.every()

    def _take(self, name: str) -> str:
        trouble, taken = self._clusters.take(name)
        if not trouble:
            self.taken = taken
        return trouble
