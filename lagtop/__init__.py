"""`top` for Kafka lag: which group is behind, by how much, and when it will be over."""

__version__ = "0.1.0"
