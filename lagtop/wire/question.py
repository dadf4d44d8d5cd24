"""A question to a broker and its answer: kafka-python's message, aiokafka's envelope.

aiokafka's connection sends an object that has API_KEY and `prepare(versions)`, whose result has
`build_request_header`, `encode`, `parse_response_header` and `RESPONSE_TYPE.decode`. kafka-python's
messages have other names for the same; this is the adapter. Bodies come back undecoded, so that the
big ones can be read as columns, and so that a broken one cannot break the connection's reader.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from lagtop.errors import AccessError
from lagtop.protocol.messages import ApiMessage, RequestHeader
from lagtop.snapshot import Gap

THROTTLE_FIRST_SINCE = {1: 1, 2: 2, 3: 3, 9: 3, 15: 1, 16: 1, 32: 0, 35: 0, 48: 0, 69: 0}
"""From which version on the answers of an API begin with the throttle time, by API key."""

LONGEST_DECODED_BYTES = 1 << 25
"""What kafka-python reads takes about twenty times its size in memory, and seconds a megabyte."""

LONGEST_NAME = 32767
LONGEST_REASON = 300
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, struct.error, OverflowError)

Read = TypeVar("Read")


class LinkError(Exception):
    """A node gave no usable answer; `gap` says why, and `refusal` is there if a guard did it."""

    def __init__(self, gap: Gap, refusal: AccessError | None = None) -> None:
        super().__init__(gap.reason)
        self.gap = gap
        self.refusal = refusal


class UnsupportedError(LinkError):
    """The node is too old, or too foreign, for a question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a response with its version and the time it came, seconds."""

    body: bytes
    version: int
    at: float


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: `encode(version)` gives the body; `versions` is the range that we speak."""

    request: type[ApiMessage]
    response: type[ApiMessage]
    encode: Callable[[int], bytes]
    versions: tuple[int, int]

    @classmethod
    def of(
        cls, message: ApiMessage, response: type[ApiMessage], versions: tuple[int, int]
    ) -> Question:
        """Ask with a message of kafka-python's."""
        return cls(
            type(message), response, lambda version: message.encode(version=version), versions
        )


class Envelope:
    """One sending of a question, shaped as aiokafka's connection wants it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self.API_KEY: int = question.request.API_KEY
        self.version = -1

    @property
    def RESPONSE_TYPE(self) -> Envelope:  # noqa: N802 - the name that aiokafka looks for
        """What decodes the body: this, which leaves it as it is."""
        return self

    def prepare(self, supported: dict[int, tuple[int, int]]) -> Envelope:
        """Fix the version to the highest that both sides know."""
        low, high = supported.get(self.API_KEY, (0, -1))
        self.version = min(high, self._question.versions[1])
        if self.version < max(low, self._question.versions[0]):
            name = self._question.request.name.removesuffix("Request")
            raise UnsupportedError(Gap("unsupported", f"the broker does not know {name}"))
        return self

    def build_request_header(self, correlation_id: int, client_id: str) -> _Encoded:
        """Make the header, of the flexible kind where the version wants it (KIP-482)."""
        header = RequestHeader(
            request_api_key=self.API_KEY,
            request_api_version=self.version,
            correlation_id=correlation_id,
            client_id=client_id,
        )
        flexible = self._question.request.flexible_version_q(self.version)
        return _Encoded(header.encode(flexible=flexible))

    def encode(self) -> bytes:
        """Make the body."""
        return self._question.encode(self.version)

    def parse_response_header(self, data: io.BytesIO) -> Any:
        """Read the header off the front of a response."""
        return self._question.response.parse_header(data, version=self.version)

    def decode(self, data: io.BytesIO) -> bytes:
        """Leave the body as it came."""
        return data.read()


@dataclass(frozen=True, slots=True)
class _Encoded:
    data: bytes

    def encode(self) -> bytes:
        return self.data


def throttled_s(envelope: Envelope, body: bytes) -> float:
    """How long a broker held up an answer by quota, seconds; it comes first where it is told."""
    since = THROTTLE_FIRST_SINCE.get(envelope.API_KEY)
    if since is None or envelope.version < since or len(body) < 4:
        return 0.0
    return float(max(int.from_bytes(body[:4], "big", signed=True), 0)) / 1000


def read(
    response: type[ApiMessage],
    answer: Answer,
    interpret: Callable[[Any], Read],
    longest: int = LONGEST_DECODED_BYTES,
) -> Read:
    """Decode an answer and make something of it; raises LinkError where either is impossible.

    A stranger may leave out what must be there: then it is `interpret` that stumbles.
    """
    with readable(response, answer, longest):
        return interpret(response.decode(answer.body, version=answer.version))


@contextmanager
def readable(
    response: type[ApiMessage], answer: Answer, longest: int = LONGEST_DECODED_BYTES
) -> Iterator[None]:
    """Whatever stumbles over an answer is a LinkError, and so is one that is too long."""
    name = response.name.removesuffix("Response")
    if len(answer.body) > longest:
        what = f"the broker's answer to {name} has {len(answer.body)} bytes"
        raise LinkError(Gap("error", f"{what}, and lagtop reads {longest} at most"))
    try:
        yield
    except UNREADABLE as error:
        what = f"the broker's answer to {name} cannot be read: {error}"
        raise LinkError(Gap("error", what[:LONGEST_REASON])) from error


def text(value: object) -> str:
    """A name that must be there, of a length that Kafka allows; raises ValueError."""
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise ValueError("a name is missing or too long")
    return value


def partition(number: int) -> int:
    """A partition's number; raises ValueError."""
    if not 0 <= number < 1 << 31:
        raise ValueError(f"{number} is no partition")
    return number
