"""The only part that writes to Kafka, and only to a topic that the user named."""
