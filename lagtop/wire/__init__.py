"""Asks Kafka: knows facts, no conclusions and no screens. It only reads.

Of aiokafka it uses the connection: a consumer and a producer are loaded by who wants them.
"""

from lagtop.protocol.sparing import enter_by_side_door

enter_by_side_door("aiokafka")
