"""A place in the bytes of a flexible message, and what is read from there (KIP-482).

Compact lengths are one more than the count, as unsigned varints; 0 is null.
"""

from __future__ import annotations

import struct

_INT16, _INT32 = struct.Struct(">h"), struct.Struct(">i")


class MalformedError(ValueError):
    """Bytes that are no such answer."""


class Cursor:
    """Walks the fields of a message from `at`; every read is bounded by it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def varint(self) -> int:
        """An unsigned varint."""
        # Nearly every length has one byte, and a poll of many groups reads ten of each.
        at = self.at
        if at < len(self.data) and self.data[at] < 0x80:
            self.at = at + 1
            return self.data[at]
        value = 0
        for shift in range(0, 35, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise MalformedError("a length has more than five bytes")

    def count(self) -> int:
        """The length of a compact array that is not null; it is bounded by what is left."""
        count = self.varint() - 1
        if count < 0:
            raise MalformedError("an array is missing")
        if count > len(self.data) - self.at:
            raise MalformedError(f"an array of {count} in {len(self.data) - self.at} bytes")
        return count

    def text(self) -> str:
        """A compact string; null is "" too."""
        return self.take(self.varint() - 1).decode("utf-8", "replace")

    def take(self, size: int) -> bytes:
        """So many bytes."""
        start = self.at
        end = self.at = start + size if size > 0 else start
        if end > len(self.data):
            raise MalformedError("a field runs past the end")
        return self.data[start:end]

    def int16(self) -> int:
        """A signed short."""
        value: int = _INT16.unpack(self.take(2))[0]
        return value

    def int32(self) -> int:
        """A signed int."""
        value: int = _INT32.unpack(self.take(4))[0]
        return value

    def tags(self) -> None:
        """Pass over the tagged fields."""
        for _ in range(self.varint()):
            self.varint()
            self.take(self.varint())
