"""An event loop that looks names up in threads that nobody waits for.

asyncio's own are joined when the process ends: a name server that does not answer would hold up
quitting for as long as the resolver is patient, often half a minute.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

Result = TypeVar("Result")


class LookupLoop(asyncio.SelectorEventLoop):
    """A loop with one daemon thread for each name that is being looked up."""

    def __init__(self) -> None:
        super().__init__()
        self._looking: dict[tuple[Any, ...], asyncio.Future[Any]] = {}

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's name for it
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """The addresses of a host; who asks while that is being found out shares the answer."""
        asked = (host, port, family, type, proto, flags)
        if asked not in self._looking:
            future = self._looking[asked] = self.create_future()
            future.add_done_callback(lambda _: self._told(asked))
            name = f"lookup of {host}"
            threading.Thread(
                target=self._look, name=name, args=(asked, future), daemon=True
            ).start()
        return await asyncio.shield(self._looking[asked])

    def _told(self, asked: tuple[Any, ...]) -> None:
        # Looked at, lest the loop complain of an error that nobody waits for any more.
        self._looking.pop(asked).exception()

    def _look(self, asked: tuple[Any, ...], future: asyncio.Future[Any]) -> None:
        tell: Callable[[Any], None] = future.set_result
        found: Any
        try:
            found = socket.getaddrinfo(*asked)
        except (OSError, UnicodeError) as error:
            tell, found = future.set_exception, error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self.call_soon_threadsafe(tell, found)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """As `asyncio.run`, on such a loop."""
    with asyncio.Runner(loop_factory=LookupLoop) as runner:
        return runner.run(work)
