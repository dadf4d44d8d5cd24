"""Kafka's messages as classes: the one vocabulary that `wire` asks in and `demo` answers in."""
