"""Recordings: snapshots as JSON lines, written while lagtop runs and played back exactly.

The first line is `{"lagtop_record": 1, "cluster": "...", "started_at": 1700000000.0}`; then a line
a poll:

    {"t": 1700000002.0, "full": true, "brokers": [[1, "host", 9092]],
     "topics": {"orders": [[0, LEADER, LOG_START, LOG_END, LSO], ...]},
     "groups": {"billing": {"type": "classic", "state": "Stable",
                "offsets": {"orders": [[0, COMMITTED], ...]},
                "members": [["member-id", "client-id", "/host", {"orders": [0, 1]}]]}}}

A full line holds all; any other only what changed. Null is unknown, leader -1 is offline, committed
-1 is never committed, and keys that are not known are ignored. What a poll knew beyond that is in
keys that a recording written by hand may leave out:

    "cluster", "controller", "cost"   as in Snapshot
    "topic_ids": {"orders": "hex"}, "internal": ["__consumer_offsets"]
    "configs": {"orders": {"retention_ms": 604800000, "cleanup_policy": "delete"}}
    "configs_refused": ["orders"]   topics whose settings may not be read
    "read": {"leaders": {"1": seconds}, "coordinators": {"1": seconds}}
        when each broker's answers came; without it, at t
    "at": [[seconds, {"orders": [0]}, {"billing": {"orders": [0]}}], ...]
        partitions and commits whose answer came at yet another time
    "gaps": [["timeout", "broker 3 did not answer", {"orders": [0]}, {"billing": {"orders": [0]}}]]
        partitions and commits that are unknown or old, and why; of this poll, not of changes
    "replicas", "bytes", "quorum", "reassigning"   as in health.py; "times" as in times.py
    in a broker a fourth item {"rack": "a", "gap": [code, reason], "round_trip_s": 0.01}; in a group
    "protocol_type", "assignor", "coordinator" and "gap"; in a member a fifth item, its instance id
"""
