"""Kafka's own schemas of the messages that kafka-python does not have yet."""
