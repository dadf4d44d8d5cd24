"""A package that was entered by its side door is whole for those who ask it for a name."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENTERED = "import sys, lagtop.protocol.messages; "


def said(code: str) -> str:
    """What a fresh interpreter prints."""
    words = [sys.executable, "-c", ENTERED + code]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def test_messages_come_without_kafka_pythons_clients() -> None:
    clients = {"kafka.consumer", "kafka.producer", "kafka.admin", "kafka.net"}
    assert said(f"print(sys.modules.keys() & {clients})") == "set()"


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("from kafka import KafkaConsumer; print(KafkaConsumer.__name__)", "KafkaConsumer"),
        ("from kafka.admin import NewTopic; print(NewTopic.__name__)", "NewTopic"),
        (
            "from kafka.protocol.admin import CreateTopicsRequest as one; print(one.__name__)",
            "CreateTopicsRequest",
        ),
        ("import kafka; print(kafka.errors.KafkaError.__name__)", "KafkaError"),
    ],
)
def test_whoever_wants_a_client_gets_it(code: str, printed: str) -> None:
    assert said(code) == printed
