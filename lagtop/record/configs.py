"""The settings of topics in a line: only what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from lagtop.record.fields import mapping, text, whole
from lagtop.snapshot import UNKNOWN, TopicConfig


def write_configs(configs: Mapping[str, TopicConfig]) -> dict[str, Any]:
    """Settings by topic, without what is not known."""
    return {
        topic: {name: value for name, value in asdict(config).items() if value != UNKNOWN}
        for topic, config in configs.items()
    }


def read_configs(said: Any) -> dict[str, TopicConfig]:
    """Settings by topic; raises MalformedError."""
    return {
        topic: _config(topic, mapping(settings, f"settings of topic {topic}"))
        for topic, settings in mapping(said, "configs").items()
    }


def _config(topic: str, said: dict[str, Any]) -> TopicConfig:
    values: dict[str, Any] = {}
    for one in fields(TopicConfig):
        if one.name in said:
            what = f"{one.name} of topic {topic}"
            read = text if isinstance(one.default, str) else whole
            values[one.name] = read(said[one.name], what)
    return TopicConfig(**values)
