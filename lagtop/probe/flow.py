"""What a load writes: record sizes, keys, headers; and the records themselves, drawn by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from lagtop.errors import UsageError
from lagtop.snapshot import Floats, Ints

LOAD_MARK = "lagtop-load"
MOST_KEYS = 100_000
PAYLOADS = 64


@dataclass(frozen=True, slots=True)
class Keys:
    """So many keys, drawn with weights 1 / rank ** exponent: 0 is uniform; no keys at all is 0."""

    count: int = 0
    exponent: float = 0.0

    @property
    def words(self) -> str:
        """The keys for people."""
        if not self.count:
            return "no keys"
        law = f"zipf, exponent {self.exponent:g}" if self.exponent else "uniform"
        return f"{self.count} keys, {law}"

    def weights(self) -> Floats:
        """The cumulative probability of each key (float64[count])."""
        shares = np.arange(1, self.count + 1, dtype=np.float64) ** -self.exponent
        return np.asarray(np.cumsum(shares) / shares.sum())


@dataclass(frozen=True, slots=True)
class Flow:
    """What every record of a load is like; `acks` and `compression` are Kafka's own words."""

    topic: str
    partitions: tuple[int, ...]
    run_id: str
    size_bytes: int = 100
    keys: Keys = Keys()
    compression: str = "none"
    acks: str = "all"
    headers: tuple[tuple[str, bytes], ...] = ()
    timeout_s: float = 30.0

    @property
    def all_headers(self) -> list[tuple[str, bytes]]:
        """The mark of a load, and what the user wants besides."""
        return [(LOAD_MARK, self.run_id.encode()), *self.headers]

    def payloads(self, random: Generator) -> list[bytes]:
        """A few values of the wanted size; random, so that compression has about half to gain."""
        half = -(-self.size_bytes // 2)
        return [random.bytes(half).hex()[: self.size_bytes].encode() for _ in range(PAYLOADS)]


def parse_keys(text: str) -> Keys:
    """Read `none`, `uniform:COUNT`, `zipf:COUNT` or `zipf:COUNT:EXPONENT`; raises UsageError."""
    law, *numbers = text.split(":")
    try:
        if law == "none" and not numbers:
            return Keys()
        if law == "uniform" and len(numbers) == 1:
            return _checked(Keys(int(numbers[0])))
        if law == "zipf" and len(numbers) in (1, 2):
            return _checked(Keys(int(numbers[0]), float(numbers[1]) if numbers[1:] else 1.0))
    except ValueError:
        pass
    raise UsageError(
        f"--keys: not understood: {text!r}",
        f"none, uniform:COUNT or zipf:COUNT:EXPONENT, with up to {MOST_KEYS} keys",
    )


def spread(count: int, places: int, first: int) -> Ints:
    """How many of `count` records go to each of so many places, in turn from `first` on."""
    even, rest = divmod(count, places)
    shares = np.full(places, even, np.int64)
    shares[(first + np.arange(rest)) % places] += 1
    return shares


def _checked(keys: Keys) -> Keys:
    if not 1 <= keys.count <= MOST_KEYS or not 0 <= keys.exponent < 10:
        raise ValueError
    return keys
