"""A table about which one may ask what if."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lagtop.ui.screens.table_screen import TableScreen
from lagtop.ui.sheets import GroupSheet, PartitionSheet
from lagtop.ui.views import Place

if TYPE_CHECKING:
    from lagtop.ui.screens.whatif import WhatIfScreen


class AskingScreen(TableScreen, inherit_bindings=False):
    """A table over which the panel opens; the model behind it is loaded then."""

    _panel: WhatIfScreen | None = None

    def show(self) -> None:
        """Draw the session as it is now, in the panel too."""
        super().show()
        if self._panel is not None:
            self._panel.show()

    def action_what_if(self) -> None:
        """Ask about the group in sight."""
        group = asked_about(self.here)
        if group is None:
            self.say("what if is asked about a group: 1 shows them")
            return
        from lagtop.ui.screens.whatif import WhatIfScreen

        self._panel = WhatIfScreen(self.session, group)
        self.app.push_screen(self._panel, self._forget_panel)

    def _forget_panel(self, _: None) -> None:
        self._panel = None


def asked_about(place: Place) -> str | None:
    """The group that the place or the row under its cursor belongs to."""
    if place.view.id in ("group", "member"):
        return str(place.path[0])
    sheet, identity = place.grid.sheet, place.identity
    is_of_group = isinstance(sheet, GroupSheet | PartitionSheet) and identity is not None
    return str(identity[0]) if is_of_group and identity else None
