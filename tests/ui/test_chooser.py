"""The choice of a cluster: what is listed, tried, taken; and nothing else than that."""

from __future__ import annotations

from dataclasses import dataclass, field

from lagtop.ui.app import LagtopApp
from lagtop.ui.choices import Choice, Choices
from lagtop.ui.options import Nothing, Options
from lagtop.ui.screens.chooser import TAKEN, ChooserScreen

EVERY = (
    Choice("prod", "profiles", "prod", "kafka:9093 SASL_SSL"),
    Choice("dev", "profiles", "dev", "localhost:9092 PLAINTEXT"),
    Choice("kaf:x", "found here", "st\x1b[2Jrange", "x:1"),
)


@dataclass
class Asked:
    """Remembers what was tried and taken; `trouble` is in the way of taking."""

    trouble: str = ""
    tried: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def app(self, *, first: bool) -> LagtopApp:
        def attempt(name: str) -> str:
            self.tried.append(name)
            return f"{name}: 3 brokers"

        def take(name: str) -> str:
            self.taken.append(name)
            return self.trouble

        choices = Choices(lambda: EVERY, attempt, take, first)
        return LagtopApp(Nothing(), Options(choices=choices))


async def test_the_one_that_is_taken_ends_the_app() -> None:
    asked = Asked()
    app = asked.app(first=True)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ChooserScreen)
        await pilot.press("j", "enter")
        await app.workers.wait_for_complete()

    assert (asked.taken, app.return_value) == (["dev"], TAKEN)


async def test_what_is_in_the_way_is_said_and_the_choice_stays() -> None:
    asked = Asked("no password")
    app = asked.app(first=True)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("t")
        await app.workers.wait_for_complete()
        assert isinstance(app.screen, ChooserScreen)
        assert app.screen.said == "prod: 3 brokers"
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        assert app.screen.said == "no password"
        await pilot.press("escape")

    assert (asked.tried, asked.taken, app.return_value) == (["prod"], ["prod"], None)


async def test_it_opens_with_a_key_and_closes_without_a_trace() -> None:
    app = Asked().app(first=False)
    async with app.run_test() as pilot:
        await pilot.press("C")
        await pilot.pause()
        screen: object = app.screen
        assert isinstance(screen, ChooserScreen)
        drawn = "".join(piece.text for line in screen._lines(80) for piece in line)
        await pilot.press("q")
        await pilot.pause()
        assert app.screen is app.browse

    assert "\x1b" not in drawn
    assert "prod" in drawn
