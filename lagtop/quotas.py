"""How fast brokers let clients read: the cluster's quotas, and which bear on a client (KIP-546).

A quota holds at each broker by itself, and for all clients of its name together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OTHERS: Final = "<default>"
"""Names whoever has no quota by name, as Kafka's own tools print it."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of a user, a client id or both; "" is not named, OTHERS is whoever is not named.

    fetch_bytes_per_s: read of each broker; request_share: of a broker's threads' time, 1 is one
    thread. None is no quota.
    """

    user: str = ""
    client_id: str = ""
    fetch_bytes_per_s: float | None = None
    request_share: float | None = None

    @property
    def of(self) -> str:
        """Whose it is, in words."""
        named = (("user", self.user), ("client id", self.client_id))
        return ", ".join(f"{what} {name}" for what, name in named if name)


@dataclass(frozen=True, slots=True)
class Quotas:
    """The cluster's quotas on reading; `reason` says why they are not known."""

    known: tuple[Quota, ...] = ()
    reason: str = ""


UNASKED: Final = Quotas(reason="not asked yet")


def fetch_quotas(quotas: Quotas, client_id: str) -> tuple[Quota, ...]:
    """The quotas that may hold back a client's reading, the likeliest last.

    Kafka tells nobody which user a group's member is: where a user has a quota by name, it is one
    of several that may count, and what counts for all other users stands last. For a known user
    the order is Kafka's: user and client id, user and other clients, user; then the same of other
    users; then client id, other clients.
    """
    own = [
        one
        for one in quotas.known
        if one.fetch_bytes_per_s is not None and one.client_id in ("", client_id, OTHERS)
    ]
    users = sorted({one.user for one in own if one.user not in ("", OTHERS)})
    firsts = (_first(own, [user]) for user in users)
    rest = _first(own, [OTHERS, ""])
    return tuple(one for one in (*firsts, rest) if one is not None)


def _first(own: list[Quota], users: list[str]) -> Quota | None:
    """The quota that Kafka takes: users in their order, and a name before all others."""
    order = {"": 2, OTHERS: 1}
    fitting = [one for one in own if one.user in users]
    return min(
        fitting,
        key=lambda one: (users.index(one.user), order.get(one.client_id, 0)),
        default=None,
    )
