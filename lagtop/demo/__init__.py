"""An embedded cluster that speaks Kafka's wire protocol, and the stories it plays."""
