"""Asks Kafka: knows facts, no conclusions and no screens. It only reads."""
