"""What lies behind an error: libraries wrap one in another, and some tie the chain into a ring."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_ERRNO = re.compile(r"\[Errno (\d+)\]")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it came of, and so on, each once."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def in_a_word(error: BaseException) -> str:
    """The word of what lies behind an error, without its numbers.

    asyncio puts the address into it, as a tuple, and joins several errors into one.
    """
    told = next((one for one in causes(error) if isinstance(one, OSError)), error)
    number = told.errno if isinstance(told, OSError) else None
    joined = _ERRNO.search(str(told))
    if number is None and joined is not None:
        number = int(joined[1])
    if number is not None and number > 0:
        return os.strerror(number).lower()
    if isinstance(told, OSError) and told.strerror:
        return told.strerror.lower()
    return str(told) or type(told).__name__
