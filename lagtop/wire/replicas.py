"""Where replicas lie, in the rows of a snapshot."""

from __future__ import annotations

import numpy as np

from lagtop.snapshot import Replicas
from lagtop.wire.layout import PartitionTable
from lagtop.wire.topology import Replication, Topology


class Places:
    """Keeps the same object while neither rows nor replicas change."""

    def __init__(self) -> None:
        self._of: tuple[PartitionTable, Replication] | None = None
        self._made: Replicas | None = None

    def place(
        self, table: PartitionTable, topology: Topology, found: Replication
    ) -> Replicas | None:
        """The replicas of a topology, with the row of each one's partition."""
        of = self._of
        if of is None or of[0] is not table or of[1] is not found:
            counts = np.bincount(topology.topic, minlength=len(topology.topics))
            rows = table.rows(topology.topics, counts, topology.index).astype(np.int32)
            preferred = np.diff(found.partition, prepend=-1) != 0
            self._of = (table, found)
            self._made = Replicas(rows[found.partition], found.node, found.in_sync, preferred)
        return self._made
