"""Mishaps that a test makes by hand: slow, silent, cut, wrong and failing answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from lagtop.protocol.codes import UNKNOWN_SERVER_ERROR
from lagtop.protocol.messages import ApiKey

FOREVER = -1


class Mishap(Enum):
    """What may befall a single request."""

    HANG_UP = auto()
    SILENCE = auto()
    CUT = auto()
    ERROR = auto()


@dataclass(slots=True)
class ErrorRule:
    """An error code for what it names; None names everything. `times` is how often still."""

    api: ApiKey
    code: int
    group: str | None = None
    topic: str | None = None
    partition: int | None = None
    times: int = FOREVER

    def covers(self, group: str | None, topic: str | None, partition: int | None) -> bool:
        """Whether the thing answered is one that the rule names."""
        named = ((self.group, group), (self.topic, topic), (self.partition, partition))
        return all(wanted is None or wanted == given for wanted, given in named)


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection closes after so many bytes of the answer."""

    broker: int | None
    api: ApiKey
    after_bytes: int


@dataclass(slots=True)
class Faults:
    """What goes wrong at the brokers, until `clear`; a broker of None is every broker."""

    delays_s: dict[tuple[int | None, ApiKey | None], float] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    cuts: list[Cut] = field(default_factory=list)
    errors: list[ErrorRule] = field(default_factory=list)
    garbled: set[int] = field(default_factory=set)
    fail_in: int | None = None
    fail_once: bool = True
    mishap: Mishap = Mishap.HANG_UP
    rewrite: Callable[[ApiKey, bytes], bytes] | None = None
    """Makes any bytes of a whole frame, as a broker that is none would."""

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        for collection in (self.delays_s, self.silent, self.cuts, self.errors, self.garbled):
            collection.clear()
        self.fail_in = self.rewrite = None

    def delay_s(self, broker: int, api: ApiKey) -> float:
        """How long an answer is held back: the longest of the delays that apply."""
        keys = ((broker, api), (broker, None), (None, api), (None, None))
        return max(self.delays_s.get(key, 0.0) for key in keys)

    def cut_at(self, broker: int, api: ApiKey) -> int | None:
        """After how many bytes the answer breaks off, None if it does not."""
        cuts = (cut for cut in self.cuts if cut.api == api and cut.broker in (None, broker))
        return next((cut.after_bytes for cut in cuts), None)

    def befalls(self) -> Mishap | None:
        """Count one request, and say what befalls it."""
        if self.fail_in is None:
            return None
        self.fail_in = max(self.fail_in - 1, 0)
        if self.fail_in > 0:
            return None
        if self.fail_once:
            self.fail_in = None
        return self.mishap

    @contextmanager
    def erring(self, api: ApiKey, mishap: Mishap | None) -> Iterator[None]:
        """Answer with an error code inside the `with`, if that is what befalls the request."""
        rule = ErrorRule(api, UNKNOWN_SERVER_ERROR)
        erring = [rule] if mishap is Mishap.ERROR else []
        self.errors += erring
        try:
            yield
        finally:
            self.errors[:] = [one for one in self.errors if one is not rule]

    def rules(self, api: ApiKey) -> list[ErrorRule]:
        """The error rules that are still good for an answer of this kind."""
        return [rule for rule in self.errors if rule.api == api and rule.times != 0]
