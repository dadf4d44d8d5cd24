"""Pure answers from snapshots: no clock, no I/O, no screen."""
