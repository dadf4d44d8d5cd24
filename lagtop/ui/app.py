"""The application: one feed in, one exit status out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from dataclasses import replace

from rich.style import Style
from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.screen import Screen

from lagtop.live import Update
from lagtop.snapshot import Progress
from lagtop.ui.commands import bindings_of
from lagtop.ui.driver import CellDriver, chosen_driver
from lagtop.ui.look import Look
from lagtop.ui.messages import Delivered
from lagtop.ui.options import Feed, Options
from lagtop.ui.roles import Paint
from lagtop.ui.screens.browse import BrowseScreen
from lagtop.ui.screens.chooser import ChooserScreen
from lagtop.ui.session import Session
from lagtop.ui.terminal import has_light_background, wants_ascii, wants_no_colour
from lagtop.ui.themes import (
    DEFAULT_THEME,
    LIGHT_THEME,
    NO_COLOUR_THEME,
    Skin,
    ThemeError,
    changed_at,
    read_theme,
    read_themes,
    shipped_themes,
)

_GLANCE_S = 1.0
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


class LagtopApp(App[int], inherit_bindings=False):
    """Draws what a feed delivers until the user, a signal or the terminal's end stops it."""

    BINDINGS = bindings_of("app")
    CSS_PATH = "screens/browse.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "lagtop"

    def __init__(self, feed: Feed, options: Options) -> None:
        ascii_only = wants_ascii() if options.ascii is None else options.ascii
        self.paint = Paint({}, Style.null(), ascii_only)
        super().__init__(
            driver_class=chosen_driver(stock=options.stock_driver),
            ansi_color=True if wants_no_colour() else None,
        )
        self.session = Session(feed, options, Look(ascii=ascii_only))
        self.session.complaints += self._read_themes()
        self._wear(self._first_skin())
        self.browse = BrowseScreen(self.session)
        self.browses = [self.browse]

    @property
    def sessions(self) -> list[Session]:
        """One for each cluster that is open."""
        return [browse.session for browse in self.browses]

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return self.browse

    def on_mount(self) -> None:
        """Mind signals; begin to poll once the first frame is out."""
        loop = asyncio.get_running_loop()
        if not self.is_headless:
            for number in _ENDING:
                loop.add_signal_handler(number, self.end_by_signal, number)
        self.set_interval(_GLANCE_S, self._glance_at_theme)
        self.app_resume_signal.subscribe(self, lambda _: self.action_repaint())
        self.call_after_refresh(self._begin)

    async def on_event(self, event: events.Event) -> None:
        """Let the main screen's prompt have its keys before anything else."""
        if not (isinstance(event, events.Key) and self._takes(event)):
            await super().on_event(event)

    def deliver(self, update: Update, place: int = 0) -> None:
        """Take news from the feed's thread; after the end, nobody listens.

        `place` is that of the cluster among those that are open.
        """
        with contextlib.suppress(RuntimeError):
            self.post_message(Delivered(update, place))

    def draw(self, browse: BrowseScreen) -> None:
        """Draw the news of a cluster."""
        if browse.session.frozen is None:
            browse.show()

    def on_delivered(self, message: Delivered) -> None:
        """Remember the news and draw it."""
        browse = self.browses[message.place]
        browse.session.take(message.update)
        self.draw(browse)
        if not gc.isenabled() and not isinstance(message.update, Progress):
            self.call_after_refresh(_collect_again)

    def end_by_signal(self, number: int) -> None:
        """Leave with the terminal restored and the status that a shell gives a killed process."""
        self.exit(return_code=128 + number)

    def tell(self, words: str, role: str = "attention") -> None:
        """Say something where the user looks."""
        self.browse.say(words, role)

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and its painted lines: Textual keeps those of the last thousand widgets.

        A method of what holds them is memoized (`StylesCache.get_inner_outer`), and with it each of
        them; to be painted anew they are dropped.
        """
        for widget in self.screen.walk_children(with_self=True):
            widget.refresh()
        return super().pop_screen()

    def action_repaint(self) -> None:
        """Draw the whole screen again."""
        self.refresh(layout=True)
        if isinstance(self._driver, CellDriver):
            self._driver.repaint()

    def action_end(self) -> None:
        """Leave at once."""
        self.exit()

    def action_clusters(self) -> None:
        """Choose another cluster."""
        choices = self.session.options.choices
        if choices is None:
            self.tell("there is no choice of clusters here")
        else:
            self.push_screen(ChooserScreen(choices))

    def action_mouse(self) -> None:
        """Take the mouse, or leave it to the terminal."""
        if not isinstance(self._driver, CellDriver):
            self.tell("the mouse can only be switched with lagtop's own driver")
        elif self._driver.switch_mouse():
            self.tell("the mouse chooses, opens, sorts and scrolls; m leaves it", "title")
        else:
            self.tell("the mouse is the terminal's: select text; m takes it", "title")

    def action_theme(self, name: str) -> None:
        """Wear other colours, next time too; files are read anew."""
        complaints = self._read_themes()
        if name not in self.skins:
            self.browse.say(f"no theme {name!r}: there are {', '.join(self.skins)}")
            return
        self._wear(self.skins[name])
        self.session.preferences.theme = name
        self.browse.show()
        self.browse.complain("; ".join([*complaints, self.session.remember()]).strip("; "))

    def _takes(self, event: events.Key) -> bool:
        is_first_to_see = not event.is_forwarded and self.screen is self.browse
        return is_first_to_see and self.browse.take(event)

    def _read_themes(self) -> list[str]:
        user = self.session.options.user_themes
        self.skins, complaints = read_themes(shipped_themes(), *([user] if user else []))
        self.session.themes = tuple(self.skins)
        for skin in self.skins.values():
            self.register_theme(skin.theme)
        return complaints

    def _wear(self, skin: Skin) -> None:
        self._skin = skin
        self.paint = Paint(skin.styles, skin.ground, self.paint.ascii)
        if self.theme == skin.theme.name:
            self.mutate_reactive(App.theme)
        self.theme = skin.theme.name

    def _glance_at_theme(self) -> None:
        """Wear the theme's file again when it was changed: who edits it sees what comes of it."""
        worn = self._skin
        if worn.is_as_read:
            return
        try:
            self._wear(read_theme(worn.path))
        except ThemeError as error:
            self._skin = replace(worn, changed_at=changed_at(worn.path))
            self.tell(str(error))
        else:
            self.draw(self.browse)

    def _first_skin(self) -> Skin:
        chosen = self.session.options.theme or self.session.preferences.theme
        fitting = LIGHT_THEME if has_light_background() else DEFAULT_THEME
        wanted = NO_COLOUR_THEME if wants_no_colour() else chosen or fitting
        if wanted not in self.skins:
            told = f"no theme {wanted!r}: there are {', '.join(self.skins)}"
            self.session.complaints.append(told)
        return self.skins.get(wanted, self.skins[DEFAULT_THEME])

    def _begin(self) -> None:
        if self.session.options.choices is not None and self.session.options.choices.first:
            self.action_clusters()
        else:
            self.session.feed.begin(self.deliver)
        self.browse.complain("; ".join(self.session.complaints))


def _collect_again() -> None:
    """Collect garbage from now on; what was loaded until now is none, and is left out for good."""
    gc.collect()
    gc.freeze()
    gc.enable()
