"""What hangs on objects: the ways from them to every text that names something gone."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import re
import threading
import types
from collections import deque
from collections.abc import Iterable, Sequence

_ELSEWHERE = (
    type, types.ModuleType, types.CodeType, asyncio.AbstractEventLoop, contextvars.Context,
    logging.Logger, threading.Thread,
)  # fmt: skip
"""What leads to the whole process, and so says nothing of who remembers."""

LONGEST_WAY = 12


def ways_to(names: re.Pattern[str], roots: Sequence[object]) -> list[str]:
    """How one comes from `roots` to each text that names one of them, the shortest way each.

    A function leads to what it closes over, not to the globals of its module.
    """
    came_from: dict[int, tuple[object, object | None]] = {id(root): (root, None) for root in roots}
    queue, found = deque(roots), []
    while queue:
        thing = queue.popleft()
        if isinstance(thing, str | bytes):
            text = thing if isinstance(thing, str) else thing.decode("latin-1")
            if names.search(text):
                found.append(_way(thing, came_from))
            continue
        for part in _parts(thing):
            if id(part) not in came_from and not isinstance(part, _ELSEWHERE):
                came_from[id(part)] = (part, thing)
                queue.append(part)
    return found


def _parts(thing: object) -> Iterable[object]:
    if isinstance(thing, types.FunctionType):
        return [*(thing.__closure__ or ()), *(thing.__defaults__ or ())]
    if isinstance(thing, dict):  # the collector passes over keys that are texts
        return [*thing.keys(), *thing.values()]
    return [part for part in gc.get_referents(thing) if not isinstance(part, types.FrameType)]


def _way(thing: object, came_from: dict[int, tuple[object, object | None]]) -> str:
    steps, at = [repr(thing)[:80]], came_from[id(thing)][1]
    while at is not None and len(steps) < LONGEST_WAY:
        parent = came_from[id(at)][1]
        steps.append(_name_in(parent, at))
        at = parent
    return " < ".join(steps)


def _name_in(parent: object, part: object) -> str:
    kind = type(part).__name__
    named = vars(parent).items() if hasattr(parent, "__dict__") else ()
    return next((f"{kind} {name}" for name, value in named if value is part), kind)
